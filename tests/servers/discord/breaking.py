"""The test's side of the Discord server: what goes wrong, with the gateway and with everything."""

from typing import Any

from tests.servers.discord.reach import JSON, Reach
from tests.servers.faults import Fault


class Breaking(Reach):
    """Breaks things, and waits until they are whole again."""

    async def connected(self, *, within: float = 15.0) -> None:
        """Wait for a session that is ready or resumed; a socket that a fault below has struck does not count."""
        if not await self._do("connected", within=within):
            raise TimeoutError("no session is connected")

    async def disconnected(self, *, within: float = 15.0) -> None:
        """Wait until no session is connected, as after the bot was stopped or killed."""
        if not await self._do("disconnected", within=within):
            raise TimeoutError("a session is still connected")

    async def sessions(self) -> list[JSON]:
        """Every session there was: id, shard, connected, resumable, sequence, resumed (times), heartbeats."""
        return list(await self._do("sessions"))

    async def op7(self, *, deaf: bool = False) -> None:
        """Ask every client to reconnect; `deaf=True` hears nothing of what they say to it."""
        await self._do("op7", deaf=deaf)

    async def op9(self, resumable: bool) -> None:
        """Tell every client that its session is invalid."""
        await self._do("op9", resumable=resumable)

    async def close(self, code: int) -> None:
        """Close every socket in order, with a code such as 4000 or 4004."""
        await self._do("close", code=code)

    async def reset(self) -> None:
        """Cut every socket's TCP connection; the sessions can be resumed."""
        await self._do("reset")

    async def half_open(self) -> None:
        """Keep every socket's TCP connection, but hear and say nothing on it any more. New ones work."""
        await self._do("half_open")

    async def mute_acks(self) -> None:
        """Acknowledge no heartbeat on the sockets there are now; everything else works."""
        await self._do("mute_acks")

    # ------------------------------------------------------------------ the whole server

    async def gone(self, seconds: float, *, silent: bool = False) -> None:
        """Cut everything and refuse connections for a while, then come back with all that was kept.

        `silent=True` lets clients connect and never answers them.
        """
        await self._do("gone", seconds=seconds, silent=silent)

    async def back(self, *, within: float = 15.0) -> None:
        """Wait until the server listens again."""
        if not await self._do("back", within=within):
            raise TimeoutError("the server is still gone")

    async def fault(self, fault: Fault) -> None:
        """Plan a fault for REST requests."""
        await self._do("fault", fault=fault.as_json())

    async def mend(self) -> None:
        """Forget the faults that are still planned, and the global limit."""
        await self._do("mend")

    async def limit_globally(self, seconds: float) -> None:
        """Answer everything but callbacks and followups of interactions with a global 429 for a while."""
        await self._do("limit_globally", seconds=seconds)

    async def advance(self, seconds: float) -> None:
        """Move the server's clock on: interaction deadlines, tokens, the window of nonces, new ids."""
        await self._do("advance", seconds=seconds)

    async def set(self, **settings: Any) -> None:
        """Change settings; see `Settings` in tests/servers/discord/world.py (heartbeat, nonce_window, bucket …)."""
        await self._do("set", **settings)
