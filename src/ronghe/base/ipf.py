"""Iterative proportional fitting (IPF, RAS): the table nearest to a seed that has given row and column sums.

The fitted table is ``x_ij = r_i s_ij c_j``: seed cells scaled by one factor a row and one a column, found by
turns. Cells that are 0 in the seed, and rows or columns whose sum is 0, stay 0. Any leading axes are a batch.

References
----------
.. [1] W. E. Deming, F. F. Stephan, "On a Least Squares Adjustment of a Sampled Frequency Table", 1940.
.. [2] R. Stone, "Input-Output and National Accounts", 1961 (the RAS method).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats


@dataclass(frozen=True, slots=True)
class Fit:
    """A fitted table and how well it meets its margins.

    Attributes
    ----------
    values : array, shape (..., row, column)
        The table.
    sweeps : int
        Turns taken.
    gap : float
        Largest relative gap between a sum of the table and its margin.
    converged : bool
        Whether ``gap`` is within the tolerance asked for.
    """

    values: Floats
    sweeps: int
    gap: float
    converged: bool


def proportional_fit(
    *, seed: Floats, rows: Floats, columns: Floats, tolerance: float = 1e-10, most: int = 10_000
) -> Fit:
    """Scale the rows and columns of a seed until its sums are the given margins.

    Parameters
    ----------
    seed : array, shape (..., row, column)
        Non-negative start.
    rows, columns : arrays, shape (..., row) and (..., column)
        Non-negative margins; in each table of the batch both must add up to the same total.
    tolerance : float
        Largest relative gap allowed.
    most : int
        Most sweeps.

    Returns
    -------
    Fit
        ``converged`` is False when the margins cannot be met in time; nothing is hidden.

    Raises
    ------
    ValueError
        If a seed or margin is negative or not finite.

    Examples
    --------
    >>> fit = proportional_fit(seed=np.ones((2, 2)), rows=np.array([1.0, 3.0]), columns=np.array([2.0, 2.0]))
    >>> fit.values
    array([[0.5, 0.5],
           [1.5, 1.5]])
    """
    for name, array in (("seed", seed), ("rows", rows), ("columns", columns)):
        if not np.all(np.isfinite(array)) or np.any(array < 0):
            raise ValueError(f"{name} must be finite and not negative")
    right = np.ones_like(columns)
    sweep = 0
    while sweep < most:
        sweep += 1
        left = _ratio(rows, (seed @ right[..., :, None])[..., 0])
        reached = (left[..., None, :] @ seed)[..., 0, :]
        if _gap(reached * right, columns) <= tolerance:
            break
        right = _ratio(columns, reached)
    values = left[..., :, None] * seed * right[..., None, :]
    gap = max(_gap(values.sum(-1), rows), _gap(values.sum(-2), columns))
    return Fit(values, sweep, gap, gap <= tolerance)


def _ratio(margin: Floats, reached: Floats) -> Floats:
    """Return margin / reached, 0 where nothing can be reached or nothing is wanted."""
    return np.divide(margin, reached, out=np.zeros_like(margin), where=(reached > 0) & (margin > 0))


def _gap(reached: Floats, margin: Floats) -> float:
    """Return the largest relative gap; a margin of 0 must be reached exactly."""
    scale = np.where(margin > 0, margin, 1.0)
    return float(np.max(np.abs(reached - margin) / scale, initial=0.0))
