"""Orders of digests in a chat: reads what they are decided over, and does once what is decided."""

import logging
from collections.abc import Sequence

from bot.commands.base import Ask, Spelling, Suggestion
from bot.commands.rights import Rights, may_order
from bot.digest_desk import DigestDesk
from bot.digests.commands import Asked, said
from bot.digests.planning import begun
from bot.digests.rota import Scheduled, follows, unnamed
from bot.digests.schedule import when_of
from bot.digests.subscribing import (
    Here,
    chosen,
    comes,
    ended,
    order_offers,
    orders,
    refusal,
    rests,
    wanted,
)
from bot.message import Action, Message
from bot.platforms.literal import clean, visible
from bot.store.rows import Subscription

log = logging.getLogger(__name__)

AGAIN = "That was done already: ask for the list of digests to see what comes here."


class DigestOrders:
    """What comes to a place by its own order; may raise StoreError, and what asks a platform Refused."""

    def __init__(self, desk: DigestDesk) -> None:
        self._desk = desk

    async def buttons(self, ask: Ask, may: Rights, audience: str) -> Sequence[Action]:
        """A button for all that somebody may order at a place."""
        return orders(await self._here(ask, audience)) if may_order(may, ask) else ()

    async def suggest(self, ask: Ask, may: Rights, audience: str, most: int) -> Sequence[Suggestion]:
        return order_offers(ask.text, await self._here(ask, audience), most) if may_order(may, ask) else ()

    async def answer(self, ask: Ask, asked: Asked, may: Rights, audience: str, typed: Spelling) -> Message:
        """Do what was ordered, once for each inbound id, and say what happens now."""
        if told := refusal(ask, may, self._desk.config):
            return told
        here = await self._here(ask, audience)
        if asked.verb == "subscribe":
            return await self._subscribe(ask, asked.rest, here, audience, typed)
        one = chosen(asked.verb, asked.rest, here, typed)
        if isinstance(one, Message) or one.subscription is None:
            return one if isinstance(one, Message) else said(AGAIN)
        return await self._changed(ask, asked, one, one.subscription, audience)

    async def _subscribe(self, ask: Ask, text: str, here: Here, audience: str, typed: Spelling) -> Message:
        found = wanted(text, here, typed)
        if isinstance(found, Message):
            return found
        name, times = found
        if trouble := await self._desk.trouble_at(ask.place):
            return said(f"Nothing can be posted here yet. {trouble}")
        now, who = self._desk.now(), clean(ask.person.name)
        place, by = ask.place, who if visible(who) else ask.person.id
        order = Subscription(
            0, name, place.platform, place.account, place.channel, times.at, times.on, times.zone, "active", by, now
        )
        when = when_of(here.offered[name].model_copy(update={"timezone": times.zone}), here.zone)
        if not await self._desk.ledger.subscribe(order, begun("", when, now), ask.inbound_id, now):
            return said(AGAIN)
        log.info("%s subscribed to digest %s, at %s %s", place, name, times.at or "its own times", times.zone)
        one = await self._ordered(ask, name)
        before = "" if name not in here.ordered else "Changed."
        return comes(one, audience, here.zone, now, before) if one else said(AGAIN)

    async def _changed(self, ask: Ask, asked: Asked, one: Scheduled, known: Subscription, audience: str) -> Message:
        now, ledger = self._desk.now(), self._desk.ledger
        if asked.verb == "unsubscribe":
            done = await ledger.unsubscribe(known, ask.inbound_id, now)
        else:
            done = await ledger.turn(known, "paused" if asked.verb == "pause" else "active", ask.inbound_id, now)
        if not done:
            return said(AGAIN)
        log.info("%s: %s digest %s", ask.place, asked.verb, one.of)
        after = await self._ordered(ask, one.of)
        if after is None:
            return ended(one)
        return rests(after) if asked.verb == "pause" else comes(after, audience, self._desk.config.timezone, now)

    async def _ordered(self, ask: Ask, name: str) -> Scheduled | None:
        """The subscription that is there now; whoever plans is told to look."""
        self._desk.wake()
        found = await self._desk.schedules_at(str(ask.place), all_digests=False)
        return next((one for one in found if one.subscription and one.of == name), None)

    async def _here(self, ask: Ask, audience: str) -> Here:
        config, place = self._desk.config, str(ask.place)
        there = await self._desk.schedules_at(place, all_digests=False)
        channel = next((one for one in config.channels.values() if one.at == place), unnamed(place))
        telling = await self._desk.telling(audience)
        return Here(
            {name: one for name, one in telling.items() if follows(one, channel) is not None},
            {one.of: one for one in there if one.subscription},
            {one.of: one for one in there if not one.subscription},
            config.timezone,
        )
