"""A multi-regional table as the baseline: by identities alone, in both treatments of imports."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from offices import embedded, estimated, grid_of

from ronghe.base.errors import DataFault, ParameterFault
from ronghe.data.load import FACTS, _read
from ronghe.data.multiregional import MultiRegional
from ronghe.data.own.door import assembled
from ronghe.data.own.grid import uses_of
from ronghe.simulate import Economy, Scenario


def data_of(grid, tables=None):
    return assembled(tables or {}, [grid], _read(FACTS), None, "table")


@pytest.fixture(scope="module")
def separate():
    return data_of(grid_of(estimated()))


def test_the_grid_of_a_baseline_adds_up():
    for competitive in (False, True):
        uses, costs = grid_of(estimated(), competitive=competitive).gaps
        assert np.abs(uses).max() < 1e-2
        assert competitive or np.abs(costs).max() < 1e-2


def test_flows_between_regions_come_back(separate):
    base = separate.baseline
    assert np.allclose(base.flows[:, :-1, :-1], estimated().flows[:, :-1, :-1], rtol=1e-9)
    assert np.allclose(base.flows[:, -1, :-1], estimated().flows[:, -1, :-1], rtol=1e-12)
    assert np.allclose(base.value_added_shares[:-1], estimated().value_added_shares[:-1], rtol=1e-12)
    # Imports by user are known, by product they are taken to be as the user's other inputs.
    assert np.allclose(base.flows[:, :-1, -1].sum(axis=0), estimated().flows[:, :-1, -1].sum(axis=0), rtol=1e-9)


def test_competitive_imports_are_taken_out_of_every_use_alike():
    grid = grid_of(estimated(), competitive=True)
    uses = uses_of(grid)
    assert np.allclose(1e4 * uses.imported.sum(axis=0), grid.imports.sum(axis=0))
    sold = (grid.intermediate.sum(axis=3) + grid.final.sum(axis=3)) / 1e4
    kept = uses.inland.transpose(2, 0, 1) / sold
    assert np.allclose(kept, kept[:, :, :1])
    assert np.allclose(uses.inputs, estimated().input_shares[:-1] * estimated().flows.sum(axis=1).T[:-1, None, :])


def test_an_observed_table_opens_the_walls_and_the_supply_chain(separate):
    assert all(separate.identifies[key] for key in ("pair_walls", "depth", "blocked_points", "supply_chain"))
    assert not data_of(grid_of(estimated(), made_by="model")).identifies["pair_walls"]


def test_only_what_the_table_leaves_open_can_be_changed(separate):
    assert separate.baseline_with(trade_elasticity=6.0).elasticities[0] == 6.0
    with pytest.raises(ParameterFault):
        separate.baseline_with(distance_elasticity=0.5)


TITLES = {"s1": "农业", "s2": "工业", "s3": "房地产业"}


def small(seed, *, regions="ABCDEF", sectors=("s1", "s2", "s3")):
    """A table of an invented country, separate imports, inventories that may fall."""
    rng = np.random.default_rng(seed)
    count, kinds = len(regions), len(sectors)
    mix = rng.uniform(0.02, 0.3, (kinds, count, count))
    mix[:, range(count), range(count)] = 1.0
    mix /= mix.sum(axis=2, keepdims=True)
    inputs = rng.uniform(0.05, 0.2, (count, kinds, kinds))
    wanted = rng.lognormal(8, 1, (count, kinds, 1)) * np.abs(rng.normal(1, 0.2, 5)) * [0.3, 0.3, 0.2, 0.3, -0.02]
    f = np.einsum("jni,njc->ijnc", mix, wanted)
    exports = 0.1 * f.sum(axis=(2, 3))
    share = np.einsum("jni,njk->ijnk", mix, inputs).reshape(count * kinds, -1)
    output = np.linalg.solve(np.eye(count * kinds) - share, (f.sum(axis=(2, 3)) + exports).ravel()).reshape(
        count, kinds
    )
    z = (share * output.ravel()).reshape(count, kinds, count, kinds)
    imports = 0.05 * output
    added = output - z.sum(axis=(0, 1)) - imports
    return MultiRegional(
        regions=tuple(regions), sectors=tuple(sectors), sector_titles=TITLES,
        year=2021, intermediate=z, final=f, exports=exports, imports=imports, output=output, made_by="survey",
        value_added=np.stack([0.5 * added, 0.1 * added, 0.2 * added, 0.2 * added]), status="observed",
        place=lambda block, at: f"table.xlsx!{block}!{at}",
    )  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10**6))
def test_any_country_becomes_an_economy_that_is_its_own_equilibrium(seed):
    data = data_of(small(seed))
    assert data.codes == tuple("ABCDEF")
    assert data.year == 2021
    assert data.area("A,B").regions == ("A", "B")
    assert data.area("all").name.zh == "全部6个地区"
    economy = Economy.from_data(data)
    found = economy.solve(Scenario("cheaper").cut_trade_cost(0.1, within=data.area("A,B,C")), starts=0)
    still = economy.solve(Scenario("none").cut_trade_cost(1e-12, within=data.area("A,B,C")), starts=0)
    assert np.abs(still.welfare - 1).max() < 1e-9
    assert np.isfinite(found.welfare).all()


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 10**6))
def test_the_order_of_regions_and_sectors_is_no_part_of_the_content(seed):
    rng, grid = np.random.default_rng(seed), small(seed)
    r, s = rng.permutation(6), rng.permutation(3)
    other = MultiRegional(
        regions=tuple(grid.regions[n] for n in r), sectors=tuple(grid.sectors[j] for j in s),
        sector_titles=grid.sector_titles, year=grid.year, intermediate=grid.intermediate[np.ix_(r, s, r, s)],
        final=grid.final[np.ix_(r, s, r)], exports=grid.exports[np.ix_(r, s)], imports=grid.imports[np.ix_(r, s)],
        value_added=grid.value_added[:, r][:, :, s], output=grid.output[np.ix_(r, s)], made_by=grid.made_by,
        status=grid.status,
    )  # fmt: skip
    assert data_of(other).content_hash == data_of(grid).content_hash
    at = [grid.regions.index(code) for code in other.regions]
    first, second = (Economy.from_data(data_of(one)) for one in (grid, other))
    cut = [one.solve(Scenario("x").cut_trade_cost(0.1, within=["A", "B"]), starts=0).welfare for one in (first, second)]
    assert np.allclose(cut[0][at], cut[1][:-1], rtol=1e-8)


def test_product_of_the_regions_is_value_added_of_the_table():
    grid = small(3)
    data = data_of(grid)
    fact = data.fact("gdp", "B")
    assert fact.value == pytest.approx(grid.value_added[:, 1].sum() / 1e4, rel=1e-14)
    assert fact.status == "computed"
    assert fact.provenance.place == "table.xlsx!value_added!(0, 1, 0)"


def test_value_added_below_zero_is_told_at_its_cell():
    grid = small(4)
    grid.value_added[:, 2, 1] -= grid.value_added[:, 2, 1] * 3
    with pytest.raises(DataFault) as raised:
        _ = data_of(grid).baseline
    assert raised.value.faults[0].code == "E501"
    assert "(0, 2, 1)" in raised.value.faults[0].place


def test_a_table_of_the_provinces_keeps_the_embedded_facts(separate):
    assert separate.value("population_census", "上海", 2020) == embedded().value("population_census", "上海", 2020)
    assert separate.area("长三角").regions == embedded().area("长三角").regions


def test_a_column_of_errors_stays_where_it_was_made_and_is_named():
    grid = small(6)
    errors = 0.1 * grid.final.sum(axis=(2, 3))
    apart = replace(grid, final=0.9 * grid.final, residual=errors)
    data = data_of(apart)
    added = data.baseline.value_added_shares[:-1] * data.baseline.flows.sum(axis=1).T[:-1]
    assert np.allclose(added.sum(axis=1), grid.value_added.sum(axis=(0, 2)) / 1e4, rtol=1e-9)
    assert any("误差" in flag.zh for flag in data.baseline.flags)


def test_imports_beyond_uses_are_told_at_their_cell():
    grid = replace(small(7), import_treatment="competitive")
    grid.imports[2, 1] = 2 * (grid.intermediate[2, 1].sum() + grid.final[2, 1].sum())
    with pytest.raises(DataFault) as raised:
        data_of(grid)
    assert [(fault.code, fault.place) for fault in raised.value.faults] == [("E501", "table.xlsx!imports!(2, 1)")]


def test_two_tables_of_one_year_are_told():
    with pytest.raises(DataFault) as raised:
        assembled({}, [small(1), small(2)], _read(FACTS), None, "two")
    assert {fault.code for fault in raised.value.faults} == {"E402"}


def test_what_a_sector_is_called_is_part_of_the_content():
    grid = small(3)
    assert data_of(replace(grid, sector_titles=TITLES | {"s1": "建筑业"})).content_hash != data_of(grid).content_hash
