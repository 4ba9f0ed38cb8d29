"""Posting, reading back, changing: what is kept, what is refused, whom it would ping."""

import io
from typing import Any

import aiohttp
import discord
import pytest

from tests.servers.discord.control import DiscordServer, Wrong
from tests.servers.discord.mentions import unfurls
from tests.servers.discord.naive import ask, room_of
from tests.servers.discord.sample import Sample


async def test_a_post_repeated_with_its_nonce_is_one_message(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    room = room_of(bot, desk[1])
    first = await room.send("digest", nonce="key-1")
    again = await room.send("digest", nonce="key-1")
    assert first.id == again.id
    assert first.nonce == "key-1"
    [kept] = await server.messages(desk[1])
    assert kept["nonce"] == "key-1"
    assert [record["act"] for record in server.log("message")] == ["stored", "again"]

    other = await server.channel(desk[0], "elsewhere")
    assert (await room_of(bot, other).send("digest", nonce="key-1")).id != first.id
    await server.set(nonce_window=60.0)
    await server.advance(61)
    assert (await room.send("digest", nonce="key-1")).id != first.id


async def test_a_nonce_is_short_and_only_enforced_on_demand(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    path = f"/channels/{desk[1]}/messages"
    for _ in range(2):
        assert (await ask(server, "POST", path, {"content": "x", "nonce": "n"}))[0] == 200
    assert len(await server.messages(desk[1])) == 2
    assert (await ask(server, "POST", path, {"content": "x", "nonce": "n" * 26}))[1]["code"] == 50035
    kept = await room_of(bot, desk[1]).send("y", nonce="deleted")
    await kept.delete()
    with pytest.raises(discord.NotFound):
        await room_of(bot, desk[1]).send("y", nonce="deleted")


async def test_history_is_read_in_full_and_without_nonces(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    await server.set(bucket=(1000, 1.0), global_limit=1000)
    room = room_of(bot, desk[1])
    sent = [await room.send(f"m{number}", nonce=f"k{number}") for number in range(105)]
    found = [message async for message in room.history(after=sent[0], limit=None)]
    assert [message.id for message in found] == [message.id for message in sent[1:]]
    assert {message.nonce for message in found} == {None}
    before = [message.id async for message in room.history(before=sent[50], limit=3)]
    assert before == [sent[49].id, sent[48].id, sent[47].id]
    around = [message.id async for message in room.history(around=sent[50], limit=3)]
    assert around == [message.id for message in sent[49:52]][::-1]
    assert (await ask(server, "GET", f"/channels/{desk[1]}/messages?limit=101"))[1]["code"] == 50035


async def test_history_without_the_right_to_read_it_is_empty(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    room = await server.channel(desk[0], "deaf", bot_deny=("read_message_history",))
    message = await room_of(bot, room).send("unseen")
    assert [found async for found in room_of(bot, room).history()] == []
    with pytest.raises(discord.Forbidden):
        await room_of(bot, room).fetch_message(message.id)


async def test_a_message_is_changed_and_deleted(server: DiscordServer, bot: Sample, desk: tuple[str, str, str]) -> None:
    room = room_of(bot, desk[1])
    message = await room.send(embed=discord.Embed(description="first"))
    await room.get_partial_message(message.id).edit(embed=discord.Embed(description="corrected"))
    assert (await room.fetch_message(message.id)).embeds[0].description == "corrected"
    theirs = await server.say(desk[1], desk[2], "hello")
    with pytest.raises(discord.Forbidden, match="50005"):
        await room.get_partial_message(int(theirs)).edit(content="mine now")
    await message.delete()
    with pytest.raises(discord.NotFound, match="10008"):
        await message.delete()
    with pytest.raises(discord.NotFound, match="10008"):
        await room.get_partial_message(message.id).edit(content="x")
    assert [record["act"] for record in server.log("message")] == ["stored", "edited", "stored", "deleted"]


async def test_a_picture_in_an_embed_is_no_attachment_any_more(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    file = discord.File(io.BytesIO(b"png"), "chart.png", description="A chart")
    embed = discord.Embed().set_image(url="attachment://chart.png")
    message = await room_of(bot, desk[1]).send(embed=embed, file=file)
    assert message.attachments == []
    url = message.embeds[0].image.url
    assert url is not None
    async with aiohttp.ClientSession() as http, http.get(url) as reply:
        assert await reply.read() == b"png"
    [kept] = await server.messages(desk[1])
    assert [(one["filename"], one["description"]) for one in kept["attachments"]] == [("chart.png", "A chart")]
    await room_of(bot, desk[1]).send(embed=embed)
    assert [record["missing"] for record in server.log("message")] == [[], ["attachment://chart.png"]]


ROW = {"type": 1, "components": [{"type": 2, "style": 2, "label": "Next", "custom_id": "next"}]}
BUTTON = ROW["components"][0]  # type: ignore[index]


TOO_MUCH: list[dict[str, Any]] = [
    {"embeds": [{"description": "x" * 4097}]},
    {"embeds": [{"description": "🦑" * 2049}]},  # two UTF-16 units each
    {"embeds": [{"title": "x" * 257}]},
    {"embeds": [{"description": "x" * 4000}, {"description": "x" * 2001}]},
    {"embeds": [{"fields": [{"name": "a", "value": "b"}] * 26}]},
    {"embeds": [{"fields": [{"name": "", "value": "b"}]}]},
    {"embeds": [{"title": "x"}] * 11},
    {"embeds": ["not an embed"]},
    {"content": "x" * 2001},
    {"content": " "},
    {"components": [{"type": 1, "components": [BUTTON | {"custom_id": "x" * 101}]}]},
    {"components": [{"type": 1, "components": [BUTTON | {"custom_id": "🦑" * 51}]}]},
    {"components": [{"type": 1, "components": [BUTTON, BUTTON]}]},
    {"components": [{"type": 1, "components": [BUTTON | {"label": "x" * 81}]}]},
    {"components": [ROW] * 6},
    {"content": "x", "allowed_mentions": {"parse": ["users"], "users": ["1"]}},
]


async def test_a_message_out_of_its_limits_is_refused(server: DiscordServer, desk: tuple[str, str, str]) -> None:
    for body in TOO_MUCH:
        status, told = await ask(server, "POST", f"/channels/{desk[1]}/messages", body)
        assert (status, told["code"], told["message"]) == (400, 50035, "Invalid Form Body"), body
        assert told["errors"], body
    assert await server.messages(desk[1]) == []


async def test_a_message_at_its_limits_is_kept(server: DiscordServer, desk: tuple[str, str, str]) -> None:
    row = {"type": 1, "components": [BUTTON | {"custom_id": "x" * 100}]}
    body = {"embeds": [{"title": "x" * 256, "description": "x" * 4096}], "components": [row]}
    assert (await ask(server, "POST", f"/channels/{desk[1]}/messages", body))[0] == 200


async def test_a_file_too_big_is_refused(server: DiscordServer, bot: Sample, desk: tuple[str, str, str]) -> None:
    await server.set(upload_limit=10)
    with pytest.raises(discord.HTTPException, match="40005"):
        await room_of(bot, desk[1]).send(file=discord.File(io.BytesIO(b"x" * 11), "big.png"))


async def test_a_form_that_cannot_be_read_is_refused(server: DiscordServer, desk: tuple[str, str, str]) -> None:
    url, headers = f"{server.api}/channels/{desk[1]}/messages", server.headers
    kind = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(headers=headers) as http:
        async with http.post(url, data="{not json", headers=kind) as reply:
            assert (reply.status, (await reply.json())["code"]) == (400, 50109)
        async with http.post(url, data="content=x", headers={"Content-Type": "text/plain"}) as reply:
            assert reply.status == 415
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("payload_json", "{}")
        for number in range(11):
            form.add_field(f"files[{number}]", b"x", filename="x.txt")
        async with http.post(url, data=form) as reply:
            assert (reply.status, (await reply.json())["code"]) == (400, 50035)


async def test_what_the_bot_may_not_do_is_refused(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    guild = desk[0]
    hidden = await server.channel(guild, "hidden", bot_deny=("view_channel",))
    quiet = await server.channel(guild, "quiet", bot_deny=("send_messages",))
    plain = await server.channel(guild, "plain", bot_deny=("embed_links", "attach_files"))
    with pytest.raises(discord.Forbidden, match="50001"):
        await room_of(bot, hidden).send("x")
    with pytest.raises(discord.Forbidden, match="50001"):
        await bot.fetch_channel(int(hidden))
    with pytest.raises(discord.Forbidden, match="50013"):
        await room_of(bot, quiet).send("x")
    with pytest.raises(discord.Forbidden, match="50013"):
        await room_of(bot, plain).send(embed=discord.Embed(title="x"))
    with pytest.raises(discord.Forbidden, match="50013"):
        await room_of(bot, plain).send(file=discord.File(io.BytesIO(b"x"), "x.png"))
    await room_of(bot, plain).send("words are fine")
    with pytest.raises(discord.NotFound, match="10003"):
        await room_of(bot, guild).send("x")
    assert (await ask(server, "POST", "/channels/newsroom/messages", {"content": "x"}))[1]["code"] == 50035


async def test_closed_threads_are_closed(server: DiscordServer, bot: Sample) -> None:
    guild = await server.guild("Desk", bot_permissions=("view_channel", "send_messages_in_threads"))
    room = await server.channel(guild, "room")
    await room_of(bot, await server.thread(room, "asleep", archived=True)).send("wakes it")
    with pytest.raises(discord.Forbidden, match="160005"):
        await room_of(bot, await server.thread(room, "locked", locked=True)).send("x")


async def test_rights_are_looked_up(server: DiscordServer, bot: Sample, desk: tuple[str, str, str]) -> None:
    guild, room, ada = desk
    found = await bot.fetch_guild(int(guild))
    assert found.name == "Harbour desk"
    assert {role.name for role in await found.fetch_roles()} >= {"@everyone"}
    assert (await found.fetch_member(int(ada))).name == "ada"
    channel = await bot.fetch_channel(int(room))
    assert isinstance(channel, discord.TextChannel)
    mine = bot.get_channel(int(room))
    assert isinstance(mine, discord.TextChannel)
    assert mine.permissions_for(mine.guild.me).send_messages
    with pytest.raises(discord.NotFound, match="10007"):
        await found.fetch_member(int(room))


async def test_the_bot_is_thrown_out(server: DiscordServer, bot: Sample, desk: tuple[str, str, str]) -> None:
    guild, room, ada = desk
    await server.remove_bot(guild)
    await bot.until("removed")
    with pytest.raises(discord.Forbidden, match="50001"):
        await room_of(bot, room).send("x")
    with pytest.raises(discord.NotFound, match="10004"):
        await bot.fetch_guild(int(guild))
    with pytest.raises(Wrong, match="not in that guild"):
        await server.slash(guild, room, ada, "impact")
    await server.invite_bot(guild)
    await bot.until("joined")
    assert await server.commands(guild) == []
    await room_of(bot, room).send("x")


async def test_a_deleted_channel_is_unknown(server: DiscordServer, bot: Sample, desk: tuple[str, str, str]) -> None:
    await server.delete_channel(desk[1])
    await bot.until("channel deleted")
    with pytest.raises(discord.NotFound, match="10003"):
        await room_of(bot, desk[1]).send("x")


async def test_the_log_tells_whom_a_message_would_have_pinged(
    server: DiscordServer, bot: Sample, desk: tuple[str, str, str]
) -> None:
    role = await server.role(desk[0], "readers", mentionable=True)
    text = f"@everyone <@{desk[2]}> <@&{role}> https://gazette.example/mud"
    room = room_of(bot, desk[1])
    await room.send(text)
    await room.send(text, allowed_mentions=discord.AllowedMentions.none(), suppress_embeds=True)
    await room.send(embed=discord.Embed(description=text))
    loud, quiet, embedded = server.log("message")
    assert loud["pings"] == {"everyone": True, "users": [desk[2]], "roles": [role]}
    assert loud["unfurls"] == ["https://gazette.example/mud"]
    for record in (quiet, embedded):
        assert record["pings"] == {"everyone": False, "users": [], "roles": []}
        assert record["unfurls"] == []


@pytest.mark.parametrize(
    ("content", "links"),
    [
        ("see https://a.example/x.", ["https://a.example/x."]),
        ("see <https://a.example/x>", []),
        ("see [mud](https://a.example/x)", ["https://a.example/x)"]),
        ("`https://a.example/x` and ```\nhttps://b.example\n```", []),
        ("javascript:alert(1)", []),
    ],
)
def test_links_that_would_unfurl(content: str, links: list[str]) -> None:
    assert unfurls(content, 0) == links


async def test_no_token_is_in_the_log(server: DiscordServer, bot: Sample, desk: tuple[str, str, str]) -> None:
    outcome = await server.slash(*desk, "slow")
    text = server.log_path.read_text()
    assert server.token not in text
    assert outcome.token not in text
    assert {record["kind"] for record in server.log()} >= {"request", "frame", "message", "interaction", "callback"}
