"""The equilibrium around which derivatives are taken: shares, costs, levels, all of one solved state."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.simulate.outcome import seen
from ronghe.simulate.solver import equations
from ronghe.simulate.solver.coefficients import Coefficients
from ronghe.simulate.solver.solve import Problem


class Local(NamedTuple):
    """One equilibrium, people fixed.

    Attributes
    ----------
    shares, kept : array, shape (sector, buyer, seller)
        pi', and pi' / (1 + t'): what the seller keeps of one yuan; one array where nothing is levied.
    levied : array of bool, shape (sector,)
        Sectors with a wedge.
    prices, costs, spending : array, shape (region, sector)
        ln P, ln c, and X.
    output : array, shape (sector, region)
        Y.
    payroll, rents, land_rents : array, shape (region,)
        What labour, capital and land earn.
    added, revenue, inflow, grants : array, shape (region,)
        Value added, wedge revenue, net inflow, grants to government.
    """

    shares: Floats
    kept: Floats
    levied: Bools
    prices: Floats
    costs: Floats
    spending: Floats
    output: Floats
    payroll: Floats
    rents: Floats
    land_rents: Floats
    added: Floats
    revenue: Floats
    inflow: Floats
    grants: Floats

    @property
    def sales(self) -> Floats:
        """T = pi' X / (1 + t'), shape (sector, buyer, seller)."""
        return np.asarray(self.kept * self.spending.T[:, :, None])

    @property
    def lost(self) -> Floats:
        """What a wedge takes of one yuan of spending, shape (region, sector)."""
        live = self.levied[:, None] & (self.shares.sum(axis=2) > 0)
        return np.asarray(np.where(live, 1.0 - self.kept.sum(axis=2), 0.0).T)


def local(problem: Problem, state: Floats) -> Local:
    """Lay out the equilibrium of a solved problem.

    Raises
    ------
    ParameterFault
        If people, capital or land move, or a block is on that derivatives do not cover.
    """
    c = problem.coefficients
    _covered(c)
    at = equations.unpack(c, state)
    picture = seen(problem, state)
    costs = equations.unit_cost(c, at, picture.labour)
    ship = np.exp(-c.theta * costs).T
    levied = c.wedge_slot >= 0
    shares = np.empty(problem.kernel.shape)
    kept = np.empty(problem.kernel.shape) if levied.any() else shares
    for j, factor in enumerate(ship):
        np.multiply(problem.kernel[j], factor, out=shares[j])
        total = shares[j].sum(axis=1, keepdims=True)
        scale = np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)
        shares[j] *= scale
        if levied.any():
            kept[j] = problem.net[c.wedge_slot[j]] * factor * scale if levied[j] else shares[j]
    return Local(
        shares=shares,
        kept=kept,
        levied=np.asarray(levied),
        prices=at.prices,
        costs=costs,
        spending=np.exp(at.spending),
        output=picture.output,
        payroll=c.wages[0] * np.exp(at.wages[0] + at.people[0]),
        rents=c.rents * np.exp(at.rents),
        land_rents=c.land_rents * np.exp(at.land_rents + c.quota),
        added=picture.incomes.added,
        revenue=picture.incomes.revenue,
        inflow=picture.incomes.inflow,
        grants=picture.incomes.grants,
    )


def _covered(c: Coefficients) -> None:
    """Refuse what the derivatives leave out: a slope without it would be another model's."""
    moving = (c.kappa > 0, c.capital_mobility > 0, c.land_supply > 0, c.scale.size)
    blocks = (c.groups > 1, c.subsidies.size, c.ownership.size, c.sharing.size)
    if any(moving) or any(blocks):
        raise ParameterFault(
            Text(
                "壁垒导数只在人口、资本和土地不动时计算，不含劳动者分组、补贴、资本归属和税收分享模块："
                "请用 closure=“short” 并关闭这些模块，或直接求解情景。",
                "Slopes by barrier hold people, capital and land fixed and do not cover groups of workers, subsidies, "
                'ownership or sharing of taxes: use closure="short" without these blocks, or solve the scenario.',
            )
        )
