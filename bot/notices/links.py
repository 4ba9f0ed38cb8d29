"""Links of sources that died: what is told of each, and what became of those that were told. All of it is pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, tzinfo

from bot.content.dates import written
from bot.content.links import DeadLink, LinksKnown
from bot.content.model import Source, rank
from bot.content.state import FileState, ShelfState
from bot.notices.broken import label_of
from bot.notices.deciding import Known, Wish
from bot.notices.things import Item, Thing

Served = Mapping[str, tuple[FileState, Mapping[str, Source]]]
"""The briefings that are served, by id: their file, and their sources by id."""


def dead_things(state: ShelfState, dead: Iterable[DeadLink], zone: tzinfo) -> Iterator[Thing]:
    """Each source whose link is dead, as its file stands now; a link that dies once more is another thing."""
    served = _served(state)
    for one in dead:
        file, sources = served.get(one.briefing, (None, {}))
        source = sources.get(one.source)
        if file and source and source.url == one.url:
            key = f"dead {one.briefing}/{one.source} {one.url} {one.since.astimezone(UTC).isoformat()}"
            yield Thing(key, "dead", _item(key, file, source, written(one.since.astimezone(zone).date())))


def link_wishes(
    known: Sequence[Known], state: ShelfState, links: LinksKnown, things: Iterable[Thing]
) -> Iterator[Wish]:
    """Which messages on dead links say something else from now on; one is over once all of its links are mended."""
    told = [one for one in known if one.notice.kind == "dead"]
    served = _served(state) if told else {}
    now = {thing.key: thing.item for thing in things if thing.kind == "dead"} if told else {}
    for one in told:
        items = [now.get(item.thing) or _mended(item, served, links) for item in one.notice.items]
        over = all(map(_is_mended, items)) and not one.notice.beyond
        notice = replace(one.notice, items=tuple(sorted(items, key=_is_mended)), over=over)
        if notice != one.notice:
            yield Wish(one.row.thing, notice, one, open=not over)


def _served(state: ShelfState) -> Served:
    return {
        file.briefing.briefing.id: (file, {source.id: source for source in file.briefing.sources})
        for file in state.files
        if file.briefing
    }


def _item(key: str, file: FileState, source: Source, since: str) -> Item:
    offer = "The title leads to the archived copy" if source.archived_url else 'No copy is known: add "archived_url"'
    lead, told = f"{file.file}: {source.id}", f"has led nowhere since {since}"
    lines = ((source.url or "", offer),)
    return Item(file.file, label_of(file), lead, told, lines, link=source.archived_url or "", thing=key)


def _is_mended(item: Item) -> bool:
    """A dead link has a line with its address, and a mended one has none."""
    return not item.lines


def _mended(item: Item, served: Served, links: LinksKnown) -> Item:
    """What became of a link that is not known to be dead; the same where nobody can tell, for nobody looked."""
    _, place, url, _ = item.thing.split(" ")
    briefing, _, name = place.partition("/")
    file, sources = served.get(briefing, (None, {}))
    source = sources.get(name)
    if source and source.url == url:
        if url not in links.there:
            return item
        text = "answers again"
    elif source:
        text = "has another link now" if source.url else "has no link any more"
    else:
        text = "is no source any more"
    label = max(item.label, label_of(file), key=rank) if file else item.label
    return replace(item, label=label, text=text, lines=(), link="")
