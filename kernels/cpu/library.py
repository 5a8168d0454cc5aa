"""The compiled library as Python sees it."""

from __future__ import annotations

import ctypes
from pathlib import Path

import torch
from torch import Tensor

UNITS = {  # in the library's order
    "plain": "C++",
    "avx2": "AVX2",
    "avx-vnni": "AVX-VNNI",
    "avx512": "AVX-512 VNNI",
    "neon": "NEON",
}

_INT, _LONG, _POINTER = ctypes.c_int, ctypes.c_int64, ctypes.c_void_p
_SOURCES = (torch.float32, torch.bfloat16, torch.float16)
_SIGNATURES = {
    "glm_vector_units": (_INT, []),
    "glm_linear": (None, [_INT, _POINTER, _LONG, *[_POINTER] * 4, _LONG, _LONG, _INT, _INT, _INT]),
    "glm_attend": (_INT, [_INT, *[_POINTER] * 4, *[_LONG] * 5, ctypes.c_float, _INT, _INT]),
    "glm_quantize": (None, [_INT, _POINTER, _INT, _LONG, _LONG, _INT, _INT, _POINTER, _POINTER, _INT]),
    "glm_interleave": (None, [_POINTER, _LONG, _LONG, _INT, _INT]),
    "glm_interleave_scales": (None, [_POINTER, _LONG, _LONG, _INT]),
    "glm_read": (ctypes.c_uint64, [_POINTER, _LONG, _INT]),
}


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

    def linear(self, x: Tensor, weight: Tensor, scales: Tensor, bias: Tensor | None, bits: int) -> Tensor:
        """x (tokens, in) fp32 times interleaved weights of `out` rows -> (tokens, out) fp32."""
        x, scales = x.contiguous(), scales.contiguous()
        (tokens, columns), rows = x.shape, weight.shape[0]
        product = torch.empty(tokens, rows)
        self._library.glm_linear(
            self._number,
            x.data_ptr(),
            tokens,
            weight.data_ptr(),
            scales.data_ptr(),
            None if bias is None else bias.data_ptr(),
            product.data_ptr(),
            rows,
            columns,
            bits,
            scales.dim() > 1,
            torch.get_num_threads(),
        )
        return product

    def attend(self, query: Tensor, keys: Tensor, values: Tensor) -> Tensor | None:
        """One new token: query (heads, head_dim) fp32 over keys and values (kv_heads, length, head_dim) fp32 or fp16.

        Rows of a head lie behind one another, as in a cache. None where head_dim has no kernel.
        """
        query, result = query.contiguous(), torch.empty_like(query)
        kv_heads, length, head_dim = keys.shape
        sizes = (len(query), kv_heads, length, keys.stride(0), head_dim)
        pointers = (tensor.data_ptr() for tensor in (query, keys, values, result))
        half, threads = keys.dtype == torch.float16, torch.get_num_threads()
        done = self._library.glm_attend(self._number, *pointers, *sizes, head_dim**-0.5, half, threads)
        return result if done else None

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
