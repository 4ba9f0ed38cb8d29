"""`/sources`: what was read, how far the editors trust it, and which claims rest on it."""

from bot.commands.base import Question
from bot.commands.nothing import claims, listed, nothing_named
from bot.commands.numbers import count
from bot.content.dates import written
from bot.content.model import Snippet, Source
from bot.content.resolve import Anything, OneBriefing, SomeSnippets, narrow, resolve
from bot.content.search import folded
from bot.content.seen import Seen, SeenBriefing, basis
from bot.content.suggest import closest
from bot.content.view import View
from bot.message import Block, Entry, Heading, Message, Paragraph, plain

TITLE = "Sources"


def sources_reply(view: View, question: Question) -> Message:
    """All sources, those of one briefing, outlet or claim, or those behind what a person says."""
    found = _wanted(view, question)
    if not found and question.text.strip():
        outlets = sorted({source.publisher for b in view.briefings for source in b.sources.values()})
        better = closest(question.text.strip(), outlets)
        return nothing_named(TITLE, "source", question.text.strip(), outlets, better, "sources")
    if not found:
        return Message(TITLE, blocks=(Paragraph(plain("There is no source here yet.")),))
    briefings = {briefing.head.id: briefing for briefing, _ in found}
    blocks: list[Block] = []
    for name, briefing in briefings.items():
        if len(briefings) > 1:
            blocks.append(Heading(briefing.head.title))
        resting = claims_by_source(briefing)
        blocks += [
            source_entry(briefing, source, resting, _dead(source, view, question))
            for b, source in found
            if b.head.id == name
        ]
    alone = next(iter(briefings.values())) if len(briefings) == 1 else None
    closing = _single(alone) if alone else ()
    about, label = (alone.head.title, alone.head.sharing) if alone else (None, "")
    return Message(TITLE, about=about, blocks=tuple(blocks), closing=closing, label=label)


def _wanted(view: View, question: Question) -> list[tuple[SeenBriefing, Source]]:
    everything = [(b, source) for b in view.briefings for source in b.sources.values()]
    meaning = resolve(question.text, view)
    match meaning:
        case Anything():
            return [(b, s) for b, s in everything if not question.follows or b.head.id in question.follows]
        case OneBriefing(briefing):
            return [(b, s) for b, s in everything if b is briefing]
        case SomeSnippets(snippets):
            cited = {(seen.briefing.id, read.source.id) for seen in snippets for read in seen.read_in}
            return [(b, s) for b, s in everything if (b.head.id, s.id) in cited]
    wanted = folded(question.text.strip())
    named = [(b, s) for b, s in everything if wanted in folded(f"{s.id} {s.publisher} {s.title or ''}")]
    if named:
        return named
    cited = {
        (seen.briefing.id, read.source.id) for seen in narrow(view.snippets, meaning, view) for read in seen.read_in
    }
    return [(b, s) for b, s in everything if (b.head.id, s.id) in cited]


def _single(briefing: SeenBriefing) -> tuple[str, ...]:
    found = basis(briefing.snippets)
    if found.claims < 2 or not found.publication:
        return ()
    notes = len(briefing.snippets) - found.claims
    own = f"; {count(notes, 'note')} {'is' if notes == 1 else 'are'} the editors' own" if notes else ""
    return (f"Every claim of this briefing rests on one publication{own}.",)


def claims_by_source(briefing: SeenBriefing) -> dict[str, list[Seen[Snippet]]]:
    """The claims that rest on each source, by its id."""
    resting: dict[str, list[Seen[Snippet]]] = {}
    for seen in briefing.snippets:
        for source in dict.fromkeys(read.source.id for read in seen.read_in):
            resting.setdefault(source, []).append(seen)
    return resting


def _dead(source: Source, view: View, question: Question) -> str:
    """Since when the link leads nowhere; empty where it is not known to."""
    since = question.facts.dead.get(source.url or "")
    return written(since.astimezone(view.zone).date()) if since else ""


def source_entry(
    briefing: SeenBriefing, source: Source, resting: dict[str, list[Seen[Snippet]]], dead: str = ""
) -> Entry:
    """A source as every list of them shows it; `resting` is `claims_by_source`, `dead` since when its link is."""
    title = f"{source.publisher}, {source.published or 'undated'}"
    missing = [f"{key} missing" for key in ("title", "link") if not getattr(source, "url" if key == "link" else key)]
    lacking = ", ".join(missing)
    text = f"{source.title} ({lacking})" if source.title and lacking else source.title or lacking
    quiet = _quiet(briefing, source, resting)
    if dead:
        quiet.append(
            f"Link dead since {dead}" + ("; this one leads to the archived copy" if source.archived_url else "")
        )
    return Entry(title, text, quiet=tuple(quiet), url=(dead and source.archived_url) or source.url)


def _quiet(briefing: SeenBriefing, source: Source, resting: dict[str, list[Seen[Snippet]]]) -> list[str]:
    known = [
        source.kind,
        source.author and f"by {source.author}",
        source.edited_by and f"edited by {source.edited_by}",
    ]
    if source.reliability:
        known.append(f"outlet rated {source.reliability} by the editors (Admiralty scale, A best)")
    lines = [" · ".join(filter(None, known))]
    if source.based_on:
        lines.append(f"Based on: {source.based_on}")
    mine = resting.get(source.id, [])
    only = [seen for seen in mine if len({read.source.id for read in seen.read_in}) == 1]
    if mine:
        share = f"{len(mine):,} of {claims(len(briefing.snippets))} {'rests' if len(mine) == 1 else 'rest'} on it"
        if only:
            share += " alone" if len(only) == len(mine) else f", {len(only):,} on it alone"
        lines.append(f"{share}: {listed(_ids(mine))}")
    else:
        lines.append("No claim rests on it")
    if source.state == "superseded":
        newer = briefing.sources.get(source.superseded_by or "")
        lines.append(f"Superseded by {newer.publisher}, {newer.published or 'undated'}" if newer else "Superseded")
    elif source.state != "active":
        lines.append(f"{source.state.capitalize()} by the outlet")
    if source.archived_url:
        lines.append(f"Archived: {source.archived_url}")
    return lines


def _ids(found: list[Seen[Snippet]]) -> list[str]:
    return [seen.item.id for seen in found]
