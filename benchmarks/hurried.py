"""A day's time in minutes: an event loop and clocks on which time runs faster than it does.

Nothing is skipped: all work takes as long as it does, and so counts as many times slower than it is. What is fast
enough here is so in its own time.
"""

import asyncio
import selectors
import sys
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from bot.digests.steady import steady

T = TypeVar("T")


class Hurry:
    """Time that runs `speed` times as fast, from the moment that this is made."""

    def __init__(self, speed: float) -> None:
        self.speed = speed
        self._began, self._wall = time.monotonic(), datetime.now(UTC)

    def steady(self) -> float:
        return self._began + (time.monotonic() - self._began) * self.speed

    def clock(self) -> datetime:
        return self._wall + timedelta(seconds=self.steady() - self._began)

    def run(self, work: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Run this to its end; the loop's clock is hurried, and the steady one of all that knows it."""
        ours = [vars(one) for name, one in sys.modules.items() if name.startswith("bot.")]
        known = [names for names in ours if names.get("steady") is steady]
        for names in known:
            names["steady"] = self.steady  # the lanes need no hook for it in the bot itself
        try:
            with asyncio.Runner(loop_factory=lambda: _Loop(self)) as runner:
                return runner.run(work())
        finally:
            for names in known:
                names["steady"] = steady


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, hurry: Hurry) -> None:
        self._hurry = hurry
        super().__init__(_Selector(hurry.speed))

    def time(self) -> float:
        return self._hurry.steady()


class _Selector(selectors.DefaultSelector):
    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout / self._speed if timeout else timeout)
