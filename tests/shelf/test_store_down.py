"""A database that fails while the bot runs holds nothing up, is told, and misses nothing once it works again."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.content.memory import Remembered
from bot.store.memory import open_store
from tests.shelf.home import CAP, CONFIG, QUICK, USUAL, Home, briefing, running, save, until


async def remembered(path: Path) -> Remembered:
    async with await open_store("sqlite:///state.db", path) as store:
        return await store.recall()


def texts(found: Remembered, snippet: str) -> list[str]:
    return [version.body for version in found.versions if version.snippet == snippet]


async def test_a_database_that_is_moved_away_and_back(home: Home) -> None:
    home.write(harbour=briefing("harbour", "calm"), ash=briefing("ash", "ashish"), oak=briefing("oak", "oakish"))
    async with running(home) as bot:
        (home.path / "state.db").rename(home.path / "elsewhere.db")
        for word in ("windy", "stormy"):
            home.write(harbour=briefing("harbour", word))
            await bot.tells(word)
        await bot.noticed("not remembered")
        (home.folder / "ash.yaml").unlink()
        await bot.hides("ashish")
        save(home.config, CONFIG.replace("Impact", "Wirkung"))
        await bot.tells("Wirkung")
        (home.path / "elsewhere.db").rename(home.path / "state.db")
        await until(lambda: bot.shelf.state.notices == ())
    found = await remembered(home.path)
    kept = {one.file: one.text for one in found.kept}
    assert sorted(kept) == ["/config.yaml", "harbour.yaml", "oak.yaml"]
    assert "stormy" in kept["harbour.yaml"]
    assert "Wirkung" in kept["/config.yaml"]
    told = "".join(texts(found, "s1"))
    assert told.index("calm") < told.index("windy") < told.index("stormy")


def alter(home: Home, statement: str) -> None:
    """As another program: in a thread, for the bot may need its loop to let go of the lock."""
    with closing(sqlite3.connect(home.path / "state.db", timeout=CAP, isolation_level=None)) as database:
        database.execute(statement)


async def test_a_full_disk(home: Home) -> None:
    """A trigger refuses as a full disk does: the pages of another connection are not ours to limit."""
    home.write(harbour=briefing("harbour", "calm"))
    async with running(home) as bot:
        await asyncio.to_thread(
            alter, home, "CREATE TRIGGER full BEFORE INSERT ON versions BEGIN SELECT RAISE(FAIL, 'full'); END"
        )
        home.write(harbour=briefing("harbour", "stormy"))
        await bot.tells("stormy")
        await bot.noticed("not remembered")
        await asyncio.to_thread(alter, home, "DROP TRIGGER full")
        await until(lambda: bot.shelf.state.notices == ())
    found = await remembered(home.path)
    assert len(texts(found, "s1")) == 2
    assert "stormy" in next(one.text for one in found.kept if one.file == "harbour.yaml")


async def test_a_database_that_another_program_holds_delays_no_edit(home: Home) -> None:
    home.write(harbour=briefing("harbour", "calm"))
    async with running(home, USUAL) as bot:
        other = sqlite3.connect(home.path / "state.db", isolation_level=None, check_same_thread=False)
        await asyncio.to_thread(other.execute, "BEGIN IMMEDIATE")
        home.write(harbour=briefing("harbour", "windy"))
        first = await bot.tells("windy")
        home.write(harbour=briefing("harbour", "stormy"))
        print(f"while it is locked: {first:.2f} s, {await bot.tells('stormy'):.2f} s")
        other.execute("ROLLBACK")
        other.close()
    assert len(texts(await remembered(home.path), "s1")) == 3


async def test_what_was_not_remembered_is_read_again_after_a_restart(home: Home) -> None:
    home.write(harbour=briefing("harbour", "calm"))
    async with running(home) as bot:
        (home.path / "state.db").rename(home.path / "elsewhere.db")
        home.write(harbour=briefing("harbour", "stormy"))
        await bot.tells("stormy")
    (home.path / "elsewhere.db").rename(home.path / "state.db")
    async with running(home, QUICK) as bot:
        assert await bot.holds("impact", "stormy")
    assert len(texts(await remembered(home.path), "s1")) == 2
