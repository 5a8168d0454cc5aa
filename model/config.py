"""Configuration of the GLM decoder and, where there is one, its image encoder."""

from __future__ import annotations

import math
from typing import Any

from transformers import PreTrainedConfig

from vision.config import VisionConfig

# names in published config.json files -> ours
UPSTREAM_NAMES = {
    "num_layers": "num_hidden_layers",
    "inner_hidden_size": "intermediate_size",
    "layernorm_epsilon": "layer_norm_eps",
    "max_sequence_length": "max_position_embeddings",
}


_UPSTREAM = (  # fields that a published config.json states
    *("vocab_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size", "layer_norm_eps"),
    *("max_position_embeddings", "position_encoding_2d", "pad_token_id", "bos_token_id", "eos_token_id"),
    *("mask_token_id", "gmask_token_id", "pre_seq_len", "prefix_projection"),
)
_UPSTREAM_DEPTH = 28  # in the residual factor, whatever the depth is


class GLMConfig(PreTrainedConfig):
    """ChatGLM-6B's shape; the defaults are the published 6B model with the 130528-row vocabulary.

    residual_scale_layers: L in the residual factor sqrt(2 L). The original uses 28 whatever its depth is.
    rotary_dtype: dtype of the rotary angles and tables, "float32", "float16" (what `.half()` does upstream) or
        None for fp16 models in fp16 and all others in fp32.
    num_image_tokens: ids before those of text, 20000 in ChatGLM-6B of March 2023.
    pre_seq_len, prefix_projection: P-Tuning v2 prefix, None without.
    vision: None for a text model.
    card: what a model says of itself: "name", "description" (by language) and "defaults" (generation parameters).
    Source: configuration_chatglm.py of THUDM/chatglm-6b v1.1.0.
    """

    model_type = "glm_webui"

    def __init__(
        self,
        vocab_size: int = 130528,
        hidden_size: int = 4096,
        num_hidden_layers: int = 28,
        num_attention_heads: int = 32,
        intermediate_size: int = 16384,
        layer_norm_eps: float = 1e-5,
        max_position_embeddings: int = 2048,
        position_encoding_2d: bool = True,
        residual_scale_layers: int = _UPSTREAM_DEPTH,
        rotary_dtype: str | None = None,
        initializer_range: float = 0.02,
        pad_token_id: int | None = 3,
        bos_token_id: int | None = 130004,
        eos_token_id: int | None = 130005,
        mask_token_id: int = 130000,
        gmask_token_id: int = 130001,
        num_image_tokens: int = 0,
        tie_word_embeddings: bool = True,
        use_cache: bool = True,
        pre_seq_len: int | None = None,
        prefix_projection: bool = False,
        vision: VisionConfig | dict[str, Any] | None = None,
        card: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        self.vocab_size = vocab_size
        self.hidden_size = hidden_size
        self.num_hidden_layers = num_hidden_layers
        self.num_attention_heads = num_attention_heads
        self.intermediate_size = intermediate_size
        self.layer_norm_eps = layer_norm_eps
        self.max_position_embeddings = max_position_embeddings
        self.position_encoding_2d = position_encoding_2d
        self.residual_scale_layers = residual_scale_layers
        self.rotary_dtype = rotary_dtype
        self.initializer_range = initializer_range
        self.mask_token_id = mask_token_id
        self.gmask_token_id = gmask_token_id
        self.num_image_tokens = num_image_tokens
        self.pre_seq_len = pre_seq_len
        self.prefix_projection = prefix_projection
        self.vision = vision.to_dict() if isinstance(vision, VisionConfig) else vision
        self.card = card or {}
        kwargs |= {
            "pad_token_id": pad_token_id,
            "bos_token_id": bos_token_id,
            "eos_token_id": eos_token_id,
            "tie_word_embeddings": tie_word_embeddings,
            "use_cache": use_cache,
        }
        super().__init__(**kwargs)
        rotary_parts = 4 if position_encoding_2d else 2
        if hidden_size % (num_attention_heads * rotary_parts):
            raise ValueError(
                f"hidden_size {hidden_size} must be a multiple of num_attention_heads x {rotary_parts} "
                f"= {num_attention_heads * rotary_parts}"
            )

    @property
    def head_dim(self) -> int:
        return self.hidden_size // self.num_attention_heads

    @property
    def residual_scale(self) -> float:
        """alpha, the factor of the normalised input in every residual sum."""
        return math.sqrt(2 * self.residual_scale_layers)

    @property
    def vision_config(self) -> VisionConfig | None:
        return VisionConfig.from_dict(self.vision) if self.vision else None

    @classmethod
    def from_upstream(cls, config: dict[str, Any]) -> GLMConfig:
        """Read a published ChatGLM-6B `config.json` (already parsed); fields of no use here are left out."""
        ours = {UPSTREAM_NAMES.get(name, name): value for name, value in config.items()}
        known = cls.__init__.__code__.co_varnames[1 : cls.__init__.__code__.co_argcount]
        return cls(**{name: value for name, value in ours.items() if name in known})

    def to_upstream(self) -> dict[str, Any]:
        """What a published `config.json` says of this decoder; `from_upstream` reads it."""
        theirs = {ours: name for name, ours in UPSTREAM_NAMES.items()}
        values = {theirs.get(name, name): getattr(self, name) for name in _UPSTREAM}
        values = {name: value for name, value in values.items() if value is not None}
        if self.residual_scale_layers != _UPSTREAM_DEPTH:
            values["residual_scale_layers"] = self.residual_scale_layers
        return {"architectures": ["ChatGLMModel"], "model_type": "chatglm", **values}
