"""Posts a message to the admins once, and edits it: written down before, and looked for where nobody knows."""

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal, Protocol

from bot.commands.base import Place
from bot.content.making import print_of
from bot.content.model import LABELS, rank
from bot.digests.freezing import Render
from bot.digests.outcomes import Doubt, Timings, Verdict, answered, looked, next_step, put_right, repeated
from bot.digests.steady import steady
from bot.errors import BriefingBotError
from bot.notices.deciding import Known, told_anew
from bot.notices.telling import told
from bot.notices.things import Files
from bot.platforms.base import Frozen, Platform
from bot.settings import Config
from bot.store.notice_rows import NoticeRow, NoticeState

log = logging.getLogger(__name__)

CLOCKS = timedelta(hours=3)
"""How much before its first attempt a post is looked for: the clock may have been set back or forth meanwhile."""

CLOSED = 900.0
"""Seconds until a channel that refused is tried again."""

PACE = 3.0
"""Seconds between two edits of one message at least."""


class Note(Protocol):
    """Writes rows down together; False where another process has the lease by now. Raises StoreError."""

    def __call__(self, *rows: NoticeRow) -> Awaitable[bool]: ...


Step = Literal["post", "edit", "settle", ""]


@dataclass(frozen=True, slots=True)
class Post:
    """A message as its channel may read it: what is sent, a print of it, and whether something is kept from it."""

    frozen: Frozen
    print: str
    hides: bool


@dataclass(frozen=True, slots=True)
class House:
    """What posting works with: `absent` says why a platform is not there, `holds` whether this process may write.

    `pace` is the least number of seconds between two edits of one message."""

    platforms: Mapping[str, Platform]
    renders: Mapping[str, Render]
    config: Callable[[], Config]
    absent: Callable[[str], str]
    timings: Timings
    clock: Callable[[], datetime]
    holds: Callable[[], bool]
    passing: Callable[[str], None]
    pace: float = PACE


@dataclass(slots=True)
class _Doubt:
    """What this process knows of a post that may have arrived."""

    since: float
    ours: bool
    asked: float = float("-inf")
    looks: int = 0


class Posting:
    """Brings one message after another to where it should be; `trouble` says why it cannot, for the operator."""

    def __init__(self, house: House, note: Note) -> None:
        self._house, self._note = house, note
        self._doubts: dict[str, _Doubt] = {}
        self._not_before: dict[str, float] = {}
        self._attempts: dict[str, int] = {}
        self._strange: dict[str, bool] = {}
        self._closed: dict[str, float] = {}
        self._drawn: dict[str, tuple[tuple[object, ...], Post]] = {}
        self.trouble = ""

    def take_over(self) -> None:
        """Another process wrote meanwhile, and may have left an edit under way."""
        self._doubts.clear()
        self._not_before.clear()

    def follow(self) -> None:
        """The configuration changed: who was closed may be open."""
        self._closed.clear()

    async def see_to(self, known: Known, files: Files) -> None:
        """Do what is to be done for a message now. May raise StoreError."""
        row = known.row
        platform = self._house.platforms.get(row.platform)
        step = self._step(known, files)
        if not step:
            return
        if platform is None:
            self._tell(self._house.absent(row.platform))
            return
        place = Place(row.platform, row.channel)
        if row.place in self._closed and steady() < self._closed[row.place]:
            return
        self._strange[row.place] = await platform.strange(place)
        post = self._draw(known, files)
        if step == "post":
            await self._post(row, post, platform, place)
        elif step == "settle":
            await self._settle(known, post, platform, place)
        elif post.print != row.told:
            await self._edit(known, post, platform, place)

    def _step(self, known: Known, files: Files) -> Step:
        row = known.row
        if steady() < self._not_before.get(row.key, 0.0):
            return ""
        if row.state == "pending":
            return "post"
        if row.state in ("sending", "unknown"):
            return "settle"
        return "edit" if row.state == "sent" and self._draw(known, files).print != row.told else ""

    def _draw(self, known: Known, files: Files) -> Post:
        """The message for what its channel may see now, as far as that is known; the same as long as that is."""
        row, config = known.row, self._house.config()
        drawn_of = (known.notice, files, config, self._strange.get(row.place))
        made = self._drawn.get(row.key)
        if made is None or any(one is not other for one, other in zip(made[0], drawn_of, strict=True)):
            made = self._drawn[row.key] = drawn_of, self._drawing(known, files, config)
        return made[1]

    def _drawing(self, known: Known, files: Files, config: Config) -> Post:
        row, channels = known.row, config.channels.values()
        audience = next((one.audience for one in channels if one.at == row.place), LABELS[0])
        if self._strange.get(row.place):
            audience = LABELS[0]
        frozen = self._house.renders[row.platform](told(known.notice, audience, files), 0)
        labels = (max(one.label, files.labels.get(one.file, one.label), key=rank) for one in known.notice.items)
        hides = any(rank(label) > rank(audience) for label in labels)
        return Post(frozen, print_of(json.dumps(dict(frozen.body), sort_keys=True)), hides)

    async def _post(self, row: NoticeRow, post: Post, platform: Platform, place: Place) -> None:
        row = replace(row, state="sending", told=post.print, tried_at=row.tried_at or self._house.clock())
        if not await self._note(row):
            return
        self._house.passing("notice claimed")
        if not self._house.holds():
            return  # whoever plans now looks for it
        began = steady()
        self._doubts[row.key] = _Doubt(began, ours=True)
        verdict = answered(await _tried(platform.post(place, post.frozen, row.key)), self._count(row))
        self._house.passing("notice posted")
        await self._become(row, verdict)

    async def _settle(self, known: Known, post: Post, platform: Platform, place: Place) -> None:
        """Find out whether it arrived; one that is over by now is not sent again, but only looked for."""
        row, now, ghost = known.row, steady(), self._house.timings.ghost
        mine = self._doubts.setdefault(row.key, _Doubt(now, ours=False))
        tried = row.tried_at or row.opened_at
        age = (self._house.clock() - tried).total_seconds()
        doubt = Doubt(mine.ours, now - mine.since, now - max(mine.since, mine.asked), age, mine.looks > 0)
        step = next_step(doubt, platform.repost_within.total_seconds(), ghost)
        if step == "repeat" and known.notice.over:
            step = "look" if doubt.quiet >= ghost else "wait"
        if step == "repeat":
            if post.print != row.told:
                row = replace(row, told="")
            if not await self._note(row) or not self._house.holds():
                return
            mine.asked = steady()
            verdict = repeated(await _tried(platform.post(place, post.frozen, row.key)), self._count(row))
        elif step == "look":
            mine.looks += 1
            since = min(tried, self._house.clock()) - CLOCKS
            verdict = looked(await platform.find(place, row.key, since), doubt, ghost, mine.looks)
        else:
            return
        await self._become(row, verdict)

    async def _edit(self, known: Known, post: Post, platform: Platform, place: Place) -> None:
        row = known.row
        if not await self._note(replace(row, told="")) or not self._house.holds():
            return
        self._house.passing("notice claimed")
        answer = await _tried(_edited(platform, place, row.external_id, post.frozen))
        self._house.passing("notice posted")
        verdict = put_right(answer, "edit", self._count(row))
        self._wait(row, self._house.pace)
        if verdict.state == "sent":
            await self._done(replace(row, told=post.print, why=""))
        elif verdict.state == "skipped":
            await self._end(row, "gone", "somebody deleted it")
        elif verdict.instead and not post.hides:
            log.warning("a notice in %s cannot be edited: %s", row.place, answer)
            anew = told_anew(known)
            await self._note(*(anew or (replace(row, told=post.print, why="it cannot be edited"),)))
        elif verdict.instead:  # what stands there may not be read any more
            await _tried(_deleted(platform, place, row.external_id))
            await self._end(row, "gone", "it was deleted: it could not be edited")
        elif verdict.state == "unknown":  # one that is carried out late must not undo the next
            self._wait(row, self._house.timings.ghost)
        else:
            self._put_off(row, verdict)

    async def _become(self, row: NoticeRow, verdict: Verdict) -> None:
        """Write down what came of a post."""
        if verdict.state == "sent":
            log.info("a notice is in %s as %s", row.place, verdict.message_id)
            await self._done(replace(row, state="sent", external_id=verdict.message_id, why=""))
        elif verdict.state == "unknown":
            self._wait(row, max(verdict.wait, 1.0))
            if (row.state, row.why) != ("unknown", verdict.why):
                await self._note(replace(row, state="unknown", why=verdict.why))
        elif verdict.state == "held":
            await self._end(row, "refused", f"nobody can tell whether it arrived: {verdict.why}")
        else:
            self._doubts.pop(row.key, None)
            self._put_off(row, verdict)
            await self._note(replace(row, state="pending", why=verdict.why, told="", tried_at=None))

    async def _done(self, row: NoticeRow) -> None:
        self._doubts.pop(row.key, None)
        self._attempts.pop(row.key, None)
        self._tell("")
        await self._note(row)

    async def _end(self, row: NoticeRow, state: NoticeState, why: str) -> None:
        log.warning("a notice in %s is not told any further: %s", row.place, why)
        await self._note(replace(row, state=state, why=why))

    def _put_off(self, row: NoticeRow, verdict: Verdict) -> None:
        self._wait(row, max(verdict.wait, 1.0))
        if verdict.state == "failed":
            self._closed[row.place] = steady() + CLOSED
            self._tell(f"the admin channel {row.place} takes nothing: {verdict.why}")

    def _wait(self, row: NoticeRow, seconds: float) -> None:
        self._not_before[row.key] = steady() + seconds

    def _count(self, row: NoticeRow) -> int:
        self._attempts[row.key] = self._attempts.get(row.key, 0) + 1
        return self._attempts[row.key]

    def _tell(self, trouble: str) -> None:
        if trouble and trouble != self.trouble:
            log.warning("admins are told on the desk alone: %s", trouble)
        self.trouble = trouble


async def _tried(work: Awaitable[str]) -> str | Exception:
    """The id of the message, or whatever went wrong."""
    try:
        return await work
    except Exception as error:  # whatever a library throws, this message is in doubt and the others go on
        if not isinstance(error, BriefingBotError):
            log.exception("a notice failed in a way nobody foresaw")
        return error


async def _edited(platform: Platform, place: Place, message: str, post: Frozen) -> str:
    await platform.edit(place, message, post)
    return message


async def _deleted(platform: Platform, place: Place, message: str) -> str:
    await platform.delete(place, message)
    return message
