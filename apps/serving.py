"""What every server of this program does, with pages or without: log, load the model, listen, stop in order."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import FastAPI

from model.errors import UserError

from .loading import load_model
from .settings import Settings, SettingsError, check_port, fail

if TYPE_CHECKING:
    from model.chat_model import ChatModel

SHUTDOWN_SECONDS = 5


def start_logging() -> None:
    """Warnings and faults as lines with their time; requests as the JSON lines that they are. All on stderr."""
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    lines = logging.StreamHandler()
    lines.setFormatter(logging.Formatter("%(message)s"))
    requests = logging.getLogger("glm.requests")
    requests.addHandler(lines)
    requests.setLevel(logging.INFO)
    requests.propagate = False


def open_model(settings: Settings) -> ChatModel:
    """The model that `settings` name; a fault of the user's ends the process with one line and exit code 1."""
    try:
        check_port(settings.host, settings.port)  # before the load, which takes long
        print("Loading the model …", file=sys.stderr, flush=True)
        chat_model = load_model(settings)
        print(chat_model.info.summary(), file=sys.stderr, flush=True)
        return chat_model
    except (UserError, SettingsError) as error:
        fail(error)


class _Server(uvicorn.Server):
    """A server that says when it can be reached."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self.announce = announce

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.announce()


def serve(app: FastAPI, settings: Settings) -> None:
    """Runs `app` until it is told to stop; prints the address once it answers."""

    def announce() -> None:
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)
        print(f"Ready: http://{host}:{settings.port}", flush=True)
        if settings.share:
            threading.Thread(target=_share, args=(settings,), name="share", daemon=True).start()

    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn hands it on after its own, orderly stop
    try:
        _Server(config, announce).run()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)


def _share(settings: Settings) -> None:
    """Opens a public link through gradio's servers; without Internet one line, and the server goes on."""
    import secrets

    from gradio.networking import setup_tunnel

    try:
        address = setup_tunnel("127.0.0.1", settings.port, secrets.token_urlsafe(32), None, None)
    except Exception as error:
        logging.getLogger("glm.apps").info("no share link: %r", error)
        print("No share link: no Internet here. The server still works locally.", file=sys.stderr, flush=True)
    else:
        print(f"Public link, for up to a week: {address}", flush=True)
