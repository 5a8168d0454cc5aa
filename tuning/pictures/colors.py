"""The eleven named colours: how each may look, and whether two can be told apart."""

from __future__ import annotations

import math
from collections.abc import Iterable
from random import Random

RGB = tuple[int, int, int]

PROTOTYPES: dict[str, tuple[RGB, ...]] = {
    "red": ((255, 0, 0), (237, 28, 36), (210, 25, 40), (220, 45, 40)),
    "orange": ((255, 127, 39), (255, 150, 0), (245, 135, 30), (255, 160, 40)),
    "yellow": ((255, 255, 0), (255, 242, 0), (250, 225, 50), (245, 235, 80)),
    "green": ((0, 255, 0), (0, 128, 0), (34, 177, 76), (60, 200, 70)),
    "blue": ((0, 0, 255), (30, 80, 220), (20, 60, 170), (40, 130, 240)),
    "purple": ((128, 0, 128), (150, 60, 170), (150, 50, 200), (110, 30, 150)),
    "pink": ((255, 192, 203), (255, 160, 190), (255, 130, 180), (250, 170, 200)),
    "brown": ((139, 69, 19), (120, 72, 40), (101, 67, 33), (150, 85, 45)),
    "gray": ((128, 128, 128), (145, 145, 145), (110, 110, 110), (160, 160, 160)),
    "black": ((0, 0, 0), (12, 12, 12), (25, 25, 25)),
    "white": ((255, 255, 255), (248, 248, 248), (240, 240, 240)),
}
COLORS = tuple(PROTOTYPES)
MIN_CONTRAST = 100.0
_JITTER = 8


def contrast(one: RGB, other: RGB) -> float:
    """Distance of two colours, 0 … 442."""
    return math.dist(one, other)


def paint(rng: Random, name: str) -> RGB:
    """One of the ways the named colour may look."""
    red, green, blue = (min(255, max(0, c + rng.randint(-_JITTER, _JITTER))) for c in rng.choice(PROTOTYPES[name]))
    return (red, green, blue)


def visible(backdrop: Iterable[RGB]) -> tuple[str, ...]:
    """The colours that stand out from every colour of the backdrop, however they are painted."""
    against = tuple(backdrop)
    return tuple(
        name
        for name, looks in PROTOTYPES.items()
        if all(contrast(look, other) > MIN_CONTRAST for look in looks for other in against)
    )
