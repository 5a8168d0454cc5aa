"""How words are written: their letters, length, case and order.

The domain is a list: the everyday English words and the common Chinese words of `tuning.talk.letters_words`. The model
reads words in pieces of several letters, so it learns each word's spelling by heart and cannot spell a word it never
saw.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tuning.sample import Round
from tuning.talk.letters_wordings import WORDINGS
from tuning.talk.letters_words import CHINESE, ENGLISH
from tuning.talk.numerals import counted
from tuning.talk.patterns import ask
from tuning.words import so

CATEGORIES: dict[str, float] = {
    "count_letter": 1.4,
    "word_length": 1.2,
    "reverse_word": 1.2,
    "upper_case": 0.6,
    "lower_case": 0.6,
    "spell": 1.2,
    "first_letter": 0.8,
    "last_letter": 0.8,
}
"""Every kind of question with its share of the module's rounds."""

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_HANZI_SHARE = {"en": 0.1, "zh": 0.5}
_MEASURES = {"en": ("letters", "characters"), "zh": ("字母", "字")}


def _some_letter(word: str, rng: Random) -> str:
    """A letter to count: one in the word that is there once, or one that is there more often, or one that is not."""
    repeated = sorted({letter for letter in word if word.count(letter) > 1})
    single = sorted({letter for letter in word if word.count(letter) == 1})
    absent = [letter for letter in _LETTERS if letter not in word]
    kinds = [letters for letters, share in ((repeated, 4), (single, 3), (absent, 2)) for _ in range(share) if letters]
    return rng.choice(rng.choice(kinds))


def _count_letter(language: str, split: str, rng: Random) -> Round:
    word = rng.choice(ENGLISH)
    letter = _some_letter(word, rng)
    text = ask(WORDINGS[language]["count_letter"], language, split, rng, w=word, c=letter)
    found, spelled = 0, []
    for character in word:
        found += character == letter
        spelled.append(f"{character}{found}" if character == letter else character)
    return Round(text, so("-".join(spelled), counted(found, language, letter), language), "count_letter")


def _word_length(language: str, split: str, rng: Random) -> Round:
    letters, characters = _MEASURES[language]
    if rng.random() < _HANZI_SHARE[language]:
        word = "".join(rng.sample(CHINESE, rng.randint(1, 3)))
        wordings, measure = WORDINGS[language]["hanzi_length"], characters
    else:
        word = rng.choice(ENGLISH)
        wordings, measure = WORDINGS[language]["word_length"], letters
    numbered = "-".join(f"{character}{place}" for place, character in enumerate(word, start=1))
    text = ask(wordings, language, split, rng, w=word)
    return Round(text, so(numbered, counted(len(word), language, measure), language), "word_length")


def _reverse_word(language: str, split: str, rng: Random) -> Round:
    in_chinese = language == "zh" and rng.random() < _HANZI_SHARE[language]
    word = "".join(rng.sample(CHINESE, rng.randint(1, 2))) if in_chinese else rng.choice(ENGLISH)
    return Round(ask(WORDINGS[language]["reverse_word"], language, split, rng, w=word), (word[::-1],), "reverse_word")


def _upper_case(language: str, split: str, rng: Random) -> Round:
    word = rng.choice(ENGLISH)
    return Round(ask(WORDINGS[language]["upper_case"], language, split, rng, w=word), (word.upper(),), "upper_case")


def _lower_case(language: str, split: str, rng: Random) -> Round:
    word = rng.choice(ENGLISH)
    typed = rng.choice((word.upper(), word.upper(), word.capitalize()))
    return Round(ask(WORDINGS[language]["lower_case"], language, split, rng, w=typed), (word,), "lower_case")


def _spell(language: str, split: str, rng: Random) -> Round:
    word = rng.choice(ENGLISH)
    text = ask(WORDINGS[language]["spell"], language, split, rng, w=word)
    return Round(text, tuple(sign.join(word) for sign in ("-", ", ", "、")), "spell")


def _first_letter(language: str, split: str, rng: Random) -> Round:
    word = rng.choice(ENGLISH)
    return Round(ask(WORDINGS[language]["first_letter"], language, split, rng, w=word), (word[0],), "first_letter")


def _last_letter(language: str, split: str, rng: Random) -> Round:
    word = rng.choice(ENGLISH)
    return Round(ask(WORDINGS[language]["last_letter"], language, split, rng, w=word), (word[-1],), "last_letter")


_MAKERS: dict[str, Callable[[str, str, Random], Round]] = {
    "count_letter": _count_letter,
    "word_length": _word_length,
    "reverse_word": _reverse_word,
    "upper_case": _upper_case,
    "lower_case": _lower_case,
    "spell": _spell,
    "first_letter": _first_letter,
    "last_letter": _last_letter,
}


def rounds(category: str, language: str, split: str, rng: Random) -> list[Round]:
    """One round of the category. Raises: KeyError, unknown category."""
    return [_MAKERS[category](language, split, rng)]
