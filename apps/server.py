"""One server with its models: the pages, the HTTP API, and a share link if asked for."""

from __future__ import annotations

import contextlib
import json
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .settings import Settings, keep_uploads_in, prepare_environment

prepare_environment()  # takes effect only before gradio is imported

import gradio as gr  # noqa: E402
from fastapi import FastAPI, Request  # noqa: E402
from fastapi.responses import HTMLResponse, Response  # noqa: E402
from gradio.context import LocalContext  # noqa: E402

from model.pool import ModelPool  # noqa: E402

from .api import build_api  # noqa: E402
from .api.errors import ApiError, refusal  # noqa: E402
from .archive import Archive  # noqa: E402
from .chat import ChatPage  # noqa: E402
from .compare import ComparePage  # noqa: E402
from .image_chat import ImagePage  # noqa: E402
from .limits import GUESSES, RateLimit  # noqa: E402
from .markup import not_found_html, script_words  # noqa: E402
from .messages import LANGUAGES, pick_language, say  # noqa: E402
from .metrics import MeteredModels  # noqa: E402
from .serving import kept_usage, open_models, serve, start_logging  # noqa: E402
from .usage import UsageFile  # noqa: E402

STYLE = Path(__file__).parent.parent / "assets" / "style.css"
OWN_STYLE = STYLE.with_name("own.css")  # of what the scripts draw
SCRIPT_NAMES = ("base", "store", "library", "files", "side_bar", "pictures", "messages", "page", "compare")
SCRIPTS = [STYLE.with_name(f"{name}.js") for name in SCRIPT_NAMES]
FONT = ["system-ui", "-apple-system", "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "sans-serif"]
MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "Noto Sans Mono CJK SC", "monospace"]
MAX_WAITING = 64  # page events at once; the model's own gate decides about answers


def build_demo(metered: MeteredModels, settings: Settings, limit: RateLimit) -> gr.Blocks:
    """The pages: text chat at `/`, picture chat at `/image`, comparisons at `/compare`. limit: of one visitor."""
    models = metered.for_pages(lambda: limit.check(page_visitor()))
    lang = pick_language(settings.lang)
    demo = gr.Blocks(
        title=say("title", lang), analytics_enabled=False, fill_height=True, delete_cache=(3600, 24 * 3600)
    )
    archive = Archive(settings.save_conversations) if settings.save_conversations else None
    with demo:
        ChatPage(models, settings, archive).build(demo)
    with demo.route(say("nav_image", lang), "/image", show_in_navbar=False):
        ImagePage(models, settings, archive).build(demo)
    with demo.route(say("nav_compare", lang), "/compare", show_in_navbar=False):
        ComparePage(models, settings).build(demo)
    demo.queue(max_size=MAX_WAITING, api_open=False, default_concurrency_limit=MAX_WAITING)
    return demo


def page_options(settings: Settings) -> dict[str, Any]:
    """How the pages look and what they leave out, for `mount_gradio_app` and for `Blocks.launch`."""
    theme = gr.themes.Base(primary_hue="indigo", neutral_hue="slate", radius_size="lg", font=FONT, font_mono=MONO)
    style = OWN_STYLE.read_text(encoding="utf-8")
    known = f"{{ words: {script_words()}, isSaved: {json.dumps(bool(settings.save_conversations))} }}"
    scripts = [f"window.glm = {known};", *(path.read_text(encoding="utf-8") for path in SCRIPTS)]
    return {
        "theme": theme,
        "css_paths": [STYLE],
        "head": f"<style>{style}</style><script>{'</script><script>'.join(scripts)}</script>",
        "footer_links": [],
        "run_history": False,
        "show_error": False,
        "enable_monitoring": False,
        "max_file_size": "32mb",
        "mcp_server": False,
        "ssr_mode": False,
    }


def build_app(pool: ModelPool, settings: Settings, usage: UsageFile | None = None) -> FastAPI:
    """The whole server: the HTTP API first, the pages behind it; both are measured, and share a visitor's rate."""
    metered = MeteredModels(pool, usage)
    limit = RateLimit(settings.questions_per_minute)
    app = build_api(metered, settings, limit)
    demo = build_demo(metered, settings, limit)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "SSR mode", UserWarning)  # said of every app with two pages, asked for or not
        app = gr.mount_gradio_app(
            app,
            demo,
            path="/",
            server_name=settings.host,
            server_port=settings.port,
            **login_options(settings),
            **page_options(settings),
        )
    answer_missing_pages(app.routes[-1].app, settings)
    return app


def login_options(settings: Settings) -> dict[str, Any]:
    """Who is let in to the pages, for `mount_gradio_app` and for `Blocks.launch`."""
    message = " · ".join(say("login_limit", lang, count=GUESSES) for lang in login_languages(settings))
    return {"auth": [settings.auth] if settings.auth else None, "auth_message": message}


def login_languages(settings: Settings) -> list[str]:
    """Of the words that are on gradio's own page, before anybody's language is known."""
    return list(LANGUAGES) if settings.lang == "auto" else [settings.lang]


def answer_missing_pages(pages: FastAPI, settings: Settings) -> None:
    """What is not there is said to people with a way back, and to programs in the form of the API's errors."""

    async def not_found(request: Request, error: Exception) -> Response:
        lang = pick_language(settings.lang, request.headers.get("accept-language"))
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return HTMLResponse(not_found_html(lang), 404)
        message = f"There is no {request.method} at this address; /docs lists what there is."
        return refusal(ApiError(404, message, code="not_found"))

    pages.add_exception_handler(404, not_found)


def page_visitor() -> str:
    """The address of whoever's page event this is; empty outside of one."""
    request = LocalContext.request.get(None)
    return request.client.host if request is not None and request.client else ""


@contextlib.contextmanager
def own_files() -> Iterator[None]:
    """A folder of this server's own for what visitors upload, removed at the end.

    Servers that share gradio's usual folder delete each other's files when they stop.
    """
    with tempfile.TemporaryDirectory(prefix="glm-webui-", ignore_cleanup_errors=True) as folder:
        keep_uploads_in(folder)
        yield


def run(settings: Settings) -> None:
    """Serves until it is stopped."""
    start_logging()
    with kept_usage(settings) as usage, own_files():
        serve(lambda watch: build_app(open_models(settings, watch), settings, usage), settings)
