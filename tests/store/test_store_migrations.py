"""Databases of other versions: refused, migrated, copied first, and never half done."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import bot
from bot.content.memory import Kept, Remembered
from bot.errors import OldStore, StartError, StoreError
from bot.store.memory import open_store
from bot.store.migrate import migrate
from bot.store.tables import REVISION, metadata

FILE = Kept("dprk.yaml", "format: 1\n", "a" * 64, datetime(2024, 11, 11, tzinfo=UTC))


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database on which migrations have begun and none was finished, with somebody's rows in it."""
    file = tmp_path / "state.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("CREATE TABLE notes (text TEXT)")
        connection.execute("INSERT INTO notes VALUES ('precious')")
        connection.commit()
    return file


async def test_the_migrations_end_where_the_tables_are(tmp_path: Path) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with (
        await open_store("sqlite:///state.db", tmp_path) as store,
        store._engine.connect() as connection,
    ):
        assert await connection.run_sync(differences) == []


def test_the_revisions_are_one_line_of_numbers_up_to_the_newest() -> None:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    script = ScriptDirectory.from_config(config)
    found = [revision.revision for revision in script.walk_revisions()]
    assert script.get_heads() == [REVISION]
    assert found == [f"{number:04}" for number in range(len(found), 0, -1)]


async def test_migrate_makes_a_new_database_and_has_nothing_to_do_then(tmp_path: Path) -> None:
    first = await migrate("sqlite:///state.db", tmp_path)
    assert first == [
        f"created {tmp_path / 'state.db'}",
        "0001: the last good files and the versions of snippets",
    ]
    assert await migrate("sqlite:///state.db", tmp_path) == []
    assert [file.name for file in _files_in(tmp_path)] == ["state.db"]


async def test_an_older_database_is_refused_until_it_is_migrated(old: Path) -> None:
    with pytest.raises(OldStore, match=r"is at version 0000, this bot needs 0001: back it up and run"):
        await open_store("sqlite:///state.db", old.parent)

    done = await migrate("sqlite:///state.db", old.parent)

    assert done[0] == f"kept a copy as {old}.0000.bak"
    assert done[-1].startswith("0001: ")
    async with await open_store("sqlite:///state.db", old.parent) as store:
        await store.keep([FILE], [])
        assert await store.recall() == Remembered(kept=(FILE,))
    assert _rows(old, "notes") == [("precious",)]


async def test_the_copy_is_the_database_as_it_was_and_the_owners_alone(old: Path) -> None:
    await migrate("sqlite:///state.db", old.parent)

    copy = old.with_name("state.db.0000.bak")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert _rows(copy, "notes") == [("precious",)]
    assert _rows(copy, "sqlite_master WHERE name = 'kept'") == []


async def test_an_earlier_copy_is_never_overwritten(old: Path) -> None:
    earlier = old.with_name("state.db.0000.bak")
    earlier.write_text("the copy of last year")

    done = await migrate("sqlite:///state.db", old.parent)

    assert done[0] == f"kept a copy as {old}.0000.2.bak"
    assert earlier.read_text() == "the copy of last year"


@pytest.mark.parametrize("revision", ["0002", "9999", "beef", "1", "٠٠٠٠"])
async def test_a_database_of_a_newer_bot_is_refused_and_left_as_it_is(tmp_path: Path, revision: str) -> None:
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        await store.keep([FILE], [])
    file = tmp_path / "state.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
        connection.commit()
    before = file.read_bytes()

    with pytest.raises(OldStore, match=f"was written by a newer bot: it is at version {revision}"):
        await open_store("sqlite:///state.db", tmp_path)
    with pytest.raises(OldStore, match="was written by a newer bot"):
        await migrate("sqlite:///state.db", tmp_path)

    assert file.read_bytes() == before
    assert _files_in(tmp_path) == [file]


async def test_migrate_says_the_same_about_what_it_cannot_use(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(StoreError, match="it is not a database"):
        await migrate("sqlite:///state.db", tmp_path)
    with pytest.raises(StartError, match="PostgreSQL is not supported yet"):
        await migrate("postgresql://bot:secret@db/bot")


async def test_a_migration_that_fails_changes_nothing(old: Path) -> None:
    with closing(sqlite3.connect(old)) as connection:
        connection.execute("CREATE TABLE versions (in_the_way TEXT)")
        connection.commit()
    before = _rows(old, "sqlite_master")

    with pytest.raises(StoreError, match="table versions already exists"):
        await migrate("sqlite:///state.db", old.parent)

    assert _rows(old, "sqlite_master") == before


async def test_a_migration_killed_in_the_middle_can_be_run_again(old: Path) -> None:
    script = """
import asyncio, os, signal, sys
from pathlib import Path
from sqlalchemy import Engine, event
from bot.store.migrate import migrate
@event.listens_for(Engine, "after_cursor_execute")
def die(connection, cursor, statement, *rest):
    if "CREATE TABLE versions" in statement:
        os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(migrate("sqlite:///state.db", Path(sys.argv[1])))
"""
    killed = _run(script, old.parent)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert _rows(old, "sqlite_master WHERE name = 'kept'") == []

    await migrate("sqlite:///state.db", old.parent)

    async with await open_store("sqlite:///state.db", old.parent) as store:
        await store.keep([replace(FILE, file="after.yaml")], [])
    assert _rows(old, "notes") == [("precious",)]


def _rows(file: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def _files_in(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def _run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", script, str(folder)],
        env={**os.environ, "PYTHONPATH": str(Path(bot.__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
