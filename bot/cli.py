"""Every verb of the command line, each a few lines."""

import asyncio
import json
import logging
import os
import shutil
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bot import __version__
from bot.cli_digests import digests, preview
from bot.cli_drafting import draft
from bot.cli_export import export
from bot.cli_keeping import backup, restore
from bot.cli_options import HERE, Config, Format, tell_broken, there
from bot.cli_verify import verify
from bot.content.counting import how_many
from bot.content.problems import errors
from bot.content.receipt import MADE
from bot.content.reports import FORMATS, as_text, counted, one_line
from bot.environment import DATABASE, read_log_format, read_secrets
from bot.errors import BriefingBotError
from bot.outlets import end, open_outlets
from bot.settings import ConfigProblems
from bot.zones import use_packaged_zones

app = typer.Typer(
    name="briefing-bot",
    help="Keeps a team briefed in the chat it already lives in.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

FINE, PROBLEMS, WRONG_USE = 0, 1, 2

app.add_typer(digests)
for verb in (preview, draft, verify, export, backup, restore):
    app.command()(verb)


class Drawing(StrEnum):
    """How an answer is drawn."""

    TEXT = "text"
    DISCORD = "discord"
    SLACK = "slack"
    JSON = "json"


class App(StrEnum):
    """Whose manifest."""

    SLACK = "slack"


class Model(StrEnum):
    """What a schema describes."""

    BRIEFING = "briefing"
    CONFIG = "config"


@app.command()
def run(config: Config = HERE) -> None:
    """Start the bot: its desk, and Discord and Slack where their tokens are set."""
    from bot import logs
    from bot.app import run as run_bot

    secrets = read_secrets(os.environ)
    logs.set_up(secrets.named(), read_log_format(os.environ))
    asyncio.run(run_bot(there(config), secrets, typer.echo))


@app.command()
def check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Files or folders; all, if none is named.", readable=False)
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to print the problems.")] = Format.TEXT,
    config: Config = HERE,
) -> None:
    """Check briefings and config.yaml: every problem at its line, with a mend."""
    from bot.checking import check_files

    checked = check_files(there(config), files or (), datetime.now(UTC))
    wrong = bool(errors(checked.problems))
    if told := FORMATS[form](checked.problems):
        typer.echo(told + ("\n" if form == Format.TEXT else ""))
    if form == Format.TEXT:
        found = counted(checked.problems)
        seen = f" and {how_many(checked.briefings, 'briefing')}" if checked.briefings or not files else ""
        holding = f", {how_many(checked.claims, 'claim')}" if seen and not wrong else ""
        holding += f", {checked.stand} {MADE}" if holding and checked.stand else ""
        holding += f", {checked.doubted} of them with a doubt" if holding and checked.doubted else ""
        typer.echo(f"{found[:1].upper()}{found[1:]} in {checked.config}{seen}{holding}.")
    raise typer.Exit(PROBLEMS if wrong else FINE)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help='What to ask: "/impact lankov".')],
    drawing: Annotated[Drawing, typer.Option("--as", help="How to draw the answer.")] = Drawing.TEXT,
    channel: Annotated[str | None, typer.Option(help="Ask as in this channel; else as anybody (TLP:CLEAR).")] = None,
    page: Annotated[int, typer.Option(min=1, help="Which page, for Discord and Slack.")] = 1,
    config: Config = HERE,
) -> None:
    """Ask a question and print the answer, without a server."""
    from bot.app import ask_once
    from bot.commands.registry import read_line
    from bot.platforms.drawings import draw

    logging.getLogger("bot.content").setLevel(logging.ERROR)  # what it would warn of is told here
    answer = ask_once
    if read_line(question)[0] == "digest":
        from bot.digest_verbs import asked as answer
    reply, state = asyncio.run(answer(there(config), read_secrets(os.environ), question, channel))
    tell_broken(state)
    typer.echo(draw(reply.message, drawing.value, page - 1, colour=sys.stdout.isatty()).rstrip("\n"))


@app.command()
def schema(of: Annotated[Model, typer.Argument(help="Which file.")] = Model.BRIEFING) -> None:
    """Print the JSON Schema of a briefing or of config.yaml, for editors."""
    from bot.content.model import Briefing
    from bot.content.schema import json_schema
    from bot.settings import Config as Configuration

    model = Briefing if of == Model.BRIEFING else Configuration
    typer.echo(json.dumps(json_schema(model), indent=2, ensure_ascii=False))


@app.command()
def init(folder: Annotated[Path, typer.Argument(help="Where to; made if it is not there.")] = Path()) -> None:
    """Put a first briefing and a config.yaml into a folder; nothing there is overwritten."""
    from bot.scaffold import copy_starter

    for line in copy_starter(folder):
        typer.echo(line)


@app.command()
def doctor(
    live: Annotated[
        bool, typer.Option("--live", help="Also post, look up and delete a message in the admin channel.")
    ] = False,
    config: Config = HERE,
) -> None:
    """Look at tokens, rights and channels of Discord and Slack: what is missing, and how to mend it."""
    from bot import logs
    from bot.doctor import as_text as told
    from bot.doctor import examine

    secrets = read_secrets(os.environ)
    logs.set_up(secrets.named(), read_log_format(os.environ))
    logging.getLogger().setLevel(logging.ERROR)  # what it would warn of is told in the findings
    findings = asyncio.run(examine(there(config), secrets, live=live))
    typer.echo(told(findings))
    raise typer.Exit(PROBLEMS if any(finding.level == "wrong" for finding in findings) else FINE)


@app.command()
def manifest(
    of: Annotated[App, typer.Argument(help="Which platform's.")],
    name: Annotated[str, typer.Option(help="The name of the app, as people see it.")] = "Briefing bot",
    config: Config = HERE,
) -> None:
    """Print the manifest from which Slack makes the app: its commands, rights and addresses."""
    from bot.commands.registry import commands
    from bot.platforms.slack.manifest import as_text as written
    from bot.platforms.slack.manifest import left_out
    from bot.platforms.slack.manifest import manifest as manifest_of
    from bot.settings import load

    settings = load(there(config))
    slack, web = settings.config.slack, settings.config.web
    known = tuple(commands(settings.sections).values())
    made = manifest_of(known, name=name, mode=slack.mode, prefix=slack.prefix, url=web.url)
    for sentence in left_out(known, slack.prefix):
        typer.echo(sentence, err=True)
    typer.echo(written(made).rstrip())


@app.command()
def simulate(
    digests: Annotated[list[str] | None, typer.Argument(help="Names of digests; all, if none is named.")] = None,
    first: Annotated[
        str | None, typer.Option("--from", help="The first day; today, if not given.", metavar="DATE")
    ] = None,
    last: Annotated[
        str | None, typer.Option("--to", help="The last day; 31 days in all, if not given.", metavar="DATE")
    ] = None,
    reader: Annotated[
        str | None, typer.Option(help="The time zone of a reader; this machine's, if not given.", metavar="ZONE")
    ] = None,
    config: Config = HERE,
) -> None:
    """Show when digests are due: every slot, through clock changes and holidays."""
    from bot.settings import load
    from bot.simulating import as_text as drawn
    from bot.simulating import days, reader_zone
    from bot.simulating import simulate as simulated

    settings = load(there(config))
    span, zone = days(first, last, datetime.now(settings.zone).date()), reader_zone(reader)
    found = simulated(settings, digests or (), span)
    width = shutil.get_terminal_size().columns
    typer.echo(drawn(found, span, zone, width, colour=sys.stdout.isatty()))


@app.command()
def migrate(config: Config = HERE) -> None:
    """Bring the database to this version, after a backup."""
    from bot.store.migrate import migrate as migrate_store

    secrets = read_secrets(os.environ)
    url = secrets.database_url or DATABASE
    done = asyncio.run(migrate_store(url, there(config).parent))
    for line in done or ["The database is at this version already; nothing was changed."]:
        typer.echo(f"{line[:1].upper()}{line[1:]}")


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"briefing-bot {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Keeps a team briefed in the chat it already lives in."""


def main() -> None:
    """Run one verb; what goes wrong is one sentence and an exit code, never a traceback."""
    use_packaged_zones()
    open_outlets()
    end(_verb(), unheard=WRONG_USE)


def _verb() -> int:
    """Do what the command line says, and give the exit code."""
    try:
        app()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else FINE
    except BriefingBotError as error:
        return _told(error)
    except ExceptionGroup as several:
        ours, others = several.split(BriefingBotError)
        if ours is None or others is not None:
            raise
        return _told(_first(ours))
    return FINE


def _first(group: BaseException) -> BriefingBotError:
    """What runs together fails in a group."""
    while isinstance(group, ExceptionGroup):
        group = group.exceptions[0]
    assert isinstance(group, BriefingBotError)
    return group


def _told(error: BriefingBotError) -> int:
    """Say what went wrong, and give the exit code for it."""
    if isinstance(error, ConfigProblems):
        typer.echo(as_text(error.problems), err=True)
    said = one_line(str(error)).rstrip(".")
    typer.echo(f"briefing-bot: {said}{'' if said.endswith('?') else '.'}", err=True)
    return PROBLEMS if isinstance(error, ConfigProblems) else WRONG_USE
