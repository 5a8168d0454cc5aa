"""The drawings of the icons: each a list of flat parts in the unit box, x to the right and y downwards.

A part's colour is a role: `main` is the colour the icon is named by, `shade` a darker or lighter kind of it; the roles
of `INSIDE` lie on the main colour, those of `OUTSIDE` also beside it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from tuning.pictures.colors import RGB

Point = tuple[float, float]


@dataclass(frozen=True)
class Part:
    """A filled polygon or, with a `width`, a line of that thickness through the points."""

    role: str
    points: tuple[Point, ...]
    width: float = 0.0


INSIDE: dict[str, tuple[RGB, ...]] = {
    "ink": ((30, 30, 30), (240, 240, 240)),
    "glass": ((200, 230, 250), (70, 90, 110), (30, 30, 30)),
    "paper": ((250, 248, 240), (60, 60, 60)),
}
OUTSIDE: dict[str, tuple[RGB, ...]] = {
    "dark": ((35, 35, 35), (230, 230, 230), (110, 110, 110)),
    "wood": ((125, 75, 40), (205, 160, 110), (60, 35, 20), (235, 225, 210)),
    "cream": ((245, 230, 200), (195, 160, 120), (110, 85, 60)),
    "leaf": ((40, 140, 50), (130, 210, 110), (20, 80, 35), (225, 240, 215)),
    "warm": ((250, 150, 20), (255, 225, 60), (190, 60, 20)),
}
"""The colours a role may have, the usual one first; the first that stands out from its surroundings is taken."""


def _arc(x: float, y: float, rx: float, ry: float, start: float, end: float) -> tuple[Point, ...]:
    """Points of an ellipse from one angle to another, in degrees from the right, clockwise."""
    steps = max(3, round(abs(end - start) / 15))
    angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]
    return tuple((x + rx * math.cos(angle), y + ry * math.sin(angle)) for angle in angles)


def _oval(role: str, x: float, y: float, rx: float, ry: float | None = None, tilt: float = 0.0) -> Part:
    """A filled ellipse, its `rx` axis tilted by degrees clockwise."""
    cos, sin = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    flat = _arc(0, 0, rx, ry or rx, 0, 345)
    return Part(role, tuple((x + px * cos - py * sin, y + px * sin + py * cos) for px, py in flat))


def _box(role: str, left: float, top: float, right: float, bottom: float) -> Part:
    return Part(role, ((left, top), (right, top), (right, bottom), (left, bottom)))


def _ring(role: str, x: float, y: float, r: float, width: float) -> Part:
    return Part(role, _arc(x, y, r, r, 0, 375), width)


def _wheel(x: float, y: float, r: float) -> tuple[Part, ...]:
    return (_oval("dark", x, y, r), _oval("cream", x, y, r * 0.42))


def _around(role: str, x: float, y: float, distance: float, count: int, rx: float, ry: float) -> tuple[Part, ...]:
    """Ellipses around a point, their `rx` axes pointing away from it."""
    turns = [360 * n / count - 90 for n in range(count)]
    return tuple(
        _oval(
            role, x + distance * math.cos(math.radians(turn)), y + distance * math.sin(math.radians(turn)), rx, ry, turn
        )
        for turn in turns
    )


def _ray(turn: float, near: float, far: float, spread: float) -> tuple[Point, ...]:
    """A triangle that points away from the middle of the box."""
    corners = ((near, turn - spread), (far, turn), (near, turn + spread))
    return tuple((0.5 + r * math.cos(math.radians(a)), 0.5 + r * math.sin(math.radians(a))) for r, a in corners)


_CANOPY = (
    *_arc(0.5, 0.5, 0.49, 0.46, 180, 360),
    *_arc(0.867, 0.5, 0.1225, 0.06, 0, -180),
    *_arc(0.622, 0.5, 0.1225, 0.06, 0, -180),
    *_arc(0.378, 0.5, 0.1225, 0.06, 0, -180),
    *_arc(0.133, 0.5, 0.1225, 0.06, 0, -180),
)
_BOAT_HULL = Part("main", ((0.02, 0.68), (0.98, 0.68), (0.82, 0.95), (0.18, 0.95)))

DRAWINGS: dict[str, tuple[tuple[Part, ...], ...]] = {
    "house": (
        (
            _box("wood", 0.68, 0.1, 0.8, 0.4),
            _box("main", 0.12, 0.42, 0.88, 0.98),
            Part("wood", ((0.0, 0.46), (0.5, 0.02), (1.0, 0.46))),
            _box("ink", 0.22, 0.62, 0.42, 0.98),
            _box("glass", 0.55, 0.58, 0.78, 0.8),
        ),
        (
            _box("main", 0.2, 0.08, 0.33, 0.4),
            Part("main", ((0.0, 0.5), (0.5, 0.02), (1.0, 0.5), (0.88, 0.5), (0.88, 0.98), (0.12, 0.98), (0.12, 0.5))),
            _box("ink", 0.4, 0.66, 0.6, 0.98),
            _box("glass", 0.2, 0.55, 0.35, 0.72),
            _box("glass", 0.65, 0.55, 0.8, 0.72),
        ),
    ),
    "tree": (
        (
            Part("wood", ((0.43, 0.55), (0.57, 0.55), (0.61, 1.0), (0.39, 1.0))),
            _oval("main", 0.28, 0.46, 0.25, 0.22),
            _oval("main", 0.72, 0.46, 0.25, 0.22),
            _oval("main", 0.5, 0.28, 0.29, 0.28),
        ),
        (
            _box("wood", 0.43, 0.8, 0.57, 1.0),
            Part("main", ((0.5, 0.3), (0.92, 0.85), (0.08, 0.85))),
            Part("main", ((0.5, 0.15), (0.84, 0.6), (0.16, 0.6))),
            Part("main", ((0.5, 0.0), (0.76, 0.36), (0.24, 0.36))),
        ),
    ),
    "sun": (
        (*(Part("main", _ray(45 * n, 0.3, 0.5, 15)) for n in range(8)), _oval("main", 0.5, 0.5, 0.27)),
        (
            *(Part("main", (_ray(36 * n, 0.36, 0.49, 0)[0], _ray(36 * n, 0.36, 0.49, 0)[1]), 0.07) for n in range(10)),
            _oval("main", 0.5, 0.5, 0.28),
            _oval("ink", 0.41, 0.45, 0.035, 0.045),
            _oval("ink", 0.59, 0.45, 0.035, 0.045),
            Part("ink", _arc(0.5, 0.53, 0.13, 0.1, 20, 160), 0.035),
        ),
    ),
    "car": (
        (
            Part("main", ((0.2, 0.5), (0.32, 0.24), (0.68, 0.24), (0.82, 0.5))),
            Part("main", ((0.0, 0.52), (0.1, 0.46), (0.86, 0.46), (1.0, 0.54), (1.0, 0.74), (0.0, 0.74))),
            Part("glass", ((0.29, 0.46), (0.36, 0.3), (0.48, 0.3), (0.48, 0.46))),
            Part("glass", ((0.53, 0.46), (0.53, 0.3), (0.64, 0.3), (0.73, 0.46))),
            *_wheel(0.24, 0.74, 0.13),
            *_wheel(0.76, 0.74, 0.13),
        ),
        (
            Part("main", ((0.02, 0.2), (0.66, 0.2), (0.84, 0.44), (1.0, 0.5), (1.0, 0.76), (0.02, 0.76))),
            _box("glass", 0.1, 0.28, 0.32, 0.45),
            Part("glass", ((0.38, 0.28), (0.62, 0.28), (0.74, 0.45), (0.38, 0.45))),
            *_wheel(0.24, 0.76, 0.13),
            *_wheel(0.76, 0.76, 0.13),
        ),
    ),
    "fish": (
        (
            Part("main", ((0.25, 0.5), (0.0, 0.24), (0.05, 0.5), (0.0, 0.76))),
            Part("shade", ((0.42, 0.3), (0.6, 0.1), (0.7, 0.3))),
            _oval("main", 0.58, 0.5, 0.42, 0.27),
            Part("shade", ((0.52, 0.52), (0.4, 0.68), (0.62, 0.62))),
            _oval("ink", 0.84, 0.44, 0.045),
        ),
        (
            Part("main", ((0.3, 0.5), (0.02, 0.2), (0.02, 0.8))),
            Part("main", (*_arc(0.6, 0.76, 0.42, 0.52, 210, 330), *_arc(0.6, 0.24, 0.42, 0.52, 30, 150))),
            Part("shade", ((0.5, 0.3), (0.5, 0.7)), 0.06),
            Part("shade", ((0.64, 0.28), (0.64, 0.72)), 0.06),
            _oval("ink", 0.82, 0.45, 0.045),
        ),
    ),
    "cat": (
        (
            Part("main", ((0.08, 0.02), (0.46, 0.26), (0.1, 0.5))),
            Part("main", ((0.92, 0.02), (0.54, 0.26), (0.9, 0.5))),
            _oval("main", 0.5, 0.58, 0.45, 0.38),
            _oval("ink", 0.32, 0.5, 0.055, 0.075),
            _oval("ink", 0.68, 0.5, 0.055, 0.075),
            Part("ink", ((0.44, 0.63), (0.56, 0.63), (0.5, 0.7))),
            *(Part("ink", ((0.5 + s * 0.16, 0.7), (0.5 + s * 0.46, y)), 0.025) for s in (-1, 1) for y in (0.64, 0.76)),
        ),
        (
            Part("main", ((0.62, 0.9), (0.86, 0.92), (0.94, 0.76), (0.84, 0.6), (0.92, 0.46)), 0.09),
            _oval("main", 0.44, 0.72, 0.26, 0.28),
            _box("main", 0.24, 0.78, 0.66, 0.98),
            Part("main", ((0.18, 0.0), (0.4, 0.12), (0.2, 0.3))),
            Part("main", ((0.7, 0.0), (0.48, 0.12), (0.68, 0.3))),
            _oval("main", 0.44, 0.3, 0.27, 0.21),
            _oval("ink", 0.34, 0.27, 0.035, 0.045),
            _oval("ink", 0.54, 0.27, 0.035, 0.045),
            Part("ink", ((0.39, 0.35), (0.49, 0.35), (0.44, 0.4))),
            Part("shade", ((0.44, 0.74), (0.44, 0.98)), 0.03),
        ),
    ),
    "flower": (
        (
            Part("leaf", ((0.5, 0.4), (0.5, 1.0)), 0.06),
            _oval("leaf", 0.34, 0.8, 0.17, 0.07, 30),
            _oval("leaf", 0.66, 0.74, 0.17, 0.07, -30),
            *_around("main", 0.5, 0.31, 0.19, 6, 0.125, 0.105),
            _oval("warm", 0.5, 0.31, 0.1),
        ),
        (
            Part("leaf", ((0.5, 0.4), (0.5, 1.0)), 0.06),
            _oval("leaf", 0.68, 0.82, 0.19, 0.08, -35),
            Part("main", ((0.2, 0.04), (0.36, 0.2), (0.5, 0.0), (0.64, 0.2), (0.8, 0.04), (0.8, 0.36), (0.2, 0.36))),
            Part("main", _arc(0.5, 0.34, 0.3, 0.26, 0, 180)),
        ),
    ),
    "umbrella": (
        (
            Part("dark", ((0.5, 0.0), (0.5, 0.86)), 0.05),
            Part("dark", _arc(0.6, 0.86, 0.1, 0.1, 180, 0), 0.05),
            Part("main", _CANOPY),
        ),
        (
            Part("dark", ((0.5, 0.0), (0.5, 0.86)), 0.05),
            Part("dark", _arc(0.6, 0.86, 0.1, 0.1, 180, 0), 0.05),
            Part("main", _CANOPY),
            Part(
                "shade",
                (
                    *_arc(0.5, 0.45, 0.25, 0.41, 180, 360),
                    *_arc(0.622, 0.5, 0.1225, 0.06, 0, -180),
                    *_arc(0.378, 0.5, 0.1225, 0.06, 0, -180),
                ),
            ),
        ),
    ),
    "boat": (
        (
            Part("wood", ((0.46, 0.04), (0.46, 0.7)), 0.05),
            Part("main", ((0.52, 0.04), (0.94, 0.58), (0.52, 0.58))),
            Part("main", ((0.4, 0.16), (0.4, 0.58), (0.1, 0.58))),
            _BOAT_HULL,
        ),
        (
            _box("main", 0.5, 0.14, 0.64, 0.42),
            _box("cream", 0.26, 0.4, 0.76, 0.68),
            *(_oval("dark", x, 0.53, 0.05) for x in (0.37, 0.51, 0.65)),
            Part("main", ((0.0, 0.62), (1.0, 0.62), (0.84, 0.95), (0.14, 0.95))),
        ),
    ),
    "cup": (
        (
            Part("main", _arc(0.68, 0.62, 0.24, 0.17, -90, 90), 0.08),
            Part("main", ((0.1, 0.36), (0.72, 0.36), (0.66, 0.96), (0.16, 0.96))),
            *(
                Part("dark", ((x, 0.28), (x + 0.05, 0.2), (x - 0.03, 0.12), (x + 0.02, 0.03)), 0.04)
                for x in (0.28, 0.5)
            ),
        ),
        (
            Part("dark", ((0.06, 0.9), (0.84, 0.9)), 0.07),
            Part("main", _arc(0.74, 0.52, 0.2, 0.15, -90, 90), 0.08),
            Part("main", ((0.08, 0.3), (0.82, 0.3), *_arc(0.45, 0.4, 0.37, 0.46, 0, 180))),
            _oval("shade", 0.45, 0.3, 0.37, 0.07),
        ),
    ),
    "key": (
        (
            _ring("main", 0.22, 0.5, 0.165, 0.11),
            Part("main", ((0.4, 0.5), (0.98, 0.5)), 0.11),
            _box("main", 0.84, 0.5, 0.97, 0.78),
            _box("main", 0.64, 0.5, 0.75, 0.7),
        ),
        (
            _ring("main", 0.5, 0.22, 0.165, 0.11),
            Part("main", ((0.5, 0.4), (0.5, 0.98)), 0.11),
            _box("main", 0.5, 0.84, 0.78, 0.97),
            _box("main", 0.5, 0.64, 0.7, 0.75),
        ),
    ),
    "bird": (
        (
            Part("dark", ((0.46, 0.74), (0.42, 0.98)), 0.04),
            Part("dark", ((0.58, 0.74), (0.56, 0.98)), 0.04),
            Part("main", ((0.3, 0.45), (0.0, 0.36), (0.06, 0.58), (0.3, 0.66))),
            Part("warm", ((0.86, 0.2), (1.0, 0.3), (0.84, 0.36))),
            _oval("main", 0.5, 0.56, 0.32, 0.23),
            _oval("main", 0.72, 0.28, 0.17, 0.18),
            _oval("shade", 0.42, 0.55, 0.2, 0.11, 15),
            _oval("ink", 0.77, 0.25, 0.035),
        ),
        (
            Part("warm", ((0.9, 0.5), (1.0, 0.58), (0.9, 0.63))),
            Part("main", ((0.3, 0.6), (0.0, 0.5), (0.02, 0.76))),
            Part("main", ((0.34, 0.58), (0.2, 0.06), (0.64, 0.55))),
            _oval("main", 0.5, 0.66, 0.32, 0.17),
            _oval("main", 0.8, 0.56, 0.14),
            Part("shade", ((0.42, 0.62), (0.5, 0.16), (0.66, 0.62))),
            _oval("ink", 0.84, 0.53, 0.03),
        ),
    ),
    "apple": (
        (
            Part("wood", ((0.5, 0.28), (0.54, 0.04)), 0.06),
            _oval("leaf", 0.7, 0.12, 0.16, 0.07, -25),
            _oval("main", 0.33, 0.58, 0.29, 0.36, 12),
            _oval("main", 0.67, 0.58, 0.29, 0.36, -12),
            _oval("main", 0.5, 0.62, 0.3, 0.3),
        ),
        (
            Part("wood", ((0.5, 0.32), (0.46, 0.02)), 0.06),
            _oval("leaf", 0.66, 0.12, 0.17, 0.08, -20),
            Part(
                "main",
                (
                    (0.5, 0.26),
                    *_arc(0.7, 0.5, 0.27, 0.28, -110, 30),
                    (0.84, 0.82),
                    (0.74, 0.94),
                    (0.63, 0.98),
                    (0.5, 0.94),
                    (0.37, 0.98),
                    (0.26, 0.94),
                    (0.16, 0.82),
                    *_arc(0.3, 0.5, 0.27, 0.28, 150, 290),
                ),
            ),
            _oval("shade", 0.24, 0.46, 0.05, 0.11, 20),
        ),
    ),
    "bicycle": (
        (
            _ring("main", 0.23, 0.66, 0.2, 0.06),
            _ring("main", 0.77, 0.66, 0.2, 0.06),
            Part("main", ((0.23, 0.66), (0.36, 0.36), (0.66, 0.36), (0.47, 0.66), (0.23, 0.66)), 0.05),
            Part("main", ((0.47, 0.66), (0.33, 0.28)), 0.05),
            Part("main", ((0.77, 0.66), (0.63, 0.22), (0.76, 0.18)), 0.05),
            Part("dark", ((0.24, 0.26), (0.42, 0.26)), 0.07),
        ),
    ),
    "mushroom": (
        (
            Part("cream", ((0.38, 0.5), (0.62, 0.5), (0.68, 0.96), (0.32, 0.96))),
            Part("main", (*_arc(0.5, 0.54, 0.49, 0.5, 180, 360), *_arc(0.5, 0.54, 0.49, 0.08, 0, 180))),
            _oval("paper", 0.5, 0.22, 0.1, 0.08),
            _oval("paper", 0.24, 0.42, 0.08, 0.07),
            _oval("paper", 0.74, 0.4, 0.09, 0.08),
        ),
        (
            Part("cream", (*_arc(0.5, 0.55, 0.13, 0.1, 180, 360), *_arc(0.5, 0.86, 0.22, 0.12, 0, 180))),
            Part("main", _arc(0.5, 0.56, 0.48, 0.54, 180, 360)),
        ),
    ),
    "balloon": (
        (
            Part("dark", ((0.5, 0.72), (0.55, 0.8), (0.45, 0.9), (0.5, 1.0)), 0.035),
            Part("main", ((0.5, 0.66), (0.58, 0.76), (0.42, 0.76))),
            _oval("main", 0.5, 0.36, 0.31, 0.36),
            _oval("shade", 0.37, 0.24, 0.05, 0.1, 25),
        ),
    ),
    "snowman": (
        (
            Part("wood", ((0.3, 0.5), (0.06, 0.36)), 0.04),
            Part("wood", ((0.7, 0.5), (0.94, 0.36)), 0.04),
            _oval("main", 0.5, 0.76, 0.29, 0.24),
            _oval("main", 0.5, 0.47, 0.22, 0.18),
            _oval("main", 0.5, 0.26, 0.17, 0.16),
            _box("dark", 0.36, 0.0, 0.64, 0.13),
            _box("dark", 0.28, 0.11, 0.72, 0.17),
            _oval("ink", 0.43, 0.24, 0.03),
            _oval("ink", 0.57, 0.24, 0.03),
            Part("warm", ((0.5, 0.27), (0.72, 0.31), (0.5, 0.33))),
            *(_oval("ink", 0.5, y, 0.03) for y in (0.44, 0.54, 0.7)),
        ),
        (
            _oval("main", 0.5, 0.68, 0.34, 0.31),
            _oval("main", 0.5, 0.26, 0.22, 0.2),
            Part("dark", _arc(0.5, 0.16, 0.24, 0.16, 180, 360)),
            _oval("ink", 0.42, 0.24, 0.035),
            _oval("ink", 0.58, 0.24, 0.035),
            Part("warm", ((0.48, 0.28), (0.74, 0.32), (0.48, 0.35))),
            Part("warm", ((0.3, 0.43), (0.7, 0.43)), 0.08),
            *(_oval("ink", 0.5, y, 0.035) for y in (0.58, 0.7, 0.82)),
        ),
    ),
    "cactus": (
        (
            Part("main", ((0.5, 0.12), (0.5, 0.74)), 0.2),
            _oval("main", 0.5, 0.11, 0.1),
            Part("main", ((0.5, 0.58), (0.18, 0.58), (0.18, 0.32)), 0.13),
            _oval("main", 0.18, 0.31, 0.065),
            Part("main", ((0.5, 0.46), (0.82, 0.46), (0.82, 0.2)), 0.13),
            _oval("main", 0.82, 0.19, 0.065),
            Part("wood", ((0.28, 0.7), (0.72, 0.7), (0.65, 1.0), (0.35, 1.0))),
        ),
        (
            _oval("main", 0.5, 0.44, 0.22, 0.42),
            _oval("main", 0.22, 0.42, 0.12, 0.18, -20),
            _oval("main", 0.78, 0.34, 0.12, 0.18, 20),
            *(Part("shade", ((x, 0.16), (x, 0.66)), 0.03) for x in (0.42, 0.58)),
            Part("wood", ((0.26, 0.72), (0.74, 0.72), (0.66, 1.0), (0.34, 1.0))),
        ),
    ),
    "lamp": (
        (
            Part("dark", ((0.5, 0.5), (0.5, 0.92)), 0.07),
            Part("main", ((0.3, 0.04), (0.7, 0.04), (0.94, 0.54), (0.06, 0.54))),
            Part("dark", _arc(0.5, 0.98, 0.26, 0.1, 180, 360)),
        ),
        (
            Part("main", ((0.24, 0.92), (0.18, 0.58), (0.6, 0.3)), 0.08),
            Part("main", ((0.5, 0.16), (0.72, 0.04), (1.0, 0.36), (0.62, 0.62))),
            Part("warm", ((0.66, 0.6), (0.97, 0.39), (0.96, 0.52), (0.78, 0.64))),
            _box("main", 0.02, 0.86, 0.46, 0.97),
        ),
    ),
    "book": (
        (
            _box("main", 0.12, 0.02, 0.88, 0.98),
            _box("paper", 0.16, 0.87, 0.88, 0.94),
            _box("shade", 0.12, 0.02, 0.24, 0.86),
            _box("paper", 0.36, 0.18, 0.78, 0.28),
            _box("paper", 0.42, 0.36, 0.72, 0.42),
        ),
        (
            Part("main", ((0.04, 0.24), (0.5, 0.34), (0.96, 0.24), (0.96, 0.84), (0.5, 0.94), (0.04, 0.84))),
            Part("paper", ((0.1, 0.14), (0.3, 0.14), (0.5, 0.24), (0.5, 0.36), (0.1, 0.28))),
            Part("paper", ((0.9, 0.14), (0.7, 0.14), (0.5, 0.24), (0.5, 0.36), (0.9, 0.28))),
            Part("ink", ((0.5, 0.24), (0.5, 0.94)), 0.03),
        ),
    ),
    "rocket": (
        (
            Part("warm", ((0.4, 0.8), (0.6, 0.8), (0.5, 1.0))),
            Part("shade", ((0.36, 0.5), (0.14, 0.84), (0.36, 0.8))),
            Part("shade", ((0.64, 0.5), (0.86, 0.84), (0.64, 0.8))),
            Part(
                "main",
                (
                    (0.5, 0.0),
                    (0.62, 0.14),
                    (0.68, 0.34),
                    (0.68, 0.6),
                    (0.62, 0.82),
                    (0.38, 0.82),
                    (0.32, 0.6),
                    (0.32, 0.34),
                    (0.38, 0.14),
                ),
            ),
            _oval("glass", 0.5, 0.36, 0.095),
        ),
        (
            Part("warm", ((0.38, 0.8), (0.62, 0.8), (0.58, 0.9), (0.5, 1.0), (0.42, 0.9))),
            Part("main", ((0.34, 0.56), (0.1, 0.74), (0.1, 0.9), (0.36, 0.8))),
            Part("main", ((0.66, 0.56), (0.9, 0.74), (0.9, 0.9), (0.64, 0.8))),
            _box("main", 0.34, 0.28, 0.66, 0.82),
            Part("shade", ((0.34, 0.28), (0.5, 0.0), (0.66, 0.28))),
            _oval("glass", 0.5, 0.42, 0.09),
        ),
    ),
    "butterfly": (
        (
            _oval("main", 0.25, 0.32, 0.27, 0.22, 35),
            _oval("main", 0.75, 0.32, 0.27, 0.22, -35),
            _oval("main", 0.3, 0.72, 0.21, 0.18, -35),
            _oval("main", 0.7, 0.72, 0.21, 0.18, 35),
            *(_oval("shade", x, 0.31, 0.09) for x in (0.22, 0.78)),
            Part("dark", ((0.49, 0.3), (0.34, 0.04)), 0.03),
            Part("dark", ((0.51, 0.3), (0.66, 0.04)), 0.03),
            _oval("dark", 0.5, 0.54, 0.055, 0.32),
        ),
        (
            Part("main", ((0.5, 0.46), (0.1, 0.06), (0.0, 0.3), (0.1, 0.52), (0.5, 0.58))),
            Part("main", ((0.5, 0.46), (0.9, 0.06), (1.0, 0.3), (0.9, 0.52), (0.5, 0.58))),
            Part("main", ((0.5, 0.5), (0.14, 0.6), (0.18, 0.86), (0.32, 0.96), (0.5, 0.64))),
            Part("main", ((0.5, 0.5), (0.86, 0.6), (0.82, 0.86), (0.68, 0.96), (0.5, 0.64))),
            Part("dark", ((0.49, 0.3), (0.38, 0.08)), 0.03),
            Part("dark", ((0.51, 0.3), (0.62, 0.08)), 0.03),
            _oval("dark", 0.5, 0.52, 0.05, 0.28),
        ),
    ),
}
"""The drawings of every icon of `tuning.pictures.names`, as ways to draw it."""

USUAL: dict[str, tuple[str, ...]] = {
    "tree": ("green",),
    "sun": ("yellow", "orange", "red"),
    "apple": ("red", "green", "yellow"),
    "cactus": ("green",),
    "snowman": ("white",),
    "mushroom": ("red", "brown", "orange"),
    "fish": ("orange", "blue", "gray"),
    "cat": ("orange", "black", "gray", "white", "brown"),
    "key": ("yellow", "gray"),
    "bird": ("blue", "yellow", "red"),
}
"""Colours that the things often have in drawings."""
