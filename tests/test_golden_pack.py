"""INT8 and INT4 packing against the original's quantisation and its CPU kernels."""

from __future__ import annotations

import pytest
import torch
from golden_cases import golden_dir, golden_paths, load_case
from torch import Tensor

from kernels.pack import dequantize, pack_int4, quantize, unpack_int4

PACKING = golden_dir("glm") / "int4_packing.json"
HALF = golden_paths("glm", "quant_half_*.json")
CHECKPOINTS = golden_paths("glm", "weights_int*.json")


@pytest.mark.skipif(not PACKING.exists(), reason="no golden packing case")
def test_int4_packing() -> None:
    case = load_case(PACKING)
    values, scale = case.tensors["in.int8_values"], case.tensors["in.scale"]
    packed, extracted = case.tensors["out.packed"], case.tensors["out.extracted"]
    assert torch.equal(pack_int4(values), packed)
    assert torch.equal(unpack_int4(packed), values)
    assert torch.equal(dequantize(packed, scale, 4), extracted)
    assert case.info["worked_example"]["packed_as_int8"] == pack_int4(values).tolist()


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in HALF])
def test_half_precision_quantisation(path) -> None:
    """fp16 weights quantised in fp16 arithmetic: integers, scales and the kernel's fp32 weights, bit for bit."""
    case = load_case(path)
    weights: dict[str, Tensor] = {}
    for name in case.info["weights"]:
        part = load_case(path.parent / name)
        weights |= part.tensors | part.weights
    bits = case.info["spec"]["bits"]
    for name in case.info["spec"]["names"]:
        qweight, scales = quantize(weights[f"{name}.weight"].half(), bits)
        assert torch.equal(qweight, case.tensors[f"out.q.{name}.weight"])
        assert torch.equal(scales, case.tensors[f"out.q.{name}.weight_scale"]) and scales.dtype == torch.float16
        dequantized = dequantize(qweight, scales.float(), bits)
        assert torch.equal(dequantized, case.tensors[f"out.deq_float.{name}.weight"])


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in CHECKPOINTS])
def test_stored_weights_survive_unpacking(path) -> None:
    case = load_case(path)
    stored = {key: tensor for key, tensor in (case.tensors | case.weights).items() if tensor.dtype == torch.int8}
    assert stored
    if "int4" in path.stem:
        for tensor in stored.values():
            assert torch.equal(pack_int4(unpack_int4(tensor)), tensor)


# What no golden case says


def test_every_byte_unpacks_to_two_signed_nibbles() -> None:
    packed = torch.arange(-128, 128).to(torch.int8)[:, None]
    expected = [
        [(byte >> 4) - 16 * (byte >> 7), (byte & 15) - 16 * (byte >> 3 & 1)]
        for byte in packed.flatten().to(torch.uint8).tolist()
    ]
    assert unpack_int4(packed).tolist() == expected
    assert torch.equal(pack_int4(unpack_int4(packed)), packed)


@pytest.mark.parametrize("bits", [8, 4])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_round_trip_error_is_half_a_step(bits: int, dtype: torch.dtype) -> None:
    weight = torch.randn(32, 64, generator=torch.Generator().manual_seed(0)).to(dtype)
    qweight, scales = quantize(weight, bits)
    assert qweight.shape == (32, 64 * bits // 8) and qweight.dtype == torch.int8 and scales.dtype == dtype
    error = (dequantize(qweight, scales, bits).float() - weight.float()).abs()
    rounding = {torch.float32: 1e-6, torch.float16: 1e-3, torch.bfloat16: 1e-2}[dtype] * weight.float().abs().max()
    assert (error <= scales.float()[:, None] / 2 + 2 * rounding).all()


@pytest.mark.parametrize("bits", [8, 4])
def test_a_row_of_zeros_stays_zero(bits: int) -> None:
    qweight, scales = quantize(torch.tensor([[0.0, 0.0], [1.0, -1.0]]), bits)
    assert scales.tolist()[0] == 0 and qweight[0].eq(0).all()
    torch.testing.assert_close(dequantize(qweight, scales, bits), torch.tensor([[0.0, 0.0], [1.0, -1.0]]))


def test_a_scale_rounded_down_does_not_wrap() -> None:
    """In bf16 127.5 would become 128, which int8 reads as -128; fp16 does the same below its normal range."""
    for weight in (torch.linspace(0.5, 1, 4096).bfloat16()[:, None], torch.linspace(1e-6, 1e-4, 4096).half()[:, None]):
        qweight, _ = quantize(weight, 8)
        assert qweight.min() >= 0


@pytest.mark.parametrize("bits", [0, 2, 16])
def test_other_widths_are_refused(bits: int) -> None:
    with pytest.raises(ValueError, match="bits must be 8 or 4"):
        quantize(torch.ones(2, 2), bits)
    with pytest.raises(ValueError, match="bits must be 8 or 4"):
        dequantize(torch.ones(2, 2, dtype=torch.int8), torch.ones(2), bits)


def test_odd_columns_are_refused() -> None:
    with pytest.raises(ValueError, match="even number of columns, not 3"):
        quantize(torch.ones(2, 3), 4)
