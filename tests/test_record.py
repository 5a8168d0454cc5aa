"""A conversation as JSON: what was written is read back; anything else is refused in words."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from PIL import Image

from apps import record
from apps.conversation import Conversation
from apps.messages import sentence
from model.errors import UserError
from vision.errors import ImageError


def conversation(picture: str | None = None) -> Conversation:
    made = Conversation()
    made.clear(picture)
    for question, text in (("q", "a"), ("问\n  <b>", "答 $x$")):
        run = made.ask(question)
        assert run is not None
        run.text, run.thinking = text, "hm"
        made.settle(run, "length")
    again = made.ask_again(1)
    assert again is not None
    again.text = "other"
    made.settle(again, "stop")
    return made


def test_what_is_written_is_read_back(tmp_path):
    path = tmp_path / "p"
    Image.new("RGB", (8, 8), "red").save(path, "WEBP")
    made = conversation(str(path))
    made.title = "Name"
    read = record.from_json(record.to_file(made, "image", "GLM"))
    assert read.transcript == made.transcript
    assert (read.id, read.title, read.picture) == (made.id, "Name", path.read_bytes())
    path.unlink()
    assert record.from_json(record.to_file(made, "image", "GLM")).picture is None


GOOD: dict[str, Any] = record.to_json(conversation(), "chat", "GLM")


@pytest.mark.parametrize(
    "change",
    [
        {"format": "other"},
        {"version": 2},
        {"messages": []},
        {"messages": None},
        {"messages": [1]},
        {"leaf": 99},
        {"leaf": None},
        {"leaf": True},
        {"leaf": [0]},
        {"picture": 5},
        {"picture": "http://192.0.2.1/x.png"},
        {"picture": "data:image/png;base64,aGFsbG8="},
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
        record.from_json(json.dumps({**GOOD, **change}))
    for lang in ("en", "zh"):
        assert "report id" not in sentence(wrong.value, lang)


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000, '{"messages": 1}'], ids=lambda text: text[:9])
def test_what_is_no_record_is_refused(text):
    with pytest.raises(UserError) as wrong:
        record.from_json(text)
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
            read = record.from_json(text)
        except (UserError, ImageError):
            continue
        assert read.transcript.path()


def test_odd_titles_and_names_do_no_harm():
    read = record.from_json(json.dumps({**GOOD, "id": "../../x", "title": "\ud800" + "x" * 999}))
    assert read.id is None
    assert len(read.title) == 200
    assert "\ud800" not in read.title
