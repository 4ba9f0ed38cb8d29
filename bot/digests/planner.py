"""Plans slots when they fall due, settles each, and has what was told put right: the loop that an alarm wakes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import datetime
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from bot.digest_settings import Digest
from bot.digests.alarm import Alarm
from bot.digests.composing import Composing, Sources
from bot.digests.corrections import Corrections
from bot.digests.lane import Passing, nothing
from bot.digests.leading import Leading
from bot.digests.planning import alarm_at, plan, rested
from bot.digests.rota import Rota, gone
from bot.digests.schedules import Schedules
from bot.digests.settling import Settled
from bot.digests.steady import steady
from bot.errors import StoreError
from bot.store.rows import Occurrence, Planned, Schedule
from bot.store.slots import NOW

if TYPE_CHECKING:
    from bot.store.memory import Store

log = logging.getLogger(__name__)

POLL = 5.0
"""Seconds after which it plans though no alarm rang: the clock may have been set."""

LOOK = 1.0
"""Seconds between two looks for what another process asked for."""

PATIENCE = 5.0
"""Seconds for which a digest waits while briefings are being read."""


class Planner:
    """Writes down what falls due and what is sent for it; `settled` is called when there is something to send.

    `trouble` is a sentence for the operator while it cannot. `turned_at` is when it last began a look.
    """

    def __init__(
        self,
        ledger: "Store",
        schedules: Schedules,
        sources: Sources,
        leading: Leading,
        clock: Callable[[], datetime],
        settled: Callable[[], None],
        passing: Passing = nothing,
    ) -> None:
        self.composing = Composing(ledger, schedules, sources, clock)
        self._corrections = Corrections(ledger, schedules, sources, clock, settled, passing)
        self._ledger, self._sources, self._leading, self._clock = ledger, sources, leading, clock
        self._schedules, self._settled, self._passing = schedules, settled, passing
        self._wake = asyncio.Event()
        self.turned_at = 0.0
        self._alarm = Alarm(self._wake.set, clock)
        self._troubles: dict[str, str] = {}
        self._took_over: int | None = None

    @property
    def leads(self) -> bool:
        """Whether this process plans at this moment."""
        return self._leading.holds

    @property
    def charge(self) -> int | None:
        """The fence of this process's lease while it plans, and goes by what was written before it; else None."""
        fence = self._leading.fence
        return fence if self._leading.holds and fence is not None and fence == self._took_over else None

    @property
    def trouble(self) -> str:
        return next(iter(self._troubles.values()), "")

    def wake(self) -> None:
        """The configuration changed, or somebody asked for a digest: look at once."""
        self._wake.set()

    async def run(self) -> None:
        """Plan and settle until cancelled."""
        self._alarm.start()
        try:
            while True:
                self._wake.clear()
                self.turned_at = monotonic()
                await self._tried("", self.round)
                await self._tried("", self._idle)
        finally:
            self._alarm.stop()
            await self._tried("", self._leading.give_up)

    async def _idle(self) -> None:
        """Wait for the alarm, for what another process asks for by hand or subscribes to, or for a while."""
        until = steady() + POLL
        while not self._wake.is_set() and steady() < until:
            self.turned_at = monotonic()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK):
                    await self._wake.wait()
            if await self._ledger.unfrozen() or await self._schedules.changed():
                return

    async def round(self) -> None:
        """Plan up to now, and settle what is planned, where no other process does so."""
        leads = await self._leading.renew()
        rota = await self._schedules.read()  # also where another plans, or every look would find them changed
        if not leads:
            return
        if self._leading.fence != self._took_over:
            await self._sources.take_over()
            self._took_over = self._leading.fence
            if self._ledger.database.shared:
                log.info("this replica plans digests from now on")
        await self._plan(_digests(rota))
        for occurrence in await self._ledger.unfrozen():
            if not await self._still_leads():
                return
            await self._tried(occurrence.schedule, partial(self.settle_one, occurrence))
        if not await self._still_leads():
            return
        await self._tried("corrections", self._corrections.round)
        digests, zone = _digests(self._schedules.rota), self._sources.config().timezone
        self._alarm.set(await asyncio.to_thread(alarm_at, digests, zone, self._clock()))

    async def _still_leads(self) -> bool:
        """One slot may take long, and several outlast the lease: nobody freezes what another may be freezing."""
        return not self._leading.due or await self._leading.renew()

    async def _tried(self, about: str, work: Callable[[], Awaitable[None]]) -> None:
        """Do one thing; what goes wrong is told once and tried again, and keeps no other digest from its time."""
        try:
            await work()
        except StoreError as error:
            told = f"digests wait, because the database does not answer: {error}"
        except Exception:
            log.exception("digest %s could not be planned; this is tried again", about or "of any name")
            told = f"digest {about} cannot be planned, by a fault of the bot: see the log"
        else:
            self._troubles.pop(about, None)
            return
        if self._troubles.get(about) != told:
            log.error(told)
        self._troubles[about] = told

    async def _plan(self, digests: Mapping[str, Digest]) -> None:
        zone, now = self._sources.config().timezone, self._clock()
        known = await self._ledger.schedules()
        if await self._schedules.changed():
            return  # one was ordered or ended meanwhile: the next look finds it, and both are of one moment
        found = {name: one for name, one in digests.items() if one.enabled}
        plans = [await self._planned(name, digest, zone, known, now) for name, digest in found.items()]
        changed = [one for one, _ in filter(None, plans) if known.get(one.name) != one]
        due = [slot for _, slots in filter(None, plans) for slot in slots]
        resting = rested(digests, known)
        if not changed and not due and not resting:
            return
        self._passing("plan before commit")
        new = await self._ledger.plan((*changed, *resting), due, now)
        self._passing("plan after commit")
        for one in new:
            log.info(
                "digest %s of %s %s", one.schedule, one.slot, f"is skipped: {one.reason}" if one.reason else "is due"
            )

    async def _planned(
        self, name: str, digest: Digest, zone: str, known: Mapping[str, Schedule], now: datetime
    ) -> tuple[Schedule, tuple[Planned, ...]] | None:
        found: list[tuple[Schedule, tuple[Planned, ...]]] = []

        async def work() -> None:
            planned = await asyncio.to_thread(plan, name, digest, zone, known.get(name), now)
            found.append((planned.schedule, planned.due))

        await self._tried(name, work)
        return found[0] if found else None

    async def settle_one(self, occurrence: Occurrence) -> None:
        """Freeze what a planned slot comes to, with a delivery for each of its places."""
        # What changes later than this is news at the next slot, whether it is told at this one or not.
        at = await self._sources.at_rest(PATIENCE)
        found = await self._settlement(occurrence)
        await self._sources.announce()
        self._passing("freeze before commit")
        done = await self._ledger.freeze(occurrence.id, found.state, found.reason, at, found.drafts, found.addressed)
        self._passing("freeze after commit")
        if done and found.state == "frozen":
            self._settled()
        if done and found.reason:
            log.info("digest %s of %s is not sent: %s", occurrence.schedule, occurrence.slot, found.reason)

    async def _settlement(self, occurrence: Occurrence) -> Settled:
        scheduled = (await self._schedules.lately()).get(occurrence.schedule)
        if scheduled is None:
            return Settled("skipped", gone(occurrence.schedule, self._sources.config()))
        if scheduled.rests and not occurrence.slot.startswith(NOW):
            return Settled("skipped", scheduled.rests)
        if self._clock() - occurrence.due_at > scheduled.digest.max_late:
            return Settled("skipped", "it was too late: max_late has passed")
        return await self.composing.settled(scheduled, occurrence.slot, occurrence.due_at)


def _digests(rota: Rota) -> Mapping[str, Digest]:
    """The digests as each schedule goes by them; those of schedules that rest are not enabled."""
    return {name: one.digest for name, one in rota.items()}
