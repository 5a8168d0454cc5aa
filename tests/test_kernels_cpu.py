"""The compiled CPU kernels against the slow truth, and what happens where they cannot be compiled."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from kernels import dispatch, pack
from kernels.cpu import build
from kernels.cpu.library import UNITS, CpuKernel
from kernels.linear import QuantizedEmbedding, QuantizedLinear, TiedEmbedding

ROOT = Path(__file__).resolve().parents[1]
KINDS = [pytest.param(8, None, id="int8"), pytest.param(4, None, id="int4"), pytest.param(4, 32, id="int4-groups")]


def random(*shape: int, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def heavy_tailed(*shape: int, seed: int = 0) -> Tensor:
    """As a language model's activations: some columns are tens of times larger than the rest."""
    x = random(*shape, seed=seed)
    x[..., :: shape[-1] // 8] *= 60
    return x


def make(bits: int, group_size: int | None, rows: int, columns: int) -> QuantizedLinear:
    linear = QuantizedLinear(columns, rows, bits, group_size=group_size)
    linear.copy_rows_(0, random(rows, columns))
    linear.bias.copy_(random(rows, seed=1))
    return linear


def error(found: Tensor, expected: Tensor) -> float:
    return float((found.double() - expected.double()).norm() / expected.double().norm())


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled library."""
    if not any(map(shutil.which, ("c++", "g++", "clang++"))):
        pytest.skip("no C++ compiler here")
    return build.compile_library(tmp_path_factory.mktemp("kernels"))


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dispatch that has found nothing yet."""
    monkeypatch.setattr(dispatch, "_state", dispatch._State())


@pytest.fixture
def kernel(fresh: None, library: Path) -> CpuKernel:
    """The compiled kernel, chosen."""
    dispatch.prepare(library.parent)
    kernel = dispatch.cpu_kernel(torch.device("cpu"))
    assert kernel
    return kernel


@pytest.fixture(params=UNITS)
def unit(request: pytest.FixtureRequest, kernel: CpuKernel) -> Iterator[str]:
    """Each vector unit in turn."""
    if request.param not in kernel.units:
        pytest.skip(f"this processor has no {UNITS[request.param]}")
    with dispatch.override(request.param):
        yield request.param


# Numbers


@pytest.mark.parametrize(("bits", "group_size"), KINDS)
@pytest.mark.parametrize(("rows", "columns"), [(16, 32), (48, 96), (80, 160), (112, 384)])
@pytest.mark.parametrize("tokens", [1, 2, 3, 15, 131])
def test_products_are_those_of_the_slow_path(
    unit: str, bits: int, group_size: int | None, rows: int, columns: int, tokens: int
) -> None:
    """But for the activations' rounding to INT8, of which the whole error must be."""
    linear = make(bits, group_size, rows, columns)
    x = random(tokens, columns, seed=2)
    with dispatch.override("torch"):
        expected = linear(x)
    assert error(linear(x), expected) < 0.01
    exact = (x * 8).round().clamp(-127, 127)  # integers with 127 in every group survive the rounding
    exact[:, :: group_size or 128] = 127
    with dispatch.override("torch"):
        expected = linear(exact)
    torch.testing.assert_close(linear(exact), expected, atol=2e-3, rtol=1e-5)


@pytest.mark.parametrize(("bits", "group_size"), KINDS)
def test_outliers_cost_little_precision(unit: str, bits: int, group_size: int | None) -> None:
    linear = make(bits, group_size, 64, 1024)
    linear.bias.zero_()
    x = heavy_tailed(4, 1024, seed=2)
    with dispatch.override("torch"):
        expected = linear(x)
    assert error(linear(x), expected) <= 0.03


@pytest.mark.parametrize("bits", [8, 4])
def test_the_whole_range_of_stored_values_counts(unit: str, bits: int) -> None:
    """-128 and -8, which no quantiser here produces, included; the largest sums do not wrap."""
    weight = torch.arange(-128, 128).to(torch.int8).repeat(32, 4)[:, : 512 * bits // 8]
    weight[16:] = {8: -128, 4: -120}[bits]  # -120: both nibbles -8
    linear = QuantizedLinear(512, 32, bits, bias=False)
    linear.copy_packed_rows_(0, weight, torch.ones(32))
    x = torch.full((3, 512), 127.0)
    x[1] *= -1
    expected = x @ pack.dequantize(weight, torch.ones(32), bits).T
    assert torch.equal(linear(x), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
@pytest.mark.parametrize("shape", [(96,), (0, 96), (2, 3, 96)])
def test_shapes_and_dtypes_are_kept(kernel: CpuKernel, dtype: torch.dtype, shape: tuple[int, ...]) -> None:
    linear = make(4, None, 48, 96)
    product = linear(random(*shape).to(dtype))
    assert linear.packed and product.dtype == dtype and product.shape == (*shape[:-1], 48)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_broken_activations_are_seen_in_the_result(unit: str, value: float) -> None:
    """In their own token only."""
    linear = make(4, None, 48, 96)
    x = random(9, 96)
    x[4, 77] = value
    finite = linear(x).isfinite().all(-1)
    assert finite.tolist() == [token != 4 for token in range(9)]


def test_tiny_and_zero_activations_give_the_bias(unit: str) -> None:
    linear = make(8, None, 48, 96)
    x = torch.zeros(2, 96)
    x[1] = 1e-40
    torch.testing.assert_close(linear(x), linear.bias.expand(2, -1))


def test_products_do_not_depend_on_threads_and_neighbours(kernel: CpuKernel) -> None:
    """A token's result is the same alone, in a batch, and with any number of threads."""
    linear, x = make(4, None, 256, 256), random(20, 256)
    together = linear(x)
    threads = torch.get_num_threads()
    try:
        for number in (1, 3):
            torch.set_num_threads(number)
            assert torch.equal(linear(x), together)
    finally:
        torch.set_num_threads(threads)
    torch.testing.assert_close(torch.cat([linear(token[None]) for token in x]), together, atol=1e-5, rtol=1e-5)


# Storage


@pytest.mark.parametrize(("bits", "group_size"), KINDS)
def test_packing_makes_no_second_copy_and_loses_nothing(kernel: CpuKernel, bits: int, group_size: int | None) -> None:
    linear = make(bits, group_size, 80, 160)
    stored = [part.clone() for part in linear.unpacked()]
    places = linear.weight.data_ptr(), linear.weight_scale.data_ptr()
    linear.pack_()
    assert linear.packed and not torch.equal(linear.weight, stored[0])
    linear.pack_()
    assert places == (linear.weight.data_ptr(), linear.weight_scale.data_ptr())
    for found, expected in zip(linear.unpacked(), stored, strict=True):
        assert torch.equal(found, expected)
    saved = linear.state_dict()
    assert torch.equal(saved["weight"], stored[0]) and torch.equal(saved["weight_scale"], stored[1])


@pytest.mark.parametrize(("bits", "group_size"), KINDS)
def test_a_packed_module_can_be_loaded_and_moved(kernel: CpuKernel, bits: int, group_size: int | None) -> None:
    linear, other = make(bits, group_size, 48, 96), make(bits, group_size, 48, 96)
    other.weight.bitwise_not_()
    other.pack_()
    other.load_state_dict(linear.state_dict())
    x = random(2, 96)
    assert torch.equal(other(x), linear(x))
    expected = linear(x)
    for dtype in (torch.float16, torch.float64, torch.float32):  # scales keep theirs
        other.to(dtype)
    other.bias.copy_(linear.bias)
    assert not other.packed and torch.equal(other(x), expected)


@pytest.mark.parametrize(("bits", "group_size"), KINDS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_assigned_scales_of_another_dtype_are_right(
    kernel: CpuKernel, bits: int, group_size: int | None, dtype: torch.dtype
) -> None:
    linear, x = make(bits, group_size, 48, 96), random(2, 96)
    state = {name: part.clone() for name, part in linear.state_dict().items()}
    state["weight_scale"] = state["weight_scale"].to(dtype)
    other = QuantizedLinear(96, 48, bits, group_size=group_size, device="meta")
    other.load_state_dict(state, assign=True)
    assert error(other(x), linear(x)) < 0.01


@pytest.mark.parametrize("bits", [8, 4])
def test_head_and_embedding_share_a_packed_table(kernel: CpuKernel, bits: int) -> None:
    head = make(bits, None, 64, 96)
    embedding, ids = TiedEmbedding(head), torch.tensor([[0, 63], [17, 17]])
    before = embedding(ids)
    head.pack_()
    assert head.packed and torch.equal(embedding(ids), before)


def test_gradients_reach_the_input_of_packed_weights(kernel: CpuKernel) -> None:
    linear, x = make(4, None, 48, 96), random(2, 96)
    linear.pack_()
    x.requires_grad_()
    linear(x).sum().backward()
    weight = pack.dequantize(linear.unpacked()[0], linear.weight_scale, 4)
    torch.testing.assert_close(x.grad, weight.sum(0).expand(2, -1))


@pytest.mark.parametrize(("rows", "columns", "group_size"), [(50, 96, None), (48, 80, None), (48, 128, 64)])
def test_shapes_that_do_not_fit_take_the_slow_path(
    kernel: CpuKernel, rows: int, columns: int, group_size: int | None
) -> None:
    linear, x = make(4, group_size, rows, columns), random(2, columns)
    expected = F.linear(x, pack.dequantize(linear.weight, linear.weight_scale.float(), 4), linear.bias)
    torch.testing.assert_close(linear(x), expected, atol=1e-5, rtol=1e-5)
    assert not linear.packed


@pytest.mark.parametrize(("bits", "group_size"), KINDS)
def test_bands_are_what_the_kernel_reads(kernel: CpuKernel, bits: int, group_size: int | None) -> None:
    made = make(bits, group_size, 48, 96)
    weight, scales = made.weight.clone(), made.weight_scale.clone()
    made.pack_()
    bands = pack.to_bands(weight, bits)
    assert torch.equal(bands.view(torch.int8).flatten(), made.weight.flatten())
    assert torch.equal(pack.from_bands(bands, bits), weight)
    if group_size:
        assert torch.equal(pack.to_bands(scales).flatten(), made.weight_scale.flatten())
        assert torch.equal(pack.from_bands(pack.to_bands(scales)), scales)


def test_a_kernel_that_comes_late_takes_over(fresh: None, library: Path) -> None:
    linear, x = make(4, None, 48, 96), random(2, 96)
    slow = linear(x)
    assert not linear.packed and "PyTorch" in dispatch.describe()
    dispatch.prepare(library.parent)
    fast = linear(x)
    assert linear.packed and 0 < error(fast, slow) < 0.01


@pytest.mark.parametrize(("bits", "group_size"), KINDS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float16, torch.bfloat16])
def test_quantising_gives_the_numbers_of_the_slow_truth(
    unit: str, bits: int, group_size: int | None, dtype: torch.dtype
) -> None:
    """Ties, zeros, numbers below the normal range of fp16 and near its end, positive and negative extremes."""
    weight = random(20, 1120) * torch.logspace(-8, 2, 20)[:, None]
    weight[3] = 0
    weight[4, :40] = 0
    weight[5] = torch.arange(1120) % 15 / 2 - 3.5
    weight[6], weight[7, 33], weight[7, 40] = 65000, 3, -3
    found, expected = (QuantizedLinear(1120, 30, bits, bias=False, group_size=group_size) for _ in range(2))
    for linear in (found, expected):
        linear.copy_packed_rows_(0, torch.zeros_like(linear.weight), torch.zeros_like(linear.weight_scale))
    found.copy_rows_(5, weight.to(dtype))
    with dispatch.override("torch"):
        expected.copy_rows_(5, weight.to(dtype))
    assert torch.equal(found.weight, expected.weight)
    assert torch.equal(found.weight_scale, expected.weight_scale)


@pytest.mark.parametrize(("bits", "group_size"), KINDS)
def test_a_broken_weight_is_seen_in_the_result(unit: str, bits: int, group_size: int | None) -> None:
    weight = random(16, 64)
    weight[2, 3] = float("nan")
    linear = QuantizedLinear(64, 16, bits, bias=False, group_size=group_size)
    linear.copy_rows_(0, weight)
    finite = linear(random(1, 64))[0].isfinite()
    assert finite.tolist() == [row != 2 for row in range(16)]


# Choosing and compiling


def fake_compiler(folder: Path, script: str) -> None:
    """Puts a c++ there that runs a shell script; $OUT is the file to make."""
    folder.mkdir()
    path = folder / "c++"
    path.write_text(f'#!/bin/sh\nfor last; do OUT="$last"; done\n{script}\n')
    path.chmod(0o755)


def test_one_line_says_what_was_chosen(kernel: CpuKernel) -> None:
    threads = torch.get_num_threads()
    assert dispatch.describe() == f"INT4 kernel: {UNITS[kernel.units[-1]]}, {threads} threads"
    with dispatch.override("plain"):
        assert dispatch.describe(8) == f"INT8 kernel: C++, {threads} threads"
    with dispatch.override("torch"):
        assert dispatch.describe() == f"INT4 kernel: PyTorch, {threads} threads"
        assert dispatch.cpu_kernel(torch.device("cpu")) is None
    assert dispatch.describe() == f"INT4 kernel: {UNITS[kernel.units[-1]]}, {threads} threads"
    assert dispatch.describe(4, "mps") == "INT4 kernel: PyTorch on mps"
    with dispatch.override("torch"):
        assert dispatch.describe(8, "cuda:1") == "INT8 kernel: PyTorch on cuda:1"
    if not torch.cuda.is_available():  # neither Triton nor a GPU to try it on
        assert re.fullmatch(r"INT8 kernel: PyTorch on cuda:1 \(.+\)", dispatch.describe(8, "cuda:1"))
    assert dispatch.cpu_kernel(torch.device("meta")) is None


def test_an_absent_vector_unit_is_refused(kernel: CpuKernel) -> None:
    with pytest.raises(ValueError, match="not sse9"), dispatch.override("sse9"):
        pass


def test_without_a_compiler_everything_works(fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    dispatch.prepare(tmp_path)
    dispatch.wait()
    assert "PyTorch" in dispatch.describe() and "no C++ compiler was found" in dispatch.describe()
    assert make(4, None, 48, 96)(random(1, 96)).shape == (1, 48)


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'kernels.cpp:1: error: out of memory' >&2; exit 1", "error: out of memory"),
        ("exit 1", "it gave no reason"),
        ("true", "failed"),
        ('echo not a library > "$OUT"', "does not load"),
    ],
)
def test_a_compiler_that_fails_is_reported(
    fresh: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, reason: str
) -> None:
    fake_compiler(tmp_path / "bin", script)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    dispatch.prepare(tmp_path / "cache")
    dispatch.wait()
    assert reason in dispatch.describe() and dispatch.cpu_kernel(torch.device("cpu")) is None
    assert not [path for path in (tmp_path / "cache").iterdir() if path.is_dir()]


def test_a_library_in_the_cache_is_used_without_a_compiler(
    fresh: None, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(library, tmp_path)
    monkeypatch.setenv("PATH", "")
    dispatch.prepare(tmp_path)
    assert dispatch.cpu_kernel(torch.device("cpu"))


def test_a_damaged_library_is_compiled_again(
    fresh: None, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    (cache / library.name).write_bytes(library.read_bytes()[:5000])
    fake_compiler(tmp_path / "bin", f'cp "{library}" "$OUT"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    dispatch.prepare(cache)
    dispatch.wait()
    assert dispatch.cpu_kernel(torch.device("cpu"))
    assert (cache / library.name).read_bytes() == library.read_bytes()


def test_a_cache_that_cannot_be_written_is_no_obstacle(
    fresh: None, library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake_compiler(tmp_path / "bin", f'cp "{library}" "$OUT"')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "cache").write_text("a file in the way")
    dispatch.prepare(tmp_path / "cache" / "kernels")
    dispatch.wait()
    assert dispatch.cpu_kernel(torch.device("cpu"))
    assert not list((tmp_path / "temporary").iterdir())


def test_two_processes_compile_at_once(library: Path, tmp_path: Path) -> None:
    fake_compiler(tmp_path / "bin", f'sleep 0.5; cp "{library}" "$OUT"')
    program = """
import sys, torch
from pathlib import Path
from kernels import dispatch
dispatch.prepare(Path(sys.argv[1])); dispatch.wait()
print(bool(dispatch.cpu_kernel(torch.device("cpu"))))
"""
    command = [sys.executable, "-c", program, str(tmp_path / "cache")]
    environment = os.environ | {"PATH": f"{tmp_path / 'bin'}:/usr/bin:/bin"}
    processes = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    assert [process.communicate()[0].strip() for process in processes] == ["True", "True"]
    assert [path.name for path in (tmp_path / "cache").iterdir()] == [library.name]


def test_an_embedding_is_left_as_it_is_stored(kernel: CpuKernel) -> None:
    """Rows are looked up one by one, so it gains nothing from the kernel's order."""
    embedding = QuantizedEmbedding(64, 96, 8)
    embedding.copy_rows_(0, random(64, 96))
    embedding(torch.tensor([1, 2]))
    assert not embedding.packed
