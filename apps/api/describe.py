"""`/openapi.json`, and `/docs`, a page that shows it and needs nothing from elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse, Response
from pydantic.json_schema import models_json_schema

from .body import Body
from .errors import ApiError, ApiRouter

_TEMPLATE = "#/components/schemas/{model}"
_STATIC = Path(fastapi_offline.__file__).parent / "static"  # Swagger UI, which FastAPI itself would load from a CDN
_ASSETS = ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png")


def described(summary: str, form: type[Body], example: dict[str, Any]) -> dict[str, Any]:
    """How a route is declared that reads its body itself, so that the description knows the body's form."""
    schema = {"$ref": _TEMPLATE.format(model=form.__name__)}
    body = {"required": True, "content": {"application/json": {"schema": schema, "example": example}}}
    return {"summary": summary, "openapi_extra": {"requestBody": body}}


def build_router(app: FastAPI, forms: Sequence[type[Body]]) -> ApiRouter:
    """The description of `app`, whose `described` routes read `forms`."""
    router = ApiRouter()

    @router.get("/openapi.json", include_in_schema=False)
    async def openapi() -> dict[str, Any]:
        document = get_openapi(title=app.title, version="1", routes=app.routes)
        _, schemas = models_json_schema([(form, "validation") for form in forms], ref_template=_TEMPLATE)
        document.setdefault("components", {}).setdefault("schemas", {}).update(schemas["$defs"])
        return document

    @router.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return get_swagger_ui_html(  # relative addresses: they hold behind a proxy that adds a folder
            openapi_url="openapi.json",
            title=app.title,
            swagger_js_url="docs/swagger-ui-bundle.js",
            swagger_css_url="docs/swagger-ui.css",
            swagger_favicon_url="docs/favicon.png",
        )

    @router.get("/docs/{name}", include_in_schema=False)
    async def asset(name: str) -> Response:
        if name not in _ASSETS:
            raise ApiError(404, "There is no such file.", code="not_found")
        return FileResponse(_STATIC / name)

    return router
