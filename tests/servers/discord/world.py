"""Everything the server knows: simcord's backend with Discord's rules, under a real clock, and a log of all it keeps.

Kinds of log records: `request` (method, path, query, body, files, status, answer, fault, agent, began),
`frame` (way, socket, session, op, t, s, d), `socket` (what, …), `session` (what, …),
`message` (act: stored, edited, deleted, again; message, nonce, pings, unfurls, missing),
`interaction` (id, type, sent, data, …), `callback` (interaction, type, data, status, code, after),
`lever` (verb, words), `unsupported` (what simcord does not know), `broken` (a fault of the server itself).
Tokens are never in it.
"""

import asyncio
import secrets
import time
from collections import Counter
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from simcord._clock import Clock
from simcord.backend import Backend, serializers
from simcord.backend.models import Message

from tests.servers.discord.mentions import pictures, pings, unfurls
from tests.servers.faults import Faults
from tests.servers.log import Log

JSON = dict[str, Any]


@dataclass
class Settings:
    """What a test may change. Seconds, unless said otherwise."""

    heartbeat: float = 41.25
    resume_window: float = 180.0  # how long a cut session waits to be resumed
    nonce_window: float = 180.0  # "checked for uniqueness in the past few minutes"
    bucket: tuple[int, float] = (50, 1.0)  # requests per route and seconds; Discord: about 5 posts in 5 s per channel
    global_limit: int = 50  # requests a second, but for interactions
    upload_limit: int = 10 * 1024 * 1024  # bytes a file
    max_concurrency: int = 16  # /gateway/bot; Discord gives small bots 1
    privileged: int = 0  # bits of privileged intents that are approved
    shards: int = 1  # /gateway/bot
    resume_url: str = ""  # where sessions are to be resumed; empty for here
    endpoint_url: str = ""  # the app's Interactions Endpoint URL; empty for the gateway


class RunningClock(Clock):
    """Real time, plus what a test has advanced."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.elapsed)


class Kept(Backend):
    """simcord's backend, telling of every message it stores, changes or deletes, ephemeral ones too."""

    def __init__(self, tell: Callable[[str, Message], None]) -> None:
        super().__init__(clock=RunningClock())
        self._tell = tell

    def commit_message(self, message: Message, *, broadcast: bool = True) -> Message:
        kept = super().commit_message(message, broadcast=broadcast)
        self._tell("stored", kept)
        return kept

    def edit_message(self, channel_id: int, message_id: int, fields: JSON) -> Message:
        kept = super().edit_message(channel_id, message_id, fields)
        self._tell("edited", kept)
        return kept

    def delete_message(self, channel_id: int, message_id: int) -> None:
        gone = self.get_message(channel_id, message_id)
        super().delete_message(channel_id, message_id)
        self._tell("deleted", gone)


@dataclass
class Asked:
    """An interaction on its way: when it was made, how it left, and each attempt to answer it."""

    made: float
    sent: str
    callbacks: list[JSON] = field(default_factory=list)


class World:
    """The state of the server, and the one place that writes it down."""

    def __init__(self, log: Log) -> None:
        self.log = log
        self.settings = Settings()
        self.faults = Faults()
        self.backend = Kept(self._tell)
        self.backend.subscribers.append(self._emit)
        self.token = f"test-{secrets.token_hex(8)}"
        self.base = ""  # http://127.0.0.1:PORT, once it listens
        self.listeners: list[Callable[[str, JSON], None]] = []
        self.left: set[int] = set()  # guilds the bot was kicked from
        self.nonces: dict[tuple[int, int, str], tuple[int, datetime]] = {}
        self.nonce_of: dict[int, str] = {}
        self.coming: str | None = None  # the nonce of the message about to be stored
        self.asked: dict[int, Asked] = {}
        self.syncs = 0
        self.created: Counter[int | None] = Counter()  # commands made today, by guild
        self.limited_until = 0.0  # monotonic: the global limit a test has set
        self._changed = asyncio.Event()

    def seen(self, message: Message) -> JSON:
        """A message with all there is to know of it, for tests: all attachments, and the nonce."""
        found = deepcopy(dict(serializers.message_payload(self.backend, message)))
        return {**found, "nonce": self.nonce_of.get(message.id)}

    def guilds(self) -> list[int]:
        """The guilds the bot is in."""
        return [number for number in self.backend.guilds if number not in self.left]

    def changed(self) -> None:
        """Wake those who wait for something to become true."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, true: Callable[[], bool], within: float) -> bool:
        """Wait until it is true, at most so many seconds; whether it is."""
        end = time.monotonic() + within
        while not true():
            left = end - time.monotonic()
            if left <= 0:
                return False
            try:
                await asyncio.wait_for(self._changed.wait(), left)
            except TimeoutError:
                return true()
        return True

    def _emit(self, name: str, data: Mapping[str, Any]) -> None:
        told = deepcopy(dict(data))
        if name == "MESSAGE_CREATE":
            told["nonce"] = self.coming
        for listener in self.listeners:
            listener(name, told)
        self.changed()

    def _tell(self, act: str, message: Message) -> None:
        if act == "stored" and self.coming is not None:
            self.nonce_of[message.id] = self.coming
            key = (message.channel_id, message.author_id, self.coming)
            self.nonces[key] = (message.id, self.backend.clock.now())
        self.keep(act, message)

    def keep(self, act: str, message: Message) -> None:
        """Write down what became of a message."""
        names = {str(one["filename"]) for one in message.attachments}
        asked = [str(part.get("url", part.get("icon_url"))) for part in pictures(message.embeds)]
        self.log.write(
            "message",
            act=act,
            message=self.seen(message),
            nonce=self.nonce_of.get(message.id),
            pings=asdict(pings(message)),
            unfurls=unfurls(message.content, message.flags),
            missing=[url for url in asked if url.startswith("attachment://") and url[13:] not in names],
        )
        self.changed()
