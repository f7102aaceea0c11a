"""The ultimate owner: capital goes back through every chain and ring of holdings to those whom nobody holds.

With S_wc the share that w holds of c, one unit of c's capital stands at

    U = diag(1 - sum_w S_wc) (I - S)^-1

(I - S)^-1 adds up all chains from w to c, however long; rings are a convergent series. Each column of U adds up to
1: what belongs to owners whom nobody holds, and what leaks to holders that no row names (free float), whose place
is unknown. A ring that holds itself wholly has no ultimate owner.

References
----------
.. [1] F. Brioschi, L. Buzzacchi, M. G. Colombo, "Risk Capital Financing and the Separation of Ownership and Control
   in Business Groups", 1989.
.. [2] M. Baldone, F. Brioschi, S. Paleari, "Ownership Measures among Firms Connected by Cross-Shareholdings", 1998.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import splu

from ronghe.base.arrays import Floats, Ints
from ronghe.base.text import Text
from ronghe.measure.firms import DirectLink, Holding, check_regions, direct_links
from ronghe.measure.wrong import listed, refuse

WHOLE = 1e-12
"""A unit of whose shares no more than this is held by none in the list is held wholly."""


@dataclass(frozen=True, slots=True, eq=False)
class UltimateNetwork:
    """Capital by where its ultimate owner sits.

    Attributes
    ----------
    regions : tuple of str
    capital : array, shape (region, region)
        万元, rows own in the end and columns hold the plant.
    unnamed : array, shape (region,)
        Capital in each region that belongs to holders no row names, 万元; their place is unknown.
    elsewhere : array, shape (region,)
        Capital whose ultimate owner sits in no region of the list, 万元.
    without_capital : array of int, shape (region,)
        Children whose capital or shares are unknown; left out.
    shells : int
        Children without staff: their own capital is left out, holdings through them count.
    rings : int
        Groups of units that hold one another.
    """

    regions: tuple[str, ...]
    capital: Floats
    unnamed: Floats
    elsewhere: Floats
    without_capital: Ints
    shells: int
    rings: int


def ultimate_network(*, holdings: Sequence[Holding], regions: Sequence[str], on: date) -> UltimateNetwork:
    """Return the network of capital by ultimate owner on one day.

    Parameters
    ----------
    holdings : sequence of Holding
        As in :func:`ronghe.measure.firms.firm_network`.
    regions : sequence of str
        Codes on the axes.
    on : date

    Raises
    ------
    ParameterFault
        If a ring of units holds itself wholly, or the rows are wrong as in ``firm_network``.
    """
    links, _ = direct_links(holdings=holdings, on=on)
    refuse(check_regions(regions))
    units = sorted({link.parent for link in links} | {link.child for link in links})
    number = {unit: at for at, unit in enumerate(units)}
    shares = _shares(links, number)
    held = np.asarray(shares.sum(axis=0), dtype=np.float64).ravel()
    rings = _rings(shares, units)
    at = {code: place for place, code in enumerate(regions)}
    place = _places(links, number, at)
    roots = np.setdiff1d(np.arange(len(units)), [number[link.child] for link in links])
    owned, unknown = _capital(links, number, shares)
    size = len(at)
    # One solve an owning region, not one a child: which share of every child ends up there, and with the unnamed.
    owners = np.zeros((len(units), size + 2))
    owners[np.arange(len(units)), size + 1] = np.maximum(1 - held, 0.0)
    owners[roots] = 0.0
    owners[roots, place[roots]] = 1.0
    stands = _solved(sparse.csc_array(shares.T), owners) * owned[:, None]
    capital = np.zeros((size + 2, size + 1))
    np.add.at(capital.T, place, stands)
    missing = np.bincount(place[unknown], minlength=len(at) + 1)
    return UltimateNetwork(
        regions=tuple(regions),
        capital=capital[:size, :size],
        unnamed=capital[size + 1, :size],
        elsewhere=capital[size, :size],
        without_capital=missing[:size],
        shells=len({link.child for link in links if link.staff == 0}),
        rings=rings,
    )


def ultimate_shares(*, shares: Floats) -> Floats:
    """Return U: where one unit of each child's capital ends up.

    Parameters
    ----------
    shares : array, shape (holder, child)
        S, between the same units; columns add up to at most 1.

    Returns
    -------
    array, shape (owner, child)
        Rows of units that nobody holds are ultimate owners; rows of others are holders of theirs whom S does not
        name. Columns add up to 1.

    Raises
    ------
    ParameterFault
        If S is none, or a ring holds itself wholly.

    Examples
    --------
    A holds half of B, B 40 % of C, C 10 % of B: 0.4 of C is B's, and B is in part C's.

    >>> ultimate_shares(shares=np.array([[0, 0.5, 0], [0, 0, 0.4], [0, 0.1, 0]])).round(4)
    array([[1.    , 0.5208, 0.2083],
           [0.    , 0.4167, 0.1667],
           [0.    , 0.0625, 0.625 ]])
    """
    table = np.asarray(shares, dtype=np.float64)
    square = table.ndim == 2 and table.shape[0] == table.shape[1]
    if not square or not (table >= 0).all() or (table.sum(axis=0) > 1 + 1e-9).any():
        refuse(
            [
                Text(
                    "shares 应为方阵，各格不小于0，每列合计不超过1。",
                    "shares must be square, no cell below 0, and no column above 1 in sum.",
                )
            ]
        )
    matrix = sparse.csc_array(table)
    held: Floats = table.sum(axis=0)
    _rings(matrix, [str(at) for at in range(len(table))])
    return np.maximum(1 - held, 0.0)[:, None] * _solved(matrix, np.eye(len(table)))


def _shares(links: Sequence[DirectLink], number: dict[str, int]) -> sparse.csc_array:
    # A share that nobody tells belongs to no named holder here; the child and all below it count as unknown.
    known = [link for link in links if not np.isnan(link.share)]
    cells = [number[link.parent] for link in known], [number[link.child] for link in known]
    return sparse.csc_array(([link.share for link in known], cells), shape=(len(number), len(number)), dtype=np.float64)


def _rings(shares: sparse.csc_array, units: Sequence[str]) -> int:
    """Return how many rings there are; refuse one that holds itself wholly."""
    _, ring = connected_components(shares, directed=True, connection="strong")
    sizes = np.bincount(ring, minlength=1)
    own = np.zeros(len(units))
    table = shares.tocoo()
    same = ring[table.row] == ring[table.col]
    np.add.at(own, table.col[same], table.data[same])
    # Nothing of any member is held outside the ring, by a named holder or by none.
    leaks = np.bincount(ring, weights=1 - own, minlength=len(sizes))
    closed = np.flatnonzero((leaks <= WHOLE * sizes) & (sizes > 0))
    if len(closed) and len(units):
        names = listed([units[at] for at in np.flatnonzero(np.isin(ring, closed)).tolist()])
        refuse(
            [
                Text(
                    f"相互持股合计100%而没有外部股东的单位：{names.zh}；它们没有最终所有者，请核对持股比例。",
                    f"Units that hold one another wholly, with no holder outside: {names.en}. They have no ultimate "
                    "owner; check the shares held.",
                )
            ]
        )
    return int((sizes > 1).sum())


def _solved(shares: sparse.csc_array, given: Floats) -> Floats:
    """Return (I - S)^-1 times some columns."""
    if not given.size:
        return given
    return np.asarray(splu(sparse.csc_array(sparse.eye_array(len(given)) - shares)).solve(given), dtype=np.float64)


def _places(links: Sequence[DirectLink], number: dict[str, int], at: dict[str, int]) -> Ints:
    """Return the region of each unit; one past the last where it is in none of the list."""
    place = np.full(len(number), len(at), dtype=np.int64)
    for link in links:
        place[number[link.parent]] = at.get(link.origin, len(at))
        place[number[link.child]] = at.get(link.destination, len(at))
    return place


def _capital(links: Sequence[DirectLink], number: dict[str, int], shares: sparse.csc_array) -> tuple[Floats, Ints]:
    """Return the capital of each child, 0 for shells and where unknown, and the children that are unknown."""
    owned, unclear = np.zeros(len(number)), np.zeros(len(number), dtype=np.bool_)
    for link in links:
        owned[number[link.child]] = 0.0 if link.staff == 0 else link.paid_in
        unclear[number[link.child]] |= bool(np.isnan(link.share))
    reach = shares.astype(bool).T.tocsr()
    while True:  # unknown shares spread down the chains
        more = unclear | np.asarray(reach @ unclear, dtype=np.bool_)
        if (more == unclear).all():
            break
        unclear = more
    shell = np.zeros(len(number), dtype=np.bool_)
    shell[[number[link.child] for link in links if link.staff == 0]] = True
    unknown = (unclear | np.isnan(owned)) & ~shell
    owned[unknown] = 0.0
    return owned, np.flatnonzero(unknown)
