"""What a digest tells at one slot: which claims, under which headings, in which order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.content.history import Story
from bot.content.model import Snippet
from bot.content.seen import Seen, SeenBriefing
from bot.content.view import View
from bot.digest_settings import Digest

ROTATED = 3
"""Claims of one slot of `show: rotate`, where the digest says no `count`."""

FEW = 5
"""Claims of a new briefing without a headline block that are told at once; of more it is told how many there are."""

Change = Literal["corrected", "changed", "restored", "withdrawn"]
"""What happened to a claim that was there before; in the order in which it is told."""

CHANGES: tuple[Change, ...] = ("corrected", "changed", "restored", "withdrawn")


@dataclass(frozen=True, slots=True)
class Told:
    """What an audience was told by this schedule before.

    `since` is when its last slot was composed (None on the first), `since_slot` that slot's name. `times` says how
    often each snippet (`briefing/snippet`) was in it, and `last` in which slot it was last: any number that grows
    from slot to slot. Without `last` nobody can tell a snippet that joined late and had its turn from one that waits.
    """

    since: datetime | None = None
    since_slot: str = ""
    times: Mapping[str, int] = field(default_factory=dict)
    last: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Passage:
    """What stands under one heading.

    It is of one briefing, whose `lead` and `closing` are the editors' own words; without claims it only says how
    many there are. Or a `change` stands over claims of any briefing, and `title` is empty.
    """

    title: str
    claims: tuple[Seen[Snippet], ...]
    briefing: SeenBriefing | None = None
    lead: str | None = None
    closing: str | None = None
    change: Change | None = None


def choose(digest: Digest, view: View, told: Told) -> tuple[Passage, ...]:
    """All that the digest tells now, of what is visible; nothing where there is nothing to tell."""
    briefings = _chosen(digest, view)
    match digest.show:
        case "headline":
            found: Iterable[Passage | None] = map(_headline, briefings)
        case "all":
            found = (_all(briefing, in_order(briefing)) for briefing in briefings)
        case "rotate":
            turn = _turn(briefings, view, digest.count or ROTATED, told)
            found = (_all(b, tuple(seen for seen in in_order(b) if seen.key in turn)) for b in briefings)
        case "new":
            found = _news(briefings, told.since)
    return tuple(passage for passage in found if passage is not None)


def in_order(briefing: SeenBriefing) -> tuple[Seen[Snippet], ...]:
    """The live claims of a briefing as every answer orders them: pinned first, then newest source first."""
    runs = sorted(briefing.runs, key=lambda run: run.rank, reverse=True)
    return tuple(seen for run in runs for seen in run.claims)


def _chosen(digest: Digest, view: View) -> list[SeenBriefing]:
    """The visible briefings of a digest, in the order in which it names them."""
    names = dict.fromkeys(digest.briefings or view.by_id)
    return [view.by_id[name] for name in names if name in view.by_id]


def _headline(briefing: SeenBriefing) -> Passage | None:
    """The headline block; without a claim that may be told it would be words without a source."""
    block = briefing.digest
    if block is None or not block.items:
        return None
    claims = tuple(briefing.by_id[name] for name in dict.fromkeys(block.items))
    return Passage(block.headline, claims, briefing, block.lead, block.closing)


def _all(briefing: SeenBriefing, claims: tuple[Seen[Snippet], ...]) -> Passage | None:
    return Passage(briefing.head.title, claims, briefing) if claims else None


def _turn(briefings: Sequence[SeenBriefing], view: View, count: int, told: Told) -> frozenset[str]:
    """The keys of the snippets whose turn it is.

    First those that were never told, then those that were told the longest ago. So a snippet that joins late comes
    next and then waits like all others, however often they were told before it was there.
    """
    names = {briefing.head.id for briefing in briefings}
    live = [seen.key for seen in view.snippets if seen.briefing.id in names]
    waiting = sorted(live, key=lambda key: (told.last.get(key, -1), told.times.get(key, 0)))
    return frozenset(waiting[:count])


def _news(briefings: Iterable[SeenBriefing], since: datetime | None) -> Iterator[Passage | None]:
    changed: dict[Change, list[Seen[Snippet]]] = {change: [] for change in CHANGES}
    for briefing in briefings:
        if since is None or _began_after(briefing, since):
            yield _introduced(briefing, "New briefing: " if since else "")
            continue
        fresh = []
        for seen in (*in_order(briefing), *briefing.withdrawn):
            story = briefing.stories.get(seen.item.id)
            change = _happened(story, since, withdrawn=seen.item.state == "withdrawn") if story else None
            if change == "new":
                fresh.append(seen)
            elif change is not None:
                changed[change].append(seen)
        yield _all(briefing, tuple(fresh))
    for change, claims in changed.items():
        yield Passage("", tuple(claims), change=change) if claims else None


def _began_after(briefing: SeenBriefing, since: datetime) -> bool:
    """Whether nothing of a briefing could be seen at `since`."""
    return bool(briefing.stories) and all(story.steps[0].at > since for story in briefing.stories.values())


def _introduced(briefing: SeenBriefing, mark: str) -> Passage | None:
    """A briefing that this schedule never told of: its headline block, or its claims where they are few."""
    found = _headline(briefing)
    if found is not None:
        return Passage(f"{mark}{found.title}", found.claims, briefing, found.lead, found.closing)
    claims = in_order(briefing)
    if not claims:
        return None
    return Passage(f"{mark}{briefing.head.title}", claims if len(claims) <= FEW else (), briefing)


def _happened(story: Story, since: datetime, *, withdrawn: bool) -> Change | Literal["new"] | None:
    """What happened to a claim after `since`, as far as this audience could see it."""
    steps = story.steps
    later = [at for at, step in enumerate(steps) if step.at > since]
    if not later:
        return None
    if not later[0]:
        # Nobody is told of a claim only to learn that it was withdrawn.
        return None if withdrawn else "new"
    if withdrawn:
        return "withdrawn"
    if any(steps[at - 1].change == "withdrawn" for at in later):
        return "restored"
    return "corrected" if any(steps[at].change == "corrected" for at in later) else "changed"
