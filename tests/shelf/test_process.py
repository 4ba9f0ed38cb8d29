"""The same promises of the real process, asked over HTTP."""

import asyncio
import random
from pathlib import Path

from tests.shelf.home import SOAK, save
from tests.shelf.process import Visitor, bot, starter
from tests.shelf.test_bad_edits import spoil
from tests.shelf.test_edits import as_vim, as_vim_in_place
from tests.shelf.test_half_written import cut, writing

EDITS = 1000 if SOAK else 100


def edited(text: str, word: str) -> str:
    """The starter's briefing with another word in the first claim on the impact."""
    begin = text.index("text: ", text.index("section: impact")) + len("text: ")
    return f"{text[:begin]}{word} {text[begin:]}"


async def test_edits_show_in_the_next_answer(tmp_path: Path) -> None:
    path = starter(tmp_path / "home")
    text = path.read_text(encoding="utf-8")
    async with bot(tmp_path / "home") as visitor:
        for save_as in (as_vim, as_vim_in_place, save):
            word = f"Quillomar{save_as.__name__.replace('_', '')}"
            save_as(path, edited(text, word))
            print(f"{save_as.__name__}: {await visitor.tells(word):.2f} s")
        config = tmp_path / "home" / "config.yaml"
        save(config, config.read_text(encoding="utf-8").replace("{title: Impact,", "{title: Wirkung,"))
        print(f"config.yaml: {await visitor.tells('Wirkung'):.2f} s")


async def test_bad_edits_and_a_power_cut_change_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    path, config = starter(home), home / "config.yaml"
    text, rules = path.read_text(encoding="utf-8"), config.read_text(encoding="utf-8")
    async with bot(home) as visitor:
        save(path, edited(text, "Quillomar"))
        await visitor.tells("Quillomar")
        save(config, rules.replace("{title: Impact,", "{title: Wirkung,"))
        await visitor.tells("Wirkung")
        answer = await visitor.ask()
        await spoil_both(home, text, range(EDITS // 2), visitor)
        await visitor.kill()
    async with bot(home) as visitor:
        assert await visitor.ask() == answer
        await spoil_both(home, text, range(EDITS // 2, EDITS), visitor)
        path.write_text("format: 1\nbriefing: oops\n", encoding="utf-8")
        await visitor.shows("/briefings", "oops")
        assert await visitor.ask() == answer
        save(config, rules)
        save(path, text)
        await visitor.tells("Impact")
        assert "Quillomar" not in await visitor.ask()


async def spoil_both(home: Path, text: str, numbers: range, visitor: Visitor) -> None:
    """Many bad edits of both files, hasty ones and some that are left standing; no answer changes."""
    path, config, dice = next((home / "briefings").glob("*.yaml")), home / "config.yaml", random.Random(4711)
    answer = await visitor.ask()
    for number in numbers:
        path.write_bytes(spoil(text, dice, number))
        if number % 10 == 0:
            config.write_text(f"sections: {number}\n", encoding="utf-8")
        await asyncio.sleep(2 if number % 50 == 49 else 0.02)
        assert await visitor.ask() == answer


async def test_a_power_cut_while_a_file_is_written(tmp_path: Path) -> None:
    """Half a file is there at the restart, and its writer is still at work."""
    home = tmp_path / "home"
    path = starter(home)
    text = path.read_text(encoding="utf-8")
    async with bot(home) as visitor:
        answer = await visitor.ask()
        new = edited(text, "Quillomar")
        half = new.index("  - id:", new.index("Quillomar"))
        path.write_text(new[:half], encoding="utf-8")
        await visitor.kill()
    async with bot(home) as visitor:
        assert await visitor.ask() == answer
        async with writing(path, "truncate", cut(new, [half], [0.7])):
            for _ in range(20):
                assert await visitor.ask() == answer
        await visitor.tells("Quillomar")
