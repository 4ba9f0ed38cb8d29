"""The ledger: what is claimed once, what an earlier owner may not say any more, who holds a lease."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from bot.store.memory import Store
from bot.store.revising import Pace
from bot.store.rows import Addressed, Claimed, Draft, Outcome, Page, PlaceRow, Planned, State

NOW = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
SLOT = "2026-11-17T08:00"


async def frozen(
    store: Store, channels: Sequence[str] = ("one",), parts: int = 1, slot: str = SLOT, platform: str = "slack"
) -> int:
    """A slot with its deliveries, ready to be claimed."""
    await store.plan((), [Planned("morning", slot, NOW)], NOW)
    occurrence = next(one for one in await store.unfrozen() if one.slot == slot)
    pages = tuple(Page(f'"{part}"', "", (f"a/{part}",)) for part in range(parts))
    addressed = [
        Addressed(platform, channel, "TLP:CLEAR", part, parts, f"{slot}-{channel}-{part}")
        for channel in channels
        for part in range(parts)
    ]
    draft = Draft(platform, "TLP:CLEAR", ("a/0",), pages)
    assert await store.freeze(occurrence.id, "frozen", "", NOW, [draft], addressed)
    return occurrence.id


async def claim(store: Store, me: str = "me", now: datetime = NOW, most: int = 10) -> tuple[Claimed, ...]:
    return await store.claim("slack", me, now, most)


def became(one: Claimed, state: State, **more: object) -> Outcome:
    return Outcome(one.id, one.fence, state, NOW, **more)  # type: ignore[arg-type]


async def test_a_slot_is_written_down_once_whoever_does(store: Store) -> None:
    slot = Planned("morning", SLOT, NOW)
    assert await store.plan((), [slot], NOW) == (slot,)
    assert await store.plan((), [Planned("morning", SLOT, NOW + timedelta(hours=1))], NOW) == ()
    assert [one.due_at for one in await store.unfrozen()] == [NOW]


async def test_a_slot_is_frozen_once(store: Store) -> None:
    occurrence = await frozen(store)
    assert not await store.freeze(occurrence, "frozen", "", NOW, [], [])
    assert len(await store.of_slot(occurrence)) == 1


async def test_a_delivery_is_claimed_once(store: Store) -> None:
    await frozen(store, ("one", "two"))
    assert len(await claim(store)) == 2
    assert await claim(store, "you") == ()


async def test_parts_follow_one_another_and_the_later_ones_know_the_first(store: Store) -> None:
    await frozen(store, parts=2)
    (first,) = await claim(store)
    assert (first.part, first.under) == (0, None)
    assert await claim(store) == ()
    await store.record([became(first, "sent", external_id="171.1")])
    (second,) = await claim(store)
    assert (second.part, second.under) == (1, "171.1")


@pytest.mark.parametrize(("first", "second"), [("held", "pending"), ("failed", "failed"), ("expired", "sending")])
async def test_what_becomes_of_the_parts_after_one_that_was_not_sent(store: Store, first: State, second: State) -> None:
    occurrence = await frozen(store, parts=2)
    (one,) = await claim(store)
    await store.record([became(one, first, why="because")])
    await claim(store)
    assert [row.state for row in await store.of_slot(occurrence)] == [first, second]


@pytest.mark.parametrize(
    ("becomes", "second", "lives"), [("sent", "sending", True), ("retry", "pending", True), ("failed", "failed", False)]
)
async def test_parts_after_a_held_one_wait_for_the_operator_and_block_nobody(
    store: Store, becomes: State, second: State, lives: bool
) -> None:
    occurrence = await frozen(store, parts=2)
    await frozen(store, slot="2026-11-18T08:00")
    (one,) = await claim(store)
    await store.record([became(one, "held", why="nobody can look")])
    (other,) = await claim(store)
    assert other.slot == "2026-11-18T08:00"
    await store.record([became(other, "sent")])
    assert await claim(store) == ()
    await store.resolve(one.key, becomes, "an operator", NOW)
    claimed = await claim(store)
    assert bool(claimed) is lives
    assert [row.state for row in await store.of_slot(occurrence)][1] == second


async def test_the_late_word_of_who_lost_a_claim_closes_nothing(store: Store) -> None:
    occurrence = await frozen(store, parts=2)
    (one,) = await claim(store, "dead")
    await store.adopt("slack", "me", NOW, "it died")
    await store.record([became(one, "failed", why="archived")], {one.id: PlaceRow("slack", "one", "x", NOW, NOW)})
    assert [row.state for row in await store.of_slot(occurrence)] == ["unknown", "pending"]
    assert await store.suspended() == ()
    assert [step.state for step in await store.steps(one.id)] == ["sending", "unknown"]


async def test_what_was_claimed_and_not_begun_is_given_back(store: Store) -> None:
    await frozen(store, ("one", "two"))
    one, _ = await claim(store)
    await store.give_back("slack", "me", [one.id], NOW, "the bot was stopped")
    counts = await store.counts()
    assert (counts["sending"], counts["retry"]) == (1, 1)


async def test_what_is_for_a_platform_that_is_off_is_in_nobodys_hands(store: Store) -> None:
    await frozen(store)
    assert [one.platform for one in await store.stranded(("discord", "desk"))] == ["slack"]
    assert await store.stranded(("slack", "desk")) == ()


async def test_at_one_place_one_digest_follows_another(store: Store) -> None:
    await frozen(store)
    await frozen(store, slot="2026-11-18T08:00")
    (first,) = await claim(store)
    assert first.slot == SLOT
    await store.record([became(first, "unknown")])
    assert await claim(store) == ()
    await store.record([became(first, "sent")])
    assert [one.slot for one in await claim(store)] == ["2026-11-18T08:00"]


async def test_places_that_ask_to_wait_keep_no_other_from_its_turn(store: Store) -> None:
    await frozen(store, ("busy", "calm"))
    (busy,) = await claim(store, most=1)
    await store.record([became(busy, "retry", not_before=NOW + timedelta(seconds=1))])
    later = NOW + timedelta(seconds=2)
    assert [one.channel for one in await claim(store, now=later, most=1)] == ["calm"]


async def test_what_waits_is_not_claimed_before_its_time_unless_a_clock_was_ahead(store: Store) -> None:
    await frozen(store)
    (one,) = await claim(store)
    await store.record([became(one, "retry", not_before=NOW + timedelta(minutes=5))])
    assert await claim(store, now=NOW + timedelta(minutes=4)) == ()
    assert len(await claim(store, now=NOW - timedelta(hours=2))) == 1


async def test_who_lost_a_claim_has_no_say_in_it(store: Store) -> None:
    occurrence = await frozen(store)
    (one,) = await claim(store, "dead")
    assert await store.adopt("slack", "me", NOW, "it died") == 1
    await store.record([became(one, "failed")])
    (row,) = await store.of_slot(occurrence)
    assert (row.state, row.why) == ("unknown", "it died")
    (doubtful,) = await store.doubtful("slack")
    await store.record([became(doubtful, "sent")])
    assert (await store.of_slot(occurrence))[0].state == "sent"


async def test_nobody_doubts_what_they_are_sending_themselves(store: Store) -> None:
    await frozen(store)
    await claim(store, "me")
    assert await store.adopt("slack", "me", NOW, "it died") == 0
    assert await store.adopt("discord", "you", NOW, "it died") == 0


async def test_a_closed_place_fails_all_that_waits_there_and_nothing_else(store: Store) -> None:
    occurrence = await frozen(store, ("one", "two"), parts=2)
    one = next(found for found in await claim(store) if found.channel == "one")
    place = PlaceRow("slack", "one", "archived", NOW, NOW)
    await store.record([became(one, "failed", why="archived")], {one.id: place})
    states = {(row.channel, row.part): row.state for row in await store.of_slot(occurrence)}
    assert states == {("one", 0): "failed", ("one", 1): "failed", ("two", 0): "sending", ("two", 1): "pending"}
    assert await store.suspended() == (place,)
    assert await store.untold() == (place,)
    assert await store.untold() == ()
    await store.resume("slack", "one")
    assert await store.suspended() == ()


async def test_a_lease_is_one_owners_until_it_ends(in_a_file: Store) -> None:
    store, length = in_a_file, timedelta(seconds=15)
    assert await store.lease("lane:slack", "me", NOW, length) == 1
    assert await store.lease("lane:slack", "you", NOW + timedelta(seconds=14), length) is None
    assert await store.lease("lane:slack", "me", NOW + timedelta(seconds=14), length) == 1
    assert await store.lease("lane:slack", "you", NOW + timedelta(seconds=30), length) == 2


async def test_a_lease_of_a_clock_that_was_ahead_has_ended(in_a_file: Store) -> None:
    store, length = in_a_file, timedelta(seconds=15)
    await store.lease("lane:slack", "dead", NOW + timedelta(hours=2), length)
    assert await store.lease("lane:slack", "me", NOW, length) == 2


async def test_a_lease_that_was_given_back_is_free_and_its_fence_goes_on(store: Store) -> None:
    await store.lease("lane:slack", "me", NOW, timedelta(seconds=15))
    await store.release("lane:slack", "you")
    assert await store.lease("lane:slack", "you", NOW, timedelta(seconds=15)) is None
    await store.release("lane:slack", "me")
    assert await store.lease("lane:slack", "you", NOW, timedelta(seconds=15)) == 2


@pytest.mark.parametrize(("becomes", "lives"), [("sent", False), ("retry", True), ("failed", False)])
async def test_an_operator_decides_about_what_is_held_and_nothing_else(
    store: Store, becomes: State, lives: bool
) -> None:
    await frozen(store)
    (one,) = await claim(store)
    assert not await store.resolve(one.key, becomes, "an operator", NOW)
    await store.record([became(one, "held", why="nobody can look")])
    assert await store.resolve(one.key, becomes, "an operator", NOW)
    assert not await store.resolve(one.key, becomes, "an operator", NOW)
    assert bool(await claim(store)) is lives
    assert [step.state for step in await store.steps(one.id)][:3] == ["sending", "held", becomes]


async def test_what_was_told_is_counted_once_a_slot_for_each_audience(store: Store) -> None:
    for slot in (SLOT, "now:1"):
        await store.plan((), [Planned("morning", slot, NOW)], NOW)
        (occurrence,) = await store.unfrozen()
        drafts = [Draft(name, "TLP:CLEAR", ("a/0",), ()) for name in ("slack", "discord")]
        await store.freeze(occurrence.id, "frozen", "", NOW, [*drafts, Draft("slack", "TLP:GREEN", ("b/0",), ())])
    told = await store.told("morning")
    assert {audience: {name: one.times for name, one in known.items()} for audience, known in told.items()} == {
        "TLP:CLEAR": {"a/0": 2},
        "TLP:GREEN": {"b/0": 2},
    }
    last = await store.composed_last("morning")
    assert last is not None
    assert last.slot == SLOT  # what was asked for by hand moves nothing


async def test_states_are_counted_and_told_with_what_needs_somebody_first(store: Store) -> None:
    await frozen(store, ("one", "two", "three"))
    one, two, _ = await claim(store)
    await store.record([became(one, "sent"), became(two, "held")])
    counts = await store.counts()
    assert {state: count for state, count in counts.items() if count} == {"sent": 1, "held": 1, "sending": 1}
    assert [row.state for row in await store.deliveries(10)] == ["held", "sending", "sent"]
    assert (await store.beat()).held == 1


async def test_every_change_moves_the_beat(store: Store) -> None:
    seen = [(await store.beat()).revision]
    await frozen(store)
    seen.append((await store.beat()).revision)
    (one,) = await claim(store)
    seen.append((await store.beat()).revision)
    await store.record([became(one, "sent")])
    seen.append((await store.beat()).revision)
    assert seen == sorted(set(seen))


async def test_what_was_in_doubt_when_its_slot_was_retracted_is_not_sent_once_it_is_known_to_be_absent(
    store: Store,
) -> None:
    occurrence = await frozen(store)
    (one,) = await claim(store)
    await store.record([became(one, "unknown")])
    pace = Pace(timedelta(), timedelta())
    assert await store.retract(occurrence, "retracted by Ulla", lambda _, channel, part: f"{channel}{part}", NOW, pace)
    await store.record([became(one, "retry")])
    assert await claim(store) == ()
