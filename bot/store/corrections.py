"""Corrections in the store: later revisions of what was told, and what they do to what was posted."""

import json
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select, update

from bot.store.addressing import KeyOf, address, blank, hold
from bot.store.claims import pages_of
from bot.store.database import Opened, reads, writes
from bot.store.delivery_tables import deliveries, messages, occurrences
from bot.store.revising import Pace, Revised
from bot.store.rows import Claimed, Corrected, Draft, Page, Standing
from bot.store.slots import put_message

_newest = select(func.coalesce(func.max(messages.c.id), 0))
_standing = (
    select(
        messages.c.id, messages.c.occurrence_id, occurrences.c.schedule, occurrences.c.slot, occurrences.c.due_at,
        messages.c.platform, messages.c.audience, messages.c.revision, occurrences.c.state == "retracted",
    )
    .join(occurrences, occurrences.c.id == messages.c.occurrence_id)
    .where(occurrences.c.due_at >= bindparam("since"))
    .order_by(messages.c.revision)
)  # fmt: skip
_outline = select(messages.c.outline).where(messages.c.id == bindparam("which"))
_later = deliveries.alias("later")
_superseded = select(deliveries.c.id).where(
    deliveries.c.id == bindparam("which"),
    exists().where(
        _later.c.occurrence_id == deliveries.c.occurrence_id,
        _later.c.platform == deliveries.c.platform,
        _later.c.account == deliveries.c.account,
        _later.c.channel == deliveries.c.channel,
        _later.c.part == deliveries.c.part,
        _later.c.revision > deliveries.c.revision,
        _later.c.state != "expired",
    ),
)
_retract = (
    update(occurrences)
    .where(occurrences.c.id == bindparam("which"), occurrences.c.state.in_(("planned", "frozen")))
    .values(state="retracted", reason=bindparam("because"), settled_at=bindparam("when"))
)
_of_slot = select(messages.c.id, messages.c.platform, messages.c.audience, messages.c.revision, messages.c.parts)
_of_slot = _of_slot.where(messages.c.occurrence_id == bindparam("of")).order_by(messages.c.revision)
_parts_told = select(func.max(deliveries.c.parts)).where(
    deliveries.c.occurrence_id == bindparam("of"), deliveries.c.platform == bindparam("on")
)
_slot = select(occurrences.c.schedule, occurrences.c.slot, occurrences.c.due_at)
_slot = _slot.where(occurrences.c.id == bindparam("which"))
_there = deliveries.c.channel == bindparam("there")
_corrected = (
    select(
        occurrences.c.schedule, occurrences.c.slot, occurrences.c.due_at, deliveries.c.platform, deliveries.c.channel,
        deliveries.c.external_id, deliveries.c.changed_at,
    )
    .join(messages, messages.c.id == deliveries.c.message_id)
    .join(occurrences, occurrences.c.id == deliveries.c.occurrence_id)
    .where(
        messages.c.revision > 0,
        deliveries.c.occurrence_id == messages.c.occurrence_id,
        deliveries.c.platform == messages.c.platform,
        deliveries.c.revision == messages.c.revision,
        messages.c.snippets.contains(bindparam("named"), autoescape=False),
        deliveries.c.state == "sent",
        deliveries.c.kind.in_(("edit", "reply")),
        or_(bindparam("there") == "", and_(deliveries.c.platform == bindparam("on"), _there)),
    )
    .order_by(deliveries.c.changed_at.desc(), deliveries.c.id.desc())
    .limit(bindparam("most"))
)  # fmt: skip


class Corrections(Opened):
    """Revisions of what was told; all methods may raise StoreError."""

    @reads
    def newest_message(self, connection: Connection) -> int:
        """Grows with every message that is written down."""
        found: int = connection.scalar(_newest) or 0
        return found

    @reads
    def standing(self, connection: Connection, since: datetime) -> tuple[Standing, ...]:
        """What was told at slots since then, each in its newest revision."""
        found: dict[tuple[int, str, str], Standing] = {}
        for row in connection.execute(_standing, {"since": since}):
            one = Standing(*row)
            found[one.occurrence, one.platform, one.audience] = one
        return tuple(found.values())

    @reads
    def outline(self, connection: Connection, message: int) -> str:
        """What a message was drawn from; empty where that is not known."""
        return connection.scalar(_outline, {"which": message}) or ""

    @writes
    def correct(
        self,
        connection: Connection,
        standing: Standing,
        revised: Revised,
        key: KeyOf,
        now: datetime,
        pace: Pace,
    ) -> Standing | None:
        """Write down the revision that follows `standing`, with what it does to what was posted.

        None where somebody did so before, or the slot was retracted. Corrections that were not begun and say something
        else are ended.
        """
        if hold(connection, standing.occurrence) == "retracted":
            return None
        made = put_message(connection, standing.occurrence, revised.draft, standing.revision + 1)
        if made is None:
            return None
        found = replace(standing, id=made, revision=standing.revision + 1)
        blank(connection, found, revised.erased)
        address(connection, found, revised.urgent, key, now, pace)
        return found

    @writes
    def address(self, connection: Connection, standing: Standing, key: KeyOf, now: datetime, pace: Pace) -> bool:
        """Do the same to what was posted meanwhile; whether more of it may still be posted.

        It does nothing where a later revision is there.
        """
        hold(connection, standing.occurrence)
        return address(connection, standing, frozenset(), key, now, pace)

    @reads
    def superseded(self, connection: Connection, claimed: Claimed) -> bool:
        """Whether a later correction of the same part stands behind this one."""
        return connection.scalar(_superseded, {"which": claimed.id}) is not None

    @writes
    def retract(
        self, connection: Connection, occurrence: int, why: str, key: KeyOf, now: datetime, pace: Pace
    ) -> tuple[Standing, ...] | None:
        """Have all that was posted of a slot deleted, and nothing more of it sent; None where that was done before."""
        words = {"which": occurrence, "because": why, "when": now}
        if connection.execute(_retract, words).rowcount != 1:
            return None
        schedule, slot, due_at = connection.execute(_slot, {"which": occurrence}).one()
        newest = {(row.platform, row.audience): row for row in connection.execute(_of_slot, {"of": occurrence})}
        found = []
        for row in newest.values():
            # Of old messages the texts are kept no more, and what was posted of them is.
            many = len(pages_of(row.parts)) or connection.scalar(_parts_told, {"of": occurrence, "on": row.platform})
            draft = Draft(row.platform, row.audience, (), (Page("", "", (), way="delete"),) * (many or 0))
            revision = row.revision + 1
            made = put_message(connection, occurrence, draft, revision)
            assert made is not None  # nobody else revises it: its row is ours
            one = Standing(made, occurrence, schedule, slot, due_at, row.platform, row.audience, revision, over=True)
            blank(connection, one, range(len(draft.parts)))
            address(connection, one, range(len(draft.parts)), key, now, pace)
            found.append(one)
        return tuple(found)

    @reads
    def corrected(
        self, connection: Connection, snippet: str, platform: str, channel: str, most: int
    ) -> tuple[Corrected, ...]:
        """Where a snippet was put right after it was posted, the last first; in all channels where none is named."""
        words = {"named": json.dumps(snippet), "on": platform, "there": channel, "most": most}
        return tuple(Corrected(*row) for row in connection.execute(_corrected, words))
