"""INT8 and INT4 weights in ChatGLM-6B's storage: the slow truth that every faster kernel is compared with.

Symmetric, no zero point. One scale per output row, as published, or (ours, INT4 only) one per group of columns of a
row. INT4 keeps two columns in a byte: byte k of a row holds column 2k in its high nibble and column 2k + 1 in its low
one, both two's complement.

Source: THUDM/chatglm-6b, quantization.py, `W8A16Linear` and `QuantizedLinear`; the groups' scale as llama.cpp's Q4_0.
"""

from __future__ import annotations

import torch
from torch import Tensor

_LARGEST = {8: 127, 4: 7}  # per row the most negative value of the type is never produced, but decodes


def _check_bits(bits: int) -> None:
    if bits not in _LARGEST:
        raise ValueError(f"bits must be 8 or 4, not {bits}")


def quantize(weight: Tensor, bits: int) -> tuple[Tensor, Tensor]:
    """Quantise rows of (out, in): int8 storage (out, in), or (out, in / 2) with 4 bits, and scales (out,).

    All arithmetic happens in the dtype of `weight`, as in the original: from fp16 weights the scales are fp16 and a
    few integers differ from those of fp32 weights. Ties round to even; a row of zeros stays zero.
    Raises: ValueError for other bits than 8 and 4, or an odd number of columns with 4.
    """
    _check_bits(bits)
    # fp32 quotients rounded to a half precision are that precision's own, and CPUs divide in fp32 far faster
    wide = weight.float() if weight.dtype.itemsize == 2 else weight
    scales = (wide.abs().amax(-1) / _LARGEST[bits]).to(weight.dtype)
    divisor = torch.where(scales == 0, torch.ones_like(scales), scales).to(wide.dtype)
    quotients = (wide / divisor[:, None]).to(weight.dtype).to(wide.dtype)
    # the clamp keeps a scale that was rounded down (bf16, fp16 below its normal range) from wrapping the sign
    values = quotients.round().clamp(-_LARGEST[bits], _LARGEST[bits]).to(torch.int8)
    return (pack_int4(values) if bits == 4 else values), scales


def quantize_groups(weight: Tensor, group_size: int) -> tuple[Tensor, Tensor]:
    """Quantise (out, in) to INT4 with a scale per group of columns: int8 (out, in / 2), fp16 (out, in / group_size).

    The value of largest magnitude in a group becomes -8, which uses all 16 values, so a scale may be negative.
    Arithmetic is fp32, with the scales as rounded to fp16. Raises: ValueError where groups do not fill the rows.
    """
    if weight.shape[-1] % group_size:
        raise ValueError(f"{weight.shape[-1]} columns do not divide into groups of {group_size}")
    groups = weight.float().unflatten(-1, (-1, group_size))
    low, high = groups.amin(-1, keepdim=True), groups.amax(-1, keepdim=True)
    scales = (torch.where(high > -low, high, low) / -8).half()
    divisor = torch.where(scales == 0, torch.ones_like(scales), scales).float()
    values = (groups / divisor).round().clamp(-8, 7).to(torch.int8)
    return pack_int4(values.flatten(-2)), scales[..., 0]


def dequantize(qweight: Tensor, scales: Tensor, bits: int) -> Tensor:
    """Weights (out, in) in the dtype of scales (out,) or (out, groups), from what is stored.

    Raises: ValueError for other bits than 8 and 4.
    """
    _check_bits(bits)
    values = (unpack_int4(qweight) if bits == 4 else qweight).to(scales.dtype)
    if scales.dim() == 1:
        return values * scales[:, None]
    return (values.unflatten(-1, (scales.shape[-1], -1)) * scales[..., None]).flatten(-2)


def pack_int4(values: Tensor) -> Tensor:
    """Pack int8 values in -8..7, (…, columns), to int8 (…, columns / 2). Raises: ValueError for odd columns."""
    if values.shape[-1] % 2:
        raise ValueError(f"4-bit packing needs an even number of columns, not {values.shape[-1]}")
    return (values[..., 0::2] << 4) | (values[..., 1::2] & 0x0F)


def unpack_int4(packed: Tensor) -> Tensor:
    """Undo `pack_int4`: int8 (…, bytes) to int8 (…, 2 * bytes)."""
    high = packed >> 4  # on int8 this keeps the sign, on every processor
    low = (packed << 4) >> 4
    return torch.stack([high, low], dim=-1).flatten(-2)


# The CPU kernels' storage (kernels/cpu/kernels.cpp): the same bytes in another order. Rows go in bands of `BAND`;
# within a band, word w of row r is in place w * BAND + r, so that one stream of memory feeds all rows. A word is four
# bytes of weights or one fp16 scale of a group. The upper bit of a nibble is turned: -8..7 becomes 0..15.

BAND = 16
_GROUP = 32  # columns that the kernels read at once, and the only size of groups that they know


def columns_fit(columns: int, group_size: int | None) -> bool:
    """Whether the kernels know such rows."""
    return columns % _GROUP == 0 and group_size in (None, _GROUP)


def fits_bands(rows: int, columns: int, group_size: int | None) -> bool:
    """Whether weights of this size can be stored in bands."""
    return rows % BAND == 0 and columns_fit(columns, group_size)


def to_bands(stored: Tensor, bits: int = 8) -> Tensor:
    """Published weights int8 (rows, …) or fp16 scales (rows, groups) in bands: int32 or fp16 (bands, words, BAND)."""
    words = _words(stored.contiguous())
    bands = words.view(-1, BAND, words.shape[1]).transpose(1, 2)
    return (bands ^ _FLIP if bits == 4 else bands).contiguous()


def from_bands(bands: Tensor, bits: int = 8) -> Tensor:
    """Undo `to_bands`: int8 (rows, bytes) or fp16 (rows, groups)."""
    words = torch.empty(len(bands) * BAND, bands.shape[1], dtype=bands.dtype, device=bands.device)
    for to, some in zip(_in_parts(words.view(-1, BAND, bands.shape[1])), _in_parts(bands), strict=True):
        to.copy_((some ^ _FLIP if bits == 4 else some).transpose(1, 2))
    return words.view(torch.int8) if words.dtype == torch.int32 else words


def deinterleave_(stored: Tensor, bits: int = 8) -> None:
    """Back to published storage, in place: weights int8 (rows, …) of 8 or 4 bits, or fp16 scales (rows, groups)."""
    words = _words(stored)
    for some in _in_parts(words.view(-1, words.shape[1], BAND)):
        some.view(-1).copy_(_words(from_bands(some, bits)).view(-1))


def interleaved_rows(stored: Tensor, rows: Tensor, bits: int = 8) -> Tensor:
    """Rows (n,) of interleaved weights or scales in published storage: (n, …)."""
    words = _words(stored)
    bands = words.view(-1, words.shape[1], BAND)
    found = bands[rows // BAND, :, rows % BAND]
    return (found ^ _FLIP if bits == 4 else found).view(stored.dtype)


def _in_parts(bands: Tensor) -> tuple[Tensor, ...]:
    """Some bands at a time, so that what is made of them on the way stays small."""
    return bands.split(max(1, (1 << 20) // bands[0].numel()))


_FLIP = 0x88888888 - (1 << 32)


def _words(stored: Tensor) -> Tensor:
    return stored.view(torch.int32) if stored.dtype == torch.int8 else stored
