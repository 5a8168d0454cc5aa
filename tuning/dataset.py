"""Everything the model is taught, mixed: pictures of every kind, conversations about them and without one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from random import Random
from typing import Protocol

from tuning import sort_of_clevr
from tuning.pictures.kinds import KINDS, random_picture
from tuning.pictures.picture import Picture
from tuning.questions import charts, clock, icons, outside, shapes, writing
from tuning.questions.domain import FOLLOW_UP, Domain, View, rounds
from tuning.sample import LANGUAGES, Conversation, Round, Sample
from tuning.talk import (
    arithmetic,
    dictionary,
    facts,
    letters,
    memory,
    ordering,
    refusals,
    repeating,
    rich,
    smalltalk,
    software,
)

DOMAINS: dict[str, Domain] = {
    "shapes": shapes,
    "writing": writing,
    "clock": clock,
    "icons": icons,
    "bar_chart": charts,
    "pie_chart": charts,
    "outside": outside,
    "sort_of_clevr": sort_of_clevr,  # never mixed in: it is a benchmark
}


class Talk(Protocol):
    """A module of `tuning.talk`."""

    @property
    def CATEGORIES(self) -> Mapping[str, float]:
        """Every kind of question with its share of the module's rounds."""
        ...

    def rounds(self, category: str, language: str, split: str, rng: Random) -> list[Round]:
        """Rounds whose last one has the category; those before it set the context up."""
        ...


TALK: dict[str, tuple[float, Talk]] = {
    "arithmetic": (0.22, arithmetic),
    "ordering": (0.07, ordering),
    "letters": (0.09, letters),
    "dictionary": (0.13, dictionary),
    "facts": (0.13, facts),
    "smalltalk": (0.08, smalltalk),
    "software": (0.05, software),
    "memory": (0.06, memory),
    "rich": (0.04, rich),
    "repeating": (0.06, repeating),
    "refusals": (0.07, refusals),
}
PICTURE_SHARE = 0.6  # of the questions of an evaluation
_FOLLOW_UP_SHARE = 0.05  # likewise
_CHAT_SHARE = 0.06  # of the rounds beside a picture ignore it
_NEEDS_NO_PICTURE = "no_picture"
_REFUSED = "out_of_domain"  # asks for the time of day among other things, which a clock tells


def _table(parts: Mapping[str, tuple[float, Mapping[str, float]]]) -> dict[str, tuple[str, float]]:
    """Category → the part that has it, and its share of everything."""
    return {
        category: (name, share * weight / sum(weights.values()))
        for name, (share, weights) in parts.items()
        for category, weight in weights.items()
    }


TALK_CATEGORIES = _table({name: (share, module.CATEGORIES) for name, (share, module) in TALK.items()})


def rng_for(seed: int, split: str) -> Random:
    """The random numbers of a seed; no two splits share any."""
    return Random(f"{split} {seed}")


def talk_rounds(rng: Random, language: str, split: str = "train", category: str | None = None) -> list[Round]:
    """Rounds without a picture; the last one is of the category, or of any by its share."""
    if category is None:
        names = list(TALK_CATEGORIES)
        category = rng.choices(names, [share for _, share in TALK_CATEGORIES.values()])[0]
    return TALK[TALK_CATEGORIES[category][0]][1].rounds(category, language, split, rng)


def _is_idle(category: str, picture: Picture | None) -> bool:
    """Whether the picture does not change what is answered."""
    return category != _NEEDS_NO_PICTURE and not (category == _REFUSED and picture and picture.kind == "clock")


def _idle_rounds(rng: Random, language: str, split: str, picture: Picture | None) -> list[Round]:
    """Talk that the picture does not change."""
    while True:
        made = talk_rounds(rng, language, split)
        if _is_idle(made[-1].category, picture):
            return made


def picture_conversation(
    picture: Picture, rng: Random, language: str, count: int, split: str = "train", chat_share: float = _CHAT_SHARE
) -> Conversation:
    """Up to `count` rounds about the picture, a few of them talk that ignores it."""
    made: list[Round] = []
    for turn in rounds(DOMAINS[picture.kind], View(picture, language), rng, count, split):
        if turn.category != FOLLOW_UP and rng.random() < chat_share:
            made += _idle_rounds(rng, language, split, picture)
        made.append(turn)
    return Conversation(picture, language, tuple(made[:count]))


def talk_conversation(rng: Random, language: str, count: int, split: str = "train") -> Conversation:
    """At least `count` rounds without a picture."""
    made: list[Round] = []
    while len(made) < count:
        made += talk_rounds(rng, language, split)
    return Conversation(None, language, tuple(made))


def conversations(
    seed: int, split: str = "train", language: str | None = None, count: int = 8
) -> Iterator[Conversation]:
    """Conversations without end, the same for the same arguments."""
    rng = rng_for(seed, split)
    while True:
        spoken = language or rng.choice(LANGUAGES)
        if rng.random() < PICTURE_SHARE:
            yield picture_conversation(random_picture(rng), rng, spoken, count, split)
        else:
            yield talk_conversation(rng, spoken, count, split)


def shares() -> dict[str, float]:
    """Every category of question and its share of an evaluation."""
    table: dict[str, float] = {FOLLOW_UP: _FOLLOW_UP_SHARE}
    for name, kind in KINDS.items():
        weights = DOMAINS[name].CATEGORIES
        for category, weight in weights.items():
            part = (PICTURE_SHARE - _FOLLOW_UP_SHARE) * kind.share * weight / sum(weights.values())
            table[category] = table.get(category, 0.0) + part
    for category, (_, share) in TALK_CATEGORIES.items():
        table[category] = table.get(category, 0.0) + (1 - PICTURE_SHARE) * share
    return table


def sample(rng: Random, language: str, category: str, split: str = "held_out") -> Sample:
    """One question of the category; four in ten of those that allow it come with earlier rounds or an idle picture."""
    if category in TALK_CATEGORIES:
        return _talk_sample(rng, language, category, split)
    able = [name for name in KINDS if category == FOLLOW_UP or category in DOMAINS[name].CATEGORIES]
    while True:
        picture = random_picture(rng, rng.choices(able, [KINDS[name].share for name in able])[0])
        domain, view = DOMAINS[picture.kind], View(picture, language)
        before = rng.randint(1, 2) if rng.random() < 0.4 else 0
        history = rounds(domain, view, rng, before, split)
        weights = None if category == FOLLOW_UP else {category: 1.0}
        last = rounds(domain, view, rng, 2 if category == FOLLOW_UP else 1, split, weights, follow_up_share=1.0)
        if last and last[-1].category == category:
            return Conversation(picture, language, (*history, *last)).last()


def _talk_sample(rng: Random, language: str, category: str, split: str) -> Sample:
    picture = random_picture(rng) if category != _NEEDS_NO_PICTURE and rng.random() < 0.1 else None
    if not _is_idle(category, picture):
        picture = None
    history = _idle_rounds(rng, language, split, picture) if rng.random() < 0.2 else []
    return Conversation(picture, language, (*history, *talk_rounds(rng, language, split, category))).last()
