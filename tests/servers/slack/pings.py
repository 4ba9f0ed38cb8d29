"""Whom a message would notify, and which addresses Slack would fetch and show under it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.servers.slack.checks import JSON

CONTROL = re.compile(r"<(!subteam\^|!|@|#)([^>|\s]+)(?:\|[^>]*)?>")
ADDRESS = re.compile(r"<?(https?://[^\s<>|]+)")
NAMED = re.compile(r"(?<![\w<])(@(?:here|channel|everyone)\b|@[a-z0-9][\w.-]*|#[a-z0-9][\w-]*)")
KINDS = {"!subteam^": "usergroup", "!": "broadcast", "@": "user", "#": "channel"}
RICH = {"broadcast": "range", "user": "user_id", "usergroup": "usergroup_id", "channel": "channel_id"}


def pings(body: Mapping[str, Any]) -> list[JSON]:
    """Every notification or channel link in a message's text, blocks and attachments."""
    loose = body.get("link_names") in (True, "1", "true", 1) or body.get("parse") == "full"
    return [found for text, where in texts(body) for found in _in_text(text, where, loose)] + list(
        _in_rich(body.get("blocks"), "/blocks")
    )


def unfurls(body: Mapping[str, Any]) -> list[str]:
    """The addresses that are fetched: links count as long as one of the two switches is not off."""
    off = ("0", "false", False, 0)
    if body.get("unfurl_links") in off and body.get("unfurl_media") in off:
        return []
    found = [match[1] for text, _ in texts(body) for match in ADDRESS.finditer(text)]
    return list(dict.fromkeys([*found, *_links(body.get("blocks"))]))


def texts(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every text in which Slack looks for `<…>` and addresses, and where it stands."""
    yield str(body.get("text") or ""), "/text"
    yield from _marked(body.get("blocks"), "/blocks")
    yield from _marked(body.get("attachments"), "/attachments", every=True)


def _marked(part: Any, at: str, *, every: bool = False) -> Iterator[tuple[str, str]]:
    if isinstance(part, list):
        for number, one in enumerate(part):
            yield from _marked(one, f"{at}/{number}", every=every)
    elif isinstance(part, dict):
        if part.get("type") == "rich_text":
            return
        live = every or part.get("type") in ("mrkdwn", "markdown")
        for name, value in part.items():
            if isinstance(value, str) and live and name in ("text", "fallback", "pretext", "title", "value"):
                yield value, f"{at}/{name}"
            else:
                yield from _marked(value, f"{at}/{name}", every=every)


def _in_text(text: str, where: str, loose: bool) -> Iterator[JSON]:
    for match in CONTROL.finditer(text):
        kind = KINDS[match[1]]
        if kind == "broadcast" and match[2].split("^")[0] not in ("here", "channel", "everyone", "group"):
            continue
        yield {"kind": kind, "name": match[2], "where": where}
    if loose:
        for match in NAMED.finditer(text):
            name = match[1]
            kind = "channel" if name[0] == "#" else "user"
            kind = "broadcast" if name in ("@here", "@channel", "@everyone") else kind
            yield {"kind": kind, "name": name[1:], "where": where}


def _in_rich(part: Any, at: str) -> Iterator[JSON]:
    if isinstance(part, list):
        for number, one in enumerate(part):
            yield from _in_rich(one, f"{at}/{number}")
    elif isinstance(part, dict):
        kind = part.get("type")
        if kind in RICH and RICH[kind] in part:
            yield {"kind": kind, "name": str(part[RICH[kind]]), "where": at}
        for name in ("elements", "rows"):
            yield from _in_rich(part.get(name), f"{at}/{name}")


def _links(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _links(one)
    elif isinstance(part, dict):
        if part.get("type") == "link" and isinstance(part.get("url"), str):
            yield part["url"]
        yield from _links(part.get("elements"))
