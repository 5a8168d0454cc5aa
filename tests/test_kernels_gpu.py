"""The Triton kernels against the slow truth: on a GPU where there is one, else through Triton's interpreter."""

from __future__ import annotations

import os

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"
if DEVICE == "cpu":
    os.environ["TRITON_INTERPRET"] = "1"  # before Triton is imported
pytest.importorskip("triton", reason="Triton is not installed (pip install triton)")

from kernels import dispatch, gpu, pack  # noqa: E402
from kernels.linear import QuantizedLinear  # noqa: E402

KINDS = [pytest.param(8, None, id="int8"), pytest.param(4, None, id="int4"), pytest.param(4, 32, id="int4-groups")]
TOLERANCE = {torch.float32: 1e-5, torch.float16: 2e-3, torch.bfloat16: 1.2e-2}


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def relative(found: Tensor, expected: Tensor) -> float:
    return float((found.double() - expected.double()).norm() / expected.double().norm())


@pytest.mark.parametrize(("bits", "group_size"), KINDS)
@pytest.mark.parametrize("dtype", TOLERANCE)
@pytest.mark.parametrize("tokens", [1, 5, 33])
def test_products_are_those_of_the_decoded_weights(
    bits: int, group_size: int | None, dtype: torch.dtype, tokens: int
) -> None:
    """Of rows, columns and tokens that fill no block."""
    if DEVICE == "cpu" and dtype == torch.bfloat16 and tokens > gpu.FEW_TOKENS:
        pytest.skip("Triton's interpreter takes bfloat16 for integers in matrix products")
    weight, bias, x = random(100, 192), random(100, seed=1).to(dtype), random(tokens, 192, seed=2).to(dtype)
    stored = pack.quantize_groups(weight, group_size) if group_size else pack.quantize(weight, bits)
    expected = F.linear(x.double(), pack.dequantize(stored[0], stored[1].double(), bits), bias.double())
    found = gpu.linear(*(part.to(DEVICE) for part in (x, *stored, bias)), bits)
    assert found.dtype == dtype and found.shape == (tokens, 100)
    assert relative(found.cpu(), expected) < TOLERANCE[dtype]


@pytest.mark.parametrize("tokens", [1, 20])
def test_large_sums_do_not_overflow_halves(tokens: int) -> None:
    """The integers' sum is far beyond the largest half; what the scale makes of it is not."""
    x = torch.full((tokens, 512), 10.0, dtype=torch.float16, device=DEVICE)
    weight = torch.full((16, 512), 127, dtype=torch.int8, device=DEVICE)
    scales = torch.full((16,), 1e-3, device=DEVICE)
    expected = torch.full((tokens, 16), 512 * 10 * 127e-3)
    torch.testing.assert_close(gpu.linear(x, weight, scales, None, 8).float().cpu(), expected, atol=0, rtol=1e-3)


@pytest.mark.gpu
@pytest.mark.skipif(DEVICE == "cpu", reason="no GPU here")
def test_a_module_on_a_gpu_uses_them() -> None:
    linear = QuantizedLinear(128, 64, 4, dtype=torch.float16)
    linear.copy_rows_(0, random(64, 128).half())
    assert linear.bias is not None
    linear.bias.zero_()
    linear = linear.to(DEVICE)
    x = random(2, 3, 128).half().to(DEVICE)
    assert "Triton" in dispatch.describe(4, DEVICE)
    found = linear(x)
    with dispatch.override("torch"):
        assert relative(found, linear(x)) < 5e-3
