"""Facts that nobody disputes, each asked and answered in both languages."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from random import Random

from tuning.sample import LANGUAGES, Round
from tuning.talk.facts_data import FAMILIES, SINGLES
from tuning.talk.tables import Entry, ask, capital, parse

CATEGORIES: dict[str, float] = {"fact": 1.0}
"""Each kind of round with its share."""
SHORT_ANSWER = 24
"""Up to so many characters the answer counts as a short one."""

_SLOTS = ("x", "y", "z")


@dataclass(frozen=True)
class Fact:
    """A fact in one language: how it is asked and answered, and what fills the slots of both."""

    entry: Entry
    slots: tuple[tuple[str, tuple[str, ...]], ...]

    def accepted(self) -> tuple[str, ...]:
        """The answers that count, the one to learn first."""
        names = [name for name, _ in self.slots]
        fillings = list(product(*(values for _, values in self.slots)))
        return tuple(
            dict.fromkeys(
                form.format(**_filled(dict(zip(names, filling, strict=True))))
                for form in self.entry.answers
                for filling in fillings
            )
        )

    def question(self, language: str, split: str, rng: Random) -> str:
        """One way to ask for it."""
        slots = _filled({name: values[0] for name, values in self.slots})
        return ask(self.entry.wordings, language, split, rng, polite=True, **slots)


def _filled(slots: dict[str, str]) -> dict[str, str]:
    """The slots and, under their names in upper case, the same with a capital."""
    return slots | {name.upper(): capital(value) for name, value in slots.items()}


@cache
def facts(language: str) -> tuple[Fact, ...]:
    """All facts in one language; the same place in both languages holds the same fact."""
    place = LANGUAGES.index(language)
    made = []
    for entries, rows in FAMILIES:
        entry = parse(entries)[place]
        for row in (row for line in rows.strip().splitlines() for row in line.split(" / ")):
            cells = row.split("; ")
            own = cells[place * len(cells) // 2 : (place + 1) * len(cells) // 2]
            slots = tuple((name, tuple(cell.split("|"))) for name, cell in zip(_SLOTS, own, strict=False))
            made.append(Fact(entry, slots))
    return (*made, *(Fact(entry, ()) for entry in parse(SINGLES)[place :: len(LANGUAGES)]))


@cache
def _short(language: str) -> tuple[Fact, ...]:
    return tuple(fact for fact in facts(language) if len(fact.accepted()[0]) <= SHORT_ANSWER)


def short_fact(language: str, rng: Random) -> Round:
    """A training round with a short answer, to stand between others."""
    return _round(rng.choice(_short(language)), language, "train", rng)


def _round(fact: Fact, language: str, split: str, rng: Random) -> Round:
    return Round(fact.question(language, split, rng), fact.accepted(), "fact")


def rounds(category: str, language: str, split: str, rng: Random) -> list[Round]:
    """One question about a fact."""
    return [_round(rng.choice(facts(language)), language, split, rng)]
