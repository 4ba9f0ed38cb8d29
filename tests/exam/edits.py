"""Reads mistakes.yaml, planted.yaml and innocent.yaml, makes each edit, and says where its mistake then stands."""

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Edit:
    """One change to a shipped file; without `find` the whole file stays and only its bytes change."""

    id: str
    file: str
    find: str | None
    replace: str
    nth: int | None
    transform: str | None

    def text(self, before: str) -> str:
        """Returns the edited text; raises ValueError when the anchor no longer stands where it did."""
        if self.find is None:
            return before
        pieces = before.split(self.find)
        found = len(pieces) - 1
        if found == 0 or (self.nth is None and found > 1) or (self.nth or 1) > found:
            raise ValueError(f"{self.id}: the anchor occurs {found} times: {self.find!r}")
        nth = self.nth or 1
        return self.find.join(pieces[:nth]) + self.replace + self.find.join(pieces[nth:])

    def bytes(self, before: str) -> bytes:
        """Returns the edited file as it goes to disk."""
        text = self.text(before)
        if self.transform == "crlf":
            text = text.replace("\n", "\r\n")
        if self.transform == "no-last-newline":
            text = text.rstrip("\n")
        return (codecs.BOM_UTF8 if self.transform == "bom" else b"") + text.encode()


@dataclass(frozen=True)
class Mistake:
    """An edit that is wrong, and what a checker owes to the person who made it."""

    edit: Edit
    kind: str
    where: tuple[str, ...]
    column_at: str | None
    severity: str
    says: tuple[str, ...]
    mend: str | None
    alone: bool
    beside: str | None

    def lines(self, edited: str) -> frozenset[int]:
        """Returns the 1-based lines that are a good place for the problem."""
        return frozenset(_line(edited, mark) for mark in self.where if mark in edited)

    def column(self, edited: str) -> int | None:
        """Returns the 1-based column, in characters, where the caret should start, or None for any."""
        if self.column_at is None:
            return None
        line = edited.split("\n")[_line(edited, self.where[0]) - 1]
        return line.index(self.column_at) + 1

    def said_by(self, message: str) -> bool:
        """Tells whether a message with its mend names what is wrong."""
        return any(fragment in message.lower() for fragment in self.says)


def mistakes(name: str = "mistakes.yaml") -> tuple[Mistake, ...]:
    """Returns every planted mistake of one set."""
    return tuple(
        Mistake(
            edit=_edit(row),
            kind=row["kind"],
            where=(row["where"], *row.get("or_where", ())),
            column_at=row.get("column_at"),
            severity=row["severity"],
            says=tuple(row["says"]),
            mend=row["mend"],
            alone=row.get("alone", True),
            beside=row.get("beside"),
        )
        for row in _rows(name)
    )


def innocent() -> tuple[Edit, ...]:
    """Returns every edit that is right."""
    return tuple(_edit(row) for row in _rows("innocent.yaml"))


@cache
def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return rows


def _edit(row: Mapping[str, Any]) -> Edit:
    return Edit(
        id=row["id"],
        file=row.get("file", "briefing"),
        find=row.get("find"),
        replace=row.get("replace", ""),
        nth=row.get("nth"),
        transform=row.get("transform"),
    )


def _line(text: str, mark: str) -> int:
    start = text.find(mark)
    if start < 0 or text.find(mark, start + 1) >= 0:
        raise ValueError(f"stands nowhere, or more than once: {mark!r}")
    return text.count("\n", 0, start) + 1
