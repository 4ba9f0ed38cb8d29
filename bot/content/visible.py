"""What of a briefing may be told at one moment.

No draft, nothing under embargo or expired, and no source or person that only those use.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo

from bot.content.history import stories
from bot.content.memory import Version
from bot.content.model import EDITOR, Briefing, Cited, DigestBlock, Snippet, Source
from bot.content.seen import THE_EDITOR, Item, ReadIn, Seen, SeenBriefing, newest_source


def visible(snippet: Snippet, now: datetime, zone: tzinfo) -> bool:
    """Whether a snippet may be told at all at `now`: no draft, no embargo, not expired."""
    if snippet.state == "draft":
        return False
    if snippet.publish_at and now < snippet.publish_at.starts(zone):
        return False
    return not (snippet.expires and now >= snippet.expires.ends(zone))


def edges(briefing: Briefing, zone: tzinfo) -> tuple[datetime, ...]:
    """The instants at which what is visible of a briefing changes by itself, in order."""
    starts = {snippet.publish_at.starts(zone) for snippet in briefing.snippets if snippet.publish_at}
    ends = {snippet.expires.ends(zone) for snippet in briefing.snippets if snippet.expires}
    return tuple(sorted(starts | ends))


def see_briefing(
    briefing: Briefing,
    versions: Mapping[str, Sequence[Version]],
    ceiling: int,
    now: datetime,
    zone: tzinfo,
) -> SeenBriefing:
    """What may be told of a briefing at `now` to somebody who may see it, and of its versions under `ceiling`."""
    told = [snippet for snippet in briefing.snippets if visible(snippet, now, zone)]
    live = [snippet for snippet in told if snippet.state != "withdrawn"]
    ids = {snippet.id for snippet in live}
    hidden = [snippet for snippet in briefing.snippets if not visible(snippet, now, zone)]
    cited: list[Cited] = [*told, *briefing.figures]
    default = briefing.defaults.source
    sources = _unhidden(_sources_of(cited, default), _sources_of(hidden, default), [s.id for s in briefing.sources])
    people = _unhidden(_people_of(cited), _people_of(hidden), [person.id for person in briefing.people])
    library = {source.id: _unlinked(source, sources) for source in briefing.sources}
    cast = {person.id: person for person in briefing.people} | {EDITOR: THE_EDITOR}

    def see(item: Item) -> Seen[Item]:
        read_in = tuple(ReadIn(library[name], where) for name, where in _cited(item, default))
        return Seen(briefing.briefing, item, cast[item.claimed_by], read_in, newest_source(read_in))

    return SeenBriefing(
        head=briefing.briefing,
        snippets=tuple(see(_without_hidden(snippet, ids)) for snippet in live),
        figures=tuple(see(figure) for figure in briefing.figures),
        timeline=tuple(entry for entry in briefing.timeline if entry.snippet is None or entry.snippet in ids),
        sources={name: source for name, source in library.items() if name in sources},
        people={name: cast[name] for name in cast if name in people},
        default=library.get(default) if default in sources else None,
        digest=_digest(briefing.digest, ids),
        withdrawn=tuple(see(_without_hidden(snippet, ids)) for snippet in told if snippet.state == "withdrawn"),
        stories=stories([snippet.id for snippet in told], versions, ceiling, now),
    )


def _unhidden(used: set[str], hidden: set[str], known: Iterable[str]) -> set[str]:
    """What something visible uses, and what nothing uses at all."""
    return {name for name in known if name in used or name not in hidden}


def _cited(item: Cited, default: str | None) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Sources and paragraphs; an editors' note without a paragraph was read nowhere."""
    if item.cite:
        return tuple((cite.source, cite.para) for cite in item.cite)
    name = item.source or default
    if name is None or (item.para is None and item.status == "note"):
        return ()
    return ((name, item.para or ()),)


def _sources_of(items: Iterable[Cited], default: str | None) -> set[str]:
    return {name for item in items for name, _ in _cited(item, default)}


def _people_of(items: Iterable[Cited]) -> set[str]:
    return {name for item in items for name in (item.claimed_by, *getattr(item, "people", ()))}


def _without_hidden(snippet: Snippet, ids: set[str]) -> Snippet:
    if all(name in ids for name in snippet.see):
        return snippet
    return snippet.model_copy(update={"see": tuple(name for name in snippet.see if name in ids)})


def _unlinked(source: Source, sources: set[str]) -> Source:
    if source.superseded_by is None or source.superseded_by in sources:
        return source
    return source.model_copy(update={"superseded_by": None})


def _digest(digest: DigestBlock | None, ids: set[str]) -> DigestBlock | None:
    if digest is None or all(name in ids for name in digest.items):
        return digest
    return digest.model_copy(update={"items": tuple(name for name in digest.items if name in ids)})
