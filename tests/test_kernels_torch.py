"""PyTorch's own INT8 and INT4 products, for machines without a compiler, against the slow truth."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from kernels import dispatch, pack
from kernels.linear import QuantizedLinear, TiedEmbedding

KINDS = [pytest.param(8, None, id="int8"), pytest.param(4, None, id="int4"), pytest.param(4, 32, id="int4-groups")]


@pytest.fixture(autouse=True)
def products():
    with dispatch.override("torch-bf16"):
        yield


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def make(bits: int, group_size: int | None = None, rows: int = 192, columns: int = 384) -> QuantizedLinear:
    linear = QuantizedLinear(columns, rows, bits, group_size=group_size)
    linear.copy_rows_(0, random(rows, columns))
    linear.bias.copy_(random(rows, seed=1))
    return linear


def error(found: Tensor, expected: Tensor) -> float:
    return float((found - expected).norm() / expected.norm())


@pytest.mark.parametrize(("bits", "group_size"), KINDS)
@pytest.mark.parametrize(("rows", "columns"), [(64, 32), (192, 384), (128, 1024)])
@pytest.mark.parametrize("tokens", [1, 3, 40])
def test_products_are_those_of_the_decoded_weights(
    bits: int, group_size: int | None, rows: int, columns: int, tokens: int
) -> None:
    """Up to bfloat16; outliers make no difference to that."""
    linear = make(bits, group_size, rows, columns)
    linear.bias.zero_()
    weight, scales = linear.unpacked()
    x = random(1, tokens, columns, seed=2)
    x[..., 5] *= 100
    expected = F.linear(x, pack.dequantize(weight.clone(), scales.float(), bits))
    assert error(linear(x), expected) < 0.005
    assert (linear.layout == "torch") == (bits == 4)


@pytest.mark.parametrize(("bits", "group_size"), KINDS)
def test_reordered_weights_are_saved_as_published(bits: int, group_size: int | None) -> None:
    linear = make(bits, group_size)
    before = {name: value.clone() for name, value in linear.state_dict().items()}
    linear.pack_()
    after = linear.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    rows = torch.tensor([5, 130, 5, 191])
    assert torch.equal(
        linear.rows(rows), pack.dequantize(before["weight"][rows], before["weight_scale"][rows].float(), bits)
    )
    linear.double()
    assert not linear.packed and torch.equal(linear.weight, before["weight"])


def test_a_table_whose_rows_are_looked_up_keeps_its_order() -> None:
    head = make(4)
    embedding = TiedEmbedding(head)
    before = embedding(torch.arange(192))
    product = head(random(2, 384))
    assert torch.equal(embedding(torch.arange(192)), before) and product.shape == (2, 192)


def test_shapes_without_such_a_product_are_decoded() -> None:
    linear = make(4, None, 48, 96)
    weight, scales = linear.unpacked()
    x = random(2, 96)
    expected = F.linear(x, pack.dequantize(weight, scales, 4), linear.bias)
    torch.testing.assert_close(linear(x), expected, atol=1e-5, rtol=1e-5)
    assert make(8)(x.new_empty(0, 384)).shape == (0, 192)


def test_they_serve_where_nothing_can_be_compiled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dispatch, "_state", dispatch._State())
    monkeypatch.setenv("PATH", "")
    cpu = torch.device("cpu")
    assert not dispatch.torch_products(cpu)
    dispatch.prepare(tmp_path)
    dispatch.wait()
    assert dispatch.torch_products(cpu) and not dispatch.torch_products(torch.device("cuda"))
    assert "PyTorch in bfloat16" in dispatch.describe() and "no C++ compiler" in dispatch.describe()
