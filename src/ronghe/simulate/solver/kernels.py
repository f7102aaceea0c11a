"""Compiled twin of :mod:`ronghe.simulate.solver.equations`: one fused pass over the kernel, and every market's gap.

For row (sector j, buyer n) the pass forms Phi = sum_i K_i ship_i and, while the row is in cache, adds
K_i X / Phi to what each seller gets; pi' is never stored.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from ronghe.base.arrays import Floats, Ints
from ronghe.simulate.solver.coefficients import FLOOR
from ronghe.simulate.solver.compiled import FLAGS, PART, TOOL
from ronghe.simulate.solver.packed import (
    ABROAD,
    AT_HOME,
    CAPITAL,
    DOMESTIC,
    FIXED,
    GIFTS,
    GOVERNMENT,
    GRANTS,
    HOUSEHOLD,
    KAPPA,
    LABOUR,
    LAND,
    LAND_RENTS,
    LOGS,
    NATIONAL,
    ON_VALUE,
    PACE,
    RENTS,
    RIVALRY,
    RULE_C,
    RULE_G,
    SERVICE_WEIGHT,
    START_C,
    START_G,
    WAGES,
    WEIGHTS,
    Packed,
)

SEAL = "0d84519e2baa8fcb"
"""Of the files that these functions are built on (scripts/seal_kernels.py)."""

FEW = 256
"""Buyers up to which a sector is near the processor as a whole, and is read row by row."""

PANEL = 8
"""Buyers whose rows are read together; they stay near the processor between the two readings."""

BLOCK = 1024
"""Sellers taken at a time, so that what is common to all buyers stays in the nearest cache."""


@njit(**PART)  # type: ignore[untyped-decorator]
def _costs(cells: Floats, inputs: Floats, theta: Floats, z: Floats, prices: Floats, ship: Floats) -> None:
    """Write c^-theta of every seller: block 1."""
    count, sectors = prices.shape
    cost = np.empty(sectors)
    for n in range(count):
        for j in range(sectors):
            cost[j] = cells[LABOUR, n, j] * z[n] + cells[CAPITAL, n, j] * z[count + n]
            cost[j] += cells[LAND, n, j] * z[2 * count + n]
        for k in range(sectors):
            price = prices[n, k]
            for j in range(sectors):
                cost[j] += inputs[n, k, j] * price
        for j in range(sectors):
            ship[j, n] = np.exp(-theta[j] * cost[j])


@njit(**TOOL)  # type: ignore[untyped-decorator]
def dot(left: Floats, right: Floats) -> float:
    """Return the inner product of two rows."""
    total = 0.0
    for m in range(left.shape[0]):
        total += left[m] * right[m]
    return total


@njit(**TOOL)  # type: ignore[untyped-decorator]
def add(into: Floats, factor: float, row: Floats) -> None:
    """Add factor * row into a row."""
    for m in range(row.shape[0]):
        into[m] += factor * row[m]


@njit(**TOOL)  # type: ignore[untyped-decorator]
def put(into: Floats, row: Floats) -> None:
    """Copy a row over another."""
    for m in range(row.shape[0]):
        into[m] = row[m]


@njit(**TOOL)  # type: ignore[untyped-decorator]
def _dot_four(a: Floats, b: Floats, c: Floats, d: Floats, row: Floats) -> tuple[float, float, float, float]:
    """Return the inner products of four rows with one."""
    first = second = third = fourth = 0.0
    for m in range(row.shape[0]):
        first += a[m] * row[m]
        second += b[m] * row[m]
        third += c[m] * row[m]
        fourth += d[m] * row[m]
    return first, second, third, fourth


@njit(**TOOL)  # type: ignore[untyped-decorator]
def _add_four(into: Floats, a: Floats, b: Floats, c: Floats, d: Floats, by: Floats) -> None:
    """Add four rows, each by its own factor, into a row: one load and one store of it for four."""
    first, second, third, fourth = by[0], by[1], by[2], by[3]
    for m in range(into.shape[0]):
        into[m] += first * a[m] + second * b[m] + third * c[m] + fourth * d[m]


@njit(**TOOL)  # type: ignore[untyped-decorator]
def _reach(rows: Floats, first: int, last: int, ship: Floats, totals: Floats) -> None:
    """Write sum_i K_ni ship_i of a few buyers: four of them at a time, a block of sellers at a time."""
    if rows.shape[0] <= FEW:
        for n in range(first, last):
            total = 0.0
            for i in range(rows.shape[1]):
                total += rows[n, i] * ship[i]
            totals[n - first] = total
        return
    fours = first + (last - first) // 4 * 4
    for n in range(last - first):
        totals[n] = 0.0
    for start in range(0, ship.shape[0], BLOCK):
        end = min(start + BLOCK, ship.shape[0])
        part = ship[start:end]
        for n in range(first, fours, 4):
            found = _dot_four(
                rows[n, start:end], rows[n + 1, start:end], rows[n + 2, start:end], rows[n + 3, start:end], part
            )
            for k in range(4):
                totals[n - first + k] += found[k]
        for n in range(fours, last):
            totals[n - first] += dot(rows[n, start:end], part)


@njit(**TOOL)  # type: ignore[untyped-decorator]
def _sell(rows: Floats, first: int, last: int, by: Floats, into: Floats) -> None:
    """Add sum_n by_n K_n of a few buyers to what each seller gets."""
    if rows.shape[0] <= FEW:
        for n in range(first, last):
            factor = by[n - first]
            for i in range(rows.shape[1]):
                into[i] += factor * rows[n, i]
        return
    fours = first + (last - first) // 4 * 4
    for start in range(0, into.shape[0], BLOCK):
        end = min(start + BLOCK, into.shape[0])
        part = into[start:end]
        for n in range(first, fours, 4):
            _add_four(
                part, rows[n, start:end], rows[n + 1, start:end], rows[n + 2, start:end], rows[n + 3, start:end],
                by[n - first : n - first + 4],
            )  # fmt: skip
        for n in range(fours, last):
            add(part, by[n - first], rows[n, start:end])


@njit(**PART)  # type: ignore[untyped-decorator]
def _trade(
    kernel: Floats, net: Floats, slot: Ints, theta: Floats, ship: Floats, spending: Floats, prices: Floats,
    output: Floats, revenue: Floats,
) -> None:  # fmt: skip
    """Write new log prices (over the old), output (sector, region) and wedge revenue: blocks 2 and 4.

    A panel of buyers is read twice while it is near the processor: once for their prices, once for what they buy.
    """
    sectors, count, _ = kernel.shape
    panel = count if count <= FEW else PANEL
    by = np.empty(panel)
    for j in range(sectors):
        for first in range(0, count, panel):
            last = min(first + panel, count)
            _reach(kernel[j], first, last, ship[j], by)
            for n in range(first, last):
                total, bought = by[n - first], spending[n, j]
                by[n - first] = 0.0
                if total > 0.0 or bought > 1e-300:
                    prices[n, j] = -np.log(total) / theta[j]
                    by[n - first] = bought / total
            if slot[j] < 0:
                _sell(kernel[j], first, last, by, output[j])
            else:
                _sell(net[slot[j]], first, last, by, output[j])
                for n in range(first, last):
                    if by[n - first] != 0.0:
                        revenue[n] += spending[n, j] - by[n - first] * dot(net[slot[j], n], ship[j])
        for i in range(count):
            output[j, i] *= ship[j, i]


@njit(**PART)  # type: ignore[untyped-decorator]
def value_added(rows: Floats, z: Floats, added: Floats) -> None:
    """Write value added at the state's factor prices."""
    count = added.shape[0]
    for n in range(count):
        added[n] = rows[WAGES, n] * np.exp(z[n] + z[3 * count + n])
        if rows[RENTS, n] > 0.0:
            added[n] += rows[RENTS, n] * np.exp(z[count + n])
        if rows[LAND_RENTS, n] > 0.0:
            added[n] += rows[LAND_RENTS, n] * np.exp(z[2 * count + n])


@njit(**PART)  # type: ignore[untyped-decorator]
def _inflows(rows: Floats, added: Floats, money: float, inflow: Floats, grants: Floats) -> None:
    """Write inflows and grants after their rules; ``money`` <= 0 prices gifts by world value added."""
    home = home_start = total = total_start = 0.0
    for n in range(added.shape[0]):
        start = rows[WAGES, n] + rows[RENTS, n] + rows[LAND_RENTS, n]
        home += rows[DOMESTIC, n] * added[n]
        home_start += rows[DOMESTIC, n] * start
        total += added[n]
        total_start += start
    level = total / total_start
    abroad = level
    if total_start - home_start > 1e-12 * total_start:
        abroad = (total - home) / (total_start - home_start)
    worth = money if money > 0.0 else level
    for n in range(added.shape[0]):
        inflow[n] = rows[FIXED, n] * level + rows[AT_HOME, n] * home / home_start + rows[ABROAD, n] * abroad
        grants[n] = rows[GRANTS, n] * home / home_start + rows[GIFTS, n] * worth


@njit(**PART)  # type: ignore[untyped-decorator]
def _spend(cells: Floats, inputs: Floats, amounts: Floats, output: Floats, new: Floats) -> None:
    """Write new spending: final use by its linear rules, plus inputs of every sector."""
    count, sectors = new.shape
    made = np.empty(sectors)
    for n in range(count):
        for j in range(sectors):
            made[j] = output[j, n]
        for k in range(sectors):
            total = dot(inputs[n, k], made)
            for m in range(4):
                total += cells[ON_VALUE + m, n, k] * amounts[m, n]
            new[n, k] = total


@njit(**PART)  # type: ignore[untyped-decorator]
def _welfare(p: Packed, z: Floats, amounts: Floats, prices: Floats, welfare: Floats) -> None:
    """Write V^ at each domestic place: blocks 6 and 7."""
    count, sectors = prices.shape
    for a in range(p.home.shape[0]):
        n = p.home[a]
        people = z[3 * count + n]
        consumption = government = 0.0
        for m in range(4):
            consumption += p.rows[RULE_C + m, n] * amounts[m, n]
            government += p.rows[RULE_G + m, n] * amounts[m, n]
        value = np.log(max(consumption / p.rows[START_C, n], FLOOR)) - people
        service = 0.0
        if p.numbers[SERVICE_WEIGHT] > 0.0:
            service = np.log(max(government / p.rows[START_G, n], FLOOR)) - p.numbers[RIVALRY] * people
        for j in range(sectors):
            value -= p.cells[HOUSEHOLD, n, j] * prices[n, j]
            service -= p.cells[GOVERNMENT, n, j] * prices[n, j]
        welfare[a] = np.exp(value + p.numbers[SERVICE_WEIGHT] * service)


@njit(**PART)  # type: ignore[untyped-decorator]
def _move(moves: Floats, home: Ints, kappa: float, welfare: Floats, target: Floats) -> None:
    """Write the log change of people whom welfare attracts: block 5."""
    homes = home.shape[0]
    arrived = np.zeros(homes)
    before = np.zeros(homes)
    pull = np.empty(homes)
    for o in range(homes):
        weight = stock = 0.0
        for s in range(homes):
            pull[s] = 0.0
            if moves[0, o, s] > 0.0:
                pull[s] = moves[0, o, s] * (welfare[s] / moves[1, o, s]) ** kappa
            weight += pull[s]
            stock += moves[0, o, s]
            before[s] += moves[0, o, s]
        if weight > 0.0:
            add(arrived, stock / weight, pull)
    for a in range(homes):
        target[home[a]] = np.log(arrived[a] / before[a])


@njit(**TOOL)  # type: ignore[untyped-decorator]
def _larger(worst: float, gap: float) -> float:
    """Return the larger size; a NaN wins and stays."""
    size = abs(gap)
    if size > worst or size != size:
        return size
    return worst


@njit(**PART)  # type: ignore[untyped-decorator]
def _factor_gaps(cells: Floats, rows: Floats, z: Floats, output: Floats, gap: Floats) -> float:
    """Write paced log excess demand of labour, capital and land; return the largest, before the pace."""
    sectors, count = output.shape
    worst = 0.0
    for f in range(3):
        for n in range(count):
            gap[f * count + n] = 0.0
            if rows[f, n] > 0.0:
                paid = 0.0
                for j in range(sectors):
                    paid += cells[f, n, j] * output[j, n]
                excess = np.log(paid / rows[f, n]) - z[f * count + n]
                if f == 0:
                    excess -= z[3 * count + n]
                worst = _larger(worst, excess)
                gap[f * count + n] = rows[PACE, n] * excess
    return worst


@njit(**TOOL)  # type: ignore[untyped-decorator]
def _precondition(block: Floats, gap: Floats) -> None:
    """Replace each region's gap by block @ gap."""
    count, sectors = gap.shape
    held = np.empty(sectors)
    for n in range(count):
        for j in range(sectors):
            held[j] = gap[n, j]
        for j in range(sectors):
            gap[n, j] = dot(block[n, j], held)


@njit(**FLAGS)  # type: ignore[untyped-decorator]
def sweep(
    kernel: Floats, net: Floats, slot: Ints, theta: Floats, ship: Floats, spending: Floats, old: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return log prices (region, sector), sales (sector, region) and wedge revenue (region,); see the plain twin."""
    sectors, count, _ = kernel.shape
    prices = old.copy()
    sales = np.zeros((sectors, count))
    revenue = np.zeros(count)
    _trade(kernel, net, slot, theta, ship, spending, prices, sales, revenue)
    return prices, sales, revenue


@njit(**FLAGS)  # type: ignore[untyped-decorator]
def gaps(kernel: Floats, net: Floats, p: Packed, z: Floats, gap: Floats) -> float:
    """Write the preconditioned gap F(z) - z; return the largest plain residual of any equation."""
    sectors, count, _ = kernel.shape
    at, cells = 4 * count, count * sectors
    old = z[at : at + cells].reshape((count, sectors))
    prices = gap[at : at + cells].reshape((count, sectors))
    new = gap[at + cells :].reshape((count, sectors))
    spending = np.empty((count, sectors))
    ship = np.empty((sectors, count))
    output = np.zeros((sectors, count))
    amounts = np.zeros((4, count))
    money = 0.0
    for n in range(count):
        for j in range(sectors):
            spending[n, j] = np.exp(z[at + cells + n * sectors + j])
            prices[n, j] = old[n, j]
            money += p.cells[WEIGHTS, n, j] * old[n, j]
    _costs(p.cells, p.inputs, p.theta, z, old, ship)
    _trade(kernel, net, p.slot, p.theta, ship, spending, prices, output, amounts[1])
    value_added(p.rows, z, amounts[0])
    _inflows(p.rows, amounts[0], np.exp(money) * p.numbers[NATIONAL], amounts[2], amounts[3])
    _spend(p.cells, p.inputs, amounts, output, new)
    worst = _factor_gaps(p.cells, p.rows, z, output, gap)
    for n in range(count):
        gap[3 * count + n] = 0.0
        for j in range(sectors):
            prices[n, j] += p.cells[LOGS, n, j] / p.theta[j] - old[n, j]
            worst = _larger(worst, prices[n, j])
            if spending[n, j] > 1e-300:
                new[n, j] = np.log(max(new[n, j] / spending[n, j], FLOOR))
                worst = _larger(worst, new[n, j])
            else:
                new[n, j] = 0.0
    kappa = p.numbers[KAPPA]
    if kappa > 0.0:
        welfare = np.empty(p.home.shape[0])
        _welfare(p, z, amounts, old, welfare)
        _move(p.moves, p.home, kappa, welfare, gap[3 * count : at])
        for n in p.home:
            gap[3 * count + n] -= z[3 * count + n]
            worst = _larger(worst, gap[3 * count + n])
            gap[3 * count + n] /= 1.0 + 0.5 * kappa
    if p.blocks.shape[1] > 0:
        _precondition(p.blocks[0], prices)
        _precondition(p.blocks[1], new)
    return float(worst)
