"""Who has what at a state: value added, inflows, taxes shared, capital that works elsewhere (blocks 4, 8, 11).

K'_n = K_tot kap_n r^_n^epsK / sum_s kap_s r^_s^epsK          the pool of mobile capital, kap baseline shares
land'_n = Q^_n (rl^_n / numeraire)^eps                        the quota, and more where real rents rise
own'_n = sum_ij S'_nij (vat_i VA'_ij + cit_i rK'_ij) - sum_j s'_nj Y'_nj
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate.solver.coefficients import Coefficients


class Incomes(NamedTuple):
    """Incomes by region, each of shape (region,).

    Attributes
    ----------
    added, revenue, inflow, grants : array
        Value added, wedge revenue, net inflow outside the budget, net grants to government.
    household, government, centre : array
        What goes to households beyond that (capital elsewhere less taxes beyond the baseline rates), to government
        (taxes shared less those raised at place at the baseline rates, less subsidies), and to the centre's purchases.
    capital, shared, outlay : array
        Income of owners less that of capital in the place; taxes shared less those at place; subsidies paid.
    """

    added: Floats
    revenue: Floats
    inflow: Floats
    grants: Floats
    household: Floats
    government: Floats
    centre: Floats
    capital: Floats
    shared: Floats
    outlay: Floats

    @property
    def amounts(self) -> tuple[Floats, ...]:
        """What final use follows, in the order of its rules."""
        return self[:7]


def capital_supply(c: Coefficients, rents: Floats) -> Floats:
    """Return ln K^ of every region at its rents: what it has where capital stays."""
    if c.capital_mobility == 0.0 or not c.pool.any():
        return c.stock
    share = c.pool / c.pool.sum()
    top = float(rents[c.pool > 0].max())
    mean = np.log(share @ np.exp(c.capital_mobility * (rents - top))) + c.capital_mobility * top
    return np.where(c.pool > 0, c.capital_mobility * rents - mean, 0.0)


def money(c: Coefficients, prices: Floats) -> float:
    """Return ln of the numeraire in the state's units: national consumer prices, or nothing (world value added)."""
    return float((c.gift_weights * prices).sum()) if c.gift_weights.size else 0.0


def land_supply(c: Coefficients, land_rents: Floats, prices: Floats) -> Floats:
    """Return ln of the land in use: the quota, and more where real rents rise."""
    if c.land_supply == 0.0:
        return c.quota
    supplied: Floats = c.quota + c.land_supply * (land_rents - money(c, prices))
    return supplied


def inflows(c: Coefficients, added: Floats, prices: Floats) -> tuple[Floats, Floats]:
    """Return net inflows and public grants after their rules (indexed, fixed, gifts)."""
    start = c.wages.sum(axis=0) + c.rents + c.land_rents
    level = added.sum() / start.sum()
    nation = (c.domestic @ added) / (c.domestic @ start)
    outside = start.sum() - c.domestic @ start
    abroad = (added.sum() - c.domestic @ added) / outside if outside > 1e-12 * start.sum() else level
    worth = np.exp(money(c, prices)) if c.gift_weights.size else level
    return (
        c.inflow_fixed * level + c.inflow_domestic * nation + c.inflow_abroad * abroad,
        c.grants * nation + c.gifts * worth,
    )


def incomes(
    c: Coefficients,
    *,
    wages: Floats,
    rents: Floats,
    land_rents: Floats,
    people: Floats,
    prices: Floats,
    output: Floats,
    revenue: Floats,
) -> Incomes:
    """Return incomes at a state; logs of hats in, ``output`` (sector, region) and ``revenue`` in levels."""
    capital = c.rents * np.exp(rents + capital_supply(c, rents))
    added = (c.wages * np.exp(wages + people)).sum(axis=0) + capital
    added = added + c.land_rents * np.exp(land_rents + land_supply(c, land_rents, prices))
    inflow, grants = inflows(c, added, prices)
    nothing = np.zeros(len(added))
    beyond = _capital_elsewhere(c, capital)
    shared, further, centre = _taxes(c, added, capital, output) if c.sharing.size else (nothing, nothing, nothing)
    outlay = (c.subsidies * output.T).sum(axis=1) if c.subsidies.size else nothing
    return Incomes(
        added, revenue, inflow, grants, beyond - further, shared - outlay, centre, beyond, shared, outlay
    )  # fmt: skip


def _capital_elsewhere(c: Coefficients, capital: Floats) -> Floats:
    """Return income of each region's owners less that of the capital in it."""
    if c.pool.any():
        placed = np.where(c.pool > 0, capital, 0.0)
        beyond: Floats = c.owners * placed.sum() - placed
        return beyond
    return c.ownership @ capital - capital if c.ownership.size else np.zeros(len(capital))


def _taxes(c: Coefficients, added: Floats, capital: Floats, output: Floats) -> tuple[Floats, Floats, Floats]:
    """Return taxes shared less those at place at the baseline rates, taxes beyond these rates, the centre's purchases.

    What the columns of S leave is the centre's, which buys by the baseline shares of government use.
    """
    start = c.wages.sum(axis=0) + c.rents + c.land_rents
    on_added = c.tax_rates - c.capital_rates * c.rents / start
    if len(c.sharing) == 1:
        raised = (on_added * added + c.capital_rates * capital)[None]
    else:
        raised = on_added * (c.added_shares.T * output) + c.capital_rates * (c.capital.T * output)
    received = np.einsum("jni,ji->n", c.sharing, raised)
    paid = raised.sum(axis=0)
    at_place = c.tax_rates * added
    return received - at_place, paid - at_place, np.full(len(added), paid.sum() - received.sum())
