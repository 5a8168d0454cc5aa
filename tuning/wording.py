"""Wordings with choices in them: `(How many|What number of) shapes [are there]?` stands for four sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

_BLANKS = re.compile(" {2,}")
_CHOICE = re.compile(r"\(([^()\[\]]*)\)|\[([^()\[\]]*)\]")


def _options(match: re.Match[str]) -> list[str]:
    return match[1].split("|") if match[1] is not None else ["", *match[2].split("|")]


def expand(template: str, rng: Random) -> str:
    """One of the sentences: `(a|b)` is one of the two, `[a|b]` one or nothing; they nest. Slots stay as they are."""
    while match := _CHOICE.search(template):
        template = template[: match.start()] + rng.choice(_options(match)) + template[match.end() :]
    return _tidy(template)


def _tidy(text: str) -> str:
    """Without the double blanks that a choice of nothing leaves."""
    return _BLANKS.sub(" ", text).strip()


def sentences(template: str) -> Iterator[str]:
    """All the sentences a template stands for."""
    match = _CHOICE.search(template)
    if match is None:
        yield _tidy(template)
        return
    for option in _options(match):
        yield from sentences(template[: match.start()] + option + template[match.end() :])


@dataclass(frozen=True)
class Wordings:
    """The templates of one kind of question in one language: those trained on, and those only evaluated with."""

    train: tuple[str, ...]
    held_out: tuple[str, ...]

    def of(self, split: str) -> tuple[str, ...]:
        """The templates of a split, "train" or "held_out"."""
        return self.train if split == "train" else self.held_out

    def choose(self, split: str, rng: Random) -> str:
        """A sentence of the split, its slots still open."""
        return expand(rng.choice(self.of(split)), rng)
