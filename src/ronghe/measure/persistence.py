"""Persistence of many short series with an effect each, put right for the bias that the effects bring.

See :mod:`ronghe.measure.halflife` for the equations. Series enter only by sums of squares, so that resampling goods
costs next to nothing.

References
----------
.. [1] S. Nickell, "Biases in Dynamic Models with Fixed Effects", 1981, equations (10) and (18).
.. [2] M. J. G. Bun, M. A. Carree, "Bias-Corrected Estimation in Dynamic Panel Data Models", 2005.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints

SHORTEST = 4
"""Periods that a series needs: three steps, one for the effect, one for phi, one for the variance."""
STILL = 1e-12
"""A log gap that moves by no more stands still: nothing can be told of how it closes."""
STEPS = 60
LARGEST_STEP = 0.1
TOLERANCE = 1e-11


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """Sums over series, by good, and by pair and number of steps.

    Attributes
    ----------
    before, crossed, after : array, shape (good, key)
        Sums of g~_(t-1)^2, g~_(t-1) g~_t, g~_t^2, each good's in units of its own residual variance.
    series : array, shape (good, key)
        Number of series.
    pairs, periods : array of int, shape (key,)
        Pair, and steps T of a series.
    counted : array of int, shape (good,)
        Series of each good.
    """

    before: Floats
    crossed: Floats
    after: Floats
    series: Floats
    pairs: Ints
    periods: Ints
    counted: Ints

    @property
    def pairs_seen(self) -> Ints:
        """Pairs with at least one series."""
        return np.unique(self.pairs)


def moments_of(gaps: Floats) -> tuple[Moments, int]:
    """Return the sums of gaps of shape (good, pair, period), and how many pieces are too short or never move."""
    goods = gaps.shape[0]
    sums: defaultdict[tuple[int, int], Floats] = defaultdict(lambda: np.zeros((4, goods)))
    short = 0
    for good, pair in np.ndindex(gaps.shape[:2]):
        for run in _runs(gaps[good, pair]):
            if len(run) < SHORTEST or np.ptp(run) <= STILL:
                short += 1
                continue
            before, after = run[:-1] - run[:-1].mean(), run[1:] - run[1:].mean()
            sums[pair, len(run) - 1][:, good] += before @ before, before @ after, after @ after, 1.0
    keys = sorted(sums)
    table = np.stack([sums[key] for key in keys], axis=-1) if keys else np.zeros((4, goods, 0))
    before, crossed, after, series = table
    pairs, periods = (np.array([key[at] for key in keys], dtype=np.int64) for at in (0, 1))
    scale = _scale(before, crossed, after, series, periods)[:, None]
    return Moments(
        before / scale, crossed / scale, after / scale, series, pairs, periods, series.sum(axis=1).astype(np.int64)
    ), short


def uncorrected(found: Moments, weights: Floats, design: Floats) -> Floats:
    """Return least squares with effects, shape (column,); NaN where it has no answer.

    Parameters
    ----------
    weights : array, shape (good,)
    design : array, shape (pair, column)
        What persistence depends on.
    """
    z = design[found.pairs]
    normal = (z * (weights @ found.before)[:, None]).T @ z
    return _solved(normal, z.T @ (weights @ found.crossed))


def corrected(found: Moments, weights: Floats, design: Floats, start: Floats) -> Floats:
    """Return the zero of the corrected score next above least squares, by Newton's method; NaN where there is none."""
    z = design[found.pairs]
    before, crossed, after = weights @ found.before, weights @ found.crossed, weights @ found.after
    slopes = start
    for _ in range(STEPS):
        phi = z @ slopes
        lift, steeper = _lift(phi, found.periods)
        residual = np.maximum(after - 2 * phi * crossed + phi**2 * before, 0.0) / (found.periods - 1)
        score = z.T @ (crossed - phi * before + lift * residual)
        slope = -before + steeper * residual + 2 * lift * (phi * before - crossed) / (found.periods - 1)
        curve = (z * slope[:, None]).T @ z
        # Past the zero's basin the score turns up again: there is no zero to find.
        if not np.isfinite(curve).all() or np.linalg.eigvalsh(curve).max() >= 0:
            return np.full(len(slopes), np.nan)
        step = -_solved(curve, score)
        slopes = slopes + step * min(1.0, LARGEST_STEP / max(float(np.abs(z @ step).max()), 1e-300))
        if np.abs(step).max() <= TOLERANCE:
            return slopes
    return np.full(len(slopes), np.nan)


def _lift(phi: Floats, periods: Ints) -> tuple[Floats, Floats]:
    """Return c_T(phi) and its derivative, by Horner's scheme: the closed form has a hole at 1."""
    value, slope = np.zeros(len(phi)), np.zeros(len(phi))
    for power in range(int(periods.max()) - 2, -1, -1):
        slope = slope * phi + value
        value = value * phi + np.maximum(periods - 1 - power, 0)
    return value / periods, slope / periods


def _scale(before: Floats, crossed: Floats, after: Floats, series: Floats, periods: Ints) -> Floats:
    """Return each good's residual variance, so that goods that swing more do not weigh more; 1 where it has none."""
    total = before.sum(axis=1)
    phi = np.divide(crossed.sum(axis=1), total, out=np.zeros(len(total)), where=total > 0)
    residual = (after - phi[:, None] * (2 * crossed - phi[:, None] * before)).sum(axis=1)
    freedom = (series * (periods - 1)).sum(axis=1)
    return np.where(residual > 0, residual / np.maximum(freedom, 1), 1.0)


def _runs(series: Floats) -> list[Floats]:
    """Return the pieces of a series between missing values."""
    known: Bools = np.isfinite(series)
    edges = np.flatnonzero(np.diff(known.astype(np.int8), prepend=0, append=0))
    return [series[a:b] for a, b in edges.reshape(-1, 2)]


def _solved(normal: Floats, given: Floats) -> Floats:
    try:
        return np.asarray(np.linalg.solve(normal, given), dtype=np.float64)
    except np.linalg.LinAlgError:
        return np.full(len(given), np.nan)
