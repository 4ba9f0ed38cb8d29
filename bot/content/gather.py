"""From many parsed files to the briefings of one edition: no id twice."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from bot.content.parse import Parsed
from bot.content.problems import Problem, excerpt, in_order


@dataclass(frozen=True, slots=True)
class Gathered:
    """The files with the problems between them; a file that takes another's id has no briefing here."""

    files: tuple[Parsed, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return in_order([problem for parsed in self.files for problem in parsed.problems])


def gather(files: Iterable[Parsed], owners: Mapping[str, str] | None = None) -> Gathered:
    """Let each id belong to one file: to its owner so far, else to the first file in order that has it."""
    ordered = sorted(files, key=lambda parsed: parsed.file)
    claims: dict[str, list[str]] = {}
    for parsed in ordered:
        if parsed.briefing:
            claims.setdefault(parsed.briefing.briefing.id, []).append(parsed.file)
    owner = {name: _owner(rivals, (owners or {}).get(name)) for name, rivals in claims.items()}
    return Gathered(tuple(_judged(parsed, owner) for parsed in ordered))


def _owner(rivals: list[str], before: str | None) -> str:
    return before if before in rivals else rivals[0]


def _judged(parsed: Parsed, owner: Mapping[str, str]) -> Parsed:
    if parsed.briefing is None or owner[parsed.briefing.briefing.id] == parsed.file:
        return parsed
    name = parsed.briefing.briefing.id
    line = parsed.text.split("\n")[parsed.head.line - 1]
    problem = Problem(
        parsed.file,
        parsed.head,
        f'the briefing id "{name}" is taken by {owner[name]}',
        "duplicate",
        "give one of the two another id, or delete one",
        excerpt=excerpt(line, parsed.head),
    )
    return replace(parsed, briefing=None, problems=in_order([*parsed.problems, problem]))
