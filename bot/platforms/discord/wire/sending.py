"""Sends what was drawn, exactly as it was drawn, as the one answer to an interaction.

The library would build its own objects of every answer, remember its buttons, and read back what Discord made of it:
a quarter of all that a command costs. An answer is one JSON body, so it is sent as one.
"""

import asyncio
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import discord
import yarl

from bot.platforms.base import JSON, Frozen
from bot.platforms.discord.limits import CONTENT, REPORT
from bot.platforms.discord.markdown import escape
from bot.platforms.literal import fit
from bot.platforms.painting import painted

Interaction = discord.Interaction[discord.Client]

PATIENCE = 2.0
"""Seconds after which an answer is promised; Discord waits three."""

TIMEOUT = 15.0
"""Seconds for one request."""

AGAIN = 0.5
"""Seconds until what Discord could not take is sent once more."""

FIRST, LATER = 3.0, 15 * 60.0
"""Seconds that Discord waits for an answer, or for what was promised."""

ANSWERED = 40060
"""Discord's own number for an interaction that has its answer."""

MESSAGE, PROMISE, PROMISE_IN_PLACE, IN_PLACE, CHOICES, FORM = 4, 5, 6, 7, 8, 9
"""Kinds of answer: discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback-type."""

PRIVATE = 1 << 6
"""The flag of a message that one person sees: discord.com/developers/docs/resources/message#message-flags."""


class NotTaken(Exception):
    """Discord did not take an answer: the status, its own code where it told one, and seconds to wait after a 429."""

    def __init__(self, status: int, code: int, again: float = math.inf) -> None:
        super().__init__(f"Discord answered {status} ({code})")
        self.status, self.code, self.again = status, code, again


@dataclass(frozen=True, slots=True)
class Form:
    """A form with one field for the words of a report; its id comes back with them, also after a restart."""

    custom_id: str

    @property
    def body(self) -> JSON:
        words = {"type": 4, "custom_id": "words", "style": 2, "min_length": 1, "max_length": REPORT}
        label = {"type": 18, "label": "What is wrong?", "component": words}
        return {"custom_id": self.custom_id, "title": "Report a problem", "components": [label]}


Said = Frozen | str | Form
"""What an interaction is answered with: a drawn message, a sentence, or a form to fill in."""


Files = Sequence[tuple[str, bytes]]
"""Names and bytes, in the order of a body's attachments."""


async def files_of(frozen: Frozen) -> Files:
    """The pictures of what was drawn, painted."""
    if not frozen.pictures:
        return ()
    data = await asyncio.gather(*(painted(picture) for picture in frozen.pictures))
    return [(one["filename"], file) for one, file in zip(frozen.body["attachments"], data, strict=True)]


def parts_of(body: JSON, files: Files) -> list[dict[str, Any]]:
    """A body with its files, as the parts of a form."""
    told = {"name": "payload_json", "value": json.dumps(body), "content_type": "application/json"}
    return [
        told,
        *(
            {"name": f"files[{number}]", "value": data, "filename": name, "content_type": "image/png"}
            for number, (name, data) in enumerate(files)
        ),
    ]


def _form(body: JSON, files: Files) -> aiohttp.FormData:
    form = aiohttp.FormData(quote_fields=False)
    for part in parts_of(body, files):
        form.add_field(**part)
    return form


@dataclass
class Mouth:
    """Says things to interactions over a session of its own."""

    api: str
    session: aiohttp.ClientSession | None = field(default=None, repr=False)

    def over(self, connector: aiohttp.BaseConnector, agent: str) -> None:
        """Speak over this connector, which somebody else closes, under the name that Discord wants of its clients."""
        self.session = aiohttp.ClientSession(
            connector=connector,
            connector_owner=False,
            timeout=aiohttp.ClientTimeout(total=TIMEOUT),
            headers={"User-Agent": agent},
        )

    async def close(self) -> None:
        if self.session is not None:
            await self.session.close()

    async def answer(self, asked: Interaction, kind: int, data: JSON, files: Files = ()) -> None:
        """Answer an interaction; this can be done once."""
        body = {"type": kind, "data": data}
        await self._send("POST", f"interactions/{asked.id}/{asked.token}/callback", body, files, within=FIRST)

    async def change(self, asked: Interaction, data: JSON, files: Files = ()) -> None:
        """Put something in the place of a promise."""
        path = f"webhooks/{asked.application_id}/{asked.token}/messages/@original"
        await self._send("PATCH", path, data, files)

    async def add(self, asked: Interaction, data: JSON) -> None:
        """Say something more."""
        await self._send("POST", f"webhooks/{asked.application_id}/{asked.token}", data)

    async def _send(self, method: str, path: str, body: JSON, files: Files = (), within: float = LATER) -> None:
        """Send; once more where nobody knows whether it was taken, and again where there is time for Discord's wait."""
        clock = asyncio.get_running_loop().time
        until, doubtful = clock() + within, False
        while True:
            try:
                return await self._once(method, path, body, files)
            except TimeoutError:
                raise
            except (NotTaken, OSError, aiohttp.ClientError) as error:
                wait = AGAIN
                if isinstance(error, NotTaken) and error.status < 500:
                    if doubtful and error.code == ANSWERED:
                        return None  # by the attempt before
                    wait = error.again
                    if error.status != 429 or clock() + wait > until:
                        raise
                elif doubtful:
                    raise
                else:
                    doubtful = True
            await asyncio.sleep(wait)

    async def _once(self, method: str, path: str, body: JSON, files: Files) -> None:
        if self.session is None or self.session.closed:
            raise aiohttp.ClientConnectionError("the bot is stopping")
        url = yarl.URL(f"{self.api}/{path}", encoded=True)
        sent: dict[str, Any] = {"data": _form(body, files)} if files else {"json": body}
        async with self.session.request(method, url, allow_redirects=False, **sent) as told:
            if told.status >= 300:
                raise _not_taken(told.status, await told.read())


def _not_taken(status: int, answer: bytes) -> NotTaken:
    """What Discord says of an answer it did not take, where these are Discord's words at all."""
    try:
        told = json.loads(answer)
        return NotTaken(status, int(told.get("code", 0)), max(AGAIN, float(told.get("retry_after", math.inf))))
    except (ValueError, TypeError, AttributeError):
        return NotTaken(status, 0)


class Turn:
    """One interaction that waits for its answer.

    What takes longer than `patience` seconds is promised first and said then. `in_place` changes the message
    whose button was pressed; all else is a new line that only the person sees.
    """

    def __init__(self, mouth: Mouth, asked: Interaction, *, in_place: bool, patience: float) -> None:
        self._mouth, self._asked, self._in_place = mouth, asked, in_place
        self._promise: asyncio.Task[None] | None = None
        self._timer = asyncio.get_running_loop().call_later(patience, self._defer)

    def _defer(self) -> None:
        kind, data = (PROMISE_IN_PLACE, {}) if self._in_place else (PROMISE, {"flags": PRIVATE})
        self._promise = asyncio.create_task(self._mouth.answer(self._asked, kind, data))

    async def promise(self) -> None:
        """Promise the answer now, and so learn whether Discord still waits for one."""
        self._timer.cancel()
        self._defer()
        assert self._promise is not None
        await self._promise

    async def say(self, said: Said, files: Files = ()) -> None:
        """Answer; `files` are the pictures of a drawn message."""
        self._timer.cancel()
        if self._promise is None:
            await self._at_once(said, files)
            return
        await self._promise
        if isinstance(said, Frozen):
            await self._mouth.change(self._asked, {"attachments": [], **said.body}, files)
        elif self._in_place:
            await self._mouth.add(self._asked, _line(said))
        else:
            await self._mouth.change(self._asked, _line(said))

    async def _at_once(self, said: Said, files: Files) -> None:
        match said:
            case Form():
                await self._mouth.answer(self._asked, FORM, said.body)
            case Frozen() if self._in_place:
                await self._mouth.answer(self._asked, IN_PLACE, {"attachments": [], **said.body}, files)
            case Frozen():
                await self._mouth.answer(self._asked, MESSAGE, {**said.body, "flags": PRIVATE}, files)
            case _:
                await self._mouth.answer(self._asked, MESSAGE, _line(said))


def _line(said: str | Form) -> JSON:
    """A plain sentence that only the person sees."""
    text = said if isinstance(said, str) else ""
    return {"content": fit(text, CONTENT, escape), "flags": PRIVATE, "allowed_mentions": {"parse": []}}
