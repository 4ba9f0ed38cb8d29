"""`python -m benchmarks.bare_discord FILE`: discord.py with one command that answers what the file holds."""

import json
import os
import sys
from pathlib import Path
from typing import Any

import discord
from discord import app_commands
from discord.utils import MISSING


class Bare(discord.AutoShardedClient):
    """Connects as the bot does, and keeps as little in memory."""

    def __init__(self) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.tree = app_commands.CommandTree(self)


def client(file: Path) -> Bare:
    """A client whose /impact sends the embed and the buttons of a callback that was written down."""
    data = json.loads(file.read_text(encoding="utf-8"))["data"]
    (embed,) = (discord.Embed.from_dict(one) for one in data["embeds"])
    bare = Bare()
    view: discord.ui.View = MISSING

    async def setup() -> None:
        nonlocal view
        view = _view(data["components"])

    @bare.tree.command(name="impact", description="What the deployment may change")
    async def impact(interaction: discord.Interaction, about: str | None = None) -> None:
        await interaction.response.send_message(embed=embed, view=view, ephemeral=True)

    vars(bare)["setup_hook"] = setup
    return bare


def _view(rows: list[dict[str, Any]]) -> discord.ui.View:
    """All buttons, in a view that is finished: it is sent, and not kept for each message it was sent with."""
    view = discord.ui.View(timeout=None)
    for number, row in enumerate(rows):
        for one in row["components"]:
            style = discord.ButtonStyle(one["style"])
            view.add_item(discord.ui.Button(style=style, label=one["label"], custom_id=one["custom_id"], row=number))
    view.stop()
    return view


def main(file: Path) -> None:
    discord.http.Route.BASE = os.environ["DISCORD_API_URL"]
    client(file).run(os.environ["DISCORD_TOKEN"], log_handler=None)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
