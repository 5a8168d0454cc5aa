"""Which kernel serves which device: detected here and nowhere else."""

from __future__ import annotations

from pathlib import Path

import torch


def prepare(cache_dir: Path | None = None) -> None:
    """Loads the compiled CPU kernels, or compiles them in the background, once; returns at once.

    cache_dir: where the library is kept; None: below the user's cache folder. Until it is there, and without this
    call, PyTorch's own products serve.
    """


def cpu_kernel(device: torch.device) -> None:
    """The compiled CPU kernel, if it serves `device`; None while there is none."""
    return None


def describe(bits: int = 4, device: torch.device | str = "cpu") -> str:
    """One line for people: which kernel multiplies INT4 or INT8 weights there."""
    return f"INT{bits} kernel: PyTorch, {torch.get_num_threads()} threads"
