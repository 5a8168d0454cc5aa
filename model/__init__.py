"""The GLM family: decoder, tokenizer, generation and the one loader."""

from .chat_model import ChatModel
from .errors import UserError
from .loader import EMBEDDED, load
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
    "load",
]
