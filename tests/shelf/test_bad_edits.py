"""A bad edit takes nothing down: what was good is served on, over restarts as well."""

import os
import random
from dataclasses import replace

import pytest

from bot.opening import Forgetful
from tests.shelf.home import BAD, CONFIG, QUICK, SOAK, USUAL, Home, Running, briefing, running, save, until

EDITS = 1000 if SOAK else 100
GOOD = briefing("harbour", "calm", "quiet")


def spoil(text: str, dice: random.Random, number: int) -> bytes:
    """A bad edit of this text, another one for each number."""
    lines = text.splitlines(keepends=True)
    at = dice.randrange(len(lines))
    ways = (
        "".join([*lines[:at], f"confidance{number}: low\n", *lines[at:]]),
        f"{text}  - id: [unclosed {number}\n",
        text.replace("claimed_by: mina", f"claimed_by: nobody-{number}"),
        text.replace("format: 1", f"format: {number + 2}"),
        f"{text}# \x00 {number}\n",
        f"{text}\t- tab {number}\n",
        f"%TAG {number}\n{text}",
    )
    if number % 8 == 7:
        return b"\xff" * (number + 1) + text.encode()
    return ways[number % 8].encode()


async def another_problem(bot: Running, told: list[str]) -> None:
    await until(lambda: bot.problems("harbour.yaml") not in ([], told))


async def test_many_bad_edits_change_nothing(home: Home) -> None:
    dice = random.Random(4711)
    home.write(harbour=GOOD, coast=briefing("coast", "foggy"))
    async with running(home) as bot:
        answer = await bot.ask()
    for part in range(2):
        told: list[str] = []
        async with running(home, replace(QUICK, still=0.0, doubtful=0.02, broken=0.02)) as bot:
            for number in range(part * EDITS // 2, (part + 1) * EDITS // 2):
                (home.folder / "harbour.yaml").write_bytes(spoil(GOOD, dice, number))
                await another_problem(bot, told)
                told = bot.problems("harbour.yaml")
                assert await bot.ask() == answer
    async with running(home) as bot:
        assert await bot.ask() == answer
        home.write(harbour=briefing("harbour", "stormy"))
        await bot.tells("stormy", "foggy")
        assert bot.problems("harbour.yaml") == []


async def test_bad_edits_of_the_configuration_change_nothing(home: Home) -> None:
    home.write(harbour=GOOD)
    async with running(home) as bot:
        save(home.config, CONFIG.replace("Impact", "Wirkung"))
        await bot.tells("Wirkung")
        answer, offered = await bot.ask(), await bot.ask("help")
    for part in range(2):
        async with running(home) as bot:
            assert bool(bot.shelf.state.config_problems) is bool(part)
            for number in range(EDITS // 20):
                bad = [
                    f"sektions{part}{number}: {{}}\n",
                    "",
                    f"timezone: Europe/Nowhere-{part}{number}\n",
                    "sections: [\n",
                ]
                home.config.write_text(bad[number % 4] if number % 4 == 1 else CONFIG + bad[number % 4], "utf-8")
                revision = bot.shelf.state.revision
                await bot.shelf.changed(revision)
                assert bot.shelf.state.config_problems
                assert (await bot.ask(), await bot.ask("help")) == (answer, offered)
    home.config.unlink()
    home.config.mkdir()
    async with running(home) as bot:
        assert (await bot.ask(), await bot.ask("help")) == (answer, offered)
        home.config.rmdir()
        save(home.config, CONFIG)
        await bot.hides("Wirkung")
        assert bot.shelf.state.config_problems == ()


async def test_one_bad_file_holds_no_other_up(home: Home) -> None:
    home.write(harbour=GOOD, coast=briefing("coast", "foggy"))
    async with running(home, USUAL) as bot:
        home.write(harbour=BAD, coast=briefing("coast", "sunny"))
        await bot.tells("sunny", "calm")
        seconds = await bot.told("harbour.yaml", 'unknown person "nobody"')
        assert await bot.holds("impact", "calm", "sunny")
        print(f"its problem is told after {seconds:.2f} s")


async def test_a_file_that_was_never_good_is_left_out_and_told(home: Home) -> None:
    home.write(harbour=BAD, coast=briefing("coast", "foggy"))
    async with running(home) as bot:
        assert await bot.holds("impact", "foggy")
        assert not await bot.holds("impact", "lamentable")
        assert any("nobody" in message for message in bot.problems("harbour.yaml"))
        home.write(harbour=GOOD)
        await bot.tells("calm", "foggy")


async def test_a_restart_serves_what_was_good(home: Home) -> None:
    home.write(harbour=GOOD)
    async with running(home):
        pass
    home.write(harbour=BAD)
    async with running(home) as bot:
        assert await bot.holds("impact", "calm")
        assert any("nobody" in message for message in bot.problems("harbour.yaml"))


async def test_without_a_memory_a_restart_loses_what_was_good(home: Home) -> None:
    home.write(harbour=GOOD)
    async with running(home, memory=Forgetful()):
        pass
    home.write(harbour=BAD)
    async with running(home, memory=Forgetful()) as bot:
        assert not await bot.holds("impact", "calm")


async def test_the_configuration_is_remembered_though_it_never_changed(home: Home) -> None:
    home.write(harbour=GOOD)
    async with running(home) as bot:
        await bot.rests(QUICK.doubtful + 0.3)
    home.config.write_text("sections: [", encoding="utf-8")
    async with running(home) as bot:
        assert await bot.holds("impact", "calm")
        assert bot.shelf.state.config_problems


async def test_a_section_that_is_taken_away_takes_no_briefing_along(home: Home) -> None:
    home.write(harbour=GOOD)
    without = CONFIG.replace("  impact: {title: Impact, about: What it may change}\n", "")
    async with running(home) as bot:
        loaded_at = bot.shelf.state.files[0].loaded_at
        save(home.config, without)
        await bot.told("harbour.yaml", 'unknown section "impact"')
        assert await bot.holds("search calm", "calm")
    async with running(home) as bot:
        assert await bot.holds("search calm", "calm")
        assert any("unknown section" in message for message in bot.problems("harbour.yaml"))
        save(home.config, CONFIG)
        await bot.tells("calm")
        assert bot.problems("harbour.yaml") == []
        assert bot.shelf.state.files[0].loaded_at == loaded_at


@pytest.mark.parametrize("name", [b"b\xffd.yaml", b"two\nlines.yaml", "\u202elmay.yaml".encode()])
async def test_a_name_that_cannot_be_shown_is_a_problem(home: Home, name: bytes) -> None:
    home.write(harbour=GOOD)
    async with running(home) as bot:
        (home.folder / os.fsdecode(name)).write_text(briefing("odd", "odd"), encoding="utf-8")
        await until(lambda: len(bot.shelf.state.files) == 2)
        told = [problem.message for file in bot.shelf.state.files for problem in file.problems]
        assert told == ["has a name that cannot be shown"]
        home.write(harbour=briefing("harbour", "stormy"))
        await bot.tells("stormy")
