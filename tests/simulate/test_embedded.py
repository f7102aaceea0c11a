"""The engine on the embedded table: 31 provinces and the rest of the world, nine sectors, estimated trade."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from economies import random_baseline

import ronghe.data
from ronghe.base.errors import NotIdentified, ScenarioFault
from ronghe.simulate import Economy, Scenario, batch, gain, realised_gain
from ronghe.simulate.fiscal import final_use


@cache
def economy() -> Economy:
    return Economy.from_data(ronghe.data.load())


def cut(area):
    return Scenario("10 %").cut_trade_cost(0.10, within=area)


@pytest.mark.parametrize("closure", ["short", "medium"])
def test_no_shock_leaves_every_hat_at_one(closure):
    solution = economy().solve(Scenario("nothing"), closure=closure)
    assert max(np.abs(hat - 1).max() for hat in solution.hats.values()) <= 1e-12
    assert solution.converged


def test_every_strategy_is_certified_or_says_why_not():
    for area in economy().data.areas:
        if len([code for code in area.regions if code in economy().regions]) < 2:
            with pytest.raises(ScenarioFault, match="load finer units"):
                gain(economy(), cut(area))
            continue
        found = gain(economy(), cut(area))
        assert found.certificate.agreed == 6, area.code
        assert found.certificate.independent_residual <= 1e-9
        assert found.certificate.steps <= 60
        assert found.total("household") > 0
        assert found.total("payable") > 0
        assert found.status == "estimated"


def test_today_is_worth_more_than_walls_and_more_than_one_cut():
    area = economy().data.area("长三角")
    now = realised_gain(economy(), area)
    assert now.total("household") > gain(economy(), cut(area)).total("household") > 0
    assert (now.household[[economy().regions.index(code) for code in now.members]] > 0).all()


def test_the_budget_of_the_centre_closes_and_other_inflows_cancel():
    world = economy().world
    use = final_use(world)
    inside = world.domestic
    assert use.grants[inside].sum() == pytest.approx(use.centre_rate * world.value_added[inside].sum(), rel=1e-12)
    assert abs(use.other_inflow.sum()) <= 1e-9 * world.value_added.sum()
    np.testing.assert_allclose(use.own_rates[inside] * world.value_added[inside], world.own_revenue[inside], rtol=1e-9)


def test_the_national_price_index_is_the_unit_of_money():
    solution = economy().solve(cut(economy().data.area("京津冀")), starts=0)
    world = economy().world
    weights = world.purchases[0] * world.domestic
    assert np.log(solution.consumer_prices) @ weights / weights.sum() == pytest.approx(0.0, abs=1e-12)


def test_the_game_of_an_area_ends_at_its_gain():
    area = economy().data.area("京津冀")
    table = batch(economy(), cut(area), area)
    assert table.converged
    assert table.worth()[-1] == pytest.approx(gain(economy(), cut(area)).total("payable"), rel=1e-9)


def test_what_an_estimated_table_cannot_tell_is_refused_with_what_would_unlock_it():
    with pytest.raises(NotIdentified) as caught:
        economy().require("depth")
    assert caught.value.unlocks


def test_switching_off_government_and_investment_gives_the_model_of_flows():
    base = random_baseline(3, regions=5, sectors=5, people=False)
    total = base.household + base.government + base.investment
    codes = base.regions
    flows = {
        "flows": base.flows,
        "axes": ("sector", "buyer", "seller"),
        "value_added_shares": base.value_added_shares,
        "input_shares": base.input_shares,
        "elasticities": base.elasticities,
        "regions": codes,
        "sectors": base.sectors,
    }
    from dataclasses import replace

    nothing = np.zeros_like(total)
    plain = replace(base, household=total, government=nothing, investment=nothing, own_revenue=np.zeros(5))
    one = Economy.from_baseline(plain)
    one = one.with_world(one.world.with_rule("fixed"))
    two = Economy.from_flows(**flows)
    scenario = Scenario("cut").cut_trade_cost(0.2, within=codes[:3], sectors=["industry"])
    first, second = one.solve(scenario, starts=0), two.solve(scenario, starts=0)
    np.testing.assert_allclose(first.welfare, second.welfare, rtol=1e-9)
