"""A small bot on unmodified discord.py, for trying the server: it does one of each thing a bot may do."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import discord
from discord import app_commands


class Sample(discord.AutoShardedClient):
    """Counts what it hears in `heard`; `ready`, `resumed` and `lost` are counted too."""

    def __init__(self, **options: Any) -> None:
        intents = discord.Intents.none()
        intents.guilds = True
        options.setdefault("intents", intents)
        options.setdefault("guild_ready_timeout", 0.05)
        super().__init__(**options)
        self.tree = app_commands.CommandTree(self)
        self.heard: list[str] = []
        self.errors: list[Exception] = []
        self.changed = asyncio.Event()
        self.tree.add_command(impact)
        self.tree.add_command(slow)
        self.tree.add_command(form)
        self.tree.add_command(naive)
        self.tree.error(self._note)

    def note(self, word: str) -> None:
        self.heard.append(word)
        self.changed.set()

    async def until(self, word: str, times: int = 1, within: float = 10.0) -> None:
        """Wait until it has heard this so many times."""
        async with asyncio.timeout(within):
            while self.heard.count(word) < times:
                self.changed.clear()
                await self.changed.wait()

    async def _note(self, _: discord.Interaction, error: app_commands.AppCommandError) -> None:
        self.errors.append(getattr(error, "original", error))
        self.note("error")

    async def on_ready(self) -> None:
        self.note("ready")

    async def on_shard_resumed(self, _: int) -> None:
        self.note("resumed")

    async def on_shard_disconnect(self, _: int) -> None:
        self.note("disconnected")

    async def on_guild_join(self, _: discord.Guild) -> None:
        self.note("joined")

    async def on_guild_remove(self, _: discord.Guild) -> None:
        self.note("removed")

    async def on_guild_channel_delete(self, _: discord.abc.GuildChannel) -> None:
        self.note("channel deleted")

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.note("asked")
        if interaction.type is not discord.InteractionType.component:
            return
        if dict(interaction.data or {}).get("custom_id") == "next":
            await interaction.response.edit_message(embed=discord.Embed(description="page two"), view=None)
        else:
            await interaction.response.send_modal(Report())


class Report(discord.ui.Modal, title="Report a problem"):
    words: discord.ui.TextInput["Report"] = discord.ui.TextInput(
        label="What is wrong?", custom_id="words", max_length=500
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"noted: {self.words.value}", ephemeral=True)


def view() -> discord.ui.View:
    made = discord.ui.View(timeout=None)
    for label in ("Next", "Report"):
        made.add_item(discord.ui.Button(label=label, custom_id=label.lower()))
    return made


@app_commands.command(description="What it may change")
async def impact(interaction: discord.Interaction, text: str = "") -> None:
    embed = discord.Embed(title="Impact", description=f"{text} @everyone https://gazette.example/mud")
    await interaction.response.send_message(embed=embed, view=view(), ephemeral=True)


@impact.autocomplete("text")
async def offered(_: discord.Interaction, text: str) -> list[app_commands.Choice[str]]:
    return [app_commands.Choice(name=f"{text}{end}", value=f"{text}{end}") for end in ("a", "b")]


@app_commands.command(description="Thinks first, shows a picture, adds a word")
async def slow(interaction: discord.Interaction) -> None:
    await interaction.response.defer(ephemeral=True, thinking=True)
    file = discord.File(io.BytesIO(b"not a png"), "chart.png", description="A chart of nothing")
    embed = discord.Embed(title="Chart").set_image(url="attachment://chart.png")
    await interaction.edit_original_response(embed=embed, attachments=[file])
    await interaction.followup.send("and a word", ephemeral=True)


@app_commands.command(description="Opens a form")
async def form(interaction: discord.Interaction) -> None:
    await interaction.response.send_modal(Report())


@app_commands.command(description="Breaks a limit that discord.py does not know")
async def naive(interaction: discord.Interaction) -> None:
    await interaction.response.send_message(embed=discord.Embed(description="x" * 4097))


@asynccontextmanager
async def running(bot: Sample, token: str) -> AsyncIterator[Sample]:
    """The bot connected, until the block ends."""
    task = asyncio.create_task(bot.start(token))
    try:
        # The library waits for five seconds after each attempt that fails.
        waiter = asyncio.create_task(bot.until("ready", within=30.0))
        await asyncio.wait({task, waiter}, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            waiter.cancel()
            await task
        await waiter
        yield bot
    finally:
        await bot.close()
        with suppress(asyncio.CancelledError):
            await task
