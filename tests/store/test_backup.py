"""A backup is one moment of a database, its owner's alone, and overwrites nothing."""

import asyncio
import errno
import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StartError, StoreError
from bot.store.backup import back_up
from bot.store.kinds import database_of
from bot.store.memory import Store
from tests.postgres import Cluster
from tests.store.kept import NOW, left_over, nothing, saved, slot

ROOT = Path(__file__).parents[2]


async def test_every_table_is_copied_whatever_was_imported_before(in_a_file: Store, tmp_path: Path) -> None:
    """The command line imports less than the tests do, and a table counts once its module is imported."""
    line = "import bot.store.copying as c; print(*(table.name for table in c.TABLES))"
    run = [sys.executable, "-c", line]
    done = await asyncio.to_thread(subprocess.run, run, cwd=ROOT, capture_output=True, text=True, check=True)
    with closing(sqlite3.connect(tmp_path / "state.db")) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        there = {name for (name,) in found if not name.startswith("sqlite_")}
    assert set(done.stdout.split()) == there - {"alembic_version", "leases", "replicas"}


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
    with pytest.raises(StartError, match=r"n\.backup cannot be written: File name too long"):
        saved(f"sqlite:///{tmp_path}/state.db", tmp_path / f"{'n' * 300}.backup")
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

    def no_links(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no hard links here")

    monkeypatch.setattr(os, "link", no_links)
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


async def test_a_database_without_anything_in_it_is_not_backed_up(tmp_path: Path, postgres: Cluster) -> None:
    with pytest.raises(StoreError, match="it is not there, so there is nothing to back up"):
        saved(f"sqlite:///{tmp_path}/state.db", tmp_path / "one.backup")
    with pytest.raises(StoreError, match="it is empty, so there is nothing in it"):
        saved(postgres.make(), tmp_path / "one.backup")
    assert left_over(tmp_path) == []
