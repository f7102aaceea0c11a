"""What a solved state means: incomes, uses, price indices, services and people, before and after.

Money is counted so that the numeraire of the world is 1: world value added constant, or the national
consumer-price index (consumption-weighted geometric mean of regional indices) equal to 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate import equations
from ronghe.simulate.fiscal import FinalUse, final_use
from ronghe.simulate.shock import Shock, new_tariffs
from ronghe.simulate.solve import Problem
from ronghe.simulate.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Accounts:
    """Accounts of every region; arrays of shape (region,) unless said.

    Attributes
    ----------
    value_added, revenue, inflow, grants : array
        VA, wedge revenue, net inflows outside the budget, and net grants to government.
    external : array
        The part of ``inflow`` that comes from abroad (B).
    consumption, government, investment : array
        Levels of the three uses, at current prices.
    disposable, own_revenue : array
        Household disposable income; own revenue of local government before transfers.
    household_prices, government_prices, investment_prices, final_prices : array
        Hats of the price index of each use and of all final use.
    people : array
        Hat of residents.
    services : array
        q^: hat of services per resident.
    """

    value_added: Floats
    revenue: Floats
    inflow: Floats
    external: Floats
    grants: Floats
    consumption: Floats
    government: Floats
    investment: Floats
    disposable: Floats
    own_revenue: Floats
    household_prices: Floats
    government_prices: Floats
    investment_prices: Floats
    final_prices: Floats
    people: Floats
    services: Floats


def accounts(problem: Problem, state: Floats, *, rivalry: float) -> Accounts:
    """Return the accounts at a state of a problem."""
    world, c = problem.world, problem.coefficients
    s = equations.unpack(c, state)
    level = price_level(problem, state)
    added = equations.value_added(c, s)
    inflow, grants = equations.inflows(c, s, added)
    revenue = np.zeros(len(added))
    if (c.wedge_slot >= 0).any():
        revenue = equations.trade(problem.kernel, problem.net, c, s)[2]
    use = final_use(world)
    amounts = (added, revenue, inflow, grants)
    rules = (use.on_value_added, use.on_revenue, use.on_inflow, use.on_grants)
    levels = [
        sum((rule[row] * amount for rule, amount in zip(rules, amounts, strict=True)), np.zeros(len(added))) / level
        for row in range(3)
    ]
    indices = _indices(world, s.prices.T) / level
    people = np.exp(s.people)
    services = np.ones(len(added))
    start = world.purchases[1]
    np.divide(levels[1], start * indices[1] * people**rivalry, out=services, where=start > 0)
    return Accounts(
        value_added=added / level,
        revenue=revenue / level,
        inflow=inflow / level,
        external=_external(problem, s, added) / level,
        grants=grants / level,
        consumption=levels[0],
        government=levels[1],
        investment=levels[2],
        disposable=_disposable(world, use, *amounts) / level,
        own_revenue=use.own_rates * added / level,
        household_prices=indices[0],
        government_prices=indices[1],
        investment_prices=indices[2],
        final_prices=indices[3],
        people=people,
        services=services,
    )


def price_level(problem: Problem, state: Floats) -> float:
    """Return the numeraire in units of constant world value added."""
    c = problem.coefficients
    if not c.gift_weights.size:
        return 1.0
    return float(np.exp((c.gift_weights * equations.unpack(c, state).prices).sum()))


def _disposable(world: World, use: FinalUse, added: Floats, revenue: Floats, inflow: Floats, grants: Floats) -> Floats:
    kept = use.disposable_on_value_added * added + revenue
    return kept if world.fiscal else kept + inflow + grants


def _indices(world: World, log_prices: Floats) -> Floats:
    """Return hats of PC, PG, PI and the index of all final use, shape (4, region)."""
    aC, aG, aI = world.baskets
    aI = np.where(aI.sum(axis=0) > 0, aI, aC)
    total = world.household + world.government + world.investment
    every = total / total.sum(axis=0)
    # A structurally empty price may stand in a basket with weight 0 only.
    hats: Floats = np.exp(np.array([(a * log_prices).sum(axis=0) for a in (aC, aG, aI, every)]))
    return hats


def shares_after(problem: Problem, state: Floats) -> Floats:
    """Return pi' of a state, shape (sector, buyer, seller)."""
    c = problem.coefficients
    s = equations.unpack(c, state)
    cost = c.labour * s.wages[:, None] + c.capital * s.rents[:, None] + c.land * s.land_rents[:, None]
    cost = cost + np.einsum("nkj,nk->nj", c.inputs, s.prices)
    value = problem.kernel * np.exp(-c.theta * cost).T[:, None, :]
    total = value.sum(axis=2, keepdims=True)
    shares: Floats = np.divide(value, total, out=np.zeros_like(value), where=total > 0)
    return shares


def residents_after(problem: Problem, state: Floats) -> tuple[Floats, Floats] | None:
    """Return move shares m' (home, residence) and welfare V^ by domestic place, or None where people are fixed."""
    c = problem.coefficients
    if c.kappa <= 0:
        return None
    s = equations.unpack(c, state)
    added = equations.value_added(c, s)
    inflow, grants = equations.inflows(c, s, added)
    revenue = equations.trade(problem.kernel, problem.net, c, s)[2]
    _, welfare, moved = equations.attracted(c, s, added=added, revenue=revenue, inflow=inflow, grants=grants)
    return moved, welfare


def recalibrate(problem: Problem, state: Floats, *, shock: Shock) -> World:
    """Return the world after the shock as a new baseline: every share and level at the new equilibrium."""
    world, c = problem.world, problem.coefficients
    s = equations.unpack(c, state)
    new = accounts(problem, state, rivalry=0.0)
    level = price_level(problem, state)
    use = final_use(world)
    output = equations.trade(problem.kernel, problem.net, c, s)[1] / level
    aC, aG, aI = world.baskets
    aI = np.where(aI.sum(axis=0) > 0, aI, aC)
    taxed = np.where(world.domestic & world.fiscal, use.centre_rate, 0.0)
    grants = new.grants if world.fiscal else np.zeros(len(new.grants))
    moved = residents_after(problem, state)
    residents = world.residents
    if moved is not None and residents is not None:
        residents = residents.sum(axis=1, keepdims=True) * moved[0]
    return replace(
        world,
        shares=shares_after(problem, state),
        spending=np.where(s.spending > -600.0, np.exp(s.spending), 0.0).T / level,
        output=output,
        household=aC * new.consumption,
        government=aG * new.government,
        investment=aI * new.investment,
        tariffs=new_tariffs(world, shock),
        transfers=new.inflow - new.external + grants - taxed * new.value_added,
        external=new.external,
        own_revenue=np.where(world.fiscal, new.own_revenue, 0.0),
        residents=residents,
    )


def _external(problem: Problem, s: equations.State, added: Floats) -> Floats:
    """Return B' after its rule, in units of constant world value added."""
    c, world = problem.coefficients, problem.world
    if world.rule == "fixed":
        total: Floats = world.external * added.sum() / world.value_added.sum()
        return total
    nothing = np.zeros(len(added))
    only = c._replace(inflow_domestic=nothing, gifts=nothing)
    return equations.inflows(only, s, added)[0]
