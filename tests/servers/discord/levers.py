"""The server's other door: what tests build, break and look at, as JSON over HTTP on a port of its own."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import fields
from typing import Any

import discord
from aiohttp import web
from simcord.backend import serializers
from simcord.backend.cdn import CDN_BASE
from simcord.backend.errors import BackendError
from simcord.backend.models import Overwrite
from simcord.enums import ChannelType, OverwriteType

from tests.servers.discord import asking
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.listening import Listening
from tests.servers.discord.world import JSON, Settings, World
from tests.servers.faults import Fault


class Levers:
    """Each public method is a verb of POST /_control/VERB; its words are the body."""

    def __init__(self, world: World, gateway: Gateway, listening: Listening) -> None:
        self._world = world
        self._backend = world.backend
        self._gateway = gateway
        self._listening = listening

    async def serve(self, request: web.Request) -> web.Response:
        verb, words = request.match_info["verb"], await request.json()
        self._world.log.write("lever", verb=verb, words=words)
        lever: Callable[..., Awaitable[Any]] | None = None if verb.startswith("_") else getattr(self, verb, None)
        if lever is None:
            return web.json_response({"wrong": f"no lever {verb!r}"}, status=422)
        try:
            told = await lever(**words)
        except asking.NotOnDiscord as error:
            return web.json_response({"wrong": str(error)}, status=422)
        except BackendError as error:
            return web.json_response({"wrong": f"{error.code} {error.message}"}, status=422)
        text = json.dumps({"told": told}).replace(CDN_BASE, f"{self._world.base}/cdn")
        return web.Response(text=text, content_type="application/json")

    # ------------------------------------------------------------------ guilds, channels, people

    async def guild(self, name: str, everyone: list[str] | None, bot: list[str] | None) -> str:
        guild = self._backend.create_guild(name)
        if everyone is not None:
            self._backend.edit_role(guild.id, guild.id, {"permissions": _bits(everyone)})
        if bot is not None:
            role = guild.members[self._backend.bot_user.id].role_ids[0]
            self._backend.edit_role(guild.id, role, {"permissions": _bits(bot)})
        return str(guild.id)

    async def channel(self, guild: str, name: str, news: bool, **over: list[str]) -> str:
        kind = ChannelType.NEWS if news else ChannelType.TEXT
        made = self._backend.create_channel(int(guild), name, type=kind, overwrites=self._overwrites(guild, **over))
        return str(made.id)

    async def overwrite(self, channel: str, **over: list[str]) -> None:
        guild = self._backend.get_channel(int(channel)).guild_id
        self._backend.edit_channel(int(channel), {}, overwrites=self._overwrites(str(guild), **over))

    def _overwrites(
        self, guild: str, allow: list[str], deny: list[str], bot_allow: list[str], bot_deny: list[str]
    ) -> list[Overwrite]:
        bot = self._backend.bot_user.id
        both = [
            Overwrite(int(guild), OverwriteType.ROLE, _bits(allow), _bits(deny)),
            Overwrite(bot, OverwriteType.MEMBER, _bits(bot_allow), _bits(bot_deny)),
        ]
        return [one for one in both if one.allow or one.deny]

    async def thread(self, channel: str, name: str, archived: bool, locked: bool) -> str:
        owner = self._backend.get_guild(int(self._backend.get_channel(int(channel)).guild_id or 0)).owner_id
        made = self._backend.create_thread(int(channel), name, owner, broadcast=False)
        assert made.thread_metadata is not None
        made.thread_metadata.archived, made.thread_metadata.locked = archived, locked
        self._backend.announce_thread_create(made)
        return str(made.id)

    async def user(self, name: str) -> str:
        return str(self._backend.make_user(name).id)

    async def member(self, guild: str, name: str, roles: list[str], permissions: list[str]) -> str:
        user = self._backend.make_user(name)
        own = [await self.role(guild, f"{name}'s", permissions, False)] if permissions else []
        self._backend.add_member(int(guild), user.id, roles=[int(one) for one in [*roles, *own]], announce=True)
        return str(user.id)

    async def role(self, guild: str, name: str, permissions: list[str], mentionable: bool) -> str:
        made = self._backend.create_role(int(guild), name, permissions=_bits(permissions), mentionable=mentionable)
        return str(made.id)

    async def dm(self, user: str) -> str:
        return str(self._backend.get_dm_channel(int(user)).id)

    async def remove_bot(self, guild: str) -> None:
        del self._backend.get_guild(int(guild)).members[self._backend.bot_user.id]
        self._world.left.add(int(guild))
        self._backend.commands.pop(int(guild), None)  # discordjs/discord.js#10321
        self._backend.emit("GUILD_DELETE", {"id": guild})

    async def invite_bot(self, guild: str) -> None:
        self._world.left.discard(int(guild))
        self._backend.add_member(int(guild), self._backend.bot_user.id, announce=False)
        found = self._backend.get_guild(int(guild))
        self._gateway.tell("GUILD_CREATE", dict(serializers.guild_create_payload(self._backend, found)))

    async def outage(self, guild: str) -> None:
        self._backend.emit("GUILD_DELETE", {"id": guild, "unavailable": True})

    async def delete_channel(self, channel: str) -> None:
        self._backend.delete_channel(int(channel))

    async def say(self, channel: str, user: str, content: str) -> str:
        return str(self._backend.create_message(int(channel), int(user), content).id)

    # ------------------------------------------------------------------ asking, and what was kept

    async def slash(self, **words: Any) -> str:
        return asking.slash(self._world, self._gateway, words)

    async def autocomplete(self, **words: Any) -> str:
        return asking.autocomplete(self._world, self._gateway, words)

    async def press(self, **words: Any) -> str:
        return asking.press(self._world, self._gateway, words)

    async def submit(self, **words: Any) -> str:
        return asking.submit(self._world, self._gateway, words)

    async def outcome(self, interaction: str, followups: int, within: float) -> JSON:
        await self._world.until(lambda: asking.settled(self._world, interaction, followups), within)
        return asking.outcome(self._world, interaction)

    async def messages(self, channel: str, at_least: int, within: float) -> list[JSON]:
        def shown() -> list[JSON]:
            kept = self._backend.messages.get(int(channel), {}).values()
            return [self._world.seen(one) for one in kept if not one.is_ephemeral]

        await self._world.until(lambda: len(shown()) >= at_least, within)
        return shown()

    async def file(self, attachment: str) -> str | None:
        kept = [
            one
            for store in self._backend.messages.values()
            for message in store.values()
            for one in message.attachments
        ]
        urls = [str(one["url"]) for one in kept if one["id"] == attachment]
        data = self._backend.cdn.get(urls[0]) if urls else None
        return None if data is None else data.hex()

    async def commands(self, guild: str | None) -> list[JSON]:
        return list(self._backend.commands.get(int(guild) if guild else None, {}).values())

    async def syncs(self) -> int:
        return self._world.syncs

    # ------------------------------------------------------------------ the gateway

    async def connected(self, within: float) -> bool:
        return await self._world.until(self._gateway.connected, within)

    async def disconnected(self, within: float) -> bool:
        return await self._world.until(self._gateway.deserted, within)

    async def sessions(self) -> list[JSON]:
        return [
            {
                "id": one.id,
                "shard": list(one.shard),
                "connected": one.live,
                "resumable": one.valid,
                "sequence": one.sequence,
                "resumed": one.resumed,
                "heartbeats": one.heartbeats,
            }
            for one in self._gateway.sessions.values()
        ]

    async def op7(self, deaf: bool) -> None:
        self._gateway.ask_to_reconnect(deaf=deaf)

    async def op9(self, resumable: bool) -> None:
        self._gateway.invalidate(resumable=resumable)

    async def close(self, code: int) -> None:
        self._gateway.close(code)

    async def reset(self) -> None:
        self._gateway.reset()

    async def half_open(self) -> None:
        self._gateway.go_deaf()

    async def mute_acks(self) -> None:
        self._gateway.mute_acks()

    # ------------------------------------------------------------------ the whole server

    async def gone(self, seconds: float, silent: bool) -> None:
        await self._listening.leave(seconds, silent=silent, cutting=self._gateway.reset)

    async def back(self, within: float) -> bool:
        return await self._listening.back(within)

    async def fault(self, fault: JSON) -> None:
        self._world.faults.plan(Fault(**fault))

    async def mend(self) -> None:
        self._world.faults.clear()
        self._world.limited_until = 0.0

    async def limit_globally(self, seconds: float) -> None:
        self._world.limited_until = asyncio.get_running_loop().time() + seconds

    async def advance(self, seconds: float) -> None:
        self._backend.advance_clock(seconds)

    async def set(self, **settings: Any) -> None:
        known = {one.name for one in fields(Settings)}
        for name, value in settings.items():
            if name not in known:
                raise asking.NotOnDiscord(f"no setting {name!r}; there are {sorted(known)}")
            setattr(self._world.settings, name, tuple(value) if isinstance(value, list) else value)


def _bits(names: Iterable[str]) -> int:
    """The bits of discord.py's names for permissions."""
    found = 0
    for name in names:
        if name not in discord.Permissions.VALID_FLAGS:
            raise asking.NotOnDiscord(f"there is no permission {name!r}")
        found |= discord.Permissions.VALID_FLAGS[name]
    return found
