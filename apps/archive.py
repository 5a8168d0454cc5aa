"""Conversations of the pages as files of the operator's, only where `--save-conversations` names a folder.

One file for each, in the form of `record`, named by the conversation's id, which only its visitor's browser knows.
"""

from __future__ import annotations

import logging
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import record
from .conversation import Conversation
from .files import replace_file
from .transcript import Transcript

MAX_FOLDER_BYTES = 4 * 2**30  # of all files together; beyond it nothing more is saved, and the log says so
_REMEMBERED = 1000  # conversations of which is known what was written last
_log = logging.getLogger("glm.apps")


class Archive:
    """The folder, with one thread that writes to it, so that no answer waits for a disk."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._bytes = sum(path.stat().st_size for path in folder.glob("*.json"))
        self._is_full = False
        self._written: dict[str, tuple[Transcript, str]] = {}
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="archive")  # ends with the process, its work done

    def keep(self, conversation: Conversation, kind: str, model_name: str) -> None:
        """Writes the conversation as it is now, if that is new; one without messages has no file."""
        id, title, transcript = conversation.id, conversation.title, conversation.transcript
        if not transcript.entries:
            self.forget(id)
        elif self._written.get(id) != (transcript, title):
            self._written.pop(id, None)
            self._written[id] = transcript, title
            if len(self._written) > _REMEMBERED:
                del self._written[next(iter(self._written))]
            copy = Conversation()
            copy.load(transcript, title, id)
            self._worker.submit(self._write, copy, kind, model_name)

    def forget(self, id: str) -> None:
        """Removes the file of the conversation with this id, if there is one."""
        if re.fullmatch("[0-9a-f]{16}", id):
            self._written.pop(id, None)
            self._worker.submit(self._remove, self._path(id))

    def close(self) -> None:
        """Writes what is left."""
        self._worker.shutdown()

    def _path(self, id: str) -> Path:
        return self.folder / f"{id}.json"

    def _write(self, conversation: Conversation, kind: str, model_name: str) -> None:
        path = self._path(conversation.id)
        try:
            data = record.to_file(conversation, kind, model_name).encode("utf-8")
            total = self._bytes + len(data) - _size(path)
            if len(data) > record.MAX_BYTES or total > MAX_FOLDER_BYTES:
                if not self._is_full:
                    _log.warning("a conversation is not saved: it, or the folder %s, is too large", self.folder)
                self._is_full = True
                return
            replace_file(path, data)
            self._bytes, self._is_full = total, False
        except Exception as error:  # the pages go on without it
            _log.warning("a conversation is not saved: %s (%s)", error, path)

    def _remove(self, path: Path) -> None:
        try:
            self._bytes -= _size(path)
            path.unlink(missing_ok=True)
        except OSError as error:
            _log.warning("a deleted conversation is still there: %s (%s)", error, path)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
