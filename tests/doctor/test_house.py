"""What doctor says of the configuration, the environment, the database, the desk and the way out."""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from aiohttp import client_reqrep
from aiohttp.client_exceptions import ClientConnectorCertificateError, ClientConnectorDNSError

from bot.doctor import Finding, as_text, is_wrong
from bot.platforms.reach import Reached, clock_finding, reach, unreached
from tests.doctor.conftest import House, in_discord, said

BOT = "xoxb-" + "test-c4nary-1"
APP = "xapp-" + "test-c4nary-1"
SIGNING = "c4" * 16
TOKEN = "c4nary-of-a-token"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def test_a_house_without_chats_is_well_and_says_they_are_off(house: House) -> None:
    found = await house.found()
    assert [one for one in found if one.level != "ok"] == []
    assert {"Off: DISCORD_TOKEN is not set.", "Off: SLACK_BOT_TOKEN is not set."} <= set(said(found))
    assert as_text(found).endswith("Nothing is wrong, 0 warnings.")
    assert not list(house.path.parent.glob("state.db*"))


async def test_errors_in_the_configuration_are_told_at_their_line_and_the_rest_is_looked_at(house: House) -> None:
    house.write("admins: {chanel: desk}\n")
    house.environ["DISCORD_TOKEN"] = BOT
    wrong = await house.wrong()
    assert wrong[0] == Finding(
        "wrong", "config.yaml", 'config.yaml:2:10: unknown key "chanel"', 'did you mean "channel"?'
    )
    assert [one.said.split(".")[0] for one in wrong[1:]] == ["DISCORD_TOKEN holds a Slack bot token"]


async def test_a_configuration_that_is_not_there_is_told(house: House) -> None:
    house.path.unlink()
    [finding] = await house.wrong()
    assert finding.where == "config.yaml"


async def test_a_missing_folder_of_briefings_is_told(house: House) -> None:
    (house.path.parent / "briefings").rmdir()
    [finding] = await house.wrong()
    assert finding.said == "The briefings folder briefings is not there."


async def test_without_an_admin_channel_nobody_hears_of_problems(house: House) -> None:
    house.write("")
    [finding] = await house.not_ok()
    assert (finding.level, finding.mend) == ("warning", "Name one of the channels: admins: {channel: NAME}.")


async def test_channels_of_a_platform_that_is_off_are_told(house: House) -> None:
    house.write(in_discord({"news": "1" * 18, "other": "2" * 18}))
    [finding] = await house.not_ok()
    assert (finding.level, finding.said) == ("wrong", "Nothing is said in news, other: DISCORD_TOKEN is not set.")
    house.write("admins: {channel: desk}\nchannels: {desk: {at: 'desk:d'}, news: {at: 'slack:C0000001'}}\n")
    [finding] = await house.not_ok()
    assert (finding.level, finding.said) == ("warning", "Nothing is said in news: SLACK_BOT_TOKEN is not set.")


@pytest.mark.parametrize(
    ("desk", "password", "levels"),
    [
        ("{host: 0.0.0.0}", "", ["warning"]),
        ("{host: '::'}", "", ["warning"]),
        ("{host: 0.0.0.0, on: false}", "", []),
        ("{host: 0.0.0.0}", "c4nary-password", []),
        ("{host: '::1'}", "", []),
        ("{url: 'https://desk.example'}", "", ["wrong"]),
    ],
)
async def test_a_desk_that_others_reach_needs_a_password(
    house: House, desk: str, password: str, levels: list[str]
) -> None:
    house.write(f"admins: {{channel: desk}}\nchannels: {{desk: {{at: 'desk:newsroom'}}}}\ndesk: {desk}\n")
    house.environ["DESK_PASSWORD"] = password
    found = await house.not_ok()
    assert [one.level for one in found] == levels
    assert all("DESK_PASSWORD" in (one.mend or "") for one in found)


async def test_http_mode_needs_an_address_and_the_signing_secret(house: House) -> None:
    house.write("admins: {channel: desk}\nchannels: {desk: {at: 'desk:d'}}\nslack: {mode: http}\n")
    house.environ["SLACK_BOT_TOKEN"] = BOT
    told = said(await house.wrong())
    assert told[0] == "Slack's HTTP mode needs an https address that Slack can reach."
    assert told[1].startswith("SLACK_SIGNING_SECRET is not set. HTTP mode needs it.")


async def test_a_database_that_cannot_be_used_is_told(house: House) -> None:
    (house.path.parent / "state.db").write_text("no database, but c4nary text " * 100)
    [finding] = await house.wrong()
    assert finding.where == "database"
    assert "it is not a database" in finding.said
    house.environ["DATABASE_URL"] = "mysql://bot:c4nary-password@db.example/bot"
    [finding] = await house.wrong()
    assert finding.where == "database"
    assert finding.mend == "Set DATABASE_URL, or leave it out."


async def test_a_database_that_is_there_is_opened(house: House) -> None:
    from bot.store.memory import open_store

    async with await open_store("sqlite:///state.db", house.path.parent):
        pass
    found = await house.found()
    assert not is_wrong(found)
    assert [one.said for one in found if one.where == "database"] == [
        f"{house.path.parent / 'state.db'} can be read and written."
    ]


def test_what_is_printed_has_its_level_its_mend_and_a_count() -> None:
    found = [
        Finding("ok", "Discord", "All is well."),
        Finding("warning", "clock", "It is slow."),
        Finding("wrong", "Slack", "A name with \x1b[31m in it.", "Mend it."),
    ]
    assert as_text(found).split("\n") == [
        "ok:      Discord: All is well.",
        "warning: clock: It is slow.",
        "wrong:   Slack: A name with \N{REPLACEMENT CHARACTER}[31m in it.",
        "         = Mend it.",
        "1 thing is wrong, 1 warning.",
    ]


# The way out.


@asynccontextmanager
async def answering(said_back: bytes | None) -> AsyncIterator[int]:
    """A server that says this to whoever connects, or nothing at all; its port."""

    talks: list[asyncio.Task[None]] = []

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        if said_back is not None:
            writer.write(said_back)
            await writer.drain()
        else:
            await reader.read()
        writer.close()
        await writer.wait_closed()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(asyncio.create_task(talk(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
        await asyncio.gather(*talks, return_exceptions=True)  # the other side may have gone before


@pytest.mark.parametrize("name", ["Discord", "Slack"])
async def test_an_api_that_refuses_connections_is_told(house: House, name: str) -> None:
    port = free_port()
    house.environ |= {
        "Discord": {"DISCORD_TOKEN": TOKEN, "DISCORD_API_URL": f"http://127.0.0.1:{port}/api/v10"},
        "Slack": {"SLACK_BOT_TOKEN": BOT, "SLACK_APP_TOKEN": APP, "SLACK_API_URL": f"http://127.0.0.1:{port}/api/"},
    }[name]
    [finding] = await house.wrong()
    assert (finding.where, finding.said) == (name, f"127.0.0.1 refuses connections on port {port}.")


async def test_an_api_that_speaks_no_tls_is_told() -> None:
    async with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        finding = await reach("Discord", f"https://127.0.0.1:{port}/gateway")
    assert isinstance(finding, Finding)
    assert finding.said == "127.0.0.1 does not speak TLS."


async def test_an_api_that_does_not_answer_is_told() -> None:
    async with answering(None) as port:
        finding = await reach("Discord", f"http://127.0.0.1:{port}/gateway", patience=0.2)
    assert isinstance(finding, Finding)
    assert finding.said == "127.0.0.1 did not answer within 0 seconds."


async def test_an_api_that_breaks_off_is_told() -> None:
    async with answering(b"") as port:
        finding = await reach("Discord", f"http://127.0.0.1:{port}/gateway")
    assert isinstance(finding, Finding)
    assert finding.said == "127.0.0.1 broke off the connection."


@pytest.mark.parametrize(
    ("proxy", "sentence"),
    [
        ("http://127.0.0.1:{}", "The proxy on the way to api.example does not answer."),
        ("127.0.0.1:{}", "The address of the proxy on the way to api.example is none."),
        ("nonsense", "The address of the proxy on the way to api.example is none."),
    ],
)
async def test_a_proxy_that_does_not_work_is_told(proxy: str, sentence: str) -> None:
    finding = await reach("Slack", "https://api.example/api.test", proxy.format(free_port()))
    assert isinstance(finding, Finding)
    assert (finding.level, finding.said) == ("wrong", sentence)
    assert "HTTPS_PROXY" in (finding.mend or "")


async def test_a_proxy_that_refuses_is_told() -> None:
    async with answering(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n") as port:
        finding = await reach("Slack", "https://api.example/api.test", f"http://127.0.0.1:{port}")
    assert isinstance(finding, Finding)
    assert finding.said == "The proxy refuses to lead to api.example (status 403)."


def test_a_name_without_an_address_and_a_strange_certificate_are_told() -> None:
    key = client_reqrep.ConnectionKey("api.example", 443, True, True, None, None, None)
    dns = ClientConnectorDNSError(key, OSError("Name or service not known"))
    strange = ClientConnectorCertificateError(key, ssl.SSLCertVerificationError("self-signed"))
    assert unreached(dns, "https://api.example/", None)[0].startswith("api.example cannot be found")
    told, mend = unreached(strange, "https://api.example/", None)
    assert told == "api.example shows a certificate that this machine does not trust."
    assert "SSL_CERT_FILE" in mend


@pytest.mark.parametrize(
    ("apart", "signed", "level"),
    [
        (0, True, None),
        (55, True, None),
        (-55, True, None),
        (70, False, "warning"),
        (-70, True, "warning"),
        (400, False, "warning"),
        (400, True, "wrong"),
        (-400, True, "wrong"),
    ],
)
async def test_the_clocks_are_compared(apart: int, signed: bool, level: str | None) -> None:
    there = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    body = b"{}"
    head = f"HTTP/1.1 200 OK\r\nDate: {format_datetime(there, usegmt=True)}\r\nContent-Length: {len(body)}\r\n\r\n"
    async with answering(head.encode() + body) as port:
        reached = await reach("Slack", f"http://127.0.0.1:{port}/", now=lambda: there + timedelta(seconds=apart))
    assert isinstance(reached, Reached)
    finding = clock_finding("Slack", reached.ahead, signed=signed)
    assert (finding.level if finding else None) == level


@pytest.mark.parametrize("date", ["", "Date: yesterday\r\n"])
async def test_a_server_without_a_clock_says_nothing_about_ours(date: str) -> None:
    async with answering(f"HTTP/1.1 200 OK\r\n{date}Content-Length: 2\r\n\r\n{{}}".encode()) as port:
        assert await reach("Slack", f"http://127.0.0.1:{port}/") == Reached(None)
    assert clock_finding("Slack", None, signed=True) is None


async def test_no_secret_is_in_the_log_either(house: House, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    port = free_port()
    house.environ |= {
        "DISCORD_TOKEN": TOKEN,
        "DISCORD_API_URL": f"http://127.0.0.1:{port}/api/v10",
        "SLACK_BOT_TOKEN": BOT,
        "SLACK_APP_TOKEN": APP,
        "SLACK_API_URL": f"http://127.0.0.1:{port}/api/",
        "SLACK_SIGNING_SECRET": SIGNING,
        "DESK_PASSWORD": "c4nary-password",
    }
    await house.found()
    assert "c4nary" not in caplog.text
    assert SIGNING not in caplog.text
