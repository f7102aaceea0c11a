"""What a closure holds is said to be held; where several equilibria are likely, every number says so."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from economies import random_economy
from test_certificate_gates import twins

from ronghe.base.errors import ScenarioFault, UnconvergedSolution
from ronghe.share import coalition_game, shapley
from ronghe.simulate import Economy, OpenPairs, Parameters, Scenario, batch, batch_openings, gain
from ronghe.simulate.held import several_likely
from ronghe.simulate.levers import split_by_lever
from ronghe.simulate.transition import transition


def cut(economy: Economy) -> Scenario:
    return Scenario("a tenth").cut_trade_cost(0.1, within=list(economy.regions[:2]))


def footloose(scale: float) -> Economy:
    """A varied economy whose people move at a touch."""
    economy = random_economy(3, regions=4)
    eager = Parameters(kappa=20.0, rivalry=0.0, land_supply=10.0, scale=scale)
    return economy.with_parameters(eager)


def test_where_today_is_one_of_several_equilibria_nothing_is_counted_from_it() -> None:
    economy = twins(home=0.6, kappa=20.0, scale=0.24)
    assert economy.now("long").kind in ("several", "unstable")
    scenario = cut(economy)
    pairs = [OpenPairs.coalition(economy, economy.regions)]
    for ask in (
        lambda: gain(economy, scenario, closure="long", starts=0),
        lambda: batch(economy, scenario, economy.regions, closure="long"),
        lambda: batch_openings(economy, scenario, pairs, closure="long"),
        lambda: split_by_lever(economy, scenario, closure="long"),
    ):
        with pytest.raises(UnconvergedSolution):
            ask()


def test_a_path_starts_from_a_certified_today() -> None:
    economy = twins(home=0.6, kappa=20.0, scale=0.0)
    assert economy.now("medium").converged
    assert transition(economy, cut(economy), years=2, discount=0.04).payable.shape == (2, 2)


def test_the_zone_is_where_scale_outweighs_crowding() -> None:
    calm, eager = footloose(0.001), footloose(0.2)
    assert several_likely(calm.world, calm.parameters, "long") is None
    told = several_likely(eager.world, eager.parameters, "long")
    assert told is not None
    assert "may not be unique" in told.en
    assert "可能不唯一" in told.zh
    # People or scale held: there is no such zone.
    for closure in ("short", "medium"):
        assert several_likely(eager.world, eager.parameters, closure) is None
    still = replace(eager.parameters, kappa=0.0)
    assert several_likely(eager.world, still, "long") is None


def test_in_the_zone_every_number_carries_the_flag_and_every_solve_its_starts() -> None:
    economy = footloose(0.13)
    assert several_likely(economy.world, economy.parameters, "long") is not None
    assert economy.now("long").converged
    solution = economy.solve(cut(economy), closure="long", starts=0)
    assert solution.certificate.starts > 0
    assert "may not be unique" in solution.status
    found = batch(economy, cut(economy), economy.regions[:3], closure="long")
    assert any("may not be unique" in note.en for note in found.notes)


def test_a_game_in_the_zone_passes_the_flag_on_to_its_shares() -> None:
    economy = footloose(0.13)
    game = coalition_game(economy, cut(economy), players=economy.regions[:3], closure="long")
    assert any("may not be unique" in note.en for note in shapley(game).notes)


def test_a_change_that_is_held_is_no_zero() -> None:
    economy = random_economy(1, regions=4)
    easier = Scenario("settle").ease_settling(0.2, homes=economy.regions[:2], places=economy.regions[:2])
    with pytest.raises(ScenarioFault, match="held fixed"):
        gain(economy, easier)
    with pytest.raises(ScenarioFault, match="按不变处理"):
        batch(economy, easier, economy.regions[:2])
    both = easier.cut_trade_cost(0.1, within=list(economy.regions[:2]))
    assert any("held fixed" in note.en for note in gain(economy, both).notes)
    assert not any("held fixed" in note.en for note in gain(economy, both, closure="medium").notes)


def test_land_needs_a_real_estate_sector_and_sharing_a_government() -> None:
    flows = 100.0 * np.array([[0.8, 0.2], [0.2, 0.8]])[:, :, None]
    plain = Economy.from_flows(
        flows=flows, axes=("buyer", "seller", "sector"), value_added_shares=np.ones((2, 1)),
        input_shares=np.zeros((1, 1)), elasticities=4.0, regions=["A", "B"], sectors=["T"],
    )  # fmt: skip
    for scenario, why in (
        (Scenario("land").change_land({"A": 1.1}), "real-estate"),
        (Scenario("taxes").share_taxes({("A", "B"): 0.1}), "government accounts"),
        (Scenario("services").pool_services({("A", "B"): 0.1}), "government accounts"),
    ):
        with pytest.raises(ScenarioFault, match=why):
            gain(plain, scenario)
