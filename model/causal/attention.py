"""Our attention under transformers' models: on a CPU it reads the cache once, without a copy for every query head."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from torch.nn.functional import scaled_dot_product_attention
from transformers import AttentionInterface, AttentionMaskInterface, PreTrainedModel
from transformers.masking_utils import sdpa_mask

from kernels.attention import attention

NAME = "glm_webui"


def use_own_attention(network: PreTrainedModel) -> None:
    """Let a network's decoder attend with `kernels.attention`; its image encoder is left as it is."""
    AttentionInterface.register(NAME, _attend)
    AttentionMaskInterface.register(NAME, sdpa_mask)
    network.config.get_text_config()._attn_implementation = NAME


def _attend(
    module: nn.Module, query: Tensor, key: Tensor, value: Tensor, attention_mask: Tensor | None, **_: Any
) -> tuple[Tensor, None]:
    """(batch, heads, length, head_dim) → (batch, length, heads, head_dim); no mask means causal, as it does there."""
    if attention_mask is None and query.shape[2] > 1:
        result = scaled_dot_product_attention(query, key, value, is_causal=True, enable_gqa=True)
    else:
        result = attention(query, key, value, attention_mask)
    return result.transpose(1, 2).contiguous(), None
