"""Calls Discord's REST interface about one place, and turns each of its errors into one of ours."""

import asyncio
import json as notation
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

import discord
from discord.http import Route

from bot.commands.base import Place
from bot.errors import Refused
from bot.platforms.discord.pace import Starts
from bot.platforms.discord.wire.client import Wire
from bot.platforms.discord.wire.faults import LOST, MANGLED, bounded, named, rested, trailed
from bot.platforms.discord.wire.sending import TIMEOUT, Files, parts_of

T = TypeVar("T")


class Calls:
    """`signed_in` gives a client that is logged in, whether it is connected or not."""

    def __init__(self, signed_in: Callable[[], Awaitable[Wire]], timeout: float = TIMEOUT) -> None:
        self.client = signed_in
        self._timeout = timeout
        self._starts = Starts()

    async def messages(
        self,
        method: str,
        place: Place,
        message_id: str | None = None,
        *,
        json: Mapping[str, Any] | None = None,
        files: Files = (),
        params: Mapping[str, Any] | None = None,
    ) -> Any:
        """One request about the messages of a place, or one of them; what Discord answered.

        Raises Refused, Later or PostError, as a platform's `post` does.
        """
        client = await self.client()  # before a route is made: it sets where routes lead
        path, channel = "/channels/{channel_id}/messages", number_of(place.channel)
        if message_id is None:
            route = Route(method, path, channel_id=channel)
        else:
            route = Route(method, f"{path}/{{message_id}}", channel_id=channel, message_id=number_of(message_id))
        words: dict[str, Any] = {} if params is None else {"params": dict(params)}
        if files:
            words["form"] = parts_of(json or {}, files)
        elif json is not None:
            words["json"] = json
        return await self.asked(place, lambda: client.http.request(route, **words), _parsed)

    async def asked(
        self, place: Place, ask: Callable[[], Awaitable[T]], parse: Callable[[bytes], T] | None = None
    ) -> T:
        """What the library answers, within the time for one call; started no faster than Discord allows.

        Where it rests beyond that time, `parse` reads what Discord answered.
        """
        client = await self.client()
        await asyncio.sleep(self._starts.wait(asyncio.get_running_loop().time()))
        trail = trailed()
        try:
            async with bounded(client.http, self._timeout, trail):
                return await ask()
        except (discord.DiscordException, *LOST, *MANGLED, RuntimeError) as error:
            if isinstance(error, RuntimeError) and not client.is_closed():
                raise
            if parse and rested(error, trail):
                return parse(trail.taken or b"")
            raise named(error, at(client, place), trail) from error


def at(client: Wire, place: Place) -> str:
    """A place as people know it: by its name where we have heard it, else by its number."""
    channel = client.get_channel(int(place.channel)) if place.channel.isdecimal() else None
    name = getattr(channel, "name", None)
    return f"#{name}" if name else f"channel {place.channel}"


def _parsed(body: bytes) -> Any:
    try:
        return notation.loads(body)
    except ValueError:
        return None


def number_of(text: str) -> int:
    if not text.isdecimal():
        raise Refused(f'"{text}" is no number of Discord\'s. Look at the channels in config.yaml.')
    return int(text)
