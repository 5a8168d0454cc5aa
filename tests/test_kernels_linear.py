"""Quantised linears and embeddings: published storage in, the slow truth's numbers out, whatever the layout."""

from __future__ import annotations

import pytest
import torch
from golden_cases import golden_paths, load_case
from torch import Tensor
from torch.nn import functional as F

from kernels import dispatch, pack
from kernels.linear import QuantizedEmbedding, QuantizedLinear, TiedEmbedding

KINDS = [pytest.param(8, None, id="int8"), pytest.param(4, None, id="int4"), pytest.param(4, 32, id="int4-groups")]


@pytest.fixture(scope="module", autouse=True)
def exact():
    """PyTorch's products, also where an earlier test has loaded the compiled ones, which round activations."""
    with dispatch.override("torch"):
        yield


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def make(bits: int, group_size: int | None = None, rows: int = 48, columns: int = 96) -> QuantizedLinear:
    """A linear of random fp16 weights."""
    linear = QuantizedLinear(columns, rows, bits, group_size=group_size)
    linear.copy_rows_(0, random(rows, columns).half())
    linear.bias.copy_(random(rows, seed=1))
    return linear


def decoded(linear: QuantizedLinear) -> Tensor:
    weight, scales = linear.unpacked()
    return pack.dequantize(weight, scales.float(), linear.bits)


@pytest.mark.parametrize(("bits", "group_size"), KINDS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("shape", [(96,), (1, 1, 96), (2, 5, 96), (0, 96)])
def test_the_product_is_that_of_the_decoded_weights(
    bits: int, group_size: int | None, dtype: torch.dtype, shape: tuple[int, ...]
) -> None:
    linear = make(bits, group_size)
    x = random(*shape, seed=2).to(dtype)
    product = linear(x)
    assert product.dtype == dtype and product.shape == (*shape[:-1], 48)
    expected = F.linear(x.float(), decoded(linear), linear.bias).to(dtype)
    torch.testing.assert_close(product, expected, atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("bits", [8, 4])
def test_a_published_state_dict_fits_without_a_map(bits: int) -> None:
    """And is saved as it was; fp16 scales keep their values."""
    qweight, scales = pack.quantize(random(48, 96).half(), bits)
    stored = {"weight": qweight, "weight_scale": scales, "bias": random(48).half()}
    linear = QuantizedLinear(96, 48, bits)
    linear.load_state_dict(stored, strict=True)
    x = random(3, 96, seed=2)
    torch.testing.assert_close(
        linear(x), F.linear(x, pack.dequantize(qweight, scales.float(), bits), stored["bias"].float())
    )
    saved = linear.state_dict()
    assert saved.keys() == stored.keys()
    assert all(torch.equal(saved[key].to(stored[key].dtype), stored[key]) for key in stored)


@pytest.mark.parametrize("name", ["quant_half_int8", "quant_half_int4"])
def test_fp16_rows_are_quantised_as_the_original_does(name: str) -> None:
    paths = golden_paths("glm", f"{name}.json")
    if not paths:
        pytest.skip("no golden quantisation case")
    case = load_case(paths[0])
    part = load_case(paths[0].parent / case.info["weights"][0])
    weights, bits = part.tensors | part.weights, case.info["spec"]["bits"]
    for key in case.info["spec"]["names"]:
        weight = weights[f"{key}.weight"].half()
        linear = QuantizedLinear(weight.shape[1], weight.shape[0], bits, bias=False)
        for first in range(0, len(weight), 7):  # as a loader does, piece by piece
            linear.copy_rows_(first, weight[first : first + 7])
        assert torch.equal(linear.weight, case.tensors[f"out.q.{key}.weight"])
        assert torch.equal(linear.weight_scale, case.tensors[f"out.q.{key}.weight_scale"].float())


@pytest.mark.parametrize(("bits", "group_size"), KINDS)
def test_stored_rows_are_kept_as_they_are(bits: int, group_size: int | None) -> None:
    source, copy = make(bits, group_size), QuantizedLinear(96, 48, bits, bias=False, group_size=group_size)
    copy.copy_packed_rows_(0, *(part[:20] for part in source.unpacked()))
    copy.copy_packed_rows_(20, *(part[20:] for part in source.unpacked()))
    assert torch.equal(decoded(copy), decoded(source))


def test_large_rows_are_quantised_in_pieces_to_the_same_numbers() -> None:
    weight = random(1100, 1024).half()  # more than one piece
    linear = QuantizedLinear(1024, 1100, 4, bias=False)
    linear.copy_rows_(0, weight)
    qweight, scales = pack.quantize(weight, 4)
    assert torch.equal(linear.weight, qweight) and torch.equal(linear.weight_scale, scales.float())


def test_a_module_made_on_the_meta_device_takes_its_weights_later() -> None:
    source = make(4)
    linear = QuantizedLinear(96, 48, 4, device="meta")
    linear.load_state_dict(source.state_dict(), assign=True)
    x = random(2, 96)
    assert torch.equal(linear(x), source(x))


@pytest.mark.parametrize("bits", [8, 4])
def test_an_embedding_decodes_the_rows_looked_up(bits: int) -> None:
    qweight, scales = pack.quantize(random(50, 64).half(), bits)
    embedding = QuantizedEmbedding(50, 64, bits)
    embedding.load_state_dict({"weight": qweight, "weight_scale": scales})
    ids = torch.tensor([[0, 49, 7], [7, 7, 1]])
    assert torch.equal(embedding(ids), pack.dequantize(qweight, scales.float(), bits)[ids])
    assert QuantizedEmbedding(50, 64, bits, dtype=torch.float16)(ids).dtype == torch.float16


@pytest.mark.parametrize("bits", [8, 4])
def test_head_and_embedding_share_one_table(bits: int) -> None:
    head = make(bits)
    embedding = TiedEmbedding(head)
    ids = torch.tensor([[0, 47], [3, 3]])
    assert torch.equal(embedding(ids), decoded(head)[ids])
    assert not list(embedding.parameters()) and not embedding.state_dict()


def test_gradients_reach_the_input() -> None:
    linear = make(4)
    x = random(2, 96).requires_grad_()
    linear(x).sum().backward()
    torch.testing.assert_close(x.grad, decoded(linear).sum(0).expand(2, -1))


@pytest.mark.parametrize(("bits", "group_size"), [(2, None), (8, 32), (4, 40)])
def test_other_formats_are_refused(bits: int, group_size: int | None) -> None:
    with pytest.raises(ValueError, match="bits"):
        QuantizedLinear(96, 48, bits, group_size=group_size)
