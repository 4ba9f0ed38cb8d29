"""One call of a Web API method: its arguments whatever their encoding, and what a method is."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from aiohttp import web

from tests.servers.slack.checks import JSON
from tests.servers.slack.content import part
from tests.servers.slack.world import Kept, Refusal, Room, World

Token = Literal["bot", "app", "none"]
FORM = "application/x-www-form-urlencoded"
TRUE = (True, 1, "1", "true", "True")


@dataclass
class Call:
    """What a method is given; its readers raise the Refusal that Slack would answer with."""

    world: World
    method: str
    args: Mapping[str, Any]

    def text(self, name: str) -> str:
        """An argument that has to be there."""
        value = self.args.get(name)
        if value is None or value == "":
            raise Refusal("invalid_arguments", [f"missing required field: {name}"])
        return str(value)

    def perhaps(self, name: str) -> str | None:
        value = self.args.get(name)
        return None if value is None or value == "" else str(value)

    def flag(self, name: str) -> bool:
        return self.args.get(name) in TRUE

    def count(self, name: str, usual: int, most: int) -> int:
        value = self.perhaps(name)
        if value is None:
            return usual
        if not value.isdigit() or int(value) < 1:
            raise Refusal("invalid_limit")
        return min(int(value), most)

    def part(self, name: str) -> Any:
        return part(self.args, name, "invalid_arguments")

    def need(self, scope: str) -> None:
        if scope not in self.world.scopes:
            provided = ",".join(sorted(self.world.scopes))
            raise Refusal("missing_scope", needed=scope, provided=provided)

    def room(self, name: str = "channel", *, kinds: str | None = None) -> Room:
        """The channel named by id, or by name; a private one the bot is not in is unknown to it.

        `kinds` is the second half of the scope this takes: "history" asks for channels:history and its like.
        """
        named = self.text(name)
        room = self.world.rooms.get(named) or self._called(named.removeprefix("#"))
        if room is None:
            raise Refusal("channel_not_found")
        if kinds is not None:
            self.need(f"{room.kind}:{kinds}")
        if room.kind != "channels" and self.world.bot_user.id not in room.members:
            raise Refusal("channel_not_found")
        return room

    def _called(self, name: str) -> Room | None:
        return next((room for room in self.world.rooms.values() if room.name == name and room.kind != "im"), None)

    def message(self, room: Room, ts: str, error: str = "message_not_found") -> Kept:
        kept = self.world.find(room.id, ts)
        if kept is None:
            raise Refusal(error)
        return kept


@dataclass(frozen=True)
class Method:
    """How a method is called. `scope` is the one it takes always; others depend on the channel."""

    run: Callable[[Call], JSON]
    tier: int = 3
    scope: str | None = None
    token: Token = "bot"
    json: bool = False
    """Whether it takes JSON bodies; docs say so of methods that write."""


@dataclass(frozen=True)
class Read:
    """A request's arguments and its token. `warning` is Slack's, of a JSON body without a charset."""

    args: dict[str, Any]
    token: str | None
    warning: str | None = None
    refusal: Refusal | None = None


async def read(request: web.Request, takes_json: bool) -> Read:
    """docs.slack.dev/apis/web-api: form, query or JSON; in JSON bodies a token is not looked for."""
    bearer = request.headers.get("Authorization", "")
    token = bearer.removeprefix("Bearer ").strip() if bearer.startswith("Bearer ") else None
    args: dict[str, Any] = dict(request.query)
    token = args.pop("token", None) or token
    if request.method == "GET" or not await request.read():
        return Read(args, token)
    if "Content-Type" not in request.headers:
        return Read(args, token, refusal=Refusal("missing_post_type"))
    kind = request.content_type
    if kind in (FORM, "multipart/form-data"):
        args |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
        token = args.pop("token", None) or token
        return Read(args, token)
    if kind != "application/json":
        return Read(args, token, refusal=Refusal("invalid_post_type"))
    return _json(await request.text(), args, token, takes_json, request.charset)


def _json(text: str, args: dict[str, Any], token: str | None, takes_json: bool, charset: str | None) -> Read:
    warning = None if charset else "missing_charset"
    try:
        found = json.loads(text)
    except ValueError:
        return Read(args, token, warning, Refusal("invalid_json"))
    if not isinstance(found, dict):
        return Read(args, token, warning, Refusal("json_not_object"))
    found.pop("token", None)
    # A method that does not take JSON reads nothing of it, and misses its arguments.
    return Read(args | found if takes_json else args, token, warning)
