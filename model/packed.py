"""Which tensors of a checkpoint hold INT8 or packed INT4 numbers, told by the tensors themselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from .tensors import TensorFiles

Shapes = dict[str, tuple[int, ...]]


class Stored(NamedTuple):
    """shapes: of all stored tensors. packed: names of the packed weights. bits: of those in layers, None without."""

    shapes: Shapes
    packed: frozenset[str]
    bits: int | None


def as_stored(shapes: Mapping[str, tuple[int, ...]], files: TensorFiles) -> Stored:
    """What a checkpoint stores of a network whose weights have `shapes` in full precision.

    A weight with scales beside it is packed: INT8 with all columns or INT4 with half of them, with one scale a row, or
    several in our own form. What fits neither is left for `check_tensors` to name.
    """
    result, packed, bits = dict(shapes), set(), None
    for name, shape in shapes.items():
        scale, weight = files.infos.get(f"{name}_scale"), files.infos.get(name)
        if scale is None or weight is None or len(shape) != 2:
            continue
        packed.add(name)
        half = (shape[0], shape[1] // 2)
        result[name] = half if weight.shape == half else shape
        groups = scale.shape[1:] if len(scale.shape) == 2 and scale.shape[1] and not shape[1] % scale.shape[1] else ()
        result[f"{name}_scale"] = (shape[0], *groups)
        if ".layers." in name:
            bits = 4 if weight.shape == half else 8
    return Stored(result, frozenset(packed), bits)
