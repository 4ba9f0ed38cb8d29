"""Writing down what the shelf took in, and trying again while the store refuses."""

import asyncio
import logging
import time
from collections.abc import Iterable

from bot.content.memory import Kept, Memory, Version
from bot.errors import StoreError

log = logging.getLogger(__name__)

PROMPT = 0.3
"""Seconds an edition waits to be written down before it is served all the same."""


def _fault(error: Exception) -> Exception | None:
    """What is our own fault, and needs more than its sentence."""
    return None if isinstance(error, StoreError) else error


class Keeping:
    """What is not yet written down; `notice` is a sentence for the operator while the store refuses."""

    def __init__(self, memory: Memory, again: float) -> None:
        self.notice: str | None = None
        self._memory = memory
        self._again = again
        self._tried = float("-inf")
        self._files: dict[str, Kept | None] = {}
        self._versions: list[Version] = []
        self._writing: asyncio.Task[None] | None = None

    @property
    def pending(self) -> bool:
        """Whether something is not written down."""
        return bool(self._files or self._versions or self._writing)

    def add(self, kept: Iterable[Kept], versions: Iterable[Version], gone: Iterable[str] = ()) -> None:
        """Note what is to be remembered; of each file the last word counts."""
        self._files |= dict.fromkeys(gone) | {one.file: one for one in kept}
        self._versions += versions

    async def write(self) -> None:
        """Write it down; a store that takes its time goes on by itself."""
        if self._writing is None and self.pending:
            self._writing = asyncio.create_task(self._write(), name="keeping")
        if self._writing is not None:
            await asyncio.wait([self._writing], timeout=PROMPT)

    async def write_again(self) -> None:
        """Write down what was refused, if it is time."""
        if self.pending and time.monotonic() - self._tried >= self._again:
            await self.write()

    async def finish(self) -> None:
        """Let a writing that is under way come to its end."""
        if self._writing is not None:
            await asyncio.wait([self._writing])

    async def _write(self) -> None:
        try:
            while (self._files or self._versions) and await self._write_these():
                pass
        finally:
            self._tried = time.monotonic()
            self._writing = None

    async def _write_these(self) -> bool:
        files, versions = self._files, self._versions
        self._files, self._versions = {}, []
        try:
            await self._memory.keep([kept for kept in files.values() if kept], versions)
            await self._memory.forget([name for name, kept in files.items() if kept is None])
        except Exception as error:  # whatever it is, it must not end the watch, and nothing may be lost
            self._files, self._versions = files | self._files, versions + self._versions
            notice = f"Last good versions are not remembered: {error}"
            if notice != self.notice:
                log.warning("last good versions are not remembered: %s", error, exc_info=_fault(error))
            self.notice = notice
            return False
        if self.notice:
            log.info("last good versions are remembered again")
        self.notice = None
        return True
