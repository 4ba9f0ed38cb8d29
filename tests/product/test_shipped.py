"""The configuration that ships, on a machine that never ran the bot: its digest goes to the desk at its time."""

import asyncio
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.product.home import ROOT, save
from tests.product.running import surroundings, told, until

STARTED, TURNS = timedelta(hours=1), timedelta(seconds=3)
"""How long before the digest's time the bot is started, and how long before it the clock is set once it knows of it."""


def shipped(home: Path) -> Path:
    shutil.copytree(ROOT / "briefings", home / "briefings")
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    save(home / "config.yaml", f"{text}\ndesk: {{port: 0}}\n")
    return home


def ahead(before: timedelta) -> float:
    """Seconds from now until so long before eight on a Monday in Berlin."""
    now = datetime.now(ZoneInfo("Europe/Berlin"))
    days = (7 - now.weekday()) % 7 or 7
    eight = datetime.combine(now.date() + timedelta(days=days), datetime.min.time(), ZoneInfo("Europe/Berlin"))
    eight = eight.replace(hour=8)
    return (eight.astimezone(UTC) - before - datetime.now(UTC)).total_seconds()


def knows_of(digest: str, state: Path) -> bool:
    """Whether the bot wrote down since when it knows of a digest: what was due before is never sent."""
    with closing(sqlite3.connect(state.as_uri() + "?mode=ro", uri=True)) as database:
        return bool(database.execute("SELECT 1 FROM schedules WHERE name = ?", [digest]).fetchall())


async def test_its_digest_stands_on_the_wall_at_its_time(tmp_path: Path) -> None:
    home, clock = shipped(tmp_path), tmp_path / "clock"
    clock.write_text(f"{ahead(STARTED)}", encoding="ascii")
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.bot", "run", "--config", str(home / "config.yaml")),
        cwd=home,
        env=surroundings({"CLOCK": str(clock), "DESK_PASSWORD": "a-long-password"}),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out = bot.stdout
    assert out is not None
    said = ""

    async def says(words: str) -> None:
        nonlocal said
        while words not in said:
            line = await out.readline()
            assert line, said
            said += line.decode()

    async with asyncio.timeout(120):
        await says("Stop with Ctrl+C.")
        await until(lambda: knows_of("morning", home / "state.db"))
        save(clock, f"{ahead(TURNS)}")
        await says(" is in desk:newsroom as ")
    bot.terminate()
    await bot.wait()
    code, why = await told(home, "digest", "history", "morning", environ={})
    assert code == 0
    assert "08:00: sent to one channel" in why


async def test_it_can_be_posted_now(tmp_path: Path) -> None:
    home = shipped(tmp_path)
    code, said = await told(home, "digest", "send", "morning", environ={})
    assert code == 0, said
    assert "→ newsroom: claimed" in said
    assert "sent" in said
