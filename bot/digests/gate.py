"""Asked right before each post: whether what was frozen may still go to that place."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import datetime, timedelta

from bot.commands.base import Place
from bot.content.model import LABELS, rank
from bot.content.view import View
from bot.digests.compose import may_still_be_told
from bot.digests.correcting import findings
from bot.digests.depends import snippet_of
from bot.digests.rota import Rota, gone
from bot.digests.schedules import Schedules
from bot.digests.sending import Stop
from bot.platforms.base import Platform
from bot.settings import Config
from bot.store.revising import SUPERSEDED
from bot.store.rows import Claimed, Page
from bot.store.slots import NOW

OPERATOR = "operator"
"""The witness of a delivery that somebody decided to send again, however late."""

WITHDRAWN = "withdrawn before sending"

STRANGERS_FOR = timedelta(minutes=10)
"""How long that is asked; other digests for the channel wait meanwhile."""

STRANGERS_WAIT = 60.0
"""Seconds until it is asked again who reads along, where what was frozen is not for everybody."""

CLOSED_WAIT = 600.0
"""Seconds until a correction is tried again that may not be told there."""

TOLD_AGAIN = "it tells what was withdrawn: another correction is about to come"

BEHIND, BEHIND_WAIT = "the replica that sends serves other files than those it was made of", 2.0
"""Why a delivery waits, and for how many seconds, until the files are here, or another replica sends."""


class Gate:
    """Decides over the configuration and the briefings as they are at that moment.

    `agree` tells whether they are those that digests are made of.
    """

    def __init__(
        self,
        schedules: Schedules,
        view: Callable[[str], Awaitable[View]],
        platforms: Mapping[str, Platform],
        clock: Callable[[], datetime],
        agree: Callable[[], Awaitable[bool]],
        superseded: Callable[[Claimed], Awaitable[bool]],
        served: Callable[[], Collection[str]],
    ) -> None:
        self._schedules, self._view, self._platforms, self._clock = schedules, view, platforms, clock
        self._agree, self._superseded, self._served = agree, superseded, served
        # Thousands of deliveries of one digest are asked about one after another, and the answers are the same.
        self._told: dict[str, tuple[View, dict[tuple[str, ...], bool]]] = {}

    async def __call__(self, claimed: Claimed, page: Page) -> Stop | None:
        """Why it may not be sent, or None where it may. What takes long is asked first, what may change last."""
        if claimed.revision > 0:
            return await self._corrects(claimed, page)
        stop = await self._posts(claimed, page)
        if stop is None or stop.state != "expired" or await self._agree():
            return stop
        # Another replica may have made it of files that have not come here yet: then it is not ours to end.
        return Stop("retry", BEHIND, BEHIND_WAIT)

    async def _posts(self, claimed: Claimed, page: Page) -> Stop | None:
        await self._schedules.lately()
        strangers = await self._strangers(claimed)
        view = await self._view(claimed.audience)
        if reason := stopped(self._schedules.config(), self._schedules.rota, claimed, self._clock()):
            return Stop("expired", reason)
        if not self._may(page.keys, view):
            return Stop("expired", WITHDRAWN)
        return strangers

    async def _corrects(self, claimed: Claimed, page: Page) -> Stop | None:
        """The same of what puts a post right: only where no later correction stands behind it.

        It may be late, and what stands against it may pass. It waits for that, since nobody would make it again.
        """
        if claimed.kind == "delete":
            return None
        if self._clock() - claimed.due_at > self._schedules.config().keep.steps:
            return Stop("expired", "it waited for longer than texts are kept")
        strangers = await self._strangers(claimed)
        view = await self._view(claimed.audience)
        ceiling = ceiling_of(self._schedules.config(), f"{claimed.platform}:{claimed.channel}")
        if rank(claimed.audience) > rank(ceiling):
            return _later(page, Stop("expired", f"the channel may not see {claimed.audience} any more"))
        shown = (key for key in page.keys if snippet_of(key))
        if not {"erased", "raised"}.isdisjoint(findings(shown, view, self._served()).values()):
            return Stop("retry", TOLD_AGAIN, BEHIND_WAIT)
        if await self._superseded(claimed):
            return Stop("expired", SUPERSEDED)
        return _later(page, strangers) if strangers else None

    def _may(self, keys: tuple[str, ...], view: View) -> bool:
        seen, known = self._told.get(view.audience, (None, {}))
        if seen is not view:
            known = {}
            self._told[view.audience] = (view, known)
        if keys not in known:
            known[keys] = may_still_be_told(keys, view)
        return known[keys]

    async def _strangers(self, claimed: Claimed) -> Stop | None:
        """Why strangers keep it from being sent: asked again for a while, for it may be that nobody could tell."""
        if claimed.audience == LABELS[0]:
            return None
        place = Place(claimed.platform, claimed.channel, claimed.account)
        if not await self._platforms[claimed.platform].strange(place):
            return None
        waited = self._clock() - (claimed.first_attempt_at or claimed.due_at)
        told = f"it is {claimed.audience}, and others may read along there, or nobody can tell"
        return (
            Stop("expired", told, refused=True)
            if waited > STRANGERS_FOR
            else Stop("retry", told, STRANGERS_WAIT, refused=True)
        )


def _later(page: Page, stop: Stop) -> Stop:
    """What may not be told there is told later. What must not be read any more goes at once, with all beside it."""
    if stop.state != "expired":
        return stop
    if not page.erases:
        return Stop("retry", stop.why, CLOSED_WAIT, refused=stop.refused)
    return Stop("retry", f"{stop.why}, so all of it is deleted", refused=stop.refused, instead="delete")


def ceiling_of(config: Config, at: str) -> str:
    """The highest label that a place may see now, whatever digests go there."""
    return next((one.audience for one in config.channels.values() if one.at == at), LABELS[0])


def stopped(config: Config, rota: Rota, claimed: Claimed, now: datetime) -> str:
    """Why the schedules there are do not let a delivery go out any more; empty where they do."""
    scheduled = rota.get(claimed.schedule)
    if scheduled is None:
        return gone(claimed.schedule, config)
    channel = scheduled.channels.get(f"{claimed.platform}:{claimed.channel}")
    if channel is None:
        return "the channel was taken out of the digest"
    if scheduled.rests and not claimed.slot.startswith(NOW):
        return scheduled.rests
    if rank(claimed.audience) > rank(channel.audience):
        return f"the channel may not see {claimed.audience} any more"
    if now - claimed.due_at > scheduled.digest.max_late and claimed.witness != OPERATOR:
        return "it was too late: max_late has passed"
    return ""
