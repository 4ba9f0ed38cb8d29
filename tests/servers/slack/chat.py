"""chat.* as documented at docs.slack.dev/reference/methods."""

from tests.servers.slack.calls import Call, Method
from tests.servers.slack.checks import JSON
from tests.servers.slack.content import SPLIT, content, pieces
from tests.servers.slack.world import Kept, Refusal, Room

CUSTOM = ("username", "icon_url", "icon_emoji")


def post_message(call: Call) -> JSON:
    room = _written_to(call)
    body = content(call.world, call.args)
    thread = _thread(call, room)
    if any(call.perhaps(name) for name in CUSTOM):
        call.need("chat:write.customize")
    made = [
        call.world.keep(room, {**one, **thread}, call.method, user=call.world.bot_user.id, ephemeral_to=None)
        for one in pieces(body)
    ]
    return {"channel": room.id, "ts": made[0].ts, "message": shown(made[0], metadata=True)}


def post_ephemeral(call: Call) -> JSON:
    room = _written_to(call)
    user = call.text("user")
    if user not in room.members:
        raise Refusal("user_not_in_channel")
    body = {**content(call.world, call.args), **_thread(call, room)}
    kept = call.world.keep(room, body, call.method, user=call.world.bot_user.id, ephemeral_to=user)
    return {"message_ts": kept.ts}


def update(call: Call) -> JSON:
    room = call.room()
    kept = call.message(room, call.text("ts"))
    if kept.raw.get("bot_id") != call.world.bot_id:
        raise Refusal("cant_update_message")
    if room.archived:
        raise Refusal("is_archived")
    age = call.world.clock.now() - kept.stored
    if call.world.settings.edit_window and age > call.world.settings.edit_window:
        raise Refusal("edit_window_closed")
    body = content(call.world, call.args, longest=SPLIT)
    if call.perhaps("text") is None and "text" in kept.raw:
        body["text"] = kept.raw["text"]
    call.world.rewrite(kept, body)
    return {"channel": room.id, "ts": kept.ts, "text": kept.raw["text"], "message": shown(kept, metadata=True)}


def delete(call: Call) -> JSON:
    room = call.room()
    kept = call.message(room, call.text("ts"))
    if kept.raw.get("bot_id") != call.world.bot_id:
        raise Refusal("cant_delete_message")
    call.world.drop(kept)
    return {"channel": room.id, "ts": kept.ts}


def get_permalink(call: Call) -> JSON:
    room = call.room()
    kept = call.message(room, call.text("message_ts"))
    return {"channel": room.id, "permalink": permalink(kept)}


def permalink(kept: Kept) -> str:
    return f"https://harbour.slack.com/archives/{kept.room}/p{kept.ts.replace('.', '')}"


def shown(kept: Kept, *, metadata: bool = False) -> JSON:
    """A message as the Web API returns it: metadata only to those who ask for it."""
    return {name: value for name, value in kept.raw.items() if metadata or name != "metadata"}


def _written_to(call: Call) -> Room:
    """The channel to post in; a person's id stands for the direct messages with them."""
    named = call.text("channel")
    known = call.world.people.get(named)
    room = call.world.direct(named) if known is not None and not known.bot else call.room()
    if room.archived:
        raise Refusal("is_archived")
    public = call.method == "chat.postMessage" and "chat:write.public" in call.world.scopes
    if call.world.bot_user.id not in room.members and not public:
        raise Refusal("not_in_channel")
    if room.read_only:
        raise Refusal(call.world.settings.read_only_error)
    return room


def _thread(call: Call, room: Room) -> JSON:
    ts = call.perhaps("thread_ts")
    if ts is None:
        return {}
    parent = call.world.find(room.id, ts)
    if parent is None or parent.raw.get("thread_ts", ts) != ts:
        raise Refusal("cannot_reply_to_message")
    parent.raw["thread_ts"] = ts
    parent.raw["reply_count"] = parent.raw.get("reply_count", 0) + 1
    return {"thread_ts": ts, **({"reply_broadcast": True} if call.flag("reply_broadcast") else {})}


CHAT = {
    "chat.postMessage": Method(post_message, tier=0, scope="chat:write", json=True),
    "chat.postEphemeral": Method(post_ephemeral, tier=4, scope="chat:write", json=True),
    "chat.update": Method(update, tier=3, scope="chat:write", json=True),
    "chat.delete": Method(delete, tier=3, scope="chat:write", json=True),
    "chat.getPermalink": Method(get_permalink, tier=0),
}
