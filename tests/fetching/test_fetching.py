"""Fetching from addresses that an editor wrote: every way in which such a page could reach for more than it may."""

import asyncio
import gzip
import itertools
import tracemalloc
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from bot import __version__
from bot.errors import NoHost, NotFetched, Refused
from bot.fetching import MOST, REDIRECTS, fetch, look, look_up
from tests.fetching.internet import PUBLIC, PUBLIC_6, Internet, certificate, internet, moved, page

PRIVATE = "leads to an address inside this network, so it is not fetched"
NEWS = "http://news.example/2026/11/mud"


def plain(head: str) -> bytes:
    return page(b"<p>Mud.</p>")


def answered(whole: bytes, head: str) -> bytes:
    return whole


async def refused(here: Internet, address: str) -> str:
    """Why it was not fetched, for `fetch` and `look` alike; nothing was asked of any server of this network."""
    said = set()
    for how in (fetch, look):
        with pytest.raises(Refused) as told:
            await how(address, here.wire(within=3))
        said.add(str(told.value))
    assert all(called.startswith((PUBLIC, f"[{PUBLIC_6}", PUBLIC_6)) for called in here.called)
    (only,) = said
    return only


async def test_a_page_comes_with_its_kind_and_where_it_was_found() -> None:
    async with internet(plain) as here:
        found = await fetch(f" {NEWS}?a=1#p4\n", here.wire())
        assert (found.status, found.kind, found.body) == (200, "text/html", b"<p>Mud.</p>")
        assert found.url.startswith(f"{NEWS}?a=1")
        assert here.called == [f"{PUBLIC}:80"]
        assert await look(NEWS, here.wire()) == 200


async def test_what_is_sent_names_the_bot_and_nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine news.example login me password secret")
    (tmp_path / "netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1/")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")

    def hops(head: str) -> bytes:
        return (
            moved("/second", 302).replace(b"\r\n\r\n", b"\r\nSet-Cookie: a=b; Path=/\r\n\r\n")
            if "mud" in head
            else plain("")
        )

    async with internet(hops) as here:
        await fetch(NEWS, here.wire())
    first, second = here.heads
    assert sorted(first.strip().splitlines()) == [
        "Accept-Encoding: gzip",
        "Accept: text/html, text/plain, */*;q=0.5",
        "Connection: close",
        "GET /2026/11/mud HTTP/1.1",
        "Host: news.example",
        f"User-Agent: briefing-bot/{__version__}",
    ]
    assert "Cookie" not in second


async def test_over_https_the_host_is_named_and_its_certificate_looked_at(tmp_path: Path) -> None:
    names = {"news.example": [[PUBLIC]], "other.example": [[PUBLIC]]}
    async with internet(plain, names, certificate(tmp_path, "news.example")) as here:
        assert (await fetch("https://news.example/", here.wire())).status == 200
        assert "Host: news.example" in here.heads[0]
        with pytest.raises(NotFetched, match=r"^other\.example has no certificate that can be trusted$"):
            await fetch("https://other.example/", here.wire())
        here.trust = None
        with pytest.raises(NotFetched, match="no certificate that can be trusted"):
            await fetch("https://news.example/", here.wire())


async def test_a_redirect_is_followed_and_each_of_its_hosts_looked_at() -> None:
    def onward(head: str) -> bytes:
        return plain("") if "Host: other" in head else moved("//other.example/new", 308)

    names = {"news.example": [[PUBLIC]], "other.example": [[PUBLIC, PUBLIC_6]]}
    async with internet(onward, names) as here:
        assert (await fetch(NEWS, here.wire())).url == "http://other.example/new"
        assert here.asked == ["news.example", "other.example"]


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://inside.example/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://0x7f.1/",
        "http://2130706433/",
        "http://127.1/",
        "http://0177.0.0.1/",
        "http://１２７.0.0.1/",
        "http://127。0。0。1/",
        "http://0/",
    ],
)
async def test_nobody_leads_us_into_this_network(to: str) -> None:
    names = {"news.example": [[PUBLIC]], "inside.example": [["10.0.0.7"]], "localhost": [["127.0.0.1"]]}
    async with internet(lambda head: moved(to), names) as here:
        assert PRIVATE in await refused(here, to)
        assert here.called == []
        assert PRIVATE in await refused(here, NEWS)
        assert {head.split()[1] for head in here.heads} == {"/2026/11/mud"}


async def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    async with internet(plain, {"news.example": [[PUBLIC, "192.168.1.1"]]}) as here:
        assert await refused(here, NEWS) == f"news.example {PRIVATE}"
        assert here.called == []


async def test_who_answers_otherwise_a_second_time_is_not_asked_a_second_time() -> None:
    async with internet(plain, {"news.example": [[PUBLIC], ["127.0.0.1"]]}) as here:
        assert (await fetch(NEWS, here.wire())).status == 200
        assert (here.asked, here.called) == (["news.example"], [f"{PUBLIC}:80"])


async def test_a_host_that_leads_back_to_itself_is_looked_at_anew() -> None:
    async with internet(lambda head: moved(NEWS), {"news.example": [[PUBLIC], ["127.0.0.1"]]}) as here:
        with pytest.raises(Refused, match=PRIVATE):
            await fetch(NEWS, here.wire())
        assert here.called == [f"{PUBLIC}:80"]


async def test_redirects_without_end_are_given_up() -> None:
    count = itertools.count()
    async with internet(lambda head: moved(f"/{next(count)}")) as here:
        assert await refused(here, NEWS) == "news.example leads on more than 5 times, so it is not fetched"
        assert len(here.heads) == 2 * (REDIRECTS + 1)


async def test_nobody_leads_from_https_to_http(tmp_path: Path) -> None:
    made = certificate(tmp_path, "news.example")
    async with internet(lambda head: moved("http://news.example/"), certificate=made) as here:
        said = await refused(here, "https://news.example/")
        assert said == "news.example leads from https to http, so it is not followed"


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("http://news.example:22/", "news.example is asked for on port 22; only 80 and 443 are fetched from"),
        ("http://news.example:0/", "news.example is asked for on port 0; only 80 and 443 are fetched from"),
        ("https://news.example:8443/", "news.example is asked for on port 8443; only 80 and 443 are fetched from"),
        ("http://me@news.example/", "The address at news.example names a user, so it is not fetched"),
        ("http://me:secret@news.example/", "The address at news.example names a user, so it is not fetched"),
        ("ftp://news.example/", "Only addresses that begin with http:// or https:// are fetched"),
        ("file:///etc/passwd", "Only addresses that begin with http:// or https:// are fetched"),
        ("gopher://127.0.0.1/", "Only addresses that begin with http:// or https:// are fetched"),
        ("//news.example/", "Only addresses that begin with http:// or https:// are fetched"),
        ("http:///mud", "Only addresses that begin with http:// or https:// are fetched"),
    ],
)
async def test_other_ports_users_and_schemes_are_refused_here_and_in_redirects(address: str, why: str) -> None:
    async with internet(lambda head: moved(address)) as here:
        if not address.startswith(("//", "http:///")):  # of which a redirect lacks nothing: it has a host already
            assert await refused(here, NEWS) == why
        assert await refused(here, address) == why


@pytest.mark.parametrize(
    "address",
    [
        "http://news.example:99999/",
        "http://news.example\\@127.0.0.1/",
        "http://[::1/",
        "http://xn--/",
        "http://xn--a/x",
        "http://a.xn--/",
        "http://XN--.example:8080/",
    ],
)
async def test_what_is_no_address_is_said_to_be_none(address: str) -> None:
    async with internet(lambda head: moved(address)) as here:
        assert await refused(here, address) == "This is not a web address"
        assert await refused(here, NEWS) == "news.example leads on to what is no web address"


async def test_a_host_in_any_script_is_asked_for_in_the_internets() -> None:
    async with internet(plain, {"xn--bcher-kva.example": [[PUBLIC], ["10.0.0.1"]]}) as here:
        assert (await fetch("http://bücher.example/", here.wire())).status == 200
        assert "Host: xn--bcher-kva.example" in here.heads[0]
        assert await refused(here, "http://BÜCHER.example/") == f"bücher.example {PRIVATE}"


async def test_a_host_that_nobody_knows_is_told_from_one_that_does_not_answer() -> None:
    async with internet(plain, {"gone.example": [[]], "news.example": [[PUBLIC]]}) as here:
        with pytest.raises(NoHost, match=r"^There is no gone\.example$"):
            await fetch("http://gone.example/", here.wire())
        here.ports = {80: 1}
        with pytest.raises(NotFetched, match=r"^news\.example cannot be reached$") as told:
            await look(NEWS, here.wire())
        assert not isinstance(told.value, NoHost)


async def test_this_machine_knows_itself_and_no_invented_name() -> None:
    assert set(await look_up("localhost", 80)) & {"127.0.0.1", "::1"}
    with pytest.raises((NoHost, NotFetched)):
        await fetch("http://briefing-bot.invalid/")
    with pytest.raises(Refused, match=f"localhost {PRIVATE}"):
        await fetch("http://localhost/")


async def test_a_page_that_is_too_large_is_given_up_while_it_comes() -> None:
    sent = []

    def endless() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
        for number in range(100):
            sent.append(number)
            yield b"x" * (MOST // 2)

    async with internet(lambda head: endless()) as here:
        with pytest.raises(Refused, match=r"^news\.example sends more than 1 MB, which is not read$"):
            await fetch(NEWS, here.wire())
        await asyncio.sleep(0.3)
        assert len(sent) < 10
        assert await look(NEWS, here.wire()) == 200


async def test_a_page_of_the_very_size_is_read() -> None:
    for body, fits in ((b"x" * MOST, True), (b"x" * (MOST + 1), False)):
        for answer in (page(body), page(gzip.compress(body), "Content-Encoding: gzip")):
            async with internet(partial(answered, answer)) as here:
                if fits:
                    assert len((await fetch(NEWS, here.wire())).body) == MOST
                else:
                    with pytest.raises(Refused, match="more than 1 MB"):
                        await fetch(NEWS, here.wire())


@pytest.mark.parametrize("wbits", [31, 15], ids=["gzip", "deflate"])
async def test_a_small_packet_that_holds_a_gigabyte_is_not_unpacked(wbits: int) -> None:
    packer = zlib.compressobj(9, wbits=wbits)
    bomb = b"".join([*(packer.compress(bytes(2**20)) for _ in range(200)), packer.flush()])
    assert len(bomb) < MOST
    coding = "gzip" if wbits == 31 else "deflate"
    async with internet(lambda head: page(bomb, f"Content-Encoding: {coding}")) as here:
        tracemalloc.start()
        try:
            with pytest.raises(Refused, match="more than 1 MB"):
                await fetch(NEWS, here.wire())
            assert tracemalloc.get_traced_memory()[1] < 8 * MOST
        finally:
            tracemalloc.stop()


async def test_packed_pages_are_unpacked_and_others_are_said_to_be_none() -> None:
    async with internet(lambda head: page(gzip.compress(b"Mud."), "Content-Encoding: GZIP")) as here:
        assert (await fetch(NEWS, here.wire())).body == b"Mud."
    async with internet(lambda head: page(b"Mud.", "Content-Encoding: gzip")) as here:
        with pytest.raises(NotFetched, match=r"^news\.example sends what is no web page$"):
            await fetch(NEWS, here.wire())
    async with internet(lambda head: page(b"Mud.", "Content-Encoding: br")) as here:
        with pytest.raises(NotFetched, match="packed in an unknown way"):
            await fetch(NEWS, here.wire())
    async with internet(lambda head: b"SSH-2.0-OpenSSH_9.2\r\n") as here:
        with pytest.raises(NotFetched, match="sends what is no web page"):
            await fetch(NEWS, here.wire())


async def test_a_page_that_drips_is_given_up_in_time() -> None:
    drip = [b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", *[b"x"] * 1000]
    async with internet(lambda head: drip) as here:
        began = asyncio.get_running_loop().time()
        with pytest.raises(NotFetched, match=r"^news\.example took longer than 0\.5 seconds$"):
            await fetch(NEWS, here.wire(within=0.5))
        assert asyncio.get_running_loop().time() - began < 2


async def test_redirects_that_drip_share_one_time() -> None:
    count = itertools.count()

    def slowly(head: str) -> list[bytes]:
        return [b"HTTP/1.1 302 Found\r\n", b"", b"", b"", f"Location: /{next(count)}\r\n\r\n".encode()]

    async with internet(slowly) as here:
        with pytest.raises(NotFetched, match="took longer than"):
            await fetch(NEWS, here.wire(within=0.7))


async def test_names_that_take_for_ever_are_given_up_too() -> None:
    async with internet(plain) as here:
        wire = here.wire(within=0.2)

        async def never(host: str, port: int) -> list[str]:
            await asyncio.sleep(60)
            return [PUBLIC]

        with pytest.raises(NotFetched, match="took longer than"):
            await fetch(NEWS, type(wire)(never, wire.socket, True, 0.2))
