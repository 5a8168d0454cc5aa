"""The screen of a real terminal: Markdown while it is written, line editing with history and completion."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.live import Live
from rich.segment import Segment
from rich.text import Text

from .markdown import AnswerMarkdown, first_blocks, wrapped
from .screen import AnswerWriter

_FRAME_SECONDS = 0.08
_SHARE_OF_TIME = 0.2  # of the time between frames, how much may go into drawing one


class RichScreen:
    """A person at a terminal that knows colours and cursor movement."""

    interactive = True

    def __init__(self, console: Console, read: Callable[[], str]) -> None:
        self._console = console
        self._read = read

    def read(self) -> str:
        """What was typed, several lines perhaps."""
        self._console.print()
        return self._read()

    def tell(self, text: str) -> None:
        """A quiet line."""
        self._console.print(_Words(text, "dim"))

    def reply(self, text: str) -> None:
        """What a command says."""
        self.tell(text)

    def refuse(self, text: str) -> None:
        """A line that is to be seen."""
        self._console.print(_Words(text, "yellow"))

    def show(self, question: str, answer: str) -> None:
        """A round of an earlier chat."""
        self._console.print(_Words(f"> {question}", "bold"))
        self._console.print(AnswerMarkdown(answer))

    @contextmanager
    def answer(self) -> Iterator[AnswerWriter]:
        """Settled parts of the answer are printed for good; what still changes is drawn again and again below them."""
        writer = _RichWriter(self._console)
        try:
            yield writer
        finally:
            writer.end()


class _RichWriter:
    def __init__(self, console: Console) -> None:
        self._console = console
        self._live = Live(
            console=console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
        )
        self._live.start()
        self._text = ""  # what is not settled yet
        self._thinking = False
        self._printed = False
        self._next_frame = 0.0

    def progress(self, text: str) -> None:
        if not self._text:
            self._live.update(_Words(text, "dim"), refresh=True)

    def think(self, piece: str) -> None:
        self._push(piece, thinking=True)

    def write(self, piece: str) -> None:
        self._push(piece, thinking=False)

    def end(self) -> None:
        self._live.update(Text(), refresh=True)
        self._live.stop()
        self._settle(len(self._text))

    def _push(self, piece: str, thinking: bool) -> None:
        if thinking != self._thinking:
            self._settle(len(self._text))
            self._thinking = thinking
        self._text += piece
        began = time.monotonic()
        if began < self._next_frame:
            return
        if not thinking:
            self._settle(first_blocks(self._text))
        self._live.update(_LastLines(self._rendered(self._text)), refresh=True)
        done = time.monotonic()
        self._next_frame = done + max(_FRAME_SECONDS, (done - began) / _SHARE_OF_TIME)

    def _settle(self, length: int) -> None:
        """Prints the first `length` characters for good."""
        text, self._text = self._text[:length], self._text[length:]
        if text.strip():
            self._live.update(Text())
            self._console.print(self._rendered(text))
            self._printed = True

    def _rendered(self, text: str) -> RenderableType:
        shown = _Words(text.strip(), "dim italic") if self._thinking else AnswerMarkdown(text)
        return Group(Text(), shown) if self._printed else shown


class _Words:
    """Plain text in one style, wrapped as answers are."""

    def __init__(self, text: str, style: str) -> None:
        self._text = Text(text, style)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield from wrapped(self._text, options.max_width)


class _LastLines:
    """What fits on the screen of something that grows at its end."""

    def __init__(self, content: RenderableType) -> None:
        self._content = content

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = console.render_lines(self._content, options.update(height=None), pad=False)
        for line in lines[-max(1, console.height - 2) :]:
            yield from line
            yield Segment.line()
