"""`/v1/models`, and which of them a request means."""

from __future__ import annotations

import time
from typing import Any

from ..metrics import MeteredModel, MeteredModels
from ..worker import in_thread
from .errors import ApiError, ApiRouter


def build_router(models: MeteredModels) -> ApiRouter:
    """The list of all models on offer, and each by its name."""
    router = ApiRouter(tags=["OpenAI-compatible"])
    created = int(time.time())

    @router.get("/v1/models", summary="The models on offer")
    async def listed() -> dict[str, Any]:
        return {"object": "list", "data": [_entry(model, created) for model in models.all]}

    @router.get("/v1/models/{name:path}", summary="A model by its name")
    async def one(name: str) -> dict[str, Any]:
        return _entry(find(models, name), created)

    return router


def find(models: MeteredModels, name: str | None) -> MeteredModel:
    """The model of that name; without a name the one in memory. Raises: ApiError 404."""
    model = models.find(name) if name else models.current
    if model is None:
        names = ", ".join(other.info.name for other in models.all)
        message = f"There is no model of this name here; there is {names}."
        raise ApiError(404, message, param="model", code="model_not_found")
    return model


async def known(models: MeteredModels, name: str | None) -> MeteredModel:
    """As `find`; a model of which only the name is known is loaded first. Raises: UserError, if that fails."""
    model = find(models, name)
    if not model.known:
        await in_thread(model.bring)
    return model


def _entry(model: MeteredModel, created: int) -> dict[str, Any]:
    info = model.info
    return {
        "id": info.name,
        "object": "model",
        "created": created,
        "owned_by": "glm-webui",
        "context_length": info.context_length or None,
        "images": info.images if model.known else None,
        "thinking": info.thinking if model.known else None,
        "loaded": model.loaded,
        "memory_bytes": info.weight_bytes or None,
    }
