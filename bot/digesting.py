"""Builds what plans and sends digests, and runs it beside everything else."""

import logging
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping
from typing import Any

from bot.content.links import LinksKnown
from bot.content.making import print_of
from bot.content.shelf import Shelf
from bot.digests.caretaker import Caretaker
from bot.digests.composing import Sources
from bot.digests.gate import Gate
from bot.digests.lane import Lane, Means, Passing, nothing
from bot.digests.leading import PLANNER, Leading, lease_name, myself
from bot.digests.moves import Moves
from bot.digests.outcomes import timings
from bot.digests.pace import LIMITS, Limit
from bot.digests.planner import Planner
from bot.digests.replica_words import shown
from bot.digests.replicas import Replicas
from bot.digests.schedules import Schedules
from bot.digests.shared_clock import SharedClock
from bot.errors import BriefingBotError, StoreError
from bot.front import Front
from bot.heart import Part
from bot.message import Message
from bot.notices.posting import House
from bot.notices.shown import notices_shown
from bot.notices.teller import Sources as Known
from bot.notices.teller import Teller
from bot.opening import clock
from bot.platforms.base import Health, Platform, key_of
from bot.platforms.desk import kept
from bot.platforms.desk.house import NoticesShown, ReplicaShown
from bot.platforms.desk.wall import Wall
from bot.platforms.drawings import RENDER
from bot.settings import Config, Settings, told_together
from bot.store.memory import Store

log = logging.getLogger(__name__)

RENDERS = {**RENDER, "desk": kept.render}
"""How each platform draws one page of a message."""


NOTICES = 50
"""Notices that the desk shows."""


class Digesting:
    """The planner, one lane for each platform, and the caretaker of places."""

    def __init__(
        self,
        shelf: Shelf[Settings],
        front: Front,
        store: Store,
        platforms: Mapping[str, Platform],
        limits: Mapping[str, Limit] = LIMITS,
        passing: Passing = nothing,
        now: SharedClock | None = None,
        me: str = "",
        links: Callable[[], LinksKnown] = LinksKnown,
    ) -> None:
        me, self.passing = me or myself(), passing
        self.now = now = now or SharedClock(clock)
        self.store, self.wall = store, Wall(store, now)
        self.replicas = Replicas(store, me, self._prints, now, front.store_answers)
        self._printed: tuple[Config | None, str] = None, ""
        self._shelf, self._front = shelf, front
        self.platforms: Mapping[str, Platform] = {**platforms, self.wall.name: self.wall}
        self.schedules = Schedules(store, lambda: shelf.rules.config)
        gate = Gate(
            self.schedules, front.view, self.platforms, now, self.replicas.agree, store.superseded, self._served
        )
        patience = timings(shelf.rules.config.delivery)
        means = Means(store, me, patience, now, gate, passing, lambda: self.replicas.may_send)
        self.lanes = {name: Lane(one, limits[name], means) for name, one in self.platforms.items()}
        sources = Sources(
            lambda: shelf.rules.config,
            front.view,
            shelf.at_rest,
            self._take_over,
            self.replicas.beat,
            RENDERS,
            self.platforms,
            self._absent,
            front.typed,
            self._served,
            self._doubted,
        )
        leading = Leading(store, PLANNER, me, now)
        self.planner = Planner(store, self.schedules, sources, leading, now, self._settled, passing)
        house = House(
            self.platforms,
            RENDERS,
            lambda: shelf.rules.config,
            self._absent,
            patience,
            now,
            lambda: self.planner.charge is not None,
            passing,
        )
        known = Known(lambda: shelf.state, lambda: shelf.views.edition, self._doubted, links)
        self.teller = Teller(store, known, house, lambda: self.planner.charge)
        self.moves = Moves(store, self._used, now)
        self._caretaker = Caretaker(
            store, self.platforms, self.schedules, self._absent, self._tell, now, lambda: self.planner.leads
        )

    def running(self) -> Iterator[Coroutine[Any, Any, None]]:
        """What is to run until it is cancelled."""
        yield self.planner.run()
        yield self._caretaker.run()
        yield self.moves.run()
        yield self.teller.run()
        yield self.replicas.run()
        yield self._follow()
        for lane in self.lanes.values():
            yield lane.run()

    def parts(self) -> Iterator[Part]:
        """What goes its rounds, and how long one may take: with a database that does not answer, and a long tidying."""
        yield Part("The planner of digests", self.planner, 180.0)
        yield Part("The caretaker of places", self._caretaker, 3600.0)
        yield Part("What asks the database", self.replicas, 180.0)
        yield Part("What tells the admins", self.teller, 600.0)
        for name, lane in self.lanes.items():
            yield Part(f"The lane of {name.title()}", lane, 180.0)

    def _used(self, platform: str) -> Collection[str]:
        """The channels of a platform that digests may go to: those of config.yaml, and those that subscribed."""
        named = (one.at for one in self._shelf.rules.config.channels.values())
        places = (*named, *(at for one in self.schedules.rota.values() for at in one.channels))
        return {channel for name, _, channel in (at.partition(":") for at in places) if name == platform}

    async def _take_over(self) -> None:
        """Go on with the history that whoever planned before has written."""
        if self.store.database.shared:
            await self._shelf.rebase(await self.store.recall())

    async def _follow(self) -> None:
        """Plan anew whenever config.yaml or a briefing changes."""
        revision = -1
        while True:
            revision = await self._shelf.changed(revision)
            self.planner.wake()

    def leading(self, kind: str, platform: str) -> Leading:
        """A lease of this process."""
        return Leading(self.store, lease_name(kind, platform), self.replicas.me.id, self.now)

    def shown(self) -> tuple[ReplicaShown, ...]:
        """The processes that share the database, as they were heard last; none where it is one process's own."""
        replicas = self.replicas
        if not self.store.database.shared:
            return ()
        return shown(replicas.all, replicas.leases, self.now(), replicas.me.id, replicas.differing)

    async def notices(self) -> NoticesShown:
        """What the admins were told last."""
        try:
            rows = await self.store.newest_notices(NOTICES)
        except StoreError as error:
            return NoticesShown(trouble=f"the database does not answer: {error}")
        return notices_shown(rows, self.teller.trouble, self._shelf.rules.config, self.platforms)

    def trouble(self, platform: str) -> str:
        """Why nothing is sent to a platform though it is there; empty where all is well."""
        if platform == self.wall.name and self.planner.trouble:
            return self.planner.trouble
        lane = self.lanes.get(platform)
        return lane.standing.detail if lane and lane.standing.state == "trouble" else ""

    def _settled(self) -> None:
        for lane in self.lanes.values():
            lane.wake()

    def _prints(self) -> Mapping[str, str]:
        """A print of each file that is served, and of config.yaml; takes a while."""
        config = self._shelf.rules.config
        if self._printed[0] is not config:
            self._printed = config, print_of(told_together(config))
        return {**self._shelf.prints(), "config.yaml": self._printed[1]}

    def _served(self) -> frozenset[str]:
        """The ids of all briefings there are, whoever may see them."""
        return frozenset(one.briefing.id for one in self._shelf.views.edition.briefings)

    async def _doubted(self, snippets: Collection[str]) -> frozenset[str]:
        """Those of them that are again as they were before, while replicas elsewhere serve other files."""
        history = self._shelf.views.edition.history
        back = frozenset(name for name in snippets if history.went_back(*name.split("/", 1)))
        disputed = back and self.store.database.shared and await self.replicas.disputed()
        return back if disputed else frozenset()

    def _absent(self, platform: str) -> str:
        health = self._front.absent.get(platform, Health("off", "no token"))
        return f"{platform.title()} is off: {health.detail}"

    async def _tell(self, message: Message, about: str) -> None:
        try:
            await self._front.tell_admins(lambda _: message, key_of("notice", about))
        except BriefingBotError as error:
            log.warning("the admins were not told of suspended places, which the desk lists: %s", error)
