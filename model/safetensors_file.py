"""Writing safetensors files whose values are never all in memory: the header first, then each tensor in its place."""

from __future__ import annotations

import json
import math
import os
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .headers import SAFETENSORS_DTYPES

Specs = Mapping[str, tuple[tuple[int, ...], torch.dtype]]
"""Shape and dtype of each tensor, by name."""

_NAMES = {dtype: name for name, dtype in SAFETENSORS_DTYPES.items()}


def header(specs: Specs) -> tuple[bytes, dict[str, int]]:
    """The first bytes of a file, and where in it each tensor begins, in the order in which they lie there.

    Wide dtypes come first, as the safetensors library orders them, so that every tensor is aligned for its dtype.
    Source: the format section of the safetensors README.
    """
    entries: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    end = 0
    for name, (shape, dtype) in sorted(specs.items(), key=lambda item: (-item[1][1].itemsize, item[0])):
        start, end = end, end + math.prod(shape) * dtype.itemsize
        entries[name] = {"dtype": _NAMES[dtype], "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(entries, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    del entries["__metadata__"]
    begin = 8 + len(text)
    return struct.pack("<Q", len(text)) + text, {name: begin + e["data_offsets"][0] for name, e in entries.items()}


class SafetensorsWriter:
    """One file that takes its tensors in any order."""

    def __init__(self, path: Path, specs: Specs) -> None:
        self.checksums: dict[str, int] = {}
        self._specs = specs
        begin, self._offsets = header(specs)
        self._file = path.open("wb")
        self._file.write(begin)

    @property
    def complete(self) -> bool:
        """Whether every tensor has been put."""
        return len(self.checksums) == len(self._specs)

    def put(self, name: str, tensor: Tensor) -> None:
        """Write a tensor of the announced shape and dtype; its CRC-32 is in `checksums` from now on."""
        assert (tuple(tensor.shape), tensor.dtype) == self._specs[name], name
        data = tensor_bytes(tensor)
        self._file.seek(self._offsets[name])
        self._file.write(data)
        self.checksums[name] = zlib.crc32(data)

    def close(self) -> None:
        """Make sure that the disk has everything."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()


def tensor_bytes(tensor: Tensor) -> memoryview:
    """The values of a tensor on the CPU as they are stored."""
    data: memoryview = tensor.contiguous().flatten().view(torch.uint8).numpy().data
    return data
