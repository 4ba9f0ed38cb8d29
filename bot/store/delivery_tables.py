"""The tables of digests: when each was due, what it said, where it went, and how that is known."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from bot.store.tables import Utc
from bot.store.tables import metadata as metadata

_WHILE_LIVE: Mapping[str, Any] = {"sqlite_where": text("live = 1"), "postgresql_where": text("live")}

# Each digest of config.yaml. Nothing of it is due before `starts_at`; all up to `planned_through`, and to the local
# minute `cursor` in `zone`, has its row among the occurrences.
schedules = Table(
    "schedules",
    metadata,
    Column("name", Text, primary_key=True),
    Column("active", Boolean, nullable=False),
    Column("zone", Text, nullable=False),
    Column("starts_at", Utc, nullable=False),
    Column("planned_through", Utc, nullable=False),
    Column("cursor", Text, nullable=False),
)

# One slot of a schedule: planned, then frozen or skipped for a reason.
occurrences = Table(
    "occurrences",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("schedule", Text, nullable=False),
    Column("slot", Text, nullable=False),
    Column("due_at", Utc, nullable=False),
    Column("planned_at", Utc, nullable=False),
    Column("asked_by", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("settled_at", Utc),
    UniqueConstraint("schedule", "slot"),
    Index(None, "state", "due_at"),
    Index(None, "schedule", "due_at"),
)

# What an audience of a platform is told, exactly as it is sent: written before the first of it goes out. A later
# revision tells it as it was corrected. `outline` is what it was drawn from, empty where no edit can be drawn; of a
# later revision `snippets` are those that it corrects.
messages = Table(
    "messages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("occurrence_id", ForeignKey("occurrences.id", ondelete="CASCADE"), nullable=False),
    Column("platform", String(16), nullable=False),
    Column("audience", String(32), nullable=False),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    Column("snippets", Text, nullable=False),
    Column("parts", Text, nullable=False),
    Column("outline", Text, nullable=False, server_default=text("''")),
    UniqueConstraint("occurrence_id", "platform", "audience", "revision", name="uq_messages_revision"),
)

# One part of an occurrence at one place, or what a later revision of its message does to it there: `kind` is post,
# edit, reply or delete. `live` is set until the state is final or in an operator's hands.
deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("occurrence_id", ForeignKey("occurrences.id", ondelete="CASCADE"), nullable=False),
    Column("message_id", ForeignKey("messages.id", ondelete="SET NULL")),
    Column("platform", String(16), nullable=False),
    Column("account", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("part", Integer, nullable=False),
    Column("parts", Integer, nullable=False),
    Column("revision", Integer, nullable=False, server_default=text("0")),
    Column("kind", String(16), nullable=False, server_default=text("'post'")),
    Column("key", String(32), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("live", Boolean, nullable=False),
    Column("why", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("claimed_at", Utc),
    Column("not_before", Utc, nullable=False),
    Column("first_attempt_at", Utc),
    Column("changed_at", Utc, nullable=False),
    Column("external_id", Text, nullable=False),
    Column("witness", String(16), nullable=False),
    # The name that the rule makes would be too long for PostgreSQL.
    UniqueConstraint(
        "occurrence_id", "platform", "account", "channel", "part", "revision", name="uq_deliveries_revision"
    ),
    # Of all that was ever sent little is under way: a lane looks through that alone, however much there is.
    Index(None, "platform", "not_before", "id", **_WHILE_LIVE),
    Index(None, "platform", "channel", "id", **_WHILE_LIVE),
    Index(None, "state", "changed_at"),
    # A message that goes is looked for in all deliveries.
    Index(None, "message_id"),
)

# What came of each claim of a delivery, and of each doubt about it. Rows are added, and go with age alone.
attempts = Table(
    "attempts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("delivery_id", ForeignKey("deliveries.id", ondelete="CASCADE"), nullable=False),
    Column("claimed_at", Utc),
    Column("at", Utc, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Index(None, "delivery_id", "id"),
    Index(None, "at"),
)

# Places that refuse the bot. They are asked again at `look_at`. `left_at` is since when the bot is not there at all.
places = Table(
    "places",
    metadata,
    Column("platform", String(16), primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("why", Text, nullable=False),
    Column("since", Utc, nullable=False),
    Column("look_at", Utc, nullable=False),
    Column("told", Boolean, nullable=False),
    Column("left_at", Utc),
    Index(None, "look_at"),
)

# Who sends for a lane, or holds the file, until when; the fence grows with every new owner.
leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("owner", Text, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("until", Utc, nullable=False),
)

# The processes that share the database. `files` are those it serves as JSON, each with a print of its text, and
# `edition` is a print of them all.
replicas = Table(
    "replicas",
    metadata,
    Column("id", Text, primary_key=True),
    Column("host", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("edition", String(32), nullable=False),
    Column("files", Text, nullable=False),
    Column("started_at", Utc, nullable=False),
    Column("seen_at", Utc, nullable=False),
)

# What was posted on the desk.
pins = Table(
    "pins",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("channel", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Utc, nullable=False),
    Index(None, "channel", "at"),
)
