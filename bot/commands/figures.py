"""`/figures`: the numbers, each with its qualifier, its speaker and its caveat."""

from functools import partial

from bot.commands.base import LONGEST, Question
from bot.commands.nothing import listed, nothing_found, said
from bot.commands.numbers import count
from bot.commands.telling import as_of, figure
from bot.content.model import Figure
from bot.content.resolve import Anything, Meaning, OneBriefing, OnePerson, resolve
from bot.content.seen import Seen, SeenBriefing, basis
from bot.content.view import View
from bot.message import Action, Block, Heading, Message, Paragraph, plain

TITLE = "Figures"


def figures_reply(view: View, question: Question) -> Message:
    """All figures, or those of a briefing, of a speaker, or on some words."""
    meaning = resolve(question.text, view)
    found = _wanted(view, meaning, question.follows)
    if not found and isinstance(meaning, OneBriefing) and view.figures:
        return _none_of(meaning.briefing, view)
    if not found and not isinstance(meaning, Anything) and view.figures:
        counted = partial(_counted, view)
        return nothing_found(TITLE, said(meaning), view, "figures", question.typed, counted, _there(view))
    if not found:
        return Message(TITLE, blocks=(Paragraph(plain("There are no figures here yet.")),))
    heads = {seen.briefing.id: seen.briefing for seen in found}
    blocks: list[Block] = []
    for name, head in heads.items():
        if len(heads) > 1:
            blocks.append(Heading(head.title))
        blocks += [figure(seen, question.locale) for seen in found if seen.briefing.id == name]
    alone = next(iter(heads.values())) if len(heads) == 1 else None
    about, label = (alone.title, alone.sharing) if alone else (None, "")
    return Message(TITLE, about=about, blocks=tuple(blocks), footer=as_of(basis(found)), label=label)


def _wanted(view: View, meaning: Meaning, follows: frozenset[str]) -> list[Seen[Figure]]:
    match meaning:
        case Anything():
            return [seen for seen in view.figures if not follows or seen.briefing.id in follows]
        case OneBriefing(briefing):
            return list(briefing.figures)
        case OnePerson(_, ids):
            return [seen for seen in view.figures if (seen.briefing.id, seen.item.claimed_by) in ids]
    return _holding(view, said(meaning))


def _none_of(briefing: SeenBriefing, view: View) -> Message:
    """A briefing without a figure is no text to look for."""
    told = Paragraph(plain(f"There are no figures for {briefing.head.title} yet."))
    action = Action("Show the briefing", "briefing", briefing.head.id[:LONGEST])
    return Message(TITLE, blocks=(told, Paragraph(plain(_there(view)))), actions=(action,))


def _holding(view: View, text: str) -> list[Seen[Figure]]:
    return [seen for seen in view.index.all(text) if isinstance(seen.item, Figure)]


def _counted(view: View, text: str) -> int:
    return len(_holding(view, text))


def _there(view: View) -> str:
    labels = listed([seen.item.label for seen in view.figures], few=4)
    are = "is" if len(view.figures) == 1 else "are"
    return f"There {are} {count(len(view.figures), 'figure')}: {labels}."
