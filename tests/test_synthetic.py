"""Synthetic checkpoints: the published names, shapes, dtypes, shards and ids, written whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import pytest
import sentencepiece
import torch
from golden_cases import golden_dir, load_json
from safetensors import safe_open

from model import synthetic
from model.config import GLMConfig
from model.errors import UserError
from model.glm import GLMForConditionalGeneration
from model.published import LAYOUTS, SCALES, layout
from model.published.configs import config_files
from model.published.vocabularies import special_ids, vocabulary_file
from model.tokenizer import GLMTokenizer

ROOT = Path(__file__).resolve().parents[1]
HALF, FULL, INT8, BF16 = torch.float16, torch.float32, torch.int8, torch.bfloat16


@pytest.fixture(scope="module")
def checkpoints(tmp_path_factory):
    """A tiny checkpoint of every layout."""
    folder = tmp_path_factory.mktemp("synthetic")
    return {name: synthetic.write(name, folder / name) for name in LAYOUTS}


def read(folder, name):
    """Every weight file as it is on the disk, without the wrapper of a SwissArmyTransformer file."""
    contents = {}
    for file in layout(name, "tiny").files:
        if file.endswith(".safetensors"):
            with safe_open(folder / file, "pt") as opened:
                contents[file] = {key: opened.get_tensor(key) for key in opened.keys()}  # noqa: SIM118
        else:
            state = torch.load(folder / file, weights_only=True, mmap=True)
            contents[file] = state["module"] if "-sat" in name else state
    return contents


def merged(folder, name):
    return {key: tensor for tensors in read(folder, name).values() for key, tensor in tensors.items()}


def digest(folder):
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in found}


# Layouts, by description alone


@pytest.mark.parametrize(
    ("name", "key", "expected"),
    [
        ("chatglm-6b", "transformer.word_embeddings.weight", ((130528, 4096), HALF)),
        ("chatglm-6b", "lm_head.weight", ((130528, 4096), HALF)),
        ("chatglm-6b", "transformer.layers.27.attention.query_key_value.weight", ((12288, 4096), HALF)),
        ("chatglm-6b", "transformer.layers.0.attention.rotary_emb.inv_freq", ((32,), HALF)),
        ("chatglm-6b", "transformer.layers.3.input_layernorm.bias", ((4096,), FULL)),
        ("chatglm-6b", "transformer.layers.3.mlp.dense_4h_to_h.weight", ((4096, 16384), HALF)),
        ("chatglm-6b-march", "lm_head.weight", ((150528, 4096), HALF)),
        ("chatglm-6b-int8", "transformer.layers.1.attention.dense.weight", ((4096, 4096), INT8)),
        ("chatglm-6b-int4", "transformer.layers.1.attention.query_key_value.weight", ((12288, 2048), INT8)),
        ("chatglm-6b-int4", "transformer.layers.1.mlp.dense_4h_to_h.weight", ((4096, 8192), INT8)),
        ("chatglm-6b-int4", "transformer.layers.1.mlp.dense_h_to_4h.weight_scale", ((16384,), FULL)),
        ("chatglm-6b-int4", "transformer.word_embeddings.weight", ((130528, 4096), HALF)),
        ("chatglm-6b-int4-qe", "transformer.word_embeddings.weight", ((130528, 2048), INT8)),
        ("chatglm-6b-int4-qe", "lm_head.weight_scale", ((130528,), HALF)),
        ("visualglm-6b", "image_encoder.glm_proj.weight", ((4096, 768), FULL)),
        ("visualglm-6b-sat", "mixins.eva.model.glm_proj.weight", ((4096, 768), HALF)),
        ("visualglm-6b-sat", "mixins.chatglm-final.lm_head.weight", ((130528, 4096), HALF)),
        ("visualglm-6b-sat-old", "transformer.position_embeddings.weight", ((2048, 4096), HALF)),
        ("chatglm2-6b", "transformer.encoder.layers.9.self_attention.query_key_value.bias", ((4608,), HALF)),
        ("chatglm3-6b", "transformer.encoder.layers.9.mlp.dense_h_to_4h.weight", ((27392, 4096), HALF)),
        ("glm-4-9b-chat", "transformer.rotary_pos_emb.inv_freq", ((32,), BF16)),
        ("glm-4-9b-chat", "transformer.output_layer.weight", ((151552, 4096), BF16)),
    ],
)
def test_full_shapes_and_dtypes(name, key, expected):
    (found,) = [tensors[key] for tensors in synthetic.describe(name).values() if key in tensors]
    assert found == expected


@pytest.mark.parametrize(
    ("name", "keys", "total_size"),
    [
        ("chatglm-6b", 368, 13_744_473_856),
        ("chatglm-6b-march", 368, 13_744_473_856),
        ("visualglm-6b", 1039, 17_793_851_136),
        ("chatglm2-6b", 200, 12_487_168_064),
        ("chatglm3-6b", 200, 12_487_168_064),
        ("glm-4-9b-chat", 284, 18_799_902_784),
    ],
)
def test_index_totals(name, keys, total_size):
    assert layout(name).total_size == total_size
    assert sum(map(len, layout(name).files.values())) == keys


CHATGLM_SIZES = [
    *(1_740_651_802, 1_879_731_432, 1_980_385_902, 1_913_294_120),
    *(1_879_722_289, 1_879_731_496, 1_074_103_621, 1_069_286_123),
]
CHATGLM2_SIZES = [
    *(1_827_780_615, 1_968_299_005, 1_927_414_561, 1_815_225_523, 1_968_299_069, 1_927_414_561, 1_052_808_067),
]


@pytest.mark.parametrize(("name", "published"), [("chatglm-6b", CHATGLM_SIZES), ("chatglm2-6b", CHATGLM2_SIZES)])
def test_published_file_sizes_leave_only_the_container(name, published):
    files = layout(name).files
    assert len(files) == len(published)
    for specs, size in zip(files.values(), published, strict=True):
        assert 0 < size - sum(spec.nbytes for spec in specs.values()) < 800 + 400 * len(specs)


def test_the_int4_file_of_march_leaves_only_the_container():
    march_rows = 20_000 * 4096 * 2
    (specs,) = layout("chatglm-6b-int4").files.values()
    assert 0 < 4_058_980_803 - march_rows - layout("chatglm-6b-int4").nbytes < 800 + 400 * len(specs)


def test_glm4_shards_have_the_published_sizes():
    sizes = [sum(spec.nbytes for spec in specs.values()) / 1e9 for specs in layout("glm-4-9b-chat").files.values()]
    assert [round(size, 2) for size in sizes] == [1.95, 1.82, 1.97, 1.93, 1.82, 1.97, 1.93, 1.82, 1.97, 1.65]


@pytest.mark.parametrize(
    ("name", "file", "first", "last"),
    [
        ("chatglm-6b", 1, "transformer.word_embeddings.weight", "transformer.layers.1.mlp.dense_h_to_4h.bias"),
        ("chatglm-6b", 2, "transformer.layers.1.mlp.dense_4h_to_h.weight", "transformer.layers.6.post_attention"),
        ("chatglm-6b", 7, "transformer.layers.25.mlp.dense_h_to_4h.weight", "transformer.final_layernorm.bias"),
        ("chatglm-6b", 8, "lm_head.weight", "lm_head.weight"),
        ("chatglm2-6b", 1, "transformer.embedding.word_embeddings.weight", "transformer.encoder.layers.3.post_"),
        ("chatglm2-6b", 4, "transformer.encoder.layers.12.mlp.dense_4h", "transformer.encoder.layers.17.post_"),
        ("chatglm2-6b", 7, "transformer.encoder.layers.26.mlp.dense_4h_to_h.weight", "transformer.output_layer.weight"),
    ],
)
def test_full_shards_begin_and_end_where_the_index_says(name, file, first, last):
    keys = list(list(layout(name).files.values())[file - 1])
    assert keys[0].startswith(first)
    assert keys[-1].startswith(last)


def test_the_image_encoder_has_exactly_the_golden_keys():
    golden = load_json("vision", "visualglm_keys.json")["keys"]
    files = list(synthetic.describe("visualglm-6b").values())
    found = {key: value for tensors in files for key, value in tensors.items() if key.startswith("image_encoder.")}
    assert {key: list(shape) for key, (shape, _) in found.items()} == golden
    assert {dtype for _, dtype in found.values()} == {FULL}
    assert not any(key.startswith("image_encoder.") for tensors in files[:3] for key in tensors)


@pytest.mark.parametrize(
    ("name", "weights"), [("chatglm-6b-int8", "int8"), ("chatglm-6b-int4", "int4"), ("chatglm-6b-int4-qe", "int4_qe")]
)
def test_quantised_keys_are_those_of_the_golden_checkpoints(name, weights):
    path = golden_dir("glm") / f"weights_{weights}.safetensors"
    if not path.exists():
        pytest.skip(f"{path.name} is not among these golden cases")
    with safe_open(path, "pt") as golden:
        expected = {key: golden.get_slice(key).get_shape() for key in golden.keys()}  # noqa: SIM118
    (tiny,) = synthetic.describe(name, "tiny").values()  # it has the sizes of the golden ones, but for the vocabulary
    layers = {key: list(shape) for key, (shape, _) in tiny.items() if ".layers." in key}
    assert layers == {key: shape for key, shape in expected.items() if ".layers." in key}
    assert tiny.keys() == expected.keys()


def test_unknown_names_are_refused(tmp_path):
    with pytest.raises(ValueError, match=r"'chatglm9'.*chatglm-6b"):
        synthetic.describe("chatglm9")
    with pytest.raises(ValueError, match="'huge'"):
        synthetic.write("chatglm-6b", tmp_path / "model", "huge")


# Tiny checkpoints on the disk


@pytest.mark.parametrize("name", LAYOUTS)
def test_files_hold_what_is_described(checkpoints, name):
    contents = read(checkpoints[name], name)
    found = {
        file: {key: (tuple(tensor.shape), tensor.dtype) for key, tensor in tensors.items()}
        for file, tensors in contents.items()
    }
    assert found == synthetic.describe(name, "tiny")
    assert all(tensor.isfinite().all() for tensors in contents.values() for tensor in tensors.values())
    assert sum(path.stat().st_size for path in checkpoints[name].rglob("*")) <= 2 * 2**20


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_scale_keeps_the_files_and_the_parameter_families(name, scale):
    """The same file names and, layer numbers aside, the same keys; only layers and sizes differ."""

    def families(specs):
        return {".".join("N" if part.isdigit() else part for part in key.split(".")) for key in specs}

    full, other = layout(name).files, layout(name, scale).files
    assert list(other) == list(full)
    assert set().union(*map(families, other.values())) == set().union(*map(families, full.values()))
    if scale == "small":
        assert 30e6 < layout(name, scale).nbytes < 300e6


@pytest.mark.parametrize("name", [name for name in LAYOUTS if layout(name).index])
def test_the_index_maps_every_key_to_its_file(checkpoints, name):
    index = json.loads((checkpoints[name] / layout(name).index).read_text())
    expected = {key: file for file, keys in synthetic.describe(name, "tiny").items() for key in keys}
    assert index == {"metadata": {"total_size": layout(name, "tiny").total_size}, "weight_map": expected}


def test_layers_straddle_files(checkpoints):
    for name in ("chatglm-6b", "visualglm-6b", "chatglm2-6b", "glm-4-9b-chat"):
        places = {}
        for file, keys in synthetic.describe(name, "tiny").items():
            for key in keys:
                if ".layers." in key:
                    places.setdefault(key.partition(".layers.")[2].partition(".")[0], set()).add(file)
        assert max(map(len, places.values())) > 1


def test_the_head_equals_the_embedding(checkpoints):
    for name in ("chatglm-6b", "chatglm-6b-int4", "visualglm-6b"):
        tensors = merged(checkpoints[name], name)
        assert torch.equal(tensors["lm_head.weight"], tensors["transformer.word_embeddings.weight"])
    tensors = merged(checkpoints["chatglm2-6b"], "chatglm2-6b")
    assert not torch.equal(
        tensors["transformer.output_layer.weight"], tensors["transformer.embedding.word_embeddings.weight"]
    )


@pytest.mark.parametrize("name", ["chatglm-6b-int8", "chatglm-6b-int4", "chatglm-6b-int4-qe"])
def test_quantised_files_hold_one_embedding(checkpoints, name):
    tensors = merged(checkpoints[name], name)
    embedding, head = tensors["transformer.word_embeddings.weight"], tensors["lm_head.weight"]
    assert head.untyped_storage().data_ptr() == embedding.untyped_storage().data_ptr()


def test_values_allow_a_forward_pass(checkpoints):
    """All layers of each number, on unit-size input: no weight matrix amplifies or extinguishes it."""
    for name in ("chatglm-6b", "visualglm-6b", "chatglm3-6b", "glm-4-9b-chat"):
        for key, tensor in merged(checkpoints[name], name).items():
            if key.endswith("norm.weight"):
                assert 0.5 < tensor.float().mean() < 1.5, key
            elif tensor.dim() == 2 and tensor.shape[0] > 1:
                assert 0.5 < tensor.float().std() * math.sqrt(tensor.shape[1]) < 2, key


def test_a_chatglm_network_takes_the_tensors(checkpoints):
    folder = checkpoints["chatglm-6b"]
    config = GLMConfig.from_upstream(json.loads((folder / "config.json").read_text()))
    network = GLMForConditionalGeneration(config).eval()
    tensors = {key: tensor.float() for key, tensor in merged(folder, "chatglm-6b").items() if "inv_freq" not in key}
    network.load_state_dict(tensors, strict=True)
    ids = torch.tensor([[5, 7, config.gmask_token_id, config.bos_token_id]])
    logits = network(ids).logits
    assert logits.isfinite().all()
    assert logits[0, -1].std() > 0.1


def test_both_vintages_and_the_hub_file_are_one_network(checkpoints):
    hub = merged(checkpoints["visualglm-6b"], "visualglm-6b")
    old = merged(checkpoints["visualglm-6b-sat-old"], "visualglm-6b-sat-old")
    new = merged(checkpoints["visualglm-6b-sat"], "visualglm-6b-sat")
    heads = 4
    for key, tensor in hub.items():
        if key.endswith("inv_freq"):
            continue
        sat = key.replace("image_encoder.", "mixins.eva.model.").replace("lm_head.", "mixins.chatglm-final.lm_head.")
        if tensor.dim() == 1 and key.startswith("transformer.") and "layernorm" in key:
            tensor = tensor.half()  # the norms are rounded, too
        assert torch.equal(old[sat], tensor.half())
        if key.startswith("transformer.") and ".query_key_value." in key:
            per_head = new[sat].unflatten(0, (3, heads, -1)).transpose(0, 1)  # blocks back to one head after the other
            assert not torch.equal(new[sat], old[sat])
            assert torch.equal(per_head.flatten(0, 2), old[sat])
        else:
            assert torch.equal(new[sat], old[sat])
    assert old.keys() - new.keys() == {"transformer.position_embeddings.weight"}


def test_the_sat_folder(checkpoints):
    folder = checkpoints["visualglm-6b-sat"]
    assert {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()} == {
        *("1/mp_rank_00_model_states.pt", "latest", "model_config.json"),
    }
    assert (folder / "latest").read_text() == "1"
    assert "pad_token_id" in json.loads((folder / "model_config.json").read_text())
    old = json.loads((checkpoints["visualglm-6b-sat-old"] / "model_config.json").read_text())
    assert "pad_token_id" not in old
    path = synthetic.write_vocabulary("visualglm-6b-sat", folder.parent)
    assert path.name == "ice_text.model"
    assert GLMTokenizer.from_file(path).bos_id == old["bos_token_id"]


def test_the_same_seed_gives_the_same_bytes(checkpoints, tmp_path):
    for name in ("chatglm-6b-int4", "visualglm-6b-sat", "glm-4-9b-chat"):
        again = digest(synthetic.write(name, tmp_path / name))
        assert again == digest(checkpoints[name])
        other = digest(synthetic.write(name, tmp_path / f"{name}-1", seed=1))
        assert {file for file in again if again[file] != other[file]} == set(layout(name).files)


def test_a_tiny_checkpoint_takes_less_than_a_second(tmp_path):
    start = time.process_time()
    synthetic.write("visualglm-6b", tmp_path / "model")
    assert time.process_time() - start < 1


# Ids


CHATGLM_IDS = {
    "你好": [5, 74874],
    "def main():\n    print('hello world')\t# greeting": [
        *(1616, 594, 125936, 4, 130011, 2274, 89, 7283, 398, 125686, 130008, 61, 25672),
    ],
    "[Round 0]\n问：你好\n答：你好👋！我是人工智能助手 ChatGLM-6B，很高兴见到你，欢迎问我任何问题。\n[Round 1]\n"
    "问：晚上睡不着应该怎么办\n答：": [
        *(53, 6945, 5, 8, 42, 4, 64286, 12, 74874, 4, 67342, 12, 74874, 130328, 130247, 130233, 130227, 35, 65806),
        *(68241, 75890, 14132, 5388, 340, 11, 21, 222, 6, 76693, 66877, 63852, 6, 66430, 68747, 102501, 63823, 4, 52),
        *(6945, 5, 9, 42, 4, 64286, 12, 65450, 83400, 64213, 66846, 4, 67342, 12),
    ],
}
CHATGLM2_IDS = {
    "你好": [36474, 54591],
    "[Round 1]\n\n问：你好\n\n答：你好👋！我是人工智能助手 ChatGLM2-6B，很高兴见到你，欢迎问我任何问题。"
    "\n\n[Round 2]\n\n问：晚上睡不着应该怎么办\n\n答：": [
        *(790, 30951, 517, 30910, 30939, 30996, 13, 13, 54761, 31211, 39701, 13, 13, 55437, 31211, 39701, 243, 162),
        *(148, 142, 31404, 33030, 34797, 42481, 22011, 10461, 30944, 30943, 30941, 30978, 30949, 31123, 48895, 35214),
        *(54622, 31123, 32616, 39905, 31901, 31639, 31155, 13, 13, 30995, 30951, 517, 30910, 30943, 30996, 13, 13),
        *(54761, 31211, 32820, 54266, 31876, 35153, 13, 13, 55437, 31211),
    ],
}


def test_the_full_chatglm_vocabulary_gives_the_published_ids():
    tokenizer = GLMTokenizer(vocabulary_file(layout("chatglm-6b"))[1])
    assert tokenizer.vocab_size == 130344
    assert (tokenizer.mask_id, tokenizer.gmask_id, tokenizer.bos_id, tokenizer.eos_id, tokenizer.pad_id) == (
        *(130000, 130001, 130004, 130005, 3),
    )
    for text, ids in CHATGLM_IDS.items():
        assert tokenizer.encode_text(text) == ids
        assert tokenizer.decode(ids).replace("，", ",") == text.translate(str.maketrans("，：！", ",:!"))


def test_the_march_vocabulary_is_the_same_20000_ids_later():
    march = GLMTokenizer(vocabulary_file(layout("chatglm-6b-march"))[1], num_image_tokens=20000)
    assert march.vocab_size == 150344
    assert march.bos_id == 150004
    text, ids = next(iter(CHATGLM_IDS.items()))
    assert march.encode_text(text) == [index + 20000 for index in ids]


@pytest.mark.parametrize("name", ["chatglm2-6b", "chatglm3-6b"])
def test_the_full_chatglm2_vocabulary_gives_the_published_ids(name):
    file, content = vocabulary_file(layout(name))
    assert file == "tokenizer.model"
    pieces = sentencepiece.SentencePieceProcessor()
    pieces.LoadFromSerializedProto(content)
    assert (pieces.get_piece_size(), pieces.unk_id(), pieces.eos_id(), pieces.pad_id()) == (64789, 0, 2, -1)
    for text, ids in CHATGLM2_IDS.items():
        assert pieces.encode(text) == ids
        assert pieces.decode(ids) == text
    ids = special_ids(layout(name))
    assert (ids["[gMASK]"], ids["sop"], ids.get("<|user|>")) == (64790, 64792, 64795 if name == "chatglm3-6b" else None)


def byte_pairs(ranks, text):
    """Plain byte-pair encoding: the pair of lowest rank first."""
    parts = [bytes([byte]) for byte in text.encode()]
    while True:
        pairs = [(ranks[a + b], at) for at, (a, b) in enumerate(pairwise(parts)) if a + b in ranks]
        if not pairs:
            return [ranks[part] for part in parts]
        _, at = min(pairs)
        parts[at : at + 2] = [parts[at] + parts[at + 1]]


def test_the_full_glm4_ranks_give_the_published_ids():
    _, content = vocabulary_file(layout("glm-4-9b-chat"))
    lines = [line.split() for line in content.splitlines()]
    ranks = {base64.b64decode(token): int(rank) for token, rank in lines}
    assert list(ranks.values()) == list(range(151329))
    assert byte_pairs(ranks, "\n") == [198]
    assert byte_pairs(ranks, "你好") == [109377]
    assert byte_pairs(ranks, "👋") == [9281, 239, 233]
    assert byte_pairs(ranks, "很高兴见到你") == [118295, 103810, 98406]
    assert byte_pairs(ranks, "晚上睡不着应该怎么办") == [101160, 120410, 99379, 103298]
    assert all(
        len(token) == 1 or any(token[:at] in ranks and token[at:] in ranks for at in range(1, len(token)))
        for token in ranks
    )
    ids = special_ids(layout("glm-4-9b-chat"))
    assert (ids["<|endoftext|>"], ids["[gMASK]"], ids["<sop>"], ids["<|user|>"], ids["<|observation|>"]) == (
        *(151329, 151331, 151333, 151336, 151338),
    )


def test_tiny_ids_keep_their_relations(checkpoints):
    config = json.loads((checkpoints["chatglm-6b"] / "config.json").read_text())
    tokenizer = GLMTokenizer.from_file(checkpoints["chatglm-6b"] / "ice_text.model")
    assert tokenizer.vocab_size < config["vocab_size"]
    assert (tokenizer.mask_id, tokenizer.gmask_id, tokenizer.bos_id, tokenizer.eos_id, tokenizer.pad_id) == tuple(
        config[f"{name}_token_id"] for name in ("mask", "gmask", "bos", "eos", "pad")
    )
    assert tokenizer.decode(tokenizer.encode_text("你好👋 hi\n\t  x")) == "你好👋 hi\n\t  x"
    march = json.loads((checkpoints["chatglm-6b-march"] / "config.json").read_text())
    shift = json.loads((checkpoints["chatglm-6b-march"] / "tokenizer_config.json").read_text())["num_image_tokens"]
    earlier = GLMTokenizer.from_file(checkpoints["chatglm-6b-march"] / "ice_text.model", shift)
    assert march["vocab_size"] == config["vocab_size"] + shift
    assert (earlier.bos_id, earlier.eos_id, earlier.pad_id) == tuple(
        march[f"{name}_token_id"] for name in ("bos", "eos", "pad")
    )
    glm4 = json.loads((checkpoints["glm-4-9b-chat"] / "config.json").read_text())
    ranks = len((checkpoints["glm-4-9b-chat"] / "tokenizer.model").read_bytes().splitlines())
    assert glm4["eos_token_id"] == [ranks, ranks + 7, ranks + 9]
    assert glm4["padded_vocab_size"] >= ranks + 14


def test_full_configs_carry_the_published_ids():
    chatglm = config_files(layout("chatglm-6b"))["config.json"]
    assert (chatglm["vocab_size"], chatglm["bos_token_id"], chatglm["gmask_token_id"]) == (130528, 130004, 130001)
    assert "quantization_bit" not in chatglm
    march = config_files(layout("chatglm-6b-march"))["config.json"]
    assert (march["vocab_size"], march["bos_token_id"], march["pad_token_id"]) == (150528, 150004, 20003)
    assert "gmask_token_id" not in march
    quantized = config_files(layout("chatglm-6b-int4-qe"))["config.json"]
    assert (quantized["quantization_bit"], quantized["quantization_embeddings"]) == (4, True)
    visual = config_files(layout("visualglm-6b"))["config.json"]
    assert (visual["image_length"], visual["eva_config"]["max_sequence_length"]) == (32, 257)
    assert visual["auto_map"]["AutoModel"].endswith("WithImage")
    glm4 = config_files(layout("glm-4-9b-chat"))["config.json"]
    assert (glm4["rope_ratio"], glm4["num_layers"], glm4["padded_vocab_size"]) == (500, 40, 151552)


# Whole or not at all


def test_a_folder_with_files_is_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(UserError, match="exists already"):
        synthetic.write("chatglm-6b-int4", tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_full_disk_is_noticed_before_anything_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(10**9, 0, 10**9))
    with pytest.raises(UserError, match=r"too full: 13\.4 GB are needed, only 1\.0 GB are free"):
        synthetic.write("chatglm-6b", tmp_path / "model", "full")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch):
    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(synthetic, "_write_safetensors", broken)
    with pytest.raises(OSError, match="No space"):
        synthetic.write("glm-4-9b-chat", tmp_path / "model")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_a_killed_run_leaves_nothing_under_the_final_name(tmp_path):
    command = [sys.executable, "-m", "model.synthetic", "chatglm-6b", str(tmp_path / "model"), "--scale", "small"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "pytorch_model-00001-of-00008.bin\n"  # seven to go
        os.kill(process.pid, signal.SIGKILL)
    assert [path.name for path in tmp_path.iterdir()] == ["model.unfinished"]
    synthetic.write("chatglm-6b", tmp_path / "model")
    assert [path.name for path in tmp_path.iterdir()] == ["model"]


def test_the_command_line(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["synthetic", "chatglm-6b-int8", str(tmp_path / "model"), "--seed", "3"])
    synthetic.main()
    assert capsys.readouterr().out == "pytorch_model.bin\n"
    with pytest.raises(SystemExit, match="1"):
        synthetic.main()
    assert "exists already" in capsys.readouterr().err
