"""The alarm clock: wakes whoever plans when the next slot is due. Whoever plans looks every few seconds in any case.

APScheduler waits by the clock on the wall, which may be set, and its own triggers skip and double around
clock changes, so it never decides when a digest is due.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger


class Alarm:
    """Rings by calling `ring` on the event loop. `clock` is what moments are read on; this machine's may be another."""

    def __init__(self, ring: Callable[[], None], clock: Callable[[], datetime]) -> None:
        usual: dict[str, Any] = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=usual)
        self._ring, self._clock = ring, clock
        self._at: datetime | None = None

    def start(self) -> None:
        self._scheduler.start()

    def set(self, at: datetime | None) -> None:
        """Ring at this moment too, instead of the one before."""
        if at == self._at:
            return
        self._at = at
        if at is not None:
            here = datetime.now(UTC) + (at - self._clock())
            self._scheduler.add_job(self._rung, DateTrigger(here, timezone=UTC), id="slot", replace_existing=True)

    def stop(self) -> None:
        self._scheduler.shutdown(wait=False)

    async def _rung(self) -> None:
        self._ring()
