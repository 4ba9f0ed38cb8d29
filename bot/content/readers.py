"""Reading files for the shelf, in a thread: many at once, without holding the event loop up."""

import hashlib
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from bot.content.folder import BROKEN, Signature
from bot.content.memory import Kept
from bot.content.parse import Parsed, Sections, parse, parse_file
from bot.content.problems import START, Problem, errors
from bot.content.read import read_file
from bot.content.standing import Standing

log = logging.getLogger(__name__)

BREATH = 0.0005
"""Seconds between two files in which the event loop may run: parsing holds Python's lock."""


def read_some(folder: Path, names: Iterable[str], sections: Sections | None) -> list[Parsed]:
    """Read and parse these files."""
    found = []
    for name in names:
        found.append(_read(folder, name, sections))
        time.sleep(BREATH)
    return found


def read_again(folder: Path, standings: Mapping[str, Standing]) -> list[str]:
    """The files whose text is no longer what was read, whatever their signature says."""
    stale = []
    for name, standing in standings.items():
        text = read_file(folder / name, folder, name)
        if isinstance(text, str) and text != standing.parsed.text:
            stale.append(name)
        time.sleep(BREATH)
    return stale


def first_standings(
    folder: Path, seen: Mapping[str, Signature], remembered: Sequence[Kept], sections: Sections
) -> tuple[dict[str, Standing], list[Parsed]]:
    """What was remembered, and the files as they are now.

    A file that was written a moment ago, and differs from what is remembered, may still be half written: it is
    left to the watch.
    """
    kept = {one.file: one for one in remembered if not one.file.startswith("/")}
    standings = {}
    for name, one in kept.items():
        parsed = parse(one.text, name, None)
        if parsed.briefing:
            standings[name] = Standing(parsed, parsed, one.loaded_at)
        time.sleep(BREATH)
    fresh = read_some(folder, [name for name in seen if not name.startswith("/")], sections)
    return standings, [parsed for parsed in fresh if not _unfinished(parsed, folder, standings)]


def _unfinished(parsed: Parsed, folder: Path, standings: Mapping[str, Standing]) -> bool:
    before = standings.get(parsed.file)
    if before is None or before.parsed.text == parsed.text:
        return False
    try:
        age = time.time() - (folder / parsed.file).stat().st_mtime
    except OSError:
        return True
    return 0 <= age < BROKEN and not errors(parsed.problems)


def kept_of(name: str, text: str, at: datetime) -> Kept:
    """What is remembered of a good file."""
    return Kept(name, text, hashlib.sha256(text.encode()).hexdigest(), at)


def _read(folder: Path, name: str, sections: Sections | None) -> Parsed:
    try:
        return parse_file(folder / name, folder, sections)
    except Exception:
        log.exception("the checker failed on %s", name)
        problem = Problem(name, START, "the checker failed on this file; please report it", "internal")
        return Parsed(name, "", None, (problem,), {})
