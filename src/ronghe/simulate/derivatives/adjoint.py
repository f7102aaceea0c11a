"""What one barrier more or less does to outcomes: all regions, all ordered pairs, by the adjoint of the equilibrium.

With people fixed the equilibrium is F(x, ln d) = 0 in x = (ln w, ln r, ln rl, ln P, X). For an outcome g(x)

    F_x' lam = g_x,      dg/dln d_nij     = pi'_nij lamP_nj - theta_j T_nij (lamY_ij - lamI_n),   T = pi' X' / (1 + t')
                         dg/dln(1+t)_nij  = dg/dln d_nij - T_nij (lamY_ij - lamI_n)

lamY_ij is the worth of one yuan more of output, lamI_n of one yuan more of wedge revenue (in the first line only where
the sector levies something): a dearer pair raises the buyer's price, takes sales from the seller and shifts wedge
revenue. All outcomes share one small system of the factor markets (:mod:`ronghe.simulate.derivatives.tangent`), and
their slopes stay in factors, lamP and lamY, until a table is asked for.

References
----------
.. [1] L. Caliendo, F. Parro, "Estimates of the Trade and Welfare Effects of NAFTA", 2015 (the equations).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.simulate.derivatives.local import Local, local
from ronghe.simulate.derivatives.slopes import Column, Slopes, headline_slopes, joined, regional_slopes
from ronghe.simulate.derivatives.tangent import Pushes, Tangent
from ronghe.simulate.solver.solve import Problem

LARGEST = 250_000_000
"""Most slopes handed over in one array (2 GB)."""


@dataclass(frozen=True, slots=True, eq=False)
class BarrierSlopes:
    """Slopes of outcomes by every barrier, in factors: N J numbers of each kind where a table has J N N.

    Attributes
    ----------
    here : Local
    theta : array, shape (sector,)
    prices, output : array, shape (outcome, region, sector)
        lamP: worth of ln P; lamY: worth of one yuan of output.
    revenue : array, shape (outcome, region)
        lamI: worth of one yuan of wedge revenue.
    """

    here: Local
    theta: Floats
    prices: Floats
    output: Floats
    revenue: Floats

    def __len__(self) -> int:
        return len(self.prices)

    def __iter__(self) -> Iterator[Floats]:
        """Tables by ln d, one outcome after another, each of shape (sector, buyer, seller)."""
        for outcome in range(len(self)):
            yield self.barriers(outcome)

    def barriers(self, outcome: int) -> Floats:
        """Return d outcome / d ln d of every cell, shape (sector, buyer, seller)."""
        return self._table(self.prices[outcome], self.output[outcome][None], self.revenue[outcome])

    def wedges(self, outcome: int) -> Floats:
        """Return d outcome / d ln(1 + t) of every cell, shape (sector, buyer, seller)."""
        return self._table(self.prices[outcome], self.output[outcome][None], self.revenue[outcome], levy=True)

    def own(self, outcomes: Ints) -> Floats:
        """Return slopes by ln d of each buyer's own outcome, shape (sector, buyer, seller).

        Parameters
        ----------
        outcomes : array of int, shape (region,)
            Which outcome is the buyer's own.
        """
        buyers = np.arange(len(outcomes))
        return self._table(self.prices[outcomes, buyers], self.output[outcomes], self.revenue[outcomes, buyers])

    def _table(self, prices: Floats, output: Floats, revenue: Floats, *, levy: bool = False) -> Floats:
        """Lay slopes out, sector by sector; ``output`` has shape (buyer or 1, seller, sector)."""
        here = self.here
        table = np.empty(here.shares.shape)
        for j, theta in enumerate(self.theta):
            np.multiply(here.shares[j], prices[:, j, None], out=table[j])
            shift = theta * (output[:, :, j] - revenue[:, None] if here.levied[j] else output[:, :, j])
            if levy:
                shift = shift + output[:, :, j] - revenue[:, None]
            table[j] -= here.kept[j] * (here.spending[:, j, None] * shift)
        return table


def slopes_of(tangent: Tangent, outcome: Slopes) -> BarrierSlopes:
    """Return the slopes of one or many outcomes in factors.

    Raises
    ------
    UnconvergedSolution
        If the linear system is left with a residual.
    ParameterFault
        If it would take too long.
    """
    found = tangent.solved(outcome.many)
    prices, output = (np.ascontiguousarray(np.moveaxis(part, 2, 0)) for part in (found.prices, found.output))
    return BarrierSlopes(tangent.here, tangent.c.theta, prices, output, found.revenue.T)


def barrier_slopes(problem: Problem, here: Local, outcome: Slopes) -> Floats:
    """Return d outcome / d ln d of every cell, shape (sector, buyer, seller), in front of it (outcome,) for many.

    Raises
    ------
    ParameterFault
        If the table would have more than 250 million numbers.
    """
    shape = (len(outcome.many.added), *here.shares.shape)
    if np.prod(shape, dtype=float) > LARGEST:
        raise ParameterFault(
            Text(
                f"一次最多给出{LARGEST:,}个导数，读到{int(np.prod(shape)):,}个：请逐个结果读取 slopes_of(...)。",
                f"At most {LARGEST:,} slopes in one table; read {int(np.prod(shape)):,}. Take them outcome by outcome "
                "from slopes_of(...).",
            )
        )
    tables = np.empty(shape)
    for table, made in zip(tables, slopes_of(Tangent(problem, here), outcome), strict=True):
        table[:] = made
    return tables if outcome.added.ndim == 2 else tables[0]


def change(
    tangent: Tangent, outcome: Slopes, *, barriers: Floats | None = None, wedges: Floats | None = None
) -> Floats:
    """Return the change of many outcomes along one direction (forward), shape (outcome,).

    Parameters
    ----------
    barriers, wedges : array, shape (sector, buyer, seller), optional
        Direction in ln d and in ln(1 + t).
    """
    here, theta = tangent.here, tangent.c.theta
    nothing = np.zeros(here.shares.shape)
    levy = nothing if wedges is None else wedges
    dearer = levy if barriers is None else barriers + levy
    sales = here.sales
    lost = (theta[:, None, None] * dearer + levy) * sales
    taken = (theta * here.levied)[:, None, None] * dearer * sales + levy * sales
    pushes = Pushes(
        prices=(here.shares * dearer).sum(axis=2).T[:, :, None],
        output=-lost.sum(axis=1).T[:, :, None],
        revenue=taken.sum(axis=(0, 2))[:, None],
    )
    return tangent.pushed(pushes).pair(outcome.many)[:, 0]


__all__ = [
    "BarrierSlopes",
    "Column",
    "Local",
    "Slopes",
    "Tangent",
    "barrier_slopes",
    "change",
    "headline_slopes",
    "joined",
    "local",
    "regional_slopes",
    "slopes_of",
]
