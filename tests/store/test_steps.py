"""What was tried with a delivery is a row for each claim, told with the claim and with what came of it."""

import re
from datetime import timedelta

from sqlalchemy import Connection, event, func, select

from bot.store.claims import _ready
from bot.store.delivery_tables import attempts
from bot.store.memory import Store
from bot.store.rows import Claimed, Outcome, PlaceRow, State
from tests.store.test_ledger import NOW, claim, frozen

LATER = NOW + timedelta(seconds=2)


async def steps(store: Store, one: Claimed) -> list[tuple[State, float, str]]:
    """Each step, with its seconds after the first claim."""
    return [(step.state, (step.at - NOW).total_seconds(), step.why) for step in await store.steps(one.id)]


async def test_a_claim_is_told_before_its_end_is_known(store: Store) -> None:
    await frozen(store)
    before = await store.beat()
    (one,) = await claim(store)
    assert await steps(store, one) == [("sending", 0, "")]
    assert await store.beat() != before, "who watches hears of it"


async def test_a_claim_is_told_with_its_end_and_the_next_one_after_it(store: Store) -> None:
    await frozen(store)
    (one,) = await claim(store)
    claimed = await store.beat()
    await store.record([Outcome(one.id, one.fence, "retry", LATER, "busy")])
    assert await store.beat() != claimed
    (again,) = await claim(store, now=NOW + timedelta(seconds=5))
    await store.record([Outcome(again.id, again.fence, "sent", NOW + timedelta(seconds=6))])
    assert await steps(store, one) == [("sending", 0, ""), ("retry", 2, "busy"), ("sending", 5, ""), ("sent", 6, "")]


async def test_a_later_word_on_the_same_claim_does_not_tell_the_claim_twice(store: Store) -> None:
    await frozen(store)
    (one,) = await claim(store)
    await store.record([Outcome(one.id, one.fence, "unknown", LATER, "no answer")])
    (doubtful,) = await store.doubtful("slack")
    assert await store.attempt_again(doubtful, "me", LATER + timedelta(seconds=1))
    await store.record([Outcome(one.id, one.fence, "sent", LATER + timedelta(seconds=2), witness="repeat")])
    told = [(state, seconds) for state, seconds, _ in await steps(store, one)]
    assert told == [("sending", 0), ("unknown", 2), ("unknown", 3), ("sent", 4)]


async def test_the_word_of_who_lost_a_claim_is_told_nowhere(store: Store) -> None:
    """Among others of its group, which are told."""
    await frozen(store, ("one", "two"))
    one, two = await claim(store, "dead")
    await store.adopt("slack", "me", LATER, "it died")
    (mine,) = [one for one in await store.doubtful("slack") if one.id == two.id]
    late = LATER + timedelta(seconds=1)
    await store.record([Outcome(one.id, one.fence, "sent", late), Outcome(two.id, mine.fence, "retry", late)])
    assert await steps(store, one) == [("sending", 0, ""), ("unknown", 2, "it died")]
    assert await steps(store, two) == [("sending", 0, ""), ("unknown", 2, "it died"), ("retry", 3, "")]
    assert await rows(store) == 3


async def test_what_is_written_twice_is_added_once(store: Store) -> None:
    """The first answer may be lost when the bot is stopped."""
    await frozen(store)
    (one,) = await claim(store)
    for _ in range(2):
        await store.record([Outcome(one.id, one.fence, "sent", LATER)])
    assert await rows(store) == 1


async def test_what_is_no_longer_in_doubt_is_not_sent_once_more(store: Store) -> None:
    await frozen(store)
    (one,) = await claim(store)
    await store.record([Outcome(one.id, one.fence, "unknown", LATER)])
    (doubtful,) = await store.doubtful("slack")
    await store.record([Outcome(one.id, one.fence, "retry", LATER)])
    assert not await store.attempt_again(doubtful, "me", LATER)


async def test_a_place_is_closed_whatever_the_platform_wrote(store: Store) -> None:
    await frozen(store)
    (one,) = await claim(store)
    why = "half a character: \ud83d"
    place = PlaceRow("slack", "one", why, LATER, LATER)
    await store.record([Outcome(one.id, one.fence, "failed", LATER, why)], {one.id: place})
    assert [found.why for found in await store.suspended()] == ["half a character: ?"]


async def test_what_nobody_ever_claimed_has_an_end_without_a_claim(store: Store) -> None:
    await frozen(store)
    (one,) = await store.stranded(("discord",))
    await store.record([Outcome(one.id, one.fence, "failed", LATER, "it is off")])
    assert await steps(store, one) == [("failed", 2, "it is off")]


async def test_a_lane_looks_through_what_is_under_way_and_not_through_all_that_was_sent(in_a_file: Store) -> None:
    def plan(connection: Connection) -> str:
        heard: list[str] = []
        event.listen(connection, "before_cursor_execute", lambda *told: heard.append(told[2]))
        words = {"lane": "slack", "now": NOW, "never": LATER, "most": 10}
        connection.execute(_ready.statement, words)
        steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {heard[0]}", (1,) * heard[0].count("?"))
        return "\n".join(step[3] for step in steps)

    found = await in_a_file.read(plan)
    assert "deliveries USING INDEX ix_deliveries_platform_not_before_id" in found
    assert "earlier USING INDEX ix_deliveries_platform_channel_id" in found
    assert re.findall(r"SCAN (\w+)", found) == ["found"], "nothing but what was found is read from end to end"
    assert "TEMP B-TREE" not in found


async def rows(store: Store) -> int:
    """How many steps were written down."""
    return await store.read(lambda connection: connection.scalar(select(func.count()).select_from(attempts)) or 0)
