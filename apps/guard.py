"""What stands before every route: headers that keep the page on this machine, and refusal of foreign pages."""

from __future__ import annotations

from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .limits import RateLimit
from .settings import is_loopback

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:",  # gradio compiles its event scripts in the page
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "media-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self' data: blob:",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self' https://huggingface.co https://*.hf.space",
    ]
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
}


class SecurityHeaders:
    """ASGI middleware that adds `HEADERS` to every response that does not set them itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class ApiCors:
    """ASGI middleware that lets pages of the named sites call `/v1`; every other path stays closed to them."""

    def __init__(self, app: ASGIApp, origins: Collection[str]) -> None:
        self.app = app
        self.cors = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=["GET", "POST"],
            allow_headers=["*"],  # OpenAI's client for browsers sends a dozen of its own
            expose_headers=["x-request-id", "retry-after"],
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_open = scope["type"] == "http" and scope["path"].startswith("/v1/")
        await (self.cors if is_open else self.app)(scope, receive, send)


class GuessLimit:
    """ASGI middleware before gradio's `/login`: whoever has guessed wrong too often waits.

    It answers as to a wrong password, which is all that gradio's page understands; how long to wait is there to read.
    """

    def __init__(self, app: ASGIApp, guesses: RateLimit) -> None:
        self.app = app
        self.guesses = guesses

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "POST" or scope["path"].rstrip("/") != "/login":
            await self.app(scope, receive, send)
            return
        address = scope["client"][0] if scope["client"] else ""
        if seconds := self.guesses.wait(address, count=False):
            words = f"Too many wrong passwords: try again in {seconds} seconds."
            await JSONResponse({"detail": words}, 400, {"retry-after": str(seconds)})(scope, receive, send)
            return

        async def count_wrong(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 400:
                self.guesses.wait(address)
            await send(message)

        await self.app(scope, receive, count_wrong)


def is_foreign(headers: Headers, allowed: Collection[str] = ()) -> bool:
    """Whether a browser sends this for a page of another site that is not among the `allowed` origins."""
    origin = headers.get("origin")
    return origin is not None and origin.partition("://")[2] != headers.get("host") and origin not in allowed


def is_own_name(host: str | None) -> bool:
    """Whether a Host header names a machine of one's own, as it does for every client that means this one.

    A page of another site can make its own name point here (DNS rebinding), but the header still holds that name.
    """
    try:
        name = urlsplit(f"//{host or ''}").hostname or ""
    except ValueError:
        return False
    return is_loopback(name) or "." not in name or name.endswith((".localhost", ".local", ".internal"))
