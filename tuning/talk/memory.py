"""What a person said about themselves, asked for some rounds later."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from tuning.sample import Round
from tuning.surface import vary
from tuning.talk import memory_data
from tuning.talk.facts import short_fact
from tuning.talk.smalltalk import greeting
from tuning.talk.tables import Entry, capital, items, parse, part, tidy
from tuning.wording import expand

CATEGORIES: dict[str, float] = {"remember_name": 0.4, "remember_preference": 0.6}
"""Each kind of conversation with its share."""
MOST_ROUNDS = 6
"""A conversation has no more rounds than this."""

_TELL_ONLY_SHARE = 0.15
_NEVER_TOLD_SHARE = 0.15
_TWO_TOPICS_SHARE = 0.35
_LISTS = {
    "name": memory_data.NAMES,
    "pet": memory_data.PET_NAMES,
    "color": memory_data.COLORS,
    "food": memory_data.FOODS,
    "animal": memory_data.ANIMALS,
    "city": memory_data.CITIES,
    "job": memory_data.JOBS,
}
_NAMES = frozenset({"name", "pet"})
_NUMBERS = {"number": range(1, 101), "age": range(5, 95)}


@dataclass(frozen=True)
class Topic:
    """Something to remember: how it is told and asked for."""

    name: str
    told: Entry
    asked: Entry


@cache
def topics(language: str) -> dict[str, Topic]:
    """Everything that can be remembered, by name."""
    tables = {"name": memory_data.NAME[language], **memory_data.PREFERENCES[language]}
    return {name: Topic(name, parse(told)[0], parse(asked)[0]) for name, (told, asked) in tables.items()}


@cache
def values(topic: str, language: str, split: str) -> tuple[str, ...]:
    """The values of a topic that a split may use."""
    listed = items(_LISTS[topic][language]) if topic in _LISTS else tuple(map(str, _NUMBERS[topic]))
    return part(tuple(dict.fromkeys(listed)), split)


def value(topic: str, language: str, split: str, rng: Random) -> str:
    """A value that the split may use; of the names to learn from only half are listed, as there is no list of all.

    Others are halves of two, and Chinese ones end in any common characters: most of those are three bytes to copy.
    """
    listed = values(topic, language, split)
    first, second = rng.choices(listed, k=2)
    if split != "train" or topic not in _NAMES or rng.random() < 0.5:
        return first
    if language == "zh" and rng.random() < 0.7:
        made = first[:1] + "".join(common_character(rng) for _ in range(rng.randint(1, 2)))
    else:
        made = first[: -(-len(first) // 2)] + second[len(second) // 2 :]
    return first if made in values(topic, language, "held_out") else made


def common_character(rng: Random) -> str:
    """One of the 3,755 commonest Chinese characters: the first level of GB 2312."""
    row = rng.randint(0xB0, 0xD7)
    return bytes((row, rng.randint(0xA1, 0xF9 if row == 0xD7 else 0xFE))).decode("gb2312")


def _said(entry: Entry, value: str, category: str, language: str, split: str, rng: Random) -> Round:
    slots = {"v": value, "V": capital(value), "w": value.split(" ", 1)[-1]}
    text = tidy(expand(rng.choice(entry.wordings.of(split)).format(**slots), rng), language)
    if split == "train":
        text = vary(text, language, rng, polite=False)
    return Round(text, tuple(dict.fromkeys(answer.format(**slots) for answer in entry.answers)), category)


def _filler(language: str, rng: Random) -> Round:
    """A short round about something else."""
    kind = rng.random()
    if kind < 0.4:
        return greeting(language, rng)
    if kind < 0.7:
        return short_fact(language, rng)
    a, b = rng.randint(0, 20), rng.randint(0, 20)
    text = f"What is {a} + {b}?" if language == "en" else f"{a}+{b}等于多少？"
    return Round(text, (str(a + b),), "sum")


def rounds(category: str, language: str, split: str, rng: Random) -> list[Round]:
    """A conversation in which something is told, other things pass, and it is asked for; or it was never told.

    A small share ends with the telling. Only the round about the memory is of the split, the others are training's.
    """
    known = topics(language)
    others = [topic for topic in known.values() if topic.name != "name"]
    topic = known["name"] if category == "remember_name" else rng.choice(others)
    said = value(topic.name, language, split, rng)
    told = _said(topic.told, said, category, language, split, rng)
    if rng.random() < _TELL_ONLY_SHARE:
        return [told]
    never = rng.random() < _NEVER_TOLD_SHARE
    before = [] if never else [told]
    if rng.random() < _TWO_TOPICS_SHARE:
        other = rng.choice([other for other in known.values() if other.name != topic.name])
        second = _said(other.told, value(other.name, language, split, rng), _category(other), language, split, rng)
        before.insert(rng.randint(0, len(before)), second)
    for _ in range(rng.choices((0, 1, 2, 3), (3, 4, 3, 2))[0]):
        before.insert(rng.randint(0, len(before)), _filler(language, rng))
    asked = _said(topic.asked, said, category, language, split, rng)
    if never:
        asked = Round(asked.question, (memory_data.UNKNOWN[language],), category)
    return [*before, asked]


def _category(topic: Topic) -> str:
    return "remember_name" if topic.name == "name" else "remember_preference"
