"""Faults a test plans for the next answers of a test server."""

import re
from dataclasses import asdict, dataclass
from typing import Any, Literal

Kind = Literal[
    "reset before",  # the connection is cut, nothing was kept
    "reset after",  # kept, then the connection is cut
    "status before",  # nothing was kept, and `status` is answered with a JSON body
    "status after",  # kept, then `status` is answered with a JSON body
    "slow before",  # waits `seconds`, then keeps and answers
    "slow after",  # keeps, waits `seconds`, then answers
    "garbage",  # kept, then `status` is answered with a page of HTML
    "limited",  # 429 with `seconds` to wait, nothing was kept
]


@dataclass(frozen=True)
class Fault:
    """One planned fault: where it strikes, how, and how many times.

    `where` is a regular expression for the whole of "POST /channels/1/messages" (Discord: method and path
    below /api/v10) or of a Slack method's name such as "chat.postMessage".
    """

    where: str
    kind: Kind
    status: int = 500
    seconds: float = 0.0
    times: int = 1
    everywhere: bool = False  # "limited" only: the global limit, not this route's

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


class Faults:
    """The faults still to come; the first planned that fits strikes first, one for each request."""

    def __init__(self) -> None:
        self._planned: list[tuple[Fault, int]] = []

    def plan(self, fault: Fault) -> None:
        self._planned.append((fault, fault.times))

    def take(self, asked: str) -> Fault | None:
        """The fault for this request, counted down; None where none is planned."""
        for index, (fault, left) in enumerate(self._planned):
            if re.fullmatch(fault.where, asked):
                self._planned[index : index + 1] = [(fault, left - 1)] if left > 1 else []
                return fault
        return None

    def clear(self) -> None:
        self._planned.clear()
