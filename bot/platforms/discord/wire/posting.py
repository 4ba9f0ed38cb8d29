"""Posts under a key, looks for it, edits and deletes; says what the bot may do at a place."""

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.commands.base import Place
from bot.errors import BriefingBotError, Gone, NoPlace, PostError, Refused
from bot.platforms.base import Absent, Found, Frozen, Health, Unknown
from bot.platforms.discord.limits import HISTORY
from bot.platforms.discord.wire.calling import Calls, at, number_of
from bot.platforms.discord.wire.client import Wire
from bot.platforms.discord.wire.sending import files_of
from bot.platforms.discord.witness import again, bears, witnessed

EARLIER = timedelta(minutes=5)
"""How much before its first attempt a post is looked for: clocks differ, and ours may be ahead."""

MEND = "The bot lacks {} in {}. Allow it there: channel settings, Permissions."
UNREADABLE = "Discord's answer could not be read."


class Posting:
    """What the bot does at places, over REST."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def post(self, place: Place, frozen: Frozen, key: str, under: str | None) -> str:
        body = {**witnessed(frozen.body, key), "nonce": key, "enforce_nonce": True}
        if under is not None:
            body["message_reference"] = {"message_id": under, "fail_if_not_exists": False}
        told = await self._calls.messages("POST", place, json=body, files=await files_of(frozen))
        if not isinstance(told, dict) or "id" not in told:
            raise PostError(UNREADABLE)
        return str(told["id"])

    async def edit(self, place: Place, message_id: str, frozen: Frozen) -> None:
        """Change a message; the witness it bears stays in it."""
        try:
            before = await self._calls.messages("GET", place, message_id)
        except Gone:
            raise
        except Refused:  # it may not be read; it may be changed all the same
            before = None
        body = {"attachments": [], **again(frozen.body, before if isinstance(before, dict) else {})}
        told = await self._calls.messages("PATCH", place, message_id, json=body, files=await files_of(frozen))
        if not isinstance(told, dict):
            raise PostError(UNREADABLE)

    async def delete(self, place: Place, message_id: str) -> None:
        try:
            await self._calls.messages("DELETE", place, message_id)
        except Gone:
            return

    async def find(self, place: Place, key: str, since: datetime) -> Found | Absent | Unknown:
        """Read all that was posted since then. Where the bot may not read, Discord's history is empty: no proof."""
        try:
            client = await self._calls.client()
            lacking = await self._lacking(client, place)
            blind = [name for name in ("View Channel", "Read Message History") if name in lacking]
            if blind:
                return Unknown(MEND.format(_listed(blind), at(client, place)), lasting=True)
            return await self._read(client, place, key, since)
        except BriefingBotError as error:
            return Unknown(str(error), lasting=isinstance(error, NoPlace))

    async def _read(self, client: Wire, place: Place, key: str, since: datetime) -> Found | Absent | Unknown:
        after = discord.utils.time_snowflake(since - EARLIER)
        us = str(client.user.id) if client.user else ""
        while True:
            page = await self._calls.messages("GET", place, params={"limit": HISTORY, "after": after})
            if not isinstance(page, list):
                return Unknown(UNREADABLE)
            found: Iterator[Mapping[str, Any]] = (one for one in page if one["author"]["id"] == us and bears(one, key))
            for message in found:
                return Found(str(message["id"]))
            if len(page) < HISTORY:
                return Absent()
            after = max(int(message["id"]) for message in page)

    async def strange(self, place: Place, guilds: Container[str]) -> bool:
        """Whether a place lies outside these servers, or nobody can tell; direct messages do not."""
        try:
            client = await self._calls.client()
            number = number_of(place.channel)
            found = client.get_channel(number)
            if found is None:
                found = await self._calls.asked(place, lambda: client.fetch_channel(number))
        except BriefingBotError:
            return True
        if isinstance(found, discord.abc.PrivateChannel):
            return False
        return str(found.guild.id) not in guilds

    async def health(self, place: Place) -> Health:
        """Whether the bot may do there all that it does."""
        try:
            client = await self._calls.client()
            lacking = await self._lacking(client, place)
        except BriefingBotError as error:
            return Health("trouble", str(error))
        if lacking:
            return Health("trouble", MEND.format(_listed(lacking), at(client, place)))
        return Health("on", f"may post in {at(client, place)}")

    async def _lacking(self, client: Wire, place: Place) -> list[str]:
        """The permissions the bot needs at a place and has not, as Discord now says."""
        channel = await self._calls.asked(place, lambda: client.fetch_channel(int(place.channel)))
        if not isinstance(channel, (discord.abc.GuildChannel, discord.Thread)):
            return []  # direct messages know no permissions
        thread = channel if isinstance(channel, discord.Thread) else None
        guild = await self._calls.asked(place, lambda: client.fetch_guild(channel.guild.id, with_counts=False))
        us = await self._calls.asked(place, lambda: guild.fetch_member(client.user.id if client.user else 0))
        # Asked for through that guild, the channel knows its roles, also before the gateway told of them.
        number = thread.parent_id if thread else channel.id
        parent = await self._calls.asked(place, lambda: guild.fetch_channel(number))
        may = parent.permissions_for(us)
        needed = {
            "View Channel": may.view_channel,
            "Send Messages": may.send_messages if thread is None else may.send_messages_in_threads,
            "Embed Links": may.embed_links,
            "Attach Files": may.attach_files,
            "Read Message History": may.read_message_history,
        }
        lacking = [name for name, granted in needed.items() if not granted]
        return [f"{name} in Threads" if thread and name == "Send Messages" else name for name in lacking]


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
