"""Gains in three columns: the worked page of three regions, and the laws of sums.

Reference values: the model's documentation, computed by hats and, independently, in levels with explicit
technologies; the two agree to 1e-12. Values in 亿元.
"""

from __future__ import annotations

import numpy as np
import pytest
from economies import random_economy, random_flows, three_region_economy

from ronghe.base.area import Area, Member
from ronghe.base.errors import NotIdentified, ScenarioFault, UnconvergedSolution
from ronghe.base.text import Text
from ronghe.simulate import Economy, Scenario, gain, realised_gain

PAGE = 1e-6


def area(*codes: str) -> Area:
    return Area("two", Text("两地", "Both"), Text("两地", "Both"), "own", tuple(Member(code) for code in codes))


def test_page_ten_per_cent_both_orders():
    found = gain(three_region_economy(), Scenario("cut").cut_trade_cost(0.1, within=area("A", "B")))
    np.testing.assert_allclose(found.household, [1.989052, 1.989052, -0.176582], atol=PAGE)
    np.testing.assert_allclose(found.services, 0.0, atol=1e-9)
    np.testing.assert_allclose(found.payable, [1.976410, 1.976410, -0.176101], atol=PAGE)
    assert found.total("payable") == pytest.approx(2 * 1.976410, abs=2 * PAGE)
    assert found.members == ("A", "B")


def test_page_one_order_only():
    found = gain(three_region_economy(), Scenario("one way").cut_entry(0.1, buyers=["A"], sellers=["B"]))
    np.testing.assert_allclose(found.household, [1.054144, 0.789721, -0.065894], atol=PAGE)
    np.testing.assert_allclose(found.payable[:2], [1.031441, 0.802006], atol=PAGE)


def test_page_prohibitive_walls_and_the_realised_gain():
    found = realised_gain(three_region_economy(), ["A", "B"])
    np.testing.assert_allclose(found.household, [4.227700, 4.227700, -0.404750], atol=PAGE)
    np.testing.assert_allclose(found.payable[:2], 4.286197, atol=PAGE)


def test_a_wall_is_the_limit_of_ever_higher_cost():
    economy = three_region_economy()
    wall = economy.solve(Scenario("wall").prohibit(within=["A", "B"])).welfare
    lever = Scenario("high").lever(
        "checks", "transaction", layer="software", before=0.0, after=1e6, measure="days", source="test",
        owner="customs",
        within=["A", "B"], sectors=["T"],
    )  # fmt: skip
    np.testing.assert_allclose(economy.solve(lever).welfare, wall, rtol=1e-9)


def test_by_region_has_every_region_and_column():
    table = gain(three_region_economy(), Scenario("cut").cut_trade_cost(0.1, within=["A", "B"])).by_region()
    assert list(table.index) == ["A", "B", "ROW"]
    assert {"member", "household", "services", "payable", "revaluation"} <= set(table.columns)
    assert table["member"].tolist() == [True, True, False]


def levers(scenario: Scenario) -> Scenario:
    common = {
        "measure": "days at the border",
        "source": "survey of carriers",
        "owner": "province",
        "within": ["A", "B"],
        "sectors": ["T"],
    }
    return scenario.lever("road", "transaction", layer="hardware", before=0.10, after=0.04, **common).lever(
        "plates", "transaction", layer="software", before=0.05, after=0.0, **common
    )


def test_lever_parts_sum_to_the_whole_in_each_column():
    economy = three_region_economy()
    found = gain(economy, levers(Scenario("both")).cut_trade_cost(0.02, within=["A", "B"]))
    split = found.by_lever()
    for name in ("household", "services", "payable"):
        np.testing.assert_allclose(split.column(name).sum(axis=0), found.column(name), atol=1e-9)
    assert [label.en for label in split.levers] == ["road", "plates", "stated change"]
    # Two levers: Shapley is the mean of alone and last.
    pair = gain(economy, levers(Scenario("two"))).by_lever()
    np.testing.assert_allclose(pair.parts, (pair.alone + pair.last) / 2, atol=1e-12)
    np.testing.assert_allclose(pair.last - pair.alone, pair.interactions[:, [0, 1], [1, 0]], atol=1e-12)


def test_channels_without_a_lever_are_said_to_be_unmeasured():
    split = gain(three_region_economy(), Scenario("cut").cut_trade_cost(0.1, within=["A", "B"])).by_lever()
    assert [label.en for label in split.levers] == ["stated change"]
    assert {word.zh for _, word in split.unmeasured} == {"未测"}
    assert len(split.unmeasured) == 5


def test_by_home_and_by_place_differ_when_people_move_and_agree_when_nobody_does():
    economy = random_economy(4)
    scenario = Scenario("cut").cut_trade_cost(0.2, within=economy.regions[:3])
    medium, short = gain(economy, scenario, closure="medium"), gain(economy, scenario)
    assert short.home_household is None
    assert medium.home_household is not None
    assert np.abs(medium.home_household - medium.household)[:-1].max() > 1e-6
    nothing = gain(economy, Scenario("nothing"), closure="medium")
    np.testing.assert_allclose(nothing.home_household, 0.0, atol=1e-9)
    np.testing.assert_allclose(nothing.home_services, 0.0, atol=1e-9)


def test_people_who_move_are_neither_made_nor_lost():
    economy = random_economy(4)
    people = economy.solve(Scenario("cut").cut_trade_cost(0.2, within=economy.regions[:3]), closure="medium").people
    residents = economy.world.residents.sum(axis=0)
    assert people[:-1] @ residents == pytest.approx(residents.sum(), rel=1e-12)
    assert people[-1] == 1.0


def test_transfers_from_sharing_enter_the_budget_and_move_the_money():
    economy = random_economy(5)
    scenario = Scenario("cut").cut_trade_cost(0.2, within=economy.regions[:2])
    paid = np.zeros(len(economy.regions))
    size = 0.01 * economy.world.purchases[1][0]
    paid[:2] = [-size, size]
    without, with_it = (economy.solve(scenario, transfers=t).accounts for t in (None, paid))
    np.testing.assert_allclose((with_it.grants - without.grants)[:2], paid[:2], rtol=0.05)
    with pytest.raises(Exception, match="sum"):
        economy.solve(scenario, transfers=np.ones(len(economy.regions)))


def test_a_world_of_flows_without_people_cannot_run_medium():
    economy = Economy.from_flows(**random_flows(1))
    with pytest.raises(Exception, match="people cannot move"):
        economy.solve(Scenario("cut").cut_trade_cost(0.1, within=["R0", "R1"]), closure="medium")


def test_a_region_left_without_any_supplier_is_named_and_no_number_is_given():
    table = random_flows(1, regions=3, sectors=2, tariffs=False)
    table["flows"][0, 0, 1] = 0.0
    economy = Economy.from_flows(**table)
    solution = economy.solve(Scenario("walls").prohibit(within=["R0", "R1", "R2"]))
    assert not solution.converged
    assert solution.status == "stopped: no supplier is left for S1 in R0"
    with pytest.raises(UnconvergedSolution, match="no supplier is left"):
        _ = solution.welfare
    with pytest.raises(UnconvergedSolution):
        gain(economy, Scenario("walls").prohibit(within=["R0", "R1", "R2"]))


def test_a_solve_cut_short_says_so_and_refuses_every_number():
    economy = random_economy(1)
    solution = economy.solve(Scenario("cut").cut_trade_cost(0.3, within=economy.regions[:3]), max_steps=5)
    assert solution.kind == "stopped"
    assert solution.status.startswith("stopped at 5 steps, residual")
    assert solution.status_text.zh.startswith("在5步后停止")
    for name in ("welfare", "wages", "prices", "flows", "shares", "people", "revenue", "hats", "accounts"):
        with pytest.raises(UnconvergedSolution, match="stopped at 5 steps"):
            getattr(solution, name)


def test_the_status_of_a_converged_solve_tells_steps_residual_radius_and_starts():
    solution = three_region_economy().solve(Scenario("cut").cut_trade_cost(0.1, within=["A", "B"]))
    assert solution.status.startswith("converged in ")
    assert "independent residual" in solution.status
    assert "radius 0." in solution.status
    assert "6 starts agree" in solution.status
    assert solution.certificate.independent_residual <= 1e-9
    assert 0 < solution.certificate.radius < 1


def test_what_the_tables_cannot_tell_is_refused():
    economy = three_region_economy()
    with pytest.raises(NotIdentified, match="the tables at hand cannot tell"):
        economy.require("damages_model")


def test_an_area_with_one_member_is_not_computable_and_never_zero():
    with pytest.raises(ScenarioFault, match="load finer units"):
        gain(random_economy(1), Scenario("gba").cut_trade_cost(0.1, within=area("110000", "810000")))
