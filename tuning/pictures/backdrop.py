"""What may lie behind things: plain colours, gradients, faint patterns, clouds, paper grain and pixel noise.

All but `Speckle` are a field of levels 0 … 255 that a ramp between two colours turns into a picture, which keeps
them cheap and within their palette.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from tuning.pictures.colors import RGB, visible
from tuning.pictures.picture import Backdrop, Plain

MIN_VISIBLE = 4  # named colours that must stand out from a backdrop
MOTIFS = ("stripes", "waves", "dots", "checks", "gingham", "grid")
_GRADIENT_SIDE = 32  # pixels a gradient is computed at before it is enlarged


def _between(one: RGB, other: RGB, share: float = 0.5) -> RGB:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return (red, green, blue)


def ramp(field: Image.Image, colors: tuple[RGB, ...]) -> Image.Image:
    """The RGB image that shows the levels 0 … 255 of an "L" image as the way through these (two or more) colours."""
    stops = np.linspace(0, 255, len(colors))
    channels = [np.interp(np.arange(256), stops, channel) for channel in zip(*colors, strict=True)]
    table = np.stack(channels, 1).round().astype(np.uint8)
    indexed = Image.frombytes("P", field.size, field.tobytes())
    indexed.putpalette(table.tobytes())
    return indexed.convert("RGB")


@dataclass(frozen=True)
class Linear:
    """From one colour to the other in the direction of `angle` (radians)."""

    one: RGB
    other: RGB
    angle: float

    @property
    def palette(self) -> tuple[RGB, ...]:
        return (self.one, _between(self.one, self.other), self.other)

    def render(self, width: int, height: int) -> Image.Image:
        """An RGB image of that size in pixels."""
        y, x = np.mgrid[0 : 1 : _GRADIENT_SIDE * 1j, 0 : 1 : _GRADIENT_SIDE * 1j]
        along = x * math.cos(self.angle) + y * math.sin(self.angle)
        along = (along - along.min()) / (along.max() - along.min())
        field = Image.fromarray((along * 255).astype(np.uint8))
        return ramp(field.resize((width, height), Image.Resampling.BILINEAR), (self.one, self.other))


@dataclass(frozen=True)
class Radial:
    """From one colour at (x, y) in the unit square to the other at `reach` of its side, and beyond."""

    one: RGB
    other: RGB
    x: float
    y: float
    reach: float

    @property
    def palette(self) -> tuple[RGB, ...]:
        return (self.one, _between(self.one, self.other), self.other)

    def render(self, width: int, height: int) -> Image.Image:
        """An RGB image of that size in pixels."""
        y, x = np.mgrid[0 : 1 : _GRADIENT_SIDE * 1j, 0 : 1 : _GRADIENT_SIDE * 1j]
        away = np.minimum(np.hypot(x - self.x, y - self.y) / self.reach, 1)
        field = Image.fromarray((away * 255).astype(np.uint8))
        return ramp(field.resize((width, height), Image.Resampling.BILINEAR), (self.one, self.other))


@dataclass(frozen=True)
class Pattern:
    """A regular motif of the second colour on the first.

    `period` is a share of the side of a square of the picture's area, `share` how much of a period the motif takes.
    """

    one: RGB
    other: RGB
    motif: str
    angle: float
    period: float
    share: float

    @property
    def palette(self) -> tuple[RGB, ...]:
        return (self.one, self.other)

    def render(self, width: int, height: int) -> Image.Image:
        """An RGB image of that size in pixels."""
        per_pixel = 1 / (self.period * math.sqrt(width * height))
        x = np.arange(width, dtype=np.float32) * per_pixel
        y = np.arange(height, dtype=np.float32)[:, None] * per_pixel
        cosine, sine = np.float32(math.cos(self.angle)), np.float32(math.sin(self.angle))
        levels = _MOTIFS[self.motif](x * cosine + y * sine, y * cosine - x * sine, np.float32(self.share))
        return ramp(Image.fromarray(levels.astype(np.uint8)), (self.one, self.other))


_Floats = NDArray[np.float32]


def _on(distances: _Floats, share: np.float32) -> NDArray[np.bool_]:
    """Where a distance is within the first `share` of its period."""
    return np.asarray((distances - np.floor(distances)) < share)


def _dots(u: _Floats, v: _Floats, share: np.float32) -> NDArray[np.generic]:
    u, v = u - np.floor(u) - np.float32(0.5), v - np.floor(v) - np.float32(0.5)
    return (u * u + v * v < (share / 2) ** 2) * np.uint8(255)


_MOTIFS: dict[str, Callable[[_Floats, _Floats, np.float32], NDArray[np.generic]]] = {
    "stripes": lambda u, v, share: _on(u, share) * np.uint8(255),
    "waves": lambda u, v, share: np.abs(u - np.floor(u) - np.float32(0.5)) * np.float32(510),
    "dots": _dots,
    "checks": lambda u, v, share: (_on(u, np.float32(0.5)) ^ _on(v, np.float32(0.5))) * np.uint8(255),
    "gingham": lambda u, v, share: _on(u, share) * np.uint8(127) + _on(v, share) * np.uint8(128),
    "grid": lambda u, v, share: (_on(u, share / 4) | _on(v, share / 4)) * np.uint8(255),
}


@dataclass(frozen=True)
class Cloud:
    """Soft patches between two colours: noise of `cells`² values enlarged, finer noise over it if `octaves` > 1."""

    one: RGB
    other: RGB
    cells: int
    octaves: int
    seed: int

    @property
    def palette(self) -> tuple[RGB, ...]:
        return (self.one, _between(self.one, self.other), self.other)

    def render(self, width: int, height: int) -> Image.Image:
        """An RGB image of that size in pixels."""
        random = np.random.default_rng(self.seed)
        field = Image.new("L", (width, height))
        for octave in range(self.octaves):
            side = self.cells * 2**octave
            noise = Image.fromarray(random.integers(0, 256, (side, side), dtype=np.uint8))
            noise = noise.resize((width, height), Image.Resampling.BILINEAR)
            field = Image.blend(field, noise, 0.35) if octave else noise
        return ramp(field, (self.one, self.other))


@dataclass(frozen=True)
class Grain:
    """Noise between two colours in lumps of about `width` × `height` shares of the picture: paper, sand, fabric."""

    one: RGB
    other: RGB
    width: float
    height: float
    seed: int

    @property
    def palette(self) -> tuple[RGB, ...]:
        return (self.one, self.other)

    def render(self, width: int, height: int) -> Image.Image:
        """An RGB image of that size in pixels."""
        # Lumps have a size of their own, so the picture looks alike at any size.
        rows, columns = min(height, math.ceil(1 / self.height)), min(width, math.ceil(1 / self.width))
        levels = np.random.default_rng(self.seed).integers(0, 256, (rows, columns), dtype=np.uint8)
        field = Image.fromarray(levels).resize((width, height), Image.Resampling.BILINEAR)
        return ramp(field, (self.one, self.other))


@dataclass(frozen=True)
class Speckle:
    """Every pixel and channel anywhere between two colours."""

    low: RGB
    high: RGB
    seed: int

    @property
    def palette(self) -> tuple[RGB, ...]:
        corners = itertools.product(*zip(self.low, self.high, strict=True))
        return tuple((red, green, blue) for red, green, blue in corners)

    def render(self, width: int, height: int) -> Image.Image:
        """An RGB image of that size in pixels."""
        random = np.random.default_rng(self.seed)
        levels = random.integers(0, 256, (height, width, 3), dtype=np.uint8).astype(np.uint16)
        spans = np.subtract(self.high, self.low).astype(np.uint16)
        return Image.fromarray(((levels * spans) // 255 + np.array(self.low, np.uint16)).astype(np.uint8))


def _color(rng: Random) -> RGB:
    """White (26 %), light or pastel (30 %), dark (23 %), middle grey or tinted (13 %), anything (8 %)."""
    kind = rng.random()
    if kind < 0.26:
        return (255, 255, 255)
    if kind >= 0.92:
        return (rng.randint(0, 255), rng.randint(0, 255), rng.randint(0, 255))
    low, high = (195, 252) if kind < 0.56 else (0, 65) if kind < 0.79 else (100, 160)
    base = rng.uniform(low, high)
    tint = 8 if rng.random() < 0.4 else 30
    red, green, blue = (int(min(255, max(0, base + rng.uniform(-tint, tint)))) for _ in range(3))
    return (red, green, blue)


def _shifted(rng: Random, color: RGB, least: float, most: float) -> RGB:
    """A colour whose distance from the given one is in the range, or less where the colours end: lighter or darker."""
    middle = sum(color) / 3
    sign = -1 if middle > 170 else 1 if middle < 85 else rng.choice((-1, 1))
    way = [sign + rng.uniform(-0.6, 0.6) for _ in range(3)]
    length = rng.uniform(least, most) / math.hypot(*way)
    red, green, blue = (
        round(min(255, max(0, channel + step * length))) for channel, step in zip(color, way, strict=True)
    )
    return (red, green, blue)


def _gradient(rng: Random) -> Backdrop:
    one = _color(rng)
    other = _shifted(rng, one, 25, 110)
    if rng.random() < 0.5:
        one, other = other, one
    if rng.random() < 0.6:
        return Linear(one, other, rng.choice((0, math.pi / 2, rng.uniform(0, math.pi))))
    return Radial(one, other, rng.uniform(0, 1), rng.uniform(0, 1), rng.uniform(0.5, 1.2))


def _pattern(rng: Random) -> Backdrop:
    one = _color(rng)
    angle = rng.choice((0, math.pi / 2, math.pi / 4, rng.uniform(0, math.pi)))
    period = math.exp(rng.uniform(math.log(0.03), math.log(0.22)))
    return Pattern(one, _shifted(rng, one, 12, 42), rng.choice(MOTIFS), angle, period, rng.uniform(0.25, 0.75))


def _cloud(rng: Random) -> Backdrop:
    one = _color(rng)
    return Cloud(one, _shifted(rng, one, 20, 75), rng.randint(2, 9), rng.randint(1, 3), rng.getrandbits(32))


def _grain(rng: Random) -> Backdrop:
    one = _color(rng)
    lump = rng.uniform(0.004, 0.02)
    stretched = lump * rng.choice((1, 1, 6))
    sizes = (lump, stretched) if rng.random() < 0.5 else (stretched, lump)
    return Grain(one, _shifted(rng, one, 15, 60), *sizes, rng.getrandbits(32))


def _speckle(rng: Random) -> Backdrop:
    color, reach = _color(rng), rng.randint(5, 26)
    low, high = (tuple(min(255, max(0, c + d)) for c in color) for d in (-reach, reach))
    return Speckle((low[0], low[1], low[2]), (high[0], high[1], high[2]), rng.getrandbits(32))


_KINDS: dict[Callable[[Random], Backdrop], float] = {
    lambda rng: Plain(_color(rng)): 0.45,
    _gradient: 0.19,
    _pattern: 0.15,
    _cloud: 0.08,
    _grain: 0.07,
    _speckle: 0.06,
}


def random_backdrop(rng: Random) -> Backdrop:
    """A plain one almost half of the time, else one of little contrast; `MIN_VISIBLE` colours stand out from it."""
    kind = rng.choices(list(_KINDS), list(_KINDS.values()))[0]
    while True:
        backdrop = kind(rng)
        if len(visible(backdrop.palette)) >= MIN_VISIBLE:
            return backdrop
