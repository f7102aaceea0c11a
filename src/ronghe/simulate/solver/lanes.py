"""Iterations side by side, compiled: the twin of :class:`ronghe.simulate.solver.iterate.Lanes`."""

from __future__ import annotations

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.simulate.solver.anderson import advance_lanes, blank, orthogonal


class CompiledLanes:
    """The memories of all lanes in one block each: the system takes long to hand out large arrays anew."""

    def __init__(self, lanes: int, most: int, size: int) -> None:
        self.held = blank(most, size, lanes)

    def clear(self) -> None:
        """Make every lane new."""
        self.held.counts[:] = 0
        self.held.window[:] = np.inf

    def advance(self, z: Floats, gap: Floats, residuals: Floats, going: Bools) -> None:
        """Take one Anderson step, in place, in the lanes that go on."""
        advance_lanes(self.held, z, gap, residuals, going)

    def orthogonal(self, basis: Floats, used: int, image: Floats) -> Floats:
        """Take from each image its part along the directions used; return that, shape (lane, direction)."""
        total = np.zeros((len(image), used))
        orthogonal(basis, image, total)
        return total
