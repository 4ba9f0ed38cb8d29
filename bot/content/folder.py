"""What lies in the briefings folder: names and signatures, and which files have stopped moving."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

STILL = 0.2
"""Seconds a file must rest before it is read."""
DOUBTFUL = 1.0
"""Seconds a file must rest that parses but lost snippets or its last line's end: somebody may still be writing."""
BROKEN = 1.6
"""Seconds a file must rest before its errors are told: with reading and parsing, within two."""
GONE = 5.0
"""Seconds a file must be missing before it is let go."""

Signature = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that changed, with the signature it has and since when (seconds of a monotonic clock)."""

    signature: Signature
    since: float


def look(folder: Path) -> dict[str, Signature]:
    """Each YAML file's name within the folder and its signature; hidden files and folders are passed over.

    A Kubernetes ConfigMap shows its files as links through a hidden folder, so links are signed by what they lead
    to. Raises OSError where the folder cannot be listed.
    """
    return {path.relative_to(folder).as_posix(): sign(path) for path in sorted(_files(folder))}


def sign(path: Path) -> Signature:
    """Changes with the file; a link that leads nowhere has a signature too."""
    try:
        found = path.stat()
    except OSError as error:
        return (error.errno or 0,)
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev)


def _files(folder: Path) -> Iterator[Path]:
    def refuse(error: OSError) -> None:
        if error.filename == str(folder):
            raise error

    for base, folders, names in os.walk(folder, onerror=refuse):
        for name in [name for name in folders if name.endswith((".yaml", ".yml"))]:
            yield Path(base, name)  # a folder by that name is told as a problem
        folders[:] = [name for name in folders if not name.startswith(".") and not name.endswith((".yaml", ".yml"))]
        for name in names:
            if name.endswith((".yaml", ".yml")) and not name.startswith("."):
                yield Path(base, name)


def wait(
    waiting: Mapping[str, Waiting], known: Mapping[str, Signature], seen: Mapping[str, Signature], now: float
) -> dict[str, Waiting]:
    """What is to be waited for: files whose signature is not the known one, since it last changed."""
    found = {}
    for name, signature in seen.items():
        if known.get(name) == signature:
            continue
        before = waiting.get(name)
        found[name] = before if before and before.signature == signature else Waiting(signature, now)
    return found
