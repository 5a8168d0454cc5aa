"""Weight names: published checkpoints ↔ `ImageEncoder`.

Three spellings of the same tensors. Ours is transformers' BLIP-2; the hub file of VisualGLM-6B and its
SwissArmyTransformer twin fuse projections and shift the Q-Former's norms by one layer; LAVIS keeps separate q and v
biases and no key bias. The rules follow from the sizes in `VisionConfig`, and each function takes and gives tensors one
by one, so a checkpoint may be streamed shard by shard in any order.

Source: VisualGLM-6B `visual.py` and `convert_sat_to_huggingface.py`, LAVIS `models/blip2_models`, transformers
`convert_blip_2_original_to_pytorch.py`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from .config import VisionConfig

HUB_PREFIX = "image_encoder."
SAT_PREFIX = "mixins.eva.model."

NamedTensors = Iterable[tuple[str, Tensor]]

_SHOWN = 5  # names quoted in an error

# Parts of LAVIS checkpoints that the image path does not use: the Q-Former's text branch and training heads. (The text
# branch ends in `layer.j.output.`; `attention.output.` and `output_query.` are ours.)
_LAVIS_IGNORED = re.compile(
    r"Qformer\.bert\.embeddings\.(position_ids|word_embeddings\.weight|position_embeddings\.weight)"
    r"|Qformer\.bert\.encoder\.layer\.\d+\.(intermediate|output)\..+"
    r"|Qformer\.cls\..+"
    r"|(vision_proj|text_proj|itm_head)\..+"
    r"|temp"
    r"|visual_encoder\.(norm|fc_norm|head)\..+"
)
_LAVIS_BLOCK = re.compile(r"visual_encoder\.blocks\.(\d+)\.")
_LAVIS_PROJECTIONS = ("opt_proj", "t5_proj", "llm_proj")


@dataclass(frozen=True)
class _Rule:
    """The rows of `theirs`, one after the other, are the rows of `ours`; None among `theirs` stands for zeros."""

    theirs: tuple[str | None, ...]
    ours: tuple[str, ...]
    adds_batch: bool = False  # ours has a leading dimension of one that theirs lacks


def from_visualglm(tensors: NamedTensors, config: VisionConfig) -> Iterator[tuple[str, Tensor]]:
    """Hub (`image_encoder.…`) or SAT (`mixins.eva.model.…`) names → ours. The pieces are views where possible.

    Raises ValueError, after the last tensor, naming what is unknown or half there. Whether every name of the encoder
    has come is for `load_state_dict` to say.
    """
    renamed = ((_with_prefix(name, SAT_PREFIX, HUB_PREFIX), tensor) for name, tensor in tensors)
    return _to_ours(renamed, _visualglm_by_name(config), "VisualGLM")


def to_visualglm(tensors: NamedTensors, config: VisionConfig) -> Iterator[tuple[str, Tensor]]:
    """Our names → hub names; the exact inverse of `from_visualglm`. Raises ValueError in the same cases."""
    rules = _visualglm_by_our_name(config)
    pending: dict[_Rule, dict[str, Tensor]] = {}
    unknown = []
    for name, tensor in tensors:
        rule = rules.get(name)
        if rule is None:
            unknown.append(name)
            continue
        parts = pending.setdefault(rule, {})
        parts[name] = tensor
        if len(parts) == len(rule.ours):
            del pending[rule]
            joined = torch.cat([parts[part] for part in rule.ours]) if len(parts) > 1 else tensor
            (theirs,) = rule.theirs
            assert theirs is not None
            yield theirs, joined.squeeze(0) if rule.adds_batch else joined
    _refuse(unknown, "image encoder")
    _refuse_incomplete({rule.ours: parts for rule, parts in pending.items()})


def from_lavis(tensors: NamedTensors, config: VisionConfig) -> Iterator[tuple[str, Tensor]]:
    """LAVIS BLIP-2 names → ours; a ViT file of its own may leave out `visual_encoder.`.

    The Q-Former's text branch, training heads and ViT blocks beyond `num_hidden_layers` are skipped: LAVIS itself drops
    the last block of the ViT file. Raises ValueError as `from_visualglm` does.
    """
    known = {name: rule for rule in _lavis_rules(config) for name in rule.theirs}

    def used() -> Iterator[tuple[str, Tensor]]:
        for name, tensor in tensors:
            full = name if name in known or name.startswith("visual_encoder.") else f"visual_encoder.{name}"
            block = _LAVIS_BLOCK.match(full)
            beyond = block is not None and int(block[1]) >= config.num_hidden_layers
            if full in known:
                yield full, tensor
            elif not (beyond or _LAVIS_IGNORED.fullmatch(name) or _LAVIS_IGNORED.fullmatch(full)):
                yield name, tensor

    return _to_ours(used(), known, "LAVIS")


@functools.lru_cache(maxsize=4)
def _visualglm_by_name(config: VisionConfig) -> dict[str | None, _Rule]:
    """Rules by the stored name; kept, so that a checkpoint may be renamed tensor by tensor."""
    return {name: rule for rule in _visualglm_rules(config) for name in rule.theirs}


@functools.lru_cache(maxsize=4)
def _visualglm_by_our_name(config: VisionConfig) -> dict[str, _Rule]:
    return {name: rule for rule in _visualglm_rules(config) for name in rule.ours}


def _to_ours(tensors: NamedTensors, by_name: Mapping[str | None, _Rule], layout: str) -> Iterator[tuple[str, Tensor]]:
    pending: dict[_Rule, dict[str, Tensor]] = {}
    unknown = []
    for name, tensor in tensors:
        rule = by_name.get(name)
        if rule is None:
            unknown.append(name)
            continue
        parts = pending.setdefault(rule, {})
        parts[name] = tensor
        if len(parts) < len(rule.theirs) - rule.theirs.count(None):
            continue
        del pending[rule]
        rows = [torch.zeros_like(tensor) if part is None else parts[part] for part in rule.theirs]
        joined = torch.cat(rows) if len(rows) > 1 else tensor
        if rule.adds_batch:
            joined = joined.unsqueeze(0)
        yield from zip(rule.ours, joined.chunk(len(rule.ours)) if len(rule.ours) > 1 else (joined,), strict=True)
    _refuse(unknown, layout)
    _refuse_incomplete({tuple(filter(None, rule.theirs)): parts for rule, parts in pending.items()})


def _refuse(unknown: list[str], layout: str) -> None:
    if unknown:
        more = ", …" if len(unknown) > _SHOWN else ""
        raise ValueError(f"{len(unknown)} unknown {layout} weight name(s): {', '.join(unknown[:_SHOWN])}{more}")


def _refuse_incomplete(pending: dict[tuple[str, ...], dict[str, Tensor]]) -> None:
    missing = [name for names, parts in pending.items() for name in names if name not in parts]
    if missing:
        more = ", …" if len(missing) > _SHOWN else ""
        raise ValueError(f"{len(missing)} weight(s) missing beside their siblings: {', '.join(missing[:_SHOWN])}{more}")


def _with_prefix(name: str, old: str, new: str) -> str:
    return new + name.removeprefix(old) if name.startswith(old) else name


def _pairs(theirs: str, ours: str) -> list[_Rule]:
    """Rules for the weight and the bias of one module."""
    return [_Rule((f"{theirs}.{leaf}",), (f"{ours}.{leaf}",)) for leaf in ("weight", "bias")]


def _split(theirs: str, ours: str, parts: tuple[str, ...]) -> list[_Rule]:
    """Rules for a fused projection whose rows are the blocks `parts`."""
    return [
        _Rule((f"{theirs}.{leaf}",), tuple(f"{ours}.{part}.{leaf}" for part in parts)) for leaf in ("weight", "bias")
    ]


def _visualglm_rules(config: VisionConfig) -> list[_Rule]:
    vit, qformer = f"{HUB_PREFIX}vit.", f"{HUB_PREFIX}qformer.transformer."
    embeddings = "vision_model.embeddings."
    rules = [
        _Rule((f"{vit}transformer.word_embeddings.weight",), (f"{embeddings}class_embedding",), adds_batch=True),
        _Rule((f"{vit}transformer.position_embeddings.weight",), (f"{embeddings}position_embedding",), adds_batch=True),
        _Rule((f"{qformer}word_embeddings.weight",), ("query_tokens",), adds_batch=True),
        *_pairs(f"{vit}mixins.patch_embedding.proj", f"{embeddings}patch_embedding"),
        *_pairs(f"{vit}mixins.cls.ln_vision", "vision_model.post_layernorm"),
        *_pairs(f"{qformer}layers.0.input_layernorm", "qformer.layernorm"),
        *_pairs(f"{HUB_PREFIX}glm_proj", "language_projection"),
    ]
    for i in range(config.num_hidden_layers):
        theirs, ours = f"{vit}transformer.layers.{i}.", f"vision_model.encoder.layers.{i}."
        rules += _pairs(f"{theirs}input_layernorm", f"{ours}layer_norm1")
        rules += _pairs(f"{theirs}attention.query_key_value", f"{ours}self_attn.qkv")
        rules += _pairs(f"{theirs}attention.dense", f"{ours}self_attn.projection")
        rules += _pairs(f"{theirs}post_attention_layernorm", f"{ours}layer_norm2")
        rules += _pairs(f"{theirs}mlp.dense_h_to_4h", f"{ours}mlp.fc1")
        rules += _pairs(f"{theirs}mlp.dense_4h_to_h", f"{ours}mlp.fc2")
    for j in range(config.qformer_num_hidden_layers):
        theirs, ours = f"{qformer}layers.{j}.", f"qformer.encoder.layer.{j}."
        self_parts, cross_parts = ("query", "key", "value"), ("key", "value")
        rules += _split(f"{theirs}attention.query_key_value", f"{ours}attention.attention", self_parts)
        rules += _pairs(f"{theirs}attention.dense", f"{ours}attention.output.dense")
        rules += _pairs(f"{theirs}post_attention_layernorm", f"{ours}attention.output.LayerNorm")
        if j % config.cross_attention_frequency == 0:
            rules += _pairs(f"{theirs}cross_attention.query", f"{ours}crossattention.attention.query")
            rules += _split(f"{theirs}cross_attention.key_value", f"{ours}crossattention.attention", cross_parts)
            rules += _pairs(f"{theirs}cross_attention.dense", f"{ours}crossattention.output.dense")
            rules += _pairs(f"{theirs}post_cross_attention_layernorm", f"{ours}crossattention.output.LayerNorm")
        rules += _pairs(f"{theirs}mlp.dense_h_to_4h", f"{ours}intermediate_query.dense")
        rules += _pairs(f"{theirs}mlp.dense_4h_to_h", f"{ours}output_query.dense")
        # The norm that ends a layer here is the one that begins the next layer there.
        last = j == config.qformer_num_hidden_layers - 1
        norm = f"{qformer}final_layernorm" if last else f"{qformer}layers.{j + 1}.input_layernorm"
        rules += _pairs(norm, f"{ours}output_query.LayerNorm")
    return rules


def _lavis_rules(config: VisionConfig) -> list[_Rule]:
    embeddings = "vision_model.embeddings."
    rules = [
        _Rule(("visual_encoder.cls_token",), (f"{embeddings}class_embedding",)),
        _Rule(("visual_encoder.pos_embed",), (f"{embeddings}position_embedding",)),
        _Rule(("query_tokens",), ("query_tokens",)),
        *_pairs("visual_encoder.patch_embed.proj", f"{embeddings}patch_embedding"),
        *_pairs("ln_vision", "vision_model.post_layernorm"),
        *_pairs("Qformer.bert.embeddings.LayerNorm", "qformer.layernorm"),
    ]
    for projection in _LAVIS_PROJECTIONS:  # named after the language model; a file has one of them
        rules += _pairs(projection, "language_projection")
    for i in range(config.num_hidden_layers):
        theirs, ours = f"visual_encoder.blocks.{i}.", f"vision_model.encoder.layers.{i}."
        rules += _pairs(f"{theirs}norm1", f"{ours}layer_norm1")
        rules += _pairs(f"{theirs}norm2", f"{ours}layer_norm2")
        rules += _pairs(f"{theirs}mlp.fc1", f"{ours}mlp.fc1")
        rules += _pairs(f"{theirs}mlp.fc2", f"{ours}mlp.fc2")
        rules += _pairs(f"{theirs}attn.proj", f"{ours}self_attn.projection")
        rules.append(_Rule((f"{theirs}attn.qkv.weight",), (f"{ours}self_attn.qkv.weight",)))
        biases = (f"{theirs}attn.q_bias", None, f"{theirs}attn.v_bias")
        rules.append(_Rule(biases, (f"{ours}self_attn.qkv.bias",)))
    for j in range(config.qformer_num_hidden_layers):
        theirs, ours = f"Qformer.bert.encoder.layer.{j}.", f"qformer.encoder.layer.{j}."
        attentions = ["attention"] + ["crossattention"] * (j % config.cross_attention_frequency == 0)
        for attention in attentions:
            for part in ("query", "key", "value"):
                rules += _pairs(f"{theirs}{attention}.self.{part}", f"{ours}{attention}.attention.{part}")
            rules += _pairs(f"{theirs}{attention}.output.dense", f"{ours}{attention}.output.dense")
            rules += _pairs(f"{theirs}{attention}.output.LayerNorm", f"{ours}{attention}.output.LayerNorm")
        for module in ("intermediate_query.dense", "output_query.dense", "output_query.LayerNorm"):
            rules += _pairs(f"{theirs}{module}", f"{ours}{module}")
    return rules
