"""Looks after what nobody sends: places that refuse the bot, deliveries for a platform that is off, what is old."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING

from bot.commands.base import Place
from bot.digests.recording import LOOK_AFTER
from bot.digests.schedules import Schedules
from bot.digests.steady import steady
from bot.errors import StoreError
from bot.message import Entry, Message
from bot.platforms.base import Health, Platform
from bot.store.rows import Outcome, PlaceRow, State
from bot.store.tidying import AWAY

if TYPE_CHECKING:
    from bot.store.memory import Store

log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between two rounds."""

FEW = 5
"""Places asked in one round: a bot thrown out of thousands must not ask all of them at once."""

DAY = 86400.0

LISTED = 10
"""Places named in one notice."""

Tell = Callable[[Message, str], Awaitable[None]]
"""Posts a message to the admin channel, under a key's name."""


class Caretaker:
    """One round a minute, in the one process that leads.

    `tell` is not asked to be sure, for the desk lists every place.
    """

    def __init__(
        self,
        ledger: "Store",
        platforms: Mapping[str, Platform],
        schedules: Schedules,
        absent: Callable[[str], str],
        tell: Tell,
        clock: Callable[[], datetime],
        leads: Callable[[], bool],
    ) -> None:
        self._ledger, self._platforms, self._schedules, self._leads = ledger, platforms, schedules, leads
        self._absent, self._tell, self._clock = absent, tell, clock
        self._tidy_at = self.turned_at = 0.0

    async def run(self) -> None:
        """Go round until cancelled."""
        while True:
            self.turned_at = monotonic()
            works = (self.tell_of_places, self.ask_places, self.end_stranded, self.tidy)
            for work in works if self._leads() else ():
                try:
                    await work()
                except StoreError as error:
                    log.warning("places and old deliveries cannot be looked after: %s", error)
                except Exception:  # a fault here must not stop what is sent
                    log.exception("places and old deliveries could not be looked after")
            await asyncio.sleep(EVERY)

    async def tell_of_places(self) -> None:
        """Tell the admins of places that are newly suspended."""
        if untold := await self._ledger.untold():
            await self._tell(notice(untold), f"suspended {untold[0].platform} {untold[0].channel} {untold[0].since}")

    async def ask_places(self) -> None:
        """Ask a few places, those whose turn it is, whether they are open again."""
        now = self._clock()
        due = [one for one in await self._ledger.suspended() if _is_due(one, now) and one.platform in self._platforms]
        for one in due[:FEW]:
            try:
                health = await self._platforms[one.platform].health(Place(one.platform, one.channel))
            except Exception:  # a fault with one place must not keep the others from being asked
                log.exception("%s:%s could not be asked", one.platform, one.channel)
                health = Health("trouble", one.why)
            if health.state == "on":
                await self._ledger.resume(one.platform, one.channel)
                log.info("%s:%s takes digests again; what it missed is not sent", one.platform, one.channel)
            else:
                why = one.why if one.left_at else health.detail or one.why
                await self._ledger.look_later(one.platform, one.channel, now + LOOK_AFTER, why)

    async def tidy(self) -> None:
        """Let the ledger go of what is old, once a day; much of it round by round."""
        if steady() >= self._tidy_at and await self._ledger.tidy(self._clock(), self._schedules.config().keep):
            self._tidy_at = steady() + DAY

    async def end_stranded(self) -> None:
        """End what waits for a platform that is off, once it is too late for it."""
        now, rota = self._clock(), await self._schedules.lately()
        for one in await self._ledger.stranded(tuple(self._platforms)):
            scheduled = rota.get(one.schedule)
            if scheduled is None or now - one.due_at > scheduled.digest.max_late:
                doubtful = one.state in ("sending", "unknown") and one.kind in ("post", "reply")
                state: State = "held" if doubtful else "expired"
                await self._ledger.record([Outcome(one.id, one.fence, state, now, self._absent(one.platform))])


def _is_due(one: PlaceRow, now: datetime) -> bool:
    """Whether it is its turn; what waits longer than ever asked for was written by a clock that was ahead."""
    return one.look_at <= now or one.look_at > now + 2 * LOOK_AFTER


def notice(places: Sequence[PlaceRow]) -> Message:
    """What admins are told: which places, why, and what happens now."""
    blocks = [Entry(f"{one.platform}:{one.channel}", one.why) for one in places[:LISTED]]
    rest = len(places) - len(blocks)
    closing = [f"And {rest} more; the desk lists all."] if rest else []
    closing.append("No digest goes there until it opens again; then the next one does. Nothing else is changed.")
    if any(one.left_at for one in places):
        closing.append(f"After {AWAY.days} days away, what is stored of a place that the bot left is deleted.")
    many = len(places) > 1
    return Message(
        f"{len(places)} channels take no digests" if many else "A channel takes no digests",
        blocks=tuple(blocks),
        closing=tuple(closing),
    )
