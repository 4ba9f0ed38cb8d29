"""Lines and runs: what a drawing of a platform's JSON is made of."""

from dataclasses import dataclass, replace
from typing import Any, Literal

Kind = Literal["text", "quiet", "heading", "item", "quote", "code", "gap"]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one dress.

    `live` says what a platform would make of it besides text: `pings somebody`, `is a date`. Nothing we send
    should hold one, so a drawing shows it loudly.
    """

    text: str
    bold: bool = False
    italic: bool = False
    under: bool = False
    struck: bool = False
    code: bool = False
    href: str | None = None
    live: str | None = None

    def dressed(self, **dress: Any) -> "Run":
        """The same words in another dress."""
        return replace(self, **dress)


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a drawing; `depth` is how far a list item is set in, `bullet` what stands before it."""

    kind: Kind
    runs: Runs
    depth: int = 0
    bullet: str = ""


def joined(runs: list[Run]) -> Runs:
    """Runs with neighbours of one dress put together."""
    made: list[Run] = []
    for run in runs:
        if made and replace(made[-1], text=run.text) == run and not run.live:
            made[-1] = replace(run, text=made[-1].text + run.text)
        elif run.text:
            made.append(run)
    return tuple(made)
