"""Processes that share a database: who may send, and what is told of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.digests import replicas as module
from bot.digests.leading import GATEWAY, LANE, PLANNER, lease_name
from bot.digests.replica_words import shown
from bot.digests.replicas import Replicas
from bot.digests.shared_clock import SharedClock
from bot.settings import told_together
from bot.store.memory import Store, open_store
from bot.store.replica_rows import Lease, Replica
from tests.digests.test_gate import config
from tests.postgres import Cluster

NOW = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
SOON = NOW + timedelta(seconds=15)


class Files(dict[str, str]):
    """The prints of one process, which change."""

    def __call__(self) -> Mapping[str, str]:
        return dict(self)


def process(store: Store, name: str, files: Files) -> Replicas:
    return Replicas(store, name, files, SharedClock(lambda: NOW))


async def test_who_serves_something_else_than_digests_are_made_of_sends_nothing_after_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        files = [Files(a="1", b="2"), Files(a="1", b="2")]
        one, two = (process(store, name, mine) for name, mine in zip(("one", "two"), files, strict=True))
        await one.beat()
        assert await two.agree(), "nobody plans yet"
        await store.lease(PLANNER, "one", NOW, timedelta(seconds=15))
        assert await two.agree()
        files[1] |= {"b": "3", "c": "4"}
        assert not await two.agree()
        assert two.may_send, "files need not come to all in the same second"
        assert two.differing(one.me) == ("b", "c")
        monkeypatch.setattr(module, "AT_ODDS", 0.0)
        assert not two.may_send
        files[0] |= {"b": "3", "c": "4"}
        assert not await two.agree(), "the other has not said so yet"
        await one.beat()
        assert await two.agree()
        assert await one.agree(), "who plans agrees with itself"


async def test_who_plans_and_is_gone_is_nobody_to_differ_from(tmp_path: Path) -> None:
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        one, two = process(store, "one", Files(a="1")), process(store, "two", Files(a="2"))
        await one.beat()
        await store.lease(PLANNER, "one", NOW - timedelta(minutes=1), timedelta(seconds=15))
        assert await two.agree()


async def test_files_are_disputed_while_another_serves_others_and_for_a_while_after_it_was_killed(
    tmp_path: Path,
) -> None:
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        times = [NOW]
        one, two = (Replicas(store, name, Files(a=name), SharedClock(lambda: times[0])) for name in ("one", "two"))
        assert not await two.disputed()
        for replica in (one, two):
            times[0] += timedelta(seconds=1)
            await replica.beat()
        assert await two.disputed()
        await store.depart("one")
        times[0] += timedelta(seconds=43)
        await two.beat()
        assert await two.disputed(), "it may be on its way back"
        times[0] += timedelta(seconds=2)
        await two.beat()
        assert not await two.disputed(), "it is gone for as long as one may be silent, however often others beat"


async def test_files_that_changed_are_disputed_until_the_others_say_that_they_have_them_too(tmp_path: Path) -> None:
    """At the moment of the change nobody can have said so, and who leaves before it did never will."""
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        times, mine, others = [NOW], Files(a="1"), Files(a="1")
        one = Replicas(store, "one", mine, SharedClock(lambda: times[0]))
        two, gone = (Replicas(store, name, others, SharedClock(lambda: times[0])) for name in ("two", "gone"))
        for replica in (one, two, gone):
            await replica.beat()
        assert not await one.disputed()
        mine["a"] = "2"
        assert await one.disputed(), "nobody else serves them, as far as is known"
        others["a"] = "2"
        times[0] += timedelta(seconds=20)
        await two.beat()
        await store.depart("gone")
        await one.beat()
        assert await one.disputed(), "one left before it said so"
        times[0] += timedelta(seconds=25)
        await one.beat()
        assert not await one.disputed()


async def test_files_that_changed_there_and_back_are_disputed_until_the_others_have_said_something_since(
    tmp_path: Path,
) -> None:
    """What the other one said last was before the first change: it may have had that, and have it still."""
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        times, mine, others = [NOW], Files(a="1"), Files(a="1")
        one = Replicas(store, "one", mine, SharedClock(lambda: times[0]))
        two = Replicas(store, "two", others, SharedClock(lambda: times[0]))
        for replica in (two, one):
            await replica.beat()
        for text in ("2", "1"):
            times[0] += timedelta(seconds=2)
            mine["a"] = text
            assert await one.disputed(), text
        times[0] += timedelta(seconds=1)
        await two.beat()
        await one.beat()
        assert not await one.disputed()


def test_a_dead_replica_is_shown_as_silent_before_it_is_forgotten() -> None:
    gone = replace(REPLICA, id="b", host="beta", seen_at=NOW - timedelta(seconds=20))
    (_, beta) = shown((REPLICA, gone), (), NOW, "a", lambda _: ())
    assert str(beta) == "beta, version 0.1.0: silent. It was last heard of 20 seconds ago"


def test_machines_may_differ_in_their_ports_and_in_nothing_else() -> None:
    usual = told_together(config())
    assert told_together(config(desk={"port": 9999}, web={"port": 9998})) == usual
    assert told_together(config(timezone="Asia/Seoul")) != usual
    assert told_together(config(morning={"at": "09:00"})) != usual


async def test_of_several_nobody_knows_what_digests_are_made_of_while_nobody_plans(postgres: Cluster) -> None:
    async with await open_store(postgres.make()) as store:
        one = process(store, "one", Files(a="1"))
        await one.beat()
        assert one.may_send
        assert not await one.agree(), "who planned is gone, and may have served other files"
        await store.lease(PLANNER, "one", NOW, timedelta(seconds=15))
        assert await one.agree()


REPLICA = Replica("a", "alpha", "0.1.0", "e1", "{}", NOW, NOW)


def test_each_is_told_with_what_it_alone_does_and_with_what_it_serves_otherwise() -> None:
    all_ = (REPLICA, replace(REPLICA, id="b", host="beta", edition="e2"), replace(REPLICA, id="c", host="gamma"))
    leases = (
        Lease(PLANNER, "a", 1, SOON),
        Lease(lease_name(LANE, "slack"), "a", 1, SOON),
        Lease(lease_name(LANE, "discord"), "c", 3, NOW - timedelta(seconds=1)),
        Lease(lease_name(GATEWAY, "discord"), "b", 2, SOON),
        Lease("host", "machine", 1, SOON),
    )
    told = shown(all_, leases, NOW, "a", lambda _: ("one.yaml", "two.yaml", "three.yaml", "four.yaml"))
    assert [str(one) for one in told] == [
        "alpha, version 0.1.0: plans digests, sends to slack",
        "beta, version 0.1.0: connected to discord. It serves other files than digests are made of, and sends nothing: "
        "one.yaml, two.yaml, three.yaml and 1 more",
        "gamma, version 0.1.0: answers",
    ]
    assert [one.here for one in told] == [True, False, False]
    (_, beta, _) = shown(all_, leases, NOW, "c", lambda _: ("one.yaml",))
    assert beta.note == "serves other files than digests are made of, and sends nothing", "it is compared with none"
