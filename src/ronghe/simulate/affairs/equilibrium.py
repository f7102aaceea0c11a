"""Provision when a coalition acts as one and everyone else follows its own interest; with its certificate.

    member i of S       sum_(j in S) B_ij b_j'(Q_j) <= c_i'(q_i)      equality where q_i > 0
    outsider i          B_ii b_i'(Q_i) <= c_i'(q_i)                   equality where q_i > 0

S empty is own interest (Nash), S of all players the Samuelson condition. All conditions are solved at once; six seeded
starts then let coalition and outsiders answer one another in turns, and any other equilibrium they reach is listed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.optimize import linprog

from ronghe.base.arrays import Bools, Floats
from ronghe.simulate.affairs.input import Affair
from ronghe.simulate.affairs.reply import Scale, counted, reply, together

Kind = Literal["converged", "stopped", "several", "none"]

SEED = 20_240_101
STARTS = 6
SWEEPS = 300
TOLERANCE = 1e-9
"""Largest residual of the conditions, relative to the first marginal benefit, and largest gain from deviating."""
NEAR = 1e-11
"""A knot this near, in units of the largest effort, counts as met."""
APART = 1e-6
"""Equilibria that differ by more than this, in the same units, are two."""


@dataclass(frozen=True, slots=True, eq=False)
class Certificate:
    """What was checked about one outcome.

    Attributes
    ----------
    kind : {"converged", "stopped", "several", "none"}
        ``none``: efforts of 0 or 1 without an equilibrium.
    residual : float
        Largest violation of the conditions, relative to the first marginal benefit; 0 where all profiles are compared.
    deviation : float
        Most that a player, or a member for its coalition, gains by another effort of its own, 亿元 a year.
    starts, agreed : int
        Seeded starts, and how many reached the same outcome within the sweeps allowed.
    equilibria : tuple of array, each of shape (player,)
        Efforts of every certified equilibrium found.
    alike : int
        Ways of the coalition to provide that are worth the same to it and to every outsider (efforts of 0 or 1).
    """

    kind: Kind
    residual: float
    deviation: float
    starts: int
    agreed: int
    equilibria: tuple[Floats, ...]
    alike: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class _Point:
    effort: Floats
    price: Floats
    residual: float
    deviation: float
    certified: bool


def equilibrium(
    case: Affair, members: Bools, scale: Scale, *, starts: int = STARTS, seed: int = SEED
) -> tuple[Floats, Floats, Certificate]:
    """Return efforts, prices and the certificate of one coalition; efforts of any size.

    Parameters
    ----------
    members : array, shape (player,)
        Who acts together; at most one member is own interest.
    scale : Scale
        Of the affair.
    starts : int
        Seeded starts to search from for other equilibria.

    Returns
    -------
    effort, price : array, shape (player,)
        Meaningful only behind a certificate that has converged. Prices are b_j'(Q_j).
    certificate : Certificate
    """
    weights = counted(case, members)
    everyone = np.ones(len(members), dtype=bool)
    found = together(case, weights, np.zeros(len(members)), everyone, scale)
    points = [] if found is None else [_point(case, weights, scale, *found)]
    tries = starts if points and points[0].certified else max(starts, 1)
    rng = np.random.default_rng(seed)
    for _ in range(tries):
        points.append(_point(case, weights, scale, *_in_turns(case, members, weights, scale, rng)))
    best = next((point for point in points if point.certified), points[0])
    answers = [point.effort for point in points[-tries:] if point.certified] if tries else []
    agreed = sum(_near(effort, best.effort, scale) for effort in answers)
    known: list[Floats] = [best.effort] if best.certified else []
    ends = _face(case, weights, scale, best) if best.certified else []
    known += [effort for effort in [*answers, *ends] if best.certified]
    known = [effort for at, effort in enumerate(known) if not any(_near(effort, k, scale) for k in known[:at])]
    kind: Kind = "stopped" if not known else "several" if len(known) > 1 else "converged"
    return best.effort, best.price, Certificate(kind, best.residual, best.deviation, starts, agreed, tuple(known))


def _point(case: Affair, weights: Floats, scale: Scale, effort: Floats, price: Floats) -> _Point:
    """Check efforts; they are certified if the conditions hold and no deviation pays."""
    filled, residual = _residual(case, weights, scale, effort, price)
    deviation = _deviation(case, weights, effort)
    money = max(scale.effort * scale.margin, 1.0)
    return _Point(effort, filled, residual, deviation, residual <= TOLERANCE and deviation <= TOLERANCE * money)


def _near(one: Floats, other: Floats, scale: Scale) -> bool:
    return bool(np.abs(one - other).max() <= APART * scale.effort)


def _in_turns(
    case: Affair, members: Bools, weights: Floats, scale: Scale, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """From a random start let the coalition and each outsider answer the others, until nothing moves.

    Starts reach from a thousandth of the largest effort to twice it and the order of turns is drawn too: where own
    and others' efforts are close substitutes, who moves first decides which equilibrium is reached.
    """
    count = len(members)
    effort = scale.effort * 2.0 * 10.0 ** rng.uniform(-3.0, 0.0, count) * case.providers
    price = np.full(count, np.nan)
    block = members if (members & case.providers).any() and members.sum() > 1 else np.zeros_like(members)
    turns = [player for player in rng.permutation(count).tolist() if case.providers[player] and not block[player]]
    for _ in range(SWEEPS):
        before = effort.copy()
        if block.any():
            answer = together(case, weights, effort, block, scale)
            if answer is None:
                break
            effort, price = answer
        for player in turns:
            effort[player] = reply(case, weights, effort, player)
        if np.abs(effort - before).max() <= 1e-13 * scale.effort:
            break
    return effort, price


def _slopes(case: Affair, scale: Scale, effort: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return slopes right and left of benefits and costs, each of shape (player,)."""
    reach = NEAR * scale.effort
    gain = [b.margins(float(q), reach * scale.share, "benefit")
            for b, q in zip(case.benefits, case.enjoyed(effort), strict=True)]  # fmt: skip
    cost = [c.margins(float(q), reach, "cost") for c, q in zip(case.costs, effort, strict=True)]
    (gain_left, gain_right), (cost_left, cost_right) = np.array(gain).T, np.array(cost).T
    return gain_right, gain_left, cost_right, cost_left


def _residual(case: Affair, weights: Floats, scale: Scale, effort: Floats, price: Floats) -> tuple[Floats, float]:
    """Return b_j'(Q_j) and the largest violation of the conditions, relative to the first marginal benefit.

    Slopes are read from the curves at the efforts; the pieces the solver used are not. At a knot the price is the
    solver's, or the one that meets the marginal cost; where nobody counts it, the slope beyond.
    """
    right, left, cost_right, cost_left = _slopes(case, scale, effort)
    own = np.diag(weights)
    wanted = np.divide(cost_left, own, out=np.full(len(own), -np.inf), where=own > 0)
    filled: Floats = np.clip(np.where(np.isnan(price), wanted, price), right, left)
    off = np.where(np.isnan(price), 0.0, np.abs(filled - price)) * scale.share
    value = weights @ filled
    gap = np.maximum(value - cost_right, cost_left - value)[case.providers]
    return filled, max(float(gap.max(initial=0.0)), float(off.max())) / scale.margin


def _deviation(case: Affair, weights: Floats, effort: Floats) -> float:
    """Return the most anyone gains, for those it counts, by its best other effort, 亿元 a year."""
    count = len(effort)
    moved = np.tile(effort, (count, 1))
    np.fill_diagonal(moved, [reply(case, weights, effort, player) for player in range(count)])
    gained = np.where(weights > 0, case.benefit(moved) - case.benefit(effort), 0.0).sum(axis=1)
    dearer = np.diag(case.cost(moved)) - case.cost(effort)
    return float(np.where(case.providers, gained - dearer, 0.0).max(initial=0.0))


def _face(case: Affair, weights: Floats, scale: Scale, point: _Point) -> list[Floats]:
    """Return two ends of the set of efforts that meet the conditions at the same prices, if it is more than a point."""
    slack, effort, price = TOLERANCE * scale.margin, point.effort, point.price
    value, valued = weights @ price, np.flatnonzero((weights > 0).any(axis=0))
    own = [c.where(float(v), slack, "cost") if p else (0.0, 0.0)
           for c, v, p in zip(case.costs, value, case.providers, strict=True)]  # fmt: skip
    if all(high - low <= APART * scale.effort for low, high in own):
        return []
    wide = TOLERANCE * scale.effort
    amounts = np.array([case.benefits[j].where(float(price[j]), slack / scale.share, "benefit") for j in valued])
    rows = case.spillovers.T[valued]
    bound = np.concatenate((amounts[:, 1], -amounts[:, 0])) + wide * scale.share
    matrix, kept = np.vstack((rows, -rows)), np.isfinite(bound)
    direction = np.random.default_rng(SEED).uniform(0.5, 1.5, len(effort)) * (-1.0) ** np.arange(len(effort))
    ends: list[Floats] = []
    for sign in (1.0, -1.0):
        answer = linprog(
            sign * direction,
            A_ub=matrix[kept] / scale.share,
            b_ub=bound[kept] / (scale.effort * scale.share),
            bounds=[(max(low - wide, 0.0) / scale.effort, (high + wide) / scale.effort) for low, high in own],
        )
        ends.append(effort if answer.x is None else np.asarray(answer.x, dtype=np.float64) * scale.effort)
    return ends if not _near(ends[0], ends[1], scale) else []
