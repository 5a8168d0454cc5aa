"""What an operator may keep of the use of a server: figures of each answer, and what visitors think of it.

A local SQLite file, only where `--usage-file` names one. What was asked and answered is never in it; the reason that
a visitor gives for an opinion is.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import astuple, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from model.errors import UserError

MAX_REASON = 500  # characters
APPLICATION = 0x474C4D55  # "GLMU", in the header of each such file
_WAITING = 10_000  # records between two writes
_PATIENCE = 5.0  # seconds for another program to release the file, and for the last records at the end
_TABLES = """
create table if not exists answers (
    time text not null, face text not null, model text not null, picture integer not null, ended text not null,
    prompt_tokens integer, completion_tokens integer, queue_seconds real, first_token_seconds real,
    tokens_per_second real
);
create table if not exists feedback (
    answer text primary key, time text not null, model text not null, liked integer not null, reason text not null
);
create table if not exists votes (
    round text primary key, time text not null, left_model text not null, left_preset text not null,
    right_model text not null, right_preset text not null, vote text not null, blind integer not null
);
"""
_log = logging.getLogger("glm.apps")


@dataclass(frozen=True)
class AnswerFigures:
    """One answer; the figures are None where it broke off before there were any, the last also with a single token.

    `ended` is a `Finish`'s reason, or "error".
    """

    face: str  # "page" or "api"
    model: str
    picture: bool
    ended: str
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    queue_seconds: float | None = None
    first_token_seconds: float | None = None
    tokens_per_second: float | None = None


_ADD_ANSWER = (
    f"insert into answers (time, {', '.join(field.name for field in fields(AnswerFigures))}) "
    f"values (?{', ?' * len(fields(AnswerFigures))})"
)
_ADD_FEEDBACK = "insert or replace into feedback (answer, time, model, liked, reason) values (?, ?, ?, ?, ?)"
_ADD_VOTE = "insert or replace into votes values (?, ?, ?, ?, ?, ?, ?, ?)"
_DROP_FEEDBACK = "delete from feedback where answer = ?"


class UsageFile:
    """The file, with one thread that writes to it: whoever adds a record never waits, and loses at most that record.

    Raises: UserError("usage_unwritable", "usage_foreign").
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database = _open(path)
        self._records: queue.Queue[tuple[str, tuple[object, ...]] | None] = queue.Queue(_WAITING)
        self._writer = threading.Thread(target=self._write, name="usage", daemon=True)
        self._writer.start()

    def add_answer(self, figures: AnswerFigures) -> None:
        """Keeps an answer's figures."""
        self._add(_ADD_ANSWER, (_now(), *astuple(figures)))

    def add_feedback(self, answer: str, model: str, liked: bool | None, reason: str = "") -> None:
        """Keeps what a visitor thinks of the answer named so, instead of what they thought before; None forgets it."""
        if liked is None:
            self._add(_DROP_FEEDBACK, (answer,))
        else:
            self._add(_ADD_FEEDBACK, (answer, _now(), model, liked, reason.strip()[:MAX_REASON]))

    def add_vote(
        self,
        round_: str,
        left_model: str,
        left_preset: str,
        right_model: str,
        right_preset: str,
        vote: str,
        blind: bool,
    ) -> None:
        """Keeps which answer of a comparison's round was better, instead of what was said before.

        vote: "left", "right", "tie" or "bad". blind: the names were hidden. The presets are built-in ones, or "own".
        """
        self._add(_ADD_VOTE, (round_, _now(), left_model, left_preset, right_model, right_preset, vote, blind))

    def close(self) -> None:
        """Writes what is left."""
        with contextlib.suppress(queue.Full):
            self._records.put_nowait(None)
            self._writer.join(_PATIENCE + 1)

    def _add(self, statement: str, values: tuple[object, ...]) -> None:
        try:
            self._records.put_nowait((statement, values))
        except queue.Full:
            _log.warning("a record of use is lost: the file %s is too slow", self.path)

    def _write(self) -> None:
        while (record := self._records.get()) is not None:
            try:
                with self._database:
                    self._database.execute(*record)
            except (sqlite3.Error, ValueError) as error:  # the latter: a character that is none
                _log.warning("a record of use is lost: %s (%s)", error, self.path)
        self._database.close()


@contextlib.contextmanager
def open_usage(path: Path | None) -> Iterator[UsageFile | None]:
    """The file at `path` for the duration of a `with` block; None where none is asked for. Raises: as `UsageFile`."""
    if path is None:
        yield None
        return
    with contextlib.closing(UsageFile(path)) as file:
        yield file


def _open(path: Path) -> sqlite3.Connection:
    try:
        database = sqlite3.connect(path, timeout=_PATIENCE, check_same_thread=False)
        try:
            (application,) = database.execute("pragma application_id").fetchone()
            (tables,) = database.execute("select count(*) from sqlite_master").fetchone()
            if tables and application != APPLICATION:
                raise UserError("usage_foreign", path=path)
            database.execute(f"pragma application_id = {APPLICATION}")
            database.execute("pragma journal_mode = wal")  # who reads the file does not hold up who writes
            database.execute("pragma synchronous = normal")
            database.executescript(_TABLES)
        except BaseException:
            database.close()
            raise
    except sqlite3.Error as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_NOTADB:
            raise UserError("usage_foreign", path=path) from error
        raise UserError("usage_unwritable", path=path, reason=error) from error
    return database


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
