"""Knows the schedules of this moment: what config.yaml says now, and what channels ordered when it last looked."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.digests.rota import Rota, rota
from bot.digests.steady import steady
from bot.settings import Config
from bot.store.rows import Subscription

if TYPE_CHECKING:
    from bot.store.memory import Store
    from bot.store.subscriptions import Version

FRESH = 1.0
"""Seconds for which what was read of subscriptions counts as what is so; another process may have changed it."""


class Schedules:
    """Reads subscriptions; what config.yaml says is always that of the moment. What reads may raise StoreError."""

    def __init__(self, ledger: "Store", config: Callable[[], Config]) -> None:
        self._ledger, self.config = ledger, config
        self._version: Version | None = None
        self._read_at, self._reading = float("-inf"), asyncio.Lock()
        self._subscriptions: tuple[Subscription, ...] = ()
        self._made: tuple[Config, tuple[Subscription, ...], Rota] | None = None

    @property
    def rota(self) -> Rota:
        """The schedules, with the subscriptions that were last read."""
        config, known = self.config(), self._subscriptions
        if self._made is None or self._made[0] is not config or self._made[1] is not known:
            self._made = (config, known, rota(config, known))
        return self._made[2]

    async def read(self) -> Rota:
        """The schedules, with the subscriptions of this moment."""
        began, version = steady(), await self._ledger.subscribed()
        if version != self._version:
            self._subscriptions = await self._ledger.subscriptions()
            self._version = version
        self._read_at = began
        return self.rota

    async def lately(self) -> Rota:
        """The schedules, with the subscriptions of the last second."""
        if steady() - self._read_at >= FRESH:
            async with self._reading:  # of a hundred that need it at once, one reads it
                if steady() - self._read_at >= FRESH:
                    return await self.read()
        return self.rota

    async def changed(self) -> bool:
        """Whether there is another subscription than when they were read, or one is otherwise."""
        return await self._ledger.subscribed() != self._version
