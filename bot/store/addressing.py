"""What a revision of a message does where something else was posted, within somebody's transaction."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from bot.store.claims import pages_of
from bot.store.delivery_tables import deliveries, messages, occurrences, places
from bot.store.revising import RETRACTED, SUPERSEDED, WAITING, Pace, is_due, same, unsaid, waiting
from bot.store.rows import LIVE, Page, Standing
from bot.store.slots import parts_as_text

LONGEST = timedelta(minutes=30)
"""No correction of many waits longer for its turn: what waits longer counts as written by a clock that was ahead."""

KeyOf = Callable[[Standing, str, int], str]
"""The key of what a revision does to the part of that number in a channel."""

_FORGOTTEN = Page("", "", ())
"""In the place of a part whose text is kept no more."""

_of_group = (
    messages.c.occurrence_id == bindparam("of"),
    messages.c.platform == bindparam("on"),
    messages.c.audience == bindparam("who"),
)
_revisions = select(messages.c.id, messages.c.revision, messages.c.parts, messages.c.outline).where(*_of_group)
_rewrite = (
    update(messages)
    .where(messages.c.id == bindparam("which"))
    .values(parts=bindparam("texts"), outline=bindparam("drawn_from"))
)
_told = (
    select(
        deliveries.c.id, deliveries.c.channel, deliveries.c.part, deliveries.c.parts, deliveries.c.revision,
        deliveries.c.kind, deliveries.c.state, deliveries.c.external_id, deliveries.c.message_id,
    )
    .where(
        deliveries.c.occurrence_id == bindparam("of"),
        deliveries.c.platform == bindparam("on"),
        deliveries.c.message_id.in_(bindparam("ids", expanding=True)),
    )
    .order_by(deliveries.c.id)
)  # fmt: skip
_ahead = select(func.count()).where(
    deliveries.c.platform == bindparam("on"), deliveries.c.live, deliveries.c.revision > 0
)
_closed = select(places.c.channel, places.c.why).where(places.c.platform == bindparam("on"))
_end = (
    update(deliveries)
    .where(
        deliveries.c.id.in_(bindparam("ids", expanding=True)),
        deliveries.c.live,
        deliveries.c.state.in_(WAITING),
    )
    .values(
        state="expired",
        live=False,
        why=bindparam("because"),
        changed_at=bindparam("when"),
        fence=deliveries.c.fence + 1,
    )
)
_unsay = (
    update(deliveries)
    .where(deliveries.c.id.in_(bindparam("ids", expanding=True)), deliveries.c.kind == "reply")
    .values(kind="delete", state="pending", live=True, not_before=bindparam("when"), changed_at=bindparam("when"))
)
_put = insert(deliveries).values(account="", owner="", fence=0, attempts=0, external_id="", witness="")
_put = _put.on_conflict_do_nothing()
_hold = select(occurrences.c.state).where(occurrences.c.id == bindparam("which")).with_for_update()


def hold(connection: Connection, occurrence: int) -> str:
    """Let nobody else revise what was told at a slot until the transaction ends; the state of the slot."""
    state: str = connection.execute(_hold, {"which": occurrence}).scalar_one()
    return state


def blank(connection: Connection, newest: Standing, erased: Collection[int]) -> None:
    """Take the texts of these parts out of all earlier revisions."""
    if not erased:
        return
    for row in connection.execute(_revisions, _group(newest)).all():
        if row.revision >= newest.revision:
            continue
        pages = pages_of(row.parts)
        kept = tuple(
            replace(page, body="", late="", notice="") if at in erased else page for at, page in enumerate(pages)
        )
        words = {"which": row.id, "texts": parts_as_text(kept), "drawn_from": ""}
        connection.execute(_rewrite, words)


def address(
    connection: Connection, standing: Standing, urgent: Collection[int], key: KeyOf, now: datetime, pace: Pace
) -> bool:
    """Write down what is to be done where something else was posted; whether more of it may still be posted."""
    group = _group(standing)
    found = connection.execute(_revisions, group).all()
    pages = _pages(found, standing)
    if pages is None:
        return False
    closed = {row.channel: row.why for row in connection.execute(_closed, {"on": standing.platform})}
    told: dict[tuple[str, int], list[Any]] = defaultdict(list)
    for row in connection.execute(_told, {**group, "ids": [row.id for row in found]}):
        told[row.channel, row.part].append(row)
    ahead = connection.scalar(_ahead, {"on": standing.platform}) or 0
    ended: dict[str, list[int]] = {SUPERSEDED: [], RETRACTED: []}
    added: list[dict[str, Any]] = []
    taken_back: list[int] = []
    under_way = False
    for (channel, part), rows in told.items():
        first = rows[0]
        if standing.over and first.revision == 0 and first.state in WAITING:
            ended[RETRACTED].append(first.id)
            continue
        under_way = under_way or (first.revision == 0 and first.state in (*LIVE, "held"))
        texts = {revision: known[part] if known else _FORGOTTEN for revision, known in pages.items()}
        wanted = texts[standing.revision]
        taken_back += [row.id for row in unsaid(rows, texts, standing.revision)]
        ended[SUPERSEDED] += [row.id for row in waiting(rows) if not same(texts[row.revision], wanted)]
        if is_due(rows, texts, standing.revision):
            wait = timedelta() if part in urgent else pace.rest
            at = now + min(wait + (ahead + len(added)) * pace.step, LONGEST)
            added.append(_row(standing, first, wanted, key(standing, channel, part), at, now, closed.get(channel)))
    if taken_back:
        connection.execute(_unsay, {"ids": taken_back, "when": now})
    for why, ids in ended.items():
        if ids:
            connection.execute(_end, {"ids": ids, "because": why, "when": now})
    if added:
        connection.execute(_put, added)
    return under_way


def _pages(found: Sequence[Any], standing: Standing) -> Mapping[int, Sequence[Page]] | None:
    """What each revision tells; None where a later one is there, or it is not known any more what is to be told."""
    pages = {row.revision: pages_of(row.parts) for row in found}
    if max(pages, default=0) != standing.revision:
        return None
    return pages if standing.over or all(pages.values()) else None


def _group(standing: Standing) -> dict[str, Any]:
    return {"of": standing.occurrence, "on": standing.platform, "who": standing.audience}


def _row(
    standing: Standing, first: Any, wanted: Page, key: str, at: datetime, now: datetime, closed: str | None
) -> dict[str, Any]:
    return {
        "occurrence_id": standing.occurrence,
        "message_id": standing.id,
        "platform": standing.platform,
        "channel": first.channel,
        "part": first.part,
        "parts": first.parts,
        "revision": standing.revision,
        "kind": wanted.way,
        "key": key,
        "state": "failed" if closed else "pending",
        "live": not closed,
        "why": f"the place is suspended: {closed}" if closed else "",
        "not_before": at,
        "changed_at": now,
    }
