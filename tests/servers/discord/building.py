"""The test's side of the Discord server: guilds, channels and people."""

from collections.abc import Iterable, Sequence
from typing import Literal

from tests.servers.discord.reach import Id, Reach


class Building(Reach):
    """Builds what the bot finds. Permissions are discord.py's names ("manage_guild")."""

    async def guild(
        self,
        name: str,
        *,
        member_permissions: Iterable[str] | None = None,
        bot_permissions: Iterable[str] | None = None,
    ) -> Id:
        """A guild the bot is in. None: @everyone as in a fresh guild, the bot all but administrator."""
        found = await self._do("guild", name=name, everyone=_names(member_permissions), bot=_names(bot_permissions))
        return str(found)

    async def channel(
        self,
        guild: Id,
        name: str,
        *,
        allow: Iterable[str] = (),
        deny: Iterable[str] = (),
        bot_allow: Iterable[str] = (),
        bot_deny: Iterable[str] = (),
        kind: Literal["text", "news"] = "text",
    ) -> Id:
        """A channel; `allow` and `deny` are overwrites for @everyone, the others for the bot alone."""
        return str(
            await self._do(
                "channel",
                guild=guild,
                name=name,
                allow=list(allow),
                deny=list(deny),
                bot_allow=list(bot_allow),
                bot_deny=list(bot_deny),
                news=kind == "news",
            )
        )

    async def overwrite(
        self,
        channel: Id,
        *,
        allow: Iterable[str] = (),
        deny: Iterable[str] = (),
        bot_allow: Iterable[str] = (),
        bot_deny: Iterable[str] = (),
    ) -> None:
        """Replace a channel's overwrites; the bot hears CHANNEL_UPDATE."""
        await self._do(
            "overwrite",
            channel=channel,
            allow=list(allow),
            deny=list(deny),
            bot_allow=list(bot_allow),
            bot_deny=list(bot_deny),
        )

    async def thread(self, channel: Id, name: str, *, archived: bool = False, locked: bool = False) -> Id:
        """A public thread under a channel."""
        return str(await self._do("thread", channel=channel, name=name, archived=archived, locked=locked))

    async def user(self, name: str) -> Id:
        """Somebody who is in no guild yet; enough for a DM."""
        return str(await self._do("user", name=name))

    async def member(self, guild: Id, name: str, *, roles: Sequence[Id] = (), permissions: Iterable[str] = ()) -> Id:
        """A new member; `permissions` come to them through a role of their own."""
        return str(await self._do("member", guild=guild, name=name, roles=list(roles), permissions=list(permissions)))

    async def role(self, guild: Id, name: str, permissions: Iterable[str] = (), *, mentionable: bool = False) -> Id:
        return str(
            await self._do("role", guild=guild, name=name, permissions=list(permissions), mentionable=mentionable)
        )

    async def dm(self, user: Id) -> Id:
        """The channel of direct messages between the bot and this user."""
        return str(await self._do("dm", user=user))

    async def remove_bot(self, guild: Id) -> None:
        """Kick the bot: GUILD_DELETE, and from then on 403 50001 or 404 10004."""
        await self._do("remove_bot", guild=guild)

    async def outage(self, guild: Id) -> None:
        """A server of Discord's is out of order: the bot is told that this guild is unavailable, and is still in it."""
        await self._do("outage", guild=guild)

    async def invite_bot(self, guild: Id) -> None:
        """Let the bot in again: GUILD_CREATE; the commands it had there are gone."""
        await self._do("invite_bot", guild=guild)

    async def delete_channel(self, channel: Id) -> None:
        await self._do("delete_channel", channel=channel)

    async def say(self, channel: Id, user: Id, content: str) -> Id:
        """A person's message in a channel."""
        return str(await self._do("say", channel=channel, user=user, content=content))


def _names(permissions: Iterable[str] | None) -> list[str] | None:
    return None if permissions is None else list(permissions)
