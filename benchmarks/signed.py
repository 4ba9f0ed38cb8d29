"""Slack's slash commands over HTTP: each signed, and each from another person, as in a real flood."""

import asyncio
import hashlib
import hmac
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from benchmarks.flood import AT_ONCE, Flood

TEAM, APP, CHANNEL = "T0BENCH01", "A0BENCH01", "C0BENCH01"


def slash(number: int, hooks: str, command: str = "/impact", text: str = "") -> dict[str, str]:
    """A slash command as Slack tells it; each number has its own person, trigger and response URL."""
    return {
        "token": "x" * 24,
        "team_id": TEAM,
        "team_domain": "bench",
        "channel_id": CHANNEL,
        "channel_name": "newsroom",
        "user_id": f"U{number:09}",
        "user_name": f"reader{number}",
        "command": command,
        "text": text,
        "api_app_id": APP,
        "is_enterprise_install": "false",
        "response_url": f"{hooks}/commands/{TEAM}/{number}/x",
        "trigger_id": f"{number}.{number}.{number:032x}",
    }


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer over HTTP."""

    status: int
    body: bytes


class Asker:
    """Slack as an app at `port` hears it; `hooks` is how response URLs begin."""

    def __init__(self, port: int, secret: str, hooks: str) -> None:
        self._port, self._secret, self._hooks = port, secret.encode(), hooks
        self._numbers = itertools.count(1)

    async def once(self) -> Answered:
        """One question's answer, whatever it is."""
        found: list[Answered] = []

        def keep(answer: Answered) -> bool:
            found.append(answer)
            return True

        await self._asked(1, keep)
        return found[0]

    async def many(self, count: int, body: bytes) -> list[float]:
        """Milliseconds that each of so many questions waited for this very answer."""
        return await self._asked(count, lambda answer: answer.status == 200 and answer.body == body)

    async def _asked(self, count: int, right: Callable[[Answered], bool]) -> list[float]:
        numbers = list(itertools.islice(self._numbers, count))
        requests = {number: self._request(number) for number in numbers}  # none is made while the clock runs
        free: list[_Line] = []

        def hear(line: _Line, answer: Answered) -> None:
            if not right(answer):
                return flood.fail(f"answered {answer.status}: {answer.body[:300]!r}")
            free.append(line)
            return flood.answered(line.number)

        flood = Flood(lambda number: free.pop().send(number, requests[number]), count, numbers[0])
        loop = asyncio.get_running_loop()
        for _ in range(min(AT_ONCE, count)):
            _, line = await loop.create_connection(lambda: _Line(hear, flood.fail), "127.0.0.1", self._port)
            free.append(line)
        lines = tuple(free)
        try:
            return await flood.run()
        finally:
            for line in lines:
                line.close()

    def _request(self, number: int) -> bytes:
        body = urlencode(slash(number, self._hooks)).encode()
        stamp = str(int(time.time()))
        signature = hmac.new(self._secret, b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        head = (
            "POST /slack/events HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            "User-Agent: Slackbot 1.0 (+https://api.slack.com/robots)",
            "Accept: application/json,*/*",
            "Accept-Encoding: gzip,deflate",
            "Content-Type: application/x-www-form-urlencoded",
            f"Content-Length: {len(body)}",
            f"X-Slack-Request-Timestamp: {stamp}",
            f"X-Slack-Signature: v0={signature}",
        )
        return "\r\n".join((*head, "", "")).encode() + body


class _Line(asyncio.Protocol):
    """A connection with one request under way: the cheapest client there is, since it shares the machine."""

    def __init__(self, hear: Callable[["_Line", Answered], None], lost: Callable[[str], None]) -> None:
        self._hear, self._lost = hear, lost
        self._transport: asyncio.Transport | None = None
        self._came = b""
        self.number = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        if self._transport is not None:
            self._lost("the app closed a connection")

    def send(self, number: int, request: bytes) -> None:
        assert self._transport is not None
        self.number = number
        self._transport.write(request)

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
            self._transport = None

    def data_received(self, data: bytes) -> None:
        self._came += data
        head, blank, body = self._came.partition(b"\r\n\r\n")
        if not blank:
            return None
        first, *fields = head.lower().split(b"\r\n")
        length = next((field for field in fields if field.startswith(b"content-length:")), None)
        if length is None:
            return self._lost(f"an answer that does not tell its length: {head!r}")
        if len(body) >= int(length[15:]):
            self._came = b""
            self._hear(self, Answered(int(first.split(b" ")[1]), body))
        return None
