"""The mixed stream of conversations that training reads, and single samples drawn from it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tuning import questions, smalltalk
from tuning.sample import LANGUAGES, Conversation, Round, Sample
from tuning.scenes import MAX_OBJECTS, Scene, random_scene

_WITH_PICTURE = {"smalltalk", "sum", "difference", "out_of_domain"}
_EMPTY_SHARE = 0.02


def rng_for(seed: int, split: str) -> Random:
    """The random numbers of a seed; no two splits share any."""
    return Random(f"{split} {seed}")


def picture_conversation(
    rng: Random,
    language: str,
    count: int,
    split: str = "train",
    objects: tuple[int, int] = (1, MAX_OBJECTS),
    chat_share: float = 0.06,
) -> Conversation:
    """A new picture and up to `count` rounds about it, a few of them small talk or sums that ignore it."""
    scene = picture_scene(rng, objects)
    return scene_conversation(scene, rng, language, count, split, chat_share)


def picture_scene(rng: Random, objects: tuple[int, int] = (1, MAX_OBJECTS)) -> Scene:
    """A scene to ask about, once in a while an empty one."""
    return random_scene(rng, (0, 0) if rng.random() < _EMPTY_SHARE else objects)


def scene_conversation(
    scene: Scene, rng: Random, language: str, count: int, split: str = "train", chat_share: float = 0.06
) -> Conversation:
    """Up to `count` rounds about a scene, a few of them small talk or sums that ignore it."""
    rounds: list[Round] = []
    for turn in questions.rounds(scene, language, rng, count, split):
        if turn.category != "follow_up" and rng.random() < chat_share:
            rounds.append(_chat(rng, language, split, with_picture=True))
        rounds.append(turn)
    return Conversation(scene, language, tuple(rounds[:count]))


def text_conversation(rng: Random, language: str, count: int, split: str = "train") -> Conversation:
    """`count` rounds without a picture."""
    rounds = tuple(_chat(rng, language, split, with_picture=False) for _ in range(count))
    return Conversation(None, language, rounds)


def _chat(rng: Random, language: str, split: str, with_picture: bool) -> Round:
    shares = {k: v for k, v in smalltalk.CATEGORIES.items() if not with_picture or k in _WITH_PICTURE}
    return smalltalk.text_round(language, rng, split, rng.choices(list(shares), list(shares.values()))[0])


def conversations(
    seed: int,
    split: str = "train",
    language: str | None = None,
    rounds: int = 8,
    text_share: float = 0.25,
    objects: tuple[int, int] = (1, MAX_OBJECTS),
) -> Iterator[Conversation]:
    """Conversations without end, the same for the same arguments; a share of them has no picture."""
    rng = rng_for(seed, split)
    while True:
        spoken = language or rng.choice(LANGUAGES)
        if rng.random() < text_share:
            yield text_conversation(rng, spoken, rounds, split)
        else:
            yield picture_conversation(rng, spoken, rounds, split, objects)


def samples(seed: int, split: str = "train", language: str | None = None, rounds: int = 3) -> Iterator[Sample]:
    """Single questions without end, most of them first ones, the others with one or more rounds of history."""
    for talk in conversations(seed, split, language, rounds):
        yield from talk.samples()


def shares() -> dict[str, float]:
    """Every category of question and its share of an evaluation: three quarters are about a picture."""
    about_pictures = {**questions.CATEGORIES, "follow_up": 1.0}
    return {
        name: whole * share / sum(table.values())
        for whole, table in ((0.75, about_pictures), (0.25, smalltalk.CATEGORIES))
        for name, share in table.items()
    }


def sample(rng: Random, language: str, category: str, split: str = "held_out") -> Sample:
    """One question of the category; four in ten of those that allow it come with earlier rounds or an idle picture."""
    if category in smalltalk.CATEGORIES:
        return _text_sample(rng, language, category, split)
    while True:
        scene = picture_scene(rng)
        before = rng.randint(1, 2) if rng.random() < 0.4 or category == "follow_up" else 0
        history = questions.rounds(scene, language, rng, before, split)
        shares = {category: 1.0} if category != "follow_up" else questions.CATEGORIES
        last = questions.rounds(scene, language, rng, 2 if category == "follow_up" else 1, split, shares, 1.0)
        if not last or last[-1].category != category:
            continue
        *_, made = Conversation(scene, language, (*history, *last)).samples()
        return made


def _text_sample(rng: Random, language: str, category: str, split: str) -> Sample:
    before = rng.randint(1, 2) if rng.random() < 0.2 else 0
    idle_picture = category in _WITH_PICTURE and rng.random() < 0.2
    scene = random_scene(rng) if idle_picture else None
    history = [_chat(rng, language, split, with_picture=idle_picture) for _ in range(before)]
    asked = smalltalk.text_round(language, rng, split, category)
    *_, made = Conversation(scene, language, (*history, asked)).samples()
    return made
