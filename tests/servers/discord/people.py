"""The test's side of the Discord server: people who ask, press and fill in, and what they see."""

from collections.abc import Mapping
from typing import Any

from tests.servers.discord.outcome import Outcome
from tests.servers.discord.reach import JSON, Id, Reach, Wrong


class People(Reach):
    """Does what Discord's client lets people do; raises Wrong for anything else."""

    async def slash(
        self,
        guild: Id | None,
        channel: Id | None,
        user: Id,
        command: str,
        options: Mapping[str, Any] | None = None,
        *,
        locale: str = "en-US",
        within: float = 4.0,
    ) -> Outcome:
        """Use a slash command ("digest list" for a subcommand) and wait as `outcome` does.

        `guild=None` is a DM with the bot; its channel may be None. Raises Wrong where Discord would not offer it.
        """
        asked = await self.slash_nowait(guild, channel, user, command, options, locale=locale)
        return await self.outcome(asked, within=within)

    async def slash_nowait(
        self,
        guild: Id | None,
        channel: Id | None,
        user: Id,
        command: str,
        options: Mapping[str, Any] | None = None,
        *,
        locale: str = "en-US",
    ) -> Id:
        """As `slash`, without waiting: the interaction's id."""
        return str(
            await self._do(
                "slash",
                guild=guild,
                channel=channel,
                user=user,
                command=command,
                options=dict(options or {}),
                locale=locale,
            )
        )

    async def autocomplete(
        self,
        guild: Id | None,
        channel: Id | None,
        user: Id,
        command: str,
        text: str,
        *,
        option: str | None = None,
        options: Mapping[str, Any] | None = None,
        within: float = 4.0,
    ) -> list[JSON]:
        """What is offered while `text` stands in an option (by default the first that completes): name and value."""
        asked = await self._do(
            "autocomplete",
            guild=guild,
            channel=channel,
            user=user,
            command=command,
            text=text,
            option=option,
            options=dict(options or {}),
        )
        return list((await self.outcome(str(asked), within=within)).choices)

    async def press(
        self, where: Outcome | JSON, custom_id: str, user: Id, *, locale: str = "en-US", within: float = 4.0
    ) -> Outcome:
        """Press a button under a message or an outcome's message; `custom_id_of(message, label)` finds its id."""
        return await self.outcome(await self.press_nowait(where, custom_id, user, locale=locale), within=within)

    async def press_nowait(self, where: Outcome | JSON, custom_id: str, user: Id, *, locale: str = "en-US") -> Id:
        message = where.message if isinstance(where, Outcome) else where
        if message is None:
            raise Wrong("there is no message to press in")
        return str(
            await self._do(
                "press",
                channel=message["channel_id"],
                message=message["id"],
                custom_id=custom_id,
                user=user,
                locale=locale,
            )
        )

    async def submit(
        self, where: Outcome, values: Mapping[str, str], user: Id, *, locale: str = "en-US", within: float = 4.0
    ) -> Outcome:
        """Fill in the modal that an outcome showed: text by the input's custom_id."""
        asked = await self._do("submit", interaction=where.id, values=dict(values), user=user, locale=locale)
        return await self.outcome(str(asked), within=within)

    async def outcome(self, interaction: Id, *, followups: int = 0, within: float = 4.0) -> Outcome:
        """What became of an interaction.

        Waits until a callback was accepted, a deferred answer was completed and there are that many followups;
        what is there after `within` seconds is returned all the same.
        """
        found = await self._do("outcome", interaction=interaction, followups=followups, within=within)
        return Outcome.read(found)

    async def messages(self, channel: Id, *, at_least: int = 0, within: float = 4.0) -> list[JSON]:
        """All messages of a channel that everybody sees, oldest first, each with its `nonce`.

        Waits up to `within` seconds until there are `at_least` that many.
        """
        return list(await self._do("messages", channel=channel, at_least=at_least, within=within))

    async def file(self, attachment: Id) -> bytes:
        """The bytes of an attachment, by its id."""
        return bytes.fromhex(await self._do("file", attachment=attachment))

    async def commands(self, guild: Id | None = None) -> list[JSON]:
        """The application commands registered globally, or for one guild."""
        return list(await self._do("commands", guild=guild))

    async def syncs(self) -> int:
        """How many bulk overwrites of commands were accepted."""
        return int(await self._do("syncs"))
