"""Attention of one new token by the compiled kernel against PyTorch's, on every vector unit there is here."""

from __future__ import annotations

import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention

from kernels import dispatch
from kernels.attention import attention

pytestmark = pytest.mark.usefixtures("compiled_kernel")

CASES = [(8, 8, 64), (8, 2, 128), (4, 4, 32), (6, 6, 48)]  # heads, heads of keys, head_dim; the last has no kernel


@pytest.mark.parametrize("unit", ["plain", "avx2", "avx-vnni", "avx512"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
@pytest.mark.parametrize(("heads", "kv_heads", "head_dim"), CASES)
@pytest.mark.parametrize("length", [1, 7, 257])
def test_one_token_sees_what_is_cached(unit, dtype, heads, kv_heads, head_dim, length):
    generator = torch.Generator().manual_seed(length)
    query = torch.randn(1, heads, 1, head_dim, generator=generator) * 3
    cache = torch.randn(2, 1, kv_heads, 300, head_dim, generator=generator).to(dtype)
    key, value = cache[:, :, :, :length]
    expected = scaled_dot_product_attention(query, key.float(), value.float(), enable_gqa=True)
    try:
        with dispatch.override(unit):
            found = attention(query, key, value)
    except ValueError:
        pytest.skip(f"this processor has no {unit}")
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-5)


def test_several_tokens_and_masks_are_pytorchs():
    query, key, value = torch.randn(3, 1, 4, 5, 16).unbind()
    mask = torch.ones(5, 5).tril().bool()[None, None]
    expected = scaled_dot_product_attention(query, key, value, attn_mask=mask)
    torch.testing.assert_close(attention(query, key, value, mask), expected)
