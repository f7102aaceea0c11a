"""Weights of the children of one aggregate: given, equal, from the data, or chosen for each unit in its own favour.

``given`` and ``equal`` do not look at the data. ``pca`` takes the loadings of the first principal component,
``entropy`` and ``critic`` reward dispersion (and so move with the sample), ``equal influence`` searches weights whose
correlations of child and parent are proportional to stated importances, ``benefit of the doubt`` is
:func:`benefit_of_the_doubt`. All are scaled to a sum of 1.

References
----------
.. [1] OECD, JRC, "Handbook on Constructing Composite Indicators", 2008, step 6.
.. [2] D. Diakoulaki, G. Mavrotas, L. Papayannakis, "Determining objective weights in multiple criteria problems: The
   CRITIC method", 1995.
.. [3] W. Becker et al., "Weights and importance in composite indicators: Closing the gap", 2017 (equal influence).
.. [4] L. Cherchye et al., "An introduction to 'benefit of the doubt' composite indicators", 2007.
.. [5] T. L. Saaty, "The Analytic Hierarchy Process", 1980.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

import numpy as np
from scipy.optimize import linprog, minimize

from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text

Rule = Literal["given", "equal", "pca", "entropy", "critic", "equal influence"]
RULES: tuple[Rule, ...] = get_args(Rule)

CONSISTENT = 0.1
"""Consistency ratio above which pairwise judgements contradict one another."""

_RANDOM = (0.0, 0.0, 0.0, 0.58, 0.9, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Mean consistency index of random matrices of pairwise judgements, by size [5]_."""


def weigh(values: Floats, given: Floats, rule: Rule) -> Floats:
    """Return weights of the children of one aggregate, adding up to 1.

    Parameters
    ----------
    values : array, shape (unit, child)
        Normalised scores; units with a missing child count for the moments of the others alone.
    given : array, shape (child,)
        Stated weights, or importances for ``equal influence``.

    Raises
    ------
    ParameterFault
        Where the data do not tell weights: fewer than three whole units, or children without variance.
    """
    given = given / given.sum()
    if rule == "given" or len(given) == 1:
        return np.asarray(given, dtype=np.float64)
    if rule == "equal":
        return np.full(len(given), 1.0 / len(given))
    whole = values[np.isfinite(values).all(axis=1)]
    if len(whole) < 3 or not (whole.std(axis=0) > 0).all():
        raise ParameterFault(
            Text(f"按 {rule} 定权至少要有3个数据齐全、互不相同的单元，读到{len(whole)}个。",
                 f"Weights by {rule} need 3 whole units that differ; read {len(whole)}.")
        )  # fmt: skip
    found = {"pca": _pca, "entropy": _entropy, "critic": _critic}.get(rule)
    return _equal_influence(whole, given) if found is None else found(whole)


def _scaled(raw: Floats) -> Floats:
    return np.asarray(raw / raw.sum(), dtype=np.float64)


def _pca(values: Floats) -> Floats:
    """Return the loadings of the first component of the correlations, their signs left out."""
    _, vectors = np.linalg.eigh(np.corrcoef(values, rowvar=False))
    return _scaled(np.abs(vectors[:, -1]))


def _entropy(values: Floats) -> Floats:
    """Return weights by dispersion: 1 less the entropy of the shares of the units; 0 ln 0 is 0."""
    lifted = values - np.minimum(values.min(axis=0), 0.0)
    shares = lifted / lifted.sum(axis=0)
    logs = np.log(shares, out=np.zeros_like(shares), where=shares > 0)
    return _scaled(1.0 + (shares * logs).sum(axis=0) / np.log(len(values)))


def _critic(values: Floats) -> Floats:
    """Return weights by contrast and conflict: the deviation times the sum of 1 less the correlations."""
    spread = np.ptp(values, axis=0)
    contrast = ((values - values.min(axis=0)) / spread).std(axis=0, ddof=1)
    return _scaled(contrast * (1.0 - np.corrcoef(values, rowvar=False)).sum(axis=0))


def _equal_influence(values: Floats, importance: Floats) -> Floats:
    """Return weights whose correlations of child and weighted mean are proportional to the importances."""
    count = values.shape[1]

    def correlations(weights: Floats) -> Floats:
        parent = values @ weights
        return np.array([np.corrcoef(values[:, k], parent)[0, 1] for k in range(count)])

    def miss(raw: Floats) -> float:
        weights = np.exp(raw - raw.max())
        found = correlations(weights / weights.sum())
        return float((((found / found.sum()) - importance) ** 2).sum() * 1e4)

    best = minimize(miss, np.log(importance + 1e-9), method="Nelder-Mead",
                    options={"maxiter": 4000 * count, "xatol": 1e-9, "fatol": 1e-14})  # fmt: skip
    weights = np.exp(best.x - best.x.max())
    return _scaled(weights)


class Favoured(NamedTuple):
    """Weights that show a unit in its best light.

    Attributes
    ----------
    scores : array, shape (unit,)
        At most 1; NaN where a value is missing or the programme has no answer.
    weights : array, shape (unit, child)
    """

    scores: Floats
    weights: Floats


def benefit_of_the_doubt(values: Floats, *, least: Floats | None = None, most: Floats | None = None) -> Favoured:
    """Return for each unit the score by its own most favourable weights, under which nobody scores above 1.

    Parameters
    ----------
    values : array, shape (unit, child)
        Not negative.
    least, most : array, shape (child,), optional
        Bounds of the share of each child in the unit's own score.

    Raises
    ------
    ParameterFault
        For a negative value, or bounds that no shares can keep.
    """
    count = values.shape[1]
    low = np.zeros(count) if least is None else np.asarray(least, dtype=float)
    high = np.ones(count) if most is None else np.asarray(most, dtype=float)
    if np.nanmin(values, initial=0.0) < 0 or low.sum() > 1 + 1e-12 or high.sum() < 1 - 1e-12 or (low > high).any():
        raise ParameterFault(
            Text("最有利权重要求数值不为负，份额下限之和不超过1、上限之和不低于1。",
                 "Favourable weights need values from 0 up, lower shares adding up to at most 1, upper to at least 1.")
        )  # fmt: skip
    whole = np.isfinite(values).all(axis=1)
    scores, weights = np.full(len(values), np.nan), np.full(values.shape, np.nan)
    for c in np.flatnonzero(whole).tolist():
        own = values[c]
        total = np.tile(own, (count, 1))
        bounds = np.vstack([low[:, None] * total - np.diag(own), np.diag(own) - high[:, None] * total])
        found = linprog(-own, A_ub=np.vstack([values[whole], bounds]),
                        b_ub=np.append(np.ones(whole.sum()), np.zeros(2 * count)))  # fmt: skip
        if found.success:
            scores[c], weights[c] = float(own @ found.x), found.x
    return Favoured(scores, weights)


class Judged(NamedTuple):
    """Weights of pairwise judgements.

    Attributes
    ----------
    weights : array, shape (child,)
    consistency : float
        Consistency ratio; above 0.1 the judgements contradict one another.
    """

    weights: Floats
    consistency: float


def pairwise(judgements: Floats) -> Judged:
    """Return the weights of a matrix of pairwise judgements: its principal eigenvector [5]_.

    Parameters
    ----------
    judgements : array, shape (child, child)
        ``a[i, j]`` says how much more i counts than j; ``a[j, i] = 1 / a[i, j]``.

    Examples
    --------
    >>> pairwise(np.array([[1.0, 2.0], [0.5, 1.0]])).weights.round(3)
    array([0.667, 0.333])
    """
    matrix = np.asarray(judgements, dtype=float)
    count = len(matrix)
    if matrix.shape != (count, count) or not (matrix > 0).all() or not np.allclose(matrix * matrix.T, 1.0, atol=1e-6):
        raise ParameterFault(
            Text("两两判断应为正数的方阵，且 a[j,i] = 1/a[i,j]。",
                 "Pairwise judgements are a square of positive numbers with a[j, i] = 1 / a[i, j].")
        )  # fmt: skip
    values, vectors = np.linalg.eig(matrix)
    top = int(values.real.argmax())
    index = (values[top].real - count) / (count - 1) if count > 1 else 0.0
    random = _RANDOM[min(count, len(_RANDOM) - 1)]
    return Judged(_scaled(np.abs(vectors[:, top].real)), float(index / random) if random else 0.0)
