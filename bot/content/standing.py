"""Deciding what is served of each file: pure functions over what was read and what was served before."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from bot.content.folder import Caution
from bot.content.gather import gather
from bot.content.model import LABELS, rank
from bot.content.parse import Parsed
from bot.content.problems import Problem, errors, in_order
from bot.content.receipt import checked_claims
from bot.content.state import FileState
from bot.content.unchecked import unchecked

ENDING = 100
"""Characters by which two texts are held to end alike."""


_SHARING = re.compile(r"""(?:^|[{,?])[ \t-]*["']?(?:sharing|tlp)["']?\s*:([^\n,}#]*)""", re.MULTILINE)
"""What is written as a label, in a text that may be no YAML, in small letters of one form."""


def _named_label(text: str) -> str:
    """The highest label that stands anywhere in a text: what has errors may be meant for fewer people than before.

    Labels count however they are spelt, and a `sharing` that is no label at all counts as the highest.
    """
    small = unicodedata.normalize("NFKC", text).casefold()
    known = {_letters(label.casefold()): label for label in LABELS}
    given = [known.get(_letters(value), LABELS[-1]) for value in _SHARING.findall(small)]
    letters = _letters(small)
    return max([LABELS[0], *given, *(label for key, label in known.items() if key in letters)], key=rank)


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


@dataclass(frozen=True)
class Standing:
    """One file on the shelf: as it was last read, and the version of it that is served, if any is.

    `loaded_at` is when the served version was read, `rivals` are its problems with other files.
    """

    parsed: Parsed
    served: Parsed | None = None
    loaded_at: datetime | None = None
    rivals: tuple[Problem, ...] = ()

    @cached_property
    def state(self) -> FileState:
        served = self.served
        problems = in_order([*self.parsed.problems, *self.rivals, *unchecked(self.parsed)])
        return FileState(
            self.parsed.file,
            served.briefing if served else None,
            self.loaded_at if served else None,
            problems,
            served.lines if served else {},
            _named_label(self.parsed.text) if errors(problems) else LABELS[0],
            checked_claims(served.briefing, self.parsed.receipt) if served and served.briefing else {},
        )

    @property
    def id(self) -> str | None:
        """The briefing that is served of it."""
        return _id(self.served) if self.served else None


def rest_needed(parsed: Parsed, before: Standing | None, is_another: bool, caution: Caution) -> float:
    """Seconds a file must have rested before what was read of it counts.

    `is_another` tells that it was put in the place of the file known before, and not written over it: then the end
    of the old text can only stand in it if it is whole.
    """
    if before and parsed.text == before.parsed.text:
        return caution.still
    if errors(parsed.problems):
        return caution.broken
    whole = is_another and before is not None and before.served and _end_alike(parsed.text, before.served.text)
    return caution.still if whole else caution.doubtful


def _end_alike(text: str, before: str) -> bool:
    end = before[-ENDING:]
    return text.endswith(end) and text.count(end) == before.count(end) == 1


def settle(
    standings: Mapping[str, Standing], fresh: Iterable[Parsed], gone: Collection[str], now: datetime
) -> dict[str, Standing]:
    """The shelf after these files were read and those are gone: a bad file keeps its last good version.

    No two of the served have one id: it stays with the file that had it, until that file gives it up. A bad file that
    takes the place of one that is gone, under another name, keeps that one's last good version.
    """
    before = {name: standing for name, standing in standings.items() if name not in gone}
    parsed = {name: standing.parsed for name, standing in before.items()} | {one.file: one for one in fresh}
    before |= _heirs(before, parsed, [standings[name] for name in gone if name in standings])
    served = {name: standing.served for name, standing in before.items() if standing.served}
    owners = {_id(one): name for name, one in served.items() if one.briefing}
    offered = {name: _offered(one, served.get(name)) for name, one in parsed.items()}
    rivals: dict[str, tuple[Problem, ...]] = {}
    while refused := [one for one in gather(offered.values(), owners).files if _refused(one, offered[one.file])]:
        for one in refused:
            new = tuple(problem for problem in one.problems if problem not in offered[one.file].problems)
            rivals.setdefault(one.file, new)
            last = served.get(one.file)
            offered[one.file] = replace(one, briefing=None) if last is None or last is offered[one.file] else last
    return {
        name: _settled(one, offered[name], before.get(name), rivals.get(name, ()), now)
        for name, one in sorted(parsed.items())
    }


def _heirs(
    before: Mapping[str, Standing], parsed: Mapping[str, Parsed], gone: Iterable[Standing]
) -> dict[str, Standing]:
    """What is known of the briefings of files that are gone, under the names of bad files that hold their ids now."""
    left = {one.id: one for one in gone if one.served}
    found = {}
    for name, one in parsed.items():
        known = before.get(name)
        if one.briefing is None and one.named in left and not (known and known.served):
            heir = left[one.named]
            assert heir.served is not None
            found[name] = Standing(one, replace(heir.served, file=name), heir.loaded_at)
    return found


def _offered(parsed: Parsed, served: Parsed | None) -> Parsed:
    if served and (parsed.briefing is None or parsed.text == served.text):
        return served
    return parsed


def _refused(judged: Parsed, offered: Parsed) -> bool:
    return judged.briefing is None and offered.briefing is not None


def _settled(
    parsed: Parsed, offered: Parsed, before: Standing | None, rivals: tuple[Problem, ...], now: datetime
) -> Standing:
    served = offered if offered.briefing else None
    if before and before.served is served:
        same = before.parsed is parsed and before.rivals == rivals
        return before if same else replace(before, parsed=parsed, rivals=rivals)
    return Standing(parsed, served, now if served else None, rivals)


def moved(names: Iterable[str], standings: Mapping[str, Standing], read: Iterable[Parsed]) -> list[str]:
    """Those of these missing files whose id another file holds: the file has another name now.

    A bad file that is served as something else takes nobody's place.
    """
    away = list(names)
    here = {name: standing.parsed for name, standing in standings.items()} | {one.file: one for one in read}
    served = {name for name, standing in standings.items() if standing.served}
    heirs = (one for name, one in here.items() if name not in away and (one.briefing or name not in served))
    held = {one.named for one in heirs}
    return [name for name in away if name in served and standings[name].id in held]


def too_many(names: Iterable[str], standings: Mapping[str, Standing], most: float) -> bool:
    """Whether so much of what is served is missing at once that it looks like an accident."""
    served = [name for name, standing in standings.items() if standing.served]
    return len(set(names).intersection(served)) > len(served) * most


def _id(parsed: Parsed) -> str:
    assert parsed.briefing is not None
    return parsed.briefing.briefing.id
