"""The picker beneath an answer: a list of what the command's text may be, where Slack completes nothing."""

import re
from typing import Any

from bot.message import Message
from bot.platforms.literal import clean, clip
from bot.platforms.slack import limits

_ID = re.compile(r"f1\|(?P<command>[a-z0-9-]{1,32})")


def picker(message: Message) -> dict[str, Any] | None:
    """The select that asks for the text of the message's own command, or None where it wants none."""
    if message.pick is None or message.origin is None:
        return None
    written = f"f1|{message.origin.command}"
    placeholder = clip(clean(message.pick), limits.PLACEHOLDER)
    if not placeholder or not read_pick(written):
        return None
    return {
        "type": "external_select",
        "action_id": written,
        "placeholder": {"type": "plain_text", "text": placeholder, "emoji": False},
        "min_query_length": 0,
    }


def read_pick(action_id: str) -> str | None:
    """The command that a picker asks a text for, or None for any other id."""
    found = _ID.fullmatch(action_id)
    return found["command"] if found else None
