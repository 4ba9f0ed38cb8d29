"""A disk that takes nothing more: what became of deliveries is kept and written later, and nothing is sent twice."""

import os
import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.between import Trouble
from tests.faults.clock import SCHEDULE, Clock, every_minute, once_each
from tests.faults.ground import QUICK, Bot, Ground, Servers, ended, eventually, laid
from tests.faults.stories import Digest, Story, mark

pytestmark = pytest.mark.asyncio(loop_scope="session")

ROOMS = ("discord-1", "discord-2", "slack-1", "slack-2")
FULL = ("outcomes cannot be written, and are kept", "state.db: the disk is full; nothing was changed, make room")
QUOTA = (FULL[0], "state.db: the disk fails to read or write; nothing was changed, check the disk and its quota")


def quota(bot: Bot, _: Path) -> Callable[[], None]:
    """No file of the process may grow any more, until what is returned is called."""
    none, all_ = (0, resource.RLIM_INFINITY), (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
    resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, none)

    def lift() -> None:
        resource.prlimit(bot.process.pid, resource.RLIMIT_FSIZE, all_)

    return lift


def full(_: Bot, disk: Path) -> Callable[[], None]:
    """Not a byte is left on the disk, until what is returned is called."""
    filler = disk / "filler"
    with filler.open("wb") as file:
        while left := os.statvfs(disk).f_bavail:
            file.write(bytes(left * os.statvfs(disk).f_frsize))
            file.flush()
    return filler.unlink


@contextmanager
def small_disk(path: Path) -> Iterator[Path]:
    """A disk of a few megabytes; the test is left out where nothing may be mounted."""
    path.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(path)]
    if os.geteuid() or subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("no disk can be mounted here; the quota is tried in its place")
    try:
        yield path
    finally:
        subprocess.run(["umount", "-l", str(path)], check=True)


async def fills_up(
    ground: Ground, clock: Clock, fill: Callable[[Bot, Path], Callable[[], None]], told: tuple[str, ...]
) -> None:
    """The disk fills up while every post is on its way, and a slot falls due on it."""
    for room in ROOMS:
        ground.before(room).plan(ground.rooms[room], Trouble("kept back", after=True))
    async with ground.bot(clock.extra) as bot:
        await bot.send("log")
        await eventually(lambda: not ground.wrong(ROOMS, mark("tides", 1)), lambda: bot.said)
        make_room = fill(bot, ground.folder.home)
        ground.mend()
        await bot.says(*told)
        assert "Log tides" in await bot.ask("/briefing")
        minute = clock.set_before_a_minute(0.0)
        await bot.says("digests wait, because the database does not answer: ", told[1])
        assert "The database did not answer" in await bot.try_to_send("log")
        assert not ground.wrong(ROOMS, mark("tides", 1))
        assert not ground.wrong(ROOMS, mark("gulls", 1), times=0)
        make_room()
        await bot.says(*(f"minutely of {minute} is in {ground.place(room)}" for room in ROOMS))
        fates = await bot.ended("log", SCHEDULE)
        said = bot.said
        once_each(ground, ROOMS, bot)
    assert not ground.wrong(ROOMS, mark("tides", 1))
    assert {ended(line) for lines in fates.values() for line in lines} == {"sent"}
    assert said.count(told[0]) <= 2, "it is said once for each chat"


STORIES = (Story("tides"), Story("gulls"))
DIGESTS = {"log": Digest(ROOMS, ["tides"]), SCHEDULE: every_minute(ROOMS)}


async def test_what_arrived_or_fell_due_while_a_quota_lets_no_file_grow_is_written_down_later(
    servers: Servers, tmp_path: Path
) -> None:
    async with laid(servers, tmp_path, ROOMS, STORIES, DIGESTS) as ground:
        await fills_up(ground, Clock(tmp_path / "clock"), quota, QUOTA)


async def test_what_arrived_or_fell_due_while_the_disk_was_full_is_written_down_later(
    servers: Servers, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk") as disk:
        async with laid(servers, disk, ROOMS, STORIES, DIGESTS) as ground:
            await fills_up(ground, Clock(tmp_path / "clock"), full, FULL)


async def test_a_bot_that_dies_on_a_full_disk_finds_what_it_could_not_write_down(
    servers: Servers, tmp_path: Path
) -> None:
    rooms = [*ROOMS, "discord-3", "slack-3"]
    async with laid(servers, tmp_path, rooms, [Story("tides", 12)], {"log": Digest(rooms, ["tides"])}) as ground:
        for room in ROOMS:
            ground.before(room).plan(ground.rooms[room], Trouble("kept back", after=True))
        for room in rooms[-2:]:
            ground.before(room).plan(ground.rooms[room], Trouble("kept back"))
        async with ground.bot(QUICK) as bot:
            await bot.send("log")
            await eventually(lambda: not ground.wrong(ROOMS, mark("tides", 1)), lambda: bot.said)
            quota(bot, ground.folder.home)
            for room in ROOMS:
                ground.before(room).release()
            await bot.says(QUOTA[0])
            await bot.kill()
        ground.mend()
        async with ground.bot(QUICK) as bot:
            await bot.says("deliveries were under way when the bot stopped; they are looked for")
            fates = await bot.ended("log")
    wrong = [one for number in range(1, 13) for one in ground.wrong(rooms, mark("tides", number))]
    assert not wrong, "\n".join(wrong)
    assert {ended(line) for lines in fates.values() for line in lines} == {"sent"}
    assert sum("it was found there" in line for lines in fates.values() for line in lines) >= len(ROOMS)
