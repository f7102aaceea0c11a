"""The second formula: every market of a solved state recomputed from the definitions of the model.

Nothing here reads the solver's coefficients or calls its equations. Shares are formed in full, expenditure is one
linear solve at the reported prices, and each block is checked by itself:

    price      P_nj against (sum_i pi_nij (k^_nij c^_ij)^-theta_j)^(-1/theta_j)
    goods      X_nj against final use and inputs of what is sold
    factors    wages, rents and land rents against what sectors pay for them
    migration  people against m_on (V^_n / mu^_on)^kappa
    fiscal     grants against the centre's tax; uses against income; Walras' law
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate.krylov import gmres
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.shock import Shock
from ronghe.simulate.world import World

DENSE_LIMIT = 1_500
"""Most region-sector cells for which expenditure is solved as one dense system."""


@dataclass(frozen=True, slots=True, eq=False)
class Hats:
    """A solved state by name, as hats; spending in levels. Prices and spending have shape (sector, region)."""

    wages: Floats
    rents: Floats
    land_rents: Floats
    people: Floats
    prices: Floats
    spending: Floats


@dataclass(frozen=True, slots=True, eq=False)
class _Incomes:
    """Who has what after the change; arrays of shape (region,)."""

    added: Floats
    inflow: Floats
    grants: Floats
    owed: Floats
    """The part of ``grants`` that the centre pays."""


def independent_residuals(
    world: World, shock: Shock, hats: Hats, *, parameters: Parameters, mobile: bool
) -> dict[str, float]:
    """Return the largest relative residual of each block.

    Parameters
    ----------
    world : World
    shock : Shock
    hats : Hats
        What the solver reports, in any unit of money.
    parameters : Parameters
    mobile : bool
        Whether people move.
    """
    theta = world.elasticities[:, None, None]
    g, b = world.value_added_shares, world.capital_shares
    estate = (np.arange(len(world.sectors)) == world.housing)[:, None]
    shares = (g * (1.0 - b), g * b * ~estate, g * b * estate)
    cost = hats.wages ** shares[0] * hats.rents ** shares[1] * hats.land_rents ** shares[2]
    cost = cost * np.prod(hats.prices.T[:, :, None] ** world.inputs, axis=1).T
    landed = (_barrier(world, shock) * cost[:, None, :]) ** -theta
    bought = world.spending > 0
    index = np.where(bought, (world.shares * landed).sum(axis=2), 1.0) ** (-1.0 / world.elasticities[:, None])
    pi = world.shares * landed * (hats.prices ** world.elasticities[:, None])[:, :, None]
    wedges = world.tariffs if shock.tariffs is None else shock.tariffs
    received = pi if wedges is None else pi / (1.0 + wedges)
    held = [(share * world.output).sum(axis=0) for share in shares]
    paid = [held[0] * hats.wages * hats.people, held[1] * hats.rents, held[2] * hats.land_rents]
    incomes = _incomes(world, shock, sum(paid, np.zeros(len(world.regions))), hats.prices)
    spending = _spending(world, received, incomes)
    sold = np.einsum("jni,jn->ji", received, spending)
    lost = np.where(bought, 1.0 - received.sum(axis=2), 0.0)
    revenue = (spending * lost).sum(axis=0)
    found = {
        "price": float(np.abs(np.where(bought, index / hats.prices - 1.0, 0.0)).max()),
        "goods": float(np.abs(np.where(bought, spending / np.where(bought, hats.spending, 1.0) - 1.0, 0.0)).max()),
    }
    for name, share, income, base in zip(("labour", "capital", "land"), shares, paid, held, strict=True):
        demand = (share * sold).sum(axis=0)
        found[name] = float(np.abs(np.divide(demand - income, income, out=0 * income, where=base > 0)).max())
    found |= _sums(world, incomes, revenue, spending, sold)
    if mobile and parameters.kappa > 0:
        found["migration"] = _migration(world, shock, hats, parameters, incomes, revenue)
    return found


def _barrier(world: World, shock: Shock) -> Floats:
    """Return k^, shape (sector, buyer, seller)."""
    factor = np.ones_like(world.shares) if shock.barriers is None else shock.barriers
    if shock.tariffs is None:
        return factor
    before = 1.0 if world.tariffs is None else 1.0 + world.tariffs
    return np.asarray(factor * (1.0 + shock.tariffs) / before)


def _incomes(world: World, shock: Shock, added: Floats, prices: Floats) -> _Incomes:
    """Return inflows and grants after their rules: indexed to the nation and to abroad, or a share of the world."""
    home, start = world.domestic, world.value_added
    growth = added.sum() / start.sum()
    nation = added[home].sum() / start[home].sum()
    abroad = growth if home.all() else added[~home].sum() / start[~home].sum()
    grants = _government(world)[1]
    other = np.where(home, world.transfers - grants + _centre(world) * start, 0.0) if world.fiscal else world.transfers
    if world.rule == "indexed":
        inflow = other * nation + world.external * abroad
    else:
        inflow = (other + world.external) * growth
    owed = grants * nation
    gifts = np.zeros(len(added)) if shock.gifts is None else np.asarray(shock.gifts, dtype=float)
    if world.numeraire == "national":
        consumption = world.household * home
        money = np.exp((consumption * np.log(np.where(consumption > 0, prices, 1.0))).sum() / consumption.sum())
    else:
        money = growth
    return _Incomes(added, inflow, owed + gifts * money, owed)


def _government(world: World) -> tuple[Floats, Floats]:
    """Return baseline own revenue and recorded grants; abroad government lives on its own revenue."""
    if not world.fiscal:
        return np.zeros(len(world.regions)), np.zeros(len(world.regions))
    spent = world.government.sum(axis=0)
    own = np.where(world.domestic, world.own_revenue, spent)
    return own, spent - own


def _centre(world: World) -> Floats:
    """Return the rate on value added that pays for the grants, shape (region,)."""
    grants = _government(world)[1]
    rate = grants.sum() / world.value_added[world.domestic].sum() if world.fiscal else 0.0
    return np.where(world.domestic, rate, 0.0)


def _uses(world: World, incomes: _Incomes, revenue: Floats) -> tuple[Floats, Floats, Floats]:
    """Return consumption, government and investment after the change, each of shape (region,)."""
    before = world.household.sum(axis=0), world.government.sum(axis=0), world.investment.sum(axis=0)
    if not world.fiscal:
        income = incomes.added + revenue + incomes.inflow + incomes.grants
        total = before[0] + before[1] + before[2]
        return before[0] / total * income, before[1] / total * income, before[2] / total * income
    rate = _government(world)[0] / world.value_added
    kept = 1.0 - rate - _centre(world)
    saved = before[0] / (kept * world.value_added + world.wedge_revenue)
    disposable = kept * incomes.added + revenue
    return saved * disposable, rate * incomes.added + incomes.grants, (1.0 - saved) * disposable + incomes.inflow


def _spending(world: World, received: Floats, incomes: _Incomes) -> Floats:
    """Solve X = final use + inputs of output for given shares and incomes, shape (sector, region)."""
    sectors, count = world.spending.shape
    nothing = np.zeros(count)
    aC, aG, aI = _baskets(world)
    at_home = _uses(world, incomes, nothing)
    known = aC * at_home[0] + aG * at_home[1] + aI * at_home[2]
    one = _Incomes(nothing, nothing, nothing, nothing)
    per_revenue = _uses(world, one, np.ones(count))
    of_revenue = aC * per_revenue[0] + aG * per_revenue[1] + aI * per_revenue[2]
    lost = np.where(world.spending > 0, 1.0 - received.sum(axis=2), 0.0)
    size = sectors * count
    if size <= DENSE_LIMIT:
        # Order (sector, region): X_kn takes inputs[n, k, j] * received[j, m, n] of X_jm, and wedge revenue of X_jn.
        matrix = np.einsum("nkj,jmn->knjm", world.inputs, received)
        where = np.arange(count)
        matrix[:, where, :, where] += of_revenue.T[:, :, None] * lost.T[:, None, :]
        solved: Floats = np.linalg.solve(np.eye(size) - matrix.reshape(size, size), known.ravel())
        return solved.reshape(sectors, count)

    def left(flat: Floats) -> Floats:
        spent = flat.reshape(sectors, count)
        sold = np.einsum("jni,jn->ji", received, spent)
        needed = np.einsum("nkj,jn->kn", world.inputs, sold) + of_revenue * (lost * spent).sum(axis=0)
        rest: Floats = (spent - needed).ravel()
        return rest

    return gmres(left, known.ravel(), accuracy=1e-12, size=60, restarts=50).reshape(sectors, count)


def _baskets(world: World) -> tuple[Floats, Floats, Floats]:
    aC, aG, aI = world.baskets
    return aC, aG, np.where(aI.sum(axis=0) > 0, aI, aC)


def _sums(world: World, incomes: _Incomes, revenue: Floats, spending: Floats, sold: Floats) -> dict[str, float]:
    """Check that uses add up to income, that the country's budget closes, and that Walras' law holds."""
    total = incomes.added.sum()
    taxed = _centre(world) * incomes.added
    budget = abs(float((incomes.owed - taxed)[world.domestic].sum())) if world.fiscal else 0.0
    final = spending - np.einsum("nkj,jn->kn", world.inputs, sold)
    income = incomes.added + revenue + incomes.inflow + incomes.grants - taxed
    return {
        "fiscal": budget / total,
        "uses": float(np.abs(final.sum(axis=0) / income - 1.0).max()),
        "walras": abs(float(final.sum() - incomes.added.sum() - revenue.sum())) / total,
    }


def _migration(
    world: World, shock: Shock, hats: Hats, parameters: Parameters, incomes: _Incomes, revenue: Floats
) -> float:
    """Return the largest gap between people reported and people attracted (blocks 5 to 7)."""
    assert world.residents is not None
    home = np.flatnonzero(world.domestic)
    consumption, government, _ = (use[home] for use in _uses(world, incomes, revenue))
    aC, aG, _ = (part[:, home] for part in _baskets(world))
    prices, people = np.log(hats.prices[:, home]), hats.people[home]
    value = consumption / world.household.sum(axis=0)[home] / people / np.exp((aC * prices).sum(axis=0))
    if world.fiscal:
        service = government / world.government.sum(axis=0)[home] / np.exp((aG * prices).sum(axis=0))
        value = value * (service / people**parameters.rivalry) ** parameters.service_weight
    stock = world.residents
    moving = np.ones(stock.shape) if shock.moving is None else shock.moving
    pull = stock / stock.sum(axis=1, keepdims=True) * (value / moving) ** parameters.kappa
    arrived = stock.sum(axis=1) @ (pull / pull.sum(axis=1, keepdims=True))
    return float(np.abs(arrived / stock.sum(axis=0) / people - 1.0).max())
