"""Hypothetical extraction and single sources: by hand, against fresh solves, and their laws."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrio_cases import SEEDS, by_hand, multiregional, reordered, scaled, table
from ronghe.base.errors import NotIdentified, ParameterFault
from ronghe.data import load
from ronghe.data.load import FACTS, _read
from ronghe.data.own.door import assembled
from ronghe.measure.dependence import completeness, single_source, sources
from ronghe.measure.extraction import extraction, links
from ronghe.measure.redraw import interval
from ronghe.measure.supplychain import supply_chains

# Formula and fresh solve, both of some dozens of equations.
TIGHT = 1e-10
# Reference values are printed to six decimals.
PRINTED = 5e-7
FEW = settings(max_examples=25, deadline=None)


def links_of(held, *, final=False):
    return links(
        intermediate=held.intermediate, coefficients=held.coefficients, inverse=held.inverse, output=held.output,
        value_added=held.value_added, final=held.final if final else None,
    )  # fmt: skip


def fresh(held, supplier, users, *, final=False):
    """Return output of the table without the link, solved from scratch."""
    a, y = held.coefficients.copy(), held.final.copy()
    a[(*supplier, users)] = 0.0
    if final:
        y[(*supplier, users)] = 0.0
    size = held.output.size
    return np.linalg.solve(np.eye(size) - a.reshape(size, size), y.sum(axis=2).ravel()).reshape(held.output.shape)


def dependence_of(held, imports=None):
    return single_source(intermediate=held.intermediate, imports=held.imports if imports is None else imports,
                         output=held.output)  # fmt: skip


def test_two_regions_match_the_hand_calculation():
    held = by_hand()
    found = extraction(links=links_of(held), supplier=(0, 0), users=[1])
    assert found.output.ravel() == pytest.approx([12.5, 15.178571], abs=PRINTED)
    assert found.value_added == pytest.approx([1.435811, 0.082046], abs=PRINTED)
    assert found.share == pytest.approx(0.0759, abs=5e-5)
    assert found.share == pytest.approx(found.total / 20, rel=1e-12)


@FEW
@given(SEEDS, st.booleans(), st.sets(st.integers(0, 3), min_size=1), st.integers(0, 3), st.integers(0, 2))
def test_the_formula_is_a_fresh_solve(seed, final, users, region, sector):
    held, cut = table(seed, zeros=0.2), sorted(users)
    found = extraction(links=links_of(held, final=final), supplier=(region, sector), users=cut)
    truth = fresh(held, (region, sector), cut, final=final)
    assert np.abs(found.output - truth).max() <= TIGHT * held.output.max()
    rate = held.value_added / held.output
    assert found.value_added == pytest.approx((rate * (held.output - truth)).sum(axis=1), rel=1e-8, abs=1e-8)


@FEW
@given(SEEDS)
def test_all_links_at_once_are_each_link_alone(seed):
    held = table(seed)
    every = links_of(held)
    for supplier, user in (((0, 0), 1), ((3, 2), 3), ((2, 1), 0)):
        alone = extraction(links=every, supplier=supplier, users=[user])
        assert every.total[(*supplier, user)] == pytest.approx(alone.total, rel=1e-12)
        assert every.by_region[(slice(None), *supplier, user)] == pytest.approx(alone.value_added, rel=1e-12)


@FEW
@given(SEEDS)
def test_extracting_nothing_costs_nothing(seed):
    held = table(seed)
    none = extraction(links=links_of(held), supplier=(1, 1), users=[])
    assert none.total == 0.0
    assert np.array_equal(none.output, held.output)
    z = held.intermediate.copy()
    z[0, 0, 1] = 0.0
    added = held.value_added.copy()
    idle = links(
        intermediate=z, coefficients=z / held.output, inverse=held.inverse, output=held.output, value_added=added
    )
    assert extraction(links=idle, supplier=(0, 0), users=[1]).total == 0.0


@FEW
@given(SEEDS)
def test_cutting_more_users_never_costs_less(seed):
    every = links_of(table(seed))
    one, two = (extraction(links=every, supplier=(0, 0), users=users).total for users in ([1], [1, 2]))
    assert 0 < one < two


@FEW
@given(SEEDS, st.floats(1e-6, 1e6))
def test_neither_order_nor_unit_changes_a_share(seed, factor):
    rng, held = np.random.default_rng(seed), table(seed)
    r, s = rng.permutation(4), rng.permutation(3)
    other, dearer = reordered(held, r, s), scaled(held, factor)
    plain = links_of(held).total / held.value_added.sum()
    assert np.allclose(links_of(other).total / held.value_added.sum(), plain[np.ix_(r, s, r)], rtol=1e-9)
    assert np.allclose(links_of(dearer).total / dearer.value_added.sum(), plain, rtol=1e-9)
    first, moved, unit = dependence_of(held), dependence_of(other), dependence_of(dearer)
    assert np.allclose(moved.share, first.share[np.ix_(s, r, s)], rtol=1e-9)
    assert np.array_equal(r[moved.source], first.source[np.ix_(s, r, s)])
    assert np.allclose(unit.concentration, first.concentration, rtol=1e-9)
    assert np.array_equal(unit.flagged, first.flagged)


@FEW
@given(SEEDS)
def test_the_heaviest_links_are_those_across_regions_that_carry_most(seed):
    every = links_of(table(seed, zeros=0.3))
    found = every.heaviest(5, users=[0, 2])
    carried = [every.total[tuple(at)] for at in found]
    others = [every.total[p, k, q] for p in range(4) for k in range(3) for q in (0, 2) if p != q]
    assert carried == sorted(others, reverse=True)[:5]
    assert len(every.heaviest(1000)) == sum(every.total[p, k, q] > 0 for p, k, q in np.ndindex(4, 3, 4) if p != q)


def test_an_interval_of_every_link_holds_its_figure():
    held = table(3)
    found = interval(observed=held, statistic=lambda one: links_of(one).total, draws=60)
    assert found.low.shape == (4, 3, 4)
    # Both ends are quantiles of noise around the figure; few draws leave no link outside at this size.
    assert ((found.low < links_of(held).total) & (links_of(held).total < found.high)).mean() > 0.95


def test_largest_outside_source_by_hand():
    """Input of the second region: 6 from the first, 3 own, 1 from the third; output 100."""
    z = np.zeros((3, 1, 3, 1))
    z[:, 0, 1, 0] = 6.0, 3.0, 1.0
    found = single_source(intermediate=z, imports=np.array([[0.0], [2.0], [0.0]]), output=np.full((3, 1), 100.0))
    assert found.source[0, 1, 0] == 0
    assert found.share[0, 1, 0] == pytest.approx(0.6)
    assert found.lowest[0, 1, 0] == pytest.approx(0.5)
    assert found.concentration[0, 1, 0] == pytest.approx(0.36 + 0.09 + 0.01)
    assert found.cost[0, 1, 0] == pytest.approx(0.10)
    assert (found.flagged[0, 1, 0], found.surely[0, 1, 0]) == (True, True)
    assert not found.abroad_known
    assert found.pairs.tolist() == [[0, 1, 0], [0, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_abroad_is_one_source_where_its_products_are_known():
    z = np.zeros((2, 1, 2, 1))
    z[:, 0, 0, 0] = 2.0, 1.0
    found = single_source(intermediate=z, imports=np.array([[[7.0], [0.0]]]), output=np.full((2, 1), 50.0))
    assert found.source[0, 0, 0] == 2
    assert found.share[0, 0, 0] == pytest.approx(0.7)
    assert found.abroad_known


def test_an_input_that_is_not_used_has_no_figure_and_one_at_the_threshold_is_flagged():
    z = np.zeros((3, 1, 3, 1))
    z[:, 0, 0, 0] = 0.1, 0.1, 0.2
    z[0, 0, 1, 0] = 1.0
    found = single_source(intermediate=z, imports=np.zeros((3, 1)), output=np.array([[20.0], [51.0], [1.0]]))
    assert found.flagged[0, :, 0].tolist() == [True, False, False]
    assert np.isnan(found.share[0, 2, 0])
    assert found.source[0, 2, 0] == -1
    assert np.isnan(found.cost[0, 2, 0])
    assert np.isnan(found.concentration[0, 2, 0])


@FEW
@given(SEEDS)
def test_merging_two_suppliers_never_lowers_the_largest_share(seed):
    held = table(seed, 5, 2, zeros=0.3)
    z = held.intermediate.copy()
    z[3] += z[4]
    z[4] = 0.0
    first, merged = dependence_of(held), single_source(intermediate=z, imports=held.imports, output=held.output)
    others = np.s_[:, :3]
    known = np.isfinite(first.share[others])
    assert (merged.share[others][known] >= first.share[others][known] - 1e-12).all()
    assert (merged.concentration[others][known] >= first.concentration[others][known] - 1e-12).all()


@FEW
@given(SEEDS, st.lists(st.booleans(), min_size=4, max_size=4), st.lists(st.booleans(), min_size=4, max_size=4))
def test_where_inputs_are_met_sums_to_one(seed, area, country):
    held = table(seed, zeros=0.3)
    found = completeness(
        intermediate=held.intermediate, imports=held.imports, area=np.array(area), country=np.array(country)
    )
    assert found.sectors.sum(axis=0) == pytest.approx(np.ones((4, 3)))
    assert found.regions.sum(axis=0) == pytest.approx(np.ones(4))
    assert (found.sectors >= 0).all()


def test_where_inputs_are_met_by_hand():
    """Of 10: 4 own, 3 from a member, 2 from the rest of the country, 1 from abroad."""
    z = np.zeros((3, 1, 3, 1))
    z[:, 0, 0, 0] = 4.0, 3.0, 2.0
    imports = np.array([[1.0], [0.0], [0.0]])
    area = np.array([True, True, False])
    found = completeness(intermediate=z, imports=imports, area=area)
    assert found.regions[:, 0] == pytest.approx([0.4, 0.3, 0.2, 0.1])
    assert np.isnan(found.regions[:, 1]).all()
    away = completeness(intermediate=z, imports=imports, area=area, country=area)
    assert away.regions[:, 0] == pytest.approx([0.4, 0.3, 0.0, 0.3])


@FEW
@given(SEEDS)
def test_origins_of_inputs_sum_to_one_direct_and_through_all_stages(seed):
    held = table(seed, zeros=0.2)
    found = sources(intermediate=held.intermediate, imports=held.imports, output=held.output,
                    value_added=held.value_added, inverse=held.inverse)  # fmt: skip
    assert found.direct.sum(axis=0) == pytest.approx(np.ones(4))
    assert found.through.sum(axis=0) == pytest.approx(np.ones(4), rel=TIGHT)


def test_wrong_positions_and_thresholds_are_told_at_once():
    held = table(1)
    with pytest.raises(ParameterFault) as raised:
        extraction(links=links_of(held), supplier=(4, 0), users=[0, 7])
    assert raised.value.text.en == (
        "Supplier (4, 0) is not in the table: region 0 to 3, sector 0 to 2. "
        "Regions [7] of users are not in the table: 0 to 3."
    )
    assert (
        raised.value.text.zh == "供应方 (4, 0) 不在表内，地区应为0至3，部门应为0至2。使用地区 [7] 不在表内，应为0至3。"
    )
    with pytest.raises(ParameterFault) as raised:
        single_source(intermediate=held.intermediate, imports=np.zeros(3), output=held.output, single=0, costly=1.5)
    assert raised.value.text.en == (
        "imports must have shape (3, 4, 3) or (4, 3); read (3,). single must be above 0 and at most 1; read 0. "
        "costly must be above 0 and at most 1; read 1.5."
    )


def test_masks_that_do_not_fit_are_told():
    held = table(1)
    with pytest.raises(ParameterFault) as raised:
        completeness(intermediate=held.intermediate, imports=held.imports, area=np.ones(3, dtype=bool))
    assert raised.value.text.en == "area must hold one entry a region, 4 in all; read shape (3,)."
    assert raised.value.text.zh == "area 应为每个地区一项，共4项，读到形状 (3,)。"


def data_of(*grids):
    return assembled({}, grids, _read(FACTS), None, "table")


@pytest.fixture(scope="module")
def data():
    return data_of(multiregional(table(11)))


def test_the_chains_of_a_data_set(data):
    held = table(11)
    found = supply_chains(data, "A,B")
    assert found.members.tolist() == [True, True, False, False]
    assert np.allclose(found.links.total, links_of(held).total)
    assert np.allclose(found.dependence.share, dependence_of(held).share, equal_nan=True)
    assert found.completeness.regions.sum(axis=0) == pytest.approx(np.ones(4))
    assert len(found.notes) == 3
    assert (supply_chains(data, final=True).links.total >= found.links.total).all()


def test_without_an_observed_table_the_question_is_refused():
    with pytest.raises(NotIdentified) as raised:
        supply_chains(load())
    assert raised.value.key == "supply_chain"
    assert raised.value.unlocks == ("io_intermediate",)
    assert "no observed interregional input-output table" in raised.value.text.en
    assert "没有观测的区域间投入产出表" in raised.value.text.zh


def test_an_estimated_table_is_refused_and_one_beside_an_observed_one_is_not_taken(data):
    with pytest.raises(NotIdentified):
        supply_chains(data_of(multiregional(table(11), made_by="gravity")))
    later = multiregional(table(12), made_by="gravity", year=2020)
    both = replace(data, own=replace(data.own, grids=(*data.own.grids, later)))
    assert supply_chains(both).year == 2017
    with pytest.raises(NotIdentified) as raised:
        supply_chains(both, year=2020)
    assert "of 2020" in raised.value.text.en
    assert "2020年" in raised.value.text.zh


def test_imports_inside_the_cells_are_refused(data):
    mixed = replace(data.own.grids[0], import_treatment="competitive")
    with pytest.raises(NotIdentified) as raised:
        supply_chains(replace(data, own=replace(data.own, grids=(mixed,))))
    assert raised.value.key == "supply_chain"
    assert "competitive table" in raised.value.text.en


def test_gaps_accepted_are_told(data):
    assert "0.5%" in supply_chains(data, tolerance=0.005).notes[-1].en
    assert "0.5%" in supply_chains(data, tolerance=0.005).notes[-1].zh
