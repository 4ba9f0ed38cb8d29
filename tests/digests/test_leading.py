"""Who plans and sends: one process, and after its death the next at once."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.chats import _renewed
from bot.digests.leading import Leading, is_dead, myself
from bot.errors import StoreError
from bot.store.memory import open_store


def now() -> datetime:
    return datetime.now(UTC)


def test_a_process_that_lives_is_not_dead_and_one_that_ended_is() -> None:
    code = "from bot.digests.leading import myself; print(myself(), flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        name = child.stdout.readline().strip()
        assert not is_dead(name)
        child.communicate("\n")
    assert is_dead(name)


def test_of_a_process_elsewhere_nobody_here_can_tell() -> None:
    where, number, rest = myself().split("|")
    assert not is_dead(f"elsewhere|{number}|{rest}")
    assert not is_dead("")
    assert not is_dead(f"{where}|x|{rest}")


def test_another_with_our_number_was_here_before_us() -> None:
    assert is_dead(myself())  # every name is a process of its own
    assert myself().split("|")[1] == str(os.getpid())


async def test_the_living_are_waited_for_and_the_dead_are_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        one, two = (Leading(store, "lane:desk", name, now) for name in ("one", "two"))
        assert await one.renew()
        assert not await two.renew()
        assert (one.holds, two.holds) == (True, False)
        monkeypatch.setattr("bot.digests.leading.is_dead", lambda owner: owner == "one")
        assert await two.renew()
        assert two.holds


async def test_a_lease_that_was_given_up_is_free(tmp_path: Path) -> None:
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        one, two = (Leading(store, "lane:desk", name, now) for name in ("one", "two"))
        await one.renew()
        await one.give_up()
        assert not one.holds
        assert await two.renew()


async def test_who_never_had_a_connection_does_not_take_it_because_the_database_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has it keeps it then, so that questions are answered."""
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        one, two = (Leading(store, "gateway:discord", name, now) for name in ("one", "two"))
        assert await _renewed(one)
        assert not await _renewed(two)
        assert not await _renewed(two), "also before it is asked again"

        async def fails(*_: object) -> int:
            raise StoreError("gone")

        monkeypatch.setattr(store, "lease", fails)
        for leading in (one, two):
            leading._renew_at = 0.0
        assert await _renewed(one)
        assert not await _renewed(two)
