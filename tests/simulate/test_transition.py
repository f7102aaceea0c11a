"""The yearly path: two years by hand, standing still without a change, and the years in which somebody would leave."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from economies import random_economy

from ronghe.base.errors import ParameterFault, UnknownRegion
from ronghe.simulate import Scenario
from ronghe.simulate.binding import shock_of
from ronghe.simulate.shock import Shock
from ronghe.simulate.transition import transition


@pytest.fixture(scope="module")
def economy():
    return random_economy(3, regions=5, sectors=4)


@pytest.fixture(scope="module")
def cut(economy):
    return Scenario("cut").cut_trade_cost(0.2, within=economy.regions[:3])


def test_without_a_change_nothing_moves(economy):
    still = Scenario("none").cut_trade_cost(0.0, within=economy.regions[:2])
    path = transition(economy, still, years=3, discount=0.04, leavers=False)
    np.testing.assert_allclose(path.payable, 0.0, atol=1e-9 * economy.world.value_added.max())
    np.testing.assert_allclose(path.capital, 1.0, atol=1e-11)


def test_two_years_by_hand(economy, cut):
    path = transition(economy, cut, years=2, discount=0.04, leavers=False)
    first_kappa = economy.parameters.kappa * (1 - np.exp(-1 / 10))
    early = economy.with_parameters(replace(economy.parameters, kappa=first_kappa))
    shock = shock_of(economy.bind(cut), economy.world)
    first = early.solve_shock(shock, scenario=cut, closure="medium").accounts
    built = first.investment / economy.world.investment.sum(axis=0) / first.investment_prices
    capital = 0.95 * 1.0 + 0.05 * built
    np.testing.assert_allclose(path.capital[1], capital, rtol=1e-9)
    # The second year by another route: capital in Cobb-Douglas costs is productivity, K^(b g); real outcomes agree.
    world = economy.world
    estate = (np.arange(len(world.sectors)) == world.housing)[:, None]
    weight = world.value_added_shares * world.capital_shares * ~estate
    later = economy.with_parameters(replace(economy.parameters, kappa=economy.parameters.kappa * (1 - np.exp(-2 / 10))))
    given = replace(shock, productivity=capital**weight)
    second = later.solve_shock(given, scenario=cut, closure="medium")
    np.testing.assert_allclose(path.people[1], second.people, rtol=1e-8)
    direct = later.solve_shock(replace(shock, capital=capital), scenario=cut, closure="medium")
    np.testing.assert_allclose(direct.welfare, second.welfare, rtol=1e-8)


def test_capital_grows_where_the_gain_is_and_people_follow_slowly(economy, cut):
    path = transition(economy, cut, years=12, discount=0.04, leavers=False)
    best = int(np.argmax(path.payable[0] / economy.world.value_added))
    assert (np.diff(path.capital[:, best]) > 0).all()
    moved = np.abs(np.log(path.people[:, :4])).sum(axis=1)
    assert (np.diff(moved) > 0).all()
    assert path.pay_back(economy.regions[best]) == 1
    assert path.negative_years(economy.regions[best]) == ()


def test_staying_and_leaving_are_present_values(economy, cut):
    path = transition(economy, cut, years=4, discount=0.1)
    assert path.staying.shape == path.leaving.shape == (4, 3)
    at = [economy.regions.index(code) for code in path.members]
    own = path.payable[:, at]
    assert path.staying[2] == pytest.approx(own[2] + own[3] / 1.1, rel=1e-9)
    assert path.present_value[at] == pytest.approx(path.staying[0], rel=1e-9)
    # Leaving closes one's own pairs: a member that gains from them does not leave.
    gains = own.min(axis=0) > 0
    assert all(path.would_leave(code) == () for code, gaining in zip(path.members, gains, strict=True) if gaining)
    assert "other starts" in path.certificate.en


def test_having_left_at_once_is_the_opening_of_the_others(economy, cut):
    path = transition(economy, cut, years=1, discount=0.0)
    others = Scenario("others").cut_trade_cost(0.2, within=economy.regions[1:3])
    alone = transition(economy, others, years=1, discount=0.0, leavers=False)
    assert path.leaving[0, 0] == pytest.approx(alone.payable[0, 0], abs=1e-8)


def test_a_rate_of_discount_must_be_given_and_ranges_are_told_at_once(economy, cut):
    with pytest.raises(TypeError, match="discount"):
        transition(economy, cut, years=3)
    with pytest.raises(ParameterFault, match=r"years = 0.*discount = -1.*depreciation = 2"):
        transition(economy, cut, years=0, discount=-1.0, depreciation=2.0)


def test_capital_that_is_given_is_certified(economy):
    grown = Shock(capital=np.array([1.2, 1.0, 0.9, 1.0, 1.0]))
    solution = economy.solve_shock(grown, scenario=Scenario("grown"))
    assert solution.converged
    assert solution.certificate.independent_residual <= 1e-9
    assert solution.welfare[0] > 1.0 > solution.welfare[2]


@pytest.mark.parametrize("years", [2.5, "a", None, True, 61, float("nan")])
def test_years_are_a_whole_number(economy, cut, years):
    with pytest.raises(ParameterFault, match=r"years = .* must be a whole number from 1 to 60") as caught:
        transition(economy, cut, years=years, discount=0.04)
    assert "1 至 60 的整数" in caught.value.message("zh")


def test_rates_that_are_words_are_all_told(economy, cut):
    with pytest.raises(
        ParameterFault, match=r"economy.*years = 'a'.*discount = '4%'.*settling = None.*depreciation = 'x'"
    ):
        transition(None, cut, years="a", discount="4%", settling=None, depreciation="x")


def test_years_of_a_region_that_is_none_are_told_so(economy, cut):
    path = transition(economy, cut, years=1, discount=0.0, leavers=False)
    for asked in (path.negative_years, path.pay_back, path.would_leave):
        with pytest.raises(UnknownRegion, match="Unknown region"):
            asked("Q")
