"""What Slack tells of where the bot is: put out of a channel or of the workspace, or let into a channel."""

from collections.abc import Mapping
from typing import Any

from bot.platforms.base import Move

KICKED = "the bot is not in the channel any more"
UNINSTALLED = "the app was taken out of the workspace"

EVENTS = ("app_uninstalled", "channel_left", "group_left", "member_joined_channel", "tokens_revoked")
"""docs.slack.dev/reference/events; of a bot's own leaving `member_left_channel` tells nothing."""


def read_move(event: Mapping[str, Any], me: str) -> Move | None:
    """The move that an event tells of; None where it is somebody else's. `me` is the bot's own user id."""
    channel = event.get("channel")
    there = frozenset((channel,)) if isinstance(channel, str) and channel else None
    match event.get("type"):
        case "channel_left" | "group_left" if there:
            return Move("slack", there, KICKED)
        case "member_joined_channel" if there and me and event.get("user") == me:
            return Move("slack", there)
        case "app_uninstalled":
            return Move("slack", None, UNINSTALLED)
        case "tokens_revoked" if _names_bots(event.get("tokens")):
            return Move("slack", None, UNINSTALLED)
    return None


def _names_bots(tokens: object) -> bool:
    """Whether the token of the bot is among those taken back, and not only one of a person."""
    return isinstance(tokens, Mapping) and bool(tokens.get("bot"))
