"""Pictures of writing: a number, an English word or a few Chinese characters, on the backdrop or on a sign."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from tuning.pictures.colors import RGB, paint, visible
from tuning.pictures.fonts import Font, fonts, ink, length, write
from tuning.pictures.names import HANZI
from tuning.pictures.picture import Backdrop, Frame, Mark, Pen
from tuning.pictures.words_to_read import CHINESE, ENGLISH, letter_string

SCRIPTS = ("digits", "letters", "hanzi")
PANELS = ("board", "rounded", "bubble")

_SEEN = 96  # pixels of the side that the model sees
_LEAST_EM = {"digits": 15.0, "letters": 15.0, "hanzi": 22.5}  # of those pixels
_LEAST_ADVANCE = 6.8  # of those pixels, for a letter on average
_FINE_BELOW = 24.0  # em heights, in those pixels, whose strokes are too fine for every colour unless bold
_FAINT = frozenset(("pink", "gray", "brown"))  # look like red, black and black in fine strokes
_LEAST_LUMA, _LEAST_LUMA_FINE = 70.0, 90.0  # difference to what is behind, so that it can be read in grey too
_PITCH = 1.15  # em heights from line to line
_MARGIN = 0.03
_GRID, _PER_CELL = 5, 3  # no more characters than this in a cell: the grid in which training looks for them
_LOOK_ALIKE = frozenset("一二三十日")  # with nothing beside them they may be strokes, a cross or a box
_ATTEMPTS = 400


def luma(color: RGB) -> float:
    """How bright the colour is, 0 … 255."""
    red, green, blue = color
    return 0.299 * red + 0.587 * green + 0.114 * blue


@dataclass(frozen=True)
class Panel:
    """What the writing is on: one of `PANELS`, larger than the writing by `pad` em heights on every side."""

    shape: str
    color: RGB
    pad: float
    edge: RGB | None = None


@dataclass(frozen=True)
class Writing:
    """Lines of one script ("digits", "letters", "hanzi") centred on (x, y), turned clockwise by `degrees`.

    `height` is the em height in the frame's lengths; `named` tells whether letters are words rather than a string.
    """

    kind: ClassVar[str] = "writing"

    lines: tuple[str, ...]
    script: str
    named: bool
    color: str
    rgb: RGB
    font: Font
    x: float
    y: float
    height: float
    degrees: float = 0.0
    panel: Panel | None = None

    @property
    def text(self) -> str:
        """What is written, on one line."""
        return ("" if self.script == "hanzi" else " ").join(self.lines)

    @property
    def characters(self) -> str:
        """What is written without blanks."""
        return "".join(self.lines)

    def draw(self, pen: Pen) -> None:
        """Draw it, its panel first."""
        half_width, half_height, rows = _block(self.lines, self.font)
        if self.panel:
            self._draw_panel(pen, self.panel, half_width + self.panel.pad, half_height + self.panel.pad)
        for line, right, down in rows:
            x, y = self._place(right, down)
            write(pen, line, x, y, self.height, self.font, self.rgb, self.degrees)

    def _draw_panel(self, pen: Pen, panel: Panel, half_width: float, half_height: float) -> None:
        if panel.edge:
            edge = 0.09
            pen.polygon([self._place(*p) for p in _outline(panel.shape, half_width, half_height)], panel.edge)
            half_width, half_height = half_width - edge, half_height - edge
        pen.polygon([self._place(*p) for p in _outline(panel.shape, half_width, half_height)], panel.color)

    def marks(self, frame: Frame) -> tuple[Mark, ...]:
        """One mark for every character, at the centre of its ink, in reading order."""
        found = []
        for line, right, down in _block(self.lines, self.font)[2]:
            whole = length(line, self.font)
            for index, character in enumerate(line):
                middle = (length(line[:index], self.font) + length(line[: index + 1], self.font) - whole) / 2
                _, top, _, bottom = ink(character, self.font)
                x, y = self._place(right + middle, down + (top + bottom) / 2)
                found.append(Mark(x / frame.width, y / frame.height, character.lower(), self.color))
        return tuple(found)

    def _place(self, right: float, down: float) -> tuple[float, float]:
        """The point in the frame that is so many em heights right of and below the centre, before turning."""
        sine, cosine = math.sin(math.radians(self.degrees)), math.cos(math.radians(self.degrees))
        return (
            self.x + self.height * (right * cosine - down * sine),
            self.y + self.height * (right * sine + down * cosine),
        )


def _block(lines: tuple[str, ...], font: Font) -> tuple[float, float, list[tuple[str, float, float]]]:
    """Half the width and height of the ink, and each line with its place from the middle of the ink; in em heights."""
    boxes = [ink(line, font) for line in lines]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    top, bottom = boxes[0][1], (len(lines) - 1) * _PITCH + boxes[-1][3]
    rows = [(line, -(left + right) / 2, k * _PITCH - (top + bottom) / 2) for k, line in enumerate(lines)]
    return (right - left) / 2, (bottom - top) / 2, rows


def _outline(shape: str, half_width: float, half_height: float) -> list[tuple[float, float]]:
    """The corners of a panel around the origin, clockwise from the right end of the top edge."""
    if shape == "board":
        return [(x * half_width, y * half_height) for x, y in ((1, -1), (1, 1), (-1, 1), (-1, -1))]
    radius = min(half_width, half_height) * (0.45 if shape == "rounded" else 0.8)
    corners = ((1, -1, -90), (1, 1, 0), (-1, 1, 90), (-1, -1, 180))
    points: list[tuple[float, float]] = []
    for side_x, side_y, start in corners:
        if shape == "bubble" and start == 90:  # the tail, on the lower edge towards the left
            foot = half_width - radius
            points += [(-0.1 * foot, half_height), (-0.5 * half_width, half_height + 0.32), (-0.55 * foot, half_height)]
        for step in range(7):
            angle = math.radians(start + 15 * step)
            points.append(
                (
                    side_x * (half_width - radius) + radius * math.cos(angle),
                    side_y * (half_height - radius) + radius * math.sin(angle),
                )
            )
    return points


def sample(rng: Random, frame: Frame, backdrop: Backdrop) -> Writing:
    """Writing that can be read at 96 × 96 pixels. Raises: FontsMissing; ValueError if no writing fits the frame."""
    for _ in range(_ATTEMPTS):
        if made := _attempt(rng, frame, backdrop):
            return made
    raise ValueError(f"No writing fits a frame of aspect {frame.aspect:.2f}")


def _attempt(rng: Random, frame: Frame, backdrop: Backdrop) -> Writing | None:
    """Writing, unless what was drawn first does not fit."""
    script = rng.choices(SCRIPTS, (0.32, 0.36, 0.32))[0]
    lines, named = _lines(script, rng)
    font = rng.choice([f for f in fonts(chinese=script == "hanzi") if "ExtraLight" not in f.path.stem])
    panel = _panel(rng) if rng.random() < 0.4 else None
    degrees = rng.uniform(-6, 6) if rng.random() < 0.5 else 0.0
    height = _height(lines, script, font, panel, degrees, frame, rng)
    if height is None:
        return None
    fine = not font.bold and height * _seen_scale(frame) < _FINE_BELOW
    color = _color((panel.color,) if panel else backdrop.palette, fine, rng)
    if color is None:
        return None
    half_width, half_height = _reach(lines, font, panel, degrees)
    x = _between(half_width * height + _MARGIN, frame.width - half_width * height - _MARGIN, rng)
    y = _between(half_height * height + _MARGIN, frame.height - half_height * height - _MARGIN, rng)
    made = Writing(lines, script, named, color[0], color[1], font, x, y, height, degrees, panel)
    return made if _sparse(made.marks(frame)) else None


def _between(low: float, high: float, rng: Random) -> float:
    """Anywhere between, or (a third of the time) in the middle."""
    return (low + high) / 2 if rng.random() < 0.33 else rng.uniform(low, high)


def _seen_scale(frame: Frame) -> float:
    """Pixels that the model sees for a length of 1, in the direction in which it sees fewer."""
    return _SEEN / max(frame.width, frame.height)


def _reach(lines: tuple[str, ...], font: Font, panel: Panel | None, degrees: float) -> tuple[float, float]:
    """Half the width and height that the writing takes with its panel when turned, in em heights."""
    half_width, half_height, _ = _block(lines, font)
    if panel:
        tail = 0.34 if panel.shape == "bubble" else 0.0
        half_width, half_height = half_width + panel.pad, half_height + panel.pad + tail
    sine, cosine = abs(math.sin(math.radians(degrees))), math.cos(math.radians(degrees))
    return half_width * cosine + half_height * sine, half_height * cosine + half_width * sine


def _height(
    lines: tuple[str, ...],
    script: str,
    font: Font,
    panel: Panel | None,
    degrees: float,
    frame: Frame,
    rng: Random,
) -> float | None:
    """An em height at which it can be read and fits the frame; None if there is none."""
    half_width, half_height = _reach(lines, font, panel, degrees)
    most = min((frame.width / 2 - _MARGIN) / half_width, (frame.height / 2 - _MARGIN) / half_height)
    longest = max(lines, key=len)
    least = max(_LEAST_EM[script], _LEAST_ADVANCE * len(longest) / length(longest, font)) / _seen_scale(frame)
    if least > most:
        return None
    share = rng.random() if len(longest) < 4 else 1 - rng.random() ** 1.5  # long writing is small enough as it is
    return least * (most / least) ** share


def _color(against: tuple[RGB, ...], fine: bool, rng: Random) -> tuple[str, RGB] | None:
    """A colour that stands out, by brightness alone too; None if there is none."""
    options = [(name, paint(rng, name)) for name in visible(against) if not (fine and name in _FAINT)]
    least = _LEAST_LUMA_FINE if fine else _LEAST_LUMA
    clear = [(name, rgb) for name, rgb in options if all(abs(luma(rgb) - luma(behind)) > least for behind in against)]
    return rng.choice(clear) if clear else None


def _panel(rng: Random) -> Panel:
    chance = rng.random()
    if chance < 0.35:
        color = paint(rng, "white")
    elif chance < 0.5:
        color = paint(rng, "black")
    elif chance < 0.75:
        color = (rng.randint(205, 255), rng.randint(205, 255), rng.randint(205, 255))
    else:
        color = paint(rng, rng.choice(("red", "yellow", "green", "blue", "purple", "brown", "orange")))
    edge = paint(rng, rng.choice(("black", "white", "gray", "brown", "blue"))) if rng.random() < 0.5 else None
    return Panel(rng.choice(PANELS), color, rng.uniform(0.3, 0.6), edge)


def _sparse(marks: tuple[Mark, ...]) -> bool:
    """Whether no cell of the grid has more characters than training can tell apart."""
    cells = [(int(mark.x * _GRID), int(mark.y * _GRID)) for mark in marks]
    return all(cells.count(cell) <= _PER_CELL for cell in cells)


def _lines(script: str, rng: Random) -> tuple[tuple[str, ...], bool]:
    """What to write, and whether it has a meaning."""
    if script == "digits":
        return (_digits(rng),), True
    if script == "hanzi":
        return _hanzi(rng)
    if rng.random() < 0.15:
        return (_cased(letter_string(rng), rng, named=False),), False
    if rng.random() < 0.12:
        short = [word for word in ENGLISH if len(word) <= 6]
        first, second = rng.sample(short, 2)
        upper = rng.random() < 0.5
        return (first.upper(), second.upper()) if upper else (first, second), True
    return (_cased(rng.choice(ENGLISH), rng, named=True),), True


def _digits(rng: Random) -> str:
    """A number of one to four digits."""
    count = rng.choices((1, 2, 3, 4), (0.3, 0.3, 0.22, 0.18))[0]
    return str(rng.randrange(10 ** (count - 1) if count > 1 else 0, 10**count))


def _cased(word: str, rng: Random, named: bool) -> str:
    """The word in small letters, with a capital, or in capitals; a string gets no capital I, which might be an l."""
    chance = rng.random()
    if chance < 0.4:
        return word
    if chance < 0.65 and (named or not word.startswith("i")):
        return word.capitalize()
    return word.upper()


def _hanzi(rng: Random) -> tuple[tuple[str, ...], bool]:
    """Characters, and whether they are a word; from left to right, from top to bottom, or in two lines."""
    chance = rng.random()
    if chance < 0.35:
        return (rng.choice([c for c in HANZI if c not in _LOOK_ALIKE]),), True
    named = chance < 0.78
    text = rng.choice(list(_chinese(rng))) if named else "".join(rng.sample(HANZI, 2))
    if len(text) == 4 and rng.random() < 0.5:
        return (text[:2], text[2:]), named
    upright = rng.random() < 0.2 and not _LOOK_ALIKE.intersection(text)
    return (tuple(text) if upright else (text,)), named


def _chinese(rng: Random) -> Iterator[str]:
    """The words of two characters mostly, else the longer ones."""
    longer = rng.random() < 0.4
    return (word for word in CHINESE if (len(word) > 2) == longer)
