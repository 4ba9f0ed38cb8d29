"""The shelf: keeps the last good version of every file, and swaps whole editions while the folder is edited."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from bot.content.absent import Absent
from bot.content.edition import Edition, Views
from bot.content.folder import Caution, Signature, Waiting, look, missing, replaced, sign, wait
from bot.content.history import History
from bot.content.keeping import Keeping
from bot.content.making import make, prints, rebased, tell
from bot.content.memory import Memory, Remembered
from bot.content.parse import Parsed
from bot.content.problems import Problem, errors
from bot.content.readers import failed, first_standings, kept_of, parse_again, read_again, read_some, unmoved
from bot.content.rules import CONFIG, Rules
from bot.content.standing import Standing, moved, rest_needed
from bot.content.state import FileState, ShelfState
from bot.content.watch import CHECK, TICK, listen

log = logging.getLogger(__name__)

CAUTION = Caution()
FOLDER = "."
"""The name of the whole folder, in the place of its files while it may not be listed."""

R = TypeVar("R", bound=Rules)


class Shelf(Generic[R]):
    """All files of one folder, the configuration beside them, and the edition made of both.

    `read_rules` reads the text of the configuration; `clock` gives aware times; `hear` sets an event when something
    changed. Reading, parsing and the making of views happen in threads; what is swapped in is complete.
    """

    def __init__(
        self,
        folder: Path,
        config: Path,
        rules: R,
        read_rules: Callable[[], tuple[R | None, tuple[Problem, ...], str]],
        memory: Memory,
        clock: Callable[[], datetime],
        caution: Caution = CAUTION,
        hear: Callable[..., Coroutine[object, object, None]] = listen,
    ) -> None:
        self.folder, self.config, self.rules = folder, config, rules
        self.state = ShelfState(0)
        self.loaded_at = clock()
        self.turned_at = 0.0
        self._read_rules = read_rules
        self._clock, self._caution, self._hear = clock, caution, hear
        self.standings: Mapping[str, Standing] = {}
        self._known: dict[str, Signature] = {FOLDER: ()}
        self._waiting: dict[str, Waiting] = {}
        self._absent = Absent(caution)
        self._config_text: str | None = None
        self._config_problems: tuple[Problem, ...] = ()
        self._keeping = Keeping(memory, caution.again)
        self._notices: dict[str, str] = {}
        self._turn = asyncio.Lock()
        self._changed = asyncio.Condition()
        self.views = Views(Edition((), rules.sections, rules.zone))

    async def open(self, remembered: Remembered, config_problems: tuple[Problem, ...] = ()) -> None:
        """Read the folder for the first time; what is broken in it is served as it was remembered."""
        history = History().with_new(remembered.versions)
        self.views = Views(Edition((), self.rules.sections, self.rules.zone, history))
        self._config_text = next((kept.text for kept in remembered.kept if kept.file == CONFIG), None)
        self._config_problems = config_problems
        async with self._turn:
            seen = await self._look()
            names = {name: signature for name, signature in seen.items() if name not in (CONFIG, FOLDER)}
            self.standings, fresh = await asyncio.to_thread(
                first_standings, self.folder, names, remembered.kept, self.rules.sections, self._caution
            )
            # config.yaml was read before anybody watched it: the first round reads it again.
            self._known |= {parsed.file: seen[parsed.file] for parsed in fresh}
            await self._accept(fresh, moved(missing(self.standings, seen), self.standings, fresh))

    async def watch(self) -> None:
        """Follow the folder until cancelled."""
        wake = asyncio.Event()
        wake.set()
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._hear(self.folder, wake))
                tasks.create_task(self._hear(self.config.parent, wake, only=self.config.name))
                tasks.create_task(self._follow(wake))
        finally:
            await self._keeping.finish()

    async def changed(self, revision: int) -> int:
        """Wait until the state's revision is above this one, and return it."""
        async with self._changed:
            await self._changed.wait_for(lambda: self.state.revision > revision)
        return self.state.revision

    async def at_rest(self, within: float) -> datetime:
        """This moment, once no edition is being made, or after so many seconds: `views` hold all that was read."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within), self._turn:
                pass
        return self._clock()

    def prints(self) -> Mapping[str, str]:
        """A print of each text that is served, by the name of its file; takes a while."""
        return prints(self.standings)

    async def rebase(self, remembered: Remembered) -> None:
        """Go on from the history that another process wrote, and write down in what these files differ from it."""
        async with self._turn:
            base = (self.views, remembered, self._config_text, self._clock())
            made = await asyncio.to_thread(rebased, self.standings, *base)
            self._keeping.add(made.kept, made.versions, made.gone)
            await self._keeping.write()
            self.views = made.views

    async def reload(self) -> None:
        """Read everything again, what is being written as patiently as ever, and let go of what vanished."""
        async with self._turn:
            confirmed = missing(self.standings, await self._look())
            self._known = {name: known for name, known in self._known.items() if name in (CONFIG, FOLDER)}
            self._waiting = {}
        until = time.monotonic() + self._caution.broken + CHECK
        while await self._try(self._round):
            if not self._waiting or time.monotonic() > until:
                break
            await asyncio.sleep(TICK)
        await self._try(lambda: self._let_go(confirmed))

    async def _let_go(self, names: Sequence[str]) -> None:
        away = missing(self.standings, await self._look())
        self._absent = Absent(self._caution)
        await self._accept([], [name for name in names if name in away])

    async def _follow(self, wake: asyncio.Event) -> None:
        swept = time.monotonic()
        woken = False
        while True:
            self.turned_at = time.monotonic()
            with suppress(TimeoutError):
                async with asyncio.timeout(self._pause(woken)):  # wait_for loses a cancellation in Python 3.11
                    await wake.wait()
            woken = wake.is_set()
            wake.clear()
            if time.monotonic() - swept >= self._caution.sweep:
                swept = time.monotonic()
                await self._try(self._sweep)
            if not await self._try(self._round):
                await asyncio.sleep(CHECK)

    async def _try(self, work: Callable[[], Awaitable[None]]) -> bool:
        """Do one thing at a time; what fails by a fault of ours is told, and leaves everything as it was."""
        async with self._turn:
            try:
                await work()
            except Exception:
                log.exception("the shelf failed")
                self._notices["shelf"] = "A new edition could not be made, and the last one stays; the log says more."
                await self._tell()
                return False
        return True

    def _pause(self, woken: bool) -> float:
        """Seconds until the next look, if nothing is heard; after a look that was asked for comes a second one."""
        if self._waiting:
            return TICK
        if woken or self._absent.counting:
            return min(CHECK / 2, self._caution.sweep)
        return min(self._caution.again, self._caution.sweep) if self._keeping.pending else self._caution.sweep

    async def _sweep(self) -> None:
        """Forget the signatures of all that has another text than was read, and of config.yaml."""
        stale = await asyncio.to_thread(read_again, self.folder, self.standings)
        self._known = {name: known for name, known in self._known.items() if name not in (CONFIG, *stale)}

    async def _round(self) -> None:
        """Look once: take in what has been still for long enough, let go of what is gone for long enough."""
        now = time.monotonic()
        seen = await self._look()
        self._waiting = wait(self._waiting, self._known, seen, now)
        if (config := self._waiting.pop(CONFIG, None)) is not None:
            if now - config.since < self._caution.doubtful:
                self._waiting[CONFIG] = config
            else:
                self._known[CONFIG] = config.signature
                await self._take_rules()
        fresh = await self._rested(now)
        gone = self._absent.gone(self.standings, seen, fresh, now)
        if fresh or gone:
            await self._accept(fresh, gone)
        self._notices.pop("shelf", None)
        await self._keeping.write_again()
        await self._tell()

    async def _rested(self, now: float) -> list[Parsed]:
        """Read what rested, once for each signature, and give back what rested long enough for what it holds."""
        waiting = {name: one for name, one in self._waiting.items() if name != CONFIG}
        unread = [
            name for name, one in waiting.items() if one.parsed is None and now - one.since >= self._caution.still
        ]
        if unread:
            seen = {name: waiting[name].signature for name in unread}
            read = await asyncio.to_thread(read_some, self.folder, unread, self.rules.sections)
            for parsed in await asyncio.to_thread(unmoved, self.folder, read, seen):
                waiting[parsed.file] = replace(waiting[parsed.file], parsed=parsed)
            self._waiting |= waiting
        fresh = []
        for name, one in waiting.items():
            another = replaced(self._known.get(name), one.signature)
            if one.parsed and now - one.since >= rest_needed(
                one.parsed, self.standings.get(name), another, self._caution
            ):
                fresh.append(one.parsed)
                self._known[name] = one.signature
                del self._waiting[name]
        return fresh

    async def _take_rules(self) -> None:
        """Take in config.yaml; with errors the last good one stays."""
        rules, problems, text = await asyncio.to_thread(self._read_rules)
        if rules is None:
            if problems != self._config_problems:
                first, *others = errors(problems)
                more = f" (and {len(others)} more)" if others else ""
                log.warning("not taken in: %s: %s%s; the last good one stays", first.place, first.message, more)
            self._config_problems = problems
            return
        self._config_problems = problems
        if text != self._config_text:
            self._keeping.add([kept_of(CONFIG, text, self._clock())], ())
            self._config_text = text
        if rules == self.rules:
            await self._keeping.write()
            return
        fresh: list[Parsed] = []
        if rules.sections != self.rules.sections:  # what waits was read under the old ones
            fresh = await asyncio.to_thread(parse_again, self.standings, rules.sections)
            self._waiting = {name: replace(one, parsed=None) for name, one in self._waiting.items()}
        await self._swap(fresh, [], rules)
        log.info("config.yaml loaded")

    async def _accept(self, fresh: list[Parsed], gone: list[str]) -> None:
        """Make the next edition and swap it in; a file with which none can be made is told as one that failed."""
        try:
            await self._swap(fresh, gone)
        except Exception:
            if not fresh:
                raise
            log.exception("no edition can be made with %s", ", ".join(parsed.file for parsed in fresh))
            if len(fresh) == 1:
                await self._swap([failed(fresh[0].file, fresh[0].text)], gone)
                return
            await self._accept(fresh[: len(fresh) // 2], gone)
            await self._accept(fresh[len(fresh) // 2 :], [])

    async def _swap(self, fresh: list[Parsed], gone: list[str], rules: R | None = None) -> None:
        """Make the next edition, remember it, and swap it in when all else is done."""
        at, before, rules = self._clock(), self.standings, rules or self.rules
        made = await asyncio.to_thread(make, before, fresh, gone, rules.sections, rules.zone, self.views, at)
        kept = [kept_of(parsed.file, parsed.text, at) for parsed in made.taken]
        self._keeping.add(kept, made.versions, before.keys() - made.standings.keys())
        await self._keeping.write()
        self._known = {name: known for name, known in self._known.items() if name not in gone}
        self.standings, self.rules = made.standings, rules
        if made.views is not self.views:
            self.views, self.loaded_at = made.views, at
        await self._tell(made.files)
        await asyncio.to_thread(tell, before, made.standings)

    async def _look(self) -> dict[str, Signature]:
        """Everything in the folder by name, and config.yaml; that the folder cannot be listed is told."""
        try:
            seen = await asyncio.to_thread(look, self.folder)
            self._notices.pop("folder", None)
        except OSError as error:
            self._notices["folder"] = f"The briefings folder cannot be read: {error.strerror}"
            seen = {} if isinstance(error, FileNotFoundError | NotADirectoryError) else {FOLDER: ()}
        return seen | {CONFIG: await asyncio.to_thread(sign, self.config)}

    async def _tell(self, files: tuple[FileState, ...] | None = None) -> None:
        """Set the state, if it differs from what was told last, and wake those who wait for it."""
        held = tuple(sorted(self._absent.held))
        notices = (*self._notices.values(), *((self._keeping.notice,) if self._keeping.notice else ()))
        now = ShelfState(
            self.state.revision, self.state.files if files is None else files, self._config_problems, held, notices
        )
        if files is not None or now != self.state:
            async with self._changed:
                self.state = replace(now, revision=now.revision + 1)
                self._changed.notify_all()
