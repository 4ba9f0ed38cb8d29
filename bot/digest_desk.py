"""Digests and deliveries as the desk, the command line and `/digest` ask of them."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from bot.commands.base import Place, Spelling
from bot.content.shelf import Shelf
from bot.digest_settings import Digest
from bot.digesting import RENDERS, Digesting
from bot.digests.composing import PREVIEW, Offered
from bot.digests.freezing import freeze
from bot.digests.outlook import coming, named, subscriptions
from bot.digests.rota import DISABLED, PAUSED, Scheduled, gone
from bot.digests.schedule import rhythm, when_of
from bot.digests.settling import Told
from bot.digests.why import Case, explain
from bot.digests.words import last_said, not_there, there_are
from bot.errors import Refused
from bot.message import Message
from bot.platforms.base import Frozen
from bot.platforms.desk.digests_shown import (
    DeliveryShown,
    DigestShown,
    Piece,
    PlaceShown,
    Post,
    Preview,
    Pulse,
    Verdict,
)
from bot.settings import Config, Settings
from bot.store.rows import Corrected, DeliveryRow, Planned, State
from bot.store.slots import NOW

VERDICTS: Mapping[Verdict, tuple[State, str, str]] = {
    "sent": ("sent", "an operator saw that it arrived", "It counts as sent."),
    "again": ("retry", "an operator had it sent again", "It is sent again."),
    "drop": ("failed", "an operator dropped it", "It is dropped."),
}


class DigestDesk:
    """Answers from the configuration, the ledger and the planner of this moment."""

    def __init__(self, shelf: Shelf[Settings], digesting: Digesting) -> None:
        self._shelf, self._digesting, self.ledger, self._now = shelf, digesting, digesting.store, digesting.now

    @property
    def config(self) -> Config:
        return self._shelf.rules.config

    def now(self) -> datetime:
        return self._now()

    def wake(self) -> None:
        """Have whoever plans and sends here look at once."""
        self._digesting.planner.wake()
        for lane in self._digesting.lanes.values():
            lane.wake()

    async def scheduled(self, schedule: str) -> Scheduled | None:
        """A schedule of this moment, as it is read at least once a second."""
        return (await self._digesting.schedules.lately()).get(schedule)

    async def pulse(self) -> Pulse:
        beat = await self.ledger.beat()
        return Pulse(hash((beat.revision, await self.ledger.subscribed(), self._digesting.teller.revision)), beat.held)

    async def digests(self, here: tzinfo | None = None) -> Sequence[DigestShown]:
        rota = await self._digesting.schedules.read()
        return [await self.shown(rota[name], here=here) for name in self.config.digests]

    async def schedules_at(self, place: str, *, all_digests: bool) -> Sequence[Scheduled]:
        """The schedules that come to a place `discord:123`, or all of config.yaml's besides; these come first."""
        rota = await self._digesting.schedules.read()
        return [one for one in rota.values() if place in one.channels or (all_digests and not one.subscription)]

    async def shown(self, one: Scheduled, only: str = "", here: tzinfo | None = None) -> DigestShown:
        """A schedule as it is told of; `only` is a place that alone may be told of, `here` the zone of who reads it."""
        config, zone = self.config, self._zone(one)
        last = next(iter(await self.ledger.history(one.name, 1)), None)
        rows = [row for row in await self.ledger.of_slot(last.id) if only in ("", row.place)] if last else ()
        return DigestShown(
            name=one.of,
            title=one.digest.title,
            rhythm=rhythm(one.digest, config.timezone),
            enabled=one.rests not in (DISABLED, PAUSED),
            channels=tuple(named(at, config) for at in one.channels if only in ("", at)),
            zone=zone,
            next=coming(one, config.timezone, self._now()),
            last=last_said(last, rows, zone, here),
            subscriptions=() if only else subscriptions(one.name, self._digesting.schedules.rota, config, self._now()),
            note="" if only else self._note(one.digest),
        )

    def _note(self, digest: Digest) -> str:
        missing = self._digesting.planner.composing.missing(digest)
        return not_there(missing) if missing else ""

    async def zone_named(self, schedule: str) -> ZoneInfo:
        """The zone in which the slots of a schedule are told of."""
        return self._zone((await self._digesting.schedules.lately()).get(schedule))

    def _zone(self, one: Scheduled | None) -> ZoneInfo:
        return ZoneInfo(when_of(one.digest, self.config.timezone).zone if one else self.config.timezone)

    async def telling(self, audience: str) -> Mapping[str, Digest]:
        """The digests that may ever tell this audience something, by name."""
        return await self._digesting.planner.composing.telling(audience)

    async def trouble_at(self, place: Place) -> str:
        """Why nothing can be posted at a place, as its platform says now; empty where it can."""
        platform = self._digesting.platforms.get(place.platform)
        if platform is None:
            return f"{place.platform.title()} is off."
        health = await platform.health(place)
        return "" if health.state == "on" else health.detail

    async def deliveries(self, limit: int) -> Sequence[DeliveryShown]:
        return [self._delivery(row) for row in await self.ledger.deliveries(limit)]

    def _delivery(self, row: DeliveryRow) -> DeliveryShown:
        return DeliveryShown(
            key=row.key,
            digest=row.schedule,
            slot=row.slot,
            due=row.due_at,
            channel=self.named(row),
            platform=row.platform,
            part=row.part + 1,
            parts=row.parts,
            state=row.state,
            since=row.changed_at,
            why=row.why,
            link=self.link(row),
            kind=row.kind,
            revision=row.revision,
        )

    def named(self, row: DeliveryRow | Corrected) -> str:
        """A delivery's channel by its name, or its place where it has none any more."""
        return named(row.place, self.config)

    def link(self, row: DeliveryRow | Corrected) -> str:
        platform = self._digesting.platforms.get(row.platform)
        if platform is None or not row.external_id:
            return ""
        return platform.link(Place(row.platform, row.channel), row.external_id)

    def address(self, row: DeliveryRow | Corrected) -> str:
        """A link that leads somewhere wherever it is read."""
        link = self.link(row)
        return link if link.startswith("https://") else ""

    async def places(self) -> Sequence[PlaceShown]:
        suspended = {f"{one.platform}:{one.channel}": one for one in await self.ledger.suspended()}
        rota = await self._digesting.schedules.read()
        found = []
        for at in dict.fromkeys(at for schedule in rota.values() for at in schedule.channels):
            name, platform = named(at, self.config), at.partition(":")[0]
            one = suspended.get(at)
            if one:
                found.append(PlaceShown(name, platform, "suspended", one.why, one.since))
            else:
                found.append(PlaceShown(name, platform, "ok"))
        return found

    async def why(self, digest: str, slot: str, channel: str, here: tzinfo | None = None) -> Sequence[str]:
        if not digest:
            raise Refused(f"Name the digest. {there_are(self.config.digests)}")
        known = (await self._digesting.schedules.read()).get(digest)
        if slot:
            occurrence = await self.ledger.occurrence(digest, slot)
        else:
            occurrence = next(iter(await self.ledger.history(digest, 1)), None)
        if known is None and occurrence is None:
            raise Refused(f'There is no digest "{digest}". {there_are(self.config.digests)}')
        if slot and occurrence is None:
            raise Refused(f'Nothing is written down of {digest} at "{slot}".')
        rows = await self.ledger.of_slot(occurrence.id) if occurrence else ()
        told = [row for row in rows if channel in ("", self.named(row), row.place)]
        if rows and not told:
            raise Refused(f'{digest} did not go to "{channel}" at that slot.')
        with_steps = [(row, await self.ledger.steps(row.id)) for row in told]
        name, of, zone = (known.of if known else digest), known.digest if known else None, self.config.timezone
        case = Case(name, of, zone, occurrence, with_steps, self._now(), self.named, self.address, here=here)
        if not known:
            case = replace(case, gone=gone(digest, self.config))
        else:
            rests = case.rests if known.rests == DISABLED else known.rests
            case = replace(case, rests=rests, note="" if channel else self._note(known.digest))
        return explain(case)

    async def preview(self, digest: str) -> Preview:
        offered = await self._digesting.planner.composing.offered(digest)
        pieces = tuple(self._piece(told, offered) for told in offered.composed if _is_sent(told, offered))
        bodies = json.dumps([dict(part.body) for piece in pieces for part in piece.parts], sort_keys=True)
        stamp = hashlib.blake2b(bodies.encode(), digest_size=8).hexdigest()
        empty = all(one.empty for one in offered.composed.values())
        return Preview(digest, offered.digest.title, PREVIEW, pieces, stamp, empty)

    def _piece(self, told: Told, offered: Offered) -> Piece:
        platform, audience = told
        ats = {f"{one.platform}:{one.channel}" for one in offered.targets if (one.platform, one.audience) == told}
        names = tuple(name for name in offered.digest.channels if self.config.channels[name].at in ats)
        composed = offered.composed[told]
        parts = tuple(Frozen(part.body, part.measures) for part in freeze(composed, RENDERS[platform]))
        return Piece(names, platform, audience, composed.message, parts)

    async def send(self, digest: str, stamp: str, request: str, by: str = "somebody at the desk") -> str:
        if not await self.is_sent(digest, request):
            preview = await self.preview(digest)
            if preview.stamp != stamp:
                raise Refused("What would be sent has changed since you looked. Look again, then post it.")
            await self.ask_for(digest, f"{NOW}{request}", by)
        return self.said(digest)

    async def is_sent(self, digest: str, request: str) -> bool:
        """Whether that request was taken before."""
        return await self.ledger.occurrence(digest, f"{NOW}{request}") is not None

    async def composed(self, digest: str, audience: str, typed: Spelling) -> Message:
        """What an audience would be told now, wherever the digest goes."""
        return (await self._digesting.planner.composing.told(digest, audience, typed)).message

    async def ask_for(self, digest: str, slot: str, by: str) -> None:
        """Write down that a digest is to be posted now, or be Refused; whoever plans does the rest."""
        self._digesting.planner.composing.check(digest)
        now = self._now()
        self._digesting.passing("plan before commit")
        await self.ledger.plan((), (Planned(digest, slot, now, asked_by=by),), now)
        self._digesting.passing("plan after commit")
        self.wake()

    def said(self, digest: str) -> str:
        """What happens now that a digest was asked for."""
        known = self.config.digests.get(digest)
        where = (", ".join(known.channels) or "no channel") if known else "its channels"
        return f"{known.title if known else digest} goes to {where} now."

    async def resolve(self, key: str, verdict: Verdict) -> str:
        row = await self.ledger.delivery(key)
        if row is None or row.state != "held":
            raise Refused("That delivery is not held any more.")
        state, why, said = VERDICTS[verdict]
        if not await self.ledger.resolve(key, state, why, self._now()):
            raise Refused("That delivery is not held any more.")
        self.wake()
        return f"{row.schedule} in {self.named(row)}: {said[0].lower()}{said[1:]}"

    async def posts(self, channel: str | None, limit: int) -> Sequence[Post]:
        return await self._digesting.wall.posts(channel, limit)


def _is_sent(told: Told, offered: Offered) -> bool:
    """Whether anything would go out; what is asked for by hand is posted also where nothing is new."""
    return any((one.platform, one.audience) == told and not one.closed for one in offered.targets)
