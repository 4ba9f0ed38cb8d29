"""The key in a post: what proves, in a channel's history, that a post was made.

Discord does not tell the nonce of a message afterwards. So the key stands where only the bot can put it: in the id
of the report button, or, where a post has none, as eight characters at the end of the last embed's footer.
"""

import re
from collections.abc import Mapping
from typing import Any

from bot.platforms.base import JSON
from bot.platforms.buttons import read_button

SHORT = 8
_BUTTON = re.compile(r"p1\|([A-Za-z0-9_-]{1,25})")
_FOOTER = re.compile(r"(?:\A| · )#([A-Za-z0-9_-]{8})\Z")


def witnessed(body: JSON, key: str) -> dict[str, Any]:
    """`body` with the key in its report button, or else in its last footer."""
    reports = [part for part in _buttons(body) if _kind(part) == "report"]
    if not reports:
        return footed(body, key)
    rows = [
        {**row, "components": [{**part, "custom_id": f"p1|{key}"} if part in reports else part for part in _parts(row)]}
        for row in body["components"]
    ]
    return {**body, "components": rows}


def footed(body: JSON, key: str) -> dict[str, Any]:
    """`body` with the first characters of the key at the end of its last embed's footer."""
    *others, last = body["embeds"]
    text = " · ".join(filter(None, (last.get("footer", {}).get("text"), f"#{key[:SHORT]}")))
    return {**body, "embeds": [*others, {**last, "footer": {"text": text}}]}


def again(body: JSON, message: JSON) -> dict[str, Any]:
    """`body` with the witness that a message bears which it is to replace."""
    key = next(filter(None, (posted_key(str(part.get("custom_id"))) for part in _buttons(message))), None)
    if key is not None:
        return witnessed(body, key)
    short = _short(message)
    return footed(body, short) if short else dict(body)


def bears(message: JSON, key: str) -> bool:
    """Whether a message from history carries this key."""
    return any(part.get("custom_id") == f"p1|{key}" for part in _buttons(message)) or _short(message) == key[:SHORT]


def posted_key(custom_id: str) -> str | None:
    """The key in the id of a report button under a post; None for any other id. It is never to be trusted."""
    found = _BUTTON.fullmatch(custom_id)
    return found[1] if found else None


def _short(message: JSON) -> str | None:
    embeds = message.get("embeds") or ()
    found = _FOOTER.search(embeds[-1].get("footer", {}).get("text", "")) if embeds else None
    return found[1] if found else None


def _buttons(body: JSON) -> list[Mapping[str, Any]]:
    return [part for row in body.get("components", ()) for part in _parts(row)]


def _parts(row: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return list(row.get("components", ()))


def _kind(button: Mapping[str, Any]) -> str | None:
    press = read_button(str(button.get("custom_id")))
    return press.kind if press else None
