"""The Wall: what was posted to the desk's own channels, newest first."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.errors import StoreError
from bot.platforms.desk import kept, sheets
from bot.platforms.desk.digests_shown import Post
from bot.platforms.desk.house import House
from bot.platforms.desk.paper import Paper
from bot.platforms.desk.pictures import Pictures
from bot.platforms.desk.sheets import Spot
from bot.platforms.desk.shelf_shown import mark
from bot.platforms.desk.wall import anchor

POSTS = 30
"""Posts that the page shows."""


class WallRoom:
    """The wall as a page."""

    def __init__(self, house: House, paper: Paper, pictures: Pictures) -> None:
        self._house, self._paper, self._pictures = house, paper, pictures

    async def show(self, request: web.Request) -> web.Response:
        """The posts of one channel, or of all; one of them, if wanted, as the chats would draw it."""
        names = {one.place.channel: one.name for one in self._house.channels() if one.place.platform == "desk"}
        chosen = request.query.get("channel", "")
        channel = chosen if chosen in names else None
        bar = await self._paper.bar()
        try:
            posts = await self._house.digests.posts(channel, POSTS)
        except StoreError:
            sentence = "The database does not answer, so the wall cannot be read."
            return await self._paper.page(request, "unknown.html", 503, title="Wall", sentence=sentence)
        drawn = request.query.get("drawn", "")
        return await self._paper.page(
            request,
            "wall.html",
            bar=bar,
            names=names,
            channel=channel,
            posts=[self._post(post, names, drawn) for post in posts],
            full=len(posts) >= POSTS,
        )

    def _post(self, post: Post, names: Mapping[str, str], drawn: str) -> Mapping[str, Any]:
        """A post with everything its template draws."""
        page = kept.page_of(post.message, post.page)
        spot, name = anchor(post.key), names.get(post.channel, post.channel)
        shown: dict[str, Any] = {
            "post": post,
            "anchor": spot,
            "mark": mark((post, drawn == spot)),
            "channel": name,
            "spot": Spot(spot, name, self._pictures.show(sheets.pictures(page))),
            "drawing": sheets.on_desk(page),
            "drawn": drawn == spot,
        }
        if shown["drawn"]:
            shown["drawing"] |= sheets.in_chats(post.message, post.page)
        return shown
