"""A backup that is put back, into either kind of database, sends nothing twice, and replaces nothing unasked."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from bot.errors import BriefingBotError, OldStore, StartError, StoreError
from bot.store.memory import Store, open_store
from bot.store.replica_rows import Replica
from bot.store.rows import Outcome, Planned
from tests.postgres import Cluster
from tests.store.kept import LATER, NOW, filled, left_over, put, rows, saved, slot
from tests.store.test_store_migrations import FIRST_VERSION


async def test_all_that_is_there_is_in_it_and_comes_back_into_either_kind(
    store: Store, url: str, fresh: Callable[[], str], tmp_path: Path
) -> None:
    await filled(store)
    before = await rows(store)
    assert saved(url, tmp_path / "one.backup") == sum(map(len, before.values()))
    assert all(before.values()), "there is something of everything"

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
