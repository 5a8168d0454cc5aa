"""The pages in a real browser. Every test also asserts: no page error, no HTTP error, no request to elsewhere."""

from __future__ import annotations

import json
import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Browser, expect

from apps.examples import FOLDER, PICTURES, TEXTS
from tests.browser import NewPage, ask, bubbles, counters, ready, send
from tests.live_server import running
from tests.stub_model import wait_until
from tests.test_display import PAYLOADS
from tuning.question_files import normalise

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_text_round(new_page: NewPage) -> None:
    page = new_page()
    expect(page.locator("#glm-about")).to_contain_text("Stub <b>GLM</b>")
    expect(page.locator("#glm-about")).to_contain_text("Echoes what you write")
    assert ask(page, "Hello **there**, a<b and c>d") == "Hello there, a<b and c>d"
    assert bubbles(page, "user") == ["Hello **there**, a<b and c>d"]
    assert page.input_value("#glm-box textarea") == ""
    expect(page.locator("#glm-status")).to_contain_text(re.compile(r"first token after .* of 2048 tokens"))
    assert "Hello **there**, a<b and c>d | Hello **there**" in ask(page, "history").replace(
        "Hello there", "Hello **there**"
    )
    ask(page, "long ago")
    expect(page.locator("#glm-status")).to_contain_text("the 2 oldest rounds no longer fitted")


def test_new_line_example_and_empty(new_page: NewPage) -> None:
    page = new_page()
    prompt = TEXTS[0].prompt("en")
    page.get_by_role("button", name=prompt).click()
    expect(page.locator("#glm-box textarea")).to_have_value(prompt)
    page.press("#glm-box textarea", "Shift+Enter")
    page.type("#glm-box textarea", "x")
    assert page.input_value("#glm-box textarea") == f"{prompt}\nx"
    page.fill("#glm-box textarea", "  ")
    page.press("#glm-box textarea", "Enter")
    expect(page.get_by_role("alert")).to_have_text("Please type a question first.")
    assert bubbles(page, "user") == []


def test_code_table_and_formulas(new_page: NewPage) -> None:
    page = new_page()
    text = "```py\nif a < b:\n    c\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n$x<y$ costs $5 and $10\n\n**“你好”**世界"
    page.fill("#glm-box textarea", text)
    page.press("#glm-box textarea", "Enter")
    answer = page.locator("#glm-conversation [data-testid=bot]").last
    expect(answer.locator("pre")).to_contain_text("if a < b:\n    c")
    expect(answer.locator("td")).to_have_count(2)
    expect(answer.locator(".katex")).to_have_count(1)
    expect(answer.locator("strong")).to_have_text("“你好”")
    expect(answer).to_contain_text("costs $5 and $10")
    assert bubbles(page, "user")[0].split() == text.split()


@pytest.mark.parametrize(("lang", "locale"), [("en", "en-US"), ("zh", "zh-CN")])
def test_example_with_follow_up(new_page: NewPage, lang: str, locale: str) -> None:
    """An example is a picture and a prompt, and may propose another one; the next example starts a new conversation."""
    page = new_page("/image", locale=locale)
    place = next(place for place, example in enumerate(PICTURES) if len(example.prompts[lang]) > 1)
    first, second = PICTURES[place].prompts[lang][:2]
    shown = PICTURES[place].picture
    assert shown is not None
    box, answers = page.locator("#glm-box textarea"), page.locator("#glm-conversation [data-testid=bot]")
    page.locator(".glm-thumb").nth(place).click()
    expect(page.locator("#glm-picture img")).to_be_visible()
    expect(box).to_have_value(first)
    expect(box).to_be_focused()
    page.keyboard.press("Enter")
    expect(answers).to_have_text(f"A picture of {shown.stat().st_size} bytes. Round 1: {first}")
    expect(box).to_have_value(second)
    expect(page.get_by_test_id("submit-button")).to_be_visible()
    box.press("Enter")
    expect(answers.last).to_contain_text(f"Round 2: {second}")
    expect(box).to_have_value("")
    page.locator(".glm-thumb").nth(0 if place else 1).click()
    expect(answers).to_have_count(0)
    expect(box).to_have_value(PICTURES[0 if place else 1].prompt(lang))


def test_stop_frees_the_model(new_page: NewPage, server: str) -> None:
    page = new_page()
    send(page, "slow 900")
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_contain_text("word3")
    page.get_by_test_id("stop-button").dispatch_event("click")  # a real click waits until the page stands still
    assert wait_until(lambda: counters(server)["inside"] == 0)
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_contain_text("Stopped")
    assert ask(page, "next") == "next"


def test_regenerate_and_clear(new_page: NewPage, server: str) -> None:
    page = new_page()
    ask(page, "first")
    ask(page, "second")
    asked = counters(server)["asked"]
    page.click("#glm-regenerate")
    assert wait_until(lambda: counters(server)["asked"] == asked + 1)
    assert wait_until(lambda: bubbles(page) == ["first", "second"])  # for a moment the new answer is empty
    expect(page.locator("#glm-regenerate")).to_be_enabled()
    page.click("#glm-clear")
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_count(0)
    assert ask(page, "history") == "history"
    send(page, "slow 900")
    expect(page.locator("#glm-conversation [data-testid=bot]").last).to_contain_text("word3")
    page.click("#glm-clear")
    assert wait_until(lambda: counters(server)["inside"] == 0)
    page.wait_for_timeout(300)
    assert bubbles(page) == []
    assert ask(page, "history") == "history"


def test_another_answer_at_temperature_0_is_sampled_and_says_so(new_page: NewPage) -> None:
    page = new_page()
    page.click("#glm-controls button")
    page.get_by_role("radio", name="Precise").check()
    page.get_by_role("spinbutton", name="Temperature").fill("0")
    page.get_by_role("spinbutton", name="Temperature").press("Tab")
    page.click("#glm-controls button")
    assert "temperature=0" in ask(page, "params").replace("0.0", "0")
    expect(page.locator("#glm-status")).not_to_contain_text("sampled")
    page.click("#glm-regenerate")
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_contain_text("temperature=0.8")
    expect(page.locator("#glm-status")).to_contain_text("sampled at temperature 0.8, as 0 would repeat itself")
    assert "temperature=0.8" not in ask(page, "params")


@pytest.mark.parametrize(("locale", "words"), [("en-US", "nothing at this address"), ("zh-CN", "这个地址没有内容")])
def test_an_address_where_nothing_is(browser: Browser, server: str, locale: str, words: str) -> None:
    page = browser.new_page(locale=locale)
    answer = page.goto(f"{server}/no/such/page")
    assert answer is not None and answer.status == 404
    expect(page.get_by_role("heading")).to_contain_text(words)
    page.get_by_role("link").click()
    ready(page)
    page.close()
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{server}/no/such/page", timeout=10)
    assert json.load(refused.value)["error"]["code"] == "not_found"


def test_a_refused_question_leaves_no_conversation(new_page: NewPage) -> None:
    page = new_page()
    send(page, "numbers")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#glm-box textarea")).to_have_value("numbers")
    expect(page.locator(".glm-side-name")).to_have_count(0)
    page.fill("#glm-box textarea", "")
    page.reload()
    ready(page)
    expect(page.locator(".glm-side-name")).to_have_count(0)
    ask(page, "fine")
    expect(page.locator(".glm-side-name")).to_have_count(1)


def test_errors_are_one_sentence_and_keep_the_text(new_page: NewPage) -> None:
    page = new_page()
    send(page, "fail please")
    expect(page.get_by_role("alert")).to_contain_text(re.compile(r"Something went wrong here.*report id [0-9a-f]{8}"))
    expect(page.locator("#glm-box textarea")).to_have_value("fail please")
    assert "0x7f00" not in page.content()
    send(page, "numbers")
    expect(page.get_by_role("alert")).to_contain_text("The model produced invalid numbers")
    assert ask(page, "works") == "works"


def test_parameters_reach_the_model(new_page: NewPage) -> None:
    page = new_page()
    page.click("#glm-controls button")
    page.get_by_role("textbox", name="Seed").fill("7")
    page.get_by_role("textbox", name="Seed").press("Tab")
    assert "seed=7" in ask(page, "params")
    page.get_by_role("textbox", name="Seed").fill("-1")
    page.get_by_role("textbox", name="Seed").press("Tab")
    send(page, "params")
    expect(page.get_by_role("alert")).to_contain_text("seed must be a whole number from 0")


def test_language_switch_is_remembered(new_page: NewPage, server: str) -> None:
    page = new_page()
    ask(page, "slow 2")
    page.get_by_text("中文", exact=True).click()
    expect(page.locator("#glm-clear")).to_have_text("新对话")
    expect(page.locator("#glm-status")).to_contain_text("上下文已用")
    expect(page.locator("#glm-about")).to_contain_text("重复您写的话")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert page.title() == "对话 · GLM 对话"
    page.goto(f"{server}/image")
    ready(page)
    expect(page.locator("#glm-clear")).to_have_text("新对话")
    expect(page.locator("#glm-picture")).to_contain_text("添加图片")
    page.get_by_text("English", exact=True).click()
    expect(page.locator("#glm-clear")).to_have_text("New conversation")
    expect(page.locator("#glm-picture")).to_contain_text("Add a picture")


@pytest.mark.parametrize("locale", ["zh-CN", "zh-HK", "zh"])
def test_browser_language_is_followed(new_page: NewPage, locale: str) -> None:
    page = new_page(locale=locale)
    expect(page.locator("#glm-clear")).to_have_text("新对话")


def test_two_browsers(new_page: NewPage, server: str) -> None:
    one, two = new_page(), new_page(locale="zh-CN")
    send(one, "slow 900")
    expect(one.locator("#glm-conversation [data-testid=bot]")).to_contain_text("word1")
    send(two, "mark-two")
    expect(two.locator("#glm-status")).to_contain_text("下一个就轮到您")
    expect(two.locator("#glm-status .glm-elapsed")).to_have_text(re.compile(r"\d+ 秒"))
    one.get_by_test_id("stop-button").dispatch_event("click")
    expect(two.locator("#glm-conversation [data-testid=bot]")).to_have_text("mark-two")
    expect(one.get_by_test_id("submit-button")).to_be_visible()
    assert "mark-two" not in one.content()
    assert "word1" not in two.content()
    assert counters(server)["most_inside"] == 1


def test_reload_and_close_stop_the_answer(new_page: NewPage, server: str) -> None:
    page = new_page()
    send(page, "slow 900")
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_contain_text("word3")
    page.reload()
    ready(page)
    assert wait_until(lambda: counters(server)["inside"] == 0)
    page.click("#glm-clear")
    assert ask(page, "history") == "history"
    send(page, "slow 900")
    expect(page.locator("#glm-conversation [data-testid=bot]").last).to_contain_text("word3")
    page.close()
    assert wait_until(lambda: counters(server)["inside"] == 0)


def test_direct_posts_do_not_pass_the_queue(server: str) -> None:
    """Twenty at once, at every function of the page that waits in the queue."""

    def post(number: int) -> int:
        body = json.dumps({"data": [None] * 9, "fn_index": number % 10, "session_hash": "x"}).encode()
        asked = urllib.request.Request(f"{server}/gradio_api/run/predict", body, {"content-type": "application/json"})
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            error.close()
            return error.code

    asked = counters(server)["asked"]
    with ThreadPoolExecutor(20) as pool:
        codes = list(pool.map(post, range(20)))
    assert codes.count(404) >= 6  # those that wait in the queue; a change of language, say, is done at once
    assert counters(server)["asked"] == asked
    assert counters(server)["most_inside"] <= 1


def test_phone_and_dark(new_page: NewPage) -> None:
    for path in ("/", "/image"):
        page = new_page(path, width=360, height=740, dark=True, locale="zh-CN")
        ask(page, "x" * 300 + " `" + "y" * 200 + "`\n\n|a|b|c|d|\n|-|-|-|-|\n|" + "z" * 99 + "|b|c|d|")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert page.locator("#glm-box").bounding_box()["y"] < 740  # type: ignore[index]
        red, green, blue = re.findall(r"\d+", page.evaluate("getComputedStyle(document.body).backgroundColor"))[:3]
        assert int(red) + int(green) + int(blue) < 150


def test_hostile_text_does_nothing(new_page: NewPage) -> None:
    """Twenty strings typed by the visitor and echoed by the model, and the rest in two messages."""
    page = new_page(width=900)
    for text in [*PAYLOADS[:8], "\n\n".join(PAYLOADS[8:25]), "\n\n".join(PAYLOADS[25:]), "<b>" * 500]:
        ask(page, text)
        assert bubbles(page, "user")[-1].split() == text.split()
    page.wait_for_timeout(300)
    assert page.evaluate("window.flag") is None
    inside = "#glm-conversation .message-content"
    bad = "img, iframe, form, input, svg[onload], style, script, [style*=position], [onerror], a[href^='javascript']"
    assert page.locator(inside).locator(bad).count() == 0


@pytest.fixture(scope="module")
def real_server() -> Iterator[str]:
    """The server as `run.py demo` starts it, with the embedded model."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with running(port, module="apps.demo") as address:
        yield address


@pytest.mark.parametrize(("lang", "locale"), [("en", "en-US"), ("zh", "zh-CN")])
def test_embedded_model_answers_an_example(new_page: NewPage, real_server: str, lang: str, locale: str) -> None:
    """The first example of each page, chosen and sent."""
    listed = json.loads((FOLDER / "examples.json").read_text("utf-8"))
    for path, tile, entry in (
        ("/", ".glm-chip", next(entry for entry in listed if not entry["picture"])),
        ("/image", ".glm-thumb", next(entry for entry in listed if entry["picture"])),
    ):
        page = new_page(path, server=real_server, locale=locale)
        page.locator(tile).first.click()
        box = page.locator("#glm-box textarea")
        expect(box).to_have_value(entry[lang][0]["prompt"])
        expect(page.locator("#glm-picture img")).to_have_count(1 if entry["picture"] else 0)
        answer = ask(page, box.input_value())
        assert normalise(answer) in map(normalise, entry[lang][0]["answers"])
