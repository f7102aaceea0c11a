"""Dagum's three parts of the Gini coefficient: inside groups, between them net, and by their overlap.

    G = sum_ij p_i p_j |y_i - y_j| / (2 mu) = G_w + G_nb + G_t

over groups j, h with mean incomes mu_j >= mu_h, population shares p and income shares s:

    G_jh = E|y_j - y_h| / (mu_j + mu_h)            D_jh = (d - e) / (d + e)
    G_w  = sum_j G_jj p_j s_j                      inside groups
    G_nb = sum_jh G_jh (p_j s_h + p_h s_j) D_jh    between groups, net
    G_t  = the same with 1 - D_jh                  groups that overlap

d and e are the mean positive and negative parts of y_j - y_h.

References
----------
.. [1] C. Dagum, "A New Approach to the Decomposition of the Gini Income Inequality Ratio", 1997.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.measure.inequality import gini, grouped, scaled, shares_of, wrong_incomes
from ronghe.measure.wrong import refuse
from ronghe.measure.wrong_values import names_of


@dataclass(frozen=True, slots=True, eq=False)
class Dagum:
    """The Gini coefficient in three parts.

    Attributes
    ----------
    gini, within, between, overlap : float
        G, G_w, G_nb and G_t.
    groups : tuple of str
    pairs : array, shape (group, group)
        G_jh; the diagonal is inequality inside. NaN where both groups have no income at all.
    dominance : array, shape (group, group)
        D_jh, how far the richer group stands above the poorer: 1 without overlap, 0 with like means. NaN on the
        diagonal and where no income differs.
    """

    gini: float
    within: float
    between: float
    overlap: float
    groups: tuple[str, ...]
    pairs: Floats
    dominance: Floats


def dagum(
    *, values: Floats, groups: Sequence[str], population: Floats | None = None, units: Sequence[str] = ()
) -> Dagum:
    """Return the Gini coefficient inside groups, between them net, and by their overlap.

    Parameters
    ----------
    values : array, shape (unit,)
        Income per head, at least 0 and not all 0.
    groups : sequence of str
        The group of each unit.
    population : array, shape (unit,), optional
    units : sequence of str

    Raises
    ------
    ParameterFault

    Examples
    --------
    >>> found = dagum(values=np.array([1.0, 3.0, 2.0, 6.0]), groups=("a", "a", "b", "b"))
    >>> round(found.within, 6), round(found.between, 6), round(found.overlap, 6)
    (0.125, 0.166667, 0.041667)
    """
    refuse(wrong_incomes(values, population, [groups], names_of(units, values), "not negative"))
    people, income = shares_of(values, population)
    group_people, group_income, places = grouped(people, income, groups)
    above = _mean_above(np.asarray(values, dtype=np.float64), people, places, len(group_people))
    gaps, net = above + above.T, np.abs(above - above.T)
    means = np.array([scaled(people[places == at]) @ values[places == at] for at in range(len(group_people))])
    with np.errstate(invalid="ignore", divide="ignore"):
        pairs, dominance = gaps / (means[:, None] + means), net / gaps
    np.fill_diagonal(dominance, np.nan)
    counted = np.outer(group_people, group_income)
    weights = np.where(np.isnan(pairs), 0.0, pairs) * (counted + counted.T) / 2
    share = np.where(np.isnan(dominance), 0.0, dominance)
    outside = weights - np.diag(np.diag(weights))
    return Dagum(
        gini=gini(values=values, population=population),
        within=float(np.trace(weights)),
        between=float((outside * share).sum()),
        overlap=float((outside * (1 - share)).sum()),
        groups=tuple(dict.fromkeys(groups)),
        pairs=pairs,
        dominance=dominance,
    )


def _mean_above(values: Floats, people: Floats, places: Ints, groups: int) -> Floats:
    """Return E[max(y_j - y_h, 0)] over the members of groups j and h, shape (group, group)."""
    found = np.empty((groups, groups))
    for other in range(groups):
        inside = places == other
        gaps = np.maximum(values[:, None] - values[inside], 0.0) @ scaled(people[inside])
        found[:, other] = np.bincount(places, people * gaps) / np.bincount(places, people)
    return found
