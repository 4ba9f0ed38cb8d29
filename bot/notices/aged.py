"""Things that happen by themselves: which of them are not told yet, and with which others they are told."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from bot.content.aging import aged_in, ages_at
from bot.content.state import ShelfState
from bot.notices.broken import label_of
from bot.notices.things import Item, Kind, Notice, Thing

REMEMBERED = timedelta(days=400)
"""How long it is known that a thing was told that is no more: its file may be away for a while."""

KEPT = 200
"""Things that one message may name; of more only the number of all is told."""


def aged_things(state: ShelfState, now: datetime, zone: tzinfo) -> Iterator[Thing]:
    """Each claim whose `review_by` or `expires` has passed; with another date it is another thing."""
    for file in state.files:
        if file.briefing is None:
            continue
        name = file.briefing.briefing.id
        for one in aged_in(file.briefing, now, zone):
            item = Item(file.file, label_of(file), f"{name}/{one.snippet}", one.says)
            yield Thing(f"{one.key} {name}/{one.snippet} {one.date}", "aged", item)


def next_at(state: ShelfState, now: datetime, zone: tzinfo) -> datetime | None:
    """When the next of them happens."""
    found = (ages_at(file.briefing, now, zone) for file in state.files if file.briefing)
    return min((at for at in found if at), default=None)


def fresh(things: Iterable[Thing], told: Collection[str]) -> dict[Kind, dict[str, Item]]:
    """What is not told yet, by kind and key."""
    found: dict[Kind, dict[str, Item]] = {}
    for thing in things:
        if thing.key not in told:
            found.setdefault(thing.kind, {})[thing.key] = thing.item
    return found


def forgotten(told: Mapping[str, datetime], current: Collection[str], now: datetime) -> tuple[str, ...]:
    """What need not be known any more: it is no more, and was told long ago."""
    return tuple(key for key, at in told.items() if key not in current and now - at > REMEMBERED)


def gathered(kind: Kind, items: Iterable[Item], earlier: Notice | None) -> Notice:
    """The message of a day with these in it, the newest first."""
    before = earlier or Notice(kind)
    all_of_them = (*items, *before.items)
    return replace(before, items=all_of_them[:KEPT], beyond=before.beyond + len(all_of_them[KEPT:]))
