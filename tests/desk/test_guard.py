"""What the desk refuses: each bad request beside the same request without its fault."""

import asyncio
import logging
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.commands.base import Ask, Reply
from bot.errors import StartError
from bot.platforms.desk.wire import Desk
from tests.desk.conftest import TOKEN, Clock, Visitor
from tests.desk.small import SmallHouse
from tests.desk.small_digests import HELD

QUESTION = {"typed": "/impact", "digest": "morning", "stamp": "stamp-1", "request": "0" * 16}
QUESTION |= {"key": HELD.key, "verdict": "again"}
EDITS = tuple(f"/briefings/{name}" for name in ("check", "difference", "save", "undo", "new"))
FORMS = ("/ask", "/channel", "/reload", "/leave", "/digests/send", "/digests/resolve", *EDITS)
"""Each refuses the question where it is forged, and would take it otherwise."""


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:{port}",
        "127.0.0.1",
        "localhost:1",
        "127.0.0.1.evil.example:{port}",
        "user@localhost",
    ],
)
async def test_a_foreign_host_is_refused(visitor: Visitor, host: str) -> None:
    response, text = await visitor.get("/", Host=host.format(port=visitor.desk.port))
    assert response.status == 421
    assert "does not answer under this name" in text
    assert "harbour" not in text
    response, _ = await visitor.get("/")
    assert response.status == 200


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
async def test_the_names_of_this_machine_are_answered(visitor: Visitor, host: str) -> None:
    cookie = "; ".join(f"{one.key}={one.value}" for one in visitor.http.cookie_jar)
    response, _ = await visitor.get("/", Host=f"{host}:{visitor.desk.port}", Cookie=cookie)
    assert response.status == 200


@pytest.mark.parametrize("hosts", ["", "Host: 127.0.0.1:{port}\r\nHost: 127.0.0.1:{port}\r\n"])
async def test_a_request_names_one_host(desk: Desk, hosts: str) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", desk.port)
    writer.write(f"GET /enter HTTP/1.1\r\n{hosts.format(port=desk.port)}Connection: close\r\n\r\n".encode())
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    assert answer.split()[1] in (b"421", b"400")


@pytest.mark.parametrize(
    "header",
    [
        "Forwarded",
        "Via",
        "X-Forwarded-For",
        "X-Forwarded-Host",
        "X-Forwarded-Anything",
        "X-Real-IP",
        "CF-Connecting-IP",
    ],
)
async def test_what_came_through_a_proxy_is_refused_without_a_password(
    visitor: Visitor, clock: Clock, house: SmallHouse, header: str
) -> None:
    for path in ("/", "/enter", "/readyz", "/healthz"):
        response, _ = await visitor.get(path, **{header: "10.0.0.1"})
        assert response.status == 403
    guarded = Desk(house, port=0, password="correct horse", tick=clock)
    await guarded.start()
    response, _ = await Visitor(guarded, visitor.http).get("/enter", **{header: "10.0.0.1"})
    await guarded.stop()
    assert response.status == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1"},
        {"Origin": "http://localhost:{port}"},
        {"Origin": "https://127.0.0.1:{port}"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "", "Sec-Fetch-Site": "none"},
        {"Content-Type": "text/plain"},
        {"Content-Type": "application/json"},
    ],
)
async def test_a_form_of_another_page_is_refused(visitor: Visitor, house: SmallHouse, headers: dict[str, str]) -> None:
    house.digests.change(HELD)
    sent = {name: value.format(port=visitor.desk.port) for name, value in headers.items()}
    for path in FORMS:
        response, _ = await visitor.post(path, QUESTION, sent)
        assert response.status in (403, 415)
    assert (house.asks, house.reloads, house.digests.sent, house.digests.resolved) == ([], 0, [], [])
    assert house.editing.done == []
    assert "Impact" in await visitor.ask("/impact")


async def test_files_cannot_be_sent(visitor: Visitor, house: SmallHouse) -> None:
    with aiohttp.MultipartWriter("form-data") as form:
        for name, value in (("csrf", visitor.csrf), ("typed", "/impact")):
            form.append(value).set_content_disposition("form-data", name=name)
        headers = {"Origin": visitor.desk.address}
        async with visitor.http.post(f"{visitor.desk.address}/ask", data=form, headers=headers) as response:
            assert (response.status, await response.text()) == (415, "The desk reads forms only.\n")
    assert house.asks == []


async def test_a_browser_that_names_no_origin_may_say_same_origin(visitor: Visitor) -> None:
    response, _ = await visitor.post("/ask", QUESTION, {"Origin": "", "Sec-Fetch-Site": "same-origin"})
    assert response.status == 303


async def test_every_form_needs_the_token_of_its_session(visitor: Visitor, house: SmallHouse) -> None:
    house.digests.change(HELD)
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        other = await Visitor(visitor.desk, http).come_in()
    for path in FORMS:
        for csrf in ("", "wrong", other.csrf):
            response, _ = await visitor.post(path, {**QUESTION, "csrf": csrf})
            assert response.status == 403
    assert (house.asks, house.reloads, house.digests.sent, house.digests.resolved) == ([], 0, [], [])
    assert house.editing.done == []
    response, _ = await visitor.post("/ask", QUESTION)
    assert response.status == 303


async def test_a_body_holds_at_most_64_kilobytes(visitor: Visitor, house: SmallHouse) -> None:
    response, text = await visitor.post("/ask", {"typed": "/impact", "more": "x" * 66_000})
    assert response.status == 413
    assert "64 kB" in text
    response, _ = await visitor.post("/ask", {"typed": "/impact", "more": "x" * 60_000})
    assert response.status == 303
    assert len(house.asks) == 1


async def test_a_body_that_does_not_say_its_length_is_cut_too(visitor: Visitor) -> None:
    async def endless() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b"x" * 1024

    headers = {"Origin": visitor.desk.address, "Content-Type": "application/x-www-form-urlencoded"}
    async with visitor.http.post(f"{visitor.desk.address}/ask", data=endless(), headers=headers) as response:
        assert response.status == 413


@pytest.mark.parametrize(
    ("method", "path", "status", "words"),
    [
        ("GET", "/nothing", 404, "There is nothing here."),
        ("GET", "/static/../wire.py", 404, "There is nothing here."),
        ("GET", "/static/%2e%2e%2fwire.py", 404, "There is nothing here."),
        ("GET", "/ask", 405, "That cannot be done here."),
        ("GET", "/digests/send", 405, "That cannot be done here."),
        ("GET", "/briefings/snippets?file=../config.yaml", 404, "There is nothing here."),
    ],
)
async def test_what_is_not_there_is_said_in_our_own_words(
    visitor: Visitor, method: str, path: str, status: int, words: str
) -> None:
    response, text = await visitor.get(path)
    assert (response.status, response.method) == (status, method)
    assert words in text


STRICT = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/briefings",
        "/digests",
        "/wall",
        "/health",
        "/enter",
        "/readyz",
        "/healthz",
        "/nothing",
        "/ask",
        "/complete",
    ],
)
async def test_every_answer_carries_the_strict_headers(visitor: Visitor, path: str) -> None:
    response, _ = await visitor.get(path)
    assert {name: response.headers[name] for name in STRICT} == STRICT
    assert response.headers["Cache-Control"] == "no-store"
    assert "Server" not in response.headers


@pytest.mark.parametrize("name", ["app.js", "desk.css"])
async def test_the_files_of_the_pages_are_asked_for_again_and_sent_once(visitor: Visitor, name: str) -> None:
    response, _ = await visitor.get(f"/static/{name}")
    assert {key: response.headers[key] for key in STRICT} == STRICT
    assert response.headers["Cache-Control"] == "no-cache"
    response, body = await visitor.get(f"/static/{name}", **{"If-None-Match": response.headers["ETag"]})
    assert (response.status, body) == (304, "")


class BrokenHouse(SmallHouse):
    """A bot with a fault in it."""

    async def answer(self, ask: Ask) -> Reply:
        raise ZeroDivisionError("the secret of the fault")


async def test_a_fault_of_ours_tells_nothing_and_carries_the_headers_too(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.CRITICAL, "aiohttp.server")
    desk = Desk(BrokenHouse(), port=0, token=TOKEN, tick=clock)
    await desk.start()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        visitor = await Visitor(desk, http).come_in()
        response, text = await visitor.post("/ask", QUESTION)
    await desk.stop()
    assert response.status == 500
    assert {name: response.headers[name] for name in STRICT} == STRICT
    assert "fault" not in text


async def test_probes_get_one_word(stranger: Visitor, house: SmallHouse) -> None:
    response, text = await stranger.get("/readyz", Host="10.1.2.3:8787")
    assert (response.status, text) == (200, "ready\n")
    house.trouble("Discord", "no answer for 30 s")
    response, text = await stranger.get("/readyz")
    assert (response.status, text) == (503, "trouble\n")
    response, text = await stranger.get("/healthz", Host="10.1.2.3:8787")
    assert (response.status, text) == (200, "ok\n"), "it is alive, whatever does not work"
    house.stop("The shelf stands still")
    response, text = await stranger.get("/healthz")
    assert (response.status, text) == (503, "stopped\n")


async def test_a_taken_port_is_said_in_one_sentence(desk: Desk, house: SmallHouse) -> None:
    with pytest.raises(StartError, match=f"port {desk.port} on 127.0.0.1 is taken.*desk: {{port: {desk.port + 1}}}"):
        await Desk(house, port=desk.port).start()


@pytest.mark.parametrize(
    ("host", "port", "words"),
    [
        ("127.0.0.1", 70000, "70000 is no port"),
        ("192.0.2.1", 8787, "cannot listen on 192.0.2.1"),
        ("no host at all", 8787, "cannot listen on no host at all"),
    ],
)
async def test_an_address_that_cannot_be_had_is_said(house: SmallHouse, host: str, port: int, words: str) -> None:
    with pytest.raises(StartError, match=words):
        await Desk(house, host, port).start()


@pytest.mark.parametrize(
    "url", ["desk.example", "ftp://desk.example", "https://desk.example/desk", "https://[", "https://"]
)
def test_a_public_address_that_is_none_is_said(house: SmallHouse, url: str) -> None:
    with pytest.raises(StartError, match="public address"):
        Desk(house, public_url=url)


async def test_the_desk_runs_until_it_is_cancelled(house: SmallHouse) -> None:
    desk = Desk(house, port=0, token=TOKEN)
    running = asyncio.create_task(desk.run())
    for _ in range(500):
        if desk.port:
            break
        await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", desk.port)
