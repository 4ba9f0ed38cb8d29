"""The time that all who share a database go by."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.digests.steady import steady

if TYPE_CHECKING:
    from bot.store.memory import Store


class SharedClock:
    """The time of the database where machines share it, counted on from when it was asked last; else this machine's."""

    def __init__(self, local: Callable[[], datetime]) -> None:
        self._local = local
        self._asked: tuple[datetime, float] | None = None

    def __call__(self) -> datetime:
        if self._asked is None:
            return self._local()
        at, counted = self._asked
        return at + timedelta(seconds=steady() - counted)

    async def ask(self, ledger: "Store") -> None:
        """Ask the database for its time, if it has one of its own; may raise StoreError."""
        if not ledger.database.shared:
            return
        began = steady()
        at = await ledger.time(self._local())
        self._asked = at, (began + steady()) / 2
