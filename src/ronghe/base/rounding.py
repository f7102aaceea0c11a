"""Rounding that keeps a total: the largest-remainder method, with stable ties."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction


def largest_remainder(values: Sequence[float], *, total: int | None = None, unit: float = 1.0) -> list[int]:
    """Round ``values / unit`` to integers whose sum is the rounded sum.

    Parameters
    ----------
    values : sequence of float
        What to round, in one unit; negative values are allowed.
    total : int, optional
        What the integers must add up to, in ``unit``; the rounded sum if left out.
    unit : float
        Size of one step, e.g. ``0.01``.

    Returns
    -------
    list of int
        Multiples of ``unit``; ties go to the earlier entry, so the result never depends on chance.

    Raises
    ------
    ValueError
        If a value is not finite, or ``total`` cannot be reached by rounding each value up or down.

    Examples
    --------
    >>> largest_remainder([1.4, 1.4, 1.2])
    [2, 1, 1]
    """
    if not all(math.isfinite(value) for value in values):
        raise ValueError("every value must be a finite number")
    exact = [Fraction(value) / Fraction(str(unit)) for value in values]
    floors = [math.floor(value) for value in exact]
    target = round(sum(exact, Fraction(0))) if total is None else total
    missing = target - sum(floors)
    if not 0 <= missing <= len(floors):
        raise ValueError(f"total {target} cannot be reached by rounding {len(floors)} values")
    order = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    for i in order[:missing]:
        floors[i] += 1
    return floors
