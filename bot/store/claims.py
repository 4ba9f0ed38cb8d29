"""Claims in the store: what was taken in order to be sent, and what is in doubt."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal_column,
    not_,
    or_,
    select,
    update,
)

from bot.store.database import Opened, reads, writes
from bot.store.delivery_tables import deliveries, messages, occurrences
from bot.store.ends import log
from bot.store.lists import Rows, Together, as_text
from bot.store.rows import Claimed, Page, State
from bot.store.tables import Utc

LONGEST = timedelta(minutes=35)
"""No delivery waits longer than this: what seems to was written by a clock that was ahead."""

_earlier, _posted = deliveries.alias("earlier"), deliveries.alias("posted")
_same_place = and_(_earlier.c.platform == deliveries.c.platform, _earlier.c.channel == deliveries.c.channel)
_OF_WHAT = (
    occurrences.c.schedule, occurrences.c.slot, occurrences.c.due_at,
    deliveries.c.platform, deliveries.c.account, deliveries.c.channel, deliveries.c.part, deliveries.c.message_id,
    messages.c.audience,
)  # fmt: skip


def _of_the_post(what: ColumnElement[Any], part: ColumnElement[int], needed: ColumnElement[bool]) -> ColumnElement[Any]:
    """Something of what was posted as that part of the same digest there; it is looked for only where it is needed."""
    found = select(what).where(
        _posted.c.occurrence_id == deliveries.c.occurrence_id,
        _posted.c.platform == deliveries.c.platform,
        _posted.c.account == deliveries.c.account,
        _posted.c.channel == deliveries.c.channel,
        _posted.c.part == part,
        _posted.c.revision == 0,
    )
    return case((needed, found.scalar_subquery()))


_threaded = or_(deliveries.c.part > 0, deliveries.c.kind == "reply")
_under = _of_the_post(func.nullif(_posted.c.external_id, ""), literal_column("0"), _threaded)
_corrects = deliveries.c.revision > 0
# A notice that is taken back is a message of its own.
_target = func.coalesce(
    func.nullif(deliveries.c.external_id, ""),
    _of_the_post(_posted.c.external_id, deliveries.c.part, _corrects),
)
_posted_at = _of_the_post(_posted.c.changed_at, deliveries.c.part, _corrects)


def _joined(state: ColumnElement[str], fence: ColumnElement[int], *tried: ColumnElement[Any]) -> Select[Any]:
    """Deliveries as `Claimed` takes them."""
    return (
        select(
            deliveries.c.id,
            deliveries.c.key,
            fence,
            state,
            *_OF_WHAT,
            *tried,
            deliveries.c.witness,
            _under,
            deliveries.c.kind,
            deliveries.c.revision,
            _target,
            _posted_at,
        )
        .join(occurrences, occurrences.c.id == deliveries.c.occurrence_id)
        .outerjoin(messages, messages.c.id == deliveries.c.message_id)
    )


_as_it_is = _joined(
    deliveries.c.state,
    deliveries.c.fence,
    deliveries.c.attempts,
    deliveries.c.first_attempt_at,
).order_by(deliveries.c.id)
_now = bindparam("now", type_=Utc)
_first_attempt = func.coalesce(deliveries.c.first_attempt_at, _now)
# Read as `_take` makes them right after, in the same transaction.
_as_taken = _joined(
    literal_column("'sending'").label("becomes"), deliveries.c.fence + 1, deliveries.c.attempts + 1, _first_attempt
)
# At one place one thing follows another, and so a part waits for the parts before it. A correction that has to wait
# keeps nothing from its turn: none was begun, and of two for one part the older is not made any more.
_in_the_way = or_(
    _earlier.c.revision == 0,
    _earlier.c.state.not_in(("pending", "retry")),
    _earlier.c.not_before <= _now,
    _earlier.c.not_before > bindparam("never"),
)
_ready = Together(
    _as_taken.where(
        deliveries.c.platform == bindparam("lane"),
        deliveries.c.live,
        deliveries.c.state.in_(("pending", "retry")),
        or_(deliveries.c.not_before <= _now, deliveries.c.not_before > bindparam("never")),
        or_(deliveries.c.revision > 0, occurrences.c.state != "retracted"),
        # Said as the first of them, and not as one before which there is none: PostgreSQL would look for each through
        # all that is under way, while it has not counted yet how much that is.
        deliveries.c.id
        == select(func.min(_earlier.c.id)).where(_same_place, _earlier.c.live, _in_the_way).scalar_subquery(),
    )
    # The longest waiting first: places that ask to wait, again and again, must not keep others from their turn.
    .order_by(deliveries.c.not_before, deliveries.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=deliveries)
)
_taken = Rows("taken")
_take = (
    update(deliveries)
    .where(deliveries.c.id == _taken.number(0))
    .values(
        state="sending",
        owner=bindparam("me"),
        fence=deliveries.c.fence + 1,
        claimed_at=_now,
        attempts=deliveries.c.attempts + 1,
        changed_at=_now,
        first_attempt_at=_first_attempt,
    )
)
# After a restore several parts of one message may be in doubt: under which message a later one stands is known then.
_same_revision = _earlier.c.revision == deliveries.c.revision
_same_message = and_(
    _same_place, _earlier.c.account == deliveries.c.account, _earlier.c.occurrence_id == deliveries.c.occurrence_id
)
_doubtful = _as_it_is.where(
    deliveries.c.platform == bindparam("lane"),
    deliveries.c.live,
    deliveries.c.state == "unknown",
    not_(exists().where(_same_message, _earlier.c.live, _earlier.c.part < deliveries.c.part, _same_revision)),
)
_under_way = (deliveries.c.platform == bindparam("lane"), deliveries.c.live, deliveries.c.state == "sending")
_of_others = (*_under_way, deliveries.c.owner != bindparam("me"))
_unbegun = (
    *_under_way, deliveries.c.owner == bindparam("me"), deliveries.c.id.not_in(bindparam("but", expanding=True)),
)  # fmt: skip
_take_away = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)))
    .values(
        state=bindparam("becomes"),
        fence=deliveries.c.fence + 1,
        why=bindparam("because"),
        not_before=bindparam("when"),
        changed_at=bindparam("when"),
    )
)
_again = (
    update(deliveries)
    .where(
        deliveries.c.id == bindparam("which"),
        deliveries.c.fence == bindparam("held"),
        deliveries.c.live,
        deliveries.c.state == "unknown",
    )
    .values(
        attempts=deliveries.c.attempts + 1,
        changed_at=bindparam("when"),
        owner=bindparam("me"),
        why="it may have been lost, and is sent once more",
    )
)
_stranded = _as_it_is.where(deliveries.c.live, deliveries.c.platform.not_in(bindparam("known", expanding=True))).limit(
    bindparam("most")
)
_parts = select(messages.c.parts).where(messages.c.id == bindparam("which"))


class Claims(Opened):
    """Claims; all methods may raise StoreError."""

    @writes
    def claim(self, connection: Connection, lane: str, me: str, now: datetime, most: int) -> tuple[Claimed, ...]:
        """Take deliveries of a lane, at most one for each place: what is returned may be sent."""
        words = {"lane": lane, "now": now, "never": now + LONGEST, "most": most}
        found = tuple(Claimed(*row) for row in _ready.read(connection, words))
        if found:
            connection.execute(_take, {"taken": as_text((one.id,) for one in found), "me": me, "now": now})
        return found

    @writes
    def adopt(self, connection: Connection, lane: str, me: str, now: datetime, why: str) -> int:
        """Doubt what an earlier owner of the lane was sending; its own word on them counts no more."""
        return _end_claims(connection, _of_others, {"lane": lane, "me": me}, "unknown", why, now)

    @reads
    def doubtful(self, connection: Connection, lane: str) -> tuple[Claimed, ...]:
        """Deliveries of which nobody knows whether they arrived, the oldest first."""
        found = connection.execute(_doubtful, {"lane": lane})
        return tuple(map(_claimed, found))

    @writes
    def give_back(
        self, connection: Connection, lane: str, me: str, but: Collection[int], now: datetime, why: str
    ) -> None:
        """Let others have what this process claimed and did not begin to send."""
        _end_claims(connection, _unbegun, {"lane": lane, "me": me, "but": list(but)}, "retry", why, now)

    @reads
    def stranded(self, connection: Connection, known: Collection[str], most: int = 100) -> tuple[Claimed, ...]:
        """Deliveries for platforms that are not among these, and so in nobody's hands."""
        found = connection.execute(_stranded, {"known": list(known), "most": most})
        return tuple(map(_claimed, found))

    @writes
    def attempt_again(self, connection: Connection, claimed: Claimed, me: str, now: datetime) -> bool:
        """Write down that a doubtful delivery is sent once more; False where it is no longer this one's to send."""
        words = {"which": claimed.id, "held": claimed.fence, "when": now, "me": me}
        if connection.execute(_again, words).rowcount != 1:
            return False
        log(connection, [(claimed.id, now)])
        return True

    @reads
    def parts(self, connection: Connection, message: int) -> tuple[Page, ...]:
        """The parts of a frozen message; none where it is kept no more."""
        found: str | None = connection.scalar(_parts, {"which": message})
        return pages_of(found)


def pages_of(parts: str | None) -> tuple[Page, ...]:
    """The parts of a message as they are kept."""
    kept = json.loads(parts) if parts else []
    return tuple(Page(**{**part, "keys": tuple(part["keys"])}) for part in kept)


def _end_claims(
    connection: Connection, which: Sequence[Any], words: Mapping[str, Any], becomes: State, why: str, now: datetime
) -> int:
    """Take claims from their owner, whoever it is; how many there were."""
    found = connection.scalars(select(deliveries.c.id).where(*which).with_for_update(), words).all()
    if found:
        connection.execute(_take_away, {"ids": found, "becomes": becomes, "because": why, "when": now})
        log(connection, [(one, now) for one in found])
    return len(found)


def _claimed(row: Any) -> Claimed:
    return Claimed(*row)
