"""`/figures`: the numbers, each with its qualifier, its speaker and its caveat."""

from bot.commands.base import Question
from bot.commands.nothing import nothing_found
from bot.commands.telling import figure
from bot.content.model import Figure
from bot.content.resolve import Anything, OneBriefing, OnePerson, resolve
from bot.content.seen import Seen
from bot.content.view import View
from bot.message import Block, Heading, Message, Paragraph, plain

TITLE = "Figures"


def figures_reply(view: View, question: Question) -> Message:
    """All figures, or those of a briefing, of a speaker, or on some words."""
    found = _wanted(view, question)
    if not found and question.text.strip() and view.figures:
        return nothing_found(TITLE, question.text.strip(), view, "figures")
    if not found:
        return Message(TITLE, blocks=(Paragraph(plain("There are no figures here yet.")),))
    heads = {seen.briefing.id: seen.briefing for seen in found}
    blocks: list[Block] = []
    for name, head in heads.items():
        if len(heads) > 1:
            blocks.append(Heading(head.title))
        blocks += [figure(seen, question.locale) for seen in found if seen.briefing.id == name]
    alone = next(iter(heads.values())).title if len(heads) == 1 else None
    return Message(TITLE, about=alone, blocks=tuple(blocks))


def _wanted(view: View, question: Question) -> list[Seen[Figure]]:
    meaning = resolve(question.text, view)
    match meaning:
        case Anything():
            return [seen for seen in view.figures if not question.follows or seen.briefing.id in question.follows]
        case OneBriefing(briefing):
            return list(briefing.figures)
        case OnePerson(_, ids):
            return [seen for seen in view.figures if (seen.briefing.id, seen.item.claimed_by) in ids]
    return [seen for seen in view.index.search(question.text).found if isinstance(seen.item, Figure)]
