"""The way in: one secret, few tries, sessions that end."""

import logging

import aiohttp
import pytest

from bot.platforms.desk.door import Door, Throttle
from bot.platforms.desk.wire import Desk
from tests.desk.conftest import TOKEN, Clock, Visitor, read_csrf
from tests.desk.small import SmallHouse

ROOMS = (
    *("/", "/briefings", "/briefings/snippets?file=harbour.yaml", "/health", "/complete?typed=/", "/live"),
    *("/digests", "/digests/preview?digest=morning", "/digests/why?digest=morning", "/wall"),
    *("/briefings/edit?file=harbour.yaml", "/briefings/text?file=harbour.yaml", "/briefings/new"),
)
TOLD = ("harbour", "Impact", "0.1.0", "Discord", "newsroom", "orning")


@pytest.mark.parametrize("path", [*ROOMS, "/picture?turn=1", "/no-such-page"])
async def test_nothing_is_told_before_the_log_in(stranger: Visitor, path: str) -> None:
    response, text = await stranger.get(path)
    assert response.status == 303
    assert response.headers["Location"].startswith("/enter")
    response, text = await stranger.get(path, Accept="*/*")
    assert response.status == 401
    assert not any(word in text for word in TOLD)


@pytest.mark.parametrize("path", ["/enter", "/static/app.js", "/static/desk.css"])
async def test_what_is_open_tells_nothing_of_the_bot(stranger: Visitor, path: str) -> None:
    response, text = await stranger.get(path)
    assert response.status == 200
    assert not any(word in text for word in ("harbour", "0.1.0", "newsroom", TOKEN))
    assert "Server" not in response.headers


async def test_the_link_lets_in_and_a_wrong_token_does_not(stranger: Visitor) -> None:
    response, _ = await stranger.get("/enter?token=another")
    assert response.status == 403
    response, _ = await stranger.get("/")
    assert response.status == 303
    response, _ = await stranger.get(f"/enter?token={TOKEN}")
    assert response.status == 200
    cookie = response.headers["Set-Cookie"]
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Strict", "Path=/", "Max-Age=43200"))
    assert "Secure" not in cookie
    response, text = await stranger.get("/")
    assert response.status == 200
    assert TOKEN not in text


async def test_the_token_can_be_pasted(stranger: Visitor) -> None:
    _, form = await stranger.get("/enter?to=/health")
    response, text = await stranger.post("/enter?to=/health", {"secret": TOKEN, "csrf": read_csrf(form)})
    assert response.status == 200
    assert 'url=/health"' in text


@pytest.mark.parametrize("to", ["//evil.example", "https://evil.example", "/leave", "javascript:alert(1)"])
async def test_the_log_in_sends_nobody_elsewhere(stranger: Visitor, to: str) -> None:
    _, text = await stranger.get(f"/enter?token={TOKEN}&to={to}")
    assert 'url=/"' in text


async def test_a_log_in_form_of_another_page_is_refused(stranger: Visitor) -> None:
    _, form = await stranger.get("/enter")
    ticket = read_csrf(form)
    for forged in ("", "0" * 64):
        response, _ = await stranger.post("/enter", {"secret": TOKEN, "csrf": forged})
        assert response.status == 403
    async with aiohttp.ClientSession() as http:
        response, _ = await Visitor(stranger.desk, http).post("/enter", {"secret": TOKEN, "csrf": ticket})
        assert response.status == 403
    response, _ = await stranger.post("/enter", {"secret": TOKEN, "csrf": ticket})
    assert response.status == 200


async def test_a_password_is_asked_for_in_a_form(house: SmallHouse, clock: Clock) -> None:
    desk = Desk(house, port=0, password="correct horse", token=TOKEN, tick=clock)
    await desk.start()
    try:
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            visitor = Visitor(desk, http)
            assert desk.link == f"{desk.address}/"
            _, form = await visitor.get(f"/enter?token={TOKEN}")
            assert "Password" in form
            sent = {"csrf": read_csrf(form)}
            response, _ = await visitor.post("/enter", {**sent, "secret": "wrong horse"})
            assert response.status == 403
            response, _ = await visitor.post("/enter", {**sent, "secret": "correct horse"})
            assert response.status == 200
            response, _ = await visitor.get("/")
            assert response.status == 200
    finally:
        await desk.stop()


async def test_guessing_is_slowed_down_and_the_right_token_waits_too(stranger: Visitor, clock: Clock) -> None:
    for _ in range(5):
        response, _ = await stranger.get("/enter?token=guess")
        assert response.status == 403
    for token in ("guess", TOKEN):
        response, text = await stranger.get(f"/enter?token={token}")
        assert (response.status, response.headers["Retry-After"]) == (429, "60")
        assert "Wait 60 seconds" in text
    clock.seconds += 60
    response, _ = await stranger.get(f"/enter?token={TOKEN}")
    assert response.status == 200


async def test_pictures_of_another_page_cannot_use_up_the_tries(stranger: Visitor) -> None:
    for _ in range(10):
        await stranger.get("/enter?token=guess", **{"Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Site": "cross-site"})
    response, _ = await stranger.get(f"/enter?token={TOKEN}", **{"Sec-Fetch-Mode": "navigate"})
    assert response.status == 200
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_guesses_are_counted_per_network_and_over_all() -> None:
    throttle = Throttle(each=2, most=4, window=60)
    throttle.wrong("10.0.0.1", 0)
    throttle.wrong("10.0.0.1", 10)
    assert throttle.wait("10.0.0.1", 20) == 40
    assert throttle.wait("10.0.0.2", 20) == 0
    throttle.wrong("2001:db8::1", 20)
    throttle.wrong("2001:db8::2", 20)
    assert throttle.wait("2001:db8::3", 20) == 60
    assert throttle.wait("10.0.0.9", 20) == 40
    assert throttle.wait("10.0.0.9", 61) == 0


async def test_a_session_ends_after_twelve_hours(visitor: Visitor, clock: Clock) -> None:
    clock.seconds += 12 * 3600 - 1
    response, _ = await visitor.get("/")
    assert response.status == 200
    clock.seconds += 1
    response, _ = await visitor.get("/")
    assert response.status == 303


async def test_logging_out_ends_the_session_for_every_copy_of_its_cookie(visitor: Visitor) -> None:
    cookie = "; ".join(f"{one.key}={one.value}" for one in visitor.http.cookie_jar)
    response, _ = await visitor.post("/leave", {})
    assert response.status == 303
    assert "Max-Age=0" in response.headers["Set-Cookie"]
    async with aiohttp.ClientSession() as http:
        response, _ = await Visitor(visitor.desk, http).get("/", Cookie=cookie)
        assert response.status == 303


def test_sessions_are_not_kept_without_end() -> None:
    door = Door("secret")
    first = door.admit(0)
    assert door.session(first, 1)
    for _ in range(100):
        door.admit(1)
    assert door.session(first, 1) is None


async def test_the_cookie_is_secure_behind_https(house: SmallHouse, clock: Clock) -> None:
    desk = Desk(house, port=0, public_url="https://desk.example/", token=TOKEN, tick=clock)
    await desk.start()
    try:
        assert desk.link == f"https://desk.example/enter?token={TOKEN}"
        async with aiohttp.ClientSession() as http:
            url = f"http://127.0.0.1:{desk.port}/enter?token={TOKEN}"
            async with http.get(url, headers={"Host": "desk.example"}) as response:
                assert "Secure" in response.headers["Set-Cookie"]
            async with http.get(url) as response:
                assert "Secure" not in response.headers["Set-Cookie"]
    finally:
        await desk.stop()


async def test_no_secret_reaches_the_log(house: SmallHouse, clock: Clock, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for password in (None, "correct horse"):
        desk = Desk(house, port=0, token=TOKEN, password=password, tick=clock)
        await desk.start()
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            visitor = Visitor(desk, http)
            _, form = await visitor.get(f"/enter?token={TOKEN}")
            await visitor.get("/enter?token=wrong-token")
            if password:
                await visitor.post("/enter", {"secret": "correct horse", "csrf": read_csrf(form)})
            cookies = [cookie.value for cookie in http.cookie_jar]
        await desk.stop()
        assert "listens on" in caplog.text
        for secret in (TOKEN, "correct horse", "wrong-token", *cookies):
            assert secret not in caplog.text
            assert secret not in repr(desk)
