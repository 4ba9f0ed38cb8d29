"""`/digest` in a chat: reads what it is decided over, and does what is decided."""

import asyncio
import hashlib
import logging
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from bot.commands.base import Ask, Spelling, Suggestion
from bot.commands.cite import cited
from bot.commands.rights import Rights
from bot.content.view import View
from bot.digest_desk import DigestDesk
from bot.digests.commands import (
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
from bot.digests.schedule import when_of
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
        self._desk = desk
        self._reading: set[asyncio.Task[Sequence[tuple[str, str]]]] = set()

    async def answer(self, ask: Ask, may: Rights, audience: str, typed: Spelling) -> Message:
        """The answer for somebody with these rights at a place with this audience; may raise Refused and StoreError."""
        known = await self._known(ask, may)
        asked = read(ask.text, known, may, typed)
        if isinstance(asked, Message):
            return asked
        match asked.verb:
            case "list":
                return list_message(known, typed)
            case "next":
                return next_message(known)
            case "why":
                return lines_message(f"why {asked.digest}", await self._why(ask, asked, may))
            case "history":
                return lines_message(f"history of {asked.digest}", await self._history(ask, asked, may))
            case "preview":
                return await self._preview(ask, asked, audience, typed)
            case "retract":
                return await self._retract(ask, asked)
        return await self._now(ask, asked, next(one for one in known if one.name == asked.digest))

    async def suggest(self, ask: Ask, may: Rights, most: int) -> Sequence[Suggestion]:
        only, found = self._only(ask, may), self._desk.config.digests.items()
        names = {name: one.title for name, one in found if may == "admin" or only in one.channels}
        return offers(ask.text, names, may, most)

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
            return await self._desk.corrected(key, platform, channel)
        except StoreError as error:
            log.warning("it is not told where %s was corrected, because the database does not answer: %s", key, error)
            return ()

    async def _known(self, ask: Ask, may: Rights) -> Sequence[Known]:
        """What may be told of: to admins every digest, to all others those that come here, and no other channel."""
        only = self._only(ask, may)
        shown = await self._desk.digests() if may == "admin" else await self._desk.digests_of(only) if only else ()
        return [
            Known(
                one.name,
                one.title,
                one.rhythm if one.enabled else f"{one.rhythm}, disabled",
                one.channels,
                tuple(slot_said(slot.name, slot.at, one.zone) for slot in one.next),
                one.last,
            )
            for one in shown
        ]

    def _here(self, ask: Ask) -> set[str]:
        """The names of the channel where it is asked."""
        return {name for name, one in self._desk.config.channels.items() if one.at == str(ask.place)}

    def _only(self, ask: Ask, may: Rights) -> str:
        """The channel that may be told of: for admins every one."""
        return "" if may == "admin" else next(iter(self._here(ask)), "")

    async def _why(self, ask: Ask, asked: Asked, may: Rights) -> Sequence[str]:
        try:
            return await self._desk.why(asked.digest, asked.rest, self._only(ask, may))
        except Refused as refused:
            return [str(refused)]

    async def _history(self, ask: Ask, asked: Asked, may: Rights) -> Sequence[str]:
        config, only = self._desk.config, self._only(ask, may)
        digest = config.digests.get(asked.digest)
        zone = ZoneInfo(when_of(digest, config.timezone).zone if digest else config.timezone)
        lines = []
        for one in await self._desk.ledger.history(asked.digest, HISTORY):
            rows = [row for row in await self._desk.ledger.of_slot(one.id) if only in ("", self._desk.named(row))]
            lines.append(last_said(one, rows, zone))
        return lines or ["Nothing was due yet."]

    async def _preview(self, ask: Ask, asked: Asked, audience: str, typed: Spelling) -> Message:
        composed = await self._desk.composed(asked.digest, audience, typed)
        digest = self._desk.config.digests.get(asked.digest)
        channels = ", ".join(digest.channels if digest else ())
        told = f"Not posted: this is what {audience} would be told now, of all that goes to {channels}."
        return replace(composed, notices=(told, *composed.notices), offers=())

    async def _retract(self, ask: Ask, asked: Asked) -> Message:
        try:
            if asked.chosen is not None:
                return said(await self._desk.retract(asked.digest, asked.chosen, _by(ask)))
            return retract_message(*await self._desk.retractable(asked.digest, asked.rest))
        except Refused as refused:
            return said(str(refused))

    async def _now(self, ask: Ask, asked: Asked, known: Known) -> Message:
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


def _by(ask: Ask) -> str:
    """Who it was, as it is written down."""
    return f"{clean(ask.person.name) or ask.person.id} on {ask.place.platform}"
