"""Being told that something in a folder changed; what changed is for others to find out."""

import asyncio
import logging
from contextlib import aclosing
from pathlib import Path

from watchfiles import Change, awatch

log = logging.getLogger(__name__)

TICK = 0.05
"""Seconds between two looks while a file is waited for."""
CHECK = 1.0
"""Seconds between two checks that the folder is still the one that is watched, or tries to watch it."""


async def listen(folder: Path, wake: asyncio.Event, only: str | None = None) -> None:
    """Set `wake` whenever something may have changed in the folder (or the file `only` in it), until cancelled.

    Every event counts, not only those of YAML files: a ConfigMap swaps a hidden link and tells of nothing else. A
    folder that is not there, or for which the system has no watches left, is looked at every second instead.
    """
    told = ""
    while True:
        try:
            await _listen(folder, wake, only)
            told = ""
        except (OSError, RuntimeError, ExceptionGroup) as error:
            if f"{error}" != told:
                told = f"{error}"
                log.warning("%s cannot be watched, and is looked at every second: %s", folder.name, told)
            wake.set()
            await asyncio.sleep(CHECK)


async def _listen(folder: Path, wake: asyncio.Event, only: str | None) -> None:
    """Listen until the folder is another one: the system watches what was there, whatever its name leads to now."""
    step = int(TICK * 1000)
    here = await asyncio.to_thread(_identity, folder)
    heard = awatch(
        folder,
        watch_filter=None,
        step=step,
        debounce=4 * step,
        rust_timeout=int(CHECK * 1000),
        yield_on_timeout=True,
        recursive=only is None,
    )
    # What changed before the watch was set up is told by nobody.
    wake.set()
    first = True
    async with aclosing(heard):
        async for changes in heard:
            if first or any(_wanted(path, only) for _, path in changes):
                wake.set()
            first = False
            if (Change.deleted, str(folder)) in changes or await asyncio.to_thread(_identity, folder) != here:
                return


def _wanted(path: str, only: str | None) -> bool:
    name = Path(path).name
    return only is None or name == only or name.startswith("..")


def _identity(folder: Path) -> tuple[int, int]:
    found = folder.stat()
    return found.st_dev, found.st_ino
