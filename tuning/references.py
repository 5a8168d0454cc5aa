"""What a question is about, and the words that single one object out ("the big red circle", 大的红色圆形)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from random import Random

from tuning.scenes import Scene, Shape
from tuning.words import COLOR_WORDS, PLURALS, SHAPE_WORDS, SIZE_WORDS, article

_ATTRIBUTES = ("size", "color", "shape")
_ASKED = {"color": "color", "shape": "shape", "size": "size", "compare": "size"}


@dataclass(frozen=True)
class Target:
    """What one question asks: `kind` decides which of the other fields mean something.

    `item` is the object asked about, or the only one that fits; `color` and `shape` are the words in the question.
    """

    kind: str
    item: Shape | None = None
    other: Shape | None = None
    color: str | None = None
    shape: str | None = None
    extreme: str | None = None
    attribute: str | None = None
    relation: str | None = None


@dataclass(frozen=True)
class Picture:
    """A scene as questions in one language see it."""

    scene: Scene
    language: str

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The objects of the scene."""
        return self.scene.shapes

    def matching(self, color: str | None = None, shape: str | None = None) -> list[Shape]:
        """The objects with this colour and this shape; None matches any."""
        return [s for s in self.shapes if color in (None, s.color) and shape in (None, s.shape)]

    @cached_property
    def _keys(self) -> dict[Shape, tuple[tuple[str, ...], ...]]:
        found = {}
        for item in self.shapes:
            keys = [key for n in (1, 2, 3) for key in combinations(_ATTRIBUTES, n) if self._singles_out(item, key)]
            found[item] = tuple(key for key in keys if key != ("size",))
        return found

    def _singles_out(self, item: Shape, key: tuple[str, ...]) -> bool:
        return sum(all(getattr(s, name) == getattr(item, name) for name in key) for s in self.shapes) == 1

    def keys(self, item: Shape, kind: str) -> list[tuple[str, ...]]:
        """The sets of attributes that single the object out without giving away what `kind` asks."""
        asked = _ASKED.get(kind)
        return [key for key in self._keys[item] if asked not in key]

    def nameable(self, kind: str) -> list[Shape]:
        """The objects that a question of this kind can be about."""
        return [item for item in self.shapes if self.keys(item, kind)]


def reference(picture: Picture, item: Shape, kind: str, rng: Random) -> str:
    """Words for the object that fit nothing else in the picture; short ones more often."""
    keys = picture.keys(item, kind)
    key = keys[0] if rng.random() < 0.5 else rng.choice(keys)
    language = picture.language
    size = rng.choice(SIZE_WORDS["en"][item.size]) if language == "en" else SIZE_WORDS["zh"][item.size][0]
    color = COLOR_WORDS[language][item.color][0]
    words = SHAPE_WORDS[language][item.shape]
    noun = words[0] if rng.random() < 0.7 else rng.choice(words)
    if language == "en":
        if "shape" not in key:
            noun = rng.choice(("shape", "shape", "one", "object", "figure", "thing"))
        return " ".join(["the", *([size] if "size" in key else []), *([color] if "color" in key else []), noun])
    if "shape" not in key:
        noun = rng.choice(("图形", "图形", "物体", "东西", "那个"))
    return _chinese_phrase(size if "size" in key else "", color if "color" in key else "", noun, rng)


def _chinese_phrase(size: str, color: str, noun: str, rng: Random) -> str:
    """大红色圆形, 大的红色圆形 or 红色的大圆形; 红色圆形 or 红色的圆形; 那个 always follows 的."""
    if noun == "那个":
        return (color and f"{size}{color}的那个") or f"{size}的那个"
    if size and color:
        return rng.choice((f"{size}的{color}{noun}", f"{color}的{size}{noun}", f"{size}{color}{noun}"))
    if color:
        return f"{color}{'的' if rng.random() < 0.6 else ''}{noun}"
    if size:
        return f"{size}{'的' if rng.random() < 0.4 else ''}{noun}"
    return noun


def noun_slots(picture: Picture, target: Target, slots: dict[str, str], rng: Random) -> dict[str, str]:
    """`{a}`, `{noun}` and `{nouns}` for a question whether there is something of a colour, a shape or both."""
    if picture.language == "zh":
        noun = slots.get("shape", slots["thing"])
        return {"noun": _chinese_phrase("", slots.get("color", ""), noun, rng)}
    noun = slots.get("shape", slots["thing"])
    plural = PLURALS.get(noun, slots["things"])
    color = slots["color"] + " " if target.color else ""
    return {"a": article(color + noun), "noun": color + noun, "nouns": color + plural}
