"""The parts of a world: regions that trade with one another, in any sector and at any remove.

A part that trades with no other and pays it nothing has a price level of its own: its equations hold at any level
of its wages, prices and spending. The level is settled by keeping the part's value added what it was. Parts that
pay one another money without goods are tied by it, or have no equilibrium at all; they share one level.
"""

from __future__ import annotations

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints

EVEN = 1e-11
"""Net payments below this share of a part's value added are rounding."""


def parts(kernel: Floats) -> list[Bools]:
    """Return the parts of a kernel (sector, buyer, seller), each as a mask over the regions."""
    linked = np.zeros(kernel.shape[1:], dtype=bool)
    for sector in kernel:
        linked |= sector > 0
        if linked.all():
            return [np.ones(len(linked), dtype=bool)]
    return connected(linked | linked.T)


def connected(linked: Bools) -> list[Bools]:
    """Return the connected parts of a symmetric relation, each as a mask over its nodes."""
    found: list[Bools] = []
    seen = np.zeros(len(linked), dtype=bool)
    for node in range(len(linked)):
        if seen[node]:
            continue
        part = np.zeros(len(linked), dtype=bool)
        edge = part.copy()
        edge[node] = True
        while edge.any():
            part |= edge
            edge = linked[edge].any(axis=0) & ~part
        seen |= part
        found.append(part)
    return found


def price_levels(kernel: Floats, *, added: Floats, inflow: Floats) -> Ints:
    """Return which price level each region has, shape (region,): 0 for those that share one, then one a part.

    Parameters
    ----------
    added, inflow : array, shape (region,)
        Value added, and net inflow of money from all other regions.
    """
    level = np.zeros(len(added), dtype=np.int64)
    found = parts(kernel)
    if len(found) > 1:
        own = [part for part in found if added[part].sum() > 0 and _even(part, added, inflow)]
        for number, part in enumerate(own, start=1):
            level[part] = number
    return level


def stranded(kernel: Floats, *, added: Floats, inflow: Floats) -> Ints:
    """Return the regions of the smallest part that trades with no other while money crosses; empty if there is none."""
    found = parts(kernel)
    uneven = [part for part in found if not _even(part, added, inflow)] if len(found) > 1 else []
    return np.flatnonzero(min(uneven, key=lambda part: int(part.sum()))) if uneven else np.zeros(0, dtype=np.int64)


def _even(part: Bools, added: Floats, inflow: Floats) -> bool:
    return bool(abs(inflow[part].sum()) <= EVEN * added[part].sum())
