"""`/v1/chat/completions` and `/v1/completions`, whole and streamed."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from model.types import Finish, Thinking, TokenScore

from ..metrics import MeteredModel, MeteredModels
from .answers import Batch, collect, timings, unless_gone, usage, work
from .body import read_body
from .catalogue import known
from .describe import described
from .errors import ApiRouter, as_api_error, facts
from .schemas import (
    UNSUPPORTED,
    UNSUPPORTED_OF_COMPLETIONS,
    ChatCompletionRequest,
    CompletionRequest,
    Question,
    Sampling,
)
from .shapes import ChatShape, CompletionShape, Shape

_CHAT = {"messages": [{"role": "user", "content": "What can you do?"}], "temperature": 0, "stream": False}
_COMPLETION = {"prompt": "What can you do?", "max_tokens": 50}
_STREAMED = {"cache-control": "no-cache", "x-accel-buffering": "no"}


def build_router(models: MeteredModels) -> ApiRouter:
    """The routes that write text."""
    router = ApiRouter(tags=["OpenAI-compatible"])

    @router.post("/v1/chat/completions", **described("Answer the last message", ChatCompletionRequest, _CHAT))
    async def chat_completions(request: Request) -> Response:
        chat = await read_body(request, ChatCompletionRequest, UNSUPPORTED)
        model = await known(models, chat.model)
        return await _respond(request, model, chat, chat.questions(model.info), ChatShape(model.info.name))

    @router.post(
        "/v1/completions", **described("Answer each prompt as a question of its own", CompletionRequest, _COMPLETION)
    )
    async def completions(request: Request) -> Response:
        completion = await read_body(request, CompletionRequest, UNSUPPORTED_OF_COMPLETIONS)
        model = await known(models, completion.model)
        questions = completion.questions(model.info)
        return await _respond(request, model, completion, questions, CompletionShape(model.info.name))

    return router


async def _respond(
    request: Request, model: MeteredModel, asked: Sampling, questions: Sequence[Question], shape: Shape
) -> Response:
    stream = bool(asked.stream)
    facts(request).update(model=model.info.name, stream=stream)
    batches = work(model, questions, per_second=1000.0 if stream else 10.0)
    if stream:
        first = await unless_gone(request, anext(batches))  # a refusal raises here, before any status is sent
        events = _server_sent(request, first, batches, shape, asked.include_usage)
        return StreamingResponse(events, media_type="text/event-stream", headers=_STREAMED)
    answers = await unless_gone(request, collect(batches))
    finished = [(answer.question, answer.finished) for answer in answers]
    facts(request).update(timings(finished))
    scored = questions[0].params.top_logprobs is not None
    choices = [shape.choice(answer, scored) for answer in answers]
    return JSONResponse({**shape.head, "object": shape.object, "choices": choices, "usage": usage(finished)})


async def _server_sent(
    request: Request, first: Batch, rest: AsyncGenerator[Batch], shape: Shape, include_usage: bool
) -> AsyncIterator[str]:
    """The answers as server-sent events, `[DONE]` last; a fault on the way is an event too."""
    head = {**shape.head, "object": shape.chunk_object, **({"usage": None} if include_usage else {})}
    finished: list[tuple[Question, Finish]] = []
    try:
        async for choice in _choices(_chain(first, rest), shape, finished):
            yield _event({**head, "choices": [choice]})
        if include_usage:
            yield _event({**head, "choices": [], "usage": usage(finished)})
    except Exception as fault:
        error = as_api_error(fault)
        facts(request).update(error=error.code, finish="error")
        yield _event(error.body())
    finally:
        await rest.aclose()  # also when the client goes while a chunk waits to be sent
        ended = timings(finished) if finished else {"finish": "cancelled"}
        facts(request).update({**ended, **facts(request)})
    yield "data: [DONE]\n\n"


async def _choices(
    batches: AsyncIterator[Batch], shape: Shape, finished: list[tuple[Question, Finish]]
) -> AsyncIterator[dict[str, Any]]:
    """What the chunks say; how each answer ended is added to `finished`."""
    scores: list[TokenScore] = []
    begun = -1
    async for question, events in batches:
        index = question.index
        if begun != index:
            begun = index
            for choice in shape.begin(index):
                yield choice
        for event in events:
            if isinstance(event, TokenScore):
                scores.append(event)
            elif isinstance(event, (str, Thinking)):
                piece = shape.piece(index, event, scores)
                if piece is not None:
                    yield piece
                    scores.clear()
            elif isinstance(event, Finish):
                finished.append((question, event))
                yield shape.end(index, event, scores)
                scores.clear()


async def _chain(first: Batch, rest: AsyncIterator[Batch]) -> AsyncIterator[Batch]:
    yield first
    async for batch in rest:
        yield batch


def _event(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"
