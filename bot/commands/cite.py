"""`/cite`: everything that is known of one claim, and how it came to be as it is."""

from functools import partial

from bot.commands.base import LONGEST, Question
from bot.commands.nothing import claims, listed, nothing_found, nothing_named, said
from bot.commands.numbers import capital
from bot.commands.telling import LIKELIHOODS, Drawn, claim, paragraphs, withdrawn
from bot.content.dates import written
from bot.content.history import Step
from bot.content.model import EDITOR, Snippet, Source
from bot.content.resolve import Anything, Meaning, SomeSnippets, Words, narrow, resolve
from bot.content.seen import Seen
from bot.content.suggest import closest
from bot.content.view import View
from bot.message import Action, Block, Entry, Facts, Heading, Message, Paragraph, Quiet, plain

TITLE = "Cite"


def cite_reply(view: View, question: Question) -> Message:
    """One claim in full; several to choose from where the words fit several."""
    meaning = resolve(question.text, view)
    if isinstance(meaning, Anything):
        return _ask_for_one(view, question)
    found = _found(meaning, view)
    if len(found) == 1:
        return _one(found[0], view, question)
    if found:
        return _choose(question.text.strip(), found, view)
    if isinstance(meaning, Words) and " " not in meaning.text:
        near = closest(meaning.text, view.by_snippet_id)
        if near:
            return nothing_named(TITLE, "claim", meaning.text, (), near, "cite")
    counted = partial(_counted, view)
    return nothing_found(TITLE, said(meaning), view, "cite", question.typed, counted)


def cited(view: View, text: str) -> str | None:
    """The key of the one claim that the answer tells in full; None where it does not."""
    meaning = resolve(text, view)
    found = [] if isinstance(meaning, Anything) else _found(meaning, view)
    return found[0].key if len(found) == 1 else None


def _found(meaning: Meaning, view: View) -> list[Seen[Snippet]]:
    return list(meaning.found) if isinstance(meaning, SomeSnippets) else list(narrow(view.snippets, meaning, view))


def _counted(view: View, text: str) -> int:
    return sum(1 for _ in narrow(view.snippets, Words(text), view))


def _ask_for_one(view: View, question: Question) -> Message:
    ids = [seen.item.id for seen in view.snippets]
    told = f"Ask {question.typed('cite')} and a claim's id: {listed(ids)}." if ids else "There is no claim here yet."
    return Message(TITLE, blocks=(Paragraph(plain(told)),))


def _choose(text: str, found: list[Seen[Snippet]], view: View) -> Message:
    names = [_name(seen, view) for seen in found[:5]]
    return Message(
        f'{TITLE}: "{text}"',
        blocks=Drawn(found, partial(_choice, view=view), len(found)),
        closing=(f"{capital(claims(len(found)))} fit; ask for one by its id.",),
        actions=tuple(Action(name, "cite", name[:LONGEST]) for name in names),
    )


def _choice(seen: Seen[Snippet], view: View) -> Entry:
    told = withdrawn(seen) if seen.item.state == "withdrawn" else claim(seen)
    return Entry(_name(seen, view), told.text, quiet=(" · ".join(told.attribution[:2]),))


def _name(seen: Seen[Snippet], view: View) -> str:
    """Its id, with its briefing's where another briefing has the same."""
    return seen.item.id if len(view.by_snippet_id[seen.item.id]) == 1 else seen.key


def _one(seen: Seen[Snippet], view: View, question: Question) -> Message:
    snippet = seen.item
    erased = snippet.state == "withdrawn" and snippet.correction is not None and snippet.correction.erase
    blocks: list[Block] = [withdrawn(seen) if snippet.state == "withdrawn" else claim(seen)]
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
        blocks += [version(step, view) for step in reversed(story.steps)]
    elif story:
        blocks.append(Quiet(f"One version, since {written(story.steps[0].at.astimezone(view.zone).date())}"))
    beside = [view.by_id[seen.briefing.id].by_id[name] for name in snippet.see[:4]]
    actions = [Action(one.item.id, "cite", _name(one, view)[:LONGEST]) for one in beside]
    return Message(
        f"{TITLE}: {snippet.id}",
        about=seen.briefing.title,
        blocks=tuple(blocks),
        actions=tuple(actions),
        label=seen.briefing.sharing,
    )


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
        None if source.url else "link missing",
        source.author and f"by {source.author}",
        source.edited_by and f"edited by {source.edited_by}",
        source.reliability and f"outlet rated {source.reliability} by the editors",
    ]
    lines = [told] if (told := " · ".join(filter(None, known))) else []
    if source.based_on:
        lines.append(f"Based on: {source.based_on}")
    if source.archived_url:
        lines.append(f"Archived: {source.archived_url}")
    return tuple(lines)


def version(step: Step, view: View) -> Entry:
    """One version of a claim, and what happened to it then."""
    at = step.at.astimezone(view.zone)
    lead = f"{capital(step.change)} {written(at.date())}, {at:%H:%M %Z}"
    return Entry(lead, step.text or "The text was erased.", quiet=(step.note,) if step.note else ())
