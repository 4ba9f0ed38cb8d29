"""What has aged in a briefing: reviews that are overdue, claims that expired."""

from datetime import datetime, tzinfo

from bot.content.parse import Parsed
from bot.content.problems import Mark, Problem, excerpt


def aged(parsed: Parsed, now: datetime, zone: tzinfo) -> tuple[Problem, ...]:
    """A warning for each claim that is due for a review or no longer shown."""
    if parsed.briefing is None:
        return ()
    found = []
    for snippet in parsed.briefing.snippets:
        if snippet.review_by and now >= snippet.review_by.ends(zone):
            message = f'"{snippet.id}" was due for a review by {snippet.review_by}'
            found.append(_warning(parsed, snippet.id, message, 'look at its source, then set a new "review_by"'))
        if snippet.expires and now >= snippet.expires.ends(zone):
            message = f'"{snippet.id}" expired ({snippet.expires}) and is no longer shown'
            found.append(_warning(parsed, snippet.id, message, "delete it, or extend it"))
    return tuple(found)


def _warning(parsed: Parsed, snippet: str, message: str, mend: str) -> Problem:
    number = parsed.lines[snippet]
    line = parsed.text.split("\n")[number - 1]
    mark = Mark(number, line.index(snippet) + 1 if snippet in line else 1, len(snippet))
    return Problem(parsed.file, mark, message, "aged", mend, "warning", excerpt(line, mark))
