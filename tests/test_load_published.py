"""Every published form through `model.load`: what is said of it, its weights and numbers; none of its code runs."""

from __future__ import annotations

import json
import os
import pickle
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import causal_tiny
import pytest
import torch
from golden_cases import GoldenCase, golden_paths, load_case
from PIL import Image
from safetensors.torch import load_file, save_file
from test_causal_layout import published_logits
from test_tensors import Evil, torch_zip
from torch import Tensor
from transformers import Glm4ForCausalLM, Glm4vForConditionalGeneration, GlmForCausalLM

import model
from kernels import dispatch
from kernels.linear import QuantizedLinear
from model import GenerationParams, UserError
from model.causal.layout import config_from_remote
from model.config import GLMConfig
from model.glm import GLMForConditionalGeneration
from model.published import LAYOUTS, layout
from model.published.vocabularies import vocabulary_file
from model.sentencepiece_file import CONTROL_PIECES, FIRST, SPACE_PIECES, Piece, PieceType, with_pieces
from model.types import Finish, Thinking

CHATGLM = [name for name in LAYOUTS if name.startswith("chatglm-6b")]
QUANTISED = [name for name in CHATGLM if "-int" in name]
VISUALGLM = [name for name in LAYOUTS if name.startswith("visualglm")]
NEWER = [name for name in LAYOUTS if name not in CHATGLM + VISUALGLM]
QUESTION = [{"role": "user", "content": "你好"}]


def answer(loaded: model.ChatModel, tokens: int = 3, **arguments: Any) -> list[Any]:
    params = GenerationParams(max_new_tokens=tokens, temperature=0)
    return list(loaded.stream(QUESTION, params=params, **arguments))


def weights(loaded: model.ChatModel) -> dict[str, Tensor]:
    state: dict[str, Tensor] = loaded.engine.network.state_dict()
    return state


# An independent reading of the files


def stored(folder: Path) -> dict[str, Tensor]:
    """All tensors of a folder, as they are in its files."""
    found: dict[str, Tensor] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".safetensors":
            found |= load_file(path)
        elif path.suffix in (".bin", ".pt"):
            state = torch.load(path, weights_only=True)
            found |= state.get("module", state)
    return found


def dequantised(tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    """Packed weights times their scales; the high half of a byte is the even column."""
    result = {}
    for name, tensor in tensors.items():
        if name.endswith("_scale"):
            continue
        if tensor.dtype == torch.int8:
            scale = tensors[f"{name}_scale"].float()[:, None]
            tensor = nibbles(tensor) * scale if is_int4(name, tensor, tensors) else tensor * scale
        result[name] = tensor.float()
    return result


def is_int4(name: str, tensor: Tensor, tensors: dict[str, Tensor]) -> bool:
    hidden = len(tensors["transformer.final_layernorm.weight"])
    columns = 4 * hidden if "dense_4h_to_h" in name else hidden
    return tensor.shape[1] != columns


def nibbles(packed: Tensor) -> Tensor:
    values = [[part - 16 * (part > 7) for byte in row for part in divmod(byte % 256, 16)] for row in packed.tolist()]
    return torch.tensor(values)


ENCODER = {  # of VisualGLM-6B's hub files → ours; the rows of one on the left are those of all on the right
    r"vit\.transformer\.word_embeddings\.weight": ["vision_model.embeddings.class_embedding"],
    r"vit\.transformer\.position_embeddings\.weight": ["vision_model.embeddings.position_embedding"],
    r"vit\.mixins\.patch_embedding\.proj\.(weight|bias)": [r"vision_model.embeddings.patch_embedding.\1"],
    r"vit\.mixins\.cls\.ln_vision\.(weight|bias)": [r"vision_model.post_layernorm.\1"],
    r"vit\.transformer\.layers\.(\d+)\.input_layernorm\.(\w+)": [r"vision_model.encoder.layers.\1.layer_norm1.\2"],
    r"vit\.transformer\.layers\.(\d+)\.post_attention_layernorm\.(\w+)": [
        r"vision_model.encoder.layers.\1.layer_norm2.\2"
    ],
    r"vit\.transformer\.layers\.(\d+)\.attention\.query_key_value\.(\w+)": [
        r"vision_model.encoder.layers.\1.self_attn.qkv.\2"
    ],
    r"vit\.transformer\.layers\.(\d+)\.attention\.dense\.(\w+)": [
        r"vision_model.encoder.layers.\1.self_attn.projection.\2"
    ],
    r"vit\.transformer\.layers\.(\d+)\.mlp\.dense_h_to_4h\.(\w+)": [r"vision_model.encoder.layers.\1.mlp.fc1.\2"],
    r"vit\.transformer\.layers\.(\d+)\.mlp\.dense_4h_to_h\.(\w+)": [r"vision_model.encoder.layers.\1.mlp.fc2.\2"],
    r"qformer\.transformer\.word_embeddings\.weight": ["query_tokens"],
    r"qformer\.transformer\.layers\.0\.input_layernorm\.(\w+)": [r"qformer.layernorm.\1"],
    r"qformer\.transformer\.layers\.1\.input_layernorm\.(\w+)": [r"qformer.encoder.layer.0.output_query.LayerNorm.\1"],
    r"qformer\.transformer\.final_layernorm\.(\w+)": [r"qformer.encoder.layer.1.output_query.LayerNorm.\1"],
    r"qformer\.transformer\.layers\.(\d+)\.attention\.query_key_value\.(\w+)": [
        rf"qformer.encoder.layer.\1.attention.attention.{part}.\2" for part in ("query", "key", "value")
    ],
    r"qformer\.transformer\.layers\.(\d+)\.attention\.dense\.(\w+)": [
        r"qformer.encoder.layer.\1.attention.output.dense.\2"
    ],
    r"qformer\.transformer\.layers\.(\d+)\.post_attention_layernorm\.(\w+)": [
        r"qformer.encoder.layer.\1.attention.output.LayerNorm.\2"
    ],
    r"qformer\.transformer\.layers\.(\d+)\.cross_attention\.query\.(\w+)": [
        r"qformer.encoder.layer.\1.crossattention.attention.query.\2"
    ],
    r"qformer\.transformer\.layers\.(\d+)\.cross_attention\.key_value\.(\w+)": [
        rf"qformer.encoder.layer.\1.crossattention.attention.{part}.\2" for part in ("key", "value")
    ],
    r"qformer\.transformer\.layers\.(\d+)\.cross_attention\.dense\.(\w+)": [
        r"qformer.encoder.layer.\1.crossattention.output.dense.\2"
    ],
    r"qformer\.transformer\.layers\.(\d+)\.post_cross_attention_layernorm\.(\w+)": [
        r"qformer.encoder.layer.\1.crossattention.output.LayerNorm.\2"
    ],
    r"qformer\.transformer\.layers\.(\d+)\.mlp\.dense_h_to_4h\.(\w+)": [
        r"qformer.encoder.layer.\1.intermediate_query.dense.\2"
    ],
    r"qformer\.transformer\.layers\.(\d+)\.mlp\.dense_4h_to_h\.(\w+)": [
        r"qformer.encoder.layer.\1.output_query.dense.\2"
    ],
    r"glm_proj\.(\w+)": [r"language_projection.\1"],
}


def expected_weights(folder: Path) -> dict[str, Tensor]:
    """What a ChatGLM-6B or VisualGLM-6B network must hold, in fp32, read without the code under test."""
    tensors = stored(folder)
    result: dict[str, Tensor] = {}
    for name, tensor in dequantised(tensors).items():
        name = name.replace("mixins.eva.model.", "image_encoder.").replace("mixins.chatglm-final.", "")
        if name.endswith("inv_freq") or name == "transformer.position_embeddings.weight":
            continue
        if name.startswith("image_encoder."):
            inner = name.removeprefix("image_encoder.")
            (found,) = [(pattern, ours) for pattern, ours in ENCODER.items() if re.fullmatch(pattern, inner)]
            parts = tensor.chunk(len(found[1])) if len(found[1]) > 1 else [tensor]
            for part, ours in zip(parts, found[1], strict=True):
                result["image_encoder." + re.sub(found[0], ours, inner)] = part
        elif ".query_key_value." in name and folder.name == "visualglm-6b-sat":
            query, key, value = (part.unflatten(0, (4, -1)) for part in tensor.chunk(3))
            result[name] = torch.cat([query, key, value], dim=1).flatten(0, 1)
        else:
            result[name] = tensor
    return result


def same_weights(found: dict[str, Tensor], expected: dict[str, Tensor]) -> None:
    assert found.keys() == expected.keys()
    for name, tensor in found.items():
        assert torch.equal(tensor.flatten(), expected[name].flatten()), name


# What is said, and what is there

LINES = {  # family, version, precision on a CPU with room for it
    "chatglm-6b": ("ChatGLM-6B", "v0.1.0 or v1.1.0", "fp32"),
    "chatglm-6b-march": ("ChatGLM-6B", "March 2023", "fp32"),
    "chatglm-6b-int8": ("ChatGLM-6B", "v0.1.0 or v1.1.0", "int8"),
    "chatglm-6b-int4": ("ChatGLM-6B", "v0.1.0 or v1.1.0", "int4"),
    "chatglm-6b-int4-qe": ("ChatGLM-6B", "v0.1.0 or v1.1.0", "int4"),
    "visualglm-6b": ("VisualGLM-6B", "", "fp32"),
    "visualglm-6b-sat": ("VisualGLM-6B", "SwissArmyTransformer, since July 2023", "fp32"),
    "visualglm-6b-sat-old": ("VisualGLM-6B", "SwissArmyTransformer, before July 2023", "fp32"),
    "chatglm2-6b": ("ChatGLM2-6B", "", "fp32"),
    "chatglm3-6b": ("ChatGLM3-6B", "", "fp32"),
    "glm-4-9b-chat": ("GLM-4-9B", "", "fp32"),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_one_line_says_what_was_found(folders, name: str) -> None:
    family, version, precision = LINES[name]
    info = model.load(folders[name], device="cpu").info
    assert (info.family, info.version, info.precision) == (family, version, precision)
    if name in NEWER:
        parameters = sum(tensor.numel() for key, tensor in stored(folders[name]).items() if "inv_freq" not in key)
    else:  # the head only repeats the embedding
        found = expected_weights(folders[name])
        parameters = sum(tensor.numel() for key, tensor in found.items() if key != "lm_head.weight")
    assert info.parameters == parameters
    line = info.summary()
    shown = f"{family} ({version})" if version else family
    assert line.startswith(f"{name}: {shown}, {precision} ({info.reason}), {parameters / 1e6:.1f} M parameters, ")
    assert info.reason == "as it is stored" or " there are for weights" in info.reason
    assert "on cpu" in line and "\n" not in line


@pytest.mark.parametrize("name", CHATGLM + VISUALGLM)
def test_weights_are_those_of_the_files(folders, name: str) -> None:
    same_weights(weights(model.load(folders[name], device="cpu", precision="fp32")), expected_weights(folders[name]))


@pytest.mark.parametrize("name", NEWER)
def test_newer_weights_are_those_of_the_files(folders, name: str) -> None:
    tensors = stored(folders[name])
    found = weights(model.load(folders[name], device="cpu", precision="fp32"))
    size, layer = layout(name, "tiny").decoder, "transformer.encoder.layers.{}.{}.weight"
    for index in range(size.layers):
        fused = tensors[layer.format(index, "self_attention.query_key_value")]
        parts = fused.split([size.heads * size.head_dim, size.groups * size.head_dim, size.groups * size.head_dim])
        for part, tensor in zip("qkv", parts, strict=True):
            assert torch.equal(found[f"model.layers.{index}.self_attn.{part}_proj.weight"], tensor.float())
        gate_up = tensors[layer.format(index, "mlp.dense_h_to_4h")]
        assert torch.equal(found[f"model.layers.{index}.mlp.gate_up_proj.weight"], gate_up.float())
    assert torch.equal(found["lm_head.weight"], tensors["transformer.output_layer.weight"].float())
    count = sum(tensor.numel() for key, tensor in tensors.items() if not key.endswith("inv_freq"))
    assert count == sum(tensor.numel() for tensor in found.values())


@pytest.mark.parametrize("name", QUANTISED)
def test_stored_integers_stay_as_they_are(folders, name: str) -> None:
    loaded = model.load(folders[name], device="cpu")
    tensors = stored(folders[name])
    for module_name, module in loaded.engine.network.named_modules():
        if isinstance(module, QuantizedLinear) and ".layers." in module_name:
            weight, scales = module.unpacked()
            assert torch.equal(weight, tensors[f"{module_name}.weight"])
            assert torch.equal(scales, tensors[f"{module_name}.weight_scale"].float())
    if name.endswith("-qe"):  # one table serves embedding and head
        weight, scales = loaded.engine.network.lm_head.unpacked()
        assert torch.equal(weight, tensors["transformer.word_embeddings.weight"])
        assert torch.equal(scales, tensors["transformer.word_embeddings.weight_scale"].float())
        assert not list(loaded.engine.network.transformer.word_embeddings.buffers())


def test_the_three_forms_of_visualglm_are_one_network(folders) -> None:
    hub, new, old = (weights(model.load(folders[name], device="cpu", precision="fp32")) for name in VISUALGLM)
    same_weights(new, old)
    same_weights({name: tensor.half().float() for name, tensor in hub.items()}, old)


# Numbers


@pytest.mark.parametrize("name", CHATGLM)
@torch.inference_mode()
def test_logits_are_those_of_the_network_with_these_weights(folders, name: str) -> None:
    config = GLMConfig.from_upstream(json.loads((folders[name] / "config.json").read_text("utf-8")))
    network = GLMForConditionalGeneration(config).eval()
    network.load_state_dict(expected_weights(folders[name]), strict=True)
    ids = prompt_ids(config)
    expected = network(ids).logits
    exact = model.load(folders[name], device="cpu", precision="fp32").engine.network(ids).logits
    torch.testing.assert_close(exact, expected, atol=1e-5, rtol=1e-5)
    if name in QUANTISED:  # the embedding, and the head with it, is INT8 where it is not stored as INT4
        quantised = model.load(folders[name], device="cpu").engine.network(ids).logits
        assert (quantised - expected).abs().max() < 0.05 * expected.abs().max()


def prompt_ids(config: GLMConfig) -> Tensor:
    first = config.num_image_tokens or (config.vocab_size - 576)  # 160 image ids at tiny scale
    plain = torch.randint(5, 200, (1, 20), generator=torch.Generator().manual_seed(3)) + first
    return torch.cat([plain, torch.tensor([[config.gmask_token_id, config.bos_token_id]])], dim=1)


@pytest.mark.parametrize("precision", ["fp32", "bf16", "fp16", "int8", "int4"])
@pytest.mark.parametrize("name", LAYOUTS)
def test_every_precision_answers(folders, name: str, precision: str) -> None:
    loaded = model.load(folders[name], device="cpu", precision=precision)
    picture = Image.new("RGB", (40, 30), "red") if loaded.info.images else None
    finish = answer(loaded, image=picture)[-1]
    assert finish.completion_tokens == 3 or finish.reason == "stop"
    assert loaded.info.precision == precision


@pytest.mark.parametrize("precision", ["fp16", "bf16", "int8", "int4"])
@torch.inference_mode()
def test_lower_precisions_stay_near_the_exact_logits(folders, precision: str) -> None:
    """And the picture's part of VisualGLM does not suffer from them, since it stays in fp32 or half precision."""
    exact, lower = (model.load(folders["visualglm-6b"], "cpu", name).engine for name in ("fp32", precision))
    ids, pixels = prompt_ids(exact.network.config), torch.rand(1, 3, 28, 28)
    embeds = [engine.network.image_encoder(pixels).float() for engine in (exact, lower)]
    assert (embeds[1] - embeds[0]).abs().max() < 0.03 * embeds[0].abs().max()
    logits = [engine.network(ids).logits.float() for engine in (exact, lower)]
    limit = 0.2 if precision == "int4" else 0.05
    assert 0 < (logits[1] - logits[0]).abs().max() < limit * logits[0].abs().max()


@pytest.mark.parametrize("name", NEWER)
@torch.inference_mode()
def test_newer_logits_are_those_of_the_published_formulas(folders, name: str) -> None:
    values = json.loads((folders[name] / "config.json").read_text("utf-8"))
    ids = torch.randint(0, 400, (48,), generator=torch.Generator().manual_seed(1))
    tensors = {key: tensor.float() for key, tensor in stored(folders[name]).items()}
    expected = published_logits(tensors, values, ids, interpolated=name == "chatglm2-6b")
    found = model.load(folders[name], device="cpu", precision="fp32").engine.network(ids[None]).logits[0]
    assert (found - expected).abs().max() <= 1e-4 * expected.abs().max()


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("values", [causal_tiny.CHATGLM2, causal_tiny.CHATGLM3], ids=["chatglm2", "chatglm3"])
@torch.inference_mode()
def test_quantised_newer_checkpoints(tmp_path: Path, values: dict[str, Any], bits: int) -> None:
    """chatglm2-6b-int4 and its like: packed rows are split as plain ones are."""
    values = causal_tiny.small(values, quantization_bit=bits)
    config = config_from_remote(values, interpolated=True)
    tensors = causal_tiny.published_weights(config, bits=bits)
    for name in tensors:  # scales near those of real files
        if name.endswith("_scale"):
            tensors[name] = tensors[name].abs() / 500
    folder = causal_tiny.write(tmp_path, values, tokenizer__model=causal_tiny.sentencepiece_model())
    torch.save(tensors, folder / "pytorch_model.bin")
    plain = {
        name: (nibbles(tensor) if bits == 4 else tensor) * tensors[f"{name}_scale"][:, None]
        if f"{name}_scale" in tensors
        else tensor
        for name, tensor in tensors.items()
    }
    ids = torch.arange(5, 45)
    expected = published_logits(plain, values, ids, interpolated=True)
    for precision, limit in (("fp32", 1e-4), ("auto", 0.05)):
        loaded = model.load(folder, device="cpu", precision=precision)
        found = loaded.engine.network(ids[None]).logits[0]
        assert (found - expected).abs().max() <= limit * expected.abs().max()
    assert loaded.info.precision == f"int{bits}"


# Vectors computed by the original code, as checkpoints


def golden_folder(folder: Path, weights_file: Path, tensors: dict[str, Tensor] | None = None) -> Path:
    """A published folder around golden weights, with a vocabulary that has the control ids at their places."""
    case = load_case(weights_file)
    config = case.info["config"]
    names = CONTROL_PIECES
    others = [Piece(name, PieceType.USER_DEFINED) for name in SPACE_PIECES]
    normal = [Piece(chr(0x4E00 + index), PieceType.NORMAL, -9.0) for index in range(200)]
    pieces = [*FIRST, *others, *normal][: config["mask_token_id"]]
    march = vocabulary_file(layout("chatglm-6b-march", "tiny"))[1]  # without byte pieces
    vocabulary = with_pieces(march, [*pieces, *(Piece(name, PieceType.CONTROL) for name in names)])
    folder.mkdir()
    (folder / "ice_text.model").write_bytes(vocabulary)
    (folder / "config.json").write_text(json.dumps(config))
    torch.save(case.tensors if tensors is None else tensors, folder / "pytorch_model.bin")
    return folder


def golden(*patterns: str) -> list[Any]:
    paths = [path for pattern in patterns for path in golden_paths("glm", pattern)]
    return [pytest.param(path, id=path.stem) for path in paths if path.suffix == ".json"]


def check_logits(case: GoldenCase, network: GLMForConditionalGeneration) -> None:
    tolerance = case.info["recommended_tolerance"]["float32"]
    ids = case.tensors["in.input_ids"]
    with torch.inference_mode():
        torch.testing.assert_close(network(ids).logits, case.tensors["out.logits"], **tolerance)


@pytest.mark.parametrize("path", golden("quant_load_*.json"))
def test_golden_quantised_checkpoints(tmp_path: Path, path: Path) -> None:
    case = load_case(path)
    folder = golden_folder(tmp_path / "model", path.parent / case.info["weights"][0])
    network = model.load(folder, device="cpu", precision="fp32").engine.network
    check_logits(case, network)
    prompt, sequence = case.tensors["in.greedy_input_ids"], case.tensors["out.greedy_sequences"]
    arguments = {"max_new_tokens": case.info["spec"]["steps"], "do_sample": False, "eos_token_id": None}
    assert torch.equal(network.generate(prompt, **arguments), sequence)


@pytest.mark.parametrize("path", golden("quant_load_*.json"))
def test_golden_quantised_checkpoints_as_they_are_stored(tmp_path: Path, path: Path) -> None:
    """The same, with the stored integers in memory; the head, INT8 by choice, is put back to what the file says."""
    case = load_case(path)
    folder = golden_folder(tmp_path / "model", path.parent / case.info["weights"][0])
    loaded, exact = (model.load(folder, device="cpu", precision=name) for name in ("auto", "fp32"))
    assert loaded.info.precision == f"int{case.info['spec']['bits']}"
    network = loaded.engine.network
    if not case.info["spec"]["quantize_embeddings"]:
        network.lm_head = exact.engine.network.lm_head
        network.transformer.word_embeddings = exact.engine.network.transformer.word_embeddings
    with dispatch.override("torch"):  # the compiled kernels round activations
        check_logits(case, network)
    with torch.inference_mode():
        error = network(case.tensors["in.input_ids"]).logits - case.tensors["out.logits"]
    assert error.abs().max() < 0.04 * case.tensors["out.logits"].abs().max()


@pytest.mark.parametrize("path", golden("quant_int*.json"))
def test_golden_integers_of_the_original_quantiser(tmp_path: Path, path: Path) -> None:
    """fp32 scales, as its CPU code makes them."""
    case = load_case(path)
    weights_file = path.parent / case.info["weights"][0]
    tensors = dict(load_case(weights_file).tensors)
    packed = {name.removeprefix("out.q."): value for name, value in case.tensors.items() if name.startswith("out.q.")}
    folder = golden_folder(tmp_path / "model", weights_file, tensors | packed)
    loaded = model.load(folder, device="cpu", precision="fp32")
    check_logits(case, loaded.engine.network)
    for name, expected in case.tensors.items():
        if name.startswith("out.deq."):
            found = weights(loaded)[name.removeprefix("out.deq.")]
            torch.testing.assert_close(found, expected, atol=1e-7, rtol=1e-6)


@pytest.mark.parametrize("bits", [8, 4])
def test_golden_half_precision_weights_are_quantised_while_they_are_read(tmp_path: Path, bits: int) -> None:
    """INT8 as `quantize(8)` of the original does it to a model in half precision, integer by integer."""
    (path,) = golden_paths("glm", f"quant_half_int{bits}.json") or [None]
    if path is None:
        pytest.skip("not among these golden cases")
    case = load_case(path)
    folder = golden_folder(tmp_path / "model", path.parent / case.info["weights"][0])
    network = model.load(folder, device="cpu", precision=f"int{bits}").engine.network
    for name in case.info["spec"]["names"]:
        module = network.get_submodule(name)
        weight, scales = module.unpacked()
        if bits == 8:
            assert torch.equal(weight, case.tensors[f"out.q.{name}.weight"])
            assert torch.equal(scales, case.tensors[f"out.q.{name}.weight_scale"].float())
        else:  # finer: a scale for every 32 columns
            assert scales.shape == (module.out_features, module.in_features // 32)


@pytest.mark.parametrize("whole", [False, True], ids=["prefix alone", "whole model"])
@pytest.mark.parametrize("path", golden("ptuning_*_forward.json", "ptuning_*_greedy.json"))
def test_golden_prefixes(tmp_path: Path, path: Path, whole: bool) -> None:
    """`--prefix`: what upstream's trainer writes, or the whole model of its first releases."""
    case = load_case(path)
    base, prefix = (path.parent / name for name in case.info["weights"])
    folder = golden_folder(tmp_path / "base", base)
    (tmp_path / "prefix").mkdir()
    tensors = load_case(prefix).tensors | (load_case(base).tensors if whole else {})
    torch.save(tensors, tmp_path / "prefix" / "pytorch_model.bin")
    network = model.load(folder, device="cpu", precision="fp32", prefix=tmp_path / "prefix").engine.network
    assert network.config.pre_seq_len == case.info["spec"]["config"]["pre_seq_len"]
    if "greedy" not in path.stem:
        check_logits(case, network)
        return
    ids, arguments = case.tensors["in.input_ids"], {"do_sample": False, "eos_token_id": None}
    found = network.generate(ids, max_new_tokens=case.info["spec"]["steps"], **arguments)
    assert torch.equal(found, case.tensors["out.sequences"])


@pytest.mark.parametrize("precision", ["fp16", "int8", "int4"])
def test_a_prefix_stays_exact_in_every_precision(tmp_path: Path, folders, precision: str) -> None:
    tensors = {"transformer.prefix_encoder.embedding.weight": torch.randn(4, 3 * 2 * 64)}
    save_file(tensors, tmp_path / "model.safetensors")
    loaded = model.load(folders["chatglm-6b-int4"], device="cpu", precision=precision, prefix=tmp_path)
    found = weights(loaded)["transformer.prefix_encoder.embedding.weight"]
    assert found.dtype == torch.float32 and torch.equal(found, *tensors.values())
    assert isinstance(answer(loaded)[-1], Finish)


# transformers' own classes, from folders as the hub has them

NATIVE = {
    "vocab_size": 700,
    "hidden_size": 32,
    "intermediate_size": 64,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "head_dim": 8,
    "max_position_embeddings": 512,
    "pad_token_id": 0,
    "eos_token_id": [256, 263],
    "rms_norm_eps": 1e-5,
    "rope_theta": 20000.0,
    "partial_rotary_factor": 0.5,
    "attention_bias": True,
}
SIGHT = {
    "depth": 1,
    "hidden_size": 32,
    "num_heads": 2,
    "out_hidden_size": 32,
    "intermediate_size": 32,
    "image_size": 56,
    "patch_size": 14,
    "spatial_merge_size": 2,
    "temporal_patch_size": 2,
}


def native_folder(folder: Path, model_type: str, model_class: Any, **changes: Any) -> tuple[Path, Any]:
    """A hub folder of a random network, written by transformers itself where it has a say."""
    values = NATIVE | {"model_type": model_type} | changes
    if model_type == "glm4v":
        vocabulary = json.loads(causal_tiny.tokenizer_json())
        image = next(token["id"] for token in vocabulary["added_tokens"] if token["content"] == "<|image|>")
        rope = {"rope_type": "default", "mrope_section": [1, 1, 0], "rope_theta": 20000.0, "partial_rotary_factor": 0.5}
        text = NATIVE | {"rope_parameters": rope}
        values = {"model_type": model_type, "text_config": text, "vision_config": SIGHT, "image_token_id": image}
    torch.manual_seed(0)
    network = model_class(model_class.config_class.from_dict(dict(values))).eval()
    for parameter in network.parameters():  # biases too, which transformers leaves at zero
        torch.nn.init.normal_(parameter, 1.0 if parameter.dim() == 1 else 0.0, 0.2)
    network.save_pretrained(folder, max_shard_size="50KB")
    if model_type != "glm4v":
        (folder / "config.json").write_text(json.dumps(values))  # as the hub's older versions wrote it
    template = changes.get("template", causal_tiny.CHAT_TEMPLATE)
    (folder / "tokenizer.json").write_text(causal_tiny.tokenizer_json())
    (folder / "chat_template.jinja").write_text(template)
    return folder, network


@pytest.mark.parametrize(
    ("model_type", "model_class", "changes", "family"),
    [
        ("glm", GlmForCausalLM, {}, "GLM-4"),
        ("glm", GlmForCausalLM, {"tie_word_embeddings": True}, "GLM-4"),  # GLM-Edge
        ("glm4", Glm4ForCausalLM, {}, "GLM-4-0414 or GLM-Z1"),
    ],
    ids=["glm-4-9b-chat-hf", "glm-edge", "glm-4-0414"],
)
@torch.inference_mode()
def test_native_folders(tmp_path: Path, model_type: str, model_class: Any, changes: Any, family: str) -> None:
    folder, network = native_folder(tmp_path / "hub", model_type, model_class, **changes)
    tied = "tie_word_embeddings" in changes
    assert tied == ("lm_head.weight" not in stored(folder))
    loaded = model.load(folder, device="cpu")
    assert loaded.info.family == family and not loaded.info.images
    ids = torch.randint(0, 700, (1, 30), generator=torch.Generator().manual_seed(1))
    assert torch.equal(loaded.engine.network(ids).logits, network(ids).logits)
    assert loaded.info.parameters == sum(parameter.numel() for parameter in network.parameters())
    for precision in ("fp16", "int8", "int4"):
        lower = model.load(folder, device="cpu", precision=precision)
        assert isinstance(answer(lower)[-1], Finish)
        error = (lower.engine.network(ids).logits.float() - network(ids).logits).abs().max()
        assert error < (0.3 if precision == "int4" else 0.06) * network(ids).logits.abs().max()


@torch.inference_mode()
def test_glm_4_1v_answers_about_a_picture(tmp_path: Path) -> None:
    folder, network = native_folder(tmp_path / "hub", "glm4v", Glm4vForConditionalGeneration)
    loaded = model.load(folder, device="cpu")
    assert loaded.info.family == "GLM-4.1V" and loaded.info.images
    same_weights(weights(loaded), network.state_dict())
    ids = torch.randint(0, 200, (1, 30), generator=torch.Generator().manual_seed(1))
    assert torch.equal(loaded.engine.network(ids).logits, network(ids).logits)
    pictures = [Image.effect_noise((140, 90), sigma).convert("RGB") for sigma in (20, 90)]
    said = [answer(loaded, 12, image=picture) for picture in (*pictures, pictures[0])]
    assert said[0][:-1] == said[2][:-1] != said[1][:-1]
    assert said[0][-1].prompt_tokens > answer(loaded)[-1].prompt_tokens
    assert loaded.info.several_images
    both = [{"role": "user", "content": "Compare them.", "images": pictures}]
    one, two = (list(loaded.stream(asked))[-1].prompt_tokens for asked in ([{**both[0], "images": pictures[:1]}], both))
    assert two > one + 10
    for precision in ("fp16", "int8", "int4"):
        assert isinstance(answer(model.load(folder, "cpu", precision), image=pictures[0])[-1], Finish)


def test_what_glm_z1_thinks_is_apart_from_its_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, _ = native_folder(tmp_path / "hub", "glm4", Glm4ForCausalLM)
    loaded = model.load(folder, device="cpu")
    said = loaded.engine.tokenizer.encode_text("<think>Hm, a greeting.</think>\nHello!")
    monkeypatch.setattr(loaded.engine, "generate", lambda *_: iter(said))
    *parts, _ = answer(loaded, tokens=100)
    assert "".join(part.text for part in parts if isinstance(part, Thinking)) == "Hm, a greeting."
    assert "".join(part for part in parts if isinstance(part, str)) == "Hello!"


# How a model may be named


def test_every_way_to_name_a_checkpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folders) -> None:
    source = folders["chatglm-6b-int4"]
    copy = tmp_path / "a model"
    shutil.copytree(source, copy)
    (tmp_path / "link").symlink_to(copy)
    (copy / "single.safetensors").write_bytes(b"")
    tensors = {name: tensor.clone() for name, tensor in stored(source).items()}
    save_file(tensors, copy / "single.safetensors")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    named: dict[str | Path, str] = {
        copy: "a model",
        str(copy): "a model",
        copy.as_uri(): "a model",
        "~/a model": "a model",
        "a model": "a model",
        "./a model/": "a model",
        "link": "link",
        Path("link"): "link",
        copy / "pytorch_model.bin": "pytorch_model.bin",
        "a model/single.safetensors": "single.safetensors",
    }
    expected = weights(model.load(source, device="cpu", precision="fp32"))
    for way, name in named.items():
        loaded = model.load(way, device="cpu", precision="fp32")
        assert (loaded.info.name, loaded.info.source) == (name, str(way))
        same_weights(weights(loaded), expected)
    monkeypatch.chdir(copy)
    assert model.load(".", device="cpu").info.name == "a model"


def test_files_of_a_cache_that_are_links(tmp_path: Path, folders) -> None:
    """As huggingface_hub keeps them, by their hashes; a known one tells the release."""
    blobs, snapshot = tmp_path / "blobs", tmp_path / "snapshots" / "main"
    blobs.mkdir()
    snapshot.mkdir(parents=True)
    for number, file in enumerate(sorted(folders["chatglm-6b"].iterdir())):
        blob = blobs / ("14dafdc7" + "0" * 56 if file.name.startswith("pytorch_model-00001") else f"{number:064}")
        shutil.copy(file, blob)
        (snapshot / file.name).symlink_to(blob)
    assert model.load(snapshot, device="cpu").info.version == "v1.1.0"


def test_progress_is_told_in_bytes(folders) -> None:
    seen: list[tuple[str, int, int]] = []
    model.load(folders["visualglm-6b"], device="cpu", progress=lambda *step: seen.append(step))
    total = seen[-1][2]
    assert seen[-1] == ("load", total, total)
    assert [done for _, done, _ in seen] == sorted({done for _, done, _ in seen})
    skipped = ("inv_freq", "lm_head.weight")
    needed = (tensor.nbytes for name, tensor in stored(folders["visualglm-6b"]).items() if not name.endswith(skipped))
    assert total == sum(needed)


# Code beside the weights

_watched: list[str] | None = None
_FORBIDDEN = {"os.system", "os.exec", "os.posix_spawn", "os.fork", "subprocess.Popen", "socket.connect"}


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if _watched is None:
        return
    if event in _FORBIDDEN:
        _watched.append(event)
    elif event in ("import", "open", "exec", "compile"):
        about = arguments[0].co_filename if event == "exec" else arguments[-1] if event == "compile" else arguments[0]
        _watched.append(f"{event} {about}")


@contextmanager
def watched() -> Iterator[list[str]]:
    """What Python tells its audit hooks meanwhile. A hook cannot be removed, so there is one, idle most of the time."""
    global _watched
    if not hasattr(sys, "_glm_audit"):
        sys.addaudithook(_hook)
        sys._glm_audit = True  # type: ignore[attr-defined]
    _watched = events = []
    try:
        yield events
    finally:
        _watched = None


@pytest.mark.parametrize("name", ["chatglm-6b", "chatglm3-6b", "glm-4-9b-chat", "visualglm-6b-sat"])
def test_code_beside_the_weights_is_never_imported(tmp_path: Path, folders, name: str) -> None:
    folder = tmp_path / "trap"
    shutil.copytree(folders[name], folder)
    ran = tmp_path / "ran"
    modules = [f"{part}_chatglm" for part in ("modeling", "configuration", "tokenization")] + ["sitecustomize", "torch"]
    for module in modules:
        (folder / f"{module}.py").write_text(f"open({str(ran)!r}, 'w')\nrole = '<|user|>'")
    with watched() as events:
        model.load(folder, device="cpu")
    assert not ran.exists()
    assert not _FORBIDDEN.intersection(events)
    touched = [event for event in events if str(folder) in event]
    assert {event.split()[0] for event in touched} == {"open"}
    opened = {Path(event.removeprefix("open ")).name for event in touched}
    as_text = "tokenization_chatglm.py"  # it tells ChatGLM3 from ChatGLM2
    assert not {f"{module}.py" for module in modules} & opened - {as_text}
    assert not [event for event in events if re.match(r"import \w+_chatglm", event)]


@pytest.mark.parametrize("name", ["chatglm-6b-int4", "visualglm-6b-sat"])
def test_a_booby_trapped_pickle_runs_nothing(tmp_path: Path, folders, name: str) -> None:
    folder = tmp_path / "trap"
    shutil.copytree(folders[name], folder)
    (weights_file,) = [path for path in folder.rglob("*") if path.suffix in (".bin", ".pt")]
    torch_zip(weights_file, pickle.dumps({"x": Evil(os.system, f"touch {tmp_path}/ran")}, protocol=2))
    with watched() as events, pytest.raises(UserError, match=r"was not opened: it asks for posix\.system"):
        model.load(folder, device="cpu")
    assert events and not _FORBIDDEN.intersection(events)
    assert not (tmp_path / "ran").exists()
