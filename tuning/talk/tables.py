"""Questions and answers written as text tables, which stay readable by the hundred.

An entry is a block of lines. `# name` names it (optional), `= answer || another` gives the answer to learn and what
else counts as right, `- sentence` is a wording that training never shows, every other line is a training wording. A
line may hold several wordings between " / ", and a wording has choices in it as `tuning.wording` reads them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

from tuning.surface import vary
from tuning.wording import Wordings, expand

_ENGLISH_QUESTION = re.compile(
    r"(?:so |and |hello, |hi, |hey, )?"
    r"(?:what|who|whose|whom|which|where|when|why|how|is|are|was|were|do|does|did|can|could|may|will|would|should|has)\b"
    r"|(?:by|for|from|in|on|at|to|of|after|with|into) (?:what|whom|which|how)\b|.*\bwhat$",
    re.IGNORECASE,
)
_CHINESE_QUESTION = re.compile(
    "^(?!请?告诉我|说说|请?解释).*(?:[吗呢谁哪几]|什么|多少|怎|如何|是不是|能不能|会不会|有没有|可不可以|多[大高远长重快深宽热冷久厚])"
)


@dataclass(frozen=True)
class Entry:
    """One thing that can be asked: the accepted answers, the one to learn first, and the ways to ask."""

    name: str
    answers: tuple[str, ...]
    wordings: Wordings


def parse(text: str) -> tuple[Entry, ...]:
    """The entries of a text table, in order; raises `ValueError` for a line before the first answer."""
    entries: list[Entry] = []
    name = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith("# "):
            name = line[2:]
        elif line.startswith("= "):
            entries.append(Entry(name, tuple(line[2:].split(" || ")), Wordings((), ())))
            name = ""
        elif not entries:
            raise ValueError(f"a wording without an answer: {line}")
        else:
            entries[-1] = _extended(entries[-1], line)
    return tuple(entries)


def _extended(entry: Entry, line: str) -> Entry:
    train, held_out = entry.wordings.train, entry.wordings.held_out
    if line.startswith("- "):
        held_out += tuple(line[2:].split(" / "))
    else:
        train += tuple(line.split(" / "))
    return Entry(entry.name, entry.answers, Wordings(train, held_out))


def wordings(text: str) -> Wordings:
    """The wordings of a table that has no answers."""
    return parse("= -\n" + text)[0].wordings


def items(text: str) -> tuple[str, ...]:
    """The members of a list written over several lines, separated by "|"."""
    return tuple(item.strip() for line in text.strip().splitlines() for item in line.strip().strip("|").split("|"))


def part(listed: tuple[str, ...], split: str) -> tuple[str, ...]:
    """The members of a list that a split may use: every eighth is held out."""
    return tuple(item for n, item in enumerate(listed) if (n % 8 == 7) == (split == "held_out"))


def capital(text: str) -> str:
    """The text with its first letter in upper case."""
    return text[:1].upper() + text[1:]


def tidy(text: str, language: str) -> str:
    """The sentence with single blanks, a capital and, where it is a question without one, a question mark."""
    text = capital(" ".join(text.split()).replace(" ,", ",").replace(" ?", "?"))
    question = _ENGLISH_QUESTION.match(text) if language == "en" else _CHINESE_QUESTION.match(text)
    if text[-1:].isalnum() and question:
        return text + ("?" if language == "en" else "？")
    return text


def ask(ways: Wordings, language: str, split: str, rng: Random, *, polite: bool = True, **slots: str) -> str:
    """A sentence of the split with its slots filled, in training sometimes typed as another person would."""
    text = tidy(expand(rng.choice(ways.of(split)).format(**slots), rng), language)
    return vary(text, language, rng, polite) if split == "train" else text
