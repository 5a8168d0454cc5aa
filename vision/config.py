"""The sizes of an image encoder."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class VisionConfig:
    """Sizes of the vision transformer, the Q-Former and the projection; the defaults are VisualGLM-6B's.

    The three epsilons differ on purpose: ViT blocks, the norm after the ViT, and the Q-Former each have their own.
    """

    image_size: int = 224  # pixels, square
    patch_size: int = 14  # pixels, square
    stem_channels: tuple[int, ...] = ()  # of 3 × 3 convolutions of stride 2 before the patches; VisualGLM has none
    hidden_size: int = 1408
    num_hidden_layers: int = 39
    num_attention_heads: int = 16
    intermediate_size: int = 6144
    layer_norm_eps: float = 1e-6
    post_layernorm_eps: float = 1e-5
    qformer_hidden_size: int = 768
    qformer_num_hidden_layers: int = 12
    qformer_num_attention_heads: int = 12
    qformer_intermediate_size: int = 3072
    qformer_layer_norm_eps: float = 1e-12
    cross_attention_frequency: int = 2  # layers 0, 2, 4, … of the Q-Former look at the image
    num_query_tokens: int = 32
    output_size: int = 4096  # the language model's hidden size

    def __post_init__(self) -> None:
        divisions = (
            ("image_size", "patch_size"),
            ("hidden_size", "num_attention_heads"),
            ("qformer_hidden_size", "qformer_num_attention_heads"),
        )
        for whole, part in divisions:
            if getattr(self, part) < 1 or getattr(self, whole) % getattr(self, part):
                raise ValueError(
                    f"{whole} ({getattr(self, whole)}) must be a multiple of {part} ({getattr(self, part)})"
                )
        if self.stem_channels and self.patch_size != 2 ** len(self.stem_channels):
            raise ValueError(f"a stem of {len(self.stem_channels)} convolutions makes patches of 2 ** that many pixels")
        if self.cross_attention_frequency < 1:
            raise ValueError(f"cross_attention_frequency must be at least 1, not {self.cross_attention_frequency}")

    @property
    def num_patches(self) -> int:
        """Patches of one picture; the class token comes on top."""
        return (self.image_size // self.patch_size) ** 2

    def to_dict(self) -> dict[str, Any]:
        """Every field by name, ready for JSON."""
        return {**dataclasses.asdict(self), "stem_channels": list(self.stem_channels)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> VisionConfig:
        """Read `to_dict`'s output. Unknown keys are skipped with a warning; missing ones take the default.

        Raises ValueError naming the fields when one without a default is missing.
        """
        fields = dataclasses.fields(cls)
        unknown = sorted(set(values) - {field.name for field in fields})
        if unknown:
            warnings.warn(f"unknown vision settings ignored: {', '.join(unknown)}", stacklevel=2)
        missing = [f.name for f in fields if f.default is dataclasses.MISSING and f.name not in values]
        if missing:
            raise ValueError(f"vision settings missing: {', '.join(missing)}")
        known = {field.name: values[field.name] for field in fields if field.name in values}
        return cls(**{**known, "stem_channels": tuple(known.get("stem_channels", ()))})
