"""All layers of a ChatGLM-6B for one new token on a CPU, in one call of the compiled library."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from . import dispatch
from .cpu.library import Layers
from .linear import QuantizedLinear


def glm_layers(
    norms: Sequence[Sequence[nn.LayerNorm]], linears: Sequence[Sequence[nn.Module]], alpha: float
) -> Layers | None:
    """Prepares for `one_token`, or None where the layers have to do it part by part.

    For each layer the norms before and behind the attention, and the linears to queries, keys and values, from the
    context, to the wide states and back. alpha: of the normalised input in the residual sums.
    """
    matrices = []
    for four in linears:
        matrices.append(
            [linear.matrix() for linear in four if isinstance(linear, QuantizedLinear) and linear.interleaved]
        )
        if len(matrices[-1]) < len(four):
            return None
    tables = [[tensor for norm in two for tensor in (norm.weight, norm.bias)] for two in norms]
    if any(tensor.dtype != torch.float32 for four in tables for tensor in four):
        return None
    return Layers(tables, matrices, norms[0][0].eps, alpha)


def one_token(
    states: Tensor, layers: Layers, rotary: tuple[Tensor, Tensor], cache: Sequence[tuple[Tensor, Tensor]]
) -> Tensor | None:
    """states (1, 1, hidden) -> the same, or None, with nothing written, where there is no kernel for them.

    rotary: cos and sin (…, parts, head_dim / parts). cache: for each layer keys and values (1, heads, length, head_dim)
    of a `KVCache`, whose last position is written.
    """
    kernel = dispatch.cpu_kernel(states.device)
    if kernel is None or states.dtype != torch.float32 or cache[0][0].dtype not in (torch.float32, torch.float16):
        return None
    layers.set_cache([(keys[0], values[0]) for keys, values in cache])
    cos, sin = (table.float().view(table.shape[-2:]) for table in rotary)
    result = kernel.glm_layers(states.view(-1), layers, (cos, sin))
    return None if result is None else result.view(states.shape)
