"""`/people`: who speaks here, and what they say."""

from bot.commands.base import Question
from bot.commands.nothing import claims, nothing_named
from bot.commands.telling import as_of, paragraphs, told
from bot.content.model import EDITOR, Person
from bot.content.resolve import Anything, OneBriefing, OnePerson, narrow, resolve
from bot.content.seen import SeenBriefing, group
from bot.content.suggest import closest
from bot.content.view import View
from bot.message import Block, Entry, Heading, Message, Paragraph, plain

TITLE = "People"


def people_reply(view: View, question: Question) -> Message:
    """Everybody, everybody of a briefing, or one of them with their claims."""
    meaning = resolve(question.text, view)
    if isinstance(meaning, OnePerson):
        return _one(meaning, view)
    if isinstance(meaning, Anything):
        found = [b for b in view.briefings if not question.follows or b.head.id in question.follows]
    elif isinstance(meaning, OneBriefing):
        found = [meaning.briefing]
    else:
        names = [person.name for b in view.briefings for person in b.people.values() if person.id != EDITOR]
        words = {word: name for name in names for word in (name, *name.split())}
        near = closest(question.text.strip(), words)
        return nothing_named(TITLE, "person", question.text.strip(), names, words[near] if near else None, "people")
    blocks: list[Block] = []
    for briefing in found:
        if len(found) > 1:
            blocks.append(Heading(briefing.head.title))
        blocks += [person_entry(briefing, person) for person in briefing.people.values() if person.id != EDITOR]
    if not blocks:
        return Message(TITLE, blocks=(Paragraph(plain("Nobody is named here yet.")),))
    about, label = (found[0].head.title, found[0].head.sharing) if len(found) == 1 else (None, "")
    closing = (f"Ask {question.typed('people')} and a name for what somebody says.",)
    return Message(TITLE, about=about, blocks=tuple(blocks), closing=closing, label=label)


def _one(meaning: OnePerson, view: View) -> Message:
    known = [
        (briefing, person)
        for briefing in view.briefings
        for person in briefing.people.values()
        if (briefing.head.id, person.id) in meaning.ids
    ]
    several = len({briefing.head.id for briefing, _ in known}) > 1
    blocks: list[Block] = [person_entry(briefing, person, name_briefing=several) for briefing, person in known]
    found = group(narrow(view.snippets, meaning, view))
    if found.claims and not any((seen.briefing.id, seen.item.claimed_by) in meaning.ids for seen in found.claims):
        blocks.append(Heading("Named in"))
    if not known and not found.claims:
        blocks.append(Paragraph(plain(f"{meaning.name} say nothing here yet.")))
    return Message(meaning.name, blocks=(*blocks, *told(found)), footer=as_of(found.basis))


def person_entry(briefing: SeenBriefing, person: Person, *, name_briefing: bool = False) -> Entry:
    """A person as every list of them shows one."""
    said = sum(seen.item.claimed_by == person.id for seen in briefing.snippets)
    quiet = [claims(said) if said else "makes no claim here"]
    if person.para:
        quiet.append(f"introduced in {paragraphs(person.para)}")
    if person.aka:
        quiet.append(f"also {', '.join(person.aka)}")
    if name_briefing:
        quiet.append(briefing.head.title)
    known = ", ".join(filter(None, [person.role, person.affiliation]))
    return Entry(person.name, known, quiet=(" · ".join(quiet),))
