"""LoRA matrices that SwissArmyTransformer's fine-tuning leaves beside the weights they adapt, folded into them.

An adapted linear is stored as `original.weight`, `original.bias` and pairs A (rank, in), B (out / n, rank): three of
them for `query_key_value`, one for `dense`. Its weight is the original plus B A / rank (alpha is 1 throughout).
Source: VisualGLM-6B `lora_mixin.py` and SwissArmyTransformer `sat/model/finetune/lora2.py`, their `merge_lora`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from .checkpoint import NamedTensors
from .headers import TensorInfo

_ADAPTED = re.compile(r"(transformer\.layers\.\d+\.attention\.(query_key_value|dense))\.(weight|bias)")
_PART = re.compile(r"(transformer\.layers\.\d+\.attention\.\w+)\.(original\.weight|matrix_[AB](?:\.\d)?)")
_PAIRS = {"query_key_value": 3, "dense": 1}

Shapes = dict[str, tuple[int, ...]]


def with_adapters(shapes: Mapping[str, tuple[int, ...]], infos: Mapping[str, TensorInfo]) -> Shapes:
    """The shapes of a checkpoint's tensors, where some of its linears have adapters beside them."""
    result: Shapes = {}
    for name, shape in shapes.items():
        found = _ADAPTED.fullmatch(name)
        if not found or f"{found[1]}.original.weight" not in infos:
            result[name] = shape
            continue
        owner, pairs = found[1], _PAIRS[found[2]]
        result[f"{owner}.original.{found[3]}"] = shape
        if found[3] == "weight":
            lone = f"{owner}.matrix_A" in infos  # the first releases had no list for a single pair
            numbers = [""] if lone else [f".{number}" for number in range(pairs)]
            first = infos.get(f"{owner}.matrix_A{numbers[0]}")
            rank = first.shape[0] if first is not None and first.shape else 0
            for number in numbers:
                result[f"{owner}.matrix_A{number}"] = (rank, shape[1])
                result[f"{owner}.matrix_B{number}"] = (shape[0] // pairs, rank)
    return result


def matrices(shapes: Mapping[str, tuple[int, ...]]) -> frozenset[str]:
    """The adapters among the tensors of `with_adapters`."""
    return frozenset(name for name in shapes if ".matrix_" in name)


def folded(tensors: NamedTensors, heads: int | None) -> Iterator[tuple[str, Tensor]]:
    """Every tensor, the adapted weights as one.

    heads: how many, where the rows of `query_key_value` are grouped per head; None where they are q, then k, then v.
    """
    pending: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors:
        found = _PART.fullmatch(name)
        if not found:
            yield name.replace(".original.", "."), tensor
            continue
        owner, pairs = found[1], _PAIRS[found[1].rpartition(".")[2]]
        parts = pending.setdefault(owner, {})
        parts[found[2]] = tensor
        if len(parts) == 1 + 2 * pairs:
            del pending[owner]
            yield f"{owner}.weight", _fold(parts, heads if pairs > 1 else None)


def _fold(parts: Mapping[str, Tensor], heads: int | None) -> Tensor:
    down = [parts[name].float() for name in sorted(parts) if name.startswith("matrix_A")]
    up = [parts[name].float() for name in sorted(parts) if name.startswith("matrix_B")]
    change = torch.cat([b @ a for a, b in zip(down, up, strict=True)]) / len(down[0])
    if heads is not None:
        change = change.unflatten(0, (3, heads, -1)).transpose(0, 1).flatten(0, 2)
    weight = parts["original.weight"]
    return weight + change.to(weight.dtype)
