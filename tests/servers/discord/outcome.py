"""What became of one interaction, as a value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

JSON = dict[str, Any]


@dataclass(frozen=True)
class Callback:
    """One attempt of the bot to answer: its type, its data, the status it got, Discord's error code if refused.

    `after` are the seconds since the interaction was made.
    """

    type: int
    data: JSON
    status: int
    code: int | None
    after: float

    @property
    def accepted(self) -> bool:
        return self.status < 300


@dataclass(frozen=True)
class Outcome:
    """What the person sees, and how it came about.

    `sent`: "sent" to an open socket; "waiting" for a cut session to be resumed, which replays it (in time only
    where that takes under 3 s; nobody may ever take the session up again); "lost", as in real life, where no
    session was there. The person sees "did not respond".
    `message` is the answer as it stands now: the original, or the source message an update changed; None where
    there is none or it was deleted. Its `attachments` carry `size` and `description`.
    """

    id: str
    token: str
    sent: Literal["sent", "waiting", "lost"]
    callbacks: tuple[Callback, ...]
    message: JSON | None
    followups: tuple[JSON, ...]
    modal: JSON | None
    choices: tuple[JSON, ...]
    loading: bool

    @classmethod
    def read(cls, told: Mapping[str, Any]) -> Self:
        return cls(
            id=told["id"],
            token=told["token"],
            sent=told["sent"],
            callbacks=tuple(Callback(**one) for one in told["callbacks"]),
            message=told["message"],
            followups=tuple(told["followups"]),
            modal=told["modal"],
            choices=tuple(told["choices"]),
            loading=told["loading"],
        )

    @property
    def answers(self) -> int:
        """How many callbacks were accepted: 1 where all is well, never more."""
        return sum(callback.accepted for callback in self.callbacks)

    @property
    def lost(self) -> bool:
        return self.sent == "lost"

    @property
    def ephemeral(self) -> bool:
        """Whether only the person sees the answer."""
        return self.message is not None and bool(self.message["flags"] & 1 << 6)

    @property
    def embeds(self) -> list[JSON]:
        return list(self.message["embeds"]) if self.message else []

    @property
    def components(self) -> list[JSON]:
        return list(self.message["components"]) if self.message else []

    @property
    def attachments(self) -> list[JSON]:
        return list(self.message["attachments"]) if self.message else []


def buttons(message: JSON) -> Iterator[JSON]:
    """The buttons under a message, in order."""
    for row in message["components"]:
        yield from (part for part in row.get("components", ()) if part["type"] == 2)


def custom_id_of(where: Outcome | JSON, label: str) -> str:
    """The custom_id of the button with this label."""
    message = where.message if isinstance(where, Outcome) else where
    found = [
        button.get("custom_id") for button in buttons(message or {"components": []}) if button.get("label") == label
    ]
    assert found, f"no button says {label!r}"
    return str(found[0])
