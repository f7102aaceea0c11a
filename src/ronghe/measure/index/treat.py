"""Treatment of outliers: an indicator that is far from symmetric is winsorised, and logged only where that fails.

    G1 = n / ((n-1)(n-2)) sum z^3
    G2 = n(n+1) / ((n-1)(n-2)(n-3)) sum z^4 - 3(n-1)^2 / ((n-2)(n-3))       z by the n-1 deviation

An indicator fails where ``|G1| > 2`` and ``G2 > 3.5``. While it fails, the values at the extreme are set to the next
one, in at most five steps; where it still fails, the logarithm of the untreated values is taken instead.

References
----------
.. [1] D. N. Joanes, C. A. Gill, "Comparing Measures of Sample Skewness and Kurtosis", 1998 (G1, G2).
.. [2] OECD, JRC, "Handbook on Constructing Composite Indicators", 2008, step 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats

SKEWNESS, KURTOSIS, STEPS = 2.0, 3.5, 5
SHIFT = 0.01
"""Part of the range by which the lowest value is lifted above 0 before the logarithm."""


@dataclass(frozen=True, slots=True, eq=False)
class Treated:
    """One indicator after treatment.

    Attributes
    ----------
    values : array, shape (unit,)
    how : {"none", "winsorised", "logarithm", "failed"}
        ``failed`` where neither brings it within the limits; the values are then untouched.
    changed : tuple of (int, float, float)
        Unit, old and new value, of every winsorised point.
    before, after : (float, float)
        Skewness and excess kurtosis.
    steps : int
    """

    values: Floats
    how: str
    changed: tuple[tuple[int, float, float], ...]
    before: tuple[float, float]
    after: tuple[float, float]
    steps: int


def moments(values: Floats) -> tuple[float, float]:
    """Return skewness G1 and excess kurtosis G2 of the values that are there.

    Fewer than four values, or values that are all alike, have none: NaN.

    Examples
    --------
    >>> [round(one, 6) for one in moments(np.array([1.0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30, 100]))]
    [3.063241, 9.741391]
    """
    there = values[np.isfinite(values)]
    n = len(there)
    spread = there.std(ddof=1) if n > 3 else 0.0
    if not spread > 1e-12 * np.abs(there).max(initial=0.0):
        return float("nan"), float("nan")
    z = (there - there.mean()) / spread
    skew = n / ((n - 1) * (n - 2)) * float((z**3).sum())
    tails = n * (n + 1) / ((n - 1) * (n - 2) * (n - 3)) * float((z**4).sum())
    return skew, tails - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))


def treat(
    values: Floats, *, skewness: float = SKEWNESS, kurtosis: float = KURTOSIS, steps: int = STEPS, log: bool = True
) -> Treated:
    """Return one indicator brought within the limits of skewness and kurtosis.

    Parameters
    ----------
    values : array, shape (unit,)
        NaN where missing.
    steps : int
        Most steps of winsorising.
    log : bool
        Whether the logarithm is taken where winsorising is not enough.
    """

    def fails(told: tuple[float, float]) -> bool:
        return abs(told[0]) > skewness and told[1] > kurtosis

    before = moments(values)
    now, made = before, values.copy()
    taken = 0
    while fails(now) and taken < steps:
        _winsorise(made, top=now[0] > 0)
        now, taken = moments(made), taken + 1
    if not fails(now):
        moved = np.flatnonzero(np.isfinite(values) & (made != values))
        changed = tuple((int(at), float(values[at]), float(made[at])) for at in moved)
        return Treated(made, "winsorised" if changed else "none", changed, before, now, taken)
    logged = _logarithm(values)
    if log and not fails(moments(logged)):
        return Treated(logged, "logarithm", (), before, moments(logged), taken)
    return Treated(values.copy(), "failed", (), before, before, taken)


def _winsorise(values: Floats, *, top: bool) -> None:
    """Set the values at one extreme to the next value, in place; ties move together."""
    there = np.isfinite(values)
    distinct = np.unique(values[there])
    if len(distinct) < 2:
        return
    extreme, following = (distinct[-1], distinct[-2]) if top else (distinct[0], distinct[1])
    values[there & (values == extreme)] = following


def _logarithm(values: Floats) -> Floats:
    low, high = np.nanmin(values), np.nanmax(values)
    return np.asarray(np.log(values - low + SHIFT * (high - low)), dtype=np.float64)
