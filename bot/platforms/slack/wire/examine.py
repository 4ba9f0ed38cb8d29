"""Looks at a Slack app from outside: its tokens, its scopes, its channels; and, where asked, tries a post for real."""

import asyncio
import time
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import aiohttp

from bot.commands.base import Place
from bot.errors import BriefingBotError, Later, PostError
from bot.message import Message, Paragraph, plain
from bot.platforms.base import Found, Health, key_of
from bot.platforms.findings import TEST_POST, Finding, Wanted, not_posted, of_health, take_back
from bot.platforms.slack.manifest import SCOPES
from bot.platforms.slack.refusals import SaidNo, refused_token
from bot.platforms.slack.render import render
from bot.platforms.slack.room import read_room
from bot.platforms.slack.wire.api import TIMEOUT, Api
from bot.platforms.slack.wire.slack import Slack

FOUND_WITHIN, LOOK_EVERY = 20.0, 0.5
"""Seconds in which a new post has to show in a channel's history, and between two looks."""

_SCOPE = "Add it under OAuth & Permissions, and install the app again; `briefing-bot manifest slack` prints them all."


@dataclass(frozen=True, slots=True)
class _Workspace:
    """The platform as the bot runs it, but for the socket; and the Web API with each token."""

    platform: Slack
    api: Api
    door: Api | None


def proxy_to(api: str) -> str | None:
    """The proxy that the library takes to this root, if any."""
    return Api("", api, _no_session).client.proxy


def _no_session() -> aiohttp.ClientSession:
    raise AssertionError("nothing is asked through it")


@asynccontextmanager
async def _opened(bot_token: str, app_token: str | None, api: str) -> AsyncIterator[_Workspace]:
    platform = Slack(bot_token, app_token=None, api=api, guarded=lambda _: False)
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT)) as session:
        door = Api(app_token, api, lambda: session) if app_token else None
        try:
            yield _Workspace(platform, Api(bot_token, api, lambda: session), door)
        finally:
            await platform.close()


async def examine(bot_token: str, app_token: str | None, api: str, channels: Sequence[Wanted]) -> list[Finding]:
    """What there is to say of the app; `app_token` is None in HTTP mode."""
    async with _opened(bot_token, app_token, api) as slack:
        found = [await _door(slack.door)] if slack.door else []
        try:
            who = await slack.api.write("auth.test")
        except SaidNo as no:
            told = refused_token("SLACK_BOT_TOKEN", no.code, no.needed)
            return [_of_sentence(told), *found]
        except (Later, PostError) as error:
            return [Finding("wrong", "Slack", f"{error}.", "Try again."), *found]
        found.insert(0, Finding("ok", "Slack", f"The bot is @{who.get('user')} in the workspace {who.get('team')}."))
        found += _scopes(slack.api.scopes)
        for wanted in channels:
            health = await slack.platform.health(Place("slack", wanted.id))
            found.append(of_health("Slack", wanted, health))
            found += await _read_along(slack.api, wanted, health)
    return found


async def _door(door: Api) -> Finding:
    try:
        await door.write("apps.connections.open")
    except SaidNo as no:
        return _of_sentence(refused_token("SLACK_APP_TOKEN", no.code, no.needed))
    except (Later, PostError) as error:
        return Finding("wrong", "Slack", f"{error}.", "Try again.")
    return Finding("ok", "Slack", "The app-level token opens Socket Mode.")


def _of_sentence(told: str) -> Finding:
    trouble, _, mend = told.partition(". ")
    return Finding("wrong", "Slack", f"{trouble.rstrip('.')}.", mend or None)


def _scopes(granted: frozenset[str] | None) -> list[Finding]:
    """One finding for each scope that is missing, with what it is for."""
    if granted is None:
        return [Finding("warning", "Slack", "Slack does not say which scopes the bot token has.")]
    missing = [
        Finding("wrong", "Slack", f"The scope {scope} is missing: it is for {purpose}.", _SCOPE)
        for scope, purpose in SCOPES.items()
        if scope not in granted
    ]
    return missing or [Finding("ok", "Slack", f"The bot token has the {len(SCOPES)} scopes it needs.")]


async def _read_along(api: Api, wanted: Wanted, health: Health) -> list[Finding]:
    """Whether others read along in a channel that was to see more than they may."""
    if not wanted.above or health.state != "on":
        return []
    try:
        room = read_room((await api.read("conversations.info", channel=wanted.id)).get("channel") or {})
    except (SaidNo, Later, PostError) as error:
        return [Finding("warning", "Slack", f"{wanted}: nobody can tell who reads along there ({error}).")]
    if not room.shared:
        return []
    said = f"{wanted} is shared with another organization: all that is shown there is TLP:CLEAR."
    return [Finding("warning", "Slack", said, "Give it the audience TLP:CLEAR, or choose another channel.")]


async def try_live(bot_token: str, api: str, admins: Wanted) -> list[Finding]:
    """Post in the admin channel, look how it can be found again, and delete all of it."""
    posted: list[str] = []
    place = Place("slack", admins.id)
    async with _opened(bot_token, None, api) as slack:
        try:
            found = [await _found_again(slack, place, admins, posted)]
            found += await _repeated(slack, place, posted)
        except BriefingBotError as error:
            found = [not_posted("Slack", admins, error)]
        finally:
            left = await asyncio.shield(take_back("Slack", slack.platform, place, admins, posted))
    return found + left


async def _found_again(slack: _Workspace, place: Place, admins: Wanted, posted: list[str]) -> Finding:
    """Whether a post shows in history with both its witnesses, and how long that takes."""
    key, since, begun = key_of("doctor", uuid.uuid4().hex), datetime.now(UTC), time.monotonic()
    frozen = render(Message("Test", blocks=(Paragraph(plain(TEST_POST)),)), 0)
    posted.append(await slack.platform.post(place, frozen, key))
    while not isinstance(again := await slack.platform.find(place, key, since), Found):
        if time.monotonic() - begun > FOUND_WITHIN:
            said = f"A post in {admins} did not show in the history within {FOUND_WITHIN:.0f} seconds."
            return Finding("wrong", "Slack", said, "Digests whose sending is doubtful will be held. Try again later.")
        await asyncio.sleep(LOOK_EVERY)
    lag = time.monotonic() - begun
    told = await slack.api.read(
        "conversations.history",
        channel=place.channel,
        oldest=again.message_id,
        inclusive=True,
        include_all_metadata=True,
    )
    mine = [one for one in told.get("messages", ()) if one.get("ts") == again.message_id]
    return _witnessed(mine[0] if mine else {}, key, lag)


def _witnessed(message: Mapping[str, Any], key: str, lag: float) -> Finding:
    metadata, blocks = message.get("metadata") or {}, message.get("blocks") or ()
    by_metadata = (metadata.get("event_payload") or {}).get("key") == key
    by_block = any(str(block.get("block_id")).endswith(key) for block in blocks)
    witnesses = " and its ".join(name for name, there in (("metadata", by_metadata), ("block id", by_block)) if there)
    return Finding("ok", "Slack", f"A post is found again after {lag:.1f} s, by its {witnesses}.")


async def _repeated(slack: _Workspace, place: Place, posted: list[str]) -> list[Finding]:
    """Whether Slack tells a repeated post by `client_msg_id`; nothing rests on it."""
    same = str(uuid.uuid4())
    seen: list[str] = []
    for _ in range(2):
        try:
            told = await slack.api.write("chat.postMessage", channel=place.channel, text=TEST_POST, client_msg_id=same)
        except SaidNo as no:
            return [Finding("ok", "Slack", f"A post with a client_msg_id used before is refused: {no.code}.")]
        seen.append(str(told.get("ts")))
        posted.append(seen[-1])
    done = "makes no second message" if seen[0] == seen[1] else "makes a second message; nothing rests on it"
    return [Finding("ok", "Slack", f"A post repeated with its client_msg_id {done}.")]
