"""Paints pictures beside the event loop, in one thread of its own."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from bot.message import Picture
from bot.platforms.picture import Theme, draw


async def painted(picture: Picture, theme: Theme = "light") -> bytes:
    """`picture` as PNG."""
    return await asyncio.get_running_loop().run_in_executor(_painter(), draw, picture, theme)


@cache
def _painter() -> ThreadPoolExecutor:
    # One thread, for each that ever paints keeps memory of its own for it.
    return ThreadPoolExecutor(1, "painter")
