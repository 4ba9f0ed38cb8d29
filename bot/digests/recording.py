"""Writes outcomes down, many at a time; what cannot be written is kept until it can."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.digests.outcomes import Verdict
from bot.errors import StoreError
from bot.store.rows import Claimed, Outcome, PlaceRow

if TYPE_CHECKING:
    from bot.store.memory import Store

log = logging.getLogger(__name__)

GROUP = 128
"""Outcomes written together at most."""

GATHER = 0.04
"""Seconds for which outcomes are gathered: what is not written yet is in doubt when the bot dies."""

AGAIN = 1.0
"""Seconds until writing is tried again."""

LOOK_AFTER = timedelta(minutes=15)
"""When a place that refused the bot is asked again."""


class Recording:
    """Outcomes on their way to the ledger; `written` is told of each delivery whose outcome stands there."""

    def __init__(
        self, ledger: "Store", lane: str, written: Callable[[int], None], passing: Callable[[str], None]
    ) -> None:
        self._ledger, self._lane, self._written, self._passing = ledger, lane, written, passing
        self._waiting: list[tuple[Outcome, PlaceRow | None]] = []
        self._some = asyncio.Event()

    def add(self, claimed: Claimed, verdict: Verdict, now: datetime) -> None:
        """Have it written soon."""
        self._waiting.append((_outcome(claimed, verdict, now), _place(claimed, verdict, now)))
        self._some.set()

    async def run(self) -> None:
        """Write until cancelled."""
        troubled = False
        while True:
            await self._some.wait()
            if len(self._waiting) < GROUP:
                await asyncio.sleep(GATHER)
            try:
                await self._write_some()
            except StoreError as error:
                if not troubled:
                    log.error("%s: outcomes cannot be written, and are kept: %s", self._lane, error)  # noqa: TRY400 a sentence
                troubled = True
                await asyncio.sleep(AGAIN)
            else:
                troubled = False

    async def finish(self) -> None:
        """Write what is left, once."""
        for _ in range(2 + len(self._waiting) // GROUP):
            try:
                await self._write_some()
            except StoreError as error:
                told = "%s: %d outcomes could not be written; the next start looks for them: %s"
                log.error(told, self._lane, len(self._waiting), error)  # noqa: TRY400 a sentence
                return

    async def _write_some(self) -> None:
        """One that cannot be written must not keep the others from it, and leaves its own delivery in doubt."""
        if not self._waiting:
            return
        try:
            await self._write(self._waiting[:GROUP])
        except StoreError:
            raise
        except Exception:
            log.exception("%s: outcomes cannot be written together, and are written one by one", self._lane)
            for _ in range(min(GROUP, len(self._waiting))):
                await self._write_first()
            await asyncio.sleep(AGAIN)

    async def _write_first(self) -> None:
        try:
            await self._write(self._waiting[:1])
        except StoreError:
            raise
        except Exception:
            log.exception("%s: an outcome cannot be written as it is, and its delivery is in doubt", self._lane)
            first = self._waiting.pop(0)[0]
            self._waiting.append((_doubted(first), None))

    async def _write(self, group: Sequence[tuple[Outcome, PlaceRow | None]]) -> None:
        closed = {one.id: place for one, place in group if place}
        await self._ledger.record([one for one, _ in group], closed)
        self._passing("record after commit")
        del self._waiting[: len(group)]
        if not self._waiting:
            self._some.clear()
        for one, _ in group:
            self._written(one.id)


def _doubted(one: Outcome) -> Outcome:
    why = "a fault of the bot while this was written down; see the log"
    return Outcome(one.id, one.fence, "unknown", one.at, why)


def _outcome(claimed: Claimed, verdict: Verdict, now: datetime) -> Outcome:
    return Outcome(
        claimed.id,
        claimed.fence,
        verdict.state,
        now,
        verdict.why,
        now + timedelta(seconds=verdict.wait),
        verdict.message_id,
        verdict.witness or claimed.witness,
        verdict.instead,
    )


def _place(claimed: Claimed, verdict: Verdict, now: datetime) -> PlaceRow | None:
    if not verdict.closed:
        return None
    return PlaceRow(claimed.platform, claimed.channel, verdict.why, now, now + LOOK_AFTER)
