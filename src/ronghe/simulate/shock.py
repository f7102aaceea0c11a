"""A shock: what a scenario changes, as plain arrays over one world (block 3).

    k^_nij = barrier change * (1 + t'_nij) / (1 + t_nij),      K = pi k^-theta

An infinite barrier is the limit of a prohibitive wall: its kernel is 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.simulate.world import World


@dataclass(frozen=True, slots=True, eq=False)
class Shock:
    """What changes against the baseline.

    Attributes
    ----------
    barriers : array, shape (sector, buyer, seller), or None
        Factor on resource costs of trade; ``inf`` forbids the pair.
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


NO_SHOCK = Shock()


def barrier_factor(world: World, shock: Shock) -> Floats | None:
    """Return k^, shape (sector, buyer, seller), or None where nothing changes."""
    factor = shock.barriers
    if shock.tariffs is not None:
        old = 0.0 if world.tariffs is None else world.tariffs
        wedge = (1.0 + shock.tariffs) / (1.0 + old)
        factor = wedge if factor is None else factor * wedge
    return factor


def kernel_of(world: World, shock: Shock) -> Floats:
    """Return K = pi k^-theta, shape (sector, buyer, seller): one power per changed cell, once per counterfactual."""
    kernel = np.array(world.shares, dtype=float, order="C")
    factor = barrier_factor(world, shock)
    if factor is not None:
        changed = (factor != 1.0) & (kernel > 0)
        theta = np.broadcast_to(world.elasticities[:, None, None], kernel.shape)[changed]
        kernel[changed] *= factor[changed] ** -theta
    return kernel


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
