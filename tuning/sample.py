"""What the generators hand out: rounds of question and answer, alone or as a conversation about one picture."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from tuning.pictures.picture import Picture

LANGUAGES = ("en", "zh")
SPLITS = ("train", "held_out")


@dataclass(frozen=True)
class Hint:
    """Characters of a question (from, up to), and what has to be found out about what they name to answer it."""

    start: int
    end: int
    said: str


def hints_in(question: str, said: Mapping[str, str]) -> tuple[Hint, ...]:
    """Hints of words to what they are to say, where the question has the words, with or without a capital."""
    found = []
    for words, told in said.items():
        whole = rf"(?<![a-zA-Z0-9]){re.escape(words)}(?![a-zA-Z0-9])"
        match = words and (re.search(whole, question) or re.search(whole, question, re.IGNORECASE))
        if match:
            found.append(Hint(*match.span(), told))
    return tuple(found)


@dataclass(frozen=True)
class Round:
    """A question, its canonical answer first in `accepted`, and what else an evaluation counts as right."""

    question: str
    accepted: tuple[str, ...]
    category: str
    hints: tuple[Hint, ...] = ()

    @property
    def answer(self) -> str:
        """The answer to learn."""
        return self.accepted[0]

    def reworded(self, question: str) -> Round:
        """The same in another question; hints are kept where it has their words."""
        said = {self.question[hint.start : hint.end]: hint.said for hint in self.hints}
        return replace(self, question=question, hints=hints_in(question, said))


@dataclass(frozen=True)
class Sample:
    """One thing to answer: `messages` ends with the user's; `picture` is None where there is none."""

    messages: tuple[dict[str, str], ...]
    answer: str
    accepted: tuple[str, ...]
    category: str
    language: str
    picture: Picture | None
    hints: tuple[Hint, ...] = ()


@dataclass(frozen=True)
class Conversation:
    """Rounds in order, each true of the picture and understandable from the rounds before it."""

    picture: Picture | None
    language: str
    rounds: tuple[Round, ...]

    def samples(self) -> Iterator[Sample]:
        """One sample for each round, with the earlier rounds as its history."""
        history: list[dict[str, str]] = []
        for turn in self.rounds:
            history.append({"role": "user", "content": turn.question})
            about = (turn.category, self.language, self.picture, turn.hints)
            yield Sample(tuple(history), turn.answer, turn.accepted, *about)
            history.append({"role": "assistant", "content": turn.answer})

    def last(self) -> Sample:
        """The sample of the last round."""
        *_, sample = self.samples()
        return sample
