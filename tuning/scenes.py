"""Pictures of coloured shapes: a scene is drawn at random, and rendered at any size.

A scene lives in the unit square (x to the right, y downwards; lengths are fractions of the picture's side). No two
shapes touch, and no cell of a `GRID` × `GRID` grid holds the centre of more than one: `grid_targets` is therefore a
complete description, which training uses as a dense auxiliary target.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

GRID = 4
MAX_OBJECTS = 4
SHAPES = ("circle", "square", "triangle", "star", "heart", "cross")
COLORS = ("red", "orange", "yellow", "green", "blue", "purple", "black", "white")
SIZES = ("small", "big")

RGB = tuple[int, int, int]

_RADII = {"small": (0.06, 0.075), "big": (0.11, 0.125)}
_PROTOTYPES: dict[str, tuple[RGB, ...]] = {
    "red": ((255, 0, 0), (237, 28, 36), (210, 25, 40), (225, 60, 55)),
    "orange": ((255, 127, 39), (255, 150, 0), (245, 135, 30), (255, 160, 40)),
    "yellow": ((255, 255, 0), (255, 242, 0), (250, 225, 50), (245, 235, 80)),
    "green": ((0, 255, 0), (0, 128, 0), (34, 177, 76), (60, 200, 70)),
    "blue": ((0, 0, 255), (30, 80, 220), (20, 60, 170), (40, 130, 240)),
    "purple": ((128, 0, 128), (163, 73, 164), (150, 50, 200), (110, 30, 150)),
    "black": ((0, 0, 0), (12, 12, 12), (25, 25, 25)),
    "white": ((255, 255, 255), (248, 248, 248), (240, 240, 240)),
}
_COLOR_JITTER = 12
_MIN_CONTRAST = 100.0
_MARGIN = 0.012
_MAX_NOISE = 8


def _star() -> list[tuple[float, float]]:
    radii = [1.25 if k % 2 == 0 else 0.52 for k in range(10)]
    angles = [math.pi * (k / 5 - 0.5) for k in range(10)]
    return [(r * math.cos(a), r * math.sin(a)) for r, a in zip(radii, angles, strict=True)]


def _heart() -> list[tuple[float, float]]:
    points = []
    for k in range(24):
        t = 2 * math.pi * k / 24
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((16 * math.sin(t) ** 3 / 14.8, (-y - 2.5) / 13.2))
    return points


def _cross(arm: float = 1.12, half: float = 0.36) -> list[tuple[float, float]]:
    corner = [(half, -arm), (half, -half), (arm, -half)]
    return [
        *corner,
        *[(-y, x) for x, y in corner],
        *[(-x, -y) for x, y in corner],
        *[(y, -x) for x, y in corner],
    ]


_OUTLINES: dict[str, list[tuple[float, float]]] = {
    "square": [(-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)],
    "triangle": [(0.0, -1.15), (1.13, 0.85), (-1.13, 0.85)],
    "star": _star(),
    "heart": _heart(),
    "cross": _cross(),
}
_EXTENTS = {name: max(math.hypot(x, y) for x, y in points) for name, points in _OUTLINES.items()} | {"circle": 1.0}


@dataclass(frozen=True)
class Shape:
    """One coloured shape; `radius` is half its width, about, and `rotation` is in degrees."""

    shape: str
    color: str
    size: str
    x: float
    y: float
    radius: float
    rotation: float
    rgb: RGB
    outlined: bool

    @property
    def cell(self) -> int:
        """The grid cell of the centre, in reading order: 0 … GRID² − 1."""
        return min(int(self.y * GRID), GRID - 1) * GRID + min(int(self.x * GRID), GRID - 1)


@dataclass(frozen=True)
class Scene:
    """Shapes on a background, and everything else that decides the pixels.

    `stretch` widens every shape by that factor and flattens it by as much, as a picture that was not square looks
    after it was made square. `noise` is the largest deviation in grey levels, drawn from `noise_seed`; `blur` is a
    fraction of the picture; `oversampling` 1 leaves jagged edges; `jpeg` is a quality, 0 for none.
    """

    background: RGB
    shapes: tuple[Shape, ...]
    stretch: float = 1.0
    noise: int = 0
    noise_seed: int = 0
    blur: float = 0.0
    oversampling: int = 4
    jpeg: int = 0


def _background(rng: Random) -> RGB:
    """White (30 %), light or pastel (30 %), dark (25 %), middle grey or tinted (15 %)."""
    kind = rng.random()
    if kind < 0.3:
        return (255, 255, 255)
    low, high = (195, 252) if kind < 0.6 else (0, 65) if kind < 0.85 else (105, 155)
    base = rng.uniform(low, high)
    tint = 8 if rng.random() < 0.4 else 30
    red, green, blue = (int(min(255, max(0, base + rng.uniform(-tint, tint)))) for _ in range(3))
    return (red, green, blue)


def _contrast(one: RGB, other: RGB) -> float:
    return math.dist(one, other)


def _paint(rng: Random, color: str) -> RGB:
    red, green, blue = (
        min(255, max(0, channel + rng.randint(-_COLOR_JITTER, _COLOR_JITTER)))
        for channel in rng.choice(_PROTOTYPES[color])
    )
    return (red, green, blue)


def _palette(rng: Random, names: tuple[str, ...]) -> tuple[str, ...]:
    """All names, or (half of the time) two or three of them, so that repeated colours and shapes are common."""
    return names if rng.random() < 0.5 else tuple(rng.sample(names, min(len(names), rng.randint(2, 3))))


def _place(
    rng: Random, cell: int, extent: float, taken: list[tuple[float, float, float]]
) -> tuple[float, float] | None:
    """A position in the cell that keeps clear of the border and of the (x, y, extent) taken; None if none is found."""
    row, column = divmod(cell, GRID)
    border = extent + _MARGIN
    left, right = max(column / GRID, border), min((column + 1) / GRID - 1e-6, 1 - border)
    top, bottom = max(row / GRID, border), min((row + 1) / GRID - 1e-6, 1 - border)
    for _ in range(6):
        x, y = rng.uniform(left, right), rng.uniform(top, bottom)
        if all(math.hypot(x - u, y - v) > extent + other + _MARGIN for u, v, other in taken):
            return x, y
    return None


def random_scene(rng: Random, objects: tuple[int, int] = (1, MAX_OBJECTS)) -> Scene:
    """A scene with a number of shapes in the given range (inclusive); give (0, 0) for an empty one."""
    background = _background(rng)
    stretch = rng.uniform(0.85, 1.18) if rng.random() < 0.35 else 1.0
    outlined = rng.random() < 0.2
    visible = tuple(c for c in COLORS if all(_contrast(p, background) > _MIN_CONTRAST + 22 for p in _PROTOTYPES[c]))
    colors, shapes = _palette(rng, visible), _palette(rng, SHAPES)
    sizes = SIZES if rng.random() < 0.8 else (rng.choice(SIZES),)
    count = rng.randint(*objects)
    cells = rng.sample(range(GRID * GRID), GRID * GRID)
    taken: list[tuple[float, float, float]] = []
    drawn: list[Shape] = []
    for cell in cells:
        if len(drawn) == count:
            break
        shape, color, size = rng.choice(shapes), rng.choice(colors), rng.choice(sizes)
        radius = rng.uniform(*_RADII[size])
        extent = radius * _EXTENTS[shape] * max(stretch, 1 / stretch)
        place = _place(rng, cell, extent, taken)
        if place is None:
            continue
        taken.append((*place, extent))
        rotation = rng.uniform(-15, 15) if rng.random() < 0.5 else 0.0
        drawn.append(Shape(shape, color, size, *place, radius, rotation, _paint(rng, color), outlined))
    return Scene(
        background,
        tuple(drawn),
        stretch,
        noise=rng.randint(1, _MAX_NOISE) if rng.random() < 0.4 else 0,
        noise_seed=rng.getrandbits(32),
        blur=rng.uniform(0.004, 0.011) if rng.random() < 0.2 else 0.0,
        oversampling=rng.choice((1, 2, 3, 4, 4)),
        jpeg=rng.randint(70, 95) if rng.random() < 0.1 else 0,
    )


def _draw(
    draw: ImageDraw.ImageDraw, item: Shape, scene: Scene, width: int, height: int, scale: float, rgb: RGB
) -> None:
    """Draw the shape in one colour with `scale` × its radius; `width` and `height` are the canvas in pixels."""
    cx, cy = item.x * width, item.y * height
    rx, ry = item.radius * scale * scene.stretch * width, item.radius * scale / scene.stretch * height
    if item.shape == "circle":
        draw.ellipse((cx - rx, cy - ry, cx + rx, cy + ry), fill=rgb)
        return
    angle = math.radians(item.rotation)
    cos, sin = math.cos(angle), math.sin(angle)
    points = [(cx + rx * (x * cos - y * sin), cy + ry * (x * sin + y * cos)) for x, y in _OUTLINES[item.shape]]
    draw.polygon(points, fill=rgb)


def render(scene: Scene, size: int | tuple[int, int] = 64) -> Image.Image:
    """The scene as an RGB picture of `size` pixels: a side, or (width, height), which stretches it."""
    width, height = (size, size) if isinstance(size, int) else size
    factor = scene.oversampling
    canvas = Image.new("RGB", (width * factor, height * factor), scene.background)
    draw = ImageDraw.Draw(canvas)
    for item in scene.shapes:
        scale = 1.0
        if item.outlined and item.color != "black":
            _draw(draw, item, scene, *canvas.size, 1.0, (25, 25, 25))
            scale = 1 - 0.011 / item.radius
        _draw(draw, item, scene, *canvas.size, scale, item.rgb)
    picture = canvas.reduce(factor) if factor > 1 else canvas
    if scene.blur:
        picture = picture.filter(ImageFilter.GaussianBlur(scene.blur * min(width, height)))
    if scene.noise:
        noise = np.random.default_rng(scene.noise_seed)
        delta = noise.integers(-scene.noise, scene.noise + 1, (height, width, 3), dtype=np.int16)
        picture = Image.fromarray(np.clip(np.asarray(picture) + delta, 0, 255).astype(np.uint8))
    if scene.jpeg:
        buffer = io.BytesIO()
        picture.save(buffer, "JPEG", quality=scene.jpeg)
        picture = Image.open(buffer).convert("RGB")
    return picture


def render_array(scene: Scene, size: int | tuple[int, int] = 64) -> np.ndarray:
    """The scene as pixels: (height, width, 3) uint8."""
    return np.asarray(render(scene, size))


def grid_targets(scene: Scene) -> np.ndarray:
    """What each grid cell holds: (GRID², 3) int64 of shape, colour and size; 0 is none, else the index + 1."""
    targets = np.zeros((GRID * GRID, 3), dtype=np.int64)
    for item in scene.shapes:
        indices = (SHAPES.index(item.shape), COLORS.index(item.color), SIZES.index(item.size))
        targets[item.cell] = [index + 1 for index in indices]
    return targets
