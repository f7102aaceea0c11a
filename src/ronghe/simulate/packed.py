"""The coefficients in a few stacked arrays, as the compiled kernels take them: few arguments compile sooner."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.simulate.coefficients import Coefficients

# Rows of ``Packed.cells`` (region, sector).
LABOUR, CAPITAL, LAND, ON_VALUE, ON_REVENUE, ON_INFLOW, ON_GRANTS, HOUSEHOLD, GOVERNMENT, WEIGHTS = range(10)
# Rows of ``Packed.rows`` (region,).
WAGES, RENTS, LAND_RENTS, PACE, FIXED, AT_HOME, ABROAD, GRANTS, GIFTS, DOMESTIC, START_C, START_G, RULE_C, RULE_G = (
    0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 16,
)  # fmt: skip
# Entries of ``Packed.numbers``.
KAPPA, RIVALRY, SERVICE_WEIGHT, NATIONAL = range(4)


class Packed(NamedTuple):
    """The coefficients in stacked arrays."""

    cells: Floats
    rows: Floats
    inputs: Floats
    blocks: Floats
    theta: Floats
    slot: Ints
    level: Ints
    moves: Floats
    home: Ints
    numbers: Floats


def pack(c: Coefficients) -> Packed:
    """Stack the coefficients for the compiled functions."""
    national = c.gift_weights.size > 0
    weights = c.gift_weights if national else np.zeros_like(c.labour)
    cells = [c.labour, c.capital, c.land, c.on_value_added, c.on_revenue, c.on_inflow, c.on_grants]
    rows = [c.wages, c.rents, c.land_rents, c.pace, c.inflow_fixed, c.inflow_domestic, c.inflow_abroad, c.grants]
    rows += [c.gifts, c.domestic, *c.start_uses, *c.consumption_rule, *c.government_rule]
    return Packed(
        cells=np.array([*cells, c.household, c.government, weights]),
        rows=np.array(rows),
        inputs=c.inputs,
        blocks=np.array([c.block_prices, c.block_spending]),
        theta=c.theta,
        slot=c.wedge_slot,
        level=c.level,
        moves=np.array([c.people, c.moving]),
        home=c.home,
        numbers=np.array([c.kappa, c.rivalry, c.service_weight, float(national)]),
    )
