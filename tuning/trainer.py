"""One training stage: a loop that averages the weights, reports as it goes, and resumes where it was killed."""

from __future__ import annotations

import json
import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

Batch = dict[str, Tensor]


@dataclass(frozen=True)
class Schedule:
    """Length and pace of a stage. learning_rate warms up linearly, then falls along a cosine to a twentieth."""

    steps: int
    learning_rate: float
    warmup_steps: int = 200
    weight_decay: float = 0.02
    average: float = 0.999  # decay of the weight average that is kept
    report_every: int = 100
    save_every: int = 500

    def factor(self, step: int) -> float:
        """Of the learning rate at `step`."""
        if step < self.warmup_steps:
            return (step + 1) / self.warmup_steps
        progress = (step - self.warmup_steps) / max(1, self.steps - self.warmup_steps)
        return 0.05 + 0.95 * 0.5 * (1 + math.cos(math.pi * progress))


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


def train(
    name: str,
    module: nn.Module,
    make_batch: Callable[[int], Batch],
    loss_of: Callable[[Batch], tuple[Tensor, dict[str, float]]],
    schedule: Schedule,
    run_dir: Path,
    workers: int = 1,
) -> None:
    """Train the parameters of `module` that require gradients; afterwards it holds their running average.

    make_batch(step) draws a batch in a worker process; loss_of(batch) gives the loss and figures to report.
    Leaves `NAME.pt` (resumable) and `NAME.jsonl` (one line a report) in run_dir. A finished stage is only loaded.
    """
    run_dir.mkdir(parents=True, exist_ok=True)
    state_path, log_path = run_dir / f"{name}.pt", run_dir / f"{name}.jsonl"
    parameters = {key: value for key, value in module.named_parameters() if value.requires_grad}
    device = next(iter(parameters.values())).device
    decayed = [value for value in parameters.values() if value.dim() > 1]
    plain = [value for value in parameters.values() if value.dim() <= 1]
    groups = [{"params": decayed, "weight_decay": schedule.weight_decay}, {"params": plain, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=schedule.learning_rate, betas=(0.9, 0.98))
    average = {key: value.detach().clone() for key, value in parameters.items()}
    start = 0
    if state_path.exists():
        state = torch.load(state_path, map_location=device, weights_only=True)
        start = state["step"]
        module.load_state_dict(state["module"], strict=False)
        average = state["average"]
        optimizer.load_state_dict(state["optimizer"])

    def save(step: int) -> None:
        state: dict[str, Any] = {"step": step, "average": average, "optimizer": optimizer.state_dict()}
        state["module"] = {key: value.detach() for key, value in parameters.items()}
        write_atomically(state_path, lambda path: torch.save(state, path))

    order = range(start, schedule.steps)
    loader = DataLoader(
        Batches(make_batch, schedule.steps), batch_size=None, sampler=order, num_workers=workers, prefetch_factor=8
    )
    began, sums, count = time.monotonic(), dict[str, float](), 0
    module.train()
    for step, batch in zip(order, loader, strict=True):
        for group in optimizer.param_groups:
            group["lr"] = schedule.learning_rate * schedule.factor(step)
        with torch.autocast("cuda", torch.bfloat16, enabled=device.type == "cuda"):
            loss, figures = loss_of({key: value.to(device) for key, value in batch.items()})
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters.values(), 1.0)
        optimizer.step()
        decay = min(schedule.average, (step + 1) / (step + 10))
        torch._foreach_lerp_(list(average.values()), [value.detach() for value in parameters.values()], 1 - decay)
        for key, value in (figures | {"loss": float(loss.detach())}).items():
            sums[key] = sums.get(key, 0.0) + value
        count += 1
        done = step + 1
        if done % schedule.report_every == 0 or done == schedule.steps:
            report = {"step": done} | {key: round(value / count, 4) for key, value in sums.items()}
            report["steps_per_second"] = round(count / (time.monotonic() - began), 2)
            print(name, report, flush=True)
            with log_path.open("a") as log:
                log.write(json.dumps(report) + "\n")
            began, sums, count = time.monotonic(), {}, 0
        if done % schedule.save_every == 0 or done == schedule.steps:
            save(done)
    with torch.no_grad():
        for key, parameter in parameters.items():
            parameter.copy_(average[key])
    module.eval()
