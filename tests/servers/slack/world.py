"""The workspace: its people, channels, messages, views and files, its settings, and what is written down.

Kinds of records in the log, besides `n`, `at`, `wall`:
"request": every Web API call (method, body without tokens, status, answer, fault, token: which kind) ·
"response_url": every use of one (envelope, number, status, error, body) · "upload" · "message" (what: stored, edited
or deleted; channel, ts, via, pings, unfurls) · "view" (what: opened, pushed, published, updated or closed) ·
"connection" (id, state) · "frame" (connection, direction: in, out or dropped, body) · "envelope" (id, kind, attempt,
by: socket or http) · "ack" (envelope, body, after, in_time) · "outgoing" (HTTP mode: path, status, seconds) ·
"whole" (state: gone or back) · "broken" (the server itself failed: the test fails too).
"""

import itertools
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal

from tests.servers.faults import Faults
from tests.servers.log import Log
from tests.servers.slack.checks import JSON
from tests.servers.slack.clock import Bell, Clock
from tests.servers.slack.pings import pings, unfurls
from tests.servers.slack.settings import Settings

KINDS = ("channels", "groups", "im", "mpim")
SCOPES = frozenset(
    {
        *("chat:write", "commands", "users:read", "team:read", "files:read", "files:write", "app_mentions:read"),
        *(f"{kind}:{right}" for kind in KINDS for right in ("read", "history")),
        *(f"{kind}:write" for kind in ("im", "mpim")),
    }
)
"""All scopes of the methods here but chat:write.public and chat:write.customize."""


class Impossible(Exception):
    """Nobody can do this on Slack: the test asked for something that is not there."""


class Refusal(Exception):
    """Slack's answer {"ok": false, "error": …}."""

    def __init__(self, error: str, messages: list[str] | None = None, **facts: Any) -> None:
        super().__init__(error)
        self.error = error
        self.messages = messages or []
        self.facts = facts
        self.status = 200
        self.headers: dict[str, str] = {}

    def as_json(self) -> JSON:
        found: JSON = {"ok": False, "error": self.error, **self.facts}
        if self.messages:
            found["errors"] = self.messages
            found["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return found


@dataclass
class Person:
    id: str
    name: str
    admin: bool = False
    owner: bool = False
    locale: str = "en-US"
    bot: bool = False


@dataclass
class Room:
    """A channel, a private channel, or direct messages."""

    id: str
    name: str
    kind: Literal["channels", "groups", "im", "mpim"]
    created: int
    members: set[str] = field(default_factory=set)
    archived: bool = False
    shared: bool = False
    read_only: bool = False


@dataclass
class Kept:
    """A message Slack keeps; `raw` is what conversations.history gives, but for metadata nobody asked for."""

    room: str
    raw: JSON
    via: str
    stored: float
    ephemeral_to: str | None = None
    deleted: bool = False
    edits: int = 0
    asked: JSON = field(default_factory=dict)

    @property
    def ts(self) -> str:
        return str(self.raw["ts"])

    def told(self) -> JSON:
        """As the test reads it."""
        shown = {name: self.asked[name] for name in FLAGS if name in self.asked} | self.raw
        return {
            "channel": self.room,
            "raw": self.raw,
            "ephemeral_to": self.ephemeral_to,
            "edits": self.edits,
            "deleted": self.deleted,
            "pings": pings(shown),
            "unfurls": unfurls(shown),
            "via": self.via,
        }


FLAGS = ("link_names", "parse", "unfurl_links", "unfurl_media", "mrkdwn")


@dataclass
class File:
    id: str
    name: str
    length: int
    alt: str
    data: bytes = b""
    uploaded: float | None = None
    completed: bool = False
    title: str = ""


class World:
    def __init__(self, log: Log) -> None:
        self.log = log
        self.bell = Bell()
        self.clock = Clock(self.bell)
        self.settings = Settings()
        self.faults = Faults()
        self.host = ""
        self.gone = False
        self._count = itertools.count(1)
        self._last_ts = 0
        secret = secrets.token_hex
        self.team_id, self.app_id, self.bot_id = "T0HARBOUR01", "A0BRIEFING1", "B0BRIEFING1"
        self.bot_user = Person("U0BRIEFING1", "briefing", bot=True)
        self.bot_token = "xoxb-" + f"1-2-{secret(12)}"
        self.app_token = "xapp-" + f"1-{self.app_id}-3-{secret(12)}"
        self.signing_secret = secret(16)
        self.verification = secret(12)
        self.revoked: str | None = None
        self.scopes: frozenset[str] = SCOPES
        self.people: dict[str, Person] = {self.bot_user.id: self.bot_user}
        self.rooms: dict[str, Room] = {}
        self.messages: list[Kept] = []
        self.views: dict[str, JSON] = {}
        self.homes: dict[str, tuple[int, str]] = {}
        self.files: dict[str, File] = {}

    # ------------------------------------------------------------------ ids and times

    def id(self, letter: str) -> str:
        return f"{letter}0{next(self._count):09d}"

    def number(self) -> int:
        return next(self._count)

    def name(self) -> str:
        """A block_id or action_id as Slack makes them."""
        return secrets.token_urlsafe(4)

    def ts(self) -> str:
        """A new ts, later than all before it."""
        self._last_ts = max(self._last_ts + 1, int(self.clock.wall() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def change(self, **changed: Any) -> None:
        known = {one.name for one in fields(Settings)}
        if unknown := sorted(set(changed) - known):
            raise Impossible(f"no setting is called {', '.join(unknown)}")
        if "retries" in changed:
            changed["retries"] = tuple(changed["retries"])
        self.settings = replace(self.settings, **changed)
        self.clock.skew = self.settings.skew
        self.bell.ring()

    # ------------------------------------------------------------------ people and channels

    def person(self, user: str) -> Person:
        if user not in self.people:
            raise Impossible(f"there is no user {user}")
        return self.people[user]

    def room(self, channel: str) -> Room:
        if channel not in self.rooms:
            raise Impossible(f"there is no channel {channel}")
        return self.rooms[channel]

    def direct(self, user: str) -> Room:
        """The direct messages between this person and the bot."""
        for room in self.rooms.values():
            if room.kind == "im" and user in room.members:
                return room
        room = Room(self.id("D"), self.person(user).name, "im", int(self.clock.wall()), {user, self.bot_user.id})
        self.rooms[room.id] = room
        return room

    # ------------------------------------------------------------------ messages

    def keep(self, room: Room, body: Mapping[str, Any], via: str, *, user: str, ephemeral_to: str | None) -> Kept:
        """Store a message: `body` is its accepted content, with the flags it was sent with."""
        raw: JSON = {"type": "message", "user": user, "ts": self.ts(), "team": self.team_id}
        if user == self.bot_user.id:
            raw |= {"bot_id": self.bot_id, "app_id": self.app_id}
        raw |= {name: value for name, value in body.items() if name not in FLAGS}
        kept = Kept(room.id, raw, via, self.clock.now(), ephemeral_to, asked=dict(body))
        self.messages.append(kept)
        self.note("stored", kept)
        return kept

    def rewrite(self, kept: Kept, body: Mapping[str, Any]) -> None:
        """Put new content where the old was: text, blocks, attachments and, where given, metadata."""
        for name in ("text", "blocks", "attachments"):
            kept.raw.pop(name, None)
        kept.raw |= {name: value for name, value in body.items() if name not in (*FLAGS, "thread_ts")}
        kept.raw["edited"] = {"user": self.bot_user.id, "ts": f"{self.clock.wall():.6f}"}
        kept.asked = {**kept.asked, **body}
        kept.edits += 1
        self.note("edited", kept)

    def drop(self, kept: Kept) -> None:
        kept.deleted = True
        self.note("deleted", kept)

    def note(self, what: str, kept: Kept) -> None:
        told = kept.told()
        facts = {name: told[name] for name in ("channel", "ephemeral_to", "via", "pings", "unfurls")}
        self.log.write("message", what=what, ts=kept.ts, **facts, body=kept.raw)
        self.bell.ring()

    def find(self, channel: str, ts: str, *, ephemeral: bool = False) -> Kept | None:
        for kept in self.messages:
            if kept.room == channel and kept.ts == ts and not kept.deleted:
                return kept if ephemeral or kept.ephemeral_to is None else None
        return None

    def said(self, channel: str) -> list[Kept]:
        """What everybody in a channel can read, oldest first."""
        return [m for m in self.messages if m.room == channel and not m.deleted and m.ephemeral_to is None]

    # ------------------------------------------------------------------ files

    def usable(self, part: JSON) -> bool:
        """Whether a `slack_file` names a file that Slack is done with."""
        if not isinstance(part, dict):
            return False
        named = str(part.get("id") or part.get("url") or "")
        for file in self.files.values():
            if file.id == named or named.endswith(f"/{file.id}/{file.name}"):
                return self.ready(file)
        return False

    def ready(self, file: File) -> bool:
        """Processed: that takes a while after the upload."""
        if file.uploaded is None or not file.completed:
            return False
        return self.clock.now() - file.uploaded >= self.settings.file_ready
