"""What a REST call does: simcord's rules where it has them, and here those it leaves out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import Any

import simcord.http.client  # noqa: F401 -- registers simcord's routes
from simcord import intents
from simcord.backend import errors, serializers
from simcord.backend.access import channel_accessible
from simcord.backend.errors import BackendError
from simcord.backend.models import Channel, Message
from simcord.http import router

from tests.servers.discord.callbacks import answer_callback, check_interaction_token
from tests.servers.discord.forms import Form, check_commands, check_message
from tests.servers.discord.world import JSON, World

MESSAGE_CONTENT = 1 << 15
CREATES_A_DAY = 200
_WORDS = {"@me", "@original", "bulk-delete", "pins"}
_IDS = {"channels", "guilds", "messages", "members", "roles", "users", "applications", "interactions"}


@dataclass(frozen=True)
class Upload:
    """A file of a multipart form, as simcord reads it."""

    filename: str
    data: bytes
    description: str | None

    @property
    def fp(self) -> BytesIO:
        return BytesIO(self.data)


@dataclass(frozen=True)
class Call:
    """One REST request, its path below /api/v10."""

    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    files: tuple[Upload, ...] = ()

    @property
    def fields(self) -> JSON:
        return self.body if isinstance(self.body, dict) else {}


def answer(world: World, call: Call) -> Any:
    """The JSON of the answer, None where there is nothing to say; raises BackendError where Discord refuses."""
    steps = call.path.strip("/").split("/")
    _check_ids(steps)
    _check_left(world, steps)
    match (call.method, *steps):
        case ("GET", "oauth2", "applications", "@me"):
            return {**_dispatch(world, call), "interactions_endpoint_url": world.settings.endpoint_url or None}
        case ("GET", "gateway", *bot):
            return _gateway(world) if bot else {"url": world.base.replace("http", "ws", 1)}
        case ("POST", "interactions", number, _, "callback"):
            return answer_callback(world, int(number), call.fields, len(call.files), lambda: _dispatch(world, call))
        case (_, "webhooks", application, token, *_):
            check_interaction_token(world, int(application), token)
            check_message(call.fields, len(call.files))
        case ("PUT", "applications", _, "commands") | ("PUT", "applications", _, "guilds", _, "commands"):
            return _overwrite_commands(world, call, int(steps[3]) if len(steps) > 3 else None)
        case ("GET", "channels", channel, "messages"):
            return _history(world, world.backend.get_channel(int(channel)), call.query)
        case ("POST", "channels", channel, "messages"):
            return _post(world, world.backend.get_channel(int(channel)), call)
        case ("PATCH", "channels", _, "messages", _):
            check_message(call.fields, len(call.files))
        case ("DELETE", "users", "@me", "guilds", guild):
            world.left.add(int(guild))
    return _dispatch(world, call)


def as_bot_sees(value: Any) -> Any:
    """The answer as Discord gives it: an attachment shown in an embed is no attachment any more, and has its URL there.

    discord/discord-api-docs#1340 and #4809.
    """
    if isinstance(value, list):
        return [as_bot_sees(one) for one in value]
    if not isinstance(value, dict):
        return value
    if "embeds" not in value or "attachments" not in value:
        return {key: as_bot_sees(one) for key, one in value.items()}
    files = {f"attachment://{one['filename']}": one for one in value["attachments"]}
    shown: set[str] = set()

    def put(part: Any) -> Any:
        if isinstance(part, dict):
            return {key: put(one) for key, one in part.items()}
        if isinstance(part, list):
            return [put(one) for one in part]
        if isinstance(part, str) and part in files:
            shown.add(part)
            return files[part]["url"]
        return part

    embeds = put(value["embeds"])
    return {**value, "embeds": embeds, "attachments": [one for name, one in files.items() if name not in shown]}


def _dispatch(world: World, call: Call) -> Any:
    return router.dispatch(
        world.backend,
        call.method,
        call.path,
        json=call.body,
        params=dict(call.query),
        files=list(call.files),
        message_content_access=bool(world.settings.privileged & MESSAGE_CONTENT),
    )


def _check_ids(steps: list[str]) -> None:
    for noun, step in pairwise(steps):
        if noun in _IDS and not step.isdecimal() and step not in _WORDS:
            form = Form()
            form.wrong((f"{noun[:-1]}_id",), "NUMBER_TYPE_COERCE", f'Value "{step}" is not snowflake.')
            form.close()


def _check_left(world: World, steps: list[str]) -> None:
    """A guild the bot is not in does not exist for it, and its channels are closed."""
    if steps[0] == "guilds" and len(steps) > 1 and int(steps[1]) in world.left:
        raise errors.unknown_guild()
    if steps[0] == "applications" and len(steps) > 1 and steps[1] not in {"@me", str(world.backend.application_id)}:
        raise errors.missing_access()
    if steps[0] == "applications" and steps[2:3] == ["guilds"] and int(steps[3]) not in world.guilds():
        raise errors.missing_access()
    if steps[0] == "channels" and len(steps) > 1:
        channel = world.backend.channels.get(int(steps[1]))
        if channel is not None and channel.guild_id in world.left:
            raise errors.missing_access()


def _gateway(world: World) -> JSON:
    return {
        "url": world.base.replace("http", "ws", 1),
        "shards": world.settings.shards,
        "session_start_limit": {
            "total": 1000,
            "remaining": 1000,
            "reset_after": 86_400_000,
            "max_concurrency": world.settings.max_concurrency,
        },
    }


def _overwrite_commands(world: World, call: Call, guild: int | None) -> Any:
    check_commands(call.body)
    have = {str(name) for name, _ in world.backend.commands.get(guild, {})}
    new = [command for command in call.body if command["name"] not in have]
    if world.created[guild] + len(new) > CREATES_A_DAY:
        raise BackendError(400, 30034, "Max number of daily application command creates has been reached (200)")
    found = _dispatch(world, call)
    world.created[guild] += len(new)
    world.syncs += 1
    world.changed()
    return found


def _history(world: World, channel: Channel, query: Mapping[str, str]) -> list[JSON]:
    """Messages newest first; after an id come those that follow it, which simcord does not do."""
    backend, bot = world.backend, world.backend.bot_user.id
    backend.require_permissions(channel.guild_id, bot, channel.id)
    limit = query.get("limit", "50")
    form = Form()
    if not (limit.isdecimal() and 1 <= int(limit) <= 100):
        form.wrong(("limit",), "NUMBER_TYPE_MAX", "int value should be between 1 and 100.")
    form.close()
    if not channel_accessible(backend, channel.id, bot, history=True):
        return []
    kept = sorted(
        (one for one in backend.messages[channel.id].values() if not one.is_ephemeral), key=lambda one: one.id
    )
    window = [_as_read(world, one) for one in _window(kept, query, int(limit))]
    return window[::-1]


def _window(kept: list[Message], query: Mapping[str, str], limit: int) -> list[Message]:
    if "around" in query:
        middle = int(query["around"])
        earlier = [one for one in kept if one.id < middle][-(limit // 2) or len(kept) :]
        return earlier + [one for one in kept if one.id >= middle][: limit - len(earlier)]
    if "after" in query:
        return [one for one in kept if one.id > int(query["after"])][:limit]
    before = int(query["before"]) if "before" in query else None
    return [one for one in kept if before is None or one.id < before][-limit:]


def _as_read(world: World, message: Message) -> JSON:
    found = dict(serializers.message_payload(world.backend, message))
    if not world.settings.privileged & MESSAGE_CONTENT:
        intents.censor_message(found, world.backend.bot_user.id, backend=world.backend)
    return found


def _post(world: World, channel: Channel, call: Call) -> JSON:
    _check_may_post(world, channel, call)
    check_message(call.fields, len(call.files))
    raw = call.fields.get("nonce")
    nonce = None if raw is None else str(raw)
    if nonce is not None and call.fields.get("enforce_nonce"):
        again = _posted_before(world, channel, nonce)
        if again is not None:
            world.keep("again", again)
            return {**_as_read(world, again), "nonce": nonce}
    world.coming = nonce
    try:
        found = _dispatch(world, call)
    finally:
        world.coming = None
    return {**found, "nonce": nonce}


def _posted_before(world: World, channel: Channel, nonce: str) -> Message | None:
    """The message of the same author, channel and nonce inside the window; one that was deleted is unknown."""
    found = world.nonces.get((channel.id, world.backend.bot_user.id, nonce))
    if found is None:
        return None
    number, at = found
    if (world.backend.clock.now() - at).total_seconds() > world.settings.nonce_window:
        return None
    return world.backend.get_message(channel.id, number)


def _check_may_post(world: World, channel: Channel, call: Call) -> None:
    """Rights that simcord does not ask for: embeds, files, and threads that are closed."""
    if channel.guild_id is None:
        return
    needs = ["send_messages_in_threads" if channel.is_thread else "send_messages"]
    if call.fields.get("embeds"):
        needs.append("embed_links")
    if call.files:
        needs.append("attach_files")
    world.backend.require_permissions(channel.guild_id, world.backend.bot_user.id, channel.id, *needs)
    state = channel.thread_metadata
    if state is None:
        return
    rights = world.backend.compute_permissions(channel.guild_id, world.backend.bot_user.id, channel.id)
    if state.locked and not rights & 1 << 34:  # MANAGE_THREADS
        raise BackendError(403, 160005, "Thread is locked")
    if state.archived:  # a post wakes it
        state.archived = False
        world.backend.announce_channel_update(channel.id)


def without_tokens(path: str) -> str:
    """A path for the log: interaction and webhook tokens are secrets."""
    return re.sub(r"(/(?:interactions|webhooks)/\d+/)[^/]+", r"\1-", path)
