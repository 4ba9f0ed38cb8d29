"""Briefings as one Markdown document, in the words of the answers: every claim with its speaker and its source."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.commands.cite import version
from bot.commands.people import person_entry
from bot.commands.sources import claims_by_source, source_entry
from bot.commands.telling import as_of, claim, figure, rests_on, withdrawn
from bot.commands.timeline import timeline_entry
from bot.content.dates import written
from bot.content.history import Story
from bot.content.model import EDITOR, Snippet
from bot.content.seen import Seen, SeenBriefing, basis
from bot.content.view import View
from bot.exports.markdown import address, drawn, escape
from bot.message import Block, Claim, Entry, Heading, Paragraph, Quiet, bold, plain

Numbers = Mapping[str, int]
"""The numbers of sources, by the keys of their references; each stands once in a document."""


def document(view: View, briefings: Sequence[SeenBriefing], now: datetime) -> str:
    """These briefings of a view, one after another; sources are numbered through all of them."""
    keys = [f"{briefing.head.id}/{name}" for briefing in briefings for name in briefing.sources]
    numbers = {key: number for number, key in enumerate(keys, 1)}
    parts = [part for briefing in briefings for part in _parts(view, briefing, numbers, now)]
    return "\n".join([*parts, *_links(briefings, numbers)]).rstrip("\n") + "\n"


def _parts(view: View, briefing: SeenBriefing, numbers: Numbers, now: datetime) -> Iterator[str]:
    at = now.astimezone(view.zone)
    yield f"# {escape(briefing.head.title)}\n"
    known = (briefing.head.sharing, *as_of(basis(briefing.snippets)), f"Exported {written(at.date())}, {at:%H:%M %Z}")
    yield escape(" · ".join(known)) + "\n"
    for blocks in (
        _opening(briefing),
        *_sections(view, briefing),
        _group("Figures", [figure(seen, "en") for seen in briefing.figures]),
        _group("Timeline", [timeline_entry(briefing, entry) for entry in briefing.timeline]),
        _group("Withdrawn claims", [withdrawn(seen) for seen in briefing.withdrawn]),
        _group("What changed", [_story(story, view) for story in briefing.stories.values() if len(story.steps) > 1]),
        _group("People", [person_entry(briefing, one) for one in briefing.people.values() if one.id != EDITOR]),
    ):
        yield from _together(blocks, numbers)
    if briefing.sources:
        yield drawn(Heading("Sources"), numbers)
        yield from _sources(briefing, numbers)
        yield ""


def _together(blocks: Sequence[Block], numbers: Numbers) -> Iterator[str]:
    """The blocks as Markdown: what follows a list begins after a blank line."""
    listed = False
    for block in blocks:
        item = isinstance(block, Claim | Entry)
        if listed and not item:
            yield ""
        yield drawn(block, numbers)
        listed = item
    if listed:
        yield ""


def _group(title: str, blocks: Sequence[Block]) -> list[Block]:
    return [Heading(title), *blocks] if blocks else []


def _opening(briefing: SeenBriefing) -> list[Block]:
    blocks: list[Block] = [Paragraph(plain(briefing.head.summary))] if briefing.head.summary else []
    if briefing.digest:
        digest = briefing.digest
        blocks += [Heading("In short"), Paragraph((bold(digest.headline),))]
        blocks += [Paragraph(plain(digest.lead))] if digest.lead else []
        blocks += [claim(briefing.by_id[name]) for name in digest.items]
        blocks += [Quiet(digest.closing)] if digest.closing else []
    return blocks


def _sections(view: View, briefing: SeenBriefing) -> Iterator[list[Block]]:
    """The claims under their sections in the order of config.yaml, then those whose section is not there any more."""
    for name, section in view.sections.items():
        claims = [seen for seen in view.by_section[name].claims if seen.briefing is briefing.head]
        yield _section(section.title, claims)
    yield _section("Other claims", [seen for seen in briefing.snippets if seen.item.section not in view.sections])


def _section(title: str, claims: Sequence[Seen[Snippet]]) -> list[Block]:
    return [*_group(title, [_claim(seen) for seen in claims]), *map(Quiet, rests_on(basis(claims)))]


def _claim(seen: Seen[Snippet]) -> Claim:
    """As in an answer, with what `/cite` tells besides; the editors' confidence stands on a line of its own."""
    told, snippet = claim(seen), seen.item
    hedge = (f'In the source\'s own words: "{snippet.hedge}"',) if snippet.hedge else ()
    confidence = f" · editors' confidence: {snippet.confidence}" if snippet.confidence else ""
    return replace(told, extra=(*told.extra, *hedge, f"{snippet.id}{confidence}"))


def _story(story: Story, view: View) -> Entry:
    told = [version(step, view) for step in reversed(story.steps)]
    return Entry(story.snippet, quiet=tuple(_told(one) for one in told))


def _told(step: Entry) -> str:
    note = f" ({' '.join(step.quiet)})" if step.quiet else ""
    return f"{step.lead}{note}: {step.text}"


def _sources(briefing: SeenBriefing, numbers: Numbers) -> Iterator[str]:
    resting = claims_by_source(briefing)
    for name, source in briefing.sources.items():
        entry = source_entry(briefing, source, resting)
        quiet = tuple(line for line in entry.quiet if line != f"Archived: {source.archived_url}")
        first, *beneath = drawn(replace(entry, quiet=quiet), numbers).split("\n")
        yield f"- [{numbers[f'{briefing.head.id}/{name}']}] {first.removeprefix('- ')}"
        yield from beneath
        for said, url in (("", source.url), ("Archived: ", source.archived_url)):
            if url:
                yield f"  - {said}{address(url) or escape(url)}"


def _links(briefings: Sequence[SeenBriefing], numbers: Numbers) -> Iterator[str]:
    """What makes each number a link to its source, where there is one."""
    for briefing in briefings:
        for name, source in briefing.sources.items():
            if url := address(source.url):
                yield f"[{numbers[f'{briefing.head.id}/{name}']}]: {url}"
