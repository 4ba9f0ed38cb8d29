"""Where the process under examination may be told to die, and which of its protections may be taken away.

`CRASH=POINT` or `CRASH=POINT:N` kills a process with SIGKILL as it passes that point for the Nth time; `MUTANT=NAME`
breaks one protection. Both hold for every verb of the command line.
"""

import os
import signal
from collections import Counter

POINTS = (
    "plan before commit",
    "plan after commit",
    "freeze before commit",
    "freeze after commit",
    "claim before commit",
    "claim after commit",
    "before the write",
    "after the answer",
    "record after commit",
    "before the look",
    "after the look",
)
CORRECTING = (
    "correct before commit",
    "correct after commit",
    "claim after commit",
    "before the write",
    "after the answer",
    "record after commit",
)
"""Points that are passed as well when something is put right that was posted."""

MUTANTS = ("no look-up", "no wait", "sdk retries", "mark before send")

_passed: Counter[str] = Counter()


def passed(point: str) -> None:
    """Die here where CRASH says so."""
    assert point in POINTS, point
    named, _, times = os.environ.get("CRASH", "").partition(":")
    assert not named or named in POINTS, named
    _passed[point] += 1
    if point == named and _passed[point] == int(times or 1):
        os.kill(os.getpid(), signal.SIGKILL)


def mutant(name: str) -> bool:
    """Whether this protection is taken away."""
    chosen = os.environ.get("MUTANT", "")
    assert name in MUTANTS, name
    assert not chosen or chosen in MUTANTS, chosen
    return chosen == name
