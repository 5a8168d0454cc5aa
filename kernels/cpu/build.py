"""Compiling the library with whatever C++ compiler is there, once, into a folder of the user's."""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

_FOLDER = Path(__file__).parent
_COMPILERS = ("c++", "g++", "clang++")
_FLAGS = ("-O3", "-std=c++17", "-shared", "-fPIC", "-pthread")


class BuildError(Exception):
    """Why there is no library, as a clause that a sentence can hold."""


def default_cache_dir() -> Path:
    """Where programs of this system keep what they can make again."""
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "glm-webui"
    return Path.home() / ".cache" / "glm-webui"


def cached(cache_dir: Path) -> Iterator[Path]:
    """The libraries of these sources in `cache_dir`, whole ones only. A name ends in the hash of the content."""
    for path in sorted(cache_dir.glob(f"{_source_hash()}-*.so")):
        try:
            content = path.read_bytes()
        except OSError:
            continue
        if path.stem.endswith(_hash(content)):
            yield path


def compile_library(cache_dir: Path) -> Path:
    """Compiles into `cache_dir`, which takes seconds; several processes may do so at once.

    Where `cache_dir` cannot be written the library lies in a temporary folder. Raises: BuildError.
    """
    if sys.platform == "win32":
        raise BuildError("there is no fast one for Windows yet; WSL has it")
    compiler = next(filter(None, map(shutil.which, _COMPILERS)), None)
    if compiler is None:
        raise BuildError("no C++ compiler was found; install g++ or clang++ for a fast one")
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        folder = tempfile.mkdtemp(dir=cache_dir)
    except OSError:
        return _compile(compiler, Path(tempfile.mkdtemp(prefix="glm-webui-")))
    try:
        made = _compile(compiler, Path(folder))
        target = cache_dir / made.name
        os.replace(made, target)  # whole or not there at all
        return target
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _compile(compiler: str, folder: Path) -> Path:
    draft = folder / "draft.so"
    try:
        command = [compiler, *_FLAGS, str(_FOLDER / "kernels.cpp"), "-o", str(draft)]
        done = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=600, check=False)
        if done.returncode:
            lines = [line for line in done.stderr.splitlines() if "error" in line] or ["it gave no reason"]
            raise BuildError(f"{compiler} failed: {lines[0].strip()}")
        return draft.rename(folder / f"{_source_hash()}-{_hash(draft.read_bytes())}.so")
    except (OSError, subprocess.TimeoutExpired) as error:
        raise BuildError(f"{compiler} failed: {error}") from error


def _source_hash() -> str:
    """Of all that decides about the library but the compiler, whose versions make no difference to its use."""
    sources = [path.read_bytes() for path in sorted(_FOLDER.iterdir()) if path.suffix in (".cpp", ".h")]
    return _hash(b"\0".join([*sources, " ".join(_FLAGS).encode(), sys.platform.encode(), platform.machine().encode()]))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
