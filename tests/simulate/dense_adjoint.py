"""The slopes by barrier from the whole linear system, laid out: slow, for small worlds, and easy to hold against paper.

F(x, ln d) = 0 in x = (ln w, ln r, ln rl, ln P, X), every block of F_x written down, one dense solve of F_x' lam = g_x.
"""

from __future__ import annotations

import numpy as np


def dense_slopes(problem, here, outcome):
    """Return d outcome / d ln d of every cell, shape (sector, buyer, seller), of one outcome."""
    c = problem.coefficients
    count, sectors = c.labour.shape
    matrix = system(c, here)
    right = right_of(c, here, outcome)
    # At each price level one labour market follows from the others; value added is held in its place.
    anchors = [int(np.argmax(np.where(c.level == at, here.payroll, -1.0))) for at in np.unique(c.level)]
    for anchor in anchors:
        at_level = c.level == c.level[anchor]
        matrix[anchor] = 0.0
        held = np.concatenate([at_level * paid for paid in (here.payroll, here.rents, here.land_rents)])
        matrix[anchor, : 3 * count] = held / here.added[at_level].sum()
    lam = np.linalg.solve(matrix.T, right)
    lam[anchors] = 0.0
    factors, cells = lam[: 3 * count].reshape(3, count), count * sectors
    prices = lam[3 * count : 3 * count + cells].reshape(count, sectors)
    spending = lam[3 * count + cells :].reshape(count, sectors)
    worth = np.einsum("nkj,nk->jn", c.inputs, spending)
    for share, factor in zip((c.labour, c.capital, c.land), factors, strict=True):
        worth = worth + (share * factor[:, None]).T
    income = (c.on[1] * spending).sum(axis=1) + outcome.revenue
    shift = worth[:, None, :] - here.levied[:, None, None] * income[None, :, None]
    return here.shares * prices.T[:, :, None] - c.theta[:, None, None] * here.sales * shift


def cost_matrix(c):
    """Return dln c by the state, shape (region, sector, column), columns (w, r, rl, inputs of the own region)."""
    return np.concatenate(
        [c.labour[..., None], c.capital[..., None], c.land[..., None], c.inputs.transpose(0, 2, 1)], axis=2
    )


def places_of(count, sectors):
    """Return the state columns that each region's costs depend on, shape (region, 3 + sector)."""
    n = np.arange(count)[:, None]
    return np.concatenate([n + count * np.arange(3), 3 * count + sectors * n + np.arange(sectors)], axis=1)


def prices_and_output(c, here):
    """Return dln P of the price equation and dY by the state, each (region, sector, state)."""
    count, sectors = c.labour.shape
    cells, size, n = count * sectors, 3 * count + 2 * count * sectors, np.arange(count)
    cost, places = cost_matrix(c), places_of(count, sectors)
    by_price = np.arange(3 * count, 3 * count + cells).reshape(count, sectors)
    price, output = np.zeros((count, sectors, size)), np.zeros((count, sectors, size))
    for j in range(sectors):
        kept = here.sales[j] / np.where(here.spending[:, j] > 1e-300, here.spending[:, j], 1.0)[:, None]
        for i in range(count):
            price[:, j, places[i]] += here.shares[j][:, i, None] * cost[i, j]
        output[n[:, None], j, places] -= c.theta[j] * here.output[j][:, None] * cost[:, j]
        output[:, j, by_price[:, j]] += c.theta[j] * here.sales[j].T
        output[:, j, by_price[:, j] + cells] += kept.T
    return price, output


def revenue_of(c, here):
    """Return d of wedge revenue by the state, shape (region, state); 0 where no sector carries a wedge."""
    count, sectors = c.labour.shape
    cells, n = count * sectors, np.arange(count)
    cost, places = cost_matrix(c), places_of(count, sectors)
    by_price = np.arange(3 * count, 3 * count + cells).reshape(count, sectors)
    revenue = np.zeros((count, 3 * count + 2 * cells))
    for j in np.flatnonzero(c.wedge_slot >= 0):
        live = here.spending[:, j] > 1e-300
        kept = here.sales[j].sum(axis=1) / np.where(live, here.spending[:, j], 1.0)
        for i in range(count):
            revenue[:, places[i]] += c.theta[j] * here.sales[j][:, i, None] * cost[i, j]
        revenue[n, by_price[:, j]] -= c.theta[j] * here.sales[j].sum(axis=1)
        revenue[n, by_price[:, j] + cells] += np.where(live, 1.0 - kept, 0.0)
    return revenue


def accounts_of(c, here):
    """Return d VA, d inflow and d grants by the state, each (region, state)."""
    count, sectors = c.labour.shape
    size, n = 3 * count + 2 * count * sectors, np.arange(count)
    added = np.zeros((count, size))
    for block, level in enumerate((here.payroll, here.rents, here.land_rents)):
        added[n, block * count + n] = level
    start = c.wages[0] + c.rents + c.land_rents
    home = c.domestic @ start
    level = added.sum(axis=0) / start.sum()
    nation = c.domestic @ added / home
    outside = start.sum() - home
    abroad = (1.0 - c.domestic) @ added / outside if outside > 1e-12 * start.sum() else level
    inflow = np.outer(c.inflow_fixed, level) + np.outer(c.inflow_domestic, nation) + np.outer(c.inflow_abroad, abroad)
    grants = np.outer(c.grants, nation)
    if c.gift_weights.size:
        money = np.zeros(size)
        money[3 * count : 3 * count + count * sectors] = c.gift_weights.ravel()
        grants += np.outer(c.gifts, money) * np.exp((c.gift_weights * here.prices).sum())
    else:
        grants += np.outer(c.gifts, level)
    return added, inflow, grants


def system(c, here):
    """Return F_x: rows factor markets (3 N), prices (N J), spending (N J)."""
    count, sectors = c.labour.shape
    cells, n = count * sectors, np.arange(count)
    price, output = prices_and_output(c, here)
    revenue = revenue_of(c, here)
    added, inflow, grants = accounts_of(c, here)
    size = price.shape[2]
    rows = np.empty((size, size))
    shares, levels = (c.labour, c.capital, c.land), (here.payroll, here.rents, here.land_rents)
    for block, (share, level) in enumerate(zip(shares, levels, strict=True)):
        part = -np.einsum("nj,njs->ns", share, output)
        part[n, block * count + n] += level
        idle = level <= 0
        part[idle] = 0.0
        part[idle, block * count + n[idle]] = 1.0
        rows[block * count : (block + 1) * count] = part
    at = 3 * count
    rows[at : at + cells] = np.eye(cells, size, k=at) - price.reshape(cells, size)
    uses = -np.einsum("nkj,njs->nks", c.inputs, output)
    for rule, amount in (
        (c.on[0], added), (c.on[1], revenue), (c.on[2], inflow), (c.on[3], grants)
    ):  # fmt: skip
        uses -= rule[:, :, None] * amount[:, None, :]
    rows[at + cells :] = np.eye(cells, size, k=at + cells) + uses.reshape(cells, size)
    return rows


def right_of(c, here, outcome):
    """Return g_x."""
    count, sectors = c.labour.shape
    revenue = revenue_of(c, here)
    added, inflow, grants = accounts_of(c, here)
    slope = outcome.added @ added + outcome.revenue @ revenue + outcome.inflow @ inflow + outcome.grants @ grants
    slope[3 * count : 3 * count + count * sectors] += outcome.prices.ravel()
    return slope
