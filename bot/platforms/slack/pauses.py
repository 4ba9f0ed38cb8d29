"""Pauses between attempts to connect: longer each time, and none after a connection that held."""

from collections.abc import Callable
from secrets import SystemRandom

uniform = SystemRandom().uniform


class Pauses:
    """From `first` to `longest` seconds, a fifth more or less, so that many bots do not come at once."""

    def __init__(
        self, first: float, longest: float, steady: float, spread: Callable[[float, float], float] = uniform
    ) -> None:
        self._first, self._longest, self._steady = first, longest, steady
        self._spread = spread
        self._next = 0.0

    def after(self, lived: float) -> float:
        """How long to wait after a connection that held for so many seconds; one that failed held for none.

        One that did not hold for `steady` seconds is no better: where each breaks soon, the pauses grow all the same.
        """
        if lived >= self._steady:
            self._next = 0.0
        pause = self._next * self._spread(0.8, 1.2)
        self._next = min(max(self._next * 2, self._first), self._longest)
        return min(pause, self._longest)
