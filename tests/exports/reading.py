"""Markdown as its readers read it: a CommonMark parser, and what GitHub looks for in the text that is left."""

import re
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.platforms.literal import ZERO_WIDTH

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])

LIVE = re.compile(
    r"(?P<address>(?i:https?|ftp|xmpp|mailto)://|(?i:www)\.\w)|(?P<mention>@\w)|(?P<issue>#\d)"
    r"|(?P<emoji>:(?:[+-]1|100|[\w+-]*[a-zA-Z][\w+-]*):)"
)
"""What GitHub makes links, pings and pictures of once Markdown is read."""

FORMULA = re.compile(r"(?<!\\)(?:\\\\)*\$")
"""What it makes a formula of before."""


@dataclass
class Read:
    """What a reader sees: lines of words, where links lead, and what is more than words."""

    lines: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)
    live: set[str] = field(default_factory=set)
    headings: list[str] = field(default_factory=list)


def read(text: str) -> Read:
    """Parse a document."""
    found = Read(live={"formula"} if FORMULA.search(text) else set())
    tokens = PARSER.parse(text)
    for before, token in zip([None, *tokens], tokens, strict=False):
        if token.type == "inline":
            said = _inline(token, found)
            found.lines.append(said)
            if before is not None and before.type == "heading_open":
                found.headings.append(said)
        else:
            found.kinds.add(token.type.removesuffix("_open").removesuffix("_close"))
    return found


def _inline(token: Token, found: Read) -> str:
    said, linked = "", 0
    for one in token.children or ():
        if one.type in ("text", "code_inline"):
            said += one.content
            if not linked:
                found.live |= {match.lastgroup or "" for match in LIVE.finditer(one.content)}
        else:
            said += "\n" if "break" in one.type else ""
        if one.type == "link_open":
            found.links.append(str(one.attrs["href"]))
        linked += (one.type == "link_open") - (one.type == "link_close")
        if one.type != "text":
            found.kinds.add(one.type.removesuffix("_open").removesuffix("_close"))
    return said


def bare(text: str) -> str:
    """Without the characters of no width that break what must not come alive."""
    return text.replace(ZERO_WIDTH, "")
