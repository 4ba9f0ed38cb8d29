"""Fetching a page whose address an editor wrote: from the open internet alone, and never much of it.

Each name is looked up once, all its addresses are looked at, and only these are called: nobody can answer with a
public address for the look and with one of this network for the call.
"""

import asyncio
import socket
import ssl
import zlib
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, Literal

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from bot import __version__
from bot.addresses import is_public
from bot.errors import NoHost, NotFetched, Refused

PORTS = (80, 443)
REDIRECTS = 5
MOST = 1024 * 1024
"""Bytes of a page at most, packed and unpacked."""

WITHIN = 10.0
"""Seconds that all of it may take, redirects and names included."""

AGENT = f"briefing-bot/{__version__}"
_HEADERS = {"User-Agent": AGENT, "Accept": "text/html, text/plain, */*;q=0.5", "Accept-Encoding": "gzip"}
_MOVED = (301, 302, 303, 307, 308)
_NO_SUCH_NAME = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}

LookUp = Callable[[str, int], Awaitable[Sequence[str]]]
Socket = Callable[[Any], socket.socket]


@dataclass(frozen=True, slots=True)
class Page:
    """What an address answered, after all redirects; `url` is where it was found, `body` is unpacked.

    `charset` is how the answer says that its letters are written.
    """

    url: str
    status: int
    kind: str
    body: bytes
    charset: str | None = None


async def look_up(host: str, port: int) -> Sequence[str]:
    """The addresses of a host, as this machine knows them; raises socket.gaierror."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


def _socket(info: Any) -> socket.socket:
    family, kind, protocol, *_ = info
    return socket.socket(family, kind, protocol)


@dataclass(frozen=True, slots=True)
class Wire:
    """How names become addresses, addresses connections, and whose certificates count.

    Tests pass one that ends at their own servers; all that is looked at is looked at as well there.
    """

    look_up: LookUp = look_up
    socket: Socket = _socket
    trust: ssl.SSLContext | Literal[True] = True
    within: float = WITHIN


INTERNET = Wire()


async def fetch(address: str, wire: Wire = INTERNET) -> Page:
    """The page at this address; raises Refused where it may not be fetched, NotFetched where it did not come."""
    return await _follow(address, wire, read=True)


async def look(address: str, wire: Wire = INTERNET) -> int:
    """The status at this address after all redirects, without its page; raises as `fetch`."""
    return (await _follow(address, wire, read=False)).status


async def _follow(address: str, wire: Wire, *, read: bool) -> Page:
    first = url = _allowed(_parsed(address))
    pins = _Pins()
    connector = aiohttp.TCPConnector(resolver=pins, use_dns_cache=False, force_close=True, socket_factory=wire.socket)
    session = aiohttp.ClientSession(
        connector=connector,
        headers=_HEADERS,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,  # neither a proxy nor a password of this machine's
        auto_decompress=False,
        timeout=aiohttp.ClientTimeout(total=None),
    )
    async with session:
        try:
            async with asyncio.timeout(wire.within):
                for _ in range(REDIRECTS + 1):
                    with _told(url):
                        pins.addresses = await _addresses(url, wire.look_up)
                        found = await _ask(session, url, wire.trust, read=read)
                    if isinstance(found, Page):
                        return found
                    url = _allowed(found, url)
        except TimeoutError as late:
            raise NotFetched(f"{_name(first)} took longer than {wire.within:g} seconds") from late
    raise Refused(f"{_name(first)} leads on more than {REDIRECTS} times, so it is not fetched")


def _parsed(address: str, said: str = "This is not a web address") -> URL:
    """Raises Refused with what is `said`, also where `xn--` in its host stands for no letters."""
    try:
        url = URL(address.strip())
        _ = url.host  # is decoded only when it is asked for
    except ValueError as wrong:
        raise Refused(said) from wrong
    return url


def _allowed(url: URL, before: URL | None = None) -> URL:
    """The same address; raises Refused where nothing may be fetched from it, whoever names it."""
    if url.scheme not in ("http", "https") or not url.raw_host:
        raise Refused("Only addresses that begin with http:// or https:// are fetched")
    if url.raw_user is not None or url.raw_password is not None:
        raise Refused(f"The address at {_name(url)} names a user, so it is not fetched")
    if url.port not in PORTS:
        raise Refused(f"{_name(url)} is asked for on port {url.port}; only 80 and 443 are fetched from")
    if before is not None and (before.scheme, url.scheme) == ("https", "http"):
        raise Refused(f"{_name(before)} leads from https to http, so it is not followed")
    return url


async def _addresses(url: URL, ask: LookUp) -> Sequence[str]:
    """All addresses of the host, each of which may be called; raises Refused where a single one may not."""
    host = url.raw_host or ""
    try:
        found = (host,) if _is_address(host) else await ask(host, url.port or 0)
    except socket.gaierror as error:
        if error.errno in _NO_SUCH_NAME:
            raise NoHost(f"There is no {_name(url)}") from error
        raise NotFetched(f"The address of {_name(url)} could not be looked up") from error
    except UnicodeError as wrong:
        raise Refused("This is not a web address") from wrong
    if not found:
        raise NoHost(f"There is no {_name(url)}")
    if not all(map(is_public, found)):
        raise Refused(f"{_name(url)} leads to an address inside this network, so it is not fetched")
    return found


def _is_address(host: str) -> bool:
    """Such a host is called as it is; nobody is asked for it, here or in the library."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


async def _ask(
    session: aiohttp.ClientSession, url: URL, trust: ssl.SSLContext | Literal[True], *, read: bool
) -> Page | URL:
    """The page, or the address to which it leads on."""
    async with session.get(url, allow_redirects=False, ssl=trust) as response:
        onward = response.headers.get("Location")
        if response.status in _MOVED and onward:
            return url.join(_parsed(onward, f"{_name(url)} leads on to what is no web address"))
        body = await _body(response, url) if read else b""
        return Page(str(url), response.status, response.content_type, body, response.charset)


async def _body(response: aiohttp.ClientResponse, url: URL) -> bytes:
    """The page, unpacked and counted while it comes: a small packet can hold a large page."""
    coding = response.headers.get("Content-Encoding", "identity").lower()
    if coding not in ("identity", "gzip", "x-gzip", "deflate"):
        raise NotFetched(f"{_name(url)} sends its page packed in an unknown way")
    unpack = None if coding == "identity" else zlib.decompressobj(wbits=47)  # gzip or zlib, as its first bytes say
    packed, page = 0, bytearray()
    async for part in response.content.iter_any():
        packed += len(part)
        page += unpack.decompress(part, MOST + 1 - len(page)) if unpack else part
        if max(packed, len(page)) > MOST:
            raise Refused(f"{_name(url)} sends more than 1 MB, which is not read")
    if unpack and packed and not unpack.eof:
        raise NotFetched(f"{_name(url)} broke off before the end of its page")
    return bytes(page)


class _Pins(AbstractResolver):
    """Knows the addresses that were looked at, and asks nobody."""

    addresses: Sequence[str] = ()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self.addresses
        ]

    async def close(self) -> None:
        """There is nothing to close."""


@contextmanager
def _told(url: URL) -> Iterator[None]:
    """What the library raises becomes a sentence about the host that was asked."""
    try:
        yield
    except aiohttp.ClientSSLError as error:
        raise NotFetched(f"{_name(url)} has no certificate that can be trusted") from error
    except aiohttp.ClientConnectorError as error:
        raise NotFetched(f"{_name(url)} cannot be reached") from error
    except aiohttp.ClientPayloadError as error:
        raise NotFetched(f"{_name(url)} broke off before the end of its page") from error
    except (aiohttp.ClientError, zlib.error, ValueError) as error:
        raise NotFetched(f"{_name(url)} sends what is no web page") from error


def _name(url: URL) -> str:
    """The host as a person reads it, with nothing in it that a terminal would obey."""
    host = url.host or ""
    return host if host.isprintable() else (url.raw_host or "")
