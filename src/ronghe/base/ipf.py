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


def generalised_fit(
    *, seed: Floats, rows: Floats, columns: Floats, tolerance: float = 1e-10, most: int = 10_000
) -> Fit:
    """Fit a table that has cells below 0 (inventories, net taxes) to margins of any sign (GRAS).

    Cells above 0 are scaled by r_i s_j, cells below by 1 / (r_i s_j): signs and zeros stay, and a table without cells
    below 0 is fitted as :func:`proportional_fit` does.

    Parameters
    ----------
    seed : array, shape (row, column)
    rows, columns : arrays, shape (row,) and (column,)
        Margins with the same total.
    tolerance : float
        Largest gap allowed, relative to the margin, or to the largest margin where it is smaller than a millionth.
    most : int
        Most sweeps.

    Returns
    -------
    Fit

    Raises
    ------
    ValueError
        If a seed or margin is not finite.

    References
    ----------
    .. [1] T. Junius, J. Oosterhaven, "The Solution of Updating or Regionalizing a Matrix with both Positive and
       Negative Entries", 2003.
    .. [2] U. Temurshoev, R. E. Miller, M. C. Bouwmeester, "A Note on the GRAS Method", 2013.

    Examples
    --------
    >>> fit = generalised_fit(seed=np.array([[4.0, -1.0], [2.0, 3.0]]), rows=np.array([4.0, 5.0]),
    ...     columns=np.array([7.0, 2.0]))
    >>> np.sign(fit.values), fit.values.sum(axis=1).round(6), fit.values.sum(axis=0).round(6)
    (array([[ 1., -1.],
           [ 1.,  1.]]), array([4., 5.]), array([7., 2.]))
    """
    for name, array in (("seed", seed), ("rows", rows), ("columns", columns)):
        if not np.all(np.isfinite(array)):
            raise ValueError(f"{name} must be finite")
    above, below = np.maximum(seed, 0.0), np.maximum(-seed, 0.0)
    left, right, sweep, gap = np.ones_like(rows, dtype=float), np.ones_like(columns, dtype=float), 0, np.inf
    scale = max(float(np.abs(rows).max(initial=0.0)), float(np.abs(columns).max(initial=0.0)), 1e-300)
    values = seed.astype(float)
    while sweep < most and gap > tolerance:
        sweep += 1
        right = _factors(left @ above, (1.0 / left) @ below, columns)
        left = _factors(above @ right, below @ (1.0 / right), rows)
        values = left[:, None] * above * right - below / (left[:, None] * right)
        gaps = [np.abs(reached - margin) / np.maximum(np.abs(margin), 1e-6 * scale)
                for reached, margin in ((values.sum(axis=1), rows), (values.sum(axis=0), columns))]  # fmt: skip
        gap = float(max(one.max(initial=0.0) for one in gaps))
    return Fit(values, sweep, gap, gap <= tolerance)


def _factors(above: Floats, below: Floats, margin: Floats) -> Floats:
    """Return f > 0 with f above - below / f = margin; 1 where a line is all 0."""
    root = margin + np.sqrt(margin**2 + 4.0 * above * below)
    # The root that does not lose digits where the margin is below 0.
    other = np.sqrt(margin**2 + 4.0 * above * below) - margin
    factors = np.divide(root, 2.0 * above, out=np.ones_like(above), where=above > 0)
    stable = np.divide(2.0 * below, other, out=np.ones_like(above), where=other > 0)
    found: Floats = np.where((margin < 0) & (below > 0), stable, factors)
    return np.where(found > 0, found, 1.0)
