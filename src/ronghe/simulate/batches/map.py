"""The map of an equilibrium on an axis of openings (lanes): every equation's gap, for many openings at once.

No opening has a kernel of its own. With K_now and K_open the kernels before and after, and u, v the factors of its
mask (:mod:`ronghe.simulate.batches.masks`),

    Phi = K_now p^-theta + sum_r u_r (K_open - K_now) (v_r p^-theta)

so that both kernels and all coefficients are read once for all lanes, as products of matrices. It holds where people
stay and nothing is levied: then an opening is a kernel and nothing else. The equations are those of
:mod:`ronghe.simulate.solver.equations`; a state is laid out (lane, region, ln P of each sector | ln w, ln r, ln rl |
ln X of each sector), regions that the scenario touches first.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.simulate.batches import plain
from ronghe.simulate.batches.masks import products_of
from ronghe.simulate.solver.engine import Backend, engine
from ronghe.simulate.solver.solve import Problem

WIDTHS, CELLS = (64, 32, 16, 8), 48_000
"""Most lanes: enough to read the coefficients seldom, few enough that their states stay in the processor's memory."""


def fits(problem: Problem) -> bool:
    """Whether openings of this problem differ by their kernels only: nobody moves, nothing is levied."""
    c = problem.coefficients
    plain = problem.packed is not None and problem.net.size == 0 and c.kappa <= 0 and not c.row_logs.size
    whole = not problem.lost and not c.level.any()
    return plain and whole and bool((problem.kernel.sum(axis=2) > 0).all())


def lanes_for(problem: Problem) -> int:
    """Return how many openings of a problem go side by side."""
    return next((lanes for lanes in WIDTHS if lanes * problem.start.size <= CELLS), WIDTHS[-1])


def _between(backend: Backend) -> Any:
    """Return what stands between the products of matrices: compiled where Numba can be loaded."""
    if engine(backend) is engine("numpy"):
        return plain
    from ronghe.simulate.batches import compiled

    return compiled


class Map:
    """The map of an equilibrium for several openings at a time, in the layout above.

    Parameters
    ----------
    base : Problem
        The world before.
    kernel_open : array, shape (sector, buyer, seller)
        The kernel after the scenario on all its pairs.
    """

    def __init__(self, base: Problem, kernel_open: Floats, *, backend: Backend = "numba") -> None:
        c = base.coefficients
        self.backend, self.between = engine(backend), _between(backend)
        more = kernel_open - base.kernel
        self.scope = (more != 0).any(axis=0)
        touched = self.scope.any(axis=0) | self.scope.any(axis=1)
        self.order = np.argsort(~touched, kind="stable")
        self.within = int(touched.sum())
        self.sectors, self.count, _ = base.kernel.shape
        at, sectors = self.order, self.sectors
        self.lanes = lanes_for(base)
        self.bought, inner = base.kernel[:, at][:, :, at], more[:, at][:, :, at][:, : self.within, : self.within]
        # Transposed as well, for lanes stand before regions: sums over sellers, then over buyers.
        self.sold, self.more_sold = (np.ascontiguousarray(k.transpose(0, 2, 1)) for k in (self.bought, inner))
        self.more_bought = np.ascontiguousarray(inner)
        shares = np.array([c.labour, c.capital, c.land])[:, at].transpose(1, 0, 2)
        # ln p^-theta from prices and factor prices; spending and factor demand from output and amounts.
        self.exponent = np.concatenate([c.inputs[at], shares], axis=1) * -c.theta
        self.demand = np.zeros((self.count, sectors + 3, sectors + 3))
        self.demand[:, :sectors, :sectors] = c.inputs[at].transpose(0, 2, 1)
        self.demand[:, :sectors, sectors:] = shares.transpose(0, 2, 1)
        self.demand[:, sectors:, :sectors] = c.on[[0, 2, 3]][:, at].transpose(1, 0, 2)
        self.blocks = [block[at].transpose(0, 2, 1) for block in (c.block_prices, c.block_spending) if block.size]
        self.paid, self.pace, self.theta = (
            np.array([c.wages[0], c.rents, c.land_rents])[:, at].T.copy(),
            c.pace[at],
            c.theta,
        )
        self.domestic, self.inflow = c.domestic[at], np.array([c.inflow_fixed, c.inflow_domestic, c.inflow_abroad])
        self.inflow, self.given = self.inflow[:, at], np.array([c.grants, c.gifts])[:, at]
        self.weights = c.gift_weights[at] if c.gift_weights.size else c.gift_weights
        self.start = self.inward(base.start[None])[0]
        # What never changes: factors that earn nothing, goods that nobody buys.
        self.dead = np.zeros((self.count, 2 * sectors + 3), dtype=np.bool_)
        self.dead[:, sectors : sectors + 3] = self.paid <= 0
        self.dead[:, sectors + 3 :] = self.start[:, sectors + 3 :] <= -600.0
        self.log_paid = np.log(np.where(self.paid > 0, self.paid, 1.0))
        self.buys, self.sells = np.zeros((0, 0, self.within)), np.zeros((0, 0, self.within))

    def inward(self, flat: Floats) -> Floats:
        """Return states of the solver's order in the order of this group, shape (lane, region, place)."""
        n, cells, at = self.count, self.count * self.sectors, self.order
        tall = (len(flat), n, self.sectors)
        earned = flat[:, : 3 * n].reshape(-1, 3, n).transpose(0, 2, 1)
        prices, spending = flat[:, 4 * n : 4 * n + cells].reshape(tall), flat[:, 4 * n + cells :].reshape(tall)
        return np.concatenate([prices, earned, spending], axis=2)[:, at]

    def outward(self, states: Floats) -> Floats:
        """Return states in the solver's order, shape (lane, state); nobody moves."""
        kept, count, j = np.empty_like(states), len(states), self.sectors
        kept[:, self.order] = states
        parts = [kept[:, :, j : j + 3].transpose(0, 2, 1), np.zeros((count, self.count)), kept[:, :, :j]]
        return np.concatenate([part.reshape(count, -1) for part in (*parts, kept[:, :, j + 3 :])], axis=1)

    def open(self, masks: Bools) -> None:
        """Set u and v, shape (term, lane, region touched)."""
        found = products_of(masks, self.scope)
        shape = (max((len(u) for u, _ in found), default=0), len(masks), self.within)
        self.buys, self.sells, at = np.zeros(shape), np.zeros(shape), self.order[: self.within]
        for lane, (u, v) in enumerate(found):
            self.buys[: len(u), lane], self.sells[: len(v), lane] = u[:, at], v[:, at]

    def _trade(self, ship: Floats, spending: Floats) -> tuple[Floats, Floats]:
        """Return Phi and output, both (sector, lane, region), from p^-theta and spending of that shape."""
        held = np.empty((*ship.shape[:2], self.within))
        total = ship @ self.sold
        for u, v in zip(self.buys, self.sells, strict=True):
            self.between.weighted(v, ship, held)
            self.between.add_weighted(u, held @ self.more_sold, total)
        spending /= total
        output = spending @ self.bought
        for u, v in zip(self.buys, self.sells, strict=True):
            self.between.weighted(u, spending, held)
            self.between.add_weighted(v, held @ self.more_bought, output)
        output *= ship
        return total, output

    def gaps(self, z: Floats) -> tuple[Floats, Floats]:
        """Return the plain gap F(z) - z of every equation, and output (sector, lane, region)."""
        j = self.sectors
        exponent = z[:, :, : j + 3].transpose(1, 0, 2) @ self.exponent
        ship = np.ascontiguousarray(exponent.transpose(2, 1, 0))
        np.exp(ship, out=ship)
        level = np.ascontiguousarray(z[:, :, j + 3 :].transpose(2, 0, 1))
        np.exp(level, out=level)
        total, output = self._trade(ship, level)
        made = np.empty((self.count, len(z), j + 3))
        self.between.needs(
            z, output, self.paid, self.domestic, self.inflow, self.given, self.weights, made
        )  # fmt: skip
        new = made @ self.demand
        np.log(new, out=new)
        np.log(total, out=total)
        gap = np.empty_like(z)
        self.between.gap_of(z, total, new, self.theta, self.log_paid, self.dead, gap)
        return gap, output

    def paced(self, gap: Floats) -> Floats:
        """Return the gap as a step: factors at their pace, prices and spending preconditioned; ``gap`` is used up."""
        j = self.sectors
        gap[:, :, j : j + 3] *= self.pace[:, None]
        if self.blocks:
            for part, block in zip((slice(None, j), slice(j + 3, None)), self.blocks, strict=True):
                gap[:, :, part] = (gap[:, :, part].transpose(1, 0, 2) @ block).transpose(1, 0, 2)
        return gap

    def rescale(self, z: Floats) -> None:
        """Shift every nominal entry, in place, so that world value added is what it was."""
        self.between.shift(z, self.paid, self.start, self.dead)
