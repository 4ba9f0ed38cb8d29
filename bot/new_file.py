"""A new file that is there once it is whole, and never in the place of another."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bot.errors import StartError


@contextmanager
def new_file(to: Path, what: str, mode: int) -> Iterator[Path]:
    """A file to write beside the one that is wanted, which takes its name when all went well; else it is gone.

    `what` it is, is said where there is no folder for it. `mode` says who may read it. StartError where there is a file
    of that name already, and where it cannot be written.
    """
    part = to.with_name(f".{to.name}.{secrets.token_hex(4)}.part")
    try:
        if to.exists() or to.is_symlink():
            raise StartError(f"{to} is there already, and nothing is overwritten. Name another file")
        if not to.parent.is_dir():
            raise StartError(f"there is no folder {to.parent} for the {what}")
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, mode))
    except OSError as error:
        raise StartError(f"{to} cannot be written: {error.strerror}") from error
    try:
        yield part
        _sync(part)
        _take_name(part, to)
    finally:
        for name in (part, part.with_name(f"{part.name}-journal")):
            name.unlink(missing_ok=True)
    with suppress(OSError):  # a file system that cannot do this for a folder does it by itself
        _sync(to.parent)


def _take_name(part: Path, to: Path) -> None:
    """Give the file its name; one that has it meanwhile stays."""
    try:
        to.hardlink_to(part)
    except FileExistsError:
        raise StartError(f"{to} is there already, and nothing is overwritten. Name another file") from None
    except OSError:  # a file system without hard links
        if to.exists():
            raise StartError(f"{to} is there already, and nothing is overwritten. Name another file") from None
        part.rename(to)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
