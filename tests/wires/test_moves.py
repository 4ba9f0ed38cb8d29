"""Where the bot is put out and let in: what each platform tells of it, and what it does not mean."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.platforms.base import Move
from bot.platforms.slack.moves import KICKED, UNINSTALLED, read_move
from tests.wires import discord_stage, slack_stage


async def test_put_out_of_a_server_and_invited_again_discord_says_so_at_once(tmp_path: Path) -> None:
    heard: list[Move] = []
    async with discord_stage.stage(tmp_path, moved=heard.append) as play:
        there = Move("discord", frozenset((play.room,)))
        assert await _heard(heard, 1) == [there], "it is in it from the start"
        await play.server.remove_bot(play.guild)
        (_, left) = await _heard(heard, 2)
        assert left == Move("discord", there.channels, "the bot is not in the server Harbour desk any more")
        await play.server.invite_bot(play.guild)
        assert (await _heard(heard, 3))[2] == there


@pytest.mark.parametrize("told", ["guild_available", "guild_join"])
async def test_of_a_server_that_put_it_out_nothing_else_is_taken_that_the_library_tells_late(
    tmp_path: Path, told: str
) -> None:
    """Of the servers at its start it tells seconds after they came, and of what it left meanwhile before that."""
    heard: list[Move] = []
    async with discord_stage.stage(tmp_path, moved=heard.append) as play:
        await _heard(heard, 1)
        client = play.bot._account.known
        assert client
        guild = client.guilds[0]
        await play.server.remove_bot(play.guild)
        await _heard(heard, 2)
        client.dispatch(told, guild)
        await asyncio.sleep(0.1)
        assert [bool(one.why) for one in heard] == [False, True]


async def test_a_server_that_is_out_of_order_was_not_left(tmp_path: Path) -> None:
    heard: list[Move] = []
    async with discord_stage.stage(tmp_path, moved=heard.append) as play:
        await _heard(heard, 1)
        await play.server.outage(play.guild)
        await asyncio.sleep(0.5)
        assert [one.why for one in heard] == [""]
        await play.server.remove_bot(play.guild)
        assert (await _heard(heard, 2))[1].why


async def test_what_slack_tells_of_the_bot_is_heard_and_all_else_is_not(tmp_path: Path) -> None:
    heard: list[Move] = []
    async with slack_stage.playing(tmp_path, moved=heard.append) as stage:
        me = stage.server.bot_user_id
        told: list[tuple[str, dict[str, Any]]] = [
            ("member_joined_channel", {"channel": stage.room, "user": stage.ada}),
            ("tokens_revoked", {"tokens": {"oauth": [stage.ada], "bot": []}}),
            ("member_left_channel", {"channel": stage.room, "user": stage.ada}),
            ("channel_left", {"channel": stage.room}),
            ("member_joined_channel", {"channel": stage.room, "user": me}),
            ("group_left", {"channel": "C0PRIVATE"}),
            ("tokens_revoked", {"tokens": {"oauth": [], "bot": [me]}}),
            ("app_uninstalled", {}),
        ]
        for kind, fields in told:
            outcome = await stage.server.tell(kind, **fields)
            assert outcome.in_time, kind
    assert heard == [
        Move("slack", frozenset((stage.room,)), KICKED),
        Move("slack", frozenset((stage.room,))),
        Move("slack", frozenset(("C0PRIVATE",)), KICKED),
        Move("slack", None, UNINSTALLED),
        Move("slack", None, UNINSTALLED),
    ]


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"type": "channel_left"},
        {"type": "channel_left", "channel": 7},
        {"type": "group_left", "channel": ""},
        {"type": "member_joined_channel", "channel": "C1", "user": ""},
        {"type": "tokens_revoked"},
        {"type": "tokens_revoked", "tokens": ["U1"]},
        {"type": "message", "channel": "C1"},
    ],
)
def test_an_event_that_tells_nothing_is_no_move(event: dict[str, Any]) -> None:
    assert read_move(event, "") is None


async def _heard(heard: list[Move], count: int) -> list[Move]:
    async with asyncio.timeout(5):
        while len(heard) < count:  # noqa: ASYNC110 nobody tells of it
            await asyncio.sleep(0.01)
    return heard
