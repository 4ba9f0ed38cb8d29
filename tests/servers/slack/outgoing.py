"""HTTP mode: signed requests to the app's address, docs.slack.dev/authentication/verifying-requests-from-slack."""

import hashlib
import hmac
import json
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from tests.servers.slack.answering import Answers
from tests.servers.slack.asks import Ask
from tests.servers.slack.calls import FORM
from tests.servers.slack.checks import JSON
from tests.servers.slack.world import Impossible

AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"


@dataclass(frozen=True)
class Sent:
    """A request byte for byte, so that it can be sent again."""

    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Got:
    """The answer; status 0 where the connection was cut, -1 where 3 seconds passed."""

    status: int
    seconds: float
    body: str
    headers: dict[str, str]

    def told(self) -> JSON:
        return {"status": self.status, "seconds": self.seconds, "body": self.body}


def signature(secret: str, timestamp: int, body: bytes) -> str:
    base = b"v0:" + str(timestamp).encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()


class Outgoing:
    def __init__(self, answers: Answers, http: aiohttp.ClientSession) -> None:
        self.answers = answers
        self.world = answers.world
        self.target: str | None = None
        self.last: Sent | None = None
        self._issued: set[str] = set()
        self._http = http

    # ------------------------------------------------------------------ asks

    async def bring(self, ask: Ask, attempt: int) -> str | None:
        """Send an ask and take the answer as its ack: the error the person sees, or None."""
        body, kind = encoded(ask)
        extra = {"x-slack-retry-num": str(attempt), "x-slack-retry-reason": "http_timeout"} if attempt else {}
        ask.deliveries += 1
        self.world.log.write("envelope", id=ask.id, ask=ask.id, kind_of=ask.kind, attempt=attempt, by="http")
        got = await self.send(self.sign(body, kind, extra), within=self.world.settings.ack_within)
        if got.status == -1:
            return "operation_timeout"
        if got.status != 200:
            return "dispatch_failed" if got.status == 0 else "http_service_error"
        self.answers.ack(ask, _read(got), "http")
        return None

    # ------------------------------------------------------------------ requests

    def sign(
        self,
        body: bytes,
        kind: str = FORM,
        extra: dict[str, str] | None = None,
        *,
        secret: str | None = None,
        age: float = 0.0,
    ) -> Sent:
        """A signed request; another `secret` makes the signature wrong, an `age` makes it old."""
        timestamp = int(self.world.clock.signing() - age)
        made = signature(secret or self.world.signing_secret, timestamp, body)
        while made in self._issued:
            # The same body within a second: only `replay` sends the same signature twice.
            timestamp -= 1
            made = signature(secret or self.world.signing_secret, timestamp, body)
        self._issued.add(made)
        signed = {"x-slack-signature": made, "x-slack-request-timestamp": str(timestamp)}
        return Sent(body, {"Content-Type": kind, "User-Agent": AGENT, **signed, **(extra or {})})

    async def send(self, sent: Sent, *, within: float = 30.0, keep: bool = True) -> Got:
        if self.target is None:
            raise Impossible("there is no HTTP address; call http_target first")
        if keep:
            self.last = sent
        started = time.monotonic()
        got = await self._post(sent, within, started)
        self.world.log.write("outgoing", size=len(sent.body), status=got.status, seconds=got.seconds)
        return got

    async def _post(self, sent: Sent, within: float, started: float) -> Got:
        limit = aiohttp.ClientTimeout(total=within)
        try:
            async with self._http.post(str(self.target), data=sent.body, headers=sent.headers, timeout=limit) as reply:
                text = await reply.text()
                headers = {name.lower(): value for name, value in reply.headers.items()}
                return Got(reply.status, time.monotonic() - started, text, headers)
        except TimeoutError:
            return Got(-1, time.monotonic() - started, "", {})
        except aiohttp.ClientError as error:
            return Got(0, time.monotonic() - started, type(error).__name__, {})

    def slash(self, command: str) -> bytes:
        """A slash command nobody waits for: for signatures that are wrong, old or sent twice."""
        world = self.world
        person = next((one for one in world.people.values() if not one.bot), None)
        room = next(iter(world.rooms.values()), None)
        if person is None or room is None:
            raise Impossible("a slash command takes a user and a channel: make one of each first")
        ask = self.answers.asks.make("slash_commands", person.id, room.id, url="commands")
        return urlencode(
            {
                "token": world.verification,
                "team_id": world.team_id,
                "team_domain": "harbour",
                "channel_id": room.id,
                "channel_name": room.name,
                "user_id": person.id,
                "user_name": person.name,
                "command": command,
                "text": "",
                "api_app_id": world.app_id,
                "is_enterprise_install": "false",
                "response_url": ask.response_url,
                "trigger_id": ask.trigger_id,
            }
        ).encode()

    def challenge(self) -> bytes:
        body = {"token": self.world.verification, "challenge": secrets.token_hex(20), "type": "url_verification"}
        return json.dumps(body).encode()

    def ssl_check(self) -> bytes:
        return urlencode({"ssl_check": "1", "token": self.world.verification}).encode()


def encoded(ask: Ask) -> tuple[bytes, str]:
    """An ask's body and content type: commands as a form, interactions as JSON in a form, the rest as JSON."""
    if ask.type == "slash_commands":
        return urlencode(ask.body).encode(), FORM
    if ask.type == "interactive":
        return urlencode({"payload": json.dumps(ask.body)}).encode(), FORM
    return json.dumps(ask.body).encode(), "application/json"


def _read(got: Got) -> JSON | str:
    if got.headers.get("content-type", "").startswith("application/json") and got.body:
        found = json.loads(got.body)
        return found if isinstance(found, dict) else got.body
    return got.body
