"""The Digests page with what leads on from it: a preview to be posted now, held deliveries, and why."""

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, get_args

from aiohttp import web

from bot.errors import Refused, StoreError
from bot.platforms import pages
from bot.platforms.base import Frozen
from bot.platforms.desk import digest_words, kept, sheets
from bot.platforms.desk.digests_shown import Piece, Verdict
from bot.platforms.desk.guard import SESSION
from bot.platforms.desk.house import House
from bot.platforms.desk.paper import Paper
from bot.platforms.desk.pictures import Pictures
from bot.platforms.desk.sheets import Spot

DELIVERIES = 50
"""Deliveries that the page shows."""

HERE = "/digests"
NO_ANSWER = "The database does not answer, so nothing is known of digests at the moment."
_REQUEST = re.compile(r"[0-9a-f]{16}")
_VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


class DigestRooms:
    """What is due, what became of it, and what an operator does about it."""

    def __init__(self, house: House, paper: Paper, pictures: Pictures, now: Callable[[], datetime]) -> None:
        self._house, self._paper, self._pictures, self._now = house, paper, pictures, now

    async def show(self, request: web.Request) -> web.Response:
        """Every digest with its next slots, the deliveries, and the channels."""
        bar, digests = await self._paper.bar(), self._house.digests
        try:
            found = await digests.digests(self._house.zone)
            delivered = await digests.deliveries(DELIVERIES)
            places = await digests.places()
        except StoreError:
            return await self._sorry(request, "Digests", NO_ANSWER, 503)
        lines = digest_words.deliveries(delivered, {one.name: one.title for one in found})
        return await self._paper.page(
            request,
            "digests.html",
            bar=bar,
            told=_told(request),
            digests=digest_words.digests(found, self._house.zone, self._now()),
            held=[one for one in lines if one.delivery.state == "held"],
            deliveries=[one for one in lines if one.delivery.state != "held"],
            full=len(lines) >= DELIVERIES,
            places=digest_words.places(places, self._paper.written),
        )

    async def preview(self, request: web.Request) -> web.Response:
        """What would be sent if a digest were posted now, and the button that does it."""
        return await self._previewed(request, request.query.get("digest", ""), secrets.token_hex(8))

    async def send(self, request: web.Request) -> web.Response:
        """Post it; where what would be sent is not what was looked at, show it anew."""
        form = await request.post()
        name, stamp, once = (str(form.get(field, "")) for field in ("digest", "stamp", "request"))
        if not _REQUEST.fullmatch(once):
            return await self._sorry(request, "Post now", "That form is not one of ours. Nothing was sent.", 400)
        try:
            said = await self._house.digests.send(name, stamp, once)
        except Refused as refused:
            return await self._previewed(request, name, once, str(refused), 409)
        except StoreError:
            again = "The database did not answer. Post it again from here: it is still sent once only."
            return await self._previewed(request, name, once, again, 503)
        request[SESSION].told = said
        return web.Response(status=303, headers={"Location": HERE})

    async def resolve(self, request: web.Request) -> web.Response:
        """Do what an operator decided about a held delivery, and say what that came to."""
        form = await request.post()
        verdict = next((one for one in _VERDICTS if one == form.get("verdict")), None)
        if verdict is None:
            return await self._sorry(request, "Digests", "That form is not one of ours. Nothing was done.", 400)
        try:
            said = await self._house.digests.resolve(str(form.get("key", "")), verdict)
        except Refused as refused:
            said = str(refused)
        except StoreError:
            said = "The database did not answer, so nothing was done. Try again."
        request[SESSION].told = said
        return web.Response(status=303, headers={"Location": HERE})

    async def why(self, request: web.Request) -> web.Response:
        """What happened to one delivery, stage by stage."""
        digest, slot, channel = (request.query.get(field, "") for field in ("digest", "slot", "channel"))
        bar = await self._paper.bar()
        try:
            lines = await self._house.digests.why(digest, slot, channel, self._house.zone)
        except Refused as refused:
            return await self._sorry(request, "Why", str(refused), 404)
        except StoreError:
            return await self._sorry(request, "Why", NO_ANSWER, 503)
        return await self._paper.page(
            request, "why.html", here=HERE, bar=bar, digest=digest, slot=slot, channel=channel, lines=lines
        )

    async def _previewed(
        self, request: web.Request, name: str, once: str, sorry: str = "", status: int = 200
    ) -> web.Response:
        try:
            preview = await self._house.digests.preview(name)
        except Refused as refused:
            return await self._sorry(request, "Post now", str(refused), 404)
        except StoreError:
            return await self._sorry(request, "Post now", NO_ANSWER, 503)
        return await self._paper.page(
            request,
            "preview.html",
            status,
            HERE,
            preview=preview,
            pieces=[self._piece(number, piece) for number, piece in enumerate(preview.pieces, 1)],
            channels=", ".join(channel for piece in preview.pieces for channel in piece.channels),
            sorry=sorry,
            once=once,
        )

    def _piece(self, number: int, piece: Piece) -> Mapping[str, Any]:
        """A piece with everything its template draws."""
        whole = pages.whole(piece.message)
        return {
            "piece": piece,
            "platform": digest_words.platform(piece.platform),
            "spot": self._spot(f"piece-{number}", piece, sheets.pictures(whole)),
            "whole": sheets.on_desk(whole),
            "parts": [self._part(f"piece-{number}-{at}", piece, post) for at, post in enumerate(piece.parts, 1)],
        }

    def _part(self, number: str, piece: Piece, post: Frozen) -> Mapping[str, Any]:
        """One part as its own platform draws it."""
        part = {"post": post, "spot": self._spot(number, piece, post.pictures)}
        if piece.platform == "discord":
            return part | sheets.as_discord(post)
        if piece.platform == "slack":
            return part | sheets.as_slack(post)
        page = kept.page_of(*kept.read_body(post.body))
        return part | {"drawing": sheets.on_desk(page), "spot": self._spot(number, piece, sheets.pictures(page))}

    def _spot(self, number: str, piece: Piece, pictures: Any) -> Spot:
        return Spot(number, next(iter(piece.channels), ""), self._pictures.show(pictures))

    async def _sorry(self, request: web.Request, title: str, sentence: str, status: int) -> web.Response:
        return await self._paper.page(request, "unknown.html", status, HERE, title=title, sentence=sentence)


def _told(request: web.Request) -> str:
    """What the last form came to, told once, and to a page that somebody looks at."""
    if "X-Desk-Part" in request.headers:
        return ""
    session = request[SESSION]
    told, session.told = session.told, ""
    return told
