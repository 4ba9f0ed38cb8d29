"""Reading files for the shelf, in a thread: many at once, without holding the event loop up."""

import hashlib
import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from bot.content.folder import UNSHOWN, Caution, Signature, signed
from bot.content.memory import Kept
from bot.content.parse import Parsed, Sections, parse, with_receipt
from bot.content.problems import START, Problem
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


def unmoved(folder: Path, parsed: Iterable[Parsed], seen: Mapping[str, Signature]) -> list[Parsed]:
    """Those whose signature is still the one seen before they were read."""
    return [one for one in parsed if signed(folder / one.file) == seen[one.file]]


def read_again(folder: Path, standings: Mapping[str, Standing]) -> list[str]:
    """The files whose text is no longer what was read, whatever their signature says."""
    stale = []
    for name, standing in standings.items():
        text = read_file(folder / name, folder, name)
        if isinstance(text, str) and text != standing.parsed.text:
            stale.append(name)
        time.sleep(BREATH)
    return stale


def parse_again(standings: Mapping[str, Standing], sections: Sections) -> list[Parsed]:
    """The same texts under other sections; nothing is read, so nothing half written either."""
    found = []
    for name, standing in standings.items():
        if standing.parsed.text:
            again = parse_safely(standing.parsed.text, name, sections)
            found.append(replace(again, receipt=standing.parsed.receipt))
            time.sleep(BREATH)
    return found


def first_standings(
    folder: Path, seen: Mapping[str, Signature], remembered: Sequence[Kept], sections: Sections, caution: Caution
) -> tuple[dict[str, Standing], list[Parsed]]:
    """What was remembered, and the files as they are now.

    A file that was written a moment ago, and is not as remembered, may still be half written: it is read again a
    little later, and left to the watch if it moved. Where nothing is remembered there is nothing better to serve.
    """
    standings = _recalled(remembered, seen)
    fresh = unmoved(folder, read_some(folder, seen, sections), seen)
    young = [parsed.file for parsed in fresh if standings and _young(parsed, seen, standings, caution)]
    if young:
        time.sleep(caution.doubtful)
        rested = unmoved(folder, read_some(folder, young, sections), seen)
        fresh = [parsed for parsed in fresh if parsed.file not in young] + rested
    return standings, fresh


def _recalled(remembered: Sequence[Kept], seen: Mapping[str, Signature]) -> dict[str, Standing]:
    """One standing for each id: where two names were remembered for it, the one whose file is there, or the later."""
    found: dict[str, Standing] = {}
    for one in sorted(remembered, key=lambda one: (one.file in seen, one.loaded_at)):
        parsed = None if one.file.startswith("/") else parse_safely(one.text, one.file, None)
        if parsed and parsed.briefing:
            found[parsed.briefing.briefing.id] = Standing(parsed, parsed, one.loaded_at)
        time.sleep(BREATH)
    return {standing.parsed.file: standing for standing in found.values()}


def _young(parsed: Parsed, seen: Mapping[str, Signature], standings: Mapping[str, Standing], caution: Caution) -> bool:
    before = standings.get(parsed.file)
    if before and before.parsed.text == parsed.text:
        return False
    return 0 <= time.time() - seen[parsed.file][0] / 1e9 < caution.doubtful


def kept_of(name: str, text: str, at: datetime) -> Kept:
    """What is remembered of a good file."""
    return Kept(name, text, hashlib.sha256(text.encode()).hexdigest(), at)


def failed(name: str, text: str) -> Parsed:
    """A file on which we failed, not its editor."""
    problem = Problem(name, START, "the checker failed on this file; please report it", "internal")
    return Parsed(name, text, None, (problem,), {})


def _read(folder: Path, name: str, sections: Sections | None) -> Parsed:
    if UNSHOWN in name:
        mend = "rename it, with letters, digits and hyphens"
        return Parsed(name, "", None, (Problem(name, START, "has a name that cannot be shown", "file", mend),), {})
    text = read_file(folder / name, folder, name)
    if isinstance(text, Problem):
        return Parsed(name, "", None, (text,), {})
    return with_receipt(parse_safely(text, name, sections), folder / name, folder)


def parse_safely(text: str, name: str, sections: Sections | None) -> Parsed:
    try:
        return parse(text, name, sections)
    except Exception:
        log.exception("the checker failed on %s", name)
        return failed(name, text)
