"""Scaled dot-product attention: our own kernel for a new token on a CPU, PyTorch's for all else."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

from . import dispatch


def attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> Tensor:
    """(batch, heads, length, head_dim) of query → the same; key and value may be of a smaller dtype, as caches are.

    key, value: (batch, kv_heads, total, head_dim), each head serving heads / kv_heads of the query's.
    mask: boolean (batch, 1, length, total), True = may attend; None: everything may.
    """
    if mask is None and query.shape[0] == query.shape[2] == 1 and not query.requires_grad:
        result = _one_token(query[0, :, 0], key[0], value[0])
        if result is not None:
            return result[None, :, None]
    key, value = key.to(query.dtype), value.to(query.dtype)
    if query.requires_grad and query.device.type == "cpu" and mask is not None and key.shape == query.shape:
        return _in_steps(query, key, value, mask)
    grouped = key.shape[1] != query.shape[1]
    return F.scaled_dot_product_attention(query, key, value, attn_mask=mask, enable_gqa=grouped)


def _in_steps(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> Tensor:
    """For training: the backward of PyTorch's fused kernel, and its own steps, take a quarter longer on a CPU."""
    bias = torch.zeros(mask.shape, dtype=query.dtype).masked_fill_(~mask, torch.finfo(query.dtype).min)
    bias = bias.expand(-1, query.shape[1], -1, -1)
    rows = [part.flatten(0, 1) for part in (bias, query, key, value)]  # (batch * heads, length, …)
    scores = torch.baddbmm(rows[0], rows[1], rows[2].mT, alpha=query.shape[-1] ** -0.5)
    return torch.bmm(scores.softmax(-1), rows[3]).view_as(query)


def _one_token(query: Tensor, key: Tensor, value: Tensor) -> Tensor | None:
    """(heads, head_dim) → the same, or None where there is no kernel for it."""
    kernel = dispatch.cpu_kernel(query.device)
    rows = (key.shape[2], 1)  # a head's vectors lie behind one another
    fits = query.dtype == torch.float32 and key.dtype in (torch.float32, torch.float16)
    if kernel is None or not fits or key.stride() != value.stride() or key.stride()[1:] != rows:
        return None
    return kernel.attend(query, key, value)
