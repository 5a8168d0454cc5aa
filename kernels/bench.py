"""Measures the kernels on the linears of a 6B model: python -m kernels.bench [--json FILE]

Speed is compared with a sequential read of memory (on a GPU: a copy) in the same rounds; passes alternate, and medians
count. A pass walks through at least 400 MB of weights, so that nothing comes from the caches.
"""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

import torch
from torch import Tensor

from . import dispatch
from .cpu.library import UNITS
from .linear import QuantizedLinear
from .machine import bytes_moved, machine_name, read_memory, seconds
from .pack import dequantize

LAYERS = 28
SHAPES = ((4096, 12288), (4096, 4096), (4096, 16384), (16384, 4096))  # in, out of one layer's linears
HEAD = ((4096, 130528),)
TOKENS = (1, 64, 512)


@dataclass(frozen=True)
class Kind:
    """A weight format: its name, and how to make a linear of it."""

    name: str
    bits: int
    group_size: int | None
    shapes: tuple[tuple[int, int], ...]
    tokens: tuple[int, ...] = TOKENS


KINDS = [
    Kind("INT4 per row", 4, None, SHAPES),
    Kind("INT4 group 32", 4, 32, SHAPES),
    Kind("INT8 per row", 8, None, SHAPES),
    Kind("INT8 head", 8, None, HEAD, (1,)),
]


@dataclass(frozen=True)
class Speed:
    """Medians over the rounds. share: of the sequential read speed, for one token; gops: 10^9 operations a second."""

    kind: str
    tokens: int
    ms: float
    share: float
    gops: float


@dataclass(frozen=True)
class Error:
    """Relative error of a product: of the kernel against the decoded weights in fp32, and against the original ones."""

    kind: str
    activations: str
    of_kernel: float
    of_format: float


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m kernels.bench", description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the figures there")
    parser.add_argument("--device", type=torch.device, default=torch.device("cpu"), help="cpu (default), cuda, …")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, help="default: PyTorch's number")
    parser.add_argument("--unit", choices=UNITS, help="vector unit; default: the best one here")
    options = parser.parse_args()
    if options.threads:
        torch.set_num_threads(options.threads)
    dispatch.prepare()
    dispatch.wait()
    device = options.device
    with dispatch.override(options.unit) if options.unit else nullcontext(), torch.inference_mode():
        machine, kernel = machine_name(device), dispatch.describe(4, device)
        print(f"{machine}, {kernel}", flush=True)
        errors = [error for kind in KINDS[:3] for error in _errors(kind, device)]
        read, speeds = _speeds(options.rounds, device)
    _print(read, speeds, errors)
    if options.json:
        figures = {
            "machine": machine,
            "kernel": kernel,
            "read_gb_s": read,
            "speeds": [asdict(speed) for speed in speeds],
            "errors": [asdict(error) for error in errors],
        }
        options.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def _speeds(rounds: int, device: torch.device) -> tuple[float, list[Speed]]:
    """Speed of memory in GB/s, and every kind's speeds."""
    models = {kind: _model(kind, device) for kind in KINDS}
    memory = torch.zeros(1 << 26, dtype=torch.int64, device=device)
    works: dict[tuple[Kind, int], Callable[[], object]] = {}
    for kind, layers in models.items():
        for tokens in kind.tokens:
            used = layers if tokens == 1 else layers[:1]  # many tokens are not a matter of memory
            x = {linear.in_features: _activations(tokens, linear.in_features, device) for linear in used[0]}
            works[kind, tokens] = _prepared(partial(_pass, used, x), device)
    read = _prepared(partial(read_memory, memory), device)
    reads: list[float] = []
    times: dict[tuple[Kind, int], list[float]] = {key: [] for key in works}
    for _ in range(rounds):
        reads.append(bytes_moved(memory) / seconds(read, device) / 1e9)
        for key, work in works.items():
            times[key].append(seconds(work, device))
    speed_of_memory = statistics.median(reads)
    speeds = []
    for (kind, tokens), samples in times.items():
        median, layer = statistics.median(samples) / (len(models[kind]) if tokens == 1 else 1), models[kind][0]
        nbytes = sum(linear.weight.nbytes + linear.weight_scale.nbytes for linear in layer)
        weights = sum(linear.in_features * linear.out_features for linear in layer)
        gops = 2 * weights * tokens / median / 1e9
        speeds.append(Speed(kind.name, tokens, median * 1e3, nbytes / median / 1e9 / speed_of_memory, gops))
    return speed_of_memory, speeds


def _activations(tokens: int, columns: int, device: torch.device) -> Tensor:
    return torch.randn(tokens, columns, device=device, dtype=torch.float32 if device.type == "cpu" else torch.float16)


def _prepared(work: Callable[[], object], device: torch.device) -> Callable[[], object]:
    """The work after one run; on an NVIDIA GPU recorded, so that Python's share is not measured."""
    work()
    if device.type != "cuda":
        return work
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        work()
    return graph.replay


def _pass(layers: list[list[QuantizedLinear]], x: dict[int, Tensor]) -> None:
    for layer in layers:
        for linear in layer:
            linear(x[linear.in_features])


def _model(kind: Kind, device: torch.device) -> list[list[QuantizedLinear]]:
    """Layers of random numbers, as many as fill 400 MB."""
    weights = sum(inputs * outputs for inputs, outputs in kind.shapes)
    layers = -(-400_000_000 * 8 // kind.bits // weights)
    return [[_random(kind, *shape, device) for shape in kind.shapes] for _ in range(layers)]


def _random(kind: Kind, inputs: int, outputs: int, device: torch.device) -> QuantizedLinear:
    linear = QuantizedLinear(inputs, outputs, kind.bits, group_size=kind.group_size, device=device)
    linear.weight.random_(-128, 128)
    linear.weight_scale.uniform_(1e-3, 2e-3)
    assert linear.bias is not None
    linear.bias.zero_()
    linear.pack_()
    return linear


def _errors(kind: Kind, device: torch.device) -> list[Error]:
    """On weights as wide-tailed as trained ones are, and activations without and with outlier columns."""
    generator = torch.Generator().manual_seed(0)
    weight = torch.randn(4096, 4096, generator=generator) * 0.02
    weight *= torch.randn(weight.shape, generator=generator).abs().clamp(0.2, 4)
    linear = QuantizedLinear(4096, 4096, kind.bits, bias=False, group_size=kind.group_size, device=device)
    linear.copy_rows_(0, weight)
    even = torch.randn(64, 4096, generator=generator)
    outliers = even.clone()
    outliers[:, torch.randperm(4096, generator=generator)[:24]] *= 60
    errors = []
    for name, x in (("gaussian", even), ("24 outlier columns, 60 x", outliers)):
        stored, scales = (part.cpu() for part in linear.unpacked())
        decoded = x @ dequantize(stored, scales.float(), kind.bits).T
        product = linear(x.to(device, _activations(0, 0, device).dtype)).float().cpu()
        errors.append(Error(kind.name, name, _relative(product, decoded), _relative(product, x @ weight.T)))
    return errors


def _relative(found: Tensor, expected: Tensor) -> float:
    return float((found - expected).norm() / expected.norm())


def _print(read: float, speeds: list[Speed], errors: list[Error]) -> None:
    print(f"memory: {read:.1f} GB/s\n")
    print("| weights | tokens | ms for a layer (or the head) | share of memory's speed | GOP/s | 28 layers, tokens/s |")
    print("|---|---|---|---|---|---|")
    for speed in speeds:
        share = f"{speed.share:.0%}" if speed.tokens == 1 else ""
        rate = "" if "head" in speed.kind else f"{speed.tokens / (LAYERS * speed.ms / 1e3):.1f}"
        print(f"| {speed.kind} | {speed.tokens} | {speed.ms:.2f} | {share} | {speed.gops:.0f} | {rate} |")
    print("\n| weights | activations | error of the kernel | with that of the format |\n|---|---|---|---|")
    for error in errors:
        print(f"| {error.kind} | {error.activations} | {error.of_kernel:.2%} | {error.of_format:.1%} |")


if __name__ == "__main__":
    main()
