"""Hypothetical extraction: what rests on one supplier's deliveries to the users of a region (DX9).

The supplier (p, k) delivers nothing to region q, recipes otherwise unchanged. With e the unit vector of (p, k), a' its
row of A in the columns of q (0 elsewhere) and phi its deliveries to final use in q (only if asked for), output lost is

    x - x_ex = L e (a'x + phi) / (1 + a'L e)

and the value added that rests on the link is v (x - x_ex), v value added per unit of output. One L serves every link.
It is what the chain carries today with no substitute at hand: an accounting share, not a forecast of a stop.

References
----------
.. [1] E. Dietzenbacher, J. A. van der Linden, "Sectoral and Spatial Linkages in the EC Production Structure", 1997.
.. [2] J. Sherman, W. J. Morrison, "Adjustment of an Inverse Matrix Corresponding to a Change in One Element", 1950.
.. [3] R. E. Miller, P. D. Blair, "Input-Output Analysis", 2009, section 12.2.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text


@dataclass(frozen=True, slots=True, eq=False)
class Links:
    """Every link of a supplier to the users of a region, ready for extraction.

    Attributes
    ----------
    delivered : array, shape (R, S, R)
        a'x: intermediate deliveries of (p, k) to region q, with final ones where asked for.
    returning : array, shape (R, S, R)
        a'L e: what (p, k) sells to q, directly and indirectly, for one unit of its own final demand.
    resting : array, shape (R, R, S)
        v'L by region of value added and supplier: value added in one unit of final demand for (p, k).
    inverse : array, shape (R, S, R, S)
    output, value_added : array, shape (R, S)
    """

    delivered: Floats
    returning: Floats
    resting: Floats
    inverse: Floats
    output: Floats
    value_added: Floats

    @property
    def lost(self) -> Floats:
        """Final demand for (p, k) whose loss is the same as that of the link, shape (R, S, R)."""
        return np.asarray(self.delivered / (1 + self.returning), dtype=np.float64)

    @property
    def total(self) -> Floats:
        """Value added that rests on each link, all regions together, shape (R, S, R)."""
        return np.asarray(self.resting.sum(axis=0)[:, :, None] * self.lost, dtype=np.float64)

    @property
    def by_region(self) -> Floats:
        """Value added that rests on each link by region where it is made, shape (R, R, S, R)."""
        return np.asarray(self.resting[:, :, :, None] * self.lost, dtype=np.float64)

    def heaviest(self, count: int, *, users: Sequence[int] | None = None) -> Ints:
        """Return the links across regions on which most value added rests, the heaviest first.

        Parameters
        ----------
        count : int
            How many; fewer where fewer carry anything.
        users : sequence of int, optional
            Positions of the user regions looked at; all where left out.

        Returns
        -------
        array of int, shape (count, 3)
            Region and sector of the supplier, region of the user.
        """
        regions = np.arange(len(self.output))
        held = self.total
        held[regions, :, regions] = 0.0
        if users is not None:
            held[:, :, np.setdiff1d(regions, users)] = 0.0
        order = np.argsort(-held, axis=None, kind="stable")[: min(count, int((held > 0).sum()))]
        return np.stack(np.unravel_index(order, held.shape), axis=1).astype(np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class Extraction:
    """What goes with one supplier's deliveries to some users.

    Attributes
    ----------
    output : array, shape (R, S)
        Output without the link.
    lost_output : array, shape (R, S)
    value_added : array, shape (R,)
        Value added that rests on the link, by region where it is made.
    total : float
    share : float
        Of all value added; NaN where there is none.
    """

    output: Floats
    lost_output: Floats
    value_added: Floats
    total: float
    share: float


def links(
    *, intermediate: Floats, coefficients: Floats, inverse: Floats, output: Floats, value_added: Floats,
    final: Floats | None = None,
) -> Links:  # fmt: skip
    """Return what is needed to extract any link of a table.

    Parameters
    ----------
    intermediate, coefficients, inverse : array, shape (R, S, R, S)
        Z, A and L of :mod:`ronghe.measure.mrio`.
    output, value_added : array, shape (R, S)
    final : array, shape (R, S, D), optional
        Final use by destination, the regions first: extract these deliveries too.

    Examples
    --------
    Two regions, one sector: what rests on deliveries of the first to the second.

    >>> a = np.array([[0.2, 0.1], [0.05, 0.3]]).reshape(2, 1, 2, 1)
    >>> inverse = np.linalg.inv(np.eye(2) - a.reshape(2, 2)).reshape(2, 1, 2, 1)
    >>> x = inverse.sum(axis=(2, 3)) * 10
    >>> every = links(intermediate=a * x, coefficients=a, inverse=inverse, output=x,
    ...     value_added=x * (1 - a.sum(axis=(0, 1))))
    >>> extraction(links=every, supplier=(0, 0), users=[1]).value_added.round(6)
    array([1.435811, 0.082046])
    """
    count, sectors = output.shape
    delivered = intermediate.sum(axis=3)
    if final is not None:
        delivered = delivered + final[:, :, :count]
    returning = np.einsum("pkqj,qjpk->pkq", coefficients, inverse)
    per_unit = np.divide(value_added, output, out=np.zeros_like(output), where=output > 0)
    resting = np.einsum("rs,rsn->rn", per_unit, inverse.reshape(count, sectors, -1)).reshape(count, count, sectors)
    return Links(delivered, returning, resting, inverse, output, value_added)


def extraction(*, links: Links, supplier: tuple[int, int], users: Sequence[int]) -> Extraction:
    """Return what rests on the deliveries of one supplier to the users of some regions.

    Parameters
    ----------
    links : Links
    supplier : (int, int)
        Positions of region and sector.
    users : sequence of int
        Positions of the regions cut off; none extracts nothing.

    Raises
    ------
    ParameterFault
        For a position that is not in the table.
    """
    _check_positions(links, supplier, users)
    cut = sorted(set(users))
    lost = links.delivered[supplier][cut].sum() / (1 + links.returning[supplier][cut].sum())
    gone = links.inverse[:, :, supplier[0], supplier[1]] * lost
    value_added = links.resting[:, supplier[0], supplier[1]] * lost
    total, all_added = float(value_added.sum()), float(links.value_added.sum())
    return Extraction(
        links.output - gone, gone, value_added, total, total / all_added if all_added > 0 else float("nan")
    )


def _check_positions(links: Links, supplier: tuple[int, int], users: Sequence[int]) -> None:
    count, sectors = links.output.shape
    faults: list[Text] = []
    if not (0 <= supplier[0] < count and 0 <= supplier[1] < sectors):
        faults.append(
            Text(
                f"供应方 {tuple(supplier)} 不在表内，地区应为0至{count - 1}，部门应为0至{sectors - 1}。",
                f"Supplier {tuple(supplier)} is not in the table: region 0 to {count - 1}, sector 0 to {sectors - 1}.",
            )
        )
    wrong = [user for user in users if not 0 <= user < count]
    if wrong:
        faults.append(
            Text(
                f"使用地区 {wrong} 不在表内，应为0至{count - 1}。",
                f"Regions {wrong} of users are not in the table: 0 to {count - 1}.",
            )
        )
    if faults:
        raise ParameterFault(Text("".join(fault.zh for fault in faults), " ".join(fault.en for fault in faults)))
