"""What the verbs about digests do: over the same ledger as a running bot, and in its place where there is none."""

import asyncio
import json
import secrets as chance
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.app import ask_of
from bot.chats import build
from bot.commands.base import Reply
from bot.content.problems import errors
from bot.content.shelf import Shelf
from bot.content.state import ShelfState
from bot.digest_chat import DigestChat
from bot.digest_corrections import DigestCorrections
from bot.digest_desk import DigestDesk
from bot.digesting import Digesting
from bot.digests.corrections import IN_TURN, key
from bot.digests.leading import PLANNER, is_dead, myself
from bot.digests.shared_clock import SharedClock
from bot.digests.words import last_said, there_are
from bot.environment import DATABASE, Secrets
from bot.errors import Refused
from bot.front import Front
from bot.opening import clock, open_shelf, remembering, settings_at_start
from bot.platforms import terminal
from bot.platforms.desk.digests_shown import DigestShown, Piece, Verdict
from bot.settings import Settings
from bot.store.host import take_host
from bot.store.memory import open_store
from bot.store.rows import LIVE, DeliveryRow, State
from bot.store.slots import NOW

PATIENCE = 60.0
"""Seconds that `digest send` waits for the end."""


OLD_CONFIG = "config.yaml has errors, so it counts as it was before them; briefing-bot check shows them."


@dataclass(frozen=True, slots=True)
class AtHand:
    """Everything that digests need."""

    shelf: Shelf[Settings]
    front: Front
    desk: DigestDesk
    digesting: Digesting


@asynccontextmanager
async def at_hand(path: Path, secrets: Secrets) -> AsyncIterator[AtHand]:
    """It all, with nothing running."""
    url = secrets.database_url or DATABASE
    async with AsyncExitStack() as parts:
        store = await parts.enter_async_context(await open_store(url, path.parent))
        await take_host(store, clock, lambda _: None)
        now, me = SharedClock(clock), myself()
        await now.ask(store)
        remembered = await store.recall()
        settings, problems = settings_at_start(path, remembered.kept)
        shelf = await open_shelf(path, settings, remembering(store, me), remembered, problems, now)
        front = Front(shelf, settings, store)
        chats = await parts.enter_async_context(build(settings, secrets, store, front, hearing=False))
        digesting = Digesting(shelf, front, store, chats.platforms, now=now, me=me)
        desk = DigestDesk(shelf, digesting)
        front.digest_chat = DigestChat(desk)
        try:
            yield AtHand(shelf, front, desk, digesting)
        except Refused as refused:
            if not errors(problems):
                raise
            raise Refused(f"{refused} {OLD_CONFIG}") from refused


async def asked(path: Path, secrets: Secrets, line: str, channel: str | None) -> tuple[Reply, ShelfState]:
    """The answer to a line about digests, as in a channel or as anybody."""
    async with at_hand(path, secrets) as at:
        return await at.front.answer(ask_of(at.shelf.rules, path, line, channel)), at.shelf.state


async def listed(
    path: Path, secrets: Secrets
) -> tuple[Sequence[DigestShown], Mapping[State, int], Mapping[State, int]]:
    """The digests, and how many deliveries are in each state: posts, and corrections of them."""
    async with at_hand(path, secrets) as at:
        every, corrections = await at.digesting.store.counts(), await at.digesting.store.counts_of_corrections()
        return await at.desk.digests(), {state: every[state] - corrections[state] for state in every}, corrections


async def explained(path: Path, secrets: Secrets, digest: str, slot: str, channel: str) -> Sequence[str]:
    async with at_hand(path, secrets) as at:
        return await at.desk.why(digest, slot, channel)


async def past(path: Path, secrets: Secrets, digest: str, most: int) -> Sequence[str]:
    """One line for each of the last slots, the newest first."""
    async with at_hand(path, secrets) as at:
        config = at.desk.config
        found = await at.digesting.store.history(digest, most)
        if digest and not found and digest not in config.digests:
            raise Refused(f'There is no digest "{digest}". {there_are(config.digests)}')
        lines = []
        for one in found:
            zone = await at.desk.zone_named(one.schedule)
            rows = await at.digesting.store.of_slot(one.id)
            lines.append(f"{one.schedule}: {last_said(one, rows, zone)}")
        return lines or ["Nothing was due yet."]


async def held(path: Path, secrets: Secrets) -> Sequence[str]:
    """The held deliveries, each with its key."""
    async with at_hand(path, secrets) as at:
        rows = [row for row in await at.digesting.store.deliveries(1000) if row.state == "held"]
        lines = [f"{row.key}  {row.schedule} {row.slot} -> {at.desk.named(row)}: {row.why}" for row in rows]
        return lines or ["Nothing is held."]


async def resolved(path: Path, secrets: Secrets, key: str, verdict: Verdict) -> str:
    async with at_hand(path, secrets) as at:
        return await at.desk.resolve(key, verdict)


async def previewed(path: Path, secrets: Secrets, digest: str, drawing: str, *, colour: bool) -> Sequence[str]:
    """What would be posted, piece by piece: as text, or as the JSON that one platform would be sent."""
    async with at_hand(path, secrets) as at:
        preview = await at.desk.preview(digest)
    if not preview.pieces:
        return [f"{preview.title} would go nowhere: none of its channels can be sent to."]
    if drawing != "text":
        bodies = [dict(part.body) for one in preview.pieces if one.platform == drawing for part in one.parts]
        return [json.dumps(bodies, ensure_ascii=False, indent=2)]
    return [line for piece in preview.pieces for line in _drawn(piece, colour=colour)]


def _drawn(piece: Piece, *, colour: bool) -> list[str]:
    budgets = [", ".join(map(str, part.measures)) for part in piece.parts if part.measures]
    parts = f", {len(piece.parts)} parts" if len(piece.parts) > 1 else ""
    head = f"-> {', '.join(piece.channels)} ({piece.platform}, {piece.audience}{parts})"
    return [head, *budgets, "", terminal.render(piece.message, colour=colour).rstrip(), ""]


async def send_now(path: Path, secrets: Secrets, digest: str, tell: Callable[[str], None], *, wait: bool) -> bool:
    """Post a digest now; whether nothing went wrong with it, as far as was waited for."""
    async with at_hand(path, secrets) as at:
        slot = f"{NOW}{chance.token_hex(8)}"
        await at.desk.ask_for(digest, slot, "the command line")
        tell(at.desk.said(digest))
        running = await _runs(at.digesting)
        if not wait and running:
            return True
        async with _sending(at.digesting, running=running):
            rows = await _ended(at.digesting, digest, slot, running=running, posts=True)
        for line in (await at.desk.why(digest, slot, ""))[1:]:
            tell(line)
        return bool(rows) and all(row.state in ("sent", "skipped", *LIVE) for row in rows)


async def take_back(path: Path, secrets: Secrets, digest: str, slot: str, tell: Callable[[str], None]) -> bool:
    """Retract a slot of a digest, the last if none is named; whether all of it is deleted, as far as was waited for."""
    async with at_hand(path, secrets) as at:
        corrections = DigestCorrections(at.desk)
        title, _, said, number, channels = await corrections.retractable(digest, slot)
        tell(f"{title}, {said}, in {', '.join(channels) or 'no channel'}:")
        tell(await corrections.retract(digest, number, "the command line"))
        named = next(one.slot for one in await at.digesting.store.history(digest, 1000) if one.id == number)
        running = await _runs(at.digesting)
        async with _sending(at.digesting, running=running):
            rows = await _ended(at.digesting, digest, named, running=running)
            if not running and await _addressed(at.digesting, number):  # what was in doubt has arrived meanwhile
                rows = await _ended(at.digesting, digest, named, running=running)
        for line in (await at.desk.why(digest, named, ""))[1:]:
            tell(line)
        return all(row.state == "sent" for row in rows if row.kind == "delete")


@asynccontextmanager
async def _sending(digesting: Digesting, *, running: bool) -> AsyncIterator[None]:
    """Send in the place of a bot that is not running."""
    works = [] if running else [digesting.replicas.run(), *(lane.run() for lane in digesting.lanes.values())]
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _addressed(digesting: Digesting, occurrence: int) -> bool:
    """See to what was posted since a slot was retracted; whether there was anything."""
    store, now = digesting.store, digesting.now()
    for one in await store.standing(now - digesting.schedules.config().keep.steps):
        if one.occurrence == occurrence:
            await store.address(one, key, now, IN_TURN)
    return any(row.state in LIVE for row in await store.of_slot(occurrence))


async def _runs(digesting: Digesting) -> bool:
    """Whether a bot is running that plans and sends."""
    held = await digesting.store.leased(PLANNER)
    return held is not None and held[1] > clock() and not is_dead(held[0])


async def _ended(
    digesting: Digesting, digest: str, slot: str, *, running: bool, posts: bool = False
) -> Sequence[DeliveryRow]:
    """Wait until all of it has its end, or its `posts` have, or patience has."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while True:
        found = await digesting.store.occurrence(digest, slot)
        assert found is not None
        if found.state == "planned" and not running:
            await digesting.planner.settle_one(found)
            continue
        rows = [row for row in await digesting.store.of_slot(found.id) if not (posts and row.revision)]
        ended = found.state != "planned" and not any(row.state in LIVE for row in rows)
        if ended or asyncio.get_running_loop().time() > end:
            return rows
        await asyncio.sleep(0.2)
