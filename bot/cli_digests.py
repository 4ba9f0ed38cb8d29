"""The verbs of the command line about digests, each a few lines."""

import asyncio
import json
import logging
import os
import shutil
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli_options import HERE, Config, there
from bot.environment import read_log_format, read_secrets

digests = typer.Typer(
    name="digest", help="What digests are due, what became of them, and posting one now.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(help="The name of a digest in config.yaml.", metavar="DIGEST")]
PROBLEMS = 1


class Form(StrEnum):
    """How what is known is printed."""

    TEXT = "text"
    JSON = "json"


class Verdict(StrEnum):
    """What an operator decides about a held delivery."""

    SENT = "sent"
    AGAIN = "again"
    DROP = "drop"


class Drawing(StrEnum):
    """How a preview is drawn."""

    TEXT = "text"
    DISCORD = "discord"
    SLACK = "slack"


def _quiet() -> None:
    from bot import logs

    logs.set_up(read_secrets(os.environ).named(), read_log_format(os.environ))
    logging.getLogger().setLevel(logging.ERROR)


def _say(lines: Sequence[str]) -> None:
    for line in lines:
        typer.echo(line)


@digests.command("list")
def list_(
    form: Annotated[Form, typer.Option("--format", help="How to print it.")] = Form.TEXT, config: Config = HERE
) -> None:
    """Show every digest: when it is due, where it goes, what became of its last slot, and which channels subscribed."""
    from bot.digest_verbs import listed

    _quiet()
    shown, counts, corrections = asyncio.run(listed(there(config), read_secrets(os.environ)))
    if form == Form.JSON:
        rows = [
            {"name": one.name, "title": one.title, "rhythm": one.rhythm, "enabled": one.enabled,
             "channels": one.channels, "next": [slot.name for slot in one.next], "last": one.last,
             "note": one.note,
             "subscriptions": [{"schedule": order.schedule, "channel": order.channel, "rhythm": order.rhythm,
                                "by": order.by, "since": order.since.isoformat()} for order in one.subscriptions]}
            for one in shown
        ]  # fmt: skip
        told = {"digests": rows, "deliveries": dict(counts), "corrections": dict(corrections)}
        typer.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    from bot.digests.tables import digests_table

    typer.echo(digests_table(shown, counts, shutil.get_terminal_size().columns, colour=sys.stdout.isatty()))


@digests.command("next")
def next_(config: Config = HERE) -> None:
    """Show the next slots of every digest, in their order."""
    from bot.digest_verbs import listed
    from bot.digests.tables import next_table

    _quiet()
    shown, *_ = asyncio.run(listed(there(config), read_secrets(os.environ)))
    typer.echo(next_table(shown, shutil.get_terminal_size().columns, colour=sys.stdout.isatty()))


@digests.command()
def send(
    digest: Name,
    wait: Annotated[bool, typer.Option(help="Wait, and say what became of it.")] = True,
    config: Config = HERE,
) -> None:
    """Post a digest now: a running bot does it, or else this command."""
    from bot.digest_verbs import send_now

    _quiet()
    fine = asyncio.run(send_now(there(config), read_secrets(os.environ), digest, typer.echo, wait=wait))
    raise typer.Exit(0 if fine else PROBLEMS)


@digests.command()
def why(
    digest: Name,
    slot: Annotated[str, typer.Argument(help="A slot such as 2026-11-17T08:00; the last, if not given.")] = "",
    channel: Annotated[str, typer.Option(help="Only what went to this channel.")] = "",
    config: Config = HERE,
) -> None:
    """Say why a digest did, or did not, arrive: stage by stage."""
    from bot.digest_verbs import explained

    _quiet()
    _say(asyncio.run(explained(there(config), read_secrets(os.environ), digest, slot, channel)))


@digests.command()
def history(
    digest: Annotated[str, typer.Argument(help="The name of a digest; all, if not given.", metavar="DIGEST")] = "",
    most: Annotated[int, typer.Option(min=1, max=1000, help="How many slots.")] = 20,
    config: Config = HERE,
) -> None:
    """Show the last slots, and what became of each."""
    from bot.digest_verbs import past

    _quiet()
    _say(asyncio.run(past(there(config), read_secrets(os.environ), digest, most)))


@digests.command()
def retract(
    digest: Name,
    slot: Annotated[str, typer.Argument(help="A slot such as 2026-11-17T08:00; the last, if not given.")] = "",
    config: Config = HERE,
) -> None:
    """Delete what was posted of a slot, in all its channels."""
    from bot.digest_verbs import take_back

    _quiet()
    fine = asyncio.run(take_back(there(config), read_secrets(os.environ), digest, slot, typer.echo))
    raise typer.Exit(0 if fine else PROBLEMS)


@digests.command()
def resolve(
    key: Annotated[str, typer.Argument(help="The key of a held delivery; none, to list them.")] = "",
    verdict: Annotated[
        Verdict | None, typer.Argument(help="It arrived (sent), send it again (again), or neither (drop).")
    ] = None,
    config: Config = HERE,
) -> None:
    """Decide about deliveries of which nobody can tell whether they arrived."""
    from bot.digest_verbs import held, resolved

    _quiet()
    secrets = read_secrets(os.environ)
    if not key:
        _say(asyncio.run(held(there(config), secrets)))
        return
    if verdict is None:
        raise typer.BadParameter("say what you decide: sent, again or drop", param_hint="VERDICT")
    _say([asyncio.run(resolved(there(config), secrets, key, verdict.value))])


def preview(
    digest: Name,
    drawing: Annotated[Drawing, typer.Option("--as", help="How to draw it.")] = Drawing.TEXT,
    config: Config = HERE,
) -> None:
    """Show what a digest would post now: for each platform and audience, exactly as it would be sent."""
    from bot.digest_verbs import previewed

    _quiet()
    _say(
        asyncio.run(
            previewed(there(config), read_secrets(os.environ), digest, drawing.value, colour=sys.stdout.isatty())
        )
    )
