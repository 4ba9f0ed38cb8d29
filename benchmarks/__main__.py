"""`python -m benchmarks [NAME …]`: measure, print every figure beside its bound, and fail where one is missed."""

import logging
import platform
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from benchmarks import asking, digests, editing, fleet, grounding, loading, processes, wires, year


class Line(Protocol):
    """One line of what a part found; it prints itself."""

    @property
    def missed(self) -> bool: ...


PARTS: Mapping[str, Callable[[], Iterable[Line]]] = {
    "loading": loading.measure,
    "editing": editing.measure,
    "asking": asking.measure,
    "processes": processes.measure,
    "wires": wires.measure,
    "digests": digests.measure,
    "year": year.measure,
    "fleet": fleet.measure,
    "grounding": grounding.measure,
}


def main(names: list[str]) -> int:
    """Run the named parts, or all; 0 if every bound holds."""
    if unknown := [name for name in names if name not in PARTS]:
        print(f"There is no benchmark {unknown[0]}; there are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    logging.disable(logging.WARNING)
    print(f"Python {platform.python_version()}; median, lowest to highest of all runs, bound on the median.")
    started = time.monotonic()
    missed: list[Line] = []
    for name in names or PARTS:
        print(f"\n{name}", flush=True)
        for figure in PARTS[name]():
            print(figure, flush=True)
            missed += [figure] if figure.missed else []
    print(f"\n{len(missed)} bounds missed, in {time.monotonic() - started:.0f} seconds.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
