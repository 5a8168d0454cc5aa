"""Pictures of a clock face whose two hands tell the time, at every five minutes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from tuning.pictures.colors import RGB, contrast, paint
from tuning.pictures.fonts import Font, fonts, write
from tuning.pictures.picture import Backdrop, Frame, Mark, Pen
from tuning.pictures.writing import luma

_SEEN = 96  # pixels of the side that the model sees
_LEAST_RADIUS = 26.0  # of those pixels, in the direction in which the face looks narrower
_MARGIN = 0.02
_LEAST_CONTRAST = 110.0
_LEAST_LUMA = 90.0  # between hands and face, so that the time can be told in grey too
_ATTEMPTS = 40


@dataclass(frozen=True)
class Style:
    """What the clock looks like; lengths and widths are shares of its radius.

    `numbers` is what is printed: 12 of them, 4 (at 3, 6, 9, 12) or 0. `ticks` likewise; `rim` and `dot` are radii or
    widths, 0 for none.
    """

    square: bool
    face: RGB
    ink: RGB
    hour_color: RGB
    minute_color: RGB
    rim_color: RGB
    rim: float
    numbers: int
    ticks: int
    hour_length: float
    minute_length: float
    hour_width: float
    minute_width: float
    tail: float
    dot: float
    font: Font


@dataclass(frozen=True)
class Clock:
    """A clock around (x, y); `hour` is 1 … 12, `minute` a multiple of 5 below 60; a square one is 2 radii wide."""

    kind: ClassVar[str] = "clock"

    hour: int
    minute: int
    x: float
    y: float
    radius: float
    style: Style

    @property
    def time(self) -> tuple[int, int]:
        """Hour, 1 … 12, and minute."""
        return self.hour, self.minute

    def draw(self, pen: Pen) -> None:
        """Draw the face, what is printed on it, and the hands."""
        style = self.style
        if style.rim:
            self._disc(pen, 1.0, style.rim_color)
        self._disc(pen, 1 - style.rim, style.face)
        self._print(pen)
        hour, minute = self._turns()
        self._hand(pen, hour, style.hour_length, style.hour_width, style.hour_color)
        self._hand(pen, minute, style.minute_length, style.minute_width, style.minute_color)
        if style.dot:
            dot = style.dot * self.radius
            pen.ellipse(self.x, self.y, dot, dot, style.hour_color)

    def marks(self, frame: Frame) -> tuple[Mark, ...]:
        """The tips of the hands: the hour with its number, the minute with how many times five it is."""
        hour, minute = self._turns()
        found = []
        for name, turn, length, number in (
            ("hour_hand", hour, self.style.hour_length, self.hour),
            ("minute_hand", minute, self.style.minute_length, self.minute // 5),
        ):
            x, y = self._point(turn, length)
            found.append(Mark(x / frame.width, y / frame.height, name, number=number))
        return tuple(found)

    def _turns(self) -> tuple[float, float]:
        """Where the hour hand and the minute hand are, in turns from 12 o'clock."""
        return (self.hour % 12 + self.minute / 60) / 12, self.minute / 60

    def _point(self, turn: float, distance: float) -> tuple[float, float]:
        """The point on the face so many turns from 12 o'clock, so many radii from the middle."""
        angle = 2 * math.pi * turn
        return (
            self.x + self.radius * distance * math.sin(angle),
            self.y - self.radius * distance * math.cos(angle),
        )

    def _disc(self, pen: Pen, share: float, color: RGB) -> None:
        """The face's shape with this share of its radius."""
        size = share * self.radius
        if not self.style.square:
            pen.ellipse(self.x, self.y, size, size, color)
            return
        corners = ((-size, -size), (size, -size), (size, size), (-size, size))
        pen.polygon([(self.x + dx, self.y + dy) for dx, dy in corners], color)

    def _print(self, pen: Pen) -> None:
        """Ticks along the rim, and the numbers within them."""
        style = self.style
        outer = 0.97 - style.rim
        for k in range(style.ticks):
            turn = k / style.ticks
            start = outer - (0.14 if turn % 0.25 == 0 else 0.09)
            pen.line([self._point(turn, start), self._point(turn, outer)], style.ink, 0.035 * self.radius)
        if not style.numbers:
            return
        distance = outer - (0.26 if style.ticks else 0.13)
        for k in range(12 // style.numbers, 13, 12 // style.numbers):
            x, y = self._point(k / 12, distance)
            write(pen, str(k), x, y, (0.22 if style.numbers == 12 else 0.28) * self.radius, style.font, style.ink)

    def _hand(self, pen: Pen, turn: float, length: float, width: float, color: RGB) -> None:
        """A hand from its tail behind the middle to its tip, which is narrower."""
        ahead = (math.sin(2 * math.pi * turn) * self.radius, -math.cos(2 * math.pi * turn) * self.radius)
        aside = (-ahead[1], ahead[0])
        corners = ((-self.style.tail, 0.5), (length * 0.8, 0.5), (length, 0.3), (length, -0.3), (length * 0.8, -0.5))
        pen.polygon(
            [
                (
                    self.x + along * ahead[0] + across * width * aside[0],
                    self.y + along * ahead[1] + across * width * aside[1],
                )
                for along, across in (*corners, (-self.style.tail, -0.5))
            ],
            color,
        )


def sample(rng: Random, frame: Frame, backdrop: Backdrop) -> Clock:
    """A clock whose time can be told at 96 × 96 pixels. Raises: FontsMissing."""
    most = min(frame.width, frame.height) / 2 - _MARGIN
    least = min(most, _LEAST_RADIUS * max(frame.width, frame.height) / _SEEN)
    radius = rng.uniform(least, most)
    border = radius + _MARGIN
    return Clock(
        rng.randint(1, 12),
        5 * rng.randrange(12),
        rng.uniform(border, frame.width - border),
        rng.uniform(border, frame.height - border),
        radius,
        _style(rng, backdrop),
    )


def _style(rng: Random, backdrop: Backdrop) -> Style:
    face = _face(rng)
    ink = _on(face, rng)
    hour_color = ink if rng.random() < 0.6 else _on(face, rng)
    stands_out = all(contrast(face, behind) > _LEAST_CONTRAST for behind in backdrop.palette)
    rim = rng.uniform(0.05, 0.13) if not stands_out or rng.random() < 0.6 else 0.0
    hour_length = rng.uniform(0.44, 0.54)
    minute_width = rng.uniform(0.05, 0.07)
    numbers = rng.choice((0, 4, 12, 12))
    return Style(
        square=rng.random() < 0.25,
        face=face,
        ink=ink,
        hour_color=hour_color,
        minute_color=hour_color if rng.random() < 0.7 else _on(face, rng),
        rim_color=_on(face, rng),
        rim=rim,
        numbers=numbers,
        ticks=rng.choice((0, 4, 12, 12, 12) if numbers else (4, 12, 12)),
        hour_length=hour_length,
        minute_length=rng.uniform(hour_length + 0.28, 0.87 - rim),
        hour_width=minute_width + rng.uniform(0.035, 0.06),
        minute_width=minute_width,
        tail=rng.choice((0.0, 0.08, 0.12)),
        dot=rng.uniform(0.06, 0.1) if rng.random() < 0.6 else 0.0,
        font=rng.choice([font for font in fonts() if "ExtraLight" not in font.path.stem]),
    )


def _face(rng: Random) -> RGB:
    """White (45 %), pale, dark, or a strong colour."""
    chance = rng.random()
    if chance < 0.45:
        return paint(rng, "white")
    if chance < 0.75:
        return (rng.randint(195, 255), rng.randint(195, 255), rng.randint(195, 255))
    if chance < 0.87:
        return (rng.randint(0, 45), rng.randint(0, 45), rng.randint(0, 45))
    return paint(rng, rng.choice(("yellow", "orange", "pink", "blue", "green", "purple")))


def _on(face: RGB, rng: Random) -> RGB:
    """A colour to see on the face, black or white half of the time."""
    dark = luma(face) > 127
    names = ("black", "brown", "blue", "red", "purple", "green") if dark else ("white", "yellow", "pink", "orange")
    for _ in range(_ATTEMPTS if rng.random() < 0.5 else 0):
        color = paint(rng, rng.choice(names))
        if abs(luma(color) - luma(face)) > _LEAST_LUMA and contrast(color, face) > _LEAST_CONTRAST:
            return color
    return paint(rng, names[0])
