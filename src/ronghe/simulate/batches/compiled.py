"""What stands between the products of matrices in :mod:`ronghe.simulate.batches.map`, compiled.

NumPy takes a pass over memory for each of its operations; here there is one for each group of them. The readable
twins are in :mod:`ronghe.simulate.batches.plain`.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from ronghe.base.arrays import Bools, Floats
from ronghe.simulate.solver.compiled import FLAGS

SEAL = "d3a87eab5fa4f1cc"
"""Of the files that these functions are built on (scripts/seal_kernels.py)."""


@njit(**FLAGS)  # type: ignore[untyped-decorator]
def weighted(factor: Floats, rows: Floats, into: Floats) -> None:
    """Write factor * rows for the first regions of every row: (lane, region) on (sector, lane, region)."""
    for j in range(into.shape[0]):
        for lane in range(into.shape[1]):
            for n in range(into.shape[2]):
                into[j, lane, n] = factor[lane, n] * rows[j, lane, n]


@njit(**FLAGS)  # type: ignore[untyped-decorator]
def add_weighted(factor: Floats, more: Floats, rows: Floats) -> None:
    """Add factor * more to the first regions of every row: (lane, region) on (sector, lane, region)."""
    for j in range(more.shape[0]):
        for lane in range(more.shape[1]):
            for n in range(more.shape[2]):
                rows[j, lane, n] += factor[lane, n] * more[j, lane, n]


@njit(**FLAGS)  # type: ignore[untyped-decorator]
def needs(
    z: Floats, output: Floats, paid: Floats, domestic: Floats, inflow: Floats, given: Floats, weights: Floats,
    made: Floats,
) -> None:  # fmt: skip
    """Write output and amounts (value added, inflow, grants) side by side, shape (region, lane, sector | amount)."""
    lanes, count, _ = z.shape
    sectors = output.shape[0]
    home_start = total_start = 0.0
    for n in range(count):
        start = paid[n, 0] + paid[n, 1] + paid[n, 2]
        total_start += start
        home_start += domestic[n] * start
    for lane in range(lanes):
        total = home = money = 0.0
        for n in range(count):
            added = 0.0
            for f in range(3):
                added += paid[n, f] * np.exp(z[lane, n, sectors + f])
            made[n, lane, sectors] = added
            total += added
            home += domestic[n] * added
            for j in range(sectors):
                made[n, lane, j] = output[j, lane, n]
        level = total / total_start
        abroad, nation, worth = level, home / home_start, level
        if total_start - home_start > 1e-12 * total_start:
            abroad = (total - home) / (total_start - home_start)
        if weights.size > 0:
            for n in range(count):
                for j in range(sectors):
                    money += weights[n, j] * z[lane, n, j]
            worth = np.exp(money)
        for n in range(count):
            made[n, lane, sectors + 1] = inflow[0, n] * level + inflow[1, n] * nation + inflow[2, n] * abroad
            made[n, lane, sectors + 2] = given[0, n] * nation + given[1, n] * worth


@njit(**FLAGS)  # type: ignore[untyped-decorator]
def gap_of(z: Floats, total: Floats, new: Floats, theta: Floats, log_paid: Floats, dead: Bools, gap: Floats) -> None:
    """Write the gap of every equation from ln Phi (sector, lane, region) and ln of what is needed."""
    lanes, count, _ = z.shape
    sectors = theta.shape[0]
    for lane in range(lanes):
        for n in range(count):
            for j in range(sectors):
                gap[lane, n, j] = -total[j, lane, n] / theta[j] - z[lane, n, j]
                gap[lane, n, sectors + 3 + j] = new[n, lane, j] - z[lane, n, sectors + 3 + j]
            for f in range(3):
                gap[lane, n, sectors + f] = new[n, lane, sectors + f] - log_paid[n, f] - z[lane, n, sectors + f]
            for m in range(dead.shape[1]):
                if dead[n, m]:
                    gap[lane, n, m] = 0.0


@njit(**FLAGS)  # type: ignore[untyped-decorator]
def shift(z: Floats, paid: Floats, start: Floats, dead: Bools) -> None:
    """Shift every nominal entry, in place, so that world value added is what it was."""
    lanes, count, width = z.shape
    sectors = (width - 3) // 2
    for lane in range(lanes):
        total = before = 0.0
        for n in range(count):
            for f in range(3):
                total += paid[n, f] * np.exp(z[lane, n, sectors + f])
                before += paid[n, f]
        by = np.log(total / before)
        for n in range(count):
            for m in range(width):
                z[lane, n, m] = start[n, m] if dead[n, m] else z[lane, n, m] - by


@njit(**FLAGS)  # type: ignore[untyped-decorator]
def turn(
    change: Floats, here: Floats, step: Floats, direction: Floats, pace: Floats, added: Floats, dead: Bools
) -> None:
    """Make of a difference of gaps, in place, the image of a direction under the plain map, its price level held."""
    lanes, count, width = change.shape
    sectors = (width - 3) // 2
    for lane in range(lanes):
        level = 0.0
        for n in range(count):
            for m in range(width):
                change[lane, n, m] = (change[lane, n, m] - here[lane, n, m]) / step[lane]
            for f in range(sectors, sectors + 3):
                change[lane, n, f] *= pace[n]
            for m in range(width):
                change[lane, n, m] += direction[lane, n, m]
            for f in range(3):
                level += added[lane, n, f] * change[lane, n, sectors + f]
        for n in range(count):
            for m in range(width):
                change[lane, n, m] = 0.0 if dead[n, m] else change[lane, n, m] - level
