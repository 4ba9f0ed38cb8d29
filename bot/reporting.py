"""What readers may do with an answer, what is kept of their reports, and what the admin channel is told."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from bot.commands.base import Ask, Place
from bot.commands.registry import commands
from bot.content.model import LABELS
from bot.content.resolve import SomeSnippets, resolve
from bot.content.state import FileState
from bot.content.view import View
from bot.errors import Refused
from bot.message import Block, Entry, Facts, Message, Offer, Paragraph, plain
from bot.platforms.base import Platform
from bot.platforms.desk.house import ReportShown
from bot.platforms.drawings import RENDER
from bot.platforms.literal import clean
from bot.settings import Config, Settings

if TYPE_CHECKING:
    from bot.store.acts import Report, Taken

POST = "post"
"""The command of an ask about something that was posted, named by its key."""

NAMED = 5
"""Snippets that a report names."""


class Acts(Protocol):
    """What the front writes down before it acts; each may raise StoreError."""

    async def first(self, platform: str, inbound_id: str, now: datetime) -> bool: ...

    async def report(self, report: "Report", inbound_id: str, most: int, within: timedelta) -> "Taken": ...

    async def reports(self, limit: int) -> "tuple[Report, ...]": ...


def taken(ask: Ask, words: str, link: str, label: str, now: datetime) -> "Report":
    """What is kept of a report; `label` is that of the answer it is about, empty where that is not known any more."""
    from bot.store.acts import Report  # the store's library is no part of answering

    return Report(
        at=now,
        platform=ask.place.platform,
        place=str(ask.place),
        person=ask.person.id,
        name=clean(ask.person.name),
        command=ask.command,
        text=ask.text,
        page=ask.page,
        label=label,
        link=link,
        words=words,
    )


def about(report: "Report") -> str:
    """What a report is about: `/impact lankov, page 2`."""
    if report.command == POST:
        return "something the bot posted"
    page = f", page {report.page + 1}" if report.page else ""
    return f"/{report.command} {report.text}".rstrip() + page


def shown(report: "Report", channel: str | None) -> ReportShown:
    """The report as the desk lists it; `channel` is the name of its place, where it has one."""
    return ReportShown(
        report.at,
        report.name or report.person,
        f"{channel}, {report.platform}" if channel else report.place,
        about(report),
        report.words,
        report.link,
        report.label,
    )


def snippets_about(ask: Ask, view: View, files: Iterable[FileState]) -> tuple[str, ...]:
    """The snippets that a question names, and where each stands: `harbour/silt (harbour.yaml:12)`."""
    meaning = resolve(ask.text, view) if ask.command not in (POST, "digest") else None
    if not isinstance(meaning, SomeSnippets):
        return ()
    lines = {one.briefing.briefing.id: one for one in files if one.briefing}
    found = []
    for seen in meaning.found[:NAMED]:
        file = lines.get(seen.briefing.id)
        line = file.lines.get(seen.item.id) if file else None
        found.append(f"{seen.key} ({file.file}:{line})" if file and line else seen.key)
    return tuple(found)


def for_admins(report: "Report", snippets: Sequence[str], audience: str) -> Message:
    """The report as the admin channel may read it: where its audience is lower, without a word of the answer.

    `snippets` are those it is about, where that can be told.
    """
    who = f"{report.name or 'somebody'} ({report.platform} id {report.person})"
    if not report.label or LABELS.index(report.label) > LABELS.index(audience):
        told = f"It is about something under {report.label}, which this channel may not see. The desk has it."
        if not report.label:
            told = "What is told there changed since the answer it is about, so its words stay on the desk."
        pairs: tuple[tuple[str, str], ...] = (("About", f"/{report.command}" if report.command != POST else "a post"),)
        return Message("A reader reports a problem", blocks=(Paragraph(plain(told)), Facts((*pairs, ("From", who)))))
    named = (("Snippet" if len(snippets) == 1 else "Snippets", ", ".join(snippets)),) if snippets else ()
    pairs = (("About", about(report)), *named, ("From", who), ("In", report.place))
    blocks: tuple[Block, ...] = (Paragraph(plain(report.words)), Facts(pairs))
    if report.link:
        blocks = (*blocks, Entry("The message", url=report.link))
    return Message("A reader reports a problem", blocks=blocks, label=audience)


async def post_to_admins(
    config: Config, platforms: Mapping[str, Platform], message: Callable[[str], Message], key: str
) -> None:
    """Post in the admin channel, where it is on a chat platform; `message` is given what may be seen there."""
    channel = config.channels.get(config.admins.channel or "")
    if channel is None or (place := Place(*channel.at.split(":", 1))).platform not in RENDER:
        return  # the desk lists it
    platform = platforms.get(place.platform)
    if platform is None:
        raise Refused(f"the admin channel is on {place.platform}, which is off")
    audience = LABELS[0] if await platform.strange(place) else channel.audience
    await platform.post(place, RENDER[place.platform](message(audience), 0), key)


def with_offers(message: Message, ask: Ask, settings: Settings) -> Message:
    """With what a reader may do: share it, report it, and pick a text where none was given."""
    offers: tuple[Offer, ...] = ("report",) if settings.config.admins.channel else ()
    known = commands(settings.sections).get(ask.command)
    return replace(
        message,
        offers=offers if ask.direct else ("share", *offers),
        pick=known.about if known and not ask.text and ask.command != "status" else None,
    )
