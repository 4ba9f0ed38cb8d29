"""One SQLite file belongs to one machine: refused on a network file system, and while another machine has it."""

import asyncio
import logging
import socket
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import StartError, StoreError

if TYPE_CHECKING:
    from bot.store.memory import Store

log = logging.getLogger(__name__)

HOST = "host"
"""The lease of the machine that has the file."""

HELD = timedelta(seconds=30)
"""How long a machine counts as having the file after it last said so."""

NETWORK = frozenset(
    ("nfs", "nfs4", "cifs", "smb3", "smbfs", "afs", "9p", "ceph", "glusterfs", "lustre", "ocfs2", "gfs2", "beegfs",
     "fuse.sshfs", "fuse.glusterfs", "fuse.s3fs", "fuse.rclone", "fuse.gcsfuse", "fuse.cephfs", "davfs", "fuse.davfs2")
)  # fmt: skip
"""Where SQLite's locks cannot be trusted: https://www.sqlite.org/howtocorrupt.html#_file_locking_problems."""


def machine(boot: Path = Path("/proc/sys/kernel/random/boot_id")) -> str:
    """A name for this machine, the same for all its containers."""
    try:
        return boot.read_text(encoding="ascii").strip()
    except OSError:
        return socket.gethostname()


def refuse_network(path: Path, mounts: str | None = None) -> None:
    """StartError where the file lies on a network file system; `mounts` is the text of /proc/self/mountinfo."""
    if mounts is None:
        try:
            mounts = Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
        except OSError:
            return
    kind = kind_of(path.resolve(), mounts)
    if kind in NETWORK:
        raise StartError(
            f"{path} lies on a network file system ({kind}), where SQLite cannot keep its promises. "
            "Put it on a disk of this machine: DATABASE_URL"
        )


def kind_of(path: Path, mounts: str) -> str:
    """The kind of file system a path lies on: the mount that is nearest to it, and the last of equals."""
    found, longest = "", -1
    for line in mounts.splitlines():
        fields, _, after = line.partition(" - ")
        point = fields.split(" ")[4].encode().decode("unicode_escape") if fields.count(" ") >= 4 else ""
        if point and (path == Path(point) or Path(point) in path.parents) and len(point) >= longest:
            found, longest = after.split(" ")[0], len(point)
    return found


async def take_host(store: "Store", clock: Callable[[], datetime], tell: Callable[[str], object], me: str = "") -> None:
    """Say that this machine has the file; StartError where another one has it, and goes on saying so.

    A server's database is nobody's alone, and nothing is done. `me` names the machine, and is found out where empty.
    """
    if store.database.shared:
        return
    me = me or machine()
    held = await store.leased(HOST)
    if await store.lease(HOST, me, clock(), HELD) is not None:
        return
    tell("Another machine had the database until a moment ago: waiting whether it still has.")
    await asyncio.sleep(HELD.total_seconds() / 2)
    now = await store.leased(HOST)
    if held and now and now[1] > held[1]:
        raise StartError(
            "Another machine uses this database. SQLite serves one machine alone: stop the bot there, "
            "or give each its own DATABASE_URL"
        )
    await asyncio.sleep(max(0.0, ((now[1] if now else clock()) - clock()).total_seconds()) + 0.1)
    if await store.lease(HOST, me, clock(), HELD) is None:
        raise StartError("Another machine uses this database. SQLite serves one machine alone: stop the bot there")


async def keep_host(store: "Store", clock: Callable[[], datetime], me: str = "") -> None:
    """Go on saying so, until cancelled."""
    me = me or machine()
    while not store.database.shared:
        await asyncio.sleep(HELD.total_seconds() / 3)
        try:
            if await store.lease(HOST, me, clock(), HELD) is None:
                log.error("another machine uses this database; stop the bot there, or here")
        except StoreError:
            continue  # who sends tells of it
        except Exception:  # a fault here must not stop what is sent
            log.exception("the machine's lease was not renewed")
