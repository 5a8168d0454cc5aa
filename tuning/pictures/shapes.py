"""Pictures of coloured shapes in three sizes, here and there one partly behind another."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import combinations
from random import Random
from typing import ClassVar

from tuning.pictures.colors import MIN_CONTRAST, RGB, contrast, paint, visible
from tuning.pictures.names import SHAPES
from tuning.pictures.picture import SIZES, Backdrop, Frame, Mark, Pen

MAX_OBJECTS = 8
GRID = 5
PER_CELL = 2  # centres in one cell of GRID × GRID over the unit square
RADII = {"small": (0.062, 0.068), "medium": (0.093, 0.101), "big": (0.139, 0.151)}
"""The least and the greatest radius of each size, in the frame's lengths."""

_COUNT_WEIGHTS = (13, 13, 12, 11, 10, 9, 9, 8)  # of 1 … MAX_OBJECTS
_EMPTY_SHARE = 0.02
_CROWDED = 6  # from as many objects on, big ones are rare
_GAP = 0.025
_MAX_OVERLAP = 0.25  # of the smaller one's enclosing circle
_LINE = 0.011  # thickness of an outline
_HALO = 0.02  # thickness of the outline that makes any colour stand out from a lively backdrop
_DARK, _LIGHT = (20, 20, 20), (250, 250, 250)
_ENOUGH_COLORS = 4
_MIN_GRAY_CONTRAST = 28.0

Point = tuple[float, float]


def _arc(x: float, y: float, radius: float, start: float, stop: float, steps: int) -> list[Point]:
    """Points of a circle around (x, y); angles in degrees, 0 to the right, growing clockwise."""
    angles = [math.radians(start + (stop - start) * k / steps) for k in range(steps + 1)]
    return [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in angles]


def _star() -> list[Point]:
    radii = [1.27 if k % 2 == 0 else 0.52 for k in range(10)]
    return [_arc(0, 0, radius, 36 * k - 90, 0, 1)[0] for k, radius in enumerate(radii)]


def _heart() -> list[Point]:
    points = []
    for k in range(24):
        t = 2 * math.pi * k / 24
        y = 13 * math.cos(t) - 5 * math.cos(2 * t) - 2 * math.cos(3 * t) - math.cos(4 * t)
        points.append((16 * math.sin(t) ** 3 / 14.8, (-y - 2.5) / 13.2))
    return points


def _cross(arm: float = 1.15, half: float = 0.36) -> list[Point]:
    corner = [(half, -arm), (half, -half), (arm, -half)]
    return [(x * c - y * s, x * s + y * c) for c, s in ((1, 0), (0, 1), (-1, 0), (0, -1)) for x, y in corner]


def _moon() -> list[Point]:
    """A crescent open to the right: a disc less another whose centre lies to the right."""
    outer, inner, shift = 1.22, 0.98, 0.62
    cos = (outer**2 - inner**2 + shift**2) / (2 * shift * outer)  # where the circles meet, seen from the first centre
    tip = math.degrees(math.acos(cos))
    bite = math.degrees(math.atan2(outer * math.sin(math.radians(tip)), outer * cos - shift))
    back, x = _arc(0, 0, outer, tip, 360 - tip, 20), 0.42
    return [(u + x, v) for u, v in back + _arc(shift, 0, inner, 360 - bite, bite, 14)[1:-1]]


_OUTLINES: dict[str, list[Point]] = {
    "square": [(-0.92, -0.92), (0.92, -0.92), (0.92, 0.92), (-0.92, 0.92)],
    "triangle": [(0.0, -1.2), (1.16, 0.88), (-1.16, 0.88)],
    "star": _star(),
    "heart": _heart(),
    "cross": _cross(),
    "diamond": [(0.0, -1.38), (0.8, 0.0), (0.0, 1.38), (-0.8, 0.0)],
    "moon": _moon(),
    "arrow": [(1.3, 0.0), (0.2, -0.98), (0.2, -0.36), (-1.25, -0.36), (-1.25, 0.36), (0.2, 0.36), (0.2, 0.98)],
}
_DISC, _RING, _HOLE = 1.0, 1.1, 0.55  # radii of the circle, the ring and its hole
_EXTENTS = {name: max(math.hypot(*point) for point in points) for name, points in _OUTLINES.items()} | {
    "circle": _DISC,
    "ring": _RING,
}
_TILTS = {"square": 10.0, "cross": 20.0, "diamond": 10.0, "circle": 0.0, "ring": 0.0}  # degrees at most; else any


@dataclass(frozen=True)
class Shape:
    """One coloured shape around (x, y), in the frame's lengths; `radius` is half its width, about.

    `rotation` is in degrees, clockwise. `outline` is a colour around the shape, of thickness `line`; None for none.
    """

    name: str
    color: str
    size: str
    x: float
    y: float
    radius: float
    rotation: float
    rgb: RGB
    outline: RGB | None = None
    line: float = 0.0

    @property
    def extent(self) -> float:
        """The radius of the circle that encloses all of it."""
        return self.radius * _EXTENTS[self.name] + self.line

    def draw(self, pen: Pen) -> None:
        """Draw the outline, and the shape over its inner half."""
        if self.name in ("circle", "ring"):
            self._draw_round(pen)
            return
        angle = math.radians(self.rotation)
        cos, sin = math.cos(angle) * self.radius, math.sin(angle) * self.radius
        points = [(self.x + x * cos - y * sin, self.y + x * sin + y * cos) for x, y in _OUTLINES[self.name]]
        if self.outline:
            pen.line([*points, *points[:2]], self.outline, 2 * self.line)
        pen.polygon(points, self.rgb)

    def _draw_round(self, pen: Pen) -> None:
        outer = self.radius * (_RING if self.name == "ring" else _DISC)
        inner = self.radius * _HOLE if self.name == "ring" else 0.0
        if self.outline:
            self._draw_band(pen, inner - self.line, outer + self.line, self.outline)
        self._draw_band(pen, inner, outer, self.rgb)

    def _draw_band(self, pen: Pen, inner: float, outer: float, color: RGB) -> None:
        """A disc with a hole through which whatever lies behind shows; no hole if `inner` is not positive."""
        if inner <= 0:
            pen.ellipse(self.x, self.y, outer, outer, color)
            return
        box = (*pen.point(self.x - outer, self.y - outer), *pen.point(self.x + outer, self.y + outer))
        pen.draw.ellipse(box, outline=color, width=max(1, round((outer - inner) * pen.scale_x)))


@dataclass(frozen=True)
class Shapes:
    """Shapes, the hindmost first, on a `panel` of one colour or (None) right on the backdrop."""

    kind: ClassVar[str] = "shapes"

    shapes: tuple[Shape, ...]
    frame: Frame
    panel: RGB | None = None

    def draw(self, pen: Pen) -> None:
        """Draw the panel, if there is one, and all shapes."""
        if self.panel:
            width, height, edge = self.frame.width, self.frame.height, _GAP
            corners = [(edge, edge), (width - edge, edge), (width - edge, height - edge), (edge, height - edge)]
            pen.polygon(corners, self.panel)
        for shape in self.shapes:
            shape.draw(pen)

    def marks(self, frame: Frame) -> tuple[Mark, ...]:
        """One mark for each shape."""
        return tuple(Mark(s.x / frame.width, s.y / frame.height, s.name, s.color, s.size) for s in self.shapes)

    def clear_in_gray(self, backdrop: Backdrop) -> bool:
        """Whether every shape still stands out once the picture is turned grey."""
        behind = (self.panel,) if self.panel else backdrop.palette
        return all(
            all(abs(_gray(around) - _gray(s.rgb)) >= _MIN_GRAY_CONTRAST for around in _around(s, behind))
            for s in self.shapes
        ) and all(
            one.outline or abs(_gray(one.rgb) - _gray(other.rgb)) >= _MIN_GRAY_CONTRAST
            for one, other in combinations(self.shapes, 2)
            if _gap(one, other) < 0
        )


def _gray(color: RGB) -> float:
    """The grey level of a colour, 0 … 255, as Pillow converts it."""
    return (299 * color[0] + 587 * color[1] + 114 * color[2]) / 1000


def _around(shape: Shape, behind: Iterable[RGB]) -> Iterable[RGB]:
    """The colours next to the shape: a broad outline keeps those behind away from it."""
    return (shape.outline,) if shape.outline and shape.line >= _HALO else behind


def _distance(one: Shape, other: Shape) -> float:
    return math.hypot(one.x - other.x, one.y - other.y)


def _gap(one: Shape, other: Shape) -> float:
    """How far their enclosing circles are apart; negative where they overlap."""
    return _distance(one, other) - one.extent - other.extent


def sample(rng: Random, frame: Frame, backdrop: Backdrop) -> Shapes:
    """Up to `MAX_OBJECTS` shapes, rarely none, that stand out from the backdrop; they keep apart in most pictures."""
    style = _style(rng, backdrop)
    count = 0 if rng.random() < _EMPTY_SHARE else rng.choices(range(1, MAX_OBJECTS + 1), _COUNT_WEIGHTS)[0]
    names, colors = _some(rng, SHAPES), _some(rng, style.colors)
    best: list[Shape] = []
    for _ in range(4):
        wanted = [style.shape(rng, rng.choice(names), rng.choice(colors), size) for size in _sizes(rng, count)]
        placed = _lay_out(rng, wanted, frame, overlapping=rng.random() < 0.45)
        best = max(best, placed, key=len)
        if len(best) == count:
            break
    rng.shuffle(best)
    return Shapes(tuple(sorted(best, key=lambda s: s.size == "small")), frame, style.panel)  # nothing hides a small one


@dataclass(frozen=True)
class _Style:
    """What the shapes of one picture have in common."""

    colors: tuple[str, ...]
    panel: RGB | None = None
    outlines: tuple[RGB, ...] = ()  # those that may be used; none if empty
    line: float = 0.0

    def shape(self, rng: Random, name: str, color: str, size: str) -> Shape:
        """A shape that is not placed yet."""
        rgb = paint(rng, color)
        outline = next((o for o in self.outlines if contrast(o, rgb) > MIN_CONTRAST), None)
        line = self.line if outline else 0.0
        return Shape(name, color, size, 0, 0, rng.uniform(*RADII[size]), _rotation(rng, name), rgb, outline, line)


def _style(rng: Random, backdrop: Backdrop) -> _Style:
    """Shapes right on the backdrop where enough colours stand out; else with broad outlines, or on a panel."""
    colors = visible(backdrop.palette)
    outlines = rng.choice(((_DARK, _LIGHT), (_LIGHT, _DARK)))
    if len(colors) >= _ENOUGH_COLORS:
        return _Style(colors, None, outlines if rng.random() < 0.2 else (), _LINE)
    plain = rng.choice((_LIGHT, _DARK))
    if rng.random() < 0.6:
        return _Style(visible((plain,)), None, (plain,), _HALO)
    return _Style(visible((plain,)), plain, outlines if rng.random() < 0.2 else (), _LINE)


def _some(rng: Random, names: tuple[str, ...]) -> tuple[str, ...]:
    """All names, or (half of the time) two or three of them, so that repeated colours and shapes are common."""
    return names if rng.random() < 0.5 else tuple(rng.sample(names, min(len(names), rng.randint(2, 3))))


def _sizes(rng: Random, count: int) -> list[str]:
    """Sizes of that many shapes; mixed, or now and then all the same where there is room."""
    if rng.random() < 0.12 and count < _CROWDED:
        return [rng.choice(SIZES[: 3 if count < 4 else 2])] * count
    return rng.choices(SIZES, (1, 1, 1) if count < 4 else (5, 4, 3) if count < _CROWDED else (5, 4, 1), k=count)


def _rotation(rng: Random, name: str) -> float:
    """Degrees: upright half of the time, as people draw; else as far as the shape stays what it is."""
    if name in _TILTS:
        return rng.uniform(-_TILTS[name], _TILTS[name]) if rng.random() < 0.6 else 0.0
    if name in ("arrow", "moon"):
        return rng.choice((0.0, 90.0, 180.0, 270.0)) if rng.random() < 0.4 else rng.uniform(0, 360)
    upright = 0.75 if name == "heart" else 0.5
    return rng.uniform(-12, 12) if rng.random() < upright else rng.uniform(0, 360)


def _lay_out(rng: Random, wanted: list[Shape], frame: Frame, overlapping: bool) -> list[Shape]:
    """As many of the shapes as find a place, the largest first."""
    placed: list[Shape] = []
    cells: Counter[tuple[int, int]] = Counter()
    partners: set[int] = set()  # indices of shapes that overlap another: one neighbour is enough for each
    for item in sorted(wanted, key=lambda s: -s.extent):
        border = item.extent + _GAP * 1.6
        for _ in range(30):
            x = rng.uniform(border, frame.width - border)
            y = rng.uniform(border, frame.height - border)
            cell = int(x / frame.width * GRID), int(y / frame.height * GRID)
            there = replace(item, x=x, y=y)
            touched = [k for k, other in enumerate(placed) if _gap(there, other) < _GAP]
            if cells[cell] >= PER_CELL or len(touched) > 1:
                continue
            if touched and not (overlapping and touched[0] not in partners and _may_cover(there, placed[touched[0]])):
                continue
            partners.update([*touched, len(placed)] if touched else ())
            cells[cell] += 1
            placed.append(there)
            break
    return placed


def _may_cover(one: Shape, other: Shape) -> bool:
    """Whether the two may overlap as they lie: a little, and neither taken for a part of the other."""
    if not (one.outline and other.outline) and contrast(one.rgb, other.rgb) < MIN_CONTRAST:
        return False
    return 0.02 < _common_area(one, other) / (math.pi * min(one.extent, other.extent) ** 2) < _MAX_OVERLAP


def _common_area(one: Shape, other: Shape) -> float:
    """The area that the enclosing circles have in common."""
    d, r, s = _distance(one, other), one.extent, other.extent
    if d >= r + s:
        return 0.0
    if d <= abs(r - s):
        return math.pi * min(r, s) ** 2
    a = math.acos((d * d + r * r - s * s) / (2 * d * r))
    b = math.acos((d * d + s * s - r * r) / (2 * d * s))
    return r * r * (a - math.sin(2 * a) / 2) + s * s * (b - math.sin(2 * b) / 2)
