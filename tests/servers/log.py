"""The append-only JSON-lines log of a test server: what it was asked, what it kept, what it said."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

Record = dict[str, Any]


class Log:
    """Writes one line for each thing that happened, and flushes it before the next may happen."""

    def __init__(self, path: Path) -> None:
        self._file: TextIO = path.open("a", encoding="utf-8")
        self._number = 0

    def write(self, kind: str, **facts: Any) -> Record:
        """Keep a record: `n` counts up, `at` is the clock of time.monotonic() on this machine, `wall` is UTC."""
        self._number += 1
        record: Record = {
            "n": self._number,
            "at": time.monotonic(),
            "wall": datetime.now(UTC).isoformat(),
            "kind": kind,
            **facts,
        }
        self._file.write(json.dumps(record, ensure_ascii=False) + "\n")
        self._file.flush()
        return record

    def close(self) -> None:
        self._file.close()


def read(path: Path, kind: str | None = None) -> list[Record]:
    """All records so far, oldest first, or those of one kind; a last line still being written is left out."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")[:-1]
    records = [json.loads(line) for line in lines]
    return [record for record in records if kind is None or record["kind"] == kind]
