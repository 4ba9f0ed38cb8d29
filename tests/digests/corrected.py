"""A house whose digests are posted on a wall and put right there: a real ledger, a real lane, edited briefings."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.commands.base import Place
from bot.content.model import Briefing
from bot.content.view import View
from bot.digests.composing import Composing, Sources
from bot.digests.corrections import Corrections
from bot.digests.gate import Gate
from bot.digests.lane import Lane, Means
from bot.digests.outcomes import Timings
from bot.digests.rota import rota
from bot.digests.schedules import Schedules
from bot.message import Claim, Message
from bot.platforms.base import Frozen
from bot.platforms.desk import kept
from bot.platforms.desk.wall import Wall
from bot.settings import Config
from bot.store.memory import Store, open_store
from bot.store.rows import DeliveryRow, Occurrence, Planned, State
from bot.store.slots import NOW
from tests.content.editions import read
from tests.digests.days import ORIGINAL, lived, marked, worded
from tests.digests.test_lane import QUICK, WIDE, now, running

Hook = Callable[[str, int], Awaitable[Exception | None]]
"""Asked before each request of a kind, with its number: what goes wrong with it; what says "after" is carried out."""


class Paper(Wall):
    """The wall behind a network; it keeps the kinds of all requests, and the texts of edits."""

    repost_within = timedelta(0)

    def __init__(self, store: Store) -> None:
        super().__init__(store, now)
        self.made: list[tuple[str, str]] = []
        self.hook: Hook | None = None

    def count(self, kind: str) -> int:
        return sum(one == kind for one, _ in self.made)

    async def post(self, place: Place, post: Frozen, key: str, under: str | None = None) -> str:
        await self._do("reply" if under else "post", lambda: Wall.post(self, place, post, key, under), post)
        return key

    async def edit(self, place: Place, message_id: str, post: Frozen) -> None:
        await self._do("edit", lambda: Wall.edit(self, place, message_id, post), post)

    async def delete(self, place: Place, message_id: str) -> None:
        await self._do("delete", lambda: Wall.delete(self, place, message_id), None)

    async def _do(self, kind: str, act: Callable[[], Awaitable[object]], post: Frozen | None) -> None:
        self.made.append((kind, str(post.body) if post else ""))
        error = await self.hook(kind, self.count(kind)) if self.hook else None
        if error is None or "after" in str(error):
            await act()
        if error is not None:
            raise error


COUNT = "Western intelligence puts the North Korean force already in Russia's Kursk region at more than 10,000."
NOTE = 'at: 2026-11-29, note: "fewer, not more"'
WITHDRAWN = marked(ORIGINAL, "troop-count", "withdrawn", 'at: 2026-11-29, note: "nobody counted"')
ERASED_TEXT = marked(ORIGINAL, "troop-count", "withdrawn", "at: 2026-11-29, note: libel, erase: true")
RAISED = worded(ORIGINAL, "  sharing: TLP:CLEAR", "  sharing: TLP:AMBER")


def told(words: str = "fewer than 10,000", state: str = "corrected", note: str = NOTE) -> str:
    """The briefing with another count of troops."""
    return worded(marked(ORIGINAL, "troop-count", state, note), "at more than 10,000.", f"at {words}.")


def once(kind: str, error: Exception, times: int = 1) -> Hook:
    """The first requests of a kind go wrong."""

    async def hook(asked: str, number: int) -> Exception | None:
        return error if asked == kind and number <= times else None

    return hook


async def _nothing() -> None: ...


async def _always() -> bool:
    return True


@dataclass
class House:
    """The digest `morning`, in channels of the desk, over the briefing that ships."""

    store: Store
    settings: dict[str, Any]
    audiences: dict[str, str] = field(default_factory=lambda: {"newsroom": "TLP:CLEAR"})
    paper: Paper = field(init=False)
    doubted: frozenset[str] = frozenset()
    """The snippets that stand here as they stood before, while other replicas serve other files."""
    states: list[tuple[datetime, Sequence[Briefing]]] = field(default_factory=list)
    _config: Config = field(init=False)
    _views: dict[tuple[int, str], View] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.paper = Paper(self.store)
        self.set()
        self.states.append((now() - timedelta(days=1), [read(ORIGINAL)]))
        sources = Sources(
            lambda: self._config, self.view, self._at_rest, _nothing, _nothing, {"desk": kept.render},
            {"desk": self.paper}, str, {}, lambda: {one.briefing.id for one in self.states[-1][1]},
            self._doubted,
        )  # fmt: skip
        schedules = Schedules(self.store, lambda: self._config)
        self.composing = Composing(self.store, schedules, sources, now)
        self.corrections = Corrections(self.store, schedules, sources, now, self.settled, rest=timedelta())
        self.gate = Gate(
            schedules, self.view, {"desk": self.paper}, now, _always, self.store.superseded, sources.served
        )
        self.lane = self.another_lane("me")

    def another_lane(self, me: str = "next", timings: Timings = QUICK) -> Lane:
        return Lane(self.paper, WIDE, Means(self.store, me, timings, now, self.gate))

    def settled(self) -> None:
        self.lane.wake()

    def set(self, **settings: Any) -> None:
        """Another setting of the digest."""
        self.settings |= settings
        morning = {"title": "Morning briefing", "at": "08:00", "channels": list(self.audiences), **self.settings}
        found = {
            "sections": {"impact": {"title": "Impact", "about": "What may change"}},
            "channels": {name: {"at": f"desk:{name}", "audience": one} for name, one in self.audiences.items()},
            "digests": {"morning": morning},
        }
        self._config = Config.model_validate(found)

    async def view(self, audience: str) -> View:
        known = (len(self.states), audience)
        if known not in self._views:
            self._views[known] = lived(*self.states).seen_by(audience, now())
        return self._views[known]

    async def _at_rest(self, _: float) -> datetime:
        return now()

    async def _doubted(self, snippets: Collection[str]) -> frozenset[str]:
        return self.doubted.intersection(snippets)

    def save(self, *texts: str) -> None:
        """The briefings are these now."""
        self.states.append((now(), [read(text) for text in texts]))

    async def post(self, slot: str = f"{NOW}1", *, wait: bool = True) -> Occurrence:
        """Post the digest; a lane has to run for it to arrive."""
        await self.store.plan((), [Planned("morning", slot, now())], now())
        (one,) = await self.store.unfrozen()
        found = await self.composing.settled(rota(self._config, ())["morning"], slot, one.due_at)
        await self.store.freeze(one.id, found.state, found.reason, now(), found.drafts, found.addressed)
        if wait:
            await self.still()
        return one

    async def still(self, within: float = 20.0) -> None:
        """Wait until nothing is under way."""
        async with asyncio.timeout(within):
            while under_way(await self.store.counts()):  # noqa: ASYNC110 a lane does it
                await asyncio.sleep(0.02)

    async def wait(self, why: str, within: float = 20.0) -> None:
        """Wait until all that is to be done to what was posted waits for this reason."""
        async with asyncio.timeout(within):
            while [(row.state, row.why) for row in await self.rows()] != [("retry", why)]:  # noqa: ASYNC110 a lane does it
                await asyncio.sleep(0.02)

    async def made(self, kind: str, times: int, within: float = 20.0) -> None:
        """Wait until so many requests of a kind were made."""
        async with asyncio.timeout(within):
            while self.paper.count(kind) < times:  # noqa: ASYNC110 a lane does it
                await asyncio.sleep(0.02)

    async def corrected(self) -> None:
        """Compare, and wait until all is put right."""
        await self.corrections.round()
        await self.still()

    async def rows(self) -> list[DeliveryRow]:
        """What was done to what was posted, and became of that."""
        (one,) = await self.store.history("morning", 1)
        return [row for row in await self.store.of_slot(one.id) if row.revision]

    async def messages(self, channel: str = "newsroom") -> list[Message]:
        """What stands on the wall, the oldest first."""
        return [kept.read_body(pin.body)[0] for pin in reversed(await self.store.wall(channel, 100))]

    async def claims(self, channel: str = "newsroom") -> dict[str, Claim]:
        """The claims that stand on the wall, by the beginning of their texts."""
        blocks = [block for message in await self.messages(channel) for block in message.blocks]
        return {block.text: block for block in blocks if isinstance(block, Claim)}


def under_way(counts: Mapping[State, int]) -> int:
    return sum(counts[state] for state in ("pending", "retry", "sending", "unknown"))


@asynccontextmanager
async def house(tmp_path: Path, *, lane: bool = True, **settings: Any) -> AsyncIterator[House]:
    """A house whose corrections wait for no others, unless it has no lane."""
    audiences = settings.pop("audiences", {"newsroom": "TLP:CLEAR"})
    async with AsyncExitStack() as parts:
        store = await parts.enter_async_context(await open_store("sqlite:///state.db", tmp_path))
        found = House(store, {"show": "headline", **settings}, audiences)
        if lane:
            await parts.enter_async_context(running(found.lane))
        yield found
