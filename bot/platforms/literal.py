"""Literal text: what every platform does to a string before it is drawn."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import category
from urllib.parse import quote, urlsplit

ZERO_WIDTH = "\u200b"
ELLIPSIS = "…"
URL_MOST = 2000

_BLANK = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029]+")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSEEN = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and signs that are drawn as nothing."""
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")


def clean(text: str) -> str:
    """`text` on one line, without controls, direction overrides and halves of characters."""
    if text.isprintable():
        return text.strip() if "  " not in text else _BLANK.sub(" ", text).strip()
    return _BLANK.sub(" ", _SURROGATE.sub("\ufffd", _BIDI.sub("", text))).strip()


def visible(text: str) -> bool:
    """Whether anything of `text` is seen: a letter, a digit, a sign."""
    return any(one not in _UNSEEN and category(one)[0] in "LNPS" for one in text)


def units(text: str) -> int:
    """The length of `text` in UTF-16 units, the most that any platform counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def clip(text: str, room: int) -> str:
    """`text`, ended with an ellipsis where it is longer than `room` UTF-16 units."""
    return fit(text, room, str)


def fit(text: str, room: int, draw: Callable[[str], str], size: Callable[[str], int] = units) -> str:
    """`draw(text)`, with `text` shortened until the `size` of what is drawn is at most `room`."""
    drawn = draw(text)
    if size(drawn) <= room:
        return drawn
    low, high = 0, min(len(text), room)
    while low < high:
        middle = (low + high + 1) // 2
        if size(draw(text[:middle].rstrip() + ELLIPSIS)) <= room:
            low = middle
        else:
            high = middle - 1
    return draw(text[:low].rstrip() + ELLIPSIS) if low else ""


@dataclass(frozen=True, slots=True)
class WebLink:
    """An address that may be pressed, and the host that a reader is told."""

    url: str
    host: str


@lru_cache(maxsize=512)
def web_link(url: str | None) -> WebLink | None:
    """The address as a link where it is plain http(s), else None.

    A user name before the host is refused because it reads like a host. What is left is ASCII without
    brackets, quotes, spaces or backslashes, so that no markup can end it early.
    """
    if not url or len(url) > URL_MOST or not url.isprintable():
        return None
    try:
        parts = urlsplit(url)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    safe = "/%~-._:@$&+,;=!"
    tail = quote(parts.path, safe=safe)
    tail += f"?{quote(parts.query, safe=safe + '?')}" if parts.query else ""
    tail += f"#{quote(parts.fragment, safe=safe + '?')}" if parts.fragment else ""
    address = f"{parts.scheme}://{host}{f':{port}' if port else ''}{tail or '/'}"
    return WebLink(address, host) if len(address) <= URL_MOST else None
