"""What a module of questions about one kind of picture offers, and conversations made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

from tuning.pictures.picture import Picture
from tuning.sample import Round

FOLLOW_UP = "follow_up"


@dataclass(frozen=True)
class View:
    """A picture as questions in one language ("en" or "zh") see it."""

    picture: Picture
    language: str


Asked = tuple[Round, Any]
"""A round, and what it was about, which follow-ups lean on (None if none can)."""


class Domain(Protocol):
    """A module such as `tuning.questions.clock`."""

    @property
    def CATEGORIES(self) -> Mapping[str, float]:
        """Every kind of first question with its share of the domain's rounds; the names are unique over all domains."""
        ...

    def question(self, view: View, category: str, split: str, rng: Random) -> Asked | None:
        """A first question of the category; None if this picture allows none without dispute."""
        ...

    def follow_up(self, view: View, before: Any, split: str, rng: Random) -> Asked | None:
        """A question (category `FOLLOW_UP`) that only makes sense after the one about `before`, if there is one."""
        ...


def rounds(
    domain: Domain,
    view: View,
    rng: Random,
    count: int,
    split: str = "train",
    weights: Mapping[str, float] | None = None,
    follow_up_share: float = 0.2,
) -> list[Round]:
    """Up to `count` rounds about the picture, no question twice, a share of them leaning on the one before."""
    weights = weights or domain.CATEGORIES
    names, shares = list(weights), list(weights.values())
    made: list[Round] = []
    seen: set[str] = set()
    before: Any = None
    for _ in range(count * 3):
        if len(made) == count:
            break
        asked = None
        if before is not None and rng.random() < follow_up_share:
            asked = domain.follow_up(view, before, split, rng)
        if asked is None:
            asked = domain.question(view, rng.choices(names, shares)[0], split, rng)
        if asked is None or asked[0].question in seen:
            continue
        seen.add(asked[0].question)
        made.append(asked[0])
        before = asked[1]
    return made
