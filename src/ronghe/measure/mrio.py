"""Multi-regional input-output: what a region's sales set in motion at home, among partners, and back again.

Rows sell to columns. With Z the sales between sectors of all regions, x their output and Y final demand:

    A = Z diag(x)^-1       technical coefficients; a column without output is 0
    L = (I - A)^-1         Leontief inverse: output needed, directly and indirectly, for one unit of final demand
    Phi_r = 1 - [1'(I - A_rr)^-1 1] / [1' L_rr 1]      feedback: what comes back to r by way of the others
    VA_pq = v_p (L Y_q)_p  value added of p in the final demand of q; over all p, with imports, it is all of Y_q
    APL = [L(L - I)]_ij / (L - I)_ij                   average propagation length: steps from one sector to another

L is made by one factorisation and serves everything here and in :mod:`ronghe.measure.extraction`.

References
----------
.. [1] W. Leontief, A. Strout, "Multiregional Input-Output Analysis", 1963.
.. [2] D. Hawkins, H. A. Simon, "Note: Some Conditions of Macroeconomic Stability", 1949.
.. [3] R. E. Miller, P. D. Blair, "Input-Output Analysis", 2009, sections 3.3 and 6.3 (feedback).
.. [4] E. Dietzenbacher, I. Romero, N. S. Bosma, "Using Average Propagation Lengths to Identify Production
   Chains in the Andalusian Economy", 2005.
.. [5] R. C. Johnson, G. Noguera, "Accounting for Intermediates: Production Sharing and Trade in Value Added", 2012.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import lapack

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text

WORST = 10
"""So many sectors are told of one kind of fault; the others are counted."""
NO_STEP = 1e-15
"""Indirect needs up to this, per unit, are what adding up floats leaves over where there is no path."""


@dataclass(frozen=True, slots=True, eq=False)
class Feedback:
    """What of a region's own multiplier comes back by way of the other regions.

    Attributes
    ----------
    regions : array, shape (R,)
        Phi, a share; NaN for a region without output.
    area : float
        Mean over the members, weighted by output; NaN without output.
    """

    regions: Floats
    area: float


def technical_coefficients(*, intermediate: Floats, output: Floats) -> Floats:
    """Return A, shape (R, S, R, S): inputs per unit of the buyer's output, 0 where there is no output."""
    return np.divide(intermediate, output, out=np.zeros_like(intermediate), where=output > 0)


def leontief_inverse(*, coefficients: Floats, names: Sequence[Sequence[str]] | None = None) -> Floats:
    """Return L = (I - A)^-1, shape (R, S, R, S), by one factorisation.

    Parameters
    ----------
    coefficients : array, shape (R, S, R, S)
    names : sequence of sequence of str, shape (R, S), optional
        What a fault calls each sector of each region; its position from 1 where left out.

    Raises
    ------
    ParameterFault
        If inputs of a sector are its whole output or more (Hawkins-Simon condition), naming the sectors.

    Examples
    --------
    >>> a = np.array([[0.2, 0.1], [0.05, 0.3]]).reshape(2, 1, 2, 1)
    >>> leontief_inverse(coefficients=a).reshape(2, 2).round(6)
    array([[1.261261, 0.18018 ],
           [0.09009 , 1.441441]])
    """
    sums = coefficients.sum(axis=(0, 1))
    called = (
        [[f"({r + 1}, {s + 1})" for s in range(sums.shape[1])] for r in range(len(sums))] if names is None else names
    )
    over = [f"{called[r][s]} {sums[r, s]:.4g}" for r, s in np.argwhere(~(sums < 1)).tolist()]
    if over:
        raise ParameterFault(
            Text(
                f"{len(over)}个部门的中间投入不低于其总产出（霍金斯—西蒙条件不成立）。地区、部门和投入占比："
                f"{_few(over, '；', '等')}。请核对这些列的单位和总产出。",
                f"Sectors whose inputs are not below their output (Hawkins-Simon condition): {len(over)}. Region, "
                f"sector and share: {_few(over, '; ', ' and others')}. Check units and output of these columns.",
            )
        )
    size = sums.size
    system = np.asfortranarray(np.eye(size) - coefficients.reshape(size, size))
    factors, pivots, _ = lapack.dgetrf(system, overwrite_a=1)
    inverse, _ = lapack.dgetri(factors, pivots, lwork=64 * max(size, 1), overwrite_lu=1)
    return np.ascontiguousarray(inverse).reshape(coefficients.shape)


def feedback(*, coefficients: Floats, inverse: Floats, output: Floats, members: Bools | None = None) -> Feedback:
    """Return interregional feedback (F08) by region and for an area.

    Parameters
    ----------
    coefficients, inverse : array, shape (R, S, R, S)
    output : array, shape (R, S)
        Weight of the members.
    members : array of bool, shape (R,), optional
        Regions of the area; all where left out.

    Raises
    ------
    ParameterFault
        If ``members`` is not one yes or no a region.

    Examples
    --------
    >>> a = np.array([[0.2, 0.1], [0.05, 0.3]]).reshape(2, 1, 2, 1)
    >>> found = feedback(coefficients=a, inverse=leontief_inverse(coefficients=a), output=np.ones((2, 1)))
    >>> found.regions.round(7)
    array([0.0089286, 0.0089286])
    """
    count, sectors = output.shape
    if members is not None:
        check_per_region(count, members=members)
    own = np.arange(count)
    alone = np.linalg.solve(np.eye(sectors) - coefficients[own, :, own, :], np.ones((count, sectors, 1)))
    within = inverse[own, :, own, :]
    size = output.sum(axis=1)
    # Never below 0: adding up floats may leave a last digit where nothing comes back.
    share = np.maximum(1 - alone.sum(axis=(1, 2)) / within.sum(axis=(1, 2)), 0.0)
    weight = size if members is None else np.where(members, size, 0.0)
    area = float(share @ weight / weight.sum()) if weight.sum() > 0 else float("nan")
    return Feedback(np.where(size > 0, share, np.nan), area)


def origins(*, cost: Floats, output: Floats, inverse: Floats, final: Floats) -> Floats:
    """Return a cost of production by region of origin and destination of final use, shape (R, D).

    Parameters
    ----------
    cost : array, shape (R, S)
        Value added, or imported inputs.
    output : array, shape (R, S)
    inverse : array, shape (R, S, R, S)
    final : array, shape (R, S, D)
    """
    count, sectors = output.shape
    per_unit = np.divide(cost, output, out=np.zeros_like(output), where=output > 0)
    made = inverse.reshape(count * sectors, -1) @ final.reshape(count * sectors, -1)
    return np.asarray((per_unit[:, :, None] * made.reshape(count, sectors, -1)).sum(axis=1), dtype=np.float64)


def average_propagation_length(*, coefficients: Floats, inverse: Floats) -> Floats:
    """Return the mean number of steps from one sector to another, shape (R, S, R, S); NaN where no path leads."""
    size = inverse.shape[0] * inverse.shape[1]
    needed = inverse.reshape(size, size)
    # A L is L - I without the loss of digits on the diagonal.
    indirect = coefficients.reshape(size, size) @ needed
    steps = np.divide(needed @ indirect, indirect, out=np.full_like(needed, np.nan), where=indirect > NO_STEP)
    return steps.reshape(inverse.shape)


def own_share(*, intermediate: Floats) -> float:
    """Return the share of intermediate sales that stay in the seller's region; NaN without sales."""
    total = float(intermediate.sum())
    return float(np.einsum("rsrt->", intermediate)) / total if total else float("nan")


def check_per_region(count: int, **given: Bools | Sequence[str]) -> None:
    """Tell every argument that does not hold one entry a region, by its name.

    Raises
    ------
    ParameterFault
    """
    wrong = [(name, np.shape(one)) for name, one in given.items() if np.shape(one) != (count,)]
    if wrong:
        raise ParameterFault(
            Text(
                "".join(f"{name} 应为每个地区一项，共{count}项，读到形状 {read}。" for name, read in wrong),
                " ".join(
                    f"{name} must hold one entry a region, {count} in all; read shape {shape}." for name, shape in wrong
                ),
            )
        )


def _few(told: Sequence[str], between: str, more: str) -> str:
    return between.join(told[:WORST]) + (more if len(told) > WORST else "")
