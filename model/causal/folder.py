"""A folder with a newer GLM model → everything but its weights: config, class, tokenizer, template."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

from ..errors import UserError
from . import layout
from .templates import JinjaTemplate, RoleTemplate, RoundTemplate, Template
from .tokenizers import BytePairTokenizer, SentencePieceTokenizer, read_tokenizer

# Declared model_type → transformers' classes; weights have their names already
_NATIVE: dict[str, tuple[type[PreTrainedConfig], type[PreTrainedModel]]] = {
    "glm": (GlmConfig, GlmForCausalLM),  # GLM-4-9B-*-hf, GLM-Edge
    "glm4": (Glm4Config, Glm4ForCausalLM),  # GLM-4-0414, GLM-Z1
    "glm4v": (Glm4vConfig, Glm4vForConditionalGeneration),  # GLM-4.1V
}
_ROLE = re.compile(r"<\|(system|user|assistant|observation)\|>")
_CHATGLM2_LENGTH = 32768
_OUTER = ("architectures", "model_type", "vision_config")


@dataclass(frozen=True)
class CausalFolder:
    """What a folder holds, before any weight is read."""

    family: str  # "chatglm2" | "chatglm3" | "glm-4" | "glm" | "glm4" | "glm4v"
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
    if values.get("vision_config") and not images:
        raise ValueError("it has an image encoder (GLM-Edge-V) that transformers has no class for")
    config_class, model_class = _NATIVE[family]
    if images and "text_config" not in values:  # the first files had the text model's fields at the top
        values = {**values, "text_config": {name: value for name, value in values.items() if name not in _OUTER}}
    config = config_class.from_dict(dict(values))
    text_config = config.get_text_config()
    tokenizer = read_tokenizer(folder)
    _check_vocabulary(tokenizer, text_config.vocab_size)
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
