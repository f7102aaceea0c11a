"""What effort a payment table with steps buys from upstream.

    max over q of    b_u(q) - c(q) + lowest + sum_k Delta_k Phi((P_k - P(q)) / sig)

P(q) is the response of the water index to effort, lower is cleaner, with its source; sig is the spread of the index in
its record. Phi((P_k - P) / sig) is the probability of meeting the target P_k. Without a spread upstream stops either
where it would stop alone or just at a threshold. The effort bought need not be the joint one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, minimize_scalar
from scipy.special import ndtr

from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault, UnconvergedSolution
from ronghe.base.text import Text
from ronghe.simulate.affairs.forms import Curve
from ronghe.simulate.affairs.given import need
from ronghe.simulate.affairs.terms import contract_faults, effort_faults, read_response, settle

MET = 1e-12
"""Without a spread, a threshold missed by less than this counts as met: P_k itself is met."""
GRID = 2001
AT_BOUND = 1e-9
"""An effort this near to the largest considered, relative, is at the bound."""


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
        Delta_k, what meeting P_k adds, 亿元 a year; 0 or more.
    spread : float
        sig, standard deviation of P given effort; 0: P is known.

    Raises
    ------
    ParameterFault
        With every fault.
    """

    lowest: float
    thresholds: tuple[float, ...]
    steps: tuple[float, ...]
    spread: float = 0.0

    def __post_init__(self) -> None:
        settle(contract_faults(self.lowest, self.thresholds, self.steps, self.spread))

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
    largest : float
        Largest effort considered.
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
    largest: float

    @property
    def at_largest(self) -> bool:
        """Whether the effort is the largest considered: beyond it another may pay more."""
        return self.effort >= self.largest * (1.0 - AT_BOUND)

    @property
    def beyond(self) -> tuple[int, ...]:
        """Thresholds that no effort considered meets, counted from 1: their steps have not been weighed."""
        return tuple(int(k) + 1 for k in np.flatnonzero(np.isinf(self.efforts)))

    @property
    def status_text(self) -> Text:
        """What was found and what was not looked at, in one sentence."""
        told = Text(f"在 0 至 {self.largest:g} 的投入中最好的一个", f"the best of efforts from 0 to {self.largest:g}")
        if self.at_largest:
            told += Text("，就在上界：更大的投入可能更好，请调高 largest",
                         ", at the bound: a larger one may pay more, raise largest")  # fmt: skip
        if self.beyond:
            listed = ", ".join(map(str, self.beyond))
            told += Text(f"；这些投入达不到的阈值：第 {listed} 级，其付款没有计入比较，请调高 largest",
                         f"; thresholds that none of them meets: {listed}, whose payments were not weighed, "
                         "raise largest")  # fmt: skip
        return told

    @property
    def status(self) -> str:
        """The English sentence."""
        return self.status_text.en


def effort_bought(
    *, contract: Contract, response: Callable[[float], float], benefit: Curve, cost: Curve, largest: float
) -> Bought:
    """Return upstream's best effort under a contract, the least one among equals.

    Efforts above ``largest`` are not looked at; where one of them may be better, the status says so.

    Parameters
    ----------
    response : callable
        P(q), which does not rise with effort.
    benefit, cost : Curve
        Upstream's own benefit and its cost, by effort.
    largest : float
        Largest effort considered, above 0.

    Raises
    ------
    ParameterFault
        If P rises with effort anywhere on the grid or is no number, or for what is no contract, curve or effort.
    UnconvergedSolution
        If some effort on the grid pays more than the one found.
    """
    need(contract=(contract, Contract), benefit=(benefit, Curve), cost=(cost, Curve))
    settle(effort_faults(response, benefit, cost, largest))
    grid = np.linspace(0.0, largest, GRID)
    index = read_response(response, grid)
    if (np.diff(index) > MET).any():
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
        largest=float(largest),
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
