"""`--save-conversations`: what an operator who asks for it gets of the pages' conversations, and what nobody may do."""

from __future__ import annotations

import json
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from apps import archive, record
from apps.archive import Archive
from apps.conversation import Conversation
from apps.pictures import keep_picture, picture_at
from apps.settings import parse_settings
from tests.browser import NewPage, ask, give, picture, ready, send
from tests.live_server import running
from tests.stub_model import wait_until


def said(text: str, *paths: Path) -> Conversation:
    conversation = Conversation()
    run = conversation.ask(text, tuple(map(picture_at, paths)))
    assert run is not None
    run.text = "answer"
    conversation.settle(run, "stop")
    return conversation


def test_each_conversation_is_one_file_that_can_be_imported(tmp_path: Path) -> None:
    Image.new("RGB", (8, 8), "red").save(tmp_path / "red.png")
    folder, kept = tmp_path / "saved", Archive(tmp_path / "saved")
    folder.mkdir()
    one, two = said("one", tmp_path / "red.png"), said("two")
    for conversation in (one, two, Conversation()):
        kept.keep(conversation, "image", "GLM")
    one.title = "Renamed"
    kept.keep(one, "image", "GLM")
    two.undo()
    kept.keep(two, "chat", "GLM")
    kept.close()
    (path,) = folder.iterdir()
    assert path.name == f"{one.id}.json" and stat.S_IMODE(path.stat().st_mode) == 0o600
    read = record.from_json(path.read_text("utf-8"), lambda data: keep_picture(data, tmp_path))
    assert read.title == "Renamed" and [entry.text for entry in read.transcript.path()] == ["one", "answer"]
    assert len(read.transcript.pictures()) == 1


@pytest.mark.parametrize("id", ["../outside", "", ".", "0123456789abcdef/../../outside", "0123456789ABCDEF", "\0"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, id: str) -> None:
    (tmp_path / "outside.json").write_text("mine")
    (tmp_path / "saved").mkdir()
    kept = Archive(tmp_path / "saved")
    kept.forget(id)
    kept.close()
    assert (tmp_path / "outside.json").read_text() == "mine"
    fields = {**record.to_json(said("x"), "chat", "m"), "id": id}
    assert record.from_json(json.dumps(fields), lambda _: None).id is None, "so that it gets another one"


def test_a_full_folder_or_disk_stops_the_saving_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    first = said("x" * 3000)
    kept = Archive(tmp_path)
    monkeypatch.setattr(archive, "MAX_FOLDER_BYTES", 5000)
    kept.keep(first, "chat", "m")
    for _ in range(3):
        kept.keep(said("y" * 3000), "chat", "m")
    kept.keep(said("z"), "chat", "m")  # for which there is room
    kept.close()
    assert len(list(tmp_path.glob("*.json"))) == 2
    assert caplog.text.count("too large") == 1
    again = Archive(tmp_path)  # counts what is there
    again.keep(said("y" * 3000), "chat", "m")
    again.close()
    assert len(list(tmp_path.iterdir())) == 2
    gone = Archive(tmp_path / "gone")
    gone.keep(first, "chat", "m")
    gone.close()
    assert "is not saved" in caplog.text


def test_a_folder_that_cannot_be_written_to_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SystemExit) as ended:
        parse_settings(["--save-conversations", str(tmp_path / "file" / "folder")])
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert (
        parse_settings(["--save-conversations", str(tmp_path / "a" / "b")]).save_conversations == tmp_path / "a" / "b"
    )
    assert (tmp_path / "a" / "b").is_dir()
    assert parse_settings([]).save_conversations is None


@pytest.fixture
def saving_server(tmp_path: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with running(port, "--save-conversations", str(tmp_path / "saved")) as address:
        yield address


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_the_page_says_so_and_what_is_deleted_there_goes(new_page: NewPage, saving_server: str, tmp_path: Path) -> None:
    def texts() -> list[list[str]]:
        files = sorted((tmp_path / "saved").glob("*.json"), key=lambda path: path.stat().st_mtime)
        return [[m["text"] for m in json.loads(file.read_text("utf-8"))["messages"]] for file in files]

    page = new_page("/image", server=saving_server, locale="zh-CN")
    expect(page.locator("#glm-about")).to_contain_text("服务器的管理者会保存这里的对话")
    expect(page.locator("#glm-side-bar")).to_contain_text("管理者也会保存")
    give(page, picture(tmp_path))
    answer = ask(page, "one")
    assert wait_until(lambda: texts() == [["one", answer]])
    page.click("#glm-clear")
    expect(page.locator("#glm-conversation [data-testid=bot]")).to_have_count(0)
    ask(page, "two")
    assert wait_until(lambda: texts() == [["one", answer], ["two", "two"]])
    send(page, "slow 900")
    expect(page.locator("#glm-conversation [data-testid=bot]").last).to_contain_text("word50")
    page.reload()  # an answer that is left is saved as far as it came, or as the browser has it from a second before
    ready(page)
    assert wait_until(lambda: [len(messages) for messages in texts()] == [2, 4])
    page.evaluate(
        """async () => {
          const [row] = (await glm.store.conversations()).filter((other) => other.title === "one");
          await glm.store.put({ ...row, deleted: 1 });
        }"""  # longer ago than it can be undone
    )
    page.goto(f"{saving_server}/compare")
    ready(page)
    expect(page.locator("#glm-side-bar")).to_contain_text("管理者也会保存")
    assert len(texts()) == 2  # from there the server is told nothing, so nothing is forgotten before it is
    page.goto(f"{saving_server}/image")
    ready(page)
    assert wait_until(lambda: [messages[0] for messages in texts()] == ["two"])


@pytest.mark.browser
@pytest.mark.timeout(240)
def test_nothing_is_saved_unless_it_is_asked_for(new_page: NewPage) -> None:
    page = new_page()
    ask(page, "one")
    expect(page.locator("#glm-about")).not_to_contain_text("saves")
    expect(page.locator("#glm-side-bar")).to_contain_text("Kept only here")
