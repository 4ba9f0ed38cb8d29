"""A ledger with something of everything, and backups of it, for the tests of backups."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from bot.content.links import Looked
from bot.content.memory import Kept, Version
from bot.store.acts import Report
from bot.store.backup import back_up
from bot.store.copying import TABLES
from bot.store.kinds import database_of
from bot.store.memory import Store
from bot.store.notice_rows import Noted, NoticeRow
from bot.store.restore import Order, Restored, restore
from bot.store.rows import Addressed, Claimed, Draft, Outcome, Page, PlaceRow, Planned, Schedule, Subscription

NOW = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=3)
SCHEDULE = Schedule("morning", True, "Europe/Berlin", NOW - timedelta(days=9), NOW, "2026-11-17T08:00")
FILE = Kept("dprk.yaml", "format: 1\n", "a" * 64, NOW)
VERSION = Version("dprk", "troops", NOW, "d1", "TLP:CLEAR", '{"text":"Ten."}')


def nothing(done: int, total: int) -> None:
    """No progress is shown."""


def saved(url: str, to: Path, now: datetime = NOW) -> int:
    return back_up(database_of(url, Path()), to, now, nothing)


def put(
    url: str,
    file: Path,
    *,
    over: bool = False,
    now: datetime = LATER,
    due: Sequence[Planned] = (),
    is_dead: Callable[[str], bool] = lambda _: False,
) -> Restored:
    def decide(
        kept: Sequence[Kept],
        subscriptions: Sequence[Subscription],
        known: Mapping[str, Schedule],
        now: datetime,
        why: str,
    ) -> tuple[Sequence[Schedule], Sequence[Planned]]:
        return [replace(one, planned_through=now) for one in known.values()], [replace(one, reason=why) for one in due]

    return restore(Order(file, database_of(url, Path()), over, now, decide, is_dead), nothing)


async def rows(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All there is."""

    def read(connection: Connection) -> dict[str, list[tuple[Any, ...]]]:
        tables = {table.name: select(table).order_by(*table.primary_key) for table in TABLES}
        return {name: [tuple(row) for row in connection.execute(one)] for name, one in tables.items()}

    found = await store.read(read)
    found["notes"] = [row for row in found["notes"] if not str(row[0]).startswith("oldest bot")]
    return found


async def slot(
    store: Store, name: str, channels: Sequence[str], parts: int = 1, at: datetime = NOW
) -> Sequence[Claimed]:
    """A frozen slot, and what was claimed of it."""
    await store.plan([SCHEDULE], [Planned("morning", name, at)], at)
    occurrence = next(one for one in await store.unfrozen() if one.slot == name)
    draft = Draft("slack", "TLP:CLEAR", ("a/0",), (Page('"ä¶"', "", ("a/0",)),) * parts)
    them = [
        Addressed("slack", one, "TLP:CLEAR", part, parts, f"{name}-{one}-{part}")
        for one in channels
        for part in range(parts)
    ]
    await store.freeze(occurrence.id, "frozen", "", at, [draft], them)
    return await store.claim("slack", "me", at, 100)


async def filled(store: Store) -> None:
    """Something in every table, and deliveries in every state."""
    await store.keep([FILE], [VERSION])
    await store.note("colour", "blue")
    await store.first("slack", "T1", NOW)
    report = Report(NOW, "slack", "slack:C1", "U1", "Mara", "impact", "", 0, "TLP:CLEAR", "", "It is of October.")
    await store.report(report, "T2", 3, timedelta(hours=1))
    await store.pin("key", "newsroom", "{}", NOW)
    await store.keep_link(Looked("https://gazette.example/mud", NOW, "gone", "status 404", NOW, NOW), NOW)
    order = Subscription(0, "morning", "slack", "", "C8", "07:30", "", "Asia/Seoul", "active", "Ulla", NOW)
    await store.subscribe(order, replace(SCHEDULE, name=""), "T3", NOW)
    await store.lease("lane:slack", "gone", NOW - timedelta(days=1), timedelta(seconds=15))
    await store.release("lane:slack", "gone")
    told = NoticeRow(
        "n1", "broken a.yaml", True, NOW, NOW, "{}", "slack", "C9", "sent", external_id="1.2", tried_at=NOW
    )
    await store.note_down("lane:slack", 1, Noted([told], ["review_by a/b"]), NOW)
    await store.leave([PlaceRow("slack", "C9", "the bot was removed", NOW, NOW, NOW)])
    ends = ("sent", "unknown", "retry", "held", "failed", "sending")
    claimed = await slot(store, "s1", [*ends, "expired"])
    outcomes = [Outcome(one.id, one.fence, one.channel, NOW) for one in claimed if one.channel != "sending"]  # type: ignore[arg-type]  # channels are called as they end
    await store.record(outcomes)
    await store.plan((), [Planned("morning", "s2", NOW)], NOW)


def left_over(folder: Path) -> list[str]:
    """Everything in a folder but databases."""
    return sorted(path.name for path in folder.iterdir() if ".db" not in path.name)
