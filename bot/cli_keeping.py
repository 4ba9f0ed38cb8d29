"""The verbs of the command line that keep the database: a backup, and putting one back."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli_options import HERE, Config, there
from bot.environment import read_secrets

if TYPE_CHECKING:
    from bot.store.copying import Progress


@contextmanager
def _progress(doing: str) -> "Iterator[Progress]":
    """A bar on a terminal, and nothing elsewhere."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def backup(
    file: Annotated[Path, typer.Argument(help="Where to; nothing is overwritten.", metavar="FILE", readable=False)],
    config: Config = HERE,
) -> None:
    """Write all that is in the database to a file, also while the bot runs."""
    from bot.keeping import backed_up

    with _progress("Backing up") as told:
        said = backed_up(there(config), read_secrets(os.environ), file, told)
    typer.echo(said)


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.", metavar="FILE", readable=False)],
    replace: Annotated[bool, typer.Option("--replace", help="Put it in place of what is in the database.")] = False,
    config: Config = HERE,
) -> None:
    """Put a backup into the database, of either kind, while no bot runs; nothing is sent twice."""
    from bot.keeping import put_back

    with _progress("Restoring") as told:
        lines = put_back(there(config), read_secrets(os.environ), file, told, replace=replace)
    for line in lines:
        typer.echo(line)
