"""Asking and looking: every command of a view, drawn on every platform, page by page."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

from bot.commands.base import HouseFacts, Question, Reply
from bot.commands.registry import commands, complete, reply
from bot.content.view import View
from bot.message import Entry, Message
from bot.platforms.base import Frozen
from bot.platforms.desk.asking import Asking
from bot.platforms.desk.paper import Paper
from bot.platforms.desk.turns import Turn
from bot.platforms.discord.render import render as on_discord
from bot.platforms.literal import web_link
from bot.platforms.slack.render import render as on_slack
from bot.platforms.terminal import columns
from bot.platforms.terminal import render as on_terminal
from tests.content.editions import NOW, SECTIONS
from tests.desk.small import SmallHouse
from tests.drawings.discord_eyes import look
from tests.drawings.test_discord import limits_hold as inside_discords_limits
from tests.drawings.test_discord import ours
from tests.drawings.test_slack import alive
from tests.drawings.test_slack import limits_hold as inside_slacks_limits

FACTS = HouseFacts("0.1.0", datetime(2026, 3, 18, 6, tzinfo=UTC), datetime(2026, 3, 18, 7, tzinfo=UTC))
KNOWN = commands(SECTIONS)
NAMES = (*KNOWN, "imapct", "no-such-thing")


def ask(view: View, name: str, text: str = "", locale: str = "en", now: datetime = NOW, **more: Any) -> Message:
    """What `/name text` answers from a view."""
    return reply(KNOWN, view, name, Question(text, now, FACTS, locale, **more))


def words(view: View, line: str, **more: Any) -> str:
    """What `/name text` answers, as a terminal shows it, in lines of any width."""
    name, _, text = line.removeprefix("/").partition(" ")
    return on_terminal(ask(view, name, text, **more), width=10_000)


def drawings(message: Message) -> Iterator[str]:
    """Every page of a message as the JSON that Discord and Slack are sent, and all of it as text."""
    for render in (on_discord, on_slack):
        page, more = 0, True
        while more:
            frozen: Frozen = render(message, page)
            yield json.dumps(frozen.body, ensure_ascii=False)
            page, more = page + 1, frozen.more
    yield on_terminal(message)


def everything(view: View, text: str, typed: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """All that a reader can get out of a view with one text: answers, and what is offered while it is typed."""
    for name in NAMES:
        for drawn in drawings(ask(view, name, text)):
            yield f"/{name} {text}", drawn
    for name in KNOWN:
        for begun in (text, text[:1], *typed):
            yield f"typing /{name} {begun}", repr(complete(KNOWN, view, f"/{name} {begun}"))


def fits_everywhere(message: Message) -> None:
    """A message is inside the limits of every platform, on every page, and nothing in it comes alive."""
    page, more = 0, True
    while more:
        discord, slack = on_discord(message, page), on_slack(message, page)
        inside_discords_limits(discord)
        _dead_on_discord(message, discord)
        inside_slacks_limits(slack)
        assert alive(dict(slack.body)) == []
        _dead_on_the_desk(message, page)
        page, more = page + 1, discord.more or slack.more
    drawn = on_terminal(message)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ud800-\udfff]", drawn)
    assert max(map(columns, drawn.split("\n"))) <= 88


def links(message: Message) -> set[str]:
    """The addresses that the editors wrote into what is said."""
    urls = [block.url for block in message.blocks if isinstance(block, Entry)]
    urls += [cite.reference.url for block in message.blocks for cite in getattr(block, "cites", ())]
    return {found.url for found in map(web_link, urls) if found}


def _dead_on_discord(message: Message, frozen: Frozen) -> None:
    embed = frozen.body["embeds"][0]
    seen, _ = look(embed.get("description", ""))
    kinds = Counter(kind for kind, _ in seen)
    assert set(kinds) <= {"strong", "strike", "italic", "subtext", "link"}
    assert all(kinds[kind] <= most for kind, most in ours(message).items())
    assert {target for kind, target in seen if kind == "link"} <= links(message)
    assert look(embed["title"])[0] == []


class _Html(HTMLParser):
    """Collects what a page does besides showing words."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.targets: set[str] = set()
        self.alarms: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src", "srcset", "action") and not (value or "").startswith(("/picture?", "/ask")):
                self.targets.add(value or "")
            if name == "class" and "live" in (value or "").split():
                self.alarms.append(str(attrs))


_TAGS = {
    *("article", "b", "button", "dd", "div", "dl", "dt", "form", "h2", "h3", "i", "img", "input", "mark", "p"),
    *("picture", "pre", "rect", "s", "source", "span", "svg", "a"),
}
_PAPER = Paper(SmallHouse(), lambda: NOW)
_ASKING = Asking(SmallHouse(), _PAPER)


def _dead_on_the_desk(message: Message, page: int) -> None:
    turn = Turn(1, "/asked", "newsroom", Reply(message, page))
    html = _PAPER.part("turn.html", turn=_ASKING._drawing(turn), csrf="token")
    seen = _Html()
    seen.feed(html)
    assert seen.tags <= _TAGS
    assert not any(name.startswith("on") or name == "style" for name in seen.attributes)
    assert all(urlsplit(target).scheme in ("http", "https") for target in seen.targets)
    assert seen.targets <= links(message)
    assert seen.alarms == []
