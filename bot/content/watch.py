"""Being told that something in a folder changed; what changed is for others to find out."""

import asyncio
import logging
from pathlib import Path

from watchfiles import Change, awatch

log = logging.getLogger(__name__)

TICK = 0.05
"""Seconds between two looks while a file is waited for."""
AGAIN = 5.0
"""Seconds before a folder that could not be watched is tried again."""


async def listen(folder: Path, wake: asyncio.Event, only: str | None = None) -> None:
    """Set `wake` whenever something changes in the folder (or the file `only` in it), until cancelled.

    Every event counts, not only those of YAML files: a ConfigMap swaps a hidden link and tells of nothing else.
    A folder that is not there, or runs out of watches, is tried again; the sweep sees its changes meanwhile.
    """

    def wanted(_change: Change, path: str) -> bool:
        name = Path(path).name
        return only is None or name == only or name.startswith("..")

    step = int(TICK * 1000)
    while True:
        try:
            async for _ in awatch(folder, watch_filter=wanted, step=step, debounce=4 * step, recursive=only is None):
                wake.set()
        except (OSError, RuntimeError) as error:
            log.warning("%s cannot be watched, only looked at now and then: %s", folder.name, error)
        wake.set()
        await asyncio.sleep(AGAIN)
