"""Small linear algebra over the rationals: exact, for systems of a few dozen rows."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import lcm

Row = list[Fraction]


def reduced(rows: Sequence[Sequence[Fraction | int]]) -> tuple[list[Row], list[int]]:
    """Return the reduced row echelon form and its pivot columns."""
    table = [[Fraction(cell) for cell in row] for row in rows]
    pivots: list[int] = []
    width = len(table[0]) if table else 0
    for column in range(width):
        rank = len(pivots)
        found = next((at for at in range(rank, len(table)) if table[at][column]), None)
        if found is None:
            continue
        table[rank], table[found] = table[found], table[rank]
        head = table[rank][column]
        table[rank] = [cell / head for cell in table[rank]]
        for at, row in enumerate(table):
            if at != rank and row[column]:
                factor = row[column]
                table[at] = [cell - factor * lead for cell, lead in zip(row, table[rank], strict=True)]
        pivots.append(column)
    return table[: len(pivots)], pivots


def solve(matrix: Sequence[Sequence[Fraction | int]], known: Sequence[Fraction | int]) -> Row | None:
    """Return the one solution of a linear system, or None if there is none or more than one.

    Examples
    --------
    >>> [str(x) for x in solve([[2, 1], [0, 4], [2, 5]], [1, 2, 3])]
    ['1/4', '1/2']
    """
    unknowns = len(matrix[0])
    table, pivots = reduced([[*row, value] for row, value in zip(matrix, known, strict=True)])
    if pivots != list(range(unknowns)):
        return None
    return [row[-1] for row in table]


def orthogonal_integers(rows: Sequence[Sequence[int]], width: int) -> list[list[int]]:
    """Return integer vectors that span what is orthogonal to ``rows``.

    Examples
    --------
    >>> orthogonal_integers([[1, 1, 1]], 3)
    [[-1, 1, 0], [-1, 0, 1]]
    """
    table, pivots = reduced(rows)
    found = []
    for free in (column for column in range(width) if column not in pivots):
        vector = [Fraction(0)] * width
        vector[free] = Fraction(1)
        for row, pivot in zip(table, pivots, strict=True):
            vector[pivot] = -row[free]
        common = lcm(*(cell.denominator for cell in vector))
        found.append([int(cell * common) for cell in vector])
    return found
