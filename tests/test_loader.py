"""`model.load`: what is wrong with a model, a device or a precision is said in one sentence, before anything runs."""

from __future__ import annotations

import json
import shutil

import pytest
import tiny
import torch
from safetensors.torch import load_file, save_file

import model
from model import UserError, checkpoint
from model.tokenizer import GLMTokenizer


@pytest.fixture
def folder(tmp_path):
    """A small model in our own form."""
    network = tiny.network(tiny.config(GLMTokenizer.from_file(tiny.VOCABULARY), vision=tiny.VISION))
    checkpoint.save(network, tiny.VOCABULARY, tmp_path / "tiny", torch.float32)
    return tmp_path / "tiny"


def edit_config(folder, **changes):
    path = folder / checkpoint.CONFIG
    path.write_text(json.dumps(json.loads(path.read_text("utf-8")) | changes), "utf-8")


def refused(folder, match, **arguments):
    with pytest.raises(UserError, match=match) as caught:
        model.load(folder, **arguments)
    assert "\n" not in str(caught.value)


def test_saved_and_loaded_weights_answer_the_same(folder):
    network = tiny.network(tiny.config(GLMTokenizer.from_file(tiny.VOCABULARY), vision=tiny.VISION))
    loaded = model.load(folder, device="cpu")
    ids = torch.tensor([[7, 8, network.config.gmask_token_id, network.config.bos_token_id]])
    assert torch.equal(loaded.engine.network(ids).logits, network(ids).logits)
    pixels = torch.randn(1, 3, 28, 28)
    assert torch.equal(loaded.engine.network.image_encoder(pixels), network.image_encoder(pixels))
    assert loaded.info.parameters == sum(parameter.numel() for parameter in network.parameters())
    assert (loaded.info.device, loaded.info.precision, loaded.info.images) == ("cpu", "fp32", True)


def test_a_tied_head_is_stored_once_and_stays_tied(tmp_path):
    network = tiny.network(tiny.config(GLMTokenizer.from_file(tiny.VOCABULARY), tie_word_embeddings=True))
    checkpoint.save(network, tiny.VOCABULARY, tmp_path / "tied", torch.float16)
    assert "lm_head.weight" not in load_file(tmp_path / "tied" / checkpoint.WEIGHTS)
    loaded = model.load(tmp_path / "tied").engine.network
    assert loaded.lm_head.weight is loaded.transformer.word_embeddings.weight


def test_saving_over_a_checkpoint_leaves_only_the_new_one(folder):
    network = tiny.network(tiny.config(GLMTokenizer.from_file(tiny.VOCABULARY), vision=tiny.VISION), seed=1)
    before = (folder / checkpoint.WEIGHTS).read_bytes()
    checkpoint.save(network, tiny.VOCABULARY, folder, torch.float32)
    assert (folder / checkpoint.WEIGHTS).read_bytes() != before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_a_failed_save_keeps_the_old_checkpoint(folder, monkeypatch):
    network = tiny.network(tiny.config(GLMTokenizer.from_file(tiny.VOCABULARY), vision=tiny.VISION), seed=1)
    before = (folder / checkpoint.WEIGHTS).read_bytes()

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(checkpoint.shutil, "copyfile", full_disk)
    with pytest.raises(OSError, match="No space"):
        checkpoint.save(network, tiny.VOCABULARY, folder, torch.float32)
    assert (folder / checkpoint.WEIGHTS).read_bytes() == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]

    monkeypatch.undo()
    rename = checkpoint.os.replace

    def refuse_the_new(source, target):
        if target == folder and not str(source).endswith(".old"):
            raise PermissionError(13, "Permission denied")
        rename(source, target)

    monkeypatch.setattr(checkpoint.os, "replace", refuse_the_new)
    with pytest.raises(PermissionError):
        checkpoint.save(network, tiny.VOCABULARY, folder, torch.float32)
    assert (folder / checkpoint.WEIGHTS).read_bytes() == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


@pytest.mark.parametrize("precision", ["bf16", "fp16"])
def test_half_precisions_answer(folder, precision):
    loaded = model.load(folder, device="cpu", precision=precision)
    items = list(loaded.stream([{"role": "user", "content": "hi"}], params=model.GenerationParams(max_new_tokens=3)))
    assert items[-1].prompt_tokens > 0


def test_a_missing_folder_says_what_to_give(tmp_path):
    refused(tmp_path / "nothing", "no model at .*nothing.*--model")


def test_unknown_devices_and_precisions_list_what_there_is(folder):
    refused(folder, "device warp is not available here. Available: auto, .*cpu", device="warp")
    refused(folder, "device cuda:99 is not available", device="cuda:99")
    refused(folder, "precision int3 is not available on cpu. Available: auto, fp32", precision="int3")


def test_a_foreign_config_is_named(folder):
    edit_config(folder, model_type="llama")
    refused(folder, "'llama'")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"model_type": "glm_webui", "hidden_size": "many"}'])
def test_a_broken_config_is_named(folder, text):
    (folder / checkpoint.CONFIG).write_text(text)
    refused(folder, "config.json")


@pytest.mark.parametrize("cut", [0, 7, 100, -1])
def test_incomplete_weights_are_named(folder, cut):
    path = folder / checkpoint.WEIGHTS
    path.write_bytes(path.read_bytes()[:cut])
    refused(folder, "model.safetensors is (empty|cut off).* Download it again")


def test_missing_files_are_named(folder):
    shutil.copytree(folder, folder.with_name("other"))
    (folder / checkpoint.WEIGHTS).unlink()
    refused(folder, "no weights in .*; it holds config.json; tokenizer.model")
    (folder.with_name("other") / checkpoint.TOKENIZER).unlink()
    refused(folder.with_name("other"), "tokenizer file cannot be read")


def test_the_first_wrong_tensors_are_listed_and_the_others_counted(folder):
    path = folder / checkpoint.WEIGHTS
    weights = load_file(path)
    del weights["transformer.final_layernorm.bias"]
    weights["transformer.word_embeddings.weight"] = torch.zeros(3, 64)
    weights |= {f"more.{index}": torch.zeros(1) for index in range(6)}
    save_file(weights, path)
    refused(folder, r"final_layernorm.bias is missing; more.0 is unknown; .*; and 3 more")
    weights = {name: tensor for name, tensor in weights.items() if not name.startswith("more")}
    save_file(weights | {"transformer.final_layernorm.bias": torch.zeros(64)}, path)
    refused(folder, r"word_embeddings.weight has shape \(3, 64\) instead of \(\d+, 64\)")


def test_a_tokenizer_of_another_size_is_refused(folder):
    edit_config(folder, vocab_size=100)
    refused(folder, "tokenizer has 4096 pieces, but the model only 100 embeddings")


def test_code_beside_the_weights_never_runs(folder):
    marker = folder / "ran"
    for name in ("modeling_chatglm.py", "configuration_chatglm.py", "sitecustomize.py"):
        (folder / name).write_text(f"open({str(marker)!r}, 'w')")
    edit_config(folder, auto_map={"AutoModel": "modeling_chatglm.ChatGLM"})
    model.load(folder)
    assert not marker.exists()
