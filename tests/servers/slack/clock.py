"""Slack's clock, which a test may move on, and the bell that wakes those who wait for something."""

import asyncio
import time
from collections.abc import Callable
from email.utils import formatdate


class Bell:
    """Rings after every change; those who wait look again."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()
        self._rung = asyncio.Event()

    async def until(self, so: Callable[[], bool], within: float) -> bool:
        """Whether it became so in time; `within` are seconds of this machine."""
        due = time.monotonic() + within
        while not so():
            left = due - time.monotonic()
            if left <= 0:
                return False
            await self._heard(left)
        return True

    async def _heard(self, left: float) -> None:
        try:
            async with asyncio.timeout(left):
                await self._rung.wait()
        except TimeoutError:
            return


class Clock:
    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._moved = 0.0
        self.skew = 0.0

    def now(self) -> float:
        """Seconds for durations; a skewed wall clock does not change them."""
        return time.monotonic() + self._moved

    def wall(self) -> float:
        """Unix time as Slack has it: Date headers and ts."""
        return time.time() + self._moved + self.skew

    def signing(self) -> float:
        """Unix time for signatures: not moved on, or every later request would be refused as too old."""
        return time.time() + self.skew

    def date(self) -> str:
        return formatdate(self.wall(), usegmt=True)

    def advance(self, seconds: float) -> None:
        self._moved += seconds
        self._bell.ring()

    async def until(self, due: float, so: Callable[[], bool] = lambda: False) -> bool:
        """Wait until `so`, or until now() has reached `due`; whether it was so."""
        while not so():
            left = due - self.now()
            if left <= 0:
                return False
            await self._bell.until(lambda: so() or self.now() >= due, left)
        return True
