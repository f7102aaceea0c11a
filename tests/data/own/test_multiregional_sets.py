"""From an office's multi-regional workbook to a data set, a saved copy and an answer: nothing lost on the way."""

from __future__ import annotations

import filecmp
from dataclasses import replace

import numpy as np
import pytest
from grids import MADE, grid, sheets_of, single, stated, workbook

from ronghe.base.errors import UnknownTerm
from ronghe.data import load, save
from ronghe.simulate import Economy, Scenario

REGIONS = ("北京", "天津", "上海", "江苏", "浙江")
SCALE = 25_000.0
"""Brings the small whole numbers near the size of the regions."""
SECTORS = ("农业", "工业", "建筑业", "房地产业")


def table(seed=7, **more):
    """A table in which no region's stocks fall by more than it buys, and trade with abroad is near balance."""
    made = grid(REGIONS, SECTORS, seed=seed, **more)
    fewer = made.exports - np.floor(made.exports / 50)
    made.va[3] -= fewer
    made = replace(made, exports=made.exports - fewer, x=made.x - fewer)
    used = made.f.copy()
    used[:, 4::5] = 0.1 * np.abs(used[:, 4::5]).round()
    x = made.x + used.sum(axis=1) - made.f.sum(axis=1)
    va = made.va.copy()
    va[3] += x - made.x
    return replace(made, f=used, x=x, va=va)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("book")
    workbook(folder / "table.xlsx", sheets_of(table(), scale=SCALE))
    (folder / "aside").mkdir()
    return folder / "table.xlsx", stated(folder / "aside", MADE)


@pytest.fixture(scope="module")
def data(book):
    path, maps = book
    return load(path, maps=maps)


def test_a_workbook_becomes_the_baseline(data):
    given, base = table(), data.baseline
    assert data.year == 2017
    assert data.codes == ("110000", "120000", "310000", "320000", "330000")
    z = SCALE * given.z.reshape(5, 4, 5, 4) / 1e4
    f = SCALE * given.f.reshape(5, 4, 5, 5) / 1e4
    assert np.allclose(base.flows[:, :5, :5], (z.sum(axis=3) + f.sum(axis=3)).transpose(1, 2, 0), rtol=1e-12)
    assert base.sectors[-1] == "real_estate"
    assert list(base.traded) == [True, True, False, False]


def test_every_figure_knows_its_cell(data):
    fact = data.fact("gdp", "上海")
    assert fact.provenance.place == "table.xlsx!增加值!K5"
    assert len(fact.provenance.sha256) == 64 or fact.provenance.sources


def test_trade_of_a_pair_says_from_which_cells_it_is_added_up(data):
    found = data.trace("trade", origin="310000", destination="320000", sector=data.sectors[1].code)
    assert found.place == "table.xlsx!中间使用!O14"
    assert found.status == "user"
    assert len(found.sha256) == 64
    assert [source.key for source in found.sources] == ["table.xlsx"]


def test_layouts_and_orders_are_no_part_of_the_content(data, tmp_path):
    workbook(tmp_path / "one.xlsx", {"表": single(table().permuted([3, 1, 4, 0, 2], [2, 0, 3, 1]), scale=SCALE)})
    other = load(tmp_path / "one.xlsx", maps=stated(tmp_path, MADE))
    assert other.content_hash == data.content_hash


def test_a_saved_set_opens_again_the_same(data, tmp_path):
    save(data, tmp_path / "one")
    again = load(tmp_path / "one")
    assert again.content_hash == data.content_hash
    assert (again.baseline.flows == data.baseline.flows).all()
    assert again.fact("gdp", "江苏").provenance.place == data.fact("gdp", "江苏").provenance.place
    kept = again.own.grids[0]
    for block, index in (("intermediate", (1, 2, 3, 0)), ("final", (4, 1, 2, 3)), ("value_added", (2, 3, 1))):
        assert kept.place(block, index) == data.own.grids[0].place(block, index) != ""
    save(again, tmp_path / "two")
    names = sorted(path.name for path in (tmp_path / "one").iterdir())
    assert filecmp.cmpfiles(tmp_path / "one", tmp_path / "two", names, shallow=False) == (names, [], [])


def test_the_economy_solves_and_says_how_it_was_made(data):
    economy = Economy.from_data(data)
    found = economy.solve(Scenario("x").cut_trade_cost(0.1, within=["上海", "江苏", "浙江"]), starts=0)
    assert (found.welfare[2:5] > 1).all()
    assert data.identifies["depth"]
    assert data.identifies["supply_chain"]
    assert data.baseline.statuses[0][0].en == "multi-regional table (2017)"


def test_a_table_of_another_size_than_the_accounts_stands_alone(tmp_path):
    workbook(tmp_path / "t.xlsx", sheets_of(table()))
    data = load(tmp_path / "t.xlsx")
    assert "万元" not in data.name.zh
    assert any("不是同一量级" in flag.zh and "check the unit" in flag.en for flag in data.baseline.flags)
    assert data.value("gdp", "上海") == pytest.approx(table().va[:, 8:12].sum() / 1e4)
    with pytest.raises(UnknownTerm):
        data.value("population_census", "上海", 2020)


def test_a_table_that_does_not_say_how_it_was_made_opens_nothing(book):
    unsaid = load(book[0])
    assert unsaid.status == "estimated"
    assert not unsaid.identifies["pair_walls"]


def test_competitive_tables_load_too(tmp_path):
    workbook(tmp_path / "c.xlsx", {"表": single(table(competitive=True), competitive=True, scale=SCALE)})
    found = load(tmp_path / "c.xlsx", maps=stated(tmp_path, MADE))
    given = table(competitive=True)
    assert 1e4 * found.baseline.flows[:, :5, 5].sum() == pytest.approx(SCALE * given.imports.sum(), rel=1e-9)
