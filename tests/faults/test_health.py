"""Probes tell the truth: whatever breaks around the bot turns /readyz to trouble and back, and it stays alive."""

import asyncio
import signal
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from pathlib import Path

import aiohttp
import pytest

from tests.faults.ground import Bot, Ground, Servers, laid
from tests.faults.stories import Digest, Story
from tests.postgres import Cluster
from tests.product.running import CAP, until

pytestmark = pytest.mark.asyncio(loop_scope="session")

SOON = {"SHORTER": "bot.digests.replicas.BEAT=1 bot.digests.leading.LEASE=3 bot.heart.EVERY=0.3"}
READY, TROUBLE, ALIVE = (200, "ready\n"), (503, "trouble\n"), (200, "ok\n")


async def probed(bot: Bot, path: str, within: float = CAP) -> tuple[int, str]:
    """What a probe hears that knows no secret; TimeoutError where nobody answers."""
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=within)) as http,
        http.get(bot.desk + path) as response,
    ):
        return response.status, await response.text()


async def turns(bot: Bot, wanted: tuple[int, str]) -> None:
    """Wait until it is ready, or is not."""
    heard: list[tuple[int, str]] = []

    async def so() -> bool:
        heard.append(await probed(bot, "/readyz"))
        return heard[-1] == wanted

    await until(so, lambda: f"{heard[-1]} {bot.said}")


async def in_trouble(bot: Bot, *words: str) -> None:
    """It says so in one word to strangers, and why in the log and on the Health page; readers are answered."""
    await turns(bot, TROUBLE)
    await bot.says(*(f"not ready: {word}" for word in words))
    await bot.shows("/health", "not ready", *words)
    assert await probed(bot, "/healthz") == ALIVE, "to start it anew would mend nothing"
    assert "Log tides" in await bot.ask("/briefing")


async def well_again(bot: Bot) -> None:
    await turns(bot, READY)
    await bot.says("ready again")
    await bot.shows("/health", "ready ● all of it works")


@asynccontextmanager
async def alone(servers: Servers, path: Path) -> AsyncIterator[tuple[Ground, Bot]]:
    """A bot that knows neither Discord nor Slack, ready."""
    digests = {"log": Digest(["desk-1"], ["tides"])}
    async with laid(servers, path, ["desk-1"], [Story("tides")], digests) as ground:
        ground.environ = {}
        async with ground.bot(SOON, direct=True) as bot:
            await turns(bot, READY)
            yield ground, bot


@contextmanager
def locked(state: Path) -> Iterator[None]:
    """Another program writes to the database, and does not come to an end."""
    begun, done = threading.Event(), threading.Event()

    def hold() -> None:
        with closing(sqlite3.connect(state, timeout=CAP, isolation_level=None)) as database:
            database.execute("BEGIN EXCLUSIVE")
            begun.set()
            done.wait(CAP)

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait(CAP)
    try:
        yield
    finally:
        done.set()
        thread.join()


async def test_a_locked_and_a_removed_database_are_trouble_and_no_reason_to_start_anew(
    servers: Servers, tmp_path: Path
) -> None:
    async with alone(servers, tmp_path) as (ground, bot):
        state = ground.folder.home / "state.db"
        with locked(state):
            await in_trouble(bot, "Database: ")
            await bot.says("it is locked: another program is writing to it")
        await well_again(bot)
        state.rename(state.with_name("elsewhere.db"))
        await in_trouble(bot, "Database: ")
        await bot.says("it was moved or deleted while the bot ran")
        state.with_name("elsewhere.db").rename(state)
        await well_again(bot)


async def test_files_that_cannot_be_read_are_trouble_and_mistakes_in_them_are_none(
    servers: Servers, tmp_path: Path
) -> None:
    async with alone(servers, tmp_path) as (ground, bot):
        home = ground.folder.home
        (home / "briefings").rename(home / "elsewhere")
        await in_trouble(bot, "Shelf: The briefings folder cannot be read: No such file or directory")
        (home / "elsewhere").rename(home / "briefings")
        await well_again(bot)
        kept = (home / "config.yaml").read_text(encoding="utf-8")
        (home / "config.yaml").unlink()
        await in_trouble(bot, "config.yaml: it is not there")
        (home / "config.yaml").write_text(kept, encoding="utf-8")
        await well_again(bot)
        (home / "config.yaml").write_text(kept + "sectoins: {}\n", encoding="utf-8")
        (home / "briefings" / "tides.yaml").write_text("format: 7\n", encoding="utf-8")
        await bot.says("not taken in: config.yaml", "tides.yaml not loaded")
        await asyncio.sleep(1.5)
        assert await probed(bot, "/readyz") == READY, "a bad edit takes nothing down"


async def test_a_server_that_went_down_and_a_deaf_chat_are_trouble_until_they_are_back(
    servers: Servers, tmp_path: Path
) -> None:
    cluster = Cluster().start()
    rooms = ["discord-1", "slack-1"]
    try:
        async with laid(servers, tmp_path, rooms, [Story("tides")], {"log": Digest(rooms, ["tides"])}) as ground:
            shared = {**SOON, "DATABASE_URL": cluster.make(), "STRANGER": "1"}
            async with ground.bot(shared, direct=True) as one, ground.bot(shared, direct=True) as two:
                for bot in (one, two):
                    await turns(bot, READY)
                assert "another replica is connected" in await one.words("/health") + await two.words("/health")
                await asyncio.to_thread(cluster.stop)
                for bot in (one, two):
                    await in_trouble(bot, "Database: cannot use the PostgreSQL database")
                await asyncio.to_thread(cluster.start)
                for bot in (one, two):
                    await well_again(bot)
                # Who is connected is in trouble; who only stands by has none of it.
                connected = one if "connected to 1 server" in await one.words("/health") else two
                await servers.discord.gone(5.0, silent=True)
                await in_trouble(connected, "Discord: ")
                assert await probed(two if connected is one else one, "/readyz") == READY
                await well_again(connected)
    finally:
        cluster.remove()


async def test_a_loop_that_stands_still_answers_no_probe_and_is_told_of_when_it_goes_on(
    servers: Servers, tmp_path: Path
) -> None:
    async with alone(servers, tmp_path) as (_, bot):
        bot.tell(signal.SIGSTOP)
        with pytest.raises(TimeoutError):
            await probed(bot, "/healthz", within=1.0)
        await asyncio.sleep(5.0)
        bot.tell(signal.SIGCONT)
        await bot.says("the event loop stood still for ")
        assert await probed(bot, "/healthz") == ALIVE
        await turns(bot, READY)
