"""A monitor is told the truth while things break, and at once, whatever does not answer."""

import asyncio
import time
from pathlib import Path

import aiohttp
import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.metrics import METRICS, PROCESS
from tests.faults.ground import Bot, Servers, laid
from tests.faults.stories import Digest, Story
from tests.postgres import Cluster
from tests.product.running import until

pytestmark = pytest.mark.asyncio(loop_scope="session")

SOON = {"SHORTER": "bot.digests.replicas.BEAT=1 bot.digests.leading.LEASE=3 bot.measuring.FRESH=0.2"}
ROOMS = ("discord-1", "slack-1")

Told = dict[str, float]


async def scraped(bot: Bot) -> tuple[Told, str]:
    """Each value under its name with its labels, such as `up{platform="slack"}`, and the text."""
    headers = {"Authorization": f"Bearer {bot.password}"}
    async with aiohttp.ClientSession() as http, http.get(f"{bot.desk}/metrics", headers=headers) as response:
        assert response.status == 200
        text = await response.text()
    samples = (one for family in text_string_to_metric_families(text) for one in family.samples)
    return {
        one.name + "".join(f"{{{name}={value}}}" for name, value in sorted(one.labels.items())): one.value
        for one in samples
    }, text


async def tells(bot: Bot, **wanted: float) -> Told:
    """Wait until these have these values."""
    last: list[Told] = []

    async def so() -> bool:
        last.append((await scraped(bot))[0])
        return all(last[-1].get(name) == value for name, value in wanted.items())

    await until(so, lambda: f"{wanted}: {last[-1]}")
    return last[-1]


async def test_what_is_answered_sent_and_broken_is_told_to_a_monitor(servers: Servers, tmp_path: Path) -> None:
    digests = {"log": Digest([*ROOMS, "desk-1"], ["tides"])}
    async with (
        laid(servers, tmp_path, [*ROOMS, "desk-1"], [Story("tides", 2)], digests) as ground,
        ground.bot(SOON, direct=True) as bot,
    ):
        up = {f"briefing_bot_platform_up{{platform={name}}}": 1.0 for name in ("discord", "slack")}
        await tells(bot, **up, briefing_bot_ready=1)
        await bot.ask("/briefing")
        await bot.ask("/canary-of-a-command canary-of-a-text")
        await bot.send("log")
        await bot.ended("log")
        at_rest = {"briefing_bot_deliveries{state=sent}": 3.0, "briefing_bot_oldest_delivery_age_seconds": 0.0}
        told = await tells(bot, **at_rest)
        expected = {
            "briefing_bot_claims": 2,
            "briefing_bot_broken_files": 0,
            "briefing_bot_store_up": 1,
            "briefing_bot_asks_total{command=briefing}{platform=desk}": 1,
            "briefing_bot_asks_total{command=other}{platform=desk}": 1,
            "briefing_bot_answer_duration_seconds_count{platform=desk}": 2,
            "briefing_bot_attempts_total{outcome=sent}{platform=slack}": 1,
            "briefing_bot_attempts_total{outcome=sent}{platform=discord}": 1,
            "briefing_bot_lease_held{lease=planner}": 1,
            "briefing_bot_lease_held{lease=lane:slack}": 1,
            "briefing_bot_lease_held{lease=gateway:discord}": 1,
            "briefing_bot_replicas": 1,
        }
        assert {name: told.get(name) for name in expected} == expected
        assert 0 <= told["briefing_bot_event_loop_lag_seconds"] < 60
        assert told["briefing_bot_answer_duration_seconds_sum{platform=desk}"] > 0
        _, text = await scraped(bot)
        types = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
        assert types == {one.name for one in METRICS} | set(PROCESS)
        for word in ("canary", "tides", *ground.rooms.values()):
            assert word not in text, "no label holds a text, a briefing or a channel"

        connected = told["briefing_bot_connections_total{platform=discord}"]
        assert connected >= 1
        await servers.discord.gone(2.0)
        await tells(bot, **{"briefing_bot_platform_up{platform=discord}": 0.0}, briefing_bot_ready=0)
        told = await tells(bot, **{"briefing_bot_platform_up{platform=discord}": 1.0})
        assert told["briefing_bot_connections_total{platform=discord}"] > connected

        (ground.folder.home / "briefings" / "tides.yaml").write_text("format: 7\n", encoding="utf-8")
        await tells(bot, briefing_bot_broken_files=1, briefing_bot_briefings=1)
        state = ground.folder.home / "state.db"
        state.rename(state.with_name("elsewhere.db"))
        began = time.monotonic()
        told = await tells(bot, briefing_bot_store_up=0)
        assert "briefing_bot_deliveries{state=sent}" not in told
        assert told["briefing_bot_claims"] == 2, "what is known without it is told"
        assert time.monotonic() - began < 15
        state.with_name("elsewhere.db").rename(state)
        await tells(bot, **at_rest, briefing_bot_store_up=1, briefing_bot_ready=1)


async def test_a_monitor_does_not_wait_for_a_ledger_that_is_held(
    servers: Servers, tmp_path: Path, postgres: Cluster
) -> None:
    database = postgres.make()
    digests = {"log": Digest(["desk-1"], ["tides"])}
    async with laid(servers, tmp_path, ["desk-1"], [Story("tides")], digests) as ground:
        ground.environ = {"DATABASE_URL": database}
        async with ground.bot(SOON, direct=True) as bot:
            await tells(bot, **{"briefing_bot_deliveries{state=sent}": 0.0})
            with psycopg.connect(database) as other:
                other.execute("LOCK TABLE deliveries IN ACCESS EXCLUSIVE MODE")
                await asyncio.sleep(0.3)
                took = []
                for _ in range(3):
                    began = time.monotonic()
                    told, _ = await scraped(bot)
                    took.append(time.monotonic() - began)
                    assert "briefing_bot_deliveries{state=sent}" not in told
                    assert told["briefing_bot_claims"] == 1
                other.rollback()
            assert max(took) < 4, took
            await tells(bot, **{"briefing_bot_deliveries{state=sent}": 0.0})
