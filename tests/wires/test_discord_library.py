"""What the wire takes from inside the library, by name: an upgrade that renames any of it fails here, in words."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from discord.gateway import DiscordWebSocket, KeepAliveHandler, ReconnectWebSocket
from discord.http import HTTPClient, Ratelimit, Route
from discord.shard import AutoShardedClient
from discord.state import AutoShardedConnectionState

from tests.wires.discord_stage import stage

GONE = "discord.py no longer has {}, which bot/platforms/discord/wire needs: {}"

TAKEN: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "the shard's socket is opened by it": (
        DiscordWebSocket.from_client,
        ("client", "initial", "gateway", "shard_id", "session", "sequence", "resume"),
    ),
    "our socket tells when it is made": (DiscordWebSocket.__init__, ("socket", "loop")),
    "a shard hears through it": (DiscordWebSocket.poll_event, ()),
    "a shard hangs up by it": (DiscordWebSocket.close, ("code",)),
    "the end of a session tells whether it may be resumed": (ReconnectWebSocket.__init__, ("shard_id", "resume")),
    "posts are sent by it, as they were drawn": (HTTPClient.request, ("route", "form", "kwargs")),
    "the trail of each request is kept by it": (
        HTTPClient.__init__,
        ("connector", "http_trace", "max_ratelimit_timeout"),
    ),
    "the way to the gateway is asked by it": (HTTPClient.get_bot_gateway, ()),
    "a route is made of it": (Route.__init__, ("method", "path", "parameters")),
    "came_up hears of connections by it": (discord.Client.dispatch, ("event", "args", "kwargs")),
    "what is typed is answered in it": (discord.app_commands.CommandTree.interaction_check, ("interaction",)),
    "commands no longer offered are answered in it": (
        discord.app_commands.CommandTree.on_error,
        ("interaction", "error"),
    ),
    "what is offered is compared by it": (discord.app_commands.Command.to_dict, ("tree",)),
    "a post is looked for from there on": (discord.utils.time_snowflake, ("dt",)),
}

SPOKEN: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "a limit for all is ended by it": (HTTPClient.request, ("_global_over.clear()", "_global_over.set()")),
    "a route begins there": (Route.__init__, ("self.BASE",)),
    "a rest after an answer is cut off": (Ratelimit.__aexit__, ("_refresh",)),
    "a shard comes up": (AutoShardedConnectionState.parse_ready, ("'shard_connect'",)),
    "a shard is back": (AutoShardedConnectionState.parse_resumed, ("'shard_resumed'",)),
    "how many there are is told to Discord": (DiscordWebSocket.identify, ("self.shard_count",)),
    "it is read when a socket is made": (
        DiscordWebSocket.from_client,
        ("_connection.shard_count", "_connection.heartbeat_timeout"),
    ),
    "silence is measured by it": (DiscordWebSocket.received_message, ("self._keep_alive", "heartbeat_interval")),
    "a heartbeat comes so often": (KeepAliveHandler.__init__, ("self.interval",)),
}


@pytest.mark.parametrize("why", TAKEN)
def test_the_library_still_has_what_the_wire_calls(why: str) -> None:
    called, words = TAKEN[why]
    missing = set(words) - set(inspect.signature(called).parameters)
    assert not missing, GONE.format(f"{called.__qualname__}({', '.join(sorted(missing))})", why)


@pytest.mark.parametrize("why", SPOKEN)
def test_the_library_still_does_what_the_wire_builds_on(why: str) -> None:
    where, words = SPOKEN[why]
    missing = [word for word in words if word not in inspect.getsource(where)]
    assert not missing, GONE.format(f"{missing} in {where.__qualname__}", why)


async def test_a_connected_bot_has_all_that_the_wire_reaches_for(tmp_path: Path) -> None:
    async with stage(tmp_path) as play:
        client = await play.bot._account.client()
        assert isinstance(client, AutoShardedClient)
        assert play.bot._gateway is not None
        line = play.bot._gateway._shards[0]._socket
        assert line is not None
        for owner, names in {
            client: ("shard_count", "application_id", "user", "guilds", "tree", "is_closed"),
            client._connection: ("shard_count", "shard_ids", "parsers"),
            client.http: ("connector", "_global_over"),
            line: ("socket", "session_id", "sequence", "gateway", "_keep_alive"),
            line._keep_alive: ("interval",),
        }.items():
            missing = [name for name in names if not hasattr(owner, name)]
            assert not missing, GONE.format(f"{missing} in {type(owner).__name__}", "it is read while connected")
        assert client._connection.shard_count == 1
        assert isinstance(client.http.connector, aiohttp.BaseConnector)
        beat = line._keep_alive.interval if line._keep_alive else None
        assert beat is not None
        assert beat > 0
        assert line.session_id
        assert play.server.api == Route.BASE
