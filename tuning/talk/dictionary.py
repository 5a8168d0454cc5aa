"""Days, months, number words, translations and capitals, looked up in the tables of `tuning.talk.dictionary_words`."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from tuning.sample import Round
from tuning.talk import numerals
from tuning.talk.dictionary_wordings import WORDINGS
from tuning.talk.dictionary_words import (
    ANIMALS,
    CHINESE_DAYS,
    COLORS,
    COUNTRIES,
    DAYS,
    MONTH_LENGTHS,
    MONTHS,
    THINGS,
    Country,
    Entry,
)
from tuning.talk.patterns import ask

CATEGORIES: dict[str, float] = {
    "day_after": 0.6,
    "day_before": 0.6,
    "month_after": 0.6,
    "month_before": 0.6,
    "month_number": 0.8,
    "days_in_month": 0.6,
    "number_words": 1.0,
    "translate_to_chinese": 2.0,
    "translate_to_english": 2.0,
    "capital_of": 1.2,
    "country_of": 1.2,
}
"""Every kind of question with its share of the module's rounds."""

_WEEK = {"星期": 0.6, "周": 0.3, "礼拜": 0.1}
"""What a Chinese day begins with, and how often; the first one is the canonical one."""
_ANSWER_LEAP = {
    "en": ("28, or 29 in a leap year", "28", "28 or 29", "28 days", "28 or 29 days"),
    "zh": ("28天，闰年29天", "28", "28天", "28或29", "28或29天", "28天或29天", "平年28天，闰年29天"),
}
_NUMBER_SHARE = 0.12
"""How many of the translations are of numbers."""


def _day_names(day: int) -> tuple[str, ...]:
    """The Chinese names of a day, Monday being 0."""
    endings = CHINESE_DAYS[day] + ("天" if DAYS[day] == "Sunday" else "")
    return tuple(start + ending for ending in endings for start in _WEEK)


def _month_names(month: int) -> tuple[str, ...]:
    """The Chinese names of a month, January being 0."""
    return (
        f"{numerals.chinese(month + 1)}月",
        f"{month + 1}月",
        f"{month + 1}月份",
        f"{numerals.chinese(month + 1)}月份",
    )


def _number_names(value: int) -> Entry:
    word = numerals.english(value)
    english = [word, word.replace("-", " ")]
    chinese = [numerals.chinese(value)]
    if value == 2:
        chinese.append("两")
    if value == numerals.LARGEST:
        english += ["a hundred", "hundred"]
    return Entry(tuple(dict.fromkeys(english)), tuple(chinese))


NUMBERS = tuple(_number_names(value) for value in range(numerals.LARGEST + 1))
WORDS: tuple[Entry, ...] = (
    *(*COLORS, *ANIMALS, *THINGS, *COUNTRIES, *(country.capital for country in COUNTRIES)),
    *(Entry((name,), _day_names(day)) for day, name in enumerate(DAYS)),
    *(Entry((name,), _month_names(month)) for month, name in enumerate(MONTHS)),
)
"""Everything but numbers that is translated."""


def _day(day: int, language: str, rng: Random) -> str:
    """A day as people write it."""
    if language == "en":
        return DAYS[day]
    start = rng.choices(list(_WEEK), list(_WEEK.values()))[0]
    return rng.choice([name for name in _day_names(day) if name.startswith(start)])


def _month(month: int, language: str, rng: Random) -> str:
    """A month as people write it."""
    return MONTHS[month] if language == "en" else rng.choice(_month_names(month)[:2])


def _day_beside(category: str, step: int, language: str, split: str, rng: Random) -> Round:
    day = rng.randrange(len(DAYS))
    found = (day + step) % len(DAYS)
    text = ask(WORDINGS[language][category], language, split, rng, day=_day(day, language, rng))
    return Round(text, (DAYS[found],) if language == "en" else _day_names(found), category)


def _month_beside(category: str, step: int, language: str, split: str, rng: Random) -> Round:
    month = rng.randrange(len(MONTHS))
    found = (month + step) % len(MONTHS)
    text = ask(WORDINGS[language][category], language, split, rng, month=_month(month, language, rng))
    return Round(text, (MONTHS[found],) if language == "en" else _month_names(found), category)


def _day_after(language: str, split: str, rng: Random) -> Round:
    return _day_beside("day_after", 1, language, split, rng)


def _day_before(language: str, split: str, rng: Random) -> Round:
    return _day_beside("day_before", -1, language, split, rng)


def _month_after(language: str, split: str, rng: Random) -> Round:
    return _month_beside("month_after", 1, language, split, rng)


def _month_before(language: str, split: str, rng: Random) -> Round:
    return _month_beside("month_before", -1, language, split, rng)


def _month_number(language: str, split: str, rng: Random) -> Round:
    """The English month of a number or its number: in Chinese the name says it already."""
    month = rng.randrange(len(MONTHS))
    name, number = MONTHS[month], month + 1
    if rng.random() < 0.5:
        text = ask(WORDINGS[language]["month_of_number"], language, split, rng, n=number)
        return Round(text, (name,), "month_number")
    text = ask(WORDINGS[language]["number_of_month"], language, split, rng, month=name)
    if language == "en":
        return Round(text, (str(number), numerals.english(number)), "month_number")
    word = numerals.chinese(number)
    return Round(text, (str(number), word, *_month_names(month), f"第{number}个月", f"第{word}个月"), "month_number")


def _days_in_month(language: str, split: str, rng: Random) -> Round:
    month = rng.randrange(len(MONTHS))
    text = ask(WORDINGS[language]["days_in_month"], language, split, rng, month=_month(month, language, rng))
    length = str(MONTH_LENGTHS[month])
    plain = (length, f"{length} days" if language == "en" else f"{length}天")
    return Round(text, _ANSWER_LEAP[language] if MONTHS[month] == "February" else plain, "days_in_month")


def _number_words(language: str, split: str, rng: Random) -> Round:
    value = rng.randrange(len(NUMBERS))
    text = ask(WORDINGS[language]["number_words"], language, split, rng, n=value)
    names = NUMBERS[value]
    return Round(text, names.english if language == "en" else names.chinese, "number_words")


def _some_word(rng: Random) -> Entry:
    return rng.choice(NUMBERS if rng.random() < _NUMBER_SHARE else WORDS)


def _has_article(entry: Entry) -> bool:
    return isinstance(entry, Country) and entry.article


def _in_sentence(entry: Entry) -> str:
    """The English name as it stands in a sentence, with its article if it has one."""
    return f"the {entry.english[0]}" if _has_article(entry) else entry.english[0]


def _english_answers(entry: Entry) -> tuple[str, ...]:
    """The English names, those of a country with an article also with it."""
    with_article = tuple(f"the {name}" for name in entry.english) if _has_article(entry) else ()
    return (*entry.english, *with_article)


def _translate_to_chinese(language: str, split: str, rng: Random) -> Round:
    entry = _some_word(rng)
    word = _in_sentence(entry) if language == "en" else entry.english[0]
    text = ask(WORDINGS[language]["to_chinese"], language, split, rng, w=word)
    return Round(text, entry.chinese, "translate_to_chinese")


def _translate_to_english(language: str, split: str, rng: Random) -> Round:
    entry = _some_word(rng)
    text = ask(WORDINGS[language]["to_english"], language, split, rng, w=entry.chinese[0])
    return Round(text, _english_answers(entry), "translate_to_english")


def _capital_of(language: str, split: str, rng: Random) -> Round:
    country = rng.choice(COUNTRIES)
    name = _in_sentence(country) if language == "en" else country.chinese[0]
    text = ask(WORDINGS[language]["capital_of"], language, split, rng, country=name)
    return Round(text, country.capital.english if language == "en" else country.capital.chinese, "capital_of")


def _country_of(language: str, split: str, rng: Random) -> Round:
    country = rng.choice(COUNTRIES)
    capital = country.capital.english[0] if language == "en" else country.capital.chinese[0]
    text = ask(WORDINGS[language]["country_of"], language, split, rng, capital=capital)
    return Round(text, _english_answers(country) if language == "en" else country.chinese, "country_of")


_MAKERS: dict[str, Callable[[str, str, Random], Round]] = {
    "day_after": _day_after,
    "day_before": _day_before,
    "month_after": _month_after,
    "month_before": _month_before,
    "month_number": _month_number,
    "days_in_month": _days_in_month,
    "number_words": _number_words,
    "translate_to_chinese": _translate_to_chinese,
    "translate_to_english": _translate_to_english,
    "capital_of": _capital_of,
    "country_of": _country_of,
}


def rounds(category: str, language: str, split: str, rng: Random) -> list[Round]:
    """One round of the category. Raises: KeyError, unknown category."""
    return [_MAKERS[category](language, split, rng)]
