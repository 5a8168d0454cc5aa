"""How to use glm-webui itself: its commands, options and documents."""

from __future__ import annotations

from functools import cache
from random import Random

from tuning.sample import LANGUAGES, Round
from tuning.talk.software_data import INTENTS
from tuning.talk.tables import Entry, ask, parse

CATEGORIES: dict[str, float] = {"software": 1.0}
"""Each kind of round with its share."""


@cache
def intents(language: str) -> tuple[Entry, ...]:
    """What can be asked about the software."""
    return parse(INTENTS)[LANGUAGES.index(language) :: len(LANGUAGES)]


def rounds(category: str, language: str, split: str, rng: Random) -> list[Round]:
    """One question about the software."""
    entry = rng.choice(intents(language))
    return [Round(ask(entry.wordings, language, split, rng), entry.answers, category)]
