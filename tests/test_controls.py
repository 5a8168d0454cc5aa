"""The answer settings: presets, the visitor's own presets, what reaches the model, thoughts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from apps.controls import built_in, read_presets, read_values
from model.errors import UserError
from model.types import GenerationParams
from tests.browser import NewPage, ask, ready, send
from tests.stub_model import INFO

DEFAULTS = INFO.defaults


def test_presets_are_parameters_of_the_model() -> None:
    presets = built_in(DEFAULTS)
    assert presets["balanced"]["temperature"] == DEFAULTS.temperature
    chosen = [read_values(values, DEFAULTS)[0].temperature for values in presets.values()]
    assert chosen == sorted(chosen)


def test_stop_texts_are_lines() -> None:
    params, system = read_values({"stop": "END\n\n two words \n", "system": "be brief\ud800"}, DEFAULTS)
    assert params.stop == ("END", " two words ")
    assert system == "be brief\ufffd"
    with pytest.raises(UserError):
        read_values({"stop": "\n".join(map(str, range(17)))}, DEFAULTS)
    with pytest.raises(UserError):
        read_values({"system": "x" * 20_001}, DEFAULTS)


@pytest.mark.parametrize(
    "stored",
    [
        None,
        [],
        "x",
        {"a": 1},
        {"": {}},
        {"a" * 41: {}},
        {"a": {"temperature": 9}},
        {"a": {"other": 1}},
        {"a": {"system": 1}},
        {"a": {"top_logprobs": -1}},
    ],
    ids=repr,
)
def test_what_a_browser_kept_is_checked(stored: object) -> None:
    assert read_presets(stored, DEFAULTS) == {}


def test_only_so_many_presets_are_kept() -> None:
    kept = read_presets({str(number): {"temperature": 0.5} for number in range(100)}, DEFAULTS)
    assert list(kept)[-1] == "99"
    assert len(kept) == 24


def setting(page: Page, name: str) -> Locator:
    return page.locator("#glm-controls").get_by_role("textbox", name=name)


@pytest.mark.browser
def test_presets_reach_the_model(new_page: NewPage) -> None:
    page = new_page()
    page.click("#glm-controls button")
    temperature = page.get_by_role("spinbutton", name="Temperature")
    page.get_by_role("radio", name="Precise").check()
    expect(temperature).to_have_value("0")
    assert "temperature=0," in ask(page, "params").replace("0.0,", "0,")
    page.get_by_role("radio", name="Creative").check()
    expect(temperature).to_have_value("1.1")
    assert "temperature=1.1" in ask(page, "params")
    setting(page, "Stop texts").press_sequentially("two")
    setting(page, "Stop texts").press("Tab")
    expect(page.get_by_role("radio", name="Creative")).not_to_be_checked()
    setting(page, "System prompt").fill("Be brief.")
    setting(page, "System prompt").press("Tab")
    assert ask(page, "one two three").rstrip() == "one"
    assert ask(page, "history").startswith("Be brief. | params | ")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("en-US", ("Name of a preset of your own", "Keep these settings", "Delete preset", "Seed", "Balanced")),
        ("zh-CN", ("自定义预设的名称", "保存当前设置", "删除预设", "随机种子", "均衡")),
    ],
)
def test_own_presets_stay_in_the_browser(new_page: NewPage, locale: str, words: tuple[str, ...]) -> None:
    name, keep, forget, seed, balanced = words
    page = new_page(locale=locale)
    page.click("#glm-controls button")
    page.get_by_role("button", name=keep).click()
    expect(page.get_by_test_id("toast-text")).to_be_visible()
    page.get_by_test_id("toast-close").click()
    page.get_by_role("textbox", name=seed).fill("123")
    page.get_by_role("textbox", name=name).fill("Mine 我的")
    page.get_by_role("button", name=keep).click()
    expect(page.get_by_role("radio", name="Mine 我的")).to_be_checked()
    page.get_by_role("textbox", name=seed).fill("")
    page.reload()
    ready(page)
    page.click("#glm-controls button")
    page.get_by_role("radio", name="Mine 我的").check()
    expect(page.get_by_role("textbox", name=seed)).to_have_value("123")
    assert "seed=123" in ask(page, "params")
    page.get_by_role("button", name=forget).click()
    expect(page.get_by_role("radio", name="Mine 我的")).to_have_count(0)
    page.reload()
    ready(page)
    page.click("#glm-controls button")
    expect(page.get_by_role("radio", name=balanced)).to_be_visible()
    expect(page.get_by_role("radio", name="Mine 我的")).to_have_count(0)


@pytest.mark.browser
def test_thoughts_are_folded_and_not_copied(new_page: NewPage) -> None:
    page = new_page()
    send(page, "think about it")
    conversation = page.locator("#glm-conversation")
    expect(conversation.get_by_text("Thoughts")).to_be_visible()
    expect(conversation.get_by_text("Hm.")).to_be_hidden()
    conversation.get_by_text("Thoughts").click()
    expect(conversation.get_by_text("Hm.")).to_be_visible()
    expect(conversation.get_by_test_id("bot").last).to_have_text("think about it")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy message").last.click()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text === 'think about it')")
    send(page, "history")
    expect(conversation.get_by_test_id("bot").last).to_have_text("think about it | think about it | history")


def test_defaults_are_within_their_limits() -> None:
    assert all(read_values(values, GenerationParams())[0] for values in built_in(GenerationParams()).values())
