"""A process whose loop stands still, or of which a part goes no more rounds, is not alive; whatever else is wrong."""

import asyncio
import logging
import threading
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import heart as module
from bot.content.memory import Remembered
from bot.content.shelf import Shelf
from bot.digests.lane import Lane, Means
from bot.digests.outcomes import Timings
from bot.digests.pace import LIMITS
from bot.heart import Heart, Part
from bot.opening import Forgetful, read_rules, settings_at_start
from bot.platforms.desk.wall import Wall
from bot.settings import Settings
from bot.store.memory import open_store
from tests.shelf.home import CONFIG, QUICK, until

NOW = datetime(2026, 11, 29, 8, 0, tzinfo=UTC)


class Hands:
    """A clock that is turned by hand."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


class Mill:
    """A part that turns when the test says so."""

    def __init__(self) -> None:
        self.turned_at = 0.0


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "EVERY", 0.02)


def test_a_loop_that_does_not_come_round_is_not_alive_and_what_turned_meanwhile_is_not_blamed() -> None:
    hands, mill = Hands(), Mill()
    heart = Heart(hands)
    heart.parts = (Part("The mill", mill, 60.0),)
    assert heart.stopped() == "", "it has not begun"
    mill.turned_at = hands.seconds
    heart.beat()
    hands.seconds += 90
    assert heart.stopped() == "the event loop has stood still for 90 seconds"
    heart.beat()
    assert heart.stopped() == "", "the mill could not turn while nothing did"
    assert round(heart.lag) == 90
    for _ in range(13):
        hands.seconds += 5
        heart.beat()
    assert heart.stopped() == "The mill stands still: no round of it was begun for 65 seconds"
    assert heart.lag < 5.1, "what was late a minute ago is forgotten"
    mill.turned_at = hands.seconds
    assert heart.stopped() == ""


async def test_a_shelf_that_waits_for_a_dead_disk_and_a_lane_that_ended_are_not_alive(tmp_path: Path) -> None:
    (tmp_path / "briefings").mkdir()
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG, encoding="utf-8")
    settings, _ = settings_at_start(config)
    mount = threading.Event()
    mount.set()

    def reading() -> tuple[Settings | None, tuple[()], str]:
        mount.wait(60)
        found, _, text = read_rules(config)
        return found, (), text

    shelf = Shelf(settings.folder, config, settings, reading, Forgetful(), lambda: NOW, QUICK)
    await shelf.open(Remembered())
    heart = Heart()
    async with await open_store("sqlite:///state.db", tmp_path) as store:

        async def may(*_: object) -> None:
            return None

        means = Means(store, "me", Timings(5, 4, 1), lambda: NOW, may)
        lane = Lane(Wall(store, lambda: NOW), LIMITS["desk"], means)
        heart.parts = (Part("The shelf", shelf, 2.0), Part("The lane of Desk", lane, 2.0))
        works = [asyncio.create_task(one) for one in (heart.run(tuple), shelf.watch(), lane.run())]
        try:
            await asyncio.sleep(2.5)
            assert heart.stopped() == "", "both turn, though nothing is to be done"
            mount.clear()
            config.write_text(CONFIG.replace("Impact", "Wirkung"), encoding="utf-8")
            await until(heart.stopped, 10)
            assert heart.stopped().startswith("The shelf stands still: no round of it was begun for ")
            mount.set()
            await until(lambda: not heart.stopped(), 10)
            works[2].cancel()  # as a library may do by mistake, and the others do not notice
            await until(heart.stopped, 10)
            assert heart.stopped().startswith("The lane of Desk stands still")
        finally:
            mount.set()
            for work in works:
                work.cancel()
                with suppress(asyncio.CancelledError):
                    await work


async def test_what_lasts_is_told_once_and_when_it_is_over(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    wrong: list[str] = ["Discord: connecting"]
    heart = Heart()
    beating = asyncio.create_task(heart.run(lambda: list(wrong)))
    try:
        await asyncio.sleep(0.03)
        wrong[:] = []
        await asyncio.sleep(0.1)
        assert caplog.messages == [], "what is over at once is no trouble"
        wrong[:] = ["Discord: reconnecting: gone, for 1 second"]
        await until(lambda: caplog.messages)
        wrong[:] = ["Discord: reconnecting: gone, for 2 seconds", "Database: it is locked"]
        await until(lambda: len(caplog.messages) == 2)
        await asyncio.sleep(0.1)
        wrong[:] = []
        await until(lambda: len(caplog.messages) == 3)
    finally:
        beating.cancel()
    assert caplog.messages == [
        "not ready: Discord: reconnecting: gone, for 1 second",
        "not ready: Database: it is locked",
        "ready again",
    ]
