"""Templates, and what each of them is given."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.content.counting import how_many
from bot.content.dates import moment
from bot.content.state import ShelfState
from bot.errors import StoreError
from bot.platforms.buttons import read_button
from bot.platforms.desk.digests_shown import Pulse
from bot.platforms.desk.guard import SESSION
from bot.platforms.desk.house import House, PlatformState
from bot.platforms.desk.shelf_shown import errors_in, mark
from bot.platforms.literal import web_link
from bot.platforms.slack.picker import read_pick

HERE = Path(__file__).parent
ROOMS = (("/", "Ask"), ("/briefings", "Briefings"), ("/digests", "Digests"), ("/wall", "Wall"), ("/health", "Health"))


class Paper:
    """Turns templates into pages; everything put into one is escaped."""

    def __init__(self, house: House, now: Callable[[], datetime]) -> None:
        self._house, self._now = house, now
        self._pulse = Pulse()
        self._templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.filters |= {
            "kind": lambda part: type(part).__name__,
            "link": lambda url: found.url if (found := web_link(url)) else None,
            "host": lambda url: found.host if (found := web_link(url)) else None,
            "how_many": how_many,
            "time": self.time,
            "mark": mark,
            "source": lambda body: json.dumps(body, ensure_ascii=False, indent=2),
        }
        self._templates.tests |= {
            "ours": lambda press: _kind(press) == "show",
            "chats": lambda press: _kind(press) in ("share", "report") or read_pick(press or "") is not None,
        }

    def part(self, template: str, **values: Any) -> Markup:
        """A piece of a page."""
        return Markup(self._templates.get_template(template).render(**values))  # noqa: S704 (autoescaped)

    async def page(
        self,
        request: web.Request,
        template: str,
        status: int = 200,
        here: str | None = None,
        bar: Mapping[str, Any] | None = None,
        **values: Any,
    ) -> web.Response:
        """A whole page, for somebody who is in; `here` is the room it belongs to, where that is not its own path.

        `bar` is what `bar()` said before anything else of the page was read, where it may change with that.
        """
        session = request[SESSION]
        html = self.part(
            template,
            here=here or request.path,
            zone=str(self._house.zone),
            rooms=ROOMS,
            bar=bar or await self.bar(),
            csrf=session.csrf,
            session=session,
            **values,
        )
        return web.Response(text=html, content_type="text/html", status=status)

    def outside(self, template: str, status: int = 200, **values: Any) -> web.Response:
        """A whole page that tells nothing about the bot."""
        return web.Response(text=self.part(template, **values), content_type="text/html", status=status)

    def sorry(self, request: web.Request, status: int, sentence: str) -> web.Response:
        """A refusal: a page for people, a line for scripts."""
        if "text/html" not in request.headers.get("Accept", ""):
            return web.Response(text=sentence + "\n", status=status)
        return self.outside("sorry.html", status, sentence=sentence, inside=SESSION in request)

    async def bar(self) -> dict[str, Any]:
        """What the top bar and the navigation say, and what tells whether a page is still true.

        A page that reads what may change while it is made asks for this first: `seen` is then never too new.
        """
        shelf, state, pulse = self._house.shelf(), self._house.state(), await self._beat()
        bar = {
            "platforms": [lamp(platform) for platform in state.platforms],
            "count": len(shelf.files),
            "notes": {
                "/briefings": note(shelf),
                "/digests": f"{pulse.held} held" if pulse.held else "",
                "/health": " · ".join(filter(None, ("not ready" if state.trouble else "", config_note(shelf)))),
            },
            "trouble": "|".join((state.store, *state.trouble)),
            "replicas": "|".join(map(str, state.replicas)),
            "clock": zone_said(self._now().astimezone(self._house.zone)),
            "revision": shelf.revision,
            "digests": pulse.revision,
        }
        return {**bar, "seen": mark(bar)}

    async def _beat(self) -> Pulse:
        """How digests are, or were when the database last answered: no page fails for it."""
        with suppress(StoreError):
            self._pulse = await self._house.digests.pulse()
        return self._pulse

    def time(self, at: datetime) -> Markup:
        """A time as an element that machines can read too."""
        local = at.astimezone(self._house.zone)
        return Markup('<time datetime="{}">{}</time>').format(local.isoformat(timespec="minutes"), self.written(at))

    def written(self, at: datetime) -> str:
        """A time of today, or a date and a time, in the configured zone."""
        return moment(at, self._now(), self._house.zone)


def zone_said(at: datetime) -> str:
    """The zone of a moment, and how far it is from UTC then: `Europe/Berlin, UTC+1`."""
    offset = at.utcoffset() or timedelta()
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    sign = "-" if offset < timedelta() else "+"
    off = f", UTC{sign}{hours}{f':{minutes:02}' if minutes else ''}" if str(at.tzinfo) != "UTC" else ""
    return f"{at.tzinfo}{off}"


def _kind(press: str | None) -> str | None:
    found = read_button(press or "")
    return found.kind if found else None


def note(shelf: ShelfState) -> str:
    """What needs an editor: `1 error`, `2 vanished`."""
    wrong = sum(errors_in(file.problems) for file in shelf.files)
    parts = [how_many(wrong, "error")] if wrong else []
    parts += [f"{len(shelf.vanished)} vanished"] if shelf.vanished else []
    return " · ".join(parts)


def config_note(shelf: ShelfState) -> str:
    """What needs the operator."""
    wrong = errors_in(shelf.config_problems)
    return how_many(wrong, "error") if wrong else ""


def lamp(platform: PlatformState) -> dict[str, str]:
    """A platform's light and its words: `● Discord`, `○ Slack: no token`."""
    light = {"on": "●", "off": "○"}.get(platform.state, "▲")
    words = "" if platform.state == "on" else platform.detail or platform.state
    told = {"name": platform.name, "state": platform.state, "light": light, "words": words}
    return {**told, "detail": platform.detail}
