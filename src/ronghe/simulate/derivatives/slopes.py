"""Direct slopes of regional outcomes: what each column answers to incomes, prices, output and costs.

    household   C'_n / PC'_n - C_n                                    headline = household + services
    services    sum_z Gv_nz (q^_nz - 1)
    payable     Yd'_n + own'_n - PC^_n C_n - PI^_n (Yd_n - C_n) - PG^_n own_n
    output      sum_j (Y'_nj / c^_nj - sum_k g_nkj Y'_nj / P^_nk) - VA_n       constant prices (dQ)
    revenue     own'_n / PG^_n - own_n                                         own revenue, constant prices (dF)

All count in the numeraire of the world and hold people fixed; 亿元 a year at base prices.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.simulate.columns import start_accounts
from ronghe.simulate.derivatives.local import Local
from ronghe.simulate.fiscal import final_use
from ronghe.simulate.solver.coefficients import Coefficients
from ronghe.simulate.solver.incomes import money
from ronghe.simulate.solver.solve import Problem

Column = Literal["headline", "household", "services", "payable", "output", "revenue"]


class Slopes(NamedTuple):
    """Direct slopes of outcomes; for many of them every part has an axis (outcome,) in front.

    Attributes
    ----------
    added, revenue, inflow, grants : array, shape (region,)
        By incomes.
    prices, output, costs : array, shape (region, sector)
        By ln P, by Y and by ln c.
    """

    added: Floats
    revenue: Floats
    inflow: Floats
    grants: Floats
    prices: Floats
    output: Floats
    costs: Floats

    @property
    def many(self) -> Slopes:
        """The same with an axis (outcome,) in front, where there is none."""
        return self if self.added.ndim == 2 else Slopes(*(part[None] for part in self))

    def weighted(self, weights: Floats) -> Slopes:
        """Return sums of outcomes, one a row of ``weights`` of shape (sum, outcome)."""
        return Slopes(*(np.tensordot(weights, part, axes=1) for part in self))


def joined(outcomes: list[Slopes]) -> Slopes:
    """Return all outcomes of several tables as one."""
    return Slopes(*(np.concatenate(parts) for parts in zip(*outcomes, strict=True)))


def regional_slopes(problem: Problem, here: Local, column: Column = "headline") -> Slopes:
    """Return the slopes of one column for every region, parts of shape (outcome, region, ...)."""
    if column == "headline":
        parts = [regional_slopes(problem, here, name) for name in ("household", "services")]
        return Slopes(*(sum(pair[1:], pair[0]) for pair in zip(*parts, strict=True)))
    return _COLUMNS[column](problem, here)


def headline_slopes(problem: Problem, here: Local, members: Bools) -> Slopes:
    """Return the slopes of the members' household and public-services columns together."""
    everywhere = regional_slopes(problem, here, "headline")
    return Slopes(*(part[0] for part in everywhere.weighted(members[None].astype(float))))


def _real_use(c: Coefficients, here: Local, use: int, basket: Floats, weights: Floats) -> Slopes:
    """Return slopes of weights @ (level of a use / its price index), weights of shape (outcome, region)."""
    index = np.exp((basket * here.prices).sum(axis=1))
    amounts = (here.added, here.revenue, here.inflow, here.grants)
    level = sum(rule * amount for rule, amount in zip(c.rules[use, :4], amounts, strict=True))
    incomes = [weights * (rule / index) for rule in c.rules[use, :4]]
    prices = -(weights * (level / index))[:, :, None] * basket
    nothing = np.zeros(prices.shape)
    return Slopes(incomes[0], incomes[1], incomes[2], incomes[3], prices, nothing, nothing)


def _household(problem: Problem, here: Local) -> Slopes:
    c = problem.coefficients
    return _real_use(c, here, 0, c.household, np.eye(len(here.added)))


def _services(problem: Problem, here: Local) -> Slopes:
    """Return slopes of services: a provider's real use counts for all whom it serves."""
    c, world = problem.coefficients, problem.world
    if not world.fiscal:
        return _real_use(c, here, 1, c.government, np.zeros((len(here.added),) * 2))
    worth = np.divide(c.start_budget * world.purchases[1], c.served, out=np.zeros_like(c.served), where=c.served > 0)
    weights = np.diag((worth * c.budget).sum(axis=0))
    if c.pooling.size:
        weights = weights + np.einsum("zn,zns,zs->ns", worth, c.pooling, c.budget)
    return _real_use(c, here, 1, c.government, weights)


def _payable(problem: Problem, here: Local) -> Slopes:
    c, world = problem.coefficients, problem.world
    use, before, one = final_use(world), start_accounts(world), np.eye(len(here.added))
    investment = np.where(world.investment.sum(axis=0) > 0, world.baskets[2], world.baskets[0]).T
    own = use.own_rates if world.fiscal else np.zeros(len(here.added))
    received = 0.0 if world.fiscal else 1.0
    incomes = (use.disposable_on_value_added + own, np.full(len(own), use.kept_revenue))
    level = np.exp(money(c, here.prices))
    kept = np.zeros(len(own))
    prices = np.zeros((*one.shape, len(c.theta)))
    needs = (
        (c.household, before.consumption),
        (investment, before.disposable - before.consumption),
        (c.government, before.own_revenue),
    )
    for basket, amount in needs:
        bill = amount * np.exp((basket * here.prices).sum(axis=1))
        kept += bill
        prices -= one[:, :, None] * (bill[:, None] * basket)
    amounts = incomes[0] * here.added + incomes[1] * here.revenue + received * (here.inflow + here.grants)
    if c.gift_weights.size:
        prices -= (amounts - kept)[:, None, None] * c.gift_weights
    scale = one / level
    nothing = np.zeros(prices.shape)
    return Slopes(
        scale * incomes[0], scale * incomes[1], scale * received, scale * received, prices / level, nothing, nothing
    )


def _output(problem: Problem, here: Local) -> Slopes:
    inputs = problem.coefficients.inputs
    one = np.eye(len(here.added))[:, :, None]
    made, needed = np.exp(-here.costs), np.einsum("nkj,nk->nj", inputs, np.exp(-here.prices))
    bought = np.einsum("nkj,jn->nk", inputs, here.output) * np.exp(-here.prices)
    nothing = np.zeros(one.shape[:2])
    return Slopes(
        nothing, nothing, nothing, nothing, one * bought, one * (made - needed), one * (-here.output.T * made)
    )


def _revenue(problem: Problem, here: Local) -> Slopes:
    c, one = problem.coefficients, np.eye(len(here.added))
    rates = final_use(problem.world).own_rates if problem.world.fiscal else np.zeros(len(here.added))
    real = rates * np.exp(-(c.government * here.prices).sum(axis=1))
    prices = -one[:, :, None] * ((real * here.added)[:, None] * c.government)
    nothing, none = np.zeros(one.shape), np.zeros(prices.shape)
    return Slopes(one * real, nothing, nothing, nothing, prices, none, none)


_COLUMNS = {
    "household": _household,
    "services": _services,
    "payable": _payable,
    "output": _output,
    "revenue": _revenue,
}
