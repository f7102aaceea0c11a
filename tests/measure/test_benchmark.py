"""Border-free flows and realisation rates: laws of the object, known truth, and what cannot be told."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invented_flows import invented
from ronghe.base.errors import NotIdentified, ParameterFault, UnconvergedSolution
from ronghe.measure.benchmark import border_free, realisation
from ronghe.measure.border_dummies import common_border
from ronghe.measure.gravity import gravity

MARGIN = 1e-10  # INDICATORS section 4, F01 step 4
SEARCH = 1e-7  # what the search for gamma leaves
SCALED = 1e-10  # the same numbers in another unit, through a search and a fit that stop by rule


def free_of(flows, distances, blocks):
    covariates = {"ln distance": np.log(distances)}
    return border_free(fit=gravity(flows=flows, covariates=covariates, borders=common_border(blocks)), flows=flows)


def names_of(blocks):
    return [f"B{at}" for at in range(int(blocks.max()) + 1)]


def rates(flows, distances, blocks, **more):
    return realisation(benchmark=free_of(flows, distances, blocks), blocks=blocks, names=names_of(blocks),
                       areas={"all": range(int(blocks.max()) + 1)}, **{"draws": 0, **more})  # fmt: skip


def test_where_the_border_makes_no_difference_every_rate_is_one():
    world = invented(np.random.default_rng(0), beta=0.0)
    found = rates(world.expected, world.distances, world.blocks)
    assert found.areas["all"].value == pytest.approx(1, abs=SEARCH)
    for rate in found.pairs.values():
        assert rate.value == pytest.approx(1, abs=SEARCH)


@settings(max_examples=15)
@given(seed=st.integers(0, 10_000))
def test_the_benchmark_has_the_sums_of_the_flows_on_their_cells(seed):
    chance = np.random.default_rng(seed)
    world = invented(chance, blocks=4, units=3)
    flows = world.noisy(chance)
    flows[2], flows[0, 5], flows[7, 8] = 0.0, np.nan, 0.0
    found = free_of(flows, world.distances, world.blocks)
    assert found.converged
    assert found.margin_error <= MARGIN
    np.testing.assert_array_equal(np.isnan(found.flows[0]), np.isnan(flows))
    for axis in (0, 1):
        np.testing.assert_allclose(np.nansum(found.flows[0], axis=axis), np.nansum(flows, axis=axis), rtol=MARGIN)
    assert not found.flows[0, 2].any()
    assert found.flows[0, 7, 8] > 0  # a zero that is observed is a cell like any other


def test_rates_hold_the_margins_so_they_lie_above_the_border_factor_and_rise_with_it():
    """Sanity profile of INDICATORS section 4: 12 blocks of 10 units, factors 0.8, 0.5, 0.2."""
    found = []
    for factor in (0.8, 0.5, 0.2):
        world = invented(np.random.default_rng(5), blocks=12, units=10, beta=float(np.log(factor)))
        found.append(rates(world.expected, world.distances, world.blocks).areas["all"].value)
        assert factor < found[-1] < 1
    assert found == sorted(found, reverse=True)


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000), money=st.floats(1e-6, 1e6), metre=st.floats(1e-3, 1e3))
def test_units_and_order_change_no_rate(seed, money, metre):
    chance = np.random.default_rng(seed)
    world = invented(chance, blocks=4, units=3)
    flows, order = world.noisy(chance), chance.permutation(12)
    first = rates(flows, world.distances, world.blocks)
    scaled = rates(flows * money, world.distances * metre, world.blocks)
    cut = np.ix_(order, order)
    moved = rates(flows[cut], world.distances[cut], world.blocks[order])
    for pair, rate in first.pairs.items():
        assert scaled.pairs[pair].value == pytest.approx(rate.value, rel=SCALED)
        assert moved.pairs[pair].value == pytest.approx(rate.value, rel=1e-8)
    np.testing.assert_allclose(
        [one.observed for one in scaled.pairs.values()], [money * one.observed for one in first.pairs.values()]
    )


def test_merging_blocks_on_paper_raises_no_rate_but_new_labels_would():
    """Law P1. Twelve blocks, four merged on paper, flows unchanged."""
    world = invented(np.random.default_rng(7), blocks=12, units=4)
    before = rates(world.expected, world.distances, world.blocks)
    merged = np.unique(np.minimum(world.blocks, 99) * (world.blocks >= 4), return_inverse=True)[1]
    naive = rates(world.expected, world.distances, merged)
    again = rates(world.expected, world.distances, world.blocks)
    assert again.areas["all"].value == before.areas["all"].value
    # The naive rate of the pairs that nothing happened to moves with the labels.
    assert naive.areas["all"].value != pytest.approx(before.areas["all"].value, abs=1e-3)


def test_a_lower_border_never_lowers_a_rate():
    """Law P3 on known truth."""
    walls = -0.9 * (1 - np.eye(5))
    values = []
    for lower in (0.0, 0.3, 0.6):
        walls[0, 1] = walls[1, 0] = -0.9 + lower
        world = invented(np.random.default_rng(3), blocks=5, units=4, walls=walls)
        values.append(rates(world.expected, world.distances, world.blocks).pairs["B0", "B1"].value)
    assert values == sorted(values)


def test_intervals_are_of_the_sample_and_repeat_with_their_seed():
    world = invented(np.random.default_rng(1))
    flows = world.noisy(np.random.default_rng(2))
    one, two = (rates(flows, world.distances, world.blocks, draws=200, seed=4) for _ in range(2))
    for pair, rate in one.pairs.items():
        assert rate.spread == two.pairs[pair].spread
        assert rate.spread.kind == "interval"
        assert rate.spread.low < rate.value < rate.spread.high
    bare = rates(flows, world.distances, world.blocks)
    assert bare.areas["all"].spread.kind == "none"
    assert bare.areas["all"].reason.en == "no draws were asked for"
    assert one.noise is not None


def test_known_truth_of_pairs_lies_in_the_intervals():
    """Law P7 for pairs, on a small sample of fixed seed: 30 worlds of 15 pairs."""
    chance, held = np.random.default_rng(11), []
    for _ in range(30):
        world = invented(chance)
        found = rates(world.noisy(chance), world.distances, world.blocks, draws=200)
        truth = rates(world.expected, world.distances, world.blocks)
        held += [rate.spread.low <= truth.pairs[pair].value <= rate.spread.high for pair, rate in found.pairs.items()]
    assert 0.82 <= np.mean(held) <= 0.95  # 85 % of 120 worlds of 24 to 32 units


def test_a_pair_without_possible_flow_is_not_measured():
    world = invented(np.random.default_rng(0), blocks=4, units=3)
    flows = world.expected.copy()
    flows[np.ix_(world.blocks == 0, world.blocks == 1)] = np.nan
    flows[np.ix_(world.blocks == 1, world.blocks == 0)] = np.nan
    rate = rates(flows, world.distances, world.blocks, draws=20).pairs["B0", "B1"]
    assert np.isnan(rate.value)
    assert rate.spread.kind == "none"
    assert rate.reason.en == "no flow is possible: no data"
    assert rate.reason.zh == "没有可能的流量，未测"


def test_a_star_without_own_flows_names_its_centre():
    """No unit may hold more than all the others together; at the limit the fit creeps and is not shown."""
    chance = np.random.default_rng(0)
    world = invented(chance, blocks=3, units=3)
    flows = np.where(np.eye(9, dtype=bool), np.nan, 0.0)
    flows[0, 1:], flows[1:, 0] = chance.uniform(1, 2, 8), chance.uniform(1, 2, 8)
    fit = free_of(world.expected, world.distances, world.blocks).fit
    at = np.flatnonzero(flows > 0)
    cells = replace(fit.cells, at=at, flow=flows.flat[at], units=tuple(f"U{at}" for at in range(9)),
                    reasons=np.where(np.isnan(flows), "unknown", "")[None])  # fmt: skip
    fit = replace(fit, cells=cells)
    found = border_free(fit=fit, flows=flows)
    assert not found.converged
    with pytest.raises(UnconvergedSolution) as refused:
        realisation(benchmark=found, blocks=world.blocks, names=list("abc"))
    assert "every flow involves U0" in refused.value.message("en")
    assert "所有流量都经过 U0" in refused.value.message("zh")


def test_rates_without_a_flow_inside_any_block_are_refused():
    world = invented(np.random.default_rng(0), blocks=9, units=1)
    flows = np.where(np.eye(9, dtype=bool), np.nan, world.expected)
    fit = gravity(flows=flows, covariates={"ln distance": np.log(world.distances)}, borders={})
    with pytest.raises(NotIdentified, match="every flow crosses a border"):
        realisation(benchmark=border_free(fit=fit, flows=flows), blocks=world.blocks, names=list("abcdefghi"))


def test_faults_are_told_at_once():
    world = invented(np.random.default_rng(0), blocks=4, units=3)
    found = free_of(world.expected, world.distances, world.blocks)
    with pytest.raises(ParameterFault) as told:
        realisation(benchmark=found, blocks=[0, 1], names=["a", "b"], areas={"甲": [0]})
    assert told.value.message("en") == "blocks must hold 12; read (2,). 甲: an area needs two blocks."
    assert told.value.message("zh") == "blocks 应有12个，读到 (2,)。甲：区域至少要有两个区块。"
    with pytest.raises(ParameterFault, match="Every block needs a name"):
        realisation(benchmark=found, blocks=world.blocks, names=["a", "b"])
    with pytest.raises(ParameterFault, match="not those of the fit"):
        border_free(fit=found.fit, flows=world.expected * 2)
    with pytest.raises(UnconvergedSolution):
        border_free(fit=replace(found.fit, converged=False), flows=world.expected)
