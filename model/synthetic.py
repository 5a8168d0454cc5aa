"""Random checkpoints in the exact layout of the published ones, for tests and benchmarks.

    python -m model.synthetic LAYOUT DST [--scale tiny|small|full] [--seed 0]

Names, shapes, dtypes, shards, index, configs and id layout are the published ones (`model.published` says on what
evidence); "small" (100 to 300 MB) and "tiny" (below 2 MB) have smaller numbers in the same places. The values are
random, of a size at which activations stay finite and generation runs, and depend only on the seed and the name of a
tensor in the hub files: the three VisualGLM layouts of one seed are one network, up to rounding to fp16. Weights go to
the disk piece by piece, so that a full-size checkpoint takes little memory.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import pickle
import shutil
import struct
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import torch
from torch import Tensor

from kernels.pack import pack_int4

from .disk import check_space
from .errors import UserError
from .published import LAYOUTS, SCALES, Layout, TensorSpec, layout
from .published.configs import config_files
from .published.vocabularies import vocabulary_file
from .safetensors_file import header, tensor_bytes

_PERIOD = 1_000_003
"""Values before they repeat: a prime, so that no two rows of a matrix are equal."""
_SPREAD = {"scale8": math.sqrt(127 * 128 / 3), "scale4": math.sqrt(7 * 8 / 3)}  # deviation of integers in -n..n
_SMALL_FILES = 2**24  # bytes at the most, of vocabulary, headers and configs
_ALIGNMENT = 64  # bytes, of values in a file by torch.save
_STORAGES = {
    torch.bfloat16: torch.BFloat16Storage,
    torch.float16: torch.HalfStorage,
    torch.float32: torch.FloatStorage,
    torch.int8: torch.CharStorage,
}


def describe(name: str, scale: str = "full") -> dict[str, dict[str, tuple[tuple[int, ...], torch.dtype]]]:
    """Shape and dtype of every key of every weight file, without writing anything.

    Raises: ValueError for an unknown layout or scale.
    """
    files = layout(name, scale).files
    return {file: {key: (spec.shape, spec.dtype) for key, spec in specs.items()} for file, specs in files.items()}


def write(
    name: str,
    destination: str | Path,
    scale: str = "tiny",
    seed: int = 0,
    report: Callable[[str], None] = lambda file: None,
) -> Path:
    """Write a checkpoint folder and return its path. The same arguments give the same bytes.

    report: called with each weight file's name once it is written.
    Everything is first written to `destination` + ".unfinished"; what an earlier, killed run left there is replaced.
    Raises: ValueError for an unknown layout or scale, UserError("folder_exists", "disk_full").
    """
    chosen, target = layout(name, scale), Path(destination)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UserError("folder_exists", path=target)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    check_space(target.parent, chosen.nbytes + _SMALL_FILES)
    try:
        _write_small_files(chosen, unfinished)
        values = _Values(seed)
        for file, specs in chosen.files.items():
            _write_weights(unfinished / file, specs, chosen.wrapper, values)
            report(file)
        os.replace(unfinished, target)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return target


def write_vocabulary(name: str, folder: str | Path, scale: str = "tiny") -> Path:
    """Write only the vocabulary file of a layout, for a SwissArmyTransformer folder, which comes without one."""
    file, content = vocabulary_file(layout(name, scale))
    path = Path(folder) / file
    path.write_bytes(content)
    return path


def _write_small_files(chosen: Layout, folder: Path) -> None:
    for file in chosen.files:
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
    for name, content in config_files(chosen).items():
        (folder / name).write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")
    if chosen.wrapper:  # SwissArmyTransformer: the folder of the newest weights, and no vocabulary
        (folder / "latest").write_text(next(iter(chosen.files)).partition("/")[0])
    else:
        name, vocabulary = vocabulary_file(chosen)
        (folder / name).write_bytes(vocabulary)
    if chosen.index:
        weight_map = {key: file for file, specs in chosen.files.items() for key in specs}
        index = {"metadata": {"total_size": chosen.total_size}, "weight_map": weight_map}
        (folder / chosen.index).write_text(json.dumps(index, indent=2, sort_keys=True) + "\n")


# Values


class _Values:
    """Random numbers, repeated with a long period. What a kind of tensor needs is made once and then only copied."""

    def __init__(self, seed: int) -> None:
        self._generator = torch.Generator().manual_seed(seed)
        self._normal = torch.randn(_PERIOD, generator=self._generator)
        self._integers = {bound: self._uniform(bound) for bound in (127, 7)}
        self._blocks: dict[tuple[str, torch.dtype, float], memoryview] = {}

    def chunks(self, key: str, spec: TensorSpec) -> Iterator[memoryview]:
        """The bytes of a tensor, in pieces."""
        if spec.blocked:
            yield tensor_bytes(self._regrouped(key, spec))
        elif spec.values == "frequencies":
            exponents = torch.arange(spec.shape[0]) / spec.shape[0]
            yield tensor_bytes((1 / 10000**exponents).to(spec.dtype))
        else:
            yield from self._stream(key, spec)

    def _stream(self, key: str, spec: TensorSpec) -> Iterator[memoryview]:
        block = self._block(spec)
        name = spec.equals or spec.source or key
        start = zlib.crc32(name.encode()) % _PERIOD * spec.dtype.itemsize
        left = spec.nbytes
        while left:
            chunk = block[start : start + left]
            yield chunk
            left -= len(chunk)
            start = 0

    def _regrouped(self, key: str, spec: TensorSpec) -> Tensor:
        """The rows of each head's q, k and v, as all heads' q, then k, then v."""
        per_head = torch.frombuffer(bytearray().join(self._stream(key, spec)), dtype=spec.dtype)
        return per_head.view(spec.blocked, 3, -1).transpose(0, 1)

    def _block(self, spec: TensorSpec) -> memoryview:
        columns = spec.columns or math.prod(spec.shape[1:])
        deviation = 0.02 if spec.values == "bias" else columns**-0.5
        wanted = (spec.values, spec.dtype, deviation)
        if wanted not in self._blocks:
            self._blocks[wanted] = tensor_bytes(self._numbers(*wanted))
        return self._blocks[wanted]

    def _numbers(self, values: str, dtype: torch.dtype, deviation: float) -> Tensor:
        if values == "int8":
            return self._integers[127]
        if values == "int4":
            return pack_int4(torch.stack([self._integers[7], self._integers[7].roll(1)], dim=-1))
        if values == "norm":
            return (1 + self._normal / 20).to(dtype)
        if values in _SPREAD:
            return (deviation / _SPREAD[values] * (1 + self._normal / 20)).to(dtype)
        return (self._normal * deviation).to(dtype)

    def _uniform(self, bound: int) -> Tensor:
        return torch.randint(-bound, bound + 1, (_PERIOD,), dtype=torch.int8, generator=self._generator)


# Files


def _write_weights(path: Path, specs: dict[str, TensorSpec], wrapper: str | None, values: _Values) -> None:
    with path.open("wb") as file:
        if path.suffix == ".safetensors":
            _write_safetensors(file, specs, values)
        else:
            _write_torch(file, path.stem, specs, wrapper, values)


def _write_safetensors(file: BinaryIO, specs: dict[str, TensorSpec], values: _Values) -> None:
    begin, offsets = header({key: (spec.shape, spec.dtype) for key, spec in specs.items()})
    file.write(begin)
    for key in offsets:
        file.writelines(values.chunks(key, specs[key]))


def _write_torch(file: BinaryIO, name: str, specs: dict[str, TensorSpec], wrapper: str | None, values: _Values) -> None:
    """What `torch.save` of PyTorch 1.13 to 2.0 writes: a stored zip archive of a pickle and one record per storage."""
    records = [key for key, spec in specs.items() if not spec.shares]
    numbers = {key: str(number) for number, key in enumerate(records)}
    state: dict[str, Any] = OrderedDict()
    for key, spec in specs.items():
        state[key] = _Saved(spec, numbers[spec.equals if spec.equals and spec.shares else key])
    if wrapper:
        state._metadata = OrderedDict({"": {"version": 1}})  # type: ignore[attr-defined]  # as of Module.state_dict
        state = {wrapper: state}
    with zipfile.ZipFile(file, "w") as archive:
        with _record(archive, f"{name}/data.pkl") as record:
            _Pickler(record, protocol=2).dump(state)
        for key in records:
            with _record(archive, f"{name}/data/{numbers[key]}", specs[key].nbytes) as record:
                record.writelines(values.chunks(key, specs[key]))
        with _record(archive, f"{name}/version") as record:
            record.write(b"3\n")


def _record(archive: zipfile.ZipFile, name: str, size: int = 0) -> BinaryIO:
    """A file in the archive whose first byte is aligned, so that tensors can be mapped to memory."""
    entry = zipfile.ZipInfo(name)
    entry.file_size = size
    fixed, field = 30 + len(name), 4  # bytes of the entry's header, and of that of its extra field
    padding = -(archive.start_dir + fixed + field) % _ALIGNMENT
    entry.extra = b"FB" + struct.pack("<H", padding) + b"Z" * padding
    return archive.open(entry, "w")  # type: ignore[return-value]


class _Storage:
    def __init__(self, spec: TensorSpec, number: str) -> None:
        self.reference = ("storage", _STORAGES[spec.dtype], number, "cpu", math.prod(spec.shape))


class _Saved:
    """Pickles as a contiguous tensor whose values are in the record `number`."""

    def __init__(self, spec: TensorSpec, number: str) -> None:
        self._spec, self._number = spec, number

    def __reduce__(self) -> tuple[Any, ...]:
        strides = tuple(math.prod(self._spec.shape[axis + 1 :]) for axis in range(len(self._spec.shape)))
        storage = _Storage(self._spec, self._number)
        return torch._utils._rebuild_tensor_v2, (storage, 0, self._spec.shape, strides, False, OrderedDict())


class _Pickler(pickle.Pickler):
    def persistent_id(self, item: object) -> tuple[Any, ...] | None:
        return item.reference if isinstance(item, _Storage) else None


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m model.synthetic", description="Write a random checkpoint.")
    parser.add_argument("layout", choices=LAYOUTS)
    parser.add_argument("destination", type=Path, help="a folder that does not exist yet")
    parser.add_argument("--scale", choices=SCALES, default="tiny")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    try:
        write(arguments.layout, arguments.destination, arguments.scale, arguments.seed, report=print)
    except UserError as error:
        parser.exit(1, f"{error}\n")


if __name__ == "__main__":
    main()
