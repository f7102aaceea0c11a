"""Arnoldi's process on a matrix known only by its products: linear systems (GMRES) and the largest eigenvalue.

    A Q_m = Q_{m+1} H_m,    Q orthonormal, H upper Hessenberg

References
----------
.. [1] W. E. Arnoldi, "The Principle of Minimized Iterations", 1951.
.. [2] Y. Saad, M. H. Schultz, "GMRES", 1986.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from ronghe.base.arrays import Floats

Product = Callable[[Floats], Floats]


def arnoldi(product: Product, start: Floats, size: int) -> tuple[Floats, Floats]:
    """Return Q, shape (m + 1, n), and H, shape (m + 1, m), with m <= ``size``; fewer where the space is exhausted."""
    basis = np.zeros((size + 1, len(start)))
    table = np.zeros((size + 1, size))
    basis[0] = start / np.linalg.norm(start)
    for m in range(size):
        image = product(basis[m])
        # Twice, so that rounding leaves no part of the earlier directions.
        for _ in range(2):
            part = basis[: m + 1] @ image
            image = image - part @ basis[: m + 1]
            table[: m + 1, m] += part
        length = float(np.linalg.norm(image))
        table[m + 1, m] = length
        if not length > 1e-12 * max(1.0, float(np.abs(table[: m + 1, m]).max())):
            return basis[: m + 2], table[: m + 2, : m + 1]
        basis[m + 1] = image / length
    return basis, table


def gmres(product: Product, right: Floats, *, accuracy: float, size: int = 40, restarts: int = 2) -> Floats:
    """Return x with |A x - right| <= accuracy |right|, or the best after ``restarts`` rounds of ``size`` products."""
    answer = np.zeros_like(right)
    rest = right
    goal = accuracy * float(np.linalg.norm(right))
    for _ in range(restarts):
        length = float(np.linalg.norm(rest))
        if length <= goal or not np.isfinite(length):
            break
        basis, table = arnoldi(product, rest, size)
        target = np.zeros(len(table))
        target[0] = length
        weights = np.linalg.lstsq(table, target, rcond=None)[0]
        answer = answer + weights @ basis[: len(weights)]
        rest = right - product(answer)
    return answer


def largest_eigenvalue(
    product: Product, start: Floats, *, accuracy: float = 1e-3, size: int = 20, most: int = 160
) -> tuple[float, Floats]:
    """Return the largest modulus of an eigenvalue and its direction, restarting from it until it settles.

    With ``most`` no larger than ``size`` there is one round: enough from a direction near the answer.
    """
    last = np.inf
    direction = start
    for _ in range(max(1, most // size)):
        basis, table = arnoldi(product, direction, size)
        square = table[: table.shape[1]]
        if not np.isfinite(square).all():
            return float("nan"), start
        values, vectors = np.linalg.eig(square)
        top = int(np.argmax(np.abs(values)))
        value = float(np.abs(values[top]))
        gap = float(np.abs(table[-1, -1] * vectors[-1, top]))
        # A complex pair is kept whole by its real and imaginary parts together.
        ritz = vectors[:, top].real + vectors[:, top].imag
        direction = ritz @ basis[: len(ritz)]
        if gap <= accuracy * max(value, 1e-12) or abs(value - last) <= 0.1 * accuracy * value:
            return value, direction
        last = value
    return last, direction
