"""Places that closed are told of once and asked again, a few at a time; what nobody sends has an end."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.commands.base import Place
from bot.digests.caretaker import FEW, Caretaker
from bot.digests.schedules import Schedules
from bot.message import Message
from bot.platforms.base import Health
from bot.platforms.desk.wall import Wall
from bot.settings import Config
from bot.store.memory import Store, open_store
from bot.store.rows import Addressed, Outcome, PlaceRow, Planned

NOW = datetime(2026, 11, 17, 7, 0, tzinfo=UTC)
CONFIG = Config.model_validate(
    {
        "sections": {"impact": {"title": "Impact", "about": "What may change"}},
        "channels": {"newsroom": {"at": "desk:newsroom"}},
        "digests": {"morning": {"title": "Morning", "at": "08:00", "channels": ["newsroom"]}},
    }
)


class Doors(Wall):
    """The wall, where `open` says which places let the bot in; the others, and those that `break`, do not."""

    def __init__(self, store: Store) -> None:
        super().__init__(store, lambda: NOW)
        self.open: set[str] = set()
        self.broken: set[str] = set()
        self.asked: list[str] = []

    async def health(self, place: Place | None = None) -> Health:
        assert place is not None
        self.asked.append(place.channel)
        if place.channel in self.broken:
            raise RuntimeError("a library broke")
        return Health("on") if place.channel in self.open else Health("trouble", "It is archived.")


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with await open_store("sqlite:///state.db", tmp_path) as found:
        yield found


class Told(list[tuple[Message, str]]):
    """What the admins were told."""

    async def __call__(self, message: Message, about: str) -> None:
        self.append((message, about))


def caretaker(store: Store, doors: Doors, told: Told, now: datetime = NOW) -> Caretaker:
    schedules = Schedules(store, lambda: CONFIG)
    absent = "{} is off".format
    return Caretaker(store, {"desk": doors}, schedules, absent, told, lambda: now, lambda: True)


async def closed(store: Store, *channels: str, platform: str = "desk", at: datetime = NOW) -> None:
    for channel in channels:
        await store.plan((), [Planned("morning", f"now:{platform}{channel}", NOW)], NOW)
        (occurrence,) = await store.unfrozen()
        one = Addressed(platform, channel, "TLP:CLEAR", 0, 1, f"{platform}-{channel}")
        await store.freeze(occurrence.id, "frozen", "", NOW, [], [one])
        (claimed,) = await store.claim(platform, "me", NOW, 1)
        place = PlaceRow(platform, channel, "It is archived", NOW, at)
        await store.record([Outcome(claimed.id, claimed.fence, "failed", NOW, "archived")], {claimed.id: place})


async def test_admins_are_told_once_of_all_that_closed(store: Store) -> None:
    told = Told()
    await closed(store, *(f"c{at}" for at in range(12)))
    for _ in range(2):
        await caretaker(store, Doors(store), told).tell_of_places()
    ((message, _),) = told
    assert message.title == "12 channels take no digests"
    assert len(message.blocks) == 10
    assert "And 2 more" in message.closing[0]


async def test_a_place_that_opens_takes_digests_again_and_one_that_does_not_is_asked_later(store: Store) -> None:
    await closed(store, "one", "two")
    doors = Doors(store)
    doors.open = {"two"}
    await caretaker(store, doors, Told()).ask_places()
    assert [row.channel for row in await store.suspended()] == ["one"]
    await caretaker(store, doors, Told()).ask_places()
    assert doors.asked == ["one", "two"]
    await caretaker(store, doors, Told(), NOW + timedelta(minutes=16)).ask_places()
    assert doors.asked == ["one", "two", "one"]


async def test_only_a_few_are_asked_at_once_and_none_keeps_another_from_it(store: Store) -> None:
    await closed(store, *(f"c{at}" for at in range(FEW + 1)))
    doors = Doors(store)
    doors.broken = {f"c{at}" for at in range(FEW)}
    doors.open = {f"c{FEW}"}
    await caretaker(store, doors, Told()).ask_places()
    assert len(doors.asked) == FEW
    await caretaker(store, doors, Told()).ask_places()
    assert len(await store.suspended()) == FEW


async def test_places_of_a_platform_that_is_off_do_not_stand_in_the_way(store: Store) -> None:
    await closed(store, *(f"c{at}" for at in range(FEW)), platform="slack")
    await closed(store, "newsroom", at=NOW + timedelta(seconds=1))
    doors = Doors(store)
    doors.open = {"newsroom"}
    await caretaker(store, doors, Told(), NOW + timedelta(minutes=1)).ask_places()
    assert {row.platform for row in await store.suspended()} == {"slack"}


async def test_what_waits_for_a_platform_that_is_off_ends_when_it_is_too_late(store: Store) -> None:
    await store.plan((), [Planned("morning", "s", NOW)], NOW)
    (occurrence,) = await store.unfrozen()
    rows = [Addressed("slack", name, "TLP:CLEAR", 0, 1, name) for name in ("doubted", "waits")]
    await store.freeze(occurrence.id, "frozen", "", NOW, [], rows)
    (one,) = await store.claim("slack", "me", NOW, 1)
    await store.record([Outcome(one.id, one.fence, "unknown", NOW, "no answer")])

    await caretaker(store, Doors(store), Told(), NOW + timedelta(hours=6)).end_stranded()
    assert {row.state for row in await store.of_slot(occurrence.id)} == {"pending", "unknown"}
    await caretaker(store, Doors(store), Told(), NOW + timedelta(hours=6, seconds=1)).end_stranded()
    states = {row.channel: (row.state, row.why) for row in await store.of_slot(occurrence.id)}
    assert states == {"doubted": ("held", "slack is off"), "waits": ("expired", "slack is off")}
