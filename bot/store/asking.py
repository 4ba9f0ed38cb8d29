"""What may be asked of deliveries: what is under way, what became of a slot, and why."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, func, or_, select, update

from bot.store.database import Opened, reads, writes
from bot.store.delivery_tables import attempts, deliveries, messages, occurrences, places
from bot.store.ends import follow, log
from bot.store.rows import LIVE, STATES, AttemptRow, Beat, DeliveryRow, Occurrence, State
from bot.store.slots import found_slots

_ROW = (
    deliveries.c.id, deliveries.c.key, occurrences.c.schedule, occurrences.c.slot, occurrences.c.due_at,
    occurrences.c.asked_by, deliveries.c.platform, deliveries.c.channel, deliveries.c.part, deliveries.c.parts,
    deliveries.c.state, deliveries.c.why, deliveries.c.attempts, deliveries.c.not_before, deliveries.c.changed_at,
    deliveries.c.external_id, deliveries.c.witness, deliveries.c.revision, deliveries.c.kind,
)  # fmt: skip
_rows = select(*_ROW).join(occurrences, occurrences.c.id == deliveries.c.occurrence_id)
_newest = (
    _rows.where(deliveries.c.state == bindparam("of"))
    .order_by(deliveries.c.changed_at.desc(), deliveries.c.id.desc())
    .limit(bindparam("most"))
)
_by_key = _rows.where(deliveries.c.key == bindparam("named"))
_of_slot = _rows.where(occurrences.c.id == bindparam("of")).order_by(
    deliveries.c.platform, deliveries.c.channel, deliveries.c.part, deliveries.c.revision
)
_counts = select(deliveries.c.state, func.count()).group_by(deliveries.c.state)
_counts_of_corrections = _counts.where(deliveries.c.revision > 0)
_history = (
    found_slots.where(or_(occurrences.c.schedule == bindparam("of"), bindparam("of") == ""))
    .order_by(occurrences.c.due_at.desc(), occurrences.c.id.desc())
    .limit(bindparam("most"))
)
_one_slot = found_slots.where(and_(occurrences.c.schedule == bindparam("of"), occurrences.c.slot == bindparam("named")))
_steps = (
    select(attempts.c.claimed_at, attempts.c.at, attempts.c.state, attempts.c.why)
    .where(attempts.c.delivery_id == bindparam("of"))
    .order_by(attempts.c.id)
)
_under_way = select(deliveries.c.claimed_at).where(deliveries.c.id == bindparam("of"), deliveries.c.state == "sending")
_resolve = (
    update(deliveries)
    .where(deliveries.c.key == bindparam("named"), deliveries.c.state == "held")
    .values(
        state=bindparam("becomes"),
        live=bindparam("lives"),
        why=bindparam("because"),
        fence=deliveries.c.fence + 1,
        not_before=bindparam("when"),
        changed_at=bindparam("when"),
        witness=bindparam("seen"),
    )
    .returning(deliveries.c.id)
)
# It grows with a claim by one, and by one more with what comes of it.
_beat = select(
    2 * select(func.coalesce(func.max(attempts.c.id), 0)).scalar_subquery()
    + select(func.count()).select_from(deliveries).where(deliveries.c.state == "sending").scalar_subquery()
    + select(func.coalesce(func.max(occurrences.c.id), 0)).scalar_subquery()
    + select(func.coalesce(func.max(messages.c.id), 0)).scalar_subquery()
    + select(func.count()).select_from(places).scalar_subquery(),
    select(func.count()).select_from(deliveries).where(deliveries.c.state == "held").scalar_subquery(),
)


class Asking(Opened):
    """Reads the ledger for people, and takes an operator's word; all methods may raise StoreError."""

    @reads
    def beat(self, connection: Connection) -> Beat:
        """Cheap, for whoever watches."""
        row = connection.execute(_beat).one()
        return Beat(*row)

    @reads
    def counts(self, connection: Connection) -> Mapping[State, int]:
        """How many deliveries are in each state."""
        return _counted(connection, _counts)

    @reads
    def counts_of_corrections(self, connection: Connection) -> Mapping[State, int]:
        """How many of them put right what was posted."""
        return _counted(connection, _counts_of_corrections)

    @reads
    def deliveries(self, connection: Connection, most: int) -> tuple[DeliveryRow, ...]:
        """Held ones first, then those under way, then the newest."""
        # State by state, for an index tells the newest of each, and the ledger of a year is not to be sorted.
        found = [_delivery(row) for state in STATES for row in connection.execute(_newest, {"of": state, "most": most})]
        found.sort(key=lambda one: (one.changed_at, one.id), reverse=True)
        found.sort(key=lambda one: 0 if one.state == "held" else 1 if one.state in LIVE else 2)
        return tuple(found[:most])

    @reads
    def delivery(self, connection: Connection, key: str) -> DeliveryRow | None:
        row = connection.execute(_by_key, {"named": key}).first()
        return _delivery(row) if row else None

    @reads
    def history(self, connection: Connection, schedule: str, most: int) -> tuple[Occurrence, ...]:
        """The newest slots of a schedule, or of all where it is empty."""
        found = connection.execute(_history, {"of": schedule, "most": most})
        return tuple(Occurrence(*row) for row in found)

    @reads
    def occurrence(self, connection: Connection, schedule: str, slot: str) -> Occurrence | None:
        row = connection.execute(_one_slot, {"of": schedule, "named": slot}).first()
        return Occurrence(*row) if row else None

    @reads
    def of_slot(self, connection: Connection, occurrence: int) -> tuple[DeliveryRow, ...]:
        """The deliveries of one slot, place by place, part by part."""
        found = connection.execute(_of_slot, {"of": occurrence})
        return tuple(map(_delivery, found))

    @reads
    def steps(self, connection: Connection, delivery: int) -> Sequence[AttemptRow]:
        """What was tried with a delivery, oldest first."""
        steps = connection.execute(_steps, {"of": delivery}).all()
        under_way = connection.scalars(_under_way, {"of": delivery}).all()
        found: dict[AttemptRow, None] = {}
        for claimed_at, *step in steps:  # what a claim came to, or a later word on the same one
            found |= {_claim(claimed_at): None} if claimed_at else {}
            found[AttemptRow(*step)] = None
        return (*found, *map(_claim, under_way))

    @writes
    def resolve(self, connection: Connection, key: str, becomes: State, why: str, now: datetime) -> bool:
        """Let an operator decide on a held delivery; False where it is not held."""
        words = {"named": key, "becomes": becomes, "lives": becomes == "retry", "because": why, "when": now}
        row = connection.execute(_resolve, {**words, "seen": "operator"}).first()
        if row is None:
            return False
        log(connection, [(row.id, now)])
        follow(connection, row.id, becomes, now)
        return True


def _counted(connection: Connection, counts: Select[Any]) -> Mapping[State, int]:
    found = {row[0]: row[1] for row in connection.execute(counts)}
    return {state: found.get(state, 0) for state in STATES}


def _delivery(row: Any) -> DeliveryRow:
    return DeliveryRow(*row)


def _claim(at: datetime) -> AttemptRow:
    return AttemptRow(at, "sending", "")
