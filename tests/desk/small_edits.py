"""Editing for the small house: one file in memory, whatever is done to it written down."""

from collections.abc import Sequence
from dataclasses import replace

from bot.content.difference import DiffLine, difference
from bot.errors import Refused
from bot.platforms.desk.edits_shown import Checked, Opened, Outcome

FILE = "harbour.yaml"


class SmallEditing:
    """A folder of one file."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.file = Opened(FILE, "format: 1\n", "stamp-0")

    async def open(self, file: str) -> Opened:
        return self.file if file == FILE else Opened(file, "", "")

    async def check(self, file: str, text: str, line: int) -> Checked:
        self.done.append("check")
        return Checked((), "For readers: no claim changed.", self.file.stamp, None)

    async def difference(self, file: str, text: str) -> Sequence[DiffLine] | None:
        self.done.append("difference")
        return difference(self.file.text, text)

    async def save(self, file: str, text: str, stamp: str, *, errors_too: bool) -> Outcome:
        self.done.append("save")
        self.file = replace(self.file, text=text)
        return Outcome("saved", self.file)

    async def undo(self, file: str, stamp: str) -> Outcome:
        self.done.append("undo")
        return Outcome("saved", self.file)

    async def begin(self, title: str, name: str) -> str:
        self.done.append("begin")
        raise Refused("There is no room.")
