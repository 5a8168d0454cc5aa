"""The tensors of a checkpoint, whatever its format: found without reading a value, then mapped one at a time."""

from __future__ import annotations

import mmap
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from io import FileIO
from pathlib import Path
from typing import Any
from weakref import finalize

import torch
from torch import Tensor

from .errors import UserError
from .headers import TensorInfo, check_file, read_header, read_json
from .safetensors_file import tensor_bytes

SAT_LATEST, SAT_WEIGHTS = "latest", "mp_rank_00_model_states.pt"
WEIGHTS = ("model.safetensors", "pytorch_model.bin")  # safetensors first: they are faster and cannot hold code
_ENDINGS = (".safetensors", ".bin", ".pt", ".pth")
_SHARD = re.compile(r"(.+)-(\d{5})-of-(\d{5})(\.safetensors|\.bin)")
_NOT_WEIGHTS = re.compile(r"(training_args|optimizer|scheduler|scaler|rng_state.*)\.\w+")
_ADAPTER = re.compile(r"adapter_model\.\w+")
_TWO_PIECES = 2**21  # bytes from which on a tensor is read in two pieces
_READ_AHEAD = 2**28  # bytes of the next tensors that the disk works on
_NAMED = 5  # names listed in an error before "and N more"

_LARGEST = {  # of a size in config.json; the largest published models of this kind are well below
    "hidden_size": 2**17,
    "num_layers": 2**8,  # each of them takes time to describe
    "num_hidden_layers": 2**8,
    "num_attention_heads": 2**12,
    "num_key_value_heads": 2**12,
    "multi_query_group_num": 2**12,
    "kv_channels": 2**14,
    "head_dim": 2**14,
    "inner_hidden_size": 2**20,
    "ffn_hidden_size": 2**20,
    "intermediate_size": 2**20,
    "vocab_size": 2**22,
    "padded_vocab_size": 2**22,
    "max_sequence_length": 2**27,
    "seq_length": 2**27,
    "max_position_embeddings": 2**27,
    "image_length": 2**14,
    "pre_seq_len": 2**16,
}
_EPSILONS = ("layernorm_epsilon", "layer_norm_eps", "rms_norm_eps")
_FAMILIES = {"llama": "LLaMA", "baichuan": "Baichuan", "chatglm": "ChatGLM", "gpt2": "GPT-2", "internlm": "InternLM"}
_MARCH_IMAGE_IDS = 20000  # ids before the text of ChatGLM-6B's first release


class TensorFiles:
    """The tensors of a checkpoint folder or file. Opening it reads headers only.

    infos: name → TensorInfo, in the order in which the values lie on the disk.
    Raises, on opening: UserError, as `find_weights` and `headers.read_header`, and "index_mismatch".
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.infos: dict[str, TensorInfo] = {}
        self._held: dict[str, Tensor] = {}
        self._opened: dict[Path, FileIO] = {}
        self._maps: dict[Path, mmap.mmap] = {}
        self._addresses: dict[Path, int] = {}  # of the maps
        files, index = find_weights(path)
        for file in files:
            infos, held = read_header(file)
            for name, info in infos.items():
                if index.get(name, file.name) == file.name:
                    self.infos[name] = info
                    if name in held:
                        self._held[name] = held[name]
        absent = [f"{name} is not in {file}" for name, file in index.items() if name not in self.infos]
        if absent:
            raise UserError("index_mismatch", path=path, problems=_listed(absent))

    @property
    def ties(self) -> dict[str, str]:
        """Names whose values another name holds already, for example a head tied to the embedding → that name."""
        first: dict[tuple[Any, ...], str] = {}
        places = {n: (i.file, i.offset, i.shape, i.stride, i.dtype) for n, i in self.infos.items() if i.numel}
        return {name: first[place] for name, place in places.items() if first.setdefault(place, name) != name}

    @property
    def total_bytes(self) -> int:
        """Bytes of all values; tied ones count once."""
        ties = self.ties
        return sum(info.nbytes for name, info in self.infos.items() if name not in ties)

    @property
    def total_numel(self) -> int:
        """Stored numbers; tied ones count once, and a byte of two INT4 values is one."""
        ties = self.ties
        return sum(info.numel for name, info in self.infos.items() if name not in ties)

    def read(self, name: str) -> Tensor:
        """The tensor on the CPU, in its stored dtype: a view of the mapped file, which must not be written to."""
        if name in self._held:
            return self._held[name]
        info = self.infos[name]
        if not info.numel:
            return torch.empty(info.shape, dtype=info.dtype)
        memory = self._map(info.file)
        if info.offset % info.dtype.itemsize:
            end = info.offset + info.span
            data = torch.frombuffer(bytearray(memory[info.offset : end]), dtype=info.dtype)
            self._forget(info.file, info.offset, end)
        else:
            count = info.span // info.dtype.itemsize
            data = torch.frombuffer(memory, dtype=info.dtype, count=count, offset=info.offset)
        return data.view(info.shape) if info.stride is None else data.as_strided(info.shape, info.stride)

    def release(self, tensor: Tensor) -> None:
        """Give back the memory that reading a tensor, or a slice of it, took.

        It stays good, at the price of reading again. Nothing happens to a tensor that is no view of these files.
        """
        if place := self._place(tensor):
            file, start = place
            self._forget(file, start, start + _span(tensor))

    def copy(self, tensor: Tensor, target: Tensor) -> None:
        """Copy a tensor, or a slice of it, and release it.

        Where nothing is converted on the way it is read from the file straight into the target, which takes half the
        time. The file is the one that was mapped, also where another has taken its name since.
        """
        place = self._place(tensor)
        as_it_is = tensor.dtype == target.dtype and tensor.is_contiguous() and target.is_contiguous()
        if place and as_it_is and target.device.type == "cpu":
            file, start = place
            found = _read(self._opened[file], start, tensor_bytes(target))
            if found < target.nbytes:
                raise UserError("file_truncated", path=file, expected=start + target.nbytes, found=start + found)
        else:
            target.copy_(tensor)
        self.release(tensor)

    def items(self, names: Iterable[str] | None = None) -> Iterator[tuple[str, Tensor]]:
        """Every tensor (or those of `names`) in the order on the disk, each released when the next is asked for."""
        wanted = self.infos.keys() if names is None else set(names)
        order = [name for name in self.infos if name in wanted]
        upcoming, ahead = iter(order), 0
        for name in order:
            while ahead < _READ_AHEAD and (following := next(upcoming, None)):
                self._prefetch(following)
                ahead += self.infos[following].nbytes
            tensor = self.read(name)
            yield name, tensor
            self.release(tensor)
            ahead -= self.infos[name].nbytes

    def _prefetch(self, name: str) -> None:
        """Let the disk work on a tensor while those before it are being copied or converted."""
        info = self.infos[name]
        if name not in self._held and info.numel:
            self._map(info.file)
            start = info.offset // mmap.PAGESIZE * mmap.PAGESIZE
            self._advise(info.file, "MADV_WILLNEED", start, info.offset + info.span)

    def _place(self, tensor: Tensor) -> tuple[Path, int] | None:
        """The file that a tensor is a view of, and where in it the view begins."""
        address = tensor.data_ptr()
        found = ((file, address - first) for file, first in self._addresses.items())
        return next(((file, start) for file, start in found if 0 <= start < len(self._maps[file])), None)

    def _forget(self, file: Path, start: int, end: int) -> None:
        """Inward to whole pages, so that what neighbours share stays."""
        page = mmap.PAGESIZE
        self._advise(file, "MADV_DONTNEED", -(-start // page) * page, end // page * page)

    def _map(self, file: Path) -> mmap.mmap:
        if file not in self._maps:
            self._opened[file] = opened = file.open("rb", buffering=0)
            finalize(self, opened.close)
            # a private copy on write, since PyTorch knows no read-only tensors
            self._maps[file] = mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_COPY)
            self._addresses[file] = torch.frombuffer(self._maps[file], dtype=torch.uint8).data_ptr()
        return self._maps[file]

    def _advise(self, file: Path, advice: str, start: int, end: int) -> None:
        if hasattr(mmap, advice) and end > start:  # Windows has no madvise, and manages without
            self._maps[file].madvise(getattr(mmap, advice), start, end - start)


def _read(file: FileIO, start: int, memory: memoryview) -> int:
    """Bytes read from there on into the memory, fewer than it has where the file ends.

    Much is read in two pieces at once: one thread spends more time on being given memory than on the disk.
    """
    if len(memory) < _TWO_PIECES or not hasattr(os, "preadv"):  # on Windows, reading moves the file's one position
        return _read_piece(file, start, memory)
    middle = len(memory) // 2
    with ThreadPoolExecutor(1) as beside:
        second = beside.submit(_read_piece, file, start + middle, memory[middle:])
        first = _read_piece(file, start, memory[:middle])
        return first + (second.result() if first == middle else 0)


def _read_piece(file: FileIO, start: int, memory: memoryview) -> int:
    found = 0
    if not hasattr(os, "preadv"):
        file.seek(start)
        while found < len(memory) and (count := file.readinto(memory[found:])):
            found += count
        return found
    while found < len(memory) and (count := os.preadv(file.fileno(), [memory[found:]], start + found)):
        found += count
    return found


def find_weights(path: Path) -> tuple[list[Path], dict[str, str]]:
    """The weight files of a folder (or the one file `path`) and, where an index says it, which name is in which.

    Looks for model.safetensors and pytorch_model.bin, whole or in shards, a SwissArmyTransformer folder, and last a
    lone weight file of any name. Nothing else in the folder is opened.
    Raises: UserError as `headers.check_file`, and "model_missing", "no_weights", "weights_ambiguous", "adapter_only",
    "model_parallel", "shards_missing", "index_unsafe", "file_not_json", "config_value".
    """
    names = _folder(path)
    if names is None:
        return [path], {}
    for weights in WEIGHTS:
        if weights + ".index.json" in names:
            return _indexed(path / (weights + ".index.json"), names)
        if weights in names:
            return [path / weights], {}
    if shards := [match for name in names if (match := _SHARD.fullmatch(name))]:
        return _series(path, shards, names), {}
    if SAT_LATEST in names:
        return [_sat_weights(path)], {}
    found = [name for name in names if name.endswith(_ENDINGS) and not _NOT_WEIGHTS.fullmatch(name)]
    whole = [name for name in found if not _ADAPTER.fullmatch(name)]
    if len(whole) == 1:
        return [path / whole[0]], {}
    if whole:
        raise UserError("weights_ambiguous", path=path, found=_listed(whole))
    if found:
        raise UserError("adapter_only", path=path, found=_listed(found))
    for name in names:  # a download that has just begun
        if any(ending + "." in name for ending in _ENDINGS):
            check_file(path / name)
    raise UserError("no_weights", path=path, found=_listed(names) or "nothing")


def read_config(folder: Path, known: Collection[str]) -> dict[str, Any]:
    """config.json with a `model_type` out of `known`; its sizes are numbers that a real model can have.

    Raises: UserError as `headers.read_json`, and "model_missing", "model_foreign", "config_value".
    """
    path, names = folder / "config.json", _folder(folder) or []
    if path.name not in names:  # chatglm.cpp and llama.cpp need none
        for name in names:
            if name.endswith((".gguf", *_ENDINGS)):
                check_file(folder / name)
    config = read_json(path)
    model_type = config.get("model_type")
    if not isinstance(model_type, str) or model_type not in known:
        kind = model_type or next(iter(config.get("architectures") or []), "nameless")
        family = f"{_FAMILIES.get(str(kind), kind)} (model_type {model_type!r})"
        raise UserError("model_foreign", path=folder, family=family[:100], known=", ".join(sorted(known)))
    _check_sizes(path, config)
    return config


def check_tensors(
    path: Path,
    found: Mapping[str, TensorInfo],
    expected: Mapping[str, tuple[int, ...]],
    *,
    packed: Collection[str] = (),
    optional: Collection[str] = (),
    ignored: re.Pattern[str] | None = None,
) -> None:
    """Compare the tensors of a checkpoint with the table of names and shapes of the model that is to be built.

    packed: expected names that hold INT8 or packed INT4 numbers (dtype int8, or int32 with three dimensions); all
    others are fp64, fp32, fp16 or bf16.
    optional: expected names that may be missing. ignored: what may be there and is not used, matched as a whole.
    Raises: UserError("weights_quantized", "weights_not_quantized", "vocabulary_mixed", "dtype_unsupported",
    "tensors_mismatch"); the last one lists the first few problems and counts the others.
    """
    problems = [f"{name} is missing" for name in expected if name not in found and name not in optional]
    problems += [
        f"{name} is unknown"
        for name in found
        if name not in expected and not (ignored is not None and ignored.fullmatch(name))
    ]
    for name, shape in expected.items():
        info = found.get(name)
        if info is None:
            continue
        _explain_precision(path, name, info, shape, name in packed)
        if info.shape != shape:
            if {info.shape[:1], shape[:1]} == {(150528,), (130528,)}:
                raise UserError("vocabulary_mixed", path=path, weights=info.shape[0], config=shape[0])
            problems.append(f"{name} has shape {info.shape} instead of {shape}")
    if problems:
        raise UserError("tensors_mismatch", path=path, problems=_listed(problems))


def check_vocabulary(path: Path, *, weights: int, config: int, tokenizer: int) -> None:
    """Rows of the word embedding, vocab_size of config.json and ids of the tokenizer (the highest plus one) must fit.

    Weights may have some rows more than the tokenizer has ids; 20000 more are the image ids of another release.
    Raises: UserError("vocabulary_mixed", "tokenizer_mixed").
    """
    if weights != config:
        raise UserError("vocabulary_mixed", path=path, weights=weights, config=config)
    if not 0 <= weights - tokenizer < _MARCH_IMAGE_IDS:
        raise UserError("tokenizer_mixed", path=path, weights=weights, tokenizer=tokenizer)


def check_finite(files: TensorFiles, names: Iterable[str]) -> None:
    """Read the named tensors, meant for small ones such as scales. Raises: UserError("values_invalid")."""
    for name, tensor in files.items(names):
        if not bool(torch.isfinite(tensor).all()):
            raise UserError("values_invalid", path=files.infos[name].file, name=name)


def _folder(path: Path) -> list[str] | None:
    """The names in a folder, sorted; None for a file. Raises: UserError("model_missing", "file_forbidden", …)."""
    try:
        if path.is_dir():
            return sorted(entry.name for entry in path.iterdir())
        if not path.exists() and not path.is_symlink():
            raise UserError("model_missing", path=path)
    except PermissionError as error:
        raise UserError("file_forbidden", path=path) from error
    except (OSError, ValueError) as error:
        raise UserError("model_missing", path=path) from error
    return None


def _indexed(path: Path, names: Collection[str]) -> tuple[list[Path], dict[str, str]]:
    index = read_json(path).get("weight_map")
    if not isinstance(index, dict) or not index or not all(isinstance(file, str) for file in index.values()):
        raise UserError("config_value", path=path, name="weight_map", allowed="a table of names", value=_short(index))
    files = sorted(set(index.values()))
    for file in files:
        if not file or file in (".", "..") or any(sign in file for sign in "/\\:\0"):
            raise UserError("index_unsafe", path=path, name=_short(file))
    _check_complete(path.parent, files, names)
    return [path.parent / file for file in files], index


def _series(path: Path, shards: list[re.Match[str]], names: Collection[str]) -> list[Path]:
    """Shards whose index is lost: their own names say how many there are."""
    prefixes = {(shard[1], shard[3], shard[4]) for shard in shards}
    chosen = max(prefixes, key=lambda prefix: prefix[2])  # .safetensors before .bin
    if len({prefix for prefix in prefixes if prefix[2] == chosen[2]}) > 1:
        raise UserError("weights_ambiguous", path=path, found=_listed([shard[0] for shard in shards]))
    prefix, total, ending = chosen
    files = [f"{prefix}-{number:05}-of-{total}{ending}" for number in range(1, int(total) + 1)]
    _check_complete(path, files, names)
    return [path / file for file in files]


def _check_complete(path: Path, files: list[str], names: Collection[str]) -> None:
    missing = [file for file in files if file not in names]
    if missing:
        raise UserError("shards_missing", path=path, missing=len(missing), total=len(files), names=_listed(missing))


def _sat_weights(path: Path) -> Path:
    """SwissArmyTransformer: `latest` names the sub-folder of the newest training step."""
    head = check_file(path / SAT_LATEST)
    step = head.decode("utf-8", "replace").strip()
    if not re.fullmatch(r"\w[\w.-]*", step):
        raise UserError("index_unsafe", path=path / SAT_LATEST, name=_short(step))
    parts = sorted(_folder(path / step) or [])
    ranks = [name for name in parts if re.fullmatch(r"mp_rank_\d+_model_states\.pt", name)]
    if len(ranks) > 1:
        raise UserError("model_parallel", path=path / step, count=len(ranks))
    return path / step / SAT_WEIGHTS


def _check_sizes(path: Path, config: Mapping[str, Any], maybe_zero: Collection[str] = ("pre_seq_len",)) -> None:
    for name, value in config.items():
        if isinstance(value, dict):
            _check_sizes(path, value, ("pre_seq_len", "max_sequence_length"))  # a Q-Former counts no positions
        elif name in _LARGEST and value is not None:
            lowest = 0 if name in maybe_zero else 1
            if type(value) is not int or not lowest <= value <= _LARGEST[name]:
                allowed = f"a whole number from {lowest} to {_LARGEST[name]}"
                raise UserError("config_value", path=path, name=name, allowed=allowed, value=_short(value))
        elif name in _EPSILONS and not (type(value) in (int, float) and 0 <= value <= 1):
            raise UserError("config_value", path=path, name=name, allowed="a number from 0 to 1", value=_short(value))
    bits = config.get("quantization_bit")
    if bits not in (None, 0, 4, 8):
        raise UserError("config_value", path=path, name="quantization_bit", allowed="4 or 8", value=_short(bits))


def _explain_precision(path: Path, name: str, info: TensorInfo, shape: tuple[int, ...], packed: bool) -> None:
    """Say what a wrong dtype means, where it means more than that one tensor differs."""
    found, half = f"{_dtype(info)} {info.shape}", (*shape[:-1], (shape[-1] if shape else 0) // 2)
    if info.dtype == torch.int8 and len(shape) > 1 and info.shape in (shape, half) and not packed:
        bits = 8 if info.shape == shape else 4
        raise UserError("weights_quantized", path=path, bits=bits, name=name, found=found, expected=f"{shape}")
    if packed and info.dtype.is_floating_point and info.dtype.itemsize > 1:
        raise UserError("weights_not_quantized", path=path, name=name, found=found, expected=f"int8 {shape}")
    packed_as = torch.int32 if len(shape) == 3 else torch.int8
    wanted = [packed_as] if packed else [torch.float16, torch.bfloat16, torch.float32, torch.float64]
    if info.dtype not in wanted:
        expected = ", ".join(str(dtype).removeprefix("torch.") for dtype in wanted)
        raise UserError("dtype_unsupported", path=info.file, name=name, found=_dtype(info), expected=expected)


def _span(tensor: Tensor) -> int:
    """Bytes from the first to behind the last element of a tensor, whatever its strides."""
    last = sum((size - 1) * step for size, step in zip(tensor.shape, tensor.stride(), strict=True))
    return (last + 1) * tensor.element_size() if tensor.numel() else 0


def _dtype(info: TensorInfo) -> str:
    return str(info.dtype).removeprefix("torch.")


def _listed(problems: list[str]) -> str:
    more = f"; and {len(problems) - _NAMED} more" if len(problems) > _NAMED else ""
    return "; ".join(problems[:_NAMED]) + more


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:60] + "…"
