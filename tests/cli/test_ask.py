"""`ask`: the same answers as everywhere else, at a terminal."""

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.app import ask_once
from bot.environment import read_secrets
from bot.message import Message
from bot.platforms.discord import render as discord
from bot.platforms.slack import render as slack
from tests.cli.shell import CONFIG, HARBOUR, told

ROOT = Path(__file__).parents[2]

PIER = HARBOUR.replace("id: harbour", "id: pier\n  sharing: TLP:GREEN").replace("deeper", "longer")


def message(home: Path, line: str) -> Message:
    reply, _ = asyncio.run(ask_once(home / "config.yaml", read_secrets({}), line, None))
    return reply.message


def test_impact_names_who_says_each_claim_what_it_is_and_where_it_was_read() -> None:
    said = told(ROOT, "ask", "/impact")
    assert (said.code, said.err) == (0, "")
    claims = re.split(r"\n(?=• )", said.out.split("\n\n")[1])
    assert len(claims) == 4
    for claim in claims:
        text, attribution = re.split(r"\n  (?=Forecast)", claim)
        assert "Lankov" in text
        assert re.match(r"Forecast · Andrei Lankov · .*\[1\] ¶\d+", attribution)
    assert "[1] DW, 11 November 2024" in said.out
    assert "All four claims rest on one person and one publication." in said.out


@pytest.mark.parametrize("line", ["/impact", "/impact okoye", "/sources", "/help"])
def test_json_and_the_platforms_drawings_are_those_of_the_renderers(home: Path, line: str) -> None:
    expected = message(home, line)

    def drawn(way: str) -> Any:
        return json.loads(told(home, "ask", line, "--as", way).out)

    assert drawn("discord") == json.loads(json.dumps(discord.render(expected, 0).body))
    assert drawn("slack") == json.loads(json.dumps(slack.render(expected, 0).body))
    whole = drawn("json")
    assert (whole["title"], whole["label"]) == (expected.title, "TLP:CLEAR")
    assert [block["block"] for block in whole["blocks"]] == [type(block).__name__.lower() for block in expected.blocks]


def test_a_second_page_is_drawn_when_asked_for() -> None:
    first = json.loads(told(ROOT, "ask", "/exposure", "--as", "discord").out)
    second = json.loads(told(ROOT, "ask", "/exposure", "--as", "discord", "--page", "2").out)
    assert "never left North Korea before" in json.dumps(first)
    assert "keep the men away" in json.dumps(second)
    assert "keep the men away" not in json.dumps(first)


def test_a_channel_sees_up_to_its_audience_and_anybody_only_what_is_clear(home: Path) -> None:
    (home / "briefings" / "pier.yaml").write_text(PIER)
    assert "longer by spring" not in told(home, "ask", "/impact").out
    inside = told(home, "ask", "/impact", "--channel", "newsroom").out
    assert "longer by spring" in inside
    assert "TLP:GREEN" in inside


def test_an_unknown_channel_is_named_with_those_there_are(home: Path) -> None:
    said = told(home, "ask", "/impact", "--channel", "nowsroom")
    assert (said.code, said.out) == (2, "")
    assert said.err == 'briefing-bot: There is no channel "nowsroom" in config.yaml; there are newsroom.\n'


def test_words_without_a_slash_are_looked_for(home: Path) -> None:
    said = told(home, "ask", "metres")
    assert said.out.startswith('Search: "metres"')
    assert "Okoye expects the harbour" in said.out


def test_a_broken_briefing_is_named_beside_the_answer(home: Path) -> None:
    (home / "briefings" / "pier.yaml").write_text(PIER + "    confidance: low\n")
    said = told(home, "ask", "/impact")
    assert said.code == 0
    assert "deeper by spring" in said.out
    assert said.err == 'pier.yaml:18:5: unknown key "confidance" (it is left out)\n'


def test_a_broken_config_is_told_in_full(home: Path) -> None:
    (home / "config.yaml").write_text(CONFIG.replace("audience:", "audiense:"))
    said = told(home, "ask", "/impact")
    assert (said.code, said.out) == (1, "")
    assert 'config.yaml:6:35: error: unknown key "audiense"' in said.err
    assert said.err.endswith("briefing-bot: config.yaml has 1 error.\n")


def test_asking_makes_no_database(home: Path) -> None:
    before = sorted(path.name for path in home.iterdir())
    told(home, "ask", "/impact")
    assert sorted(path.name for path in home.iterdir()) == before


def test_a_terminal_without_these_characters_gets_others(home: Path) -> None:
    said = told(home, "ask", "/impact", environ={"PYTHONIOENCODING": "latin-1"})
    assert (said.code, said.err) == (0, "")
    assert "\n? Okoye expects" in said.out


def test_neither_ask_nor_check_imports_a_platform_or_a_server(home: Path) -> None:
    program = (
        "import atexit, sys; from bot import cli;"
        "atexit.register(lambda: print(*sys.modules, sep='\\n', file=sys.stderr)); cli.main()"
    )
    for words in (("ask", "/impact"), ("check",), ("schema",)):
        said = told(home, *words, bot=(sys.executable, "-c", program))
        loaded = {name.partition(".")[0] for name in said.err.split()}
        assert "bot" in loaded
        assert not loaded & {"discord", "slack_bolt", "slack_sdk", "aiohttp", "jinja2", "alembic", "apscheduler"}
