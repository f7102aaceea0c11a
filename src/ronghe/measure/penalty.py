"""Border penalty (F06): what a border adds to the cost of moving, at equal distance and for like places.

    ln cost_uv = a_u + b_v + gamma ln d_uv + beta bd_uv + e_uv      exp(beta) - 1: the penalty

Ordinary least squares; a and b take up what is dear about sending from u or receiving in v. Errors are clustered by
origin and by destination: pairs that share an end share its luck.

    V = V_origin + V_destination - V_pair,  times (n - 1)/(n - k) G/(G - 1)

with k the regressors + 1 (nested effects are not counted) and G the smaller number of clusters.

References
----------
.. [1] J. McCallum, "National Borders Matter: Canada-U.S. Regional Trade Patterns", 1995.
.. [2] A. C. Cameron, J. B. Gelbach, D. L. Miller, "Robust Inference with Multiway Clustering", 2011, equation (2.11).
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.base.errors import NotIdentified
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.measure.wrong import refuse

FEW_UNITS = 20
"""With fewer clusters, errors clustered by them are unsure themselves."""
COLLINEAR = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Penalty:
    """What a border adds to cost.

    Attributes
    ----------
    border, distance : float
        beta and gamma.
    border_error, distance_error : float
        Two-way clustered; NaN where the covariance has no positive variance for it.
    added : float
        exp(beta) - 1: share of cost added.
    spread : Spread or None
        5 and 95 % of ``added``, Student's t with G - 1 degrees of freedom.
    covariance : array, shape (2, 2)
        Of (gamma, beta).
    pairs, across : int
        Ordered pairs with a cost, and those of them across a border.
    origins, destinations : int
    left_out : int
        Ordered pairs without a cost or a distance.
    notes : tuple of Text
    """

    border: float
    distance: float
    border_error: float
    distance_error: float
    added: float
    spread: Spread | None
    covariance: Floats
    pairs: int
    across: int
    origins: int
    destinations: int
    left_out: int
    notes: tuple[Text, ...]


def border_penalty(*, costs: Floats, kilometres: Floats, blocks: Sequence[Hashable]) -> Penalty:
    """Return the border penalty of a table of costs.

    Parameters
    ----------
    costs : array, shape (unit, unit)
        Minutes, or yuan per tonne-kilometre, rows send; NaN where unknown. The diagonal is not used.
    kilometres : array, shape (unit, unit)
    blocks : sequence, length unit
        Block of each unit; a border lies between units of different blocks.

    Raises
    ------
    ParameterFault
        If shapes do not fit, or a known cost or distance is not above 0.
    NotIdentified
        If the border cannot be told from the effects or from distance: no block of two units, no pair across, or
        distance that is the same for all.
    """
    costs, kilometres = np.asarray(costs, dtype=np.float64), np.asarray(kilometres, dtype=np.float64)
    _check(costs, kilometres, blocks)
    names = list(dict.fromkeys(blocks))
    block = np.array([names.index(name) for name in blocks])
    known = np.isfinite(costs) & np.isfinite(kilometres) & ~np.eye(len(block), dtype=np.bool_)
    origin, destination = (ends.astype(np.int64) for ends in np.nonzero(known))
    across = block[origin] != block[destination]
    _refuse_alike(across)
    logs = np.log(kilometres[known])
    effects = _Effects(origin, destination)
    outcome = effects.out_of(np.log(costs[known]))
    regressors = np.stack([effects.out_of(logs - logs.mean()), effects.out_of(across.astype(np.float64))], axis=1)
    _refuse_collinear(regressors, logs, across, effects.rank)
    inverse: Floats = np.linalg.inv(regressors.T @ regressors).astype(np.float64)
    slopes = inverse @ (regressors.T @ outcome)
    scores = regressors * (outcome - regressors @ slopes)[:, None]
    covariance, notes = _covariance(scores, inverse, origin, destination)
    clusters = min(len(np.unique(origin)), len(np.unique(destination)))
    with np.errstate(invalid="ignore"):
        errors = np.sqrt(np.diag(covariance))
    return Penalty(
        border=float(slopes[1]),
        distance=float(slopes[0]),
        border_error=float(errors[1]),
        distance_error=float(errors[0]),
        added=float(np.expm1(slopes[1])),
        spread=_spread(float(slopes[1]), float(errors[1]), clusters),
        covariance=covariance,
        pairs=len(origin),
        across=int(across.sum()),
        origins=len(np.unique(origin)),
        destinations=len(np.unique(destination)),
        left_out=len(block) * (len(block) - 1) - len(origin),
        notes=notes,
    )


class _Effects:
    """Takes origin and destination effects out of a column, whichever pairs are there."""

    def __init__(self, origin: Ints, destination: Ints) -> None:
        self._origin = np.unique(origin, return_inverse=True)[1]
        self._destination = np.unique(destination, return_inverse=True)[1]
        met = np.zeros((self._origin.max() + 1, self._destination.max() + 1))
        met[self._origin, self._destination] = 1.0
        normal = np.block([[np.diag(met.sum(axis=1)), met], [met.T, np.diag(met.sum(axis=0))]])
        # One effect too many, or more where the pairs fall into groups: the smallest solution serves.
        self._inverse = np.linalg.pinv(normal, hermitian=True)
        self.rank = round(float(np.trace(self._inverse @ normal)))

    def out_of(self, column: Floats) -> Floats:
        sums = np.concatenate([np.bincount(self._origin, column), np.bincount(self._destination, column)])
        effects = self._inverse @ sums
        first = int(self._origin.max()) + 1
        return np.asarray(column - effects[self._origin] - effects[first + self._destination], dtype=np.float64)


def _covariance(scores: Floats, inverse: Floats, origin: Ints, destination: Ints) -> tuple[Floats, tuple[Text, ...]]:
    """Return the two-way clustered covariance [2]_ and what must be said of it."""
    meat = _outer(scores, origin) + _outer(scores, destination) - scores.T @ scores
    clusters = min(len(np.unique(origin)), len(np.unique(destination)))
    number, counted = scores.shape[0], scores.shape[1] + 1
    adjusted = (number - 1) / (number - counted) * clusters / (clusters - 1)
    covariance = inverse @ meat @ inverse * adjusted
    notes: list[Text] = []
    if clusters < FEW_UNITS:
        notes.append(
            Text(
                f"聚类只有{clusters}个单元（少于{FEW_UNITS}个），标准误偏小的可能性较大。",
                f"Only {clusters} clusters (fewer than {FEW_UNITS}): errors are likely too small.",
            )
        )
    if (np.diag(covariance) <= 0).any():
        notes.append(
            Text(
                "双向聚类协方差出现非正方差，相应的标准误和区间不给出。",
                "The two-way clustered covariance has a variance that is not positive; its error is not given.",
            )
        )
        covariance = np.where(np.diag(np.diag(covariance) <= 0), np.nan, covariance)
    return covariance, tuple(notes)


def _outer(scores: Floats, cluster: Ints) -> Floats:
    sums = np.stack([np.bincount(cluster, column) for column in scores.T], axis=1)
    return np.asarray(sums.T @ sums, dtype=np.float64)


def _spread(slope: float, error: float, clusters: int) -> Spread | None:
    if not np.isfinite(error):
        return None
    reach = float(stdtrit(clusters - 1, 0.95)) * error
    return Spread("interval", float(np.expm1(slope - reach)), float(np.expm1(slope + reach)))


def _refuse_alike(across: Bools) -> None:
    if len(across) and across.any() and not across.all():
        return
    reason = (
        Text("没有同一区块内的成对成本，无法区分边界与两端效应。", "No pair inside a block has a cost to compare with.")
        if len(across) and across.all()
        else Text("没有跨区块的成对成本。", "No pair across a border has a cost.")
    )
    raise NotIdentified("distances", reason, ("distances",))


def _refuse_collinear(regressors: Floats, logs: Floats, across: Bools, effects: int) -> None:
    """Refuse where effects, or distance, take the border up wholly, or leave no residual."""
    size = np.sqrt((regressors**2).sum(axis=0))
    given = np.array([np.linalg.norm(logs - logs.mean()), np.linalg.norm(across.astype(np.float64))])
    flat = size <= COLLINEAR * np.maximum(given, 1.0)
    angle = abs(float(regressors[:, 0] @ regressors[:, 1]))
    if not flat.any() and angle < (1 - COLLINEAR) * size.prod() and len(regressors) > effects + 2:
        return
    reason = Text(
        "边界与起讫点效应或距离完全共线；需要更细的单元或更多的成对成本。",
        "The border cannot be told from the effects of the two ends or from distance; finer units or more pairs "
        "are needed.",
    )
    raise NotIdentified("distances", reason, ("distances",))


def _check(costs: Floats, kilometres: Floats, blocks: Sequence[Hashable]) -> None:
    """Tell every fault of the input at once."""
    faults: list[Text] = []
    for name, table in (("costs", costs), ("kilometres", kilometres)):
        if np.shape(table) != (len(blocks), len(blocks)):
            faults.append(
                Text(
                    f"{name} 应为 {len(blocks)}×{len(blocks)} 的方阵，读到 {np.shape(table)}。",
                    f"{name} must be square, {len(blocks)} by {len(blocks)}; read {np.shape(table)}.",
                )
            )
            continue
        off = np.asarray(table)[~np.eye(len(blocks), dtype=np.bool_)]
        wrong = int((off <= 0).sum() + np.isinf(off).sum())
        if wrong:
            faults.append(
                Text(
                    f"{name} 有{wrong}格不是正的有限数；未知请留空。",
                    f"{name} has cells that are not finite and above 0: {wrong}. Leave unknown ones empty.",
                )
            )
    refuse(faults)
