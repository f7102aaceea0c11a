"""What a player, or a coalition acting as one, does given the efforts of all others.

    max over q_i, i in S, of    sum_(j in S) b_j(Q_j) - sum_(i in S) c_i(q_i),    Q_j = sum_i B_ij q_i

One player alone: the point where the marginal benefit counted by S meets the marginal cost, found exactly, piece by
piece. Several together: a concave programme; its conditions are a complementarity problem with one price mu_j of what
j enjoys,

    sum_(j in S) B_ij mu_j <= c_i'(q_i),    mu_j = b_j'(Q_j).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.simulate.affairs.complementarity import lemke
from ronghe.simulate.affairs.forms import Curve
from ronghe.simulate.affairs.input import Affair


def counted(case: Affair, members: Bools) -> Floats:
    """Return W, shape (payer, beneficiary): B where the payer counts the beneficiary's gain, else 0.

    Members count one another; an outsider counts only itself.
    """
    together = np.outer(members, members) | np.eye(len(members), dtype=bool)
    weights: Floats = np.where(together & case.providers[:, None], case.spillovers, 0.0)
    return weights


def reply(case: Affair, weights: Floats, effort: Floats, player: int) -> float:
    """Return the effort of one player that is best for those it counts, the others' given; the least if several are.

    Parameters
    ----------
    weights : array, shape (payer, beneficiary)
        From :func:`counted`.
    effort : array, shape (player,)
        The entry of ``player`` is not used.
    """
    if not case.providers[player]:
        return 0.0
    others = effort.copy()
    others[player] = 0.0
    rest = case.enjoyed(others)
    cost = case.costs[player]
    terms = [(-1.0, 1.0, 0.0, cost)]
    terms += [(weights[player, j], weights[player, j], rest[j], case.benefits[j])
              for j in np.flatnonzero(weights[player] > 0)]  # fmt: skip
    knots = np.concatenate([(curve.starts - base) / share for _, share, base, curve in terms])
    edges: list[float] = [*np.unique(np.maximum(knots, 0.0)).tolist(), np.inf]
    low, high = 0, len(edges) - 2
    while low < high:
        middle = (low + high) // 2
        if _margin(terms, edges[middle], edges[middle + 1], edges[middle + 1]) > 0:
            low = middle + 1
        else:
            high = middle
    left, right = edges[low], edges[low + 1]
    start = _margin(terms, left, right, left)
    if start <= 0:
        return left
    probe = min(right, left + max(1.0, left))
    bend = (_margin(terms, left, right, probe) - start) / (probe - left)
    return min(left - start / bend, right) if bend < 0 else right


def _margin(terms: list[tuple[float, float, float, Curve]], low: float, high: float, at: float) -> float:
    """Return the marginal payoff at one point of an interval without a knot inside, extended to its ends."""
    inside = 0.5 * (low + high) if high < np.inf else low + max(1.0, low)
    total = 0.0
    for factor, share, base, curve in terms:
        piece = max(int(curve.starts.searchsorted(base + share * inside, side="right")) - 1, 0)
        over = base + share * at - curve.starts[piece]
        total += factor * float(curve.slopes[piece] + curve.curvatures[piece] * over)
    return total


@dataclass(frozen=True, slots=True, eq=False)
class Scale:
    """Units in which the numbers of an affair are of order 1.

    Attributes
    ----------
    effort : float
        Largest effort anyone would make alone for the good of all, in units of effort.
    margin : float
        Largest first marginal benefit of effort, 亿元 a unit.
    share : float
        Largest entry of B.
    """

    effort: float
    margin: float
    share: float


def scale_of(case: Affair) -> Scale:
    """Return the units of an affair."""
    weights = np.where(case.providers[:, None], case.spillovers, 0.0)
    nothing = np.zeros(len(case.players))
    efforts = [reply(case, weights, nothing, i) for i in range(len(nothing))]
    margins = weights @ np.array([curve.slopes[0] for curve in case.benefits])
    share = float(weights.max(initial=0.0))
    return Scale(max(efforts) or 1.0, float(margins.max(initial=0.0)) or 1.0, share or 1.0)


@dataclass(frozen=True, slots=True, eq=False)
class _Pieces:
    owner: Ints
    slopes: Floats
    curvatures: Floats
    lengths: Floats

    @property
    def capped(self) -> Ints:
        return np.flatnonzero(np.isfinite(self.lengths))


def _pieces(curves: tuple[Curve, ...], owners: Ints, *, worth_having: bool) -> _Pieces:
    rows = []
    for owner in owners:
        curve = curves[owner]
        for slope, bend, length in zip(curve.slopes, curve.curvatures, curve.lengths, strict=True):
            if not worth_having or slope > 0:
                satiates = worth_having and bend < 0 and slope + bend * length <= 1e-12 * slope
                rows.append((owner, slope, bend, np.inf if satiates else length))
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    return _Pieces(table[:, 0].astype(np.int64), table[:, 1], table[:, 2], table[:, 3])


def together(case: Affair, weights: Floats, effort: Floats, free: Bools, scale: Scale) -> tuple[Floats, Floats] | None:
    """Solve the conditions of all ``free`` players at once, each counting what ``weights`` says.

    Parameters
    ----------
    effort : array, shape (player,)
        Efforts of the players that are not free.
    free : array, shape (player,)

    Returns
    -------
    (effort, price), arrays of shape (player,), or None
        Price mu_j is b_j'(Q_j), within the slopes left and right at a knot; NaN for those whom no free player counts.
    """
    free = free & case.providers
    valued = np.flatnonzero((weights[free] > 0).any(axis=0))
    cost = _pieces(case.costs, np.flatnonzero(free), worth_having=False)
    gain = _pieces(case.benefits, valued, worth_having=True)
    given = case.enjoyed(np.where(free, 0.0, effort))
    amount, price = scale.effort * scale.share, scale.margin / scale.share
    rows = [len(cost.owner), len(gain.owner), len(valued), len(cost.capped), len(gain.capped)]
    edges = np.concatenate(([0], np.cumsum(rows)))
    r, s, m, n, e = (np.arange(a, b) for a, b in pairwise(edges))
    place = np.full(len(case.players), -1)
    place[valued] = m
    matrix, vector = np.zeros((edges[-1], edges[-1])), np.zeros(edges[-1])
    matrix[r, r] = cost.curvatures * scale.effort / scale.margin
    matrix[np.ix_(r, m)] = -weights[np.ix_(cost.owner, valued)] / scale.share
    vector[r] = cost.slopes / scale.margin
    matrix[s, s] = -gain.curvatures * amount / price
    matrix[s, place[gain.owner]] = 1.0
    vector[s] = -gain.slopes / price
    matrix[np.ix_(m, r)] = case.spillovers[np.ix_(cost.owner, valued)].T / scale.share
    matrix[place[gain.owner], s] = -1.0
    vector[m] = given[valued] / amount
    for pieces, cells, caps, unit in ((cost, r, n, scale.effort), (gain, s, e, amount)):
        capped = pieces.capped
        matrix[cells[capped], caps] = 1.0
        matrix[caps, cells[capped]] = -1.0
        vector[caps] = pieces.lengths[capped] / unit
    found = lemke(matrix=matrix, vector=vector)
    if found is None:
        return None
    answer, prices = np.where(free, 0.0, effort), np.full(len(case.players), np.nan)
    np.add.at(answer, cost.owner, found[r] * scale.effort)
    prices[valued] = found[m] * price
    return answer, prices
