"""A conversation in a file, in the form that the pages export and import (apps/record.py)."""

from __future__ import annotations

from pathlib import Path

from model.errors import UserError

from .. import record
from ..conversation import Conversation
from ..files import replace_file


def save(conversation: Conversation, path: Path, model_name: str) -> None:
    """Writes the file whole or not at all; another saved conversation there is replaced, anything else is not.

    Raises: UserError("conversation_foreign", "conversation_unsaved").
    """
    kind = "image" if conversation.transcript.pictures() else "chat"
    try:
        if path.exists() and not _is_conversation(path):
            raise UserError("conversation_foreign", path=path)
        replace_file(path, record.to_file(conversation, kind, model_name).encode("utf-8"))
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        raise UserError("conversation_unsaved", path=path, reason=_reason(error)) from error


def load(path: Path, keep: record.Keep) -> record.Record:
    """A saved conversation, its pictures as `keep` keeps them.

    Raises: UserError("conversation_unread", "bad_record"), vision.errors.ImageError.
    """
    try:
        with path.open("rb") as file:
            data = file.read(4 * record.MAX_BYTES + 1)  # characters of four bytes at most
    except (OSError, ValueError) as error:
        raise UserError("conversation_unread", path=path, reason=_reason(error)) from error
    return record.from_json(data.decode("utf-8", "replace"), keep)


def _is_conversation(path: Path) -> bool:
    try:
        load(path, lambda _: None)
    except UserError:
        return False
    return True


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)
