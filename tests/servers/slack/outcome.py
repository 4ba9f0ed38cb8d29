"""What a test reads back from the Slack server, as values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

JSON = dict[str, Any]


@dataclass(frozen=True)
class Posted:
    """A message as Slack keeps it, or an ephemeral one as its reader sees it.

    `pings`: whom it would notify or link, each {"kind": "broadcast" | "user" | "usergroup" | "channel", "name",
    "where"}; an honest digest has none. `unfurls`: addresses Slack would fetch and show. `via`: the method, or
    "ack" or "response_url". `raw` is the message as conversations.history returns it, with its metadata.
    """

    ts: str
    channel: str
    text: str
    blocks: tuple[JSON, ...]
    user: str | None
    ephemeral_to: str | None
    thread_ts: str | None
    metadata: JSON | None
    edits: int
    deleted: bool
    pings: tuple[JSON, ...]
    unfurls: tuple[str, ...]
    via: str
    raw: JSON

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        raw = told["raw"]
        return cls(
            ts=raw["ts"],
            channel=told["channel"],
            text=raw.get("text", ""),
            blocks=tuple(raw.get("blocks", ())),
            user=raw.get("user"),
            ephemeral_to=told["ephemeral_to"],
            thread_ts=raw.get("thread_ts"),
            metadata=raw.get("metadata"),
            edits=told["edits"],
            deleted=told["deleted"],
            pings=tuple(told["pings"]),
            unfurls=tuple(told["unfurls"]),
            via=told["via"],
            raw=raw,
        )

    @property
    def words(self) -> str:
        """Everything a reader sees in its blocks, or its text where it has none."""
        return words(self.blocks) if self.blocks else self.text


@dataclass(frozen=True)
class View:
    """A modal or an App Home as it stands on Slack."""

    id: str
    type: str
    hash: str
    callback_id: str
    private_metadata: str
    title: str
    blocks: tuple[JSON, ...]
    user: str
    raw: JSON

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        return cls(
            id=told["id"],
            type=told["type"],
            hash=told["hash"],
            callback_id=told["callback_id"],
            private_metadata=told["private_metadata"],
            title=(told.get("title") or {}).get("text", ""),
            blocks=tuple(told["blocks"]),
            user=told["user"],
            raw=dict(told),
        )

    @property
    def words(self) -> str:
        return words(self.blocks)


@dataclass(frozen=True)
class Use:
    """One use of a response URL: what was sent, and what Slack said ("" where it was accepted)."""

    status: int
    error: str
    body: JSON
    after: float

    @property
    def accepted(self) -> bool:
        return self.status == 200


@dataclass(frozen=True)
class Outcome:
    """What became of one thing a person did.

    `acks`: every acknowledgement, each {"body", "after" (seconds), "in_time", "connection"}.
    `error`: what the person was told instead of an answer: "operation_timeout" (no ack within 3 s),
    "dispatch_failed" (nobody was connected, or HTTP failed) or why the ack was refused ("invalid_blocks" …).
    `ignored`: contents of acks that Slack shows to nobody (a message in the ack of a button, a second ack).
    `messages`: all messages that came of it, through the ack or the response URL, as they stand now.
    `answers`: how many answers the person got: messages of acks, accepted response URL uses, and views opened.
    `deliveries`: how many times it was sent to the app. `views`: modals opened or pushed because of it.
    `view`: the modal that a submission was made in, as it stands now; None once it is closed.
    """

    envelope_id: str
    kind: str
    done: bool
    acks: tuple[JSON, ...]
    error: str | None
    refusals: tuple[str, ...]
    ignored: tuple[JSON, ...]
    uses: tuple[Use, ...]
    messages: tuple[Posted, ...]
    views: tuple[View, ...]
    view: View | None
    view_errors: JSON
    options: tuple[JSON, ...]
    deliveries: int
    answers: int
    trigger_id: str
    response_url: str
    user: str
    channel: str

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        return cls(
            envelope_id=told["envelope_id"],
            kind=told["kind"],
            done=told["done"],
            acks=tuple(told["acks"]),
            error=told["error"],
            refusals=tuple(told["refusals"]),
            ignored=tuple(told["ignored"]),
            uses=tuple(Use(**use) for use in told["uses"]),
            messages=tuple(Posted.read(message) for message in told["messages"]),
            views=tuple(View.read(view) for view in told["views"]),
            view=View.read(told["view"]) if told["view"] else None,
            view_errors=told["view_errors"],
            options=tuple(told["options"]),
            deliveries=told["deliveries"],
            answers=told["answers"],
            trigger_id=told["trigger_id"],
            response_url=told["response_url"],
            user=told["user"],
            channel=told["channel"],
        )

    @property
    def in_time(self) -> bool:
        """Whether the first ack came within 3 seconds."""
        return bool(self.acks) and bool(self.acks[0]["in_time"])

    @property
    def message(self) -> Posted | None:
        """The newest message that came of it and was not deleted, as it stands now."""
        left = [message for message in self.messages if not message.deleted]
        return left[-1] if left else None

    @property
    def response_type(self) -> str | None:
        """ "ephemeral" or "in_channel", of `message`."""
        if self.message is None:
            return None
        return "ephemeral" if self.message.ephemeral_to else "in_channel"

    @property
    def text(self) -> str:
        return self.message.text if self.message else ""

    @property
    def blocks(self) -> tuple[JSON, ...]:
        return self.message.blocks if self.message else ()

    @property
    def words(self) -> str:
        return self.message.words if self.message else ""


@dataclass(frozen=True)
class Told:
    """What the app's HTTP address answered to one request, and how long it took. Status 0: it cut the connection."""

    status: int
    seconds: float
    body: str


@dataclass(frozen=True)
class Connection:
    """One Socket Mode connection there was. `state`: "open", "silent", "closing" or "gone"."""

    id: int
    state: str
    sent: int
    acked: int


def elements(blocks: tuple[JSON, ...] | list[JSON]) -> Iterator[JSON]:
    """Everything in blocks one can press or pick, in reading order."""
    for block in blocks:
        held = [*block.get("elements", ()), block.get("accessory"), block.get("element")]
        for element in held:
            if isinstance(element, dict) and "action_id" in element:
                yield {**element, "block_id": block.get("block_id")}


def action_id_of(where: Outcome | Posted | View, label: str) -> str:
    """The action_id of the first button with this label."""
    for element in elements(where.blocks):
        if element.get("text", {}).get("text") == label:
            return str(element["action_id"])
    raise AssertionError(f"no button says {label!r}")


def words(part: Any) -> str:
    """All the text in blocks, in reading order, a line for each text object."""
    return "\n".join(_texts(part))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, (list, tuple)):
        for one in part:
            yield from _texts(one)
        return
    if not isinstance(part, dict):
        return
    if isinstance(part.get("text"), str):
        yield part["text"]
    if part.get("type") == "rich_text_section":
        yield "".join(_texts(part["elements"]))
        return
    for name in ("title", "text", "label", "fields", "elements", "accessory", "element"):
        if not isinstance(part.get(name), str):
            yield from _texts(part.get(name))
