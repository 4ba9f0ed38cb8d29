"""What somebody may do at a place, from what the platform tells of them and config.yaml of the admins."""

from typing import Literal

from bot.commands.base import Ask
from bot.settings import Admins

Rights = Literal["reader", "manager", "admin"]


def rights(admins: Admins, ask: Ask) -> Rights:
    """Admins may do everything, managers run their own channels; in a strange place everybody is a reader."""
    if ask.strange:
        return "reader"
    person = ask.person
    if ask.place.platform == "discord" and (
        person.id in admins.discord.users or person.roles & {*admins.discord.roles}
    ):
        return "admin"
    if ask.place.platform == "slack" and person.id in admins.slack.users:
        return "admin"
    return "manager" if person.manages and not ask.direct else "reader"


def may_order(may: Rights, ask: Ask) -> bool:
    """Whether somebody with these rights may order digests for the place of an ask.

    Who runs a place does so for it, and in a direct message everybody does for themselves.
    """
    in_chat = ask.place.platform in ("discord", "slack") and bool(ask.place.channel)
    return in_chat and (may != "reader" or (ask.direct and not ask.strange))
