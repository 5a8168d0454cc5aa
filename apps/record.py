"""A conversation as JSON: what a visitor's browser keeps, and the file that is exported and imported again.

    {"format": "glm-webui", "version": 2, "id": "…", "kind": "chat" | "image", "title": "…", "model": "…", "leaf": 3,
     "next": 4,
     "messages": [{"id": 0, "parent": null, "role": "user", "text": "…", "pictures": ["<name>", …]},
                  {"id": 1, "parent": 0, "role": "assistant", "text": "…", "thinking": "…", "ended": "stop",
                   "model": "…"}, …],
     "pictures": {"<name>": "data:image/…;base64,…", …}}

`leaf` is the last message of what is shown, `next` the id of the next one; messages with the same parent are versions
of each other. Files have no `id`: who is given one cannot pass for its owner. Version 1 had one `picture` of the whole
conversation instead.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from model.errors import UserError
from vision.errors import ImageError
from vision.image import decode_data_url

from .conversation import Conversation
from .display import clean
from .messages import say
from .pictures import Picture, picture_url
from .transcript import Entry, Transcript

FORMAT, VERSION = "glm-webui", 2
MAX_BYTES = 64 * 1024 * 1024  # of a whole file, its pictures included
MAX_MESSAGES = 10_000
MAX_PICTURES = 200
MAX_TITLE = 200  # characters, of a model's name as well

Keep = Callable[[bytes], Picture | None]
"""Makes a conversation's picture of an image file's content; None where pictures are not for. Raises: ImageError."""


@dataclass(frozen=True)
class Record:
    """A conversation that came from a browser or a file."""

    transcript: Transcript
    id: str | None = None
    title: str = ""


def to_json(conversation: Conversation, kind: str, model_name: str) -> dict[str, Any]:
    """The fields of a conversation, with the names of its pictures but not their content."""
    transcript = conversation.transcript
    return {
        "format": FORMAT,
        "version": VERSION,
        "id": conversation.id,
        "kind": kind,
        "title": conversation.title or transcript.title(),
        "model": model_name,
        "leaf": transcript.leaf,
        "next": transcript.next_id,
        "messages": [_message(entry) for entry in transcript.entries],
        "pictures": {},
    }


def to_file(conversation: Conversation, kind: str, model_name: str) -> str:
    """The same as the text of a file, with its pictures inside; one that has gone is left out."""
    fields = to_json(conversation, kind, model_name)
    del fields["id"]
    for name, picture in conversation.transcript.pictures().items():
        with contextlib.suppress(OSError, ImageError):
            fields["pictures"][name] = picture_url(picture)
    return json.dumps(fields, ensure_ascii=False, indent=1) + "\n"


def _message(entry: Entry) -> dict[str, Any]:
    fields: dict[str, Any] = {"id": entry.id, "parent": entry.parent, "role": entry.role, "text": entry.text}
    if entry.pictures:
        fields["pictures"] = [picture.name for picture in entry.pictures]
    if entry.role == "assistant":
        fields["ended"] = entry.ended
        fields |= {name: value for name in ("thinking", "model") if (value := getattr(entry, name))}
    return fields


def from_json(text: str, keep: Keep) -> Record:
    """Reads what `to_json` or `to_file` made, checked: a browser may send anything. A picture that is named only, or
    that `keep` has no use for, is left out.

    Raises: UserError("bad_record"); ImageError.
    """
    if len(text) > MAX_BYTES:
        _wrong("long", limit=MAX_BYTES // 2**20)
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        _wrong("not_json")
    if not isinstance(fields, dict) or fields.get("format") != FORMAT or not isinstance(fields.get("messages"), list):
        _wrong("foreign")
    if fields.get("version") == 1:
        fields = _from_version_1(fields)
    if fields.get("version") != VERSION:
        _wrong("version")
    messages = fields["messages"]
    if not messages or len(messages) > MAX_MESSAGES:
        _wrong("count", limit=MAX_MESSAGES)
    pictures = _pictures(fields.get("pictures"), keep)
    entries: dict[int, Entry] = {}
    for place, message in enumerate(messages, 1):
        entry = _entry(message, entries, pictures, place)
        entries[entry.id] = entry
    leaf = fields.get("leaf")
    if not _is_id(leaf) or leaf not in entries:
        _wrong("leaf")
    name, title, next_id = fields.get("id"), fields.get("title"), fields.get("next")
    return Record(
        # a question that was left while another answer was on its way shows one that is there
        Transcript(tuple(entries.values()), leaf, next_id if _is_id(next_id) else 0).select(entries[leaf]),
        name if isinstance(name, str) and re.fullmatch("[0-9a-f]{16}", name) else None,
        clean(title)[:MAX_TITLE] if isinstance(title, str) else "",
    )


def _from_version_1(fields: dict[str, Any]) -> dict[str, Any]:
    """The picture of the whole conversation goes with every version of its first question."""
    if fields.get("picture") is None:
        return {**fields, "version": VERSION}
    messages = [
        {**message, "pictures": ["picture"]}
        if isinstance(message, dict) and message.get("parent") is None and message.get("role") == "user"
        else message
        for message in fields["messages"]
    ]
    return {**fields, "version": VERSION, "messages": messages, "pictures": {"picture": fields["picture"]}}


def _pictures(urls: Any, keep: Keep) -> Mapping[str, Picture]:
    if urls is None:
        return {}
    if not isinstance(urls, dict) or len(urls) > MAX_PICTURES or not all(isinstance(url, str) for url in urls.values()):
        _wrong("pictures", limit=MAX_PICTURES)
    kept = {name: keep(decode_data_url(url)) for name, url in urls.items()}
    return {name: picture for name, picture in kept.items() if picture is not None}


def _entry(message: Any, before: dict[int, Entry], pictures: Mapping[str, Picture], place: int) -> Entry:
    if not isinstance(message, dict):
        _wrong("message", place=place)
    id, parent, role, text = (message.get(name) for name in ("id", "parent", "role", "text"))
    if not isinstance(id, int) or not _is_id(id) or id in before:
        _wrong("id", place=place)
    thinking, model = (message.get(name, "") for name in ("thinking", "model"))
    if not isinstance(text, str) or not isinstance(thinking, str) or not isinstance(model, str):
        _wrong("text", place=place)
    if parent is None:
        due = "user"
    elif _is_id(parent) and parent in before:
        due = "assistant" if before[parent].role == "user" else "user"
    else:
        _wrong("parent", place=place)
    if role != due:
        _wrong("role", place=place)
    ended = message.get("ended", "stop")
    if ended not in ("stop", "length", "cancelled"):
        _wrong("ended", place=place)
    named = message.get("pictures", [])
    if not isinstance(named, list) or len(named) > MAX_PICTURES or (named and role != "user"):
        _wrong("named", place=place)
    shown = tuple(pictures[name] for name in named if isinstance(name, str) and name in pictures)
    return Entry(id, parent, role, clean(text), clean(thinking), ended, shown, clean(model)[:MAX_TITLE])


def _is_id(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**31


def _wrong(reason: str, **fields: object) -> NoReturn:
    raise UserError("bad_record", detail=say(f"record_{reason}", "en", **fields), reason=reason, **fields)
