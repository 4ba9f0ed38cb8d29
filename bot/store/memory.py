"""The store: what the bot remembers across restarts, all of it or nothing at a time."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import Connection, Engine, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert

from bot.content.memory import Kept, Remembered, Version
from bot.store.acts import Acts
from bot.store.asking import Asking
from bot.store.claims import Claims
from bot.store.corrections import Corrections
from bot.store.database import PATIENCE, plain_errors, reads, to_its_end, writes
from bot.store.ends import Ends
from bot.store.erasing import erase
from bot.store.fleet import Fleet
from bot.store.kinds import database_of
from bot.store.leases import Leases
from bot.store.links import Links
from bot.store.measures import Measures
from bot.store.migrate import Kind, make_ready
from bot.store.notices import Notices
from bot.store.pins import PinBoard
from bot.store.slots import Slots
from bot.store.subscriptions import Subscriptions
from bot.store.tables import kept, versions
from bot.store.tidying import Tidying

# The "ON CONFLICT" of the PostgreSQL dialect compiles for SQLite as well, and so is written once.
_keep_file = insert(kept)
_keep_file = _keep_file.on_conflict_do_update(
    index_elements=[kept.c.file],
    set_={name: _keep_file.excluded[name] for name in ("text", "sha256", "loaded_at")},
)
# The same call may come twice, when its first answer was lost: a snippet is one thing at one moment.
_add_version = insert(versions)
_add_version = _add_version.on_conflict_do_update(
    index_elements=[versions.c.briefing, versions.c.snippet, versions.c.seen_at],
    set_={name: _add_version.excluded[name] for name in ("digest", "label", "body")},
)
_forget_file = delete(kept).where(kept.c.file == bindparam("name"))
_files = select(kept.c.file, kept.c.text, kept.c.sha256, kept.c.loaded_at).order_by(kept.c.file)
_history = select(
    versions.c.briefing,
    versions.c.snippet,
    versions.c.seen_at,
    versions.c.digest,
    versions.c.label,
    versions.c.body,
).order_by(versions.c.seen_at, versions.c.id)


class Store(
    Acts,
    Slots,
    Claims,
    Corrections,
    Ends,
    Leases,
    Links,
    Fleet,
    Asking,
    Measures,
    PinBoard,
    Subscriptions,
    Notices,
    Tidying,
):
    """A database at the newest revision; `bot.content.memory.Memory` says what these methods promise."""

    @reads
    def recall(self, connection: Connection) -> Remembered:
        history = connection.execute(_history)
        return Remembered(
            kept=kept_files(connection),
            versions=tuple(Version(*row) for row in history),
        )

    @writes
    def keep(self, connection: Connection, kept: Sequence[Kept], versions: Sequence[Version]) -> None:
        if kept:
            connection.execute(_keep_file, [_file_row(file) for file in kept])
        if versions:
            connection.execute(_add_version, [_version_row(version) for version in versions])
        for version in versions:
            erase(connection, version)

    @writes
    def forget(self, connection: Connection, files: Sequence[str]) -> None:
        if not files:
            return
        connection.execute(_forget_file, [{"name": file} for file in files])


async def open_store(url: str, beside: Path = Path(), patience: timedelta = PATIENCE) -> Store:
    """The store at a URL such as `sqlite:////srv/bot/state.db` or `postgresql://bot@db/briefings`.

    Its file or its tables are made where there are none. A relative file stands beside config.yaml, in the folder
    `beside`; `patience` is how long to wait for another writer. StartError for a URL that cannot be used, OldStore
    for a database of another revision, StoreError for the rest.
    """
    database = database_of(url, beside)
    made: list[Engine] = []
    try:
        await to_its_end(None, lambda: made.append(_open(database, patience)))
    except BaseException:  # who is cancelled meanwhile has it open already
        for engine in made:
            engine.dispose()
        raise
    return Store(made[0], database)


def _open(database: Kind, patience: timedelta) -> Engine:
    with plain_errors(database):
        database.prepare()
        engine = database.connect(patience)
        try:
            make_ready(engine, database, patience)
        except BaseException:
            engine.dispose()
            raise
    return engine


def kept_files(connection: Connection) -> tuple[Kept, ...]:
    """The last good files, within somebody's transaction."""
    return tuple(Kept(*row) for row in connection.execute(_files))


def _file_row(file: Kept) -> dict[str, object]:
    return {"file": file.file, "text": file.text, "sha256": file.sha256, "loaded_at": file.loaded_at}


def _version_row(version: Version) -> dict[str, object]:
    return {
        "briefing": version.briefing,
        "snippet": version.snippet,
        "seen_at": version.seen_at,
        "digest": version.digest,
        "label": version.label,
        "body": version.body,
    }
