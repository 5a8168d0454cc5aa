"""EVA ViT: a pre-norm vision transformer over square patches.

Letters: B pictures, S image size, T = 1 + patches tokens, D hidden size, N heads.
Source: Fang et al. 2022, "EVA: Exploring the Limits of Masked Visual Representation Learning at Scale"; LAVIS
`models/eva_vit.py`; VisualGLM-6B `visual.py`. Parameter names are those of transformers' `Blip2VisionModel`.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from .config import VisionConfig


class ConvStem(nn.Sequential):
    """Pictures (B, 3, S, S) → patches (B, D, S / patch_size, S / patch_size) through overlapping convolutions.

    A small model trained from nothing sees edges and colours an order of magnitude sooner through them than through
    one linear map of each patch. Source: Xiao et al. 2021, "Early Convolutions Help Transformers See Better".
    """

    def __init__(self, config: VisionConfig) -> None:
        layers: list[nn.Module] = []
        for inputs, outputs in pairwise((3, *config.stem_channels)):
            layers += [nn.Conv2d(inputs, outputs, 3, stride=2, padding=1), nn.GELU()]
        super().__init__(*layers, nn.Conv2d(config.stem_channels[-1], config.hidden_size, 3, padding=1))


class PatchEmbeddings(nn.Module):
    """Pictures (B, 3, S, S) → tokens (B, T, D): the class token, then the patches row by row, all with positions."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.class_embedding = nn.Parameter(torch.empty(1, 1, config.hidden_size))
        self.position_embedding = nn.Parameter(torch.empty(1, 1 + config.num_patches, config.hidden_size))
        patch_size = config.patch_size
        self.patch_embedding: nn.Module = (
            ConvStem(config) if config.stem_channels else nn.Conv2d(3, config.hidden_size, patch_size, patch_size)
        )

    def forward(self, pixel_values: Tensor) -> Tensor:
        patches = self.patch_embedding(pixel_values).flatten(2).transpose(1, 2)
        class_token = self.class_embedding.expand(len(patches), -1, -1)
        return torch.cat([class_token, patches], dim=1) + self.position_embedding


class EvaAttention(nn.Module):
    """Self-attention (B, T, D) → (B, T, D). The rows of `qkv` are three blocks q, k, v, each ordered by head."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.num_heads = config.num_attention_heads
        self.qkv = nn.Linear(config.hidden_size, 3 * config.hidden_size)
        self.projection = nn.Linear(config.hidden_size, config.hidden_size)

    def forward(self, hidden: Tensor) -> Tensor:
        qkv = self.qkv(hidden).unflatten(-1, (3, self.num_heads, -1))  # (B, T, 3, N, D/N)
        query, key, value = qkv.permute(2, 0, 3, 1, 4)  # each (B, N, T, D/N)
        context = F.scaled_dot_product_attention(query, key, value)
        return self.projection(context.transpose(1, 2).flatten(2))


class EvaMlp(nn.Module):
    """Feed-forward (B, T, D) → (B, T, D) with the exact (erf) GELU."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.fc1 = nn.Linear(config.hidden_size, config.intermediate_size)
        self.fc2 = nn.Linear(config.intermediate_size, config.hidden_size)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(hidden)))


class EvaBlock(nn.Module):
    """One pre-norm block (B, T, D) → (B, T, D)."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.layer_norm1 = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.self_attn = EvaAttention(config)
        self.layer_norm2 = nn.LayerNorm(config.hidden_size, eps=config.layer_norm_eps)
        self.mlp = EvaMlp(config)

    def forward(self, hidden: Tensor) -> Tensor:
        hidden = hidden + self.self_attn(self.layer_norm1(hidden))
        return hidden + self.mlp(self.layer_norm2(hidden))


class EvaEncoder(nn.Module):
    """The stack of blocks, without a norm of its own."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.layers = nn.ModuleList(EvaBlock(config) for _ in range(config.num_hidden_layers))

    def forward(self, hidden: Tensor, collect: list[Tensor] | None = None) -> Tensor:
        for layer in self.layers:
            hidden = layer(hidden)
            if collect is not None:
                collect.append(hidden)
        return hidden


class EvaVisionModel(nn.Module):
    """Pictures → patch states, through the blocks and the norm the original calls `ln_vision`."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = PatchEmbeddings(config)
        self.encoder = EvaEncoder(config)
        # A larger epsilon than in the blocks: both originals leave this one norm at torch's default.
        self.post_layernorm = nn.LayerNorm(config.hidden_size, eps=config.post_layernorm_eps)

    def forward(self, pixel_values: Tensor, collect: list[Tensor] | None = None) -> Tensor:
        """Pixels (B, 3, S, S), normalised as `vision.image.pixel_values` does → states (B, 1 + patches, D).

        A list given as `collect` receives the states before `post_layernorm`: the embeddings, then each block's.
        Raises ValueError when the pixels have another shape than the configuration asks for.
        """
        size = self.config.image_size
        if pixel_values.dim() != 4 or pixel_values.shape[1:] != (3, size, size):
            raise ValueError(f"pixel_values must be (batch, 3, {size}, {size}), but are {tuple(pixel_values.shape)}")
        hidden = self.embeddings(pixel_values.to(self.embeddings.class_embedding.dtype))
        if collect is not None:
            collect.append(hidden)
        return self.post_layernorm(self.encoder(hidden, collect))
