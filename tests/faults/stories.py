"""The folder of a bot among faults: stories of marked claims, and digests of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from tests.product.home import save

NEVER = "0 0 1 1 *"
"""Once a year, at a moment when nobody runs tests; such a digest is posted by hand."""

PATIENCE = {"lease": "5s", "ghost": "4s", "timeout": "1s"}

_HEAD: dict[str, Any] = {
    "format": 1,
    "defaults": {"source": "gauge"},
    "sources": [
        {
            "id": "gauge",
            "kind": "article",
            "publisher": "Gauge Post",
            "title": "Marks on the wall",
            "url": "https://gauge.example/marks",
            "published": "2024-01-02",
            "paragraphs": 90,
        }
    ],
    "people": [{"id": "keeper", "name": "Ulla Keeper", "kind": "person", "role": "Keeper of the gauge", "para": 1}],
}


def mark(story: str, number: int) -> str:
    """Words that stand in one claim alone."""
    return f"mark {number} of {story} "


@dataclass
class Story:
    """A briefing with so many claims. `changed` are further keys of a claim by its number."""

    name: str
    claims: int = 1
    sharing: str = "TLP:CLEAR"
    changed: dict[int, dict[str, Any]] = field(default_factory=dict)

    def text(self) -> str:
        head = {"id": self.name, "title": f"Log {self.name}", "language": "en", "sharing": self.sharing}
        return yaml.safe_dump(
            {**_HEAD, "briefing": head, "snippets": [self._snippet(number) for number in range(1, self.claims + 1)]},
            sort_keys=False,
        )

    def _snippet(self, number: int) -> dict[str, Any]:
        return {
            "id": f"mark-{number}",
            "section": "impact",
            "text": f"Ulla Keeper says that {mark(self.name, number)}is wet.",
            "claimed_by": "keeper",
            "para": number,
            "status": "reported",
            **self.changed.get(number, {}),
        }


@dataclass
class Digest:
    """A digest of one story or more, and the names of its channels."""

    channels: Sequence[str]
    briefings: Sequence[str]
    cron: str = NEVER
    more: Mapping[str, Any] = field(default_factory=dict)

    def written(self, name: str) -> dict[str, Any]:
        usual = {"title": f"Digest {name}", "cron": self.cron, "show": "all", "corrections": "off"}
        return {**usual, "briefings": list(self.briefings), "channels": list(self.channels), **self.more}


@dataclass
class Folder:
    """config.yaml and the briefings; what is changed in it counts once it is saved."""

    home: Path
    channels: dict[str, dict[str, str]]
    stories: dict[str, Story]
    digests: dict[str, Digest]
    more: dict[str, Any] = field(default_factory=dict)

    def save(self) -> None:
        """Write all of it."""
        (self.home / "briefings").mkdir(parents=True, exist_ok=True)
        for name in self.stories:
            self.save_story(name)
        self.save_config()

    def save_story(self, name: str) -> None:
        save(self.home / "briefings" / f"{name}.yaml", self.stories[name].text())

    def save_config(self) -> None:
        written = {
            "timezone": "Europe/Berlin",
            "sections": {"impact": {"title": "Impact", "about": "What it may change"}},
            "desk": {"port": 0},
            "delivery": PATIENCE,
            "channels": self.channels,
            "digests": {name: digest.written(name) for name, digest in self.digests.items()},
            **self.more,
        }
        save(self.home / "config.yaml", yaml.safe_dump(written, sort_keys=False))
