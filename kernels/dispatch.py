"""Which kernel serves which device: detected here and nowhere else."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import Tensor

from .cpu.build import BuildError, cached, compile_library, default_cache_dir
from .cpu.library import CpuKernel


@dataclass
class _State:
    lock: threading.Lock = field(default_factory=threading.Lock)
    kernel: CpuKernel | None = None
    compiling: threading.Thread | None = None
    problem: str | None = None  # why there is no kernel
    forced: str | None = None  # by `override`: "torch" or "torch-bf16"


_state = _State()


def prepare(cache_dir: Path | None = None) -> None:
    """Loads the compiled CPU kernels, or compiles them in the background, once; returns at once.

    cache_dir: where the library is kept; None: in the user's cache folder. Until it is there, and without this call,
    PyTorch's own products serve.
    """
    folder = cache_dir or default_cache_dir()
    with _state.lock:
        if _state.kernel or _state.compiling:
            return
        _state.problem = None
        for path in cached(folder):
            try:
                _state.kernel = CpuKernel(path)
                return
            except OSError:  # of another system that shares this folder
                continue
        _state.compiling = threading.Thread(target=_compile, args=(folder,), name="kernel compiler", daemon=True)
        _state.compiling.start()


def wait(seconds: float | None = None) -> None:
    """Waits until a compilation that `prepare` began is over."""
    if thread := _state.compiling:
        thread.join(seconds)


def cpu_kernel(device: torch.device) -> CpuKernel | None:
    """The compiled kernel, if it is there and serves `device`."""
    return _state.kernel if device.type == "cpu" and not _state.forced else None


def torch_products(device: torch.device) -> bool:
    """Whether `kernels.torch_products` serve `device`: on a CPU where nothing could be compiled."""
    if _state.forced or device.type != "cpu":
        return _state.forced == "torch-bf16" and device.type == "cpu"
    return _state.kernel is None and _state.problem is not None


def gpu_linear(device: torch.device) -> Callable[[Tensor, Tensor, Tensor, Tensor | None, int], Tensor] | None:
    """`kernels.gpu.linear`, if it can serve `device`."""
    if device.type != "cuda" or _state.forced == "torch" or _triton_problem(device):
        return None
    from .gpu import linear  # imports Triton, which only GPUs need

    return linear


@cache
def _triton_problem(device: torch.device) -> str | None:
    """Why Triton cannot serve a GPU: it is not there, has no C compiler to launch kernels with, or the GPU is old."""
    if find_spec("triton") is None:
        return "Triton is not installed"
    from .gpu import linear

    try:
        x = torch.ones(1, 64, dtype=torch.float16, device=device)
        weight = torch.ones(8, 64, dtype=torch.int8, device=device)
        linear(x, weight, torch.ones(8, device=device), None, 8)
    except Exception as error:  # of many kinds, all of which mean the same
        return str(error).strip().split("\n")[0]
    return None


def describe(bits: int = 4, device: torch.device | str = "cpu") -> str:
    """One line for people: what multiplies INT4 or INT8 weights there."""
    device = torch.device(device)
    if device.type != "cpu":
        if gpu_linear(device):
            return f"INT{bits} kernel: Triton on {device}"
        problem = _triton_problem(device) if device.type == "cuda" and not _state.forced else None
        return f"INT{bits} kernel: PyTorch on {device}" + (f" ({problem})" if problem else "")
    kernel, threads = cpu_kernel(device), f"{torch.get_num_threads()} threads"
    if kernel:
        return f"INT{bits} kernel: {kernel.name}, {threads}"
    if _state.compiling:
        return f"INT{bits} kernel: PyTorch, {threads}, while a faster one is compiled"
    by = "PyTorch in bfloat16" if torch_products(device) else "PyTorch"
    return f"INT{bits} kernel: {by}, {threads}" + (f" ({_state.problem})" if _state.problem else "")


@contextmanager
def override(unit: str) -> Iterator[None]:
    """Uses another vector unit of this processor for a while ("plain", "avx2", …), "torch" for decoded slices in
    PyTorch's products, or "torch-bf16" for those of `kernels.torch_products`.

    Raises: ValueError for one that is not here.
    """
    before = _state.forced, _state.kernel and _state.kernel.unit
    try:
        forced = unit if unit.startswith("torch") else None
        if forced is None:
            if _state.kernel is None:
                raise ValueError(f"there is no compiled kernel to use {unit} with")
            _state.kernel.select(unit)
        _state.forced = forced
        yield
    finally:
        _state.forced = before[0]
        if _state.kernel and before[1]:
            _state.kernel.select(before[1])


def _compile(folder: Path) -> None:
    kernel, problem = None, None
    try:
        path = compile_library(folder)
        try:
            kernel = CpuKernel(path)
        finally:
            if path.parent != folder:  # the cache cannot be written: what is loaded needs no file any more
                shutil.rmtree(path.parent, ignore_errors=True)
    except BuildError as error:
        problem = str(error)
    except OSError as error:
        problem = f"the compiled library does not load: {error}"
    with _state.lock:
        _state.kernel, _state.problem, _state.compiling = kernel, problem, None
