"""What one audience may see of an edition at one moment; whatever else exists is not in it at all."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property

from bot.content.history import Story
from bot.content.model import LABELS, Figure, Section, Snippet, rank
from bot.content.search import Index
from bot.content.seen import Group, Run, Seen, SeenBriefing, group


@dataclass(frozen=True)
class View:
    """All that may be told to one audience; two views with equal content are equal in all they say."""

    audience: str
    zone: tzinfo
    sections: Mapping[str, Section]
    briefings: tuple[SeenBriefing, ...]
    older: Index | None = field(default=None, compare=False, repr=False)
    """An index of an earlier view of the same audience, which this one's is made from."""

    @cached_property
    def by_id(self) -> dict[str, SeenBriefing]:
        return {briefing.head.id: briefing for briefing in self.briefings}

    @cached_property
    def snippets(self) -> tuple[Seen[Snippet], ...]:
        """Every visible snippet: pinned first, then newest source first, file order within."""
        return tuple(seen for run in self.runs for seen in run.claims)

    @cached_property
    def runs(self) -> list[Run]:
        """What briefings keep in order already, from edition to edition: sorting thousands of claims takes long."""
        found = [run for briefing in self.briefings for run in briefing.runs]
        return sorted(found, key=lambda run: run.rank, reverse=True)

    @cached_property
    def by_section(self) -> dict[str, Group]:
        found: dict[str, list[Seen[Snippet]]] = {name: [] for name in self.sections}
        for run in self.runs:
            for name in run.by_section.keys() & found.keys():
                found[name] += run.by_section[name]
        return {name: group(claims) for name, claims in found.items()}

    @cached_property
    def by_snippet_id(self) -> dict[str, tuple[Seen[Snippet], ...]]:
        """Snippets by their id, the withdrawn among them; the same id may stand in several briefings."""
        found: dict[str, tuple[Seen[Snippet], ...]] = {}
        for briefing in self.briefings:
            also = briefing.alone.keys() & found.keys()
            found |= briefing.alone | {name: (*found[name], *briefing.alone[name]) for name in also}
        return found

    def snippet(self, key: str) -> Seen[Snippet] | None:
        """A snippet by `briefing/id`, also a withdrawn one."""
        briefing, _, name = key.partition("/")
        return self.by_id[briefing].by_id.get(name) if briefing in self.by_id else None

    def story(self, seen: Seen[Snippet]) -> Story | None:
        """How a snippet came to be as it is, where that is known."""
        return self.by_id[seen.briefing.id].stories.get(seen.item.id)

    @cached_property
    def figures(self) -> tuple[Seen[Figure], ...]:
        return tuple(seen for briefing in self.briefings for seen in briefing.figures)

    @property
    def stories(self) -> Iterator[tuple[Seen[Snippet], Story]]:
        """How each snippet came to be as it is."""
        for briefing in self.briefings:
            for name, story in briefing.stories.items():
                yield briefing.by_id[name], story

    @cached_property
    def index(self) -> Index:
        newest_first = sorted(self.briefings, key=lambda briefing: briefing.newest, reverse=True)
        return Index({briefing.head.id: briefing for briefing in newest_first}, self.older)

    @cached_property
    def label(self) -> str:
        """The highest label of what it holds: what any answer from it may have to carry."""
        return max((briefing.head.sharing for briefing in self.briefings), key=rank, default=LABELS[0])

    @cached_property
    def stamp(self) -> str:
        """Four hex digits that change with what is visible, and with the sections and the zone in which it is told."""
        digest = hashlib.blake2b(digest_size=2)
        told = [(name, section.title, section.about) for name, section in self.sections.items()]
        digest.update(repr((str(self.zone), told)).encode())
        for briefing in self.briefings:
            digest.update(briefing.stamp)
        return digest.hexdigest()

    def complete(self) -> None:
        """Make everything that is otherwise made when first asked for."""
        _ = self.by_id, self.by_section, self.by_snippet_id, self.figures, self.label, self.stamp, self.index
