"""Questions about a scene with their true answers, in English and Chinese, alone or as a conversation.

`rounds` makes a conversation of any length about one picture; a follow-up ("And the blue one?") is only made where
the rounds before it decide what it means, and no question is made whose answer a viewer could dispute.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

from tuning import answers
from tuning.phrasings import ENGLISH, HERE, IN, THINGS, THINGS_ZH
from tuning.phrasings_zh import CHINESE
from tuning.references import Picture, Target, noun_slots, reference
from tuning.sample import Conversation, Round
from tuning.scenes import Scene
from tuning.surface import vary
from tuning.words import COLOR_WORDS, EXTREME_WORDS, PLURALS, RELATION_WORDS, SHAPE_WORDS

PHRASINGS = {"en": ENGLISH, "zh": CHINESE}
CATEGORIES: dict[str, float] = {
    "count_all": 1.5,
    "count_color": 1.5,
    "count_shape": 1.5,
    "count_both": 0.5,
    "color": 2.0,
    "shape": 2.0,
    "size": 0.8,
    "where": 1.5,
    "exists": 1.5,
    "extreme_color": 0.4,
    "extreme_shape": 0.4,
    "relation": 0.3,
    "compare": 0.2,
    "describe": 1.5,
}
"""Every kind of first question, with its share of the training rounds."""

FOLLOW_UPS = (
    "other_color",
    "other_shape",
    "other_extreme",
    "other_exists",
    "it_color",
    "it_shape",
    "it_size",
    "it_where",
)


def question(picture: Picture, category: str, split: str, rng: Random) -> tuple[Round, Target] | None:
    """A first question of the category, and what it was about; None if the picture does not allow one."""
    target = answers.choose(picture, category, rng)
    return None if target is None else _round(picture, category, category, target, split, rng)


def follow_up(picture: Picture, before: Target, split: str, rng: Random) -> tuple[Round, Target] | None:
    """A question that only makes sense after the one about `before`; None if there is no such question."""
    options = answers.follow_ups(picture, before, rng)
    if not options:
        return None
    kind, target = rng.choice(options)
    return _round(picture, kind, "follow_up", target, split, rng)


def _round(
    picture: Picture, wording: str, category: str, target: Target, split: str, rng: Random
) -> tuple[Round, Target]:
    template = rng.choice(PHRASINGS[picture.language][wording].of(split))
    text = template.format_map(_slots(picture, target, split, rng))
    text = text[0].upper() + text[1:]
    if split == "train":
        text = vary(text, picture.language, rng)
    return Round(text, answers.accepted(picture, target), category), target


def _slots(picture: Picture, target: Target, split: str, rng: Random) -> Mapping[str, str]:
    """Words for every slot of a template (see `tuning.phrasings`), synonyms chosen at random."""
    language = picture.language
    slots: dict[str, str] = {}
    if language == "en":
        slots["thing"], slots["things"] = rng.choice(THINGS) if rng.random() < 0.5 else THINGS[0]
        slots["here"] = rng.choice(HERE)
        slots["one"] = "ones" if target.kind.startswith("count") else rng.choice(("one", slots["thing"]))
    else:
        slots["thing"] = slots["things"] = rng.choice(THINGS_ZH)
        opening = rng.choice(IN if split == "train" else IN[2:])
        slots["in"], slots["of"] = opening, opening and opening + "的"
    if target.color:
        words = COLOR_WORDS[language][target.color]
        slots["color"] = words[0] if rng.random() < 0.8 else rng.choice(words)
    if target.shape:
        words = SHAPE_WORDS[language][target.shape]
        slots["shape"] = words[0] if rng.random() < 0.7 else rng.choice(words)
        slots["shapes"] = PLURALS[slots["shape"]] if language == "en" else slots["shape"]
        slots["group"] = slots["shapes" if target.kind.startswith("count") else "shape"]
    if target.extreme:
        words = EXTREME_WORDS[language][target.extreme]
        slots["extreme"] = words[0] if rng.random() < 0.6 else rng.choice(words)
    if target.kind == "exists":
        slots |= noun_slots(picture, target, slots, rng)
    if target.item and target.kind in ("color", "shape", "size", "where", "relation", "compare"):
        slots["the"] = reference(picture, target.item, target.kind, rng)
    if target.other and target.relation:
        slots["other"] = reference(picture, target.other, target.kind, rng)
        words = RELATION_WORDS[language][target.relation]
        slots["relation"] = rng.choice(words).format(b=slots["other"])
    return slots


def rounds(
    scene: Scene,
    language: str,
    rng: Random,
    count: int,
    split: str = "train",
    weights: Mapping[str, float] = CATEGORIES,
    follow_up_share: float = 0.2,
) -> list[Round]:
    """Up to `count` rounds about the scene, no two alike, one in `follow_up_share` leaning on the one before it."""
    picture = Picture(scene, language)
    made: list[Round] = []
    seen: set[str] = set()
    before: Target | None = None
    names, shares = list(weights), list(weights.values())
    for _ in range(count * 3):
        if len(made) == count:
            break
        result = None
        if before is not None and rng.random() < follow_up_share:
            result = follow_up(picture, before, split, rng)
        if result is None:
            result = question(picture, rng.choices(names, shares)[0], split, rng)
        if result is None or result[0].question in seen:
            continue
        seen.add(result[0].question)
        made.append(result[0])
        before = result[1]
    return made


def conversation(scene: Scene, language: str, rng: Random, count: int, split: str = "train") -> Conversation:
    """`rounds` as a `Conversation`."""
    return Conversation(scene, language, tuple(rounds(scene, language, rng, count, split)))
