"""Our own faults, slow work and deaf ears: the loop is not held, the watch goes on, and it is told."""

import asyncio
import os
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta, tzinfo
from pathlib import Path

import pytest

from bot.content.folder import Caution
from bot.content.memory import Kept, Remembered, Version
from bot.content.model import Section
from bot.content.problems import Problem
from bot.content.readers import read_again, read_some
from bot.content.shelf import Shelf
from bot.content.standing import Standing
from bot.opening import Forgetful, clock
from tests.shelf.home import CAP, CONFIG, QUICK, Home, briefing, running, save, until


class Sections(Mapping[str, Section]):
    """Sections as a configuration might have them, at which the checker stumbles or is slow."""

    def __init__(self, slow: float = 0.0) -> None:
        self.threads: set[int] = set()
        self._slow = slow

    def __getitem__(self, name: str) -> Section:
        if name not in ("impact", "caveats"):
            raise KeyError(name)
        return Section(title=name, about=name)

    def __contains__(self, name: object) -> bool:
        self.threads.add(threading.get_ident())
        time.sleep(self._slow)
        if name == "trap":
            raise RuntimeError("a fault of the checker")
        return name in ("impact", "caveats")

    def __iter__(self) -> Iterator[str]:
        return iter(("impact", "caveats"))

    def __len__(self) -> int:
        return 2


@dataclass
class Rules:
    """A configuration whose zone may fail as well: it is asked for when an edition is made, not when a file is read."""

    sections: Sections = field(default_factory=Sections)
    zone: tzinfo = UTC


@dataclass
class Notebook(Forgetful):
    """Remembers what it is told, and fails at one word in a way that no store should."""

    kept: dict[str, str] = field(default_factory=dict)

    async def keep(self, kept: tuple[Kept, ...], versions: tuple[Version, ...]) -> None:  # type: ignore[override]
        if any("unwritable" in one.text for one in kept):
            raise ValueError("a fault of the store")
        self.kept |= {one.file: one.text for one in kept}


def shelf_of(home: Home, rules: Rules, memory: Forgetful | None = None, caution: Caution = QUICK) -> Shelf[Rules]:
    return Shelf(home.folder, home.config, rules, lambda: (rules, (), ""), memory or Forgetful(), clock, caution)


def told(shelf: Shelf[Rules]) -> set[str]:
    briefings = shelf.views.edition.briefings
    return {
        snippet.text.removeprefix("Mina Examina says that ").rstrip(".")
        for one in briefings
        for snippet in one.snippets
    }


def messages(shelf: Shelf[Rules]) -> dict[str, list[str]]:
    return {file.file: [problem.message for problem in file.problems] for file in shelf.state.files}


FAILED = ["the checker failed on this file; please report it"]


async def test_a_fault_of_the_checker_is_a_problem_of_that_file(home: Home) -> None:
    home.write(ash=briefing("ash", "ashish"), oak=briefing("oak", "oakish").replace("impact", "trap"))
    shelf = shelf_of(home, Rules())
    await shelf.open(Remembered())
    assert (told(shelf), messages(shelf)) == ({"ashish"}, {"ash.yaml": [], "oak.yaml": FAILED})
    watch = asyncio.create_task(shelf.watch())
    home.write(oak=briefing("oak", "oakish"))
    await until(lambda: told(shelf) == {"ashish", "oakish"})
    home.write(oak=briefing("oak", "worse").replace("impact", "trap"))
    await until(lambda: messages(shelf)["oak.yaml"] == FAILED)
    home.write(ash=briefing("ash", "leafy"))
    await until(lambda: told(shelf) == {"leafy", "oakish"})
    watch.cancel()
    await asyncio.wait([watch])


class Trapdoor(tzinfo):
    """A zone that fails: only a snippet with an embargo asks it anything."""

    def utcoffset(self, _when: object) -> None:
        raise RuntimeError("a fault in the making of editions")

    dst = utcoffset

    def tzname(self, _when: object) -> str:
        return "Trapdoor"


async def test_a_file_with_which_no_edition_can_be_made_is_a_problem_too(home: Home) -> None:
    bad = briefing("oak", "oakish") + "    publish_at: 2024-11-11\n"
    home.write(ash=briefing("ash", "ashish"), oak=bad, pine=briefing("pine", "piney"))
    shelf = shelf_of(home, Rules(zone=Trapdoor()))
    await shelf.open(Remembered())
    assert told(shelf) == {"ashish", "piney"}
    assert messages(shelf) == {"ash.yaml": [], "oak.yaml": FAILED, "pine.yaml": []}


async def test_a_fault_of_the_store_ends_no_watch(home: Home) -> None:
    home.write(ash=briefing("ash", "ashish"))
    memory = Notebook()
    shelf = shelf_of(home, Rules(), memory)
    await shelf.open(Remembered())
    watch = asyncio.create_task(shelf.watch())
    home.write(ash=briefing("ash", "unwritable"))
    await until(lambda: told(shelf) == {"unwritable"})
    await until(lambda: shelf.state.notices != ())
    home.write(ash=briefing("ash", "leafy"))
    await until(lambda: shelf.state.notices == () and "leafy" in memory.kept["ash.yaml"])
    watch.cancel()
    await asyncio.wait([watch])


async def test_a_fault_in_the_reading_of_the_configuration_is_told_and_passes(home: Home) -> None:
    faults = [RuntimeError("a fault of the settings")]
    rules = Rules()

    def read_rules() -> tuple[Rules | None, tuple[Problem, ...], str]:
        if faults:
            raise faults.pop()
        return rules, (), ""

    home.write(ash=briefing("ash", "ashish"))
    shelf = Shelf(home.folder, home.config, rules, read_rules, Forgetful(), clock, QUICK)
    await shelf.open(Remembered())
    watch = asyncio.create_task(shelf.watch())
    await until(lambda: any("could not be made" in notice for notice in shelf.state.notices))
    home.write(ash=briefing("ash", "leafy"))
    await until(lambda: told(shelf) == {"leafy"} and not shelf.state.notices)
    watch.cancel()
    await asyncio.wait([watch])


async def test_reading_holds_the_loop_up_for_nobody(home: Home) -> None:
    """Each look at a section sleeps: on the loop's own thread everything would stand still for as long."""
    seconds = 1.0
    rules = Rules(Sections(slow=seconds))
    home.write(ash=briefing("ash", "ashish"))
    shelf = shelf_of(home, rules)
    late = 0.0

    async def ticks() -> None:
        nonlocal late
        while True:
            asked = time.monotonic()
            await asyncio.sleep(0.005)
            late = max(late, time.monotonic() - asked)

    ticking = asyncio.create_task(ticks())
    await shelf.open(Remembered())
    watch = asyncio.create_task(shelf.watch())
    home.write(ash=briefing("ash", "leafy"))
    await until(lambda: told(shelf) == {"leafy"})
    await shelf.reload()
    for task in (watch, ticking):
        task.cancel()
        await asyncio.wait([task])
    print(f"the loop was late by {late * 1000:.0f} ms at most")
    assert threading.get_ident() not in rules.sections.threads
    assert late < 0.8 * seconds


async def test_an_edition_is_swapped_whole_and_wakes_who_waits(home: Home) -> None:
    home.write(harbour=briefing("harbour", "calm"))
    async with running(home) as bot:
        before, revision = bot.shelf.views, bot.shelf.state.revision
        view = before.at("TLP:CLEAR", clock())
        waiters = [asyncio.create_task(bot.shelf.changed(revision)) for _ in range(3)]
        home.write(harbour=briefing("harbour", "stormy"))
        woken = await asyncio.gather(*waiters)
        assert all(one > revision for one in woken)
        await bot.tells("stormy")
        assert bot.shelf.views is not before
        assert bot.shelf.views.ready("TLP:CLEAR", clock()) is not None
        assert view.snippets[0].item.text == "Mina Examina says that calm."
        again = bot.shelf.state.revision
        await bot.rests(0.5)
        assert bot.shelf.state.revision == again


async def test_another_time_zone_ends_embargoes_at_its_own_hours(home: Home) -> None:
    """The embargo is the next midnight of the zone, and has long passed on the other side of the world."""
    day = (clock() + timedelta(hours=14)).date().isoformat()
    home.write(harbour=briefing("harbour", "calm", "early") + f"    publish_at: {day}\n")
    save(home.config, f"{CONFIG}timezone: Etc/GMT+12\n")
    async with running(home) as bot:
        assert await bot.holds("impact", "calm")
        assert not await bot.holds("impact", "early")
        save(home.config, f"{CONFIG}timezone: Etc/GMT-14\n")
        await bot.tells("calm", "early")


async def test_reloads_and_edits_at_once_come_to_the_same(home: Home) -> None:
    home.write(**{name: briefing(name, f"{name}0") for name in ("ash", "oak", "elm")})
    async with running(home) as bot:
        reloads = []
        for turn in range(1, 6):
            for name in ("ash", "oak", "elm"):
                save(home.folder / f"{name}.yaml", briefing(name, f"{name}{turn}"))
                reloads.append(asyncio.create_task(bot.shelf.reload()))
                await bot.rests(0.05)
        await asyncio.gather(*reloads)
        await bot.tells("ash5", "oak5", "elm5")
        assert [file.problems for file in bot.shelf.state.files] == [(), (), ()]
    async with running(home) as bot:
        assert await bot.holds("impact", "ash5", "oak5", "elm5")


async def test_a_watch_stops_whenever_it_is_told_to(home: Home) -> None:
    home.write(ash=briefing("ash", "ashish"))
    shelf = shelf_of(home, Rules())
    await shelf.open(Remembered())
    for number in range(40):
        watch = asyncio.create_task(shelf.watch())
        await asyncio.sleep(number * 0.001)
        watch.cancel()
        await asyncio.wait([watch], timeout=CAP)
        assert watch.cancelled(), f"told after {number} ms"


async def deaf(_folder: Path, _wake: asyncio.Event, only: str | None = None) -> None:
    """A mount that tells of no change."""
    await asyncio.Event().wait()


@pytest.mark.parametrize(("sweep", "seen"), [(0.3, True), (float("inf"), False)])
async def test_the_sweep_sees_what_nobody_tells(home: Home, sweep: float, seen: bool) -> None:
    home.write(harbour=briefing("harbour", "calm"))
    async with running(home, replace(QUICK, sweep=sweep), hear=deaf) as bot:
        await bot.rests(1.0)
        save(home.folder / "harbour.yaml", briefing("harbour", "stormy"))
        await bot.rests(1.5)
        assert await bot.holds("impact", "stormy") is seen


def test_the_sweep_compares_texts_and_trusts_no_signature(home: Home) -> None:
    home.write(ash=briefing("ash", "ashish"), oak=briefing("oak", "oakish"))
    standings = {parsed.file: Standing(parsed) for parsed in read_some(home.folder, ["ash.yaml", "oak.yaml"], None)}
    path = home.folder / "oak.yaml"
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    path.write_text(briefing("oak", "oakesh"), encoding="utf-8")
    os.utime(path, ns=times)
    assert read_again(home.folder, standings) == ["oak.yaml"]
