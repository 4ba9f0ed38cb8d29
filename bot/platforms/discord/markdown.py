"""Discord's markdown: literal text in, text out of which nothing can come alive."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import groupby

from bot.message import Span, Style
from bot.platforms.literal import ZERO_WIDTH, clean, web_link

Replacement = Callable[[str], str]

GUARDS: Mapping[str, tuple[str, Replacement]] = {
    "address": ("://", lambda _: f":{ZERO_WIDTH}//"),
    "emoji": (r":(?=[\w+~-]+:)", lambda _: "\\:"),
    "everyone": ("@(?=everyone|here)", lambda _: f"@{ZERO_WIDTH}"),
    "tag": ("<(?=[@#:/a-zA-Z])", lambda _: f"\\<{ZERO_WIDTH}"),
    "line start": (r"\A(?:[#+-]|[0-9]+\.)", lambda found: f"{found[:-1]}\\{found[-1]}"),
    "markup": (r"[\\*_~|`\[\]<>]", lambda found: "\\" + found),
}
"""What is found in a text, first come first served, and what stands in its place.

No one page of Discord says all of this: the marks are those of its help article on text formatting, the
tags those of discord.com/developers/docs/reference#message-formatting. No backslash keeps a bare address from
becoming a link, nor @everyone from being read, so a character of no width breaks them; tags get both.
"""


_SUSPECT = re.compile(r"[\\*_~|`\[\]<>:@]")
_FIRST = frozenset("#+-0123456789")


def escaper(guards: Mapping[str, tuple[str, Replacement]]) -> Callable[[str], str]:
    """A function that makes literal text safe with these guards."""
    pattern = re.compile("|".join(f"({found})" for found, _ in guards.values()))
    replacements = tuple(replacement for _, replacement in guards.values())

    def replaced(found: re.Match[str]) -> str:
        return replacements[(found.lastindex or 1) - 1](found.group())

    @lru_cache(maxsize=2048)
    def escape(text: str) -> str:
        found = clean(text)
        # Most sentences hold nothing to guard, and to learn that is ten times faster than to guard them.
        if _SUSPECT.search(found) is None and found[:1] not in _FIRST:
            return found
        return pattern.sub(replaced, _opened(found))

    return escape


def _opened(text: str) -> str:
    """`text` without a bracket that closes before one opens.

    After a masked link such a one, escaped or not, would be taken for the end of that link's label.
    """
    head, bracket, tail = text.partition("[")
    return head.replace("]", "］") + bracket + tail


escape = escaper(GUARDS)
"""Literal text, on one line, as markdown that shows exactly that text."""


def bold(text: str) -> str:
    """`text` in bold, or nothing where there is none."""
    drawn = escape(text)
    return f"**{drawn}**" if drawn else ""


def quiet(parts: str) -> str:
    """A line of subtext; `parts` is markdown already."""
    return f"-# {parts}"


def link(label: str, url: str | None) -> str:
    """`label` as a masked link with its host behind it, or alone where `url` is not http(s).

    Discord's link rule knows no backslash inside the label, hence round brackets there.
    """
    found = web_link(url)
    drawn = escape(label.replace("[", "(").replace("]", ")"))
    if found is None or not drawn:
        return escape(label)
    return f"[{drawn}]({found.url}) ({escape(found.host)})"


_STYLES: Mapping[Style, str] = {"plain": "", "bold": "**", "italic": "*"}


def spans(parts: tuple[Span, ...]) -> str:
    """Running text with its bold and italic words.

    Neighbours of one style are escaped as one, so that no two halves of something live can meet. Styled
    stretches that touch are kept apart, else their marks would be read as one.
    """
    drawn = ""
    for style, group in groupby(parts, key=_style):
        text = "".join(part.text for part in group)
        mark = _STYLES[style]
        written = escape(text)
        space = " " if text[:1].isspace() and drawn and not drawn.endswith(" ") else ""
        apart = ZERO_WIDTH if drawn.endswith("*") and mark and not space else ""
        after = " " if text[-1:].isspace() and written else ""
        drawn += f"{space}{apart}{mark}{written}{mark}{after}"
    return drawn.strip()


def _style(part: Span) -> Style:
    return part.style if part.text.strip() else "plain"
