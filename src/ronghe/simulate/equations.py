"""The equilibrium map in NumPy: the plain reference that the compiled kernels are held against.

With ``z`` the state of :mod:`ronghe.simulate.coefficients`,

    1  ln c  = g ((1-b) ln w + b ln r) + sum_k g_k ln P_k
    2  P     = (sum_i K_i c_i^-theta)^(-1/theta),   K = pi k^-theta
    4  Y     = sum_n K_n/(1+t) c^-theta X_n / Phi_n,   X = final use + sum_k inputs of Y
       ln w += pace ln(demand for labour / supply);  rents likewise

References
----------
.. [1] L. Caliendo, F. Parro, "Estimates of the Trade and Welfare Effects of NAFTA", 2015, eqs. 10-14.
.. [2] T. Tombe, X. Zhu, "Trade, Migration, and Productivity", 2019 (people).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate.coefficients import NOTHING, RESTART, RESTART_PACE, Coefficients


class State(NamedTuple):
    """The flat state by name; prices and spending by (region, sector)."""

    wages: Floats
    rents: Floats
    land_rents: Floats
    people: Floats
    prices: Floats
    spending: Floats


def unpack(c: Coefficients, z: Floats) -> State:
    """Return views on the parts of a flat state."""
    count, sectors = c.labour.shape
    at, cells = 4 * count, count * sectors
    return State(
        z[:count],
        z[count : 2 * count],
        z[2 * count : 3 * count],
        z[3 * count : at],
        z[at : at + cells].reshape(count, sectors),
        z[at + cells :].reshape(count, sectors),
    )


def baseline_state(c: Coefficients, spending: Floats) -> Floats:
    """Return the state of no change, with spending of shape (sector, region)."""
    count, sectors = c.labour.shape
    logs = np.full((count, sectors), NOTHING)
    np.log(spending.T, out=logs, where=spending.T > 0)
    return np.concatenate([np.zeros(4 * count + count * sectors), logs.ravel()])


def value_added(c: Coefficients, state: State) -> Floats:
    """Return value added of each region at the state's factor prices."""
    added: Floats = c.wages * np.exp(state.wages + state.people)
    return added + c.rents * np.exp(state.rents) + c.land_rents * np.exp(state.land_rents)


def inflows(c: Coefficients, state: State, added: Floats) -> tuple[Floats, Floats]:
    """Return net inflows and public grants after their rules (indexed, fixed, gifts)."""
    start = c.wages + c.rents + c.land_rents
    level = added.sum() / start.sum()
    nation = (c.domestic @ added) / (c.domestic @ start)
    outside = start.sum() - c.domestic @ start
    abroad = (added.sum() - c.domestic @ added) / outside if outside > 1e-12 * start.sum() else level
    money = np.exp((c.gift_weights * state.prices).sum()) if c.gift_weights.size else level
    return (
        c.inflow_fixed * level + c.inflow_domestic * nation + c.inflow_abroad * abroad,
        c.grants * nation + c.gifts * money,
    )


def trade(kernel: Floats, net: Floats, c: Coefficients, state: State) -> tuple[Floats, Floats, Floats]:
    """Return log prices (region, sector), output (sector, region) and wedge revenue (region,)."""
    cost = c.labour * state.wages[:, None] + c.capital * state.rents[:, None] + c.land * state.land_rents[:, None]
    cost = cost + np.einsum("nkj,nk->nj", c.inputs, state.prices)
    ship = np.exp(-c.theta * cost).T
    total = np.einsum("jni,ji->nj", kernel, ship)
    spending = np.exp(state.spending)
    live = (total > 0) | (spending > 1e-300)
    with np.errstate(divide="ignore", invalid="ignore"):
        prices = np.where(live, -np.log(total) / c.theta, state.prices)
        value = np.where(live, spending / total, 0.0)
    # A sector without a wedge ships what it sells; the others lose t/(1+t) to the buyer's revenue.
    paid = np.array([kernel[j] if slot < 0 else net[slot] for j, slot in enumerate(c.wedge_slot)])
    output = np.einsum("jni,nj->ji", paid, value) * ship
    received = np.einsum("jni,ji->nj", paid, ship) * value
    revenue = np.where((c.wedge_slot >= 0) & live, spending - received, 0.0).sum(axis=1)
    return prices, output, revenue


def attracted(
    c: Coefficients, state: State, *, added: Floats, revenue: Floats, inflow: Floats, grants: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return log change of people, welfare V^ at each domestic place, and move shares m' (home, place)."""
    amounts = (added, revenue, inflow, grants)
    consumption = sum(rule * amount for rule, amount in zip(c.consumption_rule, amounts, strict=True))
    government = sum(rule * amount for rule, amount in zip(c.government_rule, amounts, strict=True))
    value = np.log(consumption / c.start_uses[0]) - state.people - (c.household * state.prices).sum(axis=1)
    if c.service_weight > 0:
        # Where no government buys (the rest of the world) there is no service to dilute.
        bought = np.divide(government, c.start_uses[1], out=np.ones(len(government)), where=c.start_uses[1] > 0)
        service = np.log(bought) - (c.government * state.prices).sum(axis=1)
        value = value + c.service_weight * (service - c.rivalry * state.people)
    welfare = np.exp(value[c.home])
    pull = c.people * (welfare / c.moving) ** c.kappa
    moved = pull / pull.sum(axis=1, keepdims=True)
    arrived = (c.people.sum(axis=1, keepdims=True) * moved).sum(axis=0)
    change = np.zeros(len(value))
    change[c.home] = np.log(arrived / c.people.sum(axis=0))
    return change, welfare, moved


def gaps(kernel: Floats, net: Floats, c: Coefficients, z: Floats) -> tuple[Floats, float]:
    """Return the preconditioned gap F(z) - z and the largest plain residual of any equation."""
    state = unpack(c, z)
    count = len(c.wages)
    prices, output, revenue = trade(kernel, net, c, state)
    added = value_added(c, state)
    inflow, grants = inflows(c, state, added)
    new = np.einsum("nkj,jn->nk", c.inputs, output)
    for rule, amount in (
        (c.on_value_added, added), (c.on_revenue, revenue), (c.on_inflow, inflow), (c.on_grants, grants)
    ):  # fmt: skip
        new += rule * amount[:, None]
    spending = np.exp(state.spending)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap_prices = prices - state.prices
        gap_spending = np.where(spending > 1e-300, np.log(new / spending), 0.0)
        factors = [
            np.where(base > 0, np.log((share * output.T).sum(axis=1) / base) - price, 0.0)
            for share, base, price in (
                (c.labour, c.wages, state.wages + state.people),
                (c.capital, c.rents, state.rents),
                (c.land, c.land_rents, state.land_rents),
            )
        ]
    people = np.zeros(count)
    if c.kappa > 0:
        people = attracted(c, state, added=added, revenue=revenue, inflow=inflow, grants=grants)[0] - state.people
    worst = max(float(np.abs(part).max()) for part in (*factors, people, gap_prices, gap_spending))
    if not np.isfinite(sum(part.sum() for part in (*factors, people, gap_prices, gap_spending))):
        worst = float("nan")
    if c.block_prices.size:
        gap_prices = np.einsum("njk,nk->nj", c.block_prices, gap_prices)
        gap_spending = np.einsum("njk,nk->nj", c.block_spending, gap_spending)
    steps = [c.pace * factor for factor in factors] + [people / (1.0 + 0.5 * c.kappa)]
    return np.concatenate([*steps, gap_prices.ravel(), gap_spending.ravel()]), worst


def rescale(c: Coefficients, z: Floats) -> None:
    """Shift every nominal entry, in place, so that value added at each price level is what it was."""
    state = unpack(c, z)
    now, start = value_added(c, state), c.wages + c.rents + c.land_rents
    live = np.bincount(c.level, start) > 0
    totals = [np.where(live, np.bincount(c.level, added), 1.0) for added in (now, start)]
    shift = np.log(totals[0] / totals[1])[c.level]
    for part in (state.wages, state.rents, state.land_rents):
        part -= shift
    state.prices[:] -= shift[:, None]
    state.rents[c.rents <= 0] = 0.0
    state.land_rents[c.land_rents <= 0] = 0.0
    state.spending[:] -= np.where(state.spending > -600.0, shift[:, None], 0.0)


def iterate(
    kernel: Floats, net: Floats, c: Coefficients, start: Floats, tolerance: float, most: int, memory: int
) -> tuple[Floats, int, float]:
    """Run the Anderson iteration; return the best state, the steps taken and its residual."""
    z = start.copy()
    rescale(c, z)
    best, least, window = z.copy(), np.inf, np.inf
    moves: list[Floats] = []
    turns: list[Floats] = []
    last, old = z, np.empty(0)
    for step in range(1, most + 1):
        gap, residual = gaps(kernel, net, c, z)
        if not np.isfinite(residual):
            return best, step, residual if least == np.inf else least
        if residual < least:
            best, least = z.copy(), residual
        if residual <= tolerance:
            return best, step, least
        pace = 1.0
        if residual > RESTART * window:
            moves, turns, window, pace = [], [], residual, RESTART_PACE
        else:
            window = min(window, residual)
            if old.size and (length := float(np.linalg.norm(gap - old))) > 0:
                turns = [*turns, (gap - old) / length][-memory:]
                moves = [*moves, (z - last) / length][-memory:]
        last, old = z, gap
        z = z + pace * gap
        if turns:
            table = np.array(turns)
            gram = table @ table.T + 1e-12 * np.eye(len(turns))
            z = z - np.linalg.solve(gram, table @ gap) @ (np.array(moves) + table)
        rescale(c, z)
    return best, most, least
