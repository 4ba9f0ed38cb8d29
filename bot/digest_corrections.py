"""Where posted digests were put right, and taking one back, as chats and the command line ask for it."""

from collections.abc import Callable, Sequence
from zoneinfo import ZoneInfo

from bot.digest_desk import DigestDesk
from bot.digests.corrections import IN_TURN, key
from bot.digests.words import day_and_time, slot_said, there_are
from bot.errors import Refused
from bot.store.rows import LIVE, Occurrence

TOLD = 5
"""Corrections that are told of one claim."""


class DigestCorrections:
    """Answers from the ledger, and has it written down what is taken back; may raise StoreError."""

    def __init__(self, desk: DigestDesk) -> None:
        self._desk = desk

    async def retractable(self, digest: str, slot: str) -> tuple[str, str, str, int, Sequence[str]]:
        """Title, name, slot in words, its number and channels, of a slot that may be retracted; the last, if not named.

        Refused where there is none.
        """
        if not digest:
            raise Refused(f"Name the digest. {there_are(self._desk.config.digests)}")
        found = await self._posted(digest, lambda one: slot in ("", one.slot))
        known = await self._desk.scheduled(digest)
        rows = [row for row in await self._desk.ledger.of_slot(found.id) if row.state in ("sent", *LIVE)]
        names = tuple(dict.fromkeys(map(self._desk.named, rows)))
        said = slot_said(found.slot, found.due_at, await self._desk.zone_named(digest))
        return known.digest.title if known else digest, digest, said, found.id, names

    async def retract(self, digest: str, number: int, by: str) -> str:
        """Have all that was posted of that slot deleted, and say so in a sentence; Refused where that was done."""
        found = await self._posted(digest, lambda one: one.id == number)
        done = await self._desk.ledger.retract(found.id, f"retracted by {by}", key, self._desk.now(), IN_TURN)
        if done is None:
            raise Refused("That slot was retracted already.")
        self._desk.wake()
        return f"{digest} is taken back: what was posted of that slot is deleted now."

    async def _posted(self, digest: str, wanted: Callable[[Occurrence], bool]) -> Occurrence:
        """The newest slot of this kind that is posted, or about to be."""
        known = [one for one in await self._desk.ledger.history(digest, 1000) if wanted(one)]
        found = next((one for one in known if one.state in ("planned", "frozen")), None)
        if found is None and any(one.state == "retracted" for one in known):
            raise Refused("That slot was retracted already.")
        if found is None:
            raise Refused(f"Nothing of {digest} was posted that could be taken back.")
        return found

    async def told(self, snippet: str, platform: str, channel: str) -> Sequence[tuple[str, str]]:
        """Where a snippet was put right in digests, and links to it: in that channel, or in all where it is empty."""
        zone, told = ZoneInfo(self._desk.config.timezone), []
        for one in await self._desk.ledger.corrected(snippet, platform, channel, TOLD):
            known = await self._desk.scheduled(one.schedule)
            title = known.digest.title if known else one.schedule
            slot = slot_said(one.slot, one.due_at, zone)
            when = day_and_time(one.at.astimezone(zone))
            told.append((f"{title} of {slot}, in {self._desk.named(one)}: {when}", self._desk.address(one)))
        return told
