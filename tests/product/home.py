"""The folder of the bot under examination: what ships, two invented stories, and a config.yaml made for the servers."""

import shutil
import socket
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
SECRET = ROOT / "tests" / "briefings" / "harbour-dredging.yaml"
"""A story under TLP:AMBER; the words in tests/exam/leak_words.yaml stand in it alone."""

SECTIONS = """\
  deployment: {title: Deployment, about: "Who was sent where, and by whose count"}
  exposure: {title: What the soldiers see, about: What the soldiers may see and learn abroad}
  control: {title: Control at home, about: How returning soldiers are likely to be treated}
  impact: {title: Impact, about: What the deployment may change}
  caveats: {title: Caveats, about: "What is uncertain, and why"}
"""

TIDES = 37
"""Claims of the long story."""

_LONG = """\
format: 1
briefing: {id: tide-log, title: The tide log, language: en, sharing: TLP:CLEAR}
defaults: {source: gauge}
sources:
  - id: gauge
    kind: article
    publisher: Gauge Post
    title: Marks on the wall
    url: https://gauge.example/marks
    published: 2024-01-02
    paragraphs: 90
people:
  - {id: keeper, name: Ulla Keeper, kind: person, role: Keeper of the gauge, para: 1}
snippets:
"""
_TIDE = """\
  - id: mark-{at}
    section: impact
    text: Ulla Keeper says that tide mark {at} is {word} since the wall was built.
    claimed_by: keeper
    para: {at}
    status: reported
"""


def tides(word: str = "wet", count: int = TIDES) -> str:
    """A story that takes several pages; each claim names its mark."""
    return _LONG + "".join(_TIDE.format(at=at, word=word) for at in range(1, count + 1))


def furnish(
    home: Path, channels: Mapping[str, tuple[str, str]] | None = None, rules: str = "", *, secret: bool = True
) -> Path:
    """Make a home. `channels` are places and audiences by name; `rules` are further lines of config.yaml."""
    (home / "briefings").mkdir(parents=True)
    for path in (ROOT / "briefings").glob("*.yaml"):
        shutil.copy(path, home / "briefings")
    if secret:
        shutil.copy(SECRET, home / "briefings")
    save(home / "briefings" / "tide-log.yaml", tides())
    save(home / "config.yaml", config(channels or {}, rules))
    return home


def config(channels: Mapping[str, tuple[str, str]], rules: str = "", sections: str = SECTIONS) -> str:
    """The text of a config.yaml."""
    lines = [f'  {name}: {{at: "{at}", audience: "{audience}"}}' for name, (at, audience) in channels.items()]
    named = "\n".join(["channels:", *lines]) if lines else ""
    return f"timezone: Europe/Berlin\nsections:\n{sections}desk: {{port: 0}}\n{named}\n{rules}"


def save(path: Path, text: str) -> None:
    """Put it in its place as a whole."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
