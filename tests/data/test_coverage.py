"""Coverage follows from rows: region by region and year by year, for a table, a question or an area."""

from __future__ import annotations

import csv
import json

import pytest

from ronghe.base.errors import UnknownTerm
from ronghe.cli.common import Session
from ronghe.cli.coverage import run
from ronghe.data import load, missing_tables
from ronghe.data.coverage import told
from ronghe.data.intake import vocabulary

LISTS = {"regions", "areas", "membership", "indicators", "sectors", "concordance", "commodities", "sources", "facts"}
EMPLOYMENT = ("region", "year", "sector", "group", "persons", "status")


def row_of(data, table, **asked):
    """Return the row of one table."""
    (row,) = data.coverage(table, **asked)
    return row


def states(row):
    """Return the state of each region and year."""
    return {(cell.region, cell.year): cell.state for cell in row.cells}


def test_every_cell_of_an_area_says_whether_it_is_there():
    data = load()
    prices = row_of(data, "prices", area="粤港澳大湾区")
    assert states(prices) == {
        (code, year): "present" if code == "440000" else "absent"
        for code in ("440000", "810000", "820000")
        for year in range(2005, 2023)
    }
    assert not prices.whole
    assert row_of(data, "prices", area="长三角").whole
    names = {code: data.region(code).name for code in ("440000", "810000", "820000")}
    assert told(prices, names).zh == "2005-2022年缺 香港、澳门"


def test_trade_that_no_table_gives_is_estimated():
    trade = row_of(load(), "trade", area="长三角")
    assert {cell.state for cell in trade.cells} == {"estimated"}
    assert {cell.sector for cell in trade.cells} == {sector.code for sector in load().sectors}
    assert not trade.whole


def test_rows_of_ones_own_are_counted_by_region_year_and_sector(tmp_path):
    rows = [("上海", 2023, "工业", "all", 5e6, "observed"), ("上海", 2023, "建筑业", "all", 1e6, "estimated"),
            ("江苏", 2023, "工业", "all", 9e6, "observed")]  # fmt: skip
    with (tmp_path / "employment.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([EMPLOYMENT, *rows])
    data = load(tmp_path / "employment.csv", allow_missing=True)
    found = {(one.region, one.sector): one.state for one in row_of(data, "employment", area="长三角").cells}
    assert found["310000", "industry"] == "present"
    assert found["310000", "construction"] == "estimated"
    assert found["320000", "construction"] == "absent"
    assert found["340000", "industry"] == "absent"


def test_a_question_names_the_tables_that_would_open_it():
    data = load()
    assert {row.table for row in data.coverage("capital_links")} == {"firm_links", "firms"}
    with pytest.raises(UnknownTerm):
        data.coverage("nothing of the kind")


def test_every_table_that_an_office_can_bring_is_in_the_coverage_and_can_be_asked_for():
    data = load()
    listed = {row.table.removesuffix("_intermediate") for row in data.coverage()}
    assert {one.table for one in vocabulary.known()} - LISTS <= listed
    asked = missing_tables(data, data.area("长三角"))
    assert {"firms", "ratios", "milestones", "affairs", "legal_basis"} <= set(asked)


def test_the_command_shows_who_lacks_what(capsys):
    data = load()
    area = data.area("粤港澳大湾区")
    run(Session("zh"), data, area)
    shown = capsys.readouterr().out
    assert "分类价格 (prices): 2005-2022年缺 香港、澳门" in shown
    assert "地区生产总值 (gdp): 2010, 2015, 2019-2023 · 缺 香港、澳门" in shown
    run(Session("en", as_json=True), data, area)
    told_all = json.loads(capsys.readouterr().out)
    prices = next(one for one in told_all["tables"] if one["table"] == "prices")
    assert {"region": "810000", "year": 2022, "sector": "", "state": "absent"} in prices["cells"]
    gdp = next(one for one in told_all["indicators"] if one["indicator"] == "gdp")
    assert gdp["lacking"] == ["810000", "820000"]
