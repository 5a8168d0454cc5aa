"""Small talk, and questions about a picture that is not there."""

from __future__ import annotations

from functools import cache
from random import Random
from types import ModuleType

from tuning.sample import Round
from tuning.talk import smalltalk_en, smalltalk_zh
from tuning.talk.tables import Entry, ask, parse, wordings
from tuning.wording import Wordings

CATEGORIES: dict[str, float] = {"smalltalk": 0.6, "no_picture": 0.4}
"""Each kind of round with its share."""
TEXTS: dict[str, ModuleType] = {"en": smalltalk_en, "zh": smalltalk_zh}

_JOKE_SHARE = 0.06


@cache
def intents(language: str) -> tuple[Entry, ...]:
    """What small talk answers, apart from jokes."""
    return parse(TEXTS[language].INTENTS)


_wordings = cache(wordings)


def _ask(ways: Wordings, language: str, split: str, rng: Random) -> str:
    return ask(ways, language, split, rng, polite=False)  # "Please, hello" is nothing that people say


def greeting(language: str, rng: Random) -> Round:
    """A training round of small talk, to stand between others."""
    entry = rng.choice(intents(language))
    return Round(_ask(entry.wordings, language, "train", rng), entry.answers, "smalltalk")


def _jokes(language: str, split: str, rng: Random) -> list[Round]:
    """One joke, or several, told in their order: whoever asks for another hears the next one."""
    texts = TEXTS[language]
    made = []
    for number in range(rng.randint(1, len(texts.JOKES))):
        ways = _wordings(texts.NEXT_JOKE if number else texts.FIRST_JOKE)
        made.append(Round(_ask(ways, language, split, rng), (texts.JOKES[number],), "smalltalk"))
    return made


def rounds(category: str, language: str, split: str, rng: Random) -> list[Round]:
    """Small talk (several rounds only for jokes), or a question about no picture."""
    if category == "no_picture":
        texts = TEXTS[language]
        ways = _wordings(texts.NO_PICTURE_WORDINGS)
        return [Round(ask(ways, language, split, rng), (texts.NO_PICTURE,), category)]
    if rng.random() < _JOKE_SHARE:
        return _jokes(language, split, rng)
    entry = rng.choice(intents(language))
    return [Round(_ask(entry.wordings, language, split, rng), entry.answers, category)]
