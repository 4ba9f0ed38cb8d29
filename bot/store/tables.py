"""The tables of the store, the same for SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeEngine

REVISION = "0009"
"""The newest revision in migrations/versions: what these tables look like."""

SERVES = "0006"
"""The oldest bot, by its revision, that these tables serve as well: in a rolling upgrade it runs on beside the new."""

# Named by rule, so that a later migration can drop a constraint on both databases.
metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


class Utc(TypeDecorator[datetime]):
    """A moment: stored in UTC, always read back aware; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(_TEXT if dialect.name == "sqlite" else self.impl)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return in_utc(value) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        # PostgreSQL answers in the zone of the session.
        return value if value is None or value.tzinfo is UTC else value.astimezone(UTC)


def in_utc(value: datetime) -> datetime:
    """The same moment in UTC; ValueError where it has no zone."""
    if value.tzinfo is None:
        raise ValueError("a time without a zone cannot be stored")
    return value if value.tzinfo is UTC else value.astimezone(UTC)


class _Text(sqlite.DATETIME):
    """A moment in UTC as SQLAlchemy writes it for SQLite; of thousands that are the same, one is written and read."""

    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], str | None]:
        return written

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[str | None], datetime | None]:
        return _read


@lru_cache(maxsize=256)
def written(value: datetime | None) -> str | None:
    """A moment in UTC as it stands in a file."""
    return value.replace(tzinfo=None).isoformat(" ", "microseconds") if value else None


@lru_cache(maxsize=256)
def _read(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value).replace(tzinfo=UTC) if value else None


_TEXT: TypeEngine[datetime] = _Text()  # type: ignore[no-untyped-call]  # SQLAlchemy has not written its types down

# The last good text of each file of the briefings folder.
kept = Table(
    "kept",
    metadata,
    Column("file", Text, primary_key=True),
    Column("text", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("loaded_at", Utc, nullable=False),
)

# What each snippet said since when; it is one thing at a time. Rows are added and never taken away; erased texts are.
versions = Table(
    "versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("briefing", Text, nullable=False),
    Column("snippet", Text, nullable=False),
    Column("seen_at", Utc, nullable=False),
    Column("digest", String(128), nullable=False),
    Column("label", String(32), nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("briefing", "snippet", "seen_at"),
    Index(None, "seen_at", "id"),
)

# A few words that a platform remembers, by name.
notes = Table(
    "notes",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)

# What was acted upon, by the platform's own id of the press or the form: a second delivery does nothing.
inbound = Table(
    "inbound",
    metadata,
    Column("platform", Text, primary_key=True),
    Column("inbound_id", Text, primary_key=True),
    Column("taken_at", Utc, nullable=False),
    Index(None, "taken_at"),
)

# What readers reported; `label` is the TLP label of the answer a report is about.
reports = Table(
    "reports",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Utc, nullable=False),
    Column("platform", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("command", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("page", Integer, nullable=False),
    Column("label", String(32), nullable=False),
    Column("link", Text, nullable=False),
    Column("words", Text, nullable=False),
    Index(None, "at", "id"),
    Index(None, "platform", "person", "at"),
)
