"""The editor: a briefing's text with its problems and its drawing beside it, saved, undone, or begun anew."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from aiohttp import web

from bot.content import receipt
from bot.content.counting import how_many
from bot.content.endings import plain
from bot.content.read import LARGEST
from bot.errors import Refused
from bot.message import Message
from bot.platforms.base import Frozen
from bot.platforms.desk import sheets
from bot.platforms.desk.edits_shown import Checked, Drawn, Opened, Outcome
from bot.platforms.desk.forms import FORM
from bot.platforms.desk.guard import SESSION
from bot.platforms.desk.house import House
from bot.platforms.desk.paper import Paper
from bot.platforms.desk.pictures import Pictures
from bot.platforms.desk.sheets import Spot
from bot.platforms.desk.shelf_shown import errors_in
from bot.platforms.discord import render as discord
from bot.platforms.slack import render as slack

HERE = "/briefings"
SHOWN = 100
"""Problems that are listed."""
PAGES = 50
"""Pages of an answer in which the claim at the caret is looked for."""

_UNCHECKED: dict[str, Any] = dict.fromkeys(("counts", "changes", "problems", "claims", "drawing", "current"), "")
STATUS = {"saved": 200, "clash": 409, "faulty": 422}


class EditRooms:
    """Pages and answers for somebody who edits. A script gets JSON, a browser without one gets pages."""

    def __init__(self, house: House, paper: Paper, pictures: Pictures) -> None:
        self._house, self._paper, self._pictures = house, paper, pictures

    async def show(self, request: web.Request) -> web.Response:
        """A file in the editor."""
        file = request.query.get("file", "")
        try:
            opened = await self._house.editing.open(file)
        except Refused as refused:
            return await self._sorry(request, str(refused), 404)
        if not opened.stamp:
            return await self._sorry(request, f"{file} is not there.", 404)
        return await self._edited(request, opened, opened.text, line=_number(request.query.get("line", "")))

    async def stands(self, request: web.Request) -> web.Response:
        """A file as it stands on the disk, for a script that has it open; its stamp alone where that is known there."""
        try:
            opened = await self._house.editing.open(request.query.get("file", ""))
        except Refused as refused:
            return web.json_response({"says": str(refused)}, status=409)
        known = opened.stamp == request.query.get("since")
        return web.json_response({"stamp": opened.stamp} if known else self._told(opened))

    async def check(self, request: web.Request) -> web.Response:
        """What is wrong in a text, what it changes, and how it is drawn."""
        form = request[FORM]
        try:
            text = form.get("text", "")
            checked = await self._house.editing.check(form.get("file", ""), plain(text), _number(form.get("line", "")))
        except Refused as refused:
            return web.json_response({"says": str(refused)}, status=409)
        return web.json_response(await self._checked(checked, request[SESSION].csrf))

    async def difference(self, request: web.Request) -> web.Response:
        """The difference from the file to a text."""
        form = request[FORM]
        try:
            lines = await self._house.editing.difference(form.get("file", ""), plain(form.get("text", "")))
        except Refused as refused:
            return web.Response(text=str(refused), status=409)
        return web.Response(text=self._paper.part("difference.html", lines=lines), content_type="text/html")

    async def save(self, request: web.Request) -> web.Response:
        """Save a text; `over` is the stamp of what stands there now, from somebody who knows that it is overwritten."""
        form = request[FORM]
        stamp, text = form.get("over", form.get("stamp", "")), plain(form.get("text", ""))

        async def work() -> Outcome:
            if "text" not in form:
                raise Refused("Nothing was saved: no text came with it.")
            return await self._house.editing.save(form.get("file", ""), text, stamp, errors_too="errors" in form)

        return await self._done(request, text, work, "Saved.")

    async def undo(self, request: web.Request) -> web.Response:
        """Put back what stood there before the last save."""
        form = request[FORM]
        file, stamp, text = form.get("file", ""), form.get("stamp", ""), plain(form.get("text", ""))

        async def work() -> Outcome:
            opened = await self._house.editing.open(file)
            if "text" in form and opened.stamp == stamp and opened.text != text:
                raise Refused(
                    "There is work here that is not saved. Save it, or take it back; then undo the last save."
                )
            return await self._house.editing.undo(file, stamp)

        return await self._done(request, text, work, "The last save is undone. Undo again to redo it.")

    async def new(self, request: web.Request) -> web.Response:
        """The form that begins a briefing."""
        return await self._paper.page(request, "edit_new.html", here=HERE, title="", name="", sorry="")

    async def begin(self, request: web.Request) -> web.Response:
        """Make a new file, and open it."""
        form = await request.post()
        title, name = (str(form.get(field, "")) for field in ("title", "name"))
        try:
            file = await self._house.editing.begin(title, name)
        except Refused as refused:
            told: dict[str, Any] = {"title": title, "name": name, "sorry": str(refused)}
            return await self._paper.page(request, "edit_new.html", 409, HERE, **told)
        return web.Response(status=303, headers={"Location": f"/briefings/edit?file={quote(file)}"})

    async def _done(self, request: web.Request, text: str, work: Callable[[], Any], says: str) -> web.Response:
        """Do it, and tell a script or a person what came of it; whatever it was, their text is still there."""
        form, wanted = request[FORM], "X-Desk-Part" in request.headers
        file = form.get("file", "")
        try:
            outcome: Outcome = await work()
        except Refused as refused:
            if wanted:
                status = 413 if len(text.encode()) > LARGEST else 409
                return web.json_response({"state": "refused", "says": str(refused)}, status=status)
            return await self._edited(request, Opened(file, "", form.get("stamp", "")), text, str(refused), status=409)
        if wanted:
            told = self._told(outcome.stands) | {"state": outcome.state, "says": _says(outcome, says)}
            return web.json_response(told, status=STATUS[outcome.state])
        if outcome.state == "saved":
            request[SESSION].told = says
            return web.Response(status=303, headers={"Location": f"/briefings/edit?file={quote(file)}"})
        # Who knew that theirs is overwritten, and is told of errors first, need not be told of theirs again.
        known = outcome.state == "faulty" and "over" in form
        since = Opened(file, "", form["over"] if known else form.get("stamp", ""))
        sorry, status = _says(outcome, says), STATUS[outcome.state]
        return await self._edited(request, since, text, sorry, outcome=outcome, status=status)

    def _told(self, opened: Opened) -> dict[str, Any]:
        """What stands on the disk, and the box in which it is shown beside another text."""
        clash = self._paper.part("edit_clash.html", clash=opened)
        told = {"text": opened.text, "stamp": opened.stamp, "undo": opened.undo, "there": bool(opened.stamp)}
        return told | {"clash": clash}

    async def _edited(
        self,
        request: web.Request,
        since: Opened,
        text: str,
        sorry: str = "",
        *,
        outcome: Outcome | None = None,
        line: int = 1,
        status: int = 200,
    ) -> web.Response:
        """The editor with a text in it that was begun from the state `since` of the file."""
        try:
            found = await self._house.editing.check(since.file, text, line)
            checked = await self._checked(found, request[SESSION].csrf)
        except Refused as refused:
            checked, sorry = _UNCHECKED, sorry or str(refused)
        session = request[SESSION]
        told, session.told = session.told, ""
        return await self._paper.page(
            request,
            "edit.html",
            status,
            HERE,
            since=since,
            text=text,
            checked=checked,
            clash=outcome.stands if outcome and outcome.state == "clash" else None,
            faulty=outcome is not None and outcome.state == "faulty",
            sorry=sorry,
            told="" if sorry else told,
            line=line,
            largest=LARGEST,
        )

    async def _checked(self, checked: Checked, csrf: str) -> dict[str, Any]:
        problems = sorted(checked.problems, key=lambda one: one.severity)
        wrong = errors_in(problems)
        warned = len(problems) - wrong
        drawn = checked.drawn
        return {
            "errors": wrong,
            "counts": f"{how_many(wrong, 'error')}, {how_many(warned, 'warning')}" if problems else "No problems.",
            "marks": [[one.mark.line, one.severity] for one in problems],
            "problems": self._paper.part("edit_problems.html", problems=problems[:SHOWN], more=len(problems) - SHOWN),
            "claims": self._paper.part("edit_claims.html", counts=_compared(checked.compared)),
            "changes": checked.changes,
            "stamp": checked.stamp,
            "drawing": self._paper.part("beside.html", csrf=csrf, **await self._drawn(drawn)) if drawn else "",
            "current": bool(drawn and drawn.current),
        }

    async def _drawn(self, drawn: Drawn) -> Mapping[str, Any]:
        """Each platform's page with the claim at the caret on it."""
        on_discord = await asyncio.to_thread(_page_with, discord.render, drawn.message, drawn.claim)
        on_slack = await asyncio.to_thread(_page_with, slack.render, drawn.message, drawn.claim)
        spot = Spot("beside", "", self._pictures.show(on_discord.pictures))
        return {"drawn": drawn, "turn": spot} | sheets.as_discord(on_discord) | sheets.as_slack(on_slack)

    async def _sorry(self, request: web.Request, sentence: str, status: int) -> web.Response:
        title = request.query.get("file", "") or "Edit"
        return await self._paper.page(request, "unknown.html", status, HERE, title=title, sentence=sentence)


def _page_with(render: Callable[[Message, int], Frozen], message: Message, claim: int) -> Frozen:
    """The first page that has this claim on it; the very first where it is too far down to be looked for."""
    pages = (render(message, number) for number in range(PAGES))
    return next((post for post in pages if claim <= post.last or not post.more), None) or render(message, 0)


def _compared(claims: Sequence[receipt.Checked]) -> list[str]:
    """How many claims stand how to their text."""
    amounts = Counter(claims)
    return [f"{how}: {amounts[how]}" for how in receipt.Checked if amounts[how]]


def _says(outcome: Outcome, saved: str) -> str:
    if outcome.state == "saved":
        return saved
    if outcome.state == "faulty":
        wrong = errors_in(outcome.problems)
        mend = "Mend it, or save with the error" if wrong == 1 else "Mend them, or save with errors"
        return f"Nothing was saved: the text has {how_many(wrong, 'error')}. {mend}."
    if not outcome.stands.stamp:
        return "Nothing was saved: the file is not in the folder any more."
    return "Nothing was saved: somebody else changed this file after you opened it."


def _number(given: str) -> int:
    return int(given) if given.isascii() and given.isdigit() and len(given) < 8 else 1
