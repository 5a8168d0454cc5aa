"""Short ways to write down the example pictures: positions are in the unit square, colours are chosen to look well."""

from __future__ import annotations

import math
from functools import partial

from tuning.pictures.backdrop import Linear, Pattern, Radial
from tuning.pictures.charts import BarChart, Look, Part, PieChart
from tuning.pictures.clock import Clock, Style
from tuning.pictures.colors import MIN_CONTRAST, RGB, contrast
from tuning.pictures.fonts import Font, FontsMissing, fonts
from tuning.pictures.icon_drawings import DRAWINGS, INSIDE, OUTSIDE
from tuning.pictures.icons import Icon, Icons
from tuning.pictures.outside import Outside
from tuning.pictures.picture import Backdrop, Content, Frame, Picture, Plain
from tuning.pictures.shapes import RADII, Shape, Shapes
from tuning.pictures.writing import Writing

PAINTS: dict[str, RGB] = {
    "red": (224, 48, 44),
    "orange": (250, 148, 20),
    "yellow": (252, 220, 52),
    "green": (40, 180, 78),
    "blue": (38, 124, 236),
    "purple": (150, 58, 175),
    "pink": (255, 132, 182),
    "brown": (122, 72, 40),
    "gray": (128, 128, 132),
    "black": (22, 22, 24),
    "white": (250, 250, 250),
}
SNOW, CREAM, SKY, MINT = (252, 252, 252), (252, 245, 226), (216, 235, 250), (222, 244, 230)
LILAC, SAND, NAVY, NIGHT = (234, 228, 250), (246, 232, 208), (24, 32, 70), (26, 28, 38)
LANDSCAPE, PORTRAIT, WIDE, SQUARE = Frame(4 / 3), Frame(3 / 4), Frame(3 / 2), Frame()

plain = Plain
down = partial(Linear, angle=math.pi / 2)
dots = partial(Pattern, motif="dots", angle=math.pi / 4, period=0.09, share=0.35)
checks = partial(Pattern, motif="checks", angle=0.0, period=0.16, share=0.5)
stripes = partial(Pattern, motif="stripes", angle=math.pi / 4, period=0.12, share=0.5)
glow = partial(Radial, x=0.5, y=0.42, reach=0.75)


def _font(stem: str) -> Font:
    """The installed font of that name. Raises: FontsMissing."""
    for font in fonts():
        if font.path.stem == stem:
            return font
    raise FontsMissing(f"The example pictures need the font {stem}.")


def _picture(content: Content, frame: Frame, backdrop: Backdrop) -> Picture:
    return Picture(content, frame, backdrop)


def shapes(frame: Frame, backdrop: Backdrop, *rows: str) -> Picture:
    """Shapes from rows like "big red circle 0.5 0.5" or, turned by degrees, "small blue arrow 0.2 0.7 90"."""
    made = []
    for row in rows:
        size, color, name, x, y, *turn = row.split()
        rotation = float(turn[0]) if turn else 0.0
        radius = sum(RADII[size]) / 2
        made.append(
            Shape(name, color, size, float(x) * frame.width, float(y) * frame.height, radius, rotation, PAINTS[color])
        )
    return _picture(Shapes(tuple(made), frame), frame, backdrop)


def icons(frame: Frame, backdrop: Backdrop, *rows: str) -> Picture:
    """Things from rows like "red apple 0.5 0.5 0.6": colour, name, place, and the side as a share of the height."""
    made = []
    for row in rows:
        color, name, x, y, side, *drawing = row.split()
        parts = DRAWINGS[name][int(drawing[0]) if drawing else 0]
        main, ground = PAINTS[color], backdrop.palette
        shade = (round(main[0] * 0.72), round(main[1] * 0.72), round(main[2] * 0.72))
        colors = {"main": main, "shade": shade}
        for role in sorted({part.role for part in parts} - set(colors)):
            against = (main,) if role in INSIDE else (main, *ground)
            options = INSIDE.get(role) or OUTSIDE[role]
            colors[role] = max(options, key=lambda option: min(MIN_CONTRAST, *(contrast(option, o) for o in against)))
        made.append(
            Icon(
                name,
                color,
                float(x) * frame.width,
                float(y) * frame.height,
                float(side) * frame.height,
                int(drawing[0]) if drawing else 0,
                tuple(colors.items()),
            )
        )
    return _picture(Icons(tuple(made), frame), frame, backdrop)


def writing(
    frame: Frame, backdrop: Backdrop, text: str, script: str, color: str, height: float, stem: str, degrees: float = 0.0
) -> Picture:
    """Writing in the middle, `height` as a share of the picture's; lines are separated by "/"."""
    made = Writing(
        tuple(text.split("/")),
        script,
        True,
        color,
        PAINTS[color],
        _font(stem),
        frame.width / 2,
        frame.height / 2,
        height * frame.height,
        degrees,
    )
    return _picture(made, frame, backdrop)


def clock(frame: Frame, backdrop: Backdrop, hour: int, minute: int, face: RGB, ink: RGB, rim: RGB) -> Picture:
    """A round clock with all numbers, its hands and numbers in one colour."""
    style = Style(
        square=False,
        face=face,
        ink=ink,
        hour_color=ink,
        minute_color=ink,
        rim_color=rim,
        rim=0.08,
        numbers=12,
        ticks=12,
        hour_length=0.5,
        minute_length=0.78,
        hour_width=0.11,
        minute_width=0.06,
        tail=0.1,
        dot=0.08,
        font=_font("DejaVuSans-Bold"),
    )
    radius = min(frame.width, frame.height) * 0.45
    return _picture(Clock(hour, minute, frame.width / 2, frame.height / 2, radius, style), frame, backdrop)


def bars(frame: Frame, ground: RGB, values: bool, *rows: str) -> Picture:
    """A bar chart of rows like "A red 7" on one colour."""
    return _picture(BarChart(_parts(rows), _look(frame, ground), 2, True, values, 0.7, False), frame, Plain(ground))


def pie(frame: Frame, ground: RGB, *rows: str) -> Picture:
    """A pie chart of rows like "A red 7" (tenths) on one colour, with its labels on the slices."""
    look = _look(frame, ground)
    radius = min(frame.width, frame.height) * 0.44
    return _picture(PieChart(_parts(rows), look, radius, -90.0, False, (255, 255, 255)), frame, Plain(ground))


def _parts(rows: tuple[str, ...]) -> tuple[Part, ...]:
    split = [row.split() for row in rows]
    return tuple(Part(label, color, int(value), PAINTS[color]) for label, color, value in split)


def _look(frame: Frame, ground: RGB) -> Look:
    dark = sum(ground) < 300
    return Look(frame, _font("DejaVuSans-Bold"), ground, (245, 245, 245) if dark else (20, 20, 20), None)


def photograph(frame: Frame, sort: str, seed: int) -> Picture:
    """The likeness of a photograph that the model does not understand."""
    return _picture(Outside(sort, seed), frame, Plain())
