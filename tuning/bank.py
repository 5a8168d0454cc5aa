"""The pictures of a training run, drawn once: picture N is always the same, and lies on disk as the model sees it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from tuning.pictures.kinds import random_picture
from tuning.pictures.picture import Picture, render
from tuning.trainer import write_atomically
from vision.image import normalise

CHUNK = 1000  # pictures in a file
_SIDES = (96, 224)  # pixels: pictures are drawn at any size between, more often at a small one, then squeezed


Draw = Callable[[Random], Picture]


def _draw_chunk(chunk: int, folder: Path, image_size: int, seed: int, draw: Draw) -> None:
    pixels = np.empty((CHUNK, image_size, image_size, 3), dtype=np.uint8)
    for place, number in enumerate(range(chunk * CHUNK, (chunk + 1) * CHUNK)):
        low, high = _SIDES
        side = round(low * (high / low) ** (Random(f"{seed} side {number}").random() ** 1.5))
        image = render(_picture(number, seed, draw), side)
        pixels[place] = np.asarray(image.resize((image_size, image_size), Image.Resampling.BICUBIC))

    def write(path: Path) -> None:
        with path.open("wb") as file:
            np.save(file, pixels)

    write_atomically(_path(folder, chunk), write)


def _picture(number: int, seed: int, draw: Draw) -> Picture:
    return draw(Random(f"{seed} bank {number}"))


def _path(folder: Path, chunk: int) -> Path:
    return folder / f"pictures-{chunk:05}.npy"


class Bank:
    """Pictures 0 … size - 1, `image_size` pixels square, in files of `CHUNK`; size is rounded up to whole files.

    Files that exist are kept, so a killed run goes on where it was; they are told apart by seed and size alone, so a
    change of the generators needs another folder. `draw` makes a picture of random numbers, in other processes.
    """

    def __init__(
        self, folder: Path, size: int, image_size: int, seed: int, workers: int, draw: Draw = random_picture
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        chunks = range(-(-size // CHUNK))
        missing = [chunk for chunk in chunks if not _path(folder, chunk).exists()]
        began = time.monotonic()
        with ProcessPoolExecutor(workers) as pool:
            draw_chunk = partial(_draw_chunk, folder=folder, image_size=image_size, seed=seed, draw=draw)
            for done, _ in enumerate(pool.map(draw_chunk, missing), start=1):
                rate = done * CHUNK / (time.monotonic() - began)
                print(f"pictures: {done} of {len(missing)} files, {rate:.0f} pictures/s", file=sys.stderr, flush=True)
        self.seed = seed
        self._draw = draw
        self.size = len(chunks) * CHUNK
        self._files = [np.load(_path(folder, chunk), mmap_mode="r") for chunk in chunks]

    def picture(self, number: int) -> Picture:
        """What the picture shows."""
        return _picture(number, self.seed, self._draw)

    def pixel_values(self, numbers: list[int]) -> Tensor:
        """Those pictures as the image encoder takes them, (B, 3, S, S)."""
        pixels = np.stack([self._files[number // CHUNK][number % CHUNK] for number in numbers])
        return normalise(torch.from_numpy(pixels))

    def in_batches(self, batch_size: int) -> list[list[int]]:
        """All numbers in order, `batch_size` at a time."""
        starts = range(0, self.size, batch_size)
        return [list(range(start, min(start + batch_size, self.size))) for start in starts]
