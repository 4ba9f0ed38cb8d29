"""The drawings as they were reviewed.

Renew them with `RENEW_GOLDEN=1 python -m pytest tests/drawings/test_golden.py`, and read the difference like
code.
"""

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.base import Frozen
from bot.platforms.discord.render import render as on_discord
from bot.platforms.slack.render import render as on_slack
from bot.platforms.terminal import render as on_terminal
from tests.drawings.messages import ALL

GOLDEN = Path(__file__).parent / "golden"


def written(frozen: Frozen) -> str:
    drawing: dict[str, Any] = {"measures": [str(measure) for measure in frozen.measures], "body": frozen.body}
    if frozen.pictures:
        drawing["pictures"] = [asdict(picture) for picture in frozen.pictures]
    return json.dumps(drawing, ensure_ascii=False, indent=1).replace("\u200b", "\\u200b") + "\n"


def compared(name: str, drawing: str) -> None:
    file = GOLDEN / name
    if os.environ.get("RENEW_GOLDEN"):
        file.write_text(drawing, encoding="utf-8")
    assert drawing == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ALL)
def test_discord_draws_it_as_reviewed(name: str) -> None:
    compared(f"{name}.discord.json", written(on_discord(*ALL[name])))


@pytest.mark.parametrize("name", ALL)
def test_slack_draws_it_as_reviewed(name: str) -> None:
    compared(f"{name}.slack.json", written(on_slack(*ALL[name])))


@pytest.mark.parametrize("name", ALL)
def test_the_terminal_shows_it_as_reviewed(name: str) -> None:
    compared(f"{name}.txt", on_terminal(*ALL[name]))


def test_every_golden_drawing_belongs_to_a_message() -> None:
    names = {f"{name}{end}" for name in ALL for end in (".discord.json", ".slack.json", ".txt")}
    assert {file.name for file in GOLDEN.iterdir()} == names
