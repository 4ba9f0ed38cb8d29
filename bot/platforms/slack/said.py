"""What goes back to the one who asked: a private answer, or a private line, as acks and response URLs take it."""

from typing import Any

from bot.platforms.base import Frozen
from bot.platforms.literal import clip, fit
from bot.platforms.slack import limits

Said = dict[str, Any]

NOT_OURS = "That button is not one of ours."
FAULT = "Something went wrong here; the admins can see it in the log."
MOMENT = "One moment…"
SHARED = "Shared in this channel."
UNSURE = "It is not certain that it was posted: look at the channel before you press again."
NO_CHANNEL = "There is no channel here to share it with."
NOBODY_KNOWS = "Slack does not say who may write here just now, so nothing was posted. Try again later."
NO_ACCESS = "Slack does not give the bot the access this needs, so nothing was posted. Tell whoever runs the bot."
LATE = "The form could not be opened. Press once more."


def private(frozen: Frozen) -> Said:
    """An answer for one pair of eyes: of what chat.postMessage takes, these know text, blocks and unfurling."""
    body = frozen.body
    return {
        "response_type": "ephemeral",
        "text": body["text"],
        "blocks": body["blocks"],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def line(text: str) -> Said:
    """One plain sentence for one pair of eyes; nothing in it is markup."""
    return {
        "response_type": "ephemeral",
        "text": fit(text, limits.PLAIN, _escaped),
        "blocks": [section(text)],
        "unfurl_links": False,
        "unfurl_media": False,
    }


def section(text: str) -> Said:
    """A block of literal words."""
    return {"type": "section", "text": {"type": "plain_text", "text": clip(text, limits.PLAIN) or "…", "emoji": False}}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
