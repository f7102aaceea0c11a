"""Modularity, communities and mutual information: the karate club, by hand, by networkx, and their laws."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.base.ipf import proportional_fit
from ronghe.measure.network import (
    communities,
    excess_modularity,
    functional_regions,
    modularity,
    mutual_information,
)

PRINTED = 5e-7  # reference values are printed to six decimals
ROUNDING = 1e-12  # sums of a few hundred floats
SETTINGS = settings(max_examples=40, deadline=None)
FLOWS = hnp.arrays(float, (6, 6), elements=st.floats(0.1, 100))
LABELS = st.lists(st.integers(0, 2), min_size=6, max_size=6)


def karate(weight: str | None) -> tuple[np.ndarray, list[str]]:
    graph = nx.karate_club_graph()
    return nx.to_numpy_array(graph, weight=weight), [graph.nodes[node]["club"] for node in graph]


def gravity(border: float, seed: int = 1, blocks: int = 8, each: int = 6) -> tuple[np.ndarray, np.ndarray, list[int]]:
    """Flows of blocks on a plane with a border factor, and the same margins without one."""
    random = np.random.default_rng(seed)
    centres = random.uniform(0, 1000, (blocks, 2))
    places = np.repeat(centres, each, axis=0) + random.normal(0, 60, (blocks * each, 2))
    labels = np.repeat(np.arange(blocks), each)
    km = np.sqrt(((places[:, None] - places) ** 2).sum(axis=-1)) + 20
    size = random.lognormal(0, 0.7, len(labels))
    kernel = np.outer(size, size) / km
    flows = kernel * np.where(labels[:, None] == labels, 1.0, border)
    free = proportional_fit(seed=kernel, rows=flows.sum(axis=1), columns=flows.sum(axis=0)).values
    return flows, free, labels.tolist()


@pytest.mark.parametrize(("weight", "value"), [(None, 0.358235), ("weight", 0.391438)])
def test_karate_club_by_faction(weight: str | None, value: float) -> None:
    """Zachary 1977, networkx's built-in graph; values computed with networkx and python-igraph."""
    flows, clubs = karate(weight)
    assert modularity(flows=flows, blocks=clubs) == pytest.approx(value, abs=PRINTED)


def test_karate_club_communities_reach_the_known_best() -> None:
    """0.419790 is the optimum (Brandes et al. 2008); networkx's Louvain with seed 1 alone ends at 0.418803."""
    flows, _ = karate(None)
    found = communities(flows=flows)
    assert found.modularity == pytest.approx(0.419790, abs=PRINTED)
    assert communities(flows=flows, seeds=[1]).modularity == pytest.approx(0.418803, abs=PRINTED)
    assert found.modularity == found.tried.max()
    assert len(found.tried) == len(found.seeds) == 20


def test_four_nodes_by_hand() -> None:
    """Inside 32 of 40, each block a half of all: 0.8 - 0.5."""
    flows = np.array([[8, 0, 1, 1], [0, 8, 1, 1], [1, 1, 8, 0], [1, 1, 0, 8.0]])
    assert modularity(flows=flows, blocks=["a", "a", "b", "b"]) == pytest.approx(0.3, abs=ROUNDING)


@SETTINGS
@given(FLOWS, LABELS)
def test_networkx_finds_the_same_modularity_of_directed_flows(flows: np.ndarray, labels: list[int]) -> None:
    graph = nx.from_numpy_array(flows, create_using=nx.DiGraph)
    parts = [{node for node in range(6) if labels[node] == label} for label in set(labels)]
    expected = nx.community.modularity(graph, parts, weight="weight")
    assert modularity(flows=flows, blocks=labels) == pytest.approx(expected, abs=ROUNDING)


@SETTINGS
@given(FLOWS, LABELS, st.permutations(range(6)), st.floats(1e-6, 1e6))
def test_order_and_unit_change_nothing(flows: np.ndarray, labels: list[int], order: list[int], unit: float) -> None:
    moved = flows[np.ix_(order, order)] * unit
    assert modularity(flows=moved, blocks=[labels[at] for at in order]) == pytest.approx(
        modularity(flows=flows, blocks=labels), abs=ROUNDING
    )


@SETTINGS
@given(FLOWS)
def test_one_block_has_no_modularity(flows: np.ndarray) -> None:
    assert modularity(flows=flows, blocks=[0] * 6) == pytest.approx(0.0, abs=ROUNDING)


@SETTINGS
@given(FLOWS, LABELS)
def test_blocks_add_up_and_equal_flows_leave_no_excess(flows: np.ndarray, labels: list[int]) -> None:
    found = excess_modularity(flows=flows, border_free=flows, blocks=labels)
    assert found.excess == 0.0
    assert found.by_block.sum() == found.excess
    assert found.spread is None
    assert found.reason.zh


@pytest.mark.parametrize("border", [0.8, 0.5, 0.2])
def test_excess_is_nought_without_border_and_grows_with_it(border: float) -> None:
    """Distance alone gives blocks a modularity; only the excess is nought without a border."""
    flows, free, labels = gravity(1.0)
    alone = excess_modularity(flows=flows, border_free=free, blocks=labels)
    assert alone.observed > 0.05
    assert alone.excess == pytest.approx(0.0, abs=1e-9)
    flows, free, labels = gravity(border)
    higher = gravity(border * 0.7)
    found = excess_modularity(flows=flows, border_free=free, blocks=labels)
    more = excess_modularity(flows=higher[0], border_free=higher[1], blocks=labels)
    assert 0 < found.excess < more.excess
    assert found.by_block.sum() == pytest.approx(found.excess, abs=ROUNDING)


def test_merging_blocks_on_paper_earns_nothing() -> None:
    """Flows unchanged, four of eight blocks under one name: the rest is as it was, and their walls now count."""
    flows, free, labels = gravity(0.3)
    merged = [0 if label < 4 else label for label in labels]
    old = excess_modularity(flows=flows, border_free=free, blocks=labels)
    new = excess_modularity(flows=flows, border_free=free, blocks=merged)
    np.testing.assert_allclose(new.by_block[1:], old.by_block[4:], atol=ROUNDING)
    inside = np.array(merged) == 0
    walled = np.not_equal.outer(labels, labels) & inside[:, None] & inside
    lost = (flows - free)[walled].sum() / flows.sum()
    assert new.excess - old.excess == pytest.approx(lost, abs=1e-9)  # margins are met to 1e-10
    assert lost < 0


def test_splitting_a_shipment_changes_nothing() -> None:
    flows, free, labels = gravity(0.5)
    rows = [(u, v, flows[u, v] / 2) for u, v in np.ndindex(flows.shape) for _ in range(2)]
    again = np.zeros(flows.shape)
    for u, v, amount in rows:
        again[u, v] += amount
    one = excess_modularity(flows=flows, border_free=free, blocks=labels).excess
    assert excess_modularity(flows=again, border_free=free, blocks=labels).excess == pytest.approx(one, abs=ROUNDING)


def test_draws_of_the_border_free_flows_give_an_interval() -> None:
    flows, free, labels = gravity(0.5)
    other = np.where(np.equal.outer(labels, labels), 1.1, 1.0) * free
    drawn = proportional_fit(seed=other, rows=flows.sum(axis=1), columns=flows.sum(axis=0)).values
    found = excess_modularity(flows=flows, border_free=free, blocks=labels, draws=np.stack([free, drawn]))
    assert found.spread is not None
    assert found.spread.kind == "interval"
    assert found.spread.low < found.spread.high <= found.excess + ROUNDING


def test_communities_find_planted_blocks_in_any_order() -> None:
    flows, _, labels = gravity(0.02)
    order = np.random.default_rng(3).permutation(len(labels))
    for at in (np.arange(len(labels)), order):
        found = communities(flows=flows[np.ix_(at, at)] * 1e7)
        assert mutual_information(found.labels, [labels[place] for place in at]) == pytest.approx(1.0)


def test_functional_regions_keep_what_flows_inside() -> None:
    flows = np.array([[0, 9, 1, 0], [9, 0, 0, 0], [1, 0, 0, 4], [0, 0, 4, 0.0]])
    found = functional_regions(flows=flows, units=("沪", "苏", "鄂", "湘"))
    assert found.members == (("沪", "苏"), ("鄂", "湘"))
    np.testing.assert_allclose(found.kept_out, [18 / 19, 8 / 9])
    np.testing.assert_allclose(found.kept_in, [18 / 19, 8 / 9])


def test_a_unit_without_flows_is_a_region_of_its_own() -> None:
    found = functional_regions(flows=np.array([[0, 5, 0], [5, 0, 0], [0, 0, 0.0]]), units=("a", "b", "c"))
    assert found.members == (("a", "b"), ("c",))
    assert np.isnan(found.kept_out[1])


@SETTINGS
@given(LABELS, LABELS, st.permutations(range(3)))
def test_mutual_information_is_symmetric_and_blind_to_names(a: list[int], b: list[int], names: list[int]) -> None:
    value = mutual_information(a, b)
    assert 0 <= value <= 1
    assert mutual_information(b, a) == pytest.approx(value, abs=ROUNDING)
    assert mutual_information([names[label] for label in a], b) == pytest.approx(value, abs=ROUNDING)
    assert mutual_information(a, a) == pytest.approx(1.0)


def test_mutual_information_by_hand() -> None:
    """Entropies ln 2 and 1.5 ln 2, shared ln 2: 1 / 1.25."""
    assert mutual_information([0, 0, 1, 1], [0, 0, 1, 2]) == pytest.approx(0.8)


def test_unobserved_own_flows_are_no_part_of_the_network() -> None:
    flows = np.array([[np.nan, 2, 1], [2, np.nan, 1], [1, 1, np.nan]])
    zero = np.nan_to_num(flows)
    assert modularity(flows=flows, blocks=[0, 0, 1]) == modularity(flows=zero, blocks=[0, 0, 1])


def test_all_that_is_wrong_with_flows_is_told_at_once() -> None:
    flows = np.array([[1, -2, np.nan], [1, np.nan, 3], [np.inf, 1, 1]])
    with pytest.raises(ParameterFault) as caught:
        modularity(flows=flows, blocks=[0, 0, 1])
    assert "2格为负数或无穷" in caught.value.text.zh
    assert "1格缺失" in caught.value.text.zh
    assert "对角线缺1格" in caught.value.text.zh
    assert "negative or infinite cells: 2" in caught.value.text.en
    assert "missing cells: 1" in caught.value.text.en
    assert "lacks own flows of some units (1)" in caught.value.text.en


def test_border_free_flows_of_other_margins_are_refused() -> None:
    with pytest.raises(ParameterFault) as caught:
        excess_modularity(flows=np.ones((3, 3)), border_free=2 * np.ones((3, 3)), blocks=[0, 0, 1])
    assert "IPF" in caught.value.text.zh
    assert "Fit it to the margins first" in caught.value.text.en


def test_own_flows_on_one_side_only_are_refused() -> None:
    free = np.ones((3, 3))
    np.fill_diagonal(free, np.nan)
    with pytest.raises(ParameterFault, match="diagonal of both or of neither"):
        excess_modularity(flows=np.ones((3, 3)), border_free=free, blocks=[0, 0, 1])


def test_nothing_flowing_is_not_identified() -> None:
    with pytest.raises(NotIdentified, match="流量合计为0"):
        communities(flows=np.zeros((3, 3)))


def test_divisions_of_unlike_length_and_no_seed_are_refused() -> None:
    with pytest.raises(ParameterFault, match="read 2 and 3"):
        mutual_information([0, 1], [0, 1, 1])
    with pytest.raises(ParameterFault, match="at least one seed"):
        communities(flows=np.ones((2, 2)), seeds=())
