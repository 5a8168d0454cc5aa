"""A card of one colour between a backdrop and what must stand out from it."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tuning.pictures.colors import RGB, contrast
from tuning.pictures.picture import Frame, Pen

_LIGHT, _DARK = (205, 255), (0, 60)
_TINT = 12


@dataclass(frozen=True)
class Panel:
    """A card over the whole frame but a margin of `inset` (in the frame's lengths), with a border if it has one."""

    color: RGB
    border: RGB | None
    inset: float

    def draw(self, pen: Pen, frame: Frame) -> None:
        """Draw it; whatever is to be on it comes after."""
        if self.border:
            _card(pen, frame, self.inset, self.border)
        _card(pen, frame, self.inset + (0.012 if self.border else 0), self.color)


def random_panel(rng: Random, light_share: float = 0.75) -> Panel:
    """A light or dark card, white in half of the light ones."""
    light = rng.random() < light_share
    if light and rng.random() < 0.5:
        color: RGB = (255, 255, 255)
    else:
        base = rng.randint(*(_LIGHT if light else _DARK))
        red, green, blue = (min(255, max(0, base + rng.randint(-_TINT, _TINT))) for _ in range(3))
        color = (red, green, blue)
    border = ((40, 40, 40) if light else (225, 225, 225)) if rng.random() < 0.6 else None
    return Panel(color, border, rng.choice((0.0, rng.uniform(0.005, 0.03))))


def furthest(options: tuple[RGB, ...], against: tuple[RGB, ...]) -> RGB:
    """The option that stands out most from all the others' colours."""
    return max(options, key=lambda option: min(contrast(option, other) for other in against))


def _card(pen: Pen, frame: Frame, inset: float, color: RGB) -> None:
    left, top, right, bottom = inset, inset, frame.width - inset, frame.height - inset
    pen.polygon([(left, top), (right, top), (right, bottom), (left, bottom)], color)
