"""What one file of a checkpoint holds, from its first bytes and its header; the values stay on the disk.

Everything that is wrong with a file is said here, before anything of the size it claims is allocated.
"""

from __future__ import annotations

import bisect
import json
import math
import re
import zipfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from .errors import UserError, first_line
from .pickles import STRUCTURE_LIMIT, check_pickle, instructions

HEADER_LIMIT = 8 * 2**20
"""Bytes that a header, index or config may have; those of the largest GLM have less than one megabyte."""
LEGACY_LIMIT = 4 * 2**30
"""Bytes that a file in PyTorch's format before 1.6 may have, since it cannot be mapped."""

_LFS_POINTER = b"version https://git-lfs.github.com/spec/"
_WEB_PAGE = re.compile(rb"(\xef\xbb\xbf)?\s*<(!doctype|!--|\?xml|html|head|body|error)", re.IGNORECASE)
_GGUF = (b"GGUF", b"ggml")  # llama.cpp and chatglm.cpp
_UNFINISHED = (".incomplete", ".aria2", ".part", ".crdownload", ".download")  # left beside a file or as its ending
_WRAPPERS = ("module", "model", "state_dict")  # SwissArmyTransformer, LAVIS, Lightning

SAFETENSORS_DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
    "F8_E4M3": torch.float8_e4m3fn,
    "F8_E5M2": torch.float8_e5m2,
    "I64": torch.int64,
    "I32": torch.int32,
    "I16": torch.int16,
    "I8": torch.int8,
    "U8": torch.uint8,
    "BOOL": torch.bool,
}


@dataclass(frozen=True)
class TensorInfo:
    """Where a tensor lies. `stride` counts elements and is None for a contiguous one."""

    shape: tuple[int, ...]
    dtype: torch.dtype
    file: Path
    offset: int  # bytes from the start of the file to the first element
    stride: tuple[int, ...] | None = None

    @property
    def numel(self) -> int:
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        return self.numel * self.dtype.itemsize

    @property
    def span(self) -> int:
        """Bytes from the first to behind the last element; more than `nbytes` where strides leave gaps."""
        if self.stride is None or not self.numel:
            return self.nbytes
        last = sum((size - 1) * step for size, step in zip(self.shape, self.stride, strict=True))
        return (last + 1) * self.dtype.itemsize


def check_file(path: Path) -> bytes:
    """The first bytes of a file that has content of its own.

    Raises: UserError("file_missing", "file_link_broken", "file_is_folder", "file_forbidden", "file_unreadable",
    "file_empty", "file_lfs_pointer", "file_web_page", "file_gguf", "file_unfinished").
    """
    if path.name.endswith(_UNFINISHED):
        raise UserError("file_unfinished", path=path, reason="its name ends in " + path.suffix)
    try:
        if path.is_symlink() and not path.exists():
            raise UserError("file_link_broken", path=path, target=path.readlink())
        if path.is_dir():
            raise UserError("file_is_folder", path=path)
        if path.exists() and not path.is_file():  # reading a pipe or a device may never end
            raise UserError("file_unreadable", path=path, reason="it is not a regular file")
        with path.open("rb") as file:
            head = file.read(1024)
        beside = next((path.name + end for end in _UNFINISHED if path.with_name(path.name + end).exists()), None)
    except FileNotFoundError as error:
        raise UserError("file_missing", path=path) from error
    except PermissionError as error:
        raise UserError("file_forbidden", path=path) from error
    except OSError as error:
        raise UserError("file_unreadable", path=path, reason=error.strerror) from error
    if beside:
        raise UserError("file_unfinished", path=path, reason=f"{beside} lies beside it")
    if not head:
        raise UserError("file_empty", path=path)
    if head.startswith(_LFS_POINTER):
        size = re.search(rb"\nsize (\d{1,15})\b", head)
        raise UserError("file_lfs_pointer", path=path, expected=size[1].decode() if size else "?")
    if _WEB_PAGE.match(head):
        raise UserError("file_web_page", path=path)
    if head.startswith(_GGUF):
        raise UserError("file_gguf", path=path)
    if len(head) > 64 and not head.strip(b"\0"):
        raise UserError("file_unfinished", path=path, reason="its beginning is reserved on the disk, but not written")
    return head


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object in a file of moderate size.

    Raises: UserError as `check_file`, and "file_not_json".
    """
    check_file(path)
    size = path.stat().st_size
    if size > HEADER_LIMIT:
        raise UserError("file_not_json", path=path, detail=f"it has {size} bytes, the limit is {HEADER_LIMIT}")
    try:
        return _json_object(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise UserError("file_not_json", path=path, detail=first_line(error)) from error


def read_header(path: Path) -> tuple[dict[str, TensorInfo], dict[str, Tensor]]:
    """The tensors of one weight file, whatever its format and its name: where they lie, in the order of their offsets.

    The second part holds tensors that had to be read at once, those of a file in PyTorch's format before 1.6.
    Raises: UserError as `check_file`, and "file_truncated", "file_damaged", "file_not_weights", "file_legacy",
    "pickle_forbidden", "dtype_unsupported".
    """
    head = check_file(path)
    held: dict[str, Tensor] = {}
    if head.startswith(b"PK\x03\x04"):
        infos = _torch_zip(path)
    elif head[8:9] == b"{" or path.suffix == ".safetensors":
        infos = _safetensors(path, head)
    elif head.startswith(b"\x80"):
        infos, held = _torch_legacy(path)
    else:
        start = head[:40].decode("utf-8", "replace")
        readable = f"it begins with {start!r}" if start.isprintable() else "its beginning is of no known format"
        raise UserError("file_not_weights", path=path, detail=readable)
    if not infos:
        raise UserError("file_not_weights", path=path, detail="there is no tensor in it")
    return dict(sorted(infos.items(), key=lambda item: item[1].offset)), held


def _safetensors(path: Path, head: bytes) -> dict[str, TensorInfo]:
    """Source: the format section of the safetensors README; its reader's checks, with names in the messages."""
    size, length = path.stat().st_size, int.from_bytes(head[:8], "little")
    if length > HEADER_LIMIT:
        detail = f"its header would have {length} bytes, not at most {HEADER_LIMIT}"
        raise UserError("file_damaged", path=path, detail=detail)
    if 8 + length > size:
        raise UserError("file_truncated", path=path, expected=f"more than {8 + length}", found=size)
    with path.open("rb") as file:
        file.seek(8)
        header = file.read(length)
    try:
        entries = _json_object(header)
    except (ValueError, RecursionError) as error:
        raise UserError("file_damaged", path=path, detail=f"its header is not valid: {first_line(error)}") from error
    entries.pop("__metadata__", None)
    infos = {name: _safetensors_info(path, name, entry, 8 + length) for name, entry in entries.items()}
    end, last = 8 + length, "the header"
    for name, info in sorted(infos.items(), key=lambda item: (item[1].offset, item[1].nbytes)):
        if info.offset != end:
            how = "overlaps" if info.offset < end else "leaves a hole behind"
            detail = f"{name} at byte {info.offset} {how} {last}, which ends at {end}"
            raise UserError("file_damaged", path=path, detail=detail)
        end, last = end + info.nbytes, name
    if end > size:
        raise UserError("file_truncated", path=path, expected=end, found=size)
    if end < size:
        raise UserError("file_damaged", path=path, detail=f"it has {size} bytes, but its header describes {end}")
    return infos


def _safetensors_info(path: Path, name: str, entry: object, start: int) -> TensorInfo:
    def damaged(detail: str) -> UserError:
        return UserError("file_damaged", path=path, detail=f"the header entry of {name} {detail}")

    if not isinstance(entry, dict) or not {"dtype", "shape", "data_offsets"} <= entry.keys():
        raise damaged("lacks dtype, shape or data_offsets")
    shape, offsets = entry["shape"], entry["data_offsets"]
    if not _whole_numbers(shape) or not _whole_numbers(offsets) or len(offsets) != 2:
        raise damaged("has a shape or data_offsets that are not whole numbers")
    dtype = SAFETENSORS_DTYPES.get(str(entry["dtype"]))
    if dtype is None:
        known = ", ".join(SAFETENSORS_DTYPES)
        raise UserError("dtype_unsupported", path=path, name=name, found=str(entry["dtype"])[:20], expected=known)
    info = TensorInfo(tuple(shape), dtype, path, start + offsets[0])
    if offsets[1] - offsets[0] != info.nbytes:
        needed = f"{tuple(shape)} of {entry['dtype']} needs {info.nbytes}"
        raise damaged(f"spans {offsets[1] - offsets[0]} bytes, but {needed}")
    return info


def _torch_zip(path: Path) -> dict[str, TensorInfo]:
    """A file of torch.save since 1.6: a zip of uncompressed records, one of them the pickled structure."""
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:  # the table of contents is at the end
        size = path.stat().st_size
        raise UserError("file_truncated", path=path, expected=f"more than {size}", found=size) from error
    try:
        with archive:
            records = sorted(archive.infolist(), key=lambda record: record.header_offset)
            names = [record.filename for record in records]
            pickles = [record for record in records if record.filename.split("/", 1)[-1] == "data.pkl"]
            if len(pickles) != 1 or any(name.endswith("/constants.pkl") for name in names):
                raise UserError("file_not_weights", path=path, detail="it is a zip archive, but not one of torch.save")
            if len(set(names)) != len(names) or any(record.compress_type for record in records):
                detail = "its records are compressed or have the same names, as torch.save never writes them"
                raise UserError("file_damaged", path=path, detail=detail)
            if pickles[0].file_size > STRUCTURE_LIMIT:
                detail = f"its structure would have {pickles[0].file_size} bytes, not at most {STRUCTURE_LIMIT}"
                raise UserError("file_damaged", path=path, detail=detail)
            with archive.open(pickles[0]) as structure:
                check_pickle(path, structure)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise UserError("file_damaged", path=path, detail=first_line(error)) from error
    # On the meta device PyTorch reads the structure alone, and tells where each storage lies in the file.
    tensors = _state_dict(path, _load(path, map_location="meta"))
    starts = [record.header_offset for record in records]
    infos = {}
    for name, tensor in tensors.items():
        storage = tensor.untyped_storage()
        begin = getattr(storage, "_checkpoint_offset", None)
        if begin is None:
            raise UserError("file_damaged", path=path, detail=f"{name} has no place in it")
        offset = begin + tensor.storage_offset() * tensor.dtype.itemsize
        stride = None if tensor.is_contiguous() else tensor.stride()
        info = TensorInfo(tuple(tensor.shape), tensor.dtype, path, offset, stride)
        record = records[bisect.bisect(starts, begin) - 1]
        if info.offset - begin + info.span > record.file_size:
            detail = f"{name} needs {info.offset - begin + info.span} bytes, but its record has {record.file_size}"
            raise UserError("file_damaged", path=path, detail=detail)
        infos[name] = info
    return infos


def _torch_legacy(path: Path) -> tuple[dict[str, TensorInfo], dict[str, Tensor]]:
    """A file of torch.save before 1.6: pickles one after the other, then the storages; there is no way to map it."""
    size = path.stat().st_size
    with path.open("rb") as file:
        numbers = [argument for _, argument, _ in instructions(path, file)]
        if torch.serialization.MAGIC_NUMBER not in numbers:
            file.seek(0)
            check_pickle(path, file)
            raise UserError("file_not_weights", path=path, detail="it is a pickle, but not one of torch.save")
        if size > LEGACY_LIMIT:
            raise UserError("file_legacy", path=path, found=size, limit=LEGACY_LIMIT)
        _version, _system, elements = (check_pickle(path, file) for _ in range(3))
    if elements > size:  # PyTorch would reserve the memory for it before it looks whether there is that much to read
        raise UserError("file_damaged", path=path, detail=f"it claims {elements} elements, but has {size} bytes")
    held = _state_dict(path, _load(path, map_location="cpu"))
    infos = {
        name: TensorInfo(tuple(tensor.shape), tensor.dtype, path, tensor.data_ptr()) for name, tensor in held.items()
    }
    return infos, held


def _load(path: Path, map_location: str) -> object:
    try:
        with path.open("rb") as file:  # given the path, PyTorch would go by its ending
            return torch.load(file, map_location=map_location, weights_only=True)
    except Exception as error:  # the structure is checked, but PyTorch has an error of its own for each wrong value
        raise UserError("file_damaged", path=path, detail=first_line(error)) from error


def _state_dict(path: Path, loaded: object) -> dict[str, Tensor]:
    """The tensors by name, also where they are an entry of a larger dict. Whatever else was saved with them is left."""
    if isinstance(loaded, dict) and not any(isinstance(value, Tensor) for value in loaded.values()):
        loaded = next((loaded[key] for key in _WRAPPERS if isinstance(loaded.get(key), dict)), loaded)
    if not isinstance(loaded, dict):
        raise UserError("file_not_weights", path=path, detail="what it holds is not a table of tensors")
    return {str(name): value for name, value in loaded.items() if isinstance(value, Tensor)}


def _json_object(text: bytes) -> dict[str, Any]:
    """Raises ValueError, also for a key that comes twice: which of the two counts would be left to chance."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) != len(pairs):
            raise ValueError(f"{Counter(name for name, _ in pairs).most_common(1)[0][0]} is there twice")
        return values

    values = json.loads(text.decode("utf-8-sig"), object_pairs_hook=unique)
    if not isinstance(values, dict):
        raise ValueError(f"it holds a {type(values).__name__} instead of an object")
    return values


def _whole_numbers(values: object) -> bool:
    return isinstance(values, list) and all(type(value) is int and value >= 0 for value in values)
