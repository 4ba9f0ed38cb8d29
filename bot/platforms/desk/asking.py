"""The Ask room: a chat as a channel of your choice, each answer drawn as every platform will draw it."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from bot.commands.base import Ask, Place
from bot.errors import BriefingBotError
from bot.platforms.buttons import read_button
from bot.platforms.desk import kept, sheets, turns
from bot.platforms.desk.door import Session
from bot.platforms.desk.guard import SESSION
from bot.platforms.desk.house import House
from bot.platforms.desk.offers import worth_asking
from bot.platforms.desk.paper import Paper
from bot.platforms.desk.pictures import Pictures
from bot.platforms.desk.turns import Turn, Typed
from bot.platforms.picture import Theme

TYPED = 200
"""Characters of a typed line that are looked at while it is completed."""


class Asking:
    """Questions, answers, completion and pictures."""

    def __init__(self, house: House, paper: Paper) -> None:
        self._house, self._paper = house, paper
        self.pictures = Pictures()
        """Those of other rooms too, for all are asked for here."""

    async def show(self, request: web.Request) -> web.Response:
        """The page, with what was asked in this session."""
        session = request[SESSION]
        return await self._paper.page(
            request,
            "ask.html",
            channels=self._house.channels(),
            turns=[self._drawing(turn) for turn in session.turns],
            questions=await worth_asking(self._house, self._place(session.channel)),
        )

    async def ask(self, request: web.Request) -> web.Response:
        """Answer a typed question or a pressed button; a script gets the turn alone."""
        session, form = request[SESSION], await request.post()
        self._choose(session, form)
        turn = await self._answered(request, session, form)
        session.remember(turn)
        if "X-Desk-Part" not in request.headers:
            return web.Response(status=303, headers={"Location": f"/#turn-{turn.number}"})
        part = self._paper.part("turn.html", turn=self._drawing(turn), csrf=session.csrf)
        return web.Response(text=part, content_type="text/html")

    async def choose(self, request: web.Request) -> web.Response:
        """Keep the chosen channel for the session."""
        self._choose(request[SESSION], await request.post())
        return web.Response(status=204)

    async def complete(self, request: web.Request) -> web.Response:
        """Suggestions for what is typed, as JSON."""
        place = self._place(request.query.get("channel", ""))
        found = await self._house.complete(place, request.query.get("typed", "")[:TYPED])
        return web.json_response([{"value": one.value, "meaning": one.meaning} for one in found])

    async def picture(self, request: web.Request) -> web.Response:
        """A picture of an answer of this session, or of a post, drawn for light or dark."""
        theme: Theme = "dark" if request.query.get("theme") == "dark" else "light"
        number, at = request.query.get("turn", ""), request.query.get("at", "0")
        turn = next((turn for turn in request[SESSION].turns if str(turn.number) == number), None)
        shown = turn.pictures if turn else self.pictures.shown(request.query.get("of", ""))
        found = next((one for index, one in enumerate(shown) if str(index) == at), None)
        if found is None:
            raise web.HTTPNotFound
        return web.Response(body=await self.pictures.png(found, theme), content_type="image/png")

    def _choose(self, session: Session, form: Mapping[str, object]) -> None:
        name = form.get("channel")
        if name is not None:
            session.channel = self._known(name)

    def _known(self, name: object) -> str:
        """The name of a channel, or nothing, which means a direct message."""
        return next((channel.name for channel in self._house.channels() if channel.name == name), "")

    def _place(self, name: str) -> Place:
        places = {channel.name: channel.place for channel in self._house.channels()}
        return places.get(name, turns.DIRECT)

    async def _answered(self, request: web.Request, session: Session, form: Mapping[str, object]) -> Turn:
        typed, page, stamp = _read(form)
        channel = self._known(form.get("at", session.channel))
        line = turns.asked(typed.command, typed.text) if typed.command else str(form.get("typed", ""))[:TYPED]
        number = session.count + 1
        if typed.refusal:
            return Turn(number, line, channel, refusal=typed.refusal)
        replaced = str(form.get("turn", ""))
        if any(str(turn.number) == replaced and turn.asked == line for turn in session.turns):
            number = int(replaced)
        ask = Ask(
            self._place(channel),
            turns.PERSON,
            typed.command,
            typed.text,
            page,
            stamp,
            turns.read_language(request.headers.get("Accept-Language", "")),
            direct=not channel,
        )
        try:
            return Turn(number, line, channel, reply=await self._house.answer(ask))
        except BriefingBotError as refused:
            return Turn(number, line, channel, refusal=str(refused))

    def _drawing(self, turn: Turn) -> dict[str, Any]:
        """A turn with everything its template draws."""
        drawn: dict[str, Any] = {"turn": turn}
        if turn.reply is None:
            return drawn
        message, page = turn.reply.message, turn.reply.page
        return drawn | sheets.on_desk(kept.page_of(message, page)) | sheets.in_chats(message, page)


def _read(form: Mapping[str, object]) -> tuple[Typed, int, str | None]:
    """The question of a form, the page wanted and the stamp a button remembered."""
    press = form.get("press")
    if press is None:
        return turns.read_typed(str(form.get("typed", ""))), 0, None
    found = read_button(str(press))
    if found is None:
        return Typed(refusal="That button is not one of ours."), 0, None
    if found.kind != "show":
        return Typed(refusal="That button works in chat, not on the desk."), 0, None
    return turns.read_parts(found.command, found.text), found.page, found.stamp
