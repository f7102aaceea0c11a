"""Gains of every coalition: the same numbers as single solves, in one table."""

from __future__ import annotations

import numpy as np
import pytest
from economies import random_economy, random_flows, three_region_economy

from ronghe.base.errors import ParameterFault, ScenarioFault
from ronghe.simulate import Economy, Scenario, batch, gain

SINGLE = 1e-9


@pytest.mark.parametrize("closure", ["short", "medium"])
def test_each_coalition_is_its_own_single_solve(closure):
    economy = random_economy(7, regions=6)
    players = economy.regions[:4]
    scenario = Scenario("cut").cut_trade_cost(0.2, within=players)
    table = batch(economy, scenario, players, closure=closure)
    assert table.payable.shape == (16, 6)
    size = economy.world.value_added.max()
    for coalition in (3, 5, 11, 15):
        members = [p for i, p in enumerate(players) if coalition >> i & 1]
        single = gain(economy, Scenario("own").cut_trade_cost(0.2, within=members), closure=closure, starts=0)
        for name in ("household", "services", "payable"):
            np.testing.assert_allclose(getattr(table, name)[coalition], single.column(name), atol=SINGLE * size)
    assert table.converged
    assert 15 in table.sample


def test_nobody_and_single_regions_gain_nothing():
    table = batch(three_region_economy(), Scenario("cut").cut_trade_cost(0.1, within=["A", "B"]), ["A", "B"])
    assert np.abs(table.payable[:3]).max() <= 1e-12
    assert table.worth()[3] == pytest.approx(2 * 1.976410, abs=2e-6)


def test_coalitions_in_a_world_with_tariffs():
    economy = Economy.from_flows(**random_flows(3, regions=5))
    players = ["R0", "R2", "R4"]
    scenario = Scenario("cut").cut_trade_cost(0.2, within=players)
    table = batch(economy, scenario, players)
    single = gain(economy, Scenario("two").cut_trade_cost(0.2, within=["R0", "R4"]))
    np.testing.assert_allclose(table.household[0b101], single.household, atol=1e-8)


def test_progress_is_told_and_ends_at_the_whole():
    seen: list[tuple[int, int]] = []
    batch(
        three_region_economy(), Scenario("cut").cut_trade_cost(0.1, within=["A", "B"]), ["A", "B"],
        progress=lambda done, count: seen.append((done, count)),
    )  # fmt: skip
    assert seen[-1] == (4, 4)


def test_too_many_players_and_no_pair_are_refused():
    economy = random_economy(1, regions=20)
    scenario = Scenario("cut").cut_trade_cost(0.1, within=economy.regions[:17])
    with pytest.raises(ParameterFault, match="stops at 16"):
        batch(economy, scenario, economy.regions[:17])
    with pytest.raises(ScenarioFault, match="no pair"):
        batch(economy, Scenario("cut").cut_trade_cost(0.1, within=economy.regions[:2]), economy.regions[3:6])


def test_every_coalition_carries_its_residual_and_its_radius():
    economy = random_economy(7, regions=6)
    scenario = Scenario("cut").cut_trade_cost(0.2, within=economy.regions[:5])
    table = batch(economy, scenario, economy.regions[:5])
    opened = [s for s in range(32) if s.bit_count() >= 2]
    assert (table.residuals[opened] <= 1e-10).all()
    assert (table.radii[opened] > 0).all()
    for coalition in (3, 12, 31):
        members = [p for i, p in enumerate(table.players) if coalition >> i & 1]
        whole = economy.solve(Scenario("own").cut_trade_cost(0.2, within=members)).certificate.radius
        assert table.radii[coalition] == pytest.approx(whole, abs=0.02)
    assert f"radius at most {table.radius:.2f}" in table.status_text.en


def test_only_coalitions_that_open_something_are_sampled():
    economy = random_economy(7, regions=4)
    scenario = Scenario("cut").cut_trade_cost(0.1, within=economy.regions[:3])
    table = batch(economy, scenario, economy.regions[:3])
    assert len(table.sample) == 2
    assert all(s.bit_count() >= 2 for s in table.sample)


def test_coalitions_of_pairs_the_scenario_leaves_alone_are_not_sampled():
    economy = random_economy(9, regions=8)
    players = economy.regions
    table = batch(economy, Scenario("one").cut_trade_cost(0.1, within=players[2:4]), players)
    assert len(table.sample) >= 3
    assert all(s & 0b1100 == 0b1100 for s in table.sample)
