"""Keys, reading and access: what works without a mouse, and what axe-core finds (nothing of level A or AA)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from apps.examples import PICTURES
from tests.browser import NewPage, ask, bubbles, counters, give, picture, send
from tests.stub_model import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
EXAMPLE = next(example.picture for example in PICTURES if example.picture)
RICH = "well, **so**\n\n```py\nx = 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n$x^2$ [link](http://example.com)"


def violations(page: Page) -> list[str]:
    options = {"runOnly": LEVELS, "rules": {"target-size": {"enabled": True}}}  # which is off unless it is named
    # colours on their way to others are nobody's choice
    page.evaluate("document.getAnimations().forEach(a => a instanceof CSSTransition && a.finish())")
    found = Axe().run(page, options=options).response["violations"]
    return [f"{rule['id']}: {node['html'][:200]}" for rule in found for node in rule["nodes"]]


def a_conversation(page: Page) -> None:
    ask(page, RICH)
    page.click("#glm-regenerate")
    expect(page.locator(".glm-versions")).to_contain_text("2/2")


def settings(page: Page) -> None:
    page.click("#glm-controls button")
    expect(page.get_by_role("radio").last).to_be_visible()


def the_editor(page: Page) -> None:
    ask(page, "text")
    page.locator("#glm-conversation .glm-tools button").nth(1).click()
    expect(page.locator(".glm-editor textarea")).to_be_focused()


def a_menu(page: Page) -> None:
    ask(page, "text")
    page.click("#glm-save")
    expect(page.get_by_role("menuitem")).to_have_count(3)


def the_side_bar(page: Page) -> None:
    for text in ("one", "two"):
        page.click("#glm-clear")
        expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_count(0)
        ask(page, text)
    if not page.locator("#glm-side-bar").is_visible():
        page.click("#glm-side-button")
    page.get_by_role("listitem").first.hover()
    page.get_by_role("listitem").first.get_by_role("button").last.click()
    expect(page.locator(".glm-side-toast")).to_be_visible()


def a_problem(page: Page) -> None:
    send(page, "numbers")
    expect(page.get_by_role("alert")).to_be_visible()


def pictures(page: Page) -> None:
    if page.locator("#glm-picture").count():
        give(page, EXAMPLE)
        ask(page, "one")
        give(page, EXAMPLE)


def a_large_picture(page: Page) -> None:
    pictures(page)
    if page.locator("#glm-picture").count():
        page.locator(".glm-pictures .glm-enlarge").click()
        expect(page.get_by_role("dialog").locator("img")).to_be_visible()


def nothing(page: Page) -> None:
    expect(page.locator(".glm-hello")).to_be_visible()


STATES = [nothing, a_conversation, settings, the_editor, a_menu, the_side_bar, a_problem, pictures, a_large_picture]


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(
    "look",
    [
        {"path": "/"},
        {"path": "/image", "width": 360, "height": 740, "locale": "zh-CN", "dark": True},
    ],
    ids=["wide", "phone"],
)
def test_nothing_bars_anyone(
    new_page: NewPage, state: Callable[[Page], None], look: dict[str, object], tmp_path: Path
) -> None:
    page = new_page(**look)
    if look["path"] == "/image" and state is a_problem:
        give(page, picture(tmp_path))
    if state is a_conversation and look.get("width"):
        ask(page, RICH)
    else:
        state(page)
    assert violations(page) == []


@pytest.mark.parametrize(("locale", "send_name", "stop_name"), [("en-US", "Send", "Stop"), ("zh-CN", "发送", "停止")])
def test_buttons_have_names(new_page: NewPage, locale: str, send_name: str, stop_name: str) -> None:
    """Gradio's own as well, in the language of the page."""
    page = new_page(locale=locale)
    page.fill("#glm-box textarea", "slow 900")
    page.get_by_role("button", name=send_name, exact=True).click()
    page.get_by_role("button", name=stop_name, exact=True).dispatch_event("click")  # it may not stand still
    expect(page.get_by_role("button", name=send_name, exact=True)).to_be_visible()
    names = page.locator("button:visible").evaluate_all(
        "(buttons) => buttons.map((button) => button.ariaLabel || button.textContent.trim())"
    )
    assert all(names)


def test_keys(new_page: NewPage, server: str) -> None:
    page = new_page()
    box = page.locator("#glm-box textarea")
    ask(page, "first")
    page.locator("#glm-clear").focus()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    assert box.input_value() == ""
    box.press("ArrowUp")
    editor = page.locator(".glm-editor textarea")
    expect(editor).to_be_focused()
    expect(editor).to_have_value("first")
    page.keyboard.press("Escape")
    expect(editor).to_have_count(0)
    box.fill("typed")
    box.press("ArrowUp")
    expect(editor).to_have_count(0)
    send(page, "slow 900")
    expect(page.locator("#glm-conversation [data-testid=bot]").last).to_contain_text("word3")
    page.keyboard.press("Escape")
    assert wait_until(lambda: counters(server)["inside"] == 0)
    expect(page.locator("#glm-conversation [data-testid=bot]").last).to_contain_text("Stopped")


def test_keys_that_compose_a_character_do_nothing_else(new_page: NewPage, server: str) -> None:
    """As an input method does it: the Enter that takes a candidate, the Esc that leaves it, are not for the page."""
    page = new_page()
    send(page, "slow 900")
    expect(page.locator("#glm-conversation [data-testid=bot]").last).to_contain_text("word3")
    asked = counters(server)["asked"]
    page.evaluate(
        """() => {
          const box = document.querySelector("#glm-box textarea");
          box.focus();
          for (const key of ["Escape", "Enter", "ArrowUp"]) {
            const how = { key, isComposing: true, bubbles: true, cancelable: true };
            box.dispatchEvent(new KeyboardEvent("keydown", how));
          }
        }"""
    )
    page.wait_for_timeout(300)
    assert counters(server)["inside"] == 1
    assert counters(server)["asked"] == asked
    page.keyboard.press("Escape")
    assert wait_until(lambda: counters(server)["inside"] == 0)


def test_the_page_follows_an_answer_until_the_reader_scrolls(new_page: NewPage, server: str) -> None:
    page = new_page(height=600)
    ask(page, "\n\n".join(f"line {number}" for number in range(60)))
    send(page, "slow 900")
    scroller = page.locator("#glm-conversation .bubble-wrap")
    expect(page.locator("#glm-conversation [data-testid=bot]").last).to_contain_text("word60")
    bottom = "(place) => place.scrollHeight - place.scrollTop - place.clientHeight"
    assert scroller.evaluate(bottom) < 100
    scroller.hover()
    page.mouse.wheel(0, -600)
    page.wait_for_function(
        "(place => place.scrollHeight - place.scrollTop - place.clientHeight > 500)"
        "(document.querySelector('#glm-conversation .bubble-wrap'))"
    )
    page.wait_for_timeout(500)
    at = scroller.evaluate("(place) => place.scrollTop")
    before = len(bubbles(page)[-1])
    length = "[...document.querySelectorAll('[data-testid=bot]')].pop().innerText.length"
    page.wait_for_function(f"{length} > {before + 200}")
    assert abs(scroller.evaluate("(place) => place.scrollTop") - at) < 5
    page.mouse.wheel(0, 99_999)
    page.wait_for_timeout(500)
    before = len(bubbles(page)[-1])
    page.wait_for_function(f"{length} > {before + 200}")
    assert scroller.evaluate(bottom) < 100
    page.keyboard.press("Escape")
    assert wait_until(lambda: counters(server)["inside"] == 0)


def test_nothing_jumps_while_the_page_opens(new_page: NewPage) -> None:
    """What is seen first stays where it is once the page has its words."""
    page = new_page()
    shift = page.evaluate(
        """() => new Promise((done) => {
          let sum = 0;
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) {
              const isEmpty = (source) => source.node?.classList?.contains("gradio-container"); // while gradio loads
              if (!entry.hadRecentInput && !entry.sources.every(isEmpty)) sum += entry.value;
            }
          }).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done(sum), 500);
        })"""
    )
    assert shift < 0.1
