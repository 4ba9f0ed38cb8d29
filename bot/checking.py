"""`check`: everything that is wrong in config.yaml and the briefings, all at once."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from os.path import realpath
from pathlib import Path

from bot.content.aging import aged
from bot.content.folder import look
from bot.content.gather import gather
from bot.content.parse import Parsed, Sections, parse_file
from bot.content.problems import START, Problem, in_order
from bot.content.shape import place
from bot.content.unchecked import counted, unchecked
from bot.content.yaml_tree import read_tree
from bot.following import ids_there, unknown_briefings
from bot.settings import parse_config, read_config


@dataclass(frozen=True, slots=True)
class Checked:
    """All problems, named by paths as seen from where the command runs, and how much was looked at.

    `stand` is how many claims stand in their texts as they are now, by the receipts beside the files, and `doubted` how
    many of these with a doubt.
    """

    problems: tuple[Problem, ...]
    config: str
    briefings: int
    claims: int
    stand: int
    doubted: int


def check_files(config: Path, named: Sequence[Path], now: datetime) -> Checked:
    """Check config.yaml and the named files or folders, or all of the briefings folder.

    Files are checked against each other also where only some are named. With errors in config.yaml the briefings
    are still checked, all but their sections.
    """
    text = read_config(config)
    settings, wrong = (None, (text,)) if isinstance(text, Problem) else parse_config(text, config)
    zone: tzinfo = settings.zone if settings else UTC
    sections = settings.sections if settings else None
    written = "" if isinstance(text, Problem) else text
    folder, names, missing = _folder(config, written)
    inside = [parse_file(folder / name, folder, sections) for name in names]
    known = None if missing else ids_there(inside)
    strange = unknown_briefings(settings.config, written, config.name, known) if settings and known is not None else ()
    told = [replace(problem, file=_shown(config)) for problem in (*wrong, *missing, *strange)]
    told += [_nothing(path) for path in named if path.is_dir() and not any(_each([path]))]
    only = {realpath(path) for path in _each(named)}
    beyond = only - {realpath(folder / name) for name in names} - {realpath(config)}
    outside = [_beyond(Path(path), sections) for path in sorted(beyond)]
    count = claims = stand = doubted = 0
    for parsed in _together(inside, outside):
        path = folder / parsed.file
        if named and realpath(path) not in only:
            continue
        count += 1
        claims += len(parsed.briefing.snippets) if parsed.briefing else 0
        told += [
            replace(p, file=_shown(path)) for p in (*parsed.problems, *aged(parsed, now, zone), *unchecked(parsed))
        ]
        of_it = counted(parsed)
        stand, doubted = stand + of_it[0], doubted + of_it[1]
    return Checked(in_order(told), _shown(config), count, claims, stand, doubted)


def _folder(config: Path, text: str) -> tuple[Path, list[str], tuple[Problem, ...]]:
    """The briefings folder, also as a broken config.yaml names it; what lies in it, or why that cannot be told."""
    tree = read_tree(text, config.name)
    named = tree.root.get("briefings") if tree.root is not None else None
    folder = config.parent.resolve() / (named if isinstance(named, str) and named else "briefings")
    try:
        return folder, list(look(folder)), ()
    except OSError as error:
        message = f'the briefings folder "{folder.name}" cannot be read: {error.strerror}'
        mend = 'make it, or name another with "briefings: …"'
        return folder, [], (tree.problem(place(tree, ("briefings",)), message, "file", mend),)


def _each(named: Sequence[Path]) -> Iterator[Path]:
    """The files that are named, and those in folders that are named."""
    for path in named:
        try:
            yield from (path / name for name in look(path))
        except OSError:
            yield path


def _nothing(folder: Path) -> Problem:
    """A mistyped folder is no reason to say that all is well."""
    mend = "name a folder with files that end in .yaml or .yml"
    return Problem(_shown(folder), START, "no briefing lies in this folder", "file", mend)


def _together(inside: list[Parsed], outside: list[Parsed]) -> tuple[Parsed, ...]:
    """Compare them all; an id belongs to the file that has it in the folder."""
    owners = {one.briefing.briefing.id: one.file for one in reversed(inside) if one.briefing}
    return gather([*inside, *outside], owners).files


def _beyond(path: Path, sections: Sections | None) -> Parsed:
    parsed = parse_file(path, path.parent, sections)
    return replace(parsed, file=str(path), problems=tuple(replace(p, file=str(path)) for p in parsed.problems))


def _shown(path: Path) -> str:
    """As seen from where the command runs, if it lies below."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
