"""The wheel and the image: installed by hand, they run in an empty folder and need nothing of the checkout."""

import json
import os
import re
import shlex
import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.request import urlopen

import pytest
from hatchling.builders.wheel import WheelBuilder

from bot import __version__
from tests.cli.shell import running, told
from tests.cli.test_start import ended, link_in
from tests.installing import ROOT, imported, install, not_as_locked, python_at

STARTER = {"config.yaml", "docs/briefing.schema.json", "docs/config.schema.json"}
NOTED = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    built = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")))
    return Path(next(iter(built)))


def probed(desk: str) -> list[tuple[str, str]]:
    """What the probes say at a desk."""
    answers = []
    for path in ("healthz", "readyz"):
        with urlopen(f"{desk}/{path}", timeout=60) as answer:
            answers.append((path, answer.read().decode().strip()))
    return answers


def test_the_wheel_holds_the_bot_and_what_init_copies_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "bot").rglob("*") if path.is_file()}
    code = {name for name in code if "__pycache__" not in name}
    starter = STARTER | {f"briefings/{path.name}" for path in (ROOT / "briefings").iterdir()}
    noted = {f"briefing_bot-{__version__}.dist-info/{name}" for name in NOTED}
    assert carried == code | {f"bot/starter/{name}" for name in starter} | noted
    for needed in (
        "bot/platforms/desk/templates/base.html",
        "bot/platforms/desk/static/desk.css",
        "bot/platforms/fonts/DejaVuSans.ttf",
        "bot/platforms/fonts/LICENSE",
        "bot/store/migrations/versions/r0001_memory.py",
    ):
        assert needed in carried


def test_the_wheel_runs_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    python, empty = python_at(tmp_path / "python"), tmp_path / "empty"
    empty.mkdir()
    install(python, str(wheel), empty)
    at_home = [path for path in imported(python, empty) if tmp_path / "python" not in path.parents]
    assert at_home == [], "it is imported from the wheel alone"
    bot = (python.with_name("briefing-bot"),)

    assert told(empty, "init", "desk", bot=bot).out.endswith("Next: cd desk && briefing-bot run\n")
    home = empty / "desk"
    checked = told(home, "check", bot=bot)
    assert (checked.code, "in config.yaml and 1 briefing" in checked.out) == (0, True), checked
    assert "Lankov" in told(home, "ask", "/impact lankov", bot=bot).out
    with (home / "config.yaml").open("a", encoding="utf-8") as config:
        config.write("\ndesk: {port: 0}\n")
    with running(home, bot=bot) as (started, lines):
        desk = link_in(lines).partition("/enter")[0]
        assert probed(desk) == [("healthz", "ok"), ("readyz", "ready")]
        with urlopen(f"{desk}/static/desk.css", timeout=60) as answer:
            assert answer.status == 200
        with urlopen(link_in(lines), timeout=60) as answer:
            assert answer.status == 200
        code, _, err = ended(started)
    assert (code, "Traceback" in err) == (0, False), err


@dataclass
class Image:
    """What the steps of a Dockerfile come to in a folder, done by hand."""

    root: Path
    at: Path = field(init=False)
    python: Path = field(init=False)
    users: set[str] = field(default_factory=set)
    user: str = "root"
    words: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.at = self.root

    def do(self, step: str, rest: str) -> None:
        match step:
            case "FROM":
                assert re.fullmatch(r"python:3\.(1[1-9])-slim", rest), "a Python that the bot supports"
                self.python = python_at(self.root / "usr" / "local")
            case "WORKDIR":
                self.at = self.root / rest.lstrip("/")
                self.at.mkdir(parents=True, exist_ok=True)
            case "COPY":
                *names, to = rest.split()
                for name in names:
                    self._copy(ROOT / name, self.at / to, into=to.endswith("/"))
            case "RUN":
                for command in rest.split(" && "):
                    self._run(shlex.split(command))
            case "USER":
                assert rest in self.users, "a user that was made, and not root"
                self.user = rest
            case "ENTRYPOINT" | "CMD":
                self.words[step] = json.loads(rest)
            case "HEALTHCHECK":
                self.words[step] = json.loads(rest[rest.index("CMD ") + 4 :])
            case _:
                raise AssertionError(f"nobody knows how to do {step} by hand")

    def _copy(self, source: Path, to: Path, *, into: bool) -> None:
        if source.is_dir():
            shutil.copytree(source, to, ignore=shutil.ignore_patterns("__pycache__"))
            return
        target = to / source.name if into else to
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)

    def _run(self, words: Sequence[str]) -> None:
        match list(words):
            case ["pip", "install", "--no-cache-dir", "--require-hashes", "-r", lock]:
                assert not_as_locked(self.at / lock) == [], "what it would install is here already"
            case ["pip", "install", "--no-cache-dir", *options, "."]:
                install(self.python, ".", self.at, options)
            case ["useradd", "--system", "--uid", _, name]:
                self.users.add(name)
            case ["chown", name, folder]:
                assert name in self.users
                assert (self.root / folder.lstrip("/")).is_dir()
            case _:
                raise AssertionError(f"nobody knows how to do {words} by hand")


def steps() -> list[tuple[str, str]]:
    text = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"\\\n\s*", "", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE)).splitlines()
    return [(step, rest) for step, _, rest in (line.partition(" ") for line in lines if line)]


def test_the_steps_of_the_dockerfile_done_by_hand_give_a_running_bot(tmp_path: Path) -> None:
    image = Image(tmp_path / "image")
    for step, rest in steps():
        image.do(step, rest)
    assert image.user == "bot"
    assert image.words["ENTRYPOINT"] + image.words["CMD"] == ["briefing-bot", "run"]
    bot = (image.python.with_name("briefing-bot"),)
    assert bot[0].read_text(encoding="utf-8").startswith(f"#!{image.python}\n")
    assert "briefing-bot init" in told(image.at, "run", bot=bot).err, "nothing is mounted yet"
    assert told(image.at, "init", bot=bot).code == 0
    with (image.at / "config.yaml").open("a", encoding="utf-8") as config:
        config.write("\ndesk: {port: 0, host: 0.0.0.0}\n")
    with running(image.at, {"DESK_PASSWORD": "open sesame"}, bot) as (started, lines):
        desk = link_in(lines).rstrip("/")
        assert probed(desk) == [("healthz", "ok"), ("readyz", "ready")]
        assert checked(image, desk) == 0
        assert ended(started)[0] == 0
        assert checked(image, desk) == 1, "nobody answers any more"


def checked(image: Image, desk: str) -> int:
    """The exit code of the image's own check of health, at the port of this desk."""
    program, *words = image.words["HEALTHCHECK"]
    assert (program, words[0]) == ("python", "-c")
    assert "127.0.0.1:8787/healthz" in words[1]
    words[1] = words[1].replace("8787", desk.rpartition(":")[2])
    environ = {"PATH": os.environ["PATH"]}
    return subprocess.run([image.python, *words], env=environ, capture_output=True, timeout=60, check=False).returncode


def test_what_the_image_copies_is_let_through_and_secrets_are_not() -> None:
    lines = (ROOT / "deploy" / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    copied = {name for step, rest in steps() if step == "COPY" for name in rest.split()[:-1]}
    assert rules[0] == "*"
    assert {rule[1:] for rule in rules if rule.startswith("!")} == copied
