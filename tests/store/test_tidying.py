"""What is old goes, a little at a time; what is under way or held stays, and so does what is still gone by."""

import asyncio
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, Table, func, insert, select

from bot.digest_settings import KeepSettings
from bot.store import tidying
from bot.store.acts import Report
from bot.store.delivery_tables import attempts, deliveries, messages, occurrences
from bot.store.memory import Store
from bot.store.rows import Addressed, Draft, Outcome, Page, PlaceRow, Planned, Schedule, State
from bot.store.tables import reports

NOW = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
DAY = timedelta(days=1)
KEEP = KeepSettings()
REPORT = Report(NOW, "slack", "slack:C1", "U1", "Mara", "impact", "", 0, "TLP:CLEAR", "", "It is of October.")


async def told(
    store: Store, slot: str, ends: State = "sent", schedule: str = "morning", at: datetime = NOW, channel: str = "C1"
) -> int:
    """A slot that was frozen at this time for one place, and what became of it."""
    await store.plan((), [Planned(schedule, slot, at)], at)
    occurrence = next(one for one in await store.unfrozen() if one.slot == slot)
    draft = Draft("slack", "TLP:CLEAR", ("a/0",), (Page('"text"', "", ("a/0",)),))
    one = Addressed("slack", channel, "TLP:CLEAR", 0, 1, f"{schedule}-{slot}-{channel}")
    await store.freeze(occurrence.id, "frozen", "", at, [draft], [one])
    if ends != "pending":
        (claimed,) = await store.claim("slack", "me", at, 1)
        await store.record([Outcome(claimed.id, claimed.fence, ends, at, external_id="17.1")])
    return occurrence.id


async def count(store: Store, table: Table) -> int:
    return await store.read(lambda connection: connection.scalar(select(func.count()).select_from(table)) or 0)


async def test_steps_and_texts_go_first_and_whole_slots_later(store: Store) -> None:
    done = await told(store, "s1")
    (row,) = await store.of_slot(done)
    await store.pin("key", "newsroom", "{}", NOW)

    assert await store.tidy(NOW + 89 * DAY, KEEP)
    assert len(await store.steps(row.id)) == 2
    assert await store.tidy(NOW + 91 * DAY, KEEP)
    assert await store.steps(row.id) == ()
    assert await store.parts(1) == ()
    assert [one.state for one in await store.of_slot(done)] == ["sent"]
    assert len(await store.wall(None, 10)) == 1

    await store.tidy(NOW + 366 * DAY, KEEP)
    assert await store.of_slot(done) == ()
    assert await store.occurrence("morning", "s1") is None
    assert await store.wall(None, 10) == ()
    assert await count(store, messages) == 0


async def test_lengths_are_those_of_the_configuration(store: Store) -> None:
    done = await told(store, "s1")
    await store.report(REPORT, "r1", 3, DAY)
    keep = KeepSettings.model_validate({"steps": "7d", "slots": "8d", "reports": "2d"})
    await store.tidy(NOW + 3 * DAY, keep)
    assert await store.reports(5) == ()
    assert await store.parts(1)
    await store.tidy(NOW + 7.5 * DAY, keep)
    assert await store.parts(1) == ()
    assert await store.of_slot(done)
    await store.tidy(NOW + 8.5 * DAY, keep)
    assert await store.of_slot(done) == ()


@pytest.mark.parametrize("state", ["pending", "retry", "sending", "unknown", "held"])
async def test_what_is_under_way_or_held_stays_whole_whatever_its_age(store: Store, state: State) -> None:
    kept = await told(store, "s1", "pending")
    if state != "pending":
        (one,) = await store.claim("slack", "me", NOW, 1)
        if state != "sending":
            await store.record([Outcome(one.id, one.fence, state, NOW)])
    before = await store.of_slot(kept)
    steps = await store.steps(before[0].id)
    await store.pin(before[0].key, "newsroom", "{}", NOW)

    await store.tidy(NOW + 9000 * DAY, KEEP)

    assert await store.of_slot(kept) == before
    assert await store.steps(before[0].id) == steps
    assert await store.parts(1)
    assert await store.pinned(before[0].key), "the desk looks for it there"


async def test_the_last_slot_that_told_something_is_what_the_next_goes_by(store: Store) -> None:
    yearly = Schedule("yearly", True, "UTC", NOW, NOW, "")
    await store.plan([yearly, replace(yearly, name="gone", active=False)], [], NOW)
    for name in ("yearly", "gone"):
        await told(store, "s1", schedule=name)
        await told(store, "s2", schedule=name, at=NOW + DAY)
        await told(store, "now:1", schedule=name, at=NOW + 2 * DAY)
        await store.plan((), [Planned(name, "s3", NOW + 3 * DAY, "a day off")], NOW)

    await store.tidy(NOW + 800 * DAY, KEEP)

    assert [one.slot for one in await store.history("", 10)] == ["s2"]
    last = await store.composed_last("yearly")
    assert last is not None
    assert last.slot == "s2"


async def test_rotation_remembers_what_it_told_as_long_as_the_slot_is_kept(store: Store) -> None:
    await told(store, "s1")
    await store.tidy(NOW + 300 * DAY, KEEP)
    assert (await store.told("morning"))["TLP:CLEAR"]["a/0"].times == 1


async def test_little_is_done_at_once_and_the_rest_later(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "AT_ONCE", 3)
    monkeypatch.setattr(tidying, "TEXTS_AT_ONCE", 3)
    monkeypatch.setattr(tidying, "SOME", 4)
    monkeypatch.setattr(tidying, "REST", 0.0)
    for number in range(10):
        await told(store, f"s{number}", at=NOW + number * timedelta(minutes=1))
    held = await told(store, "held", "held")
    assert not await store.tidy(NOW + 400 * DAY, KEEP, transactions=2)
    assert await count(store, attempts) == 11 - 6
    rounds = 1
    while not await store.tidy(NOW + 400 * DAY, KEEP, transactions=2):
        rounds += 1
    assert rounds > 3
    assert [one.id for one in await store.history("", 20)] == [held]


async def test_a_slot_goes_with_all_of_it_in_one_transaction(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tidying, "AT_ONCE", 5)
    done = await told(store, "s1")

    def more(connection: Connection) -> None:
        """Rows as somebody adds them later: they hang on the slot, and need not be known here."""
        for number in range(20):
            row = dict(connection.execute(select(deliveries).limit(1)).mappings().one())
            row |= {"id": 100 + number, "key": f"later{number}", "channel": f"C{number + 10}", "message_id": None}
            connection.execute(insert(deliveries).values(row))

    await store.write(more)
    seen = {len(await store.of_slot(done))}

    async def looking() -> None:
        while True:
            seen.add(len(await store.of_slot(done)))

    beside = asyncio.create_task(looking())
    await store.tidy(NOW + 400 * DAY, KEEP)
    seen.add(len(await store.of_slot(done)))
    beside.cancel()
    assert seen == {21, 0}


async def test_a_year_of_deliveries_is_tidied_without_holding_others_up(store: Store) -> None:
    slots, each = 300, 100

    def fill(connection: Connection) -> None:
        at = {"at": NOW}
        connection.execute(
            insert(occurrences),
            [
                {"id": n, "schedule": "morning", "slot": f"s{n}", "due_at": NOW, "planned_at": NOW, "asked_by": "",
                 "state": "frozen", "reason": "", "settled_at": NOW}
                for n in range(1, slots + 1)
            ],
        )  # fmt: skip
        connection.execute(
            insert(messages),
            [
                {
                    "id": n,
                    "occurrence_id": n,
                    "platform": "slack",
                    "audience": "A",
                    "snippets": "[]",
                    "parts": "x" * 500,
                }
                for n in range(1, slots + 1)
            ],
        )
        rows = [
            {"id": n * each + c, "occurrence_id": n, "message_id": n, "platform": "slack", "account": "",
             "channel": f"C{c}", "part": 0, "parts": 1, "key": f"{n}-{c}", "state": "sent", "live": False, "why": "",
             "owner": "", "fence": 1, "attempts": 1, "claimed_at": NOW, "not_before": NOW, "first_attempt_at": NOW,
             "changed_at": NOW, "external_id": "1", "witness": "answer"}
            for n in range(1, slots + 1)
            for c in range(each)
        ]  # fmt: skip
        connection.execute(insert(deliveries), rows)
        steps = [
            {"delivery_id": row["id"], "claimed_at": NOW, "fence": 1, "state": "sent", "why": "", **at} for row in rows
        ]
        connection.execute(insert(attempts), steps)

    await store.write(fill)
    longest = 0.0

    async def others() -> None:
        nonlocal longest
        while True:
            began = time.monotonic()
            await store.note("a", "b")
            longest = max(longest, time.monotonic() - began)
            await asyncio.sleep(0.01)

    beside = asyncio.create_task(others())
    assert await store.tidy(NOW + 400 * DAY, KEEP)
    beside.cancel()
    assert await count(store, deliveries) == await count(store, attempts) == await count(store, messages) == 0
    assert longest < 2.0, f"somebody waited {longest:.1f} seconds to write"


async def test_thirty_days_after_the_bot_left_nothing_of_the_place_is_left_but_that_it_failed(store: Store) -> None:
    done = await told(store, "s1")
    other = await told(store, "s2", channel="C2")
    await store.report(REPORT, "r1", 3, DAY)
    await store.report(replace(REPORT, place="slack:C2"), "r2", 3, DAY)
    left = PlaceRow("slack", "C1", "the bot was removed", NOW, NOW, NOW)
    await store.leave([left])
    await store.look_later("slack", "C1", NOW + 30.1 * DAY, left.why)

    await store.tidy(NOW + 29.9 * DAY, KEEP)
    assert len(await store.suspended()) == 1
    await store.tidy(NOW + 33 * DAY, KEEP)
    assert await store.suspended() == ()
    assert [one.place for one in await store.reports(5)] == ["slack:C2"]
    assert [(row.state, row.external_id) for row in await store.of_slot(done)] == [("sent", "")]
    assert [(row.state, row.external_id) for row in await store.of_slot(other)] == [("sent", "17.1")]


async def test_nothing_is_let_go_of_where_nobody_asked_since_whether_the_bot_is_back(store: Store) -> None:
    await store.leave([PlaceRow("slack", "C1", "the bot was removed", NOW, NOW, NOW)])
    await store.look_later("slack", "C1", NOW + 29 * DAY, "the bot was removed")
    await store.tidy(NOW + 60 * DAY, KEEP)
    assert len(await store.suspended()) == 1


async def test_reports_are_kept_for_their_length(store: Store) -> None:
    await store.report(REPORT, "r1", 3, DAY)
    await store.tidy(NOW + 89 * DAY, KEEP)
    assert await count(store, reports) == 1
    await store.tidy(NOW + 91 * DAY, KEEP)
    assert await count(store, reports) == 0
