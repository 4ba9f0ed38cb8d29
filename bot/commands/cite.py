"""`/cite`: everything that is known of one claim, and how it came to be as it is."""

from bot.commands.base import LONGEST, Question
from bot.commands.nothing import claims, listed, nothing_found, nothing_named
from bot.commands.numbers import capital
from bot.commands.telling import LIKELIHOODS, claim, paragraphs, speaker
from bot.content.dates import written
from bot.content.history import Step
from bot.content.model import EDITOR, Snippet, Source
from bot.content.resolve import Anything, SomeSnippets, Words, narrow, resolve
from bot.content.seen import Seen
from bot.content.suggest import closest
from bot.content.view import View
from bot.message import Action, Block, Claim, Entry, Facts, Heading, Message, Paragraph, Quiet, plain

TITLE = "Cite"


def cite_reply(view: View, question: Question) -> Message:
    """One claim in full; several to choose from where the words fit several."""
    meaning = resolve(question.text, view)
    if isinstance(meaning, Anything):
        return _ask_for_one(view)
    found = list(meaning.found) if isinstance(meaning, SomeSnippets) else list(narrow(view.snippets, meaning, view))
    if len(found) == 1:
        return _one(found[0], view, question)
    if found:
        return _choose(question.text.strip(), found)
    if isinstance(meaning, Words) and " " not in meaning.text:
        near = closest(meaning.text, view.by_snippet_id)
        if near:
            return nothing_named(TITLE, "claim", meaning.text, (), near, "cite")
    return nothing_found(TITLE, question.text.strip(), view, "cite")


def _ask_for_one(view: View) -> Message:
    ids = [seen.item.id for seen in view.snippets]
    told = f"Ask /cite and a claim's id: {listed(ids)}." if ids else "There is no claim here yet."
    return Message(TITLE, blocks=(Paragraph(plain(told)),))


def _choose(text: str, found: list[Seen[Snippet]]) -> Message:
    entries = tuple(Entry(seen.item.id, seen.item.text, quiet=(speaker(seen.speaker),)) for seen in found)
    actions = tuple(
        Action(seen.item.id, "cite", _name(seen, found)) for seen in found[:5] if len(_name(seen, found)) <= LONGEST
    )
    return Message(
        f'{TITLE}: "{text}"',
        blocks=entries,
        closing=(f"{capital(claims(len(found)))} fit; ask for one by its id.",),
        actions=actions,
    )


def _name(seen: Seen[Snippet], found: list[Seen[Snippet]]) -> str:
    alone = sum(other.item.id == seen.item.id for other in found) == 1
    return seen.item.id if alone else seen.key


def _one(seen: Seen[Snippet], view: View, question: Question) -> Message:
    snippet = seen.item
    erased = snippet.state == "withdrawn" and snippet.correction is not None and snippet.correction.erase
    blocks: list[Block] = [_withdrawn(seen, erased=erased) if snippet.state == "withdrawn" else claim(seen)]
    if not erased:
        blocks.append(Facts(tuple(_facts(seen, view, question))))
        if snippet.confidence:
            blocks.append(Facts((("Editors' confidence", capital(snippet.confidence)),)))
    for read in seen.read_in:
        lead = f"{read.source.publisher}, {read.source.published or 'undated'}"
        where = paragraphs(read.paragraphs)
        blocks.append(
            Entry(
                f"{lead} {where}".strip(),
                read.source.title or "",
                quiet=_source(read.source),
                url=read.source.url,
            )
        )
    story = view.by_id[seen.briefing.id].stories.get(snippet.id)
    if story and len(story.steps) > 1:
        blocks.append(Heading("Versions"))
        blocks += [_step(step, view) for step in reversed(story.steps)]
    elif story:
        blocks.append(Quiet(f"One version, since {written(story.steps[0].at.astimezone(view.zone).date())}"))
    actions = [Action(name, "cite", name) for name in snippet.see if len(name) <= LONGEST][:4]
    return Message(f"{TITLE}: {snippet.id}", about=seen.briefing.title, blocks=tuple(blocks), actions=tuple(actions))


def _withdrawn(seen: Seen[Snippet], *, erased: bool) -> Claim:
    told = claim(seen)
    correction = seen.item.correction
    note = f"Withdrawn {correction.at}: {correction.note}" if correction else "Withdrawn"
    text = "The text was erased." if erased else told.text
    return Claim(text, ("Withdrawn", *told.attribution[1:]), told.cites, extra=(note,), struck=not erased)


def _facts(seen: Seen[Snippet], view: View, question: Question) -> list[tuple[str, str]]:
    snippet = seen.item
    person = seen.speaker
    section = view.sections.get(snippet.section)
    known = ", ".join(filter(None, [person.name, person.role, person.affiliation]))
    pairs = [
        ("Status", capital(snippet.status.value)),
        ("Claimed by", known if person.id != EDITOR else "the editors"),
        ("Section", section.title if section else None),
        ("Likelihood", snippet.likelihood and f"{LIKELIHOODS[snippet.likelihood]}, as the speaker put it"),
        ("Hedge", snippet.hedge and f'"{snippet.hedge}", in the source'),
        ("Quoted", ", ".join(f'"{quote}"' for quote in snippet.quotes)),
        ("As of", snippet.as_of and str(snippet.as_of)),
        ("Horizon", snippet.horizon and snippet.horizon.text),
        ("See also", ", ".join(snippet.see)),
        ("Review by", _review(seen, view, question)),
    ]
    return [(label, value) for label, value in pairs if value]


def _review(seen: Seen[Snippet], view: View, question: Question) -> str | None:
    due = seen.item.review_by
    if due is None:
        return None
    return f"{due} (overdue)" if question.now >= due.ends(view.zone) else str(due)


def _source(source: Source) -> tuple[str, ...]:
    known = [
        source.url or "link missing",
        source.author and f"by {source.author}",
        source.edited_by and f"edited by {source.edited_by}",
        source.reliability and f"outlet rated {source.reliability} by the editors",
    ]
    lines = [" · ".join(filter(None, known))]
    if source.based_on:
        lines.append(f"Based on: {source.based_on}")
    if source.archived_url:
        lines.append(f"Archived: {source.archived_url}")
    return tuple(lines)


def _step(step: Step, view: View) -> Entry:
    at = step.at.astimezone(view.zone)
    lead = f"{capital(step.change)} {written(at.date())}, {at:%H:%M %Z}"
    return Entry(lead, step.text or "The text was erased.", quiet=(step.note,) if step.note else ())
