"""The page of comparisons in a real browser: two answers at once, a vote, and a file."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from apps.stats import main as stats
from apps.stats import read_usage
from tests.browser import NewPage, counters, send
from tests.live_server import running
from tests.stub_model import wait_until
from tests.test_access import RICH, violations
from tests.test_display import PAYLOADS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A server with several models, and the file in which it keeps usage."""
    usage = tmp_path_factory.mktemp("usage") / "usage.sqlite"
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with running(port, "--usage-file", str(usage), module="tests.live_models") as address:
        yield address, usage


def answers(page: Page, side: str) -> list[str]:
    return page.locator(f"#glm-{side} [data-testid=bot]").all_inner_texts()


def compare(page: Page, text: str) -> None:
    """Asks both; returns when both have answered."""
    before = len(answers(page, "left"))
    send(page, text)
    for side in ("left", "right"):
        expect(page.locator(f"#glm-{side} [data-testid=bot]")).to_have_count(before + 1)
    expect(page.locator(".glm-votes")).to_be_visible()


def names(page: Page) -> list[str]:
    return page.locator(".glm-answer-name small").all_inner_texts()


def saved(page: Page, place: int) -> str:
    page.click("#glm-save")
    with page.expect_download() as download:
        page.get_by_role("menuitem").nth(place).click()
    return Path(download.value.path()).read_text(encoding="utf-8")


def test_one_model_with_two_settings_answers_both_at_once(new_page: NewPage, server: str) -> None:
    page = new_page("/compare")
    expect(page.locator("select")).to_have_count(0)
    expect(page.locator("#glm-b-preset input[value=creative]")).to_be_checked()
    compare(page, "params")
    left, right = answers(page, "left")[0], answers(page, "right")[0]
    assert "temperature=0.8" in left and "temperature=1.1" in right
    assert names(page) == ["A · Stub <b>GLM</b> · Balanced", "B · Stub <b>GLM</b> · Creative"]
    send(page, "slow 100")
    for side in ("left", "right"):  # neither waits for the other to end
        expect(page.locator(f"#glm-{side} [data-testid=bot]").last).to_contain_text("word5")
    assert counters(server)["inside"] == 2
    page.keyboard.press("Escape")
    expect(page.locator(".glm-votes")).to_be_visible()
    for side in ("left", "right"):
        expect(page.locator(f"#glm-{side} [data-testid=bot]").last).to_contain_text("Stopped")
    assert wait_until(lambda: counters(server)["inside"] == 0)
    compare(page, "history")  # each side remembers its own answers
    assert "temperature=0.8" in answers(page, "left")[-1] and "temperature=1.1" not in answers(page, "left")[-1]
    assert "temperature=1.1" in answers(page, "right")[-1]


def test_a_parameter_of_one_side_is_that_sides(new_page: NewPage) -> None:
    page = new_page("/compare")
    page.get_by_role("button", name="All settings of B").click()
    page.locator(".glm-contestant").nth(1).get_by_label("Seed").press_sequentially("7")
    expect(page.locator("#glm-b-preset input:checked")).to_have_count(0)  # a value of one's own is no preset's
    page.locator(".glm-contestant").nth(1).get_by_label("System prompt").fill("Be brief.")
    compare(page, "params")
    assert "seed=None" in answers(page, "left")[0] and "seed=7" in answers(page, "right")[0]
    compare(page, "history")
    assert "Be brief." in answers(page, "right")[1] and "Be brief." not in answers(page, "left")[1]
    assert names(page)[1].startswith("B · Stub <b>GLM</b> · Temperature 1.1 · Top p 0.95 · Seed 7")


def test_two_models_a_blind_vote_and_the_file(new_page: NewPage, models: tuple[str, Path]) -> None:
    address, usage = models
    before = len(read_usage(usage).votes)
    page = new_page("/compare", server=address)
    selects = page.locator(".glm-select")
    expect(selects).to_have_count(2)
    assert [selects.nth(place).input_value() for place in (0, 1)] == ["One", "Two"]
    page.get_by_label("Hide names until the vote").check()
    compare(page, "params")
    assert names(page) == ["Its name is shown after the vote"] * 2
    assert "tokens" not in "".join(page.locator(".glm-status").all_inner_texts())  # of how many differs between models
    hidden = json.loads(saved(page, 1))
    assert hidden["rounds"][0]["left"]["model"] is None and hidden["rounds"][0]["vote"] is None
    assert "One" not in saved(page, 0).replace(answers(page, "left")[0], "").replace(answers(page, "right")[0], "")
    page.click("#glm-vote-left")
    expect(page.locator(".glm-answer-name small").first).to_contain_text("Balanced")
    expect(page.locator(".glm-status").filter(has_text="tokens")).to_have_count(2)
    shown = names(page)
    assert sorted(re.findall("One|Two", " ".join(shown))) == ["One", "Two"]
    for side, name in zip(("left", "right"), shown, strict=True):  # the names are those of who answered
        assert ("temperature=0.1" in answers(page, side)[0]) == ("Two" in name)
    compare(page, "and **now**?")
    page.click("#glm-vote-tie")
    expect(page.locator("#glm-vote-tie")).to_have_class(re.compile("primary"))
    file: dict[str, Any] = json.loads(saved(page, 1))
    assert (file["format"], file["blind"]) == ("glm-webui-comparison", True)
    assert [(round_["question"], round_["vote"]) for round_ in file["rounds"]] == [
        ("params", "left"),
        ("and **now**?", "tie"),
    ]
    assert file["rounds"][1]["left"]["text"] == "and **now**?"
    assert {file["rounds"][0][side]["params"]["temperature"] for side in ("left", "right")} == {0.8, 0.1}
    text = saved(page, 0)
    assert "> and **now**?" in text and "Which answer is better?** Equally good" in text
    assert wait_until(lambda: len(read_usage(usage).votes) == before + 2)
    votes = read_usage(usage).votes[before:]
    winner = "One (balanced)" if "One" in shown[0] else "Two (balanced)"
    assert [(vote.sides[0], vote.vote, vote.blind) for vote in votes] == [(winner, "left", 1), (winner, "tie", 0)]
    assert b"params" not in b"".join(file.read_bytes() for file in usage.parent.glob("usage.sqlite*"))


def test_stats_show_the_votes(models: tuple[str, Path], new_page: NewPage, capsys: pytest.CaptureFixture[str]) -> None:
    address, usage = models
    page = new_page("/compare", server=address)
    before = len(read_usage(usage).votes)
    compare(page, "one")
    page.click("#glm-vote-bad")
    page.click("#glm-vote-right")  # another vote for the same round takes the place of the first
    assert wait_until(lambda: [vote.vote for vote in read_usage(usage).votes[before:]] == ["right"])
    stats([str(usage)])
    said = capsys.readouterr().out
    assert "comparisons" in said and re.search(r"One \(balanced\)\s*│\s*Two \(balanced\)", said)


def test_without_a_usage_file_a_vote_stays_on_the_page(new_page: NewPage) -> None:
    page = new_page("/compare")
    compare(page, "hello")
    page.click("#glm-vote-right")
    expect(page.locator("#glm-vote-right")).to_have_class(re.compile("primary"))
    page.click("#glm-clear")
    expect(page.locator("#glm-left [data-testid=bot]")).to_have_count(0)
    expect(page.locator(".glm-votes")).to_be_hidden()


def test_models_that_do_not_fit_together_answer_one_after_the_other(
    new_page: NewPage, models: tuple[str, Path]
) -> None:
    page = new_page("/compare", server=models[0])
    page.locator(".glm-select").nth(1).select_option("Heavy <b>")
    page.request.post(f"{models[0]}/stub/load")
    send(page, "slow 30")
    expect(page.locator(".glm-answer-side").nth(1)).to_contain_text("Heavy <b> is next: 1 answer")
    expect(page.locator("#glm-left [data-testid=bot]")).to_contain_text("word29")
    expect(page.locator("#glm-right [data-testid=bot]")).to_contain_text("word29", timeout=60_000)


def test_where_one_side_fails_the_other_is_kept(new_page: NewPage, models: tuple[str, Path]) -> None:
    page = new_page("/compare", server=models[0])
    page.locator(".glm-select").nth(1).select_option("Broken")
    compare(page, "hello")
    assert answers(page, "left") == ["hello"] and answers(page, "right") == ["The model gave no answer."]
    expect(page.get_by_role("alert")).to_contain_text("model.safetensors does not exist")
    page.locator(".glm-select").nth(0).select_option("Broken")
    page.click("#glm-clear")
    send(page, "hello")
    expect(page.get_by_role("alert")).to_have_count(2)
    expect(page.locator("#glm-box textarea")).to_have_value("hello")  # nobody has answered: it can be sent again
    expect(page.locator("#glm-left [data-testid=user]")).to_have_count(0)


def test_nothing_that_is_said_acts_on_the_page(new_page: NewPage) -> None:
    page = new_page("/compare")
    compare(page, "\n\n".join(PAYLOADS))
    assert page.evaluate("window.flag") is None
    assert page.locator(":is(#glm-left, #glm-right) :is(iframe, form, script, input)").count() == 0


def nothing(page: Page) -> None:
    expect(page.locator(".glm-hello")).to_be_visible()


def two_rounds(page: Page) -> None:
    compare(page, RICH)
    compare(page, "again")
    page.click("#glm-vote-tie")
    expect(page.locator("#glm-vote-tie")).to_have_class(re.compile("primary"))


def settings(page: Page) -> None:
    page.get_by_role("button", name="All settings of A").click()
    expect(page.get_by_label("Seed").first).to_be_visible()


def a_problem(page: Page) -> None:
    send(page, "numbers")
    expect(page.get_by_role("alert")).to_have_count(2)


@pytest.mark.parametrize("state", [nothing, two_rounds, settings, a_problem])
def test_axe_finds_nothing(new_page: NewPage, models: tuple[str, Path], state: Any) -> None:
    for dark in (False, True):
        page = new_page("/compare", server=models[0], dark=dark)
        state(page)
        assert violations(page) == []


def test_a_phone_has_them_below_each_other(new_page: NewPage) -> None:
    page = new_page("/compare", width=360, height=740, locale="zh-CN")
    compare(page, "你好 " * 200)
    left, right = (page.locator(f"#glm-{side}").bounding_box() for side in ("left", "right"))
    assert left and right and right["y"] >= left["y"] + left["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    expect(page.locator("#glm-vote-tie")).to_have_text("一样好")


def test_conversations_are_reached_from_here(new_page: NewPage) -> None:
    page = new_page("/")
    send(page, "a talk to come back to")
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_be_visible()
    page.get_by_role("link", name="Compare").click()
    page.wait_for_function("document.title.startsWith('Compare')")
    page.get_by_role("button", name="a talk to come back to").first.click()
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_text("a talk to come back to")
