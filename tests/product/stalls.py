"""How long the machine stood still: promised seconds are seconds in which it ran."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

TICK = 0.1
"""Seconds between two looks at the clock."""

ORDINARY = 0.5
"""A look that comes no later than this much is late because others work, not because the machine stands."""


@dataclass
class Stalls:
    """Stretches of time.monotonic() in which this machine did nothing."""

    stretches: list[tuple[float, float]] = field(default_factory=list)

    def any_since(self, begin: float) -> bool:
        """Whether the machine stood still at any time since then."""
        return any(until > begin for _, until in self.stretches)

    def between(self, begin: float, end: float) -> float:
        """Seconds of this span in which the machine ran."""
        lost = sum(max(min(end, until) - max(begin, since), 0.0) for since, until in self.stretches)
        return end - begin - lost


@asynccontextmanager
async def watched() -> AsyncIterator[Stalls]:
    """Watch the clock while the block runs."""
    stalls = Stalls()
    watching = asyncio.create_task(_watch(stalls))
    try:
        yield stalls
    finally:
        watching.cancel()


async def _watch(stalls: Stalls) -> None:
    while True:
        before = time.monotonic()
        await asyncio.sleep(TICK)
        now = time.monotonic()
        if now - before > TICK + ORDINARY:
            stalls.stretches.append((before + TICK, now))
