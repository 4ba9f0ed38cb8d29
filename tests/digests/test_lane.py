"""A lane over a real ledger and the desk's wall, which is made to misbehave as networks and disks do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.base import Place
from bot.digests.lane import Lane, Means
from bot.digests.outcomes import Timings
from bot.digests.pace import AT_ONCE, Limit
from bot.digests.sending import Stop
from bot.errors import NoPlace, PostError, StoreError
from bot.platforms.base import Frozen
from bot.platforms.desk.wall import Wall
from bot.store.memory import Store, open_store
from bot.store.rows import Addressed, Claimed, Draft, Outcome, Page, PlaceRow, Planned, State

BODY = '{"message": {}, "page": 0}'
WIDE = Limit(1000, 1000)
QUICK = Timings(lease=10, ghost=0.3, timeout=1)


def now() -> datetime:
    return datetime.now(UTC)


class Network(Wall):
    """The wall behind a network: `on_post` decides what becomes of each post; it keeps count of them."""

    repost_within = timedelta(0)

    def __init__(self, store: Store, on_post: Callable[[int], Awaitable[Exception | None]] | None = None) -> None:
        super().__init__(store, now)
        self.on_post, self.made = on_post, 0

    async def post(self, place: Place, post: Frozen, key: str, under: str | None = None) -> str:
        self.made += 1
        error = await self.on_post(self.made) if self.on_post else None
        if isinstance(error, PostError) and "before" in str(error):
            raise error
        if error is None or isinstance(error, PostError):
            await super().post(place, post, key, under)
        if error:
            raise error
        return key


async def freely(_: Claimed, __: Page) -> Stop | None:
    return None


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store("sqlite:///state.db", tmp_path) as found:
        yield found


@asynccontextmanager
async def running(lane: Lane) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(lane.run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def means(store: Store, me: str = "me", may: Callable[[Claimed, Page], Awaitable[Stop | None]] = freely) -> Means:
    return Means(store, me, QUICK, now, may)


async def due(store: Store, channels: int = 1) -> int:
    await store.plan((), [Planned("morning", "s", now())], now())
    (occurrence,) = await store.unfrozen()
    addressed = [Addressed("desk", f"c{at}", "TLP:CLEAR", 0, 1, f"key-{at}") for at in range(channels)]
    draft = Draft("desk", "TLP:CLEAR", (), (Page(BODY, "", ("a/",)),))
    await store.freeze(occurrence.id, "frozen", "", now(), [draft], addressed)
    return occurrence.id


async def comes_to(store: Store, state: State, count: int, within: float = 20.0) -> None:
    async with asyncio.timeout(within):
        while (await store.counts())[state] != count:  # noqa: ASYNC110 another task writes it
            await asyncio.sleep(0.02)


async def once(error: Exception) -> Callable[[int], Awaitable[Exception | None]]:
    async def on_post(number: int) -> Exception | None:
        return error if number == 1 else None

    return on_post


async def test_what_is_due_is_sent(store: Store) -> None:
    wall = Network(store)
    await due(store, 150)
    async with running(Lane(wall, WIDE, means(store))):
        await comes_to(store, "sent", 150)
    assert wall.made == len(await store.wall(None, 1000)) == 150


@pytest.mark.parametrize(("lost", "posts"), [("before it arrived", 2), ("after it arrived", 1)])
async def test_a_post_without_an_answer_is_looked_for_and_sent_again_only_if_it_is_not_there(
    store: Store, lost: str, posts: int
) -> None:
    wall = Network(store, await once(PostError(f"lost {lost}")))
    occurrence = await due(store)
    async with running(Lane(wall, WIDE, means(store))):
        await comes_to(store, "sent", 1)
    assert wall.made == posts
    (row,) = await store.of_slot(occurrence)
    assert row.witness == ("history" if posts == 1 else "answer")


async def test_a_fault_nobody_foresaw_is_a_doubt_and_stops_nothing_else(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    wall = Network(store, await once(RuntimeError("a library broke")))
    await due(store, 5)
    async with running(Lane(wall, WIDE, means(store))):
        await comes_to(store, "sent", 5)
    assert wall.made == 6
    assert "nobody foresaw" in caplog.text


async def test_a_closed_place_is_suspended_and_the_others_get_theirs(store: Store) -> None:
    wall = Network(store, await once(NoPlace("The channel is archived.")))
    await due(store, 3)
    async with running(Lane(wall, WIDE, means(store))):
        await comes_to(store, "sent", 2)
        await comes_to(store, "failed", 1)
    assert [one.why for one in await store.suspended()] == ["The channel is archived"]


async def test_what_may_not_go_any_more_is_not_sent(store: Store) -> None:
    async def never(_: Claimed, __: Page) -> Stop | None:
        return Stop("expired", "withdrawn before sending")

    wall = Network(store)
    occurrence = await due(store)
    async with running(Lane(wall, WIDE, means(store, may=never))):
        await comes_to(store, "expired", 1)
    assert wall.made == 0
    assert (await store.of_slot(occurrence))[0].why == "withdrawn before sending"


async def test_of_two_processes_one_sends_and_the_other_takes_over(store: Store) -> None:
    first, second = Network(store), Network(store)
    one, two = Lane(first, WIDE, means(store, "one")), Lane(second, WIDE, means(store, "two"))
    async with running(two):
        async with running(one):
            await asyncio.sleep(0.1)
            await due(store, 20)
            await comes_to(store, "sent", 20)
        assert sorted((first.made, second.made)) == [0, 20]
        await store.plan((), [Planned("evening", "t", now())], now())
        (occurrence,) = await store.unfrozen()
        draft = Draft("desk", "TLP:CLEAR", (), (Page(BODY, "", ("a/",)),))
        again = [Addressed("desk", "c0", "TLP:CLEAR", 0, 1, "key-evening")]
        await store.freeze(occurrence.id, "frozen", "", now(), [draft], again)
        await comes_to(store, "sent", 21)
    assert first.made + second.made == 21


async def test_while_the_disk_is_full_outcomes_are_kept_and_nothing_is_sent_twice(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    record, failures = store.record, 0

    async def full(*words: object) -> None:
        nonlocal failures
        failures += 1
        if failures < 3:
            raise StoreError("cannot use state.db: the disk is full; nothing was changed, make room")
        await record(*words)  # type: ignore[arg-type]

    monkeypatch.setattr(store, "record", full)
    wall = Network(store)
    await due(store, 4)
    async with running(Lane(wall, WIDE, means(store))):
        await comes_to(store, "sent", 4)
    assert wall.made == 4
    assert caplog.text.count("the disk is full") == 1


async def test_stopped_in_the_middle_it_ends_what_is_under_way_and_gives_the_rest_back(store: Store) -> None:
    begun = asyncio.Event()

    async def slow(_: int) -> Exception | None:
        begun.set()
        await asyncio.sleep(0.3)
        return None

    wall = Network(store, slow)
    await due(store, 30)
    async with running(Lane(wall, Limit(20, 20), means(store))):
        await begun.wait()
    counts = await store.counts()
    assert counts["sending"] == counts["unknown"] == 0
    assert counts["sent"] == wall.made
    assert counts["retry"] + counts["pending"] == 30 - wall.made
    async with running(Lane(wall, WIDE, means(store, "next"))):
        await comes_to(store, "sent", 30)
    assert wall.made == 30


async def test_what_a_dead_process_was_sending_is_found_and_not_sent_again(store: Store) -> None:
    await due(store, 2)
    one, _ = await store.claim("desk", "dead", now(), 10)
    wall = Network(store)
    await Wall.post(wall, Place("desk", one.channel), Frozen({"message": {}, "page": 0}, ()), one.key)
    async with running(Lane(wall, WIDE, means(store))):
        await comes_to(store, "sent", 2)
    assert wall.made == 1


async def test_a_claim_whose_answer_was_lost_is_sent_all_the_same(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = store.claim
    lost: list[Claimed] = []

    async def deaf(lane: str, me: str, at: datetime, most: int) -> tuple[Claimed, ...]:
        claimed = await claim(lane, me, at, most)
        if claimed and not lost:
            lost.extend(claimed)
            raise StoreError("the disk failed, but not before it was written")
        return claimed

    monkeypatch.setattr(store, "claim", deaf)
    wall = Network(store)
    await due(store, 3)
    async with running(Lane(wall, WIDE, means(store))):
        await comes_to(store, "sent", 3)
    assert (len(lost), wall.made) == (3, 3)


async def test_no_more_are_sent_at_once_than_serves_them_and_a_stop_gives_back_those_that_wait(store: Store) -> None:
    under_way, most = 0, 0

    async def slow(_: int) -> Exception | None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(1)
        under_way -= 1
        return None

    wall = Network(store, slow)
    await due(store, 3 * AT_ONCE)
    async with running(Lane(wall, Limit(1e6, 1e6), means(store))):
        async with asyncio.timeout(20):
            while wall.made < AT_ONCE:  # noqa: ASYNC110 the lane makes them
                await asyncio.sleep(0.02)
        claimed = (await store.counts())["sending"]
    counts = await store.counts()
    assert claimed > most == AT_ONCE
    assert (counts["sending"], counts["unknown"], counts["sent"]) == (0, 0, wall.made)
    assert counts["retry"] + counts["pending"] == 3 * AT_ONCE - wall.made > 0


async def test_an_outcome_that_cannot_be_written_leaves_the_others_as_they_are(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    record = store.record

    async def picky(outcomes: Sequence[Outcome], suspended: Mapping[int, PlaceRow] | None = None) -> None:
        if any(one.external_id == "key-3" for one in outcomes):
            raise ValueError("nothing that a database takes")
        await record(outcomes, suspended)

    monkeypatch.setattr(store, "record", picky)
    wall = Network(store)
    occurrence = await due(store, 20)
    async with running(Lane(wall, WIDE, means(store))):
        await comes_to(store, "sent", 19)
        await comes_to(store, "unknown", 1)
    found = await store.of_slot(occurrence)
    assert [row.channel for row in found if row.state != "sent"] == ["c3"]
    assert "cannot be written" in caplog.text
