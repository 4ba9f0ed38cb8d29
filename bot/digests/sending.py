"""One post of a delivery: which text, under which message, and what came back."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from bot.commands.base import Place
from bot.errors import BriefingBotError
from bot.platforms.base import Frozen, Platform
from bot.store.rows import Claimed, Kind, Page, State

log = logging.getLogger(__name__)

NOTHING = Frozen({}, ())
WHAT: Mapping[Kind, str] = {"post": "a post", "edit": "an edit", "reply": "a notice", "delete": "a deletion"}
"""What a delivery does, in words."""

LATE = timedelta(minutes=5)
"""A digest that goes out so long after it was due says so."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a delivery is not made now: what becomes of it, and for how many seconds it rests.

    `refused`: to learn that, the platform may have been asked what it does not answer, and counts it. `instead` is what
    is done in its place.
    """

    state: State
    why: str
    wait: float = 0.0
    refused: bool = False
    instead: Kind | None = None


def body_of(claimed: Claimed, page: Page, now: datetime) -> Frozen | None:
    """What is sent, exactly as it was frozen; once it is late, with the line that says so. None where it was erased."""
    if claimed.kind == "delete":
        return NOTHING
    if claimed.kind == "reply":
        body = page.notice
    else:
        late = page.late and (claimed.posted_at or now) - claimed.due_at > LATE
        body = page.late if late else page.body
    return _frozen(body) if body else None


def thread_of(claimed: Claimed) -> str | None:
    """The message under which it stands: Slack's threads begin with the first part, on Discord a notice is a reply."""
    if claimed.platform == "slack":
        return claimed.under
    return claimed.target if claimed.kind == "reply" else None


@lru_cache(maxsize=128)
def _frozen(body: str) -> Frozen:
    """Read once for thousands of channels; nobody changes it."""
    return Frozen(json.loads(body), ())


async def made(platform: Platform, claimed: Claimed, frozen: Frozen) -> str | Exception:
    """Do to the place what the delivery says: the message's id, or whatever went wrong."""
    try:
        return await _made(platform, claimed, Place(claimed.platform, claimed.channel, claimed.account), frozen)
    except Exception as error:  # whatever a library throws, this delivery is in doubt and the others go on
        if not isinstance(error, BriefingBotError):
            log.exception("%s: %s failed in a way nobody foresaw", claimed.platform, WHAT[claimed.kind])
        return error


async def _made(platform: Platform, claimed: Claimed, place: Place, frozen: Frozen) -> str:
    if claimed.kind in ("post", "reply"):
        return await platform.post(place, frozen, claimed.key, thread_of(claimed))
    assert claimed.target
    if claimed.kind == "edit":
        await platform.edit(place, claimed.target, frozen)
    else:
        await platform.delete(place, claimed.target)
    return claimed.target
