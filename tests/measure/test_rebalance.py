"""Balancing to border-free flows: known truth and the totals that are held."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrio_cases import SEEDS, by_hand, reordered, table
from ronghe.base.errors import ParameterFault, UnconvergedSolution
from ronghe.measure.accounts import accounts
from ronghe.measure.rebalance import border_free, partner_value_added
from ronghe.measure.redraw import redrawn

# Margins are met to 1e-9 of each; a value by way of the inverse loses a digit or two.
FITTED = 1e-7
ALL = np.ones(4, dtype=bool)
FEW = settings(max_examples=15, deadline=None)


def flows_of(held):
    count = len(held.regions)
    return held.intermediate.sum(axis=(1, 3)) + held.final[:, :, :count].sum(axis=1)


def ratio(held, flows, members=ALL, **more):
    free = border_free(observed=held, flows=flows).accounts
    return partner_value_added(observed=held, free=free, members=members, **more)


@FEW
@given(SEEDS, st.floats(1e-3, 1e3))
def test_where_borders_make_no_difference_all_is_realised(seed, unit):
    held = table(seed)
    assert ratio(held, unit * flows_of(held)).ratio == pytest.approx(1.0, rel=FITTED)


@FEW
@given(SEEDS, st.floats(1.2, 5.0))
def test_freer_flows_between_partners_leave_less_of_them_realised(seed, more):
    held = table(seed)
    flows = flows_of(held)
    flows[~np.eye(4, dtype=bool)] *= more
    assert ratio(held, flows).ratio < 1


@FEW
@given(SEEDS)
def test_recipes_output_and_final_demand_stay(seed):
    held = table(seed, zeros=0.2)
    free = border_free(observed=held, flows=np.random.default_rng(seed).lognormal(3, 0.5, (4, 4))).accounts
    accounts(intermediate=free.intermediate, final=free.final, value_added=free.value_added, imports=free.imports,
             output=free.output, tolerance=FITTED)  # fmt: skip
    assert np.allclose(free.intermediate.sum(axis=0), held.intermediate.sum(axis=0), rtol=FITTED)
    assert np.allclose(free.final.sum(axis=0), held.final.sum(axis=0), rtol=FITTED)


def test_one_product_meets_flows_that_keep_the_totals():
    """With one sector the flows of pairs are the table: it must come out as asked."""
    held = table(8, 3, 1)
    flows = flows_of(held)
    swap = 0.3 * min(flows[0, 1], flows[1, 2])
    flows[[0, 1], [1, 2]] -= swap
    flows[[0, 1], [2, 1]] += swap
    found = border_free(observed=held, flows=flows)
    assert np.allclose(flows_of(found.accounts), flows, rtol=FITTED)
    assert found.pair_gap < FITTED


def test_a_pair_that_does_not_trade_today_may_trade_without_borders():
    held = table(4)
    z, final = held.intermediate.copy(), held.final.copy()
    final[0, :, 0] += z[0, :, 1].sum(axis=1) + final[0, :, 1]
    z[0, :, 1], final[0, :, 1] = 0.0, 0.0
    added = held.output - z.sum(axis=(0, 1)) - held.imports
    cut = accounts(intermediate=z, final=final, value_added=added, imports=held.imports, output=held.output)
    flows = flows_of(cut)
    flows[0, 1] = flows[0, 2]
    assert flows_of(border_free(observed=cut, flows=flows).accounts)[0, 1] > 0.2 * flows[0, 1]


def test_pairs_left_open_stay_near_what_they_are():
    held = table(4)
    flows = np.full((4, 4), np.nan)
    assert ratio(held, flows).ratio == pytest.approx(1.0, rel=FITTED)


def test_inventories_that_fall_keep_their_sign():
    held = table(6)
    final = held.final.copy()
    final[0, 0, 1] = -0.1 * held.output[0, 0]
    final[0, 0, -1] += held.final[0, 0, 1] - final[0, 0, 1]
    drawn = accounts(intermediate=held.intermediate, final=final, value_added=held.value_added, imports=held.imports,
                     output=held.output)  # fmt: skip
    flows = flows_of(drawn)
    flows[0, 1] = abs(flows[0, 1]) * 1.5
    free = border_free(observed=drawn, flows=flows).accounts
    assert free.final[0, 0, 1] < 0
    assert all(one.final[0, 0, 1] < 0 for one in redrawn(observed=drawn, draws=3))


def test_regions_of_one_block_are_no_partners():
    held = table(2)
    flows = flows_of(held)
    assert ratio(held, flows, blocks=["p"] * 4).share == 0.0
    assert np.isnan(ratio(held, flows, blocks=["p"] * 4).ratio)
    two, four = ratio(held, flows, blocks=["p", "p", "q", "q"]).share, ratio(held, flows).share
    assert 0 < two < four < 1


def test_partners_of_two_regions_by_hand():
    """Value added of 1 in demand of 2 is v_1 L_12 10, of 2 in demand of 1 v_2 L_21 10; demand is 20."""
    held = by_hand()
    found = ratio(held, flows_of(held), np.ones(2, dtype=bool))
    inverse = np.array([[0.7, 0.1], [0.05, 0.8]]) / 0.555
    assert found.share == pytest.approx((0.75 * inverse[0, 1] * 10 + 0.6 * inverse[1, 0] * 10) / 20, rel=1e-12)


@FEW
@given(SEEDS)
def test_the_order_of_regions_and_sectors_changes_nothing(seed):
    rng, held = np.random.default_rng(seed), table(seed)
    flows, r, s = rng.lognormal(3, 0.5, (4, 4)), rng.permutation(4), rng.permutation(3)
    members = np.array([True, True, True, False])
    moved = ratio(reordered(held, r, s), flows[np.ix_(r, r)], members[r])
    assert moved.ratio == pytest.approx(ratio(held, flows, members).ratio, rel=FITTED)


def test_flows_that_no_table_can_have_stop_with_a_sentence():
    held = table(1, 2, 1)
    with pytest.raises(UnconvergedSolution) as raised:
        border_free(observed=held, flows=np.array([[0.0, 1.0], [0.0, 0.0]]))
    assert "the totals cannot all be met" in raised.value.text.en
    assert "不能同时满足" in raised.value.text.zh


def test_wrong_flows_are_told():
    for flows, told in ((np.ones((2, 3)), "flows must have shape (4, 4); read (2, 3)."),
                        (-np.ones((4, 4)), "Figures of flows below 0 or infinite: 16.")):  # fmt: skip
        with pytest.raises(ParameterFault) as raised:
            border_free(observed=table(1), flows=flows)
        assert raised.value.text.en == told
