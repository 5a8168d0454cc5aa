"""What can be asked about a picture without dispute, and the answers to it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from random import Random

from tuning.references import Picture, Target
from tuning.scenes import COLORS, SHAPES, Shape
from tuning.words import (
    COLOR_WORDS,
    NO,
    PLACE_WORDS,
    SHAPE_WORDS,
    SIZE_WORDS,
    THERE_IS,
    THERE_IS_NO,
    YES,
    article,
    number,
)

_SIDES = ("left", "right", "top", "bottom")
_EXTREME_MARGIN = 0.07
_RELATION_MARGIN = 0.09
_READING_MARGIN = 0.025
_LOW, _MIDDLE, _HIGH = (0.0, 0.36), (0.43, 0.57), (0.64, 1.0)


def choose(picture: Picture, category: str, rng: Random) -> Target | None:
    """Something to ask in this category, with balanced answers; None if the picture has nothing of the kind."""
    return _CHOOSERS[category](picture, category, rng)


def _count(picture: Picture, category: str, rng: Random) -> Target | None:
    color = shape = None
    present = rng.choice(picture.shapes) if picture.shapes and rng.random() < 0.72 else None
    if category in ("count_color", "count_both"):
        color = present.color if present else rng.choice(COLORS)
    if category in ("count_shape", "count_both"):
        shape = present.shape if present and rng.random() < 0.85 else rng.choice(SHAPES)
    found = picture.matching(color, shape)
    return Target(category, item=found[0] if len(found) == 1 else None, color=color, shape=shape)


def _attribute(picture: Picture, category: str, rng: Random) -> Target | None:
    """A colour, shape, size or place of one object; `color` and `shape` are set if one of them alone names it."""
    items = picture.nameable(category)
    if category == "where":
        items = [item for item in items if place(item)]
    if not items:
        return None
    return Target(category, item=rng.choice(items))


def _exists(picture: Picture, category: str, rng: Random) -> Target | None:
    wanted = rng.random() < 0.5
    kind = rng.choice(("color", "shape", "both", "both"))
    options = [
        (color, shape)
        for color in (COLORS if kind != "shape" else (None,))
        for shape in (SHAPES if kind != "color" else (None,))
        if bool(picture.matching(color, shape)) == wanted
    ]
    if not options:
        return None
    near = [(c, s) for c, s in options if any(item.color == c or item.shape == s for item in picture.shapes)]
    color, shape = rng.choice(near if near and rng.random() < 0.5 else options)
    found = picture.matching(color, shape)
    return Target("exists", item=found[0] if len(found) == 1 else None, color=color, shape=shape)


def _extremes(picture: Picture) -> dict[str, Shape]:
    """The objects that stand out on a side by a clear margin, or by their size."""
    found: dict[str, Shape] = {}
    if len(picture.shapes) < 2:
        return found
    for side in _SIDES:
        ranked = sorted(picture.shapes, key=lambda s: _position(s, side))
        if _position(ranked[1], side) - _position(ranked[0], side) > _EXTREME_MARGIN:
            found[side] = ranked[0]
    for size in ("big", "small"):
        sized = [s for s in picture.shapes if s.size == size]
        if len(sized) == 1:
            found[size] = sized[0]
    return found


def _position(item: Shape, side: str) -> float:
    """How far the object is from that side of the picture."""
    return {"left": item.x, "right": 1 - item.x, "top": item.y, "bottom": 1 - item.y}[side]


def _extreme(picture: Picture, category: str, rng: Random) -> Target | None:
    found = _extremes(picture)
    if not found:
        return None
    side = rng.choice(sorted(found))
    return Target(category, item=found[side], extreme=side, attribute=category.removeprefix("extreme_"))


def _relation(picture: Picture, category: str, rng: Random) -> Target | None:
    items = picture.nameable(category)
    if len(items) < 2:
        return None
    one, other = rng.sample(items, 2)
    relation = rng.choice(_SIDES)
    if abs(_position(one, relation) - _position(other, relation)) < _RELATION_MARGIN:
        return None
    return Target(category, item=one, other=other, relation=relation)


def _compare(picture: Picture, category: str, rng: Random) -> Target | None:
    items = picture.nameable(category)
    pairs = [(a, b) for a in items for b in items if a.size != b.size]
    if not pairs:
        return None
    one, other = rng.choice(pairs)
    return Target(category, item=one, other=other, relation=rng.choice(("big", "small")))


def _describe(picture: Picture, category: str, rng: Random) -> Target | None:
    xs = sorted(item.x for item in picture.shapes)
    if any(b - a < _READING_MARGIN for a, b in pairwise(xs)):
        return None
    return Target(category)


_CHOOSERS: dict[str, Callable[[Picture, str, Random], Target | None]] = {
    "count_all": _count,
    "count_color": _count,
    "count_shape": _count,
    "count_both": _count,
    "color": _attribute,
    "shape": _attribute,
    "size": _attribute,
    "where": _attribute,
    "exists": _exists,
    "extreme_color": _extreme,
    "extreme_shape": _extreme,
    "relation": _relation,
    "compare": _compare,
    "describe": _describe,
}


def follow_ups(picture: Picture, before: Target, rng: Random) -> list[tuple[str, Target]]:
    """The follow-ups that are clear after `before`: the wording to use and what it asks."""
    options: list[tuple[str, Target]] = []
    kind, item = before.kind, before.item
    if kind in ("count_color", "count_both"):
        color = rng.choice([c for c in COLORS if c != before.color])
        options.append(("other_color", _counted(picture, kind, color, before.shape)))
    if kind == "count_shape":
        shape = rng.choice([s for s in SHAPES if s != before.shape])
        options.append(("other_shape", _counted(picture, kind, None, shape)))
    if kind == "exists":
        asked = _exists(picture, kind, rng)
        if asked and (asked.color, asked.shape) != (before.color, before.shape):
            options.append(("other_exists", asked))
    if kind in ("color", "shape", "size", "where"):
        options += _other_objects(picture, before)
    if before.extreme:
        others = [side for side in _extremes(picture) if side != before.extreme]
        for side in others:
            found = _extremes(picture)[side]
            options.append(("other_extreme", Target(kind, found, extreme=side, attribute=before.attribute)))
    if item and kind not in ("relation", "compare"):
        known = {before.color and "color", before.shape and "shape", kind, before.attribute}
        for attribute in ("color", "shape", "size", "where"):
            if attribute not in known and (attribute != "where" or place(item)):
                options.append((f"it_{attribute}", Target(f"it_{attribute}", item=item, attribute=attribute)))
    return options


def _counted(picture: Picture, kind: str, color: str | None, shape: str | None) -> Target:
    found = picture.matching(color, shape)
    return Target(kind, item=found[0] if len(found) == 1 else None, color=color, shape=shape)


def _other_objects(picture: Picture, before: Target) -> list[tuple[str, Target]]:
    """The same question about another object that its colour, or its shape, names alone."""
    options = []
    for item in picture.shapes:
        if item == before.item or (before.kind == "where" and not place(item)):
            continue
        if before.kind != "color" and len(picture.matching(color=item.color)) == 1:
            options.append(("other_color", Target(before.kind, item=item, color=item.color)))
        if before.kind != "shape" and len(picture.matching(shape=item.shape)) == 1:
            options.append(("other_shape", Target(before.kind, item=item, shape=item.shape)))
    return options


def place(item: Shape) -> tuple[int, int] | None:
    """The (column, row) of the object among nine places; None where two names would do."""
    bands = [
        next((n for n, (low, high) in enumerate((_LOW, _MIDDLE, _HIGH)) if low <= value <= high), None)
        for value in (item.x, item.y)
    ]
    return None if bands[0] is None or bands[1] is None else (bands[0], bands[1])


def accepted(picture: Picture, target: Target) -> tuple[str, ...]:
    """The answers that count as right, the canonical one first."""
    language, item = picture.language, target.item
    if target.kind.startswith("count"):
        return number(len(picture.matching(target.color, target.shape)), language)
    if target.kind == "exists":
        found = picture.matching(target.color, target.shape)
        return (THERE_IS if found else THERE_IS_NO)[language]
    if target.kind == "describe":
        return (describe(picture),)
    if item is None:
        raise ValueError(f"A question of the kind {target.kind} needs an object.")
    if target.other and target.relation:
        return (YES if _holds(item, target.other, target.relation) else NO)[language]
    attribute = target.attribute or target.kind
    if attribute == "where":
        where = place(item)
        if where is None:
            raise ValueError(f"The place of {item} has no clear name.")
        return PLACE_WORDS[language][where]
    words = {"color": COLOR_WORDS, "shape": SHAPE_WORDS, "size": SIZE_WORDS}[attribute][language]
    return words[getattr(item, attribute)]


def _holds(one: Shape, other: Shape, relation: str) -> bool:
    if relation in _SIDES:
        return _position(one, relation) < _position(other, relation)
    return one.size == relation and other.size != relation


def describe(picture: Picture) -> str:
    """A sentence that names every object from left to right."""
    items = sorted(picture.shapes, key=lambda item: item.x)
    colors, shapes, sizes = (table[picture.language] for table in (COLOR_WORDS, SHAPE_WORDS, SIZE_WORDS))
    names = [(sizes[item.size][0], colors[item.color][0], shapes[item.shape][0]) for item in items]
    if picture.language == "zh":
        if not names:
            return "图中没有图形。"
        parts = ["一个" + "".join(name) for name in names]
        return f"图中有{len(parts)}个图形：{_list(parts, '、', '和')}。"
    if not names:
        return "There are no shapes."
    parts = [article(" ".join(name)) for name in names]
    opening = "There is 1 shape" if len(parts) == 1 else f"There are {len(parts)} shapes"
    return f"{opening}: {_list(parts, ', ', ' and ')}."


def _list(parts: list[str], comma: str, last: str) -> str:
    return parts[0] if len(parts) == 1 else comma.join(parts[:-1]) + last + parts[-1]
