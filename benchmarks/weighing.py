"""What the bot weighs when connected to both platforms, and whether it stays so while it answers."""

import asyncio
import json
import os
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, ratio
from benchmarks.gateway import Discord
from benchmarks.running import BOT, LISTED, home, running, tokens
from benchmarks.workspace import Slack
from tests.servers.discord.control import DiscordServer
from tests.servers.slack.control import SlackServer

WEIGHED = 3
IDLE = 4.0
"""Seconds a process rests, connected, before it is weighed."""
BOUND = 1.25

FIRST, LAST = 10_000, 100_000 if os.environ.get("SOAK") else 20_000
FLAT = 1.05
ASKS = ("impact", "deployment", "exposure", "sources", "people", "figures", "briefing", "help")


async def idle() -> list[Figure]:
    """Both are weighed while the test servers know them as connected."""
    with TemporaryDirectory(prefix="briefing-bench-") as name, home("") as folder:
        async with DiscordServer.start(Path(name)) as discord, SlackServer.start(Path(name)) as slack:
            environ = {
                "DISCORD_TOKEN": discord.token,
                "DISCORD_API_URL": discord.api,
                "SLACK_BOT_TOKEN": slack.bot_token,
                "SLACK_APP_TOKEN": slack.app_token,
                "SLACK_API_URL": slack.api,
            }
            await discord.guild("Bench")

            async def weighed(words: tuple[str, ...]) -> tuple[float, list[str]]:
                async with running(folder, words, environ) as process:
                    await process.until(discord.connected())
                    await process.until(slack.connected())
                    await asyncio.sleep(IDLE)
                    weight = process.resident()
                return weight, process.libraries() if words == LISTED else []

            _, libraries = await weighed(LISTED)
            (folder / "libraries.json").write_text(json.dumps(libraries), encoding="utf-8")
            bare = ("-m", "benchmarks.bare_both", "libraries.json")
            weights = [((await weighed(BOT))[0], (await weighed(bare))[0]) for _ in range(WEIGHED)]
    ours, theirs = zip(*weights, strict=True)
    roots = len({name.partition(".")[0] for name in libraries})
    return [
        ratio(f"memory when connected to both, over bare ({roots} libraries)", ours, theirs, BOUND),
        Figure("memory when connected to both", ours, "MiB"),
    ]


async def flat() -> list[Figure]:
    """The same process before and after most of its answers; one in ten has a text that was never asked before."""
    async with Discord().listening() as discord, Slack().listening() as slack:
        with home("") as folder:
            roots = {"DISCORD_API_URL": discord.api, "SLACK_API_URL": slack.api}
            async with running(folder, BOT, {**tokens(), **roots}) as bot:
                for ready in (discord.ready, discord.offered, slack.ready):
                    await bot.until(ready.wait())
                weights = []
                for count in (FIRST, LAST - FIRST):
                    await asyncio.gather(discord.any(count // 2, _asked), slack.any(count // 2, _on_slack))
                    await asyncio.sleep(1)
                    weights.append(bot.resident())
    before, after = weights
    return [
        ratio(f"memory after {LAST:,} answers, over after {FIRST:,}", [after], [before], FLAT),
        Figure(f"memory after {LAST:,} answers, half on each platform", (after,), "MiB"),
    ]


def _asked(number: int) -> tuple[str, str]:
    if number % 100 == 0:
        return "timeline", ""  # with a picture on Discord
    match number % 10:
        case 8:
            return "search", "kursk"
        case 9:
            return "impact", "zu" + "".join(chr(ord("a") + int(digit)) for digit in str(number))
        case kind:
            return ASKS[kind], ""


def _on_slack(number: int) -> tuple[str, str]:
    """Slack has a /search of its own."""
    command, text = _asked(number)
    return ("brief", f"{command} {text}") if command == "search" else (command, text)
