"""Looks at the links of sources, one after another, where `links: weekly` asks for it."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from time import monotonic
from typing import TYPE_CHECKING

from bot.content.links import DeadLink, LinksKnown, Result, links_known, links_of, looked, meaning, next_due, pause
from bot.content.shelf import Shelf
from bot.digests.steady import steady
from bot.errors import NoHost, NotFetched, Refused, StoreError
from bot.fetching import INTERNET, Wire, look
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.store.memory import Store

log = logging.getLogger(__name__)

EVERY = 5.0
"""Seconds between two rounds."""

FORGET = timedelta(days=60)
"""After which a link that no briefing has any more is forgotten."""


class LinkWatch:
    """Reads what is known of links in every process, and looks at them in the one that leads.

    Only links of sources of served briefings are fetched, and of what comes back only the status is kept.
    `turned_at` is when it last began a round.
    """

    def __init__(
        self,
        store: "Store",
        shelf: Shelf[Settings],
        clock: Callable[[], datetime],
        leads: Callable[[], bool],
        wire: Wire = INTERNET,
        tick: Callable[[], float] = steady,
    ) -> None:
        self._store, self._shelf, self._clock, self._leads, self._wire = store, shelf, clock, leads, wire
        self._tick = tick
        self._look_at = self.turned_at = 0.0
        self._known = LinksKnown()

    def dead(self) -> tuple[DeadLink, ...]:
        """The dead links of what is served, as they were known at the last round."""
        return self._known.dead

    def known(self) -> LinksKnown:
        """What was known at the last round: the same value as long as that is so."""
        return self._known

    async def run(self) -> None:
        """Go round until cancelled."""
        while True:
            self.turned_at = monotonic()
            try:
                await self.round()
            except StoreError as error:
                log.warning("links cannot be looked after: %s", error)
            except Exception:  # a fault here must not stop what is sent
                log.exception("links could not be looked after")
            await asyncio.sleep(EVERY)

    async def round(self) -> None:
        """Look at one link, if it is time; read what is known of all."""
        if self._shelf.rules.config.links == "off":
            self._known = LinksKnown()
            return
        briefings = self._shelf.views.edition.briefings
        known = await self._store.links()
        urls, now = links_of(briefings), self._clock()
        if self._leads() and self._tick() >= self._look_at and (url := next_due(urls, known, now)):
            self._look_at = self._tick() + pause(len(urls))
            result, said = await self._found(url)
            one = looked(known.get(url), url, result, said, now)
            await self._store.keep_link(one, now - FORGET)
            known = {**known, url: one}
            log.info("looked at %s: %s", url, f"{result}, {said}" if said else result)
        found = links_known(briefings, known)
        if found != self._known:
            self._known = found

    async def _found(self, url: str) -> tuple[Result, str]:
        try:
            return meaning(await look(url, self._wire))
        except NoHost as error:
            return "no host", str(error)
        except (NotFetched, Refused) as error:
            return "unsure", str(error)
        except Exception:  # a fault at one link must not keep the others from being looked at
            log.exception("a fault while looking at %s", url)
            return "unsure", "It could not be looked at; the log says why"
