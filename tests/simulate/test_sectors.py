"""A gain split over sectors: the parts are the whole, whatever the order."""

from __future__ import annotations

import numpy as np
import pytest
from countries import country
from economies import random_economy, random_flows
from hypothesis import given, settings
from hypothesis import strategies as st

from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.simulate.economy import Economy
from ronghe.simulate.gain import gain
from ronghe.simulate.scenario import Scenario
from ronghe.simulate.sectors import shapley_over, split_by_sector

EXACT = 1e-9


@settings(deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 5))
def test_parts_add_up_and_renaming_parts_renames_the_answer(seed, parts):
    worth = np.random.default_rng(seed).normal(size=(1 << parts, 2))
    found = shapley_over(parts, lambda mask: worth[mask])
    np.testing.assert_allclose(found.parts.sum(axis=0), worth[-1] - worth[0], atol=1e-12)
    turned = shapley_over(parts, lambda mask: worth[int(f"{mask:0{parts}b}"[::-1], 2)])
    np.testing.assert_allclose(turned.parts, found.parts[::-1], atol=1e-12)


def test_two_parts_share_what_they_add_together():
    worth = np.array([0.0, 1.0, 0.0, 3.0])
    found = shapley_over(2, lambda mask: worth[mask])
    np.testing.assert_array_equal(found.parts, [2.0, 1.0])
    np.testing.assert_array_equal(found.last, [3.0, 2.0])
    assert found.pairs[0, 1] == found.scope == 2.0


def test_threads_change_nothing():
    worth = np.random.default_rng(1).normal(size=(32, 3))
    one, two = (shapley_over(5, lambda mask: worth[mask], workers=w) for w in (1, 2))
    np.testing.assert_array_equal(one.parts, two.parts)


def test_too_many_parts_says_what_to_do():
    with pytest.raises(ParameterFault, match="at most 12 parts; read 13"):
        shapley_over(13, lambda mask: np.zeros(1))


def test_sector_parts_are_the_gain_in_every_column_and_region():
    economy = random_economy(3, regions=5)
    cut = Scenario("cut").cut_trade_cost(0.1, within=economy.regions[:3])
    split, whole = split_by_sector(economy, cut), gain(economy, cut, starts=0)
    assert split.keys == tuple(np.array(economy.sectors)[economy.world.traded])
    for column in ("household", "services", "payable", "headline"):
        values = getattr(whole, column)
        scale = np.abs(values).max()
        np.testing.assert_allclose(split.column(column).sum(axis=0), values, atol=EXACT * scale)
        assert split.total(column=column).sum() == pytest.approx(whole.total(column), rel=EXACT)
    assert split.scope() == pytest.approx(split.whole() - split.alone().sum(), rel=EXACT)


def test_a_sector_that_does_not_open_is_no_part():
    economy = random_economy(3, regions=5)
    cut = Scenario("cut").cut_trade_cost(0.1, within=economy.regions[:3], sectors=["industry", "finance"])
    assert split_by_sector(economy, cut).keys == ("industry", "finance")


def test_tariff_changes_are_split_too():
    economy = Economy.from_flows(**random_flows(5))
    nothing = np.zeros((4, 4, 3))
    scenario = Scenario("free trade").set_tariffs(nothing, axes=("buyer", "seller", "sector"))
    split, whole = split_by_sector(economy, scenario), gain(economy, scenario, starts=0)
    assert len(split.keys) == 3
    np.testing.assert_allclose(split.column("household").sum(axis=0), whole.household, atol=EXACT)


def test_without_inputs_sectors_of_equal_trade_get_equal_parts():
    """Two identical sectors cannot be told apart."""
    flows = np.random.default_rng(0).lognormal(0, 0.5, (3, 3, 1)) + 5 * np.eye(3)[:, :, None]
    economy = Economy.from_flows(
        flows=np.repeat(flows, 2, axis=2),
        axes=("buyer", "seller", "sector"),
        value_added_shares=np.ones((3, 2)),
        input_shares=np.zeros((2, 2)),
        elasticities=4.0,
        regions=("A", "B", "C"),
        sectors=("s", "t"),
    )
    split = split_by_sector(economy, Scenario("cut").cut_trade_cost(0.1, within=["A", "B"]))
    np.testing.assert_allclose(split.column()[0], split.column()[1], atol=1e-10)


def test_an_economy_whose_tables_cannot_tell_is_refused():
    economy = Economy.from_baseline(country(np.zeros((3, 3)), np.arange(3)))
    closed = Economy.from_world(economy.world)
    closed = type(closed)(world=closed.world, region_list=closed.region_list, identifies={})
    with pytest.raises(NotIdentified):
        split_by_sector(closed, Scenario("cut").cut_trade_cost(0.1, within=["U0", "U1"]))
