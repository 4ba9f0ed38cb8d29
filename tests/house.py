"""The rules of the house as checkers: each takes a tree and returns the breaches it finds there."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCKS = ("requirements.lock", "requirements-dev.lock")
LONGEST = 300

# Which rooms may import a library; a folder stands for everything in it.
ROOMS = {
    "aiohttp.web": "bot/platforms",
    "discord": "bot/platforms/discord/wire",
    "trafilatura": "bot/drafting",
    "slack_bolt": "bot/platforms/slack/wire",
    "slack_sdk": "bot/platforms/slack/wire",
}

PIN = re.compile(r"[a-z0-9-]+==[A-Za-z0-9.!+]+( ; [a-z_]+ [^/:@]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")


def modules(root: Path) -> Iterator[tuple[str, ast.Module]]:
    """Each module of bot/ as its path from root and its tree."""
    for path in sorted((root / "bot").rglob("*.py")):
        yield path.relative_to(root).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def imported(tree: ast.Module) -> Iterator[str]:
    """Every dotted name a module imports, wherever in it the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def used(tree: ast.Module, library: str) -> Iterator[str]:
    """The dotted names in which this library may show."""
    yield from imported(tree)
    if "." in library:  # a submodule can be reached through its package without an import that names it
        yield from (ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def libraries_out_of_their_room(root: Path) -> list[str]:
    return sorted(
        {
            f"{path} uses {library}, which belongs in {room}"
            for path, tree in modules(root)
            for library, room in ROOMS.items()
            if path != room and not path.startswith(f"{room}/")
            if any(f"{name}.".startswith(f"{library}.") for name in used(tree, library))
        }
    )


def modules_without_a_docstring(root: Path) -> list[str]:
    return [path for path, tree in modules(root) if not (ast.get_docstring(tree) or "").strip()]


def files_too_long(root: Path) -> list[str]:
    return [
        path.relative_to(root).as_posix()
        for path in sorted((root / "bot").rglob("*"))
        if path.suffix in {".py", ".js", ".css", ".html", ".sql"}
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST
    ]


def more_than_versions_and_hashes(root: Path) -> list[str]:
    return [
        f"{lock}:{number}: {line}"
        for lock in LOCKS
        for number, line in enumerate((root / lock).read_text(encoding="utf-8").splitlines(), 1)
        if not PIN.fullmatch(line) and not HASH.fullmatch(line)
    ]


def other_locks(root: Path) -> list[str]:
    names = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "pylock.toml"}
    return [path.name for path in sorted(root.iterdir()) if path.name in names]


def pins(root: Path, lock: str) -> dict[str, str]:
    """The version a lock file holds of each package."""
    lines = (root / lock).read_text(encoding="utf-8").splitlines()
    found = (re.match(r"([a-z0-9-]+)==(\S+)", line) for line in lines)
    return {match[1]: match[2] for match in found if match}


def unlocked(root: Path) -> list[str]:
    """What pyproject.toml asks for and a lock does not give, or gives otherwise than the other lock."""
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    run = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    extras = [line for extra in project["project"]["optional-dependencies"].values() for line in extra]
    run_lock, dev_lock = (pins(root, lock) for lock in LOCKS)
    wanted = [(line, LOCKS[0], run_lock) for line in run] + [(line, LOCKS[1], dev_lock) for line in (*run, *extras)]
    missing = [f"{lock} lacks {line}: make lock" for line, lock, held in wanted if not satisfies(held, line)]
    apart = [
        f"{name} differs between the locks: make lock" for name in run_lock if run_lock[name] != dev_lock.get(name)
    ]
    return missing + apart


def satisfies(held: dict[str, str], line: str) -> bool:
    wanted = Requirement(line)
    version = held.get(canonicalize_name(wanted.name))
    return version is not None and wanted.specifier.contains(version, prereleases=True)


def missing_from_wheel(wheel: Path, project: Path) -> list[str]:
    """What `briefing-bot init` copies and the wheel does not carry."""
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    briefings = [f"briefings/{path.name}" for path in sorted((project / "briefings").glob("*.yaml"))]
    wanted = [
        *(briefings or ["briefings/*.yaml"]),
        "config.yaml",
        "docs/briefing.schema.json",
        "docs/config.schema.json",
    ]
    return [name for name in wanted if f"bot/starter/{name}" not in carried]


def lint_imports(root: Path) -> subprocess.CompletedProcess[str]:
    """Run the import contracts of the pyproject.toml in root over the bot/ in root."""
    command = Path(sys.executable).with_name("lint-imports")
    return subprocess.run(
        [command, "--config", "pyproject.toml", "--no-cache", "--no-logo"],
        cwd=root,
        env={"PYTHONPATH": str(root), "PATH": "/usr/bin:/bin", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
