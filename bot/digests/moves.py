"""Writes down where the bot was put out, or is let in again, as soon as a platform hears of it."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from bot.digests.recording import LOOK_AFTER
from bot.errors import StoreError
from bot.platforms.base import Move
from bot.store.rows import PlaceRow

if TYPE_CHECKING:
    from bot.store.memory import Store

log = logging.getLogger(__name__)

AGAIN = 5.0
"""Seconds until writing is tried again."""


class Moves:
    """Moves that were heard of, written down one after another. `used` are the channels of a platform that matter."""

    def __init__(self, ledger: "Store", used: Callable[[str], Collection[str]], clock: Callable[[], datetime]) -> None:
        self._ledger, self._used, self._clock = ledger, used, clock
        self._heard: asyncio.Queue[Move] = asyncio.Queue()

    def heard(self, move: Move) -> None:
        """Have it written soon."""
        self._heard.put_nowait(move)

    async def run(self) -> None:
        """Write until cancelled; each before the next, for the bot may be put out and let in again."""
        first: Move | None = None
        while True:
            first = first or await self._heard.get()
            if await self._written(first):
                first = None
            else:
                await asyncio.sleep(AGAIN)

    async def _written(self, move: Move) -> bool:
        try:
            await self._write(move)
        except StoreError as error:
            log.warning("%s: it cannot be written down where the bot is: %s", move.platform, error)
            return False
        except Exception:  # a fault here must not keep the next one from being written
            log.exception("%s: it could not be written down where the bot is", move.platform)
        return True

    async def _write(self, move: Move) -> None:
        used = self._used(move.platform)
        channels = used if move.channels is None else move.channels.intersection(used)
        if move.why:
            await self._leave(move, sorted(channels))
        elif channels:
            await self._come_back(move, channels)

    async def _leave(self, move: Move, channels: Sequence[str]) -> None:
        if not channels:
            return
        now = self._clock()
        left = [PlaceRow(move.platform, one, move.why, now, now + LOOK_AFTER, now) for one in channels]
        await self._ledger.leave(left)
        log.warning("%s: %s", _named(move, channels), move.why)

    async def _come_back(self, move: Move, channels: Collection[str]) -> None:
        """At its start a platform tells of all places where the bot is; of those it never left nothing is written."""
        left = {one.channel for one in await self._ledger.suspended() if one.left_at and one.platform == move.platform}
        there = sorted(left.intersection(channels))
        back = await self._ledger.come_back(move.platform, there) if there else ()
        if back:
            log.info("%s: the bot is there again, and what it missed is not sent", _named(move, back))


def _named(move: Move, channels: Collection[str]) -> str:
    return ", ".join(f"{move.platform}:{channel}" for channel in channels)
