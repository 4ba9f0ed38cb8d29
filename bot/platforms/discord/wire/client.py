"""discord.py's client as we want it: it hears interactions and guilds, keeps little, and never reconnects by itself."""

import logging
from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands

from bot.platforms.discord.wire.faults import trace
from bot.platforms.discord.wire.hearing import Hearing
from bot.platforms.discord.wire.sending import Interaction

NEVER = 3600.0
"""Seconds after which the library would find a silent socket by itself; ours is the rule, and far shorter."""


class Wire(discord.AutoShardedClient):
    """Connected by `bot.platforms.discord.wire.gateway`, not by its own `connect`."""

    def __init__(self, api: str, hearing: Hearing) -> None:
        discord.http.Route.BASE = api  # the library knows one address for the whole process
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        # Its informal lines tell of sessions, and its debug lines of tokens.
        logging.getLogger("discord").setLevel(logging.WARNING)
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            heartbeat_timeout=NEVER,
            max_ratelimit_timeout=30.0,
            http_trace=trace(),
        )
        self.hearing, self.connects = hearing, 0
        self.tree = Tree(self)
        self.joined: Callable[[discord.Guild], object] = lambda _: None
        self.there: Callable[[discord.Guild], object] = lambda _: None
        self.left: Callable[[discord.Guild], object] = lambda _: None
        self.came_up: Callable[[int], object] = lambda _: None

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        if event in ("shard_connect", "shard_resumed"):  # at once, not as a task that may come after the end
            self.connects += 1
            self.came_up(args[0])
        super().dispatch(event, *args, **kwargs)

    async def on_interaction(self, interaction: Interaction) -> None:
        if interaction.type is discord.InteractionType.component:
            await self.hearing.pressed(interaction)
        elif interaction.type is discord.InteractionType.modal_submit:
            await self.hearing.submitted(interaction)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        if self.get_guild(guild.id):
            self.joined(guild)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """The bot is in it: so the library tells it of each at the start, and of those joined just then.

        It tells of all of them late: of one that put the bot out meanwhile it knows already, and has told so.
        """
        if self.get_guild(guild.id):
            self.there(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot is not in it any more; of a guild that is only out of order the library tells otherwise."""
        self.left(guild)

    def spread(self, shards: int) -> None:
        """Say how many shards there are, before the first is connected."""
        self.shard_count = self._connection.shard_count = shards
        self._connection.shard_ids = range(shards)


class Tree(app_commands.CommandTree[Wire]):
    """Commands that are no longer offered are still answered: people's Discord may show them for a while."""

    async def interaction_check(self, interaction: discord.Interaction[Wire], /) -> bool:
        """Answer what is typed here: the library knows nothing of our answer and would give a second one."""
        if interaction.type is not discord.InteractionType.autocomplete:
            return True
        await self.client.hearing.suggest(interaction, _name(interaction))
        return False

    async def on_error(self, interaction: discord.Interaction[Wire], error: app_commands.AppCommandError) -> None:
        if isinstance(error, app_commands.CommandNotFound):
            await self.client.hearing.slash(interaction, _name(interaction))
        else:
            await super().on_error(interaction, error)


def _name(interaction: discord.Interaction[Wire]) -> str:
    data: Any = interaction.data
    return str(data["name"])
