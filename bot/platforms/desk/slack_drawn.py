"""A drawing of Slack's JSON: Block Kit read back as Slack reads it."""

import html
import re
from dataclasses import dataclass
from typing import Any

from bot.platforms.base import JSON
from bot.platforms.desk.discord_drawn import Button
from bot.platforms.desk.lines import Line, Run, Runs, joined

_TOKEN = re.compile(r"<([^<>\n]+)>")
_MARK = re.compile(r"(?<!\w)([*_~`])(?=\S)([^\n]+?)(?<=\S)\1(?!\w)")
_DRESS = {"*": "bold", "_": "italic", "~": "struck", "`": "code"}
_STYLE = {"bold": "bold", "italic": "italic", "strike": "struck", "code": "code", "underline": "under"}
_LIVE = {
    "user": "pings somebody",
    "usergroup": "pings somebody",
    "broadcast": "pings everybody",
    "channel": "is a channel",
    "date": "is a date",
    "emoji": "is an emoji",
    "team": "is a team",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One block: `kind` is header, context, rich, actions or divider."""

    kind: str
    lines: tuple[Line, ...] = ()
    buttons: tuple[Button, ...] = ()


def draw(body: JSON) -> tuple[Part, ...]:
    """Draw the JSON of one Slack message."""
    blocks = body.get("blocks")
    if not blocks:
        return (Part("rich", mrkdwn(body.get("text", ""))),)
    return tuple(_part(block) for block in blocks)


def mrkdwn(text: str) -> tuple[Line, ...]:
    """Slack's own markup, line by line."""
    return tuple(Line("text", joined(_tokens(line))) for line in text.split("\n")) if text else ()


def _part(block: dict[str, Any]) -> Part:
    match block["type"]:
        case "header":
            return Part("header", _object(block["text"]))
        case "context":
            found = [line for element in block["elements"] for line in _object(element)]
            return Part("context", tuple(found))
        case "section":
            texts = [block["text"]] if "text" in block else []
            found = [line for text in (*texts, *block.get("fields", ())) for line in _object(text)]
            return Part("rich", tuple(found))
        case "rich_text":
            return Part("rich", tuple(line for element in block["elements"] for line in _rich(element)))
        case "actions":
            return Part("actions", buttons=tuple(_element(element) for element in block["elements"]))
        case "divider":
            return Part("divider")
        case other:
            return Part("context", (Line("text", (Run(f"A block of type {other}, not drawn here"),)),))


def _object(text: dict[str, Any]) -> tuple[Line, ...]:
    if text["type"] == "mrkdwn":
        return mrkdwn(text["text"])
    return tuple(Line("text", (Run(line),) if line else ()) for line in str(text.get("text", "")).split("\n"))


def _rich(element: dict[str, Any]) -> list[Line]:
    match element["type"]:
        case "rich_text_list":
            numbered = element.get("style") == "ordered"
            return [
                line
                for number, section in enumerate(element["elements"], element.get("offset", 0) + 1)
                for line in _item(section, element.get("indent", 0), f"{number}." if numbered else "•")
            ]
        case "rich_text_quote":
            return [Line("quote", runs) for runs in _section(element)]
        case "rich_text_preformatted":
            return [Line("code", runs) for runs in _section(element)]
        case _:
            return [Line("text", runs) for runs in _section(element)]


def _item(section: dict[str, Any], depth: int, bullet: str) -> list[Line]:
    first, *rest = _section(section)
    return [Line("item", first, depth, bullet), *(Line("item", runs, depth) for runs in rest)]


def _section(section: dict[str, Any]) -> list[Runs]:
    """The lines of a section: a line break in a text element begins a new one."""
    found: list[list[Run]] = [[]]
    for element in section["elements"]:
        run = _leaf(element)
        first, *rest = run.text.split("\n")
        found[-1].append(run.dressed(text=first))
        found += [[run.dressed(text=part)] for part in rest]
    return [joined(line) for line in found]


def _leaf(element: dict[str, Any]) -> Run:
    dress = {_STYLE[name]: True for name, on in element.get("style", {}).items() if on and name in _STYLE}
    kind = element["type"]
    if kind == "text":
        return Run(element["text"]).dressed(**dress)
    if kind == "link":
        return Run(element.get("text") or element["url"], href=element["url"]).dressed(**dress)
    named = next((str(element[key]) for key in ("range", "name", "user_id", "fallback") if key in element), kind)
    return Run(named, live=_LIVE.get(kind, f"is of type {kind}"))


def _tokens(line: str) -> list[Run]:
    made: list[Run] = []
    at = 0
    for found in _TOKEN.finditer(line):
        made += _marks(line[at : found.start()])
        made.append(_token(found[1]))
        at = found.end()
    return made + _marks(line[at:])


def _token(token: str) -> Run:
    target, _, label = token.partition("|")
    shown = html.unescape(label or target)
    if target.startswith(("http://", "https://")):
        return Run(shown, href=html.unescape(target))
    live = {"!": "pings everybody", "@": "pings somebody", "#": "is a channel"}.get(target[0], "is a token")
    return Run(shown, live=live)


def _marks(text: str) -> list[Run]:
    found = _MARK.search(text)
    if not found:
        return [Run(html.unescape(text))] if text else []
    inner = [Run(html.unescape(found[2]))] if found[1] == "`" else _marks(found[2])
    dressed = [run.dressed(**{_DRESS[found[1]]: True}) for run in inner]
    return [*_marks(text[: found.start()]), *dressed, *_marks(text[found.end() :])]


def _element(element: dict[str, Any]) -> Button:
    """A button; a select is drawn as one that cannot be pressed, for only Slack can open it."""
    if element["type"].endswith("_select"):
        return Button(f"{element.get('placeholder', {}).get('text', '')} ▾".lstrip(), element.get("action_id"))
    press = element.get("value") or element.get("action_id")
    return Button(element.get("text", {}).get("text", ""), press, element.get("url"))
