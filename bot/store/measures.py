"""What a monitor asks of the ledger: few numbers, cheap also in a ledger of years."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, func, select

from bot.store.database import Opened, reads
from bot.store.delivery_tables import deliveries, occurrences
from bot.store.rows import LIVE, STATES, State
from bot.store.slots import NOW

DAY = timedelta(days=1)

OPEN = LIVE | {"held"}
"""States that are not an end."""

# An index holds state and time, so of what has ended a day is counted, and not the years before it.
_open = select(func.count()).where(deliveries.c.state == bindparam("of"))
_ended = _open.where(deliveries.c.changed_at > bindparam("since"))
_posts = deliveries.join(occurrences, occurrences.c.id == deliveries.c.occurrence_id)
_oldest = (
    select(func.min(occurrences.c.due_at)).select_from(_posts).where(deliveries.c.live, deliveries.c.revision == 0)
)
_last = (
    select(occurrences.c.due_at, deliveries.c.changed_at)
    .select_from(_posts)
    .where(
        deliveries.c.state == "sent",
        deliveries.c.revision == 0,
        occurrences.c.slot.not_like(f"{NOW}%"),
        deliveries.c.changed_at > bindparam("since"),
    )
    .order_by(deliveries.c.changed_at.desc(), deliveries.c.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Deliveries by state, those at an end of the last day alone. `oldest` is when the oldest post under way was due.

    `late` is how late the last post of a schedule arrived, of those within a day.
    """

    deliveries: Mapping[State, int]
    oldest: datetime | None
    late: timedelta | None


class Measures(Opened):
    """Reads numbers; it may raise StoreError."""

    @reads
    def measured(self, connection: Connection, now: datetime) -> Measured:
        since = now - DAY
        counts: dict[State, int] = {}
        for state in STATES:
            statement = _open if state in OPEN else _ended
            counts[state] = connection.execute(statement, {"of": state, "since": since}).scalar_one()
        last = connection.execute(_last, {"since": since}).first()
        late = max(timedelta(), last.changed_at - last.due_at) if last else None
        return Measured(counts, connection.execute(_oldest).scalar_one(), late)
