"""Digests as the exam writes them into a home, and as the oracle reads them there."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from tests.kills.when import cron_of

Claim = tuple[int, int]
"""The number of a log, and of a mark in it."""

MARK = re.compile(r"mark (\d+) of log (\d+)")
EVERY_MINUTE = "* * * * *"
NEVER = "0 0 1 1 *"
"""Once a year, at a moment when nobody runs tests. What has it is sent by hand."""


@dataclass(frozen=True)
class Book:
    """A digest to be: its number, how many claims its one briefing makes, and the names of its channels.

    Where `at_most` is given, it tells that many of them at a time, in turn. What is posted of a `corrected` one is put
    right when its marks change.
    """

    number: int
    claims: int
    channels: tuple[str, ...]
    cron: str = NEVER
    at_most: int | None = None
    corrected: bool = False

    @property
    def name(self) -> str:
        return f"log-{self.number:02}"

    @property
    def title(self) -> str:
        return f"Log {self.number:02}"


@dataclass(frozen=True)
class Digest:
    """A digest as it stands in config.yaml, and all that its briefings claim."""

    name: str
    title: str
    cron: str
    zone: ZoneInfo
    places: tuple[str, ...]
    claims: frozenset[Claim]
    at_most: int | None = None


_HEAD = """\
format: 1
briefing: {{id: {name}, title: "Marks of {number}", language: en, sharing: TLP:CLEAR}}
defaults: {{source: gauge}}
sources:
  - id: gauge
    kind: article
    publisher: Gauge Post
    title: Marks on the wall
    url: https://gauge.example/marks
    published: 2024-01-02
    paragraphs: 90
people:
  - {{id: keeper, name: Ulla Keeper, kind: person, role: Keeper of the gauge, para: 1}}
snippets:
"""
_SNIPPET = """\
  - id: mark-{mark}
    section: impact
    text: Ulla Keeper says that {says}
    claimed_by: keeper
    para: {mark}
    status: reported
"""

_CORRECTED = """\
    state: corrected
    correction: {at: 2026-11-29, note: It was looked at again.}
"""


def says(claim: Claim, word: str) -> str:
    """How a mark is told."""
    log, mark = claim
    return f"mark {mark} of log {log} is {word}."


def story(book: Book, words: Mapping[Claim, str]) -> str:
    """The text of a briefing; `words` say how marks are that are not wet."""
    text = _HEAD.format(name=book.name, number=book.number)
    for mark in range(1, book.claims + 1):
        claim = (book.number, mark)
        text += _SNIPPET.format(mark=mark, says=says(claim, words.get(claim, "wet")))
        if claim in words:
            text += _CORRECTED
    return text


def marks(text: str) -> frozenset[Claim]:
    """The claims that a text holds."""
    return frozenset((int(log), int(mark)) for mark, log in MARK.findall(text))


def furnish(home: Path, places: Mapping[str, str], books: Iterable[Book], delivery: Mapping[str, str]) -> Path:
    """Make a home. `places` are such as discord:123, by the names of their channels."""
    (home / "briefings").mkdir(parents=True)
    books = list(books)
    for book in books:
        (home / "briefings" / f"{book.name}.yaml").write_text(story(book, {}), encoding="utf-8")
    written = {
        "timezone": "Europe/Berlin",
        "sections": {"impact": {"title": "Impact", "about": "What it may change"}},
        "desk": {"port": 0},
        "channels": {name: {"at": place} for name, place in places.items()},
        "delivery": dict(delivery),
        "digests": {book.name: _digest(book) for book in books},
    }
    (home / "config.yaml").write_text(yaml.safe_dump(written, sort_keys=False), encoding="utf-8")
    return home


def _digest(book: Book) -> dict[str, Any]:
    return {
        "title": book.title,
        "cron": book.cron,
        "briefings": [book.name],
        **({"show": "rotate", "count": book.at_most} if book.at_most else {"show": "all"}),
        "channels": list(book.channels),
        "catch_up": "all",
        "corrections": "edit" if book.corrected else "off",
    }


def read_digests(home: Path) -> list[Digest]:
    """What config.yaml and the briefings beside it say of digests."""
    config = yaml.safe_load((home / "config.yaml").read_text(encoding="utf-8"))
    told = {
        str(one["briefing"]["id"]): frozenset().union(*(marks(snippet["text"]) for snippet in one["snippets"]))
        for one in (yaml.safe_load(path.read_text(encoding="utf-8")) for path in (home / "briefings").glob("*.yaml"))
    }
    channels = {name: str(one["at"]) for name, one in config["channels"].items()}
    return [_read(name, one, config, channels, told) for name, one in config["digests"].items()]


def _read(
    name: str, one: Mapping[str, Any], config: Mapping[str, Any], channels: Mapping[str, str], told: Mapping[str, Any]
) -> Digest:
    named: Sequence[str] = list(told) if one.get("briefings", "all") == "all" else one["briefings"]
    return Digest(
        name=name,
        title=one["title"],
        cron=one["cron"] if "cron" in one else cron_of(one["at"], one.get("on", "daily")),
        zone=ZoneInfo(one.get("timezone", config["timezone"])),
        places=tuple(channels[channel] for channel in one["channels"]),
        claims=frozenset().union(*(told[briefing] for briefing in named)),
        at_most=one["count"] if one["show"] == "rotate" else None,
    )
