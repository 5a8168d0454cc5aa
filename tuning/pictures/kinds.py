"""Every kind of picture, its share of the training, and random pictures of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from tuning.pictures import charts, clock, icons, outside, shapes, writing
from tuning.pictures.backdrop import random_backdrop
from tuning.pictures.picture import Backdrop, Content, Frame, Picture, random_finish, random_frame


@dataclass(frozen=True)
class Kind:
    """The share of all pictures, how the content of one is drawn at random, and whether it may be made grey."""

    share: float
    sample: Callable[[Random, Frame, Backdrop], Content]
    clear_in_gray: Callable[[Any, Backdrop], bool]


def _always(content: Content, backdrop: Backdrop) -> bool:
    return True


def _never(content: Content, backdrop: Backdrop) -> bool:
    return False


KINDS: dict[str, Kind] = {
    "shapes": Kind(0.36, shapes.sample, shapes.Shapes.clear_in_gray),
    "writing": Kind(0.19, writing.sample, _always),
    "clock": Kind(0.08, clock.sample, _always),
    "icons": Kind(0.12, icons.sample, _never),
    "bar_chart": Kind(0.07, charts.sample_bars, _never),
    "pie_chart": Kind(0.07, charts.sample_pie, _never),
    "outside": Kind(0.11, outside.sample, _always),
}


def random_picture(rng: Random, kind: str | None = None) -> Picture:
    """A picture of that kind, or of any by its share."""
    entry = KINDS[kind or rng.choices(list(KINDS), [entry.share for entry in KINDS.values()])[0]]
    frame, backdrop = random_frame(rng), random_backdrop(rng)
    content, finish = entry.sample(rng, frame, backdrop), random_finish(rng)
    if finish.gray and not entry.clear_in_gray(content, backdrop):
        finish = replace(finish, gray=False)
    return Picture(content, frame, backdrop, finish)
