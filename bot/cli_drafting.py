"""The verb of the command line that begins a briefing: from an article to a file that wants its claims."""

import asyncio
from datetime import datetime
from typing import Annotated

import typer

from bot.cli_options import HERE, Config, there


def draft(
    what: Annotated[str, typer.Argument(help="A web page, a saved one, or a text file.", metavar="FILE|URL")],
    name: Annotated[
        str | None, typer.Option("--id", help="The id of the briefing; made of the title, if not given.", metavar="ID")
    ] = None,
    publisher: Annotated[
        str | None, typer.Option(help="Who published it; what the page says, if not given.", metavar="NAME")
    ] = None,
    config: Config = HERE,
) -> None:
    """Begin a briefing from an article: a file with its source and its speakers, and the text beside it in texts/."""
    from bot.drafting.writing import article_at, checked_id, published_by, write_draft
    from bot.settings import load

    settings = load(there(config))
    wanted = checked_id(name)
    article = published_by(publisher, asyncio.run(article_at(what)))
    for line in write_draft(settings, article, datetime.now(settings.zone).date(), wanted):
        typer.echo(line)
