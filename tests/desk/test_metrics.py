"""A monitor brings the secret along each time; nobody else reads the metrics, and nobody guesses their way in."""

from collections.abc import AsyncIterator

import aiohttp
import pytest_asyncio

from bot.platforms.desk.door import Throttle
from bot.platforms.desk.wire import Desk
from tests.desk.conftest import TOKEN, Clock, Visitor
from tests.desk.small import SmallHouse

RIGHT = {"Authorization": f"Bearer {TOKEN}"}
WRONG = {"Authorization": "Bearer guess"}


async def measure() -> bytes:
    return b"briefing_bot_ready 1.0\n"


@pytest_asyncio.fixture(loop_scope="session")
async def stranger(house: SmallHouse, clock: Clock) -> AsyncIterator[Visitor]:
    """Somebody without a cookie at a desk that has metrics."""
    desk = Desk(house, port=0, token=TOKEN, measure=measure, tick=clock)
    await desk.start()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
        yield Visitor(desk, http)
    await desk.stop()


async def test_a_monitor_reads_them_under_any_name(stranger: Visitor) -> None:
    response, text = await stranger.get("/metrics", **RIGHT, Host="10.1.2.3:8787")
    assert (response.status, text) == (200, "briefing_bot_ready 1.0\n")
    assert response.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert response.headers["Cache-Control"] == "no-store"


async def test_nobody_reads_them_without_the_secret_also_who_is_logged_in(stranger: Visitor) -> None:
    for header in ({}, {"Authorization": "Bearer "}, {"Authorization": TOKEN}, {"Authorization": f"Basic {TOKEN}"}):
        response, text = await stranger.get("/metrics", **header)
        assert (response.status, response.headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "briefing_bot" not in text
    await stranger.come_in()
    assert (await stranger.get("/health"))[0].status == 200
    for path in ("/metrics", f"/metrics?token={TOKEN}"):
        assert (await stranger.get(path))[0].status == 401
    assert (await stranger.post("/metrics", {}, RIGHT))[0].status in (403, 405)
    assert (await stranger.get("/metrics", **RIGHT, Forwarded="for=10.0.0.1"))[0].status == 403


async def test_guessing_there_is_slowed_down_as_at_log_in(stranger: Visitor, clock: Clock) -> None:
    for _ in range(5):
        assert (await stranger.get("/metrics", **WRONG))[0].status == 401
    for header in (WRONG, RIGHT):
        response, _ = await stranger.get("/metrics", **header)
        assert (response.status, response.headers["Retry-After"]) == (429, "60")
    clock.seconds += 60
    assert (await stranger.get("/metrics", **RIGHT))[0].status == 200


async def test_a_monitor_with_an_old_secret_locks_nobody_out_at_the_door(stranger: Visitor) -> None:
    for _ in range(40):
        await stranger.get("/metrics", **WRONG)
    assert (await stranger.get(f"/enter?token={TOKEN}"))[0].status == 200


async def test_who_mistypes_at_the_door_does_not_stop_the_monitor(stranger: Visitor) -> None:
    for _ in range(40):
        await stranger.get("/enter?token=guess")
    assert (await stranger.get("/enter?token=guess"))[0].status == 429
    assert (await stranger.get("/metrics", **RIGHT))[0].status == 200


async def test_without_the_throttle_there_is_no_end_to_guessing(stranger: Visitor) -> None:
    stranger.desk._probes._throttle = Throttle(each=10**6, most=10**6)
    for _ in range(20):
        assert (await stranger.get("/metrics", **WRONG))[0].status == 401
    assert (await stranger.get("/metrics", **RIGHT))[0].status == 200


async def test_who_asks_without_a_secret_uses_up_no_tries(stranger: Visitor) -> None:
    for _ in range(10):
        assert (await stranger.get("/metrics"))[0].status == 401
    assert (await stranger.get("/metrics", **RIGHT))[0].status == 200
