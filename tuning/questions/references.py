"""What a question about shapes is about, and the words that single one out ("the big red circle", 大的红色圆形)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from random import Random

from tuning.pictures.picture import Frame, Mark
from tuning.questions.domain import View
from tuning.words import COLOR_WORDS, EXTREME_AFTER, EXTREME_WORDS, PLURALS, SHAPE_WORDS, SIZE_WORDS, article

THINGS = (("shape", "shapes"), ("object", "objects"), ("figure", "figures"), ("thing", "things"), ("item", "items"))
THINGS_ZH = ("图形", "图形", "形状", "物体", "东西")

ASKED = {
    "color": "color",
    "shape": "name",
    "size": "size",
    "compare": "size",
    "same_color": "color",
    "same_shape": "name",
    "count_same_color": "color",
    "count_same_shape": "name",
}
"""Kind of question → what of a shape it is about, which must not be given away."""


@dataclass(frozen=True)
class Target:
    """What one question asks: `kind` decides which of the other fields mean something.

    `item` is the shape asked about, or the only one that fits; `color` and `shape` are the words in the question.
    """

    kind: str
    item: Mark | None = None
    other: Mark | None = None
    color: str | None = None
    shape: str | None = None
    extreme: str | None = None
    attribute: str | None = None
    relation: str | None = None
    spot: tuple[int, int] | None = None
    half: str | None = None


@dataclass(frozen=True)
class Scene:
    """The shapes of a picture as questions in one language see them: positions are in the unit square."""

    items: tuple[Mark, ...]
    frame: Frame
    colored: bool
    language: str

    @classmethod
    def of(cls, view: View) -> Scene:
        """What the picture shows."""
        picture = view.picture
        return cls(picture.marks(), picture.frame, picture.colored, view.language)

    def matching(self, color: str | None = None, shape: str | None = None) -> list[Mark]:
        """The shapes with this colour and this shape; None matches any."""
        return [m for m in self.items if color in (None, m.color) and shape in (None, m.name)]

    @cached_property
    def _keys(self) -> dict[Mark, list[tuple[str, ...]]]:
        known = ("size", "color", "name") if self.colored else ("size", "name")
        keys = [key for n in range(1, len(known) + 1) for key in combinations(known, n)]
        return {item: [key for key in keys if self._singles_out(item, key)] for item in self.items}

    def _singles_out(self, item: Mark, key: tuple[str, ...]) -> bool:
        return sum(all(getattr(m, name) == getattr(item, name) for name in key) for m in self.items) == 1

    def keys(self, item: Mark, kind: str) -> list[tuple[str, ...]]:
        """The sets of attributes that single the shape out without giving away what `kind` asks."""
        asked = ASKED.get(kind)
        return [key for key in self._keys[item] if asked not in key]

    def nameable(self, kind: str) -> list[Mark]:
        """The shapes that a question of this kind can be about."""
        return [item for item in self.items if self.keys(item, kind)]


def reference(scene: Scene, item: Mark, kind: str, rng: Random) -> str:
    """Words for the shape that fit nothing else in the picture; short ones more often."""
    keys = scene.keys(item, kind)
    key = keys[0] if rng.random() < 0.5 else rng.choice(keys)
    chinese = scene.language == "zh"
    size = rng.choice(SIZE_WORDS["en"][item.size or ""]) if "size" in key and not chinese else ""
    if "size" in key and chinese:
        size = SIZE_WORDS["zh"][item.size or ""][0]
    color = _usual(COLOR_WORDS[scene.language][item.color or ""], 0.85, rng) if "color" in key else ""
    noun = _usual(SHAPE_WORDS[scene.language][item.name], 0.7, rng) if "name" in key else ""
    if chinese:
        return chinese_phrase(size, color, noun or rng.choice((*THINGS_ZH, "那个")), rng)
    return " ".join(word for word in ("the", size, color, noun or rng.choice((*THINGS, ("one", "ones")))[0]) if word)


def extreme_reference(language: str, extreme: str, noun: str, rng: Random) -> str:
    """Words for the shape that stands out on a side or by its size; `noun` is a word for any shape."""
    word = _usual(EXTREME_WORDS[language][extreme], 0.5, rng)
    if language == "zh":
        return rng.choice((f"{word}的{noun}", f"{word}的{noun}", f"{word}的那个{noun}", f"{word}那个"))
    if rng.random() < 0.25:
        return f"the {noun} {rng.choice(EXTREME_AFTER[extreme])}"
    return f"the {word} {noun if rng.random() < 0.75 else 'one'}"


def _usual(words: tuple[str, ...], share: float, rng: Random) -> str:
    """The first word with that chance, else any."""
    return words[0] if rng.random() < share else rng.choice(words)


def chinese_phrase(size: str, color: str, noun: str, rng: Random) -> str:
    """大红色圆形, 大的红色圆形 or 红色的大圆形; 红色圆形 or 红色的圆形; 那个 always follows 的, and so does 中等."""
    of = "的" if noun == "那个" or rng.random() < 0.6 else ""
    if not size:
        return f"{color}{of}{noun}" if color else noun
    if not color:
        return f"{size}{'的' if of or size == '中等' else ''}{noun}"
    if noun == "那个" or size == "中等":
        return f"{size}的{color}{of}{noun}"
    return rng.choice((f"{size}的{color}{noun}", f"{color}的{size}{noun}", f"{size}{color}{noun}"))


def noun_phrases(scene: Scene, color: str, noun: str, thing: str, rng: Random) -> dict[str, str]:
    """`{a}`, `{noun}` and `{nouns}` for a group of a colour, a shape or both; "" for what does not matter."""
    if scene.language == "zh":
        return {"noun": chinese_phrase("", color, noun or thing, rng)}
    lead = color and color + " "
    single = lead + (noun or thing)
    return {"a": article(single), "noun": single, "nouns": lead + (PLURALS[noun] if noun else thing + "s")}
