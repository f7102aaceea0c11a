"""Hats against the same model in levels, by another solver, on random economies: blocks 1-9 and 11, owners, waste."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from economies import full_blocks, random_economy
from levels import Changed, Levels, Moves

from ronghe.base.text import same
from ronghe.simulate import Parameters, Scenario
from ronghe.simulate.blocks import Groups
from ronghe.simulate.calibrate import balanced, with_blocks
from ronghe.simulate.columns import columns, start_accounts
from ronghe.simulate.shock import Shock

# The root-finder stops at 1e-12 to 1e-11 of the answer; the hats are exact to 1e-10.
CLOSE = 1e-9
MOVES = {
    "short": Moves(),
    "medium": Moves(kappa=1.5),
    "long": Moves(kappa=1.5, capital=3.0, land=0.5, scale=0.05),
}


@pytest.mark.parametrize("closure", MOVES)
def test_hats_agree_with_a_model_in_levels(closure):
    economy = random_economy(3, regions=4)
    members = economy.regions[:2]
    solution = economy.solve(Scenario("cut").cut_trade_cost(0.2, within=members), closure=closure)
    barriers = np.ones_like(economy.world.shares)
    for j in np.flatnonzero(economy.world.traded):
        barriers[j, 0, 1] = barriers[j, 1, 0] = 0.8
    levels = Levels(economy, MOVES[closure])
    after = levels.solve(Changed(barriers=barriers))
    tech, scale = levels.tech, solution.price_level
    np.testing.assert_allclose(solution.wages * scale, after["wages"][0] / tech.wages0[0], rtol=CLOSE)
    np.testing.assert_allclose(solution.prices * scale, after["goods"] / tech.goods0, rtol=CLOSE)
    np.testing.assert_allclose(solution.accounts.government * scale, after["uses"].government, rtol=CLOSE)
    np.testing.assert_allclose(solution.accounts.investment * scale, after["uses"].investment, rtol=10 * CLOSE)
    np.testing.assert_allclose(solution.output * scale, after["output"], rtol=CLOSE, atol=1e-9)
    np.testing.assert_allclose(solution.people, after["heads"], rtol=CLOSE)
    if closure != "short":
        assert np.abs(solution.people - 1).max() > 1e-3


@pytest.mark.parametrize("closure", ["short", "long"])
@pytest.mark.parametrize("seed", [1, 2])
def test_with_blocks_on_hats_agree_with_a_model_in_levels(seed, closure):
    """Two groups, three services pooled, subsidies, wedges, owners elsewhere, waste, taxes sent elsewhere."""
    economy = random_economy(seed, regions=4, sectors=4, parameters=Parameters(kappa=0.0))
    world, rng = economy.world, np.random.default_rng(seed)
    wedges = rng.uniform(0, 0.1, world.shares.shape) * world.traded[:, None, None]
    wedges[:, np.arange(4), np.arange(4)] = 0.0
    world = balanced(replace(world, tariffs=wedges))
    skilled = rng.uniform(0.2, 0.5, world.output.shape)
    groups = Groups((same("skilled"), same("other")), np.array([skilled, 1 - skilled]))
    economy = economy.with_world(with_blocks(world, replace(full_blocks(seed, world), groups=groups, sharing=None)))
    world = economy.world
    keys = np.repeat(np.eye(4)[None], 4, axis=0)
    keys[0, :2, 0] = 0.6, 0.4
    change = {
        "barriers": np.where(world.traded[:, None, None] & ~np.eye(4, dtype=bool), 0.9, 1.0),
        "tariffs": 0.5 * world.tariffs,
        "productivity": rng.uniform(0.98, 1.04, world.output.shape),
        "subsidies": 0.5 * world.blocks.subsidies,
        "pooling": 2.0 * world.blocks.services.pooling,
        "land": rng.uniform(0.95, 1.1, 4),
    }
    solution = economy.solve_shock(Shock(**change, sharing=keys), scenario=Scenario("all"), closure=closure)
    assert solution.converged
    found = columns(solution.problem, solution.equilibrium.state, before=start_accounts(world))
    after = Levels(economy, replace(MOVES[closure], kappa=0.0)).solve(Changed(**change, keys=keys))
    for name in ("household", "services", "payable"):
        np.testing.assert_allclose(getattr(found, name), after[name], rtol=1e-7, atol=1e-8)
    np.testing.assert_allclose(solution.accounts.own_revenue, after["own"], rtol=CLOSE)


@pytest.mark.parametrize("seed", [0, 1])
def test_arbitrary_levels_do_not_matter(seed):
    economy = random_economy(5, regions=3, sectors=3)
    other = Changed(productivity=np.full_like(economy.world.output, 1.1))
    first, second = (Levels(economy, MOVES["long"], seed=s).solve(other) for s in (seed, seed + 10))
    np.testing.assert_allclose(first["household"], second["household"], rtol=1e-7)
