"""Files that are whole whenever anybody looks: written under a hidden name, seen on the disk, and only then named."""

import errno
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

from bot.errors import StartError

TEMP = ".part-"
"""How the hidden name of a file begins that is being written."""

SHOWN = 40
"""Characters of a file's own name in its hidden one, so that an error that names it can be understood."""

CANNOT = (errno.EINVAL, errno.ENOTSUP, errno.EBADF)
"""What a file system says that cannot bring a folder to the disk when it is asked to; it does so by itself."""

Take = Callable[[int, str, str], None]
"""Gives a file in a folder, which is held open, its name in the place of its hidden one."""


def put(
    room: int,
    name: str,
    data: bytes,
    *,
    mode: int = 0o666,
    take: Take | None = None,
    dress: Callable[[int], None] | None = None,
) -> None:
    """Put a whole file into a folder that is held open; it is on the disk when this returns, or OSError is raised.

    FileExistsError where there is one of that name, unless `take` takes its place. `dress` gives it its rights before
    anything stands in it.
    """
    with (
        begun(room, name, mode, take or take_free) as (descriptor, _),
        os.fdopen(descriptor, "wb", closefd=False) as file,
    ):
        if dress:
            dress(descriptor)
        file.write(data)


@contextmanager
def begun(room: int, name: str, mode: int, take: Take) -> Iterator[tuple[int, str]]:
    """A file to write, with its hidden name: it gets its own when all went well and the disk has it, or it is gone."""
    part = f"{TEMP}{name[:SHOWN]}-{secrets.token_hex(8)}.tmp"
    descriptor = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode, dir_fd=room)
    try:
        yield descriptor, part
        os.fsync(descriptor)
        take(room, part, name)
    finally:
        os.close(descriptor)
        with suppress(OSError):
            os.unlink(part, dir_fd=room)
    try:
        os.fsync(room)
    except OSError as error:
        if error.errno not in CANNOT:
            raise


def take_free(room: int, part: str, name: str) -> None:
    """Give a file a name that none has: one that has it meanwhile stays, and FileExistsError is raised."""
    try:
        os.link(part, name, src_dir_fd=room, dst_dir_fd=room)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        with suppress(FileNotFoundError):
            os.stat(name, dir_fd=room, follow_symlinks=False)
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST)) from None
        os.rename(part, name, src_dir_fd=room, dst_dir_fd=room)


def take_over(room: int, part: str, name: str) -> None:
    """Give a file its name in the place of whatever has it."""
    os.replace(part, name, src_dir_fd=room, dst_dir_fd=room)


@contextmanager
def opened(folder: Path) -> Iterator[int]:
    """A folder, held open, so that nobody can swap it."""
    room = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield room
    finally:
        os.close(room)


@contextmanager
def new_file(to: Path, what: str, mode: int) -> Iterator[Path]:
    """A file to write beside the one that is wanted, which takes its name when all went well; else it is gone.

    `what` it is, is said where there is no folder for it. `mode` says who may read it. StartError where there is a file
    of that name already, and where it cannot be written.
    """
    with ExitStack() as stack:
        try:
            if to.exists() or to.is_symlink():
                raise _there(to)
            if not to.parent.is_dir():
                raise StartError(f"there is no folder {to.parent} for the {what}")
            room = stack.enter_context(opened(to.parent))
            _, part = stack.enter_context(begun(room, to.name, mode, partial(_take_free, to)))
        except OSError as error:
            raise StartError(f"{to} cannot be written: {error.strerror}") from error
        stack.callback(to.with_name(f"{part}-journal").unlink, missing_ok=True)  # SQLite's
        yield to.with_name(part)


def _take_free(to: Path, room: int, part: str, name: str) -> None:
    try:
        take_free(room, part, name)
    except FileExistsError:
        raise _there(to) from None


def _there(to: Path) -> StartError:
    return StartError(f"{to} is there already, and nothing is overwritten. Name another file")
