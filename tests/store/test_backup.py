"""A backup is one moment of a database, whole or not there; put back into either kind, it sends nothing twice."""

import asyncio
import errno
import os
import re
import resource
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

import bot
from bot.content.memory import Kept, Version
from bot.errors import BriefingBotError, OldStore, StartError, StoreError
from bot.store.backup import back_up
from bot.store.copying import TABLES
from bot.store.delivery_tables import attempts, deliveries, occurrences
from bot.store.kinds import database_of
from bot.store.memory import Store, open_store
from bot.store.restore import Order, Restored, restore
from bot.store.rows import Addressed, Claimed, Draft, Outcome, Page, PlaceRow, Planned, Replica, Schedule
from tests.postgres import Cluster
from tests.store.test_store_migrations import FIRST_VERSION

NOW = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
SCHEDULE = Schedule("morning", True, "Europe/Berlin", NOW - timedelta(days=9), NOW, "2026-11-17T08:00")
FILE = Kept("dprk.yaml", "format: 1\n", "a" * 64, NOW)
VERSION = Version("dprk", "troops", NOW, "d1", "TLP:CLEAR", '{"text":"Ten."}')


def nothing(done: int, total: int) -> None:
    """No progress is shown."""


def saved(url: str, to: Path, now: datetime = NOW) -> int:
    return back_up(database_of(url, Path()), to, now, nothing)


def put(
    url: str,
    file: Path,
    *,
    over: bool = False,
    now: datetime = LATER,
    due: Sequence[Planned] = (),
    is_dead: Callable[[str], bool] = lambda _: False,
) -> Restored:
    def decide(
        kept: Sequence[Kept], known: Mapping[str, Schedule], now: datetime, why: str
    ) -> tuple[Sequence[Schedule], Sequence[Planned]]:
        return [replace(one, planned_through=now) for one in known.values()], [replace(one, reason=why) for one in due]

    return restore(Order(file, database_of(url, Path()), over, now, decide, is_dead), nothing)


async def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All there is."""

    def read(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
        tables = {table.name: select(table).order_by(*table.primary_key) for table in TABLES}
        return {name: [tuple(row) for row in connection.execute(one)] for name, one in tables.items()}

    found = await store.read(read)
    found["notes"] = [row for row in found["notes"] if not str(row[0]).startswith("oldest bot")]
    return found


async def slot(
    store: Store, name: str, channels: Sequence[str], parts: int = 1, at: datetime = NOW
) -> Sequence[Claimed]:
    """A frozen slot, and what was claimed of it."""
    await store.plan([SCHEDULE], [Planned("morning", name, at)], at)
    occurrence = next(one for one in await store.unfrozen() if one.slot == name)
    draft = Draft("slack", "TLP:CLEAR", ("a/0",), (Page('"ä¶"', "", ("a/0",)),) * parts)
    them = [
        Addressed("slack", one, "TLP:CLEAR", part, parts, f"{name}-{one}-{part}")
        for one in channels
        for part in range(parts)
    ]
    await store.freeze(occurrence.id, "frozen", "", at, [draft], them)
    return await store.claim("slack", "me", at, 100)


async def filled(store: Store) -> None:
    """Something in every table, and deliveries in every state."""
    await store.keep([FILE], [VERSION])
    await store.note("colour", "blue")
    await store.first("slack", "T1", NOW)
    await store.pin("key", "newsroom", "{}", NOW)
    await store.lease("lane:slack", "gone", NOW - timedelta(days=1), timedelta(seconds=15))
    await store.release("lane:slack", "gone")
    await store.leave([PlaceRow("slack", "C9", "the bot was removed", NOW, NOW, NOW)])
    ends = ("sent", "unknown", "retry", "held", "failed", "sending")
    claimed = await slot(store, "s1", [*ends, "expired"])
    outcomes = [Outcome(one.id, one.fence, one.channel, NOW) for one in claimed if one.channel != "sending"]  # type: ignore[arg-type]  # channels are called as they end
    await store.record(outcomes)
    await store.plan((), [Planned("morning", "s2", NOW)], NOW)


async def test_all_that_is_there_is_in_it_and_comes_back_into_either_kind(
    store: Store, url: str, fresh: Callable[[], str], tmp_path: Path
) -> None:
    await filled(store)
    before = await rows(store)
    assert saved(url, tmp_path / "one.backup") == sum(map(len, before.values()))
    assert all(before.values()) or not before.get("reports")

    other = fresh()
    done = put(other, tmp_path / "one.backup")

    async with await open_store(other) as again:
        after = await rows(again)
        same = set(before) - {"deliveries", "attempts", "occurrences", "schedules"}
        assert {name: after[name] for name in same} == {name: before[name] for name in same}
        assert len(after["deliveries"]) == len(before["deliveries"])
        assert done.rows == sum(map(len, before.values()))
        assert done.taken is not None
        assert abs(done.taken - await store.time(NOW)) < timedelta(minutes=5)
        await slot(again, "s9", ["C1"])  # ids go on
        assert max(row[0] for row in (await rows(again))["deliveries"]) > max(row[0] for row in before["deliveries"])


async def test_from_a_file_to_a_server_and_back_nothing_changes(tmp_path: Path, postgres: Cluster) -> None:
    async with await open_store(f"sqlite:///{tmp_path}/a.db") as store:
        await filled(store)
    urls = [f"sqlite:///{tmp_path}/a.db", postgres.make(), f"sqlite:///{tmp_path}/b.db"]
    found = []
    for number, (one, other) in enumerate(pairwise(urls)):
        file = tmp_path / f"{number}.backup"
        saved(one, file)
        put(other, file, now=NOW if number else LATER)
        async with await open_store(other) as store:
            found.append(await rows(store))
    changed = {"deliveries", "attempts", "schedules"}  # what was in doubt is doubted anew, and time has passed
    assert {n: r for n, r in found[0].items() if n not in changed} == {
        n: r for n, r in found[1].items() if n not in changed
    }


async def test_what_was_under_way_is_in_doubt_and_looked_for_from_when_it_was_due(
    store: Store, url: str, fresh: Callable[[], str], tmp_path: Path
) -> None:
    await filled(store)
    saved(url, tmp_path / "one.backup")
    other = fresh()
    assert put(other, tmp_path / "one.backup").doubted == 3

    async with await open_store(other) as again:
        occurrence = await again.occurrence("morning", "s1")
        assert occurrence is not None
        states = {row.channel: row.state for row in await again.of_slot(occurrence.id)}
        doubted = dict.fromkeys(("unknown", "retry", "sending"), "unknown")
        assert states == {**{name: name for name in ("sent", "held", "failed", "expired")}, **doubted}
        assert await again.claim("slack", "me", LATER + timedelta(hours=1), 100) == ()
        doubtful = await again.doubtful("slack")
        assert {one.channel for one in doubtful} == {"unknown", "retry", "sending"}
        assert {one.first_attempt_at for one in doubtful} == {NOW}
        steps = await again.steps(doubtful[-1].id)
        assert (steps[-1].state, steps[-1].why) == ("unknown", "restored from a backup: it may have been sent since")
        for one in doubtful:
            await again.record([Outcome(one.id, one.fence, "sent", LATER)])
        assert await again.doubtful("slack") == ()


async def test_what_fell_due_a_moment_ago_counts_as_older_than_any_platform_remembers(
    store: Store, url: str, fresh: Callable[[], str], tmp_path: Path
) -> None:
    now = await store.time(NOW)
    await slot(store, "s1", ["C1"], at=now)
    saved(url, tmp_path / "one.backup")
    other = fresh()
    put(other, tmp_path / "one.backup", now=now + timedelta(seconds=20))
    async with await open_store(other) as again:
        (one,) = await again.doubtful("slack")
        assert one.first_attempt_at is not None
        assert one.first_attempt_at <= now - timedelta(minutes=50)


async def test_of_several_parts_in_doubt_the_first_is_looked_for_first(
    store: Store, url: str, fresh: Callable[[], str], tmp_path: Path
) -> None:
    await slot(store, "s1", ["C1", "C2"], parts=3)
    saved(url, tmp_path / "one.backup")
    other = fresh()
    assert put(other, tmp_path / "one.backup").doubted == 6
    async with await open_store(other) as again:
        first = await again.doubtful("slack")
        assert [(one.channel, one.part) for one in first] == [("C1", 0), ("C2", 0)]
        await again.record([Outcome(first[0].id, first[0].fence, "sent", LATER, external_id="17.1")])
        then = await again.doubtful("slack")
        assert [(one.channel, one.part, one.under) for one in then] == [("C1", 1, "17.1"), ("C2", 0, None)]


async def test_slots_that_may_have_been_frozen_and_sent_since_are_passed_over(
    store: Store, url: str, fresh: Callable[[], str], tmp_path: Path
) -> None:
    await filled(store)
    saved(url, tmp_path / "one.backup")
    other = fresh()
    due = [Planned("morning", "s3", NOW + timedelta(hours=1))]
    assert put(other, tmp_path / "one.backup", due=due).passed_over == 2
    async with await open_store(other) as again:
        assert await again.unfrozen() == ()
        for name in ("s2", "s3"):
            found = await again.occurrence("morning", name)
            assert found is not None
            assert found.state == "skipped"
            assert re.fullmatch(r"restored from a backup of 2[-0-9]+ [:0-9]+ UTC: it may have been sent", found.reason)
        assert (await again.schedules())["morning"].planned_through > NOW


async def test_a_backup_is_its_owners_alone_and_overwrites_nothing(in_a_file: Store, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    saved(f"sqlite:///{tmp_path}/state.db", file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    before = file.read_bytes()
    with pytest.raises(StartError, match="is there already, and nothing is overwritten"):
        saved(f"sqlite:///{tmp_path}/state.db", file)
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    with pytest.raises(StartError, match="is there already"):
        saved(f"sqlite:///{tmp_path}/state.db", tmp_path / "link")
    with pytest.raises(StartError, match="there is no folder"):
        saved(f"sqlite:///{tmp_path}/state.db", tmp_path / "gone" / "one.backup")
    assert file.read_bytes() == before
    assert left_over(tmp_path) == ["link", "one.backup"]


async def test_a_file_that_appears_meanwhile_is_not_overwritten(
    in_a_file: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "one.backup"

    def theirs(done: int, total: int) -> None:
        file.write_text("theirs")

    await in_a_file.note("a", "b")
    database = database_of(f"sqlite:///{tmp_path}/state.db", Path())
    with pytest.raises(StartError, match="is there already"):
        back_up(database, file, NOW, theirs)
    assert file.read_text() == "theirs"
    file.unlink()

    def no_links(*_: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(Path, "hardlink_to", no_links)
    with pytest.raises(StartError, match="is there already"):
        back_up(database, file, NOW, theirs)
    file.unlink()
    back_up(database, file, NOW, nothing)
    assert file.stat().st_size > 1000


async def test_a_backup_is_one_moment_while_others_write(store: Store, url: str, tmp_path: Path) -> None:
    await slot(store, "s1", [f"C{n}" for n in range(300)])
    loop = asyncio.get_running_loop()

    def told(done: int, total: int) -> None:
        asyncio.run_coroutine_threadsafe(slot(store, f"w{done}", ["C1", "C2"]), loop).result()

    await asyncio.to_thread(back_up, database_of(url, Path()), tmp_path / "one.backup", NOW, told)
    with closing(sqlite3.connect(tmp_path / "one.backup")) as found:
        assert found.execute("SELECT slot FROM occurrences").fetchall() == [("s1",)]
        assert found.execute("SELECT count(*) FROM deliveries").fetchone() == (300,)
        assert found.execute("PRAGMA foreign_key_check").fetchall() == []
        assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert len(await store.history("", 100)) > 3


async def test_what_is_there_is_only_replaced_where_that_is_said(store: Store, url: str, tmp_path: Path) -> None:
    await filled(store)
    saved(url, tmp_path / "one.backup")
    await slot(store, "later", ["C5"])
    before = await rows(store)
    with pytest.raises(StartError, match=r"is not empty: it holds \d+ rows"):
        put(url, tmp_path / "one.backup")
    assert await rows(store) == before
    put(url, tmp_path / "one.backup", over=True)
    assert await store.occurrence("morning", "later") is None
    assert await store.noted("colour") == "blue"


async def test_while_a_bot_is_at_work_nothing_is_put_back_and_it_is_named(
    store: Store, url: str, tmp_path: Path
) -> None:
    saved(url, tmp_path / "one.backup")
    await store.appear(Replica("me", "harbour", "0.1.0", "", "{}", NOW, NOW), timedelta(days=9))
    now = await store.time(NOW)
    await store.lease("lane:slack", "me", now, timedelta(seconds=15))
    with pytest.raises(StartError, match=r"a bot on harbour uses .*\. Stop it there first"):
        put(url, tmp_path / "one.backup", now=now)
    put(url, tmp_path / "one.backup", now=now, is_dead=lambda owner: owner == "me")
    assert await store.lease("lane:slack", "you", now, timedelta(seconds=15)) is not None
    await store.release("lane:slack", "you")
    put(url, tmp_path / "one.backup", now=now)


async def test_a_file_that_another_machine_has_is_let_be(in_a_file: Store, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/state.db"
    saved(url, tmp_path / "one.backup")
    await in_a_file.lease("host", "another boot", LATER, timedelta(seconds=30))
    with pytest.raises(StartError, match="a bot on another machine uses"):
        put(url, tmp_path / "one.backup")


async def test_a_backup_of_an_older_bot_is_brought_up_to_date_on_a_copy(
    fresh: Callable[[], str], tmp_path: Path
) -> None:
    old = tmp_path / "old.backup"
    with closing(sqlite3.connect(old)) as connection:
        connection.executescript(FIRST_VERSION)
    before = old.read_bytes()
    url = fresh()
    assert put(url, old).taken is None
    assert old.read_bytes() == before
    assert left_over(tmp_path) == ["old.backup"]
    async with await open_store(url) as store:
        assert [one.snippet for one in (await store.recall()).versions] == ["troops"]


async def test_what_is_no_backup_is_refused(fresh: Callable[[], str], tmp_path: Path) -> None:
    url, file = fresh(), tmp_path / "one.backup"
    cases: list[tuple[bytes, type[BriefingBotError], str]] = [
        (b"", StartError, "is no backup"),
        (b"nothing of the kind" * 100, StartError, "is no backup"),
    ]
    for data, kind, words in cases:
        file.write_bytes(data)
        with pytest.raises(kind, match=words):
            put(url, file)
    file.unlink()
    with pytest.raises(StartError, match="cannot be read: No such file"):
        put(url, file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE letters (text TEXT)")
    with pytest.raises(StoreError, match="it is a database of another program"):
        put(url, file)
    file.unlink()
    async with await open_store(f"sqlite:///{file}"):
        pass
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
        connection.commit()
    with pytest.raises(OldStore, match="was written by a newer bot"):
        put(url, file)
    with pytest.raises(StartError, match="is the database itself"):
        put(f"sqlite:///{file}", file)


async def test_a_damaged_backup_changes_nothing(store: Store, url: str, tmp_path: Path) -> None:
    await slot(store, "s1", [f"C{n}" for n in range(2000)])
    file = tmp_path / "one.backup"
    saved(url, file)
    data = bytearray(file.read_bytes())
    data[len(data) // 3 : len(data) * 2 // 3] = b"\xff" * (len(data) * 2 // 3 - len(data) // 3)
    file.write_bytes(bytes(data))
    before = await rows(store)
    with pytest.raises(StoreError, match=r"cannot use .*one\.backup: it is damaged"):
        put(url, file, over=True)
    assert await rows(store) == before


async def test_a_database_without_anything_in_it_is_not_backed_up(tmp_path: Path, postgres: Cluster) -> None:
    with pytest.raises(StoreError, match="it is not there, so there is nothing to back up"):
        saved(f"sqlite:///{tmp_path}/state.db", tmp_path / "one.backup")
    with pytest.raises(StoreError, match="it is empty, so there is nothing in it"):
        saved(postgres.make(), tmp_path / "one.backup")
    assert left_over(tmp_path) == []


def left_over(folder: Path) -> list[str]:
    """Everything in a folder but databases."""
    return sorted(path.name for path in folder.iterdir() if ".db" not in path.name)


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
import os, resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from bot.store.backup import back_up
from bot.store.kinds import database_of
from bot.store.restore import Order, restore
what, url, file, at = sys.argv[1:]
def told(done, total):
    if done >= int(at):
        os.kill(os.getpid(), signal.SIGKILL)
now, database = datetime(2026, 11, 17, 9, tzinfo=UTC), database_of(url, Path())
if what == "backup":
    back_up(database, Path(file), now, told)
else:
    restore(Order(Path(file), database, True, now, lambda *_: ((), ()), lambda _: False), told)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
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
        done = await asyncio.to_thread(run, what, url, str(tmp_path / name), str(at))
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


def fill(connection: Connection) -> None:
    """Some 300,000 rows."""
    for number in range(1, 151):
        row = {"id": number, "schedule": "m", "slot": f"s{number}", "due_at": NOW, "planned_at": NOW}
        connection.execute(insert(occurrences), {**row, "asked_by": "", "state": "frozen", "reason": ""})
        same: dict[str, object] = {"occurrence_id": number, "platform": "slack", "account": "", "part": 0, "parts": 1}
        same |= {"state": "sent", "live": False, "owner": "", "fence": 1, "attempts": 1, "not_before": NOW}
        same |= {"changed_at": NOW, "external_id": "x" * 20, "witness": "answer", "why": ""}
        ids = range(number * 1000, number * 1000 + 1000)
        connection.execute(insert(deliveries), [{**same, "id": n, "channel": f"C{n}", "key": f"{n}"} for n in ids])
        step = {"claimed_at": NOW, "at": NOW, "fence": 1, "state": "sent", "why": ""}
        connection.execute(insert(attempts), [{**step, "delivery_id": n} for n in ids])


def peak(what: str, url: str, file: Path) -> int:
    """The most memory that a process held meanwhile, in kB."""
    done = run(what, url, str(file), "999999999")
    assert done.returncode == 0, done.stderr
    return int(done.stdout)
