"""The compiled library as Python sees it."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

UNITS = {  # in the library's order
    "plain": "C++",
    "avx2": "AVX2",
    "avx-vnni": "AVX-VNNI",
    "avx512": "AVX-512 VNNI",
    "neon": "NEON",
}

_INT, _LONG, _FLOAT, _POINTER = ctypes.c_int, ctypes.c_int64, ctypes.c_float, ctypes.c_void_p
_SOURCES = (torch.float32, torch.bfloat16, torch.float16)
_SIGNATURES = {
    "glm_vector_units": (_INT, []),
    "glm_linear": (None, [_INT, _POINTER, _POINTER, _LONG, _POINTER, _INT]),
    "glm_attend": (_INT, [_INT, _POINTER, _INT]),
    "glm_layers": (_INT, [_INT, _POINTER, _INT]),
    "glm_quantize": (None, [_INT, _POINTER, _INT, _LONG, _LONG, _INT, _INT, _POINTER, _POINTER, _INT]),
    "glm_interleave": (None, [_POINTER, _LONG, _LONG, _INT, _INT]),
    "glm_interleave_scales": (None, [_POINTER, _LONG, _LONG, _INT]),
    "glm_read": (ctypes.c_uint64, [_POINTER, _LONG, _INT]),
}


class _Weights(ctypes.Structure):
    _fields_ = (
        *((name, _POINTER) for name in ("weight", "scales", "bias")),
        *((name, _LONG) for name in ("rows", "columns")),
        *((name, _INT) for name in ("bits", "grouped")),
    )


class _Attention(ctypes.Structure):
    _fields_ = (
        *((name, _POINTER) for name in ("query", "keys", "values", "result")),
        *((name, _LONG) for name in ("heads", "kv_heads", "length", "stride", "head_dim")),
        ("scale", _FLOAT),
        ("half", _INT),
    )


class _Layer(ctypes.Structure):
    _fields_ = (
        ("norms", _POINTER * 4),
        ("linears", _Weights * 4),
        ("attention", _Attention),
        ("epsilon", _FLOAT),
        ("alpha", _FLOAT),
    )


class _Layers(ctypes.Structure):
    _fields_ = (
        ("layers", ctypes.POINTER(_Layer)),
        ("count", _LONG),
        ("cos", _POINTER),
        ("sin", _POINTER),
        ("parts", _LONG),
        ("states", _POINTER),
    )


class Matrix(NamedTuple):
    """Interleaved weights of some rows, as `kernels.pack` describes them; all tensors contiguous."""

    weight: Tensor
    scales: Tensor  # fp32 (rows,), or interleaved fp16 (rows, columns / 32)
    bias: Tensor | None  # fp32 (rows,)
    bits: int

    def for_library(self) -> _Weights:
        """Good for as long as this lives."""
        rows, row_bytes = self.weight.shape
        return _Weights(
            self.weight.data_ptr(),
            self.scales.data_ptr(),
            None if self.bias is None else self.bias.data_ptr(),
            rows,
            row_bytes * 8 // self.bits,
            self.bits,
            self.scales.dim() > 1,
        )


class Layers:
    """The layers of a ChatGLM-6B as the library takes them, while their weights stay where they are."""

    def __init__(
        self, norms: Sequence[Sequence[Tensor]], linears: Sequence[Sequence[Matrix]], epsilon: float, alpha: float
    ) -> None:
        """For each layer, in the order of the library's `Layer`: four tensors fp32 (hidden,), and four matrices.

        alpha: of the normalised input in the residual sums.
        """
        self._kept = norms, linears
        self.array = (_Layer * len(norms))()
        for layer, four_norms, four_linears in zip(self.array, norms, linears, strict=True):
            layer.norms = tuple(norm.data_ptr() for norm in four_norms)
            layer.linears = tuple(matrix.for_library() for matrix in four_linears)
            layer.epsilon, layer.alpha = epsilon, alpha

    def set_cache(self, keys_and_values: Sequence[tuple[Tensor, Tensor]]) -> None:
        """For each layer keys and values (heads, length, head_dim), as `CpuKernel.attend` takes them."""
        for layer, (keys, values) in zip(self.array, keys_and_values, strict=True):
            layer.attention = _attention(None, keys, values, None, len(keys))


def _attention(query: int | None, keys: Tensor, values: Tensor, result: int | None, heads: int) -> _Attention:
    kv_heads, length, head_dim = keys.shape
    sizes = (heads, kv_heads, length, keys.stride(0), head_dim)
    half = keys.dtype == torch.float16
    return _Attention(query, keys.data_ptr(), values.data_ptr(), result, *sizes, head_dim**-0.5, half)


class CpuKernel:
    """Products by one kind of vector unit. Its threads are torch's number; Python's lock is free meanwhile."""

    def __init__(self, path: Path, unit: str | None = None) -> None:
        """unit: a name of `UNITS`; None: the best one here. Raises: OSError, ValueError for one that is not here."""
        self._library = ctypes.CDLL(str(path))
        for name, (result, arguments) in _SIGNATURES.items():
            if not hasattr(self._library, name):
                raise OSError(f"{path} has no {name}")
            function = getattr(self._library, name)
            function.restype, function.argtypes = result, arguments
        bits = self._library.glm_vector_units()
        self.units = tuple(name for number, name in enumerate(UNITS) if bits >> number & 1)
        self.select(unit or self.units[-1])

    def select(self, unit: str) -> None:
        """Changes the vector unit. Raises: ValueError for one that is not here."""
        if unit not in self.units:
            raise ValueError(f"this processor has {', '.join(self.units)}, not {unit}")
        self.unit, self.name, self._number = unit, UNITS[unit], list(UNITS).index(unit)

    def linear(self, x: Tensor, matrix: Matrix) -> Tensor:
        """x (tokens, in) fp32 -> (tokens, out) fp32."""
        x, product = x.contiguous(), torch.empty(len(x), len(matrix.weight))
        weights, threads = ctypes.byref(matrix.for_library()), torch.get_num_threads()
        self._library.glm_linear(self._number, weights, x.data_ptr(), len(x), product.data_ptr(), threads)
        return product

    def attend(self, query: Tensor, keys: Tensor, values: Tensor) -> Tensor | None:
        """One new token: query (heads, head_dim) fp32 over keys and values (kv_heads, length, head_dim) fp32 or fp16.

        Rows of a head lie behind one another, as in a cache. None where head_dim has no kernel.
        """
        query = query.contiguous()
        result = torch.empty_like(query)
        attention = _attention(query.data_ptr(), keys, values, result.data_ptr(), len(query))
        done = self._library.glm_attend(self._number, ctypes.byref(attention), torch.get_num_threads())
        return result if done else None

    def glm_layers(self, states: Tensor, layers: Layers, rotary: tuple[Tensor, Tensor]) -> Tensor | None:
        """One new token through layers of ChatGLM-6B: states (hidden,) fp32 -> the same.

        rotary: cos and sin (parts, head_dim / parts) fp32. The last position of each layer's cache is written.
        None, with nothing written, where head_dim has no kernel.
        """
        states, (cos, sin) = states.clone(), (table.contiguous() for table in rotary)
        array = layers.array
        call = _Layers(array, len(array), cos.data_ptr(), sin.data_ptr(), len(cos), states.data_ptr())
        done = self._library.glm_layers(self._number, ctypes.byref(call), torch.get_num_threads())
        return states if done else None

    def quantize(self, rows: Tensor, weight: Tensor, scales: Tensor, bits: int) -> None:
        """Float rows into `weight` and `scales`, which are in published storage: the numbers of `kernels.pack`."""
        rows = rows.contiguous()
        self._library.glm_quantize(
            self._number,
            rows.data_ptr(),
            _SOURCES.index(rows.dtype),
            *rows.shape,
            bits,
            scales.dim() > 1,
            weight.data_ptr(),
            scales.data_ptr(),
            torch.get_num_threads(),
        )

    def interleave_(self, weight: Tensor, scales: Tensor, bits: int) -> None:
        """Rearranges published storage in place, into the order that `kernels.pack` describes."""
        threads = torch.get_num_threads()
        self._library.glm_interleave(weight.data_ptr(), *weight.shape, bits, threads)
        if scales.dim() > 1:
            self._library.glm_interleave_scales(scales.data_ptr(), *scales.shape, threads)

    def read(self, data: Tensor) -> None:
        """Reads all of `data` once, in order, as fast as memory allows."""
        self._library.glm_read(data.data_ptr(), data.nbytes // 8, torch.get_num_threads())
