"""Markdown: literal text in, text out of which no reader of Markdown makes anything but that text."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from bot.message import Block, Cite, Claim, Entry, Facts, Heading, Paragraph, Quiet
from bot.platforms.literal import ZERO_WIDTH, clean, web_link

Replacement = Callable[[str], str]

GUARDS: Mapping[str, tuple[str, Replacement]] = {
    "address": ("://", lambda _: f":{ZERO_WIDTH}//"),
    "bare address": (r"www(?=\.)", lambda found: found + ZERO_WIDTH),
    "mention": (r"@(?=\w)", lambda _: f"@{ZERO_WIDTH}"),
    "issue": (r"#(?=\d)", lambda _: f"\\#{ZERO_WIDTH}"),
    "emoji": (r":(?=(?:[+-]1|100|1234|[\w+-]*[a-z][\w+-]*):)", lambda _: f":{ZERO_WIDTH}"),
    "entity": (r"&(?=#|\w+;)", lambda _: "\\&"),
    "line start": (r"\A(?:[#+=>-]|[0-9]{1,9}[.)])", lambda found: f"{found[:-1]}\\{found[-1]}"),
    "heading's end": (r"#(?=#*\Z)", lambda _: "\\#"),
    "markup": (r"[\\`*_\[\]<~|$]", lambda found: "\\" + found),
}
"""What is found in a text, first come first served, and what stands in its place.

The marks are those of CommonMark 0.31 (spec.commonmark.org) and of what GitHub adds: tables, strikes, formulas
(github.github.com/gfm). It looks for addresses, mentions, issues and emoji once the backslashes are gone, so a
character of no width breaks these.
"""


def escaper(guards: Mapping[str, tuple[str, Replacement]]) -> Replacement:
    """A function that makes literal text safe with these guards."""
    pattern = re.compile("|".join(f"({found})" for found, _ in guards.values()), re.IGNORECASE)
    replacements = tuple(replacement for _, replacement in guards.values())

    def replaced(found: re.Match[str]) -> str:
        return replacements[(found.lastindex or 1) - 1](found.group())

    @lru_cache(maxsize=2048)
    def escape(text: str) -> str:
        return pattern.sub(replaced, clean(text))

    return escape


escape = escaper(GUARDS)
"""Literal text, on one line, as Markdown that shows exactly that text."""


def drawn(block: Block, numbers: Mapping[str, int]) -> str:
    """A block as Markdown; `numbers` are those of the sources, by the keys of their references."""
    match block:
        case Heading(text):
            return f"## {escape(text)}\n"
        case Claim():
            return _item(_led(block.lead, block.text), _quiet_of(block, numbers))
        case Entry():
            *quiet, last = *map(escape, block.quiet), *([] if block.quiet else [""])
            read = "; ".join(_cited(block.cites, numbers))
            return _item(_led(block.lead, block.text), [*quiet, " · ".join(filter(None, [last, read]))])
        case Facts(pairs):
            return "\n".join(_item(_led(label, value), ()) for label, value in pairs)
        case Paragraph(spans):
            return " ".join(_strong(span.text) if span.style == "bold" else escape(span.text) for span in spans) + "\n"
        case Quiet(text):
            return escape(text) + "\n"
    return escape(block.alt) + "\n"


def _item(first: str, beneath: Iterable[str]) -> str:
    return "\n".join([f"- {first}", *(f"  - {line}" for line in beneath if line)])


def _led(lead: str | None, text: str) -> str:
    return ": ".join(filter(None, [_strong(lead or ""), escape(text)]))


def _strong(text: str) -> str:
    return f"**{escape(text)}**" if escape(text) else ""


def _quiet_of(claim: Claim, numbers: Mapping[str, int]) -> list[str]:
    read = "; ".join(_cited(claim.cites, numbers))
    who = " · ".join([*map(escape, claim.attribution), *([read] if read else ())])
    return [who, escape(claim.caveat or ""), *map(escape, claim.extra)]


def _cited(cites: Iterable[Cite], numbers: Mapping[str, int]) -> list[str]:
    return [f"[{numbers[cite.reference.key]}] {escape(cite.paragraphs)}".strip() for cite in cites]


def address(url: str | None) -> str | None:
    """An address as a link that shows all of itself; None where it is none that may be pressed."""
    found = web_link(url)
    return f"<{found.url}>" if found else None
