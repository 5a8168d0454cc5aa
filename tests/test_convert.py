"""`model.convert`: whatever it writes loads as the source does, and nothing that goes wrong costs anything."""

from __future__ import annotations

import copy
import gc
import json
import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch
from safetensors import safe_open
from transformers import GlmForCausalLM

import model
from kernels import dispatch
from kernels.linear import QuantizedLinear
from model import convert, devices, disk, filling, loader
from model.checkpoint import WEIGHTS
from model.errors import UserError
from model.published import LAYOUTS
from model.safetensors_file import SafetensorsWriter
from model.tensors import TensorFiles

ROOT = Path(__file__).resolve().parents[1]
SHARD = 60_000  # bytes: several files from a tiny checkpoint
HUB = [name for name in LAYOUTS if "-sat" not in name]


def logits(loaded):
    ids = torch.tensor([[5, 17, 40, 33]])
    network = loaded.engine.network
    if loaded.info.family in ("ChatGLM-6B", "VisualGLM-6B"):
        ids = torch.cat([ids, torch.tensor([[network.config.gmask_token_id, network.config.bos_token_id]])], dim=1)
    return network(ids).logits


def same(first, second):
    """Whether two models say the same of themselves, and compute the same."""
    for field in ("name", "family", "version", "precision", "parameters", "context_length", "images", "defaults"):
        assert getattr(first.info, field) == getattr(second.info, field), field
    weights = second.engine.network.state_dict()
    assert {name: tensor for name, tensor in first.engine.network.state_dict().items()}.keys() == weights.keys()
    assert all(torch.equal(tensor, weights[name]) for name, tensor in first.engine.network.state_dict().items())
    return torch.equal(logits(first), logits(second))


def bytes_of(path):
    """Name → dtype, shape and bytes of every stored tensor."""
    files = TensorFiles(path)
    return {
        name: (tensor.dtype, tensor.shape, tensor.contiguous().flatten().view(torch.uint8).numpy().tobytes())
        for name, tensor in files.items()
    }


# What is written loads as the source does


@pytest.mark.parametrize("name", LAYOUTS)
def test_every_layout_loads_the_same_from_our_own_form(folders, tmp_path, name):
    folder = convert.convert(folders[name], tmp_path / "own", shard_bytes=SHARD)
    assert same(model.load(folders[name], device="cpu"), model.load(folder, device="cpu"))
    assert not list(tmp_path.glob("*.unfinished"))
    assert {path.suffix for path in folder.iterdir()} <= {".json", ".safetensors", ".model", ".py"}


@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16", "int8", "int4"])
@pytest.mark.parametrize(
    "name", ["chatglm-6b", "chatglm-6b-int8", "chatglm-6b-int4-qe", "visualglm-6b", "visualglm-6b-sat", "glm-4-9b-chat"]
)
def test_every_precision_gives_the_numbers_of_loading_with_it(folders, tmp_path, name, precision):
    folder = convert.convert(folders[name], tmp_path / "own", precision)
    converted = model.load(folder, device="cpu", precision=precision)
    assert same(model.load(folders[name], device="cpu", precision=precision), converted)
    if precision.startswith("int"):  # and without being asked to
        assert model.load(folder, device="cpu").info.precision == precision


def test_int4_is_stored_in_groups_and_the_vocabulary_once_in_int8(folders, tmp_path):
    infos = TensorFiles(convert.convert(folders["chatglm-6b"], tmp_path / "own", "int4")).infos
    found = {name: (info.shape, info.dtype) for name, info in infos.items()}
    assert found["transformer.layers.0.mlp.dense_h_to_4h.weight"] == ((16, 8, 16), torch.int32)  # bands of 16 rows
    assert found["transformer.layers.0.mlp.dense_h_to_4h.weight_scale"] == ((16, 2, 16), torch.float16)
    assert found["transformer.layers.0.mlp.dense_h_to_4h.bias"] == ((256,), torch.float16)
    assert found["transformer.word_embeddings.weight"] == ((36, 16, 16), torch.int32)
    assert found["transformer.word_embeddings.weight_scale"] == ((576,), torch.float32)
    assert found["transformer.layers.0.input_layernorm.weight"] == ((64,), torch.float32)
    assert not any(name.startswith("lm_head") for name in found)


def zero(folder):
    """Overwrite all weights in place, which a program that has them mapped sees."""
    for path in folder.glob("*.safetensors"):
        with path.open("r+b") as file:
            start = 8 + int.from_bytes(file.read(8), "little")
            file.seek(start)
            file.write(bytes(path.stat().st_size - start))


@pytest.mark.usefixtures("compiled_kernel")
@pytest.mark.parametrize(("name", "precision"), [("chatglm-6b", "int4"), ("chatglm-6b-int8", "int8")])
def test_packed_weights_are_used_where_they_lie_until_they_are_in_memory(
    folders, tmp_path, monkeypatch, name, precision
):
    monkeypatch.setattr(loader, "settle_later", lambda network: None)
    reference = model.load(folders[name], device="cpu", precision=precision)
    folder = convert.convert(folders[name], tmp_path / "own", precision)
    settled, lent = (model.load(folder, device="cpu") for _ in range(2))
    assert same(reference, settled) and same(reference, lent)
    filling.settle(settled.engine.network)
    copied = copy.deepcopy(lent.engine.network.lm_head)
    zero(folder)
    assert same(reference, settled)
    assert not torch.equal(logits(reference), logits(lent))
    assert torch.equal(copied.unpacked()[0], reference.engine.network.lm_head.unpacked()[0])


@pytest.mark.usefixtures("compiled_kernel")
def test_weights_come_from_the_files_that_were_there(folders, tmp_path, monkeypatch):
    """A folder that is deleted or replaced while a model answers from it changes nothing."""
    monkeypatch.setattr(loader, "settle_later", lambda network: None)
    folder = convert.convert(folders["chatglm-6b"], tmp_path / "own", "int4")
    loaded = model.load(folder, device="cpu")
    expected = logits(loaded)
    other = shutil.copytree(folder, tmp_path / "other")
    zero(other)
    (other / WEIGHTS).replace(folder / WEIGHTS)
    filling.settle(loaded.engine.network)
    assert torch.equal(logits(loaded), expected)


@pytest.mark.usefixtures("compiled_kernel")
def test_weights_come_to_memory_while_answers_are_computed(folders, tmp_path):
    folder = convert.convert(folders["chatglm-6b"], tmp_path / "own", "int4")
    expected = logits(model.load(folders["chatglm-6b"], device="cpu", precision="int4"))
    for _ in range(5):
        loaded = model.load(folder, device="cpu")
        assert all(torch.equal(logits(loaded), expected) for _ in range(3))
        for thread in threading.enumerate():
            if thread.name == "weights":
                thread.join()
        assert torch.equal(logits(loaded), expected)


@pytest.mark.usefixtures("compiled_kernel")
def test_weights_on_their_way_to_memory_count_as_there(folders, tmp_path, monkeypatch):
    """Else another model would be let in beside them, and there would be no room for both."""
    monkeypatch.setattr(loader, "settle_later", lambda network: None)
    monkeypatch.setattr(devices.psutil, "virtual_memory", lambda: SimpleNamespace(available=10**6, total=10**7))
    folder = convert.convert(folders["chatglm-6b"], tmp_path / "own", "int4")
    gc.collect()
    free = devices.free_memory(torch.device("cpu"))
    first, second = (model.load(folder, device="cpu") for _ in range(2))
    taken = free - devices.free_memory(torch.device("cpu"))
    tables = [module for module in first.engine.network.modules() if isinstance(module, QuantizedLinear)]
    assert taken == 2 * sum(table.weight.nbytes + table.weight_scale.nbytes for table in tables)
    filling.settle(first.engine.network)
    assert devices.free_memory(torch.device("cpu")) == free - taken / 2
    del second  # before its weights have come
    gc.collect()
    assert devices.free_memory(torch.device("cpu")) == free


@pytest.mark.usefixtures("compiled_kernel")
@pytest.mark.parametrize("precision", ["int8", "int4"])
def test_what_a_kernel_reads_as_it_lies_loads_where_there_is_none(folders, tmp_path, precision):
    """As on a GPU, or without a compiler; and a model that has weights from the file moves on from there."""
    folder = convert.convert(folders["chatglm-6b"], tmp_path / "own", precision)
    moved = model.load(folder, device="cpu")
    with dispatch.override("torch"):
        there = model.load(folders["chatglm-6b"], device="cpu", precision=precision)
        assert same(there, model.load(folder, device="cpu"))
        assert torch.equal(logits(there), logits(moved))
        moved.engine.network.to(torch.float32)
        assert same(there, moved)


def test_our_own_form_converts_again(folders, tmp_path):
    own = convert.convert(folders["chatglm3-6b"], tmp_path / "own")
    twice = convert.convert(own, tmp_path / "twice", "int8")
    assert same(model.load(folders["chatglm3-6b"], device="cpu", precision="int8"), model.load(twice, device="cpu"))


def test_what_is_embedded_keeps_its_name_and_description(tmp_path):
    before = model.load(device="cpu").info
    after = model.load(convert.convert(ROOT / "assets" / "embedded", tmp_path / "own"), device="cpu").info
    assert (before.name, before.description, before.defaults) == (after.name, after.description, after.defaults)


@pytest.mark.parametrize("name", ["chatglm2-6b", "chatglm3-6b", "glm-4-9b-chat"])
def test_transformers_reads_the_newer_family(folders, tmp_path, name):
    folder = convert.convert(folders[name], tmp_path / "own", "fp32", shard_bytes=SHARD)
    network = GlmForCausalLM.from_pretrained(folder).eval()
    ids = torch.tensor([[5, 17, 40, 33]])
    with torch.no_grad():
        found = network(ids).logits
    loaded = model.load(folder, device="cpu", precision="fp32").engine.network
    torch.testing.assert_close(found, loaded(ids).logits, atol=1e-5, rtol=0)


def test_shards_are_no_larger_than_asked_and_the_index_names_them(folders, tmp_path):
    folder = convert.convert(folders["visualglm-6b"], tmp_path / "own", shard_bytes=SHARD)
    index = json.loads((folder / "model.safetensors.index.json").read_text())
    files = sorted(folder.glob("*.safetensors"))
    assert [path.name for path in files] == sorted(set(index["weight_map"].values()))
    total = 0
    for path in files:
        with safe_open(path, "pt") as opened:  # the library's own reader
            tensors = [opened.get_tensor(name) for name in opened.keys()]  # noqa: SIM118
        size = sum(tensor.nbytes for tensor in tensors)
        total += size
        assert size <= SHARD or len(tensors) == 1
    assert index["metadata"]["total_size"] == total


# Back to the published names


@pytest.mark.parametrize("name", HUB)
def test_there_and_back_gives_the_published_bytes(folders, tmp_path, name):
    own = convert.convert(folders[name], tmp_path / "own", shard_bytes=SHARD)
    back = convert.convert(own, tmp_path / "back", form="hub", shard_bytes=SHARD)
    expected = {key: value for key, value in bytes_of(folders[name]).items() if not key.endswith("inv_freq")}
    assert bytes_of(back) == expected
    before, after = model.load(folders[name], device="cpu").info, model.load(back, device="cpu").info
    for field in ("family", "version", "parameters", "context_length", "defaults", "images"):
        assert getattr(before, field) == getattr(after, field), field
    assert "auto_map" not in (back / "config.json").read_text()  # it would name code that is not there


@pytest.mark.parametrize("name", ["visualglm-6b-sat", "visualglm-6b-sat-old"])
def test_swissarmytransformer_folders_become_the_hub_folder(folders, tmp_path, name):
    found = TensorFiles(convert.convert(folders[name], tmp_path / "hub", form="hub"))
    expected = TensorFiles(folders["visualglm-6b"])
    for key in expected.infos:
        if not key.endswith("inv_freq"):
            assert torch.equal(found.read(key), expected.read(key).half()), key


def test_int8_goes_back_since_the_published_code_reads_it(folders, tmp_path):
    hub = convert.convert(folders["chatglm-6b"], tmp_path / "hub", "int8", form="hub")
    values = json.loads((hub / "config.json").read_text())
    assert (values["quantization_bit"], values["quantization_embeddings"]) == (8, True)
    direct = model.load(folders["chatglm-6b"], device="cpu", precision="int8")
    assert torch.equal(logits(model.load(hub, device="cpu")), logits(direct))


@pytest.mark.parametrize(
    ("source", "precision", "match"),
    [
        ("chatglm-6b", "int4", "No ChatGLM-6B was published like this: its INT4 weights have a scale for every 32"),
        ("chatglm2-6b", "int8", "its embedding is packed"),
        (ROOT / "assets" / "embedded", "as-stored", "its image encoder is not VisualGLM-6B's"),
    ],
)
def test_what_the_published_code_cannot_read_is_not_written(folders, tmp_path, source, precision, match):
    with pytest.raises(UserError, match=match):
        convert.convert(folders.get(source, source), tmp_path / "hub", precision, form="hub")
    assert not list(tmp_path.iterdir())


# What goes wrong


def test_an_existing_folder_stays_as_it_is(folders, tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "letter.txt").write_text("dear")
    with pytest.raises(UserError, match=r"own exists already, and nothing there was changed"):
        convert.convert(folders["chatglm-6b"], tmp_path / "own")
    assert [path.name for path in tmp_path.rglob("*")] == ["own", "letter.txt"]


def test_a_full_disk_is_seen_before_anything_is_written(folders, tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(UserError, match="too full"):
        convert.convert(folders["chatglm-6b"], tmp_path / "own")
    assert not list(tmp_path.rglob("*.safetensors"))


def interrupted(monkeypatch, source, folder):
    """A conversion that ends some way into its second file, as by Ctrl+C; gives the first file."""
    real = SafetensorsWriter.put

    def put(self, name, tensor):
        if len(written) == 2 and len(self.checksums) == 3:
            raise KeyboardInterrupt
        written.add(self)
        real(self, name, tensor)

    written = set()
    with monkeypatch.context() as patch:
        patch.setattr(SafetensorsWriter, "put", put)
        with pytest.raises(KeyboardInterrupt):
            convert.convert(source, folder, "int8", shard_bytes=SHARD)
    assert not folder.exists()
    return next(folder.with_name(folder.name + ".unfinished").glob("model-00001-of-*.safetensors"))


def test_an_interrupted_run_continues(folders, tmp_path, monkeypatch):
    first = interrupted(monkeypatch, folders["chatglm-6b"], tmp_path / "own")
    written = first.stat().st_ino, first.stat().st_mtime_ns
    folder = convert.convert(folders["chatglm-6b"], tmp_path / "own", "int8", shard_bytes=SHARD)
    kept = (folder / first.name).stat()
    assert (kept.st_ino, kept.st_mtime_ns) == written
    whole = convert.convert(folders["chatglm-6b"], tmp_path / "whole", "int8", shard_bytes=SHARD)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        path.name: path.read_bytes() for path in whole.iterdir()
    }
    assert not first.parent.exists()


@pytest.mark.parametrize("name", ["chatglm-6b", "chatglm-6b-int8"])
def test_a_run_that_ended_between_a_weight_and_its_scales_continues(folders, tmp_path, monkeypatch, name):
    real = SafetensorsWriter.put

    def put(self, name, tensor):
        if name.endswith("_scale"):
            raise KeyboardInterrupt
        real(self, name, tensor)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(SafetensorsWriter, "put", put)
        convert.convert(folders[name], tmp_path / "own", "int8", shard_bytes=1)  # every tensor in a file of its own
    folder = convert.convert(folders[name], tmp_path / "own", "int8", shard_bytes=1)
    assert bytes_of(folder) == bytes_of(convert.convert(folders[name], tmp_path / "whole", "int8", shard_bytes=1))


def test_another_source_or_precision_starts_afresh(folders, tmp_path, monkeypatch):
    interrupted(monkeypatch, folders["chatglm-6b"], tmp_path / "own")
    folder = convert.convert(folders["chatglm-6b-int8"], tmp_path / "own", "fp32", shard_bytes=SHARD)
    expected = convert.convert(folders["chatglm-6b-int8"], tmp_path / "other", "fp32", shard_bytes=SHARD)
    assert bytes_of(folder) == bytes_of(expected)


def test_a_file_that_was_cut_off_is_written_again(folders, tmp_path, monkeypatch):
    first = interrupted(monkeypatch, folders["chatglm-6b"], tmp_path / "own")
    first.write_bytes(first.read_bytes()[:-1])
    folder = convert.convert(folders["chatglm-6b"], tmp_path / "own", "int8", shard_bytes=SHARD)
    whole = convert.convert(folders["chatglm-6b"], tmp_path / "whole", "int8", shard_bytes=SHARD)
    assert bytes_of(folder) == bytes_of(whole)


def test_what_does_not_read_back_is_named_and_written_again(folders, tmp_path, monkeypatch):
    first = interrupted(monkeypatch, folders["chatglm-6b"], tmp_path / "own")
    content = bytearray(first.read_bytes())
    content[-1] ^= 1
    first.write_bytes(content)
    with pytest.raises(UserError, match=rf"{first.name} does not read back as it was written"):
        convert.convert(folders["chatglm-6b"], tmp_path / "own", "int8", shard_bytes=SHARD)
    assert not (tmp_path / "own").exists()
    folder = convert.convert(folders["chatglm-6b"], tmp_path / "own", "int8", shard_bytes=SHARD)
    whole = convert.convert(folders["chatglm-6b"], tmp_path / "whole", "int8", shard_bytes=SHARD)
    assert bytes_of(folder) == bytes_of(whole)


# An image encoder of its own


def test_an_image_encoder_is_put_into_a_text_model(folders, tmp_path):
    folder = convert.convert(folders["chatglm-6b"], tmp_path / "own", "fp32", image_encoder=[folders["visualglm-6b"]])
    loaded, original = model.load(folder, device="cpu"), model.load(folders["visualglm-6b"], device="cpu")
    pixels = torch.randn(1, 3, *[original.engine.network.config.vision_config.image_size] * 2)
    assert loaded.info.images
    assert torch.equal(loaded.engine.network.image_encoder(pixels), original.engine.network.image_encoder(pixels))
    assert torch.equal(logits(loaded), logits(model.load(folders["chatglm-6b"], device="cpu")))


def test_the_newer_family_takes_no_image_encoder(folders, tmp_path):
    with pytest.raises(UserError, match="not ChatGLM2-6B"):
        convert.convert(folders["chatglm2-6b"], tmp_path / "own", image_encoder=[folders["visualglm-6b"]])


# The command


def test_the_command_line(folders, tmp_path, capsys):
    arguments = [str(folders["chatglm-6b"]), str(tmp_path / "own")]
    convert.main([*arguments, "--precision", "int8", "--shard-size", "0.2MB"])
    assert capsys.readouterr() == (f"{tmp_path / 'own'}\n", "")  # a bar only on a terminal
    assert model.load(tmp_path / "own", device="cpu").info.precision == "int8"
    with pytest.raises(SystemExit) as stopped:
        convert.main(arguments)
    assert stopped.value.code == 1
    assert capsys.readouterr().err.startswith(f"{tmp_path / 'own'} exists already")


@pytest.mark.parametrize("size", ["4 apples", "0", "-1GB", ""])
def test_sizes_that_are_none_are_refused(capsys, size):
    with pytest.raises(SystemExit):
        convert.main(["source", "destination", f"--shard-size={size}"])
    assert "is not a size such as 4GB" in capsys.readouterr().err
