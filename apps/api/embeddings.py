"""`/v1/embeddings`: a vector for each text, the mean of the decoder's final hidden states, of length 1."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
from fastapi import Request

from ..display import clean
from ..metrics import MeteredModel, MeteredModels
from ..worker import in_thread
from .answers import unless_gone
from .body import MOST_TEXTS, read_body
from .catalogue import find
from .describe import described
from .errors import ApiError, ApiRouter, facts
from .schemas import UNSUPPORTED_OF_EMBEDDINGS, EmbeddingRequest

_AT_ONCE = 8  # texts between two looks at whether the client is still there


def build_router(models: MeteredModels) -> ApiRouter:
    """The route that measures text."""
    router = ApiRouter(tags=["OpenAI-compatible"])

    @router.post("/v1/embeddings", **described("A vector for each text", EmbeddingRequest, {"input": ["one", "two"]}))
    async def embeddings(request: Request) -> dict[str, Any]:
        asked = await read_body(request, EmbeddingRequest, UNSUPPORTED_OF_EMBEDDINGS)
        model = find(models, asked.model)
        texts = [clean(text) for text in ([asked.input] if isinstance(asked.input, str) else asked.input)]
        if not 1 <= len(texts) <= MOST_TEXTS:
            message = f"input must be a text or a list of 1 to {MOST_TEXTS} texts."
            raise ApiError(400, message, param="input", code="invalid_value")
        vectors, tokens = await unless_gone(request, _embed(model, texts))
        facts(request).update(model=model.info.name, prompt_tokens=tokens)
        as_text = asked.encoding_format == "base64"
        data = [
            {"object": "embedding", "index": index, "embedding": _base64(vector) if as_text else vector}
            for index, vector in enumerate(vectors)
        ]
        counts = {"prompt_tokens": tokens, "total_tokens": tokens}
        return {"object": "list", "data": data, "model": model.info.name, "usage": counts}

    return router


async def _embed(chat_model: MeteredModel, texts: list[str]) -> tuple[list[list[float]], int]:
    vectors: list[list[float]] = []
    tokens = 0
    for start in range(0, len(texts), _AT_ONCE):
        some, read = await in_thread(chat_model.embed, texts[start : start + _AT_ONCE])
        vectors += some
        tokens += read
    return vectors, tokens


def _base64(vector: list[float]) -> str:
    return base64.b64encode(np.asarray(vector, dtype="<f4").tobytes()).decode()
