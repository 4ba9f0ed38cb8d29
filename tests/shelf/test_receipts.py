"""A receipt beside a briefing: what is said of claims follows it, and no claim is read anew for it."""

from datetime import date
from pathlib import Path

import pytest

from bot.content.receipt import Checked
from bot.verifying import verify_file
from tests.shelf.home import Home, Running, briefing, running, until

CALM = "Mina Examina says that the sea is calm, and stormy at times."
TEXT = f"date 2024-11-11 News.\n\n{CALM}\n\nGulls cry.\n\nIt rains.\n"


def checked(bot: Running) -> dict[str, Checked]:
    return dict(bot.shelf.state.files[0].checked)


def verify(home: Home, at: Path) -> None:
    text = at / "text.txt"
    text.write_text(TEXT)
    verify_file(home.folder / "harbour.yaml", [str(text)], date(2026, 11, 29))


async def test_a_receipt_shows_by_itself_and_so_does_a_change_since(
    home: Home, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bot.content")  # `ask`, in the same process, has silenced it
    home.write(harbour=briefing("harbour", "calm"))
    async with running(home) as bot:
        assert checked(bot) == {"s1": Checked.NOT}
        served = bot.shelf.state.files[0].briefing
        verify(home, tmp_path)
        await until(lambda: checked(bot) == {"s1": Checked.CHECKED})
        assert bot.shelf.state.files[0].briefing is served
        assert "1 of 1 claim" in await bot.ask("status")
        home.write(harbour=briefing("harbour", "stormy"))
        await until(lambda: checked(bot) == {"s1": Checked.CHANGED})
        assert "1 changed since the check" in await bot.ask("status")
        await until(lambda: "1 changed, 1 no longer checked" in caplog.text)
        verify(home, tmp_path)
        await until(lambda: checked(bot) == {"s1": Checked.CHECKED})
        (home.folder / "harbour.receipt.json").unlink()
        await until(lambda: checked(bot) == {"s1": Checked.NOT})


async def test_a_receipt_is_there_after_a_restart_and_stays_with_other_sections(home: Home, tmp_path: Path) -> None:
    home.write(harbour=briefing("harbour", "calm"))
    verify(home, tmp_path)
    async with running(home) as bot:
        assert checked(bot) == {"s1": Checked.CHECKED}
        config = home.config.read_text(encoding="utf-8")
        home.config.write_text(config.replace("caveats:", "cautions:"), encoding="utf-8")
        await until(lambda: "cautions" in bot.shelf.rules.sections)
        assert checked(bot) == {"s1": Checked.CHECKED}


async def test_with_an_error_in_the_file_the_last_good_version_is_judged(home: Home, tmp_path: Path) -> None:
    home.write(harbour=briefing("harbour", "calm"))
    verify(home, tmp_path)
    async with running(home) as bot:
        home.write(harbour=briefing("harbour", "calm").replace("status: reported", "status: heard"))
        await until(lambda: bot.shelf.state.files[0].broken)
        assert checked(bot) == {"s1": Checked.CHECKED}
