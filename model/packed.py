"""Which tensors of a checkpoint hold INT8 or packed INT4 numbers, told by the tensors themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from kernels.pack import BAND, fits_bands, to_bands

from .safetensors_file import Specs
from .tensors import TensorFiles

Shapes = dict[str, tuple[int, ...]]


class Stored(NamedTuple):
    """shapes: of all stored tensors. packed: names of the packed weights. halved: those with two numbers a byte.
    banded: those in the order of the CPU kernels. bits: of those in layers, None without.
    """

    shapes: Shapes
    packed: frozenset[str]
    halved: frozenset[str]
    bits: int | None
    banded: frozenset[str] = frozenset()


def as_stored(shapes: Mapping[str, tuple[int, ...]], files: TensorFiles) -> Stored:
    """What a checkpoint stores of a network whose weights have `shapes` in full precision.

    A weight of 8-bit numbers is packed, and has its scales beside it: INT8 has all columns, INT4 half of them; there is
    one scale a row, or, for INT4 in our own form, several. In the order of the CPU kernels (`kernels.pack.to_bands`) it
    is 32-bit words, and has three dimensions. What fits none of these is left for `check_tensors` to name.
    """
    result, packed, halves, bands, bits = dict(shapes), set(), set(), set(), None
    for name, shape in shapes.items():
        scale, weight = files.infos.get(f"{name}_scale"), files.infos.get(name)
        if weight is None or weight.dtype not in (torch.int8, torch.int32) or len(shape) != 2:
            continue
        rows, columns = shape
        is_banded = weight.dtype == torch.int32 and fits_bands(rows, columns, None)
        packed.add(name)
        halved = weight.shape == ((rows // BAND, columns // 8, BAND) if is_banded else (rows, columns // 2))
        if is_banded:
            bands.add(name)
            result[name] = (rows // BAND, columns // (8 if halved else 4), BAND)
        elif halved:
            result[name] = weight.shape
        if halved:
            halves.add(name)
        result[f"{name}_scale"] = (rows,)
        if halved and scale is not None and (groups := _groups(scale.shape, is_banded)) and columns % groups == 0:
            result[f"{name}_scale"] = (rows // BAND, groups, BAND) if is_banded else (rows, groups)
        if ".layers." in name:
            bits = 4 if halved else 8
    return Stored(result, frozenset(packed), frozenset(halves), bits, frozenset(bands))


def _groups(scales: tuple[int, ...], is_banded: bool) -> int:
    """Groups of a row that scales of this shape belong to; 0 where there is one scale a row."""
    return scales[1] if len(scales) == (3 if is_banded else 2) else 0


def fitting_bands(specs: Specs, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, int]:
    """The packed weights that the CPU kernels could use as they lie if they were in bands, and their bits.

    specs: all tensors to be stored, in published order. shapes: of the weights in full precision.
    """
    found = {}
    for name, (shape, dtype) in specs.items():
        if dtype == torch.int8:
            rows, columns = shapes[name]
            scales = specs[f"{name}_scale"][0]
            if fits_bands(rows, columns, columns // scales[1] if len(scales) == 2 else None):
                found[name] = 8 if shape[1] == columns else 4
    return found


def in_bands(tensors: Iterable[tuple[str, Tensor]], bits: Mapping[str, int]) -> Iterator[tuple[str, Tensor]]:
    """The tensors, with those that `fitting_bands` found and their scales of groups in the CPU kernels' order."""
    for name, tensor in tensors:
        if name in bits:
            yield name, to_bands(tensor, bits[name])
        elif name.removesuffix("_scale") in bits and tensor.dim() == 2:
            yield name, to_bands(tensor)
        else:
            yield name, tensor


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
