"""Slack's Web API through its own library: one call, and what its failure means for the caller."""

import logging
import re
import socket
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit
from urllib.request import proxy_bypass

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.environment import is_here
from bot.errors import Later, PostError
from bot.platforms.slack.refusals import BUSY, TOKEN, UNSURE, SaidNo

TIMEOUT = 15.0
PAUSE = 30.0
"""Seconds to wait where Slack asks for a pause and does not say for how long."""

LIBRARY = logging.getLogger("slack_sdk.wire")
"""What the library logs below an error holds texts and addresses, so it is kept silent whatever the level."""
LIBRARY.setLevel(logging.ERROR)

_CODE = re.compile(r"[a-z][a-z0-9_:.,]{0,79}")


class Unreachable(Later):
    """No connection came about, so nothing was written."""


class Api:
    """Calls methods with one token, over a session that all share. It raises SaidNo, Later or PostError only."""

    def __init__(
        self, token: str, root: str, session: Callable[[], aiohttp.ClientSession], timeout: float = TIMEOUT
    ) -> None:
        self.session = session
        # The library's usual retry would post twice where the connection breaks after Slack took the message.
        self.client = AsyncWebClient(
            token=token, base_url=root, timeout=max(1, int(timeout)), retry_handlers=[], logger=LIBRARY
        )
        host = urlsplit(root).hostname or ""
        if is_here(host) or proxy_bypass(host):  # the library looks for a proxy, and not for NO_PROXY
            self.client.proxy = None
        self.scopes: frozenset[str] | None = None
        """What the token may do, as the last answer said."""
        self.refused = ""
        """Why Slack does not take the token any more, as the last answer said."""

    def __repr__(self) -> str:
        return f"Api({self.client.base_url!r})"

    async def read(self, method: str, **fields: Any) -> Mapping[str, Any]:
        """A method that reads: those take no JSON."""
        return await self._call(method, http_verb="GET", params=_given(fields))

    async def write(self, method: str, **fields: Any) -> Mapping[str, Any]:
        return await self._call(method, json=_given(fields))

    async def _call(self, method: str, **how: Any) -> Mapping[str, Any]:
        self.client.session = self.session()
        try:
            response = await self.client.api_call(method, **how)
        except (SlackApiError, SlackClientError) as error:
            meaning = _meaning(method, error)
            if isinstance(meaning, SaidNo) and meaning.code in TOKEN:
                self.refused = meaning.code
            raise meaning from None  # the library's own text holds the whole answer
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise Unreachable(f"Slack cannot be reached ({_reason(error)})", PAUSE) from None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise PostError(f"{method} was not answered: {_reason(error)}") from None
        except (AttributeError, TypeError, ValueError):  # where the answer is no JSON object, the library trips
            raise PostError(f"{method} was answered with something else than JSON") from None
        if scopes := response.headers.get("x-oauth-scopes"):
            self.scopes = frozenset(scope.strip() for scope in scopes.split(","))
        self.refused = ""
        found = response.data
        assert isinstance(found, dict)
        return found


def _meaning(method: str, error: Exception) -> SaidNo | Later | PostError:
    """What an answer that is no success means; nothing in it is trusted, nor shown but Slack's own short words."""
    response = getattr(error, "response", None)
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    headers = getattr(response, "headers", None) or {}
    data = getattr(response, "data", None)
    told = data if isinstance(data, dict) else {}
    code = _word(told.get("error"))
    if status == 429 or code in BUSY:
        return Later("Slack asks for a pause", _seconds(headers.get("Retry-After")))
    if status >= 500 or not code or code in UNSURE:
        what = "something else than JSON" if status == 200 and not code else f"{status} {code}".rstrip()
        return PostError(f"{method} was answered with {what}")
    return SaidNo(code, _word(told.get("needed")), method)


def _word(value: object) -> str:
    return value if isinstance(value, str) and _CODE.fullmatch(value) else ""


def _seconds(value: object) -> float:
    return min(float(value), 3600.0) if isinstance(value, str) and value.isdecimal() else PAUSE


def _reason(error: Exception) -> str:
    """A fault of the connection in plain words."""
    match getattr(error, "os_error", None) or error:
        case ConnectionRefusedError():
            return "the connection was refused"
        case socket.gaierror():
            return "its name was not found"
        case TimeoutError():
            return "there was no answer in time"
        case OSError() as cause if cause.strerror and not isinstance(error, aiohttp.ClientOSError):
            return cause.strerror
    return "the connection was lost"


def _given(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}
