"""What to say when there is nothing: what was looked for, what exists, and what to try instead."""

from collections.abc import Iterable

from bot.commands.base import LONGEST
from bot.commands.numbers import capital, count
from bot.content.model import Snippet
from bot.content.resolve import Meaning, OneBriefing, OnePerson, OneSection, SomeSnippets, Words
from bot.content.seen import Group, Seen
from bot.content.view import View
from bot.message import Action, Message, Paragraph, Span, bold, plain

FEW = 8
"""Ids that are named before the rest is counted."""


def nothing_in_section(name: str, everything: Group, meaning: Meaning, view: View) -> Message:
    """Nothing in this section: say what it has, or where the thing asked for is."""
    title = view.sections[name].title
    if not everything.claims:
        return Message(title, blocks=(Paragraph((Span("Nothing stands under "), bold(title), Span(" yet."))),))
    asked = said(meaning)
    first = Paragraph((Span(f'Nothing on "{asked}" under '), bold(title), Span(f". It has {_holds(everything)}.")))
    blocks = [first]
    actions: list[Action] = []
    if isinstance(meaning, SomeSnippets):
        seen = meaning.found[0]
        home = view.sections.get(seen.item.section)
        if home:
            blocks.append(Paragraph((Span(f'"{asked}" stands under '), bold(home.title), Span("."))))
            actions.append(Action(f"Show {home.title}", seen.item.section, seen.item.id))
    elif isinstance(meaning, Words) and (better := view.index.suggest(meaning.text)):
        blocks.append(Paragraph((Span("Did you mean "), bold(better), Span("?"))))
        actions.append(_action(f"Show {better}", name, better))
    speaker = everything.claims[0].speaker.id
    tries = [Action(f"/search {asked}", "search", asked)] if len(asked) <= LONGEST else []
    tries.append(Action(f"/{name} {speaker}", name, speaker))
    spans = [span for at, one in enumerate(tries) for span in (Span(", or " if at else "Try "), bold(one.label))]
    blocks.append(Paragraph((*spans, Span("."))))
    return Message(title, blocks=tuple(blocks), actions=(*actions, *tries)[:5])


def nothing_found(title: str, text: str, view: View, command: str) -> Message:
    """No claim holds these words: did you mean, or which of the words are known."""
    start = Span(f'Nothing on "{text}".')
    if better := view.index.suggest(text):
        total = view.index.search(better).total
        meant = Paragraph((start, Span(" Did you mean "), bold(better), Span(f"? ({claims(total)})")))
        return Message(title, blocks=(meant,), actions=(_action("Show", command, better),))
    words = text.split()
    known = [(word, view.index.search(word).total) for word in words[:6]] if len(words) > 1 else []
    if any(total for _, total in known):
        parts = ", ".join(f'"{word}": {claims(total) if total else "none"}' for word, total in known)
        alone = Paragraph(plain(f'Nothing holds all of "{text}". One by one: {parts}.'))
        actions = tuple(_action(f"Show {word}", command, word) for word, total in known if total)[:5]
        return Message(title, blocks=(alone,), actions=actions)
    held = Paragraph(plain(_everything(view)))
    return Message(title, blocks=(Paragraph((start,)), held), actions=(Action("Briefings", "briefing"),))


def nothing_named(title: str, kind: str, text: str, names: Iterable[str], better: str | None, command: str) -> Message:
    """No such person, source or claim: did you mean, and which there are."""
    known = list(names)
    blocks = [Paragraph(plain(f'There is no {kind} "{text}".'))]
    if better:
        blocks = [Paragraph((Span(f'There is no {kind} "{text}". Did you mean '), bold(better), Span("?")))]
    if known:
        blocks.append(Paragraph(plain(f"{capital(listed(known))}.")))
    return Message(title, blocks=tuple(blocks), actions=(_action("Show", command, better),) if better else ())


def said(meaning: Meaning) -> str:
    """What was asked for, as it is named."""
    match meaning:
        case OnePerson(name, _):
            return name
        case OneBriefing(briefing):
            return briefing.head.title
        case OneSection(section):
            return section
        case SomeSnippets(found):
            return found[0].item.id
        case Words(text):
            return text
    return ""


def listed(names: Iterable[str], few: int = FEW) -> str:
    """`a, b, c and 12 more`."""
    known = list(names)
    rest = len(known) - few
    return ", ".join(known[:few]) + (f" and {rest:,} more" if rest > 0 else "")


def claims(total: int) -> str:
    """`1 claim`, `3 claims`, in figures."""
    return f"{total:,} claim{'' if total == 1 else 's'}"


def _holds(everything: Group) -> str:
    return f"{count(len(everything.claims), 'claim')}, on: {listed(_ids(everything.claims))}"


def _ids(found: Iterable[Seen[Snippet]]) -> list[str]:
    return [seen.item.id for seen in found]


def _action(label: str, command: str, text: str) -> Action:
    return Action(label, command, text[:LONGEST])


def _everything(view: View) -> str:
    if not view.briefings:
        return "There is no briefing here yet."
    titles = listed([briefing.head.title for briefing in view.briefings], few=3)
    return f"There are {claims(len(view.snippets))} in {count(len(view.briefings), 'briefing')}: {titles}."
