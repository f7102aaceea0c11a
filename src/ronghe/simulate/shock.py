"""A shock: what a scenario changes, as plain arrays over one world (block 3).

    k^_nij = barrier change * (1 + t'_nij) / (1 + t_nij),      K = pi k^-theta

An infinite barrier is the limit of a prohibitive wall: its kernel is 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ronghe.base.arrays import Bools, Floats, Ints
from ronghe.simulate.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """One factor on the pairs of a mask, in some sectors: a barrier change without an array of all cells.

    Attributes
    ----------
    pairs : array of bool, shape (buyer, seller)
    sectors : array of bool, shape (sector,)
    factor : float
        ``inf`` forbids the pairs.
    stated : bool
        A stated cut: a cell that several cover counts once, at the deepest cut, and a wall forbids it whatever else
        is cut. The factors of the others (documented levers) multiply.
    """

    pairs: Bools
    sectors: Bools
    factor: float
    stated: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class Shock:
    """What changes against the baseline.

    Attributes
    ----------
    barriers : array, shape (sector, buyer, seller), or None
        Factor on resource costs of trade; ``inf`` forbids the pair.
    cuts : tuple of Cut
        Further factors, by pairs and sectors.
    tariffs : array, shape (sector, buyer, seller), or None
        New wedges; the baseline's where None.
    moving : array, shape (home, residence) or (group, home, residence), or None
        mu^: factor on the cost of living away from home.
    gifts : array, shape (region,), or None
        Transfers between regions at base-year prices, sum 0.
    productivity : array, shape (sector, region), or None
        A^ beyond scale.
    land : array, shape (region,), or None
        Q^: construction-land quota.
    subsidies : array, shape (sector, region), or None
        New rates s'; the baseline's where None.
    sharing : array, shape (sector or 1, receiver, place), or None
        New S; the baseline's, or the identity, where None.
    budget : array, shape (service, region), or None
        New shares of services in government use.
    pooling : array, shape (service, user, provider), or None
        New lam.
    capital : array, shape (region,), or None
        K^: capital that has been built up or run down in a place, where capital does not move.
    """

    barriers: Floats | None = None
    tariffs: Floats | None = None
    moving: Floats | None = None
    gifts: Floats | None = None
    productivity: Floats | None = None
    land: Floats | None = None
    subsidies: Floats | None = None
    sharing: Floats | None = None
    budget: Floats | None = None
    pooling: Floats | None = None
    capital: Floats | None = None
    cuts: tuple[Cut, ...] = ()


NO_SHOCK = Shock()


def sector_factor(world: World, shock: Shock, j: int) -> Floats | None:
    """Return k^ of one sector, shape (buyer, seller), or None where nothing changes in it."""
    factor = _combined(shock.cuts, j)
    if shock.barriers is not None:
        factor = shock.barriers[j] if factor is None else factor * shock.barriers[j]
    if shock.tariffs is not None:
        old = 0.0 if world.tariffs is None else world.tariffs[j]
        wedge = (1.0 + shock.tariffs[j]) / (1.0 + old)
        factor = wedge if factor is None else factor * wedge
    return factor


def _combined(cuts: Sequence[Cut], j: int) -> Floats | None:
    here = [cut for cut in cuts if cut.sectors[j]]
    if not here:
        return None
    stated, levers = np.ones(here[0].pairs.shape), np.ones(here[0].pairs.shape)
    for cut in here:
        if not cut.stated:
            levers[cut.pairs] *= cut.factor
            continue
        deepest = np.maximum if np.isinf(cut.factor) else np.minimum
        now = stated[cut.pairs]
        stated[cut.pairs] = np.where(np.isinf(now), np.inf, deepest(now, cut.factor))
    return stated * levers


def barrier_factor(world: World, shock: Shock) -> Floats | None:
    """Return k^, shape (sector, buyer, seller), or None where nothing changes."""
    if shock.barriers is None and shock.tariffs is None and not shock.cuts:
        return None
    factors = [sector_factor(world, shock, j) for j in range(len(world.sectors))]
    one = np.ones(world.shares.shape[1:])
    return np.array([one if factor is None else factor for factor in factors])


def kernel_of(world: World, shock: Shock) -> Floats:
    """Return K = pi k^-theta, shape (sector, buyer, seller), in the storage of the shares.

    One power per changed cell, once per counterfactual; without a change it is the shares themselves, to be read only.
    """
    if shock.barriers is None and shock.tariffs is None and not shock.cuts:
        return world.shares
    kernel = np.array(world.shares, order="C")
    powers: dict[tuple[float, tuple[bool, ...]], Floats | None] = {}
    by_cell = shock.barriers is not None or shock.tariffs is not None
    for j, theta in enumerate(world.elasticities):
        # Sectors with one elasticity and the same cuts share one table of powers.
        key = (float(theta), tuple(bool(cut.sectors[j]) for cut in shock.cuts))
        if by_cell or key not in powers:
            powers[key] = _power(sector_factor(world, shock, j), theta, kernel.dtype)
        power = powers[key]
        if power is not None:
            kernel[j] *= power
    return kernel


def _power(factor: Floats | None, theta: float, storage: np.dtype[Any]) -> Floats | None:
    """Return k^-theta of one sector; 1 where nothing changes, 0 for a prohibitive wall."""
    if factor is None:
        return None
    changed = factor != 1.0
    power = np.ones(factor.shape, dtype=storage)
    power[changed] = factor[changed] ** -theta
    return power


def wedge_kernel(world: World, shock: Shock, kernel: Floats) -> tuple[Floats, Ints]:
    """Return K / (1 + t') for sectors with a wedge, and each sector's slot in it (-1 for none)."""
    new = new_tariffs(world, shock)
    slots = np.full(len(world.sectors), -1, dtype=np.int64)
    if new is None:
        return np.zeros((0, *kernel.shape[1:])), slots
    levied = np.flatnonzero((new != 0.0).any(axis=(1, 2)))
    slots[levied] = np.arange(len(levied))
    return np.ascontiguousarray(kernel[levied] / (1.0 + new[levied])), slots


def new_tariffs(world: World, shock: Shock) -> Floats | None:
    """Return the wedges after the shock."""
    return world.tariffs if shock.tariffs is None else shock.tariffs


def without_supplier(world: World, kernel: Floats) -> list[tuple[int, int]]:
    """Return (sector, buyer) cells that buy today and would be left without any supplier."""
    lost = (kernel.sum(axis=2) <= 0) & (world.spending > 0)
    return [(int(j), int(n)) for j, n in np.argwhere(lost)]
