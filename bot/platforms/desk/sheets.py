"""One message drawn for a page of the desk: as the desk shows it, and as each chat platform will."""

from dataclasses import dataclass
from typing import Any

from bot.message import Message, Picture
from bot.platforms import pages, terminal
from bot.platforms.base import Frozen
from bot.platforms.buttons import buttons, read_button
from bot.platforms.desk import discord_drawn, slack_drawn
from bot.platforms.discord import render as discord
from bot.platforms.slack import render as slack


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a drawing stands: `number` is its own on the page; in `channel` its buttons ask when they are pressed.

    `pictured` is the part of a picture's address that says whose it is.
    """

    number: str
    channel: str = ""
    pictured: str = ""


def on_desk(page: pages.Page) -> dict[str, Any]:
    """What `message.html` draws."""
    pressed = [(label, written) for label, written in buttons(page) if _shows(written)]
    return {"page": page, "part": pages.shown(page), "buttons": pressed}


def in_chats(message: Message, page: int) -> dict[str, Any]:
    """What `drawings.html` draws: one page as Discord and as Slack will be sent it, and as text."""
    drawn: dict[str, Any] = {"as_text": terminal.render(message, page)}
    return drawn | as_discord(discord.render(message, page)) | as_slack(slack.render(message, page))


def as_discord(post: Frozen) -> dict[str, Any]:
    return {"discord": post, "as_discord": discord_drawn.draw(post.body)}


def as_slack(post: Frozen) -> dict[str, Any]:
    return {"slack": post, "as_slack": slack_drawn.draw(post.body)}


def pictures(page: pages.Page) -> tuple[Picture, ...]:
    """The pictures on a page, in their order."""
    return tuple(block for block in page.blocks if isinstance(block, Picture))


def _shows(written: str) -> bool:
    """Whether a button asks for a page: to share and to report is done where others read along."""
    press = read_button(written)
    return press is not None and press.kind == "show"
