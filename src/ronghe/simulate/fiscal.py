"""Who earns, who is taxed, who spends: how final use follows incomes (blocks 4 and 8).

    own revenue   = taxes shared - subsidies,     taxes_i = vat_i VA_i + cit_i rK_i,  shared by S (identity: at place)
    government    = own revenue + tau_n,          tau_n   = government use - own revenue: net transfer from the centre
    centre        = rc sum of domestic VA,        rc      = sum tau / sum VA; what S leaves it buys investment goods
    household     Yd_n = VA_n - taxes_n - rc VA_n + capital_n + (1 - waste) wedge revenue
    other inflow  R_n  = what T_n leaves after all these, sums to 0 where T does
    capital_n     income of n's owners less income of the capital in n, sums to 0

A world without the fiscal block spends I_n = VA_n + capital_n + wedge revenue + T_n + B_n - subsidies in fixed parts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate.world import World

AMOUNTS = ("added", "revenue", "inflow", "grants", "household", "government", "centre")
"""What final use follows: value added, wedge revenue, net inflow, grants, and what further goes to households
(income of capital elsewhere less further taxes), to government (taxes shared less subsidies), to the centre."""


@dataclass(frozen=True, slots=True, eq=False)
class FinalUse:
    """How final use follows incomes.

    Attributes
    ----------
    rules : array, shape (use, amount, region)
        The level of a use (household, government, investment) is the sum of rule * amount, amounts as ``AMOUNTS``.
    disposable_on_value_added, own_rates, capital_rates : array, shape (region,)
        Share of value added left to households; own revenue on value added in all; of it cit on capital income.
    kept_revenue : float
        Share of wedge income that households keep.
    centre_rate : float
    grants, other_inflow : array, shape (region,)
    """

    rules: Floats
    disposable_on_value_added: Floats
    own_rates: Floats
    capital_rates: Floats
    kept_revenue: float
    centre_rate: float
    grants: Floats
    other_inflow: Floats


def final_use(world: World) -> FinalUse:
    """Return the linear rules of final use that reproduce the baseline."""
    return _with_government(world) if world.fiscal else _one_income(world)


def _one_income(world: World) -> FinalUse:
    uses = np.array(world.purchases)
    income = uses.sum(axis=0)
    parts = np.divide(uses, income, out=np.zeros_like(uses), where=income > 0)
    nothing = np.zeros(len(world.regions))
    return FinalUse(
        rules=np.repeat(parts[:, None, :], len(AMOUNTS), axis=1),
        disposable_on_value_added=np.ones(len(world.regions)),
        own_rates=nothing,
        capital_rates=nothing,
        kept_revenue=1.0,
        centre_rate=0.0,
        grants=nothing,
        other_inflow=world.transfers - capital_net(world),
    )


def _with_government(world: World) -> FinalUse:
    added, revenue = world.value_added, world.wedge_revenue
    consumption, government, _ = world.purchases
    outlay, capital = world.subsidy_outlay, capital_net(world)
    # Abroad there is no grant from the centre: government there lives on its own revenue.
    own = np.where(world.domestic, world.own_revenue, government + outlay)
    grants = np.where(world.domestic, government - own + outlay, 0.0)
    centre = float(grants.sum() / added[world.domestic].sum())
    taxed = np.where(world.domestic, centre, 0.0)
    rates = _tax_rates(world, own)
    kept = 1.0 - rates - taxed
    waste = world.blocks.waste
    ratio = consumption / (kept * added + (1.0 - waste) * revenue + capital)
    nothing, one = np.zeros(len(added)), np.ones(len(added))
    spent = np.where(world.domestic, government, 0.0)
    spent = spent / max(float(spent.sum()), 1e-300)
    # What the sharing of taxes leaves to the centre, it spends.
    bought = spent * float((rates * added - own).sum())
    household = np.array([ratio, nothing, 1.0 - ratio])
    rules = [
        np.array([ratio * kept, rates, (1.0 - ratio) * kept]),
        (1.0 - waste) * household + waste * np.array([nothing, nothing, one]),
        np.array([nothing, nothing, one]),
        np.array([nothing, one, nothing]),
        household,
        np.array([nothing, one, nothing]),
        np.array([nothing, nothing, spent]),
    ]
    return FinalUse(
        rules=np.array(rules).transpose(1, 0, 2),
        disposable_on_value_added=kept,
        own_rates=rates,
        capital_rates=nothing if world.blocks.sharing is None else world.blocks.sharing.capital_rates,
        kept_revenue=1.0 - waste,
        centre_rate=centre,
        grants=grants,
        other_inflow=np.where(
            world.domestic, world.transfers - grants + taxed * added - capital - (own - rates * added) - bought, 0.0
        ),
    )


def _tax_rates(world: World, own: Floats) -> Floats:
    """Return taxes raised at each place over its value added: what, shared by S, gives recorded own revenue."""
    added, sharing = world.value_added, world.blocks.sharing
    if sharing is None:
        rates: Floats = own / added
        return rates
    by_sector, rents = world.value_added_shares * world.output, capital_by_sector(world)
    on_capital = sharing.capital_rates * rents
    base = np.einsum("jni,ji->ni", np.broadcast_to(sharing.shares, (len(rents), *sharing.shares.shape[1:])), by_sector)
    given = np.einsum("jni,ji->n", np.broadcast_to(sharing.shares, (len(rents), *sharing.shares.shape[1:])), on_capital)
    found: Floats = np.linalg.solve(base, own - given) + on_capital.sum(axis=0) / added
    return found


def capital_by_sector(world: World) -> Floats:
    """Return baseline income of capital by sector and place, land apart, shape (sector, region)."""
    rents: Floats = world.value_added_shares * world.capital_shares * world.output
    if world.housing >= 0:
        rents[world.housing] = 0.0
    return rents


def capital_income(world: World) -> Floats:
    """Return baseline income of capital by place, land apart, shape (region,)."""
    total: Floats = capital_by_sector(world).sum(axis=0)
    return total


def capital_net(world: World) -> Floats:
    """Return baseline income of each region's owners less that of the capital in it, shape (region,)."""
    if world.blocks.ownership is None:
        return np.zeros(len(world.regions))
    rents = capital_income(world)
    net: Floats = world.blocks.ownership @ rents - rents
    return net
