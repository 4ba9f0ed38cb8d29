"""The whole process: what it weighs when idle, how soon its desk answers, and what the other verbs import."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figure, ratio
from benchmarks.houses import ROOT

IDLE = 4.0
"""Seconds a process rests before it is weighed."""
WEIGHED = 3
STARTED = 5
BOUND = 1.25
PATIENCE = 20.0

_BOT = [sys.executable, "-m", "bot"]
# Prints what is imported when the verb ends; the bot runs exactly as from its own command.
_LISTED = """
import json, sys
sys.argv = ["briefing-bot", *sys.argv[1:]]
from bot.cli import main
try:
    main()
finally:
    print("\\nIMPORTED " + json.dumps([[name, getattr(module, "__file__", None) or ""]
                                      for name, module in list(sys.modules.items())]))
"""
_BARE = """
import asyncio, importlib, json, sys
for name in json.loads(sys.argv[1]):
    importlib.import_module(name)
print("ready", flush=True)
asyncio.run(asyncio.sleep(float(sys.argv[2])))
"""
_HEAVY = ("discord", "slack_bolt", "slack_sdk", "aiohttp", "sqlalchemy", "PIL", "jinja2", "alembic")


def measure() -> Iterator[Figure]:
    with _home() as home:
        libraries = _libraries(home)
        weights = [(_weigh_bot(home), _weigh_bare(home, libraries)) for _ in range(WEIGHED)]
        for at, name in enumerate(("resident", "proportional", "its own")):
            ours, bare = [one[0][at] for one in weights], [one[1][at] for one in weights]
            bound = BOUND if name == "resident" else None
            yield ratio(f"idle memory, {name}, over bare imports of {_roots(libraries)} libraries", ours, bare, bound)
            yield Figure(f"idle memory, {name}", tuple(ours), "MiB")
        starts = [(_start_bot(home), _start_bare(home, libraries)) for _ in range(STARTED)]
        bot, bare = [one[0] for one in starts], [one[1] for one in starts]
        yield ratio("start until the desk answers, over bare imports", bot, bare)
        yield Figure("start until the desk answers", tuple(bot), "ms")
    for verb in (["ask", "/impact"], ["check"]):
        with _home() as home:
            found = {name.partition(".")[0] for name, _ in _imported(home, verb)}
        heavy = [name for name in _HEAVY if name in found]
        yield Figure(f"`{verb[0]}` imports of {', '.join(_HEAVY)}: {', '.join(heavy) or 'none'}", (len(heavy),), "")


@contextmanager
def _home() -> Iterator[Path]:
    """A folder such as `init` makes, with the desk on a free port."""
    with TemporaryDirectory(prefix="briefing-bench-") as name:
        home = Path(name)
        shutil.copytree(ROOT / "briefings", home / "briefings")
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
        text = (ROOT / "config.yaml").read_text(encoding="utf-8")
        (home / "config.yaml").write_text(f"{text}\ndesk: {{port: {port}}}\n", encoding="utf-8")
        (home / "port").write_text(str(port))
        yield home


@contextmanager
def _running(home: Path, command: Sequence[str]) -> Iterator["subprocess.Popen[str]"]:
    ours = ("DESK_", "DATABASE_", "DISCORD_", "SLACK_")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    process = subprocess.Popen(
        command,
        cwd=home,
        env=environment | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


def _imported(home: Path, verb: list[str]) -> list[tuple[str, str]]:
    """Name and file of every module that a verb has imported by its end; a server is asked to end."""
    with _running(home, [sys.executable, "-c", _LISTED, *verb]) as process:
        if verb == ["run"]:
            _await_desk(home)
            time.sleep(IDLE / 2)
            process.send_signal(signal.SIGTERM)
        said = process.communicate(timeout=PATIENCE)[0]
    line = next(line for line in said.splitlines() if line.startswith("IMPORTED "))
    return [(name, file) for name, file in json.loads(line.removeprefix("IMPORTED "))]


def _libraries(home: Path) -> list[str]:
    """All modules of other people's that the idle bot has imported, in their order."""
    return [name for name, file in _imported(home, ["run"]) if "site-packages" in Path(file).parts]


def _roots(libraries: list[str]) -> int:
    return len({name.partition(".")[0] for name in libraries})


def _weigh_bot(home: Path) -> tuple[float, float, float]:
    with _running(home, [*_BOT, "run"]) as process:
        _await_desk(home)
        time.sleep(IDLE)
        return _weight(process.pid)


def _weigh_bare(home: Path, libraries: list[str]) -> tuple[float, float, float]:
    with _running(home, [sys.executable, "-c", _BARE, json.dumps(libraries), "60"]) as process:
        _await_ready(process)
        time.sleep(IDLE)
        return _weight(process.pid)


def _weight(pid: int) -> tuple[float, float, float]:
    """MiB resident, with shared pages counted by their share, and without them."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()[1:]
    kib = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return kib["Rss"] / 1024, kib["Pss"] / 1024, (kib["Private_Clean"] + kib["Private_Dirty"]) / 1024


def _start_bot(home: Path) -> float:
    started = time.perf_counter()
    with _running(home, [*_BOT, "run"]):
        _await_desk(home)
        return (time.perf_counter() - started) * 1000


def _start_bare(home: Path, libraries: list[str]) -> float:
    started = time.perf_counter()
    with _running(home, [sys.executable, "-c", _BARE, json.dumps(libraries), "0"]) as process:
        _await_ready(process)
        return (time.perf_counter() - started) * 1000


def _await_ready(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said == "ready\n", said


def _await_desk(home: Path) -> None:
    """Until the desk answers anything at all."""
    port = int((home / "port").read_text())
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        with suppress(ConnectionError):
            connection.request("GET", "/readyz")
            connection.getresponse().read()
            connection.close()
            return
        time.sleep(0.005)
    raise TimeoutError("the desk does not answer")
