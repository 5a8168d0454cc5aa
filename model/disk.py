"""Whether a disk has room for what is about to be written."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from .errors import UserError


def check_space(folder: Path, needed: int) -> None:
    """Raises: UserError("disk_full") unless `needed` bytes are free where `folder` is or will be."""
    existing, free = _free(folder)
    if needed > free:
        raise UserError("disk_full", path=existing, needed=_readable(needed), free=_readable(free))


def filled_up(folder: Path) -> UserError:
    """The same error for a write that failed with ENOSPC."""
    existing, free = _free(folder)
    return UserError("disk_full", path=existing, needed=f"> {_readable(free)}", free=_readable(free))


def forget_cached(path: Path) -> None:
    """Let the system drop its copy of a file, so that reading it asks the disk."""
    if hasattr(os, "posix_fadvise"):  # not on Windows and macOS
        with path.open("rb") as file:
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _free(folder: Path) -> tuple[Path, int]:
    """The nearest folder that exists, and how many bytes are free there."""
    existing = next(parent for parent in (folder, *folder.parents) if parent.exists())
    return existing, shutil.disk_usage(existing).free


def _readable(count: int) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"
