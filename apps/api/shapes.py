"""Answers as OpenAI's clients read them: whole or in chunks, of chats or of plain completions."""

from __future__ import annotations

import secrets
import time
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, ClassVar, Protocol

from model.types import Finish, Thinking, TokenScore

from .answers import Answer, finish_reason

_LEAST = -9999.0  # what OpenAI writes for the logarithm of zero, which JSON has no number for


class Shape(Protocol):
    """One response in the making."""

    object: ClassVar[str]
    chunk_object: ClassVar[str]
    head: dict[str, Any]

    def choice(self, answer: Answer, scored: bool) -> dict[str, Any]:
        """A whole answer."""

    def begin(self, index: int) -> list[dict[str, Any]]:
        """What a chunk says before the first piece of an answer, if anything."""

    def piece(self, index: int, piece: str | Thinking, scores: Sequence[TokenScore]) -> dict[str, Any] | None:
        """A piece of an answer, with the scores since the last one; None when this shape has no place for it."""

    def end(self, index: int, finish: Finish, scores: Sequence[TokenScore]) -> dict[str, Any]:
        """What a chunk says after the last piece."""


def _head(prefix: str, model: str) -> dict[str, Any]:
    return {"id": f"{prefix}-{secrets.token_hex(12)}", "created": int(time.time()), "model": model}


class ChatShape:
    """`chat.completion` and its chunks; what a model thinks before it answers is `reasoning_content`."""

    object: ClassVar[str] = "chat.completion"
    chunk_object: ClassVar[str] = "chat.completion.chunk"

    def __init__(self, model: str) -> None:
        self.head = _head("chatcmpl", model)

    def choice(self, answer: Answer, scored: bool) -> dict[str, Any]:
        """See `Shape`."""
        message = {"role": "assistant", "content": answer.text}
        if answer.thoughts:
            message["reasoning_content"] = "".join(answer.thoughts)
        return {
            "index": answer.question.index,
            "message": message,
            "finish_reason": finish_reason(answer.finished),
            "logprobs": _chat_scores(answer.scores) if scored else None,
        }

    def begin(self, index: int) -> list[dict[str, Any]]:
        """See `Shape`."""
        return [self._delta(index, {"role": "assistant", "content": ""}, ())]

    def piece(self, index: int, piece: str | Thinking, scores: Sequence[TokenScore]) -> dict[str, Any]:
        """See `Shape`."""
        delta = {"content": piece} if isinstance(piece, str) else {"reasoning_content": piece.text}
        return self._delta(index, delta, scores)

    def end(self, index: int, finish: Finish, scores: Sequence[TokenScore]) -> dict[str, Any]:
        """See `Shape`."""
        return self._delta(index, {}, scores, finish_reason(finish))

    def _delta(
        self, index: int, delta: dict[str, str], scores: Sequence[TokenScore], reason: str | None = None
    ) -> dict[str, Any]:
        logprobs = _chat_scores(scores) if scores else None
        return {"index": index, "delta": delta, "finish_reason": reason, "logprobs": logprobs}


class CompletionShape:
    """`text_completion`, whole and in chunks; what a model thinks before it answers has no place in it."""

    object: ClassVar[str] = "text_completion"
    chunk_object: ClassVar[str] = "text_completion"

    def __init__(self, model: str) -> None:
        self.head = _head("cmpl", model)
        self._offsets: dict[int, int] = defaultdict(int)  # characters of each choice's tokens so far

    def choice(self, answer: Answer, scored: bool) -> dict[str, Any]:
        """See `Shape`."""
        index = answer.question.index
        return self._text(index, answer.text, answer.scores if scored else None, finish_reason(answer.finished))

    def begin(self, index: int) -> list[dict[str, Any]]:
        """See `Shape`."""
        return []

    def piece(self, index: int, piece: str | Thinking, scores: Sequence[TokenScore]) -> dict[str, Any] | None:
        """See `Shape`."""
        return self._text(index, piece, scores or None) if isinstance(piece, str) else None

    def end(self, index: int, finish: Finish, scores: Sequence[TokenScore]) -> dict[str, Any]:
        """See `Shape`."""
        return self._text(index, "", scores or None, finish_reason(finish))

    def _text(
        self, index: int, text: str, scores: Sequence[TokenScore] | None, reason: str | None = None
    ) -> dict[str, Any]:
        logprobs = None if scores is None else self._scores(index, scores)
        return {"index": index, "text": text, "finish_reason": reason, "logprobs": logprobs}

    def _scores(self, index: int, scores: Sequence[TokenScore]) -> dict[str, Any]:
        tokens = [_shown(score.text) for score in scores]
        offsets = []
        for token in tokens:
            offsets.append(self._offsets[index])
            self._offsets[index] += len(token)
        return {
            "tokens": tokens,
            "token_logprobs": [max(score.logprob, _LEAST) for score in scores],
            "top_logprobs": [{_shown(text): max(value, _LEAST) for text, value in score.top} for score in scores],
            "text_offset": offsets,
        }


def _chat_scores(scores: Sequence[TokenScore]) -> dict[str, Any]:
    content = [
        {
            **_token(score.text, score.logprob),
            "top_logprobs": [_token(text, logprob) for text, logprob in score.top],
        }
        for score in scores
    ]
    return {"content": content, "refusal": None}


def _token(text: bytes, logprob: float) -> dict[str, Any]:
    return {"token": _shown(text), "logprob": max(logprob, _LEAST), "bytes": list(text)}


def _shown(text: bytes) -> str:
    return text.decode(errors="replace")
