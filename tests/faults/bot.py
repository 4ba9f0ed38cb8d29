"""The bot as it ships, whose clock on the wall can be set while it runs, and whose longest waits can be shortened.

`CLOCK` names a file that says how many seconds its clock is ahead. `SHORTER` holds such as
`bot.digests.leading.LEASE=3 bot.digests.planner.POLL=3`, in seconds. With `STRANGER` it cannot tell which of the
others are dead, as if they were on other machines. `FORGETS` names a guard that it goes without: `doubts` or `slots`
of a restore, or `older files` of corrections.
"""

import importlib
import os
import pkgutil
import sys
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import Self

import bot
from bot.cli import main
from bot.digests import leading

SET = ("bot.", "apscheduler.")
"""Whose clock is set. Nothing else asks what time it is; the libraries of the chats count by steady clocks."""


class _Any(type):
    """Every datetime is one of these, as isinstance() sees it."""

    def __instancecheck__(cls, one: object) -> bool:
        return isinstance(one, datetime)


class Stepped(datetime, metaclass=_Any):
    """A datetime whose now is as far ahead as the file says."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        ahead = timedelta(seconds=float(Path(os.environ["CLOCK"]).read_text(encoding="ascii")))
        return cls.fromisoformat((datetime.now(UTC) + ahead).isoformat()).astimezone(tz)


def set_clock() -> None:
    """Let every room of the bot, and its alarm clock, read that clock."""
    for found in pkgutil.walk_packages(bot.__path__, "bot."):
        if not found.name.startswith(("bot.__main__", "bot.store.migrations")):
            importlib.import_module(found.name)
    for name, module in list(sys.modules.items()):
        if name.startswith(SET) and vars(module).get("datetime") is datetime:
            vars(module)["datetime"] = Stepped


def shorten(what: str, seconds: float) -> None:
    """Set a length of a module, which stays a number or a timedelta."""
    room, _, name = what.rpartition(".")
    module = importlib.import_module(room)
    length = timedelta(seconds=seconds) if isinstance(getattr(module, name), timedelta) else seconds
    setattr(module, name, length)


async def _never(*_: object) -> bool:
    return False


def forget(what: str) -> None:
    """Let it go without one of its guards."""
    room, name, instead = {
        "doubts": ("bot.store.restore", "doubt_all", lambda *_: 0),
        "slots": ("bot.keeping", "passed_over", lambda *_: ((), ())),
        "older files": ("bot.digests.replicas", "Replicas.disputed", _never),
    }[what]
    owner, _, name = name.rpartition(".")
    module = importlib.import_module(room)
    setattr(getattr(module, owner) if owner else module, name, instead)


def alter() -> None:
    """Do what the environment says."""
    if "CLOCK" in os.environ:
        set_clock()
    for one in os.environ.get("SHORTER", "").split():
        shorten(one.partition("=")[0], float(one.partition("=")[2]))
    if "FORGETS" in os.environ:
        forget(os.environ["FORGETS"])
    if "STRANGER" in os.environ:
        leading._numbered_in = lambda: ""


if __name__ == "__main__":
    alter()
    main()
