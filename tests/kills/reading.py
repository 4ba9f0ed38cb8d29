"""What the servers wrote down: the posts they kept, and every request to post or to look, read on as the logs grow."""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from tests.kills.digests import marks
from tests.kills.oracle import Post

JSON = Mapping[str, Any]
_BUTTON = re.compile(r"p1\|([A-Za-z0-9_-]+)")
_FOOTER = re.compile(r"(?:\A| )#([A-Za-z0-9_-]{8})\Z")
_MESSAGES = re.compile(r"/channels/(\d+)/messages(/\d+)?")
What = Literal["post", "edit", "look"]
DONE: Mapping[str, What] = {
    "POST": "post", "PATCH": "edit", "chat.postMessage": "post", "chat.update": "edit",
}  # fmt: skip
LOOKS = ("conversations.history", "conversations.replies")


@dataclass(frozen=True)
class Asked:
    """A request to post, to edit or to look: from when to when, by time.monotonic(), it was with the server.

    Slack's log does not say when a request came, and is written when the message is kept, before a slow answer.
    """

    platform: Literal["discord", "slack"]
    what: What
    began: float
    ended: float
    status: int | None
    fault: str | None


@dataclass
class Tail:
    """A log that grows, from where it was read to."""

    path: Path
    _at: int = 0

    def more(self) -> Iterator[JSON]:
        """The records that came since; a last line still being written waits for the next time."""
        if not self.path.exists():
            return
        with self.path.open("rb") as file:
            file.seek(self._at)
            new = file.read()
        whole = new[: new.rfind(b"\n") + 1]
        self._at += len(whole)
        for line in whole.splitlines():
            yield json.loads(line)


@dataclass
class Kept:
    """All that two servers kept of what the bot posted in some places, and what they were asked there."""

    discord: Tail
    slack: Tail
    places: Collection[str]
    posts: list[Post] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    touched: list[str] = field(default_factory=list)
    """What became of posts afterwards, but for edits."""
    edits: int = 0

    def read(self) -> None:
        """Read on."""
        for record in self.discord.more():
            if record["kind"] == "message":
                self._message("discord", record["message"]["channel_id"], record["act"], record)
            elif record["kind"] == "request" and (found := _MESSAGES.fullmatch(record["path"])):
                what = DONE.get(record["method"], "look")
                if f"discord:{found[1]}" in self.places:
                    facts = (record["began"], record["at"], record["status"], record["fault"])
                    self.asked.append(Asked("discord", what, *facts))
        for record in self.slack.more():
            if record["kind"] == "message":
                self._message("slack", record["channel"], record["what"], record)
            elif record["kind"] == "request" and record["method"] in (*DONE, *LOOKS):
                what = DONE.get(record["method"], "look")
                if f"slack:{record['args'].get('channel')}" in self.places:
                    facts = (record["at"], record["at"], record["status"], record["fault"])
                    self.asked.append(Asked("slack", what, *facts))

    def _message(self, platform: str, channel: str, act: str, record: JSON) -> None:
        place = f"{platform}:{channel}"
        if place not in self.places or act == "again":
            return
        if act == "stored":
            self.posts.append(_post(platform, place, record))
        elif act == "edited":
            self._edited(_post(platform, place, record))
        else:
            self.touched.append(f"a message in {place} was {act} at {record['wall']}")

    def _edited(self, now: Post) -> None:
        """Have its last words; all else has to be as it was."""
        at = next(at for at, post in enumerate(self.posts) if (post.place, post.id) == (now.place, now.id))
        was = self.posts[at]
        if now.claims != was.claims:
            self.touched.append(f"{was} tells other marks since an edit: {now}")
        elif now.odd or now.key != was.key:
            self.touched.append(f"{was} lost its key by an edit")
        self.posts[at] = replace(was, words=now.words)
        self.edits += 1


def _post(platform: str, place: str, record: JSON) -> Post:
    return on_discord(place, record) if platform == "discord" else on_slack(place, record)


def on_discord(place: str, record: JSON) -> Post:
    """A message Discord stored. Its key is the nonce, and stands in a button or at the end of the footer as well."""
    message = record["message"]
    nonce = str(record["nonce"] or "")
    ids = [str(part.get("custom_id")) for row in message["components"] for part in row.get("components", ())]
    buttons = [found[1] for one in ids if (found := _BUTTON.fullmatch(one))]
    footer = (message["embeds"][-1].get("footer") or {}).get("text", "") if message["embeds"] else ""
    short = _FOOTER.search(footer)
    key = buttons[0] if buttons else nonce if short and nonce.startswith(short[1]) else ""
    odd = "" if key else "no key that history shows"
    if key and key != nonce:
        odd = f"the nonce {nonce!r} is not its key"
    words = _words([message.get("content"), message["embeds"]])
    return Post(place, key or nonce, marks(words), words, datetime.fromisoformat(record["wall"]), odd, message["id"])


def on_slack(place: str, record: JSON) -> Post:
    """A message Slack stored. Its key is in the metadata and, after "k:" or the like, in a block_id."""
    body = record["body"]
    key = str(body.get("metadata", {}).get("event_payload", {}).get("key", ""))
    ids = [str(block.get("block_id")) for block in body.get("blocks") or ()]
    odd = "" if key else "no key in the metadata"
    if key and not any(one.endswith(f":{key}") for one in ids):
        odd = "no block_id bears its key"
    words = _words(body.get("blocks") or body.get("text"))
    return Post(place, key, marks(words), words, datetime.fromisoformat(record["wall"]), odd, record["ts"])


def _words(part: Any) -> str:
    """All text of a message, in order."""
    return "\n".join(_texts(part))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, list):
        for one in part:
            yield from _texts(one)
    elif isinstance(part, dict):
        for one in part.values():
            yield from _texts(one)
