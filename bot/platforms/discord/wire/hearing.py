"""Hears what people ask, type, press and fill in, and sees that each is answered once."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any

import discord

from bot.commands.base import Ask, Asker, Place
from bot.errors import Later, NoAccess, PostError, Refused
from bot.platforms.base import JSON, Answers, Frozen, key_of
from bot.platforms.buttons import Press, read_button
from bot.platforms.discord.limits import CHOICE, CHOICES
from bot.platforms.discord.render import render
from bot.platforms.discord.wire import sending
from bot.platforms.discord.wire.faults import LOST, SOMETHING, unanswered
from bot.platforms.discord.wire.sending import PATIENCE, Files, Form, Interaction, Mouth, NotTaken, Said, Turn, files_of
from bot.platforms.discord.witness import posted_key
from bot.platforms.drawn import Drawn
from bot.platforms.heard import Heard
from bot.platforms.literal import clean, clip, units

log = logging.getLogger(__name__)

Post = Callable[[Place, Frozen, str], Awaitable[str]]

NOT_OURS = "That button is not one of ours."
NO_CHANNEL = "There is no channel here to share it with."
MAY_NOT_WRITE = "You may not write in this channel, so the bot does not do it for you."
BOT_MAY_NOT = "The bot may not post here: somebody who manages the server can allow it {}."
NO_ACCESS = "Discord does not let the bot in, so nothing was posted. Tell whoever runs the bot."
SHARED = "Shared in this channel."
BUSY = "Discord takes nothing from the bot just now, so nothing was posted. Press again in a minute."
UNSURE = "It is not certain that it was posted: look at the channel before you press again."
PARTING = 3.0
"""Seconds that answers under way get when the bot stops."""

POSTED = "post"
"""The command of an ask about something that was posted under a key."""


class Hearing:
    """Turns interactions into asks. `answers` is set while the platform runs; `guilds` are ours, empty for all."""

    def __init__(self, mouth: Mouth, guilds: frozenset[str], post: Post, *, patience: float = PATIENCE) -> None:
        self.answers: Answers | None = None
        self._mouth = mouth
        self._guilds = guilds
        self._post = post
        self._patience = patience
        self._heard = Heard()
        self._drawn = Drawn(render)
        self._under_way: set[asyncio.Task[Any]] = set()

    async def finish(self) -> None:
        """Give the answers under way a moment; the gateway brings no new questions any more."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=PARTING)

    async def slash(self, interaction: Interaction, command: str) -> None:
        """A slash command, offered now or once."""
        await self._answered(
            interaction,
            f"/{command}",
            lambda answers: self._answer(answers, self._ask(interaction, command, _option(interaction))),
        )

    async def suggest(self, interaction: Interaction, command: str) -> None:
        """The text of a command, while it is typed."""
        if self.answers is None:
            return
        try:
            ask = self._ask(interaction, command, _option(interaction))
            found = await self.answers.suggest(ask, CHOICES)
        except Refused:
            found = ()
        except Exception:
            log.exception("discord: typing /%s failed", command)
            found = ()
        choices = [_choice(one.value, one.meaning) for one in found if units(one.value) <= CHOICE]
        try:
            await self._mouth.answer(interaction, sending.CHOICES, {"choices": choices[:CHOICES]})
        except (NotTaken, *LOST) as error:
            unanswered(f"typing /{command}", error)

    async def pressed(self, interaction: Interaction) -> None:
        """A button; everything in its id may be made up."""
        custom_id = _custom_id(interaction)
        press = read_button(custom_id)
        if (press and press.kind == "report") or posted_key(custom_id):
            await self._answered(interaction, "a report", lambda _: _given(Form(custom_id=custom_id)))
        elif press is None:
            await self._answered(interaction, "a button", lambda _: _given(NOT_OURS))
        elif press.kind == "share":
            await self._answered(
                interaction, "a share", lambda answers: self._share(answers, interaction, press), act=True
            )
        else:
            # Another page: in place where only this person sees the message, else anew for them alone.
            await self._answered(
                interaction,
                f"a page of /{press.command}",
                lambda answers: self._answer(answers, self._ask_again(interaction, press)),
                in_place=_private(interaction),
            )

    async def submitted(self, interaction: Interaction) -> None:
        """A report, with its words."""

        async def report(answers: Answers) -> Said:
            ask = self._about(interaction, _custom_id(interaction))
            if ask is None:
                return NOT_OURS
            data: Mapping[str, Any] = interaction.data or {}
            return await answers.report(ask, next(_values(data.get("components")), ""), _link(interaction))

        await self._answered(interaction, "a report", report, act=True)

    async def _share(self, answers: Answers, interaction: Interaction, press: Press) -> Said:
        refusal = may_not_share(interaction)
        if refusal is not None:
            return refusal
        ask = self._ask_again(interaction, press)
        reply = await answers.share(ask)
        frozen = render(reply.message, reply.page)
        place = Place("discord", str(interaction.channel_id), ask.place.account)
        key = key_of("share", "discord", ask.inbound_id)
        try:
            await self._post(place, frozen, key)
        except NoAccess as error:
            log.error("discord: nothing can be shared in %s: %s", place, error)  # noqa: TRY400 (a sentence for the operator)
            return NO_ACCESS
        except Later as error:
            log.warning("discord: a share was not posted: %s", error)
            return BUSY
        except PostError:
            try:  # with the same key the same message comes back, if it was posted
                await self._post(place, frozen, key)
            except (PostError, Later) as error:
                log.warning("discord: a share may have been posted or not: %s", error)
                return UNSURE
        log.info("shared an answer in %s", place)
        return SHARED

    async def _answered(
        self,
        interaction: Interaction,
        asked: str,
        answer: Callable[[Answers], Awaitable[Said]],
        *,
        in_place: bool = False,
        act: bool = False,
    ) -> None:
        """Have one interaction answered, whatever happens on the way; one heard before is let be.

        What is an act is done only where Discord still waits: after an outage it brings presses that it has told
        people have failed, and who pressed again would have it done twice.
        """
        if not self._heard.first(str(interaction.id), asyncio.get_running_loop().time()):
            log.warning("discord: %s was heard twice and is answered once", asked)
            return
        if self.answers is None:
            return
        turn = Turn(self._mouth, interaction, in_place=in_place, patience=self._patience)
        task = asyncio.current_task()
        assert task is not None
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        files: Files = ()
        try:
            if act:
                await turn.promise()
        except (NotTaken, *LOST) as error:
            unanswered(asked, error)
            return
        try:
            said = await answer(self.answers)
            files = await files_of(said) if isinstance(said, Frozen) else ()
        except Refused as error:
            said = str(error)
        except Exception:
            log.exception("discord: %s failed", asked)
            said = SOMETHING
        try:
            await turn.say(said, files)
        except (NotTaken, *LOST) as error:
            unanswered(asked, error)

    async def _answer(self, answers: Answers, ask: Ask) -> Said:
        reply = await answers.answer(ask)
        return self._drawn.draw(reply.message, reply.page, asyncio.get_running_loop().time())

    def _ask(self, interaction: Interaction, command: str, text: str = "") -> Ask:
        return Ask(**self._where(interaction), command=command, text=text)

    def _ask_again(self, interaction: Interaction, press: Press) -> Ask:
        where = self._where(interaction)
        return Ask(**where, command=press.command, text=press.text, page=press.page, stamp=press.stamp)

    def _about(self, interaction: Interaction, custom_id: str) -> Ask | None:
        """What a report is about, by the id of the button that opened its form."""
        press = read_button(custom_id)
        if press is not None and press.kind == "report":
            return self._ask_again(interaction, press)
        key = posted_key(custom_id)
        return self._ask(interaction, POSTED, key) if key else None

    def _where(self, interaction: Interaction) -> dict[str, Any]:
        """Who asks, and where: what an interaction tells of its own."""
        channel, user, may = interaction.channel, interaction.user, interaction.permissions
        at = channel.parent_id if isinstance(channel, discord.Thread) else interaction.channel_id
        roles = user.roles if isinstance(user, discord.Member) else ()
        return {
            "place": Place("discord", str(at or ""), str(interaction.application_id)),
            "person": Asker(
                str(user.id),
                user.display_name,
                frozenset(str(role.id) for role in roles if not role.is_default()),
                may.manage_guild or may.administrator,
            ),
            "locale": str(interaction.locale.value),
            "inbound_id": str(interaction.id),
            "direct": interaction.guild_id is None,
            "strange": bool(self._guilds and interaction.guild_id) and str(interaction.guild_id) not in self._guilds,
        }


async def _given(said: Said) -> Said:
    return said


def may_not_share(interaction: Interaction) -> str | None:
    """Why nothing is posted at the place of an interaction, where the person or the bot may not write there."""
    user, channel = interaction.user, interaction.channel
    if interaction.guild_id is None or not isinstance(user, discord.Member):
        return NO_CHANNEL
    thread = isinstance(channel, discord.Thread)
    person, bot = interaction.permissions, interaction.app_permissions
    writes = person.send_messages_in_threads if thread else person.send_messages
    locked = isinstance(channel, discord.Thread) and channel.locked and not person.manage_threads
    if not (person.view_channel and writes) or user.is_timed_out() or locked:
        return MAY_NOT_WRITE
    needed = {
        "View Channel": bot.view_channel,
        "Send Messages in Threads" if thread else "Send Messages": (
            bot.send_messages_in_threads if thread else bot.send_messages
        ),
        "Embed Links": bot.embed_links,
    }
    missing = [name for name, granted in needed.items() if not granted]
    return BOT_MAY_NOT.format(" and ".join(missing)) if missing else None


def _custom_id(interaction: Interaction) -> str:
    data: Mapping[str, Any] = interaction.data or {}
    return str(data.get("custom_id"))


def _private(interaction: Interaction) -> bool:
    return interaction.message is not None and interaction.message.flags.ephemeral


def _link(interaction: Interaction) -> str:
    """The address of the message a report is about, where others can see it."""
    return "" if interaction.message is None or _private(interaction) else interaction.message.jump_url


def _option(interaction: Interaction) -> str:
    """The text behind the command, where there is one."""
    data: Mapping[str, Any] = interaction.data or {}
    return next((str(one["value"]) for one in data.get("options", ()) if "value" in one), "")


def _values(parts: Any) -> Iterator[str]:
    """What was typed into a form."""
    for part in parts or ():
        if "value" in part:
            yield str(part["value"])
        yield from _values(part.get("components"))
        yield from _values([part["component"]] if "component" in part else ())


def _choice(value: str, meaning: str) -> JSON:
    name = " · ".join(filter(None, (clean(value), clean(meaning))))
    return {"name": clip(name, CHOICE), "value": value}
