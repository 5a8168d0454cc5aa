"""All layers of GLM in one call against its parts, and where the parts serve."""

from __future__ import annotations

import pytest
import tiny
import torch
from torch import nn

from kernels import dispatch
from kernels.linear import QuantizedLinear
from model.cache import KVCache
from model.positions import position_ids

pytestmark = pytest.mark.usefixtures("compiled_kernel")

KINDS = [pytest.param(8, None, id="int8"), pytest.param(4, None, id="int4"), pytest.param(4, 32, id="int4-groups")]
IDS = torch.tensor([[5, 17, 23, 42, 8, 95, 98]])


@pytest.fixture(params=["plain", "avx2", "avx-vnni", "avx512"])
def unit(request):
    try:
        with dispatch.override(request.param):
            yield
    except ValueError:
        pytest.skip(f"this processor has no {request.param}")


def quantized(bits, group_size=None, **changes):
    """A network with heads of 64 numbers, its norms and biases random too."""
    model = tiny.network(tiny.config(hidden_size=256, intermediate_size=1056, **changes))
    for name, parameter in model.named_parameters():
        if parameter.dim() == 1:
            parameter.copy_(torch.randn(parameter.shape) * 0.2 + name.endswith("norm.weight"))
    for parent in list(model.transformer.layers.modules()):
        for name, linear in list(parent.named_children()):
            if isinstance(linear, nn.Linear):
                made = QuantizedLinear(linear.in_features, linear.out_features, bits, group_size=group_size)
                made.copy_rows_(0, linear.weight)
                made.bias.copy_(linear.bias)
                setattr(parent, name, made)
    return model


@torch.inference_mode()
def answer(model, dtype=None, in_parts=False):
    """Logits behind three tokens that follow a prompt, and the cache; in parts: a mask, which hides nothing."""
    cache, positions = KVCache(2, capacity=8, dtype=dtype), position_ids(IDS, model.config)
    model(IDS, positions, past_key_values=cache)
    found = []
    for count, token in enumerate([31, 7, 66], start=1):
        positions = positions[..., -1:] + torch.tensor([0, 1])[-positions.shape[1] :].view(1, -1, 1)
        mask = torch.ones(1, IDS.shape[1] + count) if in_parts else None
        found.append(model(torch.tensor([[token]]), positions, mask, cache).logits)
    return torch.cat(found), cache


def assert_near(found, expected):
    """But for a rounding here and there that goes the other way when activations become INT8."""
    assert float((found - expected).norm() / expected.norm()) < 5e-3


@pytest.mark.parametrize("dtype", [None, torch.float16])
@pytest.mark.parametrize(("bits", "group_size"), KINDS)
def test_one_call_does_what_the_parts_do(unit, bits, group_size, dtype):
    model = quantized(bits, group_size)
    found, cache = answer(model, dtype)
    expected, other = answer(model, dtype, in_parts=True)
    assert_near(found, expected)
    for layer in range(2):
        for half, expected_half in zip(cache.layer(layer), other.layer(layer), strict=True):
            assert_near(half.float(), expected_half.float())


@pytest.mark.parametrize("changes", [{"position_encoding_2d": False}, {"pre_seq_len": 3}, {"rotary_dtype": "float16"}])
def test_other_configurations_too(changes):
    model = quantized(8, **changes)
    assert_near(answer(model)[0], answer(model, in_parts=True)[0])


def test_it_serves_one_token_behind_a_cache_of_our_own(monkeypatch):
    model, calls = quantized(8), []
    kernel = dispatch.cpu_kernel(torch.device("cpu"))
    monkeypatch.setattr(kernel, "glm_layers", lambda *args: calls.append(args))  # None: there is no kernel
    found, _ = answer(model)
    assert len(calls) == 3
    assert_near(found, answer(model, in_parts=True)[0])
    assert len(calls) == 3


def test_heads_without_a_kernel_and_unquantised_layers_take_the_parts():
    for model in (quantized(4, num_attention_heads=16), tiny.network(tiny.config())):
        torch.testing.assert_close(answer(model)[0], answer(model, in_parts=True)[0])


def test_broken_numbers_are_seen_in_the_result(unit):
    model = quantized(4)
    model.transformer.word_embeddings.weight[31, 5] = torch.nan
    assert answer(model)[0].isfinite().flatten(1).all(1).tolist() == [False] * 3
