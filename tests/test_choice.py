"""Several models on the pages: the choice in the head, the switch with its progress, and who waits for whom."""

from __future__ import annotations

import json
import re
import socket
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, ask, ready, send
from tests.live_server import running
from tests.test_access import violations

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
ANSWERS = "#glm-conversation [data-testid=bot]"


@pytest.fixture(scope="module")
def models_server() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with running(port, module="tests.live_models") as address:
        yield address


@pytest.fixture
def models(models_server: str) -> str:
    """A server with several models, of which only the first is in memory."""
    post(models_server, "reset")
    return models_server


def post(server: str, what: str) -> None:
    urllib.request.urlopen(urllib.request.Request(f"{server}/stub/{what}", method="POST"), timeout=60).close()


def state(server: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"{server}/stub", timeout=10) as answer:
        counted: dict[str, Any] = json.load(answer)
    return counted


def choose(page: Page, name: str) -> None:
    page.select_option("#glm-model", name)


def test_the_page_says_what_each_model_needs_and_can_do(new_page: NewPage, models: str) -> None:
    page = new_page(server=models)
    assert page.locator("#glm-model option").all_inner_texts() == [
        "One · text and pictures · reads 2,048 tokens · in memory (6.2 GB)",
        "Two · text · thinks aloud first · reads 512 tokens · needs 6.2 GB",
        "Heavy <b> · text and pictures · reads 2,048 tokens · needs 6.2 GB",
        "Broken · text and pictures · reads 2,048 tokens · needs 6.2 GB",
        "Strange · not downloaded yet",
    ]
    assert violations(page) == []
    page.get_by_text("中文").click()
    expect(page.locator("#glm-model option").nth(1)).to_have_text(
        "Two · 文字 · 先思考再回答 · 可读 512 token · 需要 6.2 GB"
    )


def test_another_model_answers_with_settings_of_its_own_and_is_remembered(new_page: NewPage, models: str) -> None:
    page = new_page(server=models)
    assert "temperature=0.8" in ask(page, "params")
    choose(page, "Two")
    expect(page.locator("#glm-status")).to_have_text("Two answers from now on.")
    expect(page.locator("#glm-about")).to_contain_text("thinks aloud first · reads 512 tokens")
    expect(page.locator("#glm-about h1")).to_have_text("Two")
    expect(page.locator(ANSWERS)).to_have_count(1)  # the conversation goes on
    answer = ask(page, "params")
    assert "max_new_tokens=64, temperature=0.1, top_p=0.5, top_k=7" in answer
    expect(page.locator("#glm-status")).to_contain_text("of 512 tokens")
    page.reload()
    ready(page)
    expect(page.locator("#glm-about h1")).to_have_text("Two")
    expect(page.locator("#glm-model")).to_have_value("Two")
    assert state(models)["loaded"] == ["One", "Two"]


def test_two_tabs_with_two_models_leave_each_other_alone(new_page: NewPage, models: str) -> None:
    page = new_page(server=models)
    ask(page, "one")
    other = page.context.new_page()
    other.goto(models)
    ready(other)
    other.get_by_role("button", name="one").first.click()
    expect(other.locator(ANSWERS)).to_have_count(1)
    choose(other, "Two")
    expect(other.locator("#glm-about h1")).to_have_text("Two")
    ask(page, "again")
    expect(other.locator(ANSWERS)).to_have_count(2)
    stored = "async () => { const [row] = await glm.store.conversations(); return row.updated; }"
    page.wait_for_timeout(1000)
    before = page.evaluate(stored)
    page.wait_for_timeout(2000)  # in which they would have opened it, each after the other, many times
    assert page.evaluate(stored) == before


def test_a_switch_shows_its_progress_and_waits_for_answers(new_page: NewPage, models: str) -> None:
    """Who is in mid-answer is not cut off; who comes later waits, and is told for what."""
    first, second, third = (new_page(server=models) for _ in range(3))
    send(first, "slow 120")
    expect(first.locator(ANSWERS).last).to_contain_text("word3")
    expect(first.locator("#glm-model")).to_be_disabled()
    choose(second, "Heavy <b>")
    expect(second.locator("#glm-status")).to_contain_text("Heavy <b> is next: 1 answer of another model is still being")
    send(third, "patient")
    expect(third.locator("#glm-status")).to_contain_text("Loading One")
    assert violations(second) == []
    expect(second.locator("#glm-status")).to_contain_text("Loading Heavy <b>: 3.1 of 6.2 GB", timeout=60_000)
    expect(second.locator("#glm-status .glm-meter")).to_be_attached()
    expect(first.locator(ANSWERS).last).to_contain_text("word119")
    assert state(models)["loaded"] == []
    post(models, "load")
    expect(second.locator("#glm-status")).to_have_text("Heavy <b> answers from now on.")
    expect(third.locator(ANSWERS).last).to_contain_text("patient", timeout=60_000)
    expect(third.locator("#glm-about h1")).to_have_text("One")


def test_a_model_that_fails_leaves_the_one_before(new_page: NewPage, models: str) -> None:
    page = new_page(server=models, locale="zh-CN")
    choose(page, "Broken")
    expect(page.get_by_role("alert")).to_contain_text("model.safetensors 不存在")
    expect(page.locator("#glm-model")).to_have_value("One")
    expect(page.locator("#glm-about h1")).to_have_text("One")
    assert ask(page, "还在吗") == "还在吗"


def test_a_choice_is_made_with_keys_and_keeps_the_focus(new_page: NewPage, models: str) -> None:
    page = new_page(server=models)
    page.locator("#glm-model").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#glm-status")).to_have_text("Two answers from now on.")
    expect(page.locator("#glm-model")).to_be_focused()
    expect(page.locator("#glm-model")).to_have_value("Two")


def test_a_model_is_known_once_it_is_loaded_and_sleeps_when_another_needs_its_place(
    new_page: NewPage, models: str
) -> None:
    page = new_page(server=models)
    choose(page, "Strange")
    expect(page.locator("#glm-about")).to_contain_text("text and pictures · reads 2,048 tokens")
    post(models, "load")
    other = new_page(server=models)
    choose(other, "Heavy <b>")
    expect(other.locator("#glm-status")).to_have_text("Heavy <b> answers from now on.")
    assert state(models)["loaded"] == ["Heavy <b>"]
    page.reload()
    ready(page)
    expect(page.locator("#glm-about")).to_contain_text("Not in memory: it is loaded when you ask (6.2 GB).")
    assert state(models)["loaded"] == ["Heavy <b>"]  # a page that opens loads nothing
    assert ask(page, "wake up") == "wake up"
    expect(page.locator("#glm-about")).not_to_contain_text("Not in memory")


def test_the_picture_page_says_what_the_chosen_model_cannot(new_page: NewPage, models: str) -> None:
    page = new_page("/image", server=models)
    expect(page.locator(".glm-note p")).to_contain_text("Pick an example")
    choose(page, "Two")
    expect(page.locator(".glm-note p")).to_contain_text("cannot look at pictures")
    page.locator(".glm-thumb").first.click()
    send(page, "what is it?")
    expect(page.get_by_role("alert")).to_contain_text("The loaded model (Two) cannot look at pictures")


def test_one_model_needs_no_choice(new_page: NewPage) -> None:
    page = new_page()
    expect(page.locator("#glm-model")).to_have_count(0)
    expect(page.locator("#glm-about")).to_contain_text(re.compile("text and pictures · reads 2,048 tokens"))
