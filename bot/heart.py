"""Whether the process is alive: its event loop turns, and each part of it goes its rounds."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two beats."""

STALL = 5.0
"""Seconds for which the loop may stand still before that is told: nobody was answered meanwhile."""

LASTING = 3
"""Beats for which something is in trouble before it is told: a connection that comes up is none."""

MINUTE = 60.0


class Turning(Protocol):
    """What goes its rounds: when it began the last one, by time.monotonic."""

    @property
    def turned_at(self) -> float: ...


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the bot, under the name that people read; one round of it takes `within` seconds at most."""

    name: str
    of: Turning
    within: float


class Heart:
    """Beats on the event loop, looks after the parts, and tells the log when the bot is not ready, and is again."""

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        self._tick = tick
        self.parts: Sequence[Part] = ()
        self._beat_at: float | None = None
        self._since = 0.0
        """From when on the parts are judged: the start, or the end of a stall, which was no fault of theirs."""
        self._lags: deque[tuple[float, float]] = deque()
        self._lasting: dict[str, int] = {}
        self._told: set[str] = set()

    async def run(self, trouble: Callable[[], Sequence[str]]) -> None:
        """Beat until cancelled; `trouble` is what keeps the bot from being ready, a sentence `Part: why` each."""
        self._since = self._beat_at = self._tick()
        while True:
            await asyncio.sleep(EVERY)
            self.beat()
            try:
                self._tell(trouble())
            except Exception:  # a fault in what is told must not stop the bot
                log.exception("it could not be told how the bot is")

    def beat(self) -> None:
        """The loop came round: note how late."""
        now = self._tick()
        late = max(0.0, now - (self._beat_at if self._beat_at is not None else now - EVERY) - EVERY)
        self._beat_at = now
        self._lags.append((now, late))
        while self._lags[0][0] < now - MINUTE:
            self._lags.popleft()
        if late > STALL:
            self._since = now
            log.warning("the event loop stood still for %.1f seconds; nobody was answered meanwhile", late)

    @property
    def lag(self) -> float:
        """Seconds by which the loop was late at most within the last minute."""
        return max((late for _, late in self._lags), default=0.0)

    def stopped(self) -> str:
        """Why the process is not alive, in a sentence; empty where it is, or has not begun."""
        if self._beat_at is None:
            return ""
        still = self._tick() - self._beat_at
        if still > EVERY + STALL:
            return f"the event loop has stood still for {still:.0f} seconds"
        for part in self.parts:
            idle = self._beat_at - max(part.of.turned_at, self._since)
            if idle > part.within:
                return f"{part.name} stands still: no round of it was begun for {idle:.0f} seconds"
        return ""

    def _tell(self, trouble: Sequence[str]) -> None:
        wrong = {sentence.partition(":")[0]: sentence for sentence in trouble}
        self._lasting = {part: self._lasting.get(part, 0) + 1 for part in wrong}
        for part, beats in self._lasting.items():
            if beats >= LASTING and part not in self._told:
                self._told.add(part)
                log.warning("not ready: %s", wrong[part])
        if self._told and not wrong:
            self._told.clear()
            log.info("ready again")
