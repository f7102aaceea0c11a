"""What a scenario changes beside trade, by name: bound, hashed, refused, and felt where it should be."""

from __future__ import annotations

import numpy as np
import pytest
from economies import random_economy, three_region_economy

from ronghe.base.errors import ScenarioFault, UnknownRegion
from ronghe.simulate import Parameters, Scenario, gain
from ronghe.simulate.binding import shock_of
from ronghe.simulate.levers import split_by_lever

LEVER = {"layer": "software", "measure": "points needed to settle", "source": "city rules 2024", "owner": "city"}


def shock(economy, scenario, **more):
    return shock_of(economy.bind(scenario), economy.world, **more)


def test_each_change_stands_in_its_own_place():
    economy = random_economy(1, regions=5)
    a, b, c = economy.regions[:3]
    industry = list(economy.sectors).index("industry")
    scenario = (
        Scenario("all")
        .ease_settling(0.2, homes=[a], places=[b])
        .change_land({a: 1.1, b: 0.9})
        .raise_productivity({c: 1.05}, sectors=["industry"])
        .subsidise({a: 0.03}, sectors=["industry"])
        .share_taxes({(a, b): 0.4}, sectors=["industry"])
        .pool_services({(a, b): 0.1})
    )
    made = shock(economy, scenario)
    assert made.moving[0, 1] == pytest.approx(0.8)
    assert (made.moving != 1.0).sum() == 1
    assert made.land[:2] == pytest.approx([1.1, 0.9])
    assert made.productivity[industry, 2] == 1.05
    assert (made.productivity != 1.0).sum() == 1
    assert made.subsidies[industry, 0] == 0.03
    assert made.subsidies.sum() == pytest.approx(0.03)
    assert made.sharing[industry, 1, 0] == pytest.approx(0.4)
    assert made.sharing[industry, 0, 0] == pytest.approx(0.6)
    assert made.sharing.sum(axis=1) == pytest.approx(np.ones((9, 5)))
    assert made.pooling[0, 0, 1] == pytest.approx(0.1)
    assert economy.bind(scenario).members == (0, 1, 2)
    found = economy.solve(scenario, closure="long")
    assert found.converged, found.status
    assert found.people[1] > 1.0


def test_factors_of_two_changes_multiply_and_the_last_rate_counts():
    economy = random_economy(1, regions=4)
    a = economy.regions[0]
    twice = Scenario("two").change_land({a: 1.1}).change_land({a: 1.1})
    assert shock(economy, twice).land[0] == pytest.approx(1.21)
    rates = Scenario("two").subsidise({a: 0.05}).subsidise({a: 0.02})
    assert shock(economy, rates).subsidies.max() == pytest.approx(0.02)


def test_in_a_coalition_a_change_acts_when_all_it_names_are_members():
    economy = random_economy(1, regions=4)
    a, b, c, _ = economy.regions
    scenario = Scenario("park").share_taxes({(a, b): 0.4}).cut_trade_cost(0.1, within=[a, b, c])
    inside = np.array([True, True, False, False])
    assert shock(economy, scenario, only=np.outer(inside, inside)).sharing is not None
    inside = np.array([True, False, True, False])
    assert shock(economy, scenario, only=np.outer(inside, inside)).sharing is None


def test_hashes_know_the_values_and_not_their_order():
    one = Scenario("a").change_land({"A": 1.1, "B": 0.9})
    assert one.hash == Scenario("b").change_land({"B": 0.9, "A": 1.1}).hash
    assert one.hash != Scenario("a").change_land({"A": 1.2, "B": 0.9}).hash
    assert Scenario("cut").cut_trade_cost(0.1, within=["A", "B"]).changes[0].record.get("values") is None


def test_a_hukou_lever_acts_where_people_move_and_is_split_like_the_others():
    economy = random_economy(2, regions=5)
    members = economy.regions[:3]
    scenario = Scenario("settle").lever("points", "hukou", before=0.5, after=0.2, within=members, **LEVER)
    with pytest.raises(ScenarioFault, match="held fixed"):
        gain(economy, scenario)
    moving = economy.solve(scenario, closure="medium")
    assert moving.converged
    assert np.abs(moving.people - 1.0).max() > 1e-3
    both = scenario.lever("window", "transaction", before=0.2, after=0.1, within=members, **LEVER)
    split = split_by_lever(economy, both, closure="medium")
    np.testing.assert_allclose(split.parts.sum(axis=1), split.whole, atol=1e-8)
    assert "hukou wedge" not in {title.en for title, _ in split.unmeasured}
    # Where people stay the channel is outside the sum, and said to be held.
    still = split_by_lever(economy, both)
    assert {title.en: word.en for title, word in still.unmeasured}["hukou wedge"] == "held fixed"
    assert any("held fixed" in note.en for note in gain(economy, both).notes)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda s: s.change_land({"A": -0.1}), "above 0"),
        (lambda s: s.change_land({}), "No value"),
        (lambda s: s.subsidise({"A": 1.5}), "between -1 and 1"),
        (lambda s: s.share_taxes({("A",): 0.2}), "must name 2"),
        (lambda s: s.share_taxes({("A", "B"): 1.2}), "between 0 and 1"),
        (lambda s: s.ease_settling(1.0, homes=["A"], places=["B"]), "below 1"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_words(make, words):
    with pytest.raises(ScenarioFault, match=words):
        make(Scenario("wrong"))


def test_unknown_names_and_more_than_there_is_are_refused():
    economy = three_region_economy().with_parameters(Parameters(kappa=0.0))
    with pytest.raises(UnknownRegion):
        economy.bind(Scenario("x").change_land({"Z": 1.1}))
    greedy = Scenario("x").share_taxes({("A", "B"): 0.7, ("A", "ROW"): 0.6})
    with pytest.raises(ScenarioFault, match="sent away"):
        economy.solve(greedy)
