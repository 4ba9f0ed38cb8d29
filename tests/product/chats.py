"""A chat as a reader uses it, the same on Discord and on Slack: ask, press, pick, share, report, and look."""

import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol, TypeVar

from tests.product.running import CAP
from tests.product.seen import JSON, Seen, on_discord, on_slack, pickers
from tests.product.stalls import Stalls
from tests.servers.discord import control as discord_control
from tests.servers.discord.control import DiscordServer
from tests.servers.faults import Fault
from tests.servers.slack import control as slack_control
from tests.servers.slack.control import SlackServer

KEPT_BY_SLACK = frozenset(("search", "status"))
"""Names of ours that are Slack's own commands, reached as `/brief search` (docs/connect-slack.md)."""

WAIT = "One moment"
"""How an answer on Slack begins that takes more than a second; the answer itself follows."""


@dataclass(frozen=True)
class Said:
    """What came of one thing a person did.

    `tries` counts everything the bot sent as an answer, accepted or not; `seen` is what the person has before them
    now. `place` is what a button is pressed in.
    """

    seen: Seen
    private: bool
    tries: int
    place: Any

    @property
    def words(self) -> str:
        return self.seen.words


class Chat(Protocol):
    """One workspace or server, its main channel and the admins' channel."""

    name: str
    room: str
    admins: str
    stalls: Stalls
    """When the machine stood still; a question that was too late because of it is asked again."""

    async def person(self) -> str:
        """Somebody new who may write in the channels."""
        ...

    async def ask(self, who: str, line: str, room: str | None = None) -> Said:
        """Type `/impact lankov`."""
        ...

    async def press(self, said: Said, label: str, who: str) -> Said: ...

    async def press_post(self, room: str, label: str, who: str) -> Said:
        """Press a button under the newest message of a channel."""
        ...

    async def report(self, said: Said, words: str, who: str) -> str:
        """Press Report a problem and fill the form in: what the person is told."""
        ...

    async def typed(self, who: str, line: str, room: str | None = None) -> list[str]:
        """What is offered while this stands in the field."""
        ...

    async def fault(self, fault: Fault) -> None:
        """Let the server fail the next time."""
        ...

    async def posts(self, room: str, *, at_least: int = 0) -> list[Seen]:
        """What everybody sees in a channel."""
        ...


class DiscordChat:
    """A guild with two channels."""

    name = "discord"

    def __init__(self, server: DiscordServer, guild: str, room: str, admins: str) -> None:
        self.server, self.guild, self.room, self.admins = server, guild, room, admins
        self.stalls = Stalls()
        self._names = count(1)
        self._options: dict[str, str] = {}

    @classmethod
    async def made(cls, server: DiscordServer) -> "DiscordChat":
        guild = await server.guild("Harbour desk")
        # Answers to interactions have no limit worth the name on Discord; the server counts them all together.
        await server.set(bucket=(10**6, 1.0), global_limit=10**6)
        return cls(server, guild, await server.channel(guild, "newsroom"), await server.channel(guild, "admins"))

    async def person(self) -> str:
        return await self.server.member(self.guild, f"reader{next(self._names)}")

    async def ask(self, who: str, line: str, room: str | None = None) -> Said:
        return await self.ask_in(self.guild, room or self.room, who, line)

    async def ask_in(self, guild: str | None, room: str | None, who: str, line: str) -> Said:
        """Ask in another guild, or in a DM."""
        name, _, text = line.removeprefix("/").partition(" ")
        options = {await self.option(guild, name): text} if text else {}

        async def ask() -> tuple[bool, discord_control.Outcome]:
            outcome = await self.server.slash(guild, room, who, name, options, within=CAP)
            return outcome.message is not None and not outcome.loading, outcome

        return _on_discord(await _in_time(ask, self.stalls))

    async def option(self, guild: str | None, name: str) -> str:
        """How the command's only option is called."""
        if name not in self._options:
            known = await self.commands(guild)
            (option,) = (one["name"] for one in known[name]["options"])
            self._options[name] = str(option)
        return self._options[name]

    async def commands(self, guild: str | None = None) -> dict[str, JSON]:
        """The commands that people are shown in a guild, or everywhere."""
        found = [*await self.server.commands(None), *(await self.server.commands(guild) if guild else ())]
        return {one["name"]: one for one in found}

    async def press(self, said: Said, label: str, who: str) -> Said:
        return await self.press_id(said.place, said.seen.id_of(label), who)

    async def press_post(self, room: str, label: str, who: str) -> Said:
        message = (await self.server.messages(room))[-1]
        return await self.press_id(message, on_discord(message).id_of(label), who)

    async def press_id(self, place: Any, written: str, who: str) -> Said:
        return _on_discord(await self.server.press(place, written, who, within=CAP))

    async def report(self, said: Said, words: str, who: str) -> str:
        pressed = await self.server.press(said.place, said.seen.id_of("Report a problem"), who, within=CAP)
        assert pressed.modal is not None, pressed
        (field,) = _inputs(pressed.modal["components"])
        done = await self.server.submit(pressed, {field["custom_id"]: words}, who, within=CAP)
        assert done.ephemeral
        return _on_discord(done).words

    async def typed(self, who: str, line: str, room: str | None = None) -> list[str]:
        name, _, text = line.removeprefix("/").partition(" ")
        found = await self.server.autocomplete(self.guild, room or self.room, who, name, text, within=CAP)
        return [f"{one['name']} = {one['value']}" for one in found]

    async def fault(self, fault: Fault) -> None:
        await self.server.fault(fault)

    async def posts(self, room: str, *, at_least: int = 0) -> list[Seen]:
        return [on_discord(one) for one in await self.server.messages(room, at_least=at_least, within=CAP)]


class SlackChat:
    """A workspace with two channels, over a socket or over HTTP."""

    name = "slack"

    def __init__(self, server: SlackServer, room: str, admins: str) -> None:
        self.server, self.room, self.admins = server, room, admins
        self.stalls = Stalls()
        self._names = count(1)

    @classmethod
    async def made(cls, server: SlackServer) -> "SlackChat":
        return cls(server, await server.channel("newsroom"), await server.channel("admins"))

    async def person(self) -> str:
        who = await self.server.user(f"reader{next(self._names)}")
        await self.server.join(self.room, who)
        return who

    async def ask(self, who: str, line: str, room: str | None = None) -> Said:
        return await self.slash(who, *self.command(line), room or self.room)

    async def slash(self, who: str, command: str, text: str, room: str) -> Said:
        """Use a slash command, exactly as it is typed."""

        async def ask() -> tuple[bool, slack_control.Outcome]:
            asked = await self.server.command_nowait(who, room, command, text)
            outcome = await self.server.outcome(asked, within=CAP)
            if WAIT in outcome.text:
                outcome = await self.server.outcome(outcome, answers=2, within=CAP)
            return outcome.error != "operation_timeout", outcome

        return self._said(await _in_time(ask, self.stalls))

    @staticmethod
    def command(line: str) -> tuple[str, str]:
        """The slash command and its text."""
        name, _, text = line.removeprefix("/").partition(" ")
        return ("/brief", f"{name} {text}".strip()) if name in KEPT_BY_SLACK else (f"/{name}", text)

    async def press(self, said: Said, label: str, who: str) -> Said:
        return await self.press_id(said.place, slack_control.action_id_of(said.place, label), who)

    async def press_post(self, room: str, label: str, who: str) -> Said:
        post = (await self.server.messages(room))[-1]
        return await self.press_id(post, slack_control.action_id_of(post, label), who)

    async def press_id(self, place: Any, action: str, who: str) -> Said:
        return await self._answered(await self.server.press(place, action, who))

    async def pick(self, said: Said, value: str, who: str) -> Said:
        """Choose from the list under an answer."""
        (picker,) = pickers(said.place.message.raw)
        return await self._answered(await self.server.pick(said.place, picker["action_id"], value, who))

    async def report(self, said: Said, words: str, who: str) -> str:
        action = slack_control.action_id_of(said.place, "Report a problem")
        pressed = await self.server.press(said.place, action, who)
        opened = await self.server.outcome(pressed, answers=1, within=CAP)
        assert opened.views, opened
        (field,) = (one for one in slack_control.elements(opened.views[-1].blocks) if "text" in one["type"])
        done = await self.server.submit(opened, {field["action_id"]: words}, who)
        assert done.error is None, done
        done = await self.server.outcome(done, acks=1, within=CAP)
        return done.view.words if done.view is not None else done.words

    async def typed(self, who: str, line: str, room: str | None = None) -> list[str]:
        name, _, text = line.removeprefix("/").partition(" ")
        found = await self.server.options(f"f1|{name}", "any", text, who, room or self.room)
        return [f"{one['text']['text']} = {one['value']}" for one in found]

    async def fault(self, fault: Fault) -> None:
        await self.server.fault(fault)

    async def posts(self, room: str, *, at_least: int = 0) -> list[Seen]:
        return [on_slack(one.raw) for one in await self.server.messages(room, at_least=at_least, within=CAP)]

    async def _answered(self, asked: slack_control.Outcome) -> Said:
        return self._said(await self.server.outcome(asked, answers=1, within=CAP))

    def _said(self, outcome: slack_control.Outcome) -> Said:
        assert outcome.error is None, (outcome.error, outcome.refusals)
        acks = [(one["after"], one["in_time"]) for one in outcome.acks]
        assert outcome.message is not None, (acks, outcome.messages, outcome.ignored, outcome.uses)
        assert outcome.in_time, acks
        spoken = sum(bool(one["body"]) and WAIT not in str(one["body"]) for one in outcome.acks) + len(outcome.uses)
        private = outcome.response_type == "ephemeral"
        return Said(on_slack(outcome.message.raw), private, spoken, outcome)


Answered = TypeVar("Answered")


async def _in_time(act: Callable[[], Awaitable[tuple[bool, Answered]]], stalls: Stalls) -> Answered:
    """What came of it; once more where there was no answer in time and the machine stood still meanwhile."""
    while True:
        begun = time.monotonic()
        answered, found = await act()
        if answered:
            return found
        assert stalls.any_since(begun), f"there was no answer in time: {found}"


def _on_discord(outcome: discord_control.Outcome) -> Said:
    assert outcome.message is not None, outcome
    tries = len(outcome.callbacks) + len(outcome.followups)
    shown = outcome.followups[-1] if outcome.followups else outcome.message
    return Said(on_discord(shown), outcome.ephemeral, tries, outcome)


def _inputs(parts: Sequence[JSON]) -> list[JSON]:
    """The text fields of a modal, in rows or in labels."""
    found = []
    for part in parts:
        if part["type"] == 4:
            found.append(part)
        found += _inputs(part.get("components") or [*filter(None, [part.get("component")])])
    return found
