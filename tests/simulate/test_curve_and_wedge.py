"""The gain as a curve of the cut, and the second reading of a cut: a wedge that is paid back."""

from __future__ import annotations

import numpy as np
import pytest
from economies import random_economy, three_region_economy, three_region_world

from ronghe.base.errors import ScenarioFault
from ronghe.simulate.calibrate import balanced
from ronghe.simulate.curve import gain_curve
from ronghe.simulate.gain import gain, realised_gain
from ronghe.simulate.opening import barriers
from ronghe.simulate.parameters import Parameters
from ronghe.simulate.quick import Quick
from ronghe.simulate.scenario import Scenario
from ronghe.simulate.shock import Shock
from ronghe.simulate.wedge import rebated_wedge

PAGE = 1e-6  # the worked page prints six decimals


def test_the_curve_passes_through_the_worked_page():
    curve = gain_curve(three_region_economy(), ["A", "B"])
    assert curve[0.10] == pytest.approx(2 * 1.989052, abs=PAGE)
    assert curve.walls[0.0] == pytest.approx(-2 * 4.227700, abs=PAGE)
    assert (curve[0.0], curve.walls[1.0]) == (0.0, 0.0)
    assert curve.rising


def test_every_point_is_the_gain_of_its_cut():
    economy = random_economy(2)
    area = economy.regions[:3]
    curve = gain_curve(economy, area, (-0.2, 0.0, 0.2))
    assert list(curve) == [-0.2, 0.0, 0.2]
    cheaper = gain(economy, Scenario("cut").cut_trade_cost(0.2, within=area), starts=0)
    assert curve[0.2] == pytest.approx(cheaper.total("headline"), rel=1e-8)
    assert curve[-0.2] < 0
    walls = realised_gain(economy, area, starts=0)
    assert curve.walls[0.0] == pytest.approx(-walls.total("headline"), rel=1e-8)


def test_a_share_of_the_kernel_left_is_the_same_as_its_dearer_cost():
    economy = random_economy(2)
    curve = gain_curve(economy, economy.regions[:3], (1 - 0.5**-0.25,), shares=(0.5,))
    assert curve.walls[0.5] == pytest.approx(next(iter(curve.points.values())), rel=1e-9)


@pytest.mark.parametrize(("cuts", "shares"), [((1.0,), (1.0,)), ((0.1,), (-0.1,)), ((0.1,), (1.5,))])
def test_a_point_that_cannot_be_is_told(cuts, shares):
    with pytest.raises(ScenarioFault, match="cuts below 1 or shares from 0 to 1"):
        gain_curve(three_region_economy(), ["A", "B"], cuts, shares=shares)


def read(world, cut, pairs=None):
    mask = ~np.eye(len(world.regions), dtype=bool) if pairs is None else pairs
    return rebated_wedge(world, barriers(world, mask, 1.0 - cut))


def test_the_wedge_leaves_flows_and_accounts_as_they_are():
    world = random_economy(4).world
    made, _ = read(world, 0.1)
    np.testing.assert_allclose(made.flows, world.flows, rtol=1e-9)
    income = made.value_added + made.wedge_revenue + made.transfers + made.external
    np.testing.assert_allclose(income, sum(made.purchases), rtol=1e-9)
    again = balanced(made)
    np.testing.assert_allclose(again.shares, made.shares, atol=1e-12)


def test_abolishing_the_wedge_cheapens_the_pairs_as_the_cut_does():
    world = random_economy(4).world
    made, shock = read(world, 0.1)
    ratio = (1 + shock.tariffs) / (1 + made.tariffs)
    off = (world.shares > 0) & world.traded[:, None, None] & ~np.eye(len(world.regions), dtype=bool)
    np.testing.assert_allclose(ratio[off], 0.9, rtol=1e-12)
    np.testing.assert_allclose(ratio[~off], 1.0, rtol=1e-12)


def test_the_triangle_is_of_second_order_where_the_rectangle_is_of_first():
    """All pairs of the world: half the cut halves the gain of a resource cost, and quarters that of a wedge."""
    world = three_region_world()

    def total(read_world, shock):
        return Quick(read_world, Parameters()).certain(shock)[:2].sum()

    rectangle = [total(world, barriers(world, ~np.eye(3, dtype=bool), 1 - cut)) for cut in (0.01, 0.005)]
    triangle = [total(*read(world, cut)) for cut in (0.01, 0.005)]
    assert rectangle[0] / rectangle[1] == pytest.approx(2.0, rel=0.02)
    assert triangle[0] / triangle[1] == pytest.approx(4.0, rel=0.1)


@pytest.mark.parametrize("factor", [1.2, np.inf])
def test_costs_that_rise_have_no_second_reading(factor):
    world = random_economy(4).world
    assert rebated_wedge(world, barriers(world, ~np.eye(6, dtype=bool), factor)) is None
    assert rebated_wedge(world, Shock()) is None


def test_a_wedge_that_would_leave_no_value_added_has_no_second_reading():
    assert read(random_economy(4).world, 0.97) is None
