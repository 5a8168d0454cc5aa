"""Pictures on the page: how they come there, which question they belong to, how they are seen, kept and saved."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, ask, bubbles, give, picture, ready, send
from tests.live_server import running

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def several_server() -> Iterator[str]:
    """A model that sees all pictures of a conversation."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with running(port, "--model", "several") as address:
        yield address


def shown_sides(page: Page, count: int) -> list[int]:
    """How wide the pictures above the questions are, once that many are there."""
    pictures = page.locator("#glm-conversation .glm-pictures img")
    expect(pictures).to_have_count(count)
    page.wait_for_function("[...document.querySelectorAll('.glm-pictures img')].every((image) => image.naturalWidth)")
    sides: list[int] = pictures.evaluate_all("(images) => images.map((image) => image.naturalWidth)")
    return sides


def current(page: Page, side: int) -> None:
    """Waits until the panel shows a picture that wide, alone."""
    page.wait_for_function(
        "(side) => { const images = [...document.querySelectorAll('#glm-picture img')];"
        " return images.length === 1 && images[0].naturalWidth === side; }",
        arg=side,
    )


def asked_about_one(page: Page, folder: Path) -> tuple[Path, Path]:
    """A red picture that was asked about, and a blue one that goes with the next question."""
    red, blue = picture(folder, "red"), picture(folder, "blue", 200)
    give(page, red)
    ask(page, "one")
    give(page, blue)
    current(page, 200)
    return red, blue


def drop(page: Page, *files: Path) -> None:
    """Lets files fall on the conversation, as from a file manager."""
    given = [(path.name, list(path.read_bytes())) for path in files]
    page.evaluate(
        """(given) => {
          const data = new DataTransfer();
          for (const [name, bytes] of given) data.items.add(new File([new Uint8Array(bytes)], name));
          const how = { dataTransfer: data, bubbles: true, cancelable: true };
          document.querySelector("#glm-conversation").dispatchEvent(new DragEvent("dragover", how));
          document.querySelector("#glm-conversation").dispatchEvent(new DragEvent("drop", how));
        }""",
        given,
    )


def test_each_picture_stays_with_its_question(new_page: NewPage, tmp_path: Path) -> None:
    """A model that sees one picture is asked about the newest; the conversation goes on."""
    page = new_page("/image")
    red, blue = picture(tmp_path, "red"), picture(tmp_path, "blue", 200)
    assert ask(page, "no picture yet") == "no picture yet"
    give(page, red)
    expect(page.locator("#glm-picture")).to_contain_text("Your next question is about this.")
    assert ask(page, "What?") == f"A picture of {red.stat().st_size} bytes. Round 2: What?"
    expect(page.locator("#glm-picture")).to_contain_text("until you add another")
    assert ask(page, "And?") == f"A picture of {red.stat().st_size} bytes. Round 3: And?"
    give(page, blue)
    current(page, 200)
    assert ask(page, "New?") == f"A picture of {blue.stat().st_size} bytes. Round 4: New?"
    assert shown_sides(page, 2) == [40, 200]
    page.reload()
    ready(page)
    assert shown_sides(page, 2) == [40, 200]
    current(page, 200)
    assert ask(page, "Still?") == f"A picture of {blue.stat().st_size} bytes. Round 5: Still?"
    page.locator("#glm-conversation .message-row").nth(3).get_by_role("button", name="Another answer").click()
    expect(page.locator("#glm-conversation [data-testid=bot]").last).to_contain_text(f"{red.stat().st_size} bytes")
    current(page, 40)  # the branch ends before the other
    page.click("#glm-clear")
    expect(page.locator("#glm-picture img")).to_have_count(0)
    assert ask(page, "Anew") == "Anew"


def test_a_picture_can_be_taken_back_and_returns_with_its_question(new_page: NewPage, tmp_path: Path) -> None:
    page = new_page("/image")
    _, blue = asked_about_one(page, tmp_path)
    page.locator("#glm-picture").get_by_role("button", name="Remove picture").click()
    current(page, 40)
    expect(page.locator("#glm-picture").get_by_role("button", name="Remove picture")).to_have_count(0)
    give(page, blue)
    current(page, 200)
    ask(page, "two")
    page.click("#glm-undo")
    expect(page.locator("#glm-box textarea")).to_have_value("two")
    expect(page.locator("#glm-picture")).to_contain_text("Your next question is about this.")
    assert shown_sides(page, 1) == [40]
    send(page, "numbers")
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#glm-picture")).to_contain_text("Your next question is about this.")
    assert ask(page, "two") == f"A picture of {blue.stat().st_size} bytes. Round 2: two"
    page.locator("#glm-conversation .message-row").nth(2).get_by_role("button", name="Edit message").click()
    page.locator(".glm-editor textarea").fill("three")
    page.keyboard.press("Enter")
    expect(page.locator("#glm-conversation [data-testid=bot]").last).to_have_text(
        f"A picture of {blue.stat().st_size} bytes. Round 2: three"
    )
    assert shown_sides(page, 2) == [40, 200]


def test_with_a_wrong_setting_the_picture_still_goes_with_its_question(new_page: NewPage, tmp_path: Path) -> None:
    page = new_page("/image")
    give(page, picture(tmp_path, "red"))
    page.click("#glm-controls button")
    seed = page.get_by_role("textbox", name="Seed")
    seed.fill("abc")
    seed.press("Tab")
    send(page, "what?")
    expect(page.get_by_role("alert")).to_contain_text("seed must be a whole number")
    expect(page.locator("#glm-box textarea")).to_have_value("what?")
    seed.fill("7")
    seed.press("Tab")
    ask(page, "what?")
    assert shown_sides(page, 1) == [40]


def test_a_model_that_sees_several_gets_them_all(new_page: NewPage, several_server: str, tmp_path: Path) -> None:
    page = new_page("/image", server=several_server)
    red, blue, green = picture(tmp_path, "red"), picture(tmp_path, "blue", 200), picture(tmp_path, "green", 90)
    page.set_input_files("#glm-picture input[type=file]", [red, blue])
    expect(page.locator("#glm-picture img")).to_have_count(2)
    sizes = [path.stat().st_size for path in (red, blue, green)]
    assert ask(page, "compare") == f"A picture of {sizes[0]}, {sizes[1]} bytes. Round 1: compare"
    drop(page, green)
    current(page, 90)
    assert ask(page, "all") == f"A picture of {sizes[0]}, {sizes[1]}, {sizes[2]} bytes. Round 2: all"
    assert shown_sides(page, 3) == [40, 200, 90]
    page.locator("#glm-conversation .glm-enlarge").nth(1).click()
    large = page.get_by_role("dialog").locator("img")
    for key, side in (("ArrowRight", 40), ("ArrowLeft", 200)):
        page.keyboard.press(key)
        page.wait_for_function(f"document.querySelector('dialog img').naturalWidth === {side}")
    expect(large).to_be_visible()
    page.keyboard.press("Escape")
    for number in range(9):
        picture(tmp_path, f"#0000{number}0", 30)
    drop(page, *sorted(tmp_path.glob("#*.png")))
    expect(page.get_by_role("alert")).to_contain_text("8 at most")
    expect(page.locator("#glm-picture img")).to_have_count(8)


def test_a_thumbnail_opens_with_the_keyboard_and_esc_only_closes_it(new_page: NewPage, tmp_path: Path) -> None:
    page = new_page("/image")
    give(page, picture(tmp_path, "red"))
    ask(page, "one")
    send(page, "slow 900")
    expect(page.locator("#glm-conversation [data-testid=bot]").last).to_contain_text("word3")
    thumbnail = page.locator("#glm-conversation .glm-enlarge")
    thumbnail.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Picture")
    expect(dialog.locator("img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(thumbnail).to_be_focused()
    expect(page.locator("#glm-box .stop-button")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#glm-conversation [data-testid=bot]").last).to_contain_text("Stopped")


def test_pasted_and_dropped_pictures(new_page: NewPage, tmp_path: Path) -> None:
    page = new_page("/image")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.evaluate(
        """async () => {
          const canvas = Object.assign(document.createElement("canvas"), { width: 20, height: 20 });
          canvas.getContext("2d").fillRect(0, 0, 10, 20);
          const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
          await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
        }"""
    )
    page.locator("#glm-box textarea").press("Control+V")
    current(page, 20)
    assert re.fullmatch(r"A picture of \d+ bytes. Round 1: what\?", ask(page, "what?"))
    red, blue = picture(tmp_path, "red"), picture(tmp_path, "blue", 200)
    drop(page, red)
    current(page, 40)
    drop(page, red, blue)
    current(page, 200)
    expect(page.get_by_role("alert")).to_contain_text("1 at most")
    assert ask(page, "and?") == f"A picture of {blue.stat().st_size} bytes. Round 2: and?"
    page.goto(page.url.replace("/image", "/"))
    ready(page)
    drop(page, red)  # a page of texts has no use for it, and stays
    assert ask(page, "text") == "text"


def test_a_photo(new_page: NewPage) -> None:
    page = new_page("/image", locale="zh-CN")
    page.get_by_role("button", name="拍照").click()
    dialog = page.get_by_role("dialog", name="拍照")
    expect(dialog).to_contain_text("请在浏览器中允许使用")
    page.keyboard.press("Escape")
    page.context.grant_permissions(["camera"])
    page.get_by_role("button", name="拍照").click()
    dialog.get_by_role("button", name="拍下照片").click()
    expect(dialog).to_have_count(0)
    expect(page.locator("#glm-picture img")).to_be_visible()
    assert re.fullmatch(r"A picture of \d+ bytes. Round 1: 这是什么？", ask(page, "这是什么？"))


def test_what_is_no_picture_or_too_large_is_refused_in_words(new_page: NewPage, tmp_path: Path) -> None:
    page = new_page("/image", locale="zh-CN")
    fake = tmp_path / "fake.png"
    fake.write_text("no picture")
    page.set_input_files("#glm-picture input[type=file]", fake)
    expect(page.get_by_role("alert")).to_contain_text("这不是可识别的图片格式")
    fake.write_bytes(bytes(21 * 2**20))
    page.set_input_files("#glm-picture input[type=file]", fake)
    expect(page.get_by_role("alert")).to_contain_text("图片文件超过 20 MB")
    expect(page.locator("#glm-picture img")).to_have_count(0)
    assert ask(page, "and chat") == "and chat"


def test_files_hold_each_picture_with_its_turn(new_page: NewPage, tmp_path: Path) -> None:
    page = new_page("/image")
    _, blue = asked_about_one(page, tmp_path)
    ask(page, "two")
    saved = {}
    for kind in ("json", "html", "md"):
        page.click("#glm-save")
        with page.expect_download() as download:
            page.locator(f"[data-format={kind}]").click()
        saved[kind] = tmp_path / f"saved.{kind}"
        download.value.save_as(saved[kind])
    found = re.findall(r'data:image/png|class="user">(one|two)<', saved["html"].read_text("utf-8"))
    assert found == ["", "one", "", "two"]
    found = re.findall(r"data:image/png|\n(one|two)\n", saved["md"].read_text("utf-8"))
    assert found == ["", "one", "", "two"]
    fields = json.loads(saved["json"].read_text("utf-8"))
    assert [len(message.get("pictures", ())) for message in fields["messages"]] == [1, 0, 1, 0]
    page = new_page("/")  # the other page hands it on
    page.locator("#glm-side-bar input[type=file]").set_input_files(saved["json"])
    page.wait_for_url("**/image")
    ready(page)
    assert shown_sides(page, 2) == [40, 200]
    assert ask(page, "three") == f"A picture of {blue.stat().st_size} bytes. Round 3: three"


def test_what_an_earlier_version_kept_in_the_browser_is_read(new_page: NewPage, tmp_path: Path) -> None:
    """It kept one picture of a conversation, under the conversation's name."""
    page = new_page("/image")
    red = picture(tmp_path, "red")
    message = {"id": 0, "parent": None, "role": "user", "text": "old"}
    answer = {"id": 1, "parent": 0, "role": "assistant", "text": "said", "ended": "stop"}
    record = {"format": "glm-webui", "version": 1, "id": "0123456789abcdef", "kind": "image", "title": "old"}
    record |= {"model": "m", "picture": None, "leaf": 1, "messages": [message, answer]}
    page.evaluate(
        """async ([record, bytes]) => {
          const id = record.id;
          const blob = new Blob([new Uint8Array(bytes)], { type: "image/png" });
          await glm.store.put({ id, kind: "image", title: "old", updated: 1, deleted: 0, hasPicture: true, record });
          const database = await new Promise((done) => {
            const asked = indexedDB.open("glm-webui", 1);
            asked.onsuccess = () => done(asked.result);
          });
          const store = database.transaction("pictures", "readwrite").objectStore("pictures");
          await new Promise((done) => { store.put({ id, blob }).onsuccess = done; });
        }""",
        [record, list(red.read_bytes())],
    )
    page.reload()
    ready(page)
    page.get_by_role("button", name="old with a picture").click()
    assert shown_sides(page, 1) == [40]
    assert bubbles(page) == ["said"]
    assert ask(page, "more") == f"A picture of {red.stat().st_size} bytes. Round 2: more"
    page.reload()
    ready(page)
    assert shown_sides(page, 1) == [40]


def test_no_file_but_an_uploaded_one_is_taken(new_page: NewPage, tmp_path: Path) -> None:
    """A page may be made to ask for anything."""
    page = new_page("/image")
    outside = picture(tmp_path, "red")
    for path in (str(outside), "/etc/passwd", f"../{outside}", "\0", ""):
        page.evaluate("(path) => glm.order({ do: 'add pictures', text: JSON.stringify([path]) })", path)
        expect(page.get_by_role("alert")).to_be_visible()
        page.evaluate("glm.order({ do: 'remove picture', text: '' })")
        expect(page.get_by_role("alert")).to_have_count(0)
    for text in ("", "{", "5", "[5]", "[[]]", "{}"):
        page.evaluate("(text) => glm.order({ do: 'add pictures', text })", text)
    assert ask(page, "text") == "text"
    expect(page.locator("#glm-picture img")).to_have_count(0)
