"""`load`: the one way from a name or a folder to a ready model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from . import checkpoint
from .chat import CHATGLM, VISUALGLM
from .chat_model import ChatModel
from .errors import UserError
from .tokenizer import GLMTokenizer
from .types import GenerationParams, ModelInfo

EMBEDDED = "embedded"
_EMBEDDED_FOLDER = Path(__file__).resolve().parents[1] / "assets" / "embedded"
PRECISIONS = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}


def load(source: str | Path = EMBEDDED, device: str = "auto", precision: str = "auto") -> ChatModel:
    """Load a model and make it ready to answer.

    source: "embedded", the small model that ships with the project, or a folder in our own form.
    device: "auto" (the fastest there is), "cpu", "cuda", "cuda:1", "mps".
    precision: "auto" (fp16 on a GPU, else fp32), "fp32", "bf16", "fp16".
    Raises: UserError("model_missing", "model_broken", "unknown_device", "unknown_precision").
    """
    folder = _EMBEDDED_FOLDER if str(source) == EMBEDDED else Path(source)
    chosen = _device(device)
    name = _precision(precision, chosen)
    config = checkpoint.read_config(folder)
    tokenizer = GLMTokenizer.from_file(folder / checkpoint.TOKENIZER)
    if tokenizer.vocab_size > config.vocab_size:
        detail = f"the tokenizer has {tokenizer.vocab_size} pieces, but the model only {config.vocab_size} embeddings"
        raise UserError("model_broken", path=folder, detail=detail)
    model = checkpoint.load_weights(folder, config, chosen, PRECISIONS[name])
    card: dict[str, Any] = config.card
    info = ModelInfo(
        name=card.get("name", folder.name),
        family="visualglm" if config.vision else "chatglm",
        source=str(source),
        device=str(chosen),
        precision=name,
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        context_length=config.max_position_embeddings,
        images=bool(config.vision),
        defaults=GenerationParams(**card.get("defaults", {})),
        description=card.get("description", {}),
    )
    return ChatModel(model, tokenizer, VISUALGLM if config.vision else CHATGLM, info)


def available_devices() -> list[str]:
    """The device names this machine can run on, the fastest first."""
    devices = [f"cuda:{index}" for index in range(torch.cuda.device_count())] if torch.cuda.is_available() else []
    return devices + ["mps"] * torch.backends.mps.is_available() + ["cpu"]


def _device(name: str) -> torch.device:
    available = available_devices()
    if name == "auto":
        return torch.device(available[0])
    try:
        device = torch.device(name)
    except RuntimeError:
        device = None
    known = device is not None and (name in available or (device.index is None and f"{device.type}:0" in available))
    if device is None or not known:
        raise UserError("unknown_device", device=name, available=", ".join(["auto", *available]))
    return device


def _precision(name: str, device: torch.device) -> str:
    if name == "auto":
        return "fp32" if device.type == "cpu" else "fp16"
    if name not in PRECISIONS:
        raise UserError("unknown_precision", precision=name, device=device, available=", ".join(["auto", *PRECISIONS]))
    return name
