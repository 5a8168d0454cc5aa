"""The layout that ChatGLM2-6B, ChatGLM3-6B and GLM-4-9B were published in ↔ transformers' `GlmForCausalLM`.

The networks are the same: pre-norm RMSNorm, grouped attention whose first half of each head is rotated in interleaved
pairs, SwiGLU with the gate first. So tensors are only split by rows and renamed, and converting back gives the same
bytes. `transformer.rotary_pos_emb.inv_freq` follows from the config and is dropped.

Source: configuration_chatglm.py, modeling_chatglm.py and quantization.py of THUDM/chatglm2-6b, chatglm3-6b and
glm-4-9b; the long-context rotary rules also in TensorRT-LLM, models/chatglm/config.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import torch
from torch import Tensor
from transformers import GlmConfig

NamedTensors = Iterable[tuple[str, Tensor]]
Shapes = dict[str, tuple[int, ...]]

_SHOWN = 5  # names quoted in an error
_MARKS = ("padded_vocab_size", "ffn_hidden_size", "kv_channels", "num_layers")
# Switches of the published code, and the one value all published checkpoints of these families have
_FIXED = {
    "rmsnorm": True,
    "post_layer_norm": True,
    "original_rope": True,
    "add_bias_linear": False,
    "apply_residual_connection_post_layernorm": False,
}
_DROPPED = "transformer.rotary_pos_emb.inv_freq"
_TOP = {
    "transformer.embedding.word_embeddings.weight": "model.embed_tokens.weight",
    "transformer.encoder.final_layernorm.weight": "model.norm.weight",
    "transformer.output_layer.weight": "lm_head.weight",
}
_QKV = "self_attention.query_key_value"
_LINEAR = {
    _QKV: ("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
    "self_attention.dense": ("self_attn.o_proj",),
    "mlp.dense_h_to_4h": ("mlp.gate_up_proj",),  # rows of the gate first in both
    "mlp.dense_4h_to_h": ("mlp.down_proj",),
}
_NORMS = ("input_layernorm", "post_attention_layernorm")
_PUBLISHED_LAYER = re.compile(r"transformer\.encoder\.layers\.(\d+)\.(.+)\.(weight|bias|weight_scale)")
_NATIVE_LAYER = re.compile(r"model\.layers\.(\d+)\.(.+)\.(weight|bias|weight_scale)")


# Config


def is_published_layout(values: Mapping[str, Any]) -> bool:
    """Whether a parsed `config.json` is of this layout, told by its fields (ChatGLM-6B's has none of them)."""
    return all(name in values for name in _MARKS)


def config_from_remote(values: Mapping[str, Any], *, interpolated: bool = False) -> GlmConfig:
    """transformers' config for a published `config.json` (already parsed).

    interpolated: how `rope_ratio` r stretches the context. ChatGLM2-6B-32k divides positions by r (True); ChatGLM3 and
    GLM-4 multiply the rotary base 10000 by r. The config does not say which; `folder.speaks_roles` tells.
    Raises: ValueError for a missing field, or a network that `GlmForCausalLM` is not.
    """
    missing = [name for name in (*_MARKS, "hidden_size", "num_attention_heads", "seq_length") if name not in values]
    if missing:
        raise ValueError(f"{', '.join(missing)} missing")
    if values.get("vision_config"):
        raise ValueError("it has an image encoder (GLM-4V-9B or CogAgent) that transformers has no class for")
    if values.get("pre_seq_len"):
        raise ValueError(
            f"it has a P-Tuning prefix (pre_seq_len {values['pre_seq_len']}), which only ChatGLM-6B may have"
        )
    for name, expected in _FIXED.items():
        if values.get(name, expected) != expected:
            raise ValueError(f"{name} is {values[name]}, but only {expected} is supported")
    heads = values["num_attention_heads"]
    groups = values.get("multi_query_group_num", 1) if values.get("multi_query_attention") else heads
    ratio = values.get("rope_ratio") or 1
    rope: dict[str, Any] = {"rope_type": "default", "rope_theta": 10000.0, "partial_rotary_factor": 0.5}
    if interpolated and ratio != 1:
        rope |= {"rope_type": "linear", "factor": float(ratio)}
    else:
        rope["rope_theta"] *= ratio
    return GlmConfig(
        vocab_size=values["padded_vocab_size"],
        hidden_size=values["hidden_size"],
        intermediate_size=values["ffn_hidden_size"],
        num_hidden_layers=values["num_layers"],
        num_attention_heads=heads,
        num_key_value_heads=groups,
        head_dim=values["kv_channels"],
        max_position_embeddings=values["seq_length"],
        rms_norm_eps=values.get("layernorm_epsilon", 1e-5),
        attention_bias=bool(values.get("add_qkv_bias", False)),
        attention_dropout=0.0,
        tie_word_embeddings=bool(values.get("tie_word_embeddings", False)),
        rope_parameters=rope,
        pad_token_id=values.get("pad_token_id", 0),
        eos_token_id=values.get("eos_token_id", 2),
    )


def config_to_remote(config: GlmConfig, bits: int | None = None) -> dict[str, Any]:
    """The published `config.json` that `config_from_remote` reads as this config. bits: of packed weights."""
    rope: Mapping[str, Any] = config.rope_parameters or {}
    values = {
        "architectures": ["ChatGLMModel"],
        "model_type": "chatglm",
        **_FIXED,
        "add_qkv_bias": config.attention_bias,
        "eos_token_id": config.eos_token_id,
        "ffn_hidden_size": config.intermediate_size,
        "hidden_size": config.hidden_size,
        "kv_channels": config.head_dim,
        "layernorm_epsilon": config.rms_norm_eps,
        "multi_query_attention": config.num_key_value_heads != config.num_attention_heads,
        "multi_query_group_num": config.num_key_value_heads,
        "num_attention_heads": config.num_attention_heads,
        "num_layers": config.num_hidden_layers,
        "pad_token_id": config.pad_token_id,
        "padded_vocab_size": config.vocab_size,
        "rope_ratio": rope.get("factor", rope["rope_theta"] / 10000),
        "seq_length": config.max_position_embeddings,
        "tie_word_embeddings": config.tie_word_embeddings,
    }
    return values if bits is None else values | {"quantization_bit": bits}


def quantized_bits(values: Mapping[str, Any]) -> int | None:
    """Bits of the checkpoint's packed weights (chatglm2-6b-int4: 4), None without. Raises: ValueError for others.

    Packed are the four linear layers of each block: `weight` is int8 as in `kernels.pack`, `weight_scale` (rows,).
    """
    bits = values.get("quantization_bit") or None
    if bits not in (None, 4, 8):
        raise ValueError(f"quantization_bit is {bits}, but only 4 and 8 are supported")
    return bits


# Names


def published_shapes(config: GlmConfig, bits: int | None = None) -> Shapes:
    """Every weight of a published checkpoint and its shape; `inv_freq` may be there too and is not named.

    bits: 4 or 8 for a quantized one; the packed weights, and only they, have a `weight_scale` beside them.
    """
    size, inner, rows = config.hidden_size, config.intermediate_size, sum(_qkv_rows(config))
    query = _qkv_rows(config)[0]
    shapes: Shapes = {name: (config.vocab_size, size) for name in _TOP}
    shapes["transformer.encoder.final_layernorm.weight"] = (size,)
    if config.tie_word_embeddings:
        del shapes["transformer.output_layer.weight"]
    linear = {
        _QKV: (rows, size),
        "self_attention.dense": (size, query),
        "mlp.dense_h_to_4h": (2 * inner, size),
        "mlp.dense_4h_to_h": (size, inner),
    }
    for index in range(config.num_hidden_layers):
        layer = f"transformer.encoder.layers.{index}."
        for norm in _NORMS:
            shapes[f"{layer}{norm}.weight"] = (size,)
        for module, (out, columns) in linear.items():
            shapes[f"{layer}{module}.weight"] = (out, columns // 2 if bits == 4 else columns)
            if bits:
                shapes[f"{layer}{module}.weight_scale"] = (out,)
        if config.attention_bias:
            shapes[f"{layer}{_QKV}.bias"] = (rows,)
    return shapes


def native_names(name: str, config: GlmConfig) -> tuple[str, ...] | None:
    """The native names that the rows of a published tensor become, in order; () if it is dropped, None if unknown."""
    if name == _DROPPED:
        return ()
    if name in _TOP:
        return (_TOP[name],)
    layer = _PUBLISHED_LAYER.fullmatch(name)
    if layer is None or int(layer[1]) >= config.num_hidden_layers:
        return None
    module, leaf = layer[2], layer[3]
    if module in _NORMS and leaf == "weight":
        return (f"model.layers.{layer[1]}.{module}.weight",)
    if module not in _LINEAR or (leaf == "bias" and module != _QKV):
        return None
    return tuple(f"model.layers.{layer[1]}.{part}.{leaf}" for part in _LINEAR[module])


def rename(name: str, tensor: Tensor, config: GlmConfig) -> Iterator[tuple[str, Tensor]]:
    """The native tensors of a published one, as views; packed weights and their scales split by rows like any other.

    Raises: ValueError naming an unknown name, or the rows expected and found where they do not split.
    """
    names = native_names(name, config)
    if names is None:
        raise ValueError(f"{name} is no weight of this model")
    if len(names) < 2:
        yield from ((native, tensor) for native in names)
        return
    sizes = _qkv_rows(config)
    if tensor.shape[0] != sum(sizes):
        raise ValueError(f"{name} has {tensor.shape[0]} rows instead of {sum(sizes)}")
    yield from zip(names, tensor.split(sizes), strict=True)


def to_published(tensors: NamedTensors, config: GlmConfig) -> Iterator[tuple[str, Tensor]]:
    """Native names → published ones, byte for byte; the inverse of `rename`, for tensors in any order.

    Raises: ValueError, after the last tensor, naming what is unknown or lacks its siblings.
    """
    top = {native: name for name, native in _TOP.items()}
    parts = {part: (module, group) for module, group in _LINEAR.items() for part in group}
    parts |= {norm: (norm, (norm,)) for norm in _NORMS}
    pending: dict[str, dict[str, Tensor]] = {}
    unknown = []
    for name, tensor in tensors:
        layer = _NATIVE_LAYER.fullmatch(name)
        if name in top:
            yield top[name], tensor
        elif layer is None or layer[2] not in parts:
            unknown.append(name)
        else:
            module, group = parts[layer[2]]
            published = f"transformer.encoder.layers.{layer[1]}.{module}.{layer[3]}"
            found = pending.setdefault(published, {})
            found[layer[2]] = tensor
            if len(found) == len(group):
                del pending[published]
                yield published, torch.cat([found[part] for part in group]) if len(group) > 1 else tensor
    if unknown:
        raise ValueError(f"{len(unknown)} unknown weight name(s): {_list(unknown)}")
    if pending:
        raise ValueError(f"{len(pending)} weight(s) are only partly there: {_list(list(pending))}")


def _qkv_rows(config: GlmConfig) -> list[int]:
    """Rows of queries, keys and values in the fused projection."""
    groups = config.num_key_value_heads or config.num_attention_heads
    head_dim = config.head_dim or config.hidden_size // config.num_attention_heads
    return [config.num_attention_heads * head_dim, groups * head_dim, groups * head_dim]


def _list(names: list[str]) -> str:
    return ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
