"""What the ledger lets go of with age: steps and texts first, whole slots later; a little at a time."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Delete,
    FromClause,
    Update,
    and_,
    bindparam,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from bot.digest_settings import KeepSettings
from bot.store.delivery_tables import attempts, deliveries, messages, occurrences, pins, schedules
from bot.store.notice_tables import notices
from bot.store.places import Places
from bot.store.rows import PlaceRow
from bot.store.slots import NOW
from bot.store.tables import reports

log = logging.getLogger(__name__)

AT_ONCE = 5000
"""Rows in one transaction: others write in between."""

TEXTS_AT_ONCE = 500
"""Texts in one transaction: each is some thousand characters."""

REST = 0.05
"""Seconds between two of them: a writer in another process waits by trying again, and needs its chance."""

SOME = 100
"""Slots that are looked at together; each goes with all that hangs on it."""

TRANSACTIONS = 100
"""How many are made before the rest is left for later: a first tidying may take long, and there is more to do."""

AWAY = timedelta(days=30)
"""How long after the bot left a place what is stored of it is kept."""

_BEFORE: ColumnElement[datetime] = bindparam("before")
_MOST: ColumnElement[int] = bindparam("most")
_IDS: BindParameter[int] = bindparam("ids", expanding=True)


def _composed(slots: FromClause) -> ColumnElement[bool]:
    """Whether a schedule told something at a slot of its own, or found that nothing was new."""
    return and_(slots.c.state.in_(("frozen", "empty")), slots.c.slot.not_like(f"{NOW}%"))


# What is still under way, or waits for somebody, is kept whatever its age. There are few, and each kind has its index.
_open = (
    select(deliveries.c.occurrence_id)
    .where(deliveries.c.live)
    .union(select(deliveries.c.occurrence_id).where(deliveries.c.state == "held"))
)
_old = (occurrences.c.due_at < _BEFORE, occurrences.c.id.not_in(_open))
# What is new at a slot is what changed since the one before, however long ago that was.
_later = occurrences.alias("later")
_told_last = and_(
    _composed(occurrences),
    exists().where(schedules.c.name == occurrences.c.schedule, schedules.c.active),
    ~exists().where(
        _later.c.schedule == occurrences.c.schedule, _later.c.due_at > occurrences.c.due_at, _composed(_later)
    ),
)
_old_slots = select(occurrences.c.id).where(*_old, ~_told_last).order_by(occurrences.c.id).limit(_MOST)
_sizes = (
    select(deliveries.c.occurrence_id, func.count())
    .where(deliveries.c.occurrence_id.in_(_IDS))
    .group_by(deliveries.c.occurrence_id)
)
_drop_slots = delete(occurrences).where(occurrences.c.id.in_(_IDS), occurrences.c.id.not_in(_open))

# Which snippets a text told is remembered as long as its slot: `show: rotate` goes by it.
EMPTY = "[]"
_old_texts = (
    select(messages.c.id)
    .where(messages.c.occurrence_id.in_(select(occurrences.c.id).where(*_old)), messages.c.parts != EMPTY)
    .limit(_MOST)
)
_empty_texts = update(messages).where(messages.c.id.in_(_old_texts)).values(parts=EMPTY, outline="")
_waits = or_(deliveries.c.live, deliveries.c.state == "held")
_old_steps = (
    select(attempts.c.id)
    .join(deliveries, deliveries.c.id == attempts.c.delivery_id)
    .where(attempts.c.at < _BEFORE, ~_waits)
    .order_by(attempts.c.at)
    .limit(_MOST)
)
_drop_steps = delete(attempts).where(attempts.c.id.in_(_old_steps))
_looked_for = exists().where(deliveries.c.key == pins.c.key, _waits)
_old_pins = select(pins.c.key).where(pins.c.at < _BEFORE, ~_looked_for).limit(_MOST)
_drop_pins = delete(pins).where(pins.c.key.in_(_old_pins))
_old_reports = select(reports.c.id).where(reports.c.at < _BEFORE).limit(_MOST)
_drop_reports = delete(reports).where(reports.c.id.in_(_old_reports))
_old_notices = select(notices.c.key).where(notices.c.changed_at < _BEFORE, ~notices.c.open).limit(_MOST)
_drop_notices = delete(notices).where(notices.c.key.in_(_old_notices))

Batch = Callable[[Connection], bool]
"""Lets go of a little; whether there may be more."""


class Tidying(Places):
    """Deletes by age; may raise StoreError."""

    async def tidy(self, now: datetime, keep: KeepSettings, transactions: int = TRANSACTIONS) -> bool:
        """Let go of what is old, and of places that the bot left long ago; whether all of it was done."""
        works: Sequence[Batch] = (
            partial(_some, _drop_steps, AT_ONCE, now - keep.steps),
            partial(_some, _empty_texts, TEXTS_AT_ONCE, now - keep.steps),
            partial(_slots, now - keep.slots),
            partial(_some, _drop_pins, AT_ONCE, now - keep.slots),
            partial(_some, _drop_reports, AT_ONCE, now - keep.reports),
            partial(_some, _drop_notices, AT_ONCE, now - keep.reports),
        )
        for work in works:
            while await self.write(work):
                transactions -= 1
                if transactions <= 0:
                    return False
                await asyncio.sleep(REST)
        for place in await self.left_before(now - AWAY):
            if _was_asked(place):
                await self._let_go(place)
        return True

    async def _let_go(self, place: PlaceRow) -> None:
        posts = await self.posts_there(place)
        for at in range(0, len(posts), AT_ONCE):
            await self.forget_posts(posts[at : at + AT_ONCE])
        await self.forget_place(place)
        log.info("%s:%s was left long ago: what was stored of it is deleted", place.platform, place.channel)


def _was_asked(place: PlaceRow) -> bool:
    """Whether it was asked at the end of that time if the bot is back: nothing goes because a token was missing."""
    return place.left_at is not None and place.look_at > place.left_at + AWAY


def _some(statement: Delete | Update, most: int, before: datetime, connection: Connection) -> bool:
    return connection.execute(statement, {"before": before, "most": most}).rowcount >= most


def _slots(before: datetime, connection: Connection) -> bool:
    """A few slots with all that hangs on them: as many as make no great number of rows, and one at least."""
    found = connection.scalars(_old_slots, {"before": before, "most": SOME}).all()
    if not found:
        return False
    sizes = {row[0]: row[1] for row in connection.execute(_sizes, {"ids": found})}
    chosen, rows = list(found[:1]), sizes.get(found[0], 0)
    for one in found[1:]:
        rows += sizes.get(one, 0)
        if rows > AT_ONCE:
            break
        chosen.append(one)
    connection.execute(_drop_slots, {"ids": chosen})
    return True
