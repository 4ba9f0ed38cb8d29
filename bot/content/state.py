"""What stands on the shelf at one moment: each file, what is served of it, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.content.model import LABELS, Briefing
from bot.content.problems import Problem, errors
from bot.content.receipt import Checked


@dataclass(frozen=True, slots=True)
class FileState:
    """One file of the briefings folder.

    `briefing` is what is served: the file as it stands, or its last good version while `problems` hold errors;
    None when no good version is known. `lines` gives the line of each snippet id in the text that is served.
    `loaded_at` is when the served version was read (UTC). `says` is the highest sharing label that the text names,
    where it has errors. `checked` says how each claim that is served stands to the text it was read in, by its id.
    """

    file: str
    briefing: Briefing | None
    loaded_at: datetime | None
    problems: tuple[Problem, ...] = ()
    lines: Mapping[str, int] = field(default_factory=dict)
    says: str = LABELS[0]
    checked: Mapping[str, Checked] = field(default_factory=dict)

    @property
    def broken(self) -> bool:
        """Whether the file as it stands is not what is served."""
        return bool(errors(self.problems))


@dataclass(frozen=True, slots=True)
class ShelfState:
    """The whole shelf; `revision` grows with every change to any of it.

    `vanished` names files that are gone from the folder and still served until somebody confirms (`reload`).
    `config_problems` are those of config.yaml as it stands now; `notices` are sentences for the operator.
    """

    revision: int
    files: tuple[FileState, ...] = ()
    config_problems: tuple[Problem, ...] = ()
    vanished: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
