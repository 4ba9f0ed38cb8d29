"""Reports of readers: the modal opened, taken, and told what became of it."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

from bot.commands.base import Ask
from bot.errors import Later, PostError, Refused
from bot.platforms.base import Answers
from bot.platforms.buttons import Press, read_button
from bot.platforms.slack import said
from bot.platforms.slack.inbound import Pressed, Sender, Submitted
from bot.platforms.slack.modal import CALLBACK, About, read_about, report_modal, told_modal
from bot.platforms.slack.refusals import SaidNo
from bot.platforms.slack.wire.api import Api
from bot.platforms.slack.wire.identity import Introduction

log = logging.getLogger(__name__)

MakeAsk = Callable[[Sender, Press], Awaitable[Ask]]


class Reporting:
    """Opens the modal, and hands what was written in it to the bot."""

    def __init__(self, api: Api, me: Introduction, make: MakeAsk) -> None:
        self._api, self._me, self._make = api, me, make

    async def open(self, pressed: Pressed) -> bool:
        """Open the modal; whether that was in time."""
        view = report_modal(About(pressed.id, pressed.sender.channel, self._link(pressed)))
        try:
            await self._api.write("views.open", trigger_id=pressed.sender.trigger, view=view)
        except (SaidNo, Later, PostError) as error:
            log.warning("slack: a report could not be opened: %s", error)
            return False
        return True

    async def take(self, answers: Answers, submitted: Submitted) -> dict[str, Any]:
        """Hand a report on; the modal that says what became of it."""
        about = read_about(submitted.metadata) if submitted.callback == CALLBACK else None
        press = read_button(about.button) if about else None
        if about is None or press is None:
            return told_modal(said.NOT_OURS)
        sender = replace(submitted.sender, channel=about.channel, trigger=submitted.inbound_id)
        try:
            told = await answers.report(await self._make(sender, press), submitted.words, about.link)
        except Refused as refused:
            return told_modal(str(refused), submitted.words)
        except Exception:
            log.exception("slack: a report could not be taken")
            return told_modal(said.FAULT, submitted.words)
        return told_modal(told)

    async def tell(self, submitted: Submitted, view: dict[str, Any]) -> None:
        """Say it in a modal that was acknowledged already."""
        try:
            await self._api.write("views.update", view_id=submitted.view, view=view)
        except (SaidNo, Later, PostError) as error:
            log.warning("slack: somebody did not hear what became of a report: %s", error)

    def _link(self, pressed: Pressed) -> str:
        """The address of the message where a button was pressed, where others see it too."""
        me, channel = self._me.identity, pressed.sender.channel
        if not me or not pressed.message or not channel:
            return ""
        link = f"{me.url}archives/{channel}/p{pressed.message.replace('.', '')}"
        apart = pressed.thread and pressed.thread != pressed.message
        return f"{link}?thread_ts={pressed.thread}&cid={channel}" if apart else link
