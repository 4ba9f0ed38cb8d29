"""Deciding what is served of each file: pure functions over what was read and what was served before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.content.folder import BROKEN, DOUBTFUL, STILL
from bot.content.gather import gather
from bot.content.parse import Parsed
from bot.content.problems import errors, in_order
from bot.content.state import FileState


@dataclass(frozen=True, slots=True)
class Standing:
    """One file on the shelf: as it was last read, and the version of it that is served, if any is.

    `loaded_at` is when the served version was read.
    """

    parsed: Parsed
    served: Parsed | None
    loaded_at: datetime | None

    @property
    def state(self) -> FileState:
        served = self.served
        return FileState(
            self.parsed.file,
            served.briefing if served else None,
            self.loaded_at if served else None,
            self.parsed.problems,
            served.lines if served else {},
        )


def rest_needed(parsed: Parsed, before: Standing | None) -> float:
    """Seconds a file must have rested before what was read of it counts."""
    if errors(parsed.problems):
        return BROKEN
    served = before.served if before else None
    lost = served is not None and not served.lines.keys() <= parsed.lines.keys()
    return DOUBTFUL if lost or not parsed.text.endswith("\n") else STILL


def settle(
    standings: Mapping[str, Standing], fresh: Iterable[Parsed], gone: Iterable[str], now: datetime
) -> dict[str, Standing]:
    """The shelf after these files were read and those are gone: a bad file keeps its last good version."""
    read = {parsed.file: parsed for parsed in fresh}
    away = set(gone)
    kept = {name: standing for name, standing in standings.items() if name not in away}
    owners = {
        standing.served.briefing.briefing.id: name
        for name, standing in kept.items()
        if standing.served and standing.served.briefing
    }
    offered = {name: standing.served or standing.parsed for name, standing in kept.items()}
    offered |= {name: parsed for name, parsed in read.items() if parsed.briefing or name not in kept}
    judged = {parsed.file: parsed for parsed in gather(offered.values(), owners).files}
    result = dict(kept)
    for name, parsed in read.items():
        result[name] = _settled(parsed, judged.get(name, parsed), kept.get(name), now)
    return result


def _settled(parsed: Parsed, judged: Parsed, before: Standing | None, now: datetime) -> Standing:
    told = replace(parsed, problems=in_order([*parsed.problems, *judged.problems])) if parsed.briefing else parsed
    if parsed.briefing and judged.briefing:
        return Standing(told, judged, now)
    served = before.served if before else None
    return Standing(told, served, before.loaded_at if before else None)


def vanished(missing: Iterable[str], known: Iterable[str]) -> bool:
    """Whether so much is missing at once that it looks like an accident: more than half of the files."""
    return len(set(missing)) * 2 > len(set(known))
