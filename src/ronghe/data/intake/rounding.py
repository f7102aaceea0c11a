"""How far rounding may lead a whole and its parts apart, by the steps in which sheets print their figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ronghe.data.intake.joined import Joined


def step(read: Joined, column: str, rows: Iterable[int]) -> float:
    """Return the coarsest step in which a sheet prints a column."""
    by_sheet: dict[int, list[float | None]] = defaultdict(list)
    for row in rows:
        by_sheet[read.part(row)].append(read.columns[column][row])
    return max((_printed(values) for values in by_sheet.values()), default=0.0)


def _printed(values: Iterable[float | None]) -> float:
    """Return the largest power of ten that all figures are multiples of."""
    figures = [value for value in values if value]
    steps = (10.0**power for power in range(6, -4, -1))
    return next(
        (s for s in steps if all(abs(f / s - round(f / s)) <= 1e-9 * max(1.0, abs(f / s)) for f in figures)), 0.0
    )


def slack(gap: float, printed: float, count: int, total: float) -> float:
    """Return how far rounding may lead a whole and its parts apart: half a step each, at most 1 % of the whole."""
    return max(gap, min(0.5 * printed * count, 0.01 * abs(total))) + 1e-9 * abs(total)
