"""The one queue in front of a model: first come, first served, one at a time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from types import TracebackType
from typing import TypeVar

from .errors import UserError

Item = TypeVar("Item")


class Gate:
    """Hands the model to one ticket at a time, in the order of arrival.

    Tickets are not bound to a thread: a generator may be advanced by a different one each time.
    """

    def __init__(self, max_waiting: int = 32) -> None:
        self.max_waiting = max_waiting
        self._line: deque[Ticket] = deque()
        self._changed = threading.Condition()

    def ticket(self, pair: Pair | None = None) -> Ticket:
        """A place in the line, taken on entering it as a context. Those of one `pair` share a place.

        Raises: UserError("busy") when the line is full.
        """
        return Ticket(self, pair)


class Pair:
    """Answers that are written side by side: they share a place in the line, and take turns at the model."""

    def __init__(self) -> None:
        self._turns = Gate()

    def turns(self, work: Iterator[Item]) -> Iterator[Item]:
        """The items of `work`, each computed while the others of the pair wait."""
        ended = object()
        while True:
            with self._turns.ticket() as turn:
                while turn.position():
                    turn.wait(1.0)
                item = next(work, ended)
            if item is ended:
                return
            yield item  # type: ignore[misc]


class Ticket:
    """One request's place in the line of a `Gate`; leaving the context frees it, whoever is where in the line."""

    def __init__(self, gate: Gate, pair: Pair | None = None) -> None:
        self._gate = gate
        self._place: object = pair or self

    def __enter__(self) -> Ticket:
        gate = self._gate
        with gate._changed:
            if len(gate._line) > gate.max_waiting:
                raise UserError("busy", waiting=len(gate._line) - 1)
            beside = [index for index, other in enumerate(gate._line) if other._place is self._place]
            gate._line.insert(beside[0] + 1 if beside else len(gate._line), self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        gate = self._gate
        with gate._changed:
            gate._line.remove(self)
            gate._changed.notify_all()

    def position(self) -> int:
        """How many are ahead; 0 when it is this one's turn."""
        with self._gate._changed:
            line = self._gate._line
            return len({id(line[index]._place) for index in range(line.index(self))} - {id(self._place)})

    def wait(self, seconds: float) -> None:
        """Sleep until the line moves, or `seconds` have passed."""
        with self._gate._changed:
            if self._gate._line[0]._place is not self._place:
                self._gate._changed.wait(seconds)
