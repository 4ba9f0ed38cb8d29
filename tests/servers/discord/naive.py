"""Requests as a naive client makes them: no waiting, no second try, no care for limits."""

import json
from typing import Any

import aiohttp
import discord

from tests.servers.discord.control import DiscordServer
from tests.servers.discord.sample import Sample

POSTS = r"POST /channels/\d+/messages"
OPTION = {"type": 3, "name": "text", "description": "words"}


async def ask(
    server: DiscordServer, method: str, path: str, body: Any = None, *, token: str | None = None
) -> tuple[int, Any]:
    """One request: its status, and the JSON or text of its answer."""
    headers = server.headers | ({"Authorization": f"Bot {token}"} if token else {})
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, server.api + path, json=body, headers=headers) as reply,
    ):
        text = await reply.text()
        return reply.status, json.loads(text) if reply.content_type == "application/json" and text else text


def room_of(bot: Sample, channel: str) -> discord.PartialMessageable:
    return bot.get_partial_messageable(int(channel))
