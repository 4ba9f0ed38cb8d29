"""`backup` and `restore` at a terminal: what they say, and what they refuse."""

import sqlite3
import stat
import time
from contextlib import closing
from pathlib import Path

from bot.content import rules
from tests.cli.shell import CONFIG, HARBOUR, quickly, running, told
from tests.postgres import Cluster

DIGEST = """\
digests:
  morning: {title: Morning, cron: "0 0 1 1 *", channels: [newsroom]}
"""


def home(at: Path) -> Path:
    (at / "briefings").mkdir(parents=True)
    (at / "briefings" / "harbour.yaml").write_text(HARBOUR)
    (at / "config.yaml").write_text(CONFIG + DIGEST)
    return at


def test_a_backup_of_a_running_bot_is_put_back_into_a_server_and_into_a_file(tmp_path: Path, postgres: Cluster) -> None:
    at = home(tmp_path / "home")
    with running(at):
        told(at, "digest", "send", "morning")
        said = told(at, "backup", "one.backup")
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith(f"Backed up {at}/state.db: ")
        refused = told(at, "restore", "one.backup", "--replace")
        assert refused.code == 2
        assert "uses" in refused.err
        assert "Stop it there first" in refused.err
    assert stat.S_IMODE((at / "one.backup").stat().st_mode) == 0o600
    for url in (postgres.make(), "sqlite:///other.db"):
        environ = {"DATABASE_URL": url}
        said = told(at, "restore", "one.backup", environ=environ)
        assert (said.code, said.err) == (0, "")
        assert said.out.startswith("Restored ")
        assert "sent to one channel" in told(at, "digest", "history", environ=environ).out


def test_what_is_there_goes_only_where_that_is_said(tmp_path: Path) -> None:
    at = home(tmp_path)
    told(at, "digest", "send", "morning")
    told(at, "backup", "one.backup")
    told(at, "digest", "send", "morning")
    refused = quickly(at, "restore", "one.backup")
    assert refused.code == 2
    assert refused.err.endswith("Name an empty one, or say --replace.\n")
    assert len(told(at, "digest", "history").out.splitlines()) == 2
    assert quickly(at, "restore", "one.backup", "--replace").code == 0
    assert len(told(at, "digest", "history").out.splitlines()) == 1


def is_remembered(file: str, state: Path) -> bool:
    with closing(sqlite3.connect(state)) as database:
        return bool(database.execute("SELECT 1 FROM kept WHERE file = ?", [file]).fetchall())


def test_a_config_with_an_error_is_read_as_the_backup_knows_it(tmp_path: Path) -> None:
    at = home(tmp_path)
    with running(at):
        told(at, "digest", "send", "morning")
        end = time.monotonic() + 60  # a store that is slow is not waited for at the start
        while not is_remembered(rules.CONFIG, at / "state.db"):
            assert time.monotonic() < end
            time.sleep(0.1)
        told(at, "backup", "one.backup")
    (at / "config.yaml").write_text("sections: [")
    environ = {"DATABASE_URL": "sqlite:///other.db"}
    assert told(at, "restore", "one.backup", environ=environ).code == 0


def test_what_cannot_be_done_is_one_sentence(tmp_path: Path) -> None:
    at = home(tmp_path)
    said = quickly(at, "backup", "one.backup")
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith(f"briefing-bot: cannot use {at}/state.db: it is not there, so there is nothing")
    said = quickly(at, "restore", "one.backup")
    assert (said.code, said.err) == (2, "briefing-bot: one.backup cannot be read: No such file or directory.\n")
    (at / "one.backup").write_text("words")
    said = quickly(at, "restore", "one.backup")
    assert (said.code, said.err) == (2, "briefing-bot: one.backup is no backup of a briefing bot.\n")
    assert not (at / "state.db").exists()
