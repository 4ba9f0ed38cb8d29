"""`/briefing`: what there is to know, story by story."""

from collections import Counter

from bot.commands.base import LONGEST, Question
from bot.commands.nothing import claims, nothing_found, said
from bot.commands.numbers import count
from bot.commands.telling import sources_action, told
from bot.content.resolve import Anything, OneBriefing, Words, narrow, resolve
from bot.content.seen import SeenBriefing, group
from bot.content.view import View
from bot.message import Action, Block, Entry, Facts, Message, Paragraph, Quiet, plain

TITLE = "Briefings"


def briefing_reply(view: View, question: Question) -> Message:
    """All briefings, or one of them, or those that the words lead to."""
    meaning = resolve(question.text, view)
    if isinstance(meaning, OneBriefing):
        return _one(meaning.briefing, view, question)
    if isinstance(meaning, Anything):
        found = [b for b in view.briefings if not question.follows or b.head.id in question.follows]
    else:
        ids = {seen.briefing.id for seen in narrow(view.snippets, meaning, view)}
        if isinstance(meaning, Words):
            ids = {seen.briefing.id for seen in view.index.all(meaning.text)}
        found = [briefing for briefing in view.briefings if briefing.head.id in ids]
        if not found and view.briefings:
            return nothing_found(TITLE, said(meaning), view, "briefing", question.typed)
    if len(found) == 1:
        return _one(found[0], view, question)
    if not found:
        return Message(TITLE, blocks=(Paragraph(plain("There is no briefing here yet.")),))
    return Message(
        TITLE,
        blocks=tuple(_entry(briefing) for briefing in found),
        closing=(f"Ask {question.typed('briefing')} and an id for one of them.",),
    )


def _entry(briefing: SeenBriefing) -> Entry:
    size = f"{claims(len(briefing.snippets))} · {count(len(briefing.sources), 'source')} · {briefing.head.id}"
    return Entry(briefing.head.title, briefing.head.summary or "", quiet=(size,))


def _one(briefing: SeenBriefing, view: View, question: Question) -> Message:
    head = briefing.head
    sections = Counter(seen.item.section for seen in briefing.snippets)
    blocks: list[Block] = [Paragraph(plain(head.summary))] if head.summary else []
    if briefing.digest and briefing.digest.items:
        items = [briefing.by_id[name] for name in briefing.digest.items]
        blocks += list(told(group(items)))
    if sections:
        named = [(question.typed(name), claims(sections[name])) for name in view.sections if sections[name]]
        blocks.append(Facts(tuple(named)))
    if briefing.digest and briefing.digest.closing:
        blocks.append(Quiet(briefing.digest.closing))
    actions = [Action(view.sections[name].title, name, head.id[:LONGEST]) for name in view.sections if sections[name]]
    size = f"{claims(len(briefing.snippets))} from {count(len(briefing.sources), 'source')}"
    newest = max((s.published for s in briefing.sources.values() if s.published), key=lambda d: d.order, default=None)
    footer = (f"As of {newest}", size) if newest else (size,)
    buttons = (*actions[:4], sources_action(head))
    return Message(head.title, blocks=tuple(blocks), footer=footer, actions=buttons, label=head.sharing)
