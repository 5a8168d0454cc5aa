"""What can be done with messages that were sent: edit, delete, ask again, go on, take back, copy."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import NewPage, ask, bubbles, counters, send
from tests.stub_model import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]
WORDS = {
    "en-US": ("Edit message", "Delete message", "Another answer", "Undo", "Earlier version", "Continue this answer"),
    "zh-CN": ("编辑消息", "删除消息", "换一个回答", "撤销", "较早的版本", "继续这个回答"),
}


def row(page: Page, place: int) -> Locator:
    return page.locator("#glm-conversation .message-row").nth(place)


def tool(page: Page, place: int, name: str) -> Locator:
    return row(page, place).locator(".glm-tools").get_by_role("button", name=name)


def answers(page: Page) -> Locator:
    return page.locator("#glm-conversation [data-testid=bot]")


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_an_edited_question_is_asked_again_and_the_old_one_stays(new_page: NewPage, locale: str) -> None:
    edit, delete, _, undo, earlier, _ = WORDS[locale]
    page = new_page(locale=locale)
    ask(page, "first")
    ask(page, "second")
    tool(page, 0, edit).click()
    editor = row(page, 0).get_by_role("textbox")
    expect(editor).to_have_value("first")
    editor.fill("changed <b>")
    editor.press("Enter")
    expect(answers(page)).to_have_text(["changed <b>"])
    expect(row(page, 0).locator(".glm-versions")).to_have_text("2/2")
    assert ask(page, "history") == "changed <b> | changed <b> | history"
    tool(page, 0, earlier).click()
    expect(answers(page)).to_have_text(["first", "second"])
    expect(row(page, 0).locator(".glm-versions")).to_have_text("1/2")
    tool(page, 0, delete).click()
    expect(answers(page)).to_have_text(["second"])
    page.get_by_role("button", name=undo, exact=True).click()
    expect(answers(page)).to_have_text(["first", "second"])


def test_answers_are_made_anew_edited_and_deleted(new_page: NewPage) -> None:
    edit, delete, again, _, earlier, _ = WORDS["en-US"]
    page = new_page()
    ask(page, "first")
    ask(page, "second")
    tool(page, 1, again).click()
    expect(row(page, 1).locator(".glm-versions")).to_have_text("2/2")
    expect(answers(page)).to_have_text(["first"])
    tool(page, 1, edit).click()
    editor = row(page, 1).get_by_role("textbox")
    editor.fill("my *own* words")
    editor.press("Enter")
    editor.press("Control+Enter")
    expect(answers(page)).to_have_text(["my own words"])
    expect(row(page, 1).locator(".glm-versions")).to_have_text("3/3")
    assert "my *own* words" in ask(page, "history").replace("own", "*own*")
    tool(page, 1, delete).click()
    expect(row(page, 1).locator(".glm-versions")).to_have_text("2/2")
    tool(page, 1, earlier).click()
    expect(answers(page)).to_have_text(["first", "second"])


def test_with_a_wrong_setting_an_edited_question_is_not_lost(new_page: NewPage) -> None:
    page = new_page()
    ask(page, "first")
    page.click("#glm-controls button")
    seed = page.get_by_role("textbox", name="Seed")
    seed.fill("abc")
    seed.press("Tab")
    tool(page, 0, "Edit message").click()
    editor = row(page, 0).get_by_role("textbox")
    editor.fill("changed")
    editor.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("seed must be a whole number")
    expect(page.locator("#glm-box textarea")).to_have_value("changed")
    expect(answers(page)).to_have_text(["first"])


def test_leaving_the_editor_changes_nothing(new_page: NewPage, server: str) -> None:
    page = new_page()
    ask(page, "first")
    asked = counters(server)["asked"]
    tool(page, 0, "Edit message").click()
    editor = row(page, 0).get_by_role("textbox")
    editor.fill("other")
    editor.press("Escape")
    expect(editor).to_have_count(0)
    assert bubbles(page) == ["first"]
    assert counters(server)["asked"] == asked


def test_a_stopped_answer_goes_on(new_page: NewPage) -> None:
    page = new_page()
    ask(page, "whole")
    expect(tool(page, 1, "Continue this answer")).to_have_count(0)
    send(page, "slow 900")
    expect(answers(page).last).to_contain_text("word3")
    page.get_by_test_id("stop-button").dispatch_event("click")
    tool(page, 3, "Continue this answer").click()
    expect(answers(page).last).to_contain_text("Continue exactly where you stopped")
    expect(answers(page).last).to_contain_text("word3")
    expect(answers(page)).to_have_count(2)


def test_undo_brings_a_question_back_to_the_box(new_page: NewPage) -> None:
    page = new_page()
    expect(page.locator("#glm-undo")).to_be_disabled()
    ask(page, "first")
    ask(page, "second")
    page.click("#glm-undo")
    expect(answers(page)).to_have_text(["first"])
    expect(page.locator("#glm-box textarea")).to_have_value("second")


def test_while_an_answer_is_written_only_copying_is_offered(new_page: NewPage, server: str) -> None:
    page = new_page()
    ask(page, "first")
    send(page, "slow 900")
    expect(answers(page).last).to_contain_text("word3")
    expect(row(page, 0).locator(".glm-tools button")).to_have_count(1)
    expect(row(page, 3).locator(".glm-tools button")).to_have_count(0)
    page.get_by_test_id("stop-button").dispatch_event("click")
    expect(row(page, 3).locator(".glm-tools button")).to_have_count(5)
    assert wait_until(lambda: counters(server)["inside"] == 0)


def test_copies_are_what_was_typed(new_page: NewPage) -> None:
    page = new_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    text = "  a<b> **c**\n```py\n\tx = 1\n```"
    ask(page, text)
    for place in (0, 1):
        tool(page, place, "Copy message").click()
        expect(tool(page, place, "Copy message")).to_have_attribute("title", "Copied")
        assert page.evaluate("navigator.clipboard.readText()") == text
    page.locator("#glm-conversation pre").hover()
    page.locator("#glm-conversation .copy_code_button").click()
    page.wait_for_function("navigator.clipboard.readText().then((text) => text.trim() === 'x = 1')")


def test_copying_works_where_the_browser_offers_no_clipboard(new_page: NewPage) -> None:
    """As to a page that comes over plain HTTP from another machine."""
    page = new_page()
    ask(page, "a<b>")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    tool(page, 1, "Copy message").click()
    expect(tool(page, 1, "Copy message")).to_have_attribute("title", "Copied")
    page.locator("#glm-box textarea").press("Control+v")
    expect(page.locator("#glm-box textarea")).to_have_value("a<b>")
