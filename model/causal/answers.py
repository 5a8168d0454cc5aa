"""What a newer GLM model says, tidied piece by piece, with its thinking apart from its answer.

Source: `process_response` of modeling_chatglm.py (THUDM/chatglm2-6b, chatglm3-6b, glm-4-9b-chat); the `<think>` and
`<answer>` marks of GLM-Z1 and GLM-4.1V-Thinking.
"""

from __future__ import annotations

from typing import Literal

from ..types import Thinking

_PLACEHOLDER, _YEAR = "[[训练时间]]", "2023年"
_THINK, _END_THINK, _ANSWER, _END_ANSWER = "<think>", "</think>", "<answer>", "</answer>"


class TidyStream:
    """Strips the whole and fills the date placeholder, holding back only what later text may change."""

    def __init__(self) -> None:
        self._held = ""
        self._started = False

    def push(self, piece: str) -> str:
        """What can be shown after this piece."""
        text = (self._held + piece).replace(_PLACEHOLDER, _YEAR)
        if not self._started:
            text = text.lstrip()
        ready = len(text.rstrip())
        if ready == len(text):
            ready -= _begun(text, _PLACEHOLDER)
        self._held = text[ready:]
        self._started = self._started or ready > 0
        return text[:ready]

    def flush(self) -> str:
        """What was held back, at the end."""
        text, self._held = self._held.rstrip(), ""
        return text


class ThinkingSplitter:
    """Splits `<think>…</think>` (and GLM-4.1V's `<answer>…</answer>`) from a stream of text.

    Marks count only where models write them: `<think>` at the very start, `<answer>` right behind the thinking. A model
    that never thinks gives its answer unchanged but for the tidying. Both parts are stripped.
    """

    def __init__(self, thinking: bool = False) -> None:
        """thinking: the prompt ended in `<think>` (`CausalPrompt.thinking`)."""
        self._state: Literal["start", "thinking", "between", "answer", "tagged"] = "thinking" if thinking else "start"
        self._buffer = ""
        self._thinking, self._answer = TidyStream(), TidyStream()

    def push(self, piece: str) -> list[str | Thinking]:
        """The parts that can be shown after this piece."""
        self._buffer += piece
        return self._parts(final=False)

    def flush(self) -> list[str | Thinking]:
        """What was held back, at the end of the stream."""
        return [
            *self._parts(final=True),
            *_thought(self._thinking.flush()),
            *_said(self._answer.flush()),
        ]

    def _parts(self, final: bool) -> list[str | Thinking]:
        parts: list[str | Thinking] = []
        if self._state == "start" and self._opened(_THINK):
            self._state = "thinking"
        elif self._state == "start" and (final or not self._may_open(_THINK)):
            self._state = "answer"
        if self._state == "thinking":
            said, closed = self._until(_END_THINK, final)
            parts += _thought(self._thinking.push(said))
            if closed:
                parts += _thought(self._thinking.flush())
                self._state = "between"
        if self._state == "between" and self._opened(_ANSWER):
            self._state = "tagged"
        elif self._state == "between" and (final or not self._may_open(_ANSWER)):
            self._state = "answer"
        if self._state == "tagged":
            said, closed = self._until(_END_ANSWER, final)
            parts += _said(self._answer.push(said))
            if closed:
                self._state = "answer"
        if self._state == "answer":
            parts += _said(self._answer.push(self._buffer))
            self._buffer = ""
        return parts

    def _opened(self, mark: str) -> bool:
        """Whether the text begins with the mark; it is then taken off."""
        text = self._buffer.lstrip()
        if not text.startswith(mark):
            return False
        self._buffer = text[len(mark) :]
        return True

    def _may_open(self, mark: str) -> bool:
        return mark.startswith(self._buffer.lstrip())

    def _until(self, mark: str, final: bool) -> tuple[str, bool]:
        """Take what stands before the mark, and the mark; without it all but what may be its beginning."""
        before, found, after = self._buffer.partition(mark)
        if not found and not final:
            ready = len(before) - _begun(before, mark)
            before, after = before[:ready], before[ready:]
        self._buffer = after
        return before, bool(found)


def _thought(text: str) -> list[str | Thinking]:
    return [Thinking(text)] if text else []


def _said(text: str) -> list[str | Thinking]:
    return [text] if text else []


def _begun(text: str, mark: str) -> int:
    """Characters at the end of `text` that may be the beginning of `mark`."""
    return next((count for count in range(len(mark) - 1, 0, -1) if text.endswith(mark[:count])), 0)
