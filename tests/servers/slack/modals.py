"""views.* as documented at docs.slack.dev/reference/methods, and the stack of modals a person has open."""

import hashlib
from collections.abc import Callable

from tests.servers.slack.asks import Asks
from tests.servers.slack.calls import Call, Method
from tests.servers.slack.checks import JSON
from tests.servers.slack.content import view
from tests.servers.slack.world import Refusal, World

DEEP = 3
"""Modals on top of each other: docs.slack.dev/surfaces/modals."""


def keep(world: World, body: JSON, user: str, what: str, parent: JSON | None = None) -> JSON:
    if body["external_id"] and any(one["external_id"] == body["external_id"] for one in open_views(world)):
        raise Refusal("duplicate_external_id")
    made = {**body, "id": world.id("V"), "team_id": world.team_id, "app_id": world.app_id, "bot_id": world.bot_id}
    made |= {"user": user, "closed": False, "state": {"values": {}}}
    made["previous_view_id"] = parent["id"] if parent else None
    made["root_view_id"] = parent["root_view_id"] if parent else made["id"]
    world.views[made["id"]] = _stamped(world, made)
    _note(world, what, made)
    return made


def push(world: World, body: JSON, user: str, parent: JSON) -> JSON:
    stack = [one for one in open_views(world) if one["root_view_id"] == parent["root_view_id"]]
    if len(stack) >= DEEP:
        raise Refusal("push_limit_reached")
    return keep(world, body, user, "pushed", parent)


def rewrite(world: World, kept: JSON, body: JSON) -> JSON:
    if body["type"] != kept["type"]:
        raise Refusal("invalid_arguments", ["must be the type of the view that is there [json-pointer:/view/type]"])
    kept.update(body)
    _stamped(world, kept)
    _note(world, "updated", kept)
    return kept


def close(world: World, kept: JSON) -> None:
    kept["closed"] = True
    _note(world, "closed", kept)


def close_all(world: World, kept: JSON) -> None:
    for one in open_views(world):
        if one["root_view_id"] == kept["root_view_id"]:
            close(world, one)


def open_views(world: World) -> list[JSON]:
    return [one for one in world.views.values() if not one["closed"]]


def _stamped(world: World, kept: JSON) -> JSON:
    """With a new hash, so that who knows the old one is told of the change."""
    kept["hash"] = f"{int(world.clock.wall())}.{hashlib.sha256(str(world.number()).encode()).hexdigest()[:8]}"
    return kept


def _note(world: World, what: str, kept: JSON) -> None:
    world.log.write("view", what=what, id=kept["id"], user=kept["user"], body=kept)
    world.bell.ring()


def shown(kept: JSON) -> JSON:
    """A view as methods and bodies carry it."""
    return {name: value for name, value in kept.items() if name not in ("user", "closed")}


def _same_hash(call: Call, kept: JSON | None) -> None:
    given = call.perhaps("hash")
    if given is not None and (kept is None or kept["hash"] != given):
        raise Refusal("hash_conflict")


def modal(call: Call) -> JSON:
    body = view(call.world, call.part("view"))
    if body["type"] != "modal":
        raise Refusal("invalid_arguments", ["unsupported type: home [json-pointer:/view/type]"])
    return body


def methods(asks: Asks) -> dict[str, Method]:
    """views.open, .push, .publish and .update; they exchange triggers of these asks."""
    return {
        "views.open": Method(_open(asks), tier=4, json=True),
        "views.push": Method(_push(asks), tier=4, json=True),
        "views.publish": Method(publish, tier=4, json=True),
        "views.update": Method(update, tier=4, json=True),
    }


def _open(asks: Asks) -> Callable[[Call], JSON]:
    def run(call: Call) -> JSON:
        trigger, body = call.text("trigger_id"), modal(call)
        ask = asks.trigger(trigger)
        made = keep(call.world, body, ask.user, "opened")
        ask.views.append(made["id"])
        return {"view": shown(made)}

    return run


def _push(asks: Asks) -> Callable[[Call], JSON]:
    def run(call: Call) -> JSON:
        trigger, body = call.text("trigger_id"), modal(call)
        ask = asks.trigger(trigger)
        if ask.view is None:
            raise Refusal("not_found")
        made = push(call.world, body, ask.user, call.world.views[ask.view])
        ask.views.append(made["id"])
        return {"view": shown(made)}

    return run


def publish(call: Call) -> JSON:
    user, body = call.text("user_id"), view(call.world, call.part("view"))
    if body["type"] != "home":
        raise Refusal("invalid_arguments", ["unsupported type: modal [json-pointer:/view/type]"])
    if user not in call.world.people:
        raise Refusal("user_not_found")
    there = call.world.homes.get(user)
    kept = call.world.views[there[1]] if there else None
    _same_hash(call, kept)
    made = rewrite(call.world, kept, body) if kept else keep(call.world, body, user, "published")
    call.world.homes[user] = (call.world.number(), made["id"])
    call.world.bell.ring()
    return {"view": shown(made)}


def update(call: Call) -> JSON:
    body = view(call.world, call.part("view"))
    named, outside = call.perhaps("view_id"), call.perhaps("external_id")
    if named is None and outside is None:
        raise Refusal("invalid_arguments", ["missing required field: view_id"])
    for kept in open_views(call.world):
        if kept["id"] == named or (outside is not None and kept["external_id"] == outside):
            _same_hash(call, kept)
            return {"view": shown(rewrite(call.world, kept, body))}
    raise Refusal("not_found")
