"""Saves one text after another until it is killed: `python -m tests.saving.writer FOLDER NAME FIRST LINES HOW`."""

import itertools
import sys
from pathlib import Path

from bot.content.saving import Saved, read, save


def main(folder: Path, name: str, first: int, lines: int, *, over: bool) -> None:
    """Say the number of each text once it stands there; `over` writes over the file instead of saving it."""
    for number in itertools.count(first):
        data = b"# %d\n" % number * lines
        if over:
            (folder / name).write_bytes(data)
        else:
            now = read(folder, name)
            assert now is not None
            assert isinstance(save(folder, name, data, now.stamp), Saved)
        print(number, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), over=sys.argv[5] == "over")
