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

from typing import NamedTuple

import numpy as np
from numba import njit

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.simulate.solver.coefficients import RESTART, RESTART_PACE, SHORTENED
from ronghe.simulate.solver.compiled import FLAGS, PART, TOOL
from ronghe.simulate.solver.kernels import add, dot, gaps, put, value_added
from ronghe.simulate.solver.packed import LAND_RENTS, RENTS, WAGES, Packed

SEAL = "a18909a611ad2621"
"""Of the files that these functions are built on (scripts/seal_kernels.py)."""

# Entries of ``Memory.counts``.
USED, SLOT, FOLLOWS = range(3)


class Memory(NamedTuple):
    """What one iteration remembers.

    Attributes
    ----------
    moves, turns : array, shape (slot, state)
        Turns of the gap from step to step; moves of the state, each with its turn added.
    scale : array, shape (slot,)
        What makes a turn of length one.
    gram : array, shape (slot, slot)
        Inner products of the turns so scaled.
    last : array, shape (2, state)
        The state before, and its gap.
    counts : array of int, shape (3,)
        Slots filled, the next slot, whether there is a step before.
    window : array, shape (1,)
        Smallest residual since the last restart.
    """

    moves: Floats
    turns: Floats
    scale: Floats
    gram: Floats
    last: Floats
    counts: Ints
    window: Floats


def blank(slots: int, size: int, *lanes: int) -> Memory:
    """Return an empty memory, or one for every lane."""
    return Memory(
        moves=np.zeros((*lanes, slots, size)),
        turns=np.zeros((*lanes, slots, size)),
        scale=np.zeros((*lanes, slots)),
        gram=np.zeros((*lanes, slots, slots)),
        last=np.zeros((*lanes, 2, size)),
        counts=np.zeros((*lanes, 3), dtype=np.int64),
        window=np.full((*lanes, 1), np.inf),
    )


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
def _remember(m: Memory, slot: int, z: Floats, gap: Floats) -> bool:
    """Store the last turn, and its move and turn together; say whether there was a turn."""
    turn, move, before, then = m.turns[slot], m.moves[slot], m.last[0], m.last[1]
    squared = 0.0
    for k in range(z.shape[0]):
        turned = gap[k] - then[k]
        turn[k] = turned
        move[k] = z[k] - before[k] + turned
        squared += turned * turned
    if not squared > 0.0:
        return False
    m.scale[slot] = 1.0 / np.sqrt(squared)
    return True


@njit(**TOOL)  # type: ignore[untyped-decorator]
def _dot_two(row: Floats, one: Floats, other: Floats) -> tuple[float, float]:
    """Return the inner products of a row with two others."""
    first = second = 0.0
    for k in range(row.shape[0]):
        first += row[k] * one[k]
        second += row[k] * other[k]
    return first, second


@njit(**PART)  # type: ignore[untyped-decorator]
def _products(m: Memory, used: int, newest: int, gap: Floats, right: Floats) -> None:
    """Write the inner products of all turns with the gap; where there is a newest turn, with that as well."""
    turn = m.turns[max(newest, 0)]
    for a in range(used):
        first, second = _dot_two(m.turns[a], gap, turn)
        right[a] = first * m.scale[a]
        if newest >= 0:
            m.gram[newest, a] = m.gram[a, newest] = second * m.scale[a] * m.scale[newest]


@njit(**TOOL)  # type: ignore[untyped-decorator]
def advance(m: Memory, z: Floats, gap: Floats, residual: float) -> None:
    """Take one step from z, in place: z + pace * gap - (moves + turns) weights."""
    pace, newest = 1.0, -1
    if residual > RESTART * m.window[0]:
        m.counts[USED] = m.counts[SLOT] = 0
        m.window[0] = residual
        pace = RESTART_PACE
    else:
        m.window[0] = min(m.window[0], residual)
        if m.counts[FOLLOWS] and _remember(m, m.counts[SLOT], z, gap):
            newest = m.counts[SLOT]
            m.counts[SLOT] = (newest + 1) % m.turns.shape[0]
            m.counts[USED] = min(m.counts[USED] + 1, m.turns.shape[0])
    m.counts[FOLLOWS] = 1
    used = m.counts[USED]
    right = np.empty(used)
    _products(m, used, newest, gap, right)
    weight = _weights(m.gram, right, used)
    put(m.last[0], z)
    put(m.last[1], gap)
    add(z, pace, gap)
    for a in range(used):
        add(z, -weight[a] * m.scale[a], m.moves[a])


@njit(**FLAGS)  # type: ignore[untyped-decorator]
def iterate(
    kernel: Floats, net: Floats, p: Packed, start: Floats, m: Memory, tolerance: float, most: int
) -> tuple[Floats, int, float]:
    """Run the Anderson iteration; return the best state, the steps taken and its residual.

    A residual that is not finite ends the run; the best state so far is returned.
    """
    z = start.copy()
    rescale(p, z)
    gap, best = np.zeros(z.shape[0]), z.copy()
    shortened, least = 0, np.inf
    for step in range(1, most + 1):
        residual = gaps(kernel, net, p, z, gap)
        if not np.isfinite(residual):
            if least == np.inf or shortened == SHORTENED:
                return best, step, least
            m.counts[USED] = m.counts[SLOT] = m.counts[FOLLOWS] = 0
            shortened += 1
            for k in range(z.shape[0]):
                z[k] = 0.5 * (best[k] + z[k])
            rescale(p, z)
            continue
        if residual < least:
            least = residual
            put(best, z)
        if residual <= tolerance:
            return best, step, least
        advance(m, z, gap, residual)
        rescale(p, z)
    return best, most, least


@njit(**FLAGS)  # type: ignore[untyped-decorator]
def advance_lanes(m: Memory, z: Floats, gap: Floats, residuals: Floats, going: Bools) -> None:
    """Take one step in the lanes that go on; every array has the lanes as its first axis."""
    for lane in range(z.shape[0]):
        if going[lane]:
            one = Memory(
                m.moves[lane], m.turns[lane], m.scale[lane], m.gram[lane], m.last[lane], m.counts[lane], m.window[lane]
            )
            advance(one, z[lane], gap[lane], residuals[lane])


@njit(**FLAGS)  # type: ignore[untyped-decorator]
def orthogonal(basis: Floats, image: Floats, total: Floats) -> None:
    """Take from each image its part along the basis, twice; add up that part, shape (lane, direction)."""
    for lane in range(image.shape[0]):
        for _ in range(2):
            for m in range(total.shape[1]):
                part = dot(basis[lane, m], image[lane])
                total[lane, m] += part
                add(image[lane], -part, basis[lane, m])
