"""`run`: what the operator sees at the start and at the end, and one plain sentence where it cannot start."""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import time
from collections.abc import Mapping
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.store.tables import REVISION
from tests.cli.shell import BOT, CONFIG, DEV, HARBOUR, running, told, told_to_nobody

CANARIES = {
    "DESK_PASSWORD": "canary-desk-5f1c",
    "DISCORD_TOKEN": "canary-discord-77aa",
    "SLACK_BOT_TOKEN": "xoxb-" + "canary-slack-90d2",
    "SLACK_APP_TOKEN": "xapp-" + "canary-slack-13b5",
    "SLACK_SIGNING_SECRET": "canary-slack-6e07",
}


def ended(started: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Ask it to end, and give its exit code and what it said since."""
    started.send_signal(signal.SIGTERM)
    out, err = started.communicate(timeout=60)
    return started.returncode, out, err


def asked(link: str) -> tuple[int, str]:
    """What the desk answers at a link: its status and its text."""
    parts = urlsplit(link)
    connection = HTTPConnection(parts.netloc, timeout=60)
    connection.request("GET", f"{parts.path}?{parts.query}")
    answer = connection.getresponse()
    found = answer.status, answer.read().decode()
    connection.close()
    return found


def link_in(lines: list[str]) -> str:
    return next(line.removeprefix("Desk: ") for line in lines if line.startswith("Desk: "))


def test_run_prints_a_link_that_opens_the_desk_and_stops_when_told(home: Path) -> None:
    with running(home) as (started, lines):
        link = link_in(lines)
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/enter\?token=[\w-]{40,}", link)
        assert "Discord: off, no token" in lines
        assert asked(link)[0] == 200
        before = time.monotonic()
        code, out, err = ended(started)
    assert (code, out) == (0, "Stopped.\n")
    assert time.monotonic() - before < 5
    assert "harbour.yaml loaded: 1 claim" in err
    assert "Traceback" not in err


def test_with_json_every_line_of_the_log_is_an_object(home: Path) -> None:
    with running(home, {"LOG_FORMAT": "json"}) as (started, lines):
        assert link_in(lines), "what is printed for a person stays text"
        _, _, err = ended(started)
    told = [json.loads(line) for line in err.splitlines()]
    assert "harbour.yaml loaded: 1 claim, +1" in [line["message"] for line in told]
    assert refused(home, "run", environ={"LOG_FORMAT": "xml"}) == 'LOG_FORMAT is "xml": it is text or json.'


def test_with_a_password_the_link_has_no_token(home: Path) -> None:
    with running(home, {"DESK_PASSWORD": "open sesame"}) as (_, lines):
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", link_in(lines))
        status, page = asked(f"{link_in(lines)}enter")
    assert status == 200
    assert 'type="password"' in page


def test_a_password_may_come_from_a_file(home: Path) -> None:
    (home / "password").write_text("open sesame\n")
    with running(home, {"DESK_PASSWORD_FILE": "password"}) as (_, lines):
        assert "token" not in link_in(lines)


def test_the_token_is_in_no_log(home: Path) -> None:
    with running(home) as (started, lines):
        token = link_in(lines).partition("token=")[2]
        asked(link_in(lines))
        _, out, err = ended(started)
    assert token
    assert token not in out + err


@pytest.mark.parametrize("bot", [(BOT,), DEV], ids=["as it is", "in development mode"])
def test_secrets_are_printed_nowhere_and_written_nowhere(home: Path, bot: tuple[object, ...]) -> None:
    with running(home, CANARIES, bot) as (started, lines):
        pages = [asked(f"{link_in(lines)}{path}")[1] for path in ("enter", "readyz", "health", "nowhere")]
        (home / "briefings" / "harbour.yaml").write_text(HARBOUR + "    confidance: low\n")
        (home / "config.yaml").write_text(CONFIG.replace("audience:", "audiense:"))
        time.sleep(2.5)
        code, out, err = ended(started)
    assert code == 0, err
    assert "harbour.yaml not loaded" in err
    files = [path.read_bytes().decode(errors="replace") for path in home.rglob("*") if path.is_file()]
    everything = "\n".join([*lines, out, err, *pages, *files])
    assert [name for name, canary in CANARIES.items() if canary in everything] == []


def test_a_database_url_is_never_repeated(home: Path) -> None:
    for url in ("postgresql://bot:canary-1b7e@127.0.0.1:1/briefings", "mysql://bot:canary-1b7e@db.example/briefings"):
        environ = {"DATABASE_URL": url, **CANARIES}
        for bot, words in (((BOT,), ("migrate",)), (DEV, ("run",)), (DEV, ("ask", "/status"))):
            said = told(home, *words, environ=environ, bot=bot)
            assert "canary" not in said.out + said.err
            # Who only asks is answered from the files, and told that nothing is remembered.
            assert said.code == (0 if words[0] == "ask" and url.startswith("postgresql:") else 2)


def refused(home: Path, *words: str, environ: Mapping[str, str] | None = None, nobody: bool = False) -> str:
    """What is said instead of an answer: one sentence, exit code 2, no traceback."""
    said = told_to_nobody(home, *words) if nobody else told(home, *words, environ=environ)
    assert (said.code, said.out) == (2, ""), said
    *logged, sentence = said.err.splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\d .* (INFO|WARNING) ", line) for line in logged), said.err
    assert sentence.startswith("briefing-bot: ")
    assert sentence.endswith(".")
    return sentence.removeprefix("briefing-bot: ")


@pytest.mark.parametrize("words", [("run",), ("check",), ("ask", "/impact"), ("migrate",)], ids=lambda words: words[0])
def test_without_a_config_every_verb_says_how_to_begin(tmp_path: Path, words: tuple[str, ...]) -> None:
    sentence = refused(tmp_path, *words)
    assert sentence == "There is no config.yaml. Run `briefing-bot init` in an empty folder, or name it with --config."


def test_a_folder_in_the_place_of_a_config_is_told(home: Path) -> None:
    assert refused(home, "run", "--config", "briefings").startswith("briefings is a folder. Name the file in it")


def test_a_config_in_a_locked_folder_is_told(home: Path) -> None:
    locked = home / "locked"
    locked.mkdir(mode=0o700)
    (locked / "config.yaml").write_text(CONFIG)
    if os.geteuid() != 0:
        locked.chmod(0)
    sentence = refused(home, "ask", "/impact", "--config", "locked/config.yaml", nobody=True)
    locked.chmod(0o700)
    assert sentence == "locked/config.yaml cannot be read: Permission denied."


def test_a_missing_briefings_folder_is_told(home: Path) -> None:
    (home / "config.yaml").write_text(CONFIG.replace("briefings: briefings", "briefings: stories"))
    for words in (("run",), ("ask", "/impact")):
        sentence = refused(home, *words)
        assert re.match(r"The briefings folder .*stories is not there\. Make it", sentence)


def test_a_taken_port_is_told_with_another(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        (home / "config.yaml").write_text(CONFIG.replace("port: 0", f"port: {port}"))
        sentence = refused(home, "run")
    assert sentence.startswith(f"The desk's port {port} on 127.0.0.1 is taken. Choose another in config.yaml")


def test_what_is_no_database_is_told(home: Path) -> None:
    (home / "state.db").write_text("not a database, and long enough to be looked at " * 40)
    for words in (("run",), ("migrate",)):
        assert re.match(r"cannot use .*state\.db: it is not a database; move it away", refused(home, *words))


def test_an_old_database_is_refused_until_it_is_migrated(home: Path) -> None:
    old_database(home)
    assert f"this bot needs {REVISION}: back it up and run `briefing-bot migrate`" in refused(home, "run")
    assert told(home, "migrate").code == 0
    with running(home) as (started, _):
        assert ended(started)[0] == 0


@pytest.mark.parametrize("name", [*CANARIES, "DATABASE_URL"])
def test_a_secret_that_is_given_twice_is_told(home: Path, name: str) -> None:
    environ = {name: "canary", f"{name}_FILE": "secret"}
    assert refused(home, "run", environ=environ) == f"{name} and {name}_FILE are both set: keep one of the two."


def test_a_secret_file_that_is_not_there_is_told(home: Path) -> None:
    environ = {"DESK_PASSWORD_FILE": "nowhere"}
    assert refused(home, "run", environ=environ) == "DESK_PASSWORD_FILE cannot be read: No such file or directory."


def test_a_secret_file_that_holds_nothing_is_told(home: Path) -> None:
    (home / "token").write_text("\n")
    environ = {"DISCORD_TOKEN_FILE": "token"}
    assert refused(home, "run", environ=environ) == "DISCORD_TOKEN_FILE names an empty file."


def test_an_unreadable_config_stops_the_bot_with_its_problem(home: Path) -> None:
    (home / "config.yaml").chmod(0)
    said = told_to_nobody(home, "ask", "/impact")
    assert (said.code, said.out) == (1, "")
    assert "config.yaml:1:1: error: cannot be read: permission denied" in said.err
    assert said.err.endswith("briefing-bot: config.yaml has 1 error.\n")


def old_database(home: Path) -> None:
    """A database as a bot leaves it that was stopped before its first migration ended."""
    with sqlite3.connect(home / "state.db") as database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    database.close()
