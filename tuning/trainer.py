"""One training stage: a loop that averages the weights, reports as it goes, and resumes where it was killed."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.data import DataLoader, Dataset

Batch = dict[str, Tensor]
LossOf = Callable[[Batch], tuple[Tensor, dict[str, Tensor]]]


@dataclass(frozen=True)
class Schedule:
    """Length and pace of a stage: the learning rate warms up, stays, and falls linearly over the last `cooldown`.

    A stage that was stopped before its cooldown may go on with more steps than it was begun with.
    Source: Hägele et al. 2024, "Scaling Laws and Compute-Optimal Training Beyond Fixed Training Durations".
    """

    steps: int
    learning_rate: float
    warmup_steps: int = 200
    cooldown: float = 0.25  # share of the steps
    weight_decay: float = 0.02
    average: float = 0.999  # decay of the weight average that is kept
    muon: bool = False  # for the weights of linear layers, where it learns in fewer steps; the others keep AdamW
    report_every: int = 100
    save_every: int = 500

    def factor(self, step: int) -> float:
        """Of the learning rate at `step`."""
        left = (self.steps - step) / (self.cooldown * self.steps)
        return min(1.0, (step + 1) / self.warmup_steps, max(left, 0.02))


class Batches(Dataset[Batch]):
    """Batches by number: each is drawn from its own seed, so a resumed run sees the same ones in the same order."""

    def __init__(self, make: Callable[[int], Batch], steps: int) -> None:
        self.make = make
        self.steps = steps

    def __len__(self) -> int:
        return self.steps

    def __getitem__(self, step: int) -> Batch:
        return self.make(step)


def write_atomically(path: Path, write: Callable[[Path], None]) -> None:
    """Let `write` fill a temporary file, then move it to `path`: a reader sees the old file or the new one."""
    temporary = path.with_name(path.name + ".tmp")
    write(temporary)
    os.replace(temporary, path)


class Figures:
    """Means of what the batches of one report gave."""

    def __init__(self) -> None:
        self._sums: dict[str, float] = {}
        self._counts: dict[str, int] = {}

    def add(self, loss: Tensor, figures: dict[str, Tensor]) -> None:
        for key, value in (figures | {"loss": loss}).items():
            self._sums[key] = self._sums.get(key, 0.0) + float(value)
            self._counts[key] = self._counts.get(key, 0) + 1

    def means(self, prefix: str = "") -> dict[str, float]:
        return {prefix + key: round(value / self._counts[key], 4) for key, value in self._sums.items()}


class Weights:
    """What a stage trains (the parameters that require gradients, and all buffers), and its running average."""

    def __init__(self, module: nn.Module) -> None:
        self.parameters = {name: value for name, value in module.named_parameters() if value.requires_grad}
        kept = {*module.state_dict(keep_vars=True)}
        buffers = {name: value for name, value in module.named_buffers() if name in kept}
        self.live = {name: value.detach() for name, value in (self.parameters | buffers).items()}
        self.average = {name: value.clone() for name, value in self.live.items()}
        self._floats = [name for name, value in self.live.items() if value.is_floating_point()]

    def follow(self, decay: float) -> None:
        """Move the average towards the live weights."""
        averages, values = ([table[name] for name in self._floats] for table in (self.average, self.live))
        torch._foreach_lerp_(averages, values, 1 - decay)

    def swap(self) -> None:
        """Put the average where the live weights are, and the other way round."""
        for name, value in self.live.items():
            kept = value.clone()
            value.copy_(self.average[name])
            self.average[name].copy_(kept)


def train(
    name: str,
    module: nn.Module,
    make_batch: Callable[[int], Batch],
    loss_of: LossOf,
    schedule: Schedule,
    run_dir: Path,
    workers: int = 1,
    checks: Iterable[Batch] = (),
) -> None:
    """Train the parameters of `module` that require gradients; afterwards it holds their running average.

    make_batch(step) draws a batch in a worker process; loss_of(batch) gives the loss and figures to report; `checks`
    are batches that are only looked at, with the averaged weights, whenever the state is saved.
    Leaves `NAME.pt` (resumable) and `NAME.jsonl` (one line a report) in run_dir. A finished stage is only loaded.
    """
    run_dir.mkdir(parents=True, exist_ok=True)
    state_path, log_path = run_dir / f"{name}.pt", run_dir / f"{name}.jsonl"
    weights = Weights(module)
    device = next(iter(weights.parameters.values())).device
    optimizers = _optimizers(module, weights, schedule)
    start = 0
    if state_path.exists():
        state = torch.load(state_path, map_location=device, weights_only=True)
        start = state["step"]
        for table, saved in ((weights.live, state["live"]), (weights.average, state["average"])):
            for key, value in table.items():
                value.copy_(saved[key])
        if start >= schedule.steps:
            weights.swap()
            module.eval()
            return
        for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
    checks = list(checks)

    def save(step: int) -> None:
        state: dict[str, Any] = {"step": step, "live": weights.live, "average": weights.average}
        state["optimizers"] = [optimizer.state_dict() for optimizer in optimizers]
        write_atomically(state_path, lambda path: torch.save(state, path))

    def on_device(batch: Batch) -> tuple[Tensor, dict[str, Tensor]]:
        with _half_precision(device):
            return loss_of({key: value.to(device, non_blocking=True) for key, value in batch.items()})

    @torch.no_grad()
    def check() -> dict[str, float]:
        figures = Figures()
        weights.swap()
        module.eval()
        for batch in checks:
            figures.add(*on_device(batch))
        module.train()
        weights.swap()
        return figures.means("held_out_")

    figures, began, count = Figures(), time.monotonic(), 0
    module.train()
    for step, batch in zip(range(start, schedule.steps), _loader(make_batch, start, schedule, workers), strict=True):
        module.zero_grad(set_to_none=True)
        loss, told = on_device(batch)
        loss.backward()
        nn.utils.clip_grad_norm_(weights.parameters.values(), 1.0)
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = schedule.learning_rate * schedule.factor(step)
            optimizer.step()
        weights.follow(min(schedule.average, (step + 1) / (step + 10)))
        figures.add(loss.detach(), told)
        done, count = step + 1, count + 1
        last = done == schedule.steps
        if done % schedule.save_every == 0 or last:
            save(done)
        if done % schedule.report_every == 0 or last:
            report = {"step": done, **figures.means(), "steps_per_second": round(count / (time.monotonic() - began), 2)}
            if checks and (done % schedule.save_every == 0 or last):
                report |= check()
            print(name, report, flush=True)
            with log_path.open("a") as log:
                log.write(json.dumps(report) + "\n")
            figures, began, count = Figures(), time.monotonic(), 0
    weights.swap()
    module.eval()


def _optimizers(module: nn.Module, weights: Weights, schedule: Schedule) -> list[torch.optim.Optimizer]:
    """Muon for the weights of linear layers, if the schedule wants it, and AdamW; biases and norms do not decay.

    Source: Jordan et al. 2024, "Muon: An optimizer for hidden layers in neural networks"; Liu et al. 2025
    (arXiv:2502.16982) for the scale, with which both take the same learning rate.
    """
    layers = list(module.modules()) if schedule.muon else []
    embeddings = {id(layer.weight) for layer in layers if isinstance(layer, nn.Embedding)}  # a tied head is one too
    linear = {id(layer.weight) for layer in layers if isinstance(layer, nn.Linear)} - embeddings
    values = list(weights.parameters.values())
    matrices = [value for value in values if id(value) in linear]
    decayed = [value for value in values if value.dim() > 1 and id(value) not in linear]
    groups = [
        {"params": decayed, "weight_decay": schedule.weight_decay},
        {"params": [value for value in values if value.dim() <= 1], "weight_decay": 0.0},
    ]
    rate, decay = schedule.learning_rate, schedule.weight_decay
    made: list[torch.optim.Optimizer] = [torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), fused=True)]
    if matrices:
        made.append(torch.optim.Muon(matrices, lr=rate, weight_decay=decay, adjust_lr_fn="match_rms_adamw"))
    return made


@contextmanager
def _half_precision(device: torch.device) -> Iterator[None]:
    """bf16 where the device computes in it; on a CPU no fused attention, whose backward is slow."""
    on_cpu = device.type == "cpu"
    able = torch.cpu.get_capabilities().get("avx512_bf16", False) if on_cpu else device.type == "cuda"
    with torch.autocast(device.type, torch.bfloat16, enabled=able):
        if on_cpu:
            with sdpa_kernel(SDPBackend.MATH):
                yield
        else:
            yield


def _loader(make_batch: Callable[[int], Batch], start: int, schedule: Schedule, workers: int) -> Iterable[Batch]:
    order = range(start, schedule.steps)
    prefetch = 8 if workers else None
    data = Batches(make_batch, schedule.steps)
    return DataLoader(data, batch_size=None, sampler=order, num_workers=workers, prefetch_factor=prefetch)
