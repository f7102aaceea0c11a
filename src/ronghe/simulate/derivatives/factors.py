"""Factor markets made linear: labour, capital and land of every region, and the numeraire that stands in for one.

    held_f df = share_f . dY_region(f)        one market at each price level follows from the others;
    sum_f held_f df = 0                       in its place value added is held

A factor is a pair of kind and region that earns something; factors lie on the first axis, columns on the last.
"""

from __future__ import annotations

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate.derivatives.local import Local
from ronghe.simulate.solver.coefficients import Coefficients


class Factors:
    """The factors of one equilibrium.

    Attributes
    ----------
    held : array, shape (factor,)
        What each earns.
    part : array, shape (factor,)
        The same as a share of all at its price level.
    level, anchors : array of int, shapes (factor,) and (level,)
        Price level of each factor; the factor whose market is left out at each level.
    pace : array, shape (factor,)
        Diagonal by which GMRES is scaled.
    """

    def __init__(self, c: Coefficients, here: Local) -> None:
        self.regions = len(c.labour)
        self.shares = np.stack([c.labour, c.capital, c.land], axis=2)
        held = np.concatenate([here.payroll, here.rents, here.land_rents])
        self.active = np.flatnonzero(held > 0)
        self.held = held[self.active]
        levels, self.level = np.unique(np.tile(c.level, 3)[self.active], return_inverse=True)
        self.part = self.held / np.bincount(self.level, self.held)[self.level]
        largest = [np.where(self.level == at, self.held, -1.0).argmax() for at in range(len(levels))]
        self.anchors = np.array(largest, dtype=np.int64)
        self.pace = np.tile(c.pace, 3)[self.active] / self.held
        self.pace[self.anchors] = 1.0

    def costs(self, prices: Floats) -> Floats:
        """Return what factor prices do to costs, shape (region, sector, column)."""
        return np.asarray(self.shares @ self._spread(prices).transpose(1, 0, 2))

    def used(self, output: Floats) -> Floats:
        """Return what sectors pay to factors, shape (factor, column), for output (region, sector, column)."""
        paid = self.shares.transpose(0, 2, 1) @ output
        return np.asarray(paid.transpose(1, 0, 2).reshape(-1, output.shape[2])[self.active])

    def earned(self, prices: Floats) -> Floats:
        """Return what factor prices do to value added, shape (region, column)."""
        return np.asarray(self._spread(self.held[:, None] * prices).sum(axis=0))

    def markets(self, prices: Floats, output: Floats) -> Floats:
        """Return income less demand of every factor, and value added at the anchors, shape (factor, column)."""
        rows = self.held[:, None] * prices - self.used(output)
        for level, anchor in enumerate(self.anchors):
            at = self.level == level
            rows[anchor] = self.part[at] @ prices[at]
        return rows

    def demand(self, multipliers: Floats) -> Floats:
        """Return multipliers of the factor markets alone: 0 at the anchors."""
        found = multipliers.copy()
        found[self.anchors] = 0.0
        return found

    def rest(self, multipliers: Floats, added: Floats, costs: Floats) -> Floats:
        """Return what is left of the transposed markets, shape (factor, column).

        Parameters
        ----------
        multipliers : array, shape (factor, column)
            Worth of factor demand; of the numeraire at the anchors.
        added, costs : array, shapes (region, column) and (region, sector, column)
            Worth of value added and of ln c.
        """
        demand = self.demand(multipliers)
        rows: Floats = self.held[:, None] * (demand - np.tile(added, (3, 1))[self.active]) - self.used(costs)
        rows += self.part[:, None] * multipliers[self.anchors][self.level]
        return rows

    def _spread(self, values: Floats) -> Floats:
        """Return values by kind and region, shape (3, region, column); 0 where a factor earns nothing."""
        whole = np.zeros((3 * self.regions, values.shape[1]))
        whole[self.active] = values
        return whole.reshape(3, self.regions, -1)
