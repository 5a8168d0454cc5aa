"""INT8 and INT4 weights in ChatGLM-6B's storage: the slow truth that every faster kernel is compared with.

Symmetric, one scale per output row, no zero point. INT4 keeps two columns in a byte: byte k of a row holds column 2k
in its high nibble and column 2k + 1 in its low one, both two's complement.

Source: THUDM/chatglm-6b, quantization.py, `W8A16Linear` and `QuantizedLinear`.
"""

from __future__ import annotations

import torch
from torch import Tensor

_LARGEST = {8: 127, 4: 7}  # the most negative value of the type is never produced, but decodes


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
    scales = weight.abs().amax(-1) / _LARGEST[bits]
    divisor = torch.where(scales == 0, torch.ones_like(scales), scales)
    # the clamp keeps a scale that was rounded down (bf16, fp16 below its normal range) from wrapping the sign
    values = (weight / divisor[:, None]).round().clamp(-_LARGEST[bits], _LARGEST[bits]).to(torch.int8)
    return (pack_int4(values) if bits == 4 else values), scales


def dequantize(qweight: Tensor, scales: Tensor, bits: int) -> Tensor:
    """Weights (out, in) in the dtype of scales (out,), from what `quantize` or a checkpoint stores.

    Raises: ValueError for other bits than 8 and 4.
    """
    _check_bits(bits)
    values = unpack_int4(qweight) if bits == 4 else qweight
    return values.to(scales.dtype) * scales[:, None]


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
