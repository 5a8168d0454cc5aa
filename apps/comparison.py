"""Two answers to the same questions, side by side: what was asked, what each said, and which was better."""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

from model.gate import Pair
from model.types import GenerationParams

from .conversation import Run, Visitor
from .transcript import Entry
from .turns import Frame, answer

VOTES = ("left", "tie", "bad", "right")
OWN_SETTINGS = "own"
PER_SECOND = 12


@dataclass(frozen=True)
class Contestant:
    """Who answers: a model and how; `preset` is the key of a built-in one, or "own"."""

    model: Any  # as `apps.metrics.MeteredModel`
    preset: str
    params: GenerationParams
    system: str = ""

    @property
    def name(self) -> str:
        """Its model's."""
        return str(self.model.info.name)


@dataclass
class Round:
    """One question; `contestants` in the order of the sides.

    `vote` is one of `VOTES`, or empty; a `blind` one was given before the names were shown.
    """

    contestants: tuple[Contestant, Contestant]
    vote: str = ""
    blind: bool = False


@dataclass
class Comparison:
    """One open page of comparisons. `sides` are left and right; `order` says which contestant each of them is."""

    lang: str = "en"
    blind: bool = False
    notice: Any = None
    sides: tuple[Visitor, Visitor] = field(default_factory=lambda: (Visitor(), Visitor()))
    order: tuple[Literal[0, 1], Literal[0, 1]] = (0, 1)
    rounds: list[Round] = field(default_factory=list)
    chosen: list[str] = field(default_factory=lambda: ["", ""])  # the models' names, in the order of the contestants
    id: str = field(default_factory=lambda: secrets.token_hex(8))

    def __deepcopy__(self, memo: dict[int, Any]) -> Comparison:
        """Copies start afresh, as each visitor does."""
        return Comparison(self.lang)

    @property
    def running(self) -> bool:
        """Whether an answer is on its way."""
        return any(side.conversation.running for side in self.sides)

    @property
    def hidden(self) -> bool:
        """Whether names are kept back: until the first vote."""
        return self.blind and not any(round_.vote for round_ in self.rounds)

    @property
    def may_vote(self) -> bool:
        """Whether both have answered."""
        return bool(self.rounds) and not self.running

    def clear(self) -> None:
        """A new comparison of the same two."""
        for side in self.sides:
            side.start_anew()
        self.rounds = []
        self.id = secrets.token_hex(8)

    def stop(self) -> None:
        """Asks both answers to end within one token."""
        for side in self.sides:
            side.conversation.stop()

    def pairs(self) -> list[tuple[str, Entry, Entry]]:
        """Each question with its two answers."""
        left, right = (side.conversation.transcript.path() for side in self.sides)
        return [(left[at].text, left[at + 1], right[at + 1]) for at in range(0, min(len(left), len(right)) - 1, 2)]

    async def ask(self, question: str, contestants: tuple[Contestant, Contestant]) -> AsyncIterator[None]:
        """Lets both answer at once; an item for each change. A side that says nothing has an empty answer."""
        if not self.rounds and self.blind:
            self.order = random.SystemRandom().choice(((0, 1), (1, 0)))
        elif not self.rounds:
            self.order = (0, 1)
        by_side = contestants[self.order[0]], contestants[self.order[1]]
        pair = Pair() if by_side[0].name == by_side[1].name else None
        works: list[AsyncIterator[Frame]] = []
        for side, contestant in zip(self.sides, by_side, strict=True):
            run = side.conversation.ask(question)
            assert run is not None  # `running` was asked before
            works.append(self._answer(side, run, contestant, pair))
        self.rounds.append(Round(by_side))
        asked = len(self.rounds)
        try:
            async for _ in merged(works):
                yield
        finally:
            if len(self.rounds) == asked and not self.running:  # else the page has begun another comparison
                self._even_out(question)

    def _answer(self, side: Visitor, run: Run, contestant: Contestant, pair: Pair | None) -> AsyncIterator[Frame]:
        side.lang = self.lang
        return answer(contestant.model, side, run, contestant.params, None, contestant.system, pair)

    def _even_out(self, question: str) -> None:
        """Where one side has an answer, the other gets an empty one; where none has, nothing was asked."""
        answered = [len(side.conversation.transcript.path()) // 2 == len(self.rounds) for side in self.sides]
        if not any(answered):
            self.rounds.pop()
        for side, has_answer in zip(self.sides, answered, strict=True):
            if any(answered) and not has_answer and (run := side.conversation.ask(question)) is not None:
                side.conversation.settle(run, "stop")


async def merged(works: list[AsyncIterator[Any]]) -> AsyncIterator[None]:
    """Something for each change in any of them, at most `PER_SECOND` times a second, and once at the end."""
    changed = asyncio.Event()

    async def follow(work: Any) -> None:
        async with aclosing(work) as items:
            async for _ in items:
                changed.set()

    tasks = [asyncio.create_task(follow(work)) for work in works]
    try:
        waiting = asyncio.gather(*tasks)
        while not waiting.done():
            with suppress(TimeoutError):
                await asyncio.wait_for(changed.wait(), 1.0)
            if changed.is_set():
                changed.clear()
                yield
            await asyncio.wait({waiting}, timeout=1 / PER_SECOND)
        await waiting
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
