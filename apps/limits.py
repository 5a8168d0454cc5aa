"""How often a visitor may ask, or guess a password, in a minute; how many may wait is for the model's gate to say."""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import deque
from collections.abc import Callable

from model.errors import UserError

MINUTE = 60.0
GUESSES = 10  # wrong passwords and keys of a visitor in a minute
_MANY = 1000  # visitors; beyond that those who asked nothing for a minute are forgotten


class RateLimit:
    """At most `per_minute` questions of one visitor within any minute; 0 is no limit. Any thread may ask."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._asked: dict[str, deque[float]] = {}  # by visitor: when, within the last minute
        self._lock = threading.Lock()

    def check(self, address: str) -> None:
        """Counts a question from `address`. Raises: UserError("rate_limited"), which does not count."""
        if wait := self.wait(address):
            raise UserError("rate_limited", limit=self.per_minute, seconds=wait)

    def wait(self, address: str, count: bool = True) -> int:
        """0 if `address` may do something now, which counts unless it is only looked; else the seconds until it may."""
        if not self.per_minute:
            return 0
        with self._lock:
            now = self._clock()
            if len(self._asked) > _MANY:
                self._asked = {who: times for who, times in self._asked.items() if times and times[-1] > now - MINUTE}
            times = self._asked.setdefault(visitor(address), deque(maxlen=self.per_minute))
            wait = times[0] + MINUTE - now if len(times) == self.per_minute else 0.0
            if wait > 0:
                return math.ceil(wait)
            if count:
                times.append(now)
            return 0


def visitor(address: str) -> str:
    """Who an address stands for: whoever has one address of IPv6 has all 2⁶⁴ of its network."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(ip, ipaddress.IPv4Address):
        return str(ip)
    return str(ip.ipv4_mapped or ipaddress.ip_network((ip, 64), strict=False))
