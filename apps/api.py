"""The HTTP API in the form that OpenAI's clients speak: models and chat completions, with pictures as data URLs."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import json
import logging
import secrets
import threading
import time
from collections.abc import AsyncIterator
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from model.errors import UserError
from model.types import Finish
from vision.errors import ImageError

from .api_request import ApiError, ChatRequest, parse_body
from .guard import is_foreign
from .settings import Settings
from .worker import stream_events

MAX_BODY_BYTES = 32 * 1024 * 1024
_STATUS = {"text_too_large": 413, "busy": 503, "numerical_failure": 500, "out_of_memory": 503}
_log = logging.getLogger("glm.apps")


def build_router(chat_model: Any, settings: Settings) -> APIRouter:
    """Routes `/health`, `/v1/models` and `/v1/chat/completions` for one loaded model."""
    router = APIRouter()
    info = chat_model.info

    @router.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok", "model": info.name}

    @router.get("/v1/models")
    async def models(request: Request) -> Response:
        try:
            _check_access(request, settings)
        except ApiError as error:
            return _refusal(error)
        return JSONResponse({"object": "list", "data": [_model_entry(info)]})

    @router.post("/v1/chat/completions")
    async def chat_completions(request: Request) -> Response:
        try:
            _check_access(request, settings)
            chat = parse_body(await _read_body(request), info)
            answer = _Answer(chat_model, chat)
            first = await answer.first(request)
            if chat.stream:
                return StreamingResponse(answer.server_sent(first), media_type="text/event-stream", headers=_NO_CACHE)
            return JSONResponse(await answer.whole(first, request))
        except ApiError as error:
            return _refusal(error)
        except Exception as error:
            return _refusal(_as_api_error(error))

    return router


_NO_CACHE = {"cache-control": "no-cache", "x-accel-buffering": "no"}


class _Answer:
    """One completion on its way to the client. It ends within one token when the client goes."""

    def __init__(self, chat_model: Any, chat: ChatRequest) -> None:
        self.chat = chat
        self.stop = threading.Event()
        self.events = stream_events(
            chat_model, chat.messages, chat.image, chat.params, self.stop, per_second=1000.0 if chat.stream else 10.0
        )
        self.head = {
            "id": f"chatcmpl-{secrets.token_hex(12)}",
            "created": int(time.time()),
            "model": chat_model.info.name,
        }

    async def first(self, request: Request) -> list[Any]:
        """The first events; a request that is refused raises here, before any status is sent."""
        return await self.unless_gone(request, anext(self.events))

    async def unless_gone(self, request: Request, work: Any) -> Any:
        """Awaits `work`, unless the client closes the connection first."""
        task = asyncio.ensure_future(work)
        gone = asyncio.ensure_future(_disconnected(request))
        try:
            await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            raise ApiError(499, "The client has closed the connection.", kind="client_error")
        finally:
            for pending in (task, gone):
                pending.cancel()
            await asyncio.gather(task, gone, return_exceptions=True)
            if not task.done() or task.cancelled():
                self.stop.set()

    async def whole(self, first: list[Any], request: Request) -> dict[str, Any]:
        """The answer in one piece."""

        async def collect() -> tuple[str, Finish]:
            pieces, finish = [], None
            for events in [first]:
                pieces += [event for event in events if isinstance(event, str)]
                finish = next((event for event in events if isinstance(event, Finish)), None)
            if finish is None:
                async for events in self.events:
                    pieces += [event for event in events if isinstance(event, str)]
                    finish = next((event for event in events if isinstance(event, Finish)), finish)
            assert finish is not None
            return "".join(pieces), finish

        text, finish = await self.unless_gone(request, collect())
        choice = {
            "index": 0,
            "message": {"role": "assistant", "content": text},
            "finish_reason": _reason(finish),
            "logprobs": None,
        }
        return {**self.head, "object": "chat.completion", "choices": [choice], "usage": _usage(finish)}

    async def server_sent(self, first: list[Any]) -> AsyncIterator[str]:
        """The answer as server-sent events, `[DONE]` last."""
        finish: Finish | None = None
        yield self.chunk({"role": "assistant", "content": ""})
        try:
            async for events in _chain(first, self.events):
                for event in events:
                    if isinstance(event, str):
                        yield self.chunk({"content": event})
                    elif isinstance(event, Finish):
                        finish = event
            if finish is not None:
                yield self.chunk({}, _reason(finish))
                if self.chat.include_usage:
                    yield _event({**self.head, "object": _CHUNK, "choices": [], "usage": _usage(finish)})
        except Exception as error:
            yield _event(_as_api_error(error).body())
        finally:
            self.stop.set()
        yield "data: [DONE]\n\n"

    def chunk(self, delta: dict[str, str], reason: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}
        return _event({**self.head, "object": _CHUNK, "choices": [choice]})


_CHUNK = "chat.completion.chunk"


async def _chain(first: list[Any], rest: AsyncIterator[list[Any]]) -> AsyncIterator[list[Any]]:
    yield first
    async for events in rest:
        yield events


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _event(value: dict[str, Any]) -> str:
    return f"data: {json.dumps(value, ensure_ascii=False)}\n\n"


def _reason(finish: Finish) -> str:
    return "length" if finish.reason == "length" else "stop"


def _usage(finish: Finish) -> dict[str, int]:
    return {
        "prompt_tokens": finish.prompt_tokens,
        "completion_tokens": finish.completion_tokens,
        "total_tokens": finish.prompt_tokens + finish.completion_tokens,
    }


def _model_entry(info: Any) -> dict[str, Any]:
    return {"id": info.name, "object": "model", "created": 0, "owned_by": "glm-webui"}


async def _read_body(request: Request) -> bytes:
    """The body, up to the limit. Raises: ApiError 413, by the announced length or while reading."""
    too_large = ApiError(413, f"The request body is larger than {MAX_BODY_BYTES} bytes.", code="request_too_large")
    announced = request.headers.get("content-length", "0")
    if announced.isascii() and announced.isdigit() and (len(announced) > 12 or int(announced) > MAX_BODY_BYTES):
        raise too_large
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise too_large
    return bytes(body)


def _check_access(request: Request, settings: Settings) -> None:
    """Raises: ApiError 403 for other sites' pages, 401 without the password, when one is set."""
    if is_foreign(request.headers):
        raise ApiError(403, "Requests from pages of other sites are refused.", code="foreign_origin")
    if settings.auth is None:
        return
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    given, wanted = "", ""
    if scheme.lower() == "bearer":
        given, wanted = credentials.strip(), settings.auth[1]
    elif scheme.lower() == "basic":
        try:
            given = base64.b64decode(credentials, validate=True).decode()
        except (binascii.Error, ValueError):
            given = ""
        wanted = ":".join(settings.auth)
    if not wanted or not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode("utf-8", "replace")):
        raise ApiError(401, "The API key is missing or wrong.", kind="authentication_error", code="invalid_api_key")


def _as_api_error(error: Exception) -> ApiError:
    if isinstance(error, UserError):
        status = _STATUS.get(error.code, 400)
        kind = {503: "overloaded", 500: "server_error"}.get(status, "invalid_request_error")
        return ApiError(status, str(error), param=error.fields.get("name"), code=error.code, kind=kind)
    if isinstance(error, ImageError):
        status = 413 if error.code == "too_many_bytes" else 400
        return ApiError(status, str(error), param="messages", code=f"image_{error.code}")
    report = secrets.token_hex(4)
    _log.error("unforeseen error, report id %s", report, exc_info=error)
    return ApiError(500, f"Something went wrong here (report id {report}).", code="internal_error", kind="server_error")


def _refusal(error: ApiError) -> JSONResponse:
    headers = {401: {"www-authenticate": 'Bearer realm="glm-webui"'}, 503: {"retry-after": "5"}}.get(error.status)
    return JSONResponse(error.body(), error.status, headers)
