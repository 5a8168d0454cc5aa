"""What benchmarks say of the machine: its name, and how fast its memory is read."""

from __future__ import annotations

import platform
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import torch
from torch import Tensor

from . import dispatch

_CALM = 0.05  # share of the processors' time that others may have while something is measured
_TRIES = 5
_PATIENCE = 3  # seconds, after which nothing is measured again


def machine_name(device: torch.device) -> str:
    """The processor's or GPU's name, as it calls itself."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def read_memory(memory: Tensor) -> None:
    """Goes through a tensor from one end to the other, as fast as memory allows; on a GPU it is copied."""
    if kernel := dispatch.cpu_kernel(memory.device):
        kernel.read(memory)
    elif memory.device.type == "cpu":
        memory.view(torch.int64).sum()
    else:
        memory.clone()


def bytes_moved(memory: Tensor) -> int:
    """By `read_memory`."""
    return memory.nbytes * (1 if memory.device.type == "cpu" else 2)


def synchronize(device: torch.device) -> None:
    """Waits for what a GPU still does; a CPU has done it."""
    if device.type != "cpu":
        torch.accelerator.synchronize(device)


def read_gb_per_s(memory: Tensor) -> float:
    """10^9 bytes a second, of one pass of `read_memory`."""
    return bytes_moved(memory) / seconds(lambda: read_memory(memory), memory.device) / 1e9


def seconds(work: Callable[[], object], device: torch.device) -> float:
    """That the work takes. Taken again, a few times, while other programs use the processors."""
    return calmest(lambda: _once(work, device))


def calmest(measure: Callable[[], float]) -> float:
    """What `measure` says; asked again while others used the processors, then that of the time they used least."""
    found: list[tuple[float, float]] = []
    began = time.perf_counter()
    for _ in range(_TRIES):
        before = _used()
        value = measure()
        busy, own, whole = (end - start for end, start in zip(_used(), before, strict=True))
        found.append(((busy - own) / max(whole, 1e-3), value))
        if found[-1][0] < _CALM or time.perf_counter() - began > _PATIENCE:
            break
    return min(found)[1]


def _once(work: Callable[[], object], device: torch.device) -> float:
    began = time.perf_counter()
    work()
    synchronize(device)
    return time.perf_counter() - began


def _used() -> tuple[float, float, float]:
    """Seconds of the processors so far: of everybody, of this program with its children, and all there were."""
    times = psutil.cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    own = 0.0
    this = psutil.Process()
    for process in [this, *this.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            part = process.cpu_times()
            own += part.user + part.system
    everybody = times.user + times.system + getattr(times, "nice", 0.0)
    return everybody, own, everybody + idle
