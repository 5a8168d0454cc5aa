"""The image encoder: vision transformer → Q-Former → projection to the width of the language model."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from .config import VisionConfig
from .eva_vit import EvaVisionModel
from .qformer import QFormer

INIT_STD = 0.02


class ImageEncoder(nn.Module):
    """Pixels (B, 3, S, S) → image embeddings (B, num_query_tokens, output_size).

    `vision_model`, `qformer` and `language_projection` may have different dtypes (half ViT, float32 Q-Former): each
    casts its input to its own. Source: VisualGLM-6B `visual.py`, LAVIS `blip2_opt.py`.
    """

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.config = config
        self.vision_model = EvaVisionModel(config)
        self.query_tokens = nn.Parameter(torch.empty(1, config.num_query_tokens, config.qformer_hidden_size))
        self.qformer = QFormer(config)
        self.language_projection = nn.Linear(config.qformer_hidden_size, config.output_size)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw fresh weights for training from scratch: truncated normals (std 0.02), zero biases, unit norms."""
        for module in self.modules():
            if isinstance(module, nn.Linear | nn.Conv2d):
                nn.init.trunc_normal_(module.weight, std=INIT_STD)
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
            elif isinstance(module, nn.LayerNorm):
                module.reset_parameters()
        embeddings = self.vision_model.embeddings
        for parameter in (self.query_tokens, embeddings.class_embedding, embeddings.position_embedding):
            nn.init.trunc_normal_(parameter, std=INIT_STD)

    def read(self, image_states: Tensor) -> Tensor:
        """Image states (B, T, hidden_size) → query states (B, num_query_tokens, qformer_hidden_size)."""
        dtype = self.qformer.layernorm.weight.dtype
        query_embeds = self.query_tokens.expand(len(image_states), -1, -1)
        return self.qformer(query_embeds.to(dtype), image_states.to(dtype))

    def forward(self, pixel_values: Tensor) -> Tensor:
        """Encode pictures prepared by `vision.image.pixel_values`.

        Raises ValueError, with the shape found and the one expected, when the pixels do not fit the configuration.
        """
        query_states = self.read(self.vision_model(pixel_values))
        return self.language_projection(query_states.to(self.language_projection.weight.dtype))
