"""A checkpoint, whatever its form → safetensors in our own form, which load fastest; or back.

    python -m model.convert SRC DST [--precision as-stored|fp32|bf16|fp16|int8|int4] [--shard-size 4GB] [--to own|hub]
                                    [--image-encoder FILE]

Tensors stream from the source to the disk, so that memory holds about one of them. Everything is written to
DST.unfinished, read back, compared with what was to be written, and only then named DST. A run that was cut short is
continued by the same command: the shards that it finished are kept.
"""

from __future__ import annotations

import argparse
import errno
import hashlib
import json
import math
import os
import re
import shutil
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
from huggingface_hub.utils import tqdm
from torch import Tensor, nn

from kernels import dispatch
from kernels.linear import QuantizedEmbedding, QuantizedLinear, TiedEmbedding
from kernels.pack import dequantize
from vision.config import VisionConfig

from . import chatglm, forms
from .checkpoint import WEIGHTS, Checkpoint, NamedTensors
from .config import GLMConfig
from .devices import PRECISIONS as LOADED
from .devices import precision_of
from .disk import check_space, filled_up, forget_cached
from .errors import UserError
from .filling import EXACT, Precision, empty_network
from .headers import read_header, read_json
from .image_encoder import load_image_encoder
from .loader import name_of
from .packed import PackedPairs, stored_format
from .recognise import recognise
from .safetensors_file import SafetensorsWriter, Specs, header, tensor_bytes
from .source import resolve
from .tensors import TensorFiles

AS_STORED = "as-stored"
PRECISIONS = (AS_STORED, *LOADED)
FORMS = {"own": "our own", "hub": "as the model was published"}
SHARD_BYTES = 4 * 10**9
_STATE = "convert.json"
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kMGT]?)B?", re.IGNORECASE)
_UNITS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def convert(
    source: str | Path,
    destination: str | Path,
    precision: str = AS_STORED,
    *,
    form: str = "own",
    shard_bytes: int = SHARD_BYTES,
    image_encoder: Sequence[Path] = (),
    revision: str | None = None,
) -> Path:
    """Write a checkpoint in another form and return its folder.

    source, revision: as for `model.load`. destination: a folder that is not there yet, or empty.
    precision: one of PRECISIONS; loading the result gives the very numbers that loading the source with it gives.
    form: a key of FORMS; "hub" gives the bytes that were published where the precision is as stored.
    shard_bytes: of one file at the most, a larger tensor aside. image_encoder: files of an encoder to put into it.
    Raises: UserError, as `load` for the source, and "folder_exists", "disk_full", "never_published", "written_wrong",
    those of `load_image_encoder`, "images_foreign".
    """
    target = Path(destination)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UserError("folder_exists", path=target)
    local = resolve(source, revision)
    checkpoint = recognise(local)
    if image_encoder:
        checkpoint = _with_encoder(checkpoint, image_encoder)
    dispatch.prepare()
    dispatch.wait()  # its quantiser is many times as fast, with the same results
    chosen = None if precision == AS_STORED else precision_of(precision, torch.device("cpu"))
    conversion = _Conversion(checkpoint, chosen)
    chosen_form = _form(conversion, form, checkpoint.name or name_of(local))
    specs = _specs(chosen_form.rename(conversion.tensors(_on_meta(checkpoint))))
    shards = _shards(specs, shard_bytes)
    settings = _fingerprint(checkpoint, shards, chosen_form, image_encoder)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_name(target.name + ".unfinished")
    written = _Written.at(unfinished, settings, shards)
    check_space(target.parent, sum(_bytes(shards[file]) for file in shards if file not in written.checksums))
    try:
        _write(conversion, chosen_form, shards, written)
        _verify(unfinished, shards, written)
        _write_small_files(unfinished, chosen_form, shards)
        recognise(unfinished)
        (unfinished / _STATE).unlink()
        os.replace(unfinished, target)
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise filled_up(target.parent) from error
        raise
    return target


# What is written


class _Conversion:
    """The tensors of a checkpoint in another precision, under the network's names."""

    def __init__(self, checkpoint: Checkpoint, precision: Precision | None) -> None:
        """precision: None leaves every number as it is."""
        self.checkpoint = checkpoint
        self.precision = precision
        self._network = None if precision is None else empty_network(checkpoint, precision)

    def tensors(self, renamed: NamedTensors, done: frozenset[str] = frozenset()) -> Iterator[tuple[str, Tensor]]:
        """renamed: as `Checkpoint.tensors` gives them. done: names that are not worth converting any more."""
        if self.precision is None or self._network is None:
            yield from renamed
            return
        pairs = PackedPairs()
        for name, tensor in renamed:
            owner, _, leaf = name.rpartition(".")
            if name in done:
                continue
            if tensor.dtype == torch.int8 or leaf == "weight_scale":
                if pair := pairs.put(owner, leaf, tensor):
                    yield from self._packed(owner, *pair)
            else:
                yield from self._plain(owner, leaf, tensor)

    def _plain(self, owner: str, leaf: str, tensor: Tensor) -> Iterator[tuple[str, Tensor]]:
        assert self.precision is not None
        module, name = self._module(owner), f"{owner}.{leaf}"
        if isinstance(module, QuantizedLinear | QuantizedEmbedding) and leaf == "weight":
            rows, columns = tensor.shape
            table = QuantizedLinear(columns, rows, module.bits, False, module.group_size, device=tensor.device)
            table.copy_rows_(0, tensor)
            yield f"{owner}.weight", table.weight
            yield f"{owner}.weight_scale", table.weight_scale
        elif self.precision.bits is not None or (name.startswith(EXACT) and self.precision.dtype != torch.float32):
            yield name, tensor  # `filling` widens it, which loses nothing
        else:
            yield name, tensor.to(self.precision.dtype)

    def _packed(self, owner: str, weight: Tensor, scales: Tensor) -> Iterator[tuple[str, Tensor]]:
        module = self._module(owner)
        quantized = isinstance(module, QuantizedLinear | QuantizedEmbedding)
        bits, group_size = stored_format(weight, scales, module.columns if quantized else module.weight.shape[1])
        if quantized and (module.bits, module.group_size) == (bits, group_size):
            yield f"{owner}.weight", weight
            yield f"{owner}.weight_scale", scales
        else:
            yield from self._plain(owner, "weight", dequantize(weight, scales.float(), bits))

    def _module(self, owner: str) -> Any:
        assert self._network is not None
        module: nn.Module = self._network.get_submodule(owner) if owner else self._network
        return module.head if isinstance(module, TiedEmbedding) else module


def _form(conversion: _Conversion, form: str, name: str) -> forms.Form:
    specs = _specs(conversion.tensors(_on_meta(conversion.checkpoint)))
    if form == "hub":
        return forms.hub(conversion.checkpoint, specs)
    return forms.own(conversion.checkpoint, name, specs)


def _on_meta(checkpoint: Checkpoint) -> Iterator[tuple[str, Tensor]]:
    """What `Checkpoint.tensors` would give, without values: converting it tells names, shapes and dtypes."""
    infos = checkpoint.files.infos
    empty = ((n, torch.empty(infos[n].shape, dtype=infos[n].dtype, device="meta")) for n in checkpoint.names)
    stored = ((name, checkpoint.in_rows(name, tensor)) for name, tensor in empty)
    return ((name, tensor.to("meta")) for name, tensor in checkpoint.rename(stored))


def _specs(tensors: NamedTensors) -> dict[str, tuple[tuple[int, ...], torch.dtype]]:
    return {name: (tuple(tensor.shape), tensor.dtype) for name, tensor in tensors}


def _with_encoder(checkpoint: Checkpoint, paths: Sequence[Path]) -> Checkpoint:
    """The checkpoint with another image encoder. Raises: UserError, as `load_image_encoder`, and "images_foreign"."""
    config = checkpoint.config
    if not isinstance(config, GLMConfig):
        raise UserError("images_foreign", family=checkpoint.family)
    like = config.vision_config or VisionConfig()
    encoder = load_image_encoder(paths, replace(like, output_size=config.hidden_size))
    config.vision = encoder.config.to_dict()

    def rename(tensors: NamedTensors) -> Iterator[tuple[str, Tensor]]:
        yield from (item for item in checkpoint.rename(tensors) if not item[0].startswith(chatglm.OURS))
        yield from ((chatglm.OURS + name, tensor) for name, tensor in encoder.state_dict().items())

    return replace(checkpoint, images=True, rename=rename)


def _shards(specs: Specs, limit: int) -> dict[str, Specs]:
    """The tensors of each file, in the order in which they come."""
    groups: list[dict[str, tuple[tuple[int, ...], torch.dtype]]] = [{}]
    for name, spec in specs.items():
        if groups[-1] and _bytes(groups[-1]) + _bytes({name: spec}) > limit:
            groups.append({})
        groups[-1][name] = spec
    if len(groups) == 1:
        return {WEIGHTS: groups[0]}
    return {f"model-{number:05}-of-{len(groups):05}.safetensors": group for number, group in enumerate(groups, 1)}


def _bytes(specs: Specs) -> int:
    return sum(math.prod(shape) * dtype.itemsize for shape, dtype in specs.values())


# Writing


@dataclass
class _Written:
    """What is in the unfinished folder: the CRC-32 of every tensor, by file, of the files that are whole."""

    folder: Path
    settings: str
    checksums: dict[str, dict[str, int]]

    @classmethod
    def at(cls, folder: Path, settings: str, shards: Mapping[str, Specs]) -> _Written:
        """What an earlier run with the same settings left there; without one, an empty folder."""
        try:
            state = read_json(folder / _STATE)
        except UserError:
            state = {}
        if state.get("settings") != settings:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            return cls(folder, settings, {})
        sizes = {file: len(header(specs)[0]) + _bytes(specs) for file, specs in shards.items()}
        whole = [file for file in state["checksums"] if (folder / file).exists()]
        kept = {file: state["checksums"][file] for file in whole if (folder / file).stat().st_size == sizes[file]}
        return cls(folder, settings, kept)

    def add(self, file: str, checksums: dict[str, int]) -> None:
        self.checksums[file] = checksums
        self.save()

    def save(self) -> None:
        temporary = self.folder / f"{_STATE}.tmp"
        temporary.write_text(json.dumps({"settings": self.settings, "checksums": self.checksums}))
        os.replace(temporary, self.folder / _STATE)


def _fingerprint(
    checkpoint: Checkpoint, shards: Mapping[str, Specs], form: forms.Form, image_encoder: Sequence[Path]
) -> str:
    """Changes with the source's files and with everything that is to be written."""
    sources = {info.file for info in checkpoint.files.infos.values()} | {Path(path) for path in image_encoder}
    files = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(sources)]
    small = {name: hashlib.sha256(content).hexdigest() for name, content in form.files.items()}
    return hashlib.sha256(repr((files, shards, small)).encode()).hexdigest()


def _write(conversion: _Conversion, form: forms.Form, shards: Mapping[str, Specs], written: _Written) -> None:
    place = {name: file for file, specs in shards.items() for name in specs if file not in written.checksums}
    there = frozenset(name for file in written.checksums for name in shards[file])
    done = frozenset(name for name in there if _partner(name) not in place)  # both of a pair come from the same weight
    writers: dict[str, SafetensorsWriter] = {}
    with tqdm(desc="Converting", unit="B", unit_scale=True, disable=None) as bar:  # only on a terminal

        def progress(present: int, total: int) -> None:
            bar.total = total
            bar.update(present - bar.n)

        stored = conversion.checkpoint.tensors(progress) if place else ()
        try:
            for name, tensor in form.rename(conversion.tensors(stored, done)):
                if name not in place:
                    continue
                file = place[name]
                if file not in writers:
                    writers[file] = SafetensorsWriter(written.folder / file, shards[file])
                writers[file].put(name, tensor)
                if writers[file].complete:
                    writer = writers.pop(file)
                    writer.close()
                    written.add(file, writer.checksums)
        finally:
            for writer in writers.values():  # of a run that is cut short
                writer.close()


def _partner(name: str) -> str:
    """What a packed weight's scales are called, and the other way round."""
    return name.removesuffix("_scale") if name.endswith("_scale") else f"{name}_scale"


def _verify(folder: Path, shards: Mapping[str, Specs], written: _Written) -> None:
    """Read everything back from the disk. Raises: UserError("written_wrong"), after forgetting the wrong file."""
    with tqdm(
        desc="Verifying", unit="B", unit_scale=True, disable=None, total=sum(map(_bytes, shards.values()))
    ) as bar:
        for file, specs in shards.items():
            forget_cached(folder / file)
            files = TensorFiles(folder / file)
            found = {name: (info.shape, info.dtype) for name, info in read_header(folder / file)[0].items()}
            wrong = [name for name in specs if found.get(name) != specs[name]]
            for name, tensor in files.items(specs.keys() - wrong):
                if zlib.crc32(tensor_bytes(tensor)) != written.checksums[file][name]:
                    wrong.append(name)
                bar.update(files.infos[name].nbytes)
            if wrong:
                del written.checksums[file]
                written.save()
                raise UserError("written_wrong", path=folder / file, name=wrong[0])


def _write_small_files(folder: Path, form: forms.Form, shards: Mapping[str, Specs]) -> None:
    for name, content in form.files.items():
        (folder / name).write_bytes(content)
    if len(shards) > 1:
        weight_map = {name: file for file, specs in shards.items() for name in specs}
        index = {"metadata": {"total_size": sum(map(_bytes, shards.values()))}, "weight_map": weight_map}
        (folder / f"{WEIGHTS}.index.json").write_text(json.dumps(index, indent=2) + "\n")


def _size(text: str) -> int:
    """Bytes from "4GB", "500 MB", … Raises: argparse.ArgumentTypeError."""
    found = _SIZE.fullmatch(text.strip())
    if not found or float(found[1]) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is not a size such as 4GB or 500MB")
    return int(float(found[1]) * _UNITS[found[2].lower()])


def main(argv: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m model.convert", description="Write a checkpoint in another form.")
    parser.add_argument("source", help="a folder, a weight file, or a name on the hub")
    parser.add_argument("destination", type=Path, help="a folder that does not exist yet")
    parser.add_argument("--precision", choices=PRECISIONS, default=AS_STORED)
    parser.add_argument("--shard-size", type=_size, default=SHARD_BYTES, metavar="SIZE", help="of a file, like 4GB")
    parser.add_argument("--to", choices=FORMS, default="own", help="; ".join(f"{k}: {v}" for k, v in FORMS.items()))
    parser.add_argument(
        "--image-encoder",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="put this one in: BLIP-2 files of LAVIS or a VisualGLM-6B; may be repeated",
    )
    parser.add_argument("--revision", help="branch, tag or commit on the hub")
    options = parser.parse_args(argv)
    try:
        folder = convert(
            options.source,
            options.destination,
            options.precision,
            form=options.to,
            shard_bytes=options.shard_size,
            image_encoder=options.image_encoder,
            revision=options.revision,
        )
    except UserError as error:
        parser.exit(1, f"{error}\n")
    print(folder)


if __name__ == "__main__":
    main()
