"""Pauses between attempts to connect: longer each time, and none after a connection that held."""

from collections.abc import Callable
from secrets import SystemRandom

uniform = SystemRandom().uniform

FEW = 5
"""Connections in a row that came up and did not last, after which each pause is short: a bad minute of the network."""


class Pauses:
    """From `first` to `longest` seconds, a fifth more or less, so that many bots do not come at once."""

    def __init__(
        self, first: float, longest: float, steady: float, spread: Callable[[float, float], float] = uniform
    ) -> None:
        self._first, self._longest, self._steady = first, longest, steady
        self._spread = spread
        self._next = 0.0
        self._brief = 0

    def after(self, lived: float) -> float:
        """How long to wait after a connection that held for so many seconds; one that failed held for none.

        After a few in a row that did not hold for `steady` seconds the pauses grow all the same.
        """
        if lived >= self._steady:
            self._next, self._brief = 0.0, 0
        elif lived > 0:
            self._brief += 1
            if self._brief <= FEW:
                self._next = min(self._next, self._first)
        pause = self._next * self._spread(0.8, 1.2)
        self._next = min(max(self._next * 2, self._first), self._longest)
        return min(pause, self._longest)
