"""A bot that was thrown out of all its channels notices it, and asks no more, long before Discord shuts it out."""

import asyncio
import time
from bisect import bisect_left
from pathlib import Path

import pytest

from bot.digests import doubts
from bot.digests.pace import LIMITS, Limit, Refusals
from bot.store.rows import Claimed
from tests.shelf.home import SOAK
from tests.soak.fanned import Fanned, fanned

FEW, QUICK = 1_200, Limit(1e5, 1e5)
"""Where nobody has time: as many are under way together, and only sooner."""
CHANNELS, LIMIT = (10_000, LIMITS["discord"]) if SOAK else (FEW, QUICK)
MOST = 500 + QUICK.most
"""Refused requests: after 500 nothing new is begun, and what is under way comes to its end."""
SHUT_OUT = 10_000
"""In ten minutes: discord.com/developers/docs/topics/rate-limits#invalid-request-limit-aka-cloudflare-bans."""
PATIENCE = 60.0
QUIET = 3.0
"""Seconds after which whoever still asks has asked again: a lane looks once a second."""


async def test_a_bot_thrown_out_of_all_channels_stops_asking_and_keeps_what_is_left(tmp_path: Path) -> None:
    async with fanned(tmp_path, CHANNELS, LIMIT) as digest:
        await digest.server.remove_bot(digest.guild)
        async with digest.running():
            await rested(digest)
            asked = len(digest.asked())
            await asyncio.sleep(QUIET)
            assert len(digest.asked()) == asked, "it asks while it rests"
            assert digest.lane.standing.state == "trouble"
            assert "it refused very much" in digest.lane.standing.detail
        print(f"{asked:,} requests for {CHANNELS:,} channels")
        assert asked == len(digest.refused()) <= MOST
        # What was asked for has its reason, and all else waits: nothing is lost, and nothing is silent.
        assert await digest.states() == {"failed": asked, "pending": CHANNELS - asked}
        rows = await digest.digesting.store.deliveries(CHANNELS)
        assert all(row.why for row in rows if row.state == "failed")
        assert len(await digest.digesting.store.suspended()) == asked


async def test_without_the_guard_it_would_ask_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Refusals, "rest", lambda self, now: 0.0)
    async with fanned(tmp_path, CHANNELS, LIMIT) as digest:
        await digest.server.remove_bot(digest.guild)
        async with digest.running():
            await rested(digest)
        assert len(digest.refused()) > MOST


async def test_nor_does_it_ask_on_who_reads_along_there(tmp_path: Path) -> None:
    """What is not for everybody goes only where no stranger reads along, and that is asked before each post."""
    async with fanned(tmp_path, FEW, QUICK, "TLP:GREEN") as digest:
        await digest.server.remove_bot(digest.guild)
        async with digest.running():
            await rested(digest)
        assert sum((await digest.states()).values()) == FEW
        assert len(digest.refused()) <= MOST, digest.lane.standing


async def test_what_is_refused_while_doubts_are_looked_for_counts_before_more_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fanned(tmp_path, FEW, QUICK, "TLP:GREEN") as digest:
        await digest.server.remove_bot(digest.guild)
        doubtful = digest.digesting.store.doubtful

        async def slow(lane: str) -> tuple[Claimed, ...]:
            await asyncio.sleep(0.5)
            return await doubtful(lane)

        monkeypatch.setattr(doubts, "EVERY", 0.0)
        monkeypatch.setattr(digest.digesting.store, "doubtful", slow)
        async with digest.running():
            await rested(digest)
        assert len(digest.refused()) <= MOST, digest.lane.standing


@pytest.mark.parametrize("pace", [45.0, 1000.0])
def test_in_no_ten_minutes_are_so_many_refused_that_discord_shuts_it_out(pace: float) -> None:
    """Hours of nothing but refusals, asked for as fast as may be whenever it does not rest."""
    refusals, now, at = Refusals(), 0.0, list[float]()
    while now < 4 * 3600:
        for _ in range(1 + LIMITS["discord"].most):
            refusals.add(now)
            at.append(now)
            if not refusals.rest(now):
                break  # all that is under way when a rest begins is refused as well
        now += refusals.rest(now) or 1 / pace
    worst = max(last + 1 - bisect_left(at, one - 600) for last, one in enumerate(at))
    print(f"at most {worst} in ten minutes, {len(at)} in four hours")
    assert worst < SHUT_OUT / 8


async def rested(digest: Fanned) -> None:
    """Wait until it rests, with nothing under way, or has asked for far too much."""
    end = time.monotonic() + PATIENCE
    while len(digest.refused()) <= MOST:
        states = await digest.states()
        if "it rests" in digest.lane.standing.detail and not {"sending", "unknown"} & states.keys():
            return
        assert time.monotonic() < end, (states, digest.lane.standing)
        await asyncio.sleep(0.1)
