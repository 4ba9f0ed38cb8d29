"""`/impact` and its like: the claims of one section."""

from bot.commands.base import Question
from bot.commands.nothing import nothing_in_section
from bot.commands.telling import as_of, rests_on, sources_action, told
from bot.content.resolve import Anything, OnePerson, narrow, resolve
from bot.content.seen import group
from bot.content.view import View
from bot.message import Message


def section_reply(name: str, view: View, question: Question) -> Message:
    """Every claim of the section that the channel follows, or those that the text is about."""
    everything = view.by_section[name]
    meaning = resolve(question.text, view)
    if not isinstance(meaning, Anything):
        found = group(narrow(everything.claims, meaning, view))
    elif question.follows:
        found = group(seen for seen in everything.claims if seen.briefing.id in question.follows)
    else:
        found = everything
    if not found.claims:
        return nothing_in_section(name, everything, meaning, view, question.typed)
    alone = found.claims[0].briefing if len(found.rows) == len(found.claims) else None
    title = view.sections[name].title
    return Message(
        title=f"{title}: {meaning.name}" if isinstance(meaning, OnePerson) else title,
        about=alone.title if alone else None,
        label=alone.sharing if alone else "",
        blocks=told(found),
        closing=rests_on(found.basis),
        footer=as_of(found.basis),
        actions=(sources_action(alone),),
    )
