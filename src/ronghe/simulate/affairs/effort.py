"""What effort a payment table with steps buys from upstream.

    max over q of    b_u(q) - c(q) + lowest + sum_k Delta_k Phi((P_k - P(q)) / sig)

P(q) is the response of the water index to effort, lower is cleaner, with its source; sig is the spread of the index in
its record. Phi((P_k - P) / sig) is the probability of meeting the target P_k. Without a spread upstream stops either
where it would stop alone or just at a threshold. The effort bought need not be the joint one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtr

from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault, UnconvergedSolution
from ronghe.base.text import Text
from ronghe.simulate.affairs.forms import Curve

MET = 1e-12
"""Without a spread, a threshold missed by less than this counts as met: P_k itself is met."""
GRID = 2001


@dataclass(frozen=True, slots=True)
class Contract:
    """A payment table with steps, paid by downstream to upstream.

    Attributes
    ----------
    lowest : float
        Payment when no threshold is met, 亿元 a year; negative: upstream pays.
    thresholds : tuple of float
        P_k in falling order: each harder than the one before.
    steps : tuple of float
        Delta_k, what meeting P_k adds, 亿元 a year.
    spread : float
        sig, standard deviation of P given effort; 0: P is known.
    """

    lowest: float
    thresholds: tuple[float, ...]
    steps: tuple[float, ...]
    spread: float = 0.0

    def __post_init__(self) -> None:
        falling = all(a > b for a, b in pairwise(self.thresholds))
        numbers = np.isfinite([self.lowest, *self.thresholds, *self.steps, self.spread]).all()
        if not (falling and numbers and len(self.thresholds) == len(self.steps) and self.spread >= 0):
            raise ParameterFault(
                Text(
                    "合同应有由高到低的阈值、每个阈值一级付款，离散度不小于0；"
                    f"读到阈值 {self.thresholds}，各级 {self.steps}，离散度 {self.spread}。",
                    "A contract has thresholds in falling order, one step of payment each, and a spread of 0 or more; "
                    f"read thresholds {self.thresholds}, steps {self.steps}, spread {self.spread}.",
                )
            )

    def met(self, index: Floats | float) -> Floats:
        """Return the probability of meeting each threshold, shape (..., threshold)."""
        room = np.array(self.thresholds) - np.asarray(index, dtype=np.float64)[..., None]
        if self.spread == 0:
            return np.where(room >= -MET, 1.0, 0.0)
        chance: Floats = ndtr(room / self.spread)
        return chance

    def expected(self, index: Floats | float) -> Floats:
        """Return the expected payment at an index, 亿元 a year."""
        paid: Floats = self.lowest + self.met(index) @ np.array(self.steps)
        return paid


@dataclass(frozen=True, slots=True, eq=False)
class Bought:
    """The effort a contract buys.

    Attributes
    ----------
    effort, index : float
        Upstream's best effort under the contract, and the index it leads to.
    payment, payoff : float
        Expected payment, and upstream's payoff with it, 亿元 a year.
    met : array, shape (threshold,)
        Probability of meeting each threshold with this effort.
    met_without : array, shape (threshold,)
        The same with the effort of own interest.
    efforts : array, shape (threshold,)
        Least effort that brings the index to each threshold; infinite if none up to ``largest`` does.
    needed : array, shape (threshold,), or None
        Step at which upstream would go as far as each threshold, all else equal, 亿元 a year; None with a spread.
    deviation : float
        Most that any effort on a grid of 2,001 pays above the one found, 亿元 a year.
    """

    effort: float
    index: float
    payment: float
    payoff: float
    met: Floats
    met_without: Floats
    efforts: Floats
    needed: Floats | None
    deviation: float


def effort_bought(
    *, contract: Contract, response: Callable[[float], float], benefit: Curve, cost: Curve, largest: float
) -> Bought:
    """Return upstream's best effort under a contract, the least one among equals.

    Parameters
    ----------
    response : callable
        P(q), which does not rise with effort.
    benefit, cost : Curve
        Upstream's own benefit and its cost, by effort.
    largest : float
        Largest effort considered.

    Raises
    ------
    ParameterFault
        If P rises with effort anywhere on the grid.
    UnconvergedSolution
        If some effort on the grid pays more than the one found.
    """
    grid = np.linspace(0.0, largest, GRID)
    index = np.array([response(q) for q in grid.tolist()])
    if not np.isfinite(index).all() or (np.diff(index) > MET).any():
        raise ParameterFault(
            Text("响应曲线 P(q) 应随投入下降；请核对。", "The response P(q) must not rise with effort; see the curve.")
        )

    def own(q: Floats) -> Floats:
        return benefit.value(q) - cost.value(q)

    def total(q: float) -> float:
        return float(own(np.array([q]))[0] + contract.expected(response(q)))

    alone = _best(lambda q: float(own(np.array([q]))[0]), grid, own(grid))
    efforts = np.array([_reach(response, limit, largest) for limit in contract.thresholds])
    worth = own(grid) + contract.expected(index)
    tried = [alone, _best(total, grid, worth), *efforts[np.isfinite(efforts)].tolist()]
    most = max(map(total, tried))
    effort = min(q for q in tried if total(q) >= most - MET * max(1.0, abs(most)))
    deviation = float(worth.max() - most)
    if deviation > 1e-9 * max(1.0, abs(most)):
        raise UnconvergedSolution(
            Text(
                f"没有找到合同买到的投入：网格上另有投入多得 {deviation:.0e}。",
                f"The effort the contract buys was not found: another on the grid pays {deviation:.0e} more.",
            )
        )
    reached = response(effort)
    return Bought(
        effort=effort,
        index=float(reached),
        payment=float(contract.expected(reached)),
        payoff=total(effort),
        met=contract.met(reached),
        met_without=contract.met(response(alone)),
        efforts=efforts,
        needed=_needed(contract, total, alone, efforts) if contract.spread == 0 else None,
        deviation=max(deviation, 0.0),
    )


def _best(total: Callable[[float], float], grid: Floats, worth: Floats) -> float:
    """Return the best effort: the best of the grid, refined between its neighbours."""
    at = int(np.argmax(worth))
    low, high = grid[max(at - 1, 0)], grid[min(at + 1, len(grid) - 1)]
    answer = minimize_scalar(lambda q: -total(q), bounds=(low, high), method="bounded", options={"xatol": 1e-11})
    return float(answer.x) if total(float(answer.x)) > worth[at] + MET else float(grid[at])


def _reach(response: Callable[[float], float], limit: float, largest: float) -> float:
    """Return the least effort at which the index is at the threshold or below."""
    if response(0.0) <= limit + MET:
        return 0.0
    if response(largest) > limit + MET:
        return np.inf
    found = float(brentq(lambda q: response(q) - limit, 0.0, largest, xtol=1e-13))
    while response(found) > limit + MET:
        found = float(np.nextafter(found + MET, np.inf))
    return found


def _needed(contract: Contract, total: Callable[[float], float], alone: float, efforts: Floats) -> Floats:
    """Return max over lesser efforts of the payoff, less the payoff at the threshold without its own step."""
    needed = np.full(len(efforts), np.inf)
    for k, (effort, step) in enumerate(zip(efforts, contract.steps, strict=True)):
        if np.isfinite(effort):
            lesser = [total(q) for q in (0.0, alone, *efforts) if q < effort]
            needed[k] = max(0.0, max(lesser, default=-np.inf) - (total(float(effort)) - step))
    return needed
