"""Killed, out of disk, or with very many rows: a backup is whole or not there, and a restore happens or does not."""

import asyncio
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

import bot
from bot.errors import StoreError
from bot.store.delivery_tables import attempts, deliveries, occurrences
from bot.store.memory import Store
from tests.postgres import Cluster
from tests.store.kept import NOW, left_over, put, rows, saved, slot


@contextmanager
def limited(size: int) -> Iterator[None]:
    """No file may grow larger, as where a disk is full."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


async def test_a_full_disk_leaves_nothing_behind_and_says_so(store: Store, url: str, tmp_path: Path) -> None:
    await slot(store, "s1", [f"C{n}" for n in range(3000)])
    with limited(300_000), pytest.raises(StoreError, match=r"one\.backup.* the disk (is full|fails to read or write)"):
        saved(url, tmp_path / "one.backup")
    assert left_over(tmp_path) == []
    saved(url, tmp_path / "one.backup")


async def test_a_full_disk_leaves_what_was_there(in_a_file: Store, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/state.db"
    await slot(in_a_file, "s1", [f"C{n}" for n in range(3000)])
    saved(url, tmp_path / "one.backup")
    await slot(in_a_file, "s2", ["C5"])
    before = await rows(in_a_file)
    size = (tmp_path / "state.db").stat().st_size + (tmp_path / "state.db-wal").stat().st_size
    with limited(size), pytest.raises(StoreError, match="nothing was changed"):
        put(url, tmp_path / "one.backup", over=True)
    assert await rows(in_a_file) == before


KILLED = """
import os, re, resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.store import copying
from bot.store.backup import back_up
from bot.store.kinds import database_of
from bot.store.restore import Order, restore
what, url, file, at, at_once = sys.argv[1:]
copying.AT_ONCE = int(at_once or copying.AT_ONCE)
def told(done, total):
    if done >= int(at):
        os.kill(os.getpid(), signal.SIGKILL)
now, database = datetime(2026, 11, 17, 9, tzinfo=UTC), database_of(url, Path())
if what == "backup":
    back_up(database, Path(file), now, told)
else:
    restore(Order(Path(file), database, True, now, lambda *_: ((), ()), lambda _: False), told)
try:  # what getrusage() tells on Linux begins with what the process that started this one held
    most = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]
except OSError:
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(most)
"""


@pytest.mark.parametrize("at", [1, 1500, 2002])
async def test_killed_in_the_middle_a_backup_is_not_there_and_a_restore_did_not_happen(
    store: Store, url: str, tmp_path: Path, at: int
) -> None:
    await slot(store, "s1", [f"C{n}" for n in range(2000)])
    file = tmp_path / "one.backup"
    saved(url, file)
    await slot(store, "s2", [f"C{n}" for n in range(2000)])
    before = await rows(store)
    for what, name in (("backup", "two.backup"), ("restore", "one.backup")):
        done = await asyncio.to_thread(run, what, url, str(tmp_path / name), str(at), "")
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert not (tmp_path / "two.backup").exists()
        assert await rows(store) == before
    saved(url, tmp_path / "two.backup")
    put(url, file, over=True)
    assert len(await store.history("", 9)) == 1


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", KILLED, *words]
    env = {**os.environ, "PYTHONPATH": str(Path(bot.__file__).parents[1])}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


async def test_many_rows_take_hardly_more_memory_than_few(in_a_file: Store, tmp_path: Path, postgres: Cluster) -> None:
    one, two, other = f"sqlite:///{tmp_path}/state.db", postgres.make(), f"sqlite:///{tmp_path}/other.db"
    ways = [("backup", one, "a"), ("restore", two, "a"), ("backup", two, "b"), ("restore", other, "b")]
    few = [await asyncio.to_thread(peak, what, url, tmp_path / f"few.{name}") for what, url, name in ways]
    await in_a_file.write(fill)

    for (what, url, name), before in zip(ways, few, strict=True):
        most = await asyncio.to_thread(peak, what, url, tmp_path / name)
        assert most - before < 120_000, f"{what}: {most:,} kB, and {before:,} kB with nothing in it"
    assert (tmp_path / "b").stat().st_size > 50_000_000
    held = await asyncio.to_thread(peak, "backup", one, tmp_path / "held", "1000000")
    assert held - few[0] > 120_000, "so much is held where all rows are read at once"


def fill(connection: Connection) -> None:
    """Some 24,000 rows, half of them with a long text."""
    for number in range(1, 13):
        row = {"id": number, "schedule": "m", "slot": f"s{number}", "due_at": NOW, "planned_at": NOW}
        connection.execute(insert(occurrences), {**row, "asked_by": "", "state": "frozen", "reason": ""})
        same: dict[str, object] = {"occurrence_id": number, "platform": "slack", "account": "", "part": 0, "parts": 1}
        same |= {"state": "sent", "live": False, "owner": "", "fence": 1, "attempts": 1, "not_before": NOW}
        same |= {"changed_at": NOW, "external_id": "x" * 20, "witness": "answer", "why": ""}
        ids = range(number * 1000, number * 1000 + 1000)
        connection.execute(insert(deliveries), [{**same, "id": n, "channel": f"C{n}", "key": f"{n}"} for n in ids])
        step = {"claimed_at": NOW, "at": NOW, "fence": 1, "state": "sent", "why": "y" * 6500}
        connection.execute(insert(attempts), [{**step, "delivery_id": n} for n in ids])


def peak(what: str, url: str, file: Path, at_once: str = "") -> int:
    """The most memory that a process held meanwhile, in kB."""
    done = run(what, url, str(file), "999999999", at_once)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)
