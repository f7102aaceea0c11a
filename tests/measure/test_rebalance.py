"""Balancing to border-free flows and redrawn cells: known truth and the totals that are held."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrio_cases import SEEDS, by_hand, reordered, table
from ronghe.base.errors import ParameterFault, UnconvergedSolution
from ronghe.measure.accounts import accounts
from ronghe.measure.mrio import feedback
from ronghe.measure.rebalance import Variation, border_free, interval, partner_value_added, redrawn

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


@FEW
@given(SEEDS)
def test_redrawn_tables_keep_totals_and_zeros(seed):
    held = table(seed, zeros=0.3)
    for drawn in redrawn(observed=held, draws=2, seed=seed):
        accounts(intermediate=drawn.intermediate, final=drawn.final, value_added=drawn.value_added,
                 imports=drawn.imports, output=drawn.output, tolerance=FITTED)  # fmt: skip
        assert np.array_equal(drawn.intermediate == 0, held.intermediate == 0)
        assert np.allclose(drawn.final.sum(axis=(0, 1)), held.final.sum(axis=(0, 1)), rtol=FITTED)
        assert not np.allclose(drawn.intermediate, held.intermediate, rtol=1e-3)


def test_smaller_cells_are_less_certain():
    cv = Variation(largest=0.02, slope=0.5, most=0.4).of(np.array([100.0, 25.0, 1e-6, 0.0, -25.0]))
    assert cv == pytest.approx([0.02, 0.04, 0.4, 0.0, 0.04])


def statistic(held):
    return feedback(coefficients=held.coefficients, inverse=held.inverse, output=held.output).area


def test_the_interval_holds_the_figure_and_widens_with_the_variation():
    held = table(9)
    narrow = interval(observed=held, statistic=statistic, draws=60, variation=Variation(largest=0.01))
    wide = interval(observed=held, statistic=statistic, draws=60, variation=Variation(largest=0.05))
    assert narrow.low < statistic(held) < narrow.high
    assert wide.high - wide.low > 2 * (narrow.high - narrow.low)
    assert wide.spread.word.en == "interval"
    again = interval(observed=held, statistic=statistic, draws=60, variation=Variation(largest=0.05))
    assert (again.low, again.high) == (wide.low, wide.high)


def test_the_interval_holds_the_truth_in_about_nine_tables_of_ten():
    """A table read with errors of known size, 40 times; eight figures each, so 320 in all."""
    variation, held = Variation(largest=0.03), []

    def figures(one):
        back = feedback(coefficients=one.coefficients, inverse=one.inverse, output=one.output).regions
        return np.append(back, one.value_added_flows[:2, :2].ravel())

    for seed in range(40):
        truth = table(seed)
        read = next(redrawn(observed=truth, draws=1, seed=1000 + seed, variation=variation))
        found = interval(observed=read, statistic=figures, draws=60, seed=seed, variation=variation)
        held.append((found.low <= figures(truth)) & (figures(truth) <= found.high))
    assert 0.84 < np.mean(held) < 0.95


def test_exact_cells_have_no_interval():
    held = table(9)
    exact = interval(observed=held, statistic=statistic, draws=20, variation=Variation(largest=0.0))
    assert exact.low == pytest.approx(statistic(held), rel=FITTED)
    assert exact.high == pytest.approx(statistic(held), rel=FITTED)


def test_too_few_draws_are_told():
    with pytest.raises(ParameterFault) as raised:
        interval(observed=table(9), statistic=statistic, draws=19)
    assert raised.value.text.en == "At least 20 draws are needed; read 19."
    assert raised.value.text.zh == "至少需要20次抽样，读到19次。"
