"""What a monitor is told of the ledger: what is under way, what a day came to, and how late it is."""

from datetime import timedelta

from bot.store.memory import Store
from bot.store.rows import STATES, Outcome
from tests.store.kept import NOW, filled, slot

SOON = NOW + timedelta(minutes=5)


async def test_an_empty_ledger_has_nothing_that_is_late(store: Store) -> None:
    found = await store.measured(NOW)
    assert found.deliveries == dict.fromkeys(STATES, 0)
    assert (found.oldest, found.late) == (None, None)


async def test_deliveries_are_counted_by_state_and_those_at_their_end_for_a_day(store: Store) -> None:
    await filled(store)
    found = await store.measured(SOON)
    assert found.deliveries == dict.fromkeys(STATES, 1) | {"pending": 0, "skipped": 0}
    assert (found.oldest, found.late) == (NOW, timedelta())
    later = await store.measured(NOW + timedelta(days=1, minutes=1))
    assert later.deliveries == dict.fromkeys(STATES, 0) | dict.fromkeys(("retry", "sending", "unknown", "held"), 1)
    assert later.late is None, "the last post was before that day"


async def test_how_late_the_last_post_was_is_told_of_schedules_alone(store: Store) -> None:
    for name, minutes in (("2026-11-17T08:00", 3), ("now:1", 50)):
        (one,) = await slot(store, name, ["C1"])
        await store.record([Outcome(one.id, one.fence, "sent", NOW + timedelta(minutes=minutes))])
    found = await store.measured(NOW + timedelta(hours=1))
    assert found.late == timedelta(minutes=3)
    assert found.oldest is None
    assert found.deliveries["sent"] == 2
