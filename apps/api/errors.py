"""Faults in the form that OpenAI's clients understand, and the routers that put every fault into it."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect

from model.errors import NotLoaded, UserError
from vision.errors import ImageError

_STATUS = {"rate_limited": 429, "text_too_large": 413, "busy": 503, "numerical_failure": 500, "out_of_memory": 503}
_HEADERS = {
    401: {"www-authenticate": 'Bearer realm="glm-webui", Basic realm="glm-webui"'},
    503: {"retry-after": "5"},
}
_KINDS = {429: "rate_limit_error", 503: "overloaded", 500: "server_error"}
_log = logging.getLogger("glm.apps")


class ApiError(Exception):
    """A refusal: HTTP status, a sentence, the field at fault, a code for programs and OpenAI's name for the kind.

    `wait` is how many seconds later it may be tried again, where that is known.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: object = None,
        code: str | None = None,
        kind: str = "invalid_request_error",
        wait: object = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.param = param
        self.code = code
        self.kind = kind
        self.headers = _HEADERS.get(status, {}) if wait is None else {"retry-after": str(wait)}

    def body(self) -> dict[str, Any]:
        """The JSON that tells it."""
        return {"error": {"message": self.message, "type": self.kind, "param": self.param, "code": self.code}}


class ClientGone(ApiError):
    """The client closed the connection; nobody reads this answer, but the log shows its status."""

    def __init__(self) -> None:
        super().__init__(499, "The client has closed the connection.", code="client_gone", kind="client_error")


def as_api_error(error: Exception) -> ApiError:
    """Any fault as a refusal; what nobody foresaw gets an id, under which the log has the details."""
    if isinstance(error, ApiError):
        return error
    if isinstance(error, ClientDisconnect):
        return ClientGone()
    if isinstance(error, UserError):
        status = 503 if isinstance(error, NotLoaded) else _STATUS.get(error.code, 400)
        kind = _KINDS.get(status, "invalid_request_error")
        wait = error.fields.get("seconds") if status == 429 else None
        return ApiError(status, str(error), param=error.fields.get("name"), code=error.code, kind=kind, wait=wait)
    if isinstance(error, ImageError):
        status = 413 if error.code == "too_many_bytes" else 400
        return ApiError(status, str(error), param="image", code=f"image_{error.code}")
    report = secrets.token_hex(4)
    _log.error("unforeseen error, report id %s", report, exc_info=error)
    return ApiError(500, f"Something went wrong here (report id {report}).", code="internal_error", kind="server_error")


def refusal(error: ApiError, more: dict[str, Any] | None = None) -> JSONResponse:
    """The response that tells a fault; `more` stands beside the error in its body."""
    return JSONResponse({**error.body(), **(more or {})}, error.status, error.headers)


def facts(request: Request) -> dict[str, Any]:
    """What the log says about this request; handlers add to it."""
    found: dict[str, Any] = request.scope.setdefault("state", {}).setdefault("facts", {})
    return found


class ApiRoute(APIRoute):
    """A route whose every fault, access included, is answered by `refuse`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """See `APIRoute`."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except Exception as fault:
                error = as_api_error(fault)
                facts(request)["error"] = error.code
                return self.refuse(error)

        return answer

    def refuse(self, error: ApiError) -> Response:
        """The answer to a fault."""
        return refusal(error)


class ApiRouter(APIRouter):
    """A router of `ApiRoute`s."""

    def __init__(self, route_class: type[ApiRoute] = ApiRoute, **options: Any) -> None:
        super().__init__(route_class=route_class, **options)
