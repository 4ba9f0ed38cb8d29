"""The tutorial as somebody follows it: its commands, its edits, and the outputs that it shows, in their order."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from os.path import normpath
from pathlib import Path

from tests.cli.shell import told
from tests.docs import Block, blocks

PAGE = Path(__file__).parents[1] / "docs" / "tutorial.md"
FIRST_TERMINAL = ("make run", "briefing-bot run")
"""What goes on running while the rest is done."""


@dataclass(frozen=True)
class Command:
    """A block of commands, and the outputs shown for it; None where nothing is shown."""

    lines: str
    shown: str | None


@dataclass(frozen=True)
class Edit:
    """Whole lines of a file that are replaced; with nothing to replace, the new ones come at its end."""

    file: str
    old: str
    new: str

    def done_in(self, folder: Path) -> None:
        """Edit as an editor would, where the lines stand exactly once."""
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        if self.old:
            assert f"\n{text}".count(f"\n{self.old}") == 1, f"{self.file} has not once:\n{self.old}"
            text = f"\n{text}".replace(f"\n{self.old}", f"\n{self.new}")[1:]
        else:
            text += f"\n{self.new}"
        path.write_text(text, encoding="utf-8")


def steps(page: str) -> list[Command | Edit]:
    """All that is to be done, in order."""
    return list(_steps(blocks(page)))


def _steps(found: list[Block]) -> Iterator[Command | Edit]:
    for position, block in enumerate(found):
        after = found[position + 1] if position + 1 < len(found) else Block((), "")
        match block.words:
            case ("sh",):
                yield Command(block.text, after.text if after.words == ("text",) else None)
            case ("yml", "old", file):
                assert after.words == ("yml", "new"), f"nothing comes in the place of\n{block.text}"
                yield Edit(file, block.text, after.text)
            case ("yml", "end", file):
                yield Edit(file, "", block.text)
            case ("yaml", "fragment"):
                pass  # to be read; tests/test_docs.py does so
            case ("text",):
                assert found[max(position - 1, 0)].words == ("sh",), f"nobody printed\n{block.text}"
            case ("yml", "new"):
                assert found[position - 1].words[:2] == ("yml", "old"), f"it is not said where this goes:\n{block.text}"
            case other:
                raise AssertionError(f"a reader would not know what to do with a block of {other}")


def differs(shown: str, real: str) -> bool:
    """Whether the page shows another output; `…` there stands for whatever differs each time."""
    pattern = ".*".join(map(re.escape, shown.strip().split("…")))
    return re.fullmatch(pattern, real.strip()) is None


@dataclass
class Terminal:
    """Where somebody is who types what the page says."""

    at: Path
    said: list[str] = field(default_factory=list)

    def type(self, lines: str) -> str:
        """Do what a block says, and return all that was printed."""
        self.said = []
        if "<<'END'" in lines:
            subprocess.run(["/bin/sh", "-e", "-c", lines], cwd=self.at, check=True)
            return ""
        for line in lines.splitlines():
            self._type(line)
        return "".join(self.said)

    def _type(self, line: str) -> None:
        words = shlex.split(line)
        match words:
            case [".", ".venv/bin/activate"]:
                pass  # what is installed stands in the tests' own environment
            case ["cd", folder]:
                self.at = Path(normpath(self.at / folder))
                assert self.at.is_dir(), f"there is no {self.at}"
            case ["briefing-bot", *rest]:
                done = told(self.at, *rest)
                assert "Traceback" not in done.err
                self.said += [done.out, done.err]
            case _:
                raise AssertionError(f"nobody knows how to type {line}")
