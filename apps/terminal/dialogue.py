"""One conversation as the terminal keeps it, and the file it is saved in.

The file is the body of an OpenAI chat completion, so that it can be sent to any such server: `messages`, of which the
first question holds the picture as a data URL, and `model`, which is only a note.
"""

from __future__ import annotations

import base64
import io
import json
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PIL import Image

from model.errors import UserError
from model.types import Message
from vision.image import decode_data_url, load_image

from ..display import clean

MAX_FILE_BYTES = 64 << 20


@dataclass
class Dialogue:
    """Questions and answers in turn, and the picture they are about (the bytes of its file)."""

    messages: list[Message] = field(default_factory=list)
    picture: bytes | None = None

    @property
    def rounds(self) -> int:
        """How many questions were answered."""
        return len(self.messages) // 2

    def add(self, question: str, answer: str) -> None:
        """One round more."""
        self.messages += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]

    def take_back(self) -> tuple[str, str] | None:
        """Removes the last round and returns it; None when there is none."""
        if not self.messages:
            return None
        *self.messages, question, answer = self.messages
        return question["content"], answer["content"]


def read_picture(path: Path) -> bytes:
    """The file of a picture that can be looked at. Raises: vision.errors.ImageError."""
    load_image(path)
    return path.read_bytes()


def save(dialogue: Dialogue, path: Path, model_name: str) -> None:
    """Writes the file whole or not at all; another saved conversation there is replaced, anything else is not.

    Raises: UserError("conversation_foreign", "conversation_unsaved").
    """
    try:
        if path.exists():
            try:
                load(path)
            except UserError as error:
                raise UserError("conversation_foreign", path=path) from error
        text = json.dumps({"model": model_name, "messages": _to_json(dialogue)}, ensure_ascii=False, indent=1)
        _replace(path, (text + "\n").encode("utf-8"))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise UserError("conversation_unsaved", path=path, reason=_reason(error)) from error


def load(path: Path) -> Dialogue:
    """A saved conversation. Raises: UserError("conversation_unread", "conversation_invalid"), ImageError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise UserError("conversation_unread", path=path, reason=_reason(error)) from error
    try:
        if len(data) > MAX_FILE_BYTES:
            raise ValueError("too long")
        return _from_json(json.loads(data.decode("utf-8")))
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise UserError("conversation_invalid", path=path) from error


def _to_json(dialogue: Dialogue) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = [dict(message) for message in dialogue.messages]
    if messages and dialogue.picture is not None:
        with Image.open(io.BytesIO(dialogue.picture)) as image:
            kind = image.get_format_mimetype()
        address = f"data:{kind};base64,{base64.b64encode(dialogue.picture).decode()}"
        picture = {"type": "image_url", "image_url": {"url": address}}
        messages[0]["content"] = [picture, {"type": "text", "text": messages[0]["content"]}]
    return messages


def _from_json(value: Any) -> Dialogue:
    """Raises: ValueError, TypeError or KeyError for what `_to_json` does not write; vision.errors.ImageError."""
    dialogue = Dialogue()
    messages = value["messages"]
    if not isinstance(messages, list) or not messages or len(messages) % 2:
        raise ValueError("not a list of whole rounds")
    for question, answer in zip(messages[::2], messages[1::2], strict=True):
        content = question["content"]
        if not dialogue.messages and isinstance(content, list):
            picture, text = content
            dialogue.picture = decode_data_url(picture["image_url"]["url"])
            load_image(dialogue.picture)
            content = text["text"]
        texts = (content, answer["content"])
        if (question["role"], answer["role"]) != ("user", "assistant") or not all(isinstance(t, str) for t in texts):
            raise ValueError("not a question and its answer")
        dialogue.add(clean(content), clean(answer["content"]))
    return dialogue


def _replace(path: Path, data: bytes) -> None:
    """The file appears under its name only when all of it is on the disk. Only its owner can read it."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:40]}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
