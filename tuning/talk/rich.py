"""Answers with structure in them: a Markdown table, a Python snippet or a formula, on request."""

from __future__ import annotations

from functools import cache
from random import Random

from tuning.sample import LANGUAGES, Round
from tuning.talk.rich_data import FORMULAS, SNIPPETS, TABLES, WORDINGS
from tuning.talk.tables import ask, wordings

CATEGORIES: dict[str, float] = {"table": 0.3, "snippet": 0.4, "formula": 0.3}
"""Each kind of round with its share."""

_wordings = cache(wordings)


def markdown_table(rows: str) -> str:
    """A Markdown table from "head, head; cell, cell; …"."""
    lines = [row.split(", ") for row in rows.split("; ")]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def answers(category: str, language: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """What can be asked for in a category: the names of each thing and the answer."""
    place = LANGUAGES.index(language)
    if category == "table":
        listed = [(names[place], markdown_table(names[2 + place])) for names in TABLES]
    elif category == "snippet":
        listed = [(names[place], f"```python\n{names[2]}\n```") for names in SNIPPETS]
    else:
        listed = [(names[place], f"$${names[2]}$$") for names in FORMULAS]
    return tuple((tuple(names.split("|")), answer) for names, answer in listed)


def rounds(category: str, language: str, split: str, rng: Random) -> list[Round]:
    """One request for a table, a snippet or a formula."""
    names, answer = rng.choice(answers(category, language))
    question = ask(_wordings(WORDINGS[category][language]), language, split, rng, t=rng.choice(names))
    return [Round(question, (answer,), category)]
