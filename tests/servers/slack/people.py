"""What Slack tells the app of the things people do: docs.slack.dev/reference/interaction-payloads."""

from collections.abc import Iterator, Mapping
from typing import Any

from tests.servers.slack.asks import Ask, Asks
from tests.servers.slack.checks import JSON
from tests.servers.slack.modals import close_all, shown
from tests.servers.slack.world import Impossible, Kept, Room

TEXTS = ("plain_text_input", "email_text_input", "url_text_input", "number_input")
PICKED = {
    "users_select": "selected_user",
    "conversations_select": "selected_conversation",
    "channels_select": "selected_channel",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
}


class People:
    def __init__(self, asks: Asks) -> None:
        self.asks = asks
        self.world = asks.world

    def command(self, user: str, channel: str, command: str, text: str) -> Ask:
        world, person, room = self.world, self.world.person(user), self.world.room(channel)
        if not command.startswith("/"):
            raise Impossible("a slash command begins with a slash")
        ask = self.asks.make("slash_commands", user, channel, url="commands")
        ask.body = {
            "token": world.verification,
            "team_id": world.team_id,
            "team_domain": "harbour",
            "channel_id": room.id,
            "channel_name": room_name(room),
            "user_id": user,
            "user_name": person.name,
            "command": command,
            "text": text,
            "api_app_id": world.app_id,
            "is_enterprise_install": "false",
            "response_url": ask.response_url,
            "trigger_id": ask.trigger_id,
        }
        return ask

    def act(self, where: JSON, action: str | int, user: str, value: str | None) -> Ask:
        """Press a button, or pick `value`, in a message {"channel", "ts"} or a view {"view"} as it stands now."""
        if "view" in where:
            view = self.view(where["view"], user)
            ask = self.asks.make("block_actions", user)
            ask.view = view["id"]
            blocks, held = view["blocks"], self._in_view(view)
        else:
            kept, room = self._message(where, user)
            ask = self.asks.make("block_actions", user, room.id, url="actions")
            ask.original = kept
            blocks, held = kept.raw.get("blocks", []), self._in_message(kept, room, ask)
        block, element = found(blocks, action)
        done = acted(block, element, value, f"{self.world.clock.wall():.6f}")
        ask.body = {"type": "block_actions", **self._who(user, ask), **held, "actions": [done]}
        return ask

    def options(self, where: JSON, action_id: str, block_id: str, value: str, user: str, channel: str) -> Ask:
        """Type `value` in an external select."""
        ask = self.asks.make("block_suggestion", user, channel)
        told = {"action_id": action_id, "block_id": block_id, "value": value}
        if "view" in where:
            held = self._in_view(self.view(where["view"], user))
        elif "ts" in where:
            kept, room = self._message(where, user)
            held = self._in_message(kept, room, ask)
            least = found(kept.raw.get("blocks", []), action_id)[1].get("min_query_length", 3)
            if len(value) < least:
                raise Impossible(f"Slack asks for options only once {least} characters are typed")
        else:
            room = self.world.room(channel)
            held = {"container": {"type": "message", "channel_id": room.id}, "channel": named(room)}
        ask.body = {"type": "block_suggestion", **self._who(user, ask), **held, **told}
        ask.body.pop("response_url", None)
        return ask

    def submit(self, view_id: str, values: Mapping[str, Any], user: str) -> Ask:
        view = self.view(view_id, user)
        if view["type"] != "modal" or view.get("submit") is None:
            raise Impossible("this view has nothing to submit")
        ask = self.asks.make("view_submission", user)
        ask.view = view_id
        view["state"] = {"values": filled(view["blocks"], values)}
        ask.body = {"type": "view_submission", **self._who(user, ask), "view": shown(view), "response_urls": []}
        return ask

    def dismiss(self, view_id: str, user: str) -> Ask:
        view = self.view(view_id, user)
        close_all(self.world, view)
        ask = self.asks.make("view_closed", user)
        ask.body = {"type": "view_closed", **self._who(user, ask), "view": shown(view), "is_cleared": False}
        ask.body.pop("trigger_id", None)
        return ask

    def tell(self, kind: str, fields: Mapping[str, Any]) -> Ask:
        """An Events API envelope: docs.slack.dev/apis/events-api."""
        world = self.world
        ask = self.asks.make("events_api", str(fields.get("user", "")), str(fields.get("channel", "")))
        now, room = world.clock.wall(), world.rooms.get(ask.channel)
        who = {"enterprise_id": None, "team_id": world.team_id, "user_id": world.bot_user.id}
        ask.body = {
            "token": world.verification,
            "team_id": world.team_id,
            "api_app_id": world.app_id,
            "event": {"type": kind, "event_ts": f"{now:.6f}", **fields},
            "type": "event_callback",
            "event_id": world.id("Ev"),
            "event_time": int(now),
            "authorizations": [{**who, "is_bot": True, "is_enterprise_install": False}],
            "is_ext_shared_channel": room is not None and room.shared,
        }
        return ask

    # ------------------------------------------------------------------ pieces

    def view(self, view_id: str, user: str) -> JSON:
        view = self.world.views.get(view_id)
        if view is None or view["closed"]:
            raise Impossible("this view is not open")
        if view["user"] != user:
            raise Impossible("this view is open for somebody else")
        return view

    def _message(self, where: JSON, user: str) -> tuple[Kept, Room]:
        kept = self.world.find(where["channel"], where["ts"], ephemeral=True)
        if kept is None:
            raise Impossible("this message is not there any more")
        if kept.ephemeral_to not in (None, user):
            raise Impossible("only somebody else can see this message")
        return kept, self.world.room(kept.room)

    def _who(self, user: str, ask: Ask) -> JSON:
        world, person = self.world, self.world.person(user)
        return {
            "user": {"id": user, "username": person.name, "name": person.name, "team_id": world.team_id},
            "api_app_id": world.app_id,
            "token": world.verification,
            "team": {"id": world.team_id, "domain": "harbour"},
            "enterprise": None,
            "is_enterprise_install": False,
            "trigger_id": ask.trigger_id,
        }

    def _in_message(self, kept: Kept, room: Room, ask: Ask) -> JSON:
        """Of an ephemeral message the app is told where it stands, and never what it says."""
        container: JSON = {"type": "message", "message_ts": kept.ts, "channel_id": room.id}
        container |= {"is_ephemeral": kept.ephemeral_to is not None}
        held: JSON = {"container": container, "channel": named(room), "response_url": ask.response_url}
        held["state"] = {"values": {}}
        if kept.ephemeral_to is None:
            held["message"] = {name: value for name, value in kept.raw.items() if name != "metadata"}
        return held

    def _in_view(self, view: JSON) -> JSON:
        return {"container": {"type": "view", "view_id": view["id"]}, "view": shown(view)}


def named(room: Room) -> JSON:
    return {"id": room.id, "name": room_name(room)}


def room_name(room: Room) -> str:
    return {"im": "directmessage", "groups": "privategroup"}.get(room.kind, room.name)


def parts(blocks: list[JSON]) -> Iterator[tuple[JSON, JSON]]:
    """Every element one can act on, with its block."""
    for block in blocks:
        for element in [*(block.get("elements") or ()), block.get("accessory"), block.get("element")]:
            if isinstance(element, dict) and "action_id" in element:
                yield block, element


def found(blocks: list[JSON], action: str | int) -> tuple[JSON, JSON]:
    there = list(parts(blocks))
    for number, (block, element) in enumerate(there):
        if action in (number, element["action_id"]):
            return block, element
    raise Impossible(f"nothing here is called {action!r}; there is {[one['action_id'] for _, one in there]}")


def acted(block: JSON, element: JSON, value: str | None, at: str) -> JSON:
    """The entry of `actions`."""
    kind = element["type"]
    done: JSON = {"type": kind, "action_id": element["action_id"], "block_id": block["block_id"], "action_ts": at}
    if kind == "button":
        kept = {name: element[name] for name in ("text", "value", "style", "url") if name in element}
        return done | kept
    if value is None:
        raise Impossible(f"a {kind} takes a value: pick one")
    return done | chosen(element, value)


def chosen(element: JSON, value: Any) -> JSON:
    """What was picked or typed, as `actions` and `state` carry it."""
    kind = element["type"]
    if kind in TEXTS:
        return {"value": None if value is None else str(value)}
    if kind in PICKED:
        return {PICKED[kind]: value}
    if kind.startswith("multi_") or kind == "checkboxes":
        return {"selected_options": [option(element, one) for one in value or ()]}
    return {"selected_option": None if value is None else option(element, value)}


def option(element: JSON, value: Any) -> JSON:
    """The option with this value; of an external select any, as its options come from the app."""
    if element["type"].endswith("external_select"):
        return {"text": {"type": "plain_text", "text": str(value), "emoji": True}, "value": str(value)}
    groups = [group["options"] for group in element.get("option_groups", ())]
    for one in [*element.get("options", ()), *(one for group in groups for one in group)]:
        if one["value"] == value:
            return dict(one)
    raise Impossible(f"no option has the value {value!r}")


def filled(blocks: list[JSON], values: Mapping[str, Any]) -> JSON:
    """`state.values` of a modal, all inputs filled in; Slack itself asks for those that are not optional."""
    left = set(values)
    state: JSON = {}
    for block in blocks:
        element = block.get("element")
        if block["type"] != "input" or element is None:
            continue
        name = next((one for one in (element["action_id"], block["block_id"]) if one in values), None)
        given = values[name] if name is not None else element.get("initial_value")
        left.discard(str(name))
        if given in (None, "") and not block.get("optional"):
            raise Impossible(f"Slack lets nobody submit without {element['action_id']!r}")
        _fits(element, given)
        told = {"type": element["type"], **chosen(element, given)}
        state[block["block_id"]] = {element["action_id"]: told}
    if left:
        raise Impossible(f"no input is called {', '.join(sorted(left))}")
    return state


def _fits(element: JSON, given: Any) -> None:
    if element["type"] in TEXTS and given is not None:
        least, most = element.get("min_length", 0), element.get("max_length", 3000)
        if not least <= len(str(given)) <= most:
            raise Impossible(f"Slack takes {least} to {most} characters here")
