"""What is measured of every opening: the three columns, real income, output, revenue and people, by region.

    household, services, payable    :mod:`ronghe.simulate.columns`, 亿元 a year at base prices
    revaluation                     change in worth of transfers received, outside every column
    real_income                     all final use over its price index, as a change factor
    real_output                     dQ: value added double deflated, less the baseline's, 亿元 a year at base prices
    own_revenue                     dF: own revenue over the price of government use, less the baseline's, likewise
    people                          residents, as a change factor

One state is measured by its accounts. Many states of openings that differ by their kernels only are measured at
once, on arrays with an axis of openings.
"""

from __future__ import annotations

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.simulate.columns import columns
from ronghe.simulate.fiscal import final_use
from ronghe.simulate.outcome import Accounts, accounts
from ronghe.simulate.solver.solve import Problem

MEASURES = (
    "household",
    "services",
    "payable",
    "revaluation",
    "real_income",
    "real_output",
    "own_revenue",
    "people",
)
BY_HOME = ("home_household", "home_services")
"""Measured where people move: the first two columns by home population; 0 abroad adds nothing, nobody moves there."""

NO_CHANGE = {"real_income": 1.0, "people": 1.0}
"""What an opening of no pair gives where it is not 0."""

SHORT = 1e-9
"""A use below minus this share of value added makes a solution unusable."""


def measured(problem: Problem, state: Floats, before: Accounts, *, homes: bool) -> tuple[Floats, bool]:
    """Return the measures of one state, shape (measure, region), and whether no use falls below 0."""
    after = accounts(problem, state)
    made = columns(problem, state, before=before)
    real = _used(after) / after.final_prices / _used(before)
    rows = [made.household, made.services, made.payable, made.revaluation, real, after.real_output]
    rows += [after.own_revenue / after.government_prices - before.own_revenue, after.people]
    if homes and made.home_household is not None and made.home_services is not None:
        rows += [made.home_household, made.home_services]
    least = np.minimum(np.minimum(after.investment, after.government), after.consumption)
    return np.array(rows), not bool((least < -SHORT * after.value_added).any())


def _used(of: Accounts) -> Floats:
    return of.consumption + of.government + of.investment


class Together:
    """Measures many states at once; holds what does not depend on them.

    Parameters
    ----------
    base : Problem
        As :func:`ronghe.simulate.batches.map.fits` accepts it.
    before : Accounts
    """

    def __init__(self, base: Problem, before: Accounts) -> None:
        world, c = base.world, base.coefficients
        self.world, self.c, self.before, self.rule = world, c, before, final_use(world)
        aC, aG, aI = world.baskets
        aI = np.where(aI.sum(axis=0) > 0, aI, aC)
        total = world.household + world.government + world.investment
        # (region, sector, index): household, government, investment, all final use.
        self.baskets = np.ascontiguousarray(np.array([aC, aG, aI, total / total.sum(axis=0)]).transpose(2, 1, 0))
        self.factors = np.array([c.wages[0], c.rents, c.land_rents])
        self.needs = np.ascontiguousarray(c.inputs.transpose(0, 2, 1))

    def measured(self, states: Floats, output: Floats) -> tuple[Floats, Bools]:
        """Return the measures, shape (opening, measure, region), and whether no use falls below 0.

        Parameters
        ----------
        states : array, shape (opening, state)
        output : array, shape (opening, sector, region)
            At these states.
        """
        c, world, before, rule = self.c, self.world, self.before, self.rule
        count, sectors = c.labour.shape
        factor_prices = states[:, : 3 * count].reshape(-1, 3, count)
        prices = states[:, 4 * count : 4 * count + count * sectors].reshape(-1, count, sectors).transpose(1, 0, 2)
        level = np.exp(np.einsum("nlj,nj->l", prices, c.gift_weights)) if c.gift_weights.size else np.ones(len(states))
        level = level[:, None]
        added = (self.factors * np.exp(factor_prices)).sum(axis=1)
        inflow, external, grants = self._inflows(added, level)
        uses = [part[0] * added + part[2] * inflow + part[3] * grants for part in c.rules]
        consumption, government, investment = (use / level for use in uses)
        index = np.exp(prices @ self.baskets).transpose(2, 1, 0) / level
        disposable = rule.disposable_on_value_added * added
        disposable = (disposable if world.fiscal else disposable + inflow + grants) / level
        own = rule.own_rates * added / level if world.fiscal else np.zeros_like(added)
        start = before.consumption
        kept = index[0] * start + index[2] * (before.disposable - start)
        served = c.budget[0] * government / index[1]
        served = np.where(c.served[0] > 0, served / np.where(c.served[0] > 0, c.served[0], 1.0), 1.0)
        total = consumption + government + investment
        made = [
            start * (consumption / (start * index[0]) - 1.0),
            before.budget[0] * before.government * (served - 1.0),
            disposable - kept + own - index[1] * before.own_revenue,
            (inflow - external + grants) / level / index[3] - (before.inflow - before.external + before.grants),
            total / index[3] / _used(before),
            self._real_output(factor_prices, prices, output),
            own / index[1] - before.own_revenue,
            np.ones_like(own),
        ]
        least = np.minimum(np.minimum(investment, government), consumption)
        return np.stack(made, axis=1), ~(least < -SHORT * added / level).any(axis=1)

    def _inflows(self, added: Floats, level: Floats) -> tuple[Floats, Floats, Floats]:
        """Return net inflows, their part from abroad, and grants: shape (opening, region)."""
        c, world = self.c, self.world
        start = self.factors.sum(axis=0)
        growth = added.sum(axis=1, keepdims=True) / start.sum()
        nation = (added @ c.domestic)[:, None] / (c.domestic @ start)
        outside = start.sum() - c.domestic @ start
        abroad = (added @ (1.0 - c.domestic))[:, None] / outside if outside > 1e-12 * start.sum() else growth
        from_abroad = c.inflow_fixed * growth + c.inflow_abroad * abroad
        worth = level if c.gift_weights.size else growth
        external = world.external * growth if world.rule == "fixed" else from_abroad
        return from_abroad + c.inflow_domestic * nation, external, c.grants * nation + c.gifts * worth

    def _real_output(self, factor_prices: Floats, prices: Floats, output: Floats) -> Floats:
        """Return double-deflated value added less the baseline's, shape (opening, region) (双缩法)."""
        c = self.c
        cost = prices @ c.inputs
        for share, price in zip((c.labour, c.capital, c.land), factor_prices.transpose(1, 2, 0), strict=True):
            cost += share[:, None, :] * price[:, :, None]
        sold = np.ascontiguousarray(output.transpose(2, 0, 1))
        needed = (sold @ self.needs) * np.exp(-prices)
        made: Floats = (sold * np.exp(-cost)).sum(axis=2) - needed.sum(axis=2)
        return np.asarray(made.T - self.world.value_added)
