"""What is known of subscriptions is read anew every second, once for all who ask at that moment."""

import asyncio
from pathlib import Path

import pytest

from bot.digests import schedules as module
from bot.digests.schedules import Schedules
from bot.store.memory import open_store
from bot.store.subscriptions import Version
from tests.digests.test_gate import config


async def test_of_a_hundred_that_ask_at_once_one_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with await open_store("sqlite:///state.db", tmp_path) as store:
        rules = config()
        schedules, read, times = Schedules(store, lambda: rules), store.subscribed, 0

        async def counted() -> Version:
            nonlocal times
            times += 1
            return await read()

        monkeypatch.setattr(store, "subscribed", counted)
        found = await asyncio.gather(*(schedules.lately() for _ in range(100)))
        assert all(one is found[0] for one in found)
        assert times == 1
        await schedules.lately()
        assert times == 1
        monkeypatch.setattr(module, "FRESH", 0.0)
        await schedules.lately()
        assert times == 2
