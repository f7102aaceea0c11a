"""Anderson acceleration, compiled: each step mixes the last six so that their gaps would cancel.

    z' = z + f - (moves + turns) gamma,    gamma = argmin |f - turns gamma|

The memory is cleared and half a plain step taken whenever the residual exceeds ten times the best of the window:
a whole plain step with the block preconditioner overshoots, and a stricter rule clears the memory too often.

References
----------
.. [1] D. G. Anderson, "Iterative Procedures for Nonlinear Integral Equations", 1965.
.. [2] H. F. Walker, P. Ni, "Anderson Acceleration for Fixed-Point Iterations", 2011.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from ronghe.base.arrays import Floats
from ronghe.simulate.solver.coefficients import RESTART, RESTART_PACE, SHORTENED
from ronghe.simulate.solver.compiled import FLAGS, PART, TOOL
from ronghe.simulate.solver.kernels import add, dot, gaps, put, value_added
from ronghe.simulate.solver.packed import LAND_RENTS, RENTS, WAGES, Packed


@njit(**TOOL)  # type: ignore[untyped-decorator]
def rescale(p: Packed, z: Floats) -> None:
    """Shift every nominal entry so that value added at each price level is what it was."""
    _, count, sectors = p.cells.shape
    added = np.empty(count)
    shift = np.zeros(count + 1)  # level 0 is shared by parts that are tied; the others have one each
    start = np.zeros(count + 1)
    value_added(p.rows, z, added)
    for n in range(count):
        shift[p.level[n]] += added[n]
        start[p.level[n]] += p.rows[WAGES, n] + p.rows[RENTS, n] + p.rows[LAND_RENTS, n]
    for g in range(count + 1):
        shift[g] = np.log(shift[g] / start[g]) if start[g] > 0.0 else 0.0
    for n in range(count):
        by = shift[p.level[n]]
        for f in range(3):
            z[f * count + n] -= by
            if f > 0 and p.rows[f, n] <= 0.0:
                z[f * count + n] = 0.0
        at = 4 * count + n * sectors
        for m in range(at, at + sectors):
            z[m] -= by
            if z[m + count * sectors] > -600.0:
                z[m + count * sectors] -= by


@njit(**PART)  # type: ignore[untyped-decorator]
def _weights(gram: Floats, right: Floats, used: int) -> Floats:
    """Solve the small regularised system by Cholesky; rows were scaled to length one beforehand."""
    low = np.zeros((used, used))
    for a in range(used):
        for b in range(a + 1):
            total = gram[a, b]
            for m in range(b):
                total -= low[a, m] * low[b, m]
            if a == b:
                low[a, a] = np.sqrt(max(total + 1e-12, 1e-12))
            else:
                low[a, b] = total / low[b, b]
    answer = right[:used].copy()
    for a in range(used):
        for m in range(a):
            answer[a] -= low[a, m] * answer[m]
        answer[a] /= low[a, a]
    for a in range(used - 1, -1, -1):
        for m in range(a + 1, used):
            answer[a] -= low[m, a] * answer[m]
        answer[a] /= low[a, a]
    return answer


@njit(**PART)  # type: ignore[untyped-decorator]
def _remember(
    moves: Floats, turns: Floats, gram: Floats, slot: int, used: int, z: Floats, last: Floats, gap: Floats, old: Floats
) -> bool:
    """Store the last move and turn, scaled to a turn of length one; say whether there was a turn."""
    length = 0.0
    for m in range(z.shape[0]):
        turns[slot, m] = gap[m] - old[m]
        moves[slot, m] = z[m] - last[m]
        length += turns[slot, m] * turns[slot, m]
    length = np.sqrt(length)
    if not length > 0.0:
        return False
    for m in range(z.shape[0]):
        turns[slot, m] /= length
        moves[slot, m] /= length
    for a in range(used):
        gram[slot, a] = gram[a, slot] = dot(turns[slot], turns[a])
    return True


@njit(**PART)  # type: ignore[untyped-decorator]
def _mix(moves: Floats, turns: Floats, gram: Floats, used: int, pace: float, gap: Floats, z: Floats) -> None:
    """Take one Anderson step from z: z + pace * gap - (moves + turns) weights."""
    right = np.empty(used)
    for a in range(used):
        right[a] = dot(turns[a], gap)
    add(z, pace, gap)
    weight = _weights(gram, right, used)
    for a in range(used):
        add(z, -weight[a], moves[a])
        add(z, -weight[a], turns[a])


@njit(**FLAGS)  # type: ignore[untyped-decorator]
def iterate(
    kernel: Floats, net: Floats, p: Packed, start: Floats, tolerance: float, most: int, memory: int
) -> tuple[Floats, int, float]:
    """Run the Anderson iteration; return the best state, the steps taken and its residual.

    A residual that is not finite ends the run; the best state so far is returned.
    """
    size = start.shape[0]
    z = start.copy()
    rescale(p, z)
    gap, last, old, best = np.zeros(size), np.zeros(size), np.zeros(size), z.copy()
    moves, turns, gram = np.zeros((memory, size)), np.zeros((memory, size)), np.zeros((memory, memory))
    used = slot = shortened = 0
    window = least = np.inf
    follows = False
    for step in range(1, most + 1):
        residual = gaps(kernel, net, p, z, gap)
        if not np.isfinite(residual):
            if least == np.inf or shortened == SHORTENED:
                return best, step, least
            used = slot = 0
            shortened += 1
            follows = False
            for m in range(size):
                z[m] = 0.5 * (best[m] + z[m])
            rescale(p, z)
            continue
        if residual < least:
            least = residual
            put(best, z)
        if residual <= tolerance:
            return best, step, least
        pace = 1.0
        if residual > RESTART * window:
            used = slot = 0
            window = residual
            pace = RESTART_PACE
        else:
            window = min(window, residual)
            if follows and _remember(moves, turns, gram, slot, max(used, slot + 1), z, last, gap, old):
                slot = (slot + 1) % memory
                used = min(used + 1, memory)
        follows = True
        put(last, z)
        put(old, gap)
        _mix(moves, turns, gram, used, pace, gap, z)
        rescale(p, z)
    return best, most, least
