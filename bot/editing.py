"""Editing briefings from the desk: judged as the shelf would, drawn as readers would see it, saved as a whole."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

from bot import __version__
from bot.commands.base import HouseFacts, Question
from bot.commands.registry import commands, reply
from bot.content import saving
from bot.content.beginning import slug, template
from bot.content.counting import how_many
from bot.content.difference import DiffLine, difference
from bot.content.editing import Judged, command_at, judge
from bot.content.edition import Edition
from bot.content.endings import bytes_of
from bot.content.folder import SUFFIXES
from bot.content.model import Briefing, Snippet
from bot.content.problems import errors
from bot.content.read import LARGEST
from bot.content.saving import ABSENT, Changed, Saved
from bot.content.shelf import Shelf
from bot.errors import Refused
from bot.platforms.desk.edits_shown import Checked, Drawn, Opened, Outcome
from bot.platforms.desk.shelf_shown import states
from bot.settings import Settings

AT_ONCE = 2
"""Texts that are judged at one time; others wait, so that fast fingers leave the bot free to answer."""

T = TypeVar("T")


class Editing:
    """The folder of one shelf. Everything is read, judged and written in threads."""

    def __init__(self, shelf: Shelf[Settings], now: Callable[[], datetime]) -> None:
        self._shelf, self._now = shelf, now
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def open(self, file: str) -> Opened:
        return await self._in_turn(partial(self._open, file))

    async def check(self, file: str, text: str, line: int) -> Checked:
        return await self._in_turn(partial(self._check, file, text, line))

    async def difference(self, file: str, text: str) -> Sequence[DiffLine] | None:
        return await self._in_turn(lambda: difference(self._open(file).text, text))

    async def save(self, file: str, text: str, stamp: str, *, errors_too: bool) -> Outcome:
        return await self._in_turn(partial(self._save, file, text, stamp, errors_too=errors_too))

    async def undo(self, file: str, stamp: str) -> Outcome:
        return await self._in_turn(lambda: self._outcome(file, saving.undo(self._shelf.folder, file, stamp)))

    async def begin(self, title: str, name: str) -> str:
        return await self._in_turn(partial(self._begin, title, name.strip() or slug(title)))

    async def _in_turn(self, work: Callable[[], T]) -> T:
        async with self._turns:
            return await asyncio.to_thread(work)

    def _open(self, file: str) -> Opened:
        found = saving.read(self._shelf.folder, file)
        if found is None:
            return Opened(file, "", ABSENT)
        return Opened(file, found.text, found.stamp, saving.undoable(self._shelf.folder, file, found.stamp))

    def _check(self, file: str, text: str, line: int) -> Checked:
        found = saving.read(self._shelf.folder, file)
        judged = self._judged(file, text)
        drawn, stamp = self._drawn(file, text, line, judged), found.stamp if found else ABSENT
        return Checked(judged.problems, judged.changes, stamp, drawn, tuple(judged.checked.values()))

    def _judged(self, file: str, text: str) -> Judged:
        if len(text.encode()) > LARGEST:
            raise Refused(f"The text has {len(text.encode()):,} bytes; a briefing has at most {LARGEST:,}.")
        return judge(text, file, self._shelf.standings, self._shelf.rules.sections, self._now())

    def _drawn(self, file: str, text: str, line: int, judged: Judged) -> Drawn | None:
        """Of the text; where it has errors, of the version of the file that is served, if any is."""
        known = self._shelf.standings.get(file)
        if judged.briefing:
            return self._answer(judged.briefing, *command_at(text, line, judged.parsed.lines), current=True)
        if known is None or known.served is None or known.served.briefing is None:
            return None
        served = known.served
        name = command_at(text, line, {})[0]
        snippet = command_at(served.text, line, served.lines)[1] if name == "snippets" else ""
        return self._answer(known.served.briefing, name, snippet, current=False)

    def _answer(self, briefing: Briefing, command: str, snippet: str, *, current: bool) -> Drawn:
        """What somebody is told who may see this briefing, and no other; of a draft, what they will be told."""
        rules, now, label = self._shelf.rules, self._now(), briefing.briefing.sharing
        kept = [one for one in briefing.snippets if one.state == "draft"]
        is_draft = snippet in [one.id for one in kept] or len(kept) == len(briefing.snippets) > 0
        if is_draft:
            briefing = briefing.model_copy(update={"snippets": tuple(map(_published, briefing.snippets))})
        view = Edition((briefing,), rules.sections, rules.zone).seen_by(label, now)
        found = next((one for one in briefing.snippets if one.id == snippet), None)
        if command == "snippets":
            command = found.section if found and found.section in rules.sections else "briefing"
        question = Question("", now, HouseFacts(__version__, now, now))
        message = reply(commands(rules.sections), view, command, question)
        claims = [seen.item.id for seen in view.by_section[command].claims] if command in rules.sections else []
        if found is None or snippet in claims:
            note = _not_yet(snippet, claims, {one.id for one in kept}) if is_draft else ""
            return Drawn(message, label, claims.index(snippet) + 1 if found else 0, note, current)
        why = ", ".join(states(found, now, rules.zone))
        return Drawn(message, label, 0, f"Readers do not see {snippet} there: {why or 'it is not told'}.", current)

    def _save(self, file: str, text: str, stamp: str, *, errors_too: bool) -> Outcome:
        judged = self._judged(file, text)
        if errors(judged.problems) and not errors_too:
            return Outcome("faulty", self._open(file), judged.problems)
        now = saving.read(self._shelf.folder, file)
        data = bytes_of(text, now.data if now else b"")
        return self._outcome(file, saving.save(self._shelf.folder, file, data, stamp))

    def _outcome(self, file: str, found: Saved | Changed) -> Outcome:
        now = found.now
        undo = now is not None and saving.undoable(self._shelf.folder, file, now.stamp)
        stands = Opened(file, now.text, now.stamp, undo) if now else Opened(file, "", ABSENT)
        return Outcome("saved" if isinstance(found, Saved) else "clash", stands)

    def _begin(self, title: str, name: str) -> str:
        if not title.strip():
            raise Refused("A briefing needs a title.")
        if not name:
            raise Refused("Add an id in Latin letters, digits and hyphens: none can be made of this title.")
        file = f"{name}.yaml"
        text = template(name, title, self._shelf.rules.sections)
        judged = self._judged(file, text)
        taken = any(saving.read(self._shelf.folder, name + suffix) for suffix in SUFFIXES)
        if taken or file in self._shelf.standings:
            raise Refused(f"There is a file {name} already. Choose another title or id.")
        if wrong := errors(judged.problems):
            raise Refused(f"This would not do: {wrong[0].message}. Choose another title or id.")
        if isinstance(saving.save(self._shelf.folder, file, text.encode(), ABSENT), Changed):
            raise Refused(f"There is a file {name} already. Choose another title or id.")
        return file


def _not_yet(snippet: str, claims: Sequence[str], drafts: Collection[str]) -> str:
    """Which of the claims that are drawn are drafts: the one at the caret is seldom alone."""
    unseen = sum(one in drafts for one in claims)
    if not unseen:
        return "Readers do not see it yet: all its claims are drafts."
    if unseen == 1:
        return f"Readers do not see {snippet} yet: draft."
    if unseen == len(claims):
        return f"Readers see none of these {unseen} claims yet: all are drafts."
    return f"Readers do not see {snippet} yet, nor {how_many(unseen - 1, 'other claim')} of these: drafts."


def _published(snippet: Snippet) -> Snippet:
    """A draft as it will be."""
    return snippet.model_copy(update={"state": "active"}) if snippet.state == "draft" else snippet
