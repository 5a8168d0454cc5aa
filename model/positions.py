"""GLM's two-row position ids and prefix-bidirectional mask, derived from the token ids.

With c = index of the first `<sop>` and m = index of the first `[gMASK]`, else `[MASK]`: everything before c is
context and sees all of the context; from `<sop>` on the order is causal. Row 0 of the positions counts the context and
stays at m afterwards; row 1 is 0 on the context and 1, 2, 3… from `<sop>` on.

Source: GLM (arXiv:2103.10360), section 2; modeling_chatglm.py, `get_position_ids` and `get_masks`.
"""

from __future__ import annotations

import torch
from torch import Tensor

from .config import GLMConfig
from .errors import UserError


def first_index(input_ids: Tensor, token_id: int) -> Tensor:
    """Index of the first `token_id` in each row of (batch, seq); seq where a row has none. Shape (batch,)."""
    found = input_ids == token_id
    return torch.where(found.any(-1), found.int().argmax(-1), input_ids.shape[-1])


def context_length(input_ids: Tensor, config: GLMConfig) -> Tensor:
    """Tokens before the first `<sop>` of each row, pads included; (batch,).

    Raises: UserError("prompt_ids") when a row has no `<sop>`.
    """
    lengths = first_index(input_ids, config.bos_token_id)
    if (lengths == input_ids.shape[-1]).any():
        raise UserError("prompt_ids", missing="<sop>")
    return lengths


def position_ids(
    input_ids: Tensor, config: GLMConfig, attention_mask: Tensor | None = None, upstream_1d_decode: bool = False
) -> Tensor:
    """Positions of every token of whole rows: (batch, 2, seq), or (batch, 1, seq) without 2-D encoding.

    attention_mask: (batch, seq), 0 on left pads, which then do not count; None counts every token.
    upstream_1d_decode: compatibility switch; the original's cached 1-D steps stay at the mask for `[gMASK]` too.
    Raises: UserError("prompt_ids") when a row lacks `<sop>` or both masks.
    """
    batch, length = input_ids.shape
    context = context_length(input_ids, config)
    gmask = first_index(input_ids, config.gmask_token_id)
    masked = torch.where(gmask < length, gmask, first_index(input_ids, config.mask_token_id))
    if (masked == length).any():
        raise UserError("prompt_ids", missing="[gMASK] and [MASK]")
    index = torch.arange(length, device=input_ids.device).expand(batch, length)
    after = index >= context[:, None]
    if config.position_encoding_2d:
        first = torch.where(after, masked[:, None], index)
        second = torch.where(after, index - context[:, None] + 1, 0)
    else:
        stays = after & ((gmask == length)[:, None] | upstream_1d_decode)
        first, second = torch.where(stays, masked[:, None], index), None
    if attention_mask is not None:
        pads = first_index(attention_mask, 1)
        first = (first - pads[:, None]).clamp(min=0)
    return torch.stack([first] if second is None else [first, second], dim=1)


def position_step(input_ids: Tensor, config: GLMConfig) -> Tensor:
    """What each further token adds to the last position ids of its row: (batch, 2, 1), or (batch, 1, 1) in 1-D mode."""
    if config.position_encoding_2d:
        return torch.tensor([0, 1], device=input_ids.device).view(1, 2, 1).expand(input_ids.shape[0], 2, 1)
    return (input_ids == config.gmask_token_id).any(-1).long().view(-1, 1, 1)


def visible(
    input_ids: Tensor, config: GLMConfig, attention_mask: Tensor | None, past_length: int, prefix_length: int
) -> Tensor | None:
    """Boolean mask (batch, 1, query, key), True = may attend, or None when everything may be seen.

    input_ids: (batch, query), the tokens being computed. attention_mask: (batch, past tokens + query), 0 on pads.
    past_length counts the prefix, whose keys are visible to all.
    Source: modeling_chatglm.py, `get_masks` (there True = blocked).
    """
    query = input_ids.shape[-1]
    if query == 1 and attention_mask is None:
        return None
    keys = past_length + query
    key_index = torch.arange(keys, device=input_ids.device)
    seen = key_index[None, None, :] <= key_index[past_length:, None]
    if past_length == prefix_length:  # whole prompts; a later piece follows <sop> and is causal
        seen = seen | (key_index < prefix_length + context_length(input_ids, config)[:, None, None])
    if attention_mask is not None:
        real = torch.nn.functional.pad(attention_mask.bool(), (prefix_length, 0), value=True)
        seen = seen & real[:, None, :]
    return seen[:, None]
