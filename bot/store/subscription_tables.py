"""The table of subscriptions: digests that channels ordered for themselves."""

from sqlalchemy import Column, Integer, String, Table, Text, UniqueConstraint

from bot.store.tables import Utc, metadata

# One digest at one place, at a time of its own; `at` and `on` are empty where it comes when the digest itself does.
# An id names a schedule for ever, so it is never given to another subscription. A place has one row for a digest
# whatever account asked, so that a bot that got a new account is not told to post the same thing twice. `changes`
# counts, so that who watches needs no clock.
subscriptions = Table(
    "subscriptions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("platform", String(16), nullable=False),
    Column("account", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("at", String(5), nullable=False),
    Column("on", Text, nullable=False),
    Column("zone", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("created_by", Text, nullable=False),
    Column("created_at", Utc, nullable=False),
    Column("changes", Integer, nullable=False),
    UniqueConstraint("digest", "platform", "channel"),
    sqlite_autoincrement=True,
)
