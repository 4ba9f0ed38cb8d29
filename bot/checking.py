"""`check`: everything that is wrong in config.yaml and the briefings, all at once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from bot.content.aging import aged
from bot.content.folder import look
from bot.content.gather import gather
from bot.content.parse import Parsed, parse_file
from bot.content.problems import Problem, in_order
from bot.errors import StartError
from bot.settings import Settings, parse_config, read_config


@dataclass(frozen=True, slots=True)
class Checked:
    """All problems, named by paths as they were given, and what was looked at."""

    problems: tuple[Problem, ...]
    files: int
    claims: int


def check_files(config: Path, named: Sequence[Path], now: datetime) -> Checked:
    """Check config.yaml and the named files, or all of the folder; raises StartError where there is no folder.

    Files are checked against each other also where only some are named. With errors in config.yaml the briefings
    are still checked, all but their sections.
    """
    text = read_config(config)
    settings, wrong = (None, (text,)) if isinstance(text, Problem) else parse_config(text, config)
    folder = settings.folder if settings else config.parent / "briefings"
    found = gather(_read(folder, named, settings))
    zone: tzinfo = settings.zone if settings else UTC
    told = [replace(problem, file=_shown(config)) for problem in wrong]
    wanted = {path.resolve() for path in named}
    files = [parsed for parsed in found.files if not wanted or _path(folder, parsed.file).resolve() in wanted]
    for parsed in files:
        name = _shown(_path(folder, parsed.file))
        told += [replace(problem, file=name) for problem in (*parsed.problems, *aged(parsed, now, zone))]
    claims = sum(len(parsed.briefing.snippets) for parsed in files if parsed.briefing)
    return Checked(in_order(told), len(files) + 1, claims)


def _read(folder: Path, named: Sequence[Path], settings: Settings | None) -> Iterable[Parsed]:
    sections = settings.sections if settings else None
    try:
        names = list(look(folder))
    except OSError as error:
        if not named:
            raise StartError(f"The briefings folder {folder} cannot be read: {error.strerror}.") from error
        names = []
    yield from (parse_file(folder / name, folder, sections) for name in names)
    known = {(folder / name).resolve() for name in names}
    for path in named:
        if path.resolve() not in known:
            parsed = parse_file(path, path.parent, sections)
            yield replace(parsed, file=str(path), problems=tuple(replace(p, file=str(path)) for p in parsed.problems))


def _path(folder: Path, name: str) -> Path:
    inside = folder / name
    return inside if inside.exists() or inside.is_symlink() else Path(name)


def _shown(path: Path) -> str:
    """As seen from where the command runs, if it lies below."""
    try:
        return path.absolute().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
