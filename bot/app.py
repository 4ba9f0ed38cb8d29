"""Builds the parts, runs them together, and answers: the only room that knows all of them."""

import asyncio
import gc
import logging
import signal
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot import __version__
from bot.commands.base import Ask, HouseFacts, Place, Question, Reply, Suggestion
from bot.commands.numbers import count
from bot.commands.registry import commands, complete, read_line, reply
from bot.content.memory import Kept, Memory, Remembered
from bot.content.model import LABELS
from bot.content.problems import Problem
from bot.content.shelf import CONFIG, Shelf
from bot.content.state import ShelfState
from bot.content.view import View
from bot.errors import StartError, StoreError
from bot.platforms.desk.house import Channel, HouseState, PlatformState
from bot.settings import ConfigProblems, Secrets, Settings, parse_config, read_config

log = logging.getLogger(__name__)


DATABASE = "sqlite:///state.db"
"""Where the store is if DATABASE_URL says nothing: beside config.yaml."""


def clock() -> datetime:
    return datetime.now(UTC)


class Forgetful:
    """A memory that keeps nothing, for those who only ask."""

    async def recall(self) -> Remembered:
        return Remembered()

    async def keep(self, kept: object, versions: object) -> None: ...

    async def forget(self, files: object) -> None: ...


class Front:
    """Answers asks from the shelf; the bot as its platforms see it."""

    def __init__(self, shelf: Shelf[Settings], started: Settings, secrets: Secrets) -> None:
        self._shelf = shelf
        self._started = started
        self._secrets = secrets
        self._started_at = clock()
        self._told: tuple[ShelfState, HouseFacts] | None = None

    async def answer(self, ask: Ask) -> Reply:
        """Answer at once from memory; what has a text may search, and does so in a thread."""
        settings = self._shelf.rules
        channel = next((one for one in settings.config.channels.values() if one.at == str(ask.place)), None)
        view = await self._view(channel.audience if channel else LABELS[0])
        follows = frozenset(channel.briefings if channel else ())
        question = Question(ask.text, clock(), self._facts(), ask.locale, follows)
        known = commands(settings.sections)
        if ask.text:
            message = await asyncio.to_thread(reply, known, view, ask.command, question)
        else:
            message = reply(known, view, ask.command, question)
        if ask.stamp is not None and ask.stamp != message.stamp and ask.page:
            told = "The briefings changed since this answer was given; this is its first page."
            return Reply(replace(message, notices=(told, *message.notices)))
        return Reply(message, ask.page)

    async def complete(self, place: Place, typed: str) -> Sequence[Suggestion]:
        settings = self._shelf.rules
        audiences = {one.at: one.audience for one in settings.config.channels.values()}
        view = await self._view(audiences.get(str(place), LABELS[0]))
        return await asyncio.to_thread(complete, commands(settings.sections), view, typed)

    def channels(self) -> Sequence[Channel]:
        named = self._shelf.rules.config.channels.items()
        return [Channel(name, Place(*one.at.split(":", 1)), one.audience) for name, one in named]

    def shelf(self) -> ShelfState:
        state = self._shelf.state
        restart = _restart(self._started, self._shelf.rules)
        return replace(state, notices=(*state.notices, restart)) if restart else state

    def state(self) -> HouseState:
        platforms = (
            PlatformState("desk", "on", ""),
            _platform("Discord", self._secrets.discord_token),
            _platform("Slack", self._secrets.slack_bot_token),
        )
        trouble = next((notice for notice in self._shelf.state.notices if "not remembered" in notice), None)
        return HouseState(__version__, self._started_at, platforms, trouble or "ok")

    async def changed(self, revision: int) -> int:
        return await self._shelf.changed(revision)

    async def reload(self) -> None:
        await self._shelf.reload()

    async def _view(self, audience: str) -> View:
        views, now = self._shelf.views, clock()
        ready = views.ready(audience, now)
        return ready if ready is not None else await asyncio.to_thread(views.at, audience, now)

    def _facts(self) -> HouseFacts:
        """What `/status` tells, made once for each state of the shelf."""
        state = self._shelf.state
        if self._told is None or self._told[0] is not state:
            files = [(file, file.briefing.briefing.id) for file in state.files if file.briefing]
            broken = frozenset(name for file, name in files if file.broken)
            read_at = {name: file.loaded_at for file, name in files if file.loaded_at}
            facts = HouseFacts(__version__, self._started_at, self._shelf.loaded_at, broken, read_at)
            self._told = (state, facts)
        return self._told[1]


def _platform(name: str, token: str | None) -> PlatformState:
    return PlatformState(name, "off", "not in this version" if token else "no token")


def _restart(started: Settings, now: Settings) -> str | None:
    """What of config.yaml changed and takes effect only with the next start."""
    changed = [key for key in ("briefings", "desk") if getattr(started.config, key) != getattr(now.config, key)]
    return f"Restart the bot to apply the new {' and '.join(changed)} of config.yaml." if changed else None


def settings_at_start(path: Path, remembered: Sequence[Kept] = ()) -> tuple[Settings, tuple[Problem, ...]]:
    """The configuration as it stands, or as it was last good, with today's problems; else ConfigProblems."""
    settings, problems, _ = read_rules(path)
    if settings is None:
        last = next((kept.text for kept in remembered if kept.file == CONFIG), None)
        settings = parse_config(last, path)[0] if last is not None else None
    if settings is None:
        raise ConfigProblems(problems)
    return settings, problems


def read_rules(path: Path) -> tuple[Settings | None, tuple[Problem, ...], str]:
    """Read config.yaml: its settings, or None with the errors; its problems; its text."""
    text = read_config(path)
    if isinstance(text, Problem):
        return None, (text,), ""
    settings, problems = parse_config(text, path)
    return settings, problems, text


async def open_shelf(
    path: Path, settings: Settings, memory: Memory, remembered: Remembered, problems: tuple[Problem, ...] = ()
) -> Shelf[Settings]:
    """A shelf with its first edition on it; StartError where there is no folder, and none is remembered."""
    if not settings.folder.is_dir() and not any(kept.file != CONFIG for kept in remembered.kept):
        told = f"The briefings folder {settings.folder} is not there."
        raise StartError(f"{told} Make it, or name another in {path.name}.")
    shelf = Shelf(settings.folder, path, settings, lambda: read_rules(path), memory, clock)
    await shelf.open(remembered, problems)
    # What was just loaded stays for long: the collector need not walk it, 60 ms at 10,000 snippets.
    gc.collect()
    gc.freeze()
    return shelf


async def run(path: Path, secrets: Secrets, tell: Callable[[str], None]) -> None:
    """Run the bot until it is told to stop; `tell` gets the lines for the operator's terminal."""
    from bot.platforms.desk.wire import Desk
    from bot.store.memory import open_store

    async with await open_store(secrets.database_url or DATABASE, path.parent) as store:
        remembered = await store.recall()
        settings, problems = settings_at_start(path, remembered.kept)
        shelf = await open_shelf(path, settings, store, remembered, problems)
        front = Front(shelf, settings, secrets)
        where = settings.config.desk
        password = secrets.desk_password
        desk = Desk(front, where.host, where.port, public_url=where.url, password=password, zone=settings.zone)
        if where.on:
            await desk.start()
        try:
            await _serve(shelf, lambda: tell("\n".join(_opening(shelf, front, desk.link if where.on else None))))
        finally:
            await desk.stop()
        tell("Stopped.")


async def _serve(shelf: Shelf[Settings], ready: Callable[[], object]) -> None:
    """Follow the folder until SIGINT or SIGTERM; SIGHUP reads everything again."""
    async with asyncio.TaskGroup() as tasks:
        watch = tasks.create_task(shelf.watch())
        _on_signals(watch, lambda: tasks.create_task(shelf.reload()))
        ready()
        with suppress(asyncio.CancelledError):
            await watch


def _on_signals(watch: "asyncio.Task[None]", reload: Callable[[], object]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, watch.cancel)
    loop.add_signal_handler(signal.SIGHUP, reload)


def _opening(shelf: Shelf[Settings], front: Front, link: str | None) -> list[str]:
    briefings = shelf.views.edition.briefings
    claims = sum(len(briefing.snippets) for briefing in briefings)
    held = f"{claims} claims in {count(len(briefings), 'briefing')}"
    lines = [f"Briefing bot {__version__}: {held}, from {shelf.folder}"]
    for platform in front.state().platforms[1:]:
        lines.append(f"{platform.name}: off, {platform.detail}")
    for file in shelf.state.files:
        if file.broken:
            served = "its last good version is served" if file.briefing else "nothing of it is served"
            lines.append(f"{file.file} has errors: {served}. `briefing-bot check` shows them.")
    if not briefings:
        lines.append("There is no briefing yet: write one, and it appears within two seconds.")
    lines.append(f"Desk: {link}" if link else "Desk: off")
    lines.append("Stop with Ctrl+C.")
    return lines


async def recall(path: Path, secrets: Secrets) -> Remembered:
    """What the store remembers, if there is a store; asking makes none."""
    if secrets.database_url is None and not (path.parent / "state.db").exists():
        return Remembered()
    from bot.store.database import file_of
    from bot.store.memory import open_store

    url = secrets.database_url or DATABASE
    if not file_of(url, path.parent).exists():
        return Remembered()
    try:
        async with await open_store(url, path.parent) as store:
            return await store.recall()
    except StoreError as error:
        log.warning("what was remembered cannot be read: %s", error)
        return Remembered()


async def ask_once(path: Path, secrets: Secrets, line: str, channel: str | None) -> tuple[Reply, ShelfState]:
    """Answer one line from the files as they are, without a server, as in a channel or as anybody."""
    remembered = await recall(path, secrets)
    settings, problems = settings_at_start(path, remembered.kept)
    shelf = await open_shelf(path, settings, Forgetful(), remembered, problems)
    known = settings.config.channels
    if channel is not None and channel not in known:
        raise StartError(f'There is no channel "{channel}" in {path.name}; there are {", ".join(known) or "none"}.')
    place = Place(*known[channel].at.split(":", 1)) if channel else Place("terminal", "")
    name, text = read_line(line)
    reply = await Front(shelf, settings, secrets).answer(Ask(place, "", name, text))
    return reply, shelf.state
