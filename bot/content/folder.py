"""What lies in the briefings folder: names and signatures, and which files have stopped moving."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from bot.content.parse import Parsed
from bot.content.receipt import name_of as receipt_name

SUFFIXES = (".yaml", ".yml")
UNSHOWN = "\N{REPLACEMENT CHARACTER}"
"""Stands in a file's name for what cannot be shown or written down."""


@dataclass(frozen=True, slots=True)
class Caution:
    """How careful the shelf is; seconds, but for `most`.

    Nothing tells a reader that a writer has finished, so a file is read once it has rested: all edits but the
    surest rest for `doubtful`. What cannot be known: a writer that pauses for longer than that, at a place where
    the part so far reads as a whole briefing, has that part served until it writes on. Who writes a new file and
    renames it, as most editors and Git do, is never read by half.
    """

    still: float = 0.2
    """A file put in the place of the old one, with the same end, or read before with the same text."""
    doubtful: float = 1.0
    """Every other good file: in place, new, or with another end. And config.yaml, good or bad."""
    broken: float = 1.6
    """A file with errors: with reading and parsing they are told within two seconds."""
    gone: float = 5.0
    """A missing file before it is let go."""
    most: float = 0.5
    """The share of the served files that may go missing at once; where it is more, it looks like an accident."""
    sweep: float = 30.0
    """Between two readings of everything, for folders that tell of no change: some network mounts."""
    again: float = 5.0
    """Between two tries to write down what the store refused."""


Signature = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A file that changed: its signature, since when (seconds of a monotonic clock), and what was read of it."""

    signature: Signature
    since: float
    parsed: Parsed | None = None


def look(folder: Path) -> dict[str, Signature]:
    """Each YAML file's name within the folder and its signature; hidden files and folders are passed over.

    A Kubernetes ConfigMap shows its files as links through a hidden folder, so links are signed by what they lead
    to. A folder that may not be listed stands for the files in it. Raises OSError where it is the whole folder.
    """
    found = sorted({_shown(path.relative_to(folder).as_posix()) for path in _files(folder)})
    return {name: signed(folder / name) for name in found}


def sign(path: Path) -> Signature:
    """Changes with the file; a link that leads nowhere has a signature too."""
    try:
        found = path.stat()
    except OSError as error:
        return (error.errno or 0,)
    return (found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino, found.st_dev)


def signed(path: Path) -> Signature:
    """The signature of a briefing together with that of its receipt, if it has one."""
    return (*sign(path), *sign(path.with_name(receipt_name(path.name))))


def replaced(before: Signature | None, after: Signature) -> bool:
    """Whether another file stands in the place of the one that was known: it holds nothing of the old one."""
    return bool(before and before[3:5] and after[3:5] and before[3:5] != after[3:5])


def missing(names: Mapping[str, object], seen: Mapping[str, Signature]) -> list[str]:
    """Those that are not there any more; of what lies in a folder that may not be listed, nobody knows."""
    away = [name for name in names if name not in seen]
    return [name for name in away if not any(str(parent) in seen for parent in PurePosixPath(name).parents)]


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


def _files(folder: Path) -> Iterator[Path]:
    closed: list[Path] = []

    def refuse(error: OSError) -> None:
        if Path(error.filename) == folder:
            raise error
        if not isinstance(error, FileNotFoundError | NotADirectoryError):
            closed.append(Path(error.filename))

    for base, folders, names in os.walk(folder, onerror=refuse):
        for name in [name for name in folders if name.endswith(SUFFIXES)]:
            yield Path(base, name)  # a folder by that name is told as a problem
        folders[:] = [name for name in folders if not name.startswith(".") and not name.endswith(SUFFIXES)]
        for name in names:
            if name.endswith(SUFFIXES) and not name.startswith("."):
                yield Path(base, name)
    yield from closed


def _shown(name: str) -> str:
    return name if name.isprintable() else "".join(char if char.isprintable() else UNSHOWN for char in name)
