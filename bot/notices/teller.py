"""Tells the admins once of each thing: in the one process that plans, from what is kept and what is there now."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from time import monotonic
from typing import TYPE_CHECKING

from bot.commands.base import Place
from bot.content.edition import Edition
from bot.content.links import LinksKnown
from bot.content.state import ShelfState
from bot.digests.leading import PLANNER
from bot.digests.steady import steady
from bot.errors import StoreError
from bot.notices import aged, deciding, edited
from bot.notices.broken import broken_items, files_of
from bot.notices.deciding import Known, Wish
from bot.notices.links import dead_things, link_wishes
from bot.notices.posting import House, Posting
from bot.notices.settled import Settled
from bot.notices.things import Files, Item, Kind, Thing, read
from bot.store.notice_rows import Noted, NoticeRow

if TYPE_CHECKING:
    from bot.store.memory import Store

log = logging.getLogger(__name__)

LOOK = 1.0
"""Seconds between two looks."""

REST = 3.0
"""Seconds for which errors, or an edit, have to stand before they are told."""

AGAIN = 5.0
"""Seconds until it is tried again after the database did not answer."""

CHANGEABLE = timedelta(days=30)
"""How long a message may still change: because a label was raised since."""

NO_CHANNEL = "no admin channel is named in config.yaml"


@dataclass(frozen=True, slots=True)
class Sources:
    """What is told of: the shelf and the edition of this moment, and what is known of links.

    `doubted` tells of snippets, as `briefing/id`, which of them may be as they are only because the files here are
    older than those of other replicas.
    """

    state: Callable[[], ShelfState]
    edition: Callable[[], Edition]
    doubted: Callable[[Sequence[str]], Awaitable[frozenset[str]]]
    links: Callable[[], LinksKnown] = LinksKnown


@dataclass(slots=True)
class _Memory:
    """What is kept, as this process knows it."""

    rows: dict[str, Known]
    things: dict[str, datetime]
    told: edited.Told | None
    compared: tuple[object, ...] = ()
    things_at: datetime | None = None
    seen: object = None
    unwritten: dict[str, NoticeRow] = field(default_factory=dict)


class Teller:
    """One round a second; `charge` is the fence of this process's lease while it plans, and else None."""

    def __init__(
        self, ledger: "Store", sources: Sources, house: House, charge: Callable[[], int | None], rest: float = REST
    ) -> None:
        self._ledger, self._sources, self._house, self._charge = ledger, sources, house, charge
        self._clock = house.clock
        self._posting = Posting(house, self._note)
        self._settled = Settled(rest)
        self._fence: int | None = None
        self._memory: _Memory | None = None
        self._place: Place | None = None
        self._trouble, self.turned_at = "", 0.0
        self._read: tuple[object, Files] = (), Files()
        self.revision = 0
        """Grows with all that this process writes down, for pages that show it."""

    @property
    def trouble(self) -> str:
        """Why the admins are told nothing, or on the desk alone; empty where all is well."""
        return self._trouble or self._posting.trouble or ("" if self._where() else NO_CHANNEL)

    async def run(self) -> None:
        """Look and tell until cancelled."""
        while True:
            self.turned_at, pause = monotonic(), LOOK
            try:
                await self.round()
                self._trouble = ""
            except StoreError as error:
                self._fail(f"the database does not answer: {error}")
                pause = AGAIN
            except Exception:  # a fault here must not stop what is sent and served
                log.exception("the admins could not be told; this is tried again")
                self._trouble, pause = "a fault of the bot: see the log", AGAIN
            await asyncio.sleep(pause)

    def _fail(self, told: str) -> None:
        if told != self._trouble:
            log.warning("the admins are told later: %s", told)
        self._trouble = told
        if self._memory and not self._memory.unwritten:
            self._memory = None  # nobody knows what of it was written

    async def round(self) -> None:
        """Look once. May raise StoreError."""
        fence = self._charge()
        if fence is None:
            self._memory = None
            return
        if fence != self._fence or self._memory is None:
            await self._take_over(fence)
        memory = self._memory
        assert memory is not None
        if memory.unwritten:
            await self._write(Noted(list(memory.unwritten.values())))
        self._follow()
        state, now = self._sources.state(), self._clock()
        if state.files is not self._read[0]:
            self._read = state.files, files_of(state)
        files = self._read[1]
        await self._decide(memory, state, now)
        for one in list(memory.rows.values()):
            if self._memory is not memory:
                return  # another process plans by now
            if deciding.is_stale(one, now):
                await self._note(replace(one.row, state="dropped"))
            elif one.row.state in ("pending", "sending", "unknown", "sent"):
                await self._posting.see_to(one, files)

    async def _take_over(self, fence: int) -> None:
        rows = await self._ledger.notices(self._clock() - CHANGEABLE)
        things, told = dict(await self._ledger.told_things()), await self._ledger.told_up_to()
        unwritten = self._memory.unwritten if self._memory and fence == self._fence else {}
        known = {row.key: _known(row) for row in rows} | {key: _known(row) for key, row in unwritten.items()}
        self._memory = _Memory(known, things, edited.read_told(told) if told else None, unwritten=unwritten)
        if fence != self._fence:
            self._posting.take_over()
        self._fence = fence

    def _follow(self) -> None:
        place = self._where()
        if place != self._place:
            self._place = place
            self._posting.follow()
            if place is None:
                log.info("the admins are told on the desk alone: %s", NO_CHANNEL)

    def _where(self) -> Place | None:
        config = self._house.config()
        channel = config.channels.get(config.admins.channel or "")
        return Place(*channel.at.split(":", 1)) if channel else None

    async def _decide(self, memory: _Memory, state: ShelfState, now: datetime) -> None:
        """Write down what is to be told from now on."""
        edition, known = self._sources.edition(), list(memory.rows.values())
        zone = edition.zone
        moved = [*deciding.moved(known, self._place), *deciding.closed(known, now, zone)]
        if moved:
            await self._write(Noted(moved))
            known = list(memory.rows.values())
        days = {
            item.file: one.row.opened_at.astimezone(zone).date()
            for one in known
            if one.row.open and one.notice.kind == "broken"
            for item in one.notice.items
        }
        items = broken_items(state, zone, days, now.astimezone(zone).date())
        here = {name: items.get(name) for name in (*days, *items)}
        settled = self._settled.of({**here, "": edition.briefings}, steady())
        wishes = list(deciding.broken_wishes(known, items, settled, state, now))
        if gone := deciding.vanished_wish(known, state):
            wishes.append(gone)
        if wishes:
            await self._write(Noted([deciding.row_of(one, now, self._place) for one in wishes]))
        if "" in settled:
            await self._tell_of_edits(memory, state, edition, now)
        await self._tell_of_things(memory, state, edition, now)

    async def _tell_of_edits(self, memory: _Memory, state: ShelfState, edition: Edition, now: datetime) -> None:
        """Tell what changed since it was told last; the very first time all counts as known."""
        compared = (edition, state.files)
        if _are(compared, memory.compared):
            return
        before = memory.told
        told = edited.told_now(state, edition.history, before)
        if before is None:
            if await self._write(Noted(mark=str(told))):
                memory.told, memory.compared = told, compared
            return
        known = list(memory.rows.values())
        earlier = next((one.notice for one in known if one.row.open and one.row.thing == deciding.CHANGED), None)
        since = datetime.fromisoformat(earlier.since) if earlier else before.at
        notice = await asyncio.to_thread(edited.edited, state, edition.history, since, before.served, earlier)
        wish = deciding.changed_wish(known, notice, now)
        if wish and await self._sources.doubted(edited.touched(state, edition.history, since)):
            return  # whoever serves the newer files may plan soon
        rows = [deciding.row_of(wish, now, self._place)] if wish else []
        if not rows and told == before:
            memory.compared = compared
        elif await self._write(Noted(rows, mark=str(told))):
            memory.told, memory.compared = told, compared

    async def _tell_of_things(self, memory: _Memory, state: ShelfState, edition: Edition, now: datetime) -> None:
        """Tell of what happened by itself, once under its key, and of links also when they are mended."""
        links = self._sources.links()
        seen = (state.files, edition.zone, links)
        if seen == memory.seen and (memory.things_at is None or now < memory.things_at):
            return
        current = await asyncio.to_thread(_things, state, links, now, edition.zone)
        followed = await asyncio.to_thread(_followed, list(memory.rows.values()), state, links, current)
        if followed and not await self._write(Noted([deciding.row_of(one, now, self._place) for one in followed])):
            return
        fresh = aged.fresh(current, memory.things)
        known = list(memory.rows.values())
        rows = [self._row(known, kind, items, now, edition.zone) for kind, items in fresh.items()]
        keys = [key for items in fresh.values() for key in items]
        forget = aged.forgotten(memory.things, {one.key for one in current}, now)
        if (rows or forget) and not await self._write(Noted(rows, keys, forget)):
            return
        memory.things = {key: at for key, at in memory.things.items() if key not in forget} | dict.fromkeys(keys, now)
        memory.seen, memory.things_at = seen, await asyncio.to_thread(aged.next_at, state, now, edition.zone)

    def _row(
        self, known: Sequence[Known], kind: Kind, items: Mapping[str, Item], now: datetime, zone: tzinfo
    ) -> NoticeRow:
        return deciding.row_of(deciding.thing_wish(known, kind, items.values(), now, zone), now, self._place)

    async def _note(self, *rows: NoticeRow) -> bool:
        """Write rows down; what cannot be written of what was done is kept, and written first of all next time."""
        memory = self._memory
        done = all(row.state not in ("sending", "unknown") for row in rows)
        if memory and done:
            memory.unwritten |= {row.key: row for row in rows}
            memory.rows |= {row.key: _known(row) for row in rows}
        return await self._write(Noted([*memory.unwritten.values()] if memory and done else rows))

    async def _write(self, noted: Noted) -> bool:
        assert self._fence is not None
        memory = self._memory
        if not await self._ledger.note_down(PLANNER, self._fence, noted, self._clock()):
            self._memory = None
            return False
        self.revision += 1
        if memory:
            for row in noted.rows:
                memory.unwritten.pop(row.key, None)
                memory.rows[row.key] = _known(row)
        return True


def _known(row: NoticeRow) -> Known:
    return Known(row, read(row.notice))


def _things(state: ShelfState, links: LinksKnown, now: datetime, zone: tzinfo) -> list[Thing]:
    return [*aged.aged_things(state, now, zone), *dead_things(state, links.dead, zone)]


def _followed(known: Sequence[Known], state: ShelfState, links: LinksKnown, things: Iterable[Thing]) -> list[Wish]:
    return list(link_wishes(known, state, links, things))


def _are(some: Sequence[object], others: Sequence[object]) -> bool:
    """Whether these are the very same objects."""
    return len(some) == len(others) and all(one is other for one, other in zip(some, others, strict=True))
