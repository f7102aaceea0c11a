"""Blocked points: the dearest walls first, solved again, and refused where trade is estimated."""

from __future__ import annotations

import numpy as np
import pytest
from countries import country
from economies import random_baseline

from ronghe.base.errors import NotIdentified, UnknownRegion
from ronghe.data import load
from ronghe.simulate.blocked import blocked_points
from ronghe.simulate.economy import Economy
from ronghe.simulate.gain import gain
from ronghe.simulate.scenario import Scenario

AREA = ["U0", "U1", "U2"]


@pytest.fixture(scope="module")
def economy():
    return Economy.from_baseline(country(0.8 * (1 - np.eye(5)), np.arange(5), deficits=True))


@pytest.fixture(scope="module")
def found(economy):
    return blocked_points(economy, within=AREA, exact=5)


def test_the_dearest_walls_are_the_gain_of_one_percent_solved_exactly(economy, found):
    for point in found.head(3):
        cut = Scenario("point").cut_entry(0.01, buyers=[point.buyer], sellers=[point.seller], sectors=[point.sector])
        whole = gain(economy, cut, starts=0)
        at = [economy.regions.index(code) for code in AREA]
        assert point.exact
        assert point.per_percent == pytest.approx(whole.headline[at].sum(), rel=1e-6)
        assert point.payable == pytest.approx(whole.payable[at].sum(), rel=1e-6)
        np.testing.assert_allclose([point.gains[code] for code in economy.regions], whole.headline, atol=1e-8)
        assert 0 < point.low <= point.per_percent <= point.high


def test_walls_come_dearest_first_and_every_wall_is_listed_or_counted(found):
    exact = [point.per_percent for point in found.points if point.exact]
    slopes = [point.slope for point in found.points if not point.exact]
    assert exact == sorted(exact, reverse=True)
    assert slopes == sorted(slopes, reverse=True)
    assert len(exact) == 5
    assert len(found) + found.unstable == 3 * 2 * 2  # ordered pairs of three members, two traded sectors


def test_the_slopes_add_up_to_the_slope_of_one_common_cut(economy, found):
    """A thousandth of a per cent off all walls inside: the gain is the sum of the slopes, to first order."""
    cut = gain(economy, Scenario("cut").cut_trade_cost(1e-5, within=AREA), starts=0)
    at = [economy.regions.index(code) for code in AREA]
    assert found.slopes.sum() == pytest.approx(cut.headline[at].sum() * 1e3, rel=1e-3)


def test_no_slope_stands_outside_the_area(economy, found):
    outside = np.ones(found.slopes.shape, dtype=bool)
    outside[np.ix_(economy.world.traded, range(3), range(3))] = False
    assert (found.slopes[outside] == 0).all()


def test_a_wall_whose_gain_turns_over_the_elasticity_is_left_out_and_counted():
    """Cheaper goods of the partner draw purchases from taxed imports: the more elastic, the more revenue is lost."""
    tariffs = np.zeros((3, 3, 1))
    tariffs[:2, 2] = 0.6
    flows = np.array([[20, 10, 40], [10, 20, 40], [40, 40, 900.0]])
    economy = Economy.from_flows(
        flows=flows[:, :, None],
        axes=("buyer", "seller", "sector"),
        value_added_shares=np.ones((3, 1)),
        input_shares=np.zeros((1, 1)),
        elasticities=4.0,
        tariffs=tariffs,
        regions=("A", "B", "C"),
        sectors=("goods",),
    )
    gains = [
        gain(economy.with_world(economy.world.with_elasticities(theta)), cut, starts=0).total("headline", ["A", "B"])
        for theta in (3.0, 8.0)
        for cut in [Scenario("one wall").cut_entry(0.01, buyers=["A"], sellers=["B"])]
    ]
    assert gains[0] > 0 > gains[1]
    found = blocked_points(economy, within=["A", "B"])
    assert (len(found), found.unstable) == (0, 2)


@pytest.mark.parametrize("payoff", ["headline", "output"])
def test_the_own_payoff_is_the_buyers_gain_when_it_lowers_the_wall_alone(economy, payoff):
    """Solved again a thousandth of a per cent off: the buyer's own column, not the area's."""
    found = blocked_points(economy, within=AREA, exact=0, payoff=payoff)
    for point in found.points:
        cut = Scenario("point").cut_entry(1e-5, buyers=[point.buyer], sellers=[point.seller], sectors=[point.sector])
        at = economy.regions.index(point.buyer)
        if payoff == "headline":
            own = gain(economy, cut, starts=0).headline[at]
            assert point.own == pytest.approx(own * 1e3, rel=1e-3, abs=1e-4 * point.slope)
        else:
            own = economy.solve(cut, starts=0).accounts.real_output[at]
            assert point.own == pytest.approx(own * 1e3, abs=1e-4 * point.slope)


def test_walls_that_their_buyers_gain_by_keeping_are_named():
    """Each loses revenue on taxed imports when it alone buys from the partner; the two together gain."""
    tariffs = np.zeros((3, 3, 1))
    tariffs[:2, 2] = 0.5
    flows = np.array([[20, 10, 40], [10, 20, 40], [40, 40, 90.0]])
    economy = Economy.from_flows(
        flows=flows[:, :, None],
        axes=("buyer", "seller", "sector"),
        value_added_shares=np.ones((3, 1)),
        input_shares=np.zeros((1, 1)),
        elasticities=4.0,
        tariffs=tariffs,
        regions=("A", "B", "C"),
        sectors=("goods",),
    )
    found = blocked_points(economy, within=["A", "B"], exact=2)
    assert {(point.buyer, point.seller) for point in found.resisted()} == {("A", "B"), ("B", "A")}
    for point in found.resisted():
        assert point.gains[point.buyer] < 0 < point.per_percent
        assert point.own == pytest.approx(point.gains[point.buyer], rel=0.02)


def test_no_wall_is_resisted_where_every_buyer_gains(found):
    assert found.resisted() == ()
    assert all(point.own > 0 for point in found.points)


def test_the_table_holds_what_the_points_hold(found):
    table = found.to_frame()
    assert list(table["per_percent"]) == [point.per_percent for point in found.points]
    assert {"buyer", "seller", "sector", "low", "high"} <= set(table.columns)


@pytest.mark.parametrize("economy", [Economy.from_data(load()), Economy.from_baseline(random_baseline(0))])
def test_estimated_trade_is_refused_naming_the_tables(economy):
    with pytest.raises(NotIdentified, match="io_intermediate") as refusal:
        blocked_points(economy, within=economy.regions[:3])
    assert refusal.value.key == "blocked_points"
    assert refusal.value.unlocks == ("trade", "io_intermediate")


def test_an_unknown_name_is_told_before_the_data_are_asked():
    data = load()
    with pytest.raises(UnknownRegion):
        blocked_points(Economy.from_data(data), within=["上海", "nowhere"])


def test_names_say_who_buys_from_whom():
    data = load("demo")
    point = blocked_points(Economy.from_data(data), within=data.area("demo_a"), exact=1).head(1)[0]
    assert point.name.en == "Demo province 2 from Demo province 1, Industry"
    assert point.name.zh == "示范二省←示范一省，工业"
