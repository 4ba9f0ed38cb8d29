"""Whether an API's root can be reached from here, what is in the way if not, and how far the clocks are apart."""

import json
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import aiohttp

from bot.platforms.findings import Finding

PATIENCE = 10.0
SKEW_TOLD, SKEW_WRONG = 60.0, 300.0
"""Seconds: Slack's signatures are too old for us, or seem to come from the future, above five minutes."""


@dataclass(frozen=True, slots=True)
class Reached:
    """An answer came; `ahead` is by how many seconds our clock is ahead of theirs, where they told the time."""

    ahead: float | None


def _now() -> datetime:
    return datetime.now(UTC)


async def reach(
    name: str,
    url: str,
    proxy: str | None = None,
    *,
    agent: str = "briefing-bot",
    now: Callable[[], datetime] = _now,
    patience: float = PATIENCE,
) -> Reached | Finding:
    """Ask an address of the API that needs no token; what is wrong is told in one finding about `name`."""
    limit = aiohttp.ClientTimeout(total=patience)
    try:
        async with (
            aiohttp.ClientSession(timeout=limit, headers={"User-Agent": agent}) as session,
            session.get(url, proxy=proxy, allow_redirects=False) as answer,
        ):
            text = await answer.text(errors="replace")
            status, date, here = answer.status, answer.headers.get("Date"), now()
    except (aiohttp.ClientError, OSError, ValueError) as error:  # ValueError: the address of the proxy is none
        said, mend = unreached(error, url, proxy, patience)
        return Finding("wrong", name, said, mend)
    if status >= 500:
        said = f"{_host(url)} answers with status {status}: it is ill itself."
        return Finding("wrong", name, said, "Try again later; the bot does so by itself.")
    if not _is_json(text):
        said = f"What answers at {_host(url)} is not {name}'s API."
        return Finding("wrong", name, said, "Is there a log-in page of the network, or a proxy, in between?")
    return Reached(_ahead(date, here))


def unreached(error: Exception, url: str, proxy: str | None, patience: float = PATIENCE) -> tuple[str, str]:
    """Why there was no answer, and how to mend it."""
    host = _host(url)
    cause = getattr(error, "os_error", None) or error
    match error:
        case aiohttp.ClientHttpProxyError():
            told = f"The proxy refuses to lead to {host} (status {error.status})."
            return told, "Ask who runs the proxy, or take the address out of HTTPS_PROXY."
        case aiohttp.ClientProxyConnectionError():
            return f"The proxy on the way to {host} does not answer.", "Look at HTTPS_PROXY."
        case aiohttp.InvalidURL() | ValueError() if proxy:
            return f"The address of the proxy on the way to {host} is none.", "Look at HTTPS_PROXY."
        case aiohttp.ClientConnectorDNSError():
            told = f"{host} cannot be found: the name leads to no address."
            return told, "Look at the network and at the name servers of this machine."
        case aiohttp.ClientConnectorCertificateError():
            told = f"{host} shows a certificate that this machine does not trust."
            return told, "Where a proxy opens TLS, name its certificates in SSL_CERT_FILE. Is the clock right?"
        case aiohttp.ClientConnectorSSLError() | ssl.SSLError():
            return f"{host} does not speak TLS.", "Look at the address: https, the right port?"
        case TimeoutError():
            told = f"{host} did not answer within {patience:.0f} seconds."
            return told, "Does a firewall let the bot out on port 443?"
    if isinstance(cause, ConnectionRefusedError):
        return (
            f"{host} refuses connections on port {_port(url)}.",
            "Is something listening there? Is a firewall between?",
        )
    if isinstance(error, aiohttp.ClientConnectorError):
        return f"There is no way to {host}.", "Look at the network of this machine."
    return f"{host} broke off the connection.", "Try again; if it stays so, ask who runs the network."


def clock_finding(name: str, ahead: float | None, *, signed: bool) -> Finding | None:
    """What is to be said of this machine's clock; `signed` requests are refused where it is wrong by minutes."""
    if ahead is None or abs(ahead) <= SKEW_TOLD:
        return None
    direction = "ahead of" if ahead > 0 else "behind"
    said = f"This machine's clock is {_long(abs(ahead))} {direction} {name}'s."
    if signed and abs(ahead) > SKEW_WRONG:
        return Finding("wrong", "clock", f"{said} The bot takes {name}'s requests for old ones.", _SET_CLOCK)
    return Finding("warning", "clock", said, _SET_CLOCK)


_SET_CLOCK = "Set the clock from the network: timedatectl set-ntp true."


def _long(seconds: float) -> str:
    return f"{seconds:.0f} seconds" if seconds < 120 else f"{seconds / 60:.0f} minutes"


def _ahead(date: str | None, here: datetime) -> float | None:
    try:
        there = parsedate_to_datetime(date or "")
    except ValueError:
        return None
    # It is cut to whole seconds: on average, the time there was half a second later.
    return (here - there.replace(tzinfo=there.tzinfo or UTC)).total_seconds() - 0.5


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _host(url: str) -> str:
    return urlsplit(url).hostname or "the API"


def _port(url: str) -> int:
    parts = urlsplit(url)
    return parts.port or (443 if parts.scheme == "https" else 80)
