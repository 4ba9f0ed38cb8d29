"""Plans slots when they fall due, and settles each: the loop that an alarm wakes."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.commands.base import Place, Spelling
from bot.content.model import LABELS
from bot.content.view import View
from bot.digest_settings import Digest
from bot.digests.alarm import Alarm
from bot.digests.compose import Composed, compose
from bot.digests.compose import Told as ToldBefore
from bot.digests.freezing import Render
from bot.digests.lane import Passing, nothing
from bot.digests.planning import alarm_at, plan
from bot.digests.schedule import when_of
from bot.digests.settling import Settled, Target, Told, settle
from bot.digests.words import there_are
from bot.errors import Refused, StoreError
from bot.message import Offer
from bot.platforms.base import Platform
from bot.settings import Config
from bot.store.rows import Occurrence
from bot.store.slots import NOW

if TYPE_CHECKING:
    from bot.store.memory import Store

log = logging.getLogger(__name__)

AGAIN = 5.0
"""Seconds until a database that did not answer is asked again."""

PATIENCE = 5.0
"""Seconds for which a digest waits while briefings are being read."""

STRANGERS = 5.0
"""Seconds in which platforms may say who reads along; who does not answer gets what everybody may see."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What a slot is settled from: the configuration and the views of this moment, and how each platform draws.

    `at_rest` is the moment now, once the briefings are not being changed. `absent` says why a platform cannot be
    sent to.
    """

    config: Callable[[], Config]
    view: Callable[[str], Awaitable[View]]
    at_rest: Callable[[float], Awaitable[datetime]]
    renders: Mapping[str, Render]
    platforms: Mapping[str, Platform]
    absent: Callable[[str], str]
    typed: Mapping[str, Spelling]


@dataclass(frozen=True, slots=True)
class Offered:
    """What a digest would tell each of its places at this moment."""

    digest: Digest
    targets: tuple[Target, ...]
    composed: Mapping[Told, Composed]


class Planner:
    """Writes down what falls due and what is sent for it; `settled` is called when there is something to send."""

    def __init__(
        self,
        ledger: "Store",
        sources: Sources,
        clock: Callable[[], datetime],
        settled: Callable[[], None],
        passing: Passing = nothing,
    ) -> None:
        self._ledger, self._sources, self._clock = ledger, sources, clock
        self._settled, self._passing = settled, passing
        self._wake = asyncio.Event()
        self._alarm = Alarm(self._wake.set)
        self.trouble = ""

    def wake(self) -> None:
        """The configuration changed, or somebody asked for a digest: look at once."""
        self._wake.set()

    async def run(self) -> None:
        """Plan and settle until cancelled."""
        self._alarm.start()
        try:
            while True:
                self._wake.clear()
                try:
                    await self.round()
                except StoreError as error:
                    if not self.trouble:
                        log.error("digests cannot be planned, and wait: %s", error)  # noqa: TRY400 a sentence
                    self.trouble = str(error)
                    await asyncio.sleep(AGAIN)
                    continue
                except Exception:  # a fault of ours; what was written down is settled when it is mended
                    log.exception("digests could not be planned; this is tried again")
                    self.trouble = "a fault of the bot; see the log"
                    await asyncio.sleep(AGAIN)
                    continue
                self.trouble = ""
                self._alarm.set(self._next())
                await self._wake.wait()
        finally:
            self._alarm.stop()

    async def round(self) -> None:
        """Plan up to now, and settle what is planned."""
        await self._plan()
        for occurrence in await self._ledger.unfrozen():
            await self.settle_one(occurrence)

    async def _plan(self) -> None:
        config, now = self._sources.config(), self._clock()
        found = plan(config.digests, config.timezone, await self._ledger.schedules(), now)
        if not found.schedules and not found.due:
            return
        self._passing("plan before commit")
        await self._ledger.plan(found.schedules, found.due, now)
        self._passing("plan after commit")
        for one in found.due:
            log.info(
                "digest %s of %s %s", one.schedule, one.slot, f"is skipped: {one.reason}" if one.reason else "is due"
            )

    def _next(self) -> datetime | None:
        config, now = self._sources.config(), self._clock()
        return alarm_at(config.digests, config.timezone, now)

    async def settle_one(self, occurrence: Occurrence) -> None:
        """Freeze what a planned slot comes to, with a delivery for each of its places."""
        # What changes later than this is news at the next slot, whether it is told at this one or not.
        at = await self._sources.at_rest(PATIENCE)
        found = await self.settlement(occurrence)
        self._passing("freeze before commit")
        done = await self._ledger.freeze(occurrence.id, found.state, found.reason, at, found.drafts, found.addressed)
        self._passing("freeze after commit")
        if done and found.state == "frozen":
            self._settled()
        if done and found.reason:
            log.info("digest %s of %s is not sent: %s", occurrence.schedule, occurrence.slot, found.reason)

    async def offered(self, name: str) -> Offered:
        """What would be sent if the digest were posted now; Refused where there is none of that name."""
        config, now = self._sources.config(), self._clock()
        digest = config.digests.get(name)
        if digest is None:
            raise Refused(f'There is no digest "{name}". {there_are(config.digests)}')
        targets = await self._targets(config, digest)
        wanted = {(one.platform, one.audience) for one in targets}
        occurrence = Occurrence(0, name, f"{NOW}preview", now, now, "", "planned", "", None)
        return Offered(digest, tuple(targets), await self._composed(occurrence, digest, config, wanted))

    async def composed_for(self, name: str, audience: str, typed: Spelling) -> Composed:
        """What one audience would be told now."""
        config, now = self._sources.config(), self._clock()
        digest = config.digests[name]
        told, zone = await self._told(name, digest), ZoneInfo(when_of(digest, config.timezone).zone)
        view = await self._sources.view(audience)
        slot = f"{NOW}preview"
        return await asyncio.to_thread(compose, name, digest, view, slot, now, zone, told(audience), now, typed)

    async def settlement(self, occurrence: Occurrence) -> Settled:
        """What a slot comes to at this moment; nothing is written."""
        config = self._sources.config()
        digest = config.digests.get(occurrence.schedule)
        if digest is None:
            return Settled("skipped", "its digest was taken out of config.yaml")
        if not digest.enabled and not occurrence.slot.startswith(NOW):
            return Settled("skipped", "its digest was disabled")
        if self._clock() - occurrence.due_at > digest.max_late:
            return Settled("skipped", "it was too late: max_late has passed")
        targets = await self._targets(config, digest)
        composed = await self._composed(occurrence, digest, config, {(one.platform, one.audience) for one in targets})
        return await asyncio.to_thread(
            settle,
            occurrence.schedule,
            occurrence.slot,
            targets,
            composed,
            self._sources.renders,
            post_empty=digest.when_empty == "post" or occurrence.slot.startswith(NOW),
        )

    async def _targets(self, config: Config, digest: Digest) -> list[Target]:
        """The places of a digest, each with the audience that is there now."""
        suspended = {(one.platform, one.channel): one.why for one in await self._ledger.suspended()}
        channels = [config.channels[name] for name in digest.channels if name in config.channels]
        places = [(Place(*one.at.split(":", 1)), one.audience) for one in channels]
        strange = await asyncio.gather(*(self._is_strange(place, audience) for place, audience in places))
        return [
            Target(
                place.platform,
                place.channel,
                LABELS[0] if strangers else audience,
                self._closed(place, suspended),
            )
            for (place, audience), strangers in zip(places, strange, strict=True)
        ]

    async def _is_strange(self, place: Place, audience: str) -> bool:
        platform = self._sources.platforms.get(place.platform)
        if audience == LABELS[0] or platform is None:
            return False
        try:
            async with asyncio.timeout(STRANGERS):
                return await platform.strange(place)
        except TimeoutError:
            return True

    def _closed(self, place: Place, suspended: Mapping[tuple[str, str], str]) -> str:
        if place.platform not in self._sources.platforms:
            return self._sources.absent(place.platform)
        why = suspended.get((place.platform, place.channel))
        return f"the place is suspended: {why}" if why else ""

    async def _composed(
        self, occurrence: Occurrence, digest: Digest, config: Config, wanted: set[Told]
    ) -> Mapping[Told, Composed]:
        told, zone = await self._told(occurrence.schedule, digest), ZoneInfo(when_of(digest, config.timezone).zone)
        offers: tuple[Offer, ...] = ("report",) if config.admins.channel else ()
        composed: dict[Told, Composed] = {}
        for platform, audience in sorted(wanted):
            composed[platform, audience] = await asyncio.to_thread(
                compose,
                occurrence.schedule,
                digest,
                await self._sources.view(audience),
                occurrence.slot,
                occurrence.due_at,
                zone,
                told(audience),
                self._clock(),
                self._sources.typed.get(platform, Spelling()),
                offers,
            )
        return composed

    async def _told(self, schedule: str, digest: Digest) -> Callable[[str], ToldBefore]:
        """What each audience was told by this schedule before."""
        last = await self._ledger.composed_last(schedule)
        before = await self._ledger.told(schedule) if digest.show == "rotate" else {}

        def told(audience: str) -> ToldBefore:
            known = before.get(audience, {})
            return ToldBefore(
                last.settled_at if last else None,
                last.slot if last else "",
                {name: one.times for name, one in known.items()},
                {name: one.last for name, one in known.items()},
            )

        return told
