"""What has aged in a briefing: reviews that are overdue, claims that expired."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.content.dates import PartialDate
from bot.content.model import Briefing
from bot.content.parse import Parsed
from bot.content.problems import Mark, Problem, excerpt


@dataclass(frozen=True, slots=True)
class Aged:
    """A snippet of which a date has passed, by its id."""

    snippet: str
    key: str
    date: PartialDate

    @property
    def says(self) -> str:
        if self.key == "review_by":
            return f"was due for a review by {self.date}"
        return f"expired ({self.date}) and is no longer shown"

    @property
    def mend(self) -> str:
        return (
            'look at its source, then set a new "review_by"' if self.key == "review_by" else "delete it, or extend it"
        )


def aged_in(briefing: Briefing, now: datetime, zone: tzinfo) -> Iterator[Aged]:
    """Each claim that is due for a review or no longer shown."""
    for snippet in briefing.snippets:
        if snippet.review_by and now >= snippet.review_by.ends(zone):
            yield Aged(snippet.id, "review_by", snippet.review_by)
        if snippet.expires and now >= snippet.expires.ends(zone):
            yield Aged(snippet.id, "expires", snippet.expires)


def ages_at(briefing: Briefing, now: datetime, zone: tzinfo) -> datetime | None:
    """When the next date of a claim passes."""
    dates = (date for snippet in briefing.snippets for date in (snippet.review_by, snippet.expires) if date)
    return min((end for date in dates if (end := date.ends(zone)) > now), default=None)


def aged(parsed: Parsed, now: datetime, zone: tzinfo) -> tuple[Problem, ...]:
    """A warning for each claim that is due for a review or no longer shown."""
    if parsed.briefing is None:
        return ()
    found = aged_in(parsed.briefing, now, zone)
    return tuple(_warning(parsed, one.snippet, f'"{one.snippet}" {one.says}', one.mend) for one in found)


def _warning(parsed: Parsed, snippet: str, message: str, mend: str) -> Problem:
    number = parsed.lines[snippet]
    line = parsed.text.split("\n")[number - 1]
    mark = Mark(number, line.index(snippet) + 1 if snippet in line else 1, len(snippet))
    return Problem(parsed.file, mark, message, "aged", mend, "warning", excerpt(line, mark))
