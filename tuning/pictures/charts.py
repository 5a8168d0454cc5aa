"""Bar charts and pie charts of two to five labelled values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import ClassVar

from tuning.pictures.colors import RGB, contrast, paint, visible
from tuning.pictures.fonts import Font, fonts, write
from tuning.pictures.panel import Panel, furthest, random_panel
from tuning.pictures.picture import Backdrop, Frame, Mark, Pen

SCALE = 10  # what a bar of full height stands for; a pie's slices are tenths as well
MOST_PARTS = 5
LABELS = ("ABCDE", "ABCDE", "ABCDE", "一二三四五")
_LATIN = "ABCDE"
_INKS: tuple[RGB, ...] = ((20, 20, 20), (245, 245, 245))
_MIN_INK_CONTRAST = 200.0
_FEWEST_COLORS = 6  # that the ground must let stand out, one more than there are parts
_PANEL_SHARE = 0.4
_VALUES_SHARE = 0.6  # of the bar charts have their values printed
_LABEL_HEIGHT = (0.125, 0.095)  # em height: at least these shares of the picture's height and width
_VALUE_HEIGHT = (0.105, 0.08)
_WIDEST_DIGITS = 1.35  # em widths of "10" in the widest font
_LABEL_SPOT = 0.68  # how far out the label on a slice is, in radii
_PIE_LABEL_HEIGHT = (0.11, 0.095)
_LABEL_WIDTHS = {False: 0.8, True: 1.05}  # em widths that a label needs, by whether it is Chinese
_SMALLEST_OUTSIDE = 0.21  # a pie's radius, as a share of the longer side, with its labels beside it
_UNREADABLE = ("ExtraLight", "Narrow", "Condensed", "NotoSerif")  # the last one's horizontal strokes are too thin


@dataclass(frozen=True)
class Part:
    """A bar or a slice: its value is 1 … `SCALE`, or in tenths of the pie."""

    label: str
    color: str
    value: int
    rgb: RGB


@dataclass(frozen=True)
class Look:
    """How a chart is drawn: `ground` is what lies behind it, `ink` stands out from that."""

    frame: Frame
    font: Font
    ground: RGB
    ink: RGB
    panel: Panel | None


@dataclass(frozen=True)
class BarChart:
    """Bars from left to right; their heights are on a scale of 0 … `SCALE`, with lines or ticks every `step`.

    `fill` is the width of a bar as a share of its place. Without printed values the scale has numbers.
    """

    kind: ClassVar[str] = "bar_chart"
    parts: tuple[Part, ...]
    look: Look
    step: int
    grid: bool
    values: bool
    fill: float
    outlined: bool

    def draw(self, pen: Pen) -> None:
        """Draw the scale, the bars and their labels."""
        look = self.look
        width, height = look.frame.width, look.frame.height
        left, right, top, bottom = (
            side * scale for side, scale in zip(self._plot(), (width, width, height, height), strict=True)
        )
        if look.panel:
            look.panel.draw(pen, look.frame)
        faint = _mixed(look.ink, look.ground)
        for value in range(self.step, SCALE + 1, self.step):
            y = bottom + (top - bottom) * value / SCALE
            end = right if self.grid else left + 0.025 * width
            pen.line([(left, y), (end, y)], faint if self.grid else look.ink, 0.008)
            if not self.values and (self.step == 5 or value in (2, 6, 10)):
                size = min(0.1 * height, 0.125 * width)
                write(pen, str(value), left - 0.075 * width, y, size, look.font, look.ink)
        for part, (x, y) in zip(self.parts, self._tops(), strict=True):
            half = self.fill * self._pitch() / 2 * width
            corners = [(x * width - half, bottom), (x * width - half, y * height)]
            corners += [(x * width + half, y * height), (x * width + half, bottom)]
            pen.polygon(corners, part.rgb)
            if self.outlined:
                pen.line(corners, look.ink, 0.01)
            size = self._label_em()
            write(pen, part.label, x * width, bottom + 0.6 * size, size, look.font, look.ink)
            if self.values:
                size = _em(look.frame, _VALUE_HEIGHT)
                write(pen, str(part.value), x * width, y * height - 0.5 * size, size, look.font, look.ink)
        pen.line([(left, top), (left, bottom), (right, bottom)], look.ink, 0.012)

    def marks(self, frame: Frame) -> tuple[Mark, ...]:
        """A mark at the top of each bar, its label's below and, where they are printed, its value's digits' above."""
        label_y = self._plot()[3] + 0.6 * self._label_em() / frame.height
        size = _em(frame, _VALUE_HEIGHT)
        marks: list[Mark] = []
        for part, (x, y) in zip(self.parts, self._tops(), strict=True):
            marks.append(Mark(x, y, "bar", part.color, number=part.value))
            marks.append(Mark(x, label_y, part.label.lower()))
            if self.values:
                digits = str(part.value)
                for n, digit in enumerate(digits):
                    beside = (n - (len(digits) - 1) / 2) * 0.6 * size / frame.width
                    marks.append(Mark(x + beside, y - 0.5 * size / frame.height, digit))
        return tuple(marks)

    def _plot(self) -> tuple[float, float, float, float]:
        """Left, right, top and bottom of the scale in the unit square."""
        frame = self.look.frame
        over = _em(frame, _VALUE_HEIGHT) / frame.height if self.values else 0.04
        under = 1.15 * _em(frame, _LABEL_HEIGHT) / frame.height
        return (0.06 if self.values else 0.18), 0.97, 0.045 + over, 0.97 - under

    def _label_em(self) -> float:
        """The em height of the labels, less where the bars are too close for it."""
        wide = self._pitch() * self.look.frame.width / _LABEL_WIDTHS[self.look.font.chinese]
        return min(_em(self.look.frame, _LABEL_HEIGHT), wide)

    def _pitch(self) -> float:
        left, right, _, _ = self._plot()
        return (right - left - 0.02) / len(self.parts)

    def _tops(self) -> Iterator[tuple[float, float]]:
        """The middle of the top edge of each bar, in the unit square."""
        left, _, top, bottom = self._plot()
        for n, part in enumerate(self.parts):
            yield left + 0.02 + (n + 0.5) * self._pitch(), bottom + (top - bottom) * part.value / SCALE


@dataclass(frozen=True)
class PieChart:
    """Slices clockwise from `start` (degrees from the right); `radius` is in the frame's lengths.

    Labels are on the slices or, if `outside`, beside them; `line` is the colour between the slices.
    """

    kind: ClassVar[str] = "pie_chart"
    parts: tuple[Part, ...]
    look: Look
    radius: float
    start: float
    outside: bool
    line: RGB

    def draw(self, pen: Pen) -> None:
        """Draw the slices, the lines between them and the labels."""
        look = self.look
        if look.panel:
            look.panel.draw(pen, look.frame)
        for part, middle in zip(self.parts, self._middles(), strict=True):
            half = 18 * part.value
            rim = [self._at(1, middle + half * (step / 18 - 1)) for step in range(37)]
            pen.polygon([self._at(0, 0), *rim], part.rgb)
        size = _em(look.frame, _PIE_LABEL_HEIGHT)
        for part, middle in zip(self.parts, self._middles(), strict=True):
            pen.line([self._at(0, 0), self._at(1, middle - 18 * part.value)], self.line, 0.012)
            ink = look.ink if self.outside else furthest(_INKS, (part.rgb,))
            write(pen, part.label, *self._at(self._label_spot(), middle), size, look.font, ink)

    def marks(self, frame: Frame) -> tuple[Mark, ...]:
        """A mark in the middle of each slice, and its label's."""
        marks: list[Mark] = []
        for part, middle in zip(self.parts, self._middles(), strict=True):
            x, y = self._at(0.55, middle)
            marks.append(Mark(x / frame.width, y / frame.height, "slice", part.color, number=part.value))
            x, y = self._at(self._label_spot(), middle)
            marks.append(Mark(x / frame.width, y / frame.height, part.label.lower()))
        return tuple(marks)

    def _label_spot(self) -> float:
        return 1 + 0.62 * _em(self.look.frame, _PIE_LABEL_HEIGHT) / self.radius if self.outside else _LABEL_SPOT

    def _at(self, distance: float, angle: float) -> tuple[float, float]:
        """The point so many radii from the middle, in the frame."""
        turn, frame = math.radians(angle), self.look.frame
        reach = distance * self.radius
        return frame.width / 2 + reach * math.cos(turn), frame.height / 2 + reach * math.sin(turn)

    def _middles(self) -> Iterator[float]:
        """The angle of the middle of each slice, in degrees."""
        angle = self.start
        for part in self.parts:
            yield angle + 18 * part.value
            angle += 36 * part.value


def sample_bars(rng: Random, frame: Frame, backdrop: Backdrop) -> BarChart:
    """Two to five bars; one is the highest and one the lowest."""
    count = rng.choices(range(2, MOST_PARTS + 1), (0.2, 0.32, 0.28, 0.2))[0]
    values = _bar_values(rng, count)
    printed = rng.random() < _VALUES_SHARE
    pitch = 0.89 / count * frame.width
    digits = _WIDEST_DIGITS if SCALE in values else _WIDEST_DIGITS / 2
    chinese_fits = pitch * 0.85 >= _em(frame, _LABEL_HEIGHT)  # the scale's numbers may take some of the room
    parts, look = _parts(rng, frame, backdrop, values, chinese_fits)
    return BarChart(
        parts,
        look,
        step=rng.choice((2, 5)),
        grid=rng.random() < 0.6,
        values=printed and digits * _em(frame, _VALUE_HEIGHT) <= pitch,
        fill=rng.uniform(0.55, 0.85),
        outlined=rng.random() < 0.3,
    )


def sample_pie(rng: Random, frame: Frame, backdrop: Backdrop) -> PieChart:
    """Two to five slices of whole tenths; one is the largest and one the smallest."""
    count = rng.choices(range(2, MOST_PARTS + 1), (0.28, 0.36, 0.22, 0.14))[0]
    values = list(rng.choice(_shares(count)))
    rng.shuffle(values)
    shorter, em = min(frame.width, frame.height), _em(frame, _PIE_LABEL_HEIGHT)
    beside = shorter / 2 - rng.uniform(1.2, 1.3) * em
    may_be_outside = beside >= _SMALLEST_OUTSIDE * max(frame.width, frame.height)
    radius = rng.uniform(0.4, 0.46) * shorter
    chord = 2 * _LABEL_SPOT * radius * math.sin(math.pi * min(values) / SCALE)
    parts, look = _parts(
        rng, frame, backdrop, tuple(values), chinese_fits=may_be_outside or chord >= _LABEL_WIDTHS[True] * em
    )
    fits_inside = chord >= _LABEL_WIDTHS[look.font.chinese] * em
    outside = may_be_outside and (not fits_inside or rng.random() < 0.35)
    if outside:
        radius = beside
    line = rng.choice(((255, 255, 255), look.ink, look.ground))
    return PieChart(parts, look, radius, rng.choice((-90.0, rng.uniform(0, 360))), outside, line)


def _bar_values(rng: Random, count: int) -> tuple[int, ...]:
    while True:
        values = tuple(rng.randint(1, SCALE) for _ in range(count))
        if values.count(max(values)) == values.count(min(values)) == 1:
            return values


@cache
def _shares(count: int) -> tuple[tuple[int, ...], ...]:
    """The ways to divide ten tenths so that one part is the largest and one the smallest, equal ones only if needed."""

    def divisions(total: int, parts: int, most: int) -> Iterator[tuple[int, ...]]:
        if parts == 0:
            if total == 0:
                yield ()
            return
        for first in range(min(most, total), 0, -1):
            for rest in divisions(total - first, parts - 1, first):
                yield first, *rest

    clear = [d for d in divisions(SCALE, count, SCALE - 1) if d[0] > d[1] and d[-1] < d[-2]]
    distinct = [d for d in clear if len(set(d)) == count]
    return tuple(distinct or clear)


def _parts(
    rng: Random, frame: Frame, backdrop: Backdrop, values: tuple[int, ...], chinese_fits: bool
) -> tuple[tuple[Part, ...], Look]:
    """Parts of these values with labels and colours all different, on the backdrop or on a panel."""
    panel = None
    ground = tuple(backdrop.palette)
    ink = furthest(_INKS, ground)
    clear = min(contrast(ink, other) for other in ground) > _MIN_INK_CONTRAST
    if not clear or len(visible(ground)) < _FEWEST_COLORS or rng.random() < _PANEL_SHARE:
        panel = random_panel(rng)
        ground = (panel.color,)
        ink = furthest(_INKS, ground)
    letters = rng.choice(LABELS)
    if not chinese_fits:
        letters = _LATIN
    labels = list(letters[: len(values)]) if rng.random() < 0.6 else rng.sample(letters, len(values))
    colors = rng.sample(visible(ground), len(values))
    parts = tuple(
        Part(label, color, value, paint(rng, color)) for label, color, value in zip(labels, colors, values, strict=True)
    )
    return parts, Look(frame, rng.choice(_readable(letters != _LATIN)), ground[0], ink, panel)


@cache
def _readable(chinese: bool) -> tuple[Font, ...]:
    """The fonts whose letters can be told when they are small."""
    return tuple(font for font in fonts(chinese) if not any(name in font.path.stem for name in _UNREADABLE))


def _em(frame: Frame, shares: tuple[float, float]) -> float:
    """An em height that is at least these shares of the picture's height and width."""
    return max(shares[0] * frame.height, shares[1] * frame.width)


def _mixed(ink: RGB, ground: RGB) -> RGB:
    red, green, blue = (round(0.35 * a + 0.65 * b) for a, b in zip(ink, ground, strict=True))
    return (red, green, blue)
