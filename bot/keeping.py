"""Backups, and putting one back: what the command line does, beside a running bot or without one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from bot.content.counting import how_many
from bot.content.memory import Kept
from bot.digests.leading import is_dead
from bot.digests.planning import passed_over
from bot.digests.rota import rota
from bot.environment import DATABASE, Secrets
from bot.opening import clock, settings_at_start
from bot.store.backup import back_up
from bot.store.copying import Progress
from bot.store.kinds import database_of
from bot.store.restore import Order, Restored, restore
from bot.store.rows import Planned, Schedule, Subscription


def backed_up(path: Path, secrets: Secrets, to: Path, told: Progress) -> str:
    """Back the database up; what was done, as a sentence."""
    database = database_of(secrets.database_url or DATABASE, path.parent)
    rows = back_up(database, to, clock(), told)
    return f"Backed up {database}: {rows:,} rows are in {to}."


def put_back(path: Path, secrets: Secrets, file: Path, told: Progress, *, replace: bool) -> Sequence[str]:
    """Put a backup into the database; what was done, sentence by sentence."""

    def decide(
        kept: Sequence[Kept],
        subscriptions: Sequence[Subscription],
        known: Mapping[str, Schedule],
        now: datetime,
        why: str,
    ) -> tuple[Sequence[Schedule], Sequence[Planned]]:
        config = settings_at_start(path, kept)[0].config
        digests = {name: one.digest for name, one in rota(config, subscriptions).items()}
        return passed_over(digests, config.timezone, known, now, why)

    database = database_of(secrets.database_url or DATABASE, path.parent)
    done = restore(Order(file, database, replace, clock(), decide, is_dead), told)
    return list(_said(done, str(database)))


def _said(done: Restored, database: str) -> list[str]:
    taken = f", a backup of {done.taken:%Y-%m-%d %H:%M} UTC" if done.taken else ""
    lines = [f"Restored {database}: {done.rows:,} rows{taken}."]
    if done.doubted:
        many = how_many(done.doubted, "delivery", "deliveries")
        lines.append(f"{many} may have been sent since: the bot looks for each before it sends anything.")
    if done.passed_over:
        many = how_many(done.passed_over, "slot")
        lines.append(f"{many} may have been sent since, and will not be sent now: see `briefing-bot digest history`.")
    return lines
