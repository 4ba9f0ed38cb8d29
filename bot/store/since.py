"""What a backup cannot know: what was sent after it was taken. That is looked for, or passed over."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, case, insert, select, update

from bot.store.delivery_tables import attempts, deliveries, occurrences
from bot.store.notices import doubt_notices
from bot.store.tables import Utc

MAY_BE_SENT = "restored from a backup: it may have been sent since"

LONG_AGO = timedelta(hours=1)
"""How long ago it was first tried at the latest, as far as is known: so that no platform is trusted to remember."""

_now = bindparam("now", type_=Utc)
_long_ago = bindparam("long_ago", type_=Utc)
_due = select(occurrences.c.due_at).where(occurrences.c.id == deliveries.c.occurrence_id).scalar_subquery()
_doubt = (
    update(deliveries)
    .where(deliveries.c.live)
    .values(
        state="unknown",
        why=MAY_BE_SENT,
        owner="",
        fence=deliveries.c.fence + 1,
        not_before=_now,
        changed_at=_now,
        # It is looked for from then on: what was sent after the backup was sent after it was due.
        first_attempt_at=case((_due < _long_ago, _due), else_=_long_ago),
    )
)
_STEP = ("delivery_id", "claimed_at", "at", "fence", "state", "why")
_FROM = ("id", "claimed_at", "changed_at", "fence", "state", "why")
_log = insert(attempts).from_select(_STEP, select(*(deliveries.c[name] for name in _FROM)).where(deliveries.c.live))
_pass_over = (
    update(occurrences)
    .where(occurrences.c.state == "planned")
    .values(state="skipped", reason=bindparam("why"), settled_at=_now)
)


def doubt_all(connection: Connection, now: datetime) -> int:
    """Doubt every delivery that was not at its end: each is looked for before anything is sent; how many there were."""
    found = connection.execute(_doubt, {"now": now, "long_ago": now - LONG_AGO}).rowcount
    connection.execute(_log)
    doubt_notices(connection, now - LONG_AGO)
    return found


def pass_over(connection: Connection, why: str, now: datetime) -> int:
    """Skip the slots that were not frozen: what became of them, nobody knows; how many there were."""
    return connection.execute(_pass_over, {"why": why, "now": now}).rowcount
