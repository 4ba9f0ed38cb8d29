"""Slots in the store: how far each schedule is planned, what was due, and what it was frozen to."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Integer, bindparam, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.store.database import Opened, reads, writes
from bot.store.delivery_tables import deliveries, messages, occurrences, schedules
from bot.store.lists import Rows, as_text
from bot.store.rows import LIVE, Addressed, Draft, Occurrence, Page, Planned, Schedule, Told
from bot.store.tables import Utc

NOW = "now:"
"""Before the slot of what somebody asked for by hand."""

REMEMBERED = 1000
"""Messages of one schedule that are looked through for what was told before."""

_SCHEDULE = ("name", "active", "zone", "starts_at", "planned_through", "cursor")
_OCCURRENCE = (
    "id", "schedule", "slot", "due_at", "planned_at", "asked_by", "state", "reason", "settled_at",
)  # fmt: skip

_known = select(*(schedules.c[name] for name in _SCHEDULE))
_put_schedule = insert(schedules)
_put_schedule = _put_schedule.on_conflict_do_update(
    index_elements=[schedules.c.name],
    set_={name: _put_schedule.excluded[name] for name in _SCHEDULE[1:]},
)
_begin = insert(schedules).on_conflict_do_nothing(index_elements=[schedules.c.name])
_put_slot = insert(occurrences).on_conflict_do_nothing(index_elements=[occurrences.c.schedule, occurrences.c.slot])
_put_slot = _put_slot.execution_options(preserve_rowcount=True)
found_slots = select(*(occurrences.c[name] for name in _OCCURRENCE))
"""Slots, as `Occurrence` takes them."""

_planned = found_slots.where(occurrences.c.state == "planned").order_by(occurrences.c.due_at, occurrences.c.id)
_composed = (
    found_slots.where(
        occurrences.c.schedule == bindparam("of"),
        occurrences.c.state.in_(("frozen", "empty")),
        occurrences.c.slot.not_like(f"{NOW}%"),
    )
    .order_by(occurrences.c.due_at.desc(), occurrences.c.id.desc())
    .limit(1)
)
_told = (
    select(occurrences.c.id, messages.c.audience, func.max(messages.c.snippets))
    .join(messages, messages.c.occurrence_id == occurrences.c.id)
    .where(occurrences.c.schedule == bindparam("of"), occurrences.c.state != "retracted", messages.c.revision == 0)
    .group_by(occurrences.c.id, messages.c.audience)
    .order_by(occurrences.c.id.desc())
    .limit(REMEMBERED)
)
_settle = (
    update(occurrences)
    .where(occurrences.c.id == bindparam("which"), occurrences.c.state == "planned")
    .values(state=bindparam("becomes"), reason=bindparam("told"), settled_at=bindparam("at"))
)
_put_message = (
    insert(messages)
    .on_conflict_do_nothing(
        index_elements=[messages.c.occurrence_id, messages.c.platform, messages.c.audience, messages.c.revision]
    )
    .returning(messages.c.id)
)
# There may be ten thousand rows. What is the same for all of them stands in the statement.
_NOTHING: ColumnElement[str] = literal_column("''")
_NONE: ColumnElement[int] = literal_column("0")
_AT = bindparam("at", type_=Utc)
_new = Rows("new")
_delivery: Mapping[str, ColumnElement[Any]] = {
    "occurrence_id": bindparam("of", type_=Integer),
    "message_id": func.nullif(_new.number(0), 0),
    "platform": _new.text(1),
    "account": _NOTHING,
    "channel": _new.text(2),
    "part": _new.number(3),
    "parts": _new.number(4),
    "key": _new.text(5),
    "state": _new.text(6),
    "live": _new.text(6).in_(LIVE),
    "why": _new.text(7),
    "owner": _NOTHING,
    "fence": _NONE,
    "attempts": _NONE,
    "not_before": _AT,
    "changed_at": _AT,
    "external_id": _NOTHING,
    "witness": _NOTHING,
}
_put_deliveries = insert(deliveries).from_select(list(_delivery), select(*_delivery.values()))


class Slots(Opened):
    """Schedules and their slots; all methods may raise StoreError."""

    @reads
    def schedules(self, connection: Connection) -> Mapping[str, Schedule]:
        """Every schedule there ever was, by name."""
        return known_schedules(connection)

    @writes
    def plan(
        self, connection: Connection, known: Sequence[Schedule], due: Sequence[Planned], now: datetime
    ) -> tuple[Planned, ...]:
        """Write down how far these are planned, and each slot once whoever else does so; those that were new."""
        return write_plan(connection, known, due, now)

    @reads
    def unfrozen(self, connection: Connection) -> tuple[Occurrence, ...]:
        """Slots that were written down and not composed yet, the longest due first."""
        found = connection.execute(_planned)
        return tuple(Occurrence(*row) for row in found)

    @reads
    def composed_last(self, connection: Connection, schedule: str) -> Occurrence | None:
        """The last slot of its own at which a schedule told something, or found that nothing was new."""
        row = connection.execute(_composed, {"of": schedule}).first()
        return Occurrence(*row) if row else None

    @reads
    def told(self, connection: Connection, schedule: str) -> Mapping[str, Mapping[str, Told]]:
        """What a schedule told each audience before, snippet by snippet."""
        found = connection.execute(_told, {"of": schedule}).all()
        told: dict[str, dict[str, Told]] = {}
        for occurrence, audience, snippets in found:  # the newest first
            known = told.setdefault(audience, {})
            for name in json.loads(snippets):
                before = known.get(name, Told(0, occurrence))
                known[name] = Told(before.times + 1, before.last)
        return told

    @writes
    def freeze(
        self,
        connection: Connection,
        occurrence: int,
        state: Literal["frozen", "empty", "skipped"],
        reason: str,
        at: datetime,
        drafts: Sequence[Draft] = (),
        addressed: Sequence[Addressed] = (),
    ) -> bool:
        """Settle a planned slot with all that is to be sent for it; False where somebody did so before."""
        told = {"which": occurrence, "becomes": state, "told": reason, "at": at}
        if connection.execute(_settle, told).rowcount != 1:
            return False
        kept = {(one.platform, one.audience): put_message(connection, occurrence, one) for one in drafts}
        rows = as_text(_delivery_row(one, kept.get((one.platform, one.audience))) for one in addressed)
        connection.execute(_put_deliveries, {"new": rows, "of": occurrence, "at": at})
        return True


def begin(connection: Connection, schedule: Schedule) -> None:
    """Let a schedule begin, within somebody's transaction; one that is known stays as it is."""
    connection.execute(_begin, {name: getattr(schedule, name) for name in _SCHEDULE})


def known_schedules(connection: Connection) -> Mapping[str, Schedule]:
    """Every schedule there ever was, by name, within somebody's transaction."""
    return {row.name: Schedule(*row) for row in connection.execute(_known)}


def write_plan(
    connection: Connection, known: Sequence[Schedule], due: Sequence[Planned], now: datetime
) -> tuple[Planned, ...]:
    """Write down what is planned, within somebody's transaction; the slots that were new."""
    for slot in due:
        assert slot.due_at.tzinfo is not None
    added = [connection.execute(_put_slot, _slot_row(slot, now)) for slot in due]
    if known:
        rows = [{name: getattr(one, name) for name in _SCHEDULE} for one in known]
        connection.execute(_put_schedule, rows)
    return tuple(slot for slot, one in zip(due, added, strict=True) if one.rowcount == 1)


def put_message(connection: Connection, occurrence: int, draft: Draft, revision: int = 0) -> int | None:
    """Write a message down, within somebody's transaction; None where that revision of it is there already."""
    row = {
        "occurrence_id": occurrence,
        "platform": draft.platform,
        "audience": draft.audience,
        "revision": revision,
        "snippets": json.dumps(draft.snippets),
        "parts": parts_as_text(draft.parts),
        "outline": draft.outline,
    }
    found: int | None = connection.execute(_put_message, row).scalar_one_or_none()
    return found


def parts_as_text(parts: Sequence[Page]) -> str:
    """The parts of a message as they are kept."""
    return json.dumps([{name: getattr(one, name) for name in Page.__slots__} for one in parts])


def _slot_row(slot: Planned, now: datetime) -> dict[str, Any]:
    return {
        "schedule": slot.schedule,
        "slot": slot.slot,
        "due_at": slot.due_at,
        "planned_at": now,
        "asked_by": slot.asked_by,
        "state": "skipped" if slot.reason else "planned",
        "reason": slot.reason,
        "settled_at": now if slot.reason else None,
    }


def _delivery_row(one: Addressed, message: int | None) -> tuple[int | str, ...]:
    return message or 0, one.platform, one.channel, one.part, one.parts, one.key, one.state, one.why
