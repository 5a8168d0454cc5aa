"""Broken checkpoints through `model.load`: one sentence says what is wrong, before anything is allocated."""

from __future__ import annotations

import json
import re
import resource
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tiny
import torch
from safetensors.torch import save_file
from test_tensors import BROKEN, LFS
from torch import Tensor

import model
from model import UserError, devices, synthetic
from model.published import layout
from model.published.configs import config_files

QKV = "transformer.layers.1.attention.query_key_value"
LINEAR = "transformer.encoder.layers.1.self_attention.dense"
Change = Callable[[dict[str, Tensor]], object]


def refused(path: Path, match: str, **arguments: Any) -> str:
    """The sentence that `model.load` refuses a path with."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(UserError) as caught:
        model.load(path, device="cpu", **arguments)
    message = str(caught.value)
    assert re.search(match, message), message
    assert "\n" not in message and len(message) < 900 + 3 * len(str(path))
    assert message.count(". ") and message.endswith(".")  # what is wrong, and what to do
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # kilobytes
    return message


# Files that cannot be read, in place of a sound checkpoint's

_NOTHING_ELSE = {"empty_folder", "only_a_readme", "several_files"}  # of a folder that holds nothing else


@pytest.mark.parametrize("name", sorted(BROKEN.keys() - _NOTHING_ELSE))
def test_unreadable_weights(tmp_path: Path, folders, name: str) -> None:
    """Every kind of `test_tensors.py`, between the small files of a ChatGLM-6B."""
    make, match = BROKEN[name]
    for file in ("config.json", "ice_text.model", "tokenizer_config.json"):
        shutil.copy(folders["chatglm-6b"] / file, tmp_path)
    make(tmp_path)  # type: ignore[operator]
    refused(tmp_path, match)
    assert not (tmp_path / "ran").exists()


def test_a_lone_gguf_file(tmp_path: Path) -> None:
    (tmp_path / "glm-4-9b-chat-Q4_K.gguf").write_bytes(b"GGUF\x03\0\0\0" + bytes(64))
    for path in (tmp_path, tmp_path / "glm-4-9b-chat-Q4_K.gguf"):
        refused(path, r"Q4_K\.gguf is a GGUF or GGML file.*--precision int4")


# Files that are sound and do not belong together, or to no model that there is

KINDS: dict[str, tuple[str, Callable[[Path, dict[str, Path]], None], str]] = {}


def breaks(name: str, match: str) -> Any:
    """Registers a function that breaks a copy of a tiny layout; it gets the folder, and the sound ones by name."""

    def register(function: Any) -> Any:
        KINDS[function.__name__] = (name, function, match)
        return function

    return register


@pytest.mark.parametrize("name", KINDS)
def test_what_is_broken_is_named(tmp_path: Path, folders, name: str) -> None:
    source, function, match = KINDS[name]
    folder = tmp_path / "model"
    shutil.copytree(folders[source], folder)
    function(folder, folders)
    message = refused(folder, match)
    assert str(folder) in message


def edit(path: Path, remove: str = "", **changes: Any) -> None:
    values = json.loads(path.read_text("utf-8")) | changes
    values.pop(remove, None)
    path.write_text(json.dumps(values), "utf-8")


def config(folder: Path, remove: str = "", **changes: Any) -> None:
    edit(folder / "config.json", remove, **changes)


def rewrite(folder: Path, change: Change) -> None:
    """All weights of a folder, changed, in one file."""
    tensors: dict[str, Tensor] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".bin", ".pt"):
            state = torch.load(path, weights_only=True)
            tensors |= {name: tensor.clone() for name, tensor in state.get("module", state).items()}
    wrapped = (folder / "latest").exists()
    for path in folder.glob("pytorch_model*"):
        path.unlink()
    change(tensors)
    file = folder / "1" / "mp_rank_00_model_states.pt" if wrapped else folder / "pytorch_model.bin"
    torch.save({"module": tensors} if wrapped else tensors, file)


# config.json


@breaks("chatglm-6b", r"config\.json does not exist\. Download")
def no_config(folder, folders):
    (folder / "config.json").unlink()


@breaks("chatglm-6b", r"config\.json is not the file itself but a Git LFS pointer.*git lfs pull")
def config_is_a_pointer(folder, folders):
    (folder / "config.json").write_text(LFS)


@breaks("chatglm-6b", r"config\.json is not valid JSON: Unterminated string")
def config_cut_off(folder, folders):
    (folder / "config.json").write_text((folder / "config.json").read_text()[:50])


@breaks("chatglm-6b", r"holds a LLaMA \(model_type 'llama'\) checkpoint, not one of the GLM family.*loads: chatglm")
def foreign_family(folder, folders):
    config(folder, model_type="llama", architectures=["LlamaForCausalLM"])


@breaks("chatglm-6b", r"holds a cogvlm .*never run")
def cogvlm(folder, folders):
    config(folder, model_type="cogvlm", vision_config={})


@breaks("chatglm-6b", r"config\.json is of no known GLM; it has")
def an_unknown_network_of_this_name(folder, folders):
    config(folder, remove="inner_hidden_size")


@breaks("chatglm-6b", r"hidden_size must be a whole number from 1 to \d+, but it is 1000000000")
def absurd_width(folder, folders):
    config(folder, hidden_size=10**9)


@breaks("chatglm-6b", r"num_layers must be a whole number from 1 to \d+, but it is 'three'")
def depth_in_words(folder, folders):
    config(folder, num_layers="three")


@breaks("chatglm-6b", r"num_layers must be a whole number")
def depth_of_thousands(folder, folders):
    config(folder, num_layers=10**6)


@breaks("chatglm-6b", r"hidden_size 64 must be a multiple of num_attention_heads x 4")
def heads_that_do_not_divide(folder, folders):
    config(folder, num_attention_heads=5)


@breaks("chatglm-6b", r"quantization_bit must be 4 or 8, but it is 3")
def three_bits(folder, folders):
    config(folder, quantization_bit=3)


@breaks("chatglm-6b", r"config\.json: layernorm_epsilon must be a number from 0 to 1, but it is 'small'")
def epsilon_in_words(folder, folders):
    config(folder, layernorm_epsilon="small")


@breaks("chatglm-6b", r"bos_token_id must be 204 as in the vocabulary, but it is 130004")
def ids_of_another_vocabulary(folder, folders):
    config(folder, bos_token_id=130004)


# Two versions mixed


@breaks("chatglm-6b", r"weights have 576 word embeddings, but config\.json says 736.*same version")
def config_of_march(folder, folders):
    shutil.copy(folders["chatglm-6b-march"] / "config.json", folder)


@breaks("chatglm-6b", r"weights have 736 word embeddings, but config\.json says 576.*same version")
def a_shard_of_march(folder, folders):
    shutil.copy(folders["chatglm-6b-march"] / "pytorch_model-00001-of-00008.bin", folder)


@breaks("chatglm-6b", r"tokenizer lacks the piece \[MASK\].*take the ice_text\.model of the same version")
def vocabulary_of_march(folder, folders):
    shutil.copy(folders["chatglm-6b-march"] / "ice_text.model", folder)


@breaks("chatglm-6b-march", r"tokenizer has 704 ids, which does not fit the 576 word embeddings")
def weights_and_config_of_later(folder, folders):
    for path in folders["chatglm-6b"].iterdir():
        if path.name.startswith("pytorch_model") or path.name == "config.json":
            shutil.copy(path, folder)


@breaks("chatglm-6b", r"tokenizer has 4096 ids, which does not fit the 576 word embeddings.*same version")
def vocabulary_of_another_model(folder, folders):
    shutil.copy(tiny.VOCABULARY, folder / "ice_text.model")


@breaks("chatglm-6b", r"ice_text\.model.*tokenizer lacks the piece <pad>")
def vocabulary_of_chatglm2(folder, folders):
    shutil.copy(folders["chatglm2-6b"] / "tokenizer.model", folder / "ice_text.model")


@breaks("chatglm-6b", r"There is no vocabulary in .*Put ice_text\.model there")
def no_vocabulary(folder, folders):
    (folder / "ice_text.model").unlink()


@breaks("chatglm-6b", r"ice_text\.model.*git-lfs pointer.*git lfs pull")
def vocabulary_is_a_pointer(folder, folders):
    (folder / "ice_text.model").write_text(LFS)


@breaks("chatglm-6b", r"ice_text\.model.*not a SentencePiece model; download it again")
def vocabulary_is_garbage(folder, folders):
    (folder / "ice_text.model").write_bytes(b"garbage" * 100)


# Shards


@breaks("chatglm-6b", r"1 of the 8 weight files of .* are missing: pytorch_model-00003-of-00008\.bin\. Download")
def shard_missing(folder, folders):
    (folder / "pytorch_model-00003-of-00008.bin").unlink()


@breaks("chatglm-6b", r"3 of the 8 weight files .*pytorch_model-00006-of-00008\.bin; .*00007.*; .*00008")
def shards_missing_and_no_index(folder, folders):
    (folder / "pytorch_model.bin.index.json").unlink()
    for number in (6, 7, 8):
        (folder / f"pytorch_model-0000{number}-of-00008.bin").unlink()


@breaks(
    "glm-4-9b-chat", r"model-00004-of-00010\.safetensors is cut off: it should have \d+ bytes and has \d+\. Download"
)
def shard_cut_off(folder, folders):
    path = folder / "model-00004-of-00010.safetensors"
    path.write_bytes(path.read_bytes()[:-10])


@breaks("visualglm-6b", r"pytorch_model-00002-of-00005\.bin is not the file itself but a Git LFS pointer")
def shard_is_a_pointer(folder, folders):
    (folder / "pytorch_model-00002-of-00005.bin").write_text(LFS)


@breaks("chatglm-6b", r"does not fit its files: .* is not in pytorch_model-00002-of-00008\.bin.*different versions")
def shards_in_the_wrong_order(folder, folders):
    shutil.copy(folder / "pytorch_model-00004-of-00008.bin", folder / "pytorch_model-00002-of-00008.bin")


# Weights


@breaks("chatglm-6b", rf"{QKV}\.bias is missing\. Take config\.json and all weights from the same version")
def a_tensor_missing(folder, folders):
    rewrite(folder, lambda tensors: tensors.pop(f"{QKV}.bias"))


@breaks("chatglm-6b", r"transformer\.layers\.2\.\S+ is unknown; .*; and 7 more")
def a_layer_too_many(folder, folders):
    config(folder, num_layers=2)


@breaks("chatglm-6b", r"transformer\.layers\.3\.\S+ is missing; .*; and 7 more")
def a_layer_too_few(folder, folders):
    config(folder, num_layers=4)


@breaks("chatglm-6b", rf"{QKV}\.weight has shape \(64, 192\) instead of \(192, 64\)")
def a_tensor_transposed(folder, folders):
    def turn(tensors):
        tensors[f"{QKV}.weight"] = tensors[f"{QKV}.weight"].t().contiguous()

    rewrite(folder, turn)


@breaks("chatglm-6b", r"has shape \(\d+,( \d+)?\) instead of .*; and \d+ more")
def another_width(folder, folders):
    config(folder, hidden_size=128)


@breaks("chatglm-6b", rf"{QKV}\.weight is stored as int64, .*expected float16, bfloat16, float32, float64")
def whole_numbers_for_weights(folder, folders):
    rewrite(folder, lambda tensors: tensors.update({f"{QKV}.weight": torch.zeros(192, 64, dtype=torch.int64)}))


@breaks("chatglm-6b", rf"{QKV}\.weight is stored as float8_e4m3fn.*Download the bf16")
def eight_bit_floats(folder, folders):
    rewrite(folder, lambda tensors: tensors.update({f"{QKV}.weight": tensors[f"{QKV}.weight"].to(torch.float8_e4m3fn)}))


@breaks("chatglm-6b", r"holds only an adapter \(adapter_model\.bin\)")
def adapter_only(folder, folders):
    for path in folder.glob("pytorch_model*"):
        path.unlink()
    torch.save({"base_model.lora_A": torch.zeros(2, 2)}, folder / "adapter_model.bin")


@breaks("chatglm-6b", r"chatglm-ggml\.bin is a GGUF or GGML file.*--model the model it was made from")
def chatglm_cpp(folder, folders):
    for path in folder.iterdir():
        path.unlink()
    (folder / "chatglm-ggml.bin").write_bytes(b"ggml" + bytes(range(60)))


@breaks("chatglm-6b", r"holds only a P-Tuning prefix.*--prefix")
def prefix_only(folder, folders):
    def prefix(tensors):
        tensors.clear()
        tensors["transformer.prefix_encoder.embedding.weight"] = torch.zeros(4, 384)

    config(folder, pre_seq_len=4)
    rewrite(folder, prefix)


@breaks("chatglm-6b", r"transformer\.prefix_encoder\.embedding\.weight is missing")
def prefix_promised(folder, folders):
    config(folder, pre_seq_len=4)


@breaks("chatglm-6b", r"qweight is unknown|weight is missing; .*; and \d+ more")
def another_quantiser(folder, folders):
    def gptq(tensors):
        for name in [name for name in tensors if name.endswith("dense.weight")]:
            del tensors[name]
            tensors[name.replace("weight", "qweight")] = torch.zeros(8, 64, dtype=torch.int32)

    rewrite(folder, gptq)


# Quantised weights


@breaks("chatglm-6b-int4", rf"pytorch_model\.bin: {QKV}\.weight_scale holds NaN or infinity.*download it again")
def scale_that_is_no_number(folder, folders):
    rewrite(folder, lambda tensors: tensors[f"{QKV}.weight_scale"].fill_(float("nan")))


@breaks("chatglm-6b-int8", rf"{QKV}\.weight_scale is missing")
def scale_missing(folder, folders):
    rewrite(folder, lambda tensors: tensors.pop(f"{QKV}.weight_scale"))


@breaks("chatglm-6b-int8", rf"{QKV}\.weight_scale has shape \(100,\) instead of \(192,\)")
def scale_too_short(folder, folders):
    rewrite(folder, lambda tensors: tensors.update({f"{QKV}.weight_scale": torch.ones(100)}))


@breaks("chatglm-6b-int8", rf"{QKV}\.weight_scale has shape \(192, 2\) instead of \(192,\)")
def groups_of_int8(folder, folders):
    rewrite(folder, lambda tensors: tensors.update({f"{QKV}.weight_scale": torch.ones(192, 2)}))


@breaks("chatglm-6b-int4", rf"{QKV}\.weight_scale has shape \(192, 3\) instead of \(192,\)")
def groups_that_do_not_divide(folder, folders):
    rewrite(folder, lambda tensors: tensors.update({f"{QKV}.weight_scale": torch.ones(192, 3)}))


@breaks("chatglm-6b-int4", rf"{QKV}\.weight_scale is stored as int32")
def scales_as_integers(folder, folders):
    rewrite(folder, lambda tensors: tensors.update({f"{QKV}.weight_scale": torch.ones(192, dtype=torch.int32)}))


@breaks("chatglm-6b-int4", rf"{QKV}\.weight_scale is unknown")
def a_full_weight_among_packed_ones(folder, folders):
    rewrite(folder, lambda tensors: tensors.update({f"{QKV}.weight": torch.zeros(192, 64)}))


@breaks("chatglm-6b-int4", rf"{QKV}\.weight has shape \(192, 16\) instead of \(192, 64\)")
def packed_twice(folder, folders):
    rewrite(folder, lambda tensors: tensors.update({f"{QKV}.weight": torch.zeros(192, 16, dtype=torch.int8)}))


@breaks("chatglm2-6b", r"describes quantised weights, but \S+ is float16.*remove")
def newer_config_of_int4(folder, folders):
    config(folder, quantization_bit=4)


@breaks("chatglm2-6b", rf"weights in .* are INT4 \({LINEAR}\.weight is int8 \(64, 32\).*quantization_bit\": 4")
def newer_weights_of_int4(folder, folders):
    def pack(tensors):
        tensors[f"{LINEAR}.weight"] = torch.zeros(64, 32, dtype=torch.int8)
        tensors[f"{LINEAR}.weight_scale"] = torch.ones(64)

    rewrite(folder, pack)


# VisualGLM-6B


@breaks("visualglm-6b", r"config\.json lacks patch_size")
def encoder_without_patch_size(folder, folders):
    values = json.loads((folder / "config.json").read_text())
    del values["eva_config"]["patch_size"]
    config(folder, eva_config=values["eva_config"])


@breaks("visualglm-6b", r"config\.json lacks qformer_config")
def no_qformer(folder, folders):
    config(folder, remove="qformer_config")


@breaks("visualglm-6b", r"image_encoder\.vit\.\S+ is unknown; .*; and \d+ more")
def no_encoder_in_the_config(folder, folders):
    config(folder, remove="eva_config")


@breaks("chatglm-6b", r"config\.json lacks|image_encoder\.\S+ is missing; .*; and \d+ more")
def config_of_visualglm(folder, folders):
    shutil.copy(folders["visualglm-6b"] / "config.json", folder)


@breaks("visualglm-6b", r"image_length must be a whole number from 1")
def no_queries(folder, folders):
    config(folder, image_length=0)


@breaks("visualglm-6b", r"config\.json: .*patch_size")
def patches_of_nothing(folder, folders):
    values = json.loads((folder / "config.json").read_text())
    config(folder, eva_config=values["eva_config"] | {"patch_size": 0})


@breaks("visualglm-6b-sat", r"There is no vocabulary in .*ice_text\.model.*SwissArmyTransformer.*THUDM/chatglm-6b")
def sat_without_vocabulary(folder, folders):
    (folder / "ice_text.model").unlink()


@breaks("visualglm-6b-sat", r"mp_rank_00_model_states\.pt does not exist")
def sat_latest_of_another_step(folder, folders):
    (folder / "latest").write_text("300")
    (folder / "300").mkdir()


@breaks("visualglm-6b-sat", r"are split over 2 GPUs.*merge_model")
def sat_split(folder, folders):
    shutil.copy(folder / "1" / "mp_rank_00_model_states.pt", folder / "1" / "mp_rank_01_model_states.pt")


@breaks("visualglm-6b-sat", r"model_config\.json: eva_args must be there, but it is missing")
def sat_without_encoder(folder, folders):
    edit(folder / "model_config.json", remove="eva_args")


@breaks("visualglm-6b-sat", r"model_config\.json lacks image_length")
def sat_without_image_length(folder, folders):
    edit(folder / "model_config.json", remove="image_length")


@breaks("visualglm-6b-sat", r"query_key_value\.matrix_A\.0 is missing")
def sat_fine_tuned_with_lora(folder, folders):
    def lora(tensors):
        tensors[f"{QKV}.original.weight"] = tensors.pop(f"{QKV}.weight")

    rewrite(folder, lora)


# The newer family


@breaks("chatglm3-6b", r"tokenizer\.model")
def newer_vocabulary_missing(folder, folders):
    (folder / "tokenizer.model").unlink()


@breaks("glm-4-9b-chat", r"tokenizer")
def newer_vocabulary_of_another_model(folder, folders):
    shutil.copy(folders["chatglm-6b"] / "ice_text.model", folder / "tokenizer.model")


@breaks("chatglm2-6b", r"only 100 embeddings")
def newer_rows(folder, folders):
    config(folder, padded_vocab_size=100)


@breaks("chatglm2-6b", r"query_key_value\.(weight|bias) has shape .*instead of")
def newer_groups(folder, folders):
    config(folder, multi_query_group_num=4)


@breaks("glm-4-9b-chat", r"GLM-4V-9B or CogAgent.*no class")
def glm_4v(folder, folders):
    config(folder, vision_config={"hidden_size": 1792})


@breaks("glm-4-9b-chat", r"rmsnorm is False, but only True is supported")
def newer_switches(folder, folders):
    config(folder, rmsnorm=False)


@breaks("chatglm3-6b", r"multi_query_group_num must be a whole number")
def newer_absurd_groups(folder, folders):
    config(folder, multi_query_group_num="two")


@breaks("chatglm2-6b", r"layernorm_epsilon must be a number")
def newer_epsilon(folder, folders):
    config(folder, layernorm_epsilon=[1e-5])


# Prefixes


@pytest.mark.parametrize(
    ("name", "tensors", "match"),
    [
        ("chatglm-6b", {"lm_head.weight": (4, 4)}, r"holds no P-Tuning prefix.*--prefix"),
        (
            "chatglm-6b",
            {"transformer.prefix_encoder.embedding.weight": (4, 999)},
            r"\(4, 999\) instead of \(4, 384\)",
        ),
        ("chatglm-6b", {"transformer.prefix_encoder.embedding.weight": (4,)}, r"holds no P-Tuning prefix"),
        ("chatglm-6b", {"transformer.prefix_encoder.trans.0.weight": (64, 64)}, r"holds no P-Tuning prefix"),
        ("glm-4-9b-chat", {"transformer.prefix_encoder.embedding.weight": (4, 384)}, r"does not go with a GLM-4-9B"),
    ],
)
def test_prefixes_that_do_not_fit(tmp_path: Path, folders, name: str, tensors: Any, match: str) -> None:
    save_file({name: torch.zeros(shape) for name, shape in tensors.items()}, tmp_path / "model.safetensors")
    refused(folders[name], match, prefix=tmp_path)


def test_a_prefix_that_is_not_there(tmp_path: Path, folders) -> None:
    refused(folders["chatglm-6b"], r"There is no model at .*gone", prefix=tmp_path / "gone")


# Full size, on a sparse file: nothing of it is in memory when it is refused


def full_size(folder: Path, name: str) -> Path:
    """A checkpoint of several GB whose weights are a hole in the disk, and its small files."""
    (specs,) = synthetic.describe(name).values()
    folder.mkdir()
    header: dict[str, Any] = {}
    end = 0
    dtypes = {torch.float16: "F16", torch.float32: "F32", torch.int8: "I8"}
    for key, (shape, dtype) in specs.items():
        size = torch.empty(shape, dtype=dtype, device="meta").nbytes
        header[key] = {"dtype": dtypes[dtype], "shape": shape, "data_offsets": [end, end + size]}
        end += size
    text = json.dumps(header).encode()
    with (folder / "model.safetensors").open("wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + end)
    for file_name, content in config_files(layout(name)).items():
        (folder / file_name).write_text(json.dumps(content))
    synthetic.write_vocabulary(name, folder, "full")
    return folder


def test_a_full_size_checkpoint_is_refused_before_anything_is_allocated(tmp_path: Path, monkeypatch) -> None:
    folder = full_size(tmp_path / "model", "chatglm-6b-int4")
    config(folder, num_layers=27)
    refused(folder, r"transformer\.layers\.27\.\S+ is unknown; .*; and \d+ more")
    config(folder, num_layers=28, vocab_size=150528)
    refused(folder, r"weights have 130528 word embeddings, but config\.json says 150528 \(ChatGLM-6B of March 2023")
    config(folder, vocab_size=130528)
    monkeypatch.setattr(devices, "free_memory", lambda device: 2 * 10**9)
    refused(folder, r"needs 3\.4 GB in int4, but only 1\.7 GB are free on cpu")
    refused(folder, r"needs 12\.3 GB in fp16, but only 1\.7 GB are free on cpu.*int4", precision="fp16")
