"""Builds the parts and runs them together: the only room that knows all of them."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from functools import partial
from pathlib import Path
from typing import Any

from bot import __version__
from bot.chats import Chats, build
from bot.commands.base import Ask, Asker, Place, Reply
from bot.commands.numbers import count
from bot.commands.registry import commands, read_line
from bot.content.problems import errors
from bot.content.shelf import Shelf
from bot.content.state import ShelfState
from bot.environment import DATABASE, Secrets
from bot.errors import StartError
from bot.front import Front
from bot.heart import Heart, Part
from bot.opening import Forgetful, clock, open_shelf, recall, remembering, settings_at_start
from bot.settings import Settings

log = logging.getLogger(__name__)

SHELF_WITHIN = 180.0
"""Seconds that a round of the shelf may take: 100,000 snippets need a few, and a dead network mount has no end."""

LINKS_WITHIN = 180.0
"""The same of a look at a link: what is fetched has a limit of its own, and the database may take its time."""


async def run(path: Path, secrets: Secrets, tell: Callable[[str], None]) -> None:
    """Run the bot until it is told to stop; `tell` gets the lines for the operator's terminal."""
    from bot.digest_chat import DigestChat
    from bot.digest_desk import DigestDesk
    from bot.digesting import Digesting
    from bot.digests.leading import GATEWAY, myself
    from bot.digests.shared_clock import SharedClock
    from bot.editing import Editing
    from bot.link_watch import LinkWatch
    from bot.measuring import Measuring
    from bot.platforms.desk.wire import Desk
    from bot.store.host import keep_host, take_host
    from bot.store.memory import open_store

    url = secrets.database_url or DATABASE
    async with AsyncExitStack() as parts:
        store = await parts.enter_async_context(await open_store(url, path.parent))
        await take_host(store, clock, tell)
        now, me = SharedClock(clock), myself()
        await now.ask(store)
        remembered = await store.recall()
        settings, problems = settings_at_start(path, remembered.kept)
        shelf = await open_shelf(path, settings, remembering(store, me), remembered, problems, now)
        front, heart = Front(shelf, settings, store), Heart()
        chats = await parts.enter_async_context(build(settings, secrets, store, front))
        links = LinkWatch(store, shelf, now, lambda: digesting.planner.leads)
        digesting = Digesting(shelf, front, store, chats.platforms, now=now, me=me, links=links.known)
        front.silent, front.replicas, front.moved = digesting.trouble, digesting.shown, digesting.moves.heard
        front.database, front.stopped = lambda: digesting.replicas.trouble, heart.stopped
        heart.parts = (
            Part("The shelf", shelf, SHELF_WITHIN),
            Part("What looks after links", links, LINKS_WITHIN),
            *digesting.parts(),
        )
        front.told = digesting.notices
        front.dead_links = links.dead
        front.digests = desk_of_digests = DigestDesk(shelf, digesting)
        front.editing = Editing(shelf, now)
        front.digest_chat = DigestChat(desk_of_digests)
        where = settings.config.desk
        desk = Desk(
            front,
            where.host,
            where.port,
            public_url=where.url,
            password=secrets.desk_password,
            measure=Measuring(shelf, front, digesting, heart).text,
        )
        parts.push_async_callback(desk.stop)
        if where.on:
            await desk.start()
        connected = chats.running(front, partial(digesting.leading, GATEWAY))
        others = [*connected, *digesting.running(), links.run(), keep_host(store, clock)]
        others.append(heart.run(lambda: front.state().trouble))
        await _serve(
            shelf,
            [*others, _offering(shelf, chats)],
            lambda: tell("\n".join(_opening(shelf, front, desk.link if where.on else None))),
        )
    tell("Stopped.")


async def _serve(
    shelf: Shelf[Settings], works: Sequence[Coroutine[Any, Any, None]], ready: Callable[[], object]
) -> None:
    """Follow the folder and do the rest until SIGINT or SIGTERM; SIGHUP reads everything again."""
    async with asyncio.TaskGroup() as tasks:
        watch = tasks.create_task(shelf.watch())
        _on_signals(watch, lambda: tasks.create_task(shelf.reload()))
        ready()
        others = [tasks.create_task(work) for work in works]
        with suppress(asyncio.CancelledError):
            await watch
        for other in others:
            other.cancel()


async def _offering(shelf: Shelf[Settings], chats: Chats) -> None:
    """Show people the commands there are, and again when config.yaml's sections change."""
    offered: Mapping[str, object] = {}
    revision = -1
    while True:
        revision = await shelf.changed(revision)
        sections = shelf.rules.sections
        if sections != offered:
            await chats.offer(tuple(commands(sections).values()))
            offered = sections


def _on_signals(watch: "asyncio.Task[None]", reload: Callable[[], object]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, watch.cancel)
    loop.add_signal_handler(signal.SIGHUP, reload)


def _opening(shelf: Shelf[Settings], front: Front, link: str | None) -> list[str]:
    briefings = shelf.views.edition.briefings
    claims = sum(len(briefing.snippets) for briefing in briefings)
    held = f"{count(claims, 'claim')} in {count(len(briefings), 'briefing')}"
    lines = [f"Briefing bot {__version__}: {held}, from {shelf.folder}"]
    for platform in front.state().platforms[1:]:
        on = platform.name.lower() in front.platforms
        lines.append(f"{platform.name}: connecting" if on else f"{platform.name}: off, {platform.detail}")
    if wrong := errors(shelf.state.config_problems):
        lines.append(f"{wrong[0].place}: {wrong[0].message}. The last good config.yaml is used: `briefing-bot check`.")
    for file in shelf.state.files:
        if file.broken:
            served = "its last good version is served" if file.briefing else "nothing of it is served"
            lines.append(f"{file.file} has errors: {served}. `briefing-bot check` shows them.")
    if not briefings:
        lines.append("There is no briefing yet: write one, and it appears within two seconds.")
    lines.append(f"Desk: {link}" if link else "Desk: off")
    lines.append("Stop with Ctrl+C.")
    return lines


async def ask_once(path: Path, secrets: Secrets, line: str, channel: str | None) -> tuple[Reply, ShelfState]:
    """Answer one line from the files as they are, without a server, as in a channel or as anybody."""
    remembered = await recall(path, secrets)
    settings, problems = settings_at_start(path, remembered.kept)
    shelf = await open_shelf(path, settings, Forgetful(), remembered, problems)
    front = Front(shelf, settings)
    front.serves = False
    return await front.answer(ask_of(settings, path, line, channel)), shelf.state


def ask_of(settings: Settings, path: Path, line: str, channel: str | None) -> Ask:
    """A line as it is asked in a channel, or as anybody; StartError where there is no such channel."""
    known = settings.config.channels
    if channel is not None and channel not in known:
        raise StartError(f'There is no channel "{channel}" in {path.name}; there are {", ".join(known) or "none"}.')
    place = Place(*known[channel].at.split(":", 1)) if channel else Place("terminal", "")
    name, text = read_line(line)
    return Ask(place, Asker(""), name, text)
