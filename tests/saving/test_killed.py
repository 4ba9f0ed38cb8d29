"""A process that is killed in the middle of a save, many times: the file is whole, the old text or the new one."""

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bot.content.folder import look
from bot.content.saving import TEMP, UNDO, read
from tests.sizes import SOAK

ROOT = Path(__file__).parents[2]
NAME = "harbour.yaml"
KILLS = 500 if SOAK else 10
LINES = 40_000

WRITER = f"""
import itertools, sys
from pathlib import Path
from bot.content.saving import Saved, read, save
folder, name = Path(sys.argv[1]), sys.argv[2]
for number in itertools.count(int(sys.argv[3])):
    data = b"# %d\\n" % number * {LINES}
    WRITE
    print(number, flush=True)
"""
SAVES = "assert isinstance(save(folder, name, data, read(folder, name).stamp), Saved)"
WRITES_OVER = "(folder / name).write_bytes(data)"


def killed(folder: Path, write: str, times: int) -> Iterator[tuple[int, bytes]]:
    """The number of the last text a writer told of, and what stands in the file, after each of its deaths."""
    (folder / NAME).write_bytes(b"# 0\n" * LINES)
    chance, last = random.Random(6), 0
    for _ in range(times):
        words = [sys.executable, "-c", WRITER.replace("WRITE", write), str(folder), NAME, str(last + 1)]
        writer = subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert writer.stdout
        told = [int(writer.stdout.readline())]
        time.sleep(chance.uniform(0, 0.05))
        writer.kill()
        told += [int(line) for line in writer.stdout.read().split("\n") if line]
        writer.stdout.close()
        writer.wait()
        last = told[-1] + 1
        yield told[-1], (folder / NAME).read_bytes()


def whole(number: int) -> bytes:
    return b"# %d\n" % number * LINES


def test_the_file_is_whole_whenever_the_bot_is_killed(tmp_path: Path) -> None:
    for told, found in killed(tmp_path, SAVES, KILLS):
        assert found in (whole(told), whole(told + 1)), "neither what was told to be saved nor the next text"
    assert list(look(tmp_path)) == [NAME]
    left = [*tmp_path.glob(f"{TEMP}*"), *(tmp_path / UNDO).glob(f"{TEMP}*")]
    for path in left:
        at = path.stat().st_mtime - 61
        os.utime(path, (at, at))
    read(tmp_path, NAME)
    assert not list(tmp_path.glob(f"{TEMP}*"))


def test_a_writer_that_writes_over_the_file_is_caught(tmp_path: Path) -> None:
    """What the test above would show if a save were no rename."""
    assert any(found not in (whole(told), whole(told + 1)) for told, found in killed(tmp_path, WRITES_OVER, 60))
