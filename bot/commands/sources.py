"""`/sources`: what was read, how far the editors trust it, and which claims rest on it."""

from bot.commands.base import Question
from bot.commands.nothing import claims, listed, nothing_named
from bot.content.model import Snippet, Source
from bot.content.resolve import Anything, OneBriefing, SomeSnippets, narrow, resolve
from bot.content.search import folded
from bot.content.seen import Seen, SeenBriefing
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
        resting = _resting(briefing)
        blocks += [_entry(briefing, source, resting) for b, source in found if b.head.id == name]
    alone = next(iter(briefings.values())) if len(briefings) == 1 else None
    single = alone is not None and len(alone.sources) == 1 and len(alone.snippets) > 1
    closing = ("Every claim of this briefing rests on one publication.",) if single else ()
    return Message(TITLE, about=alone.head.title if alone else None, blocks=tuple(blocks), closing=closing)


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


def _resting(briefing: SeenBriefing) -> dict[str, list[Seen[Snippet]]]:
    resting: dict[str, list[Seen[Snippet]]] = {}
    for seen in briefing.snippets:
        for source in dict.fromkeys(read.source.id for read in seen.read_in):
            resting.setdefault(source, []).append(seen)
    return resting


def _entry(briefing: SeenBriefing, source: Source, resting: dict[str, list[Seen[Snippet]]]) -> Entry:
    title = f"{source.publisher}, {source.published or 'undated'}"
    missing = [f"{key} missing" for key in ("title", "link") if not getattr(source, "url" if key == "link" else key)]
    text = (source.title or "") + (f" ({', '.join(missing)})" if missing else "")
    return Entry(title, text.strip(), quiet=tuple(_quiet(briefing, source, resting)), url=source.url)


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
        alone = ", all on it alone" if len(only) == len(mine) else f", {len(only):,} on it alone"
        lines.append(
            f"{claims(len(mine))} of {len(briefing.snippets):,} {_rest(len(mine))} on it{alone}: {listed(_ids(mine))}"
        )
    else:
        lines.append("No claim rests on it")
    if source.state == "superseded":
        newer = briefing.sources.get(source.superseded_by or "")
        lines.append(f"Superseded by {newer.publisher}, {newer.published}" if newer else "Superseded")
    elif source.state != "active":
        lines.append(f"{source.state.capitalize()} by the outlet")
    if source.archived_url:
        lines.append(f"Archived: {source.archived_url}")
    return lines


def _rest(amount: int) -> str:
    return "rests" if amount == 1 else "rest"


def _ids(found: list[Seen[Snippet]]) -> list[str]:
    return [seen.item.id for seen in found]
