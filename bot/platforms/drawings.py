"""One message as each platform's drawing of it, for people at a terminal."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Literal

from bot.message import Block, Message
from bot.platforms import terminal
from bot.platforms.base import Frozen
from bot.platforms.discord import render as discord
from bot.platforms.slack import render as slack

Drawing = Literal["text", "discord", "slack", "json"]

RENDER: Mapping[str, Callable[[Message, int], Frozen]] = {"discord": discord.render, "slack": slack.render}
"""How each chat platform draws one page of a message."""


def draw(message: Message, drawing: Drawing, page: int, *, colour: bool) -> str:
    """The whole message as text or as JSON, or one page (from 0) exactly as Discord or Slack will be sent it."""
    if drawing in RENDER:
        return _json(RENDER[drawing](message, page).body)
    if drawing == "json":
        return _json({**asdict(_whole(message)), "blocks": [_named(block) for block in message.blocks]})
    return terminal.render(message, colour=colour)


def _whole(message: Message) -> Message:
    """Without its blocks, which may be drawn lazily."""
    return Message(**{name: getattr(message, name) for name in Message.__slots__ if name != "blocks"})


def _named(block: Block) -> dict[str, Any]:
    return {"block": type(block).__name__.lower(), **asdict(block)}


def _json(body: object) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2)
