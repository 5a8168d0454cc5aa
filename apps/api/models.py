"""`/v1/models`."""

from __future__ import annotations

import time
from typing import Any

from model.types import ModelInfo

from ..metrics import MeteredModel
from .errors import ApiRouter
from .schemas import check_model


def build_router(chat_model: MeteredModel) -> ApiRouter:
    """The list of the one loaded model, and that model by its name."""
    router = ApiRouter(tags=["OpenAI-compatible"])
    entry = _entry(chat_model.info)

    @router.get("/v1/models", summary="The loaded model")
    async def models() -> dict[str, Any]:
        return {"object": "list", "data": [entry]}

    @router.get("/v1/models/{name:path}", summary="The loaded model by its name")
    async def model(name: str) -> dict[str, Any]:
        check_model(name, chat_model.info)
        return entry

    return router


def _entry(info: ModelInfo) -> dict[str, Any]:
    return {
        "id": info.name,
        "object": "model",
        "created": int(time.time()),
        "owned_by": "glm-webui",
        "context_length": info.context_length,
        "images": info.images,
    }
