"""`load`: the one way from a name or a folder to a ready model."""

from __future__ import annotations

import ctypes
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from accelerate import dispatch_model

from kernels import dispatch

from . import chatglm
from .chat_model import ChatModel
from .checkpoint import Checkpoint
from .devices import Plan, plan, whole_memory
from .filling import fill, settle_later, weight_bytes
from .offer import EMBEDDED
from .recognise import recognise
from .source import present, resolve
from .types import ModelInfo

_M_MMAP_THRESHOLD = -3  # malloc.h
_EMBEDDED_FOLDER = Path(__file__).resolve().parents[1] / "assets" / "embedded"

Progress = Callable[[str, int, int], None]
"""Called with "download" or "load", the bytes that are there and the bytes there will be; also from other threads."""


def load(
    source: str | Path = EMBEDDED,
    device: str = "auto",
    precision: str = "auto",
    *,
    revision: str | None = None,
    prefix: str | Path | None = None,
    gpus: int | None = None,
    progress: Progress | None = None,
) -> ChatModel:
    """Load a model and make it ready to answer.

    source: "embedded", the small model that ships with the project; a folder or weight file; a name on the hub.
    device, precision, gpus: see `model.devices.plan`. revision: branch, tag or commit on the hub.
    prefix: folder of a P-Tuning v2 prefix for a ChatGLM-6B.
    Raises: UserError, before anything of the model's size is allocated, naming what is wrong and what to do.
    """
    local = fetch(source, revision=revision, progress=progress)
    _give_back_freed_memory()
    checkpoint = _recognised(local, prefix)
    chosen = plan(checkpoint, device, precision, gpus)
    if chosen.device.type == "cpu":
        dispatch.prepare()
        if chosen.precision.bits is not None:
            dispatch.wait()  # seconds, once; quantising a model of this size without it would take minutes
    fill(chosen.network, checkpoint, chosen.precision, chosen.placement, _reported(progress, "load"))
    if len(set(chosen.placement.values())) > 1:
        places = {name: str(place) for name, place in chosen.placement.items()}
        dispatch_model(chosen.network, places, main_device=str(chosen.device), offload_buffers=True)
    settle_later(chosen.network)
    return ChatModel(checkpoint.make_engine(chosen.network), _info(source, local, checkpoint, chosen))


def fetch(source: str | Path, *, revision: str | None = None, progress: Progress | None = None) -> Path:
    """Only the download of `load`: where the model lies here from then on. Raises: UserError."""
    return _EMBEDDED_FOLDER if str(source) == EMBEDDED else resolve(source, revision, _reported(progress, "download"))


def describe(
    source: str | Path = EMBEDDED,
    device: str = "auto",
    precision: str = "auto",
    *,
    revision: str | None = None,
    prefix: str | Path | None = None,
    gpus: int | None = None,
) -> ModelInfo | None:
    """What `load` would make ready, were all memory free; None for a model that has to be downloaded first.

    Only headers are read, so `weight_bytes` is an estimate by structure. The arguments are those of `load`.
    Raises: UserError, also where the model can never fit into the memory there is.
    """
    local = _EMBEDDED_FOLDER if str(source) == EMBEDDED else present(source, revision)
    if local is None:
        return None
    checkpoint = _recognised(local, prefix)
    return _info(source, local, checkpoint, plan(checkpoint, device, precision, gpus, whole_memory))


def _recognised(local: Path, prefix: str | Path | None) -> Checkpoint:
    checkpoint = recognise(local)
    return checkpoint if prefix is None else chatglm.with_prefix(checkpoint, resolve(prefix))


def _info(source: str | Path, local: Path, checkpoint: Checkpoint, chosen: Plan) -> ModelInfo:
    bits = chosen.precision.bits
    return ModelInfo(
        name=checkpoint.name or name_of(local),
        family=checkpoint.family,
        source=str(source),
        device=", ".join(sorted({str(device) for device in chosen.placement.values()}, reverse=True)),
        precision=chosen.precision.name,
        parameters=checkpoint.parameters,
        context_length=checkpoint.context_length,
        images=checkpoint.images,
        defaults=checkpoint.defaults,
        description=checkpoint.description,
        version=checkpoint.version,
        weight_bytes=weight_bytes(chosen.network),
        thinking=checkpoint.thinking,
        kernel="" if bits is None else dispatch.describe(bits, chosen.device),
        several_images=checkpoint.several_images,
        reason=chosen.reason,
    )


def name_of(local: Path) -> str:
    """What a checkpoint is called that has no name of its own: its folder, or its name on the hub."""
    cached = local.parent.name == "snapshots"  # of huggingface_hub: models--THUDM--chatglm-6b/snapshots/<commit>
    return local.parent.parent.name.rpartition("--")[2] if cached else Path(os.path.abspath(local)).name


def _give_back_freed_memory() -> None:
    """Let glibc return blocks of a megabyte to the system as they are freed; it would keep those of up to 32."""
    with suppress(AttributeError, OSError, TypeError):  # other systems have another allocator
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, 2**20)


def _reported(progress: Progress | None, stage: str) -> Callable[[int, int], None] | None:
    return None if progress is None else lambda done, total: progress(stage, done, total)
