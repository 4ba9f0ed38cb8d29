"""Looks after places that refuse the bot: tells the admins once, and asks now and then whether they open again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.commands.base import Place
from bot.digests.recording import LOOK_AFTER
from bot.errors import StoreError
from bot.message import Entry, Message
from bot.platforms.base import Platform
from bot.store.rows import PlaceRow

if TYPE_CHECKING:
    from bot.store.memory import Store

log = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds between two rounds."""

FEW = 5
"""Places asked in one round: a bot thrown out of thousands must not ask all of them at once."""

LISTED = 10
"""Places named in one notice."""

Tell = Callable[[Message, str], Awaitable[None]]
"""Posts a message to the admin channel, under a key's name."""


class Caretaker:
    """One round a minute; `tell` is not asked to be sure, for the desk lists every place."""

    def __init__(
        self, ledger: "Store", platforms: Mapping[str, Platform], tell: Tell, clock: Callable[[], datetime]
    ) -> None:
        self._ledger, self._platforms, self._tell, self._clock = ledger, platforms, tell, clock

    async def run(self) -> None:
        """Go round until cancelled."""
        while True:
            try:
                await self.round()
            except StoreError as error:
                log.warning("suspended places cannot be looked after: %s", error)
            except Exception:  # a fault here must not stop what is sent
                log.exception("suspended places could not be looked after")
            await asyncio.sleep(EVERY)

    async def round(self) -> None:
        """Tell of places that are newly suspended, and ask those whose turn it is."""
        if untold := await self._ledger.untold():
            await self._tell(notice(untold), f"suspended {untold[0].platform} {untold[0].channel} {untold[0].since}")
        now = self._clock()
        waiting = [one for one in await self._ledger.suspended() if _is_due(one, now)]
        for one in waiting[:FEW]:
            await self._ask(one, now)

    async def _ask(self, one: PlaceRow, now: datetime) -> None:
        platform = self._platforms.get(one.platform)
        if platform is None:
            return
        health = await platform.health(Place(one.platform, one.channel))
        if health.state == "on":
            await self._ledger.resume(one.platform, one.channel)
            log.info("%s:%s takes digests again; what it missed is not sent", one.platform, one.channel)
        else:
            await self._ledger.look_later(one.platform, one.channel, now + LOOK_AFTER, health.detail or one.why)


def _is_due(one: PlaceRow, now: datetime) -> bool:
    """Whether it is its turn; what waits longer than ever asked for was written by a clock that was ahead."""
    return one.look_at <= now or one.look_at > now + 2 * LOOK_AFTER


def notice(places: Sequence[PlaceRow]) -> Message:
    """What admins are told: which places, why, and what happens now."""
    blocks = [Entry(f"{one.platform}:{one.channel}", one.why) for one in places[:LISTED]]
    rest = len(places) - len(blocks)
    closing = [f"And {rest} more; the desk lists all."] if rest else []
    closing.append("No digest goes there until it opens again; then the next one does. Nothing else is changed.")
    many = len(places) > 1
    return Message(
        f"{len(places)} channels take no digests" if many else "A channel takes no digests",
        blocks=tuple(blocks),
        closing=tuple(closing),
    )
