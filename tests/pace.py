"""How long something computes, measured by what this machine computes meanwhile: a ratio, whatever else runs here."""

from collections.abc import Callable
from time import process_time

TIMES = 200_000


def _known() -> float:
    """Seconds of processor time that a piece of work takes of which the size is known."""
    begun = process_time()
    for at in range(TIMES):
        hash(str(at))
    return process_time() - begun


def paces(work: Callable[[], object]) -> float:
    """How many times as long as the known piece of work, a fiftieth of a second on a usual machine, `work` computes.

    The piece is measured before and after: where other tests slow the processor down they slow both.
    """
    before = _known()
    begun = process_time()
    work()
    took = process_time() - begun
    return took / max(before, _known())
