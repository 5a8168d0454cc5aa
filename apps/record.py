"""A conversation as JSON: what a visitor's browser keeps, and the file that is exported and imported again.

    {"format": "glm-webui", "version": 1, "id": "…", "kind": "chat" | "image", "title": "…", "model": "…",
     "picture": null | "data:image/…;base64,…", "leaf": 3,
     "messages": [{"id": 0, "parent": null, "role": "user", "text": "…"},
                  {"id": 1, "parent": 0, "role": "assistant", "text": "…", "thinking": "…", "ended": "stop"}, …]}

`leaf` is the last message of what is shown; messages with the same parent are versions of each other.
"""

from __future__ import annotations

import base64
import contextlib
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from model.errors import UserError
from vision.errors import ImageError
from vision.image import decode_data_url, load_image
from vision.image_files import examine

from .conversation import Conversation
from .display import clean
from .transcript import Entry, Transcript

FORMAT, VERSION = "glm-webui", 1
MAX_BYTES = 64 * 1024 * 1024  # of a whole file, its picture included
MAX_MESSAGES = 10_000
MAX_TITLE = 200  # characters


@dataclass(frozen=True)
class Record:
    """A conversation that came from a browser or a file; `picture` is the content of an image file."""

    transcript: Transcript
    id: str | None = None
    title: str = ""
    picture: bytes | None = None


def to_json(conversation: Conversation, kind: str, model_name: str, picture: str | None = None) -> dict[str, Any]:
    """The fields of a conversation; `picture` is what to write for its picture."""
    transcript = conversation.transcript
    return {
        "format": FORMAT,
        "version": VERSION,
        "id": conversation.id,
        "kind": kind,
        "title": conversation.title or transcript.title(),
        "model": model_name,
        "picture": picture,
        "leaf": transcript.leaf,
        "messages": [_message(entry) for entry in transcript.entries],
    }


def to_file(conversation: Conversation, kind: str, model_name: str) -> str:
    """The same as text, with the picture inside; one that has gone is left out."""
    picture = None
    if conversation.picture is not None:
        with contextlib.suppress(OSError, ImageError):
            picture = picture_url(conversation.picture)
    return json.dumps(to_json(conversation, kind, model_name, picture), ensure_ascii=False, indent=1) + "\n"


def _message(entry: Entry) -> dict[str, Any]:
    fields: dict[str, Any] = {"id": entry.id, "parent": entry.parent, "role": entry.role, "text": entry.text}
    if entry.role == "assistant":
        fields["ended"] = entry.ended
        if entry.thinking:
            fields["thinking"] = entry.thinking
    return fields


def from_json(text: str) -> Record:
    """Reads what `to_json` made, checked: a browser may send anything.

    Raises: UserError("bad_record"); ImageError.
    """
    if len(text) > MAX_BYTES:
        _wrong(f"it is longer than {MAX_BYTES // 2**20} MB")
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        _wrong("it is not JSON")
    if not isinstance(fields, dict) or fields.get("format") != FORMAT or not isinstance(fields.get("messages"), list):
        _wrong("it was not exported from these pages")
    if fields.get("version") != VERSION:
        _wrong("it comes from another version of this program")
    messages = fields["messages"]
    if not messages or len(messages) > MAX_MESSAGES:
        _wrong(f"it should have from 1 to {MAX_MESSAGES} messages")
    entries: dict[int, Entry] = {}
    for place, message in enumerate(messages, 1):
        entry = _entry(message, entries, place)
        entries[entry.id] = entry
    leaf = fields.get("leaf")
    if not _is_id(leaf) or leaf not in entries:
        _wrong("its leaf is none of its messages")
    name, title, picture = fields.get("id"), fields.get("title"), fields.get("picture")
    return Record(
        Transcript(tuple(entries.values()), leaf),
        name if isinstance(name, str) and re.fullmatch("[0-9a-f]{16}", name) else None,
        clean(title)[:MAX_TITLE] if isinstance(title, str) else "",
        None if picture is None else _picture(picture),
    )


def _entry(message: Any, before: dict[int, Entry], place: int) -> Entry:
    if not isinstance(message, dict):
        _wrong(f"message {place} is not an object")
    id, parent, role, text = (message.get(name) for name in ("id", "parent", "role", "text"))
    if not isinstance(id, int) or not _is_id(id) or id in before:
        _wrong(f"message {place} has no id of its own")
    if not isinstance(text, str) or not isinstance(message.get("thinking", ""), str):
        _wrong(f"the text of message {place} is not text")
    if parent is None:
        due = "user"
    elif _is_id(parent) and parent in before:
        due = "assistant" if before[parent].role == "user" else "user"
    else:
        _wrong(f"message {place} follows none of those before it")
    if role != due:
        _wrong(f"message {place} should have the role {due}")
    ended = message.get("ended", "stop")
    if ended not in ("stop", "length", "cancelled"):
        _wrong(f"message {place} ended in an unknown way")
    return Entry(id, parent, role, clean(text), clean(message.get("thinking", "")), ended)


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _picture(url: Any) -> bytes:
    if not isinstance(url, str):
        _wrong("its picture is not a data URL")
    picture = decode_data_url(url)
    load_image(picture)
    return picture


def _wrong(detail: str) -> NoReturn:
    raise UserError("bad_record", detail=detail)


def picture_url(path: str) -> str:
    """The picture in a file, as it is, as a data URL. Raises: OSError, ImageError."""
    data = Path(path).read_bytes()
    return f"data:image/{examine(data).format.lower()};base64,{base64.b64encode(data).decode()}"
