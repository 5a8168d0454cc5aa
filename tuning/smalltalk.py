"""Text without a picture: greetings, facts about the model, sums, and polite refusals."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from random import Random
from types import ModuleType

from tuning import questions, smalltalk_en, smalltalk_zh
from tuning.references import Picture
from tuning.sample import Round
from tuning.scenes import random_scene
from tuning.surface import vary

TEXTS: dict[str, ModuleType] = {"en": smalltalk_en, "zh": smalltalk_zh}
LARGEST_OPERAND = 20
CATEGORIES: dict[str, float] = {
    "smalltalk": 1.2,
    "sum": 1.5,
    "difference": 1.5,
    "no_picture": 0.8,
    "out_of_domain": 0.8,
}
"""Every kind of text-only question, with its share of the training rounds."""

_HELD_OUT_WORDINGS = 2


@cache
def _wordings(texts: str, split: str) -> tuple[str, ...]:
    """The wordings of a split in a list separated by bars: the last ones are held out."""
    listed = tuple(text.strip() for text in texts.split("|"))
    return listed[:-_HELD_OUT_WORDINGS] if split == "train" else listed[-_HELD_OUT_WORDINGS:]


@cache
def _topics(texts: str, split: str) -> tuple[str, ...]:
    """The topics or whole questions of a split: every eighth is held out."""
    return tuple(text for n, text in enumerate(texts.split("|")) if (n % 8 == 7) == (split == "held_out"))


def _small_talk(language: str, split: str, rng: Random) -> Round:
    intents = TEXTS[language].INTENTS
    answer, wordings = intents[rng.choice(sorted(intents))]
    return Round(rng.choice(_wordings(wordings, split)), (answer,), "smalltalk")


def _arithmetic(language: str, split: str, rng: Random, operator: str) -> Round:
    a, b = rng.randint(0, LARGEST_OPERAND), rng.randint(0, LARGEST_OPERAND)
    wordings = TEXTS[language].SUMS if operator == "+" else TEXTS[language].DIFFERENCES
    result = str(a + b if operator == "+" else a - b)
    text = rng.choice(_wordings(wordings, split)).format(a=a, b=b)
    return Round(text, (result,), "sum" if operator == "+" else "difference")


def _sum(language: str, split: str, rng: Random) -> Round:
    return _arithmetic(language, split, rng, "+")


def _difference(language: str, split: str, rng: Random) -> Round:
    return _arithmetic(language, split, rng, "-")


def _no_picture(language: str, split: str, rng: Random) -> Round:
    """A question about a picture that is not there."""
    picture = Picture(random_scene(rng), language)
    while True:
        made = questions.question(picture, rng.choice(sorted(questions.CATEGORIES)), split, rng)
        if made is not None:
            return Round(made[0].question, (TEXTS[language].NO_PICTURE,), "no_picture")


def _out_of_domain(language: str, split: str, rng: Random) -> Round:
    texts = TEXTS[language]
    if rng.random() < 0.3:
        text = rng.choice(_topics(texts.OUT_OF_DOMAIN_WHOLE, split))
    else:
        template = rng.choice(_wordings(texts.OUT_OF_DOMAIN_TEMPLATES, split))
        text = template.format(topic=rng.choice(_topics(texts.TOPICS, split)))
    return Round(text, (texts.OUT_OF_DOMAIN,), "out_of_domain")


_MAKERS: dict[str, Callable[[str, str, Random], Round]] = {
    "smalltalk": _small_talk,
    "sum": _sum,
    "difference": _difference,
    "no_picture": _no_picture,
    "out_of_domain": _out_of_domain,
}


def text_round(language: str, rng: Random, split: str = "train", category: str | None = None) -> Round:
    """One text-only round, of a category drawn by its share unless one is given."""
    if category is None:
        category = rng.choices(list(CATEGORIES), list(CATEGORIES.values()))[0]
    made = _MAKERS[category](language, split, rng)
    if split != "train" or category == "no_picture":
        return made
    return Round(vary(made.question, language, rng, category != "smalltalk"), made.accepted, made.category)
