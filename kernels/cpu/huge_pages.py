"""Large pages for memory that is read from one end to the other.

With pages of 4 KB a virtual machine spends a third of a sequential read on looking addresses up.
"""

from __future__ import annotations

import ctypes
import mmap
from contextlib import suppress

from torch import Tensor

_HUGE = 2**21
_ADVICE = getattr(mmap, "MADV_HUGEPAGE", None)  # of Linux alone


def use_huge_pages(memory: Tensor) -> None:
    """Ask for large pages for a tensor of a CPU that has not been written to yet; without them nothing changes."""
    if _ADVICE is None or memory.device.type != "cpu" or memory.nbytes < 2 * _HUGE:
        return
    start = -(-memory.data_ptr() // _HUGE) * _HUGE
    size = (memory.data_ptr() + memory.nbytes - start) // _HUGE * _HUGE
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).madvise(ctypes.c_void_p(start), ctypes.c_size_t(size), _ADVICE)
