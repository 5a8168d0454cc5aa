"""Pictures show what their contents and marks say, wherever they are seen: told from the pixels alone."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import drawings
import numpy as np
import pytest
from drawings import PAINTS, needs_fonts
from numpy.typing import NDArray

from tuning.pictures import fonts, outside
from tuning.pictures.backdrop import MIN_VISIBLE, random_backdrop
from tuning.pictures.charts import BarChart, PieChart
from tuning.pictures.clock import Clock
from tuning.pictures.colors import COLORS, visible
from tuning.pictures.icons import Icons
from tuning.pictures.kinds import KINDS, random_picture
from tuning.pictures.names import NAMES
from tuning.pictures.picture import NUMBERS, SIZES, Content, Finish, Frame, Mark, Picture, Plain, render
from tuning.pictures.shapes import Shapes
from tuning.pictures.writing import Writing

Pixels = NDArray[np.int16]
every_kind = pytest.mark.parametrize(
    "kind",
    [name if name in ("shapes", "icons", "outside") else pytest.param(name, marks=needs_fonts) for name in KINDS],
)
SIDE = 128
WIDE = Frame(2.0)


def pixels(picture: Picture, side: int = SIDE) -> Pixels:
    return np.asarray(render(picture, side)).astype(np.int16)


def shown(content: Content, frame: Frame = drawings.SQUARE) -> Pixels:
    """The content on white."""
    return pixels(Picture(content, frame), 200)


def at(image: Pixels, x: float, y: float) -> tuple[int, ...]:
    """The pixel at (x, y) of the unit square."""
    return tuple(image[int(y * image.shape[0]), int(x * image.shape[1])].tolist())


def around(image: Pixels, mark: Mark, reach: float = 0.04) -> Pixels:
    """The pixels near a mark."""
    rows, columns = image.shape[:2]
    x, y, r = mark.x * columns, mark.y * rows, reach * math.sqrt(rows * columns)
    return image[max(0, round(y - r)) : round(y + r) + 1, max(0, round(x - r)) : round(x + r) + 1]


# Random pictures


@every_kind
def test_a_seed_decides_the_pixels(kind: str) -> None:
    def drawn(seed: int) -> list[bytes]:
        rng = Random(seed)
        return [render(random_picture(rng, kind), 48).tobytes() for _ in range(6)]

    assert drawn(3) == drawn(3) != drawn(4)


@every_kind
def test_marks_lie_in_the_picture_and_bear_known_names(kind: str) -> None:
    for seed in range(150):
        marks = random_picture(Random(seed), kind).marks()
        assert len({(mark.name, mark.x, mark.y) for mark in marks}) == len(marks)
        for mark in marks:
            assert 0 <= mark.x <= 1 and 0 <= mark.y <= 1
            assert mark.name in NAMES
            assert mark.color in (None, *COLORS) and mark.size in (None, *SIZES) and mark.number in (None, *NUMBERS)


def without(content: Any) -> Content:
    """The content without the things that its marks are about, or with them in another colour."""
    match content:
        case Shapes():
            return replace(content, shapes=())
        case Icons():
            return replace(content, icons=())
        case BarChart() | PieChart():
            return replace(content, parts=())
        case Writing():  # as white as what is behind it
            return replace(content, rgb=content.panel.color if content.panel else (255, 255, 255))
        case Clock():
            hidden = replace(content.style, hour_color=content.style.face, minute_color=content.style.face)
            return replace(content, style=hidden)
    raise TypeError(content)


@pytest.mark.parametrize(
    "kind",
    ["shapes", "icons", *(pytest.param(name, marks=needs_fonts) for name in ("bar_chart", "pie_chart", "clock"))],
)
def test_every_mark_is_on_something_that_stands_out(kind: str) -> None:
    """Also in grey, where the picture is."""
    seen = 0
    for seed in range(60):
        picture = random_picture(Random(seed), kind)
        picture = replace(picture, finish=Finish(gray=picture.finish.gray))
        image, bare = pixels(picture), pixels(replace(picture, content=without(picture.content)))
        difference = np.linalg.norm(image - bare, axis=2)
        for mark in picture.marks():
            assert around(difference, mark, 0.1).max() > (35 if picture.finish.gray else 80), (seed, mark)
            seen += 1
    assert seen > 60


@needs_fonts
def test_writing_can_be_told_from_what_is_behind_it_in_grey_too() -> None:
    for seed in range(60):
        picture = replace(random_picture(Random(seed), "writing"), finish=Finish(gray=True))
        assert isinstance(picture.content, Writing)
        one, other = (
            pixels(replace(picture, content=replace(picture.content, rgb=(v, v, v))))[..., 0] for v in (0, 255)
        )
        ink = other - one > 200  # what changes with the colour of the writing
        image = pixels(picture)[..., 0]
        for mark in picture.marks():
            covered, gray = (around(values, mark, picture.content.height / 2) for values in (ink, image))
            assert covered.any(), (seed, mark)
            assert abs(np.median(gray[covered]) - np.median(gray[~covered])) > 45, (seed, mark)


def test_backdrops_keep_within_their_palette_and_let_colours_stand_out() -> None:
    sorts = set()
    for seed in range(200):
        backdrop = random_backdrop(Random(seed))
        sorts.add(type(backdrop).__name__)
        image = np.asarray(backdrop.render(40, 28)).reshape(-1, 3)
        palette = np.array(backdrop.palette)
        assert image.shape == (40 * 28, 3)
        assert (image >= palette.min(0) - 1).all() and (image <= palette.max(0) + 1).all()
        assert len(visible(backdrop.palette)) >= MIN_VISIBLE
    assert sorts == {"Plain", "Linear", "Radial", "Pattern", "Cloud", "Grain", "Speckle"}


def test_only_clear_colours_are_visible() -> None:
    assert "white" not in visible([(255, 255, 255)]) and {"black", "red", "blue"} <= set(visible([(255, 255, 255)]))
    assert "black" not in visible([(0, 0, 0)]) and "white" in visible([(0, 0, 0)])
    assert not {"black", "white"} & set(visible([(0, 0, 0), (255, 255, 255)]))


# Rendering


def test_a_picture_has_its_frames_format_at_any_size() -> None:
    picture = Picture(Shapes((), WIDE), WIDE)
    assert [render(picture, side).size for side in (100, 400)] == [(141, 71), (566, 283)]


def test_finishes_do_what_they_say() -> None:
    plain = Picture(drawings.shapes(("circle", "red", "big", 0.5, 0.5)))
    image = pixels(plain)

    def finished(**changes: Any) -> Pixels:
        return pixels(replace(plain, finish=Finish(**changes)))

    gray = finished(gray=True)
    assert (gray == gray[..., :1]).all() and not (image == gray).all()
    noisy = finished(noise=9, noise_seed=1)
    assert 0 < np.abs(noisy - image).max() <= 9 and (noisy == finished(noise=9, noise_seed=1)).all()
    assert not (noisy == finished(noise=9, noise_seed=2)).all()
    edges = [np.abs(np.diff(values, axis=1)).max() for values in (image, finished(blur=0.02))]
    assert edges[1] < edges[0] / 2
    assert 0 < np.abs(finished(jpeg=50) - image).max() < 160


def test_without_fonts_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(fonts, "_ROOTS", (tmp_path,))
    fonts.fonts.cache_clear()
    try:
        with pytest.raises(fonts.FontsMissing, match="apt-get install fonts-dejavu fonts-liberation fonts-noto-cjk"):
            fonts.fonts()
    finally:
        fonts.fonts.cache_clear()


# Contents made by hand


def test_shapes_are_painted_where_their_marks_are() -> None:
    content = drawings.shapes(("circle", "red", "big", 0.2, 0.8), ("square", "blue", "medium", 0.8, 0.2), frame=WIDE)
    image = shown(content, WIDE)
    found = {(mark.name, mark.color, mark.size, round(mark.x, 6), round(mark.y, 6)) for mark in content.marks(WIDE)}
    assert found == {("circle", "red", "big", 0.2, 0.8), ("square", "blue", "medium", 0.8, 0.2)}
    assert at(image, 0.2, 0.8) == PAINTS["red"] and at(image, 0.8, 0.2) == PAINTS["blue"]
    assert at(image, 0.02, 0.02) == at(image, 0.5, 0.5) == (255, 255, 255)
    red = np.argwhere((image == PAINTS["red"]).all(2))
    height, width = np.ptp(red, axis=0)
    assert abs(height - width) <= 2  # a circle in every format


def test_each_shape_has_its_form() -> None:
    """Points of a big shape in the middle, in its radii, that it covers or leaves free."""
    free, covered = (255, 255, 255), PAINTS["red"]
    looks: dict[str, list[tuple[float, float, tuple[int, ...]]]] = {
        "circle": [(0, 0, covered), (0.65, 0.65, covered), (0.85, 0.85, free)],
        "square": [(0, 0, covered), (0.85, 0.85, covered), (1.05, 0, free)],
        "triangle": [(0, 0, covered), (0, -0.9, covered), (0.7, -0.7, free), (0.8, 0.75, covered)],
        "star": [(0, 0, covered), (0, -1.1, covered), (0, 1.0, free)],
        "heart": [(0, 0, covered), (0.6, -0.7, covered), (0, -1.0, free), (0, 1.0, covered), (0.8, 0.8, free)],
        "cross": [(0, 0, covered), (1.0, 0, covered), (0, 1.0, covered), (0.7, 0.7, free)],
        "diamond": [(0, 0, covered), (0, 1.2, covered), (0.6, 0.6, free), (1.0, 0, free)],
        "ring": [(0, 0, free), (0.8, 0, covered), (0, -0.8, covered), (1.2, 0, free)],
        "moon": [(0.6, 0, free), (-0.6, 0, covered), (-0.3, 0.8, covered)],
        "arrow": [(0, 0, covered), (1.1, 0, covered), (-1.1, 0, covered), (-1.1, 0.6, free), (0.3, 0.7, covered)],
    }
    for name, points in looks.items():
        image = shown(drawings.shapes((name, "red", "big", 0.5, 0.5)))
        for x, y, expected in points:
            assert at(image, 0.5 + 0.145 * x, 0.5 + 0.145 * y) == expected, (name, x, y)


def test_a_shape_in_front_hides_the_one_behind() -> None:
    back, front = ("circle", "red", "big", 0.5, 0.5), ("circle", "blue", "small", 0.5, 0.5)
    assert at(shown(drawings.shapes(back, front)), 0.5, 0.5) == PAINTS["blue"]
    assert at(shown(drawings.shapes(front, back)), 0.5, 0.5) == PAINTS["red"]


@needs_fonts
@pytest.mark.parametrize(
    ("lines", "script", "names"),
    [
        (("Hi",), "letters", ["h", "i"]),
        (("407",), "digits", ["4", "0", "7"]),
        (("学生",), "hanzi", ["学", "生"]),
        (("我", "们"), "hanzi", ["我", "们"]),
    ],
)
def test_each_character_is_written_where_its_mark_is(lines: tuple[str, ...], script: str, names: list[str]) -> None:
    content = replace(drawings.writing("", script), lines=lines)
    marks, image = content.marks(drawings.SQUARE), shown(content)
    assert [mark.name for mark in marks] == names and {mark.color for mark in marks} == {"red"}
    ink = (image == PAINTS["red"]).all(2)
    assert all(around(ink, mark, 0.05).mean() > 0.05 for mark in marks)
    along, across = ("y", "x") if len(lines) > 1 else ("x", "y")
    places = [getattr(mark, along) for mark in marks]
    assert places == sorted(places) and max(abs(getattr(mark, across) - 0.5) for mark in marks) < 0.06


@needs_fonts
@pytest.mark.parametrize(
    ("hour", "minute", "hour_turn", "minute_turn"),
    [(3, 0, 0.25, 0.0), (9, 30, 9.5 / 12, 0.5), (12, 45, 0.0625, 0.75), (6, 20, 0.5 + 1 / 36, 1 / 3)],
)
def test_the_hands_point_where_the_time_says(hour: int, minute: int, hour_turn: float, minute_turn: float) -> None:
    content = drawings.clock(hour, minute)
    image = shown(content)
    hour_mark, minute_mark = content.marks(drawings.SQUARE)
    assert (hour_mark.name, hour_mark.number, minute_mark.name, minute_mark.number) == (
        *("hour_hand", hour),
        *("minute_hand", minute // 5),
    )
    for mark, turn, color, length in ((hour_mark, hour_turn, "red", 0.2), (minute_mark, minute_turn, "blue", 0.3)):
        x, y = math.sin(2 * math.pi * turn), -math.cos(2 * math.pi * turn)
        assert (mark.x, mark.y) == pytest.approx((0.5 + length * x, 0.5 + length * y))
        reach = length * 0.85
        assert at(image, 0.5 + reach * x, 0.5 + reach * y) == PAINTS[color]
        assert at(image, 0.5 - reach * x, 0.5 - reach * y) == (255, 255, 255)


@needs_fonts
def test_bars_are_as_high_as_their_values_and_hold_their_labels() -> None:
    content = drawings.bars(("A", "red", 2), ("B", "blue", 8), ("C", "green", 4))
    image, marks = shown(content), content.marks(drawings.SQUARE)
    tops = {mark.color: mark for mark in marks if mark.name == "bar"}
    assert {color: mark.number for color, mark in tops.items()} == {"red": 2, "blue": 8, "green": 4}
    heights = {color: (image == PAINTS[color]).all(2).any(1).sum() for color in ("red", "blue", "green")}
    assert heights["blue"] / heights["red"] == pytest.approx(4, rel=0.06)
    assert heights["green"] / heights["red"] == pytest.approx(2, rel=0.06)
    for color, mark in tops.items():
        assert at(image, mark.x, mark.y + 0.02) == PAINTS[color or ""]
        assert PAINTS[color or ""] != at(image, mark.x, mark.y - 0.02)
    labels = {mark.name: mark for mark in marks if mark.name in "abc"}
    assert [labels[name].x for name in "abc"] == [tops[color].x for color in ("red", "blue", "green")]
    assert all(around(image, label).min() < 60 for label in labels.values())
    assert {mark.name for mark in marks if mark.name.isdigit()} == {"2", "8", "4"}


@needs_fonts
def test_slices_take_their_share_of_the_pie() -> None:
    content = drawings.pie(("A", "red", 5), ("B", "blue", 3), ("C", "green", 2))
    image = shown(content)
    areas = {color: (image == PAINTS[color]).all(2).sum() for color in ("red", "blue", "green")}
    whole = sum(areas.values())
    assert whole == pytest.approx(math.pi * (0.3 * 200) ** 2, rel=0.08)  # all of the disc but the lines
    for (color, area), expected in zip(areas.items(), (0.5, 0.3, 0.2), strict=True):
        assert area / whole == pytest.approx(expected, abs=0.015), color
    for mark in content.marks(drawings.SQUARE):
        if mark.name == "slice":
            assert at(image, mark.x, mark.y) == PAINTS[mark.color or ""]
            assert mark.number == {"red": 5, "blue": 3, "green": 2}[mark.color or ""]
    assert at(image, 0.6, 0.5) == PAINTS["red"]  # clockwise from the top: the first half is on the right


def test_icons_are_painted_in_their_colour_around_their_marks() -> None:
    content = drawings.icons(("car", "red", 0.25, 0.25), ("tree", "blue", 0.75, 0.7))
    image = shown(content)
    for mark in content.marks(drawings.SQUARE):
        painted = (around(image, mark, 0.18) == PAINTS[mark.color or ""]).all(2)
        assert painted.mean() > 0.1, mark
    assert (around(image, Mark(0.75, 0.2, "car")) == 255).all()


@pytest.mark.parametrize("sort", outside.SORTS)
def test_what_the_model_does_not_know_covers_the_picture_and_names_nothing(sort: str) -> None:
    grounds = (Plain((255, 255, 255)), Plain((0, 0, 0)))
    on_white, on_black = (pixels(Picture(outside.Outside(sort, 7), WIDE, ground), 60) for ground in grounds)
    assert (on_white == on_black).all()
    assert np.ptp(on_white) > 20
    assert outside.Outside(sort, 7).marks(WIDE) == ()
    assert not (on_white == pixels(Picture(outside.Outside(sort, 8), WIDE), 60)).all()
