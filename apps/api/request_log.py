"""One JSON line for each request of the API, without a word of what was said; the counters count the same."""

from __future__ import annotations

import json
import logging
import secrets
import time
from datetime import UTC, datetime
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..metrics import Metrics

_log = logging.getLogger("glm.requests")


class RequestLog:
    """ASGI middleware. Handlers add to the line through `errors.facts`; the id in it is the header x-request-id.

    Routes are logged as they are written in the program, so that nothing typed into an address gets into the log.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _is_logged(scope):
            await self.app(scope, receive, send)
            return
        began = time.perf_counter()
        facts: dict[str, Any] = {}
        scope.setdefault("state", {})["facts"] = facts
        line: dict[str, Any] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "id": f"req-{secrets.token_hex(12)}",
            "client": (scope.get("client") or [None])[0],
            "method": scope["method"],
        }
        status = 499  # unless a response begins before the client goes

        async def send_and_note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message).setdefault("x-request-id", line["id"])
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            seconds = round(time.perf_counter() - began, 3)
            _log.info(json.dumps({**line, "route": route, "status": status, "seconds": seconds, **facts}))
            self.metrics.requests.labels(route, status).inc()


def _is_logged(scope: Scope) -> bool:
    if scope["type"] != "http":
        return False
    return scope["path"].startswith("/v1/") or (scope["path"] == "/" and scope["method"] == "POST")
