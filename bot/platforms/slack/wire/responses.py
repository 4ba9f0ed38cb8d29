"""Answers sent through response URLs, after the ack."""

import asyncio
import logging
from dataclasses import dataclass

import aiohttp

from bot.errors import Later
from bot.platforms.slack.inbound import Sender
from bot.platforms.slack.response_urls import ResponseUrls
from bot.platforms.slack.said import Said
from bot.platforms.slack.wire.api import Api

log = logging.getLogger(__name__)

TRIES = 3
AGAIN = 0.5
"""Seconds until an answer that was not taken is sent again."""

LONGEST = 60.0
"""Seconds that Slack may ask to wait; who asked has gone on by then."""

LOST = "an answer was lost on its way to a response URL ({})"


class Responses:
    """Sends what only the one who asked sees; what cannot be sent is told in the log, without the URL."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._urls = ResponseUrls(api.client.base_url, asyncio.get_running_loop().time)

    def heard(self, sender: Sender) -> None:
        """Somebody asked, who may be answered later."""
        if sender.answer_to:
            self._urls.heard(sender.answer_to)

    async def send(
        self, sender: Sender, body: Said, *, replace: bool = False, thread: str = "", twice: bool = False
    ) -> None:
        """Say it anew, in a thread where that was asked in one, or in the place of the private message pressed.

        `twice` tells that it does no harm where it is said again: what somebody's act came to has to reach them.
        """
        told = {**body, "replace_original": replace, **({"thread_ts": thread} if thread and not replace else {})}
        for left in reversed(range(TRIES)):
            if doubt := self._urls.doubt(sender.answer_to):
                log.warning("slack: an answer was not sent to its response URL: %s", doubt)
                return
            failed = await self._sent(sender.answer_to, told)
            if failed is None:
                return
            # What may have been said already is said again only in the place where it then stands.
            if not left or failed.again is None or (failed.doubtful and not (replace or twice)):
                log.warning("slack: %s", failed.why)
                return
            await asyncio.sleep(failed.again)

    async def _sent(self, url: str, told: Said) -> "_Failed | None":
        try:
            async with self._api.session().post(
                url, json=told, proxy=self._api.client.proxy, allow_redirects=False
            ) as response:
                status, pause = response.status, response.headers.get("Retry-After", "")
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return _Failed(LOST.format(type(error).__name__), AGAIN, doubtful=False)
        except (aiohttp.ClientError, OSError, TimeoutError, Later) as error:
            return _Failed(LOST.format(type(error).__name__), AGAIN)
        if status == 200:
            return None
        why = f"a response URL answered {status}"
        if status == 429:
            wait = float(pause) if pause.isdecimal() else AGAIN
            return _Failed(why, wait if wait <= LONGEST else None, doubtful=False)
        return _Failed(why, AGAIN if status >= 500 else None)


@dataclass(frozen=True, slots=True)
class _Failed:
    """Why an answer was not taken, seconds until it may be sent again, and whether it may have been said."""

    why: str
    again: float | None
    doubtful: bool = True
