"""`/changes`: what is new, corrected or withdrawn since a day."""

import re
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from bot.commands.base import LONGEST, Question
from bot.commands.nothing import claims, said
from bot.commands.numbers import capital
from bot.commands.telling import claim, withdrawn
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
        return _nothing(since, meaning, question)
    first = {name: _first(view, name) for name in {seen.briefing.id for seen, _ in found}}
    blocks: list[Block] = []
    whole: dict[str, int] = {}
    for seen, steps in found:
        begun = first[seen.briefing.id]
        later = [step for step in steps if step.change != "new" or step.at != begun]
        if len(later) < len(steps):
            whole[seen.briefing.id] = whole.get(seen.briefing.id, 0) + 1
        if later:
            blocks.append(_told(seen, later, view))
    for name, amount in whole.items():
        head = view.by_id[name].head
        day = written(first[name].astimezone(view.zone).date())
        told = f"New briefing with {claims(amount)}, first read {day}."
        blocks.append(Entry(head.title, told, quiet=(question.typed("briefing", head.id[:LONGEST]),)))
    return Message(TITLE, about=f"since {since.said}", blocks=tuple(blocks))


def _nothing(since: _Since, meaning: Meaning, question: Question) -> Message:
    asked = said(meaning)
    on = f' on "{asked}"' if asked else ""
    told = Paragraph(plain(f"Nothing{on} changed since {since.said}."))
    longer: list[Action] = []
    if asked:
        longer.append(Action(question.typed("changes"), "changes"))
    elif since.instant > question.now - timedelta(days=29):
        longer.append(Action("Last 30 days", "changes", "30d"))
    return Message(TITLE, blocks=(told,), actions=tuple(longer))


def _read(view: View, question: Question) -> tuple[_Since, Meaning]:
    """A length of time, a day, or neither; what is neither is what the changes shall be about."""
    text = question.text.strip().lower()
    now = question.now.astimezone(view.zone)
    span = re.fullmatch(r"(\d{1,4})\s?([dh])", text)
    if span:
        length = timedelta(days=int(span[1])) if span[2] == "d" else timedelta(hours=int(span[1]))
        return _since(now - length), Anything()
    if text in ("today", "yesterday"):
        day = now.date() - timedelta(days=text == "yesterday")
        return _Since(datetime.combine(day, time(), view.zone), text), Anything()
    try:
        day_given = read_date(text.upper())
    except ValueError:
        return _since(now - USUAL), resolve(question.text, view)
    return _Since(day_given.starts(view.zone), str(day_given)), Anything()


def _since(instant: datetime) -> _Since:
    return _Since(instant, f"{written(instant.date())}, {instant:%H:%M %Z}")


def _steps(view: View, since: datetime, meaning: Meaning) -> list[tuple[Seen[Snippet], list[Step]]]:
    """What happened to each claim, newest first, and the claims in the order of their newest change."""
    told = [(seen, [step for step in reversed(story.steps) if step.at >= since]) for seen, story in view.stories]
    about = {seen.key for seen in narrow((seen for seen, steps in told if steps), meaning, view)}
    found = [(seen, steps) for seen, steps in told if seen.key in about]
    return sorted(found, key=lambda one: one[1][0].at, reverse=True)


def _first(view: View, briefing: str) -> datetime:
    return min(story.steps[0].at for story in view.by_id[briefing].stories.values())


def _told(seen: Seen[Snippet], steps: list[Step], view: View) -> Claim:
    """The claim as it stands now, with what happened to it; how it read before is told by `/cite`."""
    told = withdrawn(seen) if seen.item.state == "withdrawn" else claim(seen)
    happened = []
    for step in steps:
        at = step.at.astimezone(view.zone)
        note = f": {step.note}" if step.note else ""
        happened.append(f"{capital(step.change)} {written(at.date())}, {at:%H:%M %Z}{note}")
    return replace(told, attribution=(seen.item.id, *told.attribution), extra=tuple(happened))
