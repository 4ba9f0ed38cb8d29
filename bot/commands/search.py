"""`/search`: claims and figures that hold some words."""

from functools import partial

from bot.commands.base import Question
from bot.commands.nothing import nothing_found
from bot.commands.telling import Drawn, as_of, claim, figure, rests_on
from bot.content.model import Figure, Snippet
from bot.content.search import Hits
from bot.content.seen import Seen, basis
from bot.content.view import View
from bot.message import Action, Block, Message, Paragraph, plain

TITLE = "Search"


def search_reply(view: View, question: Question) -> Message:
    """What holds every word, best first."""
    text = " ".join(question.text.split())
    if not text:
        line = question.typed("search", "kursk")
        example = Action(line, "search", "kursk") if view.index.search("kursk").total else None
        told = Paragraph(plain("Type words to look for: a name, a place, a number."))
        return Message(TITLE, blocks=(told,), actions=(example,) if example else ())
    hits = view.index.search(text)
    if not hits.total:
        return nothing_found(TITLE, text, view, "search", question.typed)
    heads = {seen.briefing.id: seen.briefing for seen in hits.found}
    named = len(heads) > 1
    alone = None if named else next(iter(heads.values()))
    found = basis(hits.found)
    return Message(
        title=f'Search: "{text}"',
        about=alone.title if alone else None,
        label=alone.sharing if alone else "",
        blocks=Drawn(hits.found, partial(_drawn, locale=question.locale, named=named), len(hits.found)),
        closing=rests_on(found) if hits.total == len(hits.found) else (),
        footer=(*as_of(found), *_unranked(hits)),
    )


def _unranked(hits: Hits) -> tuple[str, ...]:
    rest = hits.total - len(hits.found)
    return (f"{rest:,} more: add a word to narrow it",) if rest > 0 else ()


def _drawn(seen: Seen[Snippet] | Seen[Figure], *, locale: str, named: bool) -> Block:
    if isinstance(seen.item, Figure):
        return figure(seen, locale, name_briefing=named)
    return claim(seen, name_briefing=named)
