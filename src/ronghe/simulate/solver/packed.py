"""The coefficients in a few stacked arrays, as the compiled kernels take them: few arguments compile sooner."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.simulate.solver.coefficients import Coefficients

# Rows of ``Packed.cells`` (region, sector).
LABOUR, CAPITAL, LAND, ON_VALUE, ON_REVENUE, ON_INFLOW, ON_GRANTS, HOUSEHOLD, GOVERNMENT, WEIGHTS, LOGS = range(11)
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


def pack(c: Coefficients) -> Packed | None:
    """Stack the coefficients for the compiled functions; None where a block is on that they do not hold."""
    if not c.small:
        return None
    national = c.gift_weights.size > 0
    weights = c.gift_weights if national else np.zeros_like(c.labour)
    rows = [c.wages[0], c.rents, c.land_rents, c.pace, c.inflow_fixed, c.inflow_domestic, c.inflow_abroad, c.grants]
    rows += [c.gifts, c.domestic, *c.start_uses, *c.rules[0, :4], *c.rules[1, :4]]
    logs = c.row_logs if c.row_logs.size else np.zeros_like(c.labour)
    stock = c.people[0] if c.people.size else np.zeros((0, 0))
    return Packed(
        cells=np.array([c.labour, c.capital, c.land, *c.on[:4], c.household, c.government, weights, logs]),
        rows=np.array(rows),
        inputs=c.inputs,
        blocks=np.array([c.block_prices, c.block_spending]),
        theta=c.theta,
        slot=c.wedge_slot,
        level=c.level,
        moves=np.array([stock, c.moving[0] if c.moving.size else stock]),
        home=c.home,
        numbers=np.array([c.kappa, c.rivalry[0], c.service_weight[0], float(national)]),
    )
