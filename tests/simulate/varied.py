"""Varied economies for the laws of ``simulate``: nothing is alike over regions or sectors, and some pairs do not trade.

Elasticities differ by sector; technology, inputs and capital by region and sector; traded pairs have wedges or no trade
at all; people live away from home, local governments tax, share, subsidise and serve, and one local sector is housing.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
from economies import full_blocks, random_baseline, random_flows

from ronghe.base.arrays import Floats
from ronghe.simulate import Economy, Parameters
from ronghe.simulate.calibrate import balanced, with_blocks, world_from_baseline
from ronghe.simulate.closure import Closure
from ronghe.simulate.columns import columns, start_accounts
from ronghe.simulate.outcome import accounts
from ronghe.simulate.shock import Shock
from ronghe.simulate.solver import equations
from ronghe.simulate.solver.solve import Problem, polish, prepare, solve_problem
from ronghe.simulate.world import World

SECTORS = ("agriculture", "industry", "real_estate", "wholesale_retail", "transport_post")
HOUSING = SECTORS.index("real_estate")
TIGHT = 1e-12
"""Largest residual of an equation, in logs, that an answer may have; most end near 1e-14."""


@lru_cache(maxsize=64)
def varied_world(seed: int, *, regions: int = 5, blocks: bool = True, people: bool = True) -> World:
    """Return a world with wedges, zeros and housing, every block on unless ``blocks`` is false."""
    world = world_from_baseline(random_baseline(seed, regions=regions, sectors=len(SECTORS), people=people))
    rng = np.random.default_rng([seed, 1])
    away = ~np.eye(regions, dtype=bool) & world.traded[:, None, None]
    shares = np.where(away & (rng.random(world.shares.shape) < 0.15), 0.0, world.shares)
    added = np.clip(world.value_added_shares * rng.uniform(0.8, 1.2, world.output.shape), 0.15, 0.85)
    inputs = world.inputs * rng.uniform(0.6, 1.4, world.inputs.shape)
    world = balanced(
        replace(
            world,
            sectors=SECTORS,
            housing=HOUSING,
            shares=shares / shares.sum(axis=2, keepdims=True),
            value_added_shares=added,
            capital_shares=rng.uniform(0.3, 0.6, added.shape),
            inputs=inputs * ((1.0 - added).T / inputs.sum(axis=1))[:, None, :],
            elasticities=rng.uniform(3.0, 8.0, len(SECTORS)),
            tariffs=rng.uniform(0.0, 0.15, shares.shape) * away,
        )
    )
    return with_every_block(world, seed) if blocks else world


def with_every_block(world: World, seed: int) -> World:
    """Return the world with every block on; residents are those of all groups together."""
    blocks = full_blocks(seed, world)
    if blocks.groups is not None:
        world = replace(world, residents=blocks.groups.residents.sum(axis=0))
    return with_blocks(world, blocks)


def varied_economy(seed: int, *, blocks: bool = True, people: bool = True) -> Economy:
    """Return a varied world as an economy."""
    return Economy.from_world(varied_world(seed, blocks=blocks, people=people))


def varied_flows(seed: int, *, regions: int = 5, sectors: int = 3, tariffs: bool = True) -> dict[str, object]:
    """Return arguments of ``Economy.from_flows`` in which a tenth of the pairs do not trade; trade is not balanced.

    Neighbours on a ring trade: a region that trades with nobody has no price level against the others, and no answer
    in the last digits.
    """
    table = random_flows(seed, regions=regions, sectors=sectors, tariffs=tariffs)
    rng = np.random.default_rng([seed, 2])
    apart = (np.arange(regions)[:, None] - np.arange(regions)) % regions
    loose = ((apart > 1) & (apart < regions - 1))[:, :, None]
    flows = np.where(loose & (rng.random(table["flows"].shape) < 0.1), 0.0, table["flows"])
    # What each region buys and sells of each sector comes near its size, so that final demand is positive everywhere.
    bought, sold = rng.lognormal(0, 0.5, (1, regions, 1)) * rng.uniform(0.9, 1.1, (2, regions, sectors))
    for _ in range(100):
        flows = flows * (bought / flows.sum(axis=1))[:, None, :]
        flows = flows * (sold / flows.sum(axis=0))[None, :, :]
    return table | {"flows": flows}


def some_barriers(world: World, seed: int, *, low: float = 0.8, high: float = 1.1) -> Floats:
    """Return factors on the cost of trade between regions in traded sectors, shape (sector, buyer, seller)."""
    rng, n = np.random.default_rng([seed, 3]), np.arange(len(world.regions))
    barriers = np.where(world.traded[:, None, None], rng.uniform(low, high, world.shares.shape), 1.0)
    barriers[:, n, n] = 1.0
    return barriers


def every_change(world: World, seed: int) -> Shock:
    """Return a shock that touches every lever of every block that is on."""
    rng, home, kinds = np.random.default_rng([seed, 4]), int(world.domestic.sum()), world.blocks.services
    sharing, subsidies = world.blocks.sharing, world.blocks.subsidies
    return Shock(
        barriers=some_barriers(world, seed),
        tariffs=None if world.tariffs is None else world.tariffs * rng.uniform(0.3, 1.2, world.tariffs.shape),
        moving=rng.uniform(0.9, 1.1, (home, home)),
        gifts=_gifts(world, rng),
        productivity=rng.uniform(0.98, 1.04, world.output.shape),
        land=rng.uniform(0.95, 1.1, len(world.regions)),
        subsidies=None if subsidies is None else subsidies * rng.uniform(0.3, 1.2, subsidies.shape),
        sharing=None if sharing is None else 0.95 * sharing.shares,
        budget=None if kinds is None else np.roll(kinds.budget, 1, axis=1),
        pooling=None if kinds is None or kinds.pooling is None else 2.0 * kinds.pooling,
    )


def _gifts(world: World, rng: np.random.Generator) -> Floats:
    given = 0.005 * world.purchases[1] * rng.uniform(-1.0, 1.0, len(world.regions)) * world.domestic
    return given - world.domestic * given.sum() / world.domestic.sum()


def answer(
    world: World, shock: Shock, closure: Closure = "short", parameters: Parameters | None = None
) -> tuple[Problem, Floats]:
    """Return a problem and its state, solved as closely as the machine allows."""
    problem = prepare(world=world, shock=shock, parameters=parameters, closure=closure)
    return problem, solved(problem)


def solved(problem: Problem) -> Floats:
    """Return the state of a prepared problem."""
    found = polish(problem, solve_problem(problem, tolerance=TIGHT))
    assert found.residual <= TIGHT
    return found.state


def figures(problem: Problem, state: Floats) -> dict[str, Floats]:
    """Return what a solved state says of every region, last axis (region,): no figure depends on a region's size.

    Gains in money are parts of the region's baseline consumption.
    """
    now, before = accounts(problem, state), start_accounts(problem.world)
    made, s = columns(problem, state, before=before), equations.unpack(problem.coefficients, state)
    level, index = now.household_prices, (problem.coefficients.household * s.prices).sum(axis=1)
    told = {
        "welfare": now.consumption / before.consumption / now.people / level,
        "wages": np.exp(s.wages - index),
        "rents": np.exp(np.array([s.rents, s.land_rents]) - index),
        "prices": np.exp(s.prices.T - index),
        "level": level,
        "people": now.by_group,
        "capital": now.capital,
        "served": now.services,
        "own revenue": now.own_revenue / np.where(before.own_revenue > 0, before.own_revenue, 1.0),
        "investment": now.investment / np.where(before.investment > 0, before.investment, 1.0),
        "output": now.real_output / before.value_added,
    }
    for name in ("household", "services", "payable", "revaluation", "home_household", "home_services"):
        column = getattr(made, name)
        if column is not None:
            told[name] = column / before.consumption
    return told


def told(world: World, shock: Shock, closure: Closure = "short", parameters: Parameters | None = None) -> dict:
    """Return the figures of a shock to a world."""
    return figures(*answer(world, shock, closure, parameters))


def apart(one: Floats, other: Floats) -> float:
    """Return the largest difference of two arrays as a part of their largest entry, or of 1 where that is smaller."""
    assert np.shape(one) == np.shape(other)
    return float(np.abs(one - other).max() / max(1.0, np.abs(other).max()))


def all_apart(one: dict[str, Floats], other: dict[str, Floats]) -> float:
    """Return the largest difference over all figures."""
    assert one.keys() == other.keys()
    return max(apart(one[name], other[name]) for name in one)
