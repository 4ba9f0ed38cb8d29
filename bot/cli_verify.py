"""The verb of the command line that compares a briefing with the text it was made from."""

from datetime import datetime
from typing import Annotated

import typer

from bot.cli_options import HERE, Config, Format, there
from bot.content.problems import errors
from bot.content.reports import FORMATS
from bot.errors import StartError


def verify(
    briefing: Annotated[str, typer.Argument(help="A briefing: its file, or its id.")],
    text: Annotated[
        list[str] | None,
        typer.Option(
            "--text",
            help="The text of its source, or SOURCE=FILE for one of several; else those in texts/.",
            metavar="FILE",
        ),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="An error that is mistaken: the claim, and why it is right all the same.", metavar="ID=WHY"),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print what is found.")] = Format.TEXT,
    config: Config = HERE,
) -> None:
    """Compare each claim with the paragraphs it cites, and leave what came of it as a receipt beside the briefing."""
    from bot.given_texts import TEXTS
    from bot.settings import load
    from bot.verifying import briefing_file, verify_file

    settings = load(there(config))
    today, left = datetime.now(settings.zone).date(), settings.home / TEXTS
    found = verify_file(briefing_file(settings, briefing), text or (), today, left, accept or ())
    if told := FORMATS[form](found.problems):
        typer.echo(told + ("\n" if form == Format.TEXT else ""))
    if form == Format.TEXT:
        typer.echo(found.told())
    if found.unwritten:
        raise StartError(found.unwritten)
    raise typer.Exit(1 if errors(found.problems) else 0)
