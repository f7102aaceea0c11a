"""Everything one step of the fixed point reads, laid out once per world and closure.

The state is one flat vector ``z = (ln w, ln r, ln rl, ln L, ln P, ln X, ln A)``: hats of wages and people by
(group, region), of rents of capital and of land by region, of prices, levels of spending, and hats of productivity
by (region, sector); the last stands in it only where scale is on. Money is counted in units in which world value
added stays constant.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from ronghe.base.arrays import Floats, Ints
from ronghe.base.errors import ParameterFault
from ronghe.base.text import Text
from ronghe.simulate.closure import Closure, Moves, moves
from ronghe.simulate.fiscal import final_use
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.shock import Shock
from ronghe.simulate.world import World

BLOCK_LIMIT = 5_000
"""Most region-sector cells for which the block preconditioner pays."""

NOTHING = -700.0
"""ln of a spending that is structurally zero."""

RESTART, RESTART_PACE = 10.0, 0.5
"""The memory of the acceleration is cleared at this multiple of its best residual; the next step has this length."""


FLOOR = 1e-3
"""On the way, uses and spending count as at least this part of what they were, so that every state has a next one; a
solution at which this holds anything up fails the second formula."""

SHORTENED = 12
"""How often in one solve a step that leaves the region where the equations have values is halved."""


class Coefficients(NamedTuple):
    """Arrays of one world and closure; region-sector arrays have shape (region, sector).

    Attributes
    ----------
    wages : array, shape (group, region)
        Baseline wage bills; ``rents`` and ``land_rents`` (region,) likewise.
    on : array, shape (amount, region, sector)
        How spending follows each amount of :data:`ronghe.simulate.fiscal.AMOUNTS`; ``rules`` the uses themselves.
    people, moving : array, shape (group, home, place)
        Persons by home and place; factor on the cost of living away from home.
    bills : array, shape (group, region, sector)
        Share of each group in wage bills; empty for one group.
    pool, owners : array, shape (region,)
        Capital that moves, and the owners' shares in its income; ``pool`` is 0 where capital stays.
    served : array, shape (service, region)
        Baseline services, those of others that are pooled included; ``budget``, ``pooling`` after the scenario.
    scale : array, shape (sector,)
        psi; empty where scale is off.
    row_logs : array, shape (region, sector)
        ln of the sums of stored shares, where these are rounded to float32; else empty.
    stock : array, shape (region,)
        ln K^ of capital that does not move.
    """

    theta: Floats
    inputs: Floats
    labour: Floats
    capital: Floats
    land: Floats
    wages: Floats
    rents: Floats
    land_rents: Floats
    pace: Floats
    on: Floats
    rules: Floats
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
    rivalry: Floats
    service_weight: Floats
    start_uses: Floats
    bills: Floats
    substitution: float
    pool: Floats
    owners: Floats
    ownership: Floats
    capital_mobility: float
    land_supply: float
    quota: Floats
    scale: Floats
    start_bills: Floats
    technology: Floats
    subsidies: Floats
    price_factor: Floats
    budget: Floats
    start_budget: Floats
    pooling: Floats
    served: Floats
    sharing: Floats
    tax_rates: Floats
    capital_rates: Floats
    added_shares: Floats
    row_logs: Floats
    stock: Floats

    @property
    def groups(self) -> int:
        """How many groups of workers there are."""
        return len(self.wages)

    @property
    def small(self) -> bool:
        """Whether only the blocks of the compiled map are on."""
        beyond = (self.bills, self.scale, self.technology, self.subsidies, self.pooling, self.sharing, self.ownership)
        still = self.capital_mobility == 0 and self.land_supply == 0 and not self.quota.any() and not self.stock.any()
        return still and len(self.rivalry) == 1 and not any(part.size for part in beyond)


@lru_cache(maxsize=32)
def coefficients(*, world: World, parameters: Parameters, closure: Closure = "short") -> Coefficients:
    """Lay out a world for the solver.

    Raises
    ------
    ParameterFault
        If people are to move and the world holds no residents by home; if scale times a trade elasticity passes 1.
    """
    moving = moves(closure, parameters)
    groups, services = world.blocks.groups, world.blocks.services
    stock = _stock(world) if moving.kappa > 0 else np.zeros((1 if groups is None else len(groups.names), 0, 0))
    _knife_edge(world, moving)
    use = final_use(world)
    nothing = np.zeros(len(world.regions))
    aC, aG, aI = world.baskets
    aI = np.where(aI.sum(axis=0) > 0, aI, aC)
    labour, capital, land = factor_shares(world)
    indexed = world.rule == "indexed"
    block_prices, block_spending = _blocks(world)
    weights = world.household * world.domestic
    bills = np.ones((1, *labour.shape)) if groups is None else np.ascontiguousarray(groups.bills.transpose(0, 2, 1))
    rents = (capital * world.output.T).sum(axis=1)
    mobile = moving.capital > 0
    empty = np.zeros((0, 0))
    budget = np.ones((1, len(nothing))) if services is None else services.budget
    return Coefficients(
        theta=np.array(world.elasticities, dtype=float),
        inputs=np.ascontiguousarray(world.inputs),
        labour=labour,
        capital=capital,
        land=land,
        wages=(bills * labour * world.output.T).sum(axis=2),
        rents=rents,
        land_rents=(land * world.output.T).sum(axis=1),
        pace=_pace(world, block_prices),
        on=np.ascontiguousarray(np.einsum("ujn,uan->anj", np.array([aC, aG, aI]), use.rules)),
        rules=use.rules,
        inflow_fixed=nothing if indexed else world.external + use.other_inflow,
        inflow_domestic=use.other_inflow if indexed else nothing,
        inflow_abroad=world.external if indexed else nothing,
        grants=use.grants,
        gifts=nothing,
        gift_weights=np.ascontiguousarray((weights / weights.sum()).T) if world.numeraire == "national" else empty,
        domestic=world.domestic.astype(float),
        wedge_slot=np.full(len(world.sectors), -1, dtype=np.int64),
        level=np.zeros(len(world.regions), dtype=np.int64),
        block_prices=block_prices,
        block_spending=block_spending,
        kappa=moving.kappa,
        people=stock,
        home=np.flatnonzero(world.domestic).astype(np.int64),
        moving=np.ones(stock.shape),
        household=np.ascontiguousarray(aC.T),
        government=np.ascontiguousarray(aG.T),
        rivalry=np.array([parameters.rivalry]) if services is None else np.asarray(services.rivalry, dtype=float),
        service_weight=_weights(world, parameters),
        start_uses=np.array(world.purchases[:2]),
        bills=bills if groups is not None else np.zeros((0, 0, 0)),
        substitution=parameters.group_substitution,
        pool=rents * world.domestic if mobile else nothing,
        owners=_owners(world, rents),
        ownership=empty if world.blocks.ownership is None else world.blocks.ownership,
        capital_mobility=moving.capital,
        land_supply=moving.land_supply,
        quota=nothing,
        scale=np.full(len(world.sectors), moving.scale) if moving.scale > 0 else np.zeros(0),
        start_bills=labour * world.output.T,
        technology=empty,
        subsidies=empty if world.blocks.subsidies is None else np.ascontiguousarray(world.blocks.subsidies.T),
        price_factor=np.zeros(labour.shape),
        budget=budget,
        start_budget=budget,
        pooling=np.zeros((0, 0, 0)) if services is None or services.pooling is None else services.pooling,
        served=_served(world, budget),
        sharing=np.zeros((0, 0, 0)) if world.blocks.sharing is None else world.blocks.sharing.shares,
        tax_rates=use.own_rates,
        capital_rates=use.capital_rates,
        added_shares=np.ascontiguousarray(world.value_added_shares.T),
        row_logs=_row_logs(world),
        stock=nothing,
    )


def with_shock(c: Coefficients, world: World, shock: Shock) -> Coefficients:
    """Return the coefficients after what a shock changes outside the kernel."""
    changed: dict[str, Any] = {}
    if shock.gifts is not None:
        changed["gifts"] = np.array(shock.gifts, dtype=float)
    if shock.moving is not None and c.kappa > 0:
        changed["moving"] = np.ascontiguousarray(np.broadcast_to(shock.moving, c.people.shape), dtype=float)
    if shock.land is not None:
        changed["quota"] = np.log(shock.land)
    if shock.productivity is not None:
        changed["technology"] = np.log(shock.productivity).T
    if shock.subsidies is not None:
        changed["subsidies"] = np.ascontiguousarray(shock.subsidies.T, dtype=float)
        changed["price_factor"] = np.log((1.0 - shock.subsidies.T) / (1.0 - world.subsidies.T))
    if shock.sharing is not None:
        changed["sharing"] = np.asarray(shock.sharing, dtype=float)
    if shock.budget is not None:
        changed["budget"] = np.asarray(shock.budget, dtype=float)
    if shock.capital is not None:
        changed["stock"] = np.log(shock.capital)
    if shock.pooling is not None:
        changed["pooling"] = np.asarray(shock.pooling, dtype=float)
    return c._replace(**changed)


def _row_logs(world: World) -> Floats:
    if world.shares.dtype != np.float32:
        return np.zeros((0, 0))
    sums = world.shares.sum(axis=2, dtype=float).T
    return np.log(np.where(sums > 0, sums, 1.0))


def _stock(world: World) -> Floats:
    """Return persons by group, home and place."""
    groups = world.blocks.groups
    stock = world.residents[None] if groups is None and world.residents is not None else None
    if groups is not None and groups.residents is not None:
        stock = groups.residents
    if stock is None:
        raise ParameterFault(
            Text(
                "没有按户籍地分的居民表，人口不能流动：请用 closure=“short”，或提供迁移表，或设 kappa=0。",
                'No table of residents by home, so people cannot move: use closure="short", load migration, '
                "or set kappa=0.",
            )
        )
    return np.ascontiguousarray(stock, dtype=float)


def _knife_edge(world: World, moving: Moves) -> None:
    """Refuse scale that lets a traded sector collapse into one place: psi theta above 1."""
    wrong = [
        (code, theta)
        for code, theta, traded in zip(world.sectors, world.elasticities, world.traded, strict=True)
        if traded and moving.scale * theta > 1.0
    ]
    if wrong:
        zh = "；".join(f"{code}最多 {1 / theta:.4g}" for code, theta in wrong)
        en = "; ".join(f"{code} at most {1 / theta:.4g}" for code, theta in wrong)
        raise ParameterFault(
            Text(
                f"规模弹性 {moving.scale:g} 与贸易弹性之积大于1，均衡会落到角上：{zh}。",
                f"Scale {moving.scale:g} times the trade elasticity passes 1, where the equilibrium is a corner: {en}.",
            )
        )


def _weights(world: World, parameters: Parameters) -> Floats:
    services = world.blocks.services
    if not world.fiscal:
        return np.zeros(1 if services is None else len(services.names))
    return np.array([parameters.service_weight]) if services is None else np.asarray(services.weight, dtype=float)


def _owners(world: World, rents: Floats) -> Floats:
    """Return shares of the owners in the income of the pool."""
    held = rents * world.domestic
    if world.blocks.ownership is not None:
        held = world.blocks.ownership @ held
    total = held.sum()
    return held / total if total > 0 else held


def _served(world: World, budget: Floats) -> Floats:
    """Return baseline services in money, pooled ones included, shape (service, region)."""
    own = budget * world.purchases[1]
    services = world.blocks.services
    if services is None or services.pooling is None:
        return own
    pooled: Floats = own + np.einsum("zns,zs->zn", services.pooling, own)
    return pooled


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
    home = np.diagonal(world.shares, axis1=1, axis2=2).T.astype(float)
    kept = home if world.tariffs is None else home / (1.0 + np.diagonal(world.tariffs, axis1=1, axis2=2).T)
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
    sold = np.ones((len(world.regions), len(world.sectors)))
    for j, shares in enumerate(world.shares):
        paid = world.spending[j][:, None] * shares
        if world.tariffs is not None:
            paid = paid / (1.0 + world.tariffs[j])
        got = np.einsum("ni,ni->i", paid, shares)
        np.divide(got, world.output[j], out=sold[:, j], where=world.output[j] > 0)
    weight = g * world.output.T
    weight = weight / weight.sum(axis=1, keepdims=True)
    pace: Floats = 1.0 / (1.0 + (weight * world.elasticities * (1.0 - sold) * content).sum(axis=1))
    return pace
