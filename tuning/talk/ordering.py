"""Comparing whole numbers from 0 to 999 and putting them in order."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tuning.sample import Round
from tuning.talk.ordering_wordings import WORDINGS
from tuning.talk.patterns import ask
from tuning.words import NO, YES, so

CATEGORIES: dict[str, float] = {
    "pick_larger": 0.8,
    "pick_smaller": 0.8,
    "compare_numbers": 1.2,
    "sort_numbers": 1.5,
    "extreme_number": 1.2,
}
"""Every kind of question with its share of the module's rounds."""

_BOUNDS = {1: (0, 9), 2: (10, 99), 3: (100, 999)}
_SEPARATORS = {"en": (", ", ", ", ", ", ",", " "), "zh": ("、", "，", ", ", ",", " ")}


def _number(rng: Random, digits: int) -> int:
    return rng.randint(*_BOUNDS[digits])


def _pair(rng: Random) -> tuple[int, int]:
    """Two different numbers, mostly of the same number of digits; some begin alike, some swap their digits."""
    digits = rng.randint(1, 3)
    while True:
        a = _number(rng, digits)
        kind = rng.random()
        if kind < 0.3:
            b = _number(rng, rng.randint(1, 3))
        elif kind < 0.7:
            b = _number(rng, digits)
        elif kind < 0.85:
            b = a - a % 10 + rng.randint(0, 9)
        else:
            b = int("".join(rng.sample(str(a), digits)))
        if a != b:
            return a, b


def _several(rng: Random, least: int) -> list[int]:
    """From `least` to six different numbers; half of the lists stick to one number of digits."""
    count, digits = rng.randint(least, 6), rng.randint(1, 3)
    mixed = rng.random() < 0.5
    numbers: list[int] = []
    while len(numbers) < count:
        number = _number(rng, rng.randint(1, 3) if mixed else digits)
        if number not in numbers:
            numbers.append(number)
    return numbers


def _listed(numbers: list[int], language: str, rng: Random) -> str:
    """The numbers as people list them; in English sometimes with "and" before the last."""
    if language == "en" and rng.random() < 0.3:
        return f"{', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"
    return rng.choice(_SEPARATORS[language]).join(map(str, numbers))


def _pick_larger(language: str, split: str, rng: Random) -> Round:
    a, b = _pair(rng)
    return Round(ask(WORDINGS[language]["larger"], language, split, rng, a=a, b=b), (str(max(a, b)),), "pick_larger")


def _pick_smaller(language: str, split: str, rng: Random) -> Round:
    a, b = _pair(rng)
    return Round(ask(WORDINGS[language]["smaller"], language, split, rng, a=a, b=b), (str(min(a, b)),), "pick_smaller")


def _compare_numbers(language: str, split: str, rng: Random) -> Round:
    a, b = _pair(rng)
    wording = rng.choice(("is_larger", "is_smaller"))
    if rng.random() < 0.5:  # numbers with fewer digits would else come second more often
        a, b = b, a
    holds = a > b if wording == "is_larger" else a < b
    answer = so(f"{a} {'<' if a < b else '>'} {b}", (YES if holds else NO)[language], language)
    return Round(ask(WORDINGS[language][wording], language, split, rng, a=a, b=b), answer, "compare_numbers")


def _sort_numbers(language: str, split: str, rng: Random) -> Round:
    numbers = _several(rng, 2)
    way = rng.choice(("ascending", "descending"))
    text = ask(WORDINGS[language][way], language, split, rng, numbers=_listed(numbers, language, rng))
    ordered = [str(number) for number in sorted(numbers, reverse=way == "descending")]
    sign = " < " if way == "ascending" else " > "
    return Round(text, (", ".join(ordered), "、".join(ordered), sign.join(ordered)), "sort_numbers")


def _extreme_number(language: str, split: str, rng: Random) -> Round:
    numbers = _several(rng, 3)
    wording, answer = rng.choice((("largest", max(numbers)), ("smallest", min(numbers))))
    text = ask(WORDINGS[language][wording], language, split, rng, numbers=_listed(numbers, language, rng))
    return Round(text, (str(answer),), "extreme_number")


_MAKERS: dict[str, Callable[[str, str, Random], Round]] = {
    "pick_larger": _pick_larger,
    "pick_smaller": _pick_smaller,
    "compare_numbers": _compare_numbers,
    "sort_numbers": _sort_numbers,
    "extreme_number": _extreme_number,
}


def rounds(category: str, language: str, split: str, rng: Random) -> list[Round]:
    """One round of the category. Raises: KeyError, unknown category."""
    return [_MAKERS[category](language, split, rng)]
