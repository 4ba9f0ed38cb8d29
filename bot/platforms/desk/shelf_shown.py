"""What the Briefings page says of each file and each snippet."""

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo

from bot.content.counting import how_many
from bot.content.model import Snippet
from bot.content.problems import Problem, errors
from bot.content.receipt import Checked
from bot.content.state import FileState, ShelfState

Written = Callable[[datetime], str]
"""How a time is written for people."""
WARNED = (Checked.FAILS, Checked.CHANGED)
"""What stands in the way of a claim that was compared with its text."""


@dataclass(frozen=True, slots=True)
class FileShown:
    """One row of the page: `state` is served, older, unserved or vanished; `mark` changes with the file."""

    name: str
    anchor: str
    title: str
    language: str | None
    state: str
    says: str
    claims: int
    problems: tuple[Problem, ...]
    mark: str


@dataclass(frozen=True, slots=True)
class SnippetShown:
    """One snippet as an editor looks for it: `where` is its sources, `states` what stands in its way.

    `checked` is how it stands to its text, empty for the editors' own and where that is among what stands in its way.
    """

    id: str
    line: int | None
    section: str
    text: str
    status: str
    claimed_by: str
    where: str
    states: tuple[str, ...]
    checked: str = ""


def files(shelf: ShelfState, written: Written) -> tuple[FileShown, ...]:
    """Every file, those with errors first, then by name; `written` says when a version was read."""
    shown = [_file(file, file.file in shelf.vanished, written) for file in shelf.files]
    known = {file.file for file in shelf.files}
    shown += [_file(FileState(name, None, None), True, written) for name in shelf.vanished if name not in known]
    return tuple(sorted(shown, key=lambda file: (file.state == "served", file.name)))


def snippets(file: FileState, now: datetime, zone: tzinfo) -> tuple[SnippetShown, ...]:
    """The snippets that are served of a file, in its order."""
    if file.briefing is None:
        return ()
    source = file.briefing.defaults.source
    return tuple(
        SnippetShown(
            snippet.id,
            file.lines.get(snippet.id),
            snippet.section,
            snippet.text,
            snippet.status.value,
            snippet.claimed_by,
            where(snippet, source),
            (*states(snippet, now, zone), *([how.value] if how in WARNED else [])),
            how.value if how and how not in WARNED else "",
        )
        for snippet, how in ((one, file.checked.get(one.id)) for one in file.briefing.snippets)
    )


def where(snippet: Snippet, default: str | None) -> str:
    """`dw-2024-11-11 ¶2, ¶4`, for each place where it was read."""
    cites = [(cite.source, cite.para) for cite in snippet.cite]
    if not cites and snippet.para:
        cites = [(snippet.source or default or "no source", snippet.para)]
    return "; ".join(f"{source} {', '.join(f'¶{para}' for para in paras)}" for source, paras in cites)


def states(snippet: Snippet, now: datetime, zone: tzinfo) -> tuple[str, ...]:
    """All that keeps a snippet from being an ordinary one, in words."""
    found: list[str] = [] if snippet.state == "active" else [snippet.state]
    if snippet.publish_at and snippet.publish_at.starts(zone) > now:
        found.append(f"embargo until {snippet.publish_at}")
    if snippet.expires:
        gone = snippet.expires.ends(zone) <= now
        found.append(f"{'expired' if gone else 'expires'} {snippet.expires}")
    if snippet.review_by and snippet.review_by.ends(zone) <= now:
        found.append(f"review overdue since {snippet.review_by}")
    if snippet.pinned:
        found.append("pinned")
    return tuple(found)


def errors_in(problems: Sequence[Problem]) -> int:
    """How many of the problems are errors."""
    return len(errors(problems))


def mark(shown: object) -> str:
    """Eight letters that change with what is shown."""
    return f"{zlib.crc32(repr(shown).encode(errors='backslashreplace')):08x}"


def _file(file: FileState, vanished: bool, written: Written) -> FileShown:
    head = file.briefing.briefing if file.briefing else None
    claims = len(file.briefing.snippets) if file.briefing else 0
    state, says = _state(file, vanished, written)
    return FileShown(
        name=file.file,
        anchor=f"file-{mark(file.file)}",
        title=head.title if head else "",
        language=head.language if head else None,
        state=state,
        says=says,
        claims=claims,
        problems=file.problems,
        mark=mark((file.problems, file.loaded_at, vanished, claims, sorted(file.checked.items()))),
    )


def _state(file: FileState, vanished: bool, written: Written) -> tuple[str, str]:
    read = f", read {written(file.loaded_at)}" if file.loaded_at else ""
    if vanished:
        return "vanished", "gone from the folder, served until you confirm"
    wrong, warned = errors_in(file.problems), len(file.problems) - errors_in(file.problems)
    if not wrong:
        return "served", f"served{read}" + (f", {how_many(warned, 'warning')}" if warned else "")
    if file.briefing is None:
        return "unserved", f"{how_many(wrong, 'error')}, not served: no good version is known"
    version = f"the version of {written(file.loaded_at)}" if file.loaded_at else "an older version"
    return "older", f"{how_many(wrong, 'error')}, still serving {version}"
