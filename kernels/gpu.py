"""Products of INT4 and INT8 weights on GPUs, in Triton: the weights are decoded on their way from memory.

They stay in published storage (`kernels.pack`). One or a few tokens are multiplied row by row, as only the weights'
way from memory counts then; many tokens go through the GPU's matrix units. Sums are fp32; a scale per row is applied to
the sum, so that integers, which fp16 holds exactly, are what is multiplied.

PyTorch for NVIDIA and AMD GPUs on Linux brings Triton; without it there is no `linear`, see `kernels.dispatch`.
"""

# mypy: disable-error-code="no-untyped-def"

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

try:
    import triton  # type: ignore[import-not-found]
    import triton.language as tl  # type: ignore[import-not-found]
except ImportError:
    triton = None

FEW_TOKENS = 4  # up to here the weights are read once per token, from the second time on out of the GPU's cache


def linear(x: Tensor, weight: Tensor, scales: Tensor, bias: Tensor | None, bits: int) -> Tensor:
    """x (tokens, in) times weights in published storage -> (tokens, out) in the dtype of x.

    scales: (out,), or (out, groups) with an even number of columns in each group. Error against decoded fp32 weights:
    that of rounding x and the result to their dtype; with groups also of rounding the weights to it.
    """
    with torch.cuda.device_of(x):  # Triton launches on the current GPU, whatever the tensors are on
        return _linear(x.contiguous(), weight, scales, bias, bits)


def _linear(x: Tensor, weight: Tensor, scales: Tensor, bias: Tensor | None, bits: int) -> Tensor:
    tokens, columns = x.shape
    rows = len(weight)
    y = torch.empty(tokens, rows, dtype=x.dtype, device=x.device)
    if tokens == 0:
        return y
    group_size = columns // scales.shape[1] if scales.dim() > 1 else 0
    arguments = (x, weight, scales, x if bias is None else bias, y, tokens, rows, columns)
    options: dict[str, Any] = {"BITS": bits, "GROUP": group_size, "BIAS": bias is not None}
    if tokens <= FEW_TOKENS:
        options |= {"ROWS": 8, "COLUMNS": 512 * 8 // bits, "num_warps": 4}
        _few[(triton.cdiv(rows, 8), tokens)](*arguments, **options)
    else:
        wide = x.dtype == torch.float32  # has no matrix units that keep its precision, so blocks are small
        at_once = min(max(16, triton.next_power_of_2(tokens)), 16 if wide else 128)
        options |= {"TOKENS": at_once, "ROWS": 64, "COLUMNS": 32 if wide else 64, "num_warps": 4}
        _many[(triton.cdiv(rows, 64), triton.cdiv(tokens, at_once))](*arguments, **options)
    return y


if triton is not None:

    @triton.jit
    def _decode(
        weight, scales, row, column_start, rows, columns, BITS: tl.constexpr, GROUP: tl.constexpr, COLUMNS: tl.constexpr
    ):
        """fp32 weights (len(row), COLUMNS) from column_start on; without the scale where it is one per row."""
        per_byte: tl.constexpr = 8 // BITS
        byte = column_start // per_byte + tl.arange(0, COLUMNS // per_byte)
        row_bytes = columns // per_byte
        inside = (row[:, None] < rows) & (byte[None, :] < row_bytes)
        stored = tl.load(weight + row[:, None] * row_bytes + byte[None, :], mask=inside, other=0)
        if BITS == 4:  # the even column is in the high nibble; shifts of int8 keep the sign
            values = tl.interleave((stored >> 4).to(tl.float32), ((stored << 4).to(tl.int8) >> 4).to(tl.float32))
        else:
            values = stored.to(tl.float32)
        if GROUP > 0:
            group = column_start // GROUP + tl.arange(0, COLUMNS // GROUP)
            valid = (row[:, None] < rows) & (group[None, :] < columns // GROUP)
            scale = tl.load(scales + row[:, None] * (columns // GROUP) + group[None, :], mask=valid, other=0)
            grouped = tl.reshape(values, (values.shape[0], COLUMNS // GROUP, GROUP))
            values = tl.reshape(grouped * scale.to(tl.float32)[:, :, None], values.shape)
        return values

    @triton.jit
    def _few(
        x,
        weight,
        scales,
        bias,
        y,
        tokens,
        rows,
        columns,
        BITS: tl.constexpr,
        GROUP: tl.constexpr,
        BIAS: tl.constexpr,
        ROWS: tl.constexpr,
        COLUMNS: tl.constexpr,
    ):
        """ROWS rows for one token, on the ordinary units."""
        row = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
        token = tl.program_id(1)
        sums = tl.zeros((ROWS, COLUMNS), dtype=tl.float32)
        for start in range(0, columns, COLUMNS):
            column = start + tl.arange(0, COLUMNS)
            part = tl.load(x + token * columns + column, mask=column < columns, other=0).to(tl.float32)
            sums += _decode(weight, scales, row, start, rows, columns, BITS, GROUP, COLUMNS) * part[None, :]
        total = tl.sum(sums, axis=1)
        if GROUP == 0:
            total *= tl.load(scales + row, mask=row < rows, other=0).to(tl.float32)
        if BIAS:
            total += tl.load(bias + row, mask=row < rows, other=0).to(tl.float32)
        tl.store(y + token * rows + row, total.to(y.dtype.element_ty), mask=row < rows)

    @triton.jit
    def _many(
        x,
        weight,
        scales,
        bias,
        y,
        tokens,
        rows,
        columns,
        BITS: tl.constexpr,
        GROUP: tl.constexpr,
        BIAS: tl.constexpr,
        TOKENS: tl.constexpr,
        ROWS: tl.constexpr,
        COLUMNS: tl.constexpr,
    ):
        """ROWS rows for TOKENS tokens, on the matrix units."""
        row = tl.program_id(0) * ROWS + tl.arange(0, ROWS)
        token = tl.program_id(1) * TOKENS + tl.arange(0, TOKENS)
        total = tl.zeros((TOKENS, ROWS), dtype=tl.float32)
        for start in range(0, columns, COLUMNS):
            column = start + tl.arange(0, COLUMNS)
            inside = (token[:, None] < tokens) & (column[None, :] < columns)
            part = tl.load(x + token[:, None] * columns + column[None, :], mask=inside, other=0)
            values = _decode(weight, scales, row, start, rows, columns, BITS, GROUP, COLUMNS).to(part.dtype)
            total = tl.dot(part, tl.trans(values), total, input_precision="ieee")
        if GROUP == 0:
            total *= tl.load(scales + row, mask=row < rows, other=0).to(tl.float32)[None, :]
        if BIAS:
            total += tl.load(bias + row, mask=row < rows, other=0).to(tl.float32)[None, :]
        inside = (token[:, None] < tokens) & (row[None, :] < rows)
        tl.store(y + token[:, None] * rows + row[None, :], total.to(y.dtype.element_ty), mask=inside)
