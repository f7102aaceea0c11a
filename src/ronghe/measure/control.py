"""Who controls whom across a border: strengths, balance, corridors, and links held against border-free ones.

    out_u = sum_v K_uv    in_u = sum_v K_vu        strength, over other regions
    balance_uv = (K_uv - K_vu) / (K_uv + K_vu)     1: only u holds v; 0: even
    rho_pq = sum (F_uv + F_vu) / sum (F0_uv + F0_vu),  u in p, v in q

Counts can be blown up by founding more firms for the same capital; capital cannot. Both are shown.

References
----------
.. [1] S. Vitali, J. B. Glattfelder, S. Battiston, "The Network of Global Corporate Control", 2011.
.. [2] E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from ronghe.base.arrays import Bools, Floats
from ronghe.base.errors import NotIdentified
from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.measure.firms import DirectLink
from ronghe.measure.wrong import refuse, wrong_flows


@dataclass(frozen=True, slots=True, eq=False)
class Strength:
    """What each region holds elsewhere and others hold in it.

    Attributes
    ----------
    out, received : array, shape (region,)
        Sums over other regions; NaN where a cell is unknown.
    own : array, shape (region,)
        What it holds at home.
    balance : array, shape (region, region)
        Control balance, -1 to 1; NaN where neither holds the other, or a cell is unknown.
    """

    out: Floats
    received: Floats
    own: Floats
    balance: Floats


class Corridor(NamedTuple):
    """One direction between two blocks."""

    origin: Hashable
    destination: Hashable
    amount: float
    share: float
    """Of all that crosses a border and is known."""


class Share(NamedTuple):
    """A share of firms with its Wilson interval."""

    value: float
    spread: Spread
    number: int
    of: int


class TradedLinks(NamedTuple):
    """Links between industries that trade in the input-output table."""

    trading: int
    known: int
    unknown: int
    """Links of which one end's industry is in no row, or in no row of the table."""

    @property
    def share(self) -> float:
        """Of the links whose industries are known; NaN where none is."""
        return self.trading / self.known if self.known else float("nan")


def strength(*, flows: Floats) -> Strength:
    """Return out- and in-strength and the control balance.

    Parameters
    ----------
    flows : array, shape (region, region)
        Capital or counts, rows hold; NaN where unknown.
    """
    held = _square(flows)
    away = np.where(np.eye(len(held), dtype=np.bool_), 0.0, held)
    both = away + away.T
    balance = np.divide(away - away.T, both, out=np.full(held.shape, np.nan), where=both > 0)
    return Strength(away.sum(axis=1), away.sum(axis=0), np.diag(held).copy(), balance)


def corridors(*, flows: Floats, blocks: Sequence[Hashable], most: int = 10) -> tuple[Corridor, ...]:
    """Return the largest directions between blocks, from the largest.

    Parameters
    ----------
    flows : array, shape (region, region)
        Capital or counts. A direction with an unknown cell is left out.
    blocks : sequence, length region
        Block of each region.
    most : int
        Directions returned at most; those without a flow never are.
    """
    held = _square(flows, len(blocks))
    names = list(dict.fromkeys(blocks))
    belongs = np.array([[block == name for block in blocks] for name in names], dtype=np.float64)
    # A sum of products would let one unknown cell spoil every block.
    known = np.isfinite(held).astype(np.float64)
    sums = belongs @ np.nan_to_num(held) @ belongs.T
    full = (belongs @ known @ belongs.T) == np.outer(belongs.sum(axis=1), belongs.sum(axis=1))
    counted = full & ~np.eye(len(names), dtype=np.bool_) & (sums > 0)
    total = sums[counted].sum()
    found = [
        Corridor(names[a], names[b], float(sums[a, b]), float(sums[a, b] / total)) for a, b in np.argwhere(counted)
    ]
    return tuple(sorted(found, key=lambda corridor: -corridor.amount)[:most])


def cross_border_share(
    *, links: Sequence[DirectLink], blocks: Mapping[str, Hashable], firms: Collection[str] | None = None
) -> Share:
    """Return the share of firms that hold, or are held, across the border of a block.

    Parameters
    ----------
    links : sequence of DirectLink
        Of :class:`ronghe.measure.firms.FirmNetwork`, shells out.
    blocks : mapping of region to block
    firms : collection of str, optional
        All firms of the register; without it the share is of firms that have a link at all, and so is larger.

    Raises
    ------
    ParameterFault
        If a region has no block.
    NotIdentified
        If there is no firm.
    """
    lost = sorted({place for link in links for place in (link.origin, link.destination) if place not in blocks})
    if lost:
        refuse([Text(f"没有所属区块的地区：{'、'.join(lost)}。", f"Regions without a block: {', '.join(lost)}.")])
    linked = {unit for link in links for unit in (link.parent, link.child)}
    across = {
        unit for link in links if blocks[link.origin] != blocks[link.destination] for unit in (link.parent, link.child)
    }
    counted = linked if firms is None else set(firms)
    if not counted:
        raise NotIdentified("capital_links", Text("没有企业可以统计。", "There is no firm to count."), ("firms",))
    return wilson(number=len(across & counted), of=len(counted))


def wilson(*, number: int, of: int) -> Share:
    """Return a share with its 5-95 % interval [2]_, the counted ones taken as a sample of those like them.

    Examples
    --------
    >>> found = wilson(number=8, of=10)
    >>> round(found.spread.low, 4), round(found.spread.high, 4)
    (0.5408, 0.9314)
    """
    if not 0 <= number <= of or of < 1:
        refuse(
            [Text(f"应有 0 ≤ number ≤ of 且 of ≥ 1，读到{number}和{of}。", f"0 <= {number} <= {of} fails, or of < 1.")]
        )
    z, share = float(ndtri(0.95)), number / of
    middle, scale = share + z * z / (2 * of), 1 + z * z / of
    half = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return Share(
        share, Spread("interval", max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)), number, of
    )


def realised(
    *, flows: Floats, border_free: Floats, blocks: Sequence[Hashable], pair: tuple[Hashable, Hashable] | None = None
) -> float:
    """Return what flows between blocks as a share of what would flow without borders.

    Parameters
    ----------
    flows, border_free : array, shape (region, region)
        Capital or counts, and F0 with the same sums. Cells unknown in either count in neither.
    blocks : sequence, length region
    pair : (block, block), optional
        Two blocks; without it all pairs of different blocks.

    Returns
    -------
    float
        1: no border; NaN where nothing would flow.
    """
    held, free = _square(flows, len(blocks)), _square(border_free, len(blocks))
    names = set(blocks)
    if pair is not None and (len(set(pair)) < 2 or not set(pair) <= names):
        refuse([Text(f"pair 应为两个不同的已知区块，读到 {pair}。", f"pair must name two known blocks; read {pair}.")])
    of = np.array([[a != b and (pair is None or {a, b} == set(pair)) for b in blocks] for a in blocks], dtype=np.bool_)
    counted: Bools = of & np.isfinite(held) & np.isfinite(free)
    potential = float(free[counted].sum())
    return float(held[counted].sum()) / potential if potential > 0 else float("nan")


def traded_links(
    *, links: Sequence[DirectLink], sectors: Mapping[str, int], coefficients: Floats, least: float = 0.01
) -> TradedLinks:
    """Return how many links join industries that buy from one another.

    A parent's industry is known where the parent is itself a child in some row.

    Parameters
    ----------
    links : sequence of DirectLink
    sectors : mapping of industry to position in the table
    coefficients : array, shape (sector, sector)
        Input coefficients, rows sell to columns.
    least : float
        Smallest coefficient, either way, that counts as trading; links inside one sector count by its own cell.
    """
    table = _square(coefficients)
    outside = sorted(name for name, at in sectors.items() if not 0 <= at < len(table))
    if outside:
        refuse([Text(f"行业位置超出投入产出表：{'、'.join(outside)}。", f"No row of the table: {', '.join(outside)}.")])
    industry = {link.child: link.industry for link in links}
    ends = [(industry.get(link.parent, ""), link.industry) for link in links]
    known = [(sectors[a], sectors[b]) for a, b in ends if a in sectors and b in sectors]
    trading = sum(bool(max(table[a, b], table[b, a]) >= least) for a, b in known)
    return TradedLinks(trading, len(known), len(links) - len(known))


def _square(flows: Floats, units: int | None = None) -> Floats:
    """Return a table of flows as floats; refuse one that is not square, or has negative or infinite cells."""
    held = np.asarray(flows, dtype=np.float64)
    # Unknown cells are allowed here: they stay unknown.
    filled = np.where(np.isnan(held), 0.0, held)
    refuse(wrong_flows("flows", filled, len(held) if units is None else units))
    return held
