"""Trade and factors: shares formed in full, and what sectors pay for what they use."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate.shock import Shock
from ronghe.simulate.solver.residuals.case import Case, largest
from ronghe.simulate.world import World

DENSE_LIMIT = 1_500
"""Most region-sector cells for which shares are kept and expenditure is solved anew; above it what was reported is put
into the equations."""


@dataclass(frozen=True, slots=True, eq=False)
class Trade:
    """Trade at the reported prices and spending.

    ``index`` of prices, ``sold`` at cost and ``lost`` (share of spending that wedges take) have shape (sector, region);
    ``received`` (sector, buyer, seller), shares net of wedges, is kept for worlds that are small enough.
    """

    index: Floats
    sold: Floats
    lost: Floats
    received: Floats | None


def trade_of(case: Case) -> Trade:
    """Form every share in full, sector by sector."""
    world, hats = case.world, case.hats
    cost = hats.rents ** case.shares[1] * hats.land_rents ** case.shares[2] * case.labour_cost ** case.shares[0]
    cost = cost * np.prod(hats.prices.T[:, :, None] ** world.inputs, axis=1).T / productivity_of(case)
    price = cost * (1.0 - case.rates) / (1.0 - world.subsidies)
    kept: list[Floats] | None = [] if world.spending.size <= DENSE_LIMIT else None
    index, sold, lost = np.ones(cost.shape), np.zeros(cost.shape), np.zeros(cost.shape)
    for j, theta in enumerate(world.elasticities):
        live = world.spending[j] > 0
        # Shares may be stored in single precision, and what the shock makes of them too: they count as stored.
        stored = np.array(world.shares[j])
        factor = _barrier(world, case.shock, j)
        if factor is not None:
            changed = (factor != 1.0) & (stored > 0)
            stored[changed] *= (factor[changed] ** -theta).astype(stored.dtype)
        kept_sum = np.where(live, world.shares[j].sum(axis=1, dtype=float), 1.0)
        landed = stored / kept_sum[:, None] * price[j] ** -theta
        index[j] = np.where(live, landed.sum(axis=1), 1.0) ** (-1.0 / theta)
        received = landed * (hats.prices[j] ** theta)[:, None]
        wedges = world.tariffs if case.shock.tariffs is None else case.shock.tariffs
        if wedges is not None:
            received = received / (1.0 + wedges[j])
        sold[j] = hats.spending[j] @ received / (1.0 - case.rates[j])
        lost[j] = np.where(live, 1.0 - received.sum(axis=1), 0.0)
        if kept is not None:
            kept.append(received)
    return Trade(index, sold, lost, None if kept is None else np.array(kept))


def _barrier(world: World, shock: Shock, j: int) -> Floats | None:
    """Return k^ of one sector, shape (buyer, seller): arrays, cuts and wedges together; None where none changes."""
    one = np.ones(world.shares.shape[1:])
    factor = one if shock.barriers is None else one * shock.barriers[j]
    stated = one.copy()
    for cut in shock.cuts:
        if not cut.sectors[j]:
            continue
        if not cut.stated:
            factor[cut.pairs] *= cut.factor
        elif np.isinf(cut.factor):
            stated[cut.pairs] = np.inf
        else:
            open_still = cut.pairs & np.isfinite(stated)
            stated[open_still] = np.minimum(stated[open_still], cut.factor)
    factor = factor * stated
    if shock.tariffs is not None:
        before = 1.0 if world.tariffs is None else 1.0 + world.tariffs[j]
        factor = factor * (1.0 + shock.tariffs[j]) / before
    return None if (factor == 1.0).all() else factor


def productivity_of(case: Case) -> Floats:
    """Return the hat of productivity, exogenous and through scale, shape (sector, region)."""
    made = np.ones_like(case.world.output) if case.shock.productivity is None else case.shock.productivity
    return made if case.hats.productivity is None else made * case.hats.productivity


def paid_to_factors(case: Case) -> tuple[Floats, Floats, Floats]:
    """Return what labour (group, region), capital and land (region,) are paid at the reported prices."""
    output, hats = case.world.output, case.hats
    held = [(share * output).sum(axis=0) for share in case.shares[1:]]
    bills = (case.bills * case.shares[0] * output).sum(axis=1)
    return bills * hats.wages * hats.people, held[0] * hats.rents * case.capital, held[1] * hats.land_rents * case.land


def factor_gaps(case: Case, paid: tuple[Floats, Floats, Floats], sold: Floats) -> dict[str, float]:
    """Return the residuals of the factor markets."""
    labour, power = case.labour_cost, 1.0 - case.parameters.group_substitution
    each = case.bills if len(case.bills) == 1 else case.bills * (case.hats.wages[:, None, :] / labour) ** power
    demand = (
        (each * case.shares[0] * sold).sum(axis=1),
        (case.shares[1] * sold).sum(axis=0),
        (case.shares[2] * sold).sum(axis=0),
    )
    return {
        name: largest(np.divide(wanted - income, income, out=0.0 * income, where=income > 0))
        for name, wanted, income in zip(("labour", "capital", "land"), demand, paid, strict=True)
    }


def scale_gap(case: Case, sold: Floats) -> float:
    """Return the largest gap between productivity reported and (labour in the sector)^psi (block 9)."""
    assert case.hats.productivity is not None
    before = case.shares[0] * case.world.output
    used = np.divide(case.shares[0] * sold, before * case.labour_cost, out=np.ones_like(before), where=before > 0)
    return largest(case.hats.productivity / used**case.moving.scale - 1.0)
