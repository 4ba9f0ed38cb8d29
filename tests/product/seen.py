"""What a person sees of an answer, the same for live messages and for what `briefing-bot ask` prints."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

JSON = Mapping[str, Any]


@dataclass(frozen=True)
class Seen:
    """`body` is all that is shown but buttons; `buttons` are labels and ids in their order; `words` is the text."""

    body: JSON
    buttons: tuple[tuple[str, str], ...]
    words: str

    def __contains__(self, label: str) -> bool:
        return any(label == one for one, _ in self.buttons)

    def id_of(self, label: str) -> str:
        """The id of the button with this label."""
        return next(written for one, written in self.buttons if one == label)


def on_discord(message: JSON) -> Seen:
    """A message as Discord keeps it or as it is sent there."""
    embeds = [
        {
            "title": embed.get("title", ""),
            "description": embed.get("description", ""),
            "footer": (embed.get("footer") or {}).get("text", ""),
            "image": (embed.get("image") or {}).get("url", ""),
            "fields": list(embed.get("fields") or ()),
        }
        for embed in message["embeds"]
    ]
    body = {
        "content": message.get("content") or "",
        "embeds": embeds,
        "files": [(one["filename"], one.get("description")) for one in message.get("attachments") or ()],
    }
    buttons = [part for row in message.get("components") or () for part in row["components"] if part["type"] == 2]
    parts = [body["content"], *(part for one in embeds for part in (one["title"], one["description"], one["footer"]))]
    return Seen(body, tuple((one["label"], one["custom_id"]) for one in buttons), "\n".join(filter(None, parts)))


def on_slack(message: JSON) -> Seen:
    """A message as Slack keeps it or as it is sent there."""
    shown = [{key: value for key, value in block.items() if key != "block_id"} for block in message.get("blocks") or ()]
    buttons = [part for block in shown if block["type"] == "actions" for part in block["elements"]]
    body = {
        "text": message.get("text", ""),
        "blocks": [block for block in shown if block["type"] != "actions"],
        "lists": pickers(message),
    }
    pairs = [(one["text"]["text"], one["value"]) for one in buttons if one["type"] == "button"]
    words = "\n".join(_texts(body["blocks"])) if body["blocks"] else str(body["text"])
    return Seen(body, tuple(pairs), words)


def pickers(message: JSON) -> list[JSON]:
    """The lists to choose from in a Slack message."""
    found = [part for block in message.get("blocks") or () if block["type"] == "actions" for part in block["elements"]]
    return [one for one in found if one["type"] == "external_select"]


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict):
        if isinstance(part.get("text"), str):
            yield part["text"]
        if part.get("type") == "rich_text_section":
            yield "".join(_texts(part["elements"]))
            return
        for name in ("text", "elements", "fields"):
            if not isinstance(part.get(name), str):
                yield from _texts(part.get(name))
