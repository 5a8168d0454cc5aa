"""The one queue in front of a model: first come, first served, one at a time."""

from __future__ import annotations

import threading
from collections import deque
from types import TracebackType

from .errors import UserError


class Gate:
    """Hands the model to one ticket at a time, in the order of arrival.

    Tickets are not bound to a thread: a generator may be advanced by a different one each time.
    """

    def __init__(self, max_waiting: int = 32) -> None:
        self.max_waiting = max_waiting
        self._line: deque[Ticket] = deque()
        self._changed = threading.Condition()

    def ticket(self) -> Ticket:
        """A place in the line, taken on entering it as a context. Raises: UserError("busy") when the line is full."""
        return Ticket(self)


class Ticket:
    """One request's place in the line of a `Gate`; leaving the context frees it, whoever is where in the line."""

    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def __enter__(self) -> Ticket:
        gate = self._gate
        with gate._changed:
            if len(gate._line) > gate.max_waiting:
                raise UserError("busy", waiting=len(gate._line) - 1)
            gate._line.append(self)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        gate = self._gate
        with gate._changed:
            gate._line.remove(self)
            gate._changed.notify_all()

    def position(self) -> int:
        """How many are ahead; 0 when it is this one's turn."""
        with self._gate._changed:
            return self._gate._line.index(self)

    def wait(self, seconds: float) -> None:
        """Sleep until the line moves, or `seconds` have passed."""
        with self._gate._changed:
            if self._gate._line[0] is not self:
                self._gate._changed.wait(seconds)
