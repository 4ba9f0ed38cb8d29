"""`/timeline`: what happened, was published or is expected, in the editors' order, with its picture."""

from collections import Counter
from functools import partial

from bot.commands.base import Question
from bot.commands.nothing import nothing_found, said
from bot.commands.numbers import capital, count
from bot.commands.telling import as_of, cites, reference, speaker
from bot.content.model import Moment, Snippet, TimelineEntry
from bot.content.resolve import Anything, OneBriefing, Words, narrow, resolve
from bot.content.seen import Seen, SeenBriefing, basis
from bot.content.view import View
from bot.message import Block, Cite, Entry, Heading, Mark, Message, Paragraph, Picture, plain

TITLE = "Timeline"
NOUNS = ("event", "forecast", "publication", "note")
"""Kinds of entries that have a plural; the others are statuses: two reported."""


def timeline_reply(view: View, question: Question) -> Message:
    """The timeline of every briefing, of one, or of the claims that the text is about."""
    meaning = resolve(question.text, view)
    told: set[str] | None = None
    if isinstance(meaning, OneBriefing):
        found = [meaning.briefing]
    else:
        found = [b for b in view.briefings if b.timeline and (not question.follows or b.head.id in question.follows)]
        if not isinstance(meaning, Anything):
            told = {seen.key for seen in narrow(view.snippets, meaning, view)}
    kept = [(briefing, entries) for briefing in found if (entries := _entries(briefing, told))]
    if not kept and told is not None and found:
        there = count(sum(len(briefing.timeline) for briefing in found), "entry", "entries")
        counted = partial(_counted, view, found)
        has = f"The timeline has {there}."
        return nothing_found(TITLE, said(meaning), view, "timeline", question.typed, counted, has)
    if not kept:
        here = f"for {meaning.briefing.head.title}" if isinstance(meaning, OneBriefing) else "here"
        return Message(TITLE, blocks=(Paragraph(plain(f"There is no timeline {here} yet.")),))
    blocks: list[Block] = []
    for briefing, entries in kept:
        if len(kept) > 1:
            blocks.append(Heading(briefing.head.title))
        blocks += [timeline_entry(briefing, entry) for entry in entries]
    alone = kept[0] if len(kept) == 1 else None
    if alone:
        blocks.append(_picture(alone[0], alone[1]))
    footer = as_of(basis(seen for briefing, _ in kept for seen in briefing.snippets))
    about, label = (alone[0].head.title, alone[0].head.sharing) if alone else (None, "")
    return Message(TITLE, about=about, blocks=tuple(blocks), footer=footer, label=label)


def _counted(view: View, found: list[SeenBriefing], text: str) -> int:
    told = {seen.key for seen in narrow(view.snippets, Words(text), view)}
    return sum(len(_entries(briefing, told)) for briefing in found)


def _entries(briefing: SeenBriefing, told: set[str] | None) -> list[TimelineEntry]:
    if told is None:
        return list(briefing.timeline)
    return [entry for entry in briefing.timeline if f"{briefing.head.id}/{entry.snippet}" in told]


def _snippet(briefing: SeenBriefing, entry: TimelineEntry) -> Seen[Snippet] | None:
    return briefing.by_id.get(entry.snippet) if entry.snippet else None


def _kind(briefing: SeenBriefing, entry: TimelineEntry) -> str:
    if entry.kind != "event":
        return entry.kind
    seen = _snippet(briefing, entry)
    return seen.item.status.value if seen else "event"


def timeline_entry(briefing: SeenBriefing, entry: TimelineEntry) -> Entry:
    """One entry as every timeline shows it."""
    seen = _snippet(briefing, entry)
    quiet = capital(_kind(briefing, entry)) + (f" · {speaker(seen.speaker)}" if seen else "")
    read = cites(seen) if seen else _published(briefing)
    return Entry(capital(when(entry.when)), entry.text, quiet=(quiet,), cites=read)


def _published(briefing: SeenBriefing) -> tuple[Cite, ...]:
    """An entry without a snippet rests on what the briefing rests on where it says nothing."""
    return (Cite(reference(briefing.head, briefing.default)),) if briefing.default else ()


def when(moment: Moment) -> str:
    """The editors' words, then what date there is: `by publication (until 11 November 2024)`."""
    dated = str(moment.date) if moment.date else ""
    if moment.from_ and moment.until:
        dated = f"{moment.from_} to {moment.until}"
    elif moment.from_ or moment.until:
        dated = f"from {moment.from_}" if moment.from_ else f"until {moment.until}"
    if moment.text and dated:
        return f"{moment.text} ({dated})"
    return moment.text or dated


def _picture(briefing: SeenBriefing, entries: list[TimelineEntry]) -> Picture:
    kinds = [_kind(briefing, entry) for entry in entries]
    marks = tuple(
        Mark(capital(when(entry.when)), entry.text, capital(kind), kind == "forecast")
        for entry, kind in zip(entries, kinds, strict=True)
    )
    amounts = ", ".join(
        count(amount, kind, f"{kind}s" if kind in NOUNS else kind) for kind, amount in Counter(kinds).items()
    )
    told = "; ".join(f"{mark.when}: {mark.text.rstrip('.')} ({mark.kind.lower()})" for mark in marks)
    alt = f"Timeline of {count(len(marks), 'entry', 'entries')}: {amounts}. {told}."
    return Picture(briefing.head.title, marks, alt)
