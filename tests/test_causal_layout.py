"""Published ChatGLM2/3 and GLM-4 weights in transformers' `GlmForCausalLM`, against the published formulas."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from causal_tiny import CHATGLM2, CHATGLM3, GLM4, published_weights, small
from torch import Tensor
from transformers import GlmConfig, GlmForCausalLM

from kernels.pack import dequantize
from model.causal.layout import (
    config_from_remote,
    is_published_layout,
    native_names,
    published_shapes,
    quantized_bits,
    rename,
    to_published,
)

CASES = {
    "chatglm2-6b": (small(CHATGLM2), False),
    "chatglm2-6b-32k": (small(CHATGLM2, rope_ratio=16), True),
    "chatglm3-6b": (small(CHATGLM3), False),
    "chatglm3-6b-32k": (small(CHATGLM3, rope_ratio=50, seq_length=32768), False),
    "glm-4-9b-chat": (small(GLM4, num_layers=3), False),
    "glm-4-9b-chat-1m": (small(GLM4, rope_ratio=10000, multi_query_group_num=4), False),
    "one head each": (small(GLM4, multi_query_attention=False, add_qkv_bias=False), False),
}


def published_logits(tensors: dict[str, Tensor], values: dict[str, Any], ids: Tensor, interpolated: bool) -> Tensor:
    """The published network, written down from its formulas for one sequence: ids (seq,) -> logits (seq, vocab)."""
    heads, size, inner = values["num_attention_heads"], values["kv_channels"], values["ffn_hidden_size"]
    groups = values["multi_query_group_num"] if values["multi_query_attention"] else heads
    ratio, length = values.get("rope_ratio", 1), len(ids)
    base, stretch = (10000, ratio) if interpolated else (10000 * ratio, 1)
    frequency = base ** (-torch.arange(0, size // 2, 2, dtype=torch.float64) / (size // 2))
    angle = torch.outer(torch.arange(length, dtype=torch.float64) / stretch, frequency)
    turn = torch.polar(torch.ones_like(angle), angle).to(torch.complex64)[:, None]

    def norm(x: Tensor, name: str) -> Tensor:
        return x / (x.pow(2).mean(-1, keepdim=True) + values["layernorm_epsilon"]).sqrt() * tensors[f"{name}.weight"]

    def rotate(x: Tensor) -> Tensor:  # neighbours in the first half of a head are one complex number
        pairs = torch.view_as_complex(x[..., : size // 2].reshape(length, -1, size // 4, 2).contiguous())
        return torch.cat([torch.view_as_real(pairs * turn).flatten(2), x[..., size // 2 :]], dim=-1)

    x = tensors["transformer.embedding.word_embeddings.weight"][ids]
    for index in range(values["num_layers"]):
        layer = f"transformer.encoder.layers.{index}."
        fused = norm(x, f"{layer}input_layernorm") @ tensors[f"{layer}self_attention.query_key_value.weight"].T
        if values["add_qkv_bias"]:
            fused = fused + tensors[f"{layer}self_attention.query_key_value.bias"]
        query, key, value = fused.split([heads * size, groups * size, groups * size], dim=-1)
        query, key = rotate(query.view(length, heads, size)), rotate(key.view(length, groups, size))
        mixed = []
        for head in range(heads):
            group = head * groups // heads
            scores = query[:, head] @ key[:, group].T / math.sqrt(size)
            scores = scores.masked_fill(torch.ones(length, length).triu(1).bool(), -torch.inf)
            mixed.append(scores.softmax(-1) @ value.view(length, groups, size)[:, group])
        x = x + torch.cat(mixed, dim=-1) @ tensors[f"{layer}self_attention.dense.weight"].T
        wide = norm(x, f"{layer}post_attention_layernorm") @ tensors[f"{layer}mlp.dense_h_to_4h.weight"].T
        gate, up = wide[:, :inner], wide[:, inner:]
        x = x + (gate * gate.sigmoid() * up) @ tensors[f"{layer}mlp.dense_4h_to_h.weight"].T
    return norm(x, "transformer.encoder.final_layernorm") @ tensors["transformer.output_layer.weight"].T


def renamed(tensors: dict[str, Tensor], config: GlmConfig) -> dict[str, Tensor]:
    return {native: part for name, tensor in tensors.items() for native, part in rename(name, tensor, config)}


@pytest.mark.parametrize(("values", "interpolated"), CASES.values(), ids=CASES)
def test_the_renamed_network_computes_the_published_formulas(values: dict[str, Any], interpolated: bool) -> None:
    config = config_from_remote(values, interpolated=interpolated)
    tensors = published_weights(config)
    model = GlmForCausalLM(config).eval()
    model.load_state_dict(renamed(tensors, config), strict=True)
    ids = torch.randint(0, 700, (48,), generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        logits = model(ids[None]).logits[0]
    expected = published_logits(tensors, values, ids, interpolated)
    assert (logits - expected).abs().max() <= 1e-4 * expected.abs().max()


def test_both_ways_to_stretch_the_context_differ() -> None:
    """The restatement would not notice a rotary rule that has no effect."""
    values = small(CHATGLM2, rope_ratio=16)
    tensors = published_weights(config_from_remote(values))
    ids = torch.arange(48)
    stretched, based, plain = (
        published_logits(tensors, values | {"rope_ratio": ratio}, ids, interpolated)
        for ratio, interpolated in ((16, True), (16, False), (1, False))
    )
    scale = plain.abs().max()
    for one, other in ((stretched, based), (stretched, plain), (based, plain)):
        assert (one - other).abs().max() > 1e-2 * scale


@pytest.mark.parametrize("bits", [None, 4, 8])
@pytest.mark.parametrize(("values", "interpolated"), CASES.values(), ids=CASES)
def test_converting_back_gives_the_same_bytes(values: dict[str, Any], interpolated: bool, bits: int | None) -> None:
    config = config_from_remote(values, interpolated=interpolated)
    tensors = published_weights(config, bits=bits)
    back = dict(to_published(reversed(renamed(tensors, config).items()), config))
    del tensors["transformer.rotary_pos_emb.inv_freq"]
    assert back.keys() == tensors.keys()
    for name, tensor in back.items():
        assert tensor.dtype == tensors[name].dtype and tensor.equal(tensors[name])


def test_packed_weights_split_like_plain_ones() -> None:
    config = config_from_remote(small(CHATGLM2, quantization_bit=4))
    packed = published_weights(config, bits=4)
    plain = {
        name: dequantize(tensor, packed[f"{name}_scale"], 4) if f"{name}_scale" in packed else tensor
        for name, tensor in packed.items()
        if not name.endswith("_scale")
    }
    native = renamed(packed, config)
    for name, tensor in renamed(plain, config).items():
        if f"{name}_scale" in native:
            assert dequantize(native[name], native[f"{name}_scale"], 4).equal(tensor)
        else:
            assert native[name].equal(tensor)
    assert sum(name.endswith("weight_scale") for name in native) == 2 * 6  # q, k, v, o, gate_up, down


def test_shapes_add_up_to_the_published_size() -> None:
    """12487168064 bytes is `metadata.total_size` in chatglm2-6b's index; `inv_freq` is 32 of its fp16 numbers."""
    shapes = published_shapes(config_from_remote(CHATGLM2))
    assert 2 * (sum(math.prod(shape) for shape in shapes.values()) + 32) == 12487168064
    assert shapes["transformer.encoder.layers.27.self_attention.query_key_value.weight"] == (4096 + 256 + 256, 4096)


def test_config_of_the_published_checkpoints() -> None:
    config = config_from_remote(GLM4)
    assert (config.vocab_size, config.num_hidden_layers, config.num_key_value_heads, config.head_dim) == (
        *(151552, 40),
        *(2, 128),
    )
    assert config.rope_parameters == {"rope_type": "default", "rope_theta": 5e6, "partial_rotary_factor": 0.5}
    assert config.rms_norm_eps == 1.5625e-07 and config.attention_bias and not config.tie_word_embeddings
    assert config.eos_token_id == [151329, 151336, 151338] and config.max_position_embeddings == 131072
    assert config_from_remote(CHATGLM2).max_position_embeddings == 32768
    assert config_from_remote(CHATGLM2).eos_token_id == 2


def test_the_layout_is_told_by_its_fields() -> None:
    assert is_published_layout(CHATGLM2 | {"model_type": "anything"})
    assert not is_published_layout({"model_type": "chatglm", "num_layers": 28, "inner_hidden_size": 16384})
    assert not is_published_layout(GlmConfig().to_dict())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rmsnorm": False}, "rmsnorm"),
        ({"original_rope": False}, "original_rope"),
        ({"add_bias_linear": True}, "add_bias_linear"),
        ({"vision_config": {"hidden_size": 1792}}, "image encoder"),
        ({"pre_seq_len": 128}, "P-Tuning"),
    ],
)
def test_other_networks_are_refused(change: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        config_from_remote(CHATGLM2 | change)


def test_missing_fields_are_named() -> None:
    with pytest.raises(ValueError, match="hidden_size, seq_length missing"):
        config_from_remote({name: CHATGLM2[name] for name in CHATGLM2 if name not in ("hidden_size", "seq_length")})


def test_bits_of_quantized_checkpoints() -> None:
    assert quantized_bits(CHATGLM2) is None
    assert quantized_bits(CHATGLM2 | {"quantization_bit": 0}) is None
    assert quantized_bits(CHATGLM2 | {"quantization_bit": 4}) == 4
    with pytest.raises(ValueError, match="3"):
        quantized_bits({"quantization_bit": 3})


def test_wrong_weights_are_named() -> None:
    config = config_from_remote(small(CHATGLM2))
    fused = "transformer.encoder.layers.0.self_attention.query_key_value.weight"
    for name in (fused.replace("layers.0", "layers.2"), "transformer.prefix_encoder.embedding.weight"):
        assert native_names(name, config) is None
        with pytest.raises(ValueError, match=name):
            list(rename(name, torch.zeros(1), config))
    with pytest.raises(ValueError, match="60 rows instead of 64"):
        list(rename(fused, torch.zeros(60, 32), config))
    with pytest.raises(ValueError, match=r"query_key_value\.weight"):
        list(to_published([("model.layers.0.self_attn.q_proj.weight", torch.zeros(32, 32))], config))
    with pytest.raises(ValueError, match="odd"):
        list(to_published([("odd", torch.zeros(1))], config))
