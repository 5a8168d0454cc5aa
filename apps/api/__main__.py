"""`python3 run.py api`: the HTTP API alone, without the pages and without gradio."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.responses import RedirectResponse, Response

from ..metrics import MeteredModels
from ..serving import kept_usage, open_models, serve, start_logging
from ..settings import parse_settings, prepare_environment
from . import build_api

if TYPE_CHECKING:
    from model.loader import Progress


async def _to_the_description() -> Response:
    return RedirectResponse("docs")


def main(argv: Sequence[str] | None = None) -> None:
    """Starts the server; a fault of the user's is one line and exit code 1."""
    settings = parse_settings(argv, pages=False)
    prepare_environment()
    start_logging()
    with kept_usage(settings) as usage:

        def prepare(watch: Progress) -> FastAPI:
            app = build_api(MeteredModels(open_models(settings, watch), usage), settings)
            app.add_api_route("/", _to_the_description, include_in_schema=False)
            return app

        serve(prepare, settings)


if __name__ == "__main__":
    main()
