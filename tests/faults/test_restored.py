"""A database is put back to a backup from the middle of a digest: what was sent since comes no second time."""

import asyncio
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.between import Trouble
from tests.faults.clock import SCHEDULE, Clock
from tests.faults.ground import USUAL, Bot, Ground, Servers, ended, eventually, laid
from tests.faults.stories import PATIENCE, Digest, Story, mark
from tests.postgres import Cluster

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOMS = [f"{platform}-{name}" for platform in ("discord", "slack") for name in ("free", "kept", "waits")]
CLAIMS = 40
PATIENT = {"lease": "30s", "ghost": "31s", "timeout": "15s"}
"""Nothing is in doubt before the backup, but what the backup makes so."""

SOON = 45.0

_POSTED = re.compile(rf"digest {SCHEDULE} of (\S+) is in (\S+) as ")


@dataclass
class Seen:
    """What stands in the channels after a restore, and what the restore said."""

    marks: Counter[int]
    """How many parts of the digest stand how often where they are wanted once."""
    doubled: list[str]
    """The channels in which a minute's digest stands more than once."""
    said: str


async def restored(servers: Servers, path: Path, to: Mapping[str, str] = USUAL, forgets: str = "") -> Seen:
    """Back up while half of a digest is sent, send all of it and another one, put the backup back, and go on."""
    digests = {"log": Digest(ROOMS, ["tides"]), SCHEDULE: Digest(ROOMS, ["gulls"], "* * * * *", {"catch_up": "all"})}
    stories = [Story("tides", CLAIMS), Story("gulls")]
    async with laid(servers, path, ROOMS, stories, digests, delivery=PATIENT) as ground:
        await servers.discord.set(nonce_window=0.0)  # nobody may count on it so long after
        clock = Clock(path / "clock")
        clock.set(-120.0)  # a server goes by the true time, and is not to be behind what was sent
        try:
            first, minute = await _sent(ground, clock)
            extra = {**clock.extra, **to}
            forgetting = {**extra, "FORGETS": forgets} if forgets else extra
            said = await ground.told("restore", "mid.backup", "--replace", extra=forgetting)
            ground.folder.more["delivery"] = PATIENCE
            await asyncio.to_thread(ground.folder.save_config)
            second = await _goes_on(ground, extra, minute, sound=not forgets)
        finally:
            await servers.discord.set(nonce_window=180.0)
        marks = Counter(
            sum(mark("tides", number) in text for text in ground.kept(room))
            for room in ROOMS
            for number in range(1, CLAIMS + 1)
        )
        minutes = {slot for slot, _ in _POSTED.findall(first.said + second.said)}
        gulls = {room: sum(mark("gulls", 1) in text for text in ground.kept(room)) for room in ROOMS}
        return Seen(marks, [room for room, times in gulls.items() if times > len(minutes)], said)


async def _sent(ground: Ground, clock: Clock) -> tuple[Bot, str]:
    """A bot of which a backup was taken in the middle, and the minute whose digest it sent after that."""
    for room in ("discord-kept", "slack-kept"):
        ground.before(room).plan(ground.rooms[room], Trouble("kept back"))
    async with ground.bot(clock.extra) as bot:
        await bot.says("commands are offered")
        await bot.send("log")
        await eventually(lambda: bool(ground.kept("discord-free") and ground.kept("slack-free")), lambda: bot.said)
        await ground.told("backup", "mid.backup", extra=clock.extra)
        ground.mend()
        fates = await bot.ended("log", within=SOON)
        assert {ended(line) for lines in fates.values() for line in lines} == {"sent"}
        minute = clock.set_before_a_minute(-60.0)
        await eventually(lambda: bot.said.count(f"{SCHEDULE} of {minute} is in") == len(ROOMS), lambda: bot.said)
    return bot, minute


async def _goes_on(ground: Ground, extra: Mapping[str, str], minute: str, *, sound: bool) -> Bot:
    async with ground.bot(extra) as bot:
        fates = await bot.ended("log", within=SOON)
        await asyncio.sleep(3.0)
        if sound:
            assert {ended(line) for lines in fates.values() for line in lines} == {"sent"}, fates
            why = " ".join(await bot.why(SCHEDULE, minute))
            assert "not sent: restored from a backup of" in why, why
    return bot


@pytest.mark.parametrize("target", ["the same file", "a server"])
async def test_each_part_stands_once_in_each_channel_after_a_restore(
    servers: Servers, tmp_path: Path, target: str, request: pytest.FixtureRequest
) -> None:
    to: Mapping[str, str] = USUAL
    if target == "a server":
        cluster: Cluster = request.getfixturevalue("postgres")
        to = {"DATABASE_URL": cluster.make()}
    seen = await restored(servers, tmp_path, to)
    assert set(seen.marks) == {1}, seen
    assert seen.doubled == []
    assert "deliveries may have been sent since: the bot looks for each" in seen.said
    assert re.search(r"slots? may have been sent since, and will not be sent now", seen.said)


async def test_without_doubts_what_was_sent_since_is_sent_again(servers: Servers, tmp_path: Path) -> None:
    seen = await restored(servers, tmp_path, forgets="doubts")
    assert max(seen.marks) > 1, seen


async def test_without_passing_over_what_was_due_since_is_sent_again(servers: Servers, tmp_path: Path) -> None:
    seen = await restored(servers, tmp_path, forgets="slots")
    assert seen.doubled, seen
