"""Draw the example pictures of the image page: `python -m tuning.make_examples`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

from tuning.scenes import random_scene, render

FOLDER = Path(__file__).resolve().parents[1] / "assets" / "examples"
SIZE = 360
SCENES = {"1-describe": (4, 1088), "2-count": (4, 1720), "3-largest": (3, 1028), "4-circle": (4, 2245)}
"""File name -> number of shapes, seed. The pages show them in the order of their names."""


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, (count, seed) in SCENES.items():
        scene = random_scene(Random(seed), (count, count))
        scene = replace(scene, stretch=1.0, noise=0, blur=0.0, oversampling=4, jpeg=0)
        render(scene, SIZE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
