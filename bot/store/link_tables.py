"""The table of links: when each was looked at, and what was found."""

from sqlalchemy import Column, String, Table, Text

from bot.store.tables import Utc, metadata

links = Table(
    "links",
    metadata,
    Column("url", Text, primary_key=True),
    Column("looked_at", Utc, nullable=False),
    Column("result", String(16), nullable=False),
    Column("said", Text, nullable=False),
    Column("gone_since", Utc, nullable=True),
    Column("gone_at", Utc, nullable=True),
)
