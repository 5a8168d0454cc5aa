"""Which tensors of a checkpoint hold INT8 or packed INT4 numbers, told by the tensors themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from .tensors import TensorFiles

Shapes = dict[str, tuple[int, ...]]


class Stored(NamedTuple):
    """shapes: of all stored tensors. packed: names of the packed weights. halved: those with two numbers a byte.
    bits: of those in layers, None without.
    """

    shapes: Shapes
    packed: frozenset[str]
    halved: frozenset[str]
    bits: int | None


def as_stored(shapes: Mapping[str, tuple[int, ...]], files: TensorFiles) -> Stored:
    """What a checkpoint stores of a network whose weights have `shapes` in full precision.

    A weight of 8-bit numbers is packed, and has its scales beside it: INT8 has all columns, INT4 half of them; there is
    one scale a row, or, for INT4 in our own form, several. What fits neither is left for `check_tensors` to name.
    """
    result, packed, halves, bits = dict(shapes), set(), set(), None
    for name, shape in shapes.items():
        scale, weight = files.infos.get(f"{name}_scale"), files.infos.get(name)
        if weight is None or weight.dtype != torch.int8 or len(shape) != 2:
            continue
        packed.add(name)
        halved = weight.shape == (shape[0], shape[1] // 2)
        result[name] = weight.shape if halved else shape
        if halved:
            halves.add(name)
        groups = scale.shape[1:] if halved and scale is not None and _divides(scale.shape, shape[1]) else ()
        result[f"{name}_scale"] = (shape[0], *groups)
        if ".layers." in name:
            bits = 4 if halved else 8
    return Stored(result, frozenset(packed), frozenset(halves), bits)


def _divides(scale: tuple[int, ...], columns: int) -> bool:
    """Whether scales of this shape are groups of columns."""
    return len(scale) == 2 and scale[1] > 0 and columns % scale[1] == 0


def stored_format(weight: Tensor, scales: Tensor, columns: int) -> tuple[int, int | None]:
    """Bits of a packed weight of `columns` numbers a row, and how many of them share a scale (None: all)."""
    return 8 if weight.shape[1] == columns else 4, None if scales.dim() == 1 else columns // scales.shape[1]


class PackedPairs:
    """Packed weights and their scales, which come one by one in any order."""

    def __init__(self) -> None:
        self._waiting: dict[str, dict[str, Tensor]] = {}

    def put(self, module: str, leaf: str, tensor: Tensor) -> tuple[Tensor, Tensor] | None:
        """The module's weight and scales once both are there; leaf: "weight" or "weight_scale"."""
        pair = self._waiting.setdefault(module, {})
        pair[leaf] = tensor.clone()  # a mapped tensor's pages would stay once it is read again
        if len(pair) < 2:
            return None
        del self._waiting[module]
        return pair["weight"], pair["weight_scale"]

    @property
    def complete(self) -> bool:
        """Whether nothing waits for its other half."""
        return not self._waiting
