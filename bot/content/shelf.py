"""The shelf: keeps the last good version of every file, and swaps whole editions while the folder is edited."""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from bot.content.changes import changes
from bot.content.edition import Edition, Views
from bot.content.folder import BROKEN, GONE, STILL, Signature, Waiting, look, sign, wait
from bot.content.history import History, versions_of
from bot.content.memory import Kept, Memory, Remembered, Version
from bot.content.model import Section
from bot.content.parse import Parsed
from bot.content.problems import Problem, errors
from bot.content.readers import first_standings, kept_of, read_again, read_some
from bot.content.standing import Standing, rest_needed, settle, vanished
from bot.content.state import ShelfState
from bot.content.watch import TICK, listen
from bot.errors import StoreError

log = logging.getLogger(__name__)

SWEEP = 30.0
"""Seconds between looks at everything, for folders that tell of no change: ConfigMaps, network mounts."""
CONFIG = "/config.yaml"
"""The name under which the last good configuration is remembered; no briefing's name begins with a slash."""


class Rules(Protocol):
    """What the shelf needs of the configuration."""

    @property
    def sections(self) -> Mapping[str, Section]: ...

    @property
    def zone(self) -> tzinfo: ...


R = TypeVar("R", bound=Rules)


class Shelf(Generic[R]):
    """All files of one folder, the configuration beside them, and the edition made of both.

    `read_rules` reads the text of the configuration; `clock` gives aware times. Reading, parsing and the making of
    views happen in threads; what is swapped in is complete.
    """

    def __init__(
        self,
        folder: Path,
        config: Path,
        rules: R,
        read_rules: Callable[[], tuple[R | None, tuple[Problem, ...], str]],
        memory: Memory,
        clock: Callable[[], datetime],
    ) -> None:
        self.folder = folder
        self.config = config
        self.rules = rules
        self.state = ShelfState(0)
        self.loaded_at = clock()
        self._read_rules = read_rules
        self._memory = memory
        self._clock = clock
        self._history = History()
        self._standings: dict[str, Standing] = {}
        self._known: dict[str, Signature] = {}
        self._waiting: dict[str, Waiting] = {}
        self._drafts: dict[str, tuple[Signature, Parsed]] = {}
        self._missing: dict[str, float] = {}
        self._config_problems: tuple[Problem, ...] = ()
        self._unkept: tuple[list[Kept], list[Version], list[str]] = ([], [], [])
        self._notices: dict[str, str] = {}
        self._changed = asyncio.Condition()
        self.views = Views(Edition((), rules.sections, rules.zone))

    async def open(self, remembered: Remembered, config_problems: tuple[Problem, ...] = ()) -> None:
        """Read the folder for the first time; what is broken in it is served as it was remembered."""
        self._history = History().with_new(remembered.versions)
        self._config_problems = config_problems
        seen = await self._look()
        self._known = {CONFIG: sign(self.config)}
        standings, fresh = await asyncio.to_thread(
            first_standings, self.folder, seen, remembered.kept, self.rules.sections
        )
        self._standings = standings
        self._known |= {parsed.file: seen[parsed.file] for parsed in fresh}
        await self._accept(fresh, ())

    async def watch(self) -> None:
        """Follow the folder until cancelled."""
        wake = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(listen(self.folder, wake))
            tasks.create_task(listen(self.config.parent, wake, only=self.config.name))
            tasks.create_task(self._follow(wake))

    async def changed(self, revision: int) -> int:
        """Wait until the state's revision is above this one, and return it."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.state.revision > revision)
        return self.state.revision

    async def reload(self) -> None:
        """Read everything again at once, and let go of what vanished."""
        self._known = {}
        gone = [name for name in self._missing if name in self._standings]
        seen = await self._look()
        names = [name for name in seen if name != CONFIG]
        fresh = await asyncio.to_thread(read_some, self.folder, names, self.rules.sections)
        self._known = seen
        await self._take_rules()
        self._missing = {}
        await self._accept(fresh, gone)

    async def _follow(self, wake: asyncio.Event) -> None:
        swept = time.monotonic()
        while True:
            soon = self._waiting or (self._missing and not self.state.vanished)
            with suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), TICK if soon else SWEEP)
            wake.clear()
            if time.monotonic() - swept >= SWEEP:
                swept = time.monotonic()
                stale = await asyncio.to_thread(read_again, self.folder, self._standings)
                self._known = {name: known for name, known in self._known.items() if name not in stale}
                await self._keep()
            await self._round()

    async def _round(self) -> None:
        """Look once: take in what has been still for long enough, let go of what is gone for long enough."""
        now = time.monotonic()
        seen = await self._look()
        self._waiting = wait(self._waiting, self._known, seen, now)
        rested = {name: now - one.since for name, one in self._waiting.items() if now - one.since >= STILL}
        if CONFIG in rested and await self._take_rules(rested[CONFIG]):
            self._known[CONFIG] = seen[CONFIG]
        fresh = await self._rested({name: rest for name, rest in rested.items() if name != CONFIG}, seen)
        gone = self._gone(seen, fresh, now)
        if fresh or gone:
            await self._accept(fresh, gone)

    async def _rested(self, rested: Mapping[str, float], seen: Mapping[str, Signature]) -> list[Parsed]:
        """Read what rested, once for each signature, and give back what rested long enough for what it holds."""
        unread = [name for name in rested if self._drafts.get(name, ((), None))[0] != seen[name]]
        for parsed in await asyncio.to_thread(read_some, self.folder, unread, self.rules.sections):
            if sign(self.folder / parsed.file) == seen[parsed.file]:
                self._drafts[parsed.file] = (seen[parsed.file], parsed)
        fresh = []
        for name, rest in rested.items():
            draft = self._drafts.get(name)
            if draft and draft[0] == seen[name] and rest >= rest_needed(draft[1], self._standings.get(name)):
                fresh.append(draft[1])
                self._known[name] = seen[name]
                del self._drafts[name]
        return fresh

    def _gone(self, seen: Mapping[str, Signature], fresh: Iterable[Parsed], now: float) -> list[str]:
        """Files to let go: missing long enough, or moved to another name; none if more than half are missing."""
        missing = [name for name in self._standings if name not in seen]
        self._missing = {name: self._missing.get(name, now) for name in missing}
        taken = {parsed.briefing.briefing.id for parsed in fresh if parsed.briefing}
        moved = [name for name in missing if self._id(name) in taken]
        if vanished([name for name in missing if name not in moved], self._standings):
            return moved
        return [name for name in missing if name in moved or now - self._missing[name] >= GONE]

    def _id(self, name: str) -> str | None:
        served = self._standings[name].served
        return served.briefing.briefing.id if served and served.briefing else None

    async def _take_rules(self, rest: float = float("inf")) -> bool:
        """Take in config.yaml; with errors the last good one stays. False while it may still be written."""
        rules, problems, text = await asyncio.to_thread(self._read_rules)
        if errors(problems) and rest < BROKEN:
            return False
        self._config_problems = problems
        if rules is None:
            log.warning("config.yaml has %d errors; the last good one stays", len(errors(problems)))
            await self._tell()
            return True
        same = rules.sections == self.rules.sections and rules.zone == self.rules.zone
        self.rules = rules
        self._unkept[0].append(kept_of(CONFIG, text, self._clock()))
        names = [] if same else [name for name in self._standings if name not in self._missing]
        await self._accept(await asyncio.to_thread(read_some, self.folder, names, rules.sections), ())
        return True

    async def _accept(self, fresh: list[Parsed], gone: Iterable[str]) -> None:
        """Make the next edition, remember it, and swap it in: one assignment, after all else is done."""
        at = self._clock()
        before, gone = self._standings, list(gone)
        self._standings = settle(before, fresh, gone, at)
        taken = [standing for standing in self._standings.values() if standing.loaded_at == at]
        await self._remember(taken, gone, at)
        views = await asyncio.to_thread(self._next_views, at)
        self.views = views
        self.loaded_at = at
        for parsed in fresh:
            self._report(parsed.file, before.get(parsed.file), at)
        for name in gone:
            log.info("%s is gone and no longer served", name)
        await self._tell()

    def _next_views(self, at: datetime) -> Views:
        served = [standing.served for standing in self._standings.values()]
        briefings = tuple(parsed.briefing for parsed in served if parsed and parsed.briefing)
        edition = Edition(briefings, self.rules.sections, self.rules.zone, self._history)
        views = Views(edition, self.views)
        for audience in self.views.audiences():
            views.at(audience, at)
        views.settle()
        return views

    async def _remember(self, taken: list[Standing], gone: list[str], at: datetime) -> None:
        good = [standing.served for standing in taken if standing.served]
        zone, history = self.rules.zone, self._history
        fresh = [
            version for parsed in good if parsed.briefing for version in versions_of(parsed.briefing, history, at, zone)
        ]
        self._history = history.with_new(fresh)
        files, versions, forgotten = self._unkept
        files += [kept_of(parsed.file, parsed.text, at) for parsed in good]
        versions += fresh
        forgotten += gone
        await self._keep()

    async def _keep(self) -> None:
        """Write down what is not yet; without a database the shelf goes on, says so, and tries again."""
        files, versions, forgotten = self._unkept
        if not (files or versions or forgotten):
            return
        try:
            await self._memory.keep(list({kept.file: kept for kept in files}.values()), versions)
            await self._memory.forget([name for name in forgotten if name not in self._standings])
        except StoreError as error:
            log.warning("the last good versions are not remembered: %s", error)
            self._notices["store"] = f"Last good versions are not remembered: {error}"
            return
        self._unkept = ([], [], [])
        self._notices.pop("store", None)

    async def _look(self) -> dict[str, Signature]:
        """Everything in the folder by name, and config.yaml; a folder that cannot be listed is empty, and told."""
        try:
            seen = await asyncio.to_thread(look, self.folder)
            self._notices.pop("folder", None)
        except OSError as error:
            self._notices["folder"] = f"The briefings folder cannot be read: {error.strerror}"
            seen = {}
        return seen | {CONFIG: sign(self.config)}

    async def _tell(self) -> None:
        files = tuple(standing.state for _, standing in sorted(self._standings.items()))
        held = tuple(sorted(self._missing)) if vanished(self._missing, self._standings) else ()
        notices = tuple(self._notices.values())
        async with self._changed:
            revision = self.state.revision + 1
            self.state = ShelfState(revision, files, self._config_problems, held, notices)
            self._changed.notify_all()

    def _report(self, name: str, before: Standing | None, at: datetime) -> None:
        """One log line for each file taken in."""
        standing = self._standings[name]
        wrong = errors(standing.parsed.problems)
        if standing.served and standing.loaded_at == at and standing.served.briefing:
            old = before.served.briefing if before and before.served else None
            claims = len(standing.served.briefing.snippets)
            log.info("%s loaded: %d claims, %s", name, claims, changes(old, standing.served.briefing))
        elif standing.served:
            log.warning(
                "%s not loaded: %s: %s; still serving the version of %s",
                name,
                wrong[0].place,
                wrong[0].message,
                standing.loaded_at,
            )
        else:
            log.warning("%s not loaded: %s: %s; there is no earlier version", name, wrong[0].place, wrong[0].message)
