"""Pictures made by hand, so that tests know what they show, and tests that need the fonts of Debian for them."""

from __future__ import annotations

import pytest

from tuning.pictures.charts import BarChart, Look, Part, PieChart
from tuning.pictures.clock import Clock, Style
from tuning.pictures.fonts import Font, FontsMissing, fonts
from tuning.pictures.icon_drawings import INSIDE, OUTSIDE
from tuning.pictures.icons import Icon, Icons
from tuning.pictures.picture import Content, Frame, Picture
from tuning.pictures.shapes import Shape, Shapes
from tuning.pictures.writing import Writing
from tuning.questions.domain import View

try:
    fonts(chinese=True)
    MISSING = ""
except FontsMissing as error:
    MISSING = str(error)
needs_fonts = pytest.mark.skipif(bool(MISSING), reason=MISSING or "all fonts are installed")

PAINTS = {
    "red": (220, 20, 20),
    "blue": (20, 20, 220),
    "green": (20, 160, 40),
    "black": (0, 0, 0),
    "yellow": (250, 240, 20),
}
SQUARE = Frame()


def font() -> Font:
    """A font with Latin letters and Chinese characters."""
    return next(font for font in fonts(chinese=True) if "Sans" in font.path.stem)


def view(content: Content, language: str = "en", frame: Frame = SQUARE) -> View:
    """The content on white."""
    return View(Picture(content, frame), language)


def shape(name: str, color: str, size: str, x: float, y: float, frame: Frame = SQUARE) -> Shape:
    """An upright shape at (x, y) of the unit square."""
    radius = {"small": 0.065, "medium": 0.097, "big": 0.145}[size]
    return Shape(name, color, size, x * frame.width, y * frame.height, radius, 0.0, PAINTS[color])


def shapes(*items: tuple[str, str, str, float, float], frame: Frame = SQUARE) -> Shapes:
    """Shapes given by name, colour, size and place in the unit square."""
    return Shapes(tuple(shape(*item, frame) for item in items), frame)


def writing(text: str, script: str, color: str = "red", named: bool = True) -> Writing:
    """One line of writing in the middle of a square."""
    return Writing((text,), script, named, color, PAINTS[color], font(), 0.5, 0.5, 0.2)


def clock(hour: int, minute: int) -> Clock:
    """A round white clock without numbers in the middle of a square: a red hour hand and a blue minute hand."""
    style = Style(
        square=False,
        face=(255, 255, 255),
        ink=PAINTS["black"],
        hour_color=PAINTS["red"],
        minute_color=PAINTS["blue"],
        rim_color=PAINTS["black"],
        rim=0.08,
        numbers=0,
        ticks=12,
        hour_length=0.5,
        minute_length=0.75,
        hour_width=0.1,
        minute_width=0.06,
        tail=0.0,
        dot=0.0,
        font=font(),
    )
    return Clock(hour, minute, 0.5, 0.5, 0.4, style)


def parts(*items: tuple[str, str, int]) -> tuple[Part, ...]:
    """Parts of a chart given by label, colour and value."""
    return tuple(Part(label, color, value, PAINTS[color]) for label, color, value in items)


def bars(*items: tuple[str, str, int], values: bool = True) -> BarChart:
    """A bar chart on white in a square."""
    look = Look(SQUARE, font(), (255, 255, 255), PAINTS["black"], None)
    return BarChart(parts(*items), look, step=5, grid=False, values=values, fill=0.7, outlined=False)


def pie(*items: tuple[str, str, int]) -> PieChart:
    """A pie chart on white in a square whose first slice begins at the top."""
    look = Look(SQUARE, font(), (255, 255, 255), PAINTS["black"], None)
    return PieChart(parts(*items), look, radius=0.3, start=-90.0, outside=True, line=(255, 255, 255))


def icons(*items: tuple[str, str, float, float]) -> Icons:
    """Icons given by name, colour and place in a square."""
    made = tuple(
        Icon(name, color, x, y, 0.35, 0, tuple((role, PAINTS[color]) for role in ("main", "shade", *INSIDE, *OUTSIDE)))
        for name, color, x, y in items
    )
    return Icons(made, SQUARE)
