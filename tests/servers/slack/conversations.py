"""conversations.*, users.* and what says who is who, as documented at docs.slack.dev/reference/methods."""

import base64
import binascii
import re
from typing import Any

from tests.servers.slack.calls import Call, Method
from tests.servers.slack.chat import shown
from tests.servers.slack.checks import JSON
from tests.servers.slack.world import Kept, Person, Refusal, Room

TYPES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
TS = re.compile(r"\d+(\.\d+)?")
SMALL = 15
"""Messages a page for an app sold outside the Marketplace: docs.slack.dev/changelog/2025/05/29/tos-updates."""


def cursor(what: str, value: str) -> str:
    return base64.b64encode(f"{what}:{value}".encode()).decode()


def after(call: Call, what: str) -> str | None:
    """What stands in the cursor, or None for the first page."""
    written = call.perhaps("cursor")
    if written is None:
        return None
    try:
        found = base64.b64decode(written, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        raise Refusal("invalid_cursor") from None
    if not found.startswith(f"{what}:"):
        raise Refusal("invalid_cursor")
    return found.removeprefix(f"{what}:")


def page(call: Call, found: list[Any], usual: int = 100) -> tuple[list[Any], JSON]:
    """One page of a list, and the response_metadata that leads to the next."""
    at = int(after(call, "at") or 0)
    limit = call.count("limit", usual, 1000)
    left = at + limit < len(found)
    return found[at : at + limit], {"next_cursor": cursor("at", str(at + limit)) if left else ""}


def described(call: Call, room: Room) -> JSON:
    """A channel as conversations.info gives it."""
    here = call.world.bot_user.id in room.members
    found: JSON = {
        "id": room.id,
        "created": room.created,
        "is_archived": room.archived,
        "is_im": room.kind == "im",
        "is_mpim": room.kind == "mpim",
        "is_org_shared": False,
        "context_team_id": call.world.team_id,
    }
    if room.kind == "im":
        return found | {"user": next(one for one in room.members if one != call.world.bot_user.id), "is_open": True}
    return found | {
        "name": room.name,
        "name_normalized": room.name,
        "is_channel": room.kind == "channels",
        "is_group": room.kind == "groups",
        "is_private": room.kind != "channels",
        "is_general": False,
        "is_member": here,
        "is_shared": room.shared,
        "is_ext_shared": room.shared,
        "is_pending_ext_shared": False,
        "is_read_only": room.read_only,
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def info(call: Call) -> JSON:
    room = call.room(kinds="read")
    found = described(call, room)
    if call.flag("include_num_members"):
        found["num_members"] = len(room.members)
    return {"channel": found}


def rooms(call: Call) -> list[Room]:
    named = (call.perhaps("types") or "public_channel").split(",")
    if unknown := [one for one in named if one.strip() not in TYPES]:
        raise Refusal("invalid_types", [f"unknown type: {one}" for one in unknown])
    kinds = [TYPES[one.strip()] for one in named]
    for kind in kinds:
        call.need(f"{kind}:read")
    hidden = call.flag("exclude_archived")
    found = [room for room in call.world.rooms.values() if room.kind in kinds and not (hidden and room.archived)]
    return [room for room in found if room.kind == "channels" or call.world.bot_user.id in room.members]


def listed(call: Call) -> JSON:
    found, more = page(call, rooms(call))
    return {"channels": [described(call, room) for room in found], "response_metadata": more}


def own(call: Call) -> JSON:
    user = call.perhaps("user") or call.world.bot_user.id
    found, more = page(call, [room for room in rooms(call) if user in room.members])
    return {"channels": [described(call, room) for room in found], "response_metadata": more}


def members(call: Call) -> JSON:
    found, more = page(call, sorted(call.room(kinds="read").members))
    return {"members": found, "response_metadata": more}


def opened(call: Call) -> JSON:
    users = [one.strip() for one in (call.perhaps("users") or "").split(",") if one.strip()]
    if call.perhaps("channel"):
        return {"channel": {"id": call.room(kinds="write").id}}
    if not users:
        raise Refusal("users_list_not_supplied")
    if any(user not in call.world.people or call.world.people[user].bot for user in users):
        raise Refusal("user_not_found")
    call.need("im:write" if len(users) == 1 else "mpim:write")
    if len(users) == 1:
        return {"channel": {"id": call.world.direct(users[0]).id}}
    everyone = {*users, call.world.bot_user.id}
    for room in call.world.rooms.values():
        if room.kind == "mpim" and room.members == everyone:
            return {"channel": {"id": room.id}}
    room = Room(call.world.id("G"), "mpdm", "mpim", int(call.world.clock.wall()), everyone)
    call.world.rooms[room.id] = room
    return {"channel": {"id": room.id}}


def _readable(call: Call) -> list[Kept]:
    """The messages of a channel the bot is in, oldest first; the newest may be missing for a while."""
    room = call.room(kinds="history")
    if call.world.bot_user.id not in room.members:
        raise Refusal("not_in_channel")
    until = call.world.clock.now() - call.world.settings.history_lag
    return [kept for kept in call.world.said(room.id) if kept.stored <= until]


def _between(call: Call, found: list[Kept]) -> list[Kept]:
    oldest, latest = (_ts(call, name) for name in ("oldest", "latest"))
    inclusive = call.flag("inclusive")
    kept = [one for one in found if oldest is None or number(one.ts) > oldest or (inclusive and same(one, oldest))]
    return [one for one in kept if latest is None or number(one.ts) < latest or (inclusive and same(one, latest))]


def _ts(call: Call, name: str) -> int | None:
    written = call.perhaps(name)
    if written is None:
        return None
    if not TS.fullmatch(written):
        raise Refusal(f"invalid_ts_{name}")
    return number(written)


def number(ts: str) -> int:
    """A ts in microseconds, exactly."""
    seconds, _, rest = ts.partition(".")
    return int(seconds) * 1_000_000 + int(rest[:6].ljust(6, "0"))


def same(kept: Kept, ts: int) -> bool:
    return number(kept.ts) == ts


def _limit(call: Call) -> int:
    most = SMALL if call.world.settings.distributed else 999
    return call.count("limit", min(100, most), most)


def history(call: Call) -> JSON:
    """Newest first; replies stand in their thread only, unless they were broadcast."""
    found = [
        one for one in _readable(call) if one.raw.get("thread_ts", one.ts) == one.ts or one.raw.get("reply_broadcast")
    ]
    found = list(reversed(_between(call, found)))
    below = after(call, "next_ts")
    if below is not None:
        found = [one for one in found if number(one.ts) <= int(below)]
    limit = _limit(call)
    more = found[limit:]
    told: JSON = {
        "messages": [shown(one, metadata=call.flag("include_all_metadata")) for one in found[:limit]],
        "has_more": bool(more),
        "pin_count": 0,
    }
    if more:
        told["response_metadata"] = {"next_cursor": cursor("next_ts", str(number(more[0].ts)))}
    return told


def replies(call: Call) -> JSON:
    """A thread: its parent, then its replies, oldest first."""
    ts = call.text("ts")
    found = _readable(call)
    parent = [one for one in found if one.ts == ts]
    if not parent:
        raise Refusal("thread_not_found")
    thread = [one for one in found if one.raw.get("thread_ts") == ts and one.ts != ts]
    at = int(after(call, "at") or 0)
    limit = _limit(call)
    all_of_it = [*parent, *_between(call, thread)]
    told: JSON = {
        "messages": [shown(o, metadata=call.flag("include_all_metadata")) for o in all_of_it[at : at + limit]],
        "has_more": at + limit < len(all_of_it),
    }
    if told["has_more"]:
        told["response_metadata"] = {"next_cursor": cursor("at", str(at + limit))}
    return told


def person(call: Call) -> JSON:
    found = call.world.people.get(call.text("user"))
    if found is None:
        raise Refusal("user_not_found")
    return {"user": profile(call, found, locale=call.flag("include_locale"))}


def profile(call: Call, found: Person, *, locale: bool) -> JSON:
    return {
        "id": found.id,
        "team_id": call.world.team_id,
        "name": found.name,
        "real_name": found.name.title(),
        "deleted": False,
        "profile": {"display_name": found.name, "real_name": found.name.title(), "team": call.world.team_id},
        "is_admin": found.admin or found.owner,
        "is_owner": found.owner,
        "is_primary_owner": False,
        "is_bot": found.bot,
        "is_restricted": False,
        "is_ultra_restricted": False,
        "is_app_user": False,
        "tz": "Europe/Berlin",
        **({"locale": found.locale} if locale else {}),
    }


def bot(call: Call) -> JSON:
    if call.perhaps("bot") not in (None, call.world.bot_id):
        raise Refusal("bot_not_found")
    world = call.world
    facts = {"id": world.bot_id, "app_id": world.app_id, "user_id": world.bot_user.id, "name": world.bot_user.name}
    return {"bot": {**facts, "deleted": False, "updated": 0, "icons": {}}}


def team(call: Call) -> JSON:
    return {"team": {"id": call.world.team_id, "name": "Harbour desk", "domain": "harbour", "icon": {}}}


CONVERSATIONS = {
    "conversations.info": Method(info, tier=3),
    "conversations.list": Method(listed, tier=2),
    "conversations.members": Method(members, tier=4),
    "conversations.history": Method(history, tier=3),
    "conversations.replies": Method(replies, tier=3),
    "conversations.open": Method(opened, tier=3, json=True),
    "users.info": Method(person, tier=4, scope="users:read"),
    "users.conversations": Method(own, tier=3),
    "bots.info": Method(bot, tier=3, scope="users:read"),
    "team.info": Method(team, tier=3, scope="team:read"),
}
