"""Forms that bring the text of a briefing: far longer than others, and so read apart from the event loop."""

import asyncio
from collections.abc import Mapping
from urllib.parse import parse_qsl

from aiohttp import web

from bot.content.read import LARGEST

LONG = frozenset(f"/briefings/{name}" for name in ("check", "difference", "save", "undo"))
"""Paths whose forms may be long; they are read from those only who are in."""

MOST = 6 * LARGEST + 64 * 1024
"""Bytes of a long form at most: six for a line feed, which a form sends as `%0D%0A`, and some for the other fields."""

FORM: web.RequestKey[Mapping[str, str]] = web.RequestKey("form", Mapping)
"""The fields of a long form."""


async def read_long(request: web.Request) -> Mapping[str, str]:
    """The fields of a form of up to `MOST` bytes, none of them changed by a byte that is no UTF-8."""
    if (request.content_length or 0) > MOST:
        raise web.HTTPRequestEntityTooLarge(max_size=MOST, actual_size=request.content_length or 0)
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > MOST:
            raise web.HTTPRequestEntityTooLarge(max_size=MOST, actual_size=len(body))
    try:
        return await asyncio.to_thread(_read, bytes(body))
    except ValueError as error:
        raise web.HTTPBadRequest from error


def _read(body: bytes) -> Mapping[str, str]:
    return dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=20))
