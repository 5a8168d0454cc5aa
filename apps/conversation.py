"""What one visitor and the model have said: the state that the model sees, never read back from the page."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from model.types import Message


@dataclass
class Round:
    """A question with its answer; `stopped` marks an answer that was cut short by the visitor or by an error."""

    question: str
    answer: str = ""
    stopped: bool = False


@dataclass
class Run:
    """One answer on its way. It belongs to the conversation until that moves on (`Conversation.clear`)."""

    round: Round
    before: tuple[Round, ...]
    replaced: Round | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    def messages(self) -> list[Message]:
        """The rounds before, and the question."""
        messages: list[Message] = []
        for earlier in self.before:
            messages.append({"role": "user", "content": earlier.question})
            messages.append({"role": "assistant", "content": earlier.answer})
        return [*messages, {"role": "user", "content": self.round.question}]


class Conversation:
    """Whole or stopped rounds, at most one run, at most one picture. Every method may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rounds: tuple[Round, ...] = ()
        self._run: Run | None = None
        self._picture: str | None = None

    @property
    def rounds(self) -> tuple[Round, ...]:
        """The settled rounds, and last the one on its way."""
        with self._lock:
            return self._rounds if self._run is None else (*self._rounds, self._run.round)

    @property
    def picture(self) -> str | None:
        """The file that the conversation is about."""
        return self._picture

    @property
    def running(self) -> bool:
        """Whether an answer is on its way."""
        return self._run is not None

    def ask(self, question: str) -> Run | None:
        """Starts a round; None while an answer is on its way."""
        with self._lock:
            if self._run is not None:
                return None
            self._run = Run(Round(question), self._rounds)
            return self._run

    def ask_again(self) -> Run | None:
        """Starts the last round anew; None while an answer is on its way, or when there is no round."""
        with self._lock:
            if self._run is not None or not self._rounds:
                return None
            *before, last = self._rounds
            self._rounds = tuple(before)
            self._run = Run(Round(last.question), self._rounds, replaced=last)
            return self._run

    def owns(self, run: Run) -> bool:
        """Whether `run` is still the answer that the conversation waits for."""
        return self._run is run

    def settle(self, run: Run, whole: bool) -> bool:
        """Ends `run`: its round is kept whole, kept as stopped, or (nothing was said) absent. Whether it was kept.

        A round that was to be replaced comes back if its new answer is absent.
        """
        with self._lock:
            if self._run is not run:
                return False
            self._run = None
            kept = whole or bool(run.round.answer.strip())
            if kept:
                run.round.stopped = not whole
                self._rounds = (*run.before, run.round)
            elif run.replaced is not None:
                self._rounds = (*run.before, run.replaced)
            return kept

    def stop(self) -> None:
        """Asks the answer on its way to end within one token."""
        with self._lock:
            if self._run is not None:
                self._run.stop.set()

    def clear(self, picture: str | None = None) -> None:
        """A new conversation, about `picture`; an answer on its way ends and is forgotten."""
        with self._lock:
            if self._run is not None:
                self._run.stop.set()
            self._run = None
            self._rounds = ()
            self._picture = picture


class Visitor:
    """One open page: its language, its conversation, and what its status line says. Copies start afresh.

    `follow_ups` is what to propose after a question, where an example has set one up.
    """

    def __init__(self, lang: str = "en") -> None:
        self.lang = lang
        self.conversation = Conversation()
        self.notice: Any = None
        self.follow_ups: dict[str, str] = {}

    def __deepcopy__(self, memo: dict[int, Any]) -> Visitor:
        return Visitor(self.lang)

    def start_anew(self, picture: str | None = None) -> None:
        """A new conversation, about `picture`, with nothing left of the one before."""
        self.conversation.clear(picture)
        self.notice = None
        self.follow_ups = {}
