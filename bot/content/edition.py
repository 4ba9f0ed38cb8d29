"""All valid briefings at one moment, and the views of it that audiences get."""

import threading
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo

from bot.content.history import History
from bot.content.model import Briefing, Section, rank
from bot.content.seen import SeenBriefing
from bot.content.view import View
from bot.content.visible import edges, see_briefing


@dataclass(frozen=True)
class Edition:
    """All valid briefings, with the sections they answer under and their history."""

    briefings: tuple[Briefing, ...]
    sections: Mapping[str, Section]
    zone: tzinfo
    history: History = field(default_factory=History)

    def seen_by(self, audience: str, now: datetime) -> View:
        """What a place with this ceiling may see at `now`: a pure function of its arguments."""
        return Views(self).at(audience, now)


Key = tuple[str, int]
"""An audience, and how many edges have passed."""


class Views:
    """The views of one edition, each made once for an audience and a stretch of time between two edges.

    What an earlier edition's views hold of briefings that did not change is taken over from `before`.
    """

    def __init__(self, edition: Edition, before: "Views | None" = None) -> None:
        self.edition = edition
        self._lock = threading.Lock()
        self._made: dict[str, tuple[Key, View]] = {}
        self.seen: dict[tuple[int, str, int], tuple[Briefing, SeenBriefing]] = {}
        self._before = before
        known = before.edges if before and before.edition.zone == edition.zone else {}
        # The briefing is kept beside its edges, so that no other one gets its id.
        self.edges: dict[int, tuple[Briefing, tuple[datetime, ...]]] = {
            id(one): known.get(id(one)) or (one, edges(one, edition.zone)) for one in edition.briefings
        }
        self._all_edges = sorted({edge for _, found in self.edges.values() for edge in found})

    def ready(self, audience: str, now: datetime) -> View | None:
        """The view, if it was made already."""
        made = self._made.get(audience)
        return made[1] if made and made[0] == self._key(audience, now) else None

    def at(self, audience: str, now: datetime) -> View:
        """The view, made now if need be: for a thread, not for the event loop."""
        with self._lock:
            if (view := self.ready(audience, now)) is None:
                view = self._make(audience, now)
                view.complete()
                self._made[audience] = (self._key(audience, now), view)
            return view

    def latest(self, audience: str) -> View | None:
        """The view that was last made for this audience."""
        made = self._made.get(audience)
        return made[1] if made else None

    def audiences(self) -> tuple[str, ...]:
        """The audiences that somebody asked for."""
        return tuple(self._made)

    def settle(self) -> None:
        """Let go of the earlier edition."""
        self._before = None

    def _key(self, audience: str, now: datetime) -> Key:
        return audience, bisect_right(self._all_edges, now)

    def _make(self, audience: str, now: datetime) -> View:
        edition = self.edition
        ceiling = rank(audience)
        shown = [briefing for briefing in edition.briefings if rank(briefing.briefing.sharing) <= ceiling]
        seen = tuple(told for briefing in shown if (told := self._see(briefing, audience, now)).tells)
        earlier = self.latest(audience) or (self._before.latest(audience) if self._before else None)
        return View(audience, edition.zone, edition.sections, seen, earlier.index if earlier else None)

    def _see(self, briefing: Briefing, audience: str, now: datetime) -> SeenBriefing:
        zone = self.edition.zone
        key = (id(briefing), audience, bisect_right(self.edges[id(briefing)][1], now))
        known = self.seen.get(key) or (self._before.seen.get(key) if self._before else None)
        if known is None or known[0] is not briefing:
            versions = self.edition.history.versions.get(briefing.briefing.id, {})
            known = (briefing, see_briefing(briefing, versions, rank(audience), now, zone))
        self.seen[key] = known
        return known[1]
