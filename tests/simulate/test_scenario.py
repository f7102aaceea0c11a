"""Scenarios: what is refused, in which words, and that nothing is changed in place."""

from __future__ import annotations

import numpy as np
import pytest
from economies import random_economy, three_region_economy

from ronghe.base.errors import ScenarioFault, UnknownRegion
from ronghe.data import load
from ronghe.simulate import Economy, Scenario
from ronghe.simulate.binding import shock_of
from ronghe.simulate.shock import barrier_factor


def factors(economy: Economy, scenario: Scenario) -> np.ndarray:
    return barrier_factor(economy.world, shock_of(economy.bind(scenario), economy.world))


LEVER = {"layer": "software", "before": 0.1, "after": 0.0}


def test_a_scenario_is_never_changed_in_place():
    empty = Scenario("x")
    cut = empty.cut_trade_cost(0.1, within=["A", "B"])
    assert empty.changes == ()
    assert len(cut.changes) == 1
    assert cut.hash != empty.hash
    assert cut.hash == Scenario("other name").cut_trade_cost(0.1, within=["B", "A"]).hash


@pytest.mark.parametrize("share", [1.0, 1.5, -0.1, float("nan")])
def test_a_cut_outside_its_range_is_refused(share):
    with pytest.raises(ScenarioFault, match="at least 0 and below 1"):
        Scenario("x").cut_trade_cost(share, within=["A", "B"])


def test_all_faults_of_a_lever_are_told_at_once():
    with pytest.raises(ScenarioFault) as caught:
        Scenario("x").lever("gate", "weather", measure="", source=" ", **LEVER)
    for words in (
        "names no measure",
        "names no source",
        "names no owner",
        "takes no documented measure",
        "within or pairs",
    ):
        assert words in caught.value.text.en
    assert "没有实测依据" in caught.value.text.zh


def test_unordered_pairs_are_refused():
    with pytest.raises(ScenarioFault, match="State buyer and seller"):
        Scenario("x").lever("gate", "transaction", measure="m", source="s", pairs=[{"A", "B"}], **LEVER)


def test_an_unknown_region_is_named_with_its_neighbours():
    with pytest.raises(UnknownRegion, match="Shanghia"):
        random_economy(1).solve(Scenario("x").cut_trade_cost(0.1, within=["北京", "Shanghia"]))


def test_unknown_sectors_and_wrong_shapes_are_told_together():
    scenario = Scenario("x").cut_trade_cost(0.1, within=["A", "B"], sectors=["T", "Q"])
    scenario = scenario.set_tariffs(np.zeros((2, 2, 2)), axes=("buyer", "seller", "sector"))
    with pytest.raises(ScenarioFault) as caught:
        three_region_economy().solve(scenario)
    assert 'Unknown sector "Q"' in caught.value.text.en
    assert "expected 3 x 3 x 2" in caught.value.text.en


def test_region_names_of_any_kind_are_understood():
    economy = random_economy(1)
    one = economy.solve(Scenario("x").cut_trade_cost(0.1, within=["北京", "天津市"]), starts=0).welfare
    two = economy.solve(Scenario("x").cut_trade_cost(0.1, within=["110000", "Tianjin"]), starts=0).welfare
    np.testing.assert_array_equal(one, two)


def test_a_cut_acts_on_traded_sectors_only_unless_named():
    economy = three_region_economy()
    assert economy.bind(Scenario("x").cut_trade_cost(0.1, within=["A", "B"])).pieces[0].sectors.tolist() == [
        True,
        False,
    ]


def test_tariffs_in_any_order_of_axes_are_the_same_scenario():
    economy = three_region_economy()
    tariffs = np.zeros((3, 3, 2))
    tariffs[0, 1, 0] = 0.2
    one = economy.solve(Scenario("x").set_tariffs(tariffs, axes=("buyer", "seller", "sector"))).welfare
    turned = tariffs.transpose(2, 1, 0)
    two = economy.solve(Scenario("x").set_tariffs(turned, axes=("sector", "seller", "buyer"))).welfare
    np.testing.assert_array_equal(one, two)
    assert one[1] < 1


def test_a_pair_that_several_areas_cover_counts_once():
    economy = Economy.from_data(load())
    both = Scenario("both").cut_trade_cost(0.1, within="长三角").cut_trade_cost(0.1, within="长江经济带")
    one = Scenario("one").cut_trade_cost(0.1, within="长江经济带")
    np.testing.assert_array_equal(factors(economy, both), factors(economy, one))
    told = [note for note in economy.bind(both).notes if "covered by several" in note.en]
    assert "12 ordered pairs" in told[0].en
    assert not [note for note in economy.bind(one).notes if "covered by several" in note.en]


def test_of_several_stated_cuts_the_deepest_counts_and_a_wall_forbids():
    economy = random_economy(1)
    a, b, c = economy.regions[:3]
    cuts = Scenario("cuts").cut_trade_cost(0.1, within=[a, b, c]).cut_trade_cost(0.3, within=[a, b])
    barriers = factors(economy, cuts)
    assert barriers[0, 0, 1] == pytest.approx(0.7)
    assert barriers[0, 0, 2] == pytest.approx(0.9)
    walled = factors(economy, cuts.prohibit(within=[b, c]))
    assert np.isinf(walled[0, 1, 2])
    assert walled[0, 0, 1] == pytest.approx(0.7)


def test_documented_levers_are_measures_of_their_own_and_multiply():
    economy = random_economy(1)
    words = {"measure": "days", "source": "survey", "within": economy.regions[:2], "layer": "software", "owner": "city"}
    two = Scenario("two").lever("a", "transaction", before=0.2, after=0.1, **words)
    two = two.lever("b", "transaction", before=0.3, after=0.1, **words)
    barriers = factors(economy, two)
    assert barriers[0, 0, 1] == pytest.approx(1.1 / 1.2 * 1.1 / 1.3)


def test_an_area_may_be_given_by_its_name():
    data = load()
    economy = Economy.from_data(data)
    named = economy.bind(Scenario("cut").cut_trade_cost(0.1, within="长三角"))
    meant = economy.bind(Scenario("cut").cut_trade_cost(0.1, within=data.area("长三角")))
    assert named.members == meant.members
    with pytest.raises(UnknownRegion, match="长三角"):
        economy.bind(Scenario("cut").cut_trade_cost(0.1, within="长三脚"))
    with pytest.raises(ScenarioFault, match="only one region"):
        economy.bind(Scenario("cut").cut_trade_cost(0.1, within="沪"))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Scenario("x").cut_trade_cost("10%", within=["A", "B"]), 'read "10%"'),
        (lambda: Scenario("x").cut_trade_cost(0.1, within=None), "read None"),
        (lambda: Scenario("x").cut_trade_cost(0.1, within=["A", "B"], sectors=[]), "No sector is named"),
        (lambda: three_region_economy().bind("cut everything"), "A Scenario is needed; read str"),
    ],
)
def test_what_is_no_scenario_is_told_in_words(make, words):
    with pytest.raises(ScenarioFault) as told:
        make()
    assert words in told.value.text.en
