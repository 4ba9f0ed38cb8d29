"""Questions asked as fast as they are answered, always as many at once; how long each one waits is measured."""

import asyncio
import time
from collections.abc import Callable

AT_ONCE = 8
PATIENCE = 60.0
"""Seconds a flood may last, and one more for each hundred questions; nobody waits for an answer that was lost."""


class Flood:
    """Asks `count` questions; `ask` gets the number of each, and who hears an answer says so with `answered`."""

    def __init__(self, ask: Callable[[int], None], count: int, first: int = 0) -> None:
        self._ask = ask
        self._next = first
        self._last = first + count
        self._asked: dict[int, float] = {}
        self._done = asyncio.get_running_loop().create_future()
        self.waited: list[float] = []
        """Milliseconds from each question to its answer."""

    async def run(self) -> list[float]:
        for _ in range(min(AT_ONCE, self._last - self._next)):
            self._go_on()
        async with asyncio.timeout(PATIENCE + (self._last - self._next) / 100):
            await self._done
        return self.waited

    def answered(self, number: int) -> None:
        """Note the answer, and ask on."""
        asked = self._asked.pop(number, None)
        if asked is None:
            return self.fail(f"question {number} was answered twice")
        self.waited.append((time.perf_counter() - asked) * 1000)
        self._go_on()
        if not self._asked and not self._done.done():
            self._done.set_result(None)
        return None

    def fail(self, why: str) -> None:
        """End the flood: what was answered is not what was asked for."""
        if not self._done.done():
            self._done.set_exception(RuntimeError(why))

    def _go_on(self) -> None:
        if self._next < self._last and not self._done.done():
            number, self._next = self._next, self._next + 1
            self._asked[number] = time.perf_counter()
            self._ask(number)
