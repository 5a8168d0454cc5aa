"""The tensors of a checkpoint: every published form is found and mapped, and what is broken is named at once."""

from __future__ import annotations

import json
import os
import pickle
import re
import resource
import struct
import sys
import time
import zipfile
from collections import OrderedDict
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from model.errors import UserError
from model.headers import TensorInfo, check_file, read_json
from model.tensors import TensorFiles, check_finite, check_tensors, check_vocabulary, read_config

SAFETENSORS, TORCH = "model.safetensors", "pytorch_model.bin"
LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:5e974d9a\nsize 2706249\n"
CONFIG = {"model_type": "chatglm", "hidden_size": 4096, "num_layers": 28, "vocab_size": 130528}


def some_tensors() -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return {
        "embedding.weight": torch.randn(50, 8, generator=generator).half(),
        "layer.weight": torch.randn(3, 5, generator=generator),
        "layer.bias": torch.randn(7, generator=generator).bfloat16(),
        "layer.packed": torch.arange(-6, 6, dtype=torch.int8).view(3, 4),
        "scalar": torch.tensor(2.5),
        "nothing": torch.zeros(0, 4),
    }


def save_shards(
    folder: Path, tensors: dict[str, torch.Tensor], index: bool = True, stem: str = "pytorch_model"
) -> None:
    folder.mkdir(exist_ok=True)
    names, weight_map = list(tensors), {}
    for number in range(2):
        file = f"{stem}-{number + 1:05}-of-00002." + ("bin" if stem == "pytorch_model" else "safetensors")
        part = {name: tensors[name] for name in names[number::2]}
        save_file(part, folder / file) if file.endswith("safetensors") else torch.save(part, folder / file)
        weight_map |= dict.fromkeys(part, file)
    if index:
        ending = ".bin.index.json" if stem == "pytorch_model" else ".safetensors.index.json"
        (folder / (stem + ending)).write_text(json.dumps({"metadata": {"total_size": 1}, "weight_map": weight_map}))


def same(files: TensorFiles, tensors: dict[str, torch.Tensor]) -> None:
    assert files.infos.keys() == tensors.keys()
    for name, tensor in files.items():
        info = files.infos[name]
        assert (tensor.dtype, tuple(tensor.shape)) == (info.dtype, info.shape)
        assert torch.equal(tensor, tensors[name]), name


# the published forms


@pytest.mark.parametrize(
    "form", ["safetensors", "torch", "legacy", "shards", "safe shards", "lost index", "sat", "lavis"]
)
def test_every_form_gives_the_same_tensors(tmp_path: Path, form: str) -> None:
    tensors, path = some_tensors(), tmp_path
    if form == "safetensors":
        save_file(tensors, tmp_path / SAFETENSORS)
    elif form in ("torch", "legacy"):
        torch.save(tensors, tmp_path / TORCH, _use_new_zipfile_serialization=form == "torch")
    elif form == "sat":
        (tmp_path / "latest").write_text("300\n")
        (tmp_path / "300").mkdir()
        saved = {"module": OrderedDict(tensors), "iteration": 300, "client_lr_scheduler": {"step": 3}}
        torch.save(saved, tmp_path / "300" / "mp_rank_00_model_states.pt")
    elif form == "lavis":
        path = tmp_path / "blip2.pth"
        torch.save({"model": tensors, "config": {"run": {"lr": 1e-4, "gpus": [0, 1]}}, "epoch": 2}, path)
    else:
        stem = "model" if form == "safe shards" else "pytorch_model"
        save_shards(tmp_path, tensors, index=form != "lost index", stem=stem)
    files = TensorFiles(path)
    same(files, tensors)
    assert files.total_bytes == sum(tensor.nbytes for tensor in tensors.values())
    assert files.total_numel == sum(tensor.numel() for tensor in tensors.values())


def test_a_single_file_is_recognised_by_its_content_whatever_its_name(tmp_path: Path) -> None:
    tensors = some_tensors()
    torch.save(tensors, tmp_path / "a.safetensors")
    save_file(tensors, tmp_path / "b.bin")
    same(TensorFiles(tmp_path / "a.safetensors"), tensors)
    same(TensorFiles(tmp_path / "b.bin"), tensors)


def test_safetensors_come_first_and_nothing_else_is_opened(tmp_path: Path) -> None:
    save_file(some_tensors(), tmp_path / SAFETENSORS)
    for name in (TORCH, "training_args.bin", "modeling_chatglm.py", "config.json", "notes.pt"):
        (tmp_path / name).write_bytes(b"broken")
    same(TensorFiles(tmp_path), some_tensors())


def test_tied_and_overlapping_tensors_of_one_storage(tmp_path: Path) -> None:
    embedding = torch.arange(12.0).view(4, 3)
    tensors = {"head": embedding, "embedding": embedding, "turned": embedding.t(), "part": embedding[1:3]}
    tensors["parameter"] = torch.nn.Parameter(embedding[3])
    torch.save(tensors, tmp_path / TORCH)
    files = TensorFiles(tmp_path)
    same(files, tensors)
    assert files.ties == {"embedding": "head"}
    assert files.total_numel == 12 + 12 + 6 + 3


def test_values_come_in_the_order_on_the_disk(tmp_path: Path) -> None:
    save_shards(tmp_path, some_tensors(), stem="model")
    files = TensorFiles(tmp_path)
    places = [(info.file, info.offset) for info in files.infos.values()]
    assert places == sorted(places)
    assert [name for name, _ in files.items(["scalar", "layer.weight"])] == [
        name for name in files.infos if name in ("scalar", "layer.weight")
    ]


def test_released_values_can_be_read_again(tmp_path: Path) -> None:
    tensors = {"a": torch.randn(3000), "b": torch.randn(9000)}
    save_file(tensors, tmp_path / SAFETENSORS)
    files = TensorFiles(tmp_path)
    views = dict(files.items())
    assert torch.equal(views["a"], tensors["a"])
    assert torch.equal(views["b"], tensors["b"])
    assert views["b"].data_ptr() == files.read("b").data_ptr()  # a view of the file, not a copy


@pytest.mark.parametrize("length", [0x80, 0x3C, 0x213C, 0x4B50])  # a pickle, "<", "<!" and "PK" in other formats
def test_no_length_of_a_header_is_taken_for_another_format(tmp_path: Path, length: int) -> None:
    header = json.dumps({"x": entry(0, 4)}).encode().ljust(length) if length > 0x3C else b""
    header = header or b'{"x":{"dtype":"I8","shape":[4],"data_offsets":[0,4]}}'.ljust(length)
    safetensors_file(tmp_path / SAFETENSORS, header, bytes(4))
    assert TensorFiles(tmp_path).read("x").sum() == 0


def test_unaligned_values_are_read_too(tmp_path: Path) -> None:
    header = json.dumps({"x": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
    header += b" " * (1 - len(header) % 2)  # an odd length, so that no float begins at a multiple of four
    (tmp_path / SAFETENSORS).write_bytes(struct.pack("<Q", len(header)) + header + struct.pack("<2f", 1, -2))
    assert TensorFiles(tmp_path).read("x").tolist() == [1, -2]


@pytest.mark.parametrize("form", [SAFETENSORS, TORCH])
def test_slices_are_copied_whatever_the_target(tmp_path: Path, form: str) -> None:
    tensors = some_tensors() | {"turned": torch.arange(6.0).view(2, 3).t()}
    safe = {name: tensor.contiguous() for name, tensor in tensors.items()}
    save_file(safe, tmp_path / form) if form == SAFETENSORS else torch.save(tensors, tmp_path / form)
    files = TensorFiles(tmp_path)
    for name, expected in tensors.items():
        for dtype in (expected.dtype, torch.float64):
            target = torch.zeros(expected.shape, dtype=dtype)
            files.copy(files.read(name), target)
            assert torch.equal(target, expected.to(dtype)), name
    part = torch.zeros(10, 8, dtype=torch.float16)
    files.copy(files.read("embedding.weight")[20:30], part)
    assert torch.equal(part, tensors["embedding.weight"][20:30])
    files.copy(tensors["layer.packed"], bytes_of := torch.zeros(3, 4, dtype=torch.int8))  # no view of a file
    assert torch.equal(bytes_of, tensors["layer.packed"])


@pytest.fixture(params=["in pieces", "in one piece"])
def reading(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "in one piece":  # as on Windows
        monkeypatch.delattr(os, "preadv", raising=False)


@pytest.mark.usefixtures("reading")
def test_a_large_tensor_is_copied_whole(tmp_path: Path) -> None:
    large = torch.arange(3 * (1 << 20) + 5).to(torch.int8)
    save_file({"x": large}, tmp_path / SAFETENSORS)
    files = TensorFiles(tmp_path)
    files.copy(files.read("x"), target := torch.zeros_like(large))
    assert torch.equal(target, large)


@pytest.mark.usefixtures("reading")
@pytest.mark.parametrize("left", [1, 3])
def test_a_file_that_is_cut_off_meanwhile_is_named(tmp_path: Path, left: int) -> None:
    save_file({"x": torch.zeros(1 << 20)}, tmp_path / SAFETENSORS)
    files = TensorFiles(tmp_path)
    view = files.read("x")
    os.truncate(tmp_path / SAFETENSORS, left << 20)
    with pytest.raises(UserError, match=rf"safetensors is cut off.*{left << 20}"):
        files.copy(view, torch.empty(1 << 20))


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="measures with /proc")
@pytest.mark.parametrize("form", [SAFETENSORS, TORCH])
def test_opening_reads_headers_and_iterating_keeps_one_tensor(tmp_path: Path, form: str) -> None:
    def resident() -> int:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()

    tensors = {f"layer.{index}": torch.full((1 << 22,), float(index)) for index in range(8)}  # 8 x 16 MB
    save_file(tensors, tmp_path / form) if form == SAFETENSORS else torch.save(tensors, tmp_path / form)
    del tensors
    begin = resident()
    files = TensorFiles(tmp_path)
    assert resident() - begin < 8 << 20
    for name, tensor in files.items():
        assert tensor[0] == tensor.sum() / tensor.numel() == float(name[6:])
        assert resident() - begin < 40 << 20
    for part in files.read("layer.3").split(1 << 20):
        assert part.sum() == 3 * len(part)
        files.release(part)
        assert resident() - begin < 16 << 20


# broken files


def safetensors_file(
    path: Path, header: bytes | dict[str, object], data: bytes = b"", length: int | None = None
) -> None:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text) if length is None else length) + text + data)


def entry(begin: int, end: int, shape: list[int] | None = None, dtype: str = "F32") -> dict[str, object]:
    return {"dtype": dtype, "shape": [(end - begin) // 4] if shape is None else shape, "data_offsets": [begin, end]}


def cut(path: Path, keep: int) -> None:
    with path.open("rb+") as file:
        file.truncate(keep)


class Evil:
    def __init__(self, function: object, *arguments: object) -> None:
        self.call = (function, arguments)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return self.call  # type: ignore[return-value]


def torch_zip(path: Path, structure: bytes) -> None:
    """A file of torch.save with another pickle inside."""
    torch.save({"x": torch.zeros(4)}, path)
    with zipfile.ZipFile(path) as archive:
        records = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in records.items():
            archive.writestr(name, structure if name.endswith("data.pkl") else content)


def resized_torch_zip(path: Path, size: int) -> None:
    """The structure claims `size` elements in a storage that has four."""
    torch.save({"x": torch.zeros(4)}, path)
    with zipfile.ZipFile(path) as archive:
        structure = archive.read(next(name for name in archive.namelist() if name.endswith("data.pkl")))
    assert structure.count(b"K\x04") == 2
    torch_zip(path, structure.replace(b"K\x04", b"J" + struct.pack("<i", size)))


def nested_tuples(levels: int, twice: bool) -> bytes:
    """A dict whose key is a tuple in a tuple in a tuple, which crashes Python or, each twice, never ends."""
    step = b"q\x00h\x00\x86" if twice else b"\x85"
    return b"\x80\x02}" + b"K\x01" + step * levels + b"K\x01s."


BROKEN: dict[str, tuple[object, str]] = {}  # name → what writes it, what is said


def broken(match: str):
    """Registers a function that writes a broken checkpoint into a folder; its message must match."""

    def register(function):
        BROKEN[function.__name__] = (function, match)
        return function

    return register


@broken(r"model\.safetensors is empty")
def empty_file(folder):
    (folder / SAFETENSORS).touch()


@broken(r"model\.safetensors is cut off: it should have more than 5008 bytes and has 10")
def header_longer_than_file(folder):
    safetensors_file(folder / SAFETENSORS, b"{}", length=5000)


@broken(r"model\.safetensors is cut off: it should have \d+ bytes and has \d+\. Download")
def data_cut_off(folder):
    save_file(some_tensors(), folder / SAFETENSORS)
    cut(folder / SAFETENSORS, (folder / SAFETENSORS).stat().st_size - 100)


@broken(r"header would have 100000000000 bytes")
def header_of_100_gb(folder):
    safetensors_file(folder / SAFETENSORS, b"{}", length=10**11)


@broken(r"header is not valid: Expecting")
def header_not_json(folder):
    safetensors_file(folder / SAFETENSORS, b"{'a': 1}")


@broken(r"header is not valid: layer\.weight is there twice")
def duplicate_key(folder):
    one = json.dumps(entry(0, 4))
    safetensors_file(folder / SAFETENSORS, f'{{"layer.weight": {one}, "layer.weight": {one}}}'.encode(), b"1234")


@broken(r"b at byte \d+ overlaps a")
def overlapping_offsets(folder):
    safetensors_file(folder / SAFETENSORS, {"a": entry(0, 8), "b": entry(4, 12)}, bytes(12))


@broken(r"b at byte \d+ leaves a hole behind a")
def hole_between_tensors(folder):
    safetensors_file(folder / SAFETENSORS, {"a": entry(0, 4), "b": entry(8, 12)}, bytes(12))


@broken(r"header entry of a spans 4 bytes, but \(1000000000, 1000000000\) of F32 needs 4000000000000000000")
def shape_beyond_the_data(folder):
    safetensors_file(folder / SAFETENSORS, {"a": entry(0, 4, [10**9, 10**9])}, bytes(4))


@broken(r"header entry of a has a shape or data_offsets that are not whole numbers")
def negative_shape(folder):
    safetensors_file(folder / SAFETENSORS, {"a": entry(0, 4, [-1, -1])}, bytes(4))


@broken(r"it has \d+ bytes, but its header describes \d+")
def bytes_behind_the_data(folder):
    safetensors_file(folder / SAFETENSORS, {"a": entry(0, 4)}, bytes(90))


@broken(r"a is stored as F4, which cannot be loaded here; expected F64")
def unknown_dtype(folder):
    safetensors_file(folder / SAFETENSORS, {"a": entry(0, 4, [8], "F4")}, bytes(4))


@broken(r"header is not valid: maximum recursion depth")
def nested_header(folder):
    safetensors_file(folder / SAFETENSORS, b'{"a":' + b"[" * 100_000)


@broken(r"pytorch_model\.bin is not the file itself but a Git LFS pointer to it \(2706249 bytes\).*git lfs pull")
def lfs_pointer(folder):
    (folder / TORCH).write_text(LFS)


@broken(r"pytorch_model-00002-of-00002\.bin is not the file itself but a Git LFS pointer")
def lfs_pointer_shard(folder):
    save_shards(folder, some_tensors())
    (folder / "pytorch_model-00002-of-00002.bin").write_text(LFS)


@broken(r"pytorch_model\.bin is a web page instead of the file.*/resolve/")
def web_page(folder):
    (folder / TORCH).write_text("\n<!DOCTYPE html><html><head><title>Sign in</title></head></html>")


@broken(r"pytorch_model\.bin holds no weights: it begins with 'Entry not found'")
def error_text(folder):
    (folder / TORCH).write_text("Entry not found")


@broken(r"download of .*model\.safetensors\.incomplete is not finished")
def only_half_downloaded(folder):
    (folder / "model.safetensors.incomplete").write_bytes(b"12345")


@broken(r"download of .*model\.safetensors is not finished: model\.safetensors\.aria2 lies beside it")
def half_downloaded(folder):
    save_file(some_tensors(), folder / SAFETENSORS)
    (folder / "model.safetensors.aria2").touch()


@broken(r"download of .*model\.safetensors is not finished: its beginning is reserved")
def only_reserved_space(folder):
    (folder / SAFETENSORS).write_bytes(bytes(5000))


@broken(r"1 of the 2 weight files of .* are missing: model-00002-of-00002\.safetensors")
def missing_shard(folder):
    save_shards(folder, some_tensors(), stem="model")
    (folder / "model-00002-of-00002.safetensors").unlink()


@broken(r"1 of the 2 weight files of .* are missing: pytorch_model-00001-of-00002\.bin")
def missing_shard_and_index(folder):
    save_shards(folder, some_tensors(), index=False)
    (folder / "pytorch_model-00001-of-00002.bin").unlink()


def edit_index(folder, **weight_map):
    path = folder / "model.safetensors.index.json"
    save_shards(folder, some_tensors(), stem="model")
    index = json.loads(path.read_text())
    path.write_text(json.dumps({"weight_map": index["weight_map"] | weight_map}))


@broken(r"names the file '\.\./\.\./etc/passwd', which is not inside its folder")
def index_leads_outside(folder):
    edit_index(folder, **{"layer.weight": "../../etc/passwd"})


@broken(r"names the file '/etc/passwd', which is not inside its folder")
def index_is_absolute(folder):
    edit_index(folder, **{"layer.weight": "/etc/passwd"})


@broken(r"layer\.9\.weight is not in model-00001-of-00002\.safetensors")
def index_lists_a_tensor_that_is_not_there(folder):
    edit_index(folder, **{"layer.9.weight": "model-00001-of-00002.safetensors"})


@broken(r"weight_map must be a table of names, but it is \[1, 2\]")
def index_of_another_kind(folder):
    (folder / "model.safetensors.index.json").write_text('{"weight_map": [1, 2]}')


@broken(r"index\.json is not valid JSON: Unterminated string")
def index_cut_off(folder):
    (folder / "model.safetensors.index.json").write_text('{"weight_map": {"layer')


@broken(r"pytorch_model\.bin is cut off")
def torch_cut_off(folder):
    torch.save(some_tensors(), folder / TORCH)
    cut(folder / TORCH, 1500)


@broken(r"pytorch_model\.bin is damaged: .*CRC")
def torch_altered(folder):
    torch.save(some_tensors(), folder / TORCH)
    content = bytearray((folder / TORCH).read_bytes())
    place = content.index(b"layer.weight")
    content[place : place + 5] = b"LAYER"
    (folder / TORCH).write_bytes(content)


@broken(r"holds no weights: it is a zip archive, but not one of torch\.save")
def another_zip(folder):
    with zipfile.ZipFile(folder / TORCH, "w") as archive:
        archive.writestr("word/document.xml", "hello")


@broken(r"its records are compressed")
def compressed_zip(folder):
    torch.save(some_tensors(), folder / TORCH)
    with zipfile.ZipFile(folder / TORCH) as archive:
        records = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(folder / TORCH, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in records.items():
            archive.writestr(name, content)


@broken(r"x needs 4000000000 bytes, but its record has 16")
def torch_shape_beyond_the_data(folder):
    resized_torch_zip(folder / TORCH, 10**9)


@broken(r"was not opened: it asks for posix\.system")
def booby_trap(folder):
    torch_zip(folder / TORCH, pickle.dumps({"x": Evil(os.system, f"touch {folder}/ran")}, protocol=2))


@broken(r"was not opened: it asks for builtins\.bytearray|__builtin__\.bytearray")
def allocating_pickle(folder):
    torch_zip(folder / TORCH, pickle.dumps({"x": Evil(bytearray, 2**35)}, protocol=2))


@broken(r"was not opened: it asks for version 4 of the pickle format")
def booby_trap_in_a_newer_pickle(folder):
    (folder / TORCH).write_bytes(pickle.dumps(Evil(os.system, f"touch {folder}/ran"), protocol=4))


@broken(r"was not opened: it asks for posix\.system")
def booby_trap_in_the_old_format(folder):
    tensors = {"x": torch.zeros(2), "y": Evil(os.system, f"touch {folder}/ran")}
    torch.save(tensors, folder / TORCH, _use_new_zipfile_serialization=False)


@broken(r"structure is nested too deeply")
def deeply_nested_pickle(folder):
    torch_zip(folder / TORCH, nested_tuples(300_000, twice=False))


@broken(r"structure is nested too deeply")
def doubling_pickle(folder):
    torch_zip(folder / TORCH, nested_tuples(60, twice=True))


@broken(r"structure is not a valid pickle|is damaged")
def senseless_pickle(folder):
    torch_zip(folder / TORCH, b"\x80\x02}q\x00h\x07ss.")


@broken(r"holds no weights: it is a pickle, but not one of torch\.save")
def plain_pickle(folder):
    (folder / TORCH).write_bytes(pickle.dumps({"a": [1, 2]}, protocol=2))


@broken(r"holds no weights: there is no tensor in it")
def no_tensors(folder):
    torch.save({"epoch": 3}, folder / TORCH)


@broken(r"pytorch_model\.bin should be a file, but it is a folder")
def folder_instead_of_file(folder):
    (folder / TORCH).mkdir()


@broken(r"pytorch_model\.bin is a link to .*gone\.bin, which does not exist")
def dangling_link(folder):
    (folder / TORCH).symlink_to(folder / "gone.bin")


@broken(r"pytorch_model\.bin cannot be read \(it is not a regular file\)")
def pipe_instead_of_file(folder):
    os.mkfifo(folder / TORCH)


@broken(r"no weights in .*; it holds nothing\. Expected model\.safetensors")
def empty_folder(folder):
    pass


@broken(r"no weights in .*; it holds README\.md\.")
def only_a_readme(folder):
    (folder / "README.md").write_text("# ChatGLM")


@broken(r"holds several weight files \(a\.pth; b\.pth\)")
def several_files(folder):
    torch.save(some_tensors(), folder / "a.pth")
    torch.save(some_tensors(), folder / "b.pth")


@broken(r"holds only an adapter \(adapter_model\.bin\)")
def only_an_adapter(folder):
    torch.save(some_tensors(), folder / "adapter_model.bin")


@broken(r"are split over 2 GPUs")
def model_parallel(folder):
    (folder / "latest").write_text("1")
    (folder / "1").mkdir()
    for rank in range(2):
        torch.save({"module": some_tensors()}, folder / "1" / f"mp_rank_{rank:02}_model_states.pt")


@broken(r"latest names the file '\.\./\.\./home', which is not inside its folder")
def latest_leads_outside(folder):
    (folder / "latest").write_text("../../home")


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_checkpoint_is_named_at_once(tmp_path: Path, name: str) -> None:
    make, match = BROKEN[name]
    make(tmp_path)  # type: ignore[operator]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    with pytest.raises(UserError) as caught:
        TensorFiles(tmp_path)
    seconds = time.perf_counter() - began
    message = str(caught.value)
    assert re.search(match, message), message
    assert "\n" not in message and len(message) < 700 + 3 * len(str(tmp_path))
    assert seconds < 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes
    assert not (tmp_path / "ran").exists()


def test_a_booby_trapped_folder_runs_no_code_and_opens_nothing_else(tmp_path: Path) -> None:
    events: list[str] | None = None
    forbidden = {"exec", "os.system", "os.exec", "os.posix_spawn", "subprocess.Popen", "socket.connect"}

    def hook(event: str, arguments: tuple[object, ...]) -> None:  # stays until Python ends, but idle
        if events is not None and event in forbidden:
            events.append(event)
        if events is not None and event == "open":
            events.append(f"open {arguments[0]}")

    booby_trap(tmp_path)
    (tmp_path / "sound").mkdir()
    torch.save(some_tensors(), tmp_path / "sound" / TORCH)
    TensorFiles(tmp_path / "sound")  # what Python itself imports on the first opening
    for name in ("modeling_chatglm.py", "__init__.py", "sitecustomize.py", "torch.py"):
        (tmp_path / name).write_text("raise SystemExit('ran')")
    sys.addaudithook(hook)
    events = []
    with pytest.raises(UserError, match=r"posix\.system"):
        TensorFiles(tmp_path)
    seen, events = events, None
    assert seen
    assert set(seen) == {f"open {tmp_path / TORCH}"}
    assert not (tmp_path / "ran").exists()


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs permissions")
def test_a_file_without_permission_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save_file(some_tensors(), tmp_path / SAFETENSORS)

    def refuse(*_: object) -> None:  # also for root, who may read everything
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(UserError, match=r"model\.safetensors may not be read by this user.*chmod"):
        TensorFiles(tmp_path)


def test_a_missing_path_and_a_single_broken_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no model at .*gone"):
        TensorFiles(tmp_path / "gone")
    (tmp_path / "ice_text.model").write_text(LFS)
    with pytest.raises(UserError, match=r"ice_text\.model is not the file itself"):
        check_file(tmp_path / "ice_text.model")


def test_an_old_file_that_is_too_large_says_how_to_convert_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.save(some_tensors(), tmp_path / TORCH, _use_new_zipfile_serialization=False)
    monkeypatch.setattr("model.headers.LEGACY_LIMIT", 1000)
    with pytest.raises(UserError, match=r"old format.*limit is 1000.*torch\.save\("):
        TensorFiles(tmp_path)


def test_an_old_file_that_claims_more_than_it_has_allocates_nothing(tmp_path: Path) -> None:
    torch.save({"x": torch.zeros(77)}, tmp_path / TORCH, _use_new_zipfile_serialization=False)
    content = (tmp_path / TORCH).read_bytes()
    assert content.count(b"KM") == 2  # the storage's elements and the shape
    (tmp_path / TORCH).write_bytes(content.replace(b"KM", b"J" + struct.pack("<i", 2**31 - 1)))
    with pytest.raises(UserError, match=r"claims 2147483647 elements"):
        TensorFiles(tmp_path)


# config.json


@pytest.mark.parametrize(
    ("text", "match"),
    [
        (None, r"config\.json does not exist"),
        ("", r"config\.json is empty"),
        ("{", r"config\.json is not valid JSON"),
        ("[1]", "holds a list instead of an object"),
        ('{"a": 1, "a": 2}', "a is there twice"),
        ("<html>", "is a web page"),
        (LFS, "is not the file itself"),
        ('"' + "x" * (9 << 20) + '"', "limit is"),
        ("[" * 100_000, "not valid JSON"),
        (json.dumps(CONFIG | {"model_type": "llama"}), r"holds a LLaMA \(model_type 'llama'\) checkpoint.*chatglm"),
        ('{"architectures": ["BaichuanForCausalLM"]}', "holds a BaichuanForCausalLM"),
        (json.dumps(CONFIG | {"model_type": {"a": 1}}), "checkpoint, not one of the GLM family"),
        (json.dumps(CONFIG | {"hidden_size": 10**9}), r"hidden_size must be a whole number from 1 to \d+.*1000000000"),
        (json.dumps(CONFIG | {"hidden_size": "4096"}), "hidden_size must be a whole number.*'4096'"),
        (json.dumps(CONFIG | {"num_layers": -1}), "num_layers must be"),
        (json.dumps(CONFIG | {"num_layers": True}), "num_layers must be"),
        (json.dumps(CONFIG | {"eva_config": {"hidden_size": 1e99}}), "hidden_size must be"),
        (json.dumps(CONFIG | {"quantization_bit": 3}), "quantization_bit must be 4 or 8, but it is 3"),
    ],
)
def test_a_broken_config_is_named(tmp_path: Path, text: str | None, match: str) -> None:
    if text is not None:
        (tmp_path / "config.json").write_text(text)
    with pytest.raises(UserError, match=match):
        read_config(tmp_path, {"chatglm", "glm"})


def test_a_sound_config_is_read(tmp_path: Path) -> None:
    values = CONFIG | {"pre_seq_len": None, "quantization_bit": 4, "eva_config": {"num_layers": 39}}
    (tmp_path / "config.json").write_text(json.dumps(values))
    assert read_config(tmp_path, {"chatglm"}) == values == read_json(tmp_path / "config.json")


# names and shapes against a table


def info(*shape: int, dtype: torch.dtype = torch.float16) -> TensorInfo:
    return TensorInfo(shape, dtype, Path("pytorch_model.bin"), 0)


DENSE, SCALE, EMBEDDING = "layers.0.dense.weight", "layers.0.dense.weight_scale", "word_embeddings.weight"


def test_tensors_that_fit_pass() -> None:
    found = {DENSE: info(64, 16, dtype=torch.int8), SCALE: info(64), "rotary.inv_freq": info(32)}
    expected = {DENSE: (64, 16), SCALE: (64,), "lm_head.weight": (9, 9)}
    ignored = re.compile(r".*\.inv_freq")
    check_tensors(Path("x"), found, expected, packed={DENSE}, optional={"lm_head.weight"}, ignored=ignored)


@pytest.mark.parametrize(
    ("found", "packed", "match"),
    [
        (
            {DENSE: info(64, 16, dtype=torch.int8)},
            False,
            r"are INT4 .*int8 \(64, 16\).*\(64, 32\).*quantization_bit\": 4",
        ),
        ({DENSE: info(64, 32, dtype=torch.int8)}, False, r"are INT8 .*quantization_bit\": 8"),
        ({DENSE: info(64, 32)}, True, r"describes quantised weights, but .*float16 \(64, 32\).*remove"),
        ({DENSE: info(64, 32, dtype=torch.int64)}, False, "stored as int64.*expected float16"),
        ({DENSE: info(64, 32, dtype=torch.float8_e4m3fn)}, False, "stored as float8_e4m3fn.*bf16"),
        ({DENSE: info(64, 0)}, False, r"has shape \(64, 0\) instead of \(64, 32\)"),
        ({DENSE: info(32, 64)}, False, r"has shape \(32, 64\) instead of \(64, 32\)"),
        ({DENSE: info(64, 32), "more": info(1)}, False, "more is unknown"),
    ],
)
def test_tensors_that_do_not_fit_are_explained(found: dict[str, TensorInfo], packed: bool, match: str) -> None:
    expected = {DENSE: (64, 16 if packed else 32)}
    with pytest.raises(UserError, match=match):
        check_tensors(Path("x"), found, expected, packed=[DENSE] if packed else [])


def test_many_problems_are_counted() -> None:
    with pytest.raises(UserError, match=r"layers\.0 is missing; .*layers\.4 is missing; and 95 more\."):
        check_tensors(Path("x"), {}, {f"layers.{index}": (1,) for index in range(100)})


def test_mixed_generations_are_explained() -> None:
    with pytest.raises(UserError, match=r"weights have 150528 word embeddings, but config.json says 130528.*March"):
        check_tensors(Path("x"), {EMBEDDING: info(150528, 8)}, {EMBEDDING: (130528, 8)})
    check_vocabulary(Path("x"), weights=130528, config=130528, tokenizer=130344)
    check_vocabulary(Path("x"), weights=150528, config=150528, tokenizer=150344)
    with pytest.raises(UserError, match=r"weights have 130528.*config.json says 150528"):
        check_vocabulary(Path("x"), weights=130528, config=150528, tokenizer=150344)
    for weights, tokenizer in ((150528, 130344), (130528, 150344)):
        with pytest.raises(UserError, match=rf"tokenizer has {tokenizer} ids, which does not fit the {weights}"):
            check_vocabulary(Path("x"), weights=weights, config=weights, tokenizer=tokenizer)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_scales_that_are_no_numbers_are_named(tmp_path: Path, value: float) -> None:
    save_file({DENSE: torch.zeros(4), SCALE: torch.tensor([1.0, value])}, tmp_path / SAFETENSORS)
    files = TensorFiles(tmp_path)
    check_finite(files, [DENSE])
    with pytest.raises(UserError, match=r"model\.safetensors: layers\.0\.dense\.weight_scale holds NaN or infinity"):
        check_finite(files, [DENSE, SCALE])
