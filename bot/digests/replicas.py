"""The processes that share one database: each says every few seconds that it is there, and what it serves."""

import asyncio
import hashlib
import json
import logging
import socket
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from bot import __version__
from bot.digests.leading import LEASE, PLANNER
from bot.digests.shared_clock import SharedClock
from bot.digests.steady import steady
from bot.errors import StoreError
from bot.store.replica_rows import Lease, Replica

if TYPE_CHECKING:
    from bot.store.memory import Store

log = logging.getLogger(__name__)

BEAT = 5.0
"""Seconds between two beats of a process."""

ANSWERS = 10.0
"""Seconds within which the database answers, or is in trouble."""

SILENT = 3 * LEASE
"""How long one may be silent before it counts as gone."""

AT_ODDS = 15.0
"""Seconds after which one that serves something else than digests are made of leaves its lanes to others."""

Well = Callable[[], object]

Prints = Mapping[str, str]
"""The files that a process serves, each with a print of its text."""


class Replicas:
    """This process among all that share its database; `all` and `leases` are what was heard last.

    It reads and writes every few seconds, and so knows first how the database is: `well` is called when it answers.
    `turned_at` is when it last began to.
    """

    def __init__(
        self, ledger: "Store", me: str, prints: Callable[[], Prints], clock: SharedClock, well: Well = lambda: None
    ) -> None:
        self._ledger, self._prints, self._clock = ledger, prints, clock
        self.me = Replica(me, socket.gethostname(), __version__, "", "{}", clock(), clock())
        self.all: tuple[Replica, ...] = ()
        self.leases: tuple[Lease, ...] = ()
        self._agreed_at = steady()
        self._well, self._failed, self.turned_at = well, "", 0.0
        self._changed_at = datetime.min.replace(tzinfo=UTC)
        self._differed: dict[str, datetime] = {}
        """Who served other files when it was heard last, and when that was; also who is gone since, for a while."""

    async def run(self) -> None:
        """Beat until cancelled; then say that this process is gone."""
        try:
            while True:
                self.turned_at = monotonic()
                try:
                    await self.beat()
                except StoreError as error:  # who sends tells the operator
                    self._failed = str(error)
                    log.debug("the other replicas do not hear of this one: %s", error)
                except Exception:  # a fault here must not stop what is sent
                    log.exception("it could not be said that this replica is there")
                await asyncio.sleep(BEAT)
        finally:
            await self._depart()

    @property
    def trouble(self) -> str:
        """Why the database is of no use, in a sentence; empty where it answers, or was not asked yet."""
        waits = monotonic() - self.turned_at
        late = self.turned_at and waits > BEAT + ANSWERS
        return self._failed or (f"it has not answered for {waits:.0f} seconds" if late else "")

    async def _depart(self) -> None:
        try:
            await self._ledger.depart(self.me.id)
        except StoreError as error:
            log.info("the other replicas hear later that this one is gone: %s", error)

    async def beat(self) -> None:
        """Say what is served here, and hear what the others serve; may raise StoreError."""
        edition, files = await self._serves()
        if self.me.edition not in ("", edition):
            self._changed_at = self._clock()
        self.me = replace(self.me, edition=edition, files=files, seen_at=self._clock())
        await self._clock.ask(self._ledger)
        await self._ledger.appear(self.me, SILENT)
        self.all, self.leases = await self._ledger.fleet()
        self._failed = ""
        self._well()
        if self.agrees:
            self._agreed_at = steady()
        here, now = {one.id for one in self.all}, self._clock()
        gone = {who: at for who, at in self._differed.items() if who not in here and now - at < SILENT}
        # What one said before the files changed here may be of any time: it may have had the others meanwhile.
        unsure = (one for one in self.all if one.edition != edition or one.seen_at < self._changed_at)
        self._differed = gone | {one.id: one.seen_at for one in unsure if one.id != self.me.id}

    async def _serves(self) -> tuple[str, str]:
        """A print of all files that are served here, and the print of each."""
        prints = dict(sorted((await asyncio.to_thread(self._prints)).items()))
        files = json.dumps(prints, ensure_ascii=False)
        return hashlib.blake2b(files.encode("utf-8", "replace"), digest_size=8).hexdigest(), files

    async def agree(self) -> bool:
        """Whether this process serves at this moment what digests are made of; may raise StoreError.

        While nobody of several processes makes digests, nobody knows.
        """
        await self.beat()
        return self.agrees and (self.of(PLANNER) is not None or not self._ledger.database.shared)

    @property
    def agrees(self) -> bool:
        """Whether it did so when it was last heard. Where nobody makes digests, nobody disagrees."""
        leader = self.of(PLANNER)
        return leader is None or leader.edition == self.me.edition

    async def disputed(self) -> bool:
        """Whether another process serves other files, as far as is known at this moment; may raise StoreError.

        So does who has said nothing since the files here changed, and for a while who is gone: it may be on its way
        back.
        """
        edition, _ = await self._serves()
        if edition != self.me.edition:
            await self.beat()
        return bool(self._differed)

    @property
    def may_send(self) -> bool:
        """Whether it may send: files need not reach all machines in the same second, and then have to be the same."""
        return steady() - self._agreed_at < AT_ODDS

    def of(self, lease: str) -> Replica | None:
        """Who holds a lease, as far as was heard."""
        now = self._clock()
        owner = next((one.owner for one in self.leases if one.name == lease and one.until > now), None)
        return next((one for one in self.all if one.id == owner), None)

    def differing(self, other: Replica) -> tuple[str, ...]:
        """The files of which another process serves another text than this one, or only one of the two serves any."""
        mine, theirs = json.loads(self.me.files), json.loads(other.files)
        return tuple(sorted(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name)))
