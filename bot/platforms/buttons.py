"""Buttons: what a press remembers, in an id that lives through a restart and is never trusted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from bot.message import Action, Offer
from bot.platforms.literal import units
from bot.platforms.pages import Page

ID_MOST = 100
"""UTF-16 units of a button's id: discord.com/developers/docs/components/reference#button (custom_id)."""

Kind = Literal["show", "share", "report"]
"""What a press asks for: a page, the same page in the channel, or a word to the admins about it."""

POSTED = "post"
"""The command of a button under what was posted and answers no question; its text names what that was."""

LABELS: Mapping[Offer, str] = {"share": "Share to channel", "report": "Report a problem"}

_LETTERS: Mapping[Kind, str] = {"show": "b", "share": "s", "report": "r"}
_KINDS: Mapping[str, Kind] = {letter: kind for kind, letter in _LETTERS.items()}
_ID = re.compile(
    r"(?P<kind>[bsr])1\|(?P<command>[a-z0-9-]{1,32})\|(?P<page>0|[1-9][0-9]{0,3})\|(?P<stamp>[0-9a-f]{4})"
    "\\|(?P<text>[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]{0,50})"
)


@dataclass(frozen=True, slots=True)
class Press:
    """What a button remembered: the question, the page from 0, the stamp of its view, and what is asked for."""

    command: str
    text: str
    page: int
    stamp: str
    kind: Kind = "show"


def button_id(action: Action, stamp: str, kind: Kind = "show") -> str | None:
    """The id of a button for `action`, or None where it cannot be told in an id."""
    written = f"{_LETTERS[kind]}1|{action.command}|{action.page}|{stamp}|{action.text}"
    return written if read_button(written) else None


def read_button(text: str) -> Press | None:
    """What a button's id says, or None for anything that `button_id` does not write."""
    found = _ID.fullmatch(text)
    if found is None or units(text) > ID_MOST:
        return None
    return Press(found["command"], found["text"], int(found["page"]), found["stamp"], _KINDS[found["kind"]])


def buttons(page: Page) -> tuple[tuple[str, str], ...]:
    """Label and id of each button beneath `page`: Back and Next first, what is offered last, none twice."""
    message = page.message
    actions: list[tuple[Action, Kind]] = [(action, "show") for action in message.actions]
    if message.origin is not None:
        here = replace(message.origin, page=page.number)
        if page.more:
            actions.insert(0, (replace(here, label="Next", page=page.number + 1), "show"))
        if page.number:
            actions.insert(0, (replace(here, label="Back", page=page.number - 1), "show"))
        actions += [(replace(here, label=LABELS[offer]), offer) for offer in message.offers]
    found: dict[str, str] = {}
    for action, kind in actions:
        written = button_id(action, message.stamp, kind)
        if written is not None:
            found.setdefault(written, action.label)
    return tuple((label, written) for written, label in found.items())
