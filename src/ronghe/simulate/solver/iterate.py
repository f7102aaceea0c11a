"""Anderson acceleration in NumPy: the readable twin of :mod:`ronghe.simulate.solver.anderson`.

z' = z + f - (moves + turns) gamma,    gamma = argmin |f - turns gamma|
"""

from __future__ import annotations

import numpy as np

from ronghe.base.arrays import Bools, Floats
from ronghe.simulate.solver.coefficients import RESTART, RESTART_PACE, SHORTENED, Coefficients
from ronghe.simulate.solver.equations import Sweep, gaps, rescale, sweep


def iterate(
    kernel: Floats,
    net: Floats,
    c: Coefficients,
    start: Floats,
    tolerance: float,
    most: int,
    memory: int,
    pass_over: Sweep = sweep,
) -> tuple[Floats, int, float]:
    """Run the Anderson iteration; return the best state, the steps taken and its residual."""
    z = start.copy()
    rescale(c, z)
    best, least = z.copy(), np.inf
    held = Memory(memory, len(z))
    shortened = 0
    for step in range(1, most + 1):
        gap, residual = gaps(kernel, net, c, z, pass_over)
        if not np.isfinite(residual):
            if least == np.inf or shortened == SHORTENED:
                return best, step, residual if least == np.inf else least
            # Too long a step left the region where the equations have values: half of it, without the memory.
            held.forget()
            shortened += 1
            z = 0.5 * (best + z)
            rescale(c, z)
            continue
        if residual < least:
            best, least = z, residual
        if residual <= tolerance:
            return best, step, least
        z = held.advance(z, gap, residual)
        rescale(c, z)
    return best, most, least


class Memory:
    """The last turns of the gap, scaled to length one, and each move with its turn."""

    def __init__(self, most: int, size: int) -> None:
        self.moves, self.turns, self.gram = np.zeros((most, size)), np.zeros((most, size)), np.zeros((most, most))
        self.last: tuple[Floats, Floats] | None = None
        self.used = self.slot = 0
        self.window = np.inf

    def forget(self) -> None:
        """Start afresh: what follows is compared with nothing before it."""
        self.used = self.slot = 0
        self.last = None

    def advance(self, z: Floats, gap: Floats, residual: float) -> Floats:
        """Return the next state: the weights of the memory are those that fit the gap best."""
        pace = 1.0
        if residual > RESTART * self.window:
            self.used = self.slot = 0
            self.window, pace = residual, RESTART_PACE
        else:
            self.window = min(self.window, residual)
            if self.last is not None:
                self._keep(z - self.last[0], gap - self.last[1])
        self.last = z.copy(), gap.copy()
        new: Floats = z + pace * gap
        if self.used:
            turns = self.turns[: self.used]
            gram = self.gram[: self.used, : self.used] + 1e-12 * np.eye(self.used)
            new -= np.linalg.solve(gram, turns @ gap) @ self.moves[: self.used]
        return new

    def _keep(self, move: Floats, turn: Floats) -> None:
        """Keep one pair in place of the oldest."""
        length = float(np.linalg.norm(turn))
        if length == 0.0:
            return
        at, self.slot = self.slot, (self.slot + 1) % len(self.moves)
        self.used = min(self.used + 1, len(self.moves))
        np.divide(move + turn, length, out=self.moves[at])
        np.divide(turn, length, out=self.turns[at])
        self.gram[at] = self.gram[:, at] = self.turns @ self.turns[at]


class Lanes:
    """Several iterations side by side, each with a memory of its own."""

    def __init__(self, lanes: int, most: int, size: int) -> None:
        self.held = [Memory(most, size) for _ in range(lanes)]

    def clear(self) -> None:
        """Make every lane new."""
        for one in self.held:
            one.forget()
            one.window = np.inf

    def advance(self, z: Floats, gap: Floats, residuals: Floats, going: Bools) -> None:
        """Take one step in the lanes that go on, in place; z and gap have shape (lane, state)."""
        for lane in np.flatnonzero(going):
            z[lane] = self.held[lane].advance(z[lane], gap[lane], float(residuals[lane]))

    def orthogonal(self, basis: Floats, used: int, image: Floats) -> Floats:
        """Take from each image its part along the directions used; return that, shape (lane, direction)."""
        basis = basis[:, :used]
        total = np.zeros(basis.shape[:2])
        # Twice, so that rounding leaves no part of the earlier directions.
        for _ in range(2):
            part = basis @ image[:, :, None]
            image -= (part.transpose(0, 2, 1) @ basis)[:, 0]
            total += part[:, :, 0]
        return total
