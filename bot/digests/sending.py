"""One post of a delivery: which text, under which message, and what came back."""

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from bot.commands.base import Place
from bot.errors import BriefingBotError
from bot.platforms.base import Frozen, Platform
from bot.store.rows import Claimed, Page, State

log = logging.getLogger(__name__)

LATE = timedelta(minutes=5)
"""A digest that goes out so long after it was due says so."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a delivery is not made now: what becomes of it, and for how many seconds it rests.

    `refused`: to learn that, the platform may have been asked what it does not answer, and counts it.
    """

    state: State
    why: str
    wait: float = 0.0
    refused: bool = False


def body_of(claimed: Claimed, page: Page, now: datetime) -> Frozen:
    """What is sent, exactly as it was frozen; once it is late, with the line that says so."""
    late = page.late and now - claimed.due_at > LATE
    return _frozen(page.late if late else page.body)


@lru_cache(maxsize=128)
def _frozen(body: str) -> Frozen:
    """Read once for thousands of channels; nobody changes it."""
    return Frozen(json.loads(body), ())


async def posted(platform: Platform, claimed: Claimed, frozen: Frozen) -> str | Exception:
    """The message's id, or whatever went wrong."""
    place = Place(claimed.platform, claimed.channel, claimed.account)
    under = claimed.under if claimed.platform == "slack" else None
    try:
        return await platform.post(place, frozen, claimed.key, under)
    except Exception as error:  # whatever a library throws, this delivery is in doubt and the others go on
        if not isinstance(error, BriefingBotError):
            log.exception("%s: a post failed in a way nobody foresaw", claimed.platform)
        return error
