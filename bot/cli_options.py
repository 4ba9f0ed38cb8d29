"""What verbs of the command line share: the configuration file, and what is told of files that are broken."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.content.problems import errors
from bot.content.reports import one_line
from bot.content.state import ShelfState
from bot.errors import StartError

Config = Annotated[Path, typer.Option("--config", help="The configuration file.", metavar="PATH", readable=False)]
HERE = Path("config.yaml")


def there(config: Path) -> Path:
    """The configuration file, if it is one; StartError else."""
    try:
        folder = config.is_dir()
        found = config.exists()
    except OSError as error:
        raise StartError(f"{config} cannot be read: {error.strerror}.") from error
    if folder:
        raise StartError(f"{config} is a folder. Name the file in it: --config {config / 'config.yaml'}.")
    if not found:
        raise StartError(f"There is no {config}. Run `briefing-bot init` in an empty folder, or name it with --config.")
    return config


def tell_broken(state: ShelfState) -> None:
    """Name on standard error what is answered from an older version, or not at all, and why."""
    broken = [(state.config_problems, True), *((file.problems, bool(file.briefing)) for file in state.files)]
    for problems, remembered in broken:
        for problem in errors(problems)[:1]:
            answering = "its last good version answers" if remembered else "it is left out"
            typer.echo(one_line(f"{problem.place}: {problem.message} ({answering})"), err=True)
    for notice in state.notices:
        typer.echo(notice, err=True)


class Format(StrEnum):
    """How problems are printed."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    GITHUB = "github"
