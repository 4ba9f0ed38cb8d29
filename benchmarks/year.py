"""The ledger of a year beside an empty one, on both databases: `why`, and the claim of the next batch."""

import asyncio
import gc
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import Connection, text

from benchmarks.figures import Figure, ratio
from bot.store.memory import Store, open_store
from bot.store.rows import Addressed, Draft, Page, Planned
from tests.postgres import Cluster

DAYS, DIGESTS, PLACES = 365, 3, 2740
"""3,000,300 deliveries."""
STEPS_KEPT = 90
"""Days for which it is kept what was tried."""
BATCH, WAITING = 45, 200
ROUNDS = 15
BOUND = 2.0
NOW = datetime(2026, 11, 29, 7, 0, tzinfo=UTC)

_OCCURRENCES = """
WITH RECURSIVE days(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM days WHERE n < :days),
digests(d) AS (SELECT 1 UNION ALL SELECT d + 1 FROM digests WHERE d < :digests)
INSERT INTO occurrences (schedule, slot, due_at, planned_at, asked_by, state, reason, settled_at)
SELECT 'digest-' || d, 'day-' || n, {at}, {at}, '', 'frozen', '', {at} FROM days CROSS JOIN digests ORDER BY n DESC, d
"""
_DELIVERIES = """
WITH RECURSIVE places(p) AS (SELECT 1 UNION ALL SELECT p + 1 FROM places WHERE p < :places)
INSERT INTO deliveries (occurrence_id, platform, account, channel, part, parts, key, state, live, why, owner, fence,
attempts, claimed_at, not_before, first_attempt_at, changed_at, external_id, witness)
SELECT o.id, 'slack', '', 'C' || p, 0, 1, o.id || '-' || p, CASE WHEN p % 50 = 0 THEN 'failed' ELSE 'sent' END, false,
'', '', 1, 1, o.due_at, o.due_at, o.due_at, o.due_at, '1700000000.' || p, 'answer' FROM occurrences o CROSS JOIN places
"""
_ATTEMPTS = """
INSERT INTO attempts (delivery_id, claimed_at, at, fence, state, why)
SELECT d.id, d.claimed_at, d.changed_at, 1, d.state, '' FROM deliveries d WHERE d.changed_at > :since ORDER BY d.id
"""
_AT = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f000', :now, '-' || n || ' days')",
    "postgresql": "CAST(:now AS timestamptz) - n * interval '1 day'",
}


def measure() -> Iterator[Figure]:
    yield from asyncio.run(_measured())


async def _measured() -> list[Figure]:
    cluster = Cluster()
    try:
        cluster.start()
        with TemporaryDirectory(prefix="briefing-bench-") as folder:
            path = Path(folder)
            return [
                *await _compared("SQLite", f"sqlite:///{path}/empty.db", f"sqlite:///{path}/year.db"),
                *await _compared("PostgreSQL", cluster.make(), cluster.make()),
            ]
    finally:
        cluster.remove()


async def _compared(name: str, empty: str, year: str) -> list[Figure]:
    async with AsyncExitStack() as parts:
        stores = [await parts.enter_async_context(await open_store(url)) for url in (empty, year)]
        await stores[1].write(_fill)
        await stores[1].write(lambda connection: connection.execute(text("ANALYZE")))
        occurrences = [await _fresh(store) for store in stores]
        whys: tuple[list[float], ...] = ([], [])
        claims: tuple[list[float], ...] = ([], [])
        for _ in range(ROUNDS):
            for at, store in enumerate(stores):
                claims[at].append(await _timed(lambda store=store: _claim(store)))  # type: ignore[misc]  # a default
                whys[at].append(await _timed(lambda store=store, at=at: _why(store, occurrences[at])))  # type: ignore[misc]
                await store.give_back("slack", "bench", (), NOW, "")
        return [
            ratio(f"{name}: why, of {DAYS * DIGESTS * PLACES:,} deliveries to none", whys[1], whys[0], BOUND),
            ratio(f"{name}: the next {BATCH} claimed, the same", claims[1], claims[0], BOUND),
        ]


def _fill(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
    at = _AT[connection.dialect.name]
    now = NOW.strftime("%Y-%m-%d %H:%M:%S") if connection.dialect.name == "sqlite" else NOW
    connection.execute(text(_OCCURRENCES.format(at=at)), {"days": DAYS, "digests": DIGESTS, "now": now})
    connection.execute(text(_DELIVERIES), {"places": PLACES})
    since = NOW - timedelta(days=STEPS_KEPT)
    told = since.strftime("%Y-%m-%d %H:%M:%S") if connection.dialect.name == "sqlite" else since
    connection.execute(text(_ATTEMPTS), {"since": told})


async def _fresh(store: Store) -> int:
    """A slot with deliveries that wait, the same in both."""
    await store.plan((), [Planned("fresh", "now", NOW)], NOW)
    (occurrence,) = await store.unfrozen()
    addressed = [Addressed("slack", f"D{at}", "TLP:CLEAR", 0, 1, f"fresh-{at}") for at in range(WAITING)]
    draft = Draft("slack", "TLP:CLEAR", ("a/b",), (Page("{}", "", ("a/b",)),))
    assert await store.freeze(occurrence.id, "frozen", "", NOW, [draft], addressed)
    return occurrence.id


async def _claim(store: Store) -> None:
    assert len(await store.claim("slack", "bench", NOW, BATCH)) == BATCH


async def _why(store: Store, occurrence: int) -> None:
    """As `/digest why` asks of one channel."""
    assert await store.history("fresh", 1)
    rows = await store.of_slot(occurrence)
    await store.steps(rows[0].id)


async def _timed(work: Callable[[], Awaitable[None]]) -> float:
    gc.collect()
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began
