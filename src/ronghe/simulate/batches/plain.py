"""What stands between the products of matrices in :mod:`ronghe.simulate.batches.map`, in NumPy.

Each function writes into an array given to it; its compiled twin in :mod:`ronghe.simulate.batches.compiled` does so
in one pass over memory.
"""

from __future__ import annotations

import numpy as np

from ronghe.base.arrays import Bools, Floats


def weighted(factor: Floats, rows: Floats, into: Floats) -> None:
    """Write factor * rows for the first regions of every row: (lane, region) on (sector, lane, region)."""
    np.multiply(factor, rows[:, :, : into.shape[2]], out=into)


def add_weighted(factor: Floats, more: Floats, rows: Floats) -> None:
    """Add factor * more to the first regions of every row: (lane, region) on (sector, lane, region)."""
    rows[:, :, : more.shape[2]] += factor * more


def needs(
    z: Floats, output: Floats, paid: Floats, domestic: Floats, inflow: Floats, given: Floats, weights: Floats,
    made: Floats,
) -> None:  # fmt: skip
    """Write output and amounts (value added, inflow, grants) side by side, shape (region, lane, sector | amount)."""
    j = len(output)
    added = (paid * np.exp(z[:, :, j : j + 3])).sum(axis=2)
    start = paid.sum(axis=1)
    level = added.sum(axis=1, keepdims=True) / start.sum()
    home, home_start = (added * domestic).sum(axis=1, keepdims=True), float((domestic * start).sum())
    outside = start.sum() - home_start
    abroad = level if outside <= 1e-12 * start.sum() else (added.sum(axis=1, keepdims=True) - home) / outside
    nation, worth = home / home_start, level
    if weights.size:
        worth = np.exp((weights * z[:, :, :j]).sum(axis=(1, 2)))[:, None]
    made[:, :, :j] = output.transpose(2, 1, 0)
    made[:, :, j] = added.T
    made[:, :, j + 1] = (inflow[0] * level + inflow[1] * nation + inflow[2] * abroad).T
    made[:, :, j + 2] = (given[0] * nation + given[1] * worth).T


def gap_of(z: Floats, total: Floats, new: Floats, theta: Floats, log_paid: Floats, dead: Bools, gap: Floats) -> None:
    """Write the gap of every equation from ln Phi (sector, lane, region) and ln of what is needed."""
    j = len(theta)
    gap[:, :, :j] = total.transpose(1, 2, 0) / -theta
    gap[:, :, j : j + 3] = new[:, :, j:].transpose(1, 0, 2) - log_paid
    gap[:, :, j + 3 :] = new[:, :, :j].transpose(1, 0, 2)
    gap -= z
    np.copyto(gap, 0.0, where=dead)


def shift(z: Floats, paid: Floats, start: Floats, dead: Bools) -> None:
    """Shift every nominal entry, in place, so that world value added is what it was."""
    j = (z.shape[2] - 3) // 2
    added = (paid * np.exp(z[:, :, j : j + 3])).sum(axis=(1, 2))
    z -= np.log(added / paid.sum())[:, None, None]
    np.copyto(z, start, where=dead)


def turn(
    change: Floats, here: Floats, step: Floats, direction: Floats, pace: Floats, added: Floats, dead: Bools
) -> None:
    """Make of a difference of gaps, in place, the image of a direction under the plain map, its price level held."""
    j = (change.shape[2] - 3) // 2
    change -= here
    change /= step[:, None, None]
    change[:, :, j : j + 3] *= pace[:, None]
    change += direction
    change -= (added * change[:, :, j : j + 3]).sum(axis=(1, 2), keepdims=True)
    np.copyto(change, 0.0, where=dead)
