"""`/changes`: what is new, corrected or withdrawn since a day."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.commands.base import Question
from bot.commands.nothing import claims
from bot.commands.numbers import capital
from bot.commands.telling import claim
from bot.content.dates import read_date, written
from bot.content.history import Step
from bot.content.model import Snippet
from bot.content.resolve import Anything, Meaning, narrow, resolve
from bot.content.seen import Seen
from bot.content.view import View
from bot.message import Action, Block, Claim, Entry, Message, Paragraph, plain

TITLE = "Changes"
USUAL = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class _Since:
    instant: datetime
    said: str


def changes_reply(view: View, question: Question) -> Message:
    """Steps since seven days ago, or since the day that is named; words narrow it to what they are about."""
    since, meaning = _read(view, question)
    found = _steps(view, since.instant, meaning)
    if not found:
        told = f"Nothing changed since {since.said}."
        longer = (
            (Action("Last 30 days", "changes", "30d"),) if since.instant > question.now - timedelta(days=29) else ()
        )
        return Message(TITLE, blocks=(Paragraph(plain(told)),), actions=longer)
    first = {name: _first(view, name) for name in {seen.briefing.id for seen, _ in found}}
    blocks: list[Block] = []
    whole: dict[str, int] = {}
    for seen, step in found:
        if step.change == "new" and step.at == first[seen.briefing.id]:
            whole[seen.briefing.id] = whole.get(seen.briefing.id, 0) + 1
        else:
            blocks.append(_told(seen, step, view))
    for name, amount in whole.items():
        head = view.by_id[name].head
        day = written(first[name].astimezone(view.zone).date())
        blocks.append(
            Entry(
                head.title,
                f"New briefing with {claims(amount)}, first read {day}.",
                quiet=(f"/briefing {head.id}",),
            )
        )
    return Message(TITLE, about=f"since {since.said}", blocks=tuple(blocks))


def _read(view: View, question: Question) -> tuple[_Since, Meaning]:
    """A length of time, a day, or neither; what is neither is what the changes shall be about."""
    text = question.text.strip()
    now = question.now.astimezone(view.zone)
    span = re.fullmatch(r"(\d{1,4})\s?([dh])", text)
    if span:
        length = timedelta(days=int(span[1])) if span[2] == "d" else timedelta(hours=int(span[1]))
        return _since(now - length), Anything()
    if text.lower() in ("today", "yesterday"):
        day = now.date() - timedelta(days=text.lower() == "yesterday")
        return _Since(datetime.combine(day, time(), view.zone), text.lower()), Anything()
    try:
        day_given = read_date(text)
    except ValueError:
        return _since(now - USUAL), resolve(text, view)
    return _Since(day_given.starts(view.zone), str(day_given)), Anything()


def _since(instant: datetime) -> _Since:
    return _Since(instant, f"{written(instant.date())}, {instant:%H:%M}")


def _steps(view: View, since: datetime, meaning: Meaning) -> list[tuple[Seen[Snippet], Step]]:
    told = [(seen, step) for seen, story in view.stories for step in story.steps if step.at >= since]
    about = {seen.key for seen in narrow((seen for seen, _ in told), meaning, view)}
    found = [(seen, step) for seen, step in told if seen.key in about]
    return sorted(found, key=lambda one: one[1].at, reverse=True)


def _first(view: View, briefing: str) -> datetime:
    return min(story.steps[0].at for story in view.by_id[briefing].stories.values())


def _told(seen: Seen[Snippet], step: Step, view: View) -> Claim:
    """The claim as it stands now, with what happened to it; a step that later ones replaced shows its own text."""
    told = claim(seen)
    at = step.at.astimezone(view.zone)
    happened = f"{capital(step.change)} {written(at.date())}, {at:%H:%M}" + (f": {step.note}" if step.note else "")
    withdrawn = step.change == "withdrawn"
    text = step.text or "The text was erased."
    struck = withdrawn and bool(step.text)
    return Claim(
        text,
        (seen.item.id, *told.attribution),
        told.cites,
        None if withdrawn else told.caveat,
        extra=(happened,),
        struck=struck,
    )
