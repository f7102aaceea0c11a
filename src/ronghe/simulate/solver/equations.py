"""The equilibrium map in NumPy: the whole model, and the plain reference that the compiled kernels are held against.

With ``z`` the state of :mod:`ronghe.simulate.solver.coefficients`,

    1  ln c  = g ((1-b) ln w + b ln r) + sum_k g_k ln P_k - ln A
    2  P     = (sum_i K_i p_i^-theta)^(-1/theta),   K = pi k^-theta,   p = c (1-s')/(1-s)
    4  Y     = sum_n K_n/(1+t) p^-theta X_n / Phi_n / (1-s'),   X = final use + sum_k inputs of Y
       ln w += pace ln(demand for labour / supply);  rents likewise, the supply of capital and land with their rents
    9  ln A  = psi ln(labour in the sector) + technology

References
----------
.. [1] L. Caliendo, F. Parro, "Estimates of the Trade and Welfare Effects of NAFTA", 2015, eqs. 10-14.
.. [2] T. Tombe, X. Zhu, "Trade, Migration, and Productivity", 2019 (people).
.. [3] K. Kucheryavyy, G. Lyn, A. Rodriguez-Clare, "Grounded by Gravity", 2023 (scale).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.simulate.solver.coefficients import FLOOR, NOTHING, Coefficients
from ronghe.simulate.solver.incomes import Incomes, capital_supply, incomes, land_supply
from ronghe.simulate.solver.people import attracted

Sweep = Callable[[Floats, Floats, Ints, Floats, Floats, Floats, Floats], tuple[Floats, Floats, Floats]]
"""One pass over the kernel: (kernel, net, slot, theta, ship, spending, old prices) -> prices, sales, wedge revenue."""


class State(NamedTuple):
    """The flat state by name: wages and people by (group, region), prices, spending and productivity by (region,
    sector); productivity is empty where scale is off."""

    wages: Floats
    rents: Floats
    land_rents: Floats
    people: Floats
    prices: Floats
    spending: Floats
    productivity: Floats


def unpack(c: Coefficients, z: Floats) -> State:
    """Return views on the parts of a flat state."""
    count, sectors = c.labour.shape
    groups, cells = c.groups * count, count * sectors
    rents, people = groups + count, groups + 2 * count
    prices = people + groups
    spending = prices + cells
    return State(
        z[:groups].reshape(-1, count),
        z[groups:rents],
        z[rents:people],
        z[people:prices].reshape(-1, count),
        z[prices:spending].reshape(count, sectors),
        z[spending : spending + cells].reshape(count, sectors),
        z[spending + cells :].reshape(-1, sectors),
    )


def baseline_state(c: Coefficients, spending: Floats) -> Floats:
    """Return the state of no change, with spending of shape (sector, region)."""
    count, sectors = c.labour.shape
    logs = np.full((count, sectors), NOTHING)
    np.log(spending.T, out=logs, where=spending.T > 0)
    before, after = 2 * c.groups * count + 2 * count + count * sectors, count * sectors if c.scale.size else 0
    return np.concatenate([np.zeros(before), logs.ravel(), np.zeros(after)])


def labour_cost(c: Coefficients, wages: Floats) -> Floats:
    """Return the log cost of labour in every sector, shape (region, sector), from wages (group, region)."""
    if not c.bills.size:
        return np.broadcast_to(wages[0][:, None], c.labour.shape)
    if abs(c.substitution - 1.0) < 1e-9:
        return np.asarray(np.einsum("enj,en->nj", c.bills, wages))
    power = 1.0 - c.substitution
    mean: Floats = np.log(np.einsum("enj,en->nj", c.bills, np.exp(power * wages))) / power
    return mean


def group_bills(c: Coefficients, wages: Floats, cost: Floats) -> Floats:
    """Return each group's share in wage bills at new wages, shape (group, region, sector)."""
    if not c.bills.size:
        return np.ones((1, *cost.shape))
    shares: Floats = c.bills * np.exp((1.0 - c.substitution) * (wages[:, :, None] - cost))
    return shares


def unit_cost(c: Coefficients, state: State, labour: Floats) -> Floats:
    """Return ln c^, shape (region, sector)."""
    cost = c.labour * labour + c.capital * state.rents[:, None] + c.land * state.land_rents[:, None]
    cost = cost + np.matmul(state.prices[:, None, :], c.inputs)[:, 0]
    if state.productivity.size:
        cost = cost - state.productivity
    if c.technology.size:
        cost = cost - c.technology
    return np.asarray(cost)


def sweep(
    kernel: Floats, net: Floats, slot: Ints, theta: Floats, ship: Floats, spending: Floats, prices: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return log prices (region, sector), sales (sector, region) and wedge revenue (region,): blocks 2 and 4.

    ``ship`` is p^-theta, shape (sector, region); spending and the old prices have shape (region, sector).
    """
    total = np.einsum("jni,ji->nj", kernel, ship)
    live = (total > 0) | (spending > 1e-300)
    with np.errstate(divide="ignore", invalid="ignore"):
        new = np.where(live, -np.log(total) / theta, prices)
        value = np.where(live, spending / total, 0.0)
    # A sector without a wedge ships what it sells; the others lose t/(1+t) to the buyer's revenue.
    paid = kernel if not (slot >= 0).any() else np.array([kernel[j] if s < 0 else net[s] for j, s in enumerate(slot)])
    sales = np.einsum("jni,nj->ji", paid, value) * ship
    if not (slot >= 0).any():
        return new, sales, np.zeros(len(spending))
    received = np.einsum("jni,ji->nj", paid, ship) * value
    return new, sales, np.where((slot >= 0) & live, spending - received, 0.0).sum(axis=1)


class Picture(NamedTuple):
    """Everything at one state: what prices, markets and incomes would be if the state were to hold.

    ``prices`` (region, sector), ``output`` at cost (sector, region), ``demand`` of labour (group, region), ``capital``
    and ``land`` what sectors pay for them (region,), ``labour`` its log cost (region, sector).
    """

    prices: Floats
    output: Floats
    labour: Floats
    demand: Floats
    capital: Floats
    land: Floats
    incomes: Incomes


def picture(kernel: Floats, net: Floats, c: Coefficients, state: State, pass_over: Sweep = sweep) -> Picture:
    """Work out everything at one state."""
    labour = labour_cost(c, state.wages)
    ship = np.exp(-c.theta * (unit_cost(c, state, labour) + c.price_factor)).T
    prices, sales, revenue = pass_over(
        kernel, net, c.wedge_slot, c.theta, np.ascontiguousarray(ship), np.exp(state.spending), state.prices
    )
    if c.row_logs.size:
        prices = prices + c.row_logs / c.theta
    output = sales / (1.0 - c.subsidies.T) if c.subsidies.size else sales
    paid = c.labour * output.T
    demand = np.einsum("enj,nj->en", group_bills(c, state.wages, labour), paid)
    capital, land = (c.capital * output.T).sum(axis=1), (c.land * output.T).sum(axis=1)
    found = incomes(
        c, wages=state.wages, rents=state.rents, land_rents=state.land_rents, people=state.people,
        prices=state.prices, output=output, revenue=revenue,
    )  # fmt: skip
    return Picture(prices, output, labour, demand, capital, land, found)


def _factor_gaps(c: Coefficients, state: State, seen: Picture) -> list[Floats]:
    """Return log excess demand of labour (group, region), capital and land (region,)."""
    supply, plots = capital_supply(c, state.rents), land_supply(c, state.land_rents, state.prices)
    labour = np.where(c.wages > 0, np.log(seen.demand / c.wages) - state.wages - state.people, 0.0)
    capital = np.where(c.rents > 0, np.log(seen.capital / c.rents) - state.rents - supply, 0.0)
    land = np.where(c.land_rents > 0, np.log(seen.land / c.land_rents) - state.land_rents - plots, 0.0)
    return [labour, capital, land]


def _scale_gap(c: Coefficients, state: State, seen: Picture) -> Floats:
    """Return psi ln(labour in the sector) - ln A, shape (region, sector): block 9."""
    live = c.start_bills > 0
    used = np.where(live, np.log(c.labour * seen.output.T / c.start_bills) - seen.labour, 0.0)
    gap: Floats = c.scale * used - state.productivity
    return gap


def gaps(kernel: Floats, net: Floats, c: Coefficients, z: Floats, pass_over: Sweep = sweep) -> tuple[Floats, float]:
    """Return the preconditioned gap F(z) - z and the largest plain residual of any equation."""
    with np.errstate(all="ignore"):
        return _gaps(kernel, net, c, z, pass_over)


def _gaps(kernel: Floats, net: Floats, c: Coefficients, z: Floats, pass_over: Sweep) -> tuple[Floats, float]:
    state = unpack(c, z)
    seen = picture(kernel, net, c, state, pass_over)
    new = np.matmul(c.inputs, seen.output.T[:, :, None])[:, :, 0]
    new += np.einsum("anj,an->nj", c.on, np.array(seen.incomes.amounts))
    spending = np.exp(state.spending)
    gap = np.zeros(len(z))
    at = unpack(c, gap)
    at.wages[:], at.rents[:], at.land_rents[:] = _factor_gaps(c, state, seen)
    at.prices[:] = seen.prices - state.prices
    at.spending[:] = np.where(spending > 1e-300, np.log(np.maximum(new / spending, FLOOR)), 0.0)
    if c.kappa > 0:
        moved = attracted(c, wages=state.wages, people=state.people, prices=state.prices, seen=seen.incomes)[0]
        at.people[:] = moved - state.people
    if c.scale.size:
        at.productivity[:] = _scale_gap(c, state, seen)
    worst = float(np.abs(gap).max())
    _precondition(c, at)
    return gap, worst


def _precondition(c: Coefficients, at: State) -> None:
    """Turn plain gaps into steps, in place: diagonal Newton on factors, each region's own round on goods."""
    at.wages[:] *= c.pace
    at.rents[:] *= c.pace / np.where(c.pool > 0, 1.0 + c.capital_mobility, 1.0)
    at.land_rents[:] *= c.pace / (1.0 + c.land_supply)
    at.people[:] /= 1.0 + 0.5 * c.kappa
    if c.block_prices.size:
        at.prices[:] = np.matmul(c.block_prices, at.prices[:, :, None])[:, :, 0]
        at.spending[:] = np.matmul(c.block_spending, at.spending[:, :, None])[:, :, 0]


def rescale(c: Coefficients, z: Floats) -> None:
    """Shift every nominal entry, in place, so that value added at each price level is what it was."""
    state = unpack(c, z)
    now = value_added(c, state)
    start = c.wages.sum(axis=0) + c.rents + c.land_rents
    live = np.bincount(c.level, start) > 0
    totals = [np.where(live, np.bincount(c.level, added), 1.0) for added in (now, start)]
    shift = np.log(totals[0] / totals[1])[c.level]
    for part in (state.wages, state.rents, state.land_rents):
        part -= shift
    state.prices[:] -= shift[:, None]
    state.rents[c.rents <= 0] = 0.0
    state.land_rents[c.land_rents <= 0] = 0.0
    state.spending[:] -= np.where(state.spending > -600.0, shift[:, None], 0.0)


def value_added(c: Coefficients, state: State) -> Floats:
    """Return value added of each region at the state's factor prices."""
    added: Floats = (c.wages * np.exp(state.wages + state.people)).sum(axis=0)
    added = added + c.rents * np.exp(state.rents + capital_supply(c, state.rents))
    return added + c.land_rents * np.exp(state.land_rents + land_supply(c, state.land_rents, state.prices))
