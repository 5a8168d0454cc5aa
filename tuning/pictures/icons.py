"""Pictures of one to three well-known things, drawn flat: a house, a cat, a bicycle."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from tuning.pictures.colors import MIN_CONTRAST, RGB, contrast, paint, visible
from tuning.pictures.icon_drawings import DRAWINGS, INSIDE, OUTSIDE, USUAL, Part, Point
from tuning.pictures.names import ICONS
from tuning.pictures.panel import Panel, furthest, random_panel
from tuning.pictures.picture import SIZES, Backdrop, Frame, Mark, Pen

_COUNT_WEIGHTS = (0.6, 0.25, 0.15)  # of one, two and three things
_SINGLE = (0.31, 0.74)  # the side of a thing alone, as a share of the picture's longer and shorter side
_SMALLEST = 0.27  # the side of a thing among others, as a share of the picture's longer side
_SIZE_LIMITS = (0.13, 0.26)  # the box's share of the picture from which a thing is medium, and big
_FEWEST_COLORS = 5  # that a backdrop must let stand out; where it does not, a panel lies between
_GRIDS = {1: ((1, 1),), 2: ((2, 1), (2, 1), (1, 2), (2, 2)), 3: ((3, 1), (1, 3), (2, 2))}
_HALO = 0.03  # thickness of an outline, of the icon's box
_OUTLINES: tuple[RGB, ...] = ((25, 25, 25), (250, 250, 250), (90, 90, 90))


@dataclass(frozen=True)
class Icon:
    """One thing: its centre and the side of its box in the frame's lengths, `stretch` wider and as much flatter.

    `colors` gives every role of the drawing its colour, `outline` is that around the whole, if any; `turn` is in
    degrees.
    """

    name: str
    color: str
    x: float
    y: float
    side: float
    drawing: int
    colors: tuple[tuple[str, RGB], ...]
    outline: RGB | None = None
    mirrored: bool = False
    turn: float = 0.0
    stretch: float = 1.0

    @property
    def size(self) -> str:
        """One of `SIZES`, by the share of the picture that the box takes."""
        return SIZES[sum(self.side**2 >= limit for limit in _SIZE_LIMITS)]

    def draw(self, pen: Pen) -> None:
        """Draw the outline, if there is one, and every part over it."""
        parts = DRAWINGS[self.name][self.drawing]
        placed = [(part, [self._placed(point) for point in part.points]) for part in parts]
        if self.outline:
            for part, points in placed:
                _stroke(pen, points, self.outline, (part.width + 2 * _HALO) * self.side, closed=not part.width)
        colors = dict(self.colors)
        for part, points in placed:
            if part.width:
                _stroke(pen, points, colors[part.role], part.width * self.side)
            else:
                pen.polygon(points, colors[part.role])

    def _placed(self, point: Point) -> Point:
        """A point of the unit box in the frame."""
        x, y = (point[0] - 0.5) * self.side * self.stretch, (point[1] - 0.5) * self.side / self.stretch
        if self.mirrored:
            x = -x
        cos, sin = math.cos(math.radians(self.turn)), math.sin(math.radians(self.turn))
        return self.x + x * cos - y * sin, self.y + x * sin + y * cos


@dataclass(frozen=True)
class Icons:
    """Things beside or above one another, no two of one name."""

    kind: ClassVar[str] = "icons"
    icons: tuple[Icon, ...]
    frame: Frame
    panel: Panel | None = None

    def draw(self, pen: Pen) -> None:
        """Draw the panel, if there is one, and the things."""
        if self.panel:
            self.panel.draw(pen, self.frame)
        for icon in self.icons:
            icon.draw(pen)

    def marks(self, frame: Frame) -> tuple[Mark, ...]:
        """One mark for each thing, in the middle of its box."""
        return tuple(
            Mark(icon.x / frame.width, icon.y / frame.height, icon.name, icon.color, icon.size) for icon in self.icons
        )


def sample(rng: Random, frame: Frame, backdrop: Backdrop) -> Icons:
    """One thing, or two or three, of any colour that stands out."""
    panel = None
    ground = tuple(backdrop.palette)
    if len(visible(ground)) < _FEWEST_COLORS or rng.random() < 0.06:
        panel = random_panel(rng)
        ground = (panel.color,)
    places = _places(rng, frame)
    names = rng.sample(ICONS, len(places))
    icons = tuple(_icon(rng, name, place, ground) for name, place in zip(names, places, strict=True))
    return Icons(icons, frame, panel)


def _places(rng: Random, frame: Frame) -> list[tuple[float, float, float]]:
    """The centre and side of the box of each thing."""
    longer, shorter = max(frame.width, frame.height), min(frame.width, frame.height)
    count = rng.choices((1, 2, 3), _COUNT_WEIGHTS)[0]
    if count == 1:
        low = _SINGLE[0] * longer
        side = rng.uniform(low, max(low, min(_SINGLE[1], 0.94 * shorter)))
        margin = side / 2 + 0.02
        return [(rng.uniform(margin, frame.width - margin), rng.uniform(margin, frame.height - margin), side)]
    fitting = [grid for grid in _GRIDS[count] if 0.95 * _cell(frame, grid) >= _SMALLEST * longer]
    columns, rows = rng.choice(fitting)
    cells = rng.sample([(column, row) for column in range(columns) for row in range(rows)], count)
    width, height = frame.width / columns, frame.height / rows
    places = []
    for column, row in cells:
        most = 0.95 * min(width, height)
        side = rng.uniform(max(0.75 * most, _SMALLEST * longer), most)
        x = (column + 0.5) * width + rng.uniform(-1, 1) * (width - side) * 0.4
        y = (row + 0.5) * height + rng.uniform(-1, 1) * (height - side) * 0.4
        places.append((x, y, side))
    return places


def _cell(frame: Frame, grid: tuple[int, int]) -> float:
    return min(frame.width / grid[0], frame.height / grid[1])


def _icon(rng: Random, name: str, place: tuple[float, float, float], ground: tuple[RGB, ...]) -> Icon:
    options = visible(ground)
    usual = [color for color in USUAL.get(name, ()) if color in options]
    color = rng.choice(usual) if usual and rng.random() < 0.4 else rng.choice(options)
    main = paint(rng, color)
    drawing = rng.randrange(len(DRAWINGS[name]))
    colors = _role_colors(DRAWINGS[name][drawing], main, ground)
    blending = any(contrast(rgb, other) <= MIN_CONTRAST for role, rgb in colors if role in OUTSIDE for other in ground)
    x, y, side = place
    return Icon(
        name,
        color,
        x,
        y,
        side * 0.96,  # so that a turned or stretched one stays within its place
        drawing,
        colors,
        outline=furthest(_OUTLINES, ground) if blending or rng.random() < 0.25 else None,
        mirrored=rng.random() < 0.5,
        turn=rng.uniform(-10, 10) if rng.random() < 0.5 else 0.0,
        stretch=rng.uniform(0.93, 1.07),
    )


def _role_colors(drawing: tuple[Part, ...], main: RGB, ground: tuple[RGB, ...]) -> tuple[tuple[str, RGB], ...]:
    """Each role of the drawing with the first of its colours that can be told from the main one and the ground."""
    chosen = {"main": main, "shade": _shade(main)}
    for role in sorted({part.role for part in drawing} - set(chosen)):
        options, against = (INSIDE[role], (main,)) if role in INSIDE else (OUTSIDE[role], (main, *ground))
        telling = [o for o in options if all(contrast(o, other) > MIN_CONTRAST for other in against)]
        chosen[role] = telling[0] if telling else furthest(options, against)
    return tuple(chosen.items())


def _shade(color: RGB) -> RGB:
    """Darker or, where that cannot be seen, lighter."""
    red, green, blue = (round(c * 0.72) if sum(color) > 200 else round(c + (255 - c) * 0.3) for c in color)
    return (red, green, blue)


def _stroke(pen: Pen, points: list[Point], color: RGB, width: float, closed: bool = False) -> None:
    """A line through the points, and, if closed, back to the first and on so far that its joint is rounded too."""
    pen.line([*points, *points[:2]] if closed else points, color, width)
    if closed:
        pen.polygon(points, color)
