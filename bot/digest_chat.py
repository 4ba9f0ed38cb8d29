"""`/digest` in a chat: reads what it is decided over, and does what is decided."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.commands.base import Ask, Spelling, Suggestion
from bot.commands.cite import cited
from bot.commands.rights import Rights
from bot.content.view import View
from bot.digest_corrections import DigestCorrections
from bot.digest_desk import DigestDesk
from bot.digest_orders import DigestOrders
from bot.digests.commands import (
    ORDERS,
    Asked,
    Known,
    confirm_message,
    lines_message,
    list_message,
    next_message,
    offers,
    read,
    retract_message,
    said,
)
from bot.digests.outlook import rhythm_said
from bot.digests.rota import Scheduled
from bot.digests.words import last_said, slot_said
from bot.errors import Refused, StoreError
from bot.message import Entry, Heading, Message
from bot.platforms.literal import clean

log = logging.getLogger(__name__)

PATIENCE = 0.5
"""Seconds that a reading answer waits for what the database knows beside it."""

HISTORY = 10
"""Slots that `/digest history` tells of."""


class DigestChat:
    """Answers `/digest` over what the desk knows; what it may post, it posts once for each question that was asked."""

    def __init__(self, desk: DigestDesk) -> None:
        self._desk, self._orders, self._corrections = desk, DigestOrders(desk), DigestCorrections(desk)
        self._reading: set[asyncio.Task[Sequence[tuple[str, str]]]] = set()

    async def answer(self, ask: Ask, may: Rights, audience: str, typed: Spelling) -> Message:
        """The answer for somebody with these rights at a place with this audience; may raise Refused and StoreError."""
        known = await self._known(ask, may)
        asked = read(ask.text, known, may, typed)
        if isinstance(asked, Message):
            return asked
        if asked.verb in ORDERS:
            return await self._orders.answer(ask, asked, may, audience, typed)
        match asked.verb:
            case "list":
                return list_message(known, typed, await self._orders.buttons(ask, may, audience))
            case "next":
                return next_message(known)
            case "why":
                return lines_message(f"why {asked.digest}", await self._why(ask, asked, known, may))
            case "history":
                return lines_message(f"history of {asked.digest}", await self._history(ask, asked, known, may))
            case "preview":
                return await self._preview(ask, asked, audience, typed)
            case "retract":
                return await self._retract(ask, asked)
        return await self._now(ask, asked, next(one for one in known if one.name == asked.digest))

    async def suggest(self, ask: Ask, may: Rights, audience: str, most: int) -> Sequence[Suggestion]:
        try:
            found = await self._desk.schedules_at(str(ask.place), all_digests=may == "admin")
        except StoreError:
            return ()  # whoever asks is told that the database does not answer
        asked = offers(ask.text, {one.of: one.digest.title for one in found}, may, most)
        return [*asked, *await self._orders.suggest(ask, may, audience, most)][:most]

    async def beside(self, message: Message, ask: Ask, may: Rights, view: View) -> Message:
        """The answer of `/cite` with where the claim was put right; readers are told of their own channel alone.

        Whoever asks waits a moment for the database, and not longer.
        """
        key = await asyncio.to_thread(cited, view, ask.text)
        if key is None or (may != "admin" and ask.strange):
            return message
        where = ("", "") if may == "admin" else (ask.place.platform, ask.place.channel)
        reading = asyncio.create_task(self._corrected(key, *where))
        self._reading.add(reading)
        reading.add_done_callback(self._reading.discard)
        done, _ = await asyncio.wait([reading], timeout=PATIENCE)
        if not done or not (found := reading.result()):
            return message
        entries = [Entry("", words, url=link or None) for words, link in found]
        return replace(message, blocks=(*message.blocks, Heading("Corrected where it was posted"), *entries))

    async def _corrected(self, key: str, platform: str, channel: str) -> Sequence[tuple[str, str]]:
        try:
            return await self._corrections.told(key, platform, channel)
        except StoreError as error:
            log.warning("it is not told where %s was corrected, because the database does not answer: %s", key, error)
            return ()

    async def _known(self, ask: Ask, may: Rights) -> Sequence[Known]:
        """What may be told of: what comes here, to admins every digest of config.yaml besides, and no other channel."""
        found = await self._desk.schedules_at(str(ask.place), all_digests=may == "admin")
        return [await self._one(one, self._only(ask, may)) for one in found]

    async def _one(self, one: Scheduled, only: str) -> Known:
        shown = await self._desk.shown(one, only)
        return Known(
            one.of,
            shown.title,
            rhythm_said(one, self._desk.config.timezone),
            shown.channels,
            tuple(slot_said(slot.name, slot.at, shown.zone) for slot in shown.next),
            shown.last,
            one.name,
            one.subscription.by if one.subscription else "",
        )

    @staticmethod
    def _only(ask: Ask, may: Rights) -> str:
        """The place that may be told of: for admins every one."""
        return "" if may == "admin" else str(ask.place)

    async def _why(self, ask: Ask, asked: Asked, known: Sequence[Known], may: Rights) -> Sequence[str]:
        lines: list[str] = []
        for schedule in _schedules(asked, known):
            try:
                lines += await self._desk.why(schedule, asked.rest, self._only(ask, may))
            except Refused as refused:
                lines.append(str(refused))
        return lines

    async def _history(self, ask: Ask, asked: Asked, known: Sequence[Known], may: Rights) -> Sequence[str]:
        only, lines = self._only(ask, may), []
        for schedule in _schedules(asked, known):
            zone = await self._desk.zone_named(schedule)
            for one in await self._desk.ledger.history(schedule, HISTORY):
                rows = [row for row in await self._desk.ledger.of_slot(one.id) if only in ("", row.place)]
                lines.append(last_said(one, rows, zone))
        return lines or ["Nothing was due yet."]

    async def _preview(self, ask: Ask, asked: Asked, audience: str, typed: Spelling) -> Message:
        composed = await self._desk.composed(asked.digest, audience, typed)
        digest = self._desk.config.digests.get(asked.digest)
        channels = ", ".join(digest.channels if digest else ()) or "those that subscribed"
        told = f"Not posted: this is what {audience} would be told now, of all that goes to {channels}."
        return replace(composed, notices=(told, *composed.notices), offers=())

    async def _retract(self, ask: Ask, asked: Asked) -> Message:
        try:
            if asked.chosen is not None:
                return said(await self._corrections.retract(asked.digest, asked.chosen, _by(ask)))
            return retract_message(*await self._corrections.retractable(asked.digest, asked.rest))
        except Refused as refused:
            return said(str(refused))

    async def _now(self, ask: Ask, asked: Asked, known: Known) -> Message:
        if not known.channels:
            return said(f"{known.title} goes to no channel of config.yaml, so there is nowhere to post it now.")
        preview = await self._desk.preview(asked.digest)
        if asked.confirmed:
            once, stamp = asked.confirmed
            slot = f"{ask.place.platform}-{once}"
            if await self._desk.is_sent(asked.digest, slot):
                return said(f"{known.title} was posted by that button already.")
            if preview.stamp.startswith(stamp):
                return said(await self._desk.send(asked.digest, preview.stamp, slot, _by(ask)))
        once = hashlib.blake2b(ask.inbound_id.encode(), digest_size=4).hexdigest()
        return confirm_message(known.title, known.channels, known.name, once, preview.stamp)


def _schedules(asked: Asked, known: Sequence[Known]) -> list[str]:
    """The schedules of a digest that may be told of here: its own, and what the channel ordered."""
    return [one.schedule for one in known if one.name == asked.digest]


def _by(ask: Ask) -> str:
    """Who it was, as it is written down."""
    return f"{clean(ask.person.name) or ask.person.id} on {ask.place.platform}"
