"""What can be asked about shapes without dispute, and the answers to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import pairwise, permutations, product
from random import Random

from tuning.pictures.colors import COLORS
from tuning.pictures.names import SHAPES
from tuning.pictures.picture import SIZES, Frame, Mark
from tuning.pictures.shapes import RADII
from tuning.questions.references import ASKED, Scene, Target
from tuning.words import (
    COLOR_WORDS,
    NO,
    NOT_THE_SAME,
    PLACE_WORDS,
    SHAPE_WORDS,
    SIZE_WORDS,
    THE_SAME,
    THERE_IS,
    THERE_IS_NO,
    YES,
    article,
    number,
    so,
)

SIDES: dict[str, tuple[int, int]] = {"left": (0, 1), "right": (2, 1), "top": (1, 0), "bottom": (1, 2)}
"""The (column, row) of each side among the nine places."""

_EXTREME_MARGIN = 0.07
_RELATION_MARGIN = 0.09
_READING_MARGIN = 0.015
_HALF_MARGIN = 0.03
_NEAR_MARGIN, _NEAR_RATIO = 0.06, 1.25
_LOW, _MIDDLE, _HIGH = (0.0, 0.36), (0.43, 0.57), (0.64, 1.0)
_WIDE = ((0.0, 0.45), (0.34, 0.66), (0.55, 1.0))  # the same with all that anybody might count in
_NEEDS_COLOR = ("count_color", "count_both", "color", "extreme_color", "same_color", "count_same_color")


def choose(scene: Scene, category: str, rng: Random) -> Target | None:
    """Something to ask in this category, with balanced answers; None if the picture has nothing of the kind."""
    if not scene.colored and category in _NEEDS_COLOR:
        return None
    return _CHOOSERS[category](scene, category, rng)


def _count(scene: Scene, category: str, rng: Random) -> Target | None:
    color = shape = None
    present = rng.choice(scene.items) if scene.items and rng.random() < 0.75 else None
    if category in ("count_color", "count_both"):
        color = present.color if present else rng.choice(COLORS)
    if category in ("count_shape", "count_both"):
        shape = present.name if present and rng.random() < 0.85 else rng.choice(SHAPES)
    return _group(scene, category, color, shape)


def _group(scene: Scene, kind: str, color: str | None, shape: str | None) -> Target:
    found = scene.matching(color, shape)
    return Target(kind, item=found[0] if len(found) == 1 else None, color=color, shape=shape)


def _attribute(scene: Scene, category: str, rng: Random) -> Target | None:
    """The colour, shape, size or place of one shape."""
    items = scene.nameable(category)
    if category == "where":
        items = [item for item in items if place(item)]
    return Target(category, item=rng.choice(items)) if items else None


def _exists(scene: Scene, category: str, rng: Random) -> Target | None:
    wanted = rng.random() < 0.5
    kind = rng.choice(("color", "shape", "both", "both")) if scene.colored else "shape"
    options = [
        (color, shape)
        for color in (COLORS if kind != "shape" else (None,))
        for shape in (SHAPES if kind != "color" else (None,))
        if bool(scene.matching(color, shape)) == wanted
    ]
    if not options:
        return None
    near = [(c, s) for c, s in options if any(item.color == c or item.name == s for item in scene.items)]
    return _group(scene, category, *rng.choice(near if near and rng.random() < 0.5 else options))


def extremes(scene: Scene) -> dict[str, Mark]:
    """The shapes that stand out on a side by a clear margin, or by their size."""
    found: dict[str, Mark] = {}
    if len(scene.items) < 2:
        return found
    for side in SIDES:
        first, second, *_ = sorted(scene.items, key=lambda m: _position(m, side))
        foremost = min(scene.items, key=lambda m: _edge(scene, m, side))
        if first == foremost and _position(second, side) - _position(first, side) > _EXTREME_MARGIN:
            found[side] = first
    ranked = sorted(scene.items, key=_rank)
    if _rank(ranked[-1]) > _rank(ranked[-2]):
        found["big"] = ranked[-1]
    if _rank(ranked[0]) < _rank(ranked[1]):
        found["small"] = ranked[0]
    return found


def _rank(item: Mark) -> int:
    return SIZES.index(item.size or "")


def _position(item: Mark, side: str) -> float:
    """How far the shape is from that side of the picture."""
    return {"left": item.x, "right": 1 - item.x, "top": item.y, "bottom": 1 - item.y}[side]


def _edge(scene: Scene, item: Mark, side: str) -> float:
    """How far the nearest edge of the shape is from that side, about."""
    length = scene.frame.width if side in ("left", "right") else scene.frame.height
    return _position(item, side) - _radius(item) / length


def _radius(item: Mark) -> float:
    return RADII[item.size or ""][0]


def _extreme(scene: Scene, category: str, rng: Random) -> Target | None:
    found = extremes(scene)
    if not found:
        return None
    side = rng.choice(sorted(found))
    return Target(category, item=found[side], extreme=side, attribute=category.removeprefix("extreme_"))


def _relation(scene: Scene, category: str, rng: Random) -> Target | None:
    options = [
        (one, other, side)
        for (one, other), side in product(permutations(scene.nameable(category), 2), SIDES)
        if abs(_position(one, side) - _position(other, side)) > _RELATION_MARGIN
    ]
    return _pair(category, options, rng)


def _half(scene: Scene, category: str, rng: Random) -> Target | None:
    """Whether a shape that is clearly off the middle line lies on one side of it."""
    side = rng.choice(sorted(SIDES))
    items = [item for item in scene.nameable(category) if abs(_position(item, side) - 0.5) > _HALF_MARGIN]
    return Target(category, item=rng.choice(items), half=side) if items else None


def _pair(category: str, options: list[tuple[Mark, Mark, str]], rng: Random) -> Target | None:
    """Any of the (one, other, relation); the answers balance as each pair is there both ways round."""
    if not options:
        return None
    one, other, relation = rng.choice(options)
    return Target(category, item=one, other=other, relation=relation)


def _compare(scene: Scene, category: str, rng: Random) -> Target | None:
    pairs = permutations(scene.nameable(category), 2)
    return _pair(category, [(a, b, r) for a, b in pairs if a.size != b.size for r in ("big", "small")], rng)


def _same(scene: Scene, category: str, rng: Random) -> Target | None:
    wanted = rng.random() < 0.57  # more often than not, as fewer pictures have two alike
    pairs = permutations(scene.nameable(category), 2)
    return _pair(category, [(a, b, "same") for a, b in pairs if _alike(a, b, category) == wanted], rng)


def _alike(one: Mark, other: Mark, category: str) -> bool:
    return one.color == other.color if category == "same_color" else one.name == other.name


def _neighbour(scene: Scene, category: str, rng: Random) -> Target | None:
    """`item` is what the question names, `other` what lies nearest to it or farthest from it."""
    options = []
    relation = category.removesuffix("_shape")
    for item in scene.nameable(category):
        other = _outlier(scene, item, relation)
        if other:
            options.append((item, other, relation))
    return _pair(category, options, rng)


def _outlier(scene: Scene, item: Mark, relation: str) -> Mark | None:
    """The nearest or farthest other shape; None unless it is so by far, in the picture and in the unit square."""
    sign = -1 if relation == "farthest" else 1
    others = [m for m in scene.items if m != item]
    if len(others) < 2:
        return None
    found = {min(others, key=lambda m: sign * (_distance(item, m, scene.frame) - _radius(m)))}  # as the edges lie
    for frame in (scene.frame, Frame()):
        first, second, *_ = sorted(others, key=lambda m: sign * _distance(item, m, frame))
        low, high = sorted((_distance(item, first, frame), _distance(item, second, frame)))
        if high - low < _NEAR_MARGIN or high < low * _NEAR_RATIO:
            return None
        found.add(first)
    return found.pop() if len(found) == 1 else None


def _distance(one: Mark, other: Mark, frame: Frame) -> float:
    return math.hypot((one.x - other.x) * frame.width, (one.y - other.y) * frame.height)


def spots(scene: Scene) -> dict[tuple[int, int], Mark]:
    """The places, of nine, that one shape alone is in; a place at a side is the whole side."""
    found = {}
    for item in scene.items:
        spot = place(item)
        if spot and sum(_touches(m, spot) for m in scene.items) == 1:
            found[spot] = item
    return found


def _touches(item: Mark, spot: tuple[int, int]) -> bool:
    """Whether someone might look for the shape there: nearly in the corner or in the centre, or on the side at all."""
    column, row = (_WIDE[n][0] <= value <= _WIDE[n][1] for n, value in zip(spot, (item.x, item.y), strict=True))
    if spot == (1, 1) or 1 not in spot:
        return column and row
    return row if spot[0] == 1 else column


def _spot(scene: Scene, category: str, rng: Random) -> Target | None:
    found = spots(scene)
    if not found:
        return None
    spot = rng.choice(sorted(found))
    return Target(category, item=found[spot], spot=spot)


def _describe(scene: Scene, category: str, rng: Random) -> Target | None:
    xs = sorted(item.x for item in scene.items)
    return None if any(b - a < _READING_MARGIN for a, b in pairwise(xs)) else Target(category)


_CHOOSERS: dict[str, Callable[[Scene, str, Random], Target | None]] = {
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
    "same_color": _same,
    "same_shape": _same,
    "nearest": _neighbour,
    "farthest": _neighbour,
    "nearest_shape": _neighbour,
    "farthest_shape": _neighbour,
    "half": _half,
    "count_same_color": _attribute,
    "count_same_shape": _attribute,
    "shape_at": _spot,
    "describe": _describe,
}


def follow_ups(scene: Scene, before: Target, rng: Random) -> list[tuple[str, Target]]:
    """The follow-ups that are clear after `before`: the wording to use and what it asks."""
    kind = before.kind
    options = _other_groups(scene, before, rng)
    if kind in ("color", "shape", "size", "where"):
        options += _other_shapes(scene, before)
    if before.extreme:
        for side, item in extremes(scene).items():
            if side != before.extreme:
                target = Target(kind, item, extreme=side, attribute=before.attribute, spot=SIDES.get(side))
                options += [("other_extreme", target), *([("other_spot", target)] if target.spot else [])]
    if kind == "shape_at":
        options += [("other_spot", Target(kind, m, spot=s)) for s, m in spots(scene).items() if s != before.spot]
    return options + _it(scene, before)


def _other_groups(scene: Scene, before: Target, rng: Random) -> list[tuple[str, Target]]:
    """Another group counted or looked for, or a part of the group just counted."""
    options = []
    kind = before.kind
    if kind in ("count_color", "count_both"):
        color = rng.choice([c for c in COLORS if c != before.color])
        options.append(("other_color", _group(scene, kind, color, before.shape)))
    if kind == "count_shape":
        shape = rng.choice([s for s in SHAPES if s != before.shape])
        options.append(("other_shape", _group(scene, kind, None, shape)))
    if kind in ("count_all", "count_shape") and scene.colored and len(scene.matching(None, before.shape)) > 1:
        color = rng.choice([*(m.color for m in scene.items if m.color), rng.choice(COLORS)])
        part = "count_both" if before.shape else "count_color"
        options.append(("of_them", _group(scene, part, color, before.shape)))
    if kind == "exists":
        asked = _exists(scene, kind, rng)
        if asked and (asked.color, asked.shape) != (before.color, before.shape):
            options.append(("other_exists", asked))
    return options


def _other_shapes(scene: Scene, before: Target) -> list[tuple[str, Target]]:
    """The same question about another one that its colour, or its shape, names alone."""
    options = []
    for item in scene.items:
        if item == before.item or (before.kind == "where" and not place(item)):
            continue
        if scene.colored and before.kind != "color" and len(scene.matching(color=item.color)) == 1:
            options.append(("other_color", Target(before.kind, item=item, color=item.color)))
        if before.kind != "shape" and len(scene.matching(shape=item.name)) == 1:
            options.append(("other_shape", Target(before.kind, item=item, shape=item.name)))
    return options


def _it(scene: Scene, before: Target) -> list[tuple[str, Target]]:
    """What has not been said yet of the only shape that the question before, or its answer, was about."""
    known = {before.color and "color", before.shape and "shape", before.kind, before.attribute}
    item = before.item
    if before.kind in ("nearest_shape", "farthest_shape", "count_same_color", "count_same_shape", "half"):
        return []
    if before.kind in ("nearest", "farthest", "shape_at"):
        item = before.other or item
        known |= {"color", "shape", "where"} if before.kind == "shape_at" else {"color", "shape"}
    elif before.other:
        return []
    if item is None:
        return []
    asked = [a for a in ("color", "shape", "size", "where") if a not in known and (a != "color" or scene.colored)]
    return [(f"it_{a}", Target(f"it_{a}", item=item, attribute=a)) for a in asked if a != "where" or place(item)]


def place(item: Mark) -> tuple[int, int] | None:
    """The (column, row) of the shape among nine places; None where two names would do."""
    bands = [
        next((n for n, (low, high) in enumerate((_LOW, _MIDDLE, _HIGH)) if low <= value <= high), None)
        for value in (item.x, item.y)
    ]
    return None if bands[0] is None or bands[1] is None else (bands[0], bands[1])


def accepted(scene: Scene, target: Target) -> tuple[str, ...]:
    """The answers that count as right, the canonical one first. Raises: ValueError if `target` lacks what it needs."""
    language, item = scene.language, target.item
    if target.kind in ("count_same_color", "count_same_shape") and item:
        kind = target.kind.removeprefix("count_")
        alike = [other for other in scene.items if _alike(item, other, kind)]
        return so(_words(item, ASKED[kind], language)[0], number(len(alike), language), language)
    if target.kind.startswith("count"):
        return number(len(scene.matching(target.color, target.shape)), language)
    if target.kind == "exists":
        return (THERE_IS if scene.matching(target.color, target.shape) else THERE_IS_NO)[language]
    if target.kind == "describe":
        return (describe(scene),)
    if item is None:
        raise ValueError(f"A question of the kind {target.kind} needs a shape.")
    if target.kind == "shape_at":
        return _names(scene, item)
    if target.half:
        return (YES if _position(item, target.half) < 0.5 else NO)[language]
    if target.other and target.relation:
        return _about_two(scene, target.kind, item, target.other, target.relation)
    attribute = target.attribute or target.kind
    if attribute == "where":
        where = place(item)
        if where is None:
            raise ValueError(f"The place of {item} has no clear name.")
        return PLACE_WORDS[language][where]
    return _words(item, ASKED[attribute], language)


def _words(item: Mark, attribute: str, language: str) -> tuple[str, ...]:
    """Words for the shape's "color", "name" or "size"."""
    table = {"color": COLOR_WORDS, "name": SHAPE_WORDS, "size": SIZE_WORDS}[attribute]
    return table[language][getattr(item, attribute)]


def clues(scene: Scene, target: Target) -> dict[str, str]:
    """What has to be found out about the shapes named as `{the}` and `{other}`, unless only the answer itself."""
    language, side = scene.language, target.half or target.relation
    told: dict[str, str] = {}
    for slot, item in (("the", target.item), ("other", target.other)):
        if item is None:
            continue
        if side in SIDES:
            level = side in ("left", "right")
            third = min(2, int(3 * (item.x if level else item.y)))
            told[slot] = PLACE_WORDS[language][(third, 1) if level else (1, third)][0]
        elif target.kind in ASKED:
            told[slot] = _words(item, ASKED[target.kind], language)[0]
    return told


def _about_two(scene: Scene, kind: str, one: Mark, other: Mark, relation: str) -> tuple[str, ...]:
    if kind in ("nearest", "farthest"):
        return _names(scene, other)
    if kind in ("nearest_shape", "farthest_shape"):
        return SHAPE_WORDS[scene.language][other.name]
    language = scene.language
    if relation in SIDES:
        return (YES if _position(one, relation) < _position(other, relation) else NO)[language]
    if kind in ("same_color", "same_shape"):
        answers = (THE_SAME if _alike(one, other, kind) else NOT_THE_SAME)[language]
    else:
        answers = (YES if (_rank(one) > _rank(other)) == (relation == "big") else NO)[language]
    seen = [_words(item, ASKED[kind], language)[0] for item in (one, other)]
    return so({"en": " and ", "zh": "和"}[language].join(seen), answers, language)


def _names(scene: Scene, item: Mark) -> tuple[str, ...]:
    """The shape by colour and form; in a grey picture by form alone."""
    shapes = SHAPE_WORDS[scene.language][item.name]
    colors = COLOR_WORDS[scene.language][item.color or ""] if scene.colored else ()
    if not colors:
        return shapes
    if scene.language == "en":
        return tuple(f"{color} {shape}" for shape in shapes for color in colors)
    full = [color for color in colors if color.endswith("色")]
    return tuple(f"{color}{of}{shape}" for of in ("", "的") for shape in shapes for color in full)


def describe(scene: Scene) -> str:
    """A sentence that names every shape from left to right; without colours if the picture is grey."""
    parts = [_full_name(scene, item) for item in sorted(scene.items, key=lambda item: item.x)]
    if scene.language == "zh":
        if not parts:
            return "图中没有图形。"
        return f"图中有{len(parts)}个图形：{_list(parts, '、', '和')}。"
    if not parts:
        return "There are no shapes."
    opening = "There is 1 shape" if len(parts) == 1 else f"There are {len(parts)} shapes"
    return f"{opening}: {_list(parts, ', ', ' and ')}."


def _full_name(scene: Scene, item: Mark) -> str:
    """A big red circle, 一个大的红色圆形."""
    language = scene.language
    color = [COLOR_WORDS[language][item.color or ""][0]] if scene.colored else []
    words = [SIZE_WORDS[language][item.size or ""][0], *color, SHAPE_WORDS[language][item.name][0]]
    if language == "en":
        return article(" ".join(words))
    return f"一个{words[0]}的{''.join(words[1:])}"


def _list(parts: Iterable[str], comma: str, last: str) -> str:
    *others, final = parts
    return comma.join(others) + last + final if others else final
