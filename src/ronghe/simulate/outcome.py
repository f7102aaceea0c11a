"""What a solved state means: incomes, uses, price indices, services and people, before and after.

Money is counted so that the numeraire of the world is 1: world value added constant, or the national
consumer-price index (consumption-weighted geometric mean of regional indices) equal to 1.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate.blocks import Services
from ronghe.simulate.fiscal import final_use
from ronghe.simulate.shock import Shock, new_tariffs
from ronghe.simulate.solver import equations
from ronghe.simulate.solver.coefficients import Coefficients
from ronghe.simulate.solver.engine import engine
from ronghe.simulate.solver.incomes import Incomes, capital_supply, inflows, money
from ronghe.simulate.solver.people import attracted, heads, mean_over_places, services, uses
from ronghe.simulate.solver.solve import Problem
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
    capital_income : array
        Income of the region's owners of capital less that of the capital in it.
    consumption, government, investment : array
        Levels of the three uses, at current prices.
    disposable, own_revenue : array
        Household disposable income; own revenue of local government before transfers, after subsidies.
    subsidies : array
        What local government pays to sellers.
    centre : float
        Local taxes that the sharing leaves to the centre.
    household_prices, government_prices, investment_prices, final_prices : array
        Hats of the price index of each use and of all final use.
    people : array
        Hat of residents; ``by_group`` of each group, shape (group, region).
    capital : array
        Hat of capital in the place.
    services : array, shape (service, region)
        q^: hat of each service per resident; ``budget`` its share in baseline government use.
    real_output : array
        dQ: value added double deflated at base prices, less the baseline's.
    """

    value_added: Floats
    revenue: Floats
    inflow: Floats
    external: Floats
    grants: Floats
    capital_income: Floats
    consumption: Floats
    government: Floats
    investment: Floats
    disposable: Floats
    own_revenue: Floats
    subsidies: Floats
    centre: float
    household_prices: Floats
    government_prices: Floats
    investment_prices: Floats
    final_prices: Floats
    people: Floats
    by_group: Floats
    capital: Floats
    services: Floats
    budget: Floats
    real_output: Floats


def seen(problem: Problem, state: Floats) -> equations.Picture:
    """Return everything at a state of a problem."""
    c = problem.coefficients
    pass_over = engine("numba").pass_over
    return equations.picture(problem.kernel, problem.net, c, equations.unpack(c, state), pass_over)


def accounts(problem: Problem, state: Floats) -> Accounts:
    """Return the accounts at a state of a problem."""
    world, c = problem.world, problem.coefficients
    s, here = equations.unpack(c, state), seen(problem, state)
    now, level, use = here.incomes, price_level(problem, state), final_use(world)
    levels = uses(c, now) / level
    indices = _indices(world, s.prices.T) / level
    crowd = heads(c, s.people)
    return Accounts(
        value_added=now.added / level,
        revenue=now.revenue / level,
        inflow=now.inflow / level,
        external=_external(problem, s, now.added) / level,
        grants=now.grants / level,
        capital_income=now.capital / level,
        consumption=levels[0],
        government=levels[1],
        investment=levels[2],
        disposable=_disposable(world, now) / level,
        own_revenue=(use.own_rates * now.added + now.shared - now.outlay) / level if world.fiscal else -now.outlay,
        subsidies=now.outlay / level,
        centre=float(now.centre[0]) / level,
        household_prices=indices[0],
        government_prices=indices[1],
        investment_prices=indices[2],
        final_prices=indices[3],
        people=np.exp(crowd),
        by_group=np.exp(s.people),
        capital=np.exp(capital_supply(c, s.rents)),
        services=services(c, levels[1], indices[1], crowd),
        budget=c.start_budget,
        real_output=_real_output(world, c, s, here),
    )


def price_level(problem: Problem, state: Floats) -> float:
    """Return the numeraire in units of constant world value added."""
    c = problem.coefficients
    return float(np.exp(money(c, equations.unpack(c, state).prices)))


def _disposable(world: World, now: Incomes) -> Floats:
    use = final_use(world)
    kept = use.disposable_on_value_added * now.added + use.kept_revenue * now.revenue + now.household
    return kept if world.fiscal else kept + now.inflow + now.grants + now.government


def _indices(world: World, log_prices: Floats) -> Floats:
    """Return hats of PC, PG, PI and the index of all final use, shape (4, region)."""
    aC, aG, aI = world.baskets
    aI = np.where(aI.sum(axis=0) > 0, aI, aC)
    total = world.household + world.government + world.investment
    every = total / total.sum(axis=0)
    # A structurally empty price may stand in a basket with weight 0 only.
    hats: Floats = np.exp(np.array([(a * log_prices).sum(axis=0) for a in (aC, aG, aI, every)]))
    return hats


def _real_output(world: World, c: Coefficients, s: equations.State, here: equations.Picture) -> Floats:
    """Return sum_j [Y'/c^ - sum_k g_k Y'/P^_k] - sum_j g Y: double deflation at base prices (双缩法)."""
    cost = equations.unit_cost(c, s, here.labour)
    output = here.output.T
    made = output * np.exp(-cost)
    needed = np.einsum("nkj,nj,nk->n", c.inputs, output, np.exp(-s.prices))
    real: Floats = made.sum(axis=1) - needed - world.value_added
    return real


def shares_after(problem: Problem, state: Floats, into: Floats | None = None) -> Floats:
    """Return pi' of a state, shape (sector, buyer, seller); written into an array where one is given."""
    c = problem.coefficients
    s = equations.unpack(c, state)
    price = equations.unit_cost(c, s, equations.labour_cost(c, s.wages)) + c.price_factor
    shares = np.empty(problem.kernel.shape, dtype=problem.kernel.dtype) if into is None else into
    for j, ship in enumerate(np.exp(-c.theta * price).T):
        value = problem.kernel[j] * ship
        total = value.sum(axis=1, keepdims=True)
        shares[j] = np.divide(value, total, out=np.zeros_like(value), where=total > 0)
    return shares


def residents_after(problem: Problem, state: Floats) -> tuple[Floats, Floats] | None:
    """Return move shares m' (group, home, place) and V^ (group, domestic place), or None where people are fixed."""
    c = problem.coefficients
    if c.kappa <= 0:
        return None
    s = equations.unpack(c, state)
    now = seen(problem, state).incomes
    _, welfare, moved = attracted(c, wages=s.wages, people=s.people, prices=s.prices, seen=now)
    return moved, welfare


def recalibrate(problem: Problem, state: Floats, *, shock: Shock, into: Floats | None = None) -> World:
    """Return the world after the shock as a new baseline: every share and level at the new equilibrium.

    Parameters
    ----------
    into : array, shape (sector, buyer, seller), optional
        Where the new shares are written; the old ones' own place where these are needed no more.
    """
    world, c = problem.world, problem.coefficients
    s = equations.unpack(c, state)
    new = accounts(problem, state)
    level = price_level(problem, state)
    output = seen(problem, state).output / level
    aC, aG, aI = world.baskets
    aI = np.where(aI.sum(axis=0) > 0, aI, aC)
    used = new.consumption + new.government + new.investment
    moved = residents_after(problem, state)
    residents, groups = world.residents, world.blocks.groups
    if groups is not None:
        bills = equations.group_bills(c, s.wages, equations.labour_cost(c, s.wages))
        groups = replace(groups, bills=bills.transpose(0, 2, 1))
    if moved is not None:
        later = c.people.sum(axis=2, keepdims=True) * moved[0]
        residents = later.sum(axis=0)
        groups = None if groups is None else replace(groups, residents=later)
    return replace(
        world,
        shares=shares_after(problem, state, into),
        spending=np.where(s.spending > -600.0, np.exp(s.spending), 0.0).T / level,
        output=output,
        household=aC * new.consumption,
        government=aG * new.government,
        investment=aI * new.investment,
        tariffs=new_tariffs(world, shock),
        transfers=used - new.value_added - new.revenue + new.subsidies - new.external,
        external=new.external,
        own_revenue=np.where(world.fiscal, new.own_revenue + new.subsidies, 0.0),
        residents=residents,
        blocks=replace(
            world.blocks,
            groups=groups,
            services=_services_after(world, new),
            subsidies=world.blocks.subsidies if shock.subsidies is None else shock.subsidies,
        ),
    )


def _services_after(world: World, new: Accounts) -> Services | None:
    """Return services in the new money: what a provider's yuan does for others is worth their price over its own."""
    kinds = world.blocks.services
    if kinds is None or kinds.pooling is None:
        return kinds
    prices = new.government_prices
    return replace(kinds, pooling=kinds.pooling * prices[:, None] / prices[None, :])


def _external(problem: Problem, s: equations.State, added: Floats) -> Floats:
    """Return B' after its rule, in units of constant world value added."""
    c, world = problem.coefficients, problem.world
    if world.rule == "fixed":
        total: Floats = world.external * added.sum() / world.value_added.sum()
        return total
    nothing = np.zeros(len(added))
    return inflows(c._replace(inflow_domestic=nothing, gifts=nothing), added, s.prices)[0]


__all__ = [
    "Accounts",
    "accounts",
    "mean_over_places",
    "price_level",
    "recalibrate",
    "residents_after",
    "seen",
    "shares_after",
]
