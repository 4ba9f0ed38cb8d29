"""The Discord test server as a process: one story with the real discord.py, what it does not know, and its end."""

from pathlib import Path

import discord
import pytest

from tests.servers.discord.control import DiscordServer, Wrong
from tests.servers.discord.naive import ask, room_of
from tests.servers.discord.sample import Sample, running


async def test_a_bot_works_through_a_bad_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with DiscordServer.start(tmp_path) as server:
        server.aim(monkeypatch)
        guild = await server.guild("Harbour desk")
        room, ada = await server.channel(guild, "newsroom"), await server.member(guild, "ada")
        async with running(Sample(), server.token) as bot:
            await bot.tree.sync()
            first = await server.slash(guild, room, ada, "impact", {"text": "lankov"})
            await server.reset()
            second = await server.press(first, "next", ada)
            assert (second.sent, second.answers) == ("waiting", 1)
            await server.gone(0.2)
            await server.back()
            await server.connected()
            posted = await room_of(bot, room).send(embed=discord.Embed(title="Digest"), nonce="morning")
            assert (await room_of(bot, room).send("Digest", nonce="morning")).id == posted.id
        await server.disconnected()
        await server.set(resume_window=0.0)  # nobody takes up a session any more
        assert (await server.slash(guild, room, ada, "impact")).lost
        assert len(await server.messages(room)) == 1
        text = server.log_path.read_text()
        assert server.token not in text
        assert first.token not in text
        assert {record["kind"] for record in server.log()} >= {"request", "frame", "message", "interaction", "callback"}


async def test_what_it_does_not_know_it_says_loudly(tmp_path: Path) -> None:
    async with DiscordServer.start(tmp_path) as server:
        guild = await server.guild("Harbour desk")
        room = await server.channel(guild, "newsroom")
        assert (await ask(server, "POST", f"/channels/{room}/telepathy", {}))[0] == 501
        assert server.log("unsupported")
        assert (await ask(server, "GET", "/../v9/users/@me"))[1]["code"] == 50041
        with pytest.raises(Wrong, match="no setting 'hartbeat'"):
            await server.set(hartbeat=1)
        with pytest.raises(Wrong, match="no permission"):
            await server.channel(guild, "x", allow=("fly",))


async def test_the_process_ends_with_its_test(tmp_path: Path) -> None:
    async with DiscordServer.start(tmp_path) as server:
        assert server.process.returncode is None
    assert server.process.returncode is not None
