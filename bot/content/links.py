"""Whether the links of sources still lead somewhere: what a look means, which is due, and which are dead."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from bot.content.model import Briefing

WEEK, DAY = timedelta(days=7), timedelta(days=1)

SHORTEST, LONGEST = 60.0, 3600.0
"""Seconds between two looks: nobody is asked twice in a minute, and a few links are all known within hours."""

Result = Literal["ok", "gone", "no host", "unsure"]


@dataclass(frozen=True, slots=True)
class Looked:
    """What is known of one link.

    `gone_since` and `gone_at` are when it was first and last found gone, with no look between at which it was there.
    """

    url: str
    looked_at: datetime
    result: Result
    said: str
    gone_since: datetime | None = None
    gone_at: datetime | None = None

    @property
    def is_dead(self) -> bool:
        """Gone at two looks at least, a day apart: a page that is away for an hour is not dead."""
        return bool(self.gone_since and self.gone_at and self.gone_at - self.gone_since >= DAY)


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A source whose link is dead, and the copy of it in an archive, where there is one.

    `label` is the sharing label of its briefing: it says who may be told. `briefing` and `source` are ids.
    """

    briefing: str
    label: str
    source: str
    publisher: str
    url: str
    since: datetime
    why: str
    archived_url: str | None


@dataclass(frozen=True, slots=True)
class LinksKnown:
    """What is known of the links of all that is served: nothing where nobody looks, or before the first round.

    `there` are links that the last look at them reached. One that is neither there nor dead may be either.
    """

    dead: tuple[DeadLink, ...] = ()
    there: frozenset[str] = frozenset()


def meaning(status: int) -> tuple[Result, str]:
    """What the status of a page says of it: only 404 and 410 say that it is not there."""
    if status in (404, 410):
        return "gone", f"status {status}"
    return ("ok", "") if 200 <= status < 400 else ("unsure", f"status {status}")


def looked(before: Looked | None, url: str, result: Result, said: str, now: datetime) -> Looked:
    """What is known after a look; one that could not be made neither clears a link nor condemns it."""
    since, at = (before.gone_since, before.gone_at) if before else (None, None)
    if result == "ok":
        since = at = None
    elif result in ("gone", "no host"):
        since, at = since or now, now
    return Looked(url, now, result, said, since, at)


def next_due(urls: Collection[str], known: Mapping[str, Looked], now: datetime) -> str | None:
    """The link whose turn it is: one that was never looked at, one that may be dead, or one of a week ago."""
    due = {url: _due_at(known.get(url), now) for url in urls}
    waiting = [url for url in due if due[url] <= now]
    return min(waiting, key=lambda url: (due[url], url), default=None)


def _due_at(one: Looked | None, now: datetime) -> datetime:
    if one is None or one.looked_at > now:  # what was looked at later than now was so by a clock that was ahead
        return now - WEEK
    return one.looked_at + (DAY if one.gone_since and not one.is_dead else WEEK)


def pause(links: int) -> float:
    """Seconds between two looks, so that all of them take a week, and few of them less."""
    return min(max(WEEK.total_seconds() / max(links, 1), SHORTEST), LONGEST)


def links_of(briefings: Iterable[Briefing]) -> frozenset[str]:
    """The links of all their sources."""
    return frozenset(source.url for one in briefings for source in one.sources if source.url)


def _was_there(one: Looked, reached: datetime | None) -> bool:
    return bool(reached and one.gone_since and reached > one.gone_since)


def links_known(briefings: Iterable[Briefing], known: Mapping[str, Looked]) -> LinksKnown:
    """What is known of the links of these briefings."""
    briefings = tuple(briefings)
    there = frozenset(url for url in links_of(briefings) if url in known and known[url].result == "ok")
    return LinksKnown(dead_links(briefings, known), there)


def dead_links(briefings: Iterable[Briefing], known: Mapping[str, Looked]) -> tuple[DeadLink, ...]:
    """The sources of these briefings whose link is dead, in their order.

    A host that nobody knows counts once another link was reached since: it may be this network that knows none.
    """
    briefings = tuple(briefings)
    served = [known[url] for url in links_of(briefings) if url in known]
    reached = max((one.looked_at for one in served if one.result in ("ok", "gone")), default=None)
    dead = {one.url: one for one in served if one.is_dead and (one.result == "gone" or _was_there(one, reached))}
    return tuple(
        DeadLink(
            one.briefing.id,
            one.briefing.sharing,
            source.id,
            source.publisher,
            source.url,
            found.gone_since,
            found.said,
            source.archived_url,
        )
        for one in briefings
        for source in one.sources
        if source.url and (found := dead.get(source.url)) and found.gone_since
    )
