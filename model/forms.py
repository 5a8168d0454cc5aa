"""How a checkpoint is written: in our own form, or as the model was published."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any

import torch
from torch import Tensor
from transformers import GlmConfig

from vision.config import VisionConfig
from vision.encoder import ImageEncoder
from vision.names import from_visualglm, to_visualglm

from . import chatglm
from .checkpoint import CONFIG, TOKENIZER, Checkpoint, NamedTensors
from .config import GLMConfig
from .errors import UserError
from .packed import fitting_bands, in_bands
from .safetensors_file import Specs
from .source import BESIDE_WEIGHTS
from .types import GenerationParams

_EMBEDDING, _HEAD = "transformer.word_embeddings.", "lm_head."
_PUBLISHED_LAYOUT = ("chatglm2", "chatglm3", "glm-4")  # families whose weights transformers names otherwise


@dataclass(frozen=True)
class Form:
    """rename: the network's names and values → those in the files. files: all that lies beside the weights, by name."""

    rename: Callable[[NamedTensors], NamedTensors]
    files: Mapping[str, bytes]


def own(checkpoint: Checkpoint, name: str, specs: Specs) -> Form:
    """Our own form, which `load` reads without converting anything; packed weights are as the CPU kernels use them.

    ChatGLM-6B and VisualGLM-6B are a `GLMConfig`; what came after them has transformers' own config and names, so that
    transformers reads it, too, where nothing is packed.
    name: what the model is to call itself. specs: the tensors by the network's names.
    """
    arrange = partial(in_bands, bits=fitting_bands(specs, _full_shapes(checkpoint)))
    if isinstance(checkpoint.config, GLMConfig):
        config = copy.deepcopy(checkpoint.config)
        about = {"name": name, "family": checkpoint.family, "version": checkpoint.version}
        config.card |= about | {"defaults": _stated(checkpoint.defaults)}
        values = config.to_diff_dict() | {"architectures": [checkpoint.model_class.__name__]}
        vocabulary = chatglm.tokenizer_file(checkpoint.folder).read_bytes()
        return Form(arrange, {CONFIG: _json(values), TOKENIZER: vocabulary})
    from .causal.folder import OWN

    family, values = _native(checkpoint, specs)
    return Form(arrange, {CONFIG: _json(values | {OWN: {"family": family, "name": name}}), **_beside(checkpoint)})


def hub(checkpoint: Checkpoint, specs: Specs) -> Form:
    """The names, config and vocabulary that the model was published with. What follows from the config
    (`rotary_emb.inv_freq`) is left out, and so is code.

    specs: the tensors by the network's names.
    Raises: UserError("never_published") for what the published code cannot read.
    """
    bits = _published_bits(checkpoint, specs)
    if isinstance(checkpoint.config, GLMConfig):
        return _chatglm(checkpoint, checkpoint.config, bits, specs)
    from .causal import layout

    family, values = _native(checkpoint, specs)
    if family not in _PUBLISHED_LAYOUT:
        if bits is not None:
            raise _never(checkpoint, "its weights are packed")
        return Form(_same, {CONFIG: _json(values), **_beside(checkpoint)})
    config = checkpoint.config
    assert isinstance(config, GlmConfig)
    if bits is not None and "model.embed_tokens.weight_scale" in specs:
        raise _never(checkpoint, "its embedding is packed")
    published = layout.config_to_remote(config, bits)
    return Form(
        lambda tensors: layout.to_published(_copied(tensors), config), {CONFIG: _json(published), **_beside(checkpoint)}
    )


def _chatglm(checkpoint: Checkpoint, config: GLMConfig, bits: int | None, specs: Specs) -> Form:
    vision = config.vision_config
    values = config.to_upstream() | ({} if vision is None else _encoder(checkpoint, vision))
    packed_vocabulary = f"{_EMBEDDING}weight_scale" in specs
    if bits is not None:
        values |= {"quantization_bit": bits, "quantization_embeddings": packed_vocabulary}
        columns = specs[f"{_EMBEDDING}weight"][0][1]
        if packed_vocabulary and columns != config.hidden_size * bits // 8:
            raise _never(checkpoint, f"its layers are INT{bits} and its embedding is not")
    tokenizer = {"tokenizer_class": "ChatGLMTokenizer", "num_image_tokens": config.num_image_tokens}
    files = {
        CONFIG: _json(values),
        "tokenizer_config.json": _json(tokenizer),
        chatglm.PUBLISHED_TOKENIZER: chatglm.tokenizer_file(checkpoint.folder).read_bytes(),
    }

    def rename(tensors: NamedTensors) -> NamedTensors:
        tied = _with_head(tensors) if config.tie_word_embeddings else tensors
        return tied if vision is None else _encoder_names(tied, vision)

    return Form(rename, files)


def _with_head(tensors: NamedTensors) -> Iterator[tuple[str, Tensor]]:
    """The embedding once more as the head, as published, although they are one."""
    for name, tensor in tensors:
        yield name, tensor
        if name.startswith(_EMBEDDING):
            yield _HEAD + name.removeprefix(_EMBEDDING), tensor


def _encoder_names(tensors: NamedTensors, vision: VisionConfig) -> Iterator[tuple[str, Tensor]]:
    """The encoder's names → the hub's; of what is one tensor there, the parts wait for each other."""
    groups = _groups(vision)
    pending: dict[tuple[str, ...], dict[str, Tensor]] = {}
    for name, tensor in tensors:
        if not name.startswith(chatglm.OURS):
            yield name, tensor
            continue
        ours = name.removeprefix(chatglm.OURS)
        parts = pending.setdefault(groups[ours], {})
        parts[ours] = tensor.clone()  # a mapped one would stay in memory once it is read again
        if len(parts) == len(groups[ours]):
            yield from to_visualglm(pending.pop(groups[ours]).items(), vision)


def _groups(vision: VisionConfig) -> dict[str, tuple[str, ...]]:
    """By each of our names, all of ours that are one published tensor."""
    with torch.device("meta"):
        encoder = ImageEncoder(vision)
    groups: dict[str, tuple[str, ...]] = {}
    for published in to_visualglm(encoder.state_dict().items(), vision):
        group = tuple(ours for ours, _ in from_visualglm([published], vision))
        groups |= dict.fromkeys(group, group)
    return groups


def _encoder(checkpoint: Checkpoint, vision: VisionConfig) -> dict[str, Any]:
    """`eva_config` and `qformer_config` of VisualGLM-6B. Raises: UserError for an encoder that its code is not."""
    constants = VisionConfig()
    fixed = ("stem_channels", "layer_norm_eps", "post_layernorm_eps", "qformer_layer_norm_eps")
    if replace(vision, **{name: getattr(constants, name) for name in fixed}) != vision:
        raise _never(checkpoint, "its image encoder is not VisualGLM-6B's")
    vit = {
        "num_layers": vision.num_hidden_layers,
        "hidden_size": vision.hidden_size,
        "num_attention_heads": vision.num_attention_heads,
        "vocab_size": 1,
        "layernorm_order": "pre",
        "model_parallel_size": 1,
        "max_sequence_length": vision.num_patches + 1,
        "inner_hidden_size": vision.intermediate_size,
        "use_final_layernorm": False,
        "layernorm_epsilon": vision.layer_norm_eps,
        "image_size": [vision.image_size, vision.image_size],
        "pre_len": 1,
        "post_len": 0,
        "in_channels": 3,
        "num_classes": 0,
        "patch_size": vision.patch_size,
    }
    layers = range(vision.qformer_num_hidden_layers)
    qformer = {
        "num_layers": vision.qformer_num_hidden_layers,
        "hidden_size": vision.qformer_hidden_size,
        "num_attention_heads": vision.qformer_num_attention_heads,
        "inner_hidden_size": vision.qformer_intermediate_size,
        "vocab_size": vision.num_query_tokens,
        "layernorm_order": "post",
        "model_parallel_size": 1,
        "max_sequence_length": 0,
        "is_decoder": [number % vision.cross_attention_frequency == 0 for number in layers],
        "cross_attn_hidden_size": vision.hidden_size,
        "layernorm_epsilon": vision.qformer_layer_norm_eps,
    }
    return {"image_length": vision.num_query_tokens, "eva_config": vit, "qformer_config": qformer}


def _published_bits(checkpoint: Checkpoint, specs: Specs) -> int | None:
    """Bits of packed layers. Raises: UserError for groups of columns with a scale each, which are ours alone."""
    scales = [name for name in specs if name.endswith(".weight_scale") and ".layers." in name]
    if any(len(specs[name][0]) > 1 for name in scales):
        raise _never(checkpoint, "its INT4 weights have a scale for every 32 columns")
    if not scales:
        return None
    name = scales[0].removesuffix("_scale")
    return 8 if specs[name][0] == _full_shapes(checkpoint)[name] else 4


def _full_shapes(checkpoint: Checkpoint) -> dict[str, tuple[int, ...]]:
    """Of the network's weights, with nothing packed."""
    with torch.device("meta"):
        network = checkpoint.model_class(checkpoint.config)
    return {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}


def _native(checkpoint: Checkpoint, specs: Specs) -> tuple[str, dict[str, Any]]:
    """The family's key and transformers' config.json."""
    from .causal.folder import FAMILIES

    family = next(key for key, text in FAMILIES.items() if text == checkpoint.family)
    dtypes = Counter(str(dtype).removeprefix("torch.") for _, dtype in specs.values() if dtype.is_floating_point)
    about = {"architectures": [checkpoint.model_class.__name__], "dtype": dtypes.most_common(1)[0][0]}
    return family, checkpoint.config.to_dict() | about


def _beside(checkpoint: Checkpoint) -> dict[str, bytes]:
    """Tokenizer, template and what generation recommends, as they are."""
    paths = (checkpoint.folder / name for name in sorted(BESIDE_WEIGHTS - {CONFIG}))
    return {path.name: path.read_bytes() for path in paths if path.is_file()}


def _stated(defaults: GenerationParams) -> dict[str, Any]:
    return {name: value for name, value in asdict(defaults).items() if value not in (None, ())}


def _json(values: Mapping[str, Any]) -> bytes:
    return (json.dumps(values, indent=2, ensure_ascii=False) + "\n").encode()


def _copied(tensors: NamedTensors) -> NamedTensors:
    """For who keeps them for a while: a mapped tensor would stay in memory once it is read again."""
    return ((name, tensor.clone()) for name, tensor in tensors)


def _same(tensors: NamedTensors) -> NamedTensors:
    return tensors


def _never(checkpoint: Checkpoint, detail: str) -> UserError:
    return UserError("never_published", family=checkpoint.family, detail=detail)
