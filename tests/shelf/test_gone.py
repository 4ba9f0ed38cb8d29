"""A deleted file goes after a while; what looks like an accident takes nothing away until somebody confirms it."""

import shutil
from dataclasses import replace

import pytest

from tests.shelf.home import BAD, QUICK, USUAL, Home, briefing, running, save, until

FOUR = {name: briefing(name, f"{name}ish") for name in ("ash", "birch", "cedar", "dogwood")}
WORDS = [f"{name}ish" for name in FOUR]


async def test_a_deleted_file_goes_after_five_seconds(home: Home) -> None:
    home.write(**FOUR)
    async with running(home, USUAL) as bot:
        (home.folder / "ash.yaml").unlink()
        await bot.rests(4)
        assert await bot.holds("impact", *WORDS)
        print(f"gone after {4 + await bot.hides('ashish'):.1f} s")
        assert await bot.holds("impact", *WORDS[1:])
        assert len(bot.shelf.state.files) == 3


async def test_what_is_gone_stays_away_after_a_restart_and_may_come_back(home: Home) -> None:
    home.write(**FOUR)
    async with running(home) as bot:
        (home.folder / "ash.yaml").rename(home.path / "aside")
        await bot.hides("ashish")
    async with running(home) as bot:
        assert not await bot.holds("impact", "ashish")
        assert bot.shelf.state.vanished == ()
        (home.path / "aside").rename(home.folder / "ash.yaml")
        await bot.tells(*WORDS)


async def test_a_file_that_comes_back_in_time_was_never_away(home: Home) -> None:
    home.write(**FOUR)
    async with running(home) as bot:
        for _ in range(3):
            (home.folder / "ash.yaml").rename(home.path / "aside")
            await bot.rests(QUICK.gone * 0.6)
            assert await bot.holds("impact", *WORDS)
            (home.path / "aside").rename(home.folder / "ash.yaml")
            await bot.rests(QUICK.gone * 0.6)
        assert await bot.holds("impact", *WORDS)


async def test_too_many_missing_at_once_are_kept_until_somebody_confirms(home: Home) -> None:
    home.write(**FOUR)
    async with running(home) as bot:
        for name in ("ash", "birch", "cedar"):
            (home.folder / f"{name}.yaml").unlink()
        await until(lambda: bot.shelf.state.vanished == ("ash.yaml", "birch.yaml", "cedar.yaml"))
        await bot.rests(QUICK.gone)
        home.write(dogwood=briefing("dogwood", "stormy"))
        await bot.tells("stormy", *WORDS[:3])
        assert len(bot.shelf.state.vanished) == 3
        await bot.shelf.reload()
        assert not await bot.holds("impact", "ashish")
        assert await bot.holds("impact", "stormy")
        assert not bot.shelf.state.vanished


async def test_without_the_guard_an_accident_takes_everything_away(home: Home) -> None:
    home.write(**FOUR)
    async with running(home, replace(QUICK, most=1.0)) as bot:
        for file in home.folder.glob("*.yaml"):
            file.unlink()
        await bot.hides(*WORDS)


async def test_files_that_come_back_one_by_one_are_waited_for(home: Home) -> None:
    home.write(**FOUR)
    async with running(home) as bot:
        for name in FOUR:
            (home.folder / f"{name}.yaml").rename(home.path / name)
        await until(lambda: len(bot.shelf.state.vanished) == 4)
        for at, name in enumerate(FOUR, 1):
            (home.path / name).rename(home.folder / f"{name}.yaml")
            await until(lambda at=at: len(bot.shelf.state.vanished) == 4 - at)  # type: ignore[misc]
            await bot.rests(QUICK.gone * 1.5)
            assert await bot.holds("impact", *WORDS)


async def test_an_empty_folder_at_a_restart_serves_what_was_remembered(home: Home) -> None:
    home.write(**FOUR)
    async with running(home) as bot:
        answer = await bot.ask()
    for empty in (True, False):
        shutil.rmtree(home.folder)
        if empty:
            home.folder.mkdir()
        async with running(home) as bot:
            assert await bot.ask() == answer
            await until(lambda: len(bot.shelf.state.vanished) == 4)
            assert bool(bot.shelf.state.notices) is not empty
            assert await bot.ask() == answer
    home.folder.mkdir()
    home.write(**FOUR)
    async with running(home) as bot:
        assert await bot.ask() == answer
        await bot.rests(QUICK.gone + 0.3)
        assert (bot.shelf.state.vanished, bot.shelf.state.notices) == ((), ())


async def test_a_renamed_file_goes_on(home: Home) -> None:
    home.write(**FOUR)
    (home.folder / "sub").mkdir()
    async with running(home) as bot:

        async def is_there(name: str) -> bool:
            assert await bot.holds("impact", *WORDS)
            assert [file.problems for file in bot.shelf.state.files] == [()] * 4
            return name in [file.file for file in bot.shelf.state.files]

        for before, after in (("ash", "oak"), ("oak", "sub/oak"), ("sub/oak", "ash")):
            (home.folder / f"{before}.yaml").rename(home.folder / f"{after}.yaml")
            await until(lambda name=f"{after}.yaml": is_there(name))  # type: ignore[misc]
        await bot.rests(QUICK.gone + 0.2)
        assert await is_there("ash.yaml")
        assert not bot.shelf.state.vanished


async def test_a_file_renamed_while_the_bot_was_away_goes_on(home: Home) -> None:
    home.write(ash=FOUR["ash"], birch=FOUR["birch"])
    async with running(home) as bot:
        answer = await bot.ask()
    for name in ("ash", "birch"):
        (home.folder / f"{name}.yaml").rename(home.folder / f"new-{name}.yaml")
    async with running(home) as bot:
        assert await bot.ask() == answer
        assert [file.file for file in bot.shelf.state.files] == ["new-ash.yaml", "new-birch.yaml"]
        await bot.rests(QUICK.gone + 0.3)
        assert await bot.ask() == answer
        assert [bool(file.problems) for file in bot.shelf.state.files] == [False, False]


async def test_a_deleted_bad_file_takes_its_last_good_version_along(home: Home) -> None:
    home.write(**FOUR, harbour=briefing("harbour", "calm"))
    async with running(home) as bot:
        home.write(harbour=BAD)
        await bot.told("harbour.yaml", "nobody")
        (home.folder / "harbour.yaml").unlink()
        await bot.hides("calm")
        assert bot.problems("harbour.yaml") == []


async def test_two_files_with_one_id_leave_it_to_the_one_that_had_it(home: Home) -> None:
    home.write(birch=FOUR["birch"], cedar=FOUR["cedar"])
    async with running(home) as bot:
        home.write(ash=briefing("birch", "stolen"), cedar=briefing("birch", "swindled"))
        await bot.told("ash.yaml", 'the briefing id "birch" is taken by birch.yaml')
        await bot.told("cedar.yaml", 'the briefing id "birch" is taken by birch.yaml')
        assert await bot.holds("impact", "birchish", "cedarish")
        assert not await bot.holds("impact", "stolen")
        assert bot.problems("birch.yaml") == []
    async with running(home) as bot:
        assert await bot.holds("impact", "birchish", "cedarish")
        assert not await bot.holds("impact", "stolen")
        home.write(birch=briefing("beech", "beechish"))
        await bot.tells("beechish", "stolen", "cedarish")
        assert bot.problems("ash.yaml") == []
        assert any("taken by ash.yaml" in message for message in bot.problems("cedar.yaml"))


async def test_a_copy_takes_over_when_its_original_goes(home: Home) -> None:
    home.write(ash=FOUR["ash"], birch=FOUR["birch"])
    async with running(home) as bot:
        shutil.copy(home.folder / "ash.yaml", home.folder / "copy.yaml")
        await bot.told("copy.yaml", "taken by ash.yaml")
        save(home.folder / "ash.yaml", FOUR["ash"])
        await bot.rests(0.3)
        assert bot.problems("ash.yaml") == []
        (home.folder / "ash.yaml").unlink()

        async def taken_over() -> bool:
            assert await bot.holds("impact", "ashish")
            return [file.file for file in bot.shelf.state.files] == ["birch.yaml", "copy.yaml"]

        await until(taken_over)
        assert bot.problems("copy.yaml") == []


async def test_an_edit_that_swaps_two_ids_is_taken_in(home: Home) -> None:
    home.write(ash=FOUR["ash"], birch=FOUR["birch"])
    async with running(home) as bot:
        home.write(ash=briefing("birch", "leafy"), birch=briefing("ash", "barky"))
        await bot.tells("leafy", "barky")
        assert (bot.problems("ash.yaml"), bot.problems("birch.yaml")) == ([], [])


SPOILT = (
    BAD.replace("id: harbour", "id: ash"),
    "<<<<<<< HEAD\n" + FOUR["ash"],
    FOUR["ash"].replace("snippets:", "=======\nsnippets:"),
)


@pytest.mark.parametrize("spoilt", SPOILT)
async def test_a_file_that_is_renamed_and_spoilt_at_once_keeps_its_last_good_version(home: Home, spoilt: str) -> None:
    home.write(**FOUR)
    async with running(home) as bot:
        (home.folder / "ash.yaml").unlink()
        home.write(moved=spoilt)
        await until(lambda: [one.file for one in bot.shelf.state.files if one.broken] == ["moved.yaml"])
        await bot.rests(QUICK.gone * 3)
        assert await bot.holds("impact", *WORDS)
        assert "ash.yaml" not in [one.file for one in bot.shelf.state.files]
    async with running(home) as bot:
        assert await bot.holds("impact", *WORDS), "it is remembered under its new name"
        home.write(moved=briefing("ash", "mended"))
        await bot.tells("mended")
        assert not await bot.holds("impact", "ashish")


async def test_what_is_renamed_while_it_is_bad_keeps_its_last_good_version(home: Home) -> None:
    home.write(**FOUR)
    async with running(home) as bot:
        home.write(ash=SPOILT[0])
        await until(lambda: any(one.broken for one in bot.shelf.state.files))
        (home.folder / "ash.yaml").rename(home.folder / "moved.yaml")
        await bot.rests(QUICK.gone * 3)
        assert await bot.holds("impact", *WORDS)
