"""Linear complementarity: the first-order conditions of programmes with straight and quadratic pieces, solved exactly.

    w = M z + q,   w >= 0,   z >= 0,   w z = 0

Lemke's path of complementary pivots ends after finitely many steps; where M is positive semidefinite it ends with a
solution whenever there is one. Ties are broken lexicographically, so that it cannot cycle.

References
----------
.. [1] C. E. Lemke, "Bimatrix Equilibrium Points and Mathematical Programming", 1965.
.. [2] R. W. Cottle, J.-S. Pang and R. E. Stone, "The Linear Complementarity Problem", 1992.
"""

from __future__ import annotations

import numpy as np

from ronghe.base.arrays import Floats, Ints

PIVOT = 1e-11
TIE = 1e-12
PIVOTS_A_ROW = 40


def lemke(*, matrix: Floats, vector: Floats) -> Floats | None:
    """Solve a linear complementarity problem whose numbers are of order 1.

    Parameters
    ----------
    matrix : array, shape (m, m)
        M.
    vector : array, shape (m,)
        q.

    Returns
    -------
    array, shape (m,), or None
        z; None if the path ends on a ray.

    Examples
    --------
    >>> lemke(matrix=np.array([[2.0, 1.0], [1.0, 2.0]]), vector=np.array([-5.0, -6.0])).round(12)
    array([1.33333333, 2.33333333])
    """
    size = len(vector)
    if not (vector < 0).any():
        return np.zeros(size)
    table = np.hstack((np.eye(size), -matrix, -np.ones((size, 1)), vector[:, None]))
    basis = np.arange(size)
    enter, row = 2 * size, int(np.flatnonzero(vector <= vector.min() + TIE)[-1])
    for _ in range(PIVOTS_A_ROW * size):
        leave = int(basis[row])
        _pivot(table, row, enter)
        basis[row] = enter
        if leave == 2 * size:
            return _solution(matrix, vector, basis)
        enter = leave + size if leave < size else leave - size
        found = _leaving(table, basis, enter)
        if found is None:
            return None
        row = found
    return None


def _pivot(table: Floats, row: int, column: int) -> None:
    table[row] /= table[row, column]
    factors = table[:, column].copy()
    factors[row] = 0.0
    table -= factors[:, None] * table[row]


def _leaving(table: Floats, basis: Ints, enter: int) -> int | None:
    """Return the row of the lexicographically least ratio; the artificial variable first among ties."""
    size = len(basis)
    rows = np.flatnonzero(table[:, enter] > PIVOT)
    for column in (-1, *range(size)):
        if len(rows) < 2:
            break
        ratios = table[rows, column] / table[rows, enter]
        rows = rows[ratios <= ratios.min() + TIE * max(1.0, abs(float(ratios.min())))]
        artificial = rows[basis[rows] == 2 * size]
        if column == -1 and len(artificial):
            return int(artificial[0])
    return int(rows[0]) if len(rows) else None


def _solution(matrix: Floats, vector: Floats, basis: Ints) -> Floats:
    """Recompute the basic variables from M itself, free of the rounding of the pivots."""
    size = len(vector)
    columns = np.hstack((np.eye(size), -matrix))[:, basis]
    values = np.linalg.solve(columns, vector)
    z = np.zeros(size)
    inside = basis >= size
    z[basis[inside] - size] = np.maximum(values[inside], 0.0)
    return z
