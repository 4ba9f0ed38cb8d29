"""The listener that Slack calls, over real sockets: what is not Slack's, new and small is refused before any work."""

import asyncio
import hashlib
import hmac
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.errors import StartError
from bot.platforms import web
from bot.platforms.slack import signature
from bot.platforms.slack.signature import AGE, PATH, REMEMBERED, Signatures
from bot.platforms.web import BODY, Web
from tests.servers.slack.control import SlackServer

SECRET = "c4na" + "0" * 28
BODY_TEXT = "command=%2Fimpact&text=lankov&team_id=T0001"


@dataclass(frozen=True)
class Said:
    """What `hear` answers."""

    status: int = 200
    content_type: str = "application/json"
    body: str = '{"text": "heard"}'


@dataclass
class Ear:
    """Keeps what was heard."""

    heard: list[tuple[Mapping[str, str], str]] = field(default_factory=list)
    answer: Said | Exception = field(default_factory=Said)

    async def hear(self, headers: Mapping[str, str], body: str) -> Said:
        self.heard.append((headers, body))
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@dataclass(frozen=True)
class Answer:
    """A response, as it came over the socket."""

    status: int
    head: str
    body: bytes
    after: float


@asynccontextmanager
async def listening(ear: Ear, **options: Any) -> AsyncIterator[Web]:
    listener = Web("127.0.0.1", 0, SECRET, ear.hear, **options)
    await listener.start()
    try:
        yield listener
    finally:
        await listener.stop()


@pytest.fixture
async def ear() -> Ear:
    return Ear()


@pytest.fixture
async def listener(ear: Ear) -> AsyncIterator[Web]:
    async with listening(ear) as found:
        yield found


def signed(body: bytes, at: float | None = None, secret: str = SECRET) -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": f"v0={digest}"}


def head(headers: Mapping[str, str], *, method: str = "POST", path: str = PATH, length: int | None = None) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: bot.example", *(f"{name}: {value}" for name, value in headers.items())]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


async def send(listener: Web, *parts: bytes, most: float = 8.0) -> Answer:
    """Send these bytes, and read one response until the other side is done with it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    begun = time.monotonic()

    async def talk() -> None:
        try:
            for part in parts:
                writer.write(part)
                await writer.drain()
        except ConnectionError:
            pass  # it need not read to the end what it refuses

    talking = asyncio.create_task(talk())
    try:
        async with asyncio.timeout(most):
            first = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        after = time.monotonic() - begun
        length = next((line.split(":")[1] for line in first.split("\r\n") if line.lower().startswith("content-len")), 0)
        body = await reader.readexactly(int(length))
    finally:
        talking.cancel()
        writer.close()
    return Answer(int(first.split()[1]), first, body, after)


async def post(listener: Web, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
    return await send(listener, head(signed(body) if headers is None else headers, length=len(body)), body)


def chunked(body: bytes, size: int = 65536) -> Iterable[bytes]:
    for start in range(0, len(body), size):
        part = body[start : start + size]
        yield f"{len(part):x}\r\n".encode() + part + b"\r\n"
    yield b"0\r\n\r\n"


async def test_a_signed_request_is_heard_once_and_answered(listener: Web, ear: Ear) -> None:
    answer = await post(listener, BODY_TEXT.encode())
    assert (answer.status, answer.body) == (200, b'{"text": "heard"}')
    assert "Content-Type: application/json\r\n" in answer.head
    [(headers, body)] = ear.heard
    assert body == BODY_TEXT
    assert headers["X-Slack-Signature"].startswith("v0=")


async def test_a_chunked_request_is_heard_too(listener: Web, ear: Ear) -> None:
    body = ("text=" + "ü" * 100_000).encode()
    answer = await send(listener, head(signed(body) | {"Transfer-Encoding": "chunked"}), *chunked(body))
    assert answer.status == 200
    assert ear.heard[0][1] == body.decode()


async def test_the_listener_tells_that_it_is_alive(listener: Web, ear: Ear) -> None:
    answer = await send(listener, head({}, method="GET", path="/healthz"))
    assert (answer.status, answer.body) == (200, b"ok\n")
    assert "python" not in answer.head.lower()
    assert "aiohttp" not in answer.head.lower()


async def test_the_listener_tells_that_a_part_of_the_bot_hangs_and_not_which(ear: Ear) -> None:
    async with listening(ear, stopped=lambda: "The shelf stands still") as listener:
        answer = await send(listener, head({}, method="GET", path="/healthz"))
    assert (answer.status, answer.body) == (503, b"stopped\n")


BODY_BYTES = BODY_TEXT.encode()

FORGED: dict[str, Callable[[], dict[str, str]]] = {
    "another secret": lambda: signed(BODY_BYTES, secret="0" * 32),
    "another body": lambda: signed(BODY_BYTES + b"&x=1"),
    "no signature": lambda: {"X-Slack-Request-Timestamp": str(int(time.time()))},
    "no timestamp": lambda: {"X-Slack-Signature": signed(BODY_BYTES)["X-Slack-Signature"]},
    "no headers": dict,
    "stale": lambda: signed(BODY_BYTES, time.time() - AGE - 5),
    "from the future": lambda: signed(BODY_BYTES, time.time() + AGE + 5),
    "an older version": lambda: signed(BODY_BYTES) | {"X-Slack-Signature": "v1=" + "0" * 64},
    "in capitals": lambda: signed(BODY_BYTES) | {"X-Slack-Signature": signed(BODY_BYTES)["X-Slack-Signature"].upper()},
    "junk in the signature": lambda: signed(BODY_BYTES) | {"X-Slack-Signature": "v0=" + "\xff" * 64},
    "junk in the timestamp": lambda: signed(BODY_BYTES) | {"X-Slack-Request-Timestamp": "1e9"},
    "digits of another script": lambda: signed(BODY_BYTES) | {"X-Slack-Request-Timestamp": "\xb2" * 10},
    "an endless timestamp": lambda: signed(BODY_BYTES) | {"X-Slack-Request-Timestamp": "1" * 5000},
}


@pytest.mark.parametrize("case", FORGED)
async def test_what_slack_did_not_sign_now_is_refused_with_nothing_said(listener: Web, ear: Ear, case: str) -> None:
    answer = await post(listener, BODY_BYTES, FORGED[case]())
    assert (answer.status, answer.body) == (401, b"")
    assert ear.heard == []


async def test_two_signatures_are_none(listener: Web, ear: Ear) -> None:
    twice = head(signed(BODY_BYTES), length=len(BODY_BYTES)).replace(
        b"\r\n\r\n", b"\r\nX-Slack-Signature: v0=" + b"0" * 64 + b"\r\n\r\n"
    )
    answer = await send(listener, twice, BODY_BYTES)
    assert answer.status == 401
    assert ear.heard == []


async def test_a_request_heard_once_is_not_heard_again(listener: Web, ear: Ear) -> None:
    headers = signed(BODY_BYTES)
    assert (await post(listener, BODY_BYTES, headers)).status == 200
    assert (await post(listener, BODY_BYTES, headers)).status == 401
    assert len(ear.heard) == 1


@pytest.mark.parametrize("ways", ["length", "chunked"])
async def test_ten_megabytes_are_refused_and_not_held(listener: Web, ear: Ear, ways: str) -> None:
    body = b"x" * 10_000_000
    if ways == "length":
        answer = await post(listener, body)
        assert answer.after < 1
    else:
        answer = await send(listener, head(signed(body) | {"Transfer-Encoding": "chunked"}), *chunked(body))
    assert (answer.status, answer.body) == (413, b"")
    assert ear.heard == []


async def test_a_large_body_is_refused_by_its_headers_before_any_of_it_came(listener: Web, ear: Ear) -> None:
    assert (await send(listener, head(signed(b""), length=BODY + 1))).status == 413
    stale = signed(b"", time.time() - 1000)
    assert (await send(listener, head(stale, length=1000))).status == 401
    assert ear.heard == []


async def test_a_body_of_the_largest_size_is_heard(listener: Web, ear: Ear) -> None:
    assert (await post(listener, b"x" * BODY)).status == 200
    assert (await post(listener, b"x" * (BODY + 1))).status == 413
    assert len(ear.heard) == 1


async def test_a_body_that_grows_when_unpacked_is_not_unpacked(listener: Web, ear: Ear) -> None:
    headers = signed(BODY_BYTES) | {"Content-Encoding": "gzip"}
    assert (await post(listener, BODY_BYTES, headers)).status == 200
    assert ear.heard[0][1] == BODY_TEXT


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", PATH, 405),
        ("PUT", PATH, 405),
        ("HEAD", PATH, 405),
        ("POST", "/healthz", 405),
        ("POST", "/", 404),
        ("POST", "/slack/events/", 404),
        ("POST", "/slack//events", 404),
        ("POST", "/slack%2Fevents", 404),
        ("POST", "//slack/events", 404),
        ("GET", "/metrics", 404),
        ("GET", "/../healthz", 404),
        ("OPTIONS", "*", 404),
    ],
)
async def test_there_is_nothing_else_to_find(listener: Web, ear: Ear, method: str, path: str, status: int) -> None:
    answer = await send(listener, head(signed(BODY_BYTES), method=method, path=path, length=0))
    assert (answer.status, answer.body) == (status, b"")
    assert ear.heard == []


JUNK = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "a header without a colon": b"POST /slack/events HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n",
    "a NUL in a header": b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-A: a\x00b\r\n\r\n",
    "a header of 100 kB": b"POST /slack/events HTTP/1.1\r\nHost: x\r\nX-A: " + b"a" * 100_000 + b"\r\n\r\n",
    "1,000 headers": b"POST /slack/events HTTP/1.1\r\nHost: x\r\n" + b"X-A: a\r\n" * 1000 + b"\r\n",
    "two lengths": b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "length and chunks": (
        b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "a negative length": b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
}


@pytest.mark.parametrize("case", JUNK)
async def test_junk_is_refused_without_an_echo_or_a_line_in_the_log(
    listener: Web, ear: Ear, caplog: pytest.LogCaptureFixture, case: str
) -> None:
    answer = await send(listener, JUNK[case])
    assert (answer.status, answer.body) == (400, b"")
    assert ear.heard == []
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert (await post(listener, BODY_BYTES)).status == 200


async def test_broken_chunks_are_refused(listener: Web, ear: Ear) -> None:
    answer = await send(listener, head(signed(BODY_BYTES) | {"Transfer-Encoding": "chunked"}), b"zz\r\nnot a size\r\n")
    assert answer.status == 400
    assert ear.heard == []


async def test_signed_bytes_that_are_no_text_are_refused(listener: Web, ear: Ear) -> None:
    assert (await post(listener, b"\xff\xfe")).status == 400
    assert ear.heard == []


async def test_who_sends_headers_drop_by_drop_is_sent_away(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "HEAD_WITHIN", 0.3)
    async with listening(ear) as listener:
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        writer.write(b"POST /slack/events HTTP/1.1\r\nX-A:")
        async with asyncio.timeout(5):
            assert await reader.read() == b""
        writer.close()


async def test_who_sends_a_body_drop_by_drop_is_sent_away(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "BODY_WITHIN", 0.3)
    async with listening(ear) as listener:
        answer = await send(listener, head(signed(BODY_BYTES), length=len(BODY_BYTES)), BODY_BYTES[:5])
        assert (answer.status, answer.body) == (408, b"")
        assert ear.heard == []


async def test_who_hangs_up_in_the_middle_disturbs_nobody(listener: Web, ear: Ear) -> None:
    _, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(head(signed(BODY_BYTES), length=len(BODY_BYTES)) + BODY_BYTES[:5])
    await writer.drain()
    writer.transport.abort()
    assert (await post(listener, BODY_BYTES)).status == 200
    assert len(ear.heard) == 1


async def test_more_connections_than_there_is_room_for_are_closed(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "CONNECTIONS", 3)
    async with listening(ear) as listener:
        opened = [await asyncio.open_connection("127.0.0.1", listener.port) for _ in range(3)]
        reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
        for _, other in (*opened, (reader, writer)):
            other.close()
        await asyncio.gather(*(other.wait_closed() for _, other in opened))
        async with asyncio.timeout(5):
            while (await _try(listener)) != 200:  # the server hears of the closed ones a little later
                pass


async def _try(listener: Web) -> int:
    try:
        return (await post(listener, f"a={time.monotonic()}".encode())).status
    except (ConnectionError, asyncio.IncompleteReadError):
        return 0


async def test_a_fault_of_ours_is_an_empty_500_and_a_line_in_the_log(
    ear: Ear, listener: Web, caplog: pytest.LogCaptureFixture
) -> None:
    ear.answer = ValueError("of our own making")
    answer = await post(listener, BODY_BYTES)
    assert (answer.status, answer.body) == (500, b"")
    assert "of our own making" in caplog.text


async def test_the_log_says_once_what_is_wrong_and_never_a_secret(
    listener: Web, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = [signed(f"text=canary{number}".encode(), secret="1" * 32) for number in range(5)]
    for headers in wrong:
        await post(listener, b"text=canary", headers)
    await post(listener, BODY_BYTES)
    lines = [record.getMessage() for record in caplog.records if record.levelno == logging.WARNING]
    assert len(lines) == 1
    assert "SLACK_SIGNING_SECRET is not this app's" in lines[0]
    for hidden in (SECRET, "canary", *(headers["X-Slack-Signature"][3:] for headers in wrong)):
        assert hidden not in caplog.text
    assert SECRET not in f"{listener!r} {listener._signatures!r}"


async def test_a_taken_port_is_one_sentence(listener: Web, ear: Ear) -> None:
    other = Web("127.0.0.1", listener.port, SECRET, ear.hear)
    with pytest.raises(StartError, match=rf"port {listener.port} .* is taken. Choose another in config.yaml: web: "):
        await other.start()


@pytest.mark.parametrize(
    ("host", "port", "sentence"),
    [("127.0.0.1", 70_000, "70000 is no port"), ("203.0.113.1", 0, r"cannot be awaited on 203\.0\.113\.1")],
)
async def test_a_place_that_cannot_be_had_is_one_sentence(ear: Ear, host: str, port: int, sentence: str) -> None:
    with pytest.raises(StartError, match=sentence):
        await Web(host, port, SECRET, ear.hear).start()


async def test_slack_itself_is_heard_and_who_only_looks_like_it_is_not(ear: Ear, tmp_path: Path) -> None:
    async with SlackServer.start(tmp_path) as slack:
        listener = Web("127.0.0.1", 0, slack.signing_secret, ear.hear)
        await listener.start()
        try:
            await slack.http_target(f"http://127.0.0.1:{listener.port}{PATH}")
            room, ada = await slack.channel("newsroom"), await slack.user("ada")
            assert (await slack.wrong_signature()).status == 401
            assert (await slack.unsigned()).status == 401
            assert (await slack.stale()).status == 401
            assert (await slack.stale(age=-600.0)).status == 401
            assert (await slack.huge()).status == 413
            assert ear.heard == []
            outcome = await slack.command(ada, room, "/impact", "lankov")
            assert outcome.in_time
            assert "command=%2Fimpact" in ear.heard[0][1]
            assert (await slack.replay()).status == 401
            assert (await slack.url_verification()).status == 200
            assert (await slack.ssl_check()).status == 200
            assert len(ear.heard) == 3
        finally:
            await listener.stop()


# The guards one by one: with the guard taken out, what it is there for gets through.


async def test_without_the_signature_check_a_forged_request_would_be_heard(listener: Web, ear: Ear) -> None:
    class Trusting(Signatures):
        def _signed(self, stamp: str, body: bytes) -> str:
            return FORGED["another secret"]()["X-Slack-Signature"]

    forged = FORGED["another secret"]()
    assert (await post(listener, BODY_BYTES, forged)).status == 401
    listener._signatures = Trusting(SECRET)
    assert (await post(listener, BODY_BYTES, forged)).status == 200


async def test_without_the_age_check_an_old_request_would_be_heard(
    listener: Web, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = signed(BODY_BYTES, time.time() - 86400)
    assert (await post(listener, BODY_BYTES, old)).status == 401
    monkeypatch.setattr(signature, "AGE", float("inf"))
    assert (await post(listener, BODY_BYTES, old)).status == 200


async def test_without_its_memory_a_replay_would_be_heard(
    listener: Web, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = signed(BODY_BYTES)
    assert [(await post(listener, BODY_BYTES, headers)).status for _ in range(2)] == [200, 401]
    monkeypatch.setattr(Signatures, "_heard_before", lambda *_: False)
    assert (await post(listener, BODY_BYTES, headers)).status == 200
    assert len(ear.heard) == 2


@pytest.mark.parametrize("ways", ["length", "chunked"])
async def test_without_the_size_check_ten_megabytes_would_be_heard(
    listener: Web, ear: Ear, monkeypatch: pytest.MonkeyPatch, ways: str
) -> None:
    body = b"x" * 10_000_000
    monkeypatch.setattr(web, "BODY", 20_000_000)
    if ways == "length":
        answer = await post(listener, body)
    else:
        answer = await send(listener, head(signed(body) | {"Transfer-Encoding": "chunked"}), *chunked(body))
    assert answer.status == 200
    assert len(ear.heard[0][1]) == 10_000_000


# The memory for replays, without sockets.


def seen(signatures: Signatures, at: float, now: float, body: bytes = BODY_BYTES) -> str | None:
    headers = signed(body, at)
    return signatures.doubt(headers["X-Slack-Request-Timestamp"], headers["X-Slack-Signature"], body, now)


def test_a_replay_is_told_for_as_long_as_its_signature_is_good() -> None:
    signatures, now = Signatures(SECRET), 1_000_000_000.0
    assert seen(signatures, now + AGE, now) is None
    for later in (0.0, 1.0, AGE, REMEMBERED - 1):
        assert seen(signatures, now + AGE, now + later) == "replay"
    assert seen(signatures, now + AGE, now + REMEMBERED + 1) == "stale"


def test_the_memory_is_bounded_and_what_it_forgot_is_not_heard_again() -> None:
    signatures, now = Signatures(SECRET, most=100), 1_000_000_000.0
    for number in range(300):
        assert seen(signatures, now + number // 10, now + number // 10, f"n={number}".encode()) is None
    assert len(signatures._heard) <= 100
    for number in range(300):
        assert seen(signatures, now + number // 10, now + 30, f"n={number}".encode()) in ("replay", "stale")


def test_what_is_too_old_is_forgotten() -> None:
    signatures, now = Signatures(SECRET), 1_000_000_000.0
    for number in range(100):
        seen(signatures, now, now, f"n={number}".encode())
    assert len(signatures._heard) == 100
    later = now + REMEMBERED + 1
    for number in range(60):
        assert seen(signatures, later, later, f"m={number}".encode()) is None
    assert len(signatures._heard) == 60
