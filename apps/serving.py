"""What every server of this program does, with pages or without: log, listen, load the model, stop in order."""

from __future__ import annotations

import contextlib
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import FastAPI

from model.errors import UserError
from model.pool import ModelPool

from .loading import open_pool
from .opening import Opening
from .settings import Settings, SettingsError, check_port, fail
from .usage import UsageFile, open_usage
from .values import GeneratedAuth

if TYPE_CHECKING:
    from model.chat_model import ChatModel
    from model.loader import Progress

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


def open_models(settings: Settings, watch: Progress | None = None) -> ModelPool:
    """The models that `settings` offer, with their limits; `watch` is told how far a load is. Raises: UserError."""

    def ready(chat_model: ChatModel) -> None:
        if settings.longest_queue is not None:
            chat_model.gate.max_waiting = settings.longest_queue
        print(chat_model.info.summary(), file=sys.stderr, flush=True)

    pool = open_pool(settings, watch=watch, ready=ready)
    if settings.longest_queue is not None:
        pool.max_waiting = settings.longest_queue
    if not settings.may_switch:
        for left_out in pool.keep_loaded():
            print(f"{left_out.name} is not offered: it does not fit into memory beside the others.", file=sys.stderr)
    return pool


@contextlib.contextmanager
def kept_usage(settings: Settings) -> Iterator[UsageFile | None]:
    """The usage file that `settings` name, if they do; a fault of the user's ends the process with one line."""
    with contextlib.ExitStack() as stack:
        try:
            usage = stack.enter_context(open_usage(settings.usage_file))
        except UserError as error:
            fail(error)
        yield usage


class _Server(uvicorn.Server):
    """A server that tells its application when it can be reached, and ends when that has no model."""

    def __init__(self, config: uvicorn.Config, opening: Opening) -> None:
        super().__init__(config)
        self.opening = opening
        opening.on_fault = self.leave

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.opening.listening.set()

    def leave(self) -> None:
        self.should_exit = True


def serve(prepare: Callable[[Progress], FastAPI], settings: Settings) -> None:
    """Listens, makes the application meanwhile, runs it until it is told to stop; prints the address once it answers.

    prepare: see `Opening`. A fault of the user's in it ends the process with one line and exit code 1.
    """
    try:
        check_port(settings.host, settings.port)
    except SettingsError as error:
        fail(error)
    opening = Opening(prepare, settings)
    opening.on_ready = lambda: _announce(settings)
    config = uvicorn.Config(
        opening,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
        forwarded_allow_ips=settings.local_host,  # of the tunnel: what it says of whom it speaks for is believed
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn hands it on after its own, orderly stop
    print(f"Loading the model; {_address(settings)} shows how far it is …", file=sys.stderr, flush=True)
    try:
        _Server(config, opening).run()
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    if isinstance(opening.fault, UserError):
        fail(opening.fault)
    if opening.fault is not None:
        raise opening.fault


def _announce(settings: Settings) -> None:
    print(f"Ready: {_address(settings)}", flush=True)
    tell_password(settings)
    if settings.share:
        from .share import open_link

        threading.Thread(target=open_link, args=(settings,), name="share", daemon=True).start()


def tell_password(settings: Settings) -> None:
    """A password that this start has drawn, for whoever reads its output."""
    if isinstance(settings.auth, GeneratedAuth):
        print(f"Visitors sign in as {settings.auth[0]} with the password {settings.auth[1]}", flush=True)


def _address(settings: Settings) -> str:
    host = settings.local_host
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
