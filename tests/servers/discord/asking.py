"""Interactions as people make them: what Discord's client lets them do, and the JSON the bot gets."""

import time
from collections.abc import Mapping
from typing import Any

from simcord import interactions as wire
from simcord.backend import serializers
from simcord.backend.access import channel_accessible, message_accessible
from simcord.backend.command_access import command_access
from simcord.backend.errors import SetupError
from simcord.backend.models import Interaction
from simcord.components import walk_components

from tests.servers.discord.callbacks import AUTOCOMPLETE, COMMAND, COMPONENT, SUBMIT
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.world import JSON, Asked, World

STRING, INTEGER, BOOLEAN, NUMBER = 3, 4, 5, 10
TEXT_INPUT, BUTTON = 4, 2


class NotOnDiscord(Exception):
    """Discord's client would not let a person do this."""


def slash(world: World, gateway: Gateway, words: JSON) -> str:
    """Use a slash command."""
    channel, guild = _where(world, words)
    command, leaf, nesting = _command(world, channel, guild, words)
    try:
        given = wire.check_options(str(words["command"]), leaf, words["options"])
    except SetupError as error:
        raise NotOnDiscord(str(error)) from error
    return _make(world, gateway, COMMAND, channel, guild, words, _data(command, leaf, nesting, given, guild))


def autocomplete(world: World, gateway: Gateway, words: JSON) -> str:
    """Type into an option that completes."""
    channel, guild = _where(world, words)
    command, leaf, nesting = _command(world, channel, guild, words)
    offers = [one["name"] for one in leaf.get("options") or () if one.get("autocomplete")]
    focused = words["option"] or next(iter(offers), None)
    if focused not in offers:
        raise NotOnDiscord(f"no option {focused!r} of {words['command']!r} completes")
    given = {**words["options"], focused: words["text"]}
    data = _data(command, leaf, nesting, given, guild, focused=str(focused))
    return _make(world, gateway, AUTOCOMPLETE, channel, guild, words, data)


def press(world: World, gateway: Gateway, words: JSON) -> str:
    """Press a button."""
    channel, user = int(words["channel"]), int(words["user"])
    guild = world.backend.get_channel(channel).guild_id
    message = world.backend.get_message(channel, int(words["message"]))
    if not message_accessible(world.backend, channel, message, user):
        raise NotOnDiscord("this person does not see that message")
    found = [one for one in walk_components(message.components) if one.get("custom_id") == words["custom_id"]]
    if not found or found[0]["type"] != BUTTON or found[0].get("disabled"):
        raise NotOnDiscord(f"there is no button {words['custom_id']!r} to press")
    data = {"custom_id": words["custom_id"], "component_type": BUTTON, "id": found[0].get("id", 0)}
    source = dict(serializers.message_payload(world.backend, message))
    return _make(world, gateway, COMPONENT, channel, guild, words, data, source=source)


def submit(world: World, gateway: Gateway, words: JSON) -> str:
    """Fill in the modal that an interaction opened."""
    opened = world.backend.interactions[int(words["interaction"])]
    if opened.modal is None or opened.modal_consumed or opened.user_id != int(words["user"]):
        raise NotOnDiscord("there is no modal to fill in for this person")
    values = dict(words["values"])
    parts = [_filled(part, values) for part in opened.modal["components"]]
    if values:
        raise NotOnDiscord(f"the modal has no input {sorted(values)}")
    opened.modal_consumed = True
    data = {"custom_id": opened.modal["custom_id"], "components": parts}
    source = None
    if opened.source_message_id is not None:
        kept = world.backend.get_message(opened.channel_id, opened.source_message_id)
        source = dict(serializers.message_payload(world.backend, kept))
    return _make(world, gateway, SUBMIT, opened.channel_id, opened.guild_id, words, data, source=source)


def outcome(world: World, interaction: str) -> JSON:
    """What became of an interaction so far, as tests/servers/discord/outcome.py reads it."""
    record, asked = world.backend.interactions[int(interaction)], world.asked[int(interaction)]
    kept = world.backend.messages.get(record.channel_id, {})
    message = kept.get(record.message_id) if record.message_id is not None else None
    return {
        "id": interaction,
        "token": record.token,
        "sent": asked.sent,
        "callbacks": asked.callbacks,
        "message": world.seen(message) if message else None,
        "followups": [world.seen(kept[one]) for one in record.followup_ids if one in kept],
        "modal": record.modal,
        "choices": record.autocomplete_choices or [],
        "loading": record.loading,
    }


def settled(world: World, interaction: str, followups: int) -> bool:
    """Whether the person sees an answer, not a promise of one."""
    record = world.backend.interactions[int(interaction)]
    lost = world.asked[int(interaction)].sent == "lost"
    return lost or (record.responded and not record.loading and len(record.followup_ids) >= followups)


def _where(world: World, words: JSON) -> tuple[int, int | None]:
    """Channel and guild; a DM with the bot where no guild is named."""
    user = int(words["user"])
    if words["guild"] is None:
        channel = words["channel"] or world.backend.get_dm_channel(user).id
        return int(channel), None
    channel, guild = int(words["channel"]), int(words["guild"])
    if guild in world.left:
        raise NotOnDiscord("the bot is not in that guild")
    if world.backend.get_channel(channel).guild_id != guild or not channel_accessible(world.backend, channel, user):
        raise NotOnDiscord("this person does not see that channel")
    return channel, guild


def _command(world: World, channel: int, guild: int | None, words: JSON) -> tuple[JSON, JSON, list[str]]:
    """The command, the spec of its (sub)command, and the path to it."""
    name, *path = str(words["command"]).split()
    command = world.backend.find_command(name, guild)
    if command is None:
        raise NotOnDiscord(f"nobody offers /{name}")
    access = command_access(world.backend, command, user_id=int(words["user"]), channel_id=channel)
    if not access.allowed:
        raise NotOnDiscord(f"/{name} is not offered here: {access.reason}")
    try:
        leaf, nesting = wire.walk_to_subcommand(command, path)
    except SetupError as error:
        raise NotOnDiscord(str(error)) from error
    return command, leaf, nesting


def _data(
    command: JSON, leaf: JSON, nesting: list[str], given: Mapping[str, Any], guild: int | None, *, focused: str = ""
) -> JSON:
    declared = {one["name"]: one for one in leaf.get("options") or ()}
    options: list[JSON] = []
    for name, value in given.items():
        kind = declared[name]["type"]
        if kind not in {STRING, INTEGER, BOOLEAN, NUMBER}:
            raise NotOnDiscord(f"option {name!r}: this server knows texts, numbers and yes or no only")
        focus = {"focused": True} if name == focused else {}
        options.append({"name": name, "type": kind, "value": value, **focus})
    data = {
        "id": command["id"],
        "name": command["name"],
        "type": 1,
        "options": wire.nest_options(command, nesting, options),
    }
    return {**data, "guild_id": str(guild)} if "guild_id" in command else data


def _filled(part: JSON, values: dict[str, Any]) -> JSON:
    """A part of a modal with what was typed into it; what was typed is taken out of `values`."""
    if "components" in part:
        return {**_bare(part), "components": [_filled(one, values) for one in part["components"]]}
    if "component" in part:
        return {**_bare(part), "component": _filled(part["component"], values)}
    if part["type"] != TEXT_INPUT:
        return _bare(part)
    name = str(part["custom_id"])
    text = str(values.pop(name, part.get("value") or ""))
    least, most = part.get("min_length") or 0, part.get("max_length") or 4000
    if (part.get("required", True) and not text) or (text and not least <= len(text) <= most):
        raise NotOnDiscord(f"input {name!r} takes {least} to {most} characters")
    return {**_bare(part), "custom_id": name, "value": text}


def _bare(part: JSON) -> JSON:
    return {"type": part["type"], "id": part.get("id", 0)}


def _make(
    world: World,
    gateway: Gateway,
    kind: int,
    channel: int,
    guild: int | None,
    words: JSON,
    data: JSON,
    *,
    source: JSON | None = None,
) -> str:
    """Make the interaction and send it to whoever listens."""
    record, told = wire.base_payload(
        world.backend, type=kind, channel_id=channel, guild_id=guild, user_id=int(words["user"]), data=data
    )
    told["locale"] = words.get("locale", "en-US")
    # Installed to guilds: the owner is the guild, or 0 in the bot's DMs.
    told["authorizing_integration_owners"] = {"0": str(guild or 0)}
    if guild is not None:
        told["guild"] = {"id": str(guild), "locale": "en-US", "features": []}
    if source is not None:
        told["message"] = source
        record.source_message_id = int(source["id"])
    asked = world.asked[record.id] = Asked(made=time.monotonic(), sent="lost")
    asked.sent = gateway.tell("INTERACTION_CREATE", told)
    _write(world, record, asked, data)
    return str(record.id)


def _write(world: World, record: Interaction, asked: Asked, data: JSON) -> None:
    world.log.write(
        "interaction",
        id=str(record.id),
        type=int(record.type),
        sent=asked.sent,
        guild=str(record.guild_id) if record.guild_id else None,
        channel=str(record.channel_id),
        user=str(record.user_id),
        data=data,
    )
