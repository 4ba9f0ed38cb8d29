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
from sqlalchemy import Connection, text

import bot
from bot.content.memory import Kept, Remembered, Version
from bot.errors import OldStore, StartError, StoreError
from bot.store.memory import Store, open_store
from bot.store.migrate import migrate
from bot.store.tables import REVISION, metadata

FILE = Kept("dprk.yaml", "format: 1\n", "a" * 64, datetime(2024, 11, 11, tzinfo=UTC))
VERSION = Version("dprk", "troops", datetime(2024, 11, 11, tzinfo=UTC), "d1", "TLP:CLEAR", '{"text":"Ten."}')

# What the bot of revision 0001 has left on disks; never to be changed.
FIRST_VERSION = """
CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num));
CREATE TABLE kept (file TEXT NOT NULL, text TEXT NOT NULL, sha256 VARCHAR(64) NOT NULL, loaded_at DATETIME NOT NULL,
    CONSTRAINT pk_kept PRIMARY KEY (file));
CREATE TABLE versions (id INTEGER NOT NULL, briefing TEXT NOT NULL, snippet TEXT NOT NULL, seen_at DATETIME NOT NULL,
    digest VARCHAR(128) NOT NULL, label VARCHAR(32) NOT NULL, body TEXT NOT NULL,
    CONSTRAINT pk_versions PRIMARY KEY (id),
    CONSTRAINT uq_versions_briefing_snippet_seen_at UNIQUE (briefing, snippet, seen_at));
CREATE INDEX ix_versions_seen_at_id ON versions (seen_at, id);
INSERT INTO alembic_version VALUES ('0001');
INSERT INTO kept VALUES ('dprk.yaml', 'format: 1' || char(10), printf('%.64c', 'a'), '2024-11-11 00:00:00.000000');
INSERT INTO versions VALUES (1, 'dprk', 'troops', '2024-11-11 00:00:00.000000', 'd1', 'TLP:CLEAR', '{"text":"Ten."}');
"""

# What the bot of revision 0003 has left of digests: the tables that were made anew after it, with one that was sent.
BEFORE_CORRECTIONS = """
UPDATE alembic_version SET version_num = '0003';
DROP TABLE attempts; DROP TABLE deliveries; DROP TABLE messages; DROP TABLE replicas; DROP TABLE subscriptions;
DROP TABLE notices; DROP TABLE told_things; DROP TABLE links;
ALTER TABLE places DROP COLUMN left_at;
CREATE TABLE messages (id INTEGER NOT NULL, occurrence_id INTEGER NOT NULL, platform VARCHAR(16) NOT NULL,
    audience VARCHAR(32) NOT NULL, snippets TEXT NOT NULL, parts TEXT NOT NULL, CONSTRAINT pk_messages PRIMARY KEY (id),
    CONSTRAINT fk_messages_occurrence_id FOREIGN KEY(occurrence_id) REFERENCES occurrences (id) ON DELETE CASCADE,
    CONSTRAINT uq_messages_occurrence_id_platform_audience UNIQUE (occurrence_id, platform, audience));
CREATE TABLE deliveries (id INTEGER NOT NULL, occurrence_id INTEGER NOT NULL, message_id INTEGER,
    platform VARCHAR(16) NOT NULL, account TEXT NOT NULL, channel TEXT NOT NULL, part INTEGER NOT NULL,
    parts INTEGER NOT NULL, "key" VARCHAR(32) NOT NULL, state VARCHAR(16) NOT NULL, live BOOLEAN NOT NULL,
    why TEXT NOT NULL, owner TEXT NOT NULL, fence INTEGER NOT NULL, attempts INTEGER NOT NULL, claimed_at DATETIME,
    not_before DATETIME NOT NULL, first_attempt_at DATETIME, changed_at DATETIME NOT NULL, external_id TEXT NOT NULL,
    witness VARCHAR(16) NOT NULL, CONSTRAINT pk_deliveries PRIMARY KEY (id),
    CONSTRAINT fk_deliveries_message_id FOREIGN KEY(message_id) REFERENCES messages (id) ON DELETE SET NULL,
    CONSTRAINT fk_deliveries_occurrence_id FOREIGN KEY(occurrence_id) REFERENCES occurrences (id) ON DELETE CASCADE,
    CONSTRAINT uq_deliveries_key UNIQUE ("key"), CONSTRAINT uq_deliveries_occurrence_id_platform_account_channel_part
        UNIQUE (occurrence_id, platform, account, channel, part));
CREATE INDEX ix_deliveries_platform_channel_id ON deliveries (platform, channel, id) WHERE live = 1;
CREATE INDEX ix_deliveries_platform_not_before_id ON deliveries (platform, not_before, id) WHERE live = 1;
CREATE INDEX ix_deliveries_state_changed_at ON deliveries (state, changed_at);
CREATE TABLE attempts (id INTEGER NOT NULL, delivery_id INTEGER NOT NULL, claimed_at DATETIME, at DATETIME NOT NULL,
    fence INTEGER NOT NULL, state VARCHAR(16) NOT NULL, why TEXT NOT NULL, CONSTRAINT pk_attempts PRIMARY KEY (id),
    CONSTRAINT fk_attempts_delivery_id FOREIGN KEY(delivery_id) REFERENCES deliveries (id) ON DELETE CASCADE);
CREATE INDEX ix_attempts_at ON attempts (at);
CREATE INDEX ix_attempts_delivery_id_id ON attempts (delivery_id, id);
INSERT INTO occurrences VALUES (1, 'morning', '2024-11-12T08:00', '2024-11-12 07:00:00.000000',
    '2024-11-12 07:00:00.000000', '', 'frozen', '', '2024-11-12 07:00:00.000000');
INSERT INTO messages VALUES (1, 1, 'slack', 'TLP:CLEAR', '["a/one"]', '[{"body": "{}", "late": "", "keys": ["a/"]}]');
INSERT INTO deliveries VALUES (1, 1, 1, 'slack', '', 'C1', 0, 1, 'key', 'sent', 0, '', 'me', 1, 1,
    '2024-11-12 07:00:00.000000', '2024-11-12 07:00:00.000000', '2024-11-12 07:00:00.000000',
    '2024-11-12 07:00:01.000000', '171.1', 'answer');
INSERT INTO attempts VALUES (1, 1, '2024-11-12 07:00:00.000000', '2024-11-12 07:00:01.000000', 1, 'sent', '');
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A database on which migrations have begun and none was finished, with somebody's rows in it."""
    file = tmp_path / "state.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL)")
        connection.execute("CREATE TABLE letters (text TEXT)")
        connection.execute("INSERT INTO letters VALUES ('precious')")
        connection.commit()
    return file


REPLICAS = "0004: replicas: the processes that share the database"
KEEPING = "0007: keeping: since when the bot is not in a place any more, and old slots that go quickly"
NOTICES = "0008: notices: what the admins are told, and what of it was told for good"
DIGESTS = "0003: digests: schedules, occurrences, messages, deliveries and how they came about"
SUBSCRIPTIONS = "0005: subscriptions: digests that channels ordered for themselves"
LINKS = "0009: links: whether those of sources still lead somewhere"
CORRECTIONS = "0006: corrections: revisions of messages, and what they do to what was posted"


async def test_the_migrations_end_where_the_tables_are(store: Store) -> None:
    assert await store.read(_differences) == []


def test_the_revisions_are_one_line_of_numbers_up_to_the_newest() -> None:
    config = Config()
    config.set_main_option("script_location", "bot.store:migrations")
    script = ScriptDirectory.from_config(config)
    found = [revision.revision for revision in script.walk_revisions()]
    assert script.get_heads() == [REVISION]
    assert found == sorted({f"{int(number):04}" for number in found}, reverse=True)


async def test_migrate_makes_a_new_database_and_has_nothing_to_do_then(tmp_path: Path) -> None:
    first = await migrate("sqlite:///state.db", tmp_path)
    assert first == [
        f"created {tmp_path / 'state.db'}",
        "0001: the last good files and the versions of snippets",
        "0002: notes, inbound acts and readers' reports",
        DIGESTS,
        REPLICAS,
        SUBSCRIPTIONS,
        CORRECTIONS,
        KEEPING,
        NOTICES,
        LINKS,
    ]
    assert await migrate("sqlite:///state.db", tmp_path) == []
    assert [file.name for file in _files_in(tmp_path)] == ["state.db"]


async def test_an_older_database_is_refused_until_it_is_migrated(old: Path) -> None:
    with pytest.raises(OldStore, match=rf"is at version 0000, this bot needs {REVISION}: back it up and run"):
        await open_store("sqlite:///state.db", old.parent)

    done = await migrate("sqlite:///state.db", old.parent)

    assert done[0] == f"kept a copy as {old}.0000.bak"
    assert [step[:6] for step in done[1:]] == [f"{number:04}: " for number in range(1, 10)]
    async with await open_store("sqlite:///state.db", old.parent) as store:
        await store.keep([FILE], [])
        assert await store.recall() == Remembered(kept=(FILE,))
    assert _rows(old, "letters") == [("precious",)]


async def test_a_database_of_the_version_before_keeps_all_it_holds(tmp_path: Path) -> None:
    before = tmp_path / "state.db"
    with closing(sqlite3.connect(before)) as connection:
        connection.executescript(FIRST_VERSION)
    with pytest.raises(OldStore, match=rf"is at version 0001, this bot needs {REVISION}: back it up and run"):
        await open_store("sqlite:///state.db", tmp_path)

    done = await migrate("sqlite:///state.db", tmp_path)

    acts = "0002: notes, inbound acts and readers' reports"
    news = [DIGESTS, REPLICAS, SUBSCRIPTIONS, CORRECTIONS, KEEPING, NOTICES, LINKS]
    assert done == [f"kept a copy as {before}.0001.bak", acts, *news]
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        assert await store.recall() == Remembered((FILE,), (VERSION,))
        await store.note("colour", "blue")
        assert await store.first("discord", "1", FILE.loaded_at)
    assert _rows(before.with_name("state.db.0001.bak"), "sqlite_master WHERE name = 'reports'") == []


async def test_digests_that_were_sent_before_corrections_keep_their_rows(tmp_path: Path) -> None:
    """SQLite makes the tables anew, and would take with the old ones all that hangs on them."""
    await migrate("sqlite:///state.db", tmp_path)
    file = tmp_path / "state.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript(BEFORE_CORRECTIONS)

    assert (await migrate("sqlite:///state.db", tmp_path))[1:] == [
        REPLICAS,
        SUBSCRIPTIONS,
        CORRECTIONS,
        KEEPING,
        NOTICES,
        LINKS,
    ]

    async with await open_store("sqlite:///state.db", tmp_path) as store:
        assert await store.read(_differences) == []
        (row,) = await store.of_slot(1)
        assert (row.state, row.external_id, row.revision, row.kind) == ("sent", "171.1", 0, "post")
        assert [(step.state, step.why) for step in await store.steps(1)] == [("sending", ""), ("sent", "")]
        (page,) = await store.parts(1)
        assert (page.body, page.way) == ("{}", "post")
        (standing,) = await store.standing(FILE.loaded_at)
        assert (standing.id, standing.revision, await store.outline(1)) == (1, 0, "")
    assert _rows(file, "deliveries")[0][2] == 1, "it still says which message it is of"


async def test_a_migrated_database_is_like_a_new_one(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("old", "new")]
    for folder in folders:
        folder.mkdir()
    with closing(sqlite3.connect(folders[0] / "state.db")) as connection:
        connection.executescript(FIRST_VERSION)

    for folder in folders:
        await migrate("sqlite:///state.db", folder)

    old, new = (_rows(folder / "state.db", "sqlite_master") for folder in folders)
    assert {(row[1], _squeezed(row[4])) for row in old} == {(row[1], _squeezed(row[4])) for row in new}


async def test_the_copy_is_the_database_as_it_was_and_the_owners_alone(old: Path) -> None:
    await migrate("sqlite:///state.db", old.parent)

    copy = old.with_name("state.db.0000.bak")
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert _rows(copy, "letters") == [("precious",)]
    assert _rows(copy, "sqlite_master WHERE name = 'kept'") == []


async def test_an_earlier_copy_is_never_overwritten(old: Path) -> None:
    earlier = old.with_name("state.db.0000.bak")
    earlier.write_text("the copy of last year")

    done = await migrate("sqlite:///state.db", old.parent)

    assert done[0] == f"kept a copy as {old}.0000.2.bak"
    assert earlier.read_text() == "the copy of last year"


@pytest.mark.parametrize("revision", [f"{int(REVISION) + 1:04}", "9999", "beef", "1", "٠٠٠٠"])
async def test_a_database_of_a_newer_bot_is_refused_and_left_as_it_is(tmp_path: Path, revision: str) -> None:
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        await store.keep([FILE], [])
    file = tmp_path / "state.db"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
        connection.execute("UPDATE notes SET value = '9999' WHERE name LIKE 'oldest bot%'")
        connection.commit()
    before = file.read_bytes()

    with pytest.raises(OldStore, match=f"was written by a newer bot: it is at version {revision}"):
        await open_store("sqlite:///state.db", tmp_path)
    with pytest.raises(OldStore, match="was written by a newer bot"):
        await migrate("sqlite:///state.db", tmp_path)

    assert file.read_bytes() == before
    assert _files_in(tmp_path) == [file]


async def test_in_a_rolling_upgrade_the_older_bot_runs_on_where_the_newer_tables_serve_it(url: str) -> None:
    async def upgraded(serves: str) -> None:
        """As a later bot leaves the database."""

        def work(connection: Connection) -> None:
            connection.execute(text("UPDATE alembic_version SET version_num = '8000'"))
            connection.execute(text("UPDATE notes SET value = :to WHERE name LIKE 'oldest bot%'"), {"to": serves})

        async with await open_store(url) as store:
            await store.write(work)

    await upgraded(REVISION)
    async with await open_store(url) as store:
        await store.keep([FILE], [])
    await upgraded("8000")
    with pytest.raises(OldStore, match="was written by a newer bot: it is at version 8000"):
        await open_store(url)


async def test_migrate_says_the_same_about_what_it_cannot_use(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"nothing of the kind" * 100)
    with pytest.raises(StoreError, match="it is not a database"):
        await migrate("sqlite:///state.db", tmp_path)
    with pytest.raises(StartError, match='asks for "mysql"'):
        await migrate("mysql://bot:secret@db/bot")


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
    assert _rows(old, "letters") == [("precious",)]


def _differences(connection: Connection) -> list[object]:
    return list(compare_metadata(MigrationContext.configure(connection), metadata))


def _rows(file: Path, table: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def _squeezed(statement: object) -> tuple[str, ...]:
    """What it says; where a table was made anew, the order of its constraints is anybody's."""
    said = "".join(str(statement).split()).removesuffix(")")
    return tuple(sorted(said.split(",")))


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
