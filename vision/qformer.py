"""Q-Former: learned queries that read a picture through cross-attention.

Letters: B pictures, Q queries, T image tokens, D hidden size, V width of the image tokens, N heads.
Source: Li et al. 2023, "BLIP-2", section 3.1; LAVIS `models/blip2_models/Qformer.py` (its query branch). Layers are
post-norm as in BERT; parameter names are those of transformers' `Blip2QFormerModel`. The dropout of 0.1 that training
of the originals used is left out.
"""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional as F

from .config import VisionConfig


class QFormerProjections(nn.Module):
    """Multi-head attention without its output layer: queries (B, Q, D) read `source` (B, T, width) → (B, Q, D)."""

    def __init__(self, config: VisionConfig, source_size: int) -> None:
        super().__init__()
        self.num_heads = config.qformer_num_attention_heads
        self.query = nn.Linear(config.qformer_hidden_size, config.qformer_hidden_size)
        self.key = nn.Linear(source_size, config.qformer_hidden_size)
        self.value = nn.Linear(source_size, config.qformer_hidden_size)

    def forward(self, hidden: Tensor, source: Tensor) -> Tensor:
        query, key, value = (
            states.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)  # (B, N, length, D/N)
            for states in (self.query(hidden), self.key(source), self.value(source))
        )
        return F.scaled_dot_product_attention(query, key, value).transpose(1, 2).flatten(2)


class QFormerOutput(nn.Module):
    """What ends each half of a post-norm layer: LayerNorm(residual + dense(states))."""

    def __init__(self, config: VisionConfig, input_size: int) -> None:
        super().__init__()
        self.dense = nn.Linear(input_size, config.qformer_hidden_size)
        self.LayerNorm = nn.LayerNorm(config.qformer_hidden_size, eps=config.qformer_layer_norm_eps)

    def forward(self, states: Tensor, residual: Tensor) -> Tensor:
        return self.LayerNorm(residual + self.dense(states))


class QFormerAttention(nn.Module):
    """Attention with output layer and norm: self-attention when `source` is the queries themselves."""

    def __init__(self, config: VisionConfig, source_size: int) -> None:
        super().__init__()
        self.attention = QFormerProjections(config, source_size)
        self.output = QFormerOutput(config, config.qformer_hidden_size)

    def forward(self, hidden: Tensor, source: Tensor) -> Tensor:
        return self.output(self.attention(hidden, source), hidden)


class QFormerIntermediate(nn.Module):
    """The widening half of the feed-forward, with the exact (erf) GELU."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.dense = nn.Linear(config.qformer_hidden_size, config.qformer_intermediate_size)

    def forward(self, hidden: Tensor) -> Tensor:
        return F.gelu(self.dense(hidden))


class QFormerLayer(nn.Module):
    """Self-attention, in some layers cross-attention to the picture, then the feed-forward of the queries."""

    def __init__(self, config: VisionConfig, index: int) -> None:
        super().__init__()
        self.attention = QFormerAttention(config, config.qformer_hidden_size)
        looks_at_image = index % config.cross_attention_frequency == 0
        self.crossattention = QFormerAttention(config, config.hidden_size) if looks_at_image else None
        self.intermediate_query = QFormerIntermediate(config)
        self.output_query = QFormerOutput(config, config.qformer_intermediate_size)

    def forward(self, hidden: Tensor, image_states: Tensor) -> Tensor:
        hidden = self.attention(hidden, hidden)
        if self.crossattention is not None:
            hidden = self.crossattention(hidden, image_states)
        return self.output_query(self.intermediate_query(hidden), hidden)


class QFormerEncoder(nn.Module):
    """The stack of layers."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.layer = nn.ModuleList(QFormerLayer(config, index) for index in range(config.qformer_num_hidden_layers))

    def forward(self, hidden: Tensor, image_states: Tensor, collect: list[Tensor] | None = None) -> Tensor:
        for layer in self.layer:
            hidden = layer(hidden, image_states)
            if collect is not None:
                collect.append(hidden)
        return hidden


class QFormer(nn.Module):
    """Queries (B, Q, D) and image states (B, T, V) → query states (B, Q, D)."""

    def __init__(self, config: VisionConfig) -> None:
        super().__init__()
        self.layernorm = nn.LayerNorm(config.qformer_hidden_size, eps=config.qformer_layer_norm_eps)
        self.encoder = QFormerEncoder(config)

    def forward(self, query_embeds: Tensor, image_states: Tensor, collect: list[Tensor] | None = None) -> Tensor:
        """A list given as `collect` receives the normalised queries, then each layer's output."""
        hidden = self.layernorm(query_embeds)
        if collect is not None:
            collect.append(hidden)
        return self.encoder(hidden, image_states, collect)
