"""What people do, each an ask: its acks, what the person saw of it, its trigger and its response URL."""

import secrets
from dataclasses import dataclass, field
from typing import Any, Literal

from tests.servers.slack.checks import JSON
from tests.servers.slack.world import Kept, Refusal, Room, World

Kind = Literal["slash_commands", "block_actions", "view_submission", "view_closed", "block_suggestion", "events_api"]
ACCEPTS = ("slash_commands", "view_submission", "block_suggestion")
"""The kinds whose ack may say something: docs.slack.dev/apis/events-api/using-socket-mode."""


@dataclass
class Ask:
    """One thing a person did, and what came of it."""

    id: str
    kind: Kind
    made: float
    user: str = ""
    channel: str = ""
    body: JSON = field(default_factory=dict)
    trigger_id: str = ""
    response_url: str = ""
    original: Kept | None = None
    view: str | None = None
    done: bool = False
    error: str | None = None
    acks: list[JSON] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    ignored: list[JSON] = field(default_factory=list)
    uses: list[JSON] = field(default_factory=list)
    messages: list[Kept] = field(default_factory=list)
    views: list[str] = field(default_factory=list)
    view_errors: JSON = field(default_factory=dict)
    options: list[JSON] = field(default_factory=list)
    deliveries: int = 0
    acked_messages: int = 0

    @property
    def type(self) -> str:
        """The envelope's type."""
        return self.kind if self.kind in ("slash_commands", "events_api") else "interactive"

    @property
    def answers(self) -> int:
        accepted = [use for use in self.uses if use["status"] == 200]
        return self.acked_messages + len(accepted) + len(self.views)

    def told(self, world: World) -> JSON:
        """As the test reads it."""
        return {
            "envelope_id": self.id,
            "kind": self.kind,
            "done": self.done,
            "acks": self.acks,
            "error": self.error,
            "refusals": self.refusals,
            "ignored": self.ignored,
            "uses": self.uses,
            "messages": [kept.told() for kept in self.messages],
            "views": [world.views[one] for one in self.views],
            "view": world.views[self.view] if self.view and not world.views[self.view]["closed"] else None,
            "view_errors": self.view_errors,
            "options": self.options,
            "deliveries": self.deliveries,
            "answers": self.answers,
            "trigger_id": self.trigger_id,
            "response_url": self.response_url,
            "user": self.user,
            "channel": self.channel,
        }


class Asks:
    """All asks there were, by id, and what leads back to them: triggers and response URLs."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.all: dict[str, Ask] = {}
        self._triggers: dict[str, tuple[Ask, bool]] = {}
        self._urls: dict[str, Ask] = {}

    def make(self, kind: Kind, user: str = "", channel: str = "", *, url: str | None = None) -> Ask:
        """A new ask; `url` names the sort of response URL it gets ("commands" or "actions")."""
        ask = Ask(self.new_id(), kind, self.world.clock.now(), user, channel)
        self.all[ask.id] = ask
        if kind not in ("events_api", "view_closed", "block_suggestion"):
            ask.trigger_id = f"{self.world.number()}.{self.world.number()}.{secrets.token_hex(16)}"
            self._triggers[ask.trigger_id] = (ask, False)
        if url is not None:
            path = f"/{url}/{self.world.team_id}/{self.world.number()}/{secrets.token_hex(12)}"
            ask.response_url = f"{self.world.host}{path}"
            self._urls[path] = ask
        return ask

    def new_id(self) -> str:
        """An envelope's id."""
        raw = secrets.token_hex(16)
        return f"{raw[:8]}-{raw[8:12]}-{raw[12:16]}-{raw[16:20]}-{raw[20:]}"

    def by_url(self, path: str) -> Ask | None:
        return self._urls.get(path)

    def trigger(self, trigger_id: str) -> Ask:
        """Exchange a trigger for the ask it came with. Raises Refusal: it works once, and for 3 seconds."""
        if trigger_id not in self._triggers:
            raise Refusal("invalid_trigger_id")
        ask, used = self._triggers[trigger_id]
        if used:
            raise Refusal("exchanged_trigger_id")
        if self.world.clock.now() - ask.made > self.world.settings.trigger_age:
            raise Refusal("expired_trigger_id")
        self._triggers[trigger_id] = (ask, True)
        return ask

    def post(self, ask: Ask, body: JSON, via: str, *, in_channel: bool) -> Kept:
        """A message that an ack or a response URL makes."""
        room = self.world.rooms[ask.channel]
        ephemeral_to = None if in_channel else ask.user
        kept = self.world.keep(room, body, via, user=self.world.bot_user.id, ephemeral_to=ephemeral_to)
        ask.messages.append(kept)
        self.world.bell.ring()
        return kept


def room_of(world: World, ask: Ask) -> Room:
    return world.room(ask.channel)


def texts(refusal: Refusal) -> list[str]:
    return refusal.messages or [refusal.error]


def in_channel(args: Any) -> bool:
    return bool(args.get("response_type") == "in_channel")
