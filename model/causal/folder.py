"""A folder with a newer GLM model → a `Checkpoint`: config, class, tokenizer, template, names of the weights."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from transformers import (
    Glm4Config,
    Glm4ForCausalLM,
    Glm4vConfig,
    Glm4vForConditionalGeneration,
    GlmConfig,
    GlmForCausalLM,
    PreTrainedConfig,
    PreTrainedModel,
)

from ..checkpoint import Checkpoint
from ..errors import UserError
from ..packed import Stored, as_stored
from ..tensors import TensorFiles
from ..types import GenerationParams
from . import layout
from .engine import CausalEngine
from .pictures import PatchProcessor
from .templates import JinjaTemplate, RoleTemplate, RoundTemplate, Template
from .tokenizers import BytePairTokenizer, SentencePieceTokenizer, read_tokenizer

# Declared model_type → transformers' classes; weights have their names already
_NATIVE: dict[str, tuple[type[PreTrainedConfig], type[PreTrainedModel]]] = {
    "glm": (GlmConfig, GlmForCausalLM),  # GLM-4-9B-*-hf, GLM-Edge
    "glm4": (Glm4Config, Glm4ForCausalLM),  # GLM-4-0414, GLM-Z1
    "glm4v": (Glm4vConfig, Glm4vForConditionalGeneration),  # GLM-4.1V
}
FAMILIES = {
    "chatglm2": "ChatGLM2-6B",
    "chatglm3": "ChatGLM3-6B",
    "glm-4": "GLM-4-9B",
    "glm": "GLM-4",
    "glm4": "GLM-4-0414 or GLM-Z1",
    "glm4v": "GLM-4.1V",
}
OWN = "glm_webui"
"""What `model.convert` adds to the config.json of a model published under other names: its family and name."""
_ROLE = re.compile(r"<\|(system|user|assistant|observation)\|>")
_CHATGLM2_LENGTH = 32768
_IGNORED = re.compile(r"transformer\.rotary_pos_emb\.inv_freq|.*\.rotary_emb\.inv_freq")
_OUTER = ("architectures", "model_type", "vision_config")


@dataclass(frozen=True)
class CausalFolder:
    """What the small files of a folder say."""

    family: str  # a key of FAMILIES
    model_class: type[PreTrainedModel]
    config: PreTrainedConfig
    published_layout: bool  # weights have the published names, to be renamed by `layout.rename`
    bits: int | None  # 4 or 8 where the weights are packed
    tokenizer: SentencePieceTokenizer | BytePairTokenizer
    template: Template
    context_length: int  # tokens, prompt and answer together
    images: bool


def is_causal(values: Mapping[str, Any]) -> bool:
    """Whether a parsed `config.json` is of a model this package knows."""
    return layout.is_published_layout(values) or values.get("model_type") in _NATIVE


def read_folder(folder: Path, values: Mapping[str, Any]) -> CausalFolder:
    """Read the small files beside the weights; `values` is the parsed `config.json`, for which `is_causal` holds.

    Raises: UserError("model_broken") naming what is wrong.
    """
    try:
        if layout.is_published_layout(values):
            return _published(folder, values)
        return _native(folder, values)
    except UserError:
        raise
    except Exception as error:  # transformers checks types and sizes in several ways of its own
        reason = error if isinstance(error, ValueError) else error.__cause__ or error
        detail = (str(reason) or type(reason).__name__).splitlines()[0]
        raise UserError("model_broken", path=folder, detail=detail) from error


def checkpoint(path: Path, folder: Path, values: dict[str, Any]) -> Checkpoint:
    """The checkpoint of a folder. path: the folder, or a weight file in it. Raises: UserError as `read_folder`."""
    found = read_folder(folder, values)
    files = TensorFiles(path)
    if isinstance(found.config, GlmConfig) and found.published_layout:
        shapes = layout.published_shapes(found.config, found.bits)
        packed = frozenset(name.removesuffix("_scale") for name in shapes if name.endswith(".weight_scale"))
        stored = Stored(shapes, packed, packed if found.bits == 4 else frozenset(), found.bits)
    else:
        with torch.device("meta"):
            network = found.model_class(found.config)
        stored = as_stored({name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}, files)
    head = {"lm_head.weight", "lm_head.weight_scale", "transformer.output_layer.weight"} & stored.shapes.keys()
    patches = PatchProcessor(folder) if found.images else None
    return Checkpoint(
        path=path,
        files=files,
        family=FAMILIES[found.family],
        version="",
        config=found.config,
        model_class=found.model_class,
        make_engine=lambda network: CausalEngine(network, found.tokenizer, found.template, patches),
        context_length=found.context_length,
        images=found.images,
        shapes=stored.shapes,
        packed=stored.packed,
        halved=stored.halved,
        banded=stored.banded,
        optional=frozenset(head if found.config.tie_word_embeddings else ()),
        ignored=_IGNORED,
        rename=_renamer(found.config) if isinstance(found.config, GlmConfig) and found.published_layout else _same,
        bits=stored.bits,
        name=values.get(OWN, {}).get("name", ""),
        defaults=_defaults(folder),
        thinking=found.template.thinking,
        several_images=found.images,
    )


def _renamer(config: GlmConfig) -> Callable[[layout.NamedTensors], layout.NamedTensors]:
    def rename(tensors: layout.NamedTensors) -> Iterator[tuple[str, Tensor]]:
        for name, tensor in tensors:
            yield from layout.rename(name, tensor, config)

    return rename


def _same(tensors: layout.NamedTensors) -> layout.NamedTensors:
    return tensors


def _defaults(folder: Path) -> GenerationParams:
    """What generation_config.json recommends, within our limits; without it what the originals' demos use."""
    given = _json(folder / "generation_config.json")
    values: dict[str, Any] = {"max_new_tokens": 1024, "temperature": 0.8, "top_p": 0.8, "top_k": 50}
    for name in ("temperature", "top_p", "top_k", "repetition_penalty"):
        low, high = GenerationParams.LIMITS[name]
        if isinstance(given.get(name), int | float) and low < given[name] <= high:
            values[name] = given[name]
    if given.get("do_sample") is False:
        values["temperature"] = 0
    return GenerationParams(**values)


def speaks_roles(values: Mapping[str, Any], tokenizer_config: Mapping[str, Any], tokenizer_code: str) -> bool:
    """Whether a folder of the published layout with a SentencePiece vocabulary is ChatGLM3 (role tokens), not ChatGLM2.

    Networks, vocabularies and configs are the same, so the files beside them tell: tokenizer_config.json (recent ones
    list the role tokens), the published tokenization_chatglm.py (read as text, never run), else the context length,
    32768 without `rope_ratio` being ChatGLM2-6B's.
    Raises: ValueError when nothing tells.
    """
    if _ROLE.search(json.dumps(dict(tokenizer_config))) or _ROLE.search(tokenizer_code):
        return True
    if tokenizer_code:
        return False
    stretched = (values.get("rope_ratio") or 1) != 1
    if values["seq_length"] != _CHATGLM2_LENGTH:
        return True
    if not stretched:
        return False
    raise ValueError("it may be ChatGLM2-6B-32k or ChatGLM3-6B-32k; put its tokenization_chatglm.py beside it")


def _published(folder: Path, values: Mapping[str, Any]) -> CausalFolder:
    tokenizer = read_tokenizer(folder)
    if isinstance(tokenizer, BytePairTokenizer):
        family = "glm-4"
    else:
        code = folder / "tokenization_chatglm.py"
        text = code.read_text("utf-8", errors="replace") if code.is_file() else ""
        family = "chatglm3" if speaks_roles(values, _json(folder / "tokenizer_config.json"), text) else "chatglm2"
    config = layout.config_from_remote(values, interpolated=family == "chatglm2")
    _check_vocabulary(tokenizer, config.vocab_size)
    return CausalFolder(
        family=family,
        model_class=GlmForCausalLM,
        config=config,
        published_layout=True,
        bits=layout.quantized_bits(values),
        tokenizer=tokenizer,
        template=RoundTemplate(tokenizer) if family == "chatglm2" else RoleTemplate(tokenizer),
        context_length=config.max_position_embeddings,
        images=False,
    )


def _native(folder: Path, values: Mapping[str, Any]) -> CausalFolder:
    family = str(values["model_type"])
    images = family == "glm4v"
    origin = values.get(OWN, {}).get("family", family)
    if values.get("vision_config") and not images:
        raise ValueError("it has an image encoder (GLM-Edge-V) that transformers has no class for")
    config_class, model_class = _NATIVE[family]
    if images and "text_config" not in values:  # the first files had the text model's fields at the top
        values = {**values, "text_config": {name: value for name, value in values.items() if name not in _OUTER}}
    config = config_class.from_dict(dict(values))
    text_config = config.get_text_config()
    tokenizer = read_tokenizer(folder)
    _check_vocabulary(tokenizer, text_config.vocab_size)
    if origin != family:  # converted by us from the published layout
        template: Template = RoundTemplate(tokenizer) if origin == "chatglm2" else RoleTemplate(tokenizer)
        return CausalFolder(
            origin, model_class, config, False, None, tokenizer, template, text_config.max_position_embeddings, images
        )
    stop_ids = _ids(getattr(text_config, "eos_token_id", None)) | _ids(getattr(config, "eos_token_id", None))
    stop_ids |= _ids(_json(folder / "generation_config.json").get("eos_token_id"))
    if not stop_ids:
        raise ValueError("neither config.json nor generation_config.json has an eos_token_id")
    return CausalFolder(
        family=family,
        model_class=model_class,
        config=config,
        published_layout=False,
        bits=None,
        tokenizer=tokenizer,
        template=JinjaTemplate(tokenizer, _chat_template(folder), stop_ids, images),
        context_length=text_config.max_position_embeddings,
        images=images,
    )


def _chat_template(folder: Path) -> str:
    """Raises: ValueError when there is none."""
    path = folder / "chat_template.jinja"
    if path.is_file():
        return path.read_text("utf-8")
    template = _json(folder / "tokenizer_config.json").get("chat_template")
    template = template or _json(folder / "chat_template.json").get("chat_template")
    if isinstance(template, list):  # several, by name
        template = next((entry.get("template") for entry in template if entry.get("name") == "default"), None)
    if not isinstance(template, str):
        raise ValueError("there is no chat template: chat_template.jinja is missing and tokenizer_config.json has none")
    return template


def _json(path: Path) -> dict[str, Any]:
    """{} without the file. Raises: ValueError when it is damaged."""
    if not path.is_file():
        return {}
    try:
        values = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ValueError(f"{path.name} is damaged ({error})") from None
    if not isinstance(values, dict):
        raise ValueError(f"{path.name} is not an object")
    return values


def _ids(value: int | list[int] | None) -> frozenset[int]:
    return frozenset([] if value is None else [value] if isinstance(value, int) else value)


def _check_vocabulary(tokenizer: SentencePieceTokenizer | BytePairTokenizer, rows: int) -> None:
    if tokenizer.vocab_size > rows:
        raise ValueError(f"the tokenizer has {tokenizer.vocab_size} pieces, but the model only {rows} embeddings")
