"""The manifest of the Slack app: what is pasted once, so that nobody has to click scopes and commands together."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.commands.base import Command
from bot.errors import SettingsError
from bot.platforms.slack.moves import EVENTS
from bot.platforms.slack.names import DOOR, slack_name
from bot.platforms.slack.signature import PATH

SCOPES: Mapping[str, str] = {
    "commands": "answering slash commands",
    "chat:write": "posting, and mending or taking back what it posted",
    "channels:history": "finding its own posts again in public channels",
    "groups:history": "finding its own posts again in private channels",
    "im:history": "finding its own posts again in direct messages, where somebody subscribed for themselves",
    "channels:read": "seeing whether a public channel is archived, shared with others, and who is in it",
    "groups:read": "seeing whether a private channel is archived, shared with others, and who is in it",
    "im:read": "seeing whether a direct message is still there",
    "users:read": "telling who runs the workspace",
}
"""The least a bot token needs, and what for."""

# The numbers are those of the schema that Slack publishes: github.com/slackapi/manifest-schema.
COMMANDS_MOST, NAME_MOST, DESCRIPTION_MOST, HINT_MOST, APP_MOST = 50, 32, 2000, 1000, 35

ABOUT = "Answers from sourced briefings, and posts digests of them"
_DOOR_ABOUT = "Every command, also those whose names Slack keeps for itself"
_DOOR_HINT = "[a command and its text, such as: search kursk]"


def manifest(
    commands: Sequence[Command], *, name: str, mode: str, prefix: str = "", url: str | None = None
) -> dict[str, Any]:
    """The manifest as Slack reads it; `mode` is socket or http, and `url` where Slack reaches us in HTTP mode.

    Commands that Slack does not let us have are left out: see `left_out`. SettingsError where `url` is missing.
    """
    http = mode == "http"
    if http and not (url or "").startswith("https://"):
        told = "Slack's HTTP mode needs an https address that Slack can reach"
        raise SettingsError(f"{told}: set it in config.yaml as web: {{url: https://bot.example}}")
    asked = f"{url}{PATH}"
    reached = {"request_url": asked} if http else {}
    return {
        "display_information": {"name": _clipped(name, APP_MOST), "description": ABOUT},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,  # digests that people order for themselves come there
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": _clipped(name, APP_MOST), "always_online": True},
            "slash_commands": [
                {
                    "command": f"/{typed}",
                    **({"url": asked} if http else {}),
                    "description": _clipped(description, DESCRIPTION_MOST),
                    "usage_hint": _clipped(hint, HINT_MOST),
                    "should_escape": False,
                }
                for typed, description, hint in _offered(commands, prefix)
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {**reached, "bot_events": sorted(("app_home_opened", "channel_shared", *EVENTS))},
            "interactivity": {"is_enabled": True, **reached, **({"message_menu_options_url": asked} if http else {})},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not http,
            "token_rotation_enabled": False,
        },
    }


def as_text(written: Mapping[str, Any]) -> str:
    """The manifest as JSON, which Slack takes as it takes YAML."""
    return json.dumps(written, indent=2, ensure_ascii=False) + "\n"


def left_out(commands: Sequence[Command], prefix: str = "") -> tuple[str, ...]:
    """A sentence for each reason why commands are not in the manifest, and how they are reached all the same."""
    reserved = [command.name for command in commands if slack_name(command.name, prefix) is None]
    long = [command.name for command in commands if _too_long(slack_name(command.name, prefix))]
    shown = {typed for typed, _, _ in _offered(commands, prefix)}
    names = ((command.name, slack_name(command.name, prefix)) for command in commands)
    many = [name for name, typed in names if typed and not _too_long(typed) and typed not in shown]
    reasons = (
        (reserved, "Slack keeps {} for itself"),
        (long, f"with the prefix, {{}} would be longer than the {NAME_MOST} characters Slack allows"),
        (many, f"an app has at most {COMMANDS_MOST} commands on Slack, which leaves out {{}}"),
    )
    return tuple(_reached(names, why, prefix) for names, why in reasons if names)


def _reached(names: Sequence[str], why: str, prefix: str) -> str:
    door = f"/{_door(prefix)}"
    listed = ", ".join(f"/{name}" for name in names)
    sentence = why.format(listed)
    return f"{sentence[:1].upper()}{sentence[1:]}: ask as {', '.join(f'{door} {name}' for name in names)}."


def _offered(commands: Sequence[Command], prefix: str) -> Iterator[tuple[str, str, str]]:
    """Each slash command as it is typed, its description and its hint; the door to all others first."""
    yield _door(prefix), _DOOR_ABOUT, _DOOR_HINT
    room = COMMANDS_MOST - 1
    for command in commands:
        typed = slack_name(command.name, prefix)
        if typed and not _too_long(typed) and room:
            room -= 1
            yield typed, command.description, f"[{command.about}]"


def _door(prefix: str) -> str:
    return slack_name(DOOR, prefix) or DOOR


def _too_long(typed: str | None) -> bool:
    return typed is not None and len(typed) + 1 > NAME_MOST


def _clipped(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
