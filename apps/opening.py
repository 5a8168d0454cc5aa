"""The server while its model loads: it answers at once, says how far the model is, and opens by itself when it is."""

from __future__ import annotations

import asyncio
import html
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketClose

from model.errors import UserError
from model.offer import EMBEDDED

from .api.errors import ApiError, refusal
from .guard import SecurityHeaders
from .messages import pick_language, say, sentence
from .settings import Settings
from .status import sizes
from .worker import in_thread

if TYPE_CHECKING:
    from model.loader import Progress

PROGRESS = "/loading"  # what the page asks for how far the model is
READ_SECONDS = 2.0  # that a page which watches has for the reason before a server without a model ends
API_PATHS = ("/v1/", "/metrics", "/docs", "/openapi.json")

_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<noscript><meta http-equiv="refresh" content="3"></noscript>
<title>{title}</title>
<style>
body {{ margin: 0; min-height: 100dvh; display: grid; place-items: center; line-height: 1.6;
  font-family: system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }}
main {{ width: min(34rem, 88vw); }}
h1 {{ font-size: 1.3rem; }}
progress {{ width: 100%; accent-color: #4f46e5; }}
p {{ overflow-wrap: anywhere; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p id="words">{words}</p>
<progress aria-labelledby="words"></progress>
<p id="more">{more}</p>
</main>
<script>
const words = document.getElementById("words"), more = document.getElementById("more");
const bar = document.querySelector("progress");
let failed = false;
async function look() {{
  try {{
    const state = await (await fetch("loading", {{ cache: "no-store" }})).json();
    if (state.ready) return location.reload();
    failed = state.failed;
    words.textContent = state.words;
    bar.hidden = more.hidden = failed;
    if (failed) words.setAttribute("role", "alert");
    else if (state.total) {{ bar.max = state.total; bar.value = state.done; }}
    else bar.removeAttribute("value");
  }} catch {{
    if (!failed) words.textContent = {gone};
  }}
  setTimeout(look, 500);
}}
look();
</script>
</body>
</html>
"""


@dataclass(frozen=True)
class Stage:
    """What is being done with the model: "download" or "load", the bytes that are there and those there will be."""

    name: str
    done: int
    total: int

    def words(self, model: str, lang: str) -> str:
        """As a sentence for people."""
        done, total = sizes(self.done, self.total)
        return say(f"loading_{self.name}", lang, name=model, done=done, total=total)


class Opening:
    """ASGI application that stands in for the one that `prepare` makes, until it is made; from then on it is that one.

    prepare: runs in a thread of its own and reports how far it is to what it is given, as to `model.load`.
    on_ready: called once visitors reach the application. on_fault: called when there will be none; `fault` says why.
    Whoever looks sees the progress; where the server asks for a password or keys, neither the model's name nor what is
    wrong with it.
    """

    def __init__(self, prepare: Callable[[Progress], FastAPI], settings: Settings) -> None:
        self.prepare = prepare
        self.settings = settings
        self.on_ready: Callable[[], None] = lambda: None
        self.on_fault: Callable[[], None] = lambda: None
        self.listening = asyncio.Event()  # set by the server: before, nobody could be told that it is ready
        self.app: FastAPI | None = None
        self.fault: Exception | None = None
        self.stage: Stage | None = None
        self._watched_at = float("-inf")
        self._meanwhile = SecurityHeaders(self._answer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self.app is None or scope["path"] == PROGRESS:
            await self._meanwhile(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    # --- From the start of the server to its end

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        closing = asyncio.Event()
        life = asyncio.create_task(self._open(closing))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        closing.set()
        if self.app is None:
            life.cancel()  # the thread ends with the process
        await asyncio.gather(life, return_exceptions=True)
        await send({"type": "lifespan.shutdown.complete"})

    async def _open(self, closing: asyncio.Event) -> None:
        try:
            app = await in_thread(self.prepare, self._watch)
            async with app.router.lifespan_context(app):
                await self.listening.wait()
                self.app = app
                self.on_ready()
                await closing.wait()
        except Exception as fault:  # the server ends with it
            self.fault = fault
            if time.monotonic() - self._watched_at < READ_SECONDS:
                await asyncio.sleep(READ_SECONDS)
            self.on_fault()

    def _watch(self, stage: str, done: int, total: int) -> None:
        self.stage = Stage(stage, done, total)

    # --- What it answers until then

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await WebSocketClose()(scope, receive, send)
        else:
            await self._response(Request(scope))(scope, receive, send)

    def _response(self, request: Request) -> Response:
        path, lang = request.url.path, pick_language(self.settings.lang, request.headers.get("accept-language"))
        if path == PROGRESS:
            self._watched_at = time.monotonic()
            return JSONResponse(self._state(lang), headers={"cache-control": "no-store"})
        if path == "/health":
            return JSONResponse({"status": "loading"}, 503, {"retry-after": "5"})
        if path.startswith(API_PATHS) or request.method not in ("GET", "HEAD"):
            message = f"The model is not ready yet ({self._words('en')}). Please try again in a moment."
            return refusal(ApiError(503, message, code="model_loading", kind="overloaded"))
        fields = {"title": say("title", lang), "words": self._words(lang), "more": say("loading_more", lang)}
        escaped = {name: html.escape(text) for name, text in fields.items()}
        page_lang = "zh-CN" if lang == "zh" else lang
        page = _PAGE.format(**escaped, lang=page_lang, gone=json.dumps(say("loading_gone", lang)))
        return HTMLResponse(page, headers={"cache-control": "no-store"})

    def _state(self, lang: str) -> dict[str, Any]:
        stage = self.stage
        return {
            "ready": self.app is not None,
            "failed": self.fault is not None,
            "words": self._words(lang),
            "done": stage.done if stage else 0,
            "total": stage.total if stage else 0,
        }

    def _words(self, lang: str) -> str:
        if self.fault is not None:
            told = isinstance(self.fault, UserError) and not self._guarded
            return sentence(self.fault, lang) if told else say("loading_failed", lang)
        offer = self.settings.offers[0]
        secret = self._guarded or offer.source == EMBEDDED
        name = say("loading_some_model", lang) if secret else offer.short_name
        return self.stage.words(name, lang) if self.stage else say("loading_begin", lang, name=name)

    @property
    def _guarded(self) -> bool:
        return bool(self.settings.auth or self.settings.api_keys)
