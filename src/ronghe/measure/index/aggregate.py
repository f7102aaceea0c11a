"""Aggregation of the children of one aggregate, for one table of units or for many draws of it at once.

References
----------
.. [1] OECD, JRC, "Handbook on Constructing Composite Indicators", 2008, step 6.
.. [2] G. Munda, M. Nardo, "Noncompensatory/nonlinear composite indicators for ranking countries", 2009 (Copeland).
.. [3] M. Mazziotta, A. Pareto, "On a generalized non-compensatory composite index", 2016.
.. [4] C. L. Hwang, K. Yoon, "Multiple Attribute Decision Making", 1981 (closeness to the ideal).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text

Method = Literal["arithmetic", "geometric", "harmonic", "generalised", "copeland", "mazziotta-pareto", "topsis"]
METHODS: tuple[Method, ...] = get_args(Method)
POSITIVE = frozenset({"geometric", "harmonic", "generalised"})
"""Means that exist for positive values only."""


@dataclass(frozen=True, slots=True)
class Mean:
    """How the children of an aggregate are brought together.

    Attributes
    ----------
    method : Method
    power : float
        Of the generalised mean: 1 is the arithmetic mean, 0 the geometric, -1 the harmonic.
    penalty : int
        Of Mazziotta and Pareto: -1 takes dispersion off (more is better), 1 adds it.
    """

    method: Method = "arithmetic"
    power: float = 0.0
    penalty: int = -1


def aggregate(values: Floats, weights: Floats, mean: Mean) -> Floats:
    """Return one score of every unit; a unit with a missing child is aggregated over the others.

    Parameters
    ----------
    values : array, shape (..., unit, child)
    weights : array, shape (..., child)
        Not negative; scaled to the children that are there.

    Raises
    ------
    ParameterFault
        For a value that is not above 0 under a mean that needs it.
    """
    there = np.isfinite(values)
    if mean.method in POSITIVE and (values[there] <= 0).any():
        wrong = int((values[there] <= 0).sum())
        raise ParameterFault(
            Text(f"{mean.method} 平均要求数值大于0，有{wrong}个不是；请先标准化到 [1, 100]。",
                 f"A {mean.method} mean needs values above 0; {wrong} are not: normalise to [1, 100] first.")
        )  # fmt: skip
    if mean.method == "copeland":
        return copeland(values, weights)
    if mean.method == "topsis":
        return _closeness(values, weights)
    shares = np.where(there, weights[..., None, :], 0.0)
    total = shares.sum(axis=-1, keepdims=True)
    shares = np.divide(shares, total, out=np.zeros_like(shares), where=total > 0)
    filled = np.where(there, values, 1.0)
    found = _mean(filled, shares, there, mean)
    return np.where(total[..., 0] > 0, found, np.nan)


def _mean(x: Floats, w: Floats, there: Bools, mean: Mean) -> Floats:
    power = {"arithmetic": 1.0, "geometric": 0.0, "harmonic": -1.0}.get(mean.method, mean.power)
    if mean.method == "mazziotta-pareto":
        centre = (x * w).sum(axis=-1)
        spread = np.sqrt((((x - centre[..., None]) ** 2) * w).sum(axis=-1))
        return np.asarray(centre + mean.penalty * spread * spread / np.where(centre == 0, np.nan, centre))
    if power == 1.0:
        return np.asarray((x * w).sum(axis=-1), dtype=np.float64)
    if power == 0.0:
        return np.asarray(np.exp((np.log(x) * w).sum(axis=-1)), dtype=np.float64)
    return np.asarray(((x**power) * w).sum(axis=-1) ** (1.0 / power), dtype=np.float64)


def outranking(values: Floats, weights: Floats) -> Floats:
    """Return the share of weight in which one unit beats another, ties counting half: shape (..., unit, unit).

    A child that either lacks does not count.
    """
    a, b = values[..., :, None, :], values[..., None, :, :]
    both = np.isfinite(a) & np.isfinite(b)
    w = np.where(both, weights[..., None, None, :], 0.0)
    with np.errstate(invalid="ignore"):
        won = np.where(a > b, 1.0, np.where(a == b, 0.5, 0.0))
    total = w.sum(axis=-1)
    return np.asarray(np.divide((won * w).sum(axis=-1), total, out=np.full(total.shape, 0.5), where=total > 0))


def copeland(values: Floats, weights: Floats) -> Floats:
    """Return how many more units each one beats than it is beaten by; ties count nothing."""
    share = outranking(values, weights)
    found = np.sign(np.round(share - 0.5, 12)).sum(axis=-1)
    return np.where(np.isfinite(values).any(axis=-1), found, np.nan)


def _closeness(values: Floats, weights: Floats) -> Floats:
    """Return the closeness to the best of every child, between its worst (0) and the ideal (1)."""
    w = weights / weights.sum(axis=-1, keepdims=True)
    size = np.sqrt(np.nansum(values**2, axis=-2, keepdims=True))
    x = w[..., None, :] * values / np.where(size > 0, size, 1.0)
    best, worst = np.nanmax(x, axis=-2, keepdims=True), np.nanmin(x, axis=-2, keepdims=True)
    near, far = (np.sqrt(np.nansum((x - end) ** 2, axis=-1)) for end in (best, worst))
    found = np.divide(far, near + far, out=np.full_like(far, np.nan), where=near + far > 0)
    return np.where(np.isfinite(values).all(axis=-1), found, np.nan)


def dominance(values: Floats) -> tuple[Floats, float]:
    """Return which unit is at least as good as which everywhere, and the share of pairs of which one is.

    No weights are needed for it. Units with a missing child compare with nobody.

    Returns
    -------
    over : array, shape (unit, unit)
        1 where the row is at least as good as the column in every child and better in one.
    share : float
    """
    a, b = values[:, None, :], values[None, :, :]
    whole = np.isfinite(values).all(axis=1).astype(float)
    over = np.asarray((a >= b).all(axis=2) * (a > b).any(axis=2) * np.outer(whole, whole), dtype=np.float64)
    pairs = whole.sum() * (whole.sum() - 1) / 2
    return over, float(over.sum() / pairs) if pairs else float("nan")
