"""Every command there is, how an ask is answered, and what is offered while somebody types."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice

from bot.commands.about import help_reply, status_reply, unknown_reply
from bot.commands.base import LONGEST, Command, Question, Suggestion
from bot.commands.changed import changes_reply
from bot.commands.cite import cite_reply
from bot.commands.figures import figures_reply
from bot.commands.overview import briefing_reply
from bot.commands.people import people_reply
from bot.commands.search import search_reply
from bot.commands.sections import section_reply
from bot.commands.sources import sources_reply
from bot.commands.timeline import timeline_reply
from bot.content.model import EDITOR, Section
from bot.content.search import folded
from bot.content.view import View
from bot.message import Action, Message, Paragraph, plain

_UNTYPED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")

READING = (
    Command(
        "briefing",
        "What there is to know, story by story",
        briefing_reply,
        "A briefing, or words to look for",
    ),
    Command(
        "sources",
        "What was read, and which claims rest on it",
        sources_reply,
        "An outlet, a briefing or a claim",
    ),
    Command("people", "Who speaks here, and what they say", people_reply, "A person"),
    Command(
        "figures",
        "The numbers, with their qualifiers and caveats",
        figures_reply,
        "A person, a briefing, or words",
    ),
    Command("timeline", "What happened, and what is expected", timeline_reply, "A person, a briefing, or words"),
    Command("search", "Claims and figures that hold some words", search_reply, "Words to look for", "kursk"),
    Command("cite", "Everything known of one claim", cite_reply, "A claim's id", "troop-count"),
    Command(
        "changes",
        "What is new, corrected or withdrawn",
        changes_reply,
        "A day, 7d, 24h, or what it is about",
        "7d",
    ),
)


def _digests_apart(view: View, question: Question) -> Message:
    """Digests are of no view: whoever knows the ledger answers in the place of this."""
    return Message("Digests", blocks=(Paragraph(plain("Digests are told of by a running bot alone.")),))


DIGEST = Command(
    "digest",
    "What is posted here by itself, when, and what became of it",
    _digests_apart,
    "list, next, why, history, subscribe, unsubscribe, pause, resume; for admins preview, now, retract",
    "why",
)


def commands(sections: Mapping[str, Section]) -> dict[str, Command]:
    """All commands by name: one for each section, then the built-in ones."""
    found: dict[str, Command] = {}
    for name, section in sections.items():
        found[name] = Command(name, section.about, partial(section_reply, name))
    for command in READING:
        found[command.name] = command
    found["digest"] = DIGEST
    found["help"] = Command("help", "What can be asked here", partial(help_reply, found), "A command", "impact")
    found["status"] = Command("status", "What is served here, and since when", status_reply, "Nothing")
    return found


def reply(known: Mapping[str, Command], view: View, name: str, question: Question) -> Message:
    """Answer `/name text` from the view alone, and say what it is: origin, label, stamp.

    What is of one briefing carries that briefing's label; any other answer the highest of all that is seen here.
    """
    text = _typed(question.text)
    command = known.get(name)
    asked = replace(question, text=text)
    message = command.reply(view, asked) if command else unknown_reply(known, name, text, question.typed)
    return told_as(message, view, name, text)


def told_as(message: Message, view: View, name: str, text: str) -> Message:
    """The message as the answer to `/name text`: with its label, its origin, and the stamp of what is seen."""
    return replace(message, label=message.label or view.label, origin=Action("", name, text), stamp=view.stamp)


def _typed(text: str) -> str:
    """One line without controls, halves of characters and changes of direction, as long as a button remembers it."""
    return " ".join(_UNTYPED.sub(" ", text).split())[:LONGEST].strip()


def read_line(line: str) -> tuple[str, str]:
    """`/impact lankov` as name and text; `/brief impact lankov` is the same, and a line without `/` is looked for."""
    words = line.strip()
    if not words.startswith("/"):
        return "search", words
    name, _, text = words[1:].partition(" ")
    if name.lower() == "brief" and text.strip():
        name, _, text = text.strip().lstrip("/").partition(" ")
    return name.lower(), text.strip()


def complete(known: Mapping[str, Command], view: View, typed: str, most: int = 10) -> list[Suggestion]:
    """Offer commands while a name is typed, then texts that lead somewhere; only from what the view holds."""
    if not typed.startswith("/"):
        return []
    name, blank, text = typed[1:].partition(" ")
    if not blank:
        begun = [command for command in known.values() if command.name.startswith(name.lower())]
        return [Suggestion(f"/{command.name}", command.description) for command in begun[:most]]
    command = known.get(name.lower())
    if command is None:
        return []
    return [replace(one, value=f"/{command.name} {one.value}") for one in suggest(command.name, view, text, most)]


def suggest(command: str, view: View, text: str, most: int) -> list[Suggestion]:
    """Texts for a command that begin, or hold a word that begins, with what was typed."""
    wanted = folded(text.strip())
    found = (one for one in _offers(command, view) if len(one.value) <= LONGEST and _fits(wanted, one))
    return list({one.value: one for one in islice(found, most * 2)}.values())[:most]


def _fits(wanted: str, offer: Suggestion) -> bool:
    named = folded(f"{offer.value} {offer.meaning}")
    return named.startswith(wanted) or f" {wanted}" in named


def _offers(command: str, view: View) -> Sequence[Suggestion]:
    people = {p.id: p for b in view.briefings for p in b.people.values() if p.id != EDITOR}
    speakers = [Suggestion(one.id, one.name) for one in people.values()]
    briefings = [Suggestion(b.head.id, b.head.title) for b in view.briefings if len(b.head.id) <= LONGEST]
    if command == "people":
        return speakers
    if command == "briefing":
        return briefings
    if command == "help":
        return [Suggestion(name, section.about) for name, section in view.sections.items()]
    if command == "changes":
        return [
            Suggestion("24h", "The last day"),
            Suggestion("7d", "The last week"),
            Suggestion("30d", "The last month"),
            *briefings,
        ]
    if command in ("status", "digest"):
        return []
    claims = view.by_section[command].claims if command in view.by_section else view.snippets
    ids = [Suggestion(seen.item.id, seen.item.text[:100]) for seen in claims]
    if command == "cite":
        return ids
    if command == "sources":
        outlets = {s.publisher: Suggestion(s.publisher, "Outlet") for b in view.briefings for s in b.sources.values()}
        return [*outlets.values(), *briefings, *ids]
    if command == "search":
        names = dict.fromkeys(seen.speaker.name for seen in view.snippets if seen.speaker.id != EDITOR)
        return [Suggestion(word, "") for word in (*names, *sorted(view.index.vocabulary.values()))]
    spoken = {seen.item.claimed_by for seen in claims}
    return [*(one for one in speakers if one.value in spoken), *briefings, *ids]
