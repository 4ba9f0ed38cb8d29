"""`python -m benchmarks.bare_both FILE`: imports the modules the file lists, connects both platforms, and rests."""

import asyncio
import importlib
import json
import os
import sys
from pathlib import Path

import discord
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.app.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient


async def main(names: list[str]) -> None:
    for name in names:
        importlib.import_module(name)
    environ = os.environ
    app = AsyncApp(
        client=AsyncWebClient(environ["SLACK_BOT_TOKEN"], base_url=environ["SLACK_API_URL"]),
        request_verification_enabled=False,
        process_before_response=True,
    )
    await AsyncSocketModeHandler(app, environ["SLACK_APP_TOKEN"]).connect_async()  # type: ignore[no-untyped-call]
    discord.http.Route.BASE = environ["DISCORD_API_URL"]
    bare = discord.AutoShardedClient(
        intents=discord.Intents(guilds=True),
        max_messages=None,
        member_cache_flags=discord.MemberCacheFlags.none(),
        chunk_guilds_at_startup=False,
    )
    discord.app_commands.CommandTree(bare)
    await bare.start(environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    asyncio.run(main(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
