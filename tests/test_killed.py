"""A conversion or a save that is killed at any moment leaves whole what was there, and can be done again."""

from __future__ import annotations

import multiprocessing
import shutil
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random

import pytest
import tiny
import torch
from safetensors.torch import load_file

from model import checkpoint, convert
from model.tensors import TensorFiles
from model.tokenizer import GLMTokenizer

KILLS = 25  # of each
SHARD = 60_000  # bytes: several files from a tiny checkpoint
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks, and kills by a signal")


def converted(begun: Connection, source: Path, folder: Path) -> None:
    begun.send(None)
    convert.convert(source, folder, "int8", shard_bytes=SHARD)


def saved(begun: Connection, seed: int, folder: Path) -> None:
    network = a_network(seed)
    begun.send(None)
    checkpoint.save(network, tiny.VOCABULARY, folder, torch.float32)


def a_network(seed: int) -> torch.nn.Module:
    return tiny.network(tiny.config(GLMTokenizer.from_file(tiny.VOCABULARY), vision=tiny.VISION), seed=seed)


def run(work: Callable[..., None], *arguments: object, kill_after: float | None = None) -> float:
    """Seconds that the work took in a process of its own, which is killed so many seconds after it has begun."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["model.convert", "tiny"])  # imported once
    begun, sender = context.Pipe(duplex=False)
    process = context.Process(target=work, args=(sender, *arguments), daemon=True)
    process.start()
    assert begun.poll(60)
    start = time.monotonic()
    process.join(60 if kill_after is None else kill_after)
    process.kill()
    process.join()
    assert kill_after is not None or process.exitcode == 0
    return time.monotonic() - start


def numbers(path: Path) -> dict[str, bytes]:
    return {name: bytes(tensor.flatten().view(torch.uint8)) for name, tensor in TensorFiles(path).items()}


def test_a_conversion_is_killed(folders: dict[str, Path], tmp_path: Path) -> None:
    rng, source, folder = Random(43), folders["chatglm-6b"], tmp_path / "own"
    whole = run(converted, source, tmp_path / "whole")
    before, expected = numbers(source), numbers(tmp_path / "whole")
    for _ in range(KILLS):
        run(converted, source, folder, kill_after=rng.uniform(0, 1.1 * whole))
        if folder.exists():
            assert numbers(folder) == expected
            shutil.rmtree(folder)
    assert numbers(convert.convert(source, folder, "int8", shard_bytes=SHARD)) == expected
    assert numbers(source) == before
    assert {path.name for path in tmp_path.iterdir()} == {"own", "whole"}


def test_a_save_over_a_checkpoint_is_killed(tmp_path: Path) -> None:
    rng, folder = Random(43), tmp_path / "model"
    checkpoint.save(a_network(0), tiny.VOCABULARY, folder, torch.float32)
    versions = [load_file(folder / checkpoint.WEIGHTS)]
    whole = run(saved, 1, folder)
    versions.append(load_file(folder / checkpoint.WEIGHTS))
    for number in range(KILLS):
        run(saved, number % 2, folder, kill_after=rng.uniform(0, 1.1 * whole))
        if not folder.exists():
            (left,) = tmp_path.glob("*.old")
            left.rename(folder)
        found = load_file(folder / checkpoint.WEIGHTS)
        assert any(all(torch.equal(found[name], version[name]) for name in version) for version in versions)
        assert {path.name for path in folder.iterdir()} == {checkpoint.WEIGHTS, checkpoint.CONFIG, checkpoint.TOKENIZER}
    checkpoint.save(a_network(1), tiny.VOCABULARY, folder, torch.float32)
    assert all(torch.equal(value, versions[1][name]) for name, value in load_file(folder / checkpoint.WEIGHTS).items())
