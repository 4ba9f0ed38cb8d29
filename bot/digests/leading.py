"""Being the one process that plans, or sends for a platform: a lease, renewed, and taken from the dead at once."""

import os
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.digests.steady import steady

if TYPE_CHECKING:
    from bot.store.memory import Store

LEASE = timedelta(seconds=15)
"""How long a lease is this process's own without being renewed; it is renewed three times as often."""

PLANNER, LANE, GATEWAY = "planner", "lane", "gateway"
"""Kinds of leases: who plans, who sends for a platform, who is connected to one that wants a single connection."""


def lease_name(kind: str, platform: str) -> str:
    """The lease under which one process does something for a platform."""
    return f"{kind}:{platform}"


def myself() -> str:
    """A name for this process: where its number counts, the number, and what tells it from others of that number."""
    return f"{_numbered_in()}|{os.getpid()}|{secrets.token_hex(6)}"


def is_dead(owner: str) -> bool:
    """Whether a process is surely gone; of one that counts its numbers elsewhere nobody here can tell."""
    where, _, rest = owner.partition("|")
    number = rest.partition("|")[0]
    if where != _numbered_in() or not where or not number.isdecimal():
        return False
    if int(number) == os.getpid():
        return True  # we have its number, and are not it
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False


def _numbered_in() -> str:
    """This start of the machine, and the space in which it numbers processes; empty where it does not say."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}:{os.readlink('/proc/self/ns/pid')}"  # noqa: PTH115 it leads to no path
    except OSError:
        return ""


class Leading:
    """One lease of this process; `fence` grows whenever another one had it before, and is None while others do."""

    def __init__(self, ledger: "Store", name: str, me: str, clock: Callable[[], datetime]) -> None:
        self._ledger, self._name, self._me, self._clock = ledger, name, me, clock
        self._until = 0.0
        self._renew_at = 0.0
        self.fence: int | None = None

    @property
    def holds(self) -> bool:
        """Whether the lease is surely ours at this moment."""
        return steady() < self._until

    @property
    def due(self) -> bool:
        """Whether it is time to renew it, or to try again."""
        return steady() >= self._renew_at

    async def renew(self) -> bool:
        """Take or renew it; whether it is ours. May raise StoreError, and then nothing is changed."""
        began = steady()
        fence = await self._ledger.lease(self._name, self._me, self._clock(), LEASE)
        if fence is None:
            held = await self._ledger.leased(self._name)
            if held and is_dead(held[0]):
                await self._ledger.release(self._name, held[0])
                fence = await self._ledger.lease(self._name, self._me, self._clock(), LEASE)
        self.fence = fence
        self._until = began + LEASE.total_seconds() if fence is not None else 0.0
        self._renew_at = began + (LEASE.total_seconds() / 3 if fence is not None else 1.0)
        return fence is not None

    async def give_up(self) -> None:
        """Let others have it."""
        self._until, self.fence = 0.0, None
        await self._ledger.release(self._name, self._me)
