"""Opens the shelf: the configuration as it is or was last good, what the store remembers, the first edition."""

import gc
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from bot.content.memory import Kept, Memory, Remembered, Version
from bot.content.problems import Problem
from bot.content.rules import CONFIG
from bot.content.shelf import Shelf
from bot.digests.leading import PLANNER
from bot.environment import DATABASE, Secrets
from bot.errors import StartError, StoreError
from bot.settings import ConfigProblems, Settings, parse_config, read_config

if TYPE_CHECKING:
    from bot.store.memory import Store

log = logging.getLogger(__name__)

NEEDS_RESTART = ("briefings", "delivery", "desk", "discord", "slack", "web")


def clock() -> datetime:
    return datetime.now(UTC)


class Forgetful:
    """A memory that keeps nothing, for those who only ask."""

    async def recall(self) -> Remembered:
        return Remembered()

    async def keep(self, kept: object, versions: object) -> None: ...

    async def forget(self, files: object) -> None: ...


class Shared:
    """A memory of several replicas: the one that plans digests writes it, and their history is what it saw."""

    def __init__(self, store: "Store", me: str) -> None:
        self._store, self._me = store, me

    async def recall(self) -> Remembered:
        return await self._store.recall()

    async def keep(self, kept: Sequence[Kept], versions: Sequence[Version]) -> None:
        if await self._leads():
            await self._store.keep(kept, versions)

    async def forget(self, files: Sequence[str]) -> None:
        if await self._leads():
            await self._store.forget(files)

    async def _leads(self) -> bool:
        held = await self._store.leased(PLANNER)
        return held is not None and held[0] == self._me


def remembering(store: "Store", me: str) -> Memory:
    """What the shelf of this process remembers in."""
    return Shared(store, me) if store.database.shared else store


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
    path: Path,
    settings: Settings,
    memory: Memory,
    remembered: Remembered,
    problems: tuple[Problem, ...] = (),
    now: Callable[[], datetime] = clock,
) -> Shelf[Settings]:
    """A shelf with its first edition on it; StartError where there is no folder, and none is remembered."""
    if not settings.folder.is_dir() and not any(kept.file != CONFIG for kept in remembered.kept):
        told = f"The briefings folder {settings.folder} is not there."
        raise StartError(f"{told} Make it, or name another in {path.name}.")
    shelf = Shelf(settings.folder, path, settings, lambda: read_rules(path), memory, now)
    await shelf.open(remembered, problems)
    # What was just loaded stays for long: the collector need not walk it, 60 ms at 10,000 snippets.
    gc.collect()
    gc.freeze()
    return shelf


async def recall(path: Path, secrets: Secrets) -> Remembered:
    """What the store remembers, if there is a store; asking makes none."""
    if secrets.database_url is None and not (path.parent / "state.db").exists():
        return Remembered()
    from bot.store.kinds import database_of
    from bot.store.memory import open_store

    url = secrets.database_url or DATABASE
    if not database_of(url, path.parent).is_there:
        return Remembered()
    try:
        async with await open_store(url, path.parent) as store:
            return await store.recall()
    except StoreError as error:
        log.warning("what was remembered cannot be read: %s", error)
        return Remembered()


def needs_restart(started: Settings, now: Settings) -> str | None:
    """What of config.yaml changed and takes effect only with the next start."""
    changed = [key for key in NEEDS_RESTART if getattr(started.config, key) != getattr(now.config, key)]
    return f"Restart the bot to apply the new {' and '.join(changed)} of config.yaml." if changed else None
