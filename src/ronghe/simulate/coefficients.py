"""Everything one step of the fixed point reads, laid out once per world and closure.

The state is one flat vector ``z = (ln w, ln r, ln rl, ln L, ln P, ln X)`` of length 4 N + 2 N J: hats of
wages, rents of capital, land rents, people and prices, and levels of spending, the last two by
(region, sector). Money is counted in units in which world value added stays constant.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.simulate.fiscal import final_use
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.world import World

BLOCK_LIMIT = 5_000
"""Most region-sector cells for which the block preconditioner pays."""

NOTHING = -700.0
"""ln of a spending that is structurally zero."""

RESTART, RESTART_PACE = 10.0, 0.5
"""The memory of the acceleration is cleared at this multiple of its best residual; the next step has this length."""


class Coefficients(NamedTuple):
    """Arrays of one world and closure; region-sector arrays have shape (region, sector)."""

    theta: Floats
    inputs: Floats
    labour: Floats
    capital: Floats
    land: Floats
    wages: Floats
    rents: Floats
    land_rents: Floats
    pace: Floats
    on_value_added: Floats
    on_revenue: Floats
    on_inflow: Floats
    on_grants: Floats
    inflow_fixed: Floats
    inflow_domestic: Floats
    inflow_abroad: Floats
    grants: Floats
    gifts: Floats
    gift_weights: Floats
    domestic: Floats
    wedge_slot: Ints
    level: Ints
    block_prices: Floats
    block_spending: Floats
    kappa: float
    people: Floats
    home: Ints
    moving: Floats
    household: Floats
    government: Floats
    consumption_rule: Floats
    government_rule: Floats
    rivalry: float
    service_weight: float
    start_uses: Floats


@lru_cache(maxsize=32)
def coefficients(*, world: World, parameters: Parameters, mobile: bool = False) -> Coefficients:
    """Lay out a world for the solver; people move when ``mobile``.

    Raises
    ------
    ParameterFault
        If people are to move and the world holds no residents by home.
    """
    if mobile and world.residents is None:
        raise ParameterFault(
            Text(
                "没有按户籍地分的居民表，人口不能流动：请用 closure=“short”，或提供迁移表。",
                'No table of residents by home, so people cannot move: use closure="short" or load migration.',
            )
        )
    use = final_use(world)
    nothing = np.zeros(len(world.regions))
    aC, aG, aI = world.baskets
    aI = np.where(aI.sum(axis=0) > 0, aI, aC)
    labour, capital, land = factor_shares(world)
    indexed = world.rule == "indexed"
    rules = (use.on_value_added, use.on_revenue, use.on_inflow, use.on_grants)
    spread = [np.ascontiguousarray((aC * rule[0] + aG * rule[1] + aI * rule[2]).T) for rule in rules]
    block_prices, block_spending = _blocks(world)
    stock = world.residents if mobile and world.residents is not None else np.zeros((0, 0))
    weights = world.household * world.domestic
    national = world.numeraire == "national"
    return Coefficients(
        theta=np.array(world.elasticities, dtype=float),
        inputs=np.ascontiguousarray(world.inputs),
        labour=labour,
        capital=capital,
        land=land,
        wages=(labour * world.output.T).sum(axis=1),
        rents=(capital * world.output.T).sum(axis=1),
        land_rents=(land * world.output.T).sum(axis=1),
        pace=_pace(world, block_prices),
        on_value_added=spread[0],
        on_revenue=spread[1],
        on_inflow=spread[2],
        on_grants=spread[3],
        inflow_fixed=nothing if indexed else world.external + use.other_inflow,
        inflow_domestic=use.other_inflow if indexed else nothing,
        inflow_abroad=world.external if indexed else nothing,
        grants=use.grants,
        gifts=nothing,
        gift_weights=np.ascontiguousarray((weights / weights.sum()).T) if national else np.zeros((0, 0)),
        domestic=world.domestic.astype(float),
        wedge_slot=np.full(len(world.sectors), -1, dtype=np.int64),
        level=np.zeros(len(world.regions), dtype=np.int64),
        block_prices=block_prices,
        block_spending=block_spending,
        kappa=parameters.kappa if mobile else 0.0,
        people=np.ascontiguousarray(stock, dtype=float),
        home=np.flatnonzero(world.domestic).astype(np.int64),
        moving=np.ones(stock.shape),
        household=np.ascontiguousarray(aC.T),
        government=np.ascontiguousarray(aG.T),
        consumption_rule=np.array([rule[0] for rule in rules]),
        government_rule=np.array([rule[1] for rule in rules]),
        rivalry=parameters.rivalry,
        service_weight=parameters.service_weight if world.fiscal else 0.0,
        start_uses=np.array(world.purchases[:2]),
    )


def factor_shares(world: World) -> tuple[Floats, Floats, Floats]:
    """Return cost shares of labour, capital and land, each of shape (region, sector)."""
    g, b = world.value_added_shares.T, world.capital_shares.T
    estate = np.zeros(len(world.sectors))
    if world.housing >= 0:
        estate[world.housing] = 1.0
    return (
        np.ascontiguousarray(g * (1.0 - b)),
        np.ascontiguousarray(g * b * (1.0 - estate)),
        np.ascontiguousarray(g * b * estate),
    )


def _blocks(world: World) -> tuple[Floats, Floats]:
    """Invert each region's own input-output round, on prices and on log spending.

    (I - diag(pi_nn) G_n')^-1 and X^-1 (I - G_n diag(pi_nn))^-1 X; empty arrays where the world is too large.
    """
    count, sectors = len(world.regions), len(world.sectors)
    if count * sectors > BLOCK_LIMIT:
        return np.zeros((0, 0, 0)), np.zeros((0, 0, 0))
    home = np.diagonal(world.shares, axis1=1, axis2=2).T
    kept = np.diagonal(world.net_shares, axis1=1, axis2=2).T
    spending = world.spending.T
    prices = home[:, :, None] * world.inputs.transpose(0, 2, 1)
    ratio = np.divide(
        spending[:, None, :],
        spending[:, :, None],
        out=np.zeros((count, sectors, sectors)),
        where=spending[:, :, None] > 0,
    )
    orders = world.inputs * kept[:, None, :] * ratio
    one = np.eye(sectors)
    return np.asarray(np.linalg.inv(one - prices), dtype=float), np.asarray(np.linalg.inv(one - orders), dtype=float)


def _pace(world: World, block_prices: Floats) -> Floats:
    """Return the diagonal-Newton pace of factor prices, 1 / (1 + elasticity of demand for the region's factors)."""
    g = world.value_added_shares.T
    content = g if block_prices.size == 0 else np.einsum("njk,nk->nj", block_prices, g)
    flows = world.flows
    sold = np.divide(
        np.einsum("jni,jni->ij", flows, world.shares),
        world.output.T,
        out=np.ones((len(world.regions), len(world.sectors))),
        where=world.output.T > 0,
    )
    weight = g * world.output.T
    weight = weight / weight.sum(axis=1, keepdims=True)
    pace: Floats = 1.0 / (1.0 + (weight * world.elasticities * (1.0 - sold) * content).sum(axis=1))
    return pace
