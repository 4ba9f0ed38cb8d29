"""The command line as somebody at a terminal uses it: a real process, a folder, an environment, what was said."""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from bot.cli import main
from tests.nursery import run
from tests.sizes import WHOLE

BOT = Path(sys.executable).with_name("briefing-bot")
DEV = (sys.executable, "-X", "dev", "-m", "bot")

CONFIG = """\
briefings: briefings
timezone: Europe/Berlin
sections:
  impact: {title: Impact, about: What it may change}
channels:
  newsroom: {at: "desk:newsroom", audience: "TLP:GREEN"}
desk: {port: 0}
"""

HARBOUR = """\
format: 1
briefing:
  id: harbour
  title: The harbour
defaults: {source: gazette}
sources:
  - {id: gazette, publisher: The Gazette, title: Mud, url: "https://gazette.example/mud", published: 2026-11-02}
people:
  - {id: okoye, name: Ada Okoye}
snippets:
  - id: deeper
    section: impact
    text: Okoye expects the harbour to be two metres deeper by spring.
    claimed_by: okoye
    para: 4
    status: forecast
"""


@dataclass(frozen=True)
class Told:
    """What a run said, and its exit code."""

    code: int
    out: str
    err: str


def told(at: Path, *words: str, environ: Mapping[str, str] | None = None, bot: Sequence[object] = (BOT,)) -> Told:
    """Run `briefing-bot WORDS` in a folder, with nothing in the environment but what is given.

    It is a fork of a Python that has read the bot, unless another command is asked for or Python's own settings are.
    """
    if not WHOLE and bot == (BOT,) and not any(name.startswith("PYTHON") for name in environ or ()):
        code, out, err = run("bot", *words, cwd=at, env=_environ(environ))
        return Told(code, out.decode(errors="replace"), err.decode())
    done = subprocess.run(
        [*map(str, bot), *words], cwd=at, env=_environ(environ), capture_output=True, check=False, timeout=120
    )
    return Told(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode())


def quickly(at: Path, *words: str) -> Told:
    """The same in this process, for verbs that only read, print and end."""
    out, err, before, root = StringIO(), StringIO(), sys.argv, logging.getLogger()
    handlers, level = root.handlers[:], root.level
    sys.argv = ["briefing-bot", *words]
    try:
        with chdir(at), redirect_stdout(out), redirect_stderr(err):
            main()
        code: object = 0
    except SystemExit as end:
        code = end.code or 0
    finally:
        sys.argv, root.handlers[:] = before, handlers
        root.setLevel(level)
    assert isinstance(code, int)
    return Told(code, out.getvalue(), err.getvalue())


@contextmanager
def running(
    at: Path, environ: Mapping[str, str] | None = None, bot: Sequence[object] = (BOT,)
) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """`briefing-bot run`, once it has said all it says at its start; ended at the end, if it still runs."""
    started = subprocess.Popen(
        [*map(str, bot), "run"],
        cwd=at,
        env=_environ(environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(90, started.kill)
    watchdog.start()
    try:
        assert started.stdout is not None
        lines: list[str] = []
        while not lines or (lines[-1] and not lines[-1].startswith("Stop with")):
            lines.append(started.stdout.readline())
        yield started, [line.rstrip("\n") for line in lines]
    finally:
        watchdog.cancel()
        if started.poll() is None:
            started.send_signal(signal.SIGTERM)
        try:
            started.communicate(timeout=60)
        finally:
            started.kill()
            started.communicate()


def told_to_nobody(at: Path, *words: str) -> Told:
    """The same without the rights of root, who reads everything."""
    if os.geteuid() != 0:
        return told(at, *words)
    for folder in (at, *at.parents):
        if folder.stat().st_uid == 0:
            folder.chmod(folder.stat().st_mode | 0o055)
    # Python's own files may be root's alone, so all that is needed is imported before the rights are given away.
    program = (
        "import os, sys, colorsys, encodings.idna, encodings.utf_8_sig, typer.rich_utils;"
        "import bot.app, bot.checking, bot.cli, bot.platforms.drawings, bot.store.memory;"
        "os.setgroups([]); os.setgid(65534); os.setuid(65534);"
        "sys.argv = ['briefing-bot', *sys.argv[1:]]; bot.cli.main()"
    )
    return told(at, *words, bot=(sys.executable, "-c", program))


NOWHERE = {"DISCORD_API_URL": "http://127.0.0.1:1/api/v10", "SLACK_API_URL": "http://127.0.0.1:1/api/"}
"""A bot with a token calls a port of this machine at which nobody is, and never the world."""


def _environ(given: Mapping[str, str] | None) -> dict[str, str]:
    usual = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "100", **NOWHERE}
    return {**usual, **(given or {})}
