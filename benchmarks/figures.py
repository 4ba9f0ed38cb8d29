"""What a measurement found, and how it is printed beside its bound."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One finding over several runs: its median counts, against `bound` where it has one.

    `unit` is `x` for ratios, else a unit that stands behind the number.
    """

    name: str
    runs: tuple[float, ...]
    unit: str = "x"
    bound: float | None = None

    @property
    def median(self) -> float:
        return median(self.runs)

    @property
    def missed(self) -> bool:
        return self.bound is not None and self.median > self.bound

    def __str__(self) -> str:
        spread = f"{_written(min(self.runs))} to {_written(max(self.runs))}" if len(self.runs) > 1 else ""
        bound = f"at most {_written(self.bound)} {self.unit}" if self.bound is not None else ""
        verdict = ("MISSED" if self.missed else "held") if self.bound is not None else ""
        row = f"  {self.name:<64} {_written(self.median):>7} {self.unit:<3}  {spread:<16} {bound:<16} {verdict}"
        return row.rstrip()


def ratio(name: str, ours: Sequence[float], theirs: Sequence[float], bound: float | None = None) -> Figure:
    """Runs taken in pairs, as their quotients."""
    return Figure(name, tuple(a / b for a, b in zip(ours, theirs, strict=True)), "x", bound)


def p99(samples: Sequence[float]) -> float:
    """The value that 99 of 100 samples do not pass."""
    return sorted(samples)[ceil(len(samples) * 0.99) - 1]


def _written(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:,.0f}"
