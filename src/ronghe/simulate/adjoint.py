"""What one barrier more or less does to an outcome: all ordered pairs at once, by the adjoint of the equilibrium.

With people fixed the equilibrium is F(x, ln d) = 0 in x = (ln w, ln r, ln rl, ln P, X). For an outcome g(x)

    F_x' lam = g_x,      dg/dln d_nij = pi'_nij lamP_nj - theta_j T_nij (lamY_ij - lamI_n),   T = pi' X' / (1 + t')

lamY_ij is the worth of one yuan more of output, lamI_n of one yuan more of wedge revenue: a dearer pair raises
the buyer's price, takes sales from the seller and shifts wedge revenue. One labour equation is replaced by the
numeraire (world value added constant), which moves no real outcome.

References
----------
.. [1] L. Caliendo, F. Parro, "Estimates of the Trade and Welfare Effects of NAFTA", 2015 (the equations).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.simulate.solver import equations
from ronghe.simulate.solver.coefficients import Coefficients
from ronghe.simulate.solver.solve import Problem

LARGEST = 2_000
"""Most region-sector cells for which the linear system is factorised."""


class Local(NamedTuple):
    """The equilibrium around which derivatives are taken.

    ``shares`` pi' and ``sales`` T have shape (sector, buyer, seller); ``prices`` and ``spending`` (region, sector);
    ``output`` (sector, region); the rest (region,).
    """

    shares: Floats
    sales: Floats
    prices: Floats
    spending: Floats
    output: Floats
    payroll: Floats
    rents: Floats
    land_rents: Floats
    added: Floats
    revenue: Floats
    inflow: Floats
    grants: Floats


def local(problem: Problem, state: Floats) -> Local:
    """Lay out the equilibrium of a solved problem."""
    c = problem.coefficients
    at = equations.unpack(c, state)
    seen = equations.picture(problem.kernel, problem.net, c, at)
    ship = np.exp(-c.theta * equations.unit_cost(c, at, seen.labour)).T
    shipped = problem.kernel * ship[:, None, :]
    total = shipped.sum(axis=2, keepdims=True)
    shares = np.divide(shipped, total, out=np.zeros_like(shipped), where=total > 0)
    spending = np.exp(at.spending)
    kept = np.array(shares)
    for j in np.flatnonzero(c.wedge_slot >= 0):
        slot = problem.net[c.wedge_slot[j]] * ship[j]
        kept[j] = np.divide(slot, total[j], out=np.zeros_like(slot), where=total[j] > 0)
    return Local(
        shares=shares,
        sales=kept * spending.T[:, :, None],
        prices=at.prices,
        spending=spending,
        output=seen.output,
        payroll=c.wages[0] * np.exp(at.wages[0] + at.people[0]),
        rents=c.rents * np.exp(at.rents),
        land_rents=c.land_rents * np.exp(at.land_rents),
        added=seen.incomes.added,
        revenue=seen.incomes.revenue,
        inflow=seen.incomes.inflow,
        grants=seen.incomes.grants,
    )


class Slopes(NamedTuple):
    """Direct slopes of an outcome by incomes, each of shape (region,), and by ln P, shape (region, sector)."""

    added: Floats
    revenue: Floats
    inflow: Floats
    grants: Floats
    prices: Floats


def headline_slopes(problem: Problem, here: Local, members: Bools) -> Slopes:
    """Return the slopes of the members' household and public-services columns together, people fixed.

    HCE = C (C^ / PC^ - 1),  PS = Gv (Gv^ / PG^ - 1)
    """
    c, world = problem.coefficients, problem.world
    amounts = (here.added, here.revenue, here.inflow, here.grants)
    slopes = np.zeros((len(amounts), len(here.added)))
    prices = np.zeros(here.prices.shape)
    uses = [(c.rules[0, :4], c.household, True), (c.rules[1, :4], c.government, world.fiscal)]
    for rule, basket, counted in uses:
        if not counted:
            continue
        index = np.exp((basket * here.prices).sum(axis=1))
        level = sum(row * amount for row, amount in zip(rule, amounts, strict=True))
        slopes += np.where(members, rule / index, 0.0)
        prices -= np.where(members, level / index, 0.0)[:, None] * basket
    return Slopes(slopes[0], slopes[1], slopes[2], slopes[3], prices)


def barrier_slopes(problem: Problem, here: Local, outcome: Slopes) -> Floats:
    """Return d outcome / d ln d of every cell, shape (sector, buyer, seller).

    Raises
    ------
    ParameterFault
        If the world holds more than 2,000 region-sector cells.
    """
    c = problem.coefficients
    count, sectors = c.labour.shape
    if count * sectors > LARGEST:
        raise ParameterFault(
            Text(
                f"壁垒导数最多支持{LARGEST}个地区×行业，读到{count * sectors}个。",
                f"Slopes by barrier take at most {LARGEST} region-sector cells; read {count * sectors}.",
            )
        )
    matrix = _system(c, here)
    right = _right(c, here, outcome)
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
    levied = (c.wedge_slot >= 0).astype(float)
    shift = worth[:, None, :] - levied[:, None, None] * income[None, :, None]
    slopes: Floats = here.shares * prices.T[:, :, None] - c.theta[:, None, None] * here.sales * shift
    return np.where(problem.kernel > 0, slopes, 0.0)


def _cost_matrix(c: Coefficients) -> Floats:
    """Return dln c by the state, shape (region, sector, column), columns (w, r, rl, inputs of the own region)."""
    return np.concatenate(
        [c.labour[..., None], c.capital[..., None], c.land[..., None], c.inputs.transpose(0, 2, 1)], axis=2
    )


def _places(count: int, sectors: int) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Return the state columns that each region's costs depend on, shape (region, 3 + sector)."""
    n = np.arange(count)[:, None]
    return np.concatenate([n + count * np.arange(3), 3 * count + sectors * n + np.arange(sectors)], axis=1)


def _prices_and_output(c: Coefficients, here: Local) -> tuple[Floats, Floats]:
    """Return dln P of the price equation and dY by the state, each (region, sector, state)."""
    count, sectors = c.labour.shape
    cells, size, n = count * sectors, 3 * count + 2 * count * sectors, np.arange(count)
    cost, places = _cost_matrix(c), _places(count, sectors)
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


def _revenue(c: Coefficients, here: Local) -> Floats:
    """Return d of wedge revenue by the state, shape (region, state); 0 where no sector carries a wedge."""
    count, sectors = c.labour.shape
    cells, n = count * sectors, np.arange(count)
    cost, places = _cost_matrix(c), _places(count, sectors)
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


def _accounts(c: Coefficients, here: Local) -> tuple[Floats, Floats, Floats]:
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


def _system(c: Coefficients, here: Local) -> Floats:
    """Return F_x: rows factor markets (3 N), prices (N J), spending (N J)."""
    count, sectors = c.labour.shape
    cells, n = count * sectors, np.arange(count)
    price, output = _prices_and_output(c, here)
    revenue = _revenue(c, here)
    added, inflow, grants = _accounts(c, here)
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


def _right(c: Coefficients, here: Local, outcome: Slopes) -> Floats:
    """Return g_x."""
    count, sectors = c.labour.shape
    revenue = _revenue(c, here)
    added, inflow, grants = _accounts(c, here)
    slope: Floats = (
        outcome.added @ added + outcome.revenue @ revenue + outcome.inflow @ inflow + outcome.grants @ grants
    )
    slope[3 * count : 3 * count + count * sectors] += outcome.prices.ravel()
    return slope
