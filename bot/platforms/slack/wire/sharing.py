"""Sharing an answer with a channel: whether somebody may, and the one post of it."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

from bot.commands.base import Ask
from bot.commands.pace import Pace
from bot.content.counting import how_many
from bot.errors import Later, NoAccess, PostError, Refused
from bot.platforms.base import Answers, key_of
from bot.platforms.buttons import Press
from bot.platforms.slack import said
from bot.platforms.slack.inbound import Sender
from bot.platforms.slack.refusals import ACCESS, SaidNo
from bot.platforms.slack.render import render
from bot.platforms.slack.wire.identity import Introduction
from bot.platforms.slack.wire.posts import Posts
from bot.platforms.slack.wire.rooms import Rooms

log = logging.getLogger(__name__)

MakeAsk = Callable[[Sender, Press], Awaitable[Ask]]


class Sharing:
    """Posts in channels what people ask it to, where they could write themselves."""

    def __init__(self, me: Introduction, rooms: Rooms, posts: Posts, make: MakeAsk) -> None:
        self._me, self._rooms, self._posts, self._make = me, rooms, posts, make
        self._pace = Pace()

    async def pressed(self, answers: Answers, sender: Sender, press: Press, thread: str) -> str:
        """Share for somebody, and say what became of it; each press asks Slack much, and so has a pace of its own."""
        wait = self._pace.allow(sender.user, datetime.now(UTC))
        if wait is not None:
            return f"That was much at once. Press again in {_seconds(wait.total_seconds())}."
        manages = await self._rooms.manages(sender.user)
        if doubt := await self.doubt(sender, manages=manages):
            return doubt
        ask = await self._make(sender, press)
        return await self.share(answers, replace(ask, person=replace(ask.person, manages=manages)), thread)

    async def doubt(self, sender: Sender, *, manages: bool) -> str | None:
        """Why nothing is posted there for somebody, as a sentence for them."""
        if sender.direct:
            return said.NO_CHANNEL
        invite = f"Invite the bot first: /invite @{self._me.name}."
        try:
            room = await self._rooms.room(sender.channel)
            if room.archived:
                return "This channel is archived, so nothing can be posted in it."
            if not room.member:
                return invite
            if not await self._rooms.has(sender.channel, sender.user):
                return "You are not in this channel, so the bot does not post in it for you."
        except SaidNo as no:
            log.warning("slack: nobody can tell who may write in %s: %s", sender.channel, no)
            if no.code in ("channel_not_found", "not_in_channel"):
                return invite
            return said.NO_ACCESS if no.code in ACCESS else said.NOBODY_KNOWS
        except (Later, PostError) as error:
            log.warning("slack: nobody can tell who may write in %s: %s", sender.channel, error)
            return said.NOBODY_KNOWS
        if room.restricted and not manages and sender.user not in room.writers:
            return "You may not write in this channel, so the bot does not do it for you."
        return None

    async def share(self, answers: Answers, ask: Ask, thread: str) -> str:
        """Post what was asked for, and say what became of it."""
        try:
            reply = await answers.share(ask)
            key = key_of("share", ask.place.platform, ask.inbound_id)
            await self._posts.post(ask.place, render(reply.message, reply.page), key, under=thread or None)
        except NoAccess as error:
            log.error("slack: nothing can be shared in %s: %s", ask.place.channel, error)  # noqa: TRY400 (a sentence for the operator)
            return said.NO_ACCESS
        except Refused as refused:
            return str(refused)
        except Later as later:
            return f"{later}, and nothing was posted. Press again in {_seconds(later.seconds)}."
        except PostError as error:
            log.warning("slack: it is not certain that something was shared in %s: %s", ask.place.channel, error)
            return said.UNSURE
        log.info("shared an answer in %s", ask.place)
        return said.SHARED


def _seconds(seconds: float) -> str:
    return how_many(max(1, round(seconds)), "second")
