"""A conversation as JSON: what was written is read back; anything else is refused in words."""

from __future__ import annotations

import base64
import io
import json
import os
import random
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from gradio.route_utils import delete_files_created_by_app
from PIL import Image

from apps import record
from apps.conversation import Conversation
from apps.image_chat import ImagePage
from apps.messages import sentence
from apps.metrics import MeteredModels
from apps.pictures import Picture, keep_picture
from apps.settings import parse_settings
from model.errors import UserError
from model.pool import ModelPool
from tests.stub_model import StubModel
from vision.errors import ImageError
from vision.image import load_image


def conversation(*pictures: tuple[Picture, ...]) -> Conversation:
    """Of two rounds, and the pictures of each."""
    made = Conversation()
    for place, (question, text) in enumerate((("q", "a"), ("问\n  <b>", "答 $x$"))):
        run = made.ask(question, pictures[place] if pictures else ())
        assert run is not None
        run.text, run.thinking, run.model = text, "hm", f"Model {place}"
        made.settle(run, "length")
    again = made.ask_again(1)
    assert again is not None
    again.text = "other"
    made.settle(again, "stop")
    return made


def test_what_is_written_is_read_back_each_picture_with_its_turn(tmp_path):
    drawn = []
    for colour in ("red", "green", "blue"):
        Image.new("RGB", (8, 8), colour).save(tmp_path / colour, "WEBP")
        drawn.append(keep_picture((tmp_path / colour).read_bytes(), tmp_path))
    made = conversation((drawn[0],), (drawn[1], drawn[2]))
    made.title = "Name"
    file = record.to_file(made, "image", "GLM")
    assert made.id not in file, "who is given a file cannot pass for its owner"
    read = record.from_json(file, lambda data: keep_picture(data, tmp_path))
    assert read.transcript == made.transcript
    assert (read.id, read.title) == (None, "Name")
    assert record.from_json(json.dumps(record.to_json(made, "image", "GLM")), nothing).id == made.id
    assert not record.from_json(file, nothing).transcript.pictures(), "a page without pictures leaves them out"
    Path(drawn[1].path).unlink()
    read = record.from_json(record.to_file(made, "image", "GLM"), lambda data: keep_picture(data, tmp_path))
    assert [entry.pictures for entry in read.transcript.entries if entry.role == "user"] == [(drawn[0],), (drawn[2],)]


def test_a_picture_that_is_kept_again_is_not_written_again(tmp_path):
    Image.new("RGB", (8, 8), "red").save(tmp_path / "red.png")
    data = (tmp_path / "red.png").read_bytes()
    path = Path(keep_picture(data, tmp_path).path)
    os.utime(path, ns=(1, 1))
    before = path.stat()
    assert keep_picture(data, tmp_path).path == str(path)
    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, 1), (
        "whoever reads it, or knows it by its time, still can"
    )
    assert after.st_ctime_ns > before.st_ctime_ns, "its day begins anew"


def test_pictures_go_with_the_other_uploads(tmp_path, monkeypatch):
    monkeypatch.setenv("GRADIO_TEMP_DIR", str(tmp_path / "uploads"))
    Image.new("RGB", (8, 8), "red").save(tmp_path / "red.png")
    page = ImagePage(MeteredModels(ModelPool.of(StubModel())), parse_settings([]))
    page.uploads = set()
    demo = SimpleNamespace(blocks={}, temp_file_sets=[page.uploads])
    kept = Path(page.store((tmp_path / "red.png").read_bytes()).path)
    delete_files_created_by_app(demo, 3600)
    assert kept.exists()
    delete_files_created_by_app(demo, None)
    assert not kept.exists()


def test_a_file_of_the_first_version_is_read(tmp_path):
    """Then a conversation had one picture; it was about it from its first question on."""
    data = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(data, "PNG")
    url = f"data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}"
    old = {key: value for key, value in GOOD.items() if key != "pictures"} | {"version": 1, "picture": url}
    read = record.from_json(json.dumps(old), lambda data: keep_picture(data, tmp_path))
    asked = [entry for entry in read.transcript.entries if entry.role == "user"]
    assert [len(entry.pictures) for entry in asked] == [1, 0]
    assert Path(asked[0].pictures[0].path).read_bytes() == data.getvalue()
    assert not record.from_json(json.dumps(old | {"picture": None}), nothing).transcript.pictures()


def nothing(_: bytes) -> None:
    """Of a page that shows no pictures."""


def nothing_of_it(data: bytes) -> None:
    """The same, but it looks at them."""
    load_image(data)


GOOD: dict[str, Any] = record.to_json(conversation(), "chat", "GLM")


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"version": 3},
        {"messages": []},
        {"messages": None},
        {"messages": [1]},
        {"leaf": 99},
        {"leaf": None},
        {"leaf": True},
        {"leaf": [0]},
        {"pictures": 5},
        {"pictures": {"a": 5}},
        {"pictures": {"a": "http://192.0.2.1/x.png"}},
        {"pictures": {"a": "data:image/png;base64,aGFsbG8="}},
        {"pictures": {str(number): "" for number in range(1000)}},
        {"version": 1, "picture": "http://192.0.2.1/x.png"},
        {"messages": [{"id": 0, "parent": None, "role": "user", "text": "a", "pictures": "a"}], "leaf": 0},
        {"messages": [{"id": 0, "parent": None, "role": "assistant", "text": "a"}], "leaf": 0},
        {"messages": [{"id": 0, "parent": 0, "role": "user", "text": "a"}], "leaf": 0},
        {"messages": [{"id": 0, "parent": None, "role": "user", "text": None}], "leaf": 0},
        {"messages": [{"id": 0, "parent": None, "role": "user", "text": "a"}] * 2, "leaf": 0},
        {"messages": [{"id": -1, "parent": None, "role": "user", "text": "a"}], "leaf": -1},
    ],
    ids=repr,
)
def test_what_is_wrong_is_said(change):
    with pytest.raises((UserError, ImageError)) as wrong:
        record.from_json(json.dumps({**GOOD, **change}), nothing_of_it)
    assert "report id" not in sentence(wrong.value, "en")
    chinese = sentence(wrong.value, "zh")
    assert not re.search("[a-z]{4,}", chinese.replace("data", "").replace("image", "").replace("base", ""))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000, '{"messages": 1}'], ids=lambda text: text[:9])
def test_what_is_no_record_is_refused(text):
    with pytest.raises(UserError) as wrong:
        record.from_json(text, nothing)
    assert wrong.value.code == "bad_record"


def test_altered_files_are_read_or_refused():
    """Two thousand seeded alterations of a good file."""
    chance = random.Random(11)
    good = json.dumps(GOOD)
    for _ in range(2000):
        at, size = chance.randrange(len(good)), chance.randrange(1, 6)
        other = "".join(chance.choices('0123456789{}[]",:null\\u', k=chance.randrange(4)))
        text = good[:at] + other + good[at + size :]
        try:
            read = record.from_json(text, nothing)
        except (UserError, ImageError):
            continue
        assert read.transcript.path()


def test_odd_titles_and_names_do_no_harm():
    read = record.from_json(json.dumps({**GOOD, "id": "../../x", "title": "\ud800" + "x" * 999}), nothing)
    assert read.id is None
    assert len(read.title) == 200
    assert "\ud800" not in read.title
