"""What a message would do to people: whom it pings, and which of its links unfold into a preview."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simcord.backend.models import Message

SUPPRESS_EMBEDS = 1 << 2

_CODE = re.compile(r"```.*?```|``.*?``|`[^`\n]*`", re.DOTALL)
_LINK = re.compile(r"(<)?(https?://[^\s<>]+)(>)?")


@dataclass(frozen=True)
class Pings:
    """Who is notified: everyone (or here), users and roles by id. Only a message's own text pings, never an embed."""

    everyone: bool
    users: tuple[str, ...]
    roles: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.everyone or self.users or self.roles)


def pings(message: Message) -> Pings:
    """After allowed_mentions and the author's right to mention, as simcord has worked them out."""
    return Pings(
        message.mention_everyone,
        tuple(str(user) for user in message.ping_user_ids),
        tuple(str(role) for role in message.ping_role_ids),
    )


def unfurls(content: str, flags: int) -> list[str]:
    """The links of a text that Discord shows a preview for: not in code, not in <…>, not when suppressed."""
    if flags & SUPPRESS_EMBEDS:
        return []
    return [url for opened, url, closed in _LINK.findall(_CODE.sub(" ", content)) if not (opened and closed)]


def pictures(embeds: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The parts of embeds that show a picture."""
    for embed in embeds:
        yield from (part for key in ("image", "thumbnail", "video") if isinstance(part := embed.get(key), dict))
        for key in ("footer", "author"):
            if isinstance(part := embed.get(key), dict) and "icon_url" in part:
                yield part
