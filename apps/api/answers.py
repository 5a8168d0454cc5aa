"""The model at work for one request: it ends within one token when the client goes."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, TypeVar

from fastapi import Request

from model.types import Finish, Thinking, TokenScore

from ..metrics import MeteredModel
from ..worker import Event, stream_events
from .errors import ClientGone
from .schemas import Question

Result = TypeVar("Result")
Batch = tuple[Question, list[Event]]


@dataclass
class Answer:
    """What came of one question."""

    question: Question
    pieces: list[str] = field(default_factory=list)
    thoughts: list[str] = field(default_factory=list)
    scores: list[TokenScore] = field(default_factory=list)
    finish: Finish | None = None

    @property
    def text(self) -> str:
        """All of it."""
        return "".join(self.pieces)

    @property
    def finished(self) -> Finish:
        """How it ended; only once it has."""
        assert self.finish is not None
        return self.finish


async def work(model: MeteredModel, asked: Sequence[Question], per_second: float) -> AsyncGenerator[Batch]:
    """The events of all answers, one answer after the other, at most `per_second` batches a second."""
    for question in asked:
        stream = stream_events(model, question.messages, question.params, threading.Event(), per_second=per_second)
        async with aclosing(stream) as events:
            async for batch in events:
                yield question, batch


async def collect(batches: AsyncIterator[Batch]) -> list[Answer]:
    """All answers, whole."""
    answers: dict[int, Answer] = {}
    async for question, events in batches:
        answer = answers.setdefault(question.index, Answer(question))
        for event in events:
            if isinstance(event, str):
                answer.pieces.append(event)
            elif isinstance(event, Thinking):
                answer.thoughts.append(event.text)
            elif isinstance(event, TokenScore):
                answer.scores.append(event)
            elif isinstance(event, Finish):
                answer.finish = event
    return list(answers.values())


async def unless_gone(request: Request, result: Awaitable[Result]) -> Result:
    """Awaits `result`, unless the client closes the connection first. Raises: ClientGone."""
    task = asyncio.ensure_future(result)
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            return task.result()
        raise ClientGone
    finally:
        for pending in (task, gone):
            pending.cancel()
        await asyncio.gather(task, gone, return_exceptions=True)


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def usage(finished: Sequence[tuple[Question, Finish]]) -> dict[str, int]:
    """Token counts; a prompt counts once, however many answers it got."""
    prompts = {question.prompt: finish.prompt_tokens for question, finish in finished}
    written = sum(finish.completion_tokens for _, finish in finished)
    read = sum(prompts.values())
    return {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}


def finish_reason(finish: Finish) -> str:
    """In OpenAI's words."""
    return "length" if finish.reason == "length" else "stop"


def timings(finished: Sequence[tuple[Question, Finish]]) -> dict[str, Any]:
    """What the log says of answers: counts, how they ended, and the timings of the first."""
    finish = finished[0][1]
    return {
        "prompt_tokens": usage(finished)["prompt_tokens"],
        "completion_tokens": usage(finished)["completion_tokens"],
        "finish": [finish.reason for _, finish in finished] if len(finished) > 1 else finish.reason,
        "first_token_seconds": round(finish.first_token_seconds, 3),
        "tokens_per_second": round(finish.tokens_per_second, 1),
    }
