"""The GLM family: decoder, tokenizer, generation and the one loader."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .chat_model import ChatModel
    from .errors import UserError
    from .loader import describe, load
    from .offer import EMBEDDED
    from .types import Finish, GenerationParams, Message, ModelInfo, Queued

__all__ = [
    "EMBEDDED",
    "ChatModel",
    "Finish",
    "GenerationParams",
    "Message",
    "ModelInfo",
    "Queued",
    "UserError",
    "describe",
    "load",
]
_HOMES = {"ChatModel": "chat_model", "EMBEDDED": "offer", "describe": "loader", "UserError": "errors", "load": "loader"}


def __getattr__(name: str) -> Any:
    """Imported when first used: torch and transformers take seconds that an error or `--help` should not wait for."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_HOMES.get(name, 'types')}", __name__), name)
