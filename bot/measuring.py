"""Reads off all parts, at one moment, what a monitor is told of the bot."""

import asyncio
import logging
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot import __version__
from bot.chats import ALONE
from bot.content.problems import errors
from bot.content.shelf import Shelf
from bot.digesting import Digesting
from bot.digests.leading import GATEWAY, LANE, PLANNER, lease_name
from bot.digests.steady import steady
from bot.errors import StoreError
from bot.front import Front
from bot.heart import Heart
from bot.metrics import Sample, exposition
from bot.settings import Settings
from bot.store.measures import Measured
from bot.tally import Tally

log = logging.getLogger(__name__)

FRESH = 5.0
"""Seconds for which what the ledger said counts: two monitors ask no more of it than one."""

PATIENCE = 2.0
"""Seconds that a monitor waits for the ledger; then it is told what is known without it."""


@runtime_checkable
class Connecting(Protocol):
    """A platform that is connected to, and counts how often."""

    @property
    def connects(self) -> int: ...


class Measuring:
    """Makes the text that a monitor reads."""

    def __init__(self, shelf: Shelf[Settings], front: Front, digesting: Digesting, heart: Heart) -> None:
        self._shelf, self._front, self._digesting, self._heart = shelf, front, digesting, heart
        self._asked_at = float("-inf")
        self._asking: asyncio.Task[Measured | None] | None = None

    async def text(self) -> bytes:
        """All metrics at this moment; those of the ledger are left out where it does not answer in time."""
        measured = await self._measured()
        ledger = _of_ledger(measured, self._digesting.now()) if measured else ()
        return await asyncio.to_thread(exposition, (*self._here(), *ledger))

    async def _measured(self) -> Measured | None:
        """What the ledger says, asked by one task at a time; whoever waits in vain leaves it to the next."""
        if self._asking is None or (self._asking.done() and steady() - self._asked_at >= FRESH):
            self._asked_at = steady()
            self._asking = asyncio.create_task(self._ask(), name="metrics")
        await asyncio.wait([self._asking], timeout=PATIENCE)
        return self._asking.result() if self._asking.done() else None

    async def _ask(self) -> Measured | None:
        try:
            return await self._digesting.store.measured(self._digesting.now())
        except StoreError as error:  # who asks it all the time tells of it
            log.debug("deliveries are not measured: %s", error)
            return None

    def _here(self) -> Iterator[Sample]:
        """What this process knows by itself."""
        state, shelf = self._front.state(), self._shelf.state
        briefings = self._shelf.views.edition.briefings
        yield Sample("briefing_bot_build_info", 1, (__version__,))
        yield Sample("briefing_bot_ready", not state.trouble)
        yield Sample("briefing_bot_store_up", state.store == "ok")
        yield Sample("briefing_bot_briefings", len(briefings))
        yield Sample("briefing_bot_claims", sum(len(one.snippets) for one in briefings))
        yield Sample("briefing_bot_broken_files", sum(file.broken for file in shelf.files))
        yield Sample("briefing_bot_config_errors", len(errors(shelf.config_problems)))
        yield Sample("briefing_bot_last_load_timestamp_seconds", self._shelf.loaded_at.timestamp())
        yield Sample("briefing_bot_event_loop_lag_seconds", self._heart.lag)
        yield from self._answers(self._front.tally)
        yield from self._platforms()
        yield from self._sending()

    def _answers(self, tally: Tally) -> Iterator[Sample]:
        for asked, count in tally.asks.items():
            yield Sample("briefing_bot_asks_total", count, asked)
        for name, count in tally.refused.items():
            yield Sample("briefing_bot_refused_asks_total", count, (name,))
        for name, times in tally.times.items():
            yield Sample("briefing_bot_answer_duration_seconds", times, (name,))

    def _platforms(self) -> Iterator[Sample]:
        for name, standing in self._front.standings().items():
            if name in self._front.platforms or standing.state == "trouble":
                yield Sample("briefing_bot_platform_up", standing.state == "on", (name,))
        for name, platform in self._front.platforms.items():
            if isinstance(platform, Connecting):
                yield Sample("briefing_bot_connections_total", platform.connects, (name,))

    def _sending(self) -> Iterator[Sample]:
        lanes, replicas = self._digesting.lanes, self._digesting.replicas
        for name, lane in lanes.items():
            yield Sample("briefing_bot_pauses_total", lane.pauses, (name,))
            for outcome, count in lane.outcomes.items():
                yield Sample("briefing_bot_attempts_total", count, (name, outcome))
        leases = [PLANNER, *(lease_name(LANE, name) for name in lanes)]
        for lease in (*leases, *(lease_name(GATEWAY, name) for name in ALONE.intersection(lanes))):
            owner = replicas.of(lease)
            yield Sample("briefing_bot_lease_held", owner is not None and owner.id == replicas.me.id, (lease,))
        yield Sample("briefing_bot_replicas", max(1, len(replicas.all)))


def _of_ledger(measured: Measured, now: datetime) -> Iterator[Sample]:
    for state, count in measured.deliveries.items():
        yield Sample("briefing_bot_deliveries", count, (state,))
    age = (now - measured.oldest).total_seconds() if measured.oldest else 0.0
    yield Sample("briefing_bot_oldest_delivery_age_seconds", max(0.0, age))
    if measured.late is not None:
        yield Sample("briefing_bot_last_post_lateness_seconds", measured.late.total_seconds())
