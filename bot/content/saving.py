"""Reading a briefing to edit it, and writing it so that its file is always whole: the old text, or the new one."""

import errno
import fcntl
import hashlib
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot.content.endings import text_of
from bot.content.folder import SUFFIXES
from bot.content.problems import Problem
from bot.content.read import LARGEST, decode, mark_at, name_of, read_bytes
from bot.errors import Refused
from bot.whole import TEMP, put, take_over

ABSENT = ""
"""The stamp of a file that is not there."""

UNDO = ".desk"
"""The hidden folder, beside the briefings, that holds what stood in each file before its last save."""
PRIVATE = 0o700
"""Who may open that folder: nobody but the bot's user, since a file may have been private."""

UNDOS = 100
"""Saves that can be undone, of all files together; the oldest give way."""

OLD = 60.0
"""Seconds after which nobody is writing any more what has a hidden name."""

PATIENCE = 5.0
"""Seconds to wait for another process that saves in the same folder."""

# Beside the lock on the folder, for mounts that know none.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class OnDisk:
    """A file as it lies there. `stamp` differs when any of its bytes does."""

    data: bytes
    stamp: str

    @property
    def text(self) -> str:
        """What an editor shows of it."""
        return text_of(self.data)


@dataclass(frozen=True, slots=True)
class Saved:
    """The text stands in the file, and the disk has it."""

    now: OnDisk


@dataclass(frozen=True, slots=True)
class Changed:
    """Nothing was written, because the file is not the one that was edited; `now` is what stands there, if anything."""

    now: OnDisk | None


def stamp_of(data: bytes) -> str:
    """The same for the same bytes."""
    return hashlib.sha256(data).hexdigest()


def read(folder: Path, name: str) -> OnDisk | None:
    """What lies there to be edited, or None where nothing does; Refused where it is no text, or none of ours."""
    real = _place(folder, name)
    if not os.path.lexists(folder / name):
        return None
    found = read_bytes(folder / name, folder, name)
    if isinstance(found, Problem):
        raise Refused(f"{name} {found.message}, so it cannot be edited here.")
    told = decode(found, name)
    if isinstance(told, Problem) and (told.rule == "encoding" or b"\0" in found):
        raise Refused(f"{name}: {told.message}. Mend that with another editor first.")
    _swept(real.parent)
    return OnDisk(found, stamp_of(found))


def save(folder: Path, name: str, data: bytes, since: str) -> Saved | Changed:
    """Put `data` in the place of the file whose stamp is `since`; what stood there can be put back.

    `ABSENT` makes a new file. What is written is on the disk when this returns. Refused, with a sentence, where it
    cannot be done: then the file is as it was.
    """
    if len(data) > LARGEST:
        raise Refused(f"The text has {len(data):,} bytes; a briefing has at most {LARGEST:,}.")
    if b"\0" in data:
        mark = mark_at(text_of(data), text_of(data).index("\0"))
        raise Refused(
            f"Line {mark.line}, column {mark.column} has the character {name_of(chr(0))}, with which no file can be "
            "opened here again, so nothing was saved. Delete it, and retype what stands around it."
        )
    try:
        with _one_at_a_time, locked(_place(folder, name).parent) as room:
            return _save(room, folder, name, data, since)
    except OSError as error:
        raise Refused(trouble(error)) from error


def _save(room: int, folder: Path, name: str, data: bytes, since: str) -> Saved | Changed:
    real = _place(folder, name).name
    like = _stat(room, real)
    now = read(folder, name)
    if now and now.data == data:
        return Saved(now)  # it arrived the first time, and only the answer was lost
    if (now.stamp if now else ABSENT) != since:
        return Changed(now)
    written = OnDisk(data, stamp_of(data))
    if now:
        _remember(folder, name, now, written.stamp)
    try:
        _put(room, real, data, like)
    except (FileExistsError, FileNotFoundError):
        return Changed(read(folder, name))
    return Saved(written)


def undoable(folder: Path, name: str, stamp: str) -> bool:
    """Whether the file is as the last save from here left it, so that the save can be undone."""
    return _remembered(folder, name, stamp) is not None


def undo(folder: Path, name: str, since: str) -> Saved | Changed:
    """Put back what stood in the file before its last save; doing so is a save, and can itself be undone."""
    before, now = _remembered(folder, name, since), read(folder, name)
    if now is None or now.stamp != since:
        return Changed(now)
    if before is None:
        raise Refused("There is nothing to undo: the desk did not write this text, or that was too long ago.")
    return save(folder, name, before, since)


def trouble(error: OSError) -> str:
    """Why nothing was saved, in a sentence."""
    return {
        errno.ENOSPC: "The disk is full, so nothing was saved. Make room, and save again.",
        errno.EDQUOT: "The disk's quota is used up, so nothing was saved. Make room, and save again.",
        errno.EFBIG: "No file may grow to this size here, so nothing was saved. Lift the limit, and save again.",
        errno.EROFS: "The briefings folder is read-only, so nothing was saved.",
        errno.EACCES: "The bot's user may not write to this file or its folder, so nothing was saved.",
        errno.EPERM: "The bot's user may not write to this file or its folder, so nothing was saved.",
        errno.ENOENT: "The folder of this file is not there any more, so nothing was saved.",
        errno.ENAMETOOLONG: "The name of this file is too long, so nothing was saved.",
        errno.EAGAIN: "Another process is saving in this folder, so nothing was saved. Save again.",
    }.get(error.errno or 0, f"Nothing was saved: {error.strerror}.")


def _place(folder: Path, name: str) -> Path:
    """Where the file really lies; a name that leads anywhere but to a YAML file of the folder is Refused."""
    path = PurePosixPath(name)
    odd = path.is_absolute() or any(part.startswith(".") for part in path.parts) or not name.isprintable()
    if odd or not name.endswith(SUFFIXES) or str(path) != name:
        raise Refused("That is not the name of a file in the briefings folder.")
    root, real = os.path.realpath(folder), os.path.realpath(folder / name)
    if os.path.commonpath([root, real]) != root:
        raise Refused(f"{name} is a link to a file outside the briefings folder, which is not followed.")
    within = Path(real).relative_to(root)
    if any(part.startswith(".") for part in within.parts) or not within.name.endswith(SUFFIXES):
        raise Refused(f"{name} is a link that something else puts here; edit it where it comes from.")
    return Path(real)


@contextmanager
def locked(folder: Path) -> Iterator[int]:
    """The folder, held open, so that nobody can swap it, and locked against other processes that save in it."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        until = time.monotonic() + PATIENCE
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.01)
            except OSError:
                break  # some network mounts know no locks; the stamp is still compared
        yield descriptor
    finally:
        os.close(descriptor)


def _put(room: int, name: str, data: bytes, like: os.stat_result | None) -> None:
    """Write the whole, in the place of the file that it replaces: `like` is that one as it was when it was read.

    Where another stands there by now, or any where none was, FileExistsError is raised.
    """
    if like is None:
        put(room, name, data)
        return
    if not os.access(name, os.W_OK, dir_fd=room):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    def take(room: int, part: str, name: str) -> None:
        if _signature(_stat(room, name)) != _signature(like):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
        take_over(room, part, name)

    put(room, name, data, mode=0o600, take=take, dress=lambda descriptor: _dress(descriptor, like))


def _stat(room: int, name: str) -> os.stat_result | None:
    try:
        return os.stat(name, dir_fd=room, follow_symlinks=False)
    except FileNotFoundError:
        return None


def _signature(found: os.stat_result | None) -> tuple[int, ...]:
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev) if found else ()


def _dress(descriptor: int, like: os.stat_result) -> None:
    """Give a file the owner, the group and the mode of another, as far as we may."""
    for owner in (like.st_uid, -1):
        with suppress(PermissionError):
            os.fchown(descriptor, owner, like.st_gid)
            break
    os.fchmod(descriptor, like.st_mode & 0o777)


def _swept(folder: Path) -> None:
    """Take away what a process that was killed while it saved has left."""
    with suppress(OSError):
        for path in folder.glob(f"{TEMP}*.tmp"):
            if time.time() - path.lstat().st_mtime > OLD:
                path.unlink()


def _remember(folder: Path, name: str, before: OnDisk, after: str) -> None:
    """Keep what stands in a file before the text with the stamp `after` takes its place."""
    away = folder / UNDO
    if os.path.lexists(away) and (away.is_symlink() or not away.is_dir()):
        raise Refused(_NO_ROOM)
    away.mkdir(mode=PRIVATE, exist_ok=True)
    kept = _kept(folder, name, after).name
    with locked(away) as room:
        _narrow(room)
        if not os.path.lexists(away / ".gitignore"):
            _put(room, ".gitignore", b"*\n", None)
        put(room, kept, before.data, mode=0o600, take=take_over)
    _swept(away)
    for old in sorted(away.glob("*.undo"), key=lambda path: path.lstat().st_mtime)[:-UNDOS]:
        old.unlink(missing_ok=True)


def _narrow(room: int) -> None:
    """Close a folder of ours to all others, also one that an older version made."""
    found = os.fstat(room)
    if found.st_uid == os.geteuid() and found.st_mode & 0o077:
        with suppress(PermissionError):  # some mounts know no modes
            os.fchmod(room, PRIVATE)


_NO_ROOM = (
    f"What stands in the file could not be kept, so nothing was saved: {UNDO} among the briefings is a file or a link, "
    "and not the folder that the desk makes. Delete it, and save again."
)


def _remembered(folder: Path, name: str, after: str) -> bytes | None:
    """What stood in the file before the text with this stamp, where that is still known."""
    try:
        return _kept(folder, name, after).read_bytes()
    except OSError:
        return None


def _kept(folder: Path, name: str, after: str) -> Path:
    return folder / UNDO / f"{stamp_of(name.encode())[:32]}-{stamp_of(after.encode())[:32]}.undo"
