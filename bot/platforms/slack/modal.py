"""The modal in which a reader says what is wrong with an answer."""

import json
from dataclasses import dataclass
from typing import Any

from bot.platforms.slack import limits
from bot.platforms.slack.said import section

CALLBACK = "report"
FIELD = "words"
TITLE = "Report a problem"


@dataclass(frozen=True, slots=True)
class About:
    """What a report is about, as the modal carries it; it comes back from outside, so nothing in it is trusted."""

    button: str
    channel: str
    link: str


def report_modal(about: About) -> dict[str, Any]:
    """The modal with its one field."""
    field = {"type": "plain_text_input", "action_id": FIELD, "multiline": True, "min_length": 1}
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": json.dumps([about.button, about.channel, about.link]),
        "title": _plain(TITLE),
        "submit": _plain("Send"),
        "close": _plain("Cancel"),
        "blocks": [
            {
                "type": "input",
                "block_id": FIELD,
                "label": _plain("What is wrong?"),
                "element": field | {"max_length": limits.WORDS},
            }
        ],
    }


def told_modal(text: str, words: str = "") -> dict[str, Any]:
    """What stands there afterwards; `words` are given back where they were not taken."""
    kept = [section(words)] if words else []
    return {"type": "modal", "title": _plain(TITLE), "close": _plain("Close"), "blocks": [section(text), *kept]}


def read_about(metadata: str) -> About | None:
    """What a modal carries, or None for anything that `report_modal` does not write."""
    try:
        found = json.loads(metadata)
    except ValueError:
        return None
    if not isinstance(found, list) or len(found) != 3 or not all(isinstance(part, str) for part in found):
        return None
    return About(*found)


def _plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text, "emoji": False}
