"""Products of INT8 and INT4 weights by what PyTorch brings compiled: for CPUs without a C++ compiler.

Activations are bfloat16 (error 0.3 %, whatever their outliers); sums and the rows' scales are fp32. INT8 stays in
published storage. INT4 takes the same bytes in an order that PyTorch chooses for the processor.
"""

from __future__ import annotations

from itertools import takewhile

import torch
from torch import Tensor

from .pack import pack_int4, unpack_int4

_BAND = 64  # rows whose bytes lie together on every processor
_GROUPS = (32, 64, 128, 256)  # columns that can share a scale
_OFFSET = 8  # PyTorch's nibbles are 0..15


def fits(rows: int, columns: int) -> bool:
    """Whether INT4 weights of that shape have such a product; all INT8 ones have."""
    return rows % _BAND == 0 and columns % _GROUPS[0] == 0


def reorder_(weight: Tensor) -> None:
    """INT4 weights (rows, columns / 2) from published storage into PyTorch's order, in place."""
    for band in weight.split(_BAND):
        values = unpack_int4(band).to(torch.int32) + _OFFSET
        band.copy_(torch.ops.aten._convert_weight_to_int4pack_for_cpu(values, 1).view(torch.int8))


def restore_(weight: Tensor) -> None:
    """Undoes `reorder_`, in place."""
    for band in weight.split(_BAND):
        band.copy_(_published(band))


def published_rows(weight: Tensor, rows: Tensor) -> Tensor:
    """Rows (n,) of reordered weights in published storage: (n, columns / 2)."""
    found = weight.new_empty(len(rows), weight.shape[1])
    for band in (rows // _BAND).unique():
        inside = rows // _BAND == band
        found[inside] = _published(weight[band * _BAND : (band + 1) * _BAND])[rows[inside] % _BAND]
    return found


def linear(x: Tensor, weight: Tensor, scales: Tensor, bits: int) -> Tensor:
    """x (tokens, in) -> (tokens, out) fp32. weight: INT8 in published storage or INT4 reordered; scales: as there."""
    rows, x = len(weight), x.bfloat16()
    if bits == 8:
        return torch._weight_int8pack_mm(x, weight, torch.ones(rows, dtype=torch.bfloat16)).float() * scales.float()
    if scales.dim() == 1:
        return (
            _int4(x, weight, torch.ones(x.shape[1] // _largest_group(x.shape[1]), rows, dtype=torch.bfloat16)) * scales
        )
    return _int4(x, weight, scales.T.bfloat16())


def _largest_group(columns: int) -> int:
    return list(takewhile(lambda group: columns % group == 0, _GROUPS))[-1]


def _int4(x: Tensor, weight: Tensor, scales: Tensor) -> Tensor:
    """scales: (groups, out)."""
    with_zeros = torch.stack([scales, torch.zeros_like(scales)], dim=-1)
    group = x.shape[1] // len(scales)
    product = torch.ops.aten._weight_int4pack_mm_for_cpu(x.contiguous(), weight.view(torch.uint8), group, with_zeros)
    return product.float()


def _published(band: Tensor) -> Tensor:
    """By multiplying with one column of ones after another; the integers are exact in bfloat16."""
    columns = band.shape[1] * 2
    ones = torch.ones(columns // _largest_group(columns), len(band), dtype=torch.bfloat16)
    parts = torch.eye(columns, dtype=torch.bfloat16).split(256)
    values = torch.cat([_int4(part, band, ones) for part in parts]).T
    return pack_int4(values.to(torch.int8))
