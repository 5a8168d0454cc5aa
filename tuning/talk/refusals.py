"""Questions outside of what the model knows, and its polite way to say so."""

from __future__ import annotations

from functools import cache
from random import Random

from tuning.pictures.names import HANZI
from tuning.sample import LANGUAGES, Round
from tuning.surface import vary
from tuning.talk.refusals_data import ANSWER, PEOPLE, PEOPLE_TEMPLATES, TEMPLATES, TOPICS, WHOLE
from tuning.talk.tables import ask, items, part, wordings

CATEGORIES: dict[str, float] = {"out_of_domain": 1.0}
"""Each kind of round with its share."""

_WHOLE_SHARE = 0.3
_PEOPLE_SHARE = 0.12
_GIBBERISH_SHARE = 0.03

_wordings = cache(wordings)


@cache
def topics(pairs: str, language: str, split: str) -> tuple[str, ...]:
    """The topics of a split in one language, out of a list of English=Chinese."""
    place = LANGUAGES.index(language)
    return part(tuple(pair.split("=")[place] for pair in items(pairs)), split)


@cache
def whole(language: str, split: str) -> tuple[str, ...]:
    """The whole questions of a split."""
    return part(items(WHOLE[language]), split)


def gibberish(language: str, rng: Random) -> str:
    """Letters or characters that mean nothing."""
    if language == "zh":
        return "".join(rng.choice(HANZI) for _ in range(rng.randint(4, 8)))
    words = ("".join(rng.choice("bcdfghjklmnpqrstvwxz") for _ in range(rng.randint(3, 7))) for _ in range(3))
    return " ".join(words)


def rounds(category: str, language: str, split: str, rng: Random) -> list[Round]:
    """One question that the model cannot answer."""
    return [Round(_question(language, split, rng), (ANSWER[language],), category)]


def _question(language: str, split: str, rng: Random) -> str:
    kind = rng.random()
    if kind < _GIBBERISH_SHARE:
        return gibberish(language, rng)
    if kind < _GIBBERISH_SHARE + _WHOLE_SHARE:
        text = rng.choice(whole(language, split))
        return vary(text, language, rng) if split == "train" else text
    if kind < _GIBBERISH_SHARE + _WHOLE_SHARE + _PEOPLE_SHARE:
        person = rng.choice(topics(PEOPLE, language, split))
        return ask(_wordings(PEOPLE_TEMPLATES[language]), language, split, rng, t=person)
    topic, other = rng.sample(topics(TOPICS, language, split), 2)
    return ask(_wordings(TEMPLATES[language]), language, split, rng, t=topic, u=other)
