"""Builds the parts, runs them together, and answers: the only room that knows all of them."""

import asyncio
import logging
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from bot import __version__
from bot.commands.base import Ask, HouseFacts, Place, Question, Reply, Suggestion
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
        state = self._shelf.state
        broken = frozenset(file.briefing.briefing.id for file in state.files if file.broken and file.briefing)
        return HouseFacts(__version__, self._started_at, self._shelf.loaded_at, broken)


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
    """A shelf with its first edition on it; StartError where there is no folder."""
    if not settings.folder.is_dir():
        told = f"The briefings folder {settings.folder} is not there."
        raise StartError(f"{told} Make it, name another in {path.name}, or run `briefing-bot init`.")
    shelf = Shelf(settings.folder, path, settings, lambda: read_rules(path), memory, clock)
    await shelf.open(remembered, problems)
    return shelf


async def run(path: Path, secrets: Secrets, tell: Callable[[str], None]) -> None:
    """Run the bot until it is told to stop; `tell` gets the lines for the operator's terminal."""
    from bot.platforms.desk.wire import Desk
    from bot.store.memory import open_store

    url = secrets.database_url or "sqlite:///state.db"
    async with await open_store(url, path.parent) as store:
        remembered = await store.recall()
        settings, problems = settings_at_start(path, remembered.kept)
        shelf = await open_shelf(path, settings, store, remembered, problems)
        front = Front(shelf, settings, secrets)
        desk = settings.config.desk
        page = Desk(
            front,
            desk.host,
            desk.port,
            public_url=desk.url,
            password=secrets.desk_password,
            zone=settings.zone,
        )
        async with asyncio.TaskGroup() as tasks:
            if desk.on:
                await page.start()
            watch = tasks.create_task(shelf.watch())
            _on_signals(watch, lambda: tasks.create_task(shelf.reload()))
            for line in _opening(shelf, front, page.link if desk.on else None):
                tell(line)
            try:
                await watch
            except asyncio.CancelledError:
                tell("Stopped.")
            finally:
                await page.stop()


def _on_signals(watch: "asyncio.Task[None]", reload: Callable[[], object]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, watch.cancel)
    loop.add_signal_handler(signal.SIGHUP, reload)


def _opening(shelf: Shelf[Settings], front: Front, link: str | None) -> list[str]:
    briefings = shelf.views.edition.briefings
    claims = sum(len(briefing.snippets) for briefing in briefings)
    lines = [f"Briefing bot {__version__}: {claims} claims in {len(briefings)} briefings, from {shelf.folder}"]
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
    url = secrets.database_url or "sqlite:///state.db"
    if not url.startswith("sqlite:///") or not (path.parent / url.removeprefix("sqlite:///")).is_file():
        return Remembered()
    from bot.store.memory import open_store

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
