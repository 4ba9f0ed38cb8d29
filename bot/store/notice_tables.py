"""The tables of what the admins are told."""

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from bot.store.tables import Utc
from bot.store.tables import metadata as metadata

# One message to the admins: `notice` is what it is to say, as JSON, and `told` a print of what it says, empty where
# nobody knows. It is `open` while more of the same belongs into it. `external_id` is what it was posted as.
notices = Table(
    "notices",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("thing", Text, nullable=False),
    Column("open", Boolean, nullable=False),
    Column("opened_at", Utc, nullable=False),
    Column("changed_at", Utc, nullable=False),
    Column("notice", Text, nullable=False),
    Column("platform", String(16), nullable=False),
    Column("channel", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Column("told", String(32), nullable=False),
    Column("external_id", Text, nullable=False),
    Column("tried_at", Utc),
    Index(None, "changed_at"),
)

# What happened by itself and was told, by its key: it is never told again.
told_things = Table(
    "told_things",
    metadata,
    Column("key", Text, primary_key=True),
    Column("at", Utc, nullable=False),
)
