"""What a chat needs of a place to write to, and the plain one: a pipe, a file, a terminal that only knows letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol, TextIO


class AnswerWriter(Protocol):
    """Shows an answer while it is written. All texts are free of terminal escapes."""

    def progress(self, text: str) -> None:
        """A line that stands there until something is said."""

    def think(self, piece: str) -> None:
        """A piece of what the model says to itself."""

    def write(self, piece: str) -> None:
        """A piece of the answer."""


class Screen(Protocol):
    """Where a person, or a program at the other end of a pipe, reads and writes."""

    @property
    def interactive(self) -> bool:
        """Whether a person is there."""

    def read(self) -> str:
        """The next thing typed. Raises: EOFError at the end, KeyboardInterrupt."""

    def tell(self, text: str) -> None:
        """A line for a person; nothing when a program reads the answers."""

    def reply(self, text: str) -> None:
        """What a command says; not among the answers when a program reads those."""

    def refuse(self, text: str) -> None:
        """Says why there is no answer."""

    def show(self, question: str, answer: str) -> None:
        """A round of an earlier chat, for a person."""

    def answer(self) -> AbstractContextManager[AnswerWriter]:
        """The place of one answer; whatever ends the block, what was written is shown."""


class PlainScreen:
    """Letters as they come. When a program reads, only answers go to `out`, and refusals to `err`."""

    def __init__(self, read: Callable[[str], str], out: TextIO, err: TextIO, interactive: bool) -> None:
        self._read = read
        self._out = out
        self._err = err
        self.interactive = interactive

    def read(self) -> str:
        """One line."""
        return self._read("> " if self.interactive else "")

    def tell(self, text: str) -> None:
        """A line for a person."""
        if self.interactive:
            print(text, file=self._out, flush=True)

    def reply(self, text: str) -> None:
        """What a command says."""
        self.refuse(text)

    def refuse(self, text: str) -> None:
        """Says why there is no answer."""
        print(text, file=self._out if self.interactive else self._err, flush=True)

    def show(self, question: str, answer: str) -> None:
        """A round of an earlier chat."""
        self.tell(f"> {question}\n{answer}")

    @contextmanager
    def answer(self) -> Iterator[AnswerWriter]:
        """Writes pieces as they come, and a line's end after the last one."""
        writer = _PlainWriter(self._out, self.interactive)
        try:
            yield writer
        finally:
            writer.end()


class _PlainWriter:
    def __init__(self, out: TextIO, interactive: bool) -> None:
        self._out = out
        self._interactive = interactive
        self._thinking = False
        self._written = False

    def progress(self, text: str) -> None:
        if self._interactive:
            print(text, file=self._out, flush=True)

    def think(self, piece: str) -> None:
        if self._interactive:
            self._thinking = True
            self._put(piece)

    def write(self, piece: str) -> None:
        if self._thinking:
            self._thinking = False
            self._put("\n\n")
        self._put(piece)

    def end(self) -> None:
        if self._written:
            self._put("\n")

    def _put(self, text: str) -> None:
        self._written = True
        self._out.write(text)
        self._out.flush()
