"""Tokens, secrets and passwords stand nowhere that anybody can read, whatever a server answers."""

import asyncio
import secrets
from base64 import b64encode
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from tests.product.home import free_port, furnish
from tests.product.running import Product, started, together, told, until
from tests.product.worlds import on_discord, on_slack, world
from tests.servers.discord.control import DiscordServer
from tests.servers.faults import Fault
from tests.servers.slack.control import SlackServer, action_id_of

PAGES = ("/", "/briefings", "/health", "/enter", "/readyz", "/no-such-page")


def canaries() -> dict[str, str]:
    """Secrets that look as real ones do, and are not."""
    number = str(10**17 + secrets.randbelow(10**17))
    application = b64encode(number.encode()).decode().rstrip("=")
    discord = f"{application}.{secrets.token_urlsafe(4)[:6]}.{secrets.token_urlsafe(30)[:38]}"
    return {
        "DISCORD_TOKEN": discord,
        "SLACK_BOT_TOKEN": "xoxb" + f"-{number[:12]}-{number[2:14]}-{secrets.token_hex(12)}",
        "SLACK_APP_TOKEN": "xapp" + f"-1-A{number[:10]}-{number[:13]}-{secrets.token_hex(32)}",
        "SLACK_SIGNING_SECRET": secrets.token_hex(16),
        "DESK_PASSWORD": "canary " + secrets.token_urlsafe(12),
    }


def writings(secret: str) -> Iterator[str]:
    """A secret as it may stand in a text; its last part alone is too much, too."""
    yield from (secret, quote(secret, safe=""), b64encode(secret.encode()).decode())
    yield secret[-12:]


def found(values: Mapping[str, str], text: str) -> list[str]:
    """The names of the secrets that stand in a text."""
    return [name for name, value in values.items() if any(one in text for one in writings(value))]


async def everywhere(product: Product, home: Path) -> str:
    """All that an operator or a reader at the desk can read, and what is kept."""
    pages = [await product.page(path) for path in PAGES]
    answers = [await product.ask(line) for line in ("/status", "/help", "/impact")]
    return "\n".join([product.said, *pages, *answers, *kept(home)])


def kept(home: Path) -> list[str]:
    """Every file in the bot's folder, the database and its journal among them."""
    found = []
    for path in home.rglob("*"):
        with suppress(FileNotFoundError, IsADirectoryError):  # a journal is gone as soon as it is done with
            found.append(path.read_bytes().decode("utf-8", "replace"))
    return found


class Echo:
    """An API that refuses everybody and repeats what it was told: the worst a proxy or a debug page could do."""

    def __init__(self) -> None:
        self.status = 401
        self.asked = 0
        self.port = 0

    async def answer(self, request: web.Request) -> web.Response:
        self.asked += 1
        given = request.headers.get("Authorization", "")
        words = f"refused: {given} {await request.text()}"
        body = {"ok": False, "error": words, "message": words, "code": 0, "detail": dict(request.headers)}
        if self.status == 502:
            return web.Response(status=502, text=f"<h1>{words}</h1>", content_type="text/html", headers={"Via": words})
        return web.json_response(body, status=self.status, headers={"X-Echo": given, "Via": "1.1 echo"})


@asynccontextmanager
async def echo(status: int) -> AsyncIterator[Echo]:
    one = Echo()
    one.status, one.port = status, free_port()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", one.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", one.port).start()
    try:
        yield one
    finally:
        await runner.cleanup()


def environment(one: Echo) -> tuple[dict[str, str], dict[str, str]]:
    """Canaries, and an environment that sends them to the echo."""
    values = canaries()
    base = f"http://127.0.0.1:{one.port}"
    return values, {**values, "DISCORD_API_URL": f"{base}/api/v10", "SLACK_API_URL": f"{base}/api/"}


def test_a_secret_would_be_noticed_in_any_writing() -> None:
    values = canaries()
    for name, value in values.items():
        for written in (value, quote(value, safe=""), b64encode(value.encode()).decode(), f"…{value[-12:]}"):
            assert name in found(values, f"Authorization: {written}"), written


async def test_an_api_that_repeats_the_token_in_its_error_spreads_it_nowhere(tmp_path: Path) -> None:
    await together(*[refused(tmp_path / str(status), status) for status in (401, 500, 502, 200)])


async def refused(path: Path, status: int) -> None:
    async with echo(status) as one:
        values, environ = environment(one)
        home = furnish(path)
        async with started(home, environ) as product:
            await until(lambda: one.asked >= 2)
            await product.shows("/health", "Discord", "Slack")
            await asyncio.sleep(0.5)  # what is logged after the answer
            assert found(values, await everywhere(product, home)) == []
        assert found(values, product.said) == []


async def test_doctor_names_what_is_refused_and_not_what_was_sent(tmp_path: Path) -> None:
    channels = {"newsroom": ("discord:100000000000000001", "TLP:GREEN"), "inside": ("slack:C00000001", "TLP:GREEN")}
    home = furnish(tmp_path / "home", channels)
    await together(*[examined(home, status) for status in (401, 500, 200)])


async def examined(home: Path, status: int) -> None:
    async with echo(status) as one:
        values, environ = environment(one)
        code, said = await told(home, "doctor", environ=environ)
        assert one.asked
    assert found(values, said) == []
    assert "Traceback" not in said, said
    assert code == 1
    assert "Discord" in said
    assert "Slack" in said


async def test_tokens_in_each_others_place_are_told_without_a_part_of_them(tmp_path: Path) -> None:
    values = canaries()
    mixed = {
        "DISCORD_TOKEN": values["SLACK_BOT_TOKEN"],
        "SLACK_BOT_TOKEN": values["SLACK_APP_TOKEN"],
        "SLACK_APP_TOKEN": values["DISCORD_TOKEN"],
        "DESK_PASSWORD": values["DESK_PASSWORD"],
    }
    home = furnish(tmp_path / "home")
    examining = asyncio.create_task(told(furnish(tmp_path / "other"), "doctor", environ=mixed))
    async with started(home, mixed) as product:
        text = await everywhere(product, home)
    for name in ("DISCORD_TOKEN", "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN"):
        assert name in text
    assert found(values, text) == []
    code, said = await examining
    assert code == 1
    assert found(values, said) == []


async def test_a_bot_in_trouble_keeps_its_secrets(tmp_path: Path) -> None:
    """It works, then both APIs fail in every way while people ask, share and report."""
    async with world("discord", tmp_path / "discord") as one, SlackServer.start(tmp_path) as slack:
        server = one.chat.server  # type: ignore[attr-defined]
        assert isinstance(server, DiscordServer)
        environ = {**on_discord(server), **on_slack(slack)}
        room = await slack.channel("newsroom")
        ada = await slack.user("ada")
        async with started(one.home, environ) as product:
            await one.connected()
            await slack.connected(within=60)
            who = await one.chat.person()
            said = await one.chat.ask(who, "/impact lankov")
            for kind in ("reset after", "status after", "garbage"):
                await server.fault(Fault(where="POST /channels/.*", kind=kind, status=503))
                await slack.fault(Fault(where="chat.postMessage", kind=kind))
                await one.chat.press(said, "Share to channel", who)
            await slack.revoke()
            asked = await slack.command(ada, room, "/impact", "lankov")
            for label in ("Share to channel", "Report a problem"):
                await slack.press(asked, action_id_of(asked, label), ada)
            await slack.reset()
            await server.close(4004)
            await product.shows("/health", "DISCORD_TOKEN")
            values = {**environ, "DESK_PASSWORD": product.password}
            for name in ("DISCORD_API_URL", "SLACK_API_URL"):
                del values[name]
            assert found(values, await everywhere(product, one.home)) == []
            assert found(values, answers_of(server, slack)) == []


def answers_of(server: DiscordServer, slack: SlackServer) -> str:
    """All that was ever said to people, as the servers kept it."""
    return "\n".join(str(record) for record in (*server.log("message"), *slack.log("message")))
