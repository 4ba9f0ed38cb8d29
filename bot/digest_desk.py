"""Digests and deliveries as the desk, the command line and `/digest` ask of them."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from zoneinfo import ZoneInfo

from bot.commands.base import Place, Spelling
from bot.content.shelf import Shelf
from bot.digest_settings import Digest
from bot.digesting import RENDERS, Digesting
from bot.digests.composing import PREVIEW, Offered
from bot.digests.corrections import IN_TURN, key
from bot.digests.freezing import freeze
from bot.digests.schedule import Slot, When, next_slot, rhythm, when_of
from bot.digests.settling import Told
from bot.digests.why import Case, explain
from bot.digests.words import day_and_time, last_said, slot_said, there_are
from bot.errors import Refused
from bot.message import Message
from bot.opening import clock
from bot.platforms.base import Frozen
from bot.platforms.desk.digests_shown import (
    DeliveryShown,
    DigestShown,
    Piece,
    PlaceShown,
    Post,
    Preview,
    Pulse,
    SlotShown,
    Verdict,
)
from bot.settings import Config, Settings
from bot.store.rows import LIVE, DeliveryRow, Occurrence, Planned, State
from bot.store.slots import NOW

NEXT = 3
"""Slots to come that are shown of each digest."""

CORRECTED = 5
"""Corrections that are told of one claim."""

VERDICTS: Mapping[Verdict, tuple[State, str, str]] = {
    "sent": ("sent", "an operator saw that it arrived", "It counts as sent."),
    "again": ("retry", "an operator had it sent again", "It is sent again."),
    "drop": ("failed", "an operator dropped it", "It is dropped."),
}


class DigestDesk:
    """Answers from the configuration, the ledger and the planner of this moment."""

    def __init__(self, shelf: Shelf[Settings], digesting: Digesting, now: Callable[[], datetime] = clock) -> None:
        self._shelf, self._digesting, self.ledger, self._now = shelf, digesting, digesting.store, now

    @property
    def config(self) -> Config:
        return self._shelf.rules.config

    async def pulse(self) -> Pulse:
        beat = await self.ledger.beat()
        return Pulse(beat.revision, beat.held)

    async def digests(self) -> Sequence[DigestShown]:
        return [await self._digest(name, one) for name, one in self.config.digests.items()]

    async def digests_of(self, channel: str) -> Sequence[DigestShown]:
        """Those that go to a channel, told of as there: no other channel is named."""
        found = self.config.digests.items()
        return [await self._digest(name, one, channel) for name, one in found if channel in one.channels]

    async def _digest(self, name: str, digest: Digest, only: str = "") -> DigestShown:
        """A digest as it is told of; `only` is a channel that alone may be told of."""
        when = when_of(digest, self.config.timezone)
        last = next(iter(await self.ledger.history(name, 1)), None)
        rows = [row for row in await self.ledger.of_slot(last.id) if only in ("", self.named(row))] if last else ()
        coming = tuple(_shown(slot) for slot in islice(_coming(when, self._now()), NEXT)) if digest.enabled else ()
        zone = ZoneInfo(when.zone)
        return DigestShown(
            name=name,
            title=digest.title,
            rhythm=rhythm(digest, self.config.timezone),
            enabled=digest.enabled,
            channels=tuple(name for name in digest.channels if only in ("", name)),
            zone=zone,
            next=coming,
            last=last_said(last, rows, zone),
        )

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

    def named(self, row: DeliveryRow) -> str:
        """A delivery's channel by its name, or its place where it has none any more."""
        at = f"{row.platform}:{row.channel}"
        return next((name for name, one in self.config.channels.items() if one.at == at), at)

    def link(self, row: DeliveryRow) -> str:
        platform = self._digesting.platforms.get(row.platform)
        if platform is None or not row.external_id:
            return ""
        return platform.link(Place(row.platform, row.channel), row.external_id)

    def _address(self, row: DeliveryRow) -> str:
        """A link that leads somewhere wherever it is read."""
        link = self.link(row)
        return link if link.startswith("https://") else ""

    async def places(self) -> Sequence[PlaceShown]:
        suspended = {f"{one.platform}:{one.channel}": one for one in await self.ledger.suspended()}
        used = dict.fromkeys(name for digest in self.config.digests.values() for name in digest.channels)
        found = []
        for name in used:
            at = self.config.channels[name].at
            platform = at.partition(":")[0]
            one = suspended.get(at)
            if one:
                found.append(PlaceShown(name, platform, "suspended", one.why, one.since))
            else:
                found.append(PlaceShown(name, platform, "ok"))
        return found

    async def why(self, digest: str, slot: str, channel: str) -> Sequence[str]:
        known = self.config.digests.get(digest)
        if slot:
            occurrence = await self.ledger.occurrence(digest, slot)
        else:
            occurrence = next(iter(await self.ledger.history(digest, 1)), None)
        if known is None and occurrence is None:
            raise Refused(f'There is no digest "{digest}". {there_are(self.config.digests)}')
        if slot and occurrence is None:
            raise Refused(f'Nothing is written down of {digest} at "{slot}".')
        rows = await self.ledger.of_slot(occurrence.id) if occurrence else ()
        told = [row for row in rows if channel in ("", self.named(row))]
        if rows and not told:
            raise Refused(f'{digest} did not go to "{channel}" at that slot.')
        with_steps = [(row, await self.ledger.steps(row.id)) for row in told]
        zone = self.config.timezone
        return explain(Case(digest, known, zone, occurrence, with_steps, self._now(), self.named, self._address))

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
        """Write down that a digest is to be posted now; whoever plans does the rest."""
        now = self._now()
        self._digesting.passing("plan before commit")
        await self.ledger.plan((), (Planned(digest, slot, now, asked_by=by),), now)
        self._digesting.passing("plan after commit")
        self._digesting.planner.wake()

    def said(self, digest: str) -> str:
        """What happens now that a digest was asked for."""
        known = self.config.digests.get(digest)
        where = ", ".join(known.channels) if known else "its channels"
        return f"{known.title if known else digest} goes to {where} now."

    async def resolve(self, key: str, verdict: Verdict) -> str:
        row = await self.ledger.delivery(key)
        if row is None or row.state != "held":
            raise Refused("That delivery is not held any more.")
        state, why, said = VERDICTS[verdict]
        if not await self.ledger.resolve(key, state, why, self._now()):
            raise Refused("That delivery is not held any more.")
        for lane in self._digesting.lanes.values():
            lane.wake()
        return f"{row.schedule} in {self.named(row)}: {said[0].lower()}{said[1:]}"

    async def retractable(self, digest: str, slot: str) -> tuple[str, str, str, int, Sequence[str]]:
        """Title, name, slot in words, its number and channels, of a slot that may be retracted; the last, if not named.

        Refused where there is none.
        """
        found = await self._posted(digest, lambda one: slot in ("", one.slot))
        known = self.config.digests.get(digest)
        zone = ZoneInfo(when_of(known, self.config.timezone).zone if known else self.config.timezone)
        rows = [row for row in await self.ledger.of_slot(found.id) if row.state in ("sent", *LIVE)]
        names = tuple(dict.fromkeys(map(self.named, rows)))
        return known.title if known else digest, digest, slot_said(found.slot, found.due_at, zone), found.id, names

    async def retract(self, digest: str, number: int, by: str) -> str:
        """Have all that was posted of that slot deleted, and say so in a sentence; Refused where that was done."""
        found = await self._posted(digest, lambda one: one.id == number)
        now = self._now()
        done = await self.ledger.retract(found.id, f"retracted by {by}", key, now, IN_TURN)
        if done is None:
            raise Refused("That slot was retracted already.")
        self._digesting.planner.wake()
        for lane in self._digesting.lanes.values():
            lane.wake()
        return f"{digest} is taken back: what was posted of that slot is deleted now."

    async def corrected(self, snippet: str, platform: str, channel: str) -> Sequence[tuple[str, str]]:
        """Where a snippet was put right in digests, and links to it: in that channel, or in all where it is empty."""
        found = await self.ledger.corrected(snippet, platform, channel, CORRECTED)
        names = {one.at: name for name, one in self.config.channels.items()}
        zone, told = ZoneInfo(self.config.timezone), []
        for one in found:
            at = f"{one.platform}:{one.channel}"
            digest = self.config.digests.get(one.schedule)
            title, slot = digest.title if digest else one.schedule, slot_said(one.slot, one.due_at, zone)
            post = self._digesting.platforms.get(one.platform)
            link = post.link(Place(one.platform, one.channel), one.external_id) if post else ""
            words = f"{title} of {slot}, in {names.get(at, at)}: {day_and_time(one.at.astimezone(zone))}"
            told.append((words, link if link.startswith("https://") else ""))
        return told

    async def _posted(self, digest: str, wanted: Callable[[Occurrence], bool]) -> Occurrence:
        """The newest slot of this kind that is posted, or about to be."""
        known = [one for one in await self.ledger.history(digest, 1000) if wanted(one)]
        found = next((one for one in known if one.state in ("planned", "frozen")), None)
        if found is None and any(one.state == "retracted" for one in known):
            raise Refused("That slot was retracted already.")
        if found is None:
            raise Refused(f"Nothing of {digest} was posted that could be taken back.")
        return found

    async def posts(self, channel: str | None, limit: int) -> Sequence[Post]:
        return await self._digesting.wall.posts(channel, limit)


def _is_sent(told: Told, offered: Offered) -> bool:
    """Whether anything would go out; what is asked for by hand is posted also where nothing is new."""
    return any((one.platform, one.audience) == told and not one.closed for one in offered.targets)


def _shown(slot: Slot) -> SlotShown:
    notes = {
        "gap": "the clocks skip that minute, so it runs right after",
        "fold": "the clocks show it twice: it runs once",
    }
    return SlotShown(slot.name, slot.at, notes.get(slot.shift, ""))


def _coming(when: When, now: datetime) -> Iterator[Slot]:
    at = now
    while slot := next_slot(when, at):
        yield slot
        at = slot.at
