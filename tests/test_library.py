"""The visitor's conversations: kept in the browser, listed, searched, renamed, deleted, brought back; exported."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from apps.messages import say
from tests.browser import NewPage, ask, bubbles, give, picture, ready, send
from tests.live_server import running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def names(page: Page) -> list[str]:
    return page.locator(".glm-side-name > span").all_inner_texts()


def listed(page: Page, *titles: str) -> None:
    expect(page.locator(".glm-side-name > span")).to_have_text(list(titles))


def save(page: Page, file_format: str) -> tuple[str, str]:
    """Saves the conversation; the file's name and text."""
    page.click("#glm-save")
    with page.expect_download() as download:
        page.click(f".glm-menu [data-format={file_format}]")
    return download.value.suggested_filename, Path(download.value.path()).read_text("utf-8")


def test_conversations_are_listed_and_opened(new_page: NewPage) -> None:
    page = new_page()
    expect(page.locator("#glm-side-bar")).to_contain_text("It is kept in this browser")
    ask(page, "first words of the one\nand more")
    listed(page, "first words of the one and more")
    page.locator("#glm-side-bar").get_by_role("button", name="New conversation").click()
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_count(0)
    ask(page, "second")
    listed(page, "second", "first words of the one and more")
    page.locator(".glm-side-name").nth(1).click()
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_text("first words of the oneand more")
    expect(page.locator(".glm-side-name[aria-current]")).to_contain_text("first words")
    assert ask(page, "history") == "first words of the one\nand more | first words of the one\nand more | history"
    listed(page, "first words of the one and more", "second")


def test_a_reload_and_another_tab_keep_conversations(new_page: NewPage, server: str) -> None:
    page = new_page()
    ask(page, "remember")
    send(page, "slow 900")
    expect(page.locator("#glm-conversation [data-testid=bot]").last).to_contain_text("word30")
    page.reload()
    ready(page)
    answers = page.locator("#glm-conversation [data-testid=bot]")
    expect(answers).to_have_count(2)
    expect(answers.last).to_contain_text("word9")
    expect(answers.last).to_contain_text("Stopped")
    other = page.context.new_page()
    other.goto(server)
    ready(other)
    assert bubbles(other) == []
    listed(other, "remember")
    ask(other, "from the other tab")
    listed(page, "from the other tab", "remember")


def test_a_restart_of_the_server_loses_nothing(new_page: NewPage, tmp_path: Path) -> None:
    """The next question brings the page back with its conversation and picture, and the question is still there."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    red = picture(tmp_path)
    with running(port) as address:
        page = new_page("/image", server=address)
        give(page, red)
        ask(page, "before")
    with running(port):
        page.evaluate("window.old = true")
        send(page, "after")
        page.wait_for_function("!window.old")
        ready(page)
        expect(page.locator("#glm-box textarea")).to_have_value("after")
        expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_count(1)
        expect(page.locator("#glm-picture img")).to_be_visible()
        assert ask(page, "after") == f"A picture of {red.stat().st_size} bytes. Round 2: after"


def test_a_conversation_about_a_picture_comes_back_with_it(new_page: NewPage, server: str, tmp_path: Path) -> None:
    page = new_page("/image")
    red, blue = picture(tmp_path, "red"), picture(tmp_path, "blue", 200)
    give(page, red)
    ask(page, "red one")
    page.click("#glm-clear")
    give(page, blue)
    ask(page, "blue one")
    listed(page, "blue one", "red one")
    page.locator(".glm-side-name").nth(1).click()
    page.wait_for_function("document.querySelector('#glm-picture img')?.naturalWidth === 40")
    assert ask(page, "again") == f"A picture of {red.stat().st_size} bytes. Round 2: again"
    page.goto(server)
    ready(page)
    page.get_by_role("button", name="blue one with a picture").click()
    page.wait_for_url("**/image")
    ready(page)
    page.wait_for_function("document.querySelector('#glm-picture img')?.naturalWidth === 200")
    assert ask(page, "more") == f"A picture of {blue.stat().st_size} bytes. Round 2: more"


@pytest.mark.parametrize(
    ("locale", "words"), [("en-US", ("Rename", "Delete", "Undo")), ("zh-CN", ("重命名", "删除", "撤销"))]
)
def test_search_rename_delete_and_undo(new_page: NewPage, locale: str, words: tuple[str, str, str]) -> None:
    page = new_page(locale=locale)
    for text in ("apples", "pears with honey", "plums"):
        page.click("#glm-clear")
        expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_count(0)
        ask(page, text)
    bar = page.locator("#glm-side-bar")
    bar.get_by_role("searchbox").fill("HONEY")
    listed(page, "pears with honey")
    bar.get_by_role("searchbox").fill("nothing like it")
    expect(page.locator(".glm-side-hint")).not_to_be_empty()
    bar.get_by_role("searchbox").fill("")
    item = bar.get_by_role("listitem").filter(has_text="apples")
    item.hover()
    item.get_by_role("button", name=words[0]).click()
    item = bar.get_by_role("listitem").filter(has=page.get_by_role("textbox"))
    item.get_by_role("textbox").fill("Fruit")
    item.get_by_role("textbox").press("Enter")
    expect(page.locator(".glm-side-name > span")).to_contain_text(["plums", "pears with honey", "Fruit"])
    item = bar.get_by_role("listitem").filter(has_text="plums")
    item.hover()
    item.get_by_role("button", name=words[1]).click()
    listed(page, "pears with honey", "Fruit")
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_count(0)
    bar.locator(".glm-side-toast").get_by_role("button", name=words[2]).click()
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_text("plums")
    assert sorted(names(page)) == ["Fruit", "pears with honey", "plums"]
    page.reload()
    ready(page)
    assert sorted(names(page)) == ["Fruit", "pears with honey", "plums"]
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_text("plums")
    hint = say("box_chat_hint", "zh" if locale == "zh-CN" else "en")
    expect(page.locator("#glm-box textarea")).to_have_attribute("placeholder", hint)


def test_all_can_be_deleted_at_once(new_page: NewPage) -> None:
    page = new_page()
    ask(page, "one")
    page.click("#glm-clear")
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_count(0)
    ask(page, "two")
    page.get_by_role("button", name="Delete all").click()
    listed(page)
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_count(0)
    page.locator(".glm-side-toast").get_by_role("button").click()
    expect(page.locator(".glm-side-name")).to_have_count(2)
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_text("two")
    page.get_by_role("button", name="Delete all").click()
    page.reload()
    ready(page)
    listed(page)


def test_who_leaves_before_another_answer_begins_keeps_the_ones_before(new_page: NewPage) -> None:
    page = new_page()
    ask(page, "one")
    page.evaluate(
        """async () => {
          const [row] = await glm.store.conversations();
          await glm.store.put({ ...row, record: { ...row.record, leaf: row.record.messages[0].id } });
        }"""  # as it is stored until the other answer has a word
    )
    page.reload()
    ready(page)
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_text("one")
    expect(page.locator("#glm-box textarea")).to_have_value("")


def other_tab(page: Page, server: str) -> Page:
    opened = page.context.new_page()
    opened.goto(server)
    ready(opened)
    return opened


def test_a_name_given_in_another_tab_loses_no_round(new_page: NewPage, server: str) -> None:
    page = new_page()
    ask(page, "one")
    other = other_tab(page, server)
    item = other.get_by_role("listitem").filter(has_text="one")
    item.hover()
    item.get_by_role("button", name="Rename").click()
    ask(page, "two")
    name = other.locator("#glm-side-bar li input")
    name.fill("Named")
    name.press("Enter")
    listed(page, "Named")
    assert bubbles(page) == ["one", "two"]
    page.reload()
    ready(page)
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_text(["one", "two"])


def test_what_another_tab_deletes_in_mid_answer_is_left_behind(new_page: NewPage, server: str) -> None:
    page = new_page()
    send(page, "slow 900")
    expect(page.locator("#glm-conversation [data-testid=bot]").last).to_contain_text("word30")
    listed(page, "slow 900")
    other = other_tab(page, server)
    item = other.get_by_role("listitem").filter(has_text="slow")
    item.hover()
    item.get_by_role("button", name="Delete").click()
    listed(other)
    page.get_by_test_id("stop-button").dispatch_event("click")
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_count(0)
    ask(page, "new")
    listed(page, "new")
    listed(other, "new")


def test_the_bar_folds_on_phones(new_page: NewPage) -> None:
    page = new_page(width=360, height=740)
    expect(page.locator("#glm-side-bar")).to_be_hidden()
    ask(page, "small")
    page.click("#glm-side-button")
    expect(page.locator("#glm-side-bar")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_role("button", name="small").first.click()
    expect(page.locator("#glm-side-bar")).to_be_hidden()
    page.click("#glm-side-button")
    page.keyboard.press("Escape")
    expect(page.locator("#glm-side-bar")).to_be_hidden()


def test_two_tabs_with_one_conversation_show_the_same(new_page: NewPage, server: str) -> None:
    one = new_page()
    ask(one, "first")
    two = one.context.new_page()
    two.goto(server)
    ready(two)
    two.locator(".glm-side-name").click()
    expect(two.locator("#glm-conversation [data-testid=bot]")).to_have_text("first")
    ask(one, "second")
    expect(two.locator("#glm-conversation [data-testid=bot]")).to_have_text(["first", "second"])
    assert ask(two, "history") == "first | first | second | second | history"
    expect(one.locator("#glm-conversation [data-testid=bot]")).to_have_count(3)
    one.get_by_role("listitem").first.hover()
    one.get_by_role("button", name="Delete first").click()
    expect(two.locator("#glm-conversation [data-testid=bot]")).to_have_count(0)


def test_where_nothing_can_be_stored_the_page_says_so(new_page: NewPage) -> None:
    page = new_page()
    page.context.add_init_script(
        """for (const name of ["indexedDB", "sessionStorage"]) {
          Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });
        }"""
    )
    page.reload()
    ready(page)
    assert ask(page, "works") == "works"
    expect(page.locator(".glm-side-foot")).to_contain_text("This browser stores nothing")
    listed(page, "works")
    page.click("#glm-clear")
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_count(0)
    assert ask(page, "still") == "still"


def test_what_one_browser_keeps_no_other_sees(new_page: NewPage) -> None:
    one, two = new_page(), new_page()
    ask(one, "my secret")
    two.reload()
    ready(two)
    assert names(two) == []
    assert "my secret" not in two.content()


def test_files_of_every_format(new_page: NewPage, tmp_path: Path) -> None:
    page = new_page("/image")
    expect(page.locator("#glm-save")).to_be_disabled()
    give(page, picture(tmp_path))
    ask(page, "keep <this> safe")
    name, text = save(page, "html")
    assert name == "keep-this-safe.html"
    assert text.count("keep &lt;this&gt; safe") == 4  # title, heading, question, answer
    assert 'src="data:image/png;base64,' in text
    name, text = save(page, "md")
    assert name == "keep-this-safe.md"
    assert "\n\nkeep <this> safe\n" in text
    name, text = save(page, "json")
    (kept,) = json.loads(text)["pictures"].values()
    assert kept.startswith("data:image/png;base64,")
    page.click("#glm-save")
    page.keyboard.press("Escape")
    expect(page.locator(".glm-menu")).to_have_count(0)


def test_json_comes_back_as_it_was(new_page: NewPage, tmp_path: Path) -> None:
    page = new_page("/image")
    give(page, picture(tmp_path))
    ask(page, "one")
    ask(page, "two")
    page.click("#glm-regenerate")
    expect(page.locator(".glm-versions")).to_contain_text("2/2")
    _, text = save(page, "json")
    other = new_page()  # the other page: it goes to the one where the conversation belongs
    path = tmp_path / "saved.json"
    path.write_text(text, encoding="utf-8")
    other.set_input_files("#glm-side-bar input[type=file]", path)
    other.wait_for_url("**/image")
    ready(other)
    expect(other.locator("#glm-conversation [data-testid=bot]")).to_have_count(2)
    expect(other.locator("#glm-picture img")).to_be_visible()
    expect(other.locator(".glm-versions")).to_contain_text("2/2")
    _, again = save(other, "json")
    assert json.loads(text) == json.loads(again)
    path.write_text("{}", encoding="utf-8")
    other.set_input_files("#glm-side-bar input[type=file]", path)
    expect(other.get_by_role("alert")).to_contain_text("The conversation cannot be read")
    assert len(bubbles(other)) == 2
