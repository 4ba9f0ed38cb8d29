"""What the desk may ask about the text of a briefing: open it, judge it, save it, undo that."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from bot.content import receipt
from bot.content.difference import DiffLine
from bot.content.problems import Problem
from bot.message import Message


@dataclass(frozen=True, slots=True)
class Opened:
    """A file as it lies on the disk; `stamp` names this state of it, and is empty where there is none.

    `undo` tells whether the desk wrote this text, and knows what stood there before.
    """

    file: str
    text: str
    stamp: str
    undo: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """What readers get of the place at the caret: an answer, and which of its claims it is (from 1; 0 is none).

    `label` says who may see it, `note` what keeps readers from seeing the claim. `current` tells that it is of the text
    in the editor, and not of the last version that was served.
    """

    message: Message
    label: str
    claim: int = 0
    note: str = ""
    current: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """What there is to say of a text; `stamp` is that of the file on the disk at this moment.

    `compared` says how each claim, as it is typed, stands to the text it was read in.
    """

    problems: tuple[Problem, ...]
    changes: str
    stamp: str
    drawn: Drawn | None
    compared: tuple[receipt.Checked, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a save: `stands` is the file as it is now, also where it was not written.

    `clash`: another wrote it, or took it away. `faulty`: it has errors, and nobody said that it may be saved with them.
    """

    state: Literal["saved", "clash", "faulty"]
    stands: Opened
    problems: tuple[Problem, ...] = ()


class Editing(Protocol):
    """The briefings folder for somebody who writes in it; each may raise Refused with a sentence."""

    async def open(self, file: str) -> Opened:
        """A file of the folder; one without a stamp where it is not there."""
        ...

    async def check(self, file: str, text: str, line: int) -> Checked:
        """Judge a text as the file would be judged, and draw what stands in the line."""
        ...

    async def difference(self, file: str, text: str) -> Sequence[DiffLine] | None:
        """From the file on the disk to this text; None where too much differs to be compared."""
        ...

    async def save(self, file: str, text: str, stamp: str, *, errors_too: bool) -> Outcome:
        """Put the text in the place of the state with that stamp, or of nothing where it is empty."""
        ...

    async def undo(self, file: str, stamp: str) -> Outcome:
        """Put back what stood there before the last save from the desk."""
        ...

    async def begin(self, title: str, name: str) -> str:
        """Make a new file with a template in it, and return its name; `name` is its id, empty for one of the title."""
        ...
