"""A drawing of Discord's JSON: its markdown read back as Discord reads it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.platforms.base import JSON
from bot.platforms.desk.lines import Line, Run, Runs, joined

_ESCAPE = re.compile(r"\\([^0-9A-Za-z\s])")
_CODE = re.compile(r"(`+)(.+?)\1(?!`)", re.DOTALL)
_LINK = re.compile(r"\[((?:\\.|[^\[\]\\])+)\]\(<?(https?://[^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)*)>?\)")
_BARE = re.compile(r"<?(https?://[^\s<>]*[^\s<>.,;:!?'\")\]])>?")
_LIVE = (
    (re.compile(r"@everyone|@here|<@[!&]?\d+>"), "pings somebody"),
    (re.compile(r"<#\d+>|<id:\w+>"), "is a channel"),
    (re.compile(r"<t:-?\d+(?::[tTdDfFR])?>"), "is a date"),
    (re.compile(r"</[^:>]+:\d+>"), "is a command"),
    (re.compile(r"<a?:\w+:\d+>|:[a-z0-9_+-]{2,}:"), "is an emoji"),
)
_STYLES = (
    ("**", "bold", re.compile(r"\*\*((?:\\.|[^\\])+?)\*\*(?!\*)", re.DOTALL)),
    ("__", "under", re.compile(r"__((?:\\.|[^\\])+?)__(?!_)", re.DOTALL)),
    ("~~", "struck", re.compile(r"~~((?:\\.|[^\\])+?)~~", re.DOTALL)),
    ("*", "italic", re.compile(r"\*(?=\S)((?:\\.|\*\*|[^\\*])+?)(?<=\S)\*(?!\*)", re.DOTALL)),
    ("_", "italic", re.compile(r"_((?:\\.|__|[^\\_])+?)_(?![\w_])", re.DOTALL)),
)
_HEADING = re.compile(r"#{1,3} +(?=\S)")
_ITEM = re.compile(r"( *)([-*]|\d{1,9}\.) +(?=\S)")


@dataclass(frozen=True, slots=True)
class Button:
    """A drawn button: pressing it asks again where `press` is a button of ours."""

    label: str
    press: str | None = None
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Embed:
    """One embed, in the order Discord stacks its parts; `image` is the number of an attached picture."""

    title: Runs = ()
    href: str | None = None
    lines: tuple[Line, ...] = ()
    fields: tuple[tuple[Runs, tuple[Line, ...]], ...] = ()
    footer: str = ""
    color: str | None = None
    image: int | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A message as Discord shows it."""

    lines: tuple[Line, ...]
    embeds: tuple[Embed, ...]
    rows: tuple[tuple[Button, ...], ...]


def draw(body: JSON) -> Drawn:
    """Draw the JSON of one Discord message."""
    names = [attachment["filename"] for attachment in body.get("attachments", ())]
    return Drawn(
        lines(body.get("content") or ""),
        tuple(_embed(embed, names) for embed in body.get("embeds", ())),
        tuple(tuple(_button(part) for part in row["components"]) for row in body.get("components", ())),
    )


def lines(text: str) -> tuple[Line, ...]:
    """Discord's markdown, line by line."""
    return tuple(_line(line) for line in text.split("\n")) if text else ()


def inline(text: str) -> Runs:
    """Discord's markdown within one line."""
    return joined(_inline(text))


def _embed(embed: dict[str, Any], names: Sequence[str]) -> Embed:
    color = embed.get("color")
    image = embed.get("image", {}).get("url", "").removeprefix("attachment://")
    return Embed(
        inline(embed.get("title", "")),
        embed.get("url"),
        lines(embed.get("description", "")),
        tuple((inline(field["name"]), lines(field["value"])) for field in embed.get("fields", ())),
        embed.get("footer", {}).get("text", ""),
        f"#{color:06x}" if isinstance(color, int) else None,
        names.index(image) if image in names else None,
    )


def _button(part: dict[str, Any]) -> Button:
    return Button(part.get("label", ""), part.get("custom_id"), part.get("url"))


def _line(line: str) -> Line:
    if not line.strip():
        return Line("gap", ())
    if line.startswith("-# "):
        return Line("quiet", inline(line[3:]))
    if found := _HEADING.match(line):
        return Line("heading", inline(line[found.end() :]), depth=line.index(" "))
    if line.startswith(("> ", ">>> ")):
        return Line("quote", inline(line.partition(" ")[2]))
    if found := _ITEM.match(line):
        bullet = "•" if found[2] in "-*" else found[2]
        return Line("item", inline(line[found.end() :]), depth=len(found[1]) // 2, bullet=bullet)
    return Line("text", inline(line))


def _inline(text: str) -> list[Run]:
    made: list[Run] = []
    at = 0
    while at < len(text):
        for rule in _RULES:
            if found := rule(text, at):
                runs, at = found
                made += runs
                break
        else:
            made.append(Run(text[at]))
            at += 1
    return made


def _escape(text: str, at: int) -> tuple[list[Run], int] | None:
    found = _ESCAPE.match(text, at)
    return ([Run(found[1])], found.end()) if found else None


def _code(text: str, at: int) -> tuple[list[Run], int] | None:
    found = _CODE.match(text, at)
    return ([Run(found[2].strip(), code=True)], found.end()) if found else None


def _link(text: str, at: int) -> tuple[list[Run], int] | None:
    if found := _LINK.match(text, at):
        return [run.dressed(href=found[2]) for run in _inline(found[1])], found.end()
    if found := _BARE.match(text, at):
        return [Run(found[1], href=found[1])], found.end()
    return None


def _live(text: str, at: int) -> tuple[list[Run], int] | None:
    for pattern, what in _LIVE:
        if found := pattern.match(text, at):
            return [Run(found[0], live=what)], found.end()
    return None


def _style(text: str, at: int) -> tuple[list[Run], int] | None:
    for mark, dress, pattern in _STYLES:
        if text.startswith(mark, at) and (found := pattern.match(text, at)):
            return [run.dressed(**{dress: True}) for run in _inline(found[1])], found.end()
    return None


_RULES: tuple[Callable[[str, int], tuple[list[Run], int] | None], ...] = (
    _escape,
    _code,
    _link,
    _live,
    _style,
)
