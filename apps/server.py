"""One server with one loaded model: the pages, the HTTP API, and a share link if asked for."""

from __future__ import annotations

import contextlib
import logging
import signal
import sys
import tempfile
import threading
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from .settings import Settings, SettingsError, check_port, fail, keep_uploads_in, parse_settings, prepare_environment

prepare_environment()  # takes effect only before gradio is imported

import gradio as gr  # noqa: E402
import uvicorn  # noqa: E402
from fastapi import FastAPI  # noqa: E402

from model.errors import UserError  # noqa: E402

from .api import build_router  # noqa: E402
from .chat import ChatPage  # noqa: E402
from .guard import SecurityHeaders  # noqa: E402
from .image_chat import ImagePage  # noqa: E402
from .messages import pick_language, say  # noqa: E402

STYLE = Path(__file__).parent.parent / "assets" / "style.css"
SCRIPT = STYLE.with_name("page.js")
FONT = ["system-ui", "-apple-system", "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Noto Sans Mono CJK SC", "monospace"]
MAX_WAITING = 64  # page events at once; the model's own gate decides about answers
SHUTDOWN_SECONDS = 5


def build_demo(chat_model: Any, settings: Settings) -> gr.Blocks:
    """The pages: text chat at `/`, picture chat at `/image`."""
    lang = pick_language(settings.lang)
    demo = gr.Blocks(
        title=say("title", lang), analytics_enabled=False, fill_height=True, delete_cache=(3600, 24 * 3600)
    )
    with demo:
        ChatPage(chat_model, settings).build(demo)
    with demo.route(say("nav_image", lang), "/image", show_in_navbar=False):
        ImagePage(chat_model, settings).build(demo)
    demo.queue(max_size=MAX_WAITING, api_open=False, default_concurrency_limit=MAX_WAITING)
    return demo


def page_options() -> dict[str, Any]:
    """How the pages look and what they leave out, for `mount_gradio_app` and for `Blocks.launch`."""
    theme = gr.themes.Base(primary_hue="indigo", neutral_hue="slate", radius_size="lg", font=FONT, font_mono=MONO)
    return {
        "theme": theme,
        "css_paths": [STYLE],
        "head": f"<script>{SCRIPT.read_text(encoding='utf-8')}</script>",
        "footer_links": [],
        "run_history": False,
        "show_error": False,
        "enable_monitoring": False,
        "max_file_size": "32mb",
        "mcp_server": False,
        "ssr_mode": False,
    }


def build_app(chat_model: Any, settings: Settings) -> FastAPI:
    """The whole server: `/health` and `/v1/…` first, the pages behind them."""
    app = FastAPI(title="glm-webui", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(SecurityHeaders)
    app.include_router(build_router(chat_model, settings))
    demo = build_demo(chat_model, settings)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "SSR mode", UserWarning)  # said of every app with two pages, asked for or not
        return gr.mount_gradio_app(
            app,
            demo,
            path="/",
            server_name=settings.host,
            server_port=settings.port,
            auth=[settings.auth] if settings.auth else None,
            **page_options(),
        )


class _Server(uvicorn.Server):
    """A server that says when it can be reached."""

    def __init__(self, config: uvicorn.Config, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self.announce = announce

    async def startup(self, sockets: list[Any] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.announce()


@contextlib.contextmanager
def own_files() -> Iterator[None]:
    """A folder of this server's own for what visitors upload, removed at the end.

    Servers that share gradio's usual folder delete each other's files when they stop.
    """
    with tempfile.TemporaryDirectory(prefix="glm-webui-", ignore_cleanup_errors=True) as folder:
        keep_uploads_in(folder)
        yield


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
        print("No share link: no Internet here. The pages still work locally.", file=sys.stderr, flush=True)
    else:
        print(f"Public link, for up to a week: {address}", flush=True)


def main(argv: Sequence[str] | None = None) -> None:
    """Starts the server as `python3 run.py demo` does; a fault of the user's is one line and exit code 1."""
    settings = parse_settings(argv)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    try:
        check_port(settings.host, settings.port)
        print("Loading the model …", file=sys.stderr, flush=True)
        import model

        chat_model = model.load(settings.model, settings.device, settings.precision)
    except (UserError, SettingsError) as error:
        fail(error)
    with own_files():
        serve(build_app(chat_model, settings), settings)


if __name__ == "__main__":
    main()
