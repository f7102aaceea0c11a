"""The equilibrium made linear at one state, forward and backward, for many columns at once (people fixed).

Factor prices f decide everything else: prices and spending follow from them by all rounds of the input-output table
(:mod:`ronghe.simulate.derivatives.rounds`), so that only the factor markets are left to solve,

    A f = pushes,     A = held - share . dY/df,      one market at each price level replaced by the numeraire

Backward the same steps run in reverse: what a yuan of spending, of output, of wedge revenue and one per cent of a
price is worth to each outcome, with A' for the worth of factor demand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import ParameterFault, UnconvergedSolution
from ronghe.base.text import Text
from ronghe.simulate.derivatives.factors import Factors
from ronghe.simulate.derivatives.local import Local
from ronghe.simulate.derivatives.rounds import Rounds, to_buyers, to_sellers
from ronghe.simulate.derivatives.slopes import Slopes
from ronghe.simulate.solver.coefficients import Coefficients
from ronghe.simulate.solver.krylov import gmres
from ronghe.simulate.solver.solve import Problem

LARGEST = 10_000_000
"""Most numbers in the answers of all prices to all factor prices; beyond, factor markets are solved by GMRES."""

FACTORS = 40
"""Factor prices an outcome, over which GMRES is the shorter way (at least five outcomes are reckoned)."""

LONGEST = 2e12
"""Most cells of trade read by GMRES, about half an hour; an outcome reads each about a thousand times."""

ACCURACY, KRYLOV, RESTARTS = 1e-12, 16, 8
ACCEPTED = 1e-9
"""Largest residual of the factor markets, as a part of their largest entry, at which slopes are handed over."""


class Answers(NamedTuple):
    """Changes by column, the last axis: incomes and output in money, prices and costs in logs."""

    added: Floats
    revenue: Floats
    inflow: Floats
    grants: Floats
    prices: Floats
    output: Floats
    costs: Floats

    def pair(self, slopes: Slopes) -> Floats:
        """Return what they do to outcomes, shape (outcome, column)."""
        size = self.added.shape[-1]
        parts = zip(slopes, self, strict=True)
        return np.asarray(sum(slope.reshape(len(slope), -1) @ part.reshape(-1, size) for slope, part in parts))

    def plus(self, others: Answers, weights: Floats) -> Answers:
        """Return these and combinations of others, ``weights`` of shape (their column, column)."""
        return Answers(*(mine + part @ weights for mine, part in zip(self, others, strict=True)))


class Pushes(NamedTuple):
    """What acts from outside: on ln P and sales (region, sector, column), on wedge revenue (region, column)."""

    prices: Floats
    output: Floats
    revenue: Floats


class Worths(NamedTuple):
    """What things are worth to outcomes, the last axis: ln P and a yuan of sales (region, sector, outcome), a yuan of
    wedge revenue (region, outcome); and what is left of the factor markets (factor, outcome)."""

    prices: Floats
    output: Floats
    revenue: Floats
    rest: Floats


class Tangent:
    """The linear picture of one equilibrium.

    Parameters
    ----------
    problem : Problem
    here : Local
        The state, from :func:`ronghe.simulate.local.local`.
    """

    def __init__(self, problem: Problem, here: Local) -> None:
        c = problem.coefficients
        self.c, self.here = c, here
        self.lost, self.levied = here.lost, bool(here.levied.any())
        self.factors = Factors(c, here)
        self.prices = Rounds(here.shares, c.inputs)
        self.money = Rounds(here.kept, c.inputs, self.lost, c.on[1]) if self.levied else self.prices
        self.inflow, self.grants = _flows(c)

    def dense(self, columns: int) -> bool:
        """Whether the matrix of the factor markets is laid out, for so many outcomes or directions.

        Raises
        ------
        ParameterFault
            If it is too large, and GMRES would take too long.
        """
        count = len(self.factors.held)
        if count * self.here.prices.size <= LARGEST and count <= FACTORS * max(columns, 5):
            return True
        most = int(LONGEST / (1_000.0 * self.here.shares.size))
        if columns > most:
            raise ParameterFault(_too_long(most, columns, self.here.shares.size))
        return False

    def answers(self, factors: Floats, pushes: Pushes | None = None) -> Answers:
        """Return what follows from changes of factor prices, shape (factor, column), and from pushes."""
        c, here, on = self.c, self.here, self.c.on[:, :, :, None]
        first = self.factors.costs(factors)
        source = to_buyers(here.shares, first)
        prices = self.prices.worth(source if pushes is None else source + pushes.prices)
        costs = first + c.inputs.transpose(0, 2, 1) @ prices
        theta, spending = c.theta[:, None], here.spending[:, :, None]
        output = theta * (to_sellers(here.kept, spending * prices) - here.output.T[:, :, None] * costs)
        revenue = self._revenue(prices, costs)
        if pushes is not None:
            output, revenue = output + pushes.output, revenue + pushes.revenue
        added = self.factors.earned(factors)
        inflow, grants = self.inflow @ added, self.grants @ added
        if c.gift_weights.size:
            grants = grants + np.outer(c.gifts * self._money, np.tensordot(c.gift_weights, prices, axes=2))
        source = c.inputs @ output + on[1] * revenue[:, None]
        for rule, amount in ((on[0], added), (on[2], inflow), (on[3], grants)):
            source = source + rule * amount[:, None]
        spent = self.money.spread(source)
        output = output + to_sellers(here.kept, spent)
        revenue = revenue + (self.lost[:, :, None] * spent).sum(axis=1)
        return Answers(added, revenue, inflow, grants, prices, output, costs)

    def worths(self, outcome: Slopes, multipliers: Floats) -> Worths:
        """Return what things are worth, given the worth of factor demand, shape (factor, outcome).

        At the anchors the multiplier is the numeraire's.
        """
        c, here, theta = self.c, self.here, self.c.theta[:, None]
        direct = Slopes(*(np.ascontiguousarray(np.moveaxis(part, 0, -1)) for part in outcome))
        demand = self.factors.demand(multipliers)
        first = direct.output + self.factors.costs(demand)
        source = to_buyers(here.kept, first) + self.lost[:, :, None] * direct.revenue[:, None]
        spending = self.money.worth(source)
        output = first + c.inputs.transpose(0, 2, 1) @ spending
        added, revenue, inflow, grants = (
            part + (rule[:, :, None] * spending).sum(axis=1) for part, rule in zip(direct[:4], c.on[:4], strict=True)
        )
        added = added + self.inflow.T @ inflow + self.grants.T @ grants
        # What a dearer cell takes from its seller comes back from the other sellers of the buyer, by its price.
        levied = here.levied[:, None] * revenue[:, None]
        costs = direct.costs - theta * here.output.T[:, :, None] * output
        if self.levied:
            costs = costs + theta * to_sellers(here.kept, here.spending[:, :, None] * levied)
        source = direct.prices + theta * here.spending[:, :, None] * (spending - levied) + c.inputs @ costs
        if c.gift_weights.size:
            source = source + c.gift_weights[:, :, None] * (self._money * c.gifts @ grants)
        prices = self.prices.spread(source)
        costs = costs + to_sellers(here.shares, prices)
        return Worths(prices, output, revenue, self.factors.rest(multipliers, added, costs))

    def solved(self, outcome: Slopes) -> Worths:
        """Return what things are worth to outcomes, factor markets cleared.

        Raises
        ------
        UnconvergedSolution
            If the factor markets are left with a residual.
        ParameterFault
            If it would take too long (see :meth:`dense`).
        """
        if self.dense(len(outcome.added)):
            right = self.unit.pair(outcome).T
            found = np.asarray(np.linalg.solve(self.matrix.T, right), dtype=float)
        else:
            nothing = Slopes(*(np.zeros_like(part[:1]) for part in outcome))
            right = -self.worths(outcome, np.zeros((len(self.factors.held), len(outcome.added)))).rest
            found = self._krylov(lambda f: self.worths(nothing, f[:, None]).rest[:, 0], right)
        made = self.worths(outcome, found)
        # Judged by what factors and prices are worth: where all gain what others lose, the markets themselves are not.
        scale = np.abs(self.factors.held[:, None] * found).max(axis=0) + np.abs(made.prices).max(axis=(0, 1))
        worst = float((np.abs(made.rest).max(axis=0) / np.maximum(scale, 1e-300)).max())
        if not worst <= ACCEPTED:
            raise UnconvergedSolution(_unsolved(worst))
        return made

    def pushed(self, pushes: Pushes) -> Answers:
        """Return what follows from pushes, factor markets cleared (raises as :meth:`solved`)."""
        still = np.zeros((len(self.factors.held), pushes.revenue.shape[1]))
        first = self.answers(still, pushes)
        right = self.factors.demand(self.factors.used(first.output))
        if self.dense(right.shape[1]):
            return first.plus(self.unit, np.asarray(np.linalg.solve(self.matrix, right), dtype=float))
        found = self._krylov(lambda f: self.factors.markets(f[:, None], self.answers(f[:, None]).output)[:, 0], right)
        return self.answers(found, pushes)

    @cached_property
    def unit(self) -> Answers:
        """Return the answers to one log point of each factor price."""
        return self.answers(np.eye(len(self.factors.held)))

    @cached_property
    def matrix(self) -> Floats:
        """A, shape (factor, factor): excess supply by factor prices, the anchors' rows held to the numeraire."""
        return self.factors.markets(np.eye(len(self.factors.held)), self.unit.output)

    def _krylov(self, product: Callable[[Floats], Floats], right: Floats) -> Floats:
        pace, found = self.factors.pace, np.zeros(right.shape)
        for column, goal in enumerate(right.T):
            made = pace * gmres(lambda z: product(pace * z), goal, accuracy=ACCURACY, size=KRYLOV, restarts=RESTARTS)
            worst = float(np.abs(product(made) - goal).max() / max(float(np.abs(goal).max()), 1e-300))
            if not worst <= ACCEPTED:
                raise UnconvergedSolution(_unsolved(worst))
            found[:, column] = made
        return found

    def _revenue(self, prices: Floats, costs: Floats) -> Floats:
        """Return d of wedge revenue at given spending, shape (region, column)."""
        if not self.levied:
            return np.zeros((len(prices), prices.shape[2]))
        c, here = self.c, self.here
        sold = to_buyers(here.kept, costs) - here.kept.sum(axis=2).T[:, :, None] * prices
        weight = np.where(here.levied, c.theta * here.spending, 0.0)
        return np.asarray((weight[:, :, None] * sold).sum(axis=1))

    @property
    def _money(self) -> float:
        return float(np.exp((self.c.gift_weights * self.here.prices).sum()))


def _flows(c: Coefficients) -> tuple[Floats, Floats]:
    """Return how net inflow and grants follow value added, each of shape (region, region)."""
    start = c.wages.sum(axis=0) + c.rents + c.land_rents
    level = np.full(len(start), 1.0 / start.sum())
    nation = c.domestic / (c.domestic @ start)
    outside = start.sum() - c.domestic @ start
    abroad = (1.0 - c.domestic) / outside if outside > 1e-12 * start.sum() else level
    inflow = np.outer(c.inflow_fixed, level) + np.outer(c.inflow_domestic, nation) + np.outer(c.inflow_abroad, abroad)
    grants = np.outer(c.grants, nation)
    return inflow, grants if c.gift_weights.size else grants + np.outer(c.gifts, level)


def _too_long(most: int, columns: int, cells: int) -> Text:
    minutes = columns * 1_000.0 * cells / 6e10
    return Text(
        f"{cells:,}个贸易格子的世界一次最多求{most}个结果的导数，读到{columns}个（约需{minutes:.0f}分钟）："
        "请减少结果，或合并地区、行业。",
        f"In a world of {cells:,} cells of trade slopes are taken for at most {most} outcomes at once; read {columns} "
        f"(about {minutes:.0f} minutes). Take fewer outcomes, or merge regions or sectors.",
    )


def _unsolved(worst: float) -> Text:
    return Text(
        f"导数的要素市场方程余差 {worst:.0e}，不给出数字：请先把均衡解得更精确，或换用较小的冲击。",
        f"The factor markets of the slopes are left with a residual of {worst:.0e}, so no number is given: solve the "
        "equilibrium more exactly first, or take a smaller shock.",
    )
