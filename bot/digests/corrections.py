"""Puts right what was posted when the briefings change: beside the planner, in the one process that plans."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.content.view import View
from bot.digests.composing import Sources
from bot.digests.lane import Passing, nothing
from bot.digests.pace import LIMITS
from bot.digests.redrawing import Now, is_stale, revise
from bot.digests.schedule import when_of
from bot.digests.schedules import Schedules
from bot.errors import StoreError
from bot.platforms.base import key_of
from bot.store.revising import Pace
from bot.store.rows import Page, Standing

if TYPE_CHECKING:
    from bot.store.memory import Store

log = logging.getLogger(__name__)

REST = timedelta(seconds=5)
"""How long a correction waits: whoever saves three times in a row makes one edit."""

IN_TURN = Pace(timedelta(), timedelta(seconds=max(one.a_change for one in LIMITS.values())))
"""What is retracted waits for nothing, and keeps to the pace of any platform."""

PATIENCE = 5.0
"""Seconds for which a correction waits while briefings are being read."""


class Corrections:
    """Compares what was told with the briefings of now, and has what differs put right.

    It goes by what is there and not by what happened, so nothing is lost while the bot is down; `settled` is called
    when there is something to send.
    """

    def __init__(
        self,
        ledger: "Store",
        schedules: Schedules,
        sources: Sources,
        clock: Callable[[], datetime],
        settled: Callable[[], None],
        passing: Passing = nothing,
        rest: timedelta = REST,
    ) -> None:
        self._ledger, self._schedules, self._sources, self._clock = ledger, schedules, sources, clock
        self._settled, self._passing, self._rest = settled, passing, rest
        self._pages: dict[int, tuple[Page, ...]] = {}
        self._audiences: tuple[str, ...] = ()
        self._compared: tuple[object, ...] = ()
        self._open: dict[int, Standing] = {}
        """Revisions of what is not posted everywhere yet; of the others nothing is to be seen to any more."""
        self._done: set[int] = set()
        self._doubted: set[str] = set()
        """Snippets that wait for the other replicas."""
        self._told_that_they_wait: set[str] = set()

    async def round(self) -> None:
        """Compare, where anything changed since it was compared last; then see to what was posted meanwhile."""
        if not _are(await self._seen(), self._compared):
            await self._compare()
        for standing in tuple(self._open.values()):
            if not await self._ledger.address(standing, key, self._clock(), pace(standing.platform, self._rest)):
                del self._open[standing.id]
                self._done.add(standing.id)

    async def _seen(self) -> tuple[object, ...]:
        """What the comparison depends on: the same objects, as long as all is the same."""
        views = [await self._sources.view(audience) for audience in self._audiences]
        return (self._sources.config(), await self._ledger.newest_message(), *views)

    async def _compare(self) -> None:
        found = await self._ledger.standing(self._clock() - self._sources.config().keep.steps)
        self._audiences = tuple(sorted({one.audience for one in found}))
        self._pages = {one.id: self._pages.get(one.id) or await self._ledger.parts(one.id) for one in found}
        self._done &= self._pages.keys()
        self._open = {one.id: one for one in found if one.revision and one.id not in self._done}
        seen = await self._seen()
        views = {audience: await self._sources.view(audience) for audience in self._audiences}
        told = [(one, self._pages[one.id], self._now(one, views[one.audience])) for one in found if not one.over]
        self._doubted.clear()
        done = [await self._correct(standing) for standing in await asyncio.to_thread(_stale, told)]
        self._compared = seen if all(done) else ()
        self._tell_that_they_wait()

    async def _correct(self, standing: Standing) -> bool:
        """Freeze the next revision of a message, with the texts of this moment; False where it has to wait."""
        try:
            at = await self._sources.at_rest(PATIENCE)
            now = self._now(standing, await self._sources.view(standing.audience))
            outline, render = await self._ledger.outline(standing.id), self._sources.renders[standing.platform]
            revised = await asyncio.to_thread(revise, standing, self._pages[standing.id], outline, now, render)
            doubted = await self._sources.doubted(revised.draft.snippets if revised else ())
            if doubted:
                self._doubted |= doubted
                now = replace(now, doubted=doubted)
                revised = await asyncio.to_thread(revise, standing, self._pages[standing.id], outline, now, render)
            if revised is None:
                return not doubted
            self._passing("correct before commit")
            done = await self._ledger.correct(standing, revised, key, at, pace(standing.platform, self._rest))
            self._passing("correct after commit")
        except StoreError:
            raise
        except Exception:  # a fault with one message keeps no other from being put right
            log.exception("digest %s of %s cannot be put right", standing.schedule, standing.slot)
            return True
        if done:
            self._open.pop(standing.id, None)
            self._open[done.id] = done
            self._settled()
            names = ", ".join(revised.draft.snippets)
            log.info("digest %s of %s is put right on %s: %s", done.schedule, done.slot, done.platform, names)
        return not doubted

    def _tell_that_they_wait(self) -> None:
        """Tell the operator once of each snippet, and again when it went back again."""
        fresh = self._doubted - self._told_that_they_wait
        self._told_that_they_wait = set(self._doubted)
        if fresh:
            why = "the files here say what they said before, and another replica serves others, or may do so"
            log.warning("what was posted of %s is not put right yet: %s", ", ".join(sorted(fresh)), why)

    def _now(self, standing: Standing, view: View) -> Now:
        scheduled, zone_of_all = self._schedules.rota.get(standing.schedule), self._sources.config().timezone
        digest = scheduled.digest if scheduled else None
        zone = ZoneInfo(when_of(digest, zone_of_all).zone if digest else zone_of_all)
        setting = digest.corrections if digest else "edit"
        return Now(view, self._sources.served(), setting, zone, digest.title if digest else standing.schedule)


def key(standing: Standing, channel: str, part: int) -> str:
    """The key of what a revision does to a part in a channel."""
    return key_of(standing.platform, channel, standing.schedule, standing.slot, str(part), f"r{standing.revision}")


def pace(platform: str, rest: timedelta) -> Pace:
    """How fast corrections may follow one another on a platform."""
    return Pace(rest, timedelta(seconds=LIMITS[platform].a_change))


def _stale(told: Sequence[tuple[Standing, tuple[Page, ...], Now]]) -> list[Standing]:
    return [standing for standing, pages, now in told if is_stale(pages, now)]


def _are(some: Sequence[object], others: Sequence[object]) -> bool:
    """Whether these are the very same objects, or equal numbers."""
    return len(some) == len(others) and all(
        one is other or (isinstance(one, int) and one == other) for one, other in zip(some, others, strict=True)
    )
