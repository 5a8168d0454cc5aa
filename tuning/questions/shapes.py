"""Questions about pictures of shapes with their true answers, in English and Chinese (a `Domain`).

No question is made whose answer a viewer could dispute, and a follow-up ("And the blue one?") only where the rounds
before it decide what it means.
"""

from __future__ import annotations

import re
from random import Random

from tuning.pictures.shapes import Shapes
from tuning.questions import neighbour_wordings, shape_answers
from tuning.questions.domain import FOLLOW_UP, Asked, View
from tuning.questions.references import (
    THINGS,
    THINGS_ZH,
    Scene,
    Target,
    chinese_phrase,
    extreme_reference,
    noun_phrases,
    reference,
)
from tuning.questions.shape_wordings_en import ENGLISH, HERE, PICTURES
from tuning.questions.shape_wordings_zh import CHINESE, OPENINGS
from tuning.sample import Round, hints_in
from tuning.surface import typed
from tuning.words import COLOR_WORDS, DISTANCE_WORDS, PLURALS, RELATION_WORDS, SHAPE_WORDS, SPOT_WORDS

WORDINGS = {
    "en": ENGLISH | neighbour_wordings.ENGLISH,
    "zh": CHINESE | neighbour_wordings.CHINESE,
}
CATEGORIES: dict[str, float] = {
    "count_all": 1.0,
    "count_color": 1.0,
    "count_shape": 1.0,
    "count_both": 1.0,
    "color": 1.4,
    "shape": 1.4,
    "size": 0.8,
    "where": 1.2,
    "exists": 1.2,
    "extreme_color": 0.8,
    "extreme_shape": 0.8,
    "relation": 1.5,
    "compare": 1.0,
    "same_color": 0.8,
    "same_shape": 0.4,
    "nearest": 0.8,
    "farthest": 0.5,
    "nearest_shape": 0.5,
    "farthest_shape": 0.4,
    "half": 0.7,
    "count_same_color": 0.4,
    "count_same_shape": 0.5,
    "shape_at": 0.8,
    "describe": 1.5,
}
"""Every kind of first question, with its share of the rounds."""

_NAMING = (("the", "other", "spot"), ("counted", "a", "nouns", "noun"), ("color", "shapes", "shape"))
"""Slots that say what is meant; those of the first group of which a question has any."""
_BLANK = re.compile(" +")
_WORDED_AS = {
    "nearest_shape": "shape_close",
    "farthest_shape": "shape_close",
    "count_same_color": "count_same",
    "count_same_shape": "count_same",
}
"""Categories that share their wordings with others."""
_QUALITIES = {"en": {"color": "color", "shape": "shape"}, "zh": {"color": "颜色", "shape": "形状"}}


def question(view: View, category: str, split: str, rng: Random) -> Asked | None:
    """A first question of the category, and the `Target` it was about; None if the picture does not allow one."""
    if not _clear(view):
        return None
    scene = Scene.of(view)
    target = shape_answers.choose(scene, category, rng)
    return None if target is None else _ask(scene, _WORDED_AS.get(category, category), category, target, split, rng)


def follow_up(view: View, before: Target, split: str, rng: Random) -> Asked | None:
    """A question that only makes sense after the one about `before`; None if there is no such question."""
    scene = Scene.of(view)
    options = shape_answers.follow_ups(scene, before, rng)
    if not options:
        return None
    wording, target = rng.choice(options)
    return _ask(scene, wording, FOLLOW_UP, target, split, rng)


def brief(view: View, category: str, template: str, rng: Random) -> Round | None:
    """A question of the category in the words of the template; None if the picture does not allow one."""
    if not _clear(view):
        return None
    scene = Scene.of(view)
    target = shape_answers.choose(scene, category, rng)
    return None if target is None else _round(scene, template, category, target, rng)


def _clear(view: View) -> bool:
    """Whether all shapes can be seen: without colours, some do not stand out any more."""
    picture = view.picture
    return picture.colored or (isinstance(picture.content, Shapes) and picture.content.clear_in_gray(picture.backdrop))


def _ask(scene: Scene, wording: str, category: str, target: Target, split: str, rng: Random) -> Asked:
    made = _round(scene, WORDINGS[scene.language][wording].choose(split, rng), category, target, rng)
    return made.reworded(typed(made.question, scene.language, split, rng)), target


def _round(scene: Scene, template: str, category: str, target: Target, rng: Random) -> Round:
    slots = _slots(scene, target, rng)
    text = _tidy(template.format_map(slots))
    accepted = shape_answers.accepted(scene, target)
    said = shape_answers.clues(scene, target)
    named = next((used for names in _NAMING if (used := [name for name in names if slots.get(name)])), [])
    told = {slots[name]: said.get(name, accepted[0]) for name in named}
    return Round(text, accepted, category, hints_in(text, told))


def _tidy(text: str) -> str:
    """The sentence without the blanks that choices left out leave behind."""
    return text.replace(" ?", "?").replace(" .", ".").replace(" ,", ",").strip()


def _slots(scene: Scene, target: Target, rng: Random) -> dict[str, str]:
    """Words for every slot of a template (see `shape_wordings_en`), synonyms chosen at random."""
    language = scene.language
    slots = _general(language, target, rng)
    noun = ""
    if target.color:
        words = COLOR_WORDS[language][target.color]
        slots["color"] = words[0] if rng.random() < 0.8 else rng.choice(words)
    if target.shape:
        words = SHAPE_WORDS[language][target.shape]
        noun = slots["shape"] = words[0] if rng.random() < 0.7 else rng.choice(words)
        slots["shapes"] = PLURALS[noun] if language == "en" else noun
        slots["group"] = slots["shapes" if target.kind.startswith("count") else "shape"]
    color = slots.get("color", "")
    if target.kind == "exists":
        slots |= noun_phrases(scene, color, noun, slots["thing"], rng)
    if target.kind.startswith("count"):
        slots["counted"] = _counted(slots, color, noun, rng)
    if target.half:
        slots["half"] = rng.choice(neighbour_wordings.HALVES[language][target.half])
    if target.spot:
        slots["spot"] = rng.choice(SPOT_WORDS[language][target.spot])
    return slots | _references(scene, target, slots["thing"], rng)


def _general(language: str, target: Target, rng: Random) -> dict[str, str]:
    """Words for shapes and pictures in general, and for what is asked."""
    quality = target.attribute or target.kind.removeprefix("count_").removeprefix("same_")
    slots = {"quality": _QUALITIES[language].get(quality, "")}
    if language == "zh":
        opening = rng.choice(OPENINGS)
        thing = rng.choice(THINGS_ZH)
        return slots | {"thing": thing, "things": thing, "in": opening, "of": opening and opening + "的"}
    slots["thing"], slots["things"] = rng.choice(THINGS) if rng.random() < 0.5 else THINGS[0]
    slots["here"], slots["pic"] = rng.choice(HERE), rng.choice(PICTURES)
    slots["one"] = "ones" if target.kind.startswith("count") else rng.choice(("one", slots["thing"]))
    return slots


def _counted(slots: dict[str, str], color: str, noun: str, rng: Random) -> str:
    """The group to count: "shapes", "red ones", "red circles", 红色的圆形."""
    if "here" not in slots:
        return chinese_phrase("", color, noun or slots["thing"], rng)
    if noun or not color:
        return " ".join(word for word in (color, slots.get("shapes", slots["things"])) if word)
    return f"{color} {slots['things'] if rng.random() < 0.8 else 'ones'}"


def _references(scene: Scene, target: Target, thing: str, rng: Random) -> dict[str, str]:
    """The shapes that the question names, and how it relates them."""
    language, relation = scene.language, target.relation
    if target.extreme:
        return {"the": extreme_reference(language, target.extreme, thing, rng)}
    if target.item is None or not scene.keys(target.item, target.kind):
        return {}
    slots = {"the": reference(scene, target.item, target.kind, rng)}
    if relation in DISTANCE_WORDS[language]:
        return slots | {"close": rng.choice(DISTANCE_WORDS[language][relation])}
    if target.other:
        slots["other"] = reference(scene, target.other, target.kind, rng)
    if relation in RELATION_WORDS[language]:
        slots["relation"] = rng.choice(RELATION_WORDS[language][relation]).format(b=slots["other"])
    return slots
