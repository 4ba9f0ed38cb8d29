"""Gathers what a digest tells at this moment: its places, what their audiences see, what they were told before."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.commands.base import Place, Spelling
from bot.content.model import LABELS
from bot.content.view import View
from bot.digest_settings import Digest
from bot.digests.compose import Composed, compose
from bot.digests.compose import Told as ToldBefore
from bot.digests.freezing import Render
from bot.digests.rota import Scheduled
from bot.digests.schedule import when_of
from bot.digests.schedules import Schedules
from bot.digests.settling import Settled, Target, Told, settle
from bot.digests.words import not_there, there_are
from bot.errors import Refused
from bot.message import Offer
from bot.platforms.base import Platform
from bot.settings import Channel, Config
from bot.store.slots import NOW

if TYPE_CHECKING:
    from bot.store.memory import Store

log = logging.getLogger(__name__)

PREVIEW = f"{NOW}preview"

STRANGERS, STRANGERS_A_SECOND = 5.0, 30
"""Seconds in which platforms may say who reads along, and how many of many places they say it of in one more.

Who does not answer in time gets what everybody may see.
"""

NAMED = 5
"""Places named in the log at once."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What digests are made of: the configuration and the views of this moment, and how each platform draws.

    `at_rest` is the moment now, once the briefings are not being changed. `take_over` is called when this process
    plans where another one did before, `announce` before something is frozen that was made of these briefings.
    `absent` says why a platform cannot be sent to, `typed` how commands are typed there. `served` are the ids of all
    briefings there are, for whomever. `doubted` picks of snippets those that may be as they are only because the files
    here are older than those of others.
    """

    config: Callable[[], Config]
    view: Callable[[str], Awaitable[View]]
    at_rest: Callable[[float], Awaitable[datetime]]
    take_over: Callable[[], Awaitable[None]]
    announce: Callable[[], Awaitable[None]]
    renders: Mapping[str, Render]
    platforms: Mapping[str, Platform]
    absent: Callable[[str], str]
    typed: Mapping[str, Spelling]
    served: Callable[[], Collection[str]]
    doubted: Callable[[Collection[str]], Awaitable[frozenset[str]]]


@dataclass(frozen=True, slots=True)
class Offered:
    """What a digest would tell each of its places at this moment."""

    digest: Digest
    targets: tuple[Target, ...]
    composed: Mapping[Told, Composed]


@dataclass(frozen=True, slots=True)
class Hour:
    """One slot of a schedule: its name, and when it is due."""

    scheduled: Scheduled
    slot: str
    due: datetime


class Composing:
    """Composes over the ledger and the sources; writes nothing."""

    def __init__(self, ledger: "Store", schedules: Schedules, sources: Sources, clock: Callable[[], datetime]) -> None:
        self._ledger, self._schedules, self._sources, self._clock = ledger, schedules, sources, clock

    async def offered(self, name: str) -> Offered:
        """What would be sent if the digest were posted now; Refused where there is none, or none of its briefings."""
        hour = self._now(name)
        targets = await self._targets(hour.scheduled.channels.values())
        return Offered(hour.scheduled.digest, tuple(targets), await self._composed(hour, targets))

    async def told(self, name: str, audience: str, typed: Spelling) -> Composed:
        """What one audience would be told now, wherever the digest goes; Refused as `offered` is."""
        hour = self._now(name)
        return await self._compose(hour, audience, await self._before(hour), typed, ())

    async def telling(self, audience: str) -> Mapping[str, Digest]:
        """The digests of config.yaml that may ever tell this audience something, by name."""
        seen = (await self._sources.view(audience)).by_id
        known = self._sources.config().digests
        return {name: one for name, one in known.items() if not one.briefings or any(b in seen for b in one.briefings)}

    async def settled(self, scheduled: Scheduled, slot: str, due: datetime) -> Settled:
        """What a slot comes to at this moment."""
        hour = Hour(scheduled, slot, due)
        targets = await self._targets(scheduled.channels.values())
        composed = await self._composed(hour, targets)
        post_empty = scheduled.digest.when_empty == "post" or slot.startswith(NOW)
        return await asyncio.to_thread(
            settle, scheduled.name, slot, targets, composed, self._sources.renders, post_empty=post_empty
        )

    def _now(self, name: str) -> Hour:
        self.check(name)
        return Hour(self._schedules.rota[name], PREVIEW, self._clock())

    def check(self, name: str) -> None:
        """Refused where there is no digest of that name, or not one of the briefings it is to tell of."""
        digests = self._sources.config().digests
        if name not in digests:
            raise Refused(f'There is no digest "{name}". {there_are(digests)}')
        missing = self.missing(digests[name])
        if missing and len(missing) == len(digests[name].briefings):
            raise Refused(f"{digests[name].title} has nothing to tell. {not_there(missing)}")

    def missing(self, digest: Digest) -> tuple[str, ...]:
        """The briefings a digest names that are not there, for whomever."""
        served = self._sources.served()
        return tuple(one for one in digest.briefings if one not in served)

    async def _targets(self, channels: Collection[Channel]) -> list[Target]:
        """The places of a digest, each with the audience that is there now."""
        closed = {(one.platform, one.channel): one.why for one in await self._ledger.suspended()}
        places = [(Place(*one.at.split(":", 1)), one.audience) for one in channels]
        strange = await self._strange([place for place, audience in places if audience != LABELS[0]])
        return [
            Target(
                place.platform, place.channel, LABELS[0] if place in strange else audience, self._closed(place, closed)
            )
            for place, audience in places
        ]

    async def _strange(self, guarded: Sequence[Place]) -> set[Place]:
        """Those of these places where others may read along, or nobody can tell in time."""
        patience = STRANGERS + len(guarded) / STRANGERS_A_SECOND
        told = await asyncio.gather(*(self._is_strange(place, patience) for place in guarded))
        strange = {place for place, strangers in zip(guarded, told, strict=True) if strangers}
        if strange:
            log.warning(
                "%s: others may read along, or nobody can tell, so TLP:CLEAR alone is told there",
                ", ".join(sorted(map(str, strange))[:NAMED]) + (" and more" if len(strange) > NAMED else ""),
            )
        return strange

    async def _is_strange(self, place: Place, patience: float) -> bool:
        platform = self._sources.platforms.get(place.platform)
        if platform is None:
            return False
        try:
            async with asyncio.timeout(patience):
                return await platform.strange(place)
        except TimeoutError:
            return True
        except Exception:  # a fault of one platform: it gets what everybody may see, and the others get theirs
            log.exception("%s: nobody can tell who reads along in %s", place.platform, place)
            return True

    def _closed(self, place: Place, suspended: Mapping[tuple[str, str], str]) -> str:
        if place.platform not in self._sources.platforms:
            return self._sources.absent(place.platform)
        why = suspended.get((place.platform, place.channel))
        return f"the place is suspended: {why}" if why else ""

    async def _composed(self, hour: Hour, targets: list[Target]) -> Mapping[Told, Composed]:
        before = await self._before(hour)
        offers: tuple[Offer, ...] = ("report",) if self._sources.config().admins.channel else ()
        wanted = sorted({(one.platform, one.audience) for one in targets})
        return {
            (platform, audience): await self._compose(
                hour, audience, before, self._sources.typed.get(platform, Spelling()), offers
            )
            for platform, audience in wanted
        }

    async def _compose(
        self,
        hour: Hour,
        audience: str,
        before: Callable[[str], ToldBefore],
        typed: Spelling,
        offers: tuple[Offer, ...],
    ) -> Composed:
        view = await self._sources.view(audience)
        name, digest = hour.scheduled.of, hour.scheduled.digest
        zone = ZoneInfo(when_of(digest, self._sources.config().timezone).zone)
        told, now = before(audience), self._clock()
        return await asyncio.to_thread(compose, name, digest, view, hour.slot, hour.due, zone, told, now, typed, offers)

    async def _before(self, hour: Hour) -> Callable[[str], ToldBefore]:
        """What each audience was told by this schedule before."""
        name, rotates = hour.scheduled.name, hour.scheduled.digest.show == "rotate"
        last = await self._ledger.composed_last(name)
        told = await self._ledger.told(name) if rotates else {}

        def before(audience: str) -> ToldBefore:
            known = told.get(audience, {})
            return ToldBefore(
                last.settled_at if last else None,
                last.slot if last else "",
                {name: one.times for name, one in known.items()},
                {name: one.last for name, one in known.items()},
            )

        return before
