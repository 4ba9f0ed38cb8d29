"""What Slack sends when somebody asks, presses, picks, types or submits, read into values at the door."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.platforms.slack.names import read_command

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent it from where. `teams` are all workspaces it names; `answer_to` is the response URL."""

    channel: str
    user: str
    name: str
    teams: frozenset[str]
    trigger: str = ""
    answer_to: str = ""

    @property
    def direct(self) -> bool:
        """Whether nobody else reads there: direct messages, or the App Home, which is no channel."""
        return not self.channel or self.channel.startswith("D")


@dataclass(frozen=True, slots=True)
class Typed:
    """A slash command, by its own name."""

    sender: Sender
    command: str
    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button pressed or an option picked. `private`: only the one who pressed sees the message.

    `message` is the ts of a message that has an address, else empty; `thread` that of its thread.
    """

    sender: Sender
    id: str
    picked: str | None
    private: bool
    at_home: bool
    message: str
    thread: str


@dataclass(frozen=True, slots=True)
class Looked:
    """Something typed into a picker."""

    sender: Sender
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """A modal sent off; `inbound_id` names this one submission."""

    sender: Sender
    callback: str
    metadata: str
    words: str
    view: str
    inbound_id: str


def read_typed(body: Body, prefix: str) -> Typed:
    """A slash command: docs.slack.dev/interactivity/implementing-slash-commands."""
    sender = Sender(
        channel=_text(body, "channel_id"),
        user=_text(body, "user_id"),
        name=_text(body, "user_name"),
        teams=frozenset((_text(body, "team_id"),)),
        trigger=_text(body, "trigger_id"),
        answer_to=_text(body, "response_url"),
    )
    return Typed(sender, *read_command(_text(body, "command"), _unescaped(_text(body, "text")), prefix))


def read_pressed(body: Body) -> Pressed:
    """The first action of a block_actions payload: docs.slack.dev/reference/interaction-payloads."""
    actions = body.get("actions")
    first = actions[0] if isinstance(actions, list) and actions else None
    option = _part(first, "selected_option")
    container = _part(body, "container")
    private = container.get("is_ephemeral") is True
    return Pressed(
        sender=_sender(body),
        id=_text(first, "action_id"),
        picked=_text(option, "value") if isinstance(first, Mapping) and "selected_option" in first else None,
        private=private,
        at_home=container.get("type") == "view",
        message="" if private else _text(container, "message_ts"),
        thread=_text(container, "thread_ts"),
    )


def read_looked(body: Body) -> Looked:
    return Looked(_sender(body), _text(body, "action_id"), _text(body, "value"))


def read_submitted(body: Body, field: str) -> Submitted:
    """A view_submission; `field` is the block_id and the action_id of the one input there is."""
    view = _part(body, "view")
    values = _part(_part(view, "state"), "values")
    return Submitted(
        sender=_sender(body),
        callback=_text(view, "callback_id"),
        metadata=_text(view, "private_metadata"),
        words=_text(_part(_part(values, field), field), "value"),
        view=_text(view, "id"),
        inbound_id=f"{_text(view, 'id')}:{_text(view, 'hash')}",
    )


def read_opened(body: Body) -> Sender | None:
    """Who opened the Home tab; None for another tab."""
    event = _part(body, "event")
    if event.get("tab", "home") != "home":
        return None
    teams = frozenset((_text(body, "team_id"),))
    return Sender(_text(event, "channel"), _text(event, "user"), "", teams)


def _sender(body: Body) -> Sender:
    user, team = _part(body, "user"), _part(body, "team")
    channel, view = _text(_part(body, "channel"), "id"), _part(body, "view")
    # A Home tab is of no channel; Slack keeps for us which direct message is its owner's.
    channel = channel or _text(_part(body, "container"), "channel_id")
    channel = _text(view, "private_metadata") if _text(view, "type") == "home" else channel
    return Sender(
        channel=channel,
        user=_text(user, "id"),
        name=_text(user, "name") or _text(user, "username"),
        # In a channel shared with others, the one who presses may be of another workspace than the channel.
        teams=frozenset((_text(team, "id"), _text(user, "team_id") or _text(team, "id"))),
        trigger=_text(body, "trigger_id"),
        answer_to=_text(body, "response_url"),
    )


def _part(body: Any, name: str) -> Body:
    found = body.get(name) if isinstance(body, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _text(body: Any, name: str) -> str:
    found = body.get(name) if isinstance(body, Mapping) else None
    return found if isinstance(found, str) else ""


def _unescaped(text: str) -> str:
    """Slack sends three characters escaped: docs.slack.dev/messaging/formatting-message-text."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
