"""What to say when there is nothing: what was looked for, what exists, and what to try instead."""

from collections.abc import Callable, Iterable

from bot.commands.base import LONGEST, Spelling
from bot.commands.numbers import capital, count
from bot.content.counting import how_many
from bot.content.model import Snippet
from bot.content.resolve import Anything, Meaning, OneBriefing, OnePerson, OneSection, SomeSnippets, Words
from bot.content.search import folded
from bot.content.seen import Group, Seen
from bot.content.view import View
from bot.message import Action, Message, Paragraph, Span, bold, plain

FEW = 8
"""Ids that are named before the rest is counted."""

_SMALL = """
a about above after again all also an and any anybody anyone anything are as at be because been before being between
both but by can could did do does doing during each either else ever every few for from further get give had has
have having he her here hers him his how i if in into is it its just know let like many me more most much my no nor
not now of off on once one only or other our out over own please said same say says she should show since so some
such tell than that the their them then there these they this those through to too under until up upon very was we
were what when where whether which while who whom whose why will with without would you your
"""
"""Words that lead nowhere alone: half of all claims hold them, and none is about them."""

_KINDS = {"Figures": ("figure", "figures"), "Timeline": ("entry", "entries")}
"""What some answers are made of; the others are made of claims."""


def nothing_in_section(name: str, everything: Group, meaning: Meaning, view: View, typed: Spelling) -> Message:
    """Nothing in this section: say what it has, or where the thing asked for is."""
    title = view.sections[name].title
    if not everything.claims:
        return Message(title, blocks=(Paragraph((Span("Nothing stands under "), bold(title), Span(" yet."))),))
    speaker = everything.claims[0].speaker.id
    if isinstance(meaning, Anything):
        told = f" in the briefings that this channel follows. Elsewhere it has {_holds(everything)}."
        first = Paragraph((Span("Nothing stands under "), bold(title), Span(told)))
        return Message(title, blocks=(first,), actions=(Action(typed(name, speaker), name, speaker),))
    asked = said(meaning)
    blocks = [Paragraph((Span(f'Nothing on "{asked}" under '), bold(title), Span(f". It has {_holds(everything)}.")))]
    actions: list[Action] = []
    if isinstance(meaning, SomeSnippets) and meaning.found[0].item.state == "withdrawn":
        blocks.append(Paragraph((Span(f'"{asked}" was withdrawn.'),)))
        actions.append(_action(typed("cite", asked), "cite", asked))
    elif isinstance(meaning, SomeSnippets) and (home := view.sections.get(meaning.found[0].item.section)):
        blocks.append(Paragraph((Span(f'"{asked}" stands under '), bold(home.title), Span("."))))
        actions.append(_action(f"Show {home.title}", meaning.found[0].item.section, meaning.found[0].item.id))
    elif isinstance(meaning, OneSection):
        actions.append(Action(typed(meaning.section), meaning.section))
    elif isinstance(meaning, Words) and (better := view.index.suggest(meaning.text)):
        blocks.append(Paragraph((Span("Did you mean "), bold(better), Span("?"))))
        actions.append(_action(f"Show {better}", name, better))
    tries = [Action(typed("search", asked), "search", asked)] if len(asked) <= LONGEST and not actions else []
    tries.append(Action(typed(name, speaker), name, speaker))
    offered = [*(one for one in actions if one.label.startswith("/")), *tries]
    spans = [span for at, one in enumerate(offered) for span in (Span(", or " if at else "Try "), bold(one.label))]
    blocks.append(Paragraph((*spans, Span("."))))
    return Message(title, blocks=tuple(blocks), actions=(*actions, *tries)[:5])


def nothing_found(
    title: str,
    text: str,
    view: View,
    command: str,
    typed: Spelling,
    counted: Callable[[str], int] | None = None,
    there: str | None = None,
) -> Message:
    """Nothing on these words: did you mean, where else they stand, or which of them are known.

    `counted` says how much of what the command tells holds some words, `there` what there is of it.
    """
    total = view.index.search(text).total
    known = counted or (lambda words: view.index.search(words).total)
    one, _ = _KINDS.get(title, ("", ""))
    start = Span(f'No {one} on "{text}".' if one else f'Nothing on "{text}".')
    better = view.index.suggest(text) if not total else None
    if better and (found := known(better)):
        meant = Paragraph((start, Span(" Did you mean "), bold(better), Span(f"? ({_amount(found, title)})")))
        return Message(title, blocks=(meant,), actions=(_action("Show", command, better),))
    words = [(word, known(word)) for word in _telling(text)[:6]]
    if len(text.split()) > 1 and any(found for _, found in words):
        parts = ", ".join(f'"{word}": {_amount(found, title) if found else "none"}' for word, found in words)
        alone = Paragraph(plain(f'Nothing holds all of "{text}". One by one: {parts}.'))
        actions = tuple(_action(f"Show {word}", command, word) for word, found in words if found)[:5]
        return Message(title, blocks=(alone,), actions=actions)
    held = Paragraph(plain(there or _everything(view)))
    if total and len(text) <= LONGEST:
        told = Paragraph((Span(f"{capital(claims(total))} elsewhere: "), bold(typed("search", text)), Span(".")))
        actions = (Action(typed("search", text), "search", text),)
        return Message(title, blocks=(Paragraph((start,)), held, told), actions=actions)
    return Message(title, blocks=(Paragraph((start,)), held), actions=(Action("Briefings", "briefing"),))


def nothing_named(title: str, kind: str, text: str, names: Iterable[str], better: str | None, command: str) -> Message:
    """No such person, source or claim: did you mean, and which there are."""
    known = list(names)
    blocks = [Paragraph(plain(f'There is no {kind} "{text}".'))]
    if better:
        blocks = [Paragraph((Span(f'There is no {kind} "{text}". Did you mean '), bold(better), Span("?")))]
    if known:
        blocks.append(Paragraph(plain(f"Known here: {listed(known)}.")))
    return Message(title, blocks=tuple(blocks), actions=(_action("Show", command, better),) if better else ())


def said(meaning: Meaning) -> str:
    """What was asked for, as it is named."""
    match meaning:
        case OnePerson():
            return meaning.name
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
    return how_many(total, "claim")


def _holds(everything: Group) -> str:
    return f"{count(len(everything.claims), 'claim')}, on: {listed(_ids(everything.claims))}"


def _ids(found: Iterable[Seen[Snippet]]) -> list[str]:
    return [seen.item.id for seen in found]


def _amount(found: int, title: str) -> str:
    one, many = _KINDS.get(title, ("claim", "claims"))
    return f"{found:,} {one if found == 1 else many}"


def _action(label: str, command: str, text: str) -> Action:
    return Action(label, command, text[:LONGEST])


def _telling(text: str) -> list[str]:
    """The words of a question that something may be about."""
    small = frozenset(_SMALL.split())
    return [word for word in text.split() if folded(word.strip("\"'“”‘’.,;:!?()")) not in small]


def _everything(view: View) -> str:
    if not view.briefings:
        return "There is no briefing here yet."
    titles = listed([briefing.head.title for briefing in view.briefings], few=3)
    return f"There are {claims(len(view.snippets))} in {count(len(view.briefings), 'briefing')}: {titles}."
