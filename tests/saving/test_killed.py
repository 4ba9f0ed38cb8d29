"""A process that is killed in the middle of a save, many times: the file is whole, the old text or the new one."""

import asyncio
import os
import random
from collections.abc import AsyncIterator
from pathlib import Path

from bot.content.folder import look
from bot.content.saving import UNDO, read
from bot.whole import TEMP
from tests import nursery
from tests.nursery import PIPE
from tests.sizes import SOAK

ROOT = Path(__file__).parents[2]
NAME = "harbour.yaml"
KILLS = 300 if SOAK else 15
LINES = 40_000


async def killed(folder: Path, how: str, times: int) -> AsyncIterator[tuple[int, bytes]]:
    """The number of the last text a writer told of, and what stands in the file, after each of its deaths."""
    (folder / NAME).write_bytes(whole(0))
    chance, first = random.Random(6), 1
    for _ in range(times):
        words = (str(folder), NAME, str(first), str(LINES), how)
        writer = await nursery.start("tests.saving.writer", *words, cwd=ROOT, stdout=PIPE)
        assert writer.stdout
        told = [int(await writer.stdout.readline())]
        await asyncio.sleep(chance.uniform(0, 0.05))
        writer.kill()
        told += [int(line) for line in (await writer.stdout.read()).split(b"\n") if line]
        await writer.wait()
        first = told[-1] + 2
        yield told[-1], (folder / NAME).read_bytes()


def whole(number: int) -> bytes:
    return b"# %d\n" % number * LINES


def swept(folder: Path) -> None:
    """What the dead have left goes once it is old."""
    for path in [*folder.glob(f"{TEMP}*"), *(folder / UNDO).glob(f"{TEMP}*")]:
        at = path.stat().st_mtime - 61
        os.utime(path, (at, at))
    read(folder, NAME)
    assert not list(folder.glob(f"{TEMP}*"))


async def test_the_file_is_whole_whenever_the_bot_is_killed(tmp_path: Path) -> None:
    async for told, found in killed(tmp_path, "saved", KILLS):
        assert found in (whole(told), whole(told + 1)), "neither what was told to be saved nor the next text"
    assert list(look(tmp_path)) == [NAME]
    await asyncio.to_thread(swept, tmp_path)


async def test_a_writer_that_writes_over_the_file_is_caught(tmp_path: Path) -> None:
    """What the test above would show if a save were no rename."""
    torn = False
    async for told, found in killed(tmp_path, "over", 100):
        torn = torn or found not in (whole(told), whole(told + 1))
        if torn:
            break
    assert torn
