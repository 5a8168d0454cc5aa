"""What the generators hand out: rounds of question and answer, alone or as a conversation about one picture."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tuning.pictures.picture import Picture

LANGUAGES = ("en", "zh")
SPLITS = ("train", "held_out")


@dataclass(frozen=True)
class Round:
    """A question, its canonical answer first in `accepted`, and what else an evaluation counts as right."""

    question: str
    accepted: tuple[str, ...]
    category: str

    @property
    def answer(self) -> str:
        """The answer to learn."""
        return self.accepted[0]


@dataclass(frozen=True)
class Sample:
    """One thing to answer: `messages` ends with the user's; `picture` is None where there is none."""

    messages: tuple[dict[str, str], ...]
    answer: str
    accepted: tuple[str, ...]
    category: str
    language: str
    picture: Picture | None


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
            yield Sample(tuple(history), turn.answer, turn.accepted, turn.category, self.language, self.picture)
            history.append({"role": "assistant", "content": turn.answer})

    def last(self) -> Sample:
        """The sample of the last round."""
        *_, sample = self.samples()
        return sample
