"""The synthetic country in levels: explicit technologies, Eaton-Kortum trade, input-output links.

    c_nj  = (w_n^(1-b) r_nj^b)^g_nj prod_k P_nk^G_njk        unit cost; r_nj: land rent in real estate, else of capital
    P_nj  = (sum_i A_ij c_ij^-theta F_nij)^(-1/theta)       F = freeness of trade, (trade cost)^-theta
    pi_nij = A_ij c_ij^-theta F_nij P_nj^theta
    Y_ij  = sum_n pi_nij X_nj,   X_nj = aC C_n + aG Gv_n + aI Inv_n + sum_k G_nkj Y_nk
    w_n L_n = (1-b) sum_j g_nj Y_nj;  r_n K_n = b sum_(j not re) g_nj Y_nj;  rl_n Q_n = b g_n,re Y_n,re
    VA_n = w_n L_n + r_n K_n + rl_n Q_n;  Gv = rate VA;  C = share (VA - Gv);  Inv = VA - Gv - C

People, capital, land, technologies and tastes are fixed; residents own their capital and land; no
deficits and no transfers. World value added is the numeraire. One plain damped loop; the leading axis
s runs over worlds that are solved side by side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from demo.arith import Floats, exp, log

DAMPING = 0.25
TOLERANCE = 1e-13
MOST_STEPS = 4000


@dataclass(frozen=True, slots=True)
class Country:
    """Primitives of N places (the last one the rest of the world) and J sectors.

    Attributes
    ----------
    theta : float
        Trade elasticity, one for all sectors.
    factors : array, shape (f, n)
        Labour (persons), capital and land, in units of their own.
    factor_shares : array, shape (f, j)
        Share of each factor in a sector's value added; they add up to 1.
    technology : array, shape (n, j)
        ln A.
    freeness : array, shape (n, i, j)
        Buyer n, seller i: (trade cost)^-theta.
    value_added, inputs : arrays, shapes (n, j) and (n, j, k)
        Cost shares; they add up to 1 over value added and inputs k.
    tax_rate, consumption_share : array, shape (n,)
        Local revenue over value added; household consumption over disposable income.
    household, government, investment : array, shape (n, j)
        Baskets, each adding up to 1.
    world_income : float
        World value added, 亿元.
    """

    theta: float
    factors: Floats
    factor_shares: Floats
    technology: Floats
    freeness: Floats
    value_added: Floats
    inputs: Floats
    tax_rate: Floats
    consumption_share: Floats
    household: Floats
    government: Floats
    investment: Floats
    world_income: float


@dataclass(frozen=True, slots=True)
class World:
    """Equilibria side by side, leading axis s.

    Attributes
    ----------
    rewards : array, shape (s, f, n)
        Price of each factor.
    log_prices, log_costs, output, spending : array, shape (s, n, j)
    income : array, shape (s, n)
        Value added, 亿元.
    steps : int
    residual : float
        Largest relative change of rewards, prices or output in a further undamped step.
    """

    rewards: Floats
    log_prices: Floats
    log_costs: Floats
    output: Floats
    spending: Floats
    income: Floats
    steps: int
    residual: float


def ordered_sum(values: Floats, axis: int) -> Floats:
    """Add along one axis, first to last."""
    total: Floats = np.ascontiguousarray(np.moveaxis(values, axis, 0)).sum(axis=0)
    return total


def solve(
    country: Country, changes: Floats | None = None, start: World | None = None, tolerance: float = TOLERANCE
) -> World:
    """Solve the worlds in which freeness is multiplied by ``changes``, shape (s, n, i, j).

    Raises
    ------
    ArithmeticError
        If a loop has not come to rest after ``MOST_STEPS`` steps.
    """
    free = country.freeness[None] if changes is None else country.freeness * changes
    by_seller = np.ascontiguousarray(free.transpose(2, 0, 1, 3))  # i, s, n, j
    by_buyer = np.ascontiguousarray(free.transpose(1, 0, 2, 3))  # n, s, i, j
    users_first = np.ascontiguousarray(country.inputs.transpose(1, 0, 2))[:, None]  # j, 1, n, k
    rewards, prices, output = _start(country, len(free), start)
    residual = np.inf
    for step in range(1, MOST_STEPS + 1):
        costs = log_costs(country, rewards, prices)
        supply = exp(country.technology - country.theta * costs)
        market = (by_seller * supply.transpose(1, 0, 2)[:, :, None]).sum(axis=0)
        new_prices = -log(market) / country.theta
        income = (rewards * country.factors).transpose(1, 0, 2).sum(axis=0)
        spending = _final(country, income) + (users_first * output.transpose(2, 0, 1)[..., None]).sum(axis=0)
        demand = (spending / market).transpose(1, 0, 2)
        new_output = supply * (by_buyer * demand[:, :, None]).sum(axis=0)
        ratio = factor_income(country, new_output) / (rewards * country.factors)
        residual = max(float(np.abs(gap).max()) for gap in (ratio - 1, new_prices - prices, new_output / output - 1))
        prices, output = new_prices, new_output
        if residual <= tolerance:
            return World(rewards, prices, costs, output, spending, income, step, residual)
        rewards = rewards * exp(DAMPING * log(ratio))
        world = ordered_sum((rewards * country.factors).transpose(1, 0, 2).sum(axis=0), -1)
        rewards = rewards * (country.world_income / world)[:, None, None]
    raise ArithmeticError(f"no rest after {MOST_STEPS} steps, residual {residual:.1e}")


def first_of(worlds: World) -> World:
    """Return the first of several worlds, leading axis kept."""
    return replace(
        worlds,
        rewards=worlds.rewards[:1],
        log_prices=worlds.log_prices[:1],
        log_costs=worlds.log_costs[:1],
        output=worlds.output[:1],
        spending=worlds.spending[:1],
        income=worlds.income[:1],
    )


def log_costs(country: Country, rewards: Floats, prices: Floats) -> Floats:
    """Return ln c, shape (s, n, j), at rewards (s, f, n) and log prices (s, n, k)."""
    of_factors = log(rewards).transpose(1, 0, 2)[..., None] * country.factor_shares[:, None, None]
    of_inputs = prices.transpose(2, 0, 1)[..., None] * country.inputs.transpose(2, 0, 1)[:, None]
    costs: Floats = country.value_added * of_factors.sum(axis=0) + np.ascontiguousarray(of_inputs).sum(axis=0)
    return costs


def factor_income(country: Country, output: Floats) -> Floats:
    """Return what each factor earns, shape (s, f, n), 亿元."""
    added = (country.value_added * output)[:, None] * country.factor_shares[:, None]
    return ordered_sum(added, -1)


def _start(country: Country, count: int, start: World | None) -> tuple[Floats, Floats, Floats]:
    if start is not None:
        held = (start.rewards, start.log_prices, start.output)
        return np.repeat(held[0], count, 0), np.repeat(held[1], count, 0), np.repeat(held[2], count, 0)
    people = country.factors[0]
    income = country.world_income * people / ordered_sum(people, 0)
    rewards = np.repeat((income * np.array([[0.5], [0.4], [0.1]]) / country.factors)[None], count, axis=0)
    output = np.repeat(income[None, :, None] * np.ones_like(country.value_added)[None], count, axis=0)
    return rewards, np.zeros_like(output), output


def _final(country: Country, income: Floats) -> Floats:
    parts = uses(country, income)
    return sum(
        (total[..., None] * basket for total, basket in zip(parts, baskets(country), strict=True)),
        start=np.zeros((*income.shape, country.value_added.shape[1])),
    )


def uses(country: Country, income: Floats) -> tuple[Floats, Floats, Floats]:
    """Return household, government and investment spending, shapes (s, n)."""
    government = country.tax_rate * income
    household = country.consumption_share * (income - government)
    return household, government, income - government - household


def baskets(country: Country) -> tuple[Floats, Floats, Floats]:
    """Return the three baskets in the order of :func:`uses`."""
    return country.household, country.government, country.investment


def flows(country: Country, world: World) -> Floats:
    """Return purchases of the first world, shape (j, n, i), 亿元: buyers n from sellers i."""
    supply = exp(country.technology - country.theta * world.log_costs[0])
    market = exp(-country.theta * world.log_prices[0])
    table: Floats = country.freeness * supply[None] * (world.spending[0] / market)[:, None]
    return table.transpose(2, 0, 1)


def with_elasticity(country: Country, world: World, theta: float) -> Country:
    """Return the country with another elasticity whose tables are the same, cell for cell.

    Freeness and supply A c^-theta are kept; prices, costs and then technologies follow.
    """
    supply = country.technology - country.theta * world.log_costs[0]
    prices = country.theta / theta * world.log_prices
    costs = log_costs(country, world.rewards, prices)[0]
    return replace(country, theta=theta, technology=supply + theta * costs)


def columns(country: Country, now: World, new: World) -> dict[str, Floats]:
    """Return the three columns of the gain from ``now`` to each world of ``new``, shape (s, n), 亿元.

    ``payable`` is at the national consumer-price index = 1, ``payable_world`` at constant world value
    added. Prices of a use are Cobb-Douglas over its basket; people do not move.
    """
    before = uses(country, now.income)
    after = uses(country, new.income)
    change = new.log_prices - now.log_prices
    price = [exp(ordered_sum(basket * change, -1)) for basket in baskets(country)]
    weight = before[0][0, :-1] / ordered_sum(before[0][0, :-1], 0)
    national = exp(ordered_sum(weight * log(price[0][:, :-1]), -1))[:, None]
    kept = [total * p for total, p in zip(before, price, strict=True)]
    payable = (after[0] - kept[0]) + (after[1] - kept[1]) + (after[2] - kept[2])
    return {
        "household": after[0] / price[0] - before[0],
        "services": after[1] / price[1] - before[1],
        "payable": payable / national,
        "payable_world": payable,
    }
