"""Answers sent through response URLs, after the ack."""

import asyncio
import logging

import aiohttp

from bot.errors import Later
from bot.platforms.slack.inbound import Sender
from bot.platforms.slack.response_urls import ResponseUrls
from bot.platforms.slack.said import Said
from bot.platforms.slack.wire.api import Api

log = logging.getLogger(__name__)


class Responses:
    """Sends what only the one who asked sees; what cannot be sent is told in the log, without the URL."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._urls = ResponseUrls(api.client.base_url, asyncio.get_running_loop().time)

    def heard(self, sender: Sender) -> None:
        """Somebody asked, who may be answered later."""
        if sender.answer_to:
            self._urls.heard(sender.answer_to)

    async def send(self, sender: Sender, body: Said, *, replace: bool = False, thread: str = "") -> None:
        """Say it anew, in a thread where that was asked in one, or in the place of the private message pressed."""
        if doubt := self._urls.doubt(sender.answer_to):
            log.warning("slack: an answer was not sent to its response URL: %s", doubt)
            return
        told = {**body, "replace_original": replace, **({"thread_ts": thread} if thread and not replace else {})}
        try:
            async with self._api.session().post(
                sender.answer_to, json=told, proxy=self._api.client.proxy, allow_redirects=False
            ) as response:
                if response.status != 200:
                    log.warning("slack: a response URL answered %d", response.status)
        except (aiohttp.ClientError, OSError, TimeoutError, Later) as error:
            log.warning("slack: an answer was lost on its way to a response URL (%s)", type(error).__name__)
