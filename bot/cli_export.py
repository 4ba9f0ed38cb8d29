"""The verb of the command line that hands briefings on."""

import logging
import os
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot.cli_options import HERE, Config, tell_broken, there
from bot.content.counting import how_many
from bot.environment import read_secrets


class Format(StrEnum):
    """As what a briefing is handed on."""

    MARKDOWN = "markdown"
    JSON = "json"


def export(
    briefings: Annotated[
        list[str] | None, typer.Argument(help="Ids of briefings; all, if none is named.", metavar="BRIEFING")
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="A document for people, or data for programs.")] = (
        Format.MARKDOWN
    ),
    channel: Annotated[
        str | None, typer.Option(help="What this channel may see; else what anybody may (TLP:CLEAR).")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="A new file to write; - prints it.", metavar="FILE", readable=False)
    ] = None,
    config: Config = HERE,
) -> None:
    """Write briefings out for others, as one audience may see them: every claim with its source."""
    from bot.exporting import export as exported
    from bot.exporting import write

    logging.getLogger("bot.content").setLevel(logging.ERROR)  # what it would warn of is told here
    secrets = read_secrets(os.environ)
    found = exported(there(config), secrets, briefings or (), form.value, channel, datetime.now(UTC))
    tell_broken(found.state)
    if output in (None, Path("-")):
        typer.echo(found.text, nl=False)
        return
    write(found, output)
    typer.echo(f"Exported {how_many(found.briefings, 'briefing')} to {output}: {found.label}.")
