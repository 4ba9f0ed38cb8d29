"""Offers the commands to Discord, and only where they differ from what was offered last."""

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import Sequence
from typing import Any

import discord
from discord import app_commands

from bot.commands.base import LONGEST, Command
from bot.errors import StoreError
from bot.platforms.base import Notes
from bot.platforms.discord.limits import COMMAND_ABOUT, COMMANDS
from bot.platforms.discord.wire.client import Wire
from bot.platforms.discord.wire.faults import LOST, MANGLED, bounded, named, rested, trailed
from bot.platforms.discord.wire.hearing import Hearing
from bot.platforms.discord.wire.sending import TIMEOUT, Interaction
from bot.platforms.literal import clean, clip

log = logging.getLogger(__name__)

RETRY = (5.0, 60.0, 300.0, 1800.0, 3600.0)
"""Seconds until commands that were refused are offered again; Discord takes 200 new ones a day."""

EVERYWHERE = "everywhere"
NO_SCOPE = (
    "The bot may not offer its commands in the server {}: "
    "invite it there with the scopes bot and applications.commands."
)


class Offering:
    """Keeps what Discord shows to people as the bot wants it; `trouble` says where it is not so."""

    def __init__(
        self,
        notes: Notes,
        guilds: Sequence[str],
        hearing: Hearing,
        timeout: float = TIMEOUT,
        retry: Sequence[float] = RETRY,
    ) -> None:
        self.trouble = ""
        self._notes = notes
        self._guilds = tuple(guilds)
        self._hearing = hearing
        self._timeout = timeout
        self._retry = tuple(retry)
        self._wanted: tuple[Command, ...] | None = None
        self._known: dict[str, str] = {}
        self._seen: set[str] = set()
        """Servers in which the commands were looked at, or brought there, since the start or since the bot came in."""
        self._wake = asyncio.Event()

    def offer(self, commands: Sequence[Command]) -> None:
        if len(commands) > COMMANDS:
            left = ", ".join(f"/{command.name}" for command in commands[COMMANDS:])
            log.warning("discord: only %d commands can be offered; without: %s", COMMANDS, left)
        self._wanted = tuple(commands[:COMMANDS])
        self._wake.set()

    def joined(self, guild: int) -> None:
        """The bot came into a server: what failed there may succeed, and what was there went with it when it left."""
        self._seen.discard(str(guild))
        self._wake.set()

    async def keep(self, client: Wire) -> None:
        """Offer what is wanted whenever it changes, and again after a while where that failed."""
        failed = 0
        while True:
            wait = self._retry[min(failed, len(self._retry)) - 1] if failed else None
            try:
                async with asyncio.timeout(wait):
                    await self._wake.wait()
            except TimeoutError:
                pass
            else:
                failed = 0
            self._wake.clear()
            if self._wanted is not None:
                failed = 0 if await self._offered(client, self._wanted) else failed + 1

    async def _offered(self, client: Wire, commands: tuple[Command, ...]) -> bool:
        """Bring Discord to offer these in every scope, and nothing in servers that were once ours; whether it does."""
        homes = f"discord:{client.application_id}:homes"
        left: set[str] = set()
        with contextlib.suppress(StoreError):  # told of where it is asked what was offered
            held = {*(await self._notes.noted(homes) or "").split()}
            left = held - {*self._guilds}
            if not held.issuperset(self._guilds):
                await self._notes.note(homes, " ".join(sorted(held.union(self._guilds))))
        self._arrange(client, commands)
        scopes = (*self._guilds, *sorted(left), EVERYWHERE)
        self.trouble = " ".join(filter(None, [await self._synced(client, scope) for scope in scopes]))
        if left and not self.trouble:
            with contextlib.suppress(StoreError):
                await self._notes.note(homes, " ".join(self._guilds))
        return not self.trouble

    def _arrange(self, client: Wire, commands: tuple[Command, ...]) -> None:
        """Fill the tree: for our servers alone where they are named, else for all."""
        client.tree.clear_commands(guild=None)
        for guild in self._guilds:
            client.tree.clear_commands(guild=discord.Object(int(guild)))
        for command in commands:
            if not self._guilds:
                client.tree.add_command(self._made(command, everywhere=True))
            for guild in self._guilds:
                client.tree.add_command(self._made(command, everywhere=False), guild=discord.Object(int(guild)))

    def _made(self, command: Command, *, everywhere: bool) -> app_commands.Command[Any, ..., Any]:
        hearing = self._hearing

        @app_commands.describe(about=clip(clean(command.about), COMMAND_ABOUT) or "Words")
        async def ask(interaction: Interaction, about: app_commands.Range[str, None, LONGEST] | None = None) -> None:
            await hearing.slash(interaction, command.name)

        async def suggest(_: Interaction, __: str) -> list[app_commands.Choice[str]]:
            return []  # that there is one tells Discord to ask while somebody types; the tree answers

        made: app_commands.Command[Any, ..., Any] = app_commands.Command(
            name=command.name,
            description=clip(clean(command.description), COMMAND_ABOUT) or command.name,
            callback=ask,
            auto_locale_strings=False,
            # Discord takes these two only with commands that are offered everywhere.
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True) if everywhere else None,
            allowed_installs=app_commands.AppInstallationType(guild=True) if everywhere else None,
        )
        made.autocomplete("about")(suggest)
        return made

    async def _synced(self, client: Wire, scope: str) -> str | None:
        """Offer what the tree holds for a scope, unless Discord has just that; what went wrong, if anything."""
        guild = None if scope == EVERYWHERE else discord.Object(int(scope))
        written = [command.to_dict(client.tree) for command in client.tree.get_commands(guild=guild)]
        digest = hashlib.blake2b(json.dumps(written, sort_keys=True).encode(), digest_size=16).hexdigest()
        note = f"discord:{client.application_id}:{scope}"
        if await self._noted(note) == digest and await self._stands(client, scope, len(written)):
            self._known[note] = digest
            return None
        trail = trailed()
        try:
            async with bounded(client.http, self._timeout, trail):
                await client.tree.sync(guild=guild)
        except (discord.DiscordException, *LOST, *MANGLED) as error:
            if not rested(error, trail):
                if isinstance(error, discord.Forbidden) and not written:
                    return None  # the bot has left, and its commands with it
                if isinstance(error, discord.Forbidden):
                    said = NO_SCOPE.format(scope)
                else:
                    said = f"The commands are not offered yet: {named(error, 'the list of commands', trail)}"
                log.warning("discord: %s", said)
                return said
        log.info("discord: %d commands are offered %s", len(written), EVERYWHERE if guild is None else f"in {scope}")
        self._known[note] = digest
        self._seen.add(scope)
        try:
            await self._notes.note(note, digest)
        except StoreError as error:
            log.warning("discord: it is not remembered which commands are offered: %s", error)
        return None

    async def _stands(self, client: Wire, scope: str, amount: int) -> bool:
        """Whether what was brought to a server is still there: Discord drops it when the bot leaves."""
        if scope == EVERYWHERE or scope in self._seen or not amount:
            return True
        trail = trailed()
        try:
            async with bounded(client.http, self._timeout, trail):
                found = await client.http.get_guild_commands(client.application_id or 0, int(scope))
        except discord.Forbidden:
            return False
        except (discord.DiscordException, *LOST, *MANGLED):
            return True  # nobody can tell, and most likely it is
        self._seen.add(scope)
        return len(found) == amount

    async def _noted(self, note: str) -> str | None:
        if note in self._known:
            return self._known[note]
        try:
            return await self._notes.noted(note)
        except StoreError as error:
            log.warning("discord: it is not known which commands were offered, so they are offered anew: %s", error)
            return None
