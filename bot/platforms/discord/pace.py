"""How often: waits that grow, sessions begun anew, posts in a second."""

from collections.abc import Callable
from random import uniform

from bot.platforms.discord.limits import IDENTIFY_EVERY, POSTS_A_SECOND


class Backoff:
    """Waits that double from `least` to `most` seconds, each between half and all of that, until `reset`."""

    def __init__(
        self, least: float = 1.0, most: float = 30.0, between: Callable[[float, float], float] = uniform
    ) -> None:
        self._least, self._most, self._between = least, most, between
        self._wait = least

    def next(self) -> float:
        """Seconds to wait now."""
        wait, self._wait = self._wait, min(self._wait * 2, self._most)
        return self._between(wait / 2, wait)

    def ease(self, most: float) -> None:
        """Wait no longer than this the next time."""
        self._wait = min(self._wait, most)

    def reset(self) -> None:
        self._wait = self._least


class Identifies:
    """When a gateway session may be begun anew.

    Discord takes a token back that begins 1,000 in a day, so `room` may follow one another, and then one every
    `refill` seconds; never two within `every`.
    """

    def __init__(self, every: float = IDENTIFY_EVERY, room: float = 20.0, refill: float = 100.0) -> None:
        self._every, self._room, self._refill = every, room, refill
        self._left, self._at = room, 0.0
        self._next = 0.0

    def wait(self, now: float) -> float:
        """Take a turn: the seconds until it."""
        self._left = min(self._room, self._left + (now - self._at) / self._refill)
        self._at = now
        at = max(self._next, now, now + (1 - self._left) * self._refill)
        self._left -= 1
        self._next = at + self._every
        return at - now


class Starts:
    """So many starts a second, evenly."""

    def __init__(self, a_second: float = POSTS_A_SECOND) -> None:
        self._step = 1 / a_second
        self._next = 0.0

    def wait(self, now: float) -> float:
        """Take a turn: the seconds until it."""
        at = max(now, self._next)
        self._next = at + self._step
        return at - now
