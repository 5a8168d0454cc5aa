"""The HTTP API: OpenAI's forms, those of the original demos, health, metrics and a page that describes it all."""

from __future__ import annotations

from fastapi import Depends, FastAPI, Request, Security
from fastapi.responses import Response
from fastapi.security import HTTPBearer
from prometheus_client.exposition import choose_encoder
from starlette.exceptions import HTTPException

from ..guard import ApiCors, GuessLimit, SecurityHeaders
from ..limits import GUESSES, RateLimit
from ..metrics import MeteredModels
from ..settings import Settings
from . import catalogue, completions, describe, embeddings, upstream
from .access import Access, Rate
from .errors import ApiError, ApiRouter, refusal
from .request_log import RequestLog
from .schemas import ChatCompletionRequest, CompletionRequest, EmbeddingRequest
from .upstream import UpstreamRequest

_FORMS = (ChatCompletionRequest, CompletionRequest, EmbeddingRequest, UpstreamRequest)


def build_api(models: MeteredModels, settings: Settings, limit: RateLimit | None = None) -> FastAPI:
    """A server of the API alone; pages can be mounted behind its routes, and share the `limit` of what visitors ask.

    Everything but `/health` asks for a key or the password, where the settings have any.
    """
    rate = Depends(Rate(limit or RateLimit(settings.questions_per_minute)))
    app = FastAPI(title="glm-webui", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_middleware(RequestLog, metrics=models.metrics)
    if settings.cors:
        app.add_middleware(ApiCors, origins=settings.cors)
    guesses = RateLimit(GUESSES)
    app.add_middleware(GuessLimit, guesses=guesses)
    app.add_middleware(SecurityHeaders)
    described = Security(HTTPBearer(auto_error=False))  # only for the description
    guards = [Depends(Access(settings, guesses)), described]
    app.include_router(catalogue.build_router(models), dependencies=guards)
    for module in (completions, embeddings, upstream):
        app.include_router(module.build_router(models), dependencies=[*guards, rate])
    app.include_router(_health(models))
    app.include_router(_metrics(models), dependencies=guards)
    app.include_router(describe.build_router(app, _FORMS), dependencies=guards)
    app.include_router(_nothing_else(), dependencies=guards)
    return app


def _health(models: MeteredModels) -> ApiRouter:
    router = ApiRouter(tags=["Operation"])

    @router.get("/health", summary="Whether the server answers; needs no key")
    async def health() -> dict[str, str]:
        return {"status": "ok", "model": models.current.info.name}

    return router


def _metrics(models: MeteredModels) -> ApiRouter:
    router = ApiRouter(tags=["Operation"])

    @router.get("/metrics", summary="Counts and timings for Prometheus")
    async def metrics(request: Request) -> Response:
        encode, content_type = choose_encoder(request.headers.get("accept", ""))
        return Response(encode(models.metrics.registry), headers={"content-type": content_type})

    return router


def _nothing_else() -> ApiRouter:
    """So that what is not there is said in the form that clients of `/v1` understand."""
    router = ApiRouter()

    @router.api_route("/v1/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    async def nothing(request: Request) -> Response:
        raise ApiError(
            404, f"There is no {request.method} at this address; /docs lists what there is.", code="not_found"
        )

    return router


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    code = "not_found" if error.status_code == 404 else None
    return refusal(ApiError(error.status_code, f"{error.detail}.", code=code))
