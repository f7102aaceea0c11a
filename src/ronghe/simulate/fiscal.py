"""Fiscal accounts, first version: local revenue on value added at place, transfers from the centre (block 8).

    own revenue   = rate_n VA_n,                  rate_n = recorded own revenue / value added
    government    = own revenue + tau_n,          tau_n  = recorded net transfer from the centre
    centre        = rc sum of domestic VA,        rc     = sum tau / sum VA
    household     Yd_n = (1 - rate_n - rc) VA_n + wedge revenue
    other inflow  R_n  = T_n - tau_n + rc VA_n,   sums to 0 where T does

A world without the fiscal block spends I_n = VA_n + wedge revenue + T_n + B_n in fixed parts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.simulate.world import World


@dataclass(frozen=True, slots=True, eq=False)
class FinalUse:
    """How final use follows value added, wedge revenue and inflows; all arrays of shape (region,).

    The new level of a use is ``on_value_added * VA' + on_revenue * Rev' + on_inflow * D' + on_grants * tau'``.
    Rows of the arrays of shape (3, region): household, government, investment.
    """

    on_value_added: Floats
    on_revenue: Floats
    on_inflow: Floats
    on_grants: Floats
    disposable_on_value_added: Floats
    own_rates: Floats
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
        on_value_added=parts,
        on_revenue=parts,
        on_inflow=parts,
        on_grants=parts,
        disposable_on_value_added=np.ones(len(world.regions)),
        own_rates=nothing,
        centre_rate=0.0,
        grants=nothing,
        other_inflow=world.transfers,
    )


def _with_government(world: World) -> FinalUse:
    added, revenue = world.value_added, world.wedge_revenue
    consumption, government, _ = world.purchases
    # Abroad there is no grant from the centre: government there lives on its own revenue.
    own = np.where(world.domestic, world.own_revenue, government)
    grants = np.where(world.domestic, government - own, 0.0)
    centre = float(grants.sum() / added[world.domestic].sum())
    taxed = np.where(world.domestic, centre, 0.0)
    rates = own / added
    kept = 1.0 - rates - taxed
    ratio = consumption / (kept * added + revenue)
    nothing, one = np.zeros(len(added)), np.ones(len(added))
    return FinalUse(
        on_value_added=np.array([ratio * kept, rates, (1.0 - ratio) * kept]),
        on_revenue=np.array([ratio, nothing, 1.0 - ratio]),
        on_inflow=np.array([nothing, nothing, one]),
        on_grants=np.array([nothing, one, nothing]),
        disposable_on_value_added=kept,
        own_rates=rates,
        centre_rate=centre,
        grants=grants,
        other_inflow=np.where(world.domestic, world.transfers - grants + taxed * added, 0.0),
    )
