"""Briefings that config.yaml names and that are not there: told where they are named, and nothing is posted of them."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.shell import CONFIG, quickly, running, told
from tests.cli.test_check import broken

FOLLOWING = """\
digests:
  morning:
    {title: Morning, at: "08:00", channels: [newsroom], briefings: [harbour, harbor]}
  board: {title: Board, at: "09:00", channels: [newsroom], briefings: [port-authority]}
"""


def test_a_briefing_that_nobody_has_written_is_told_where_config_yaml_names_it(home: Path) -> None:
    channel = 'audience: "TLP:GREEN"'
    (home / "config.yaml").write_text(CONFIG.replace(channel, f"{channel}, briefings: [habour]") + FOLLOWING)
    said = told(home, "check")
    assert said.code == 0
    assert 'config.yaml:6:70: warning: there is no briefing "habour"' in said.out
    assert 'config.yaml:10:78: warning: there is no briefing "harbor"' in said.out
    assert said.out.count('did you mean "harbour"?') == 2
    assert 'there is no briefing "port-authority"' in said.out
    assert "write the id of a briefing that is there" in said.out
    assert 'no briefing "harbour"' not in said.out


def test_a_briefing_with_mistakes_is_there_all_the_same(home: Path) -> None:
    (home / "config.yaml").write_text(CONFIG + FOLLOWING)
    broken(home)
    said = quickly(home, "check")
    assert 'no briefing "harbour"' not in said.out
    assert 'no briefing "harbor"' in said.out
    broken(home, "{")
    assert "there is no briefing" not in quickly(home, "check").out, "nobody can tell what stands in it"


def test_a_digest_whose_briefings_are_not_there_says_so_and_posts_nothing(home: Path) -> None:
    (home / "config.yaml").write_text(CONFIG + FOLLOWING)
    wrong = 'config.yaml has it tell of briefings that are not there: none has the id "port-authority".'
    for words in (("digest", "send", "board"), ("preview", "board")):
        said = quickly(home, *words)
        assert (said.code, said.out) == (2, "")
        assert said.err == f"briefing-bot: Board has nothing to tell. {wrong}\n"
    assert f"board: {wrong}\n" in quickly(home, "digest", "list").out
    assert wrong in quickly(home, "digest", "why", "board").out
    sent = quickly(home, "digest", "send", "morning")
    assert (sent.code, sent.err) == (0, "")
    assert 'none has the id "harbor"' in quickly(home, "digest", "why", "morning").out
    assert "Nothing was due" in quickly(home, "digest", "history", "board").out


def test_where_config_yaml_has_errors_a_refusal_says_that_it_counts_as_it_was(home: Path) -> None:
    broken = CONFIG + FOLLOWING + '  evening: {title: Evening, at: "8 pm", channels: [newsrom]}\n'
    (home / "config.yaml").write_text(CONFIG)
    with running(home):
        (home / "config.yaml").write_text(CONFIG + FOLLOWING)
        remembered(home)
        (home / "config.yaml").write_text(broken)
        said = quickly(home, "digest", "send", "evening").err
    assert 'There is no digest "evening". There are: board, morning. config.yaml has errors, so it counts' in said
    (home / "config.yaml").write_text(CONFIG + FOLLOWING)
    assert "config.yaml has errors" not in quickly(home, "digest", "send", "evening").err


def remembered(home: Path) -> None:
    """Wait until the bot that runs here has read config.yaml, and keeps it."""
    text = (home / "config.yaml").read_text(encoding="utf-8")
    for _ in range(600):
        with closing(sqlite3.connect(home / "state.db")) as database:
            if (text,) in database.execute("SELECT text FROM kept").fetchall():
                return
        time.sleep(0.1)
    pytest.fail("it keeps nothing")
