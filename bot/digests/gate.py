"""Asked right before each post: whether what was frozen may still go to that place."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime

from bot.commands.base import Place
from bot.content.model import LABELS, rank
from bot.content.view import View
from bot.digests.compose import may_still_be_told
from bot.digests.sending import Stop
from bot.platforms.base import Platform
from bot.settings import Config
from bot.store.rows import Claimed, Page

OPERATOR = "operator"
"""The witness of a delivery that somebody decided to send again, however late."""

WITHDRAWN = "withdrawn before sending"

STRANGERS_WAIT = 60.0
"""Seconds until it is asked again who reads along, where what was frozen is not for everybody."""


class Gate:
    """Decides over the configuration and the briefings as they are at that moment."""

    def __init__(
        self,
        config: Callable[[], Config],
        view: Callable[[str], Awaitable[View]],
        platforms: Mapping[str, Platform],
        clock: Callable[[], datetime],
    ) -> None:
        self._config, self._view, self._platforms, self._clock = config, view, platforms, clock

    async def __call__(self, claimed: Claimed, page: Page) -> Stop | None:
        """Why it may not be sent, or None where it may."""
        if reason := stopped(self._config(), claimed, self._clock()):
            return Stop("expired", reason)
        if not may_still_be_told(page.keys, await self._view(claimed.audience)):
            return Stop("expired", WITHDRAWN)
        if claimed.audience == LABELS[0]:
            return None
        place = Place(claimed.platform, claimed.channel, claimed.account)
        if await self._platforms[claimed.platform].strange(place):
            told = f"it is {claimed.audience}, and others may read along there, or nobody can tell"
            return Stop("retry", told, STRANGERS_WAIT)
        return None


def stopped(config: Config, claimed: Claimed, now: datetime) -> str:
    """Why the configuration does not let a delivery go out any more; empty where it does."""
    digest = config.digests.get(claimed.schedule)
    if digest is None:
        return "its digest was taken out of config.yaml"
    by_hand = claimed.slot.startswith("now:")
    if not digest.enabled and not by_hand:
        return "its digest was disabled"
    at = f"{claimed.platform}:{claimed.channel}"
    channel = next((one for name in digest.channels if (one := config.channels.get(name)) and one.at == at), None)
    if channel is None:
        return "the channel was taken out of the digest"
    if rank(claimed.audience) > rank(channel.audience):
        return f"the channel may not see {claimed.audience} any more"
    if now - claimed.due_at > digest.max_late and claimed.witness != OPERATOR:
        return "it was too late: max_late has passed"
    return ""
