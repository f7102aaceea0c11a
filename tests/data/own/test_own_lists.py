"""Regions, sectors and indicators of one's own; matrices with a sheet for each sector and the rest of the world."""

from __future__ import annotations

import numpy as np
import pytest
from offices import estimated, written

from ronghe.base.errors import DataFault, NotIdentified, ParameterFault
from ronghe.data import MissingFigure, load, save
from ronghe.data.intake.checkup import check
from ronghe.data.intake.mapping import read_mapping

REGIONS = ("code", "code_system", "level", "name_zh", "short_zh", "name_en", "parent")
STATES = [
    ("DE", "iso3166", "country", "德国", "德国", "Germany", ""),
    ("FR", "iso3166", "country", "法国", "法国", "France", ""),
    ("DE2", "nuts", "province", "巴伐利亚", "巴伐利亚", "Bavaria", "DE"),
]
TRADE = ("year", "origin", "destination", "sector", "value", "valuation", "made_by")


def country(folder, trade=(("2020", "Germany", "法国", "货物", 5.0, "basic", "register"),), regions=STATES):
    """A folder of a set with its own regions, sectors and indicators."""
    written(folder, regions, "regions.csv", REGIONS)
    sectors = [("goods", "货物", "Goods", "yes"), ("services", "服务", "Services", "yes")]
    written(folder, sectors, "sectors.csv", ("sector", "zh", "en", "traded"))
    indicators = [("wind", "风电", "Wind power", "千瓦时", "flow", "yes")]
    written(folder, indicators, "indicators.csv", ("indicator", "zh", "en", "unit", "nature", "additive"))
    facts = [("Bavaria", 2020, "Wind power", 15.0, "千瓦时", "observed", "grid")]
    written(folder, facts, "facts.csv", ("region", "year", "indicator", "value", "unit", "status", "source"))
    return written(folder, trade, "trade.csv", TRADE)


def test_a_set_with_its_own_lists_loads_and_names_its_regions(tmp_path):
    data = load(country(tmp_path / "eu"))
    assert data.codes == ("DE", "DE2", "FR")
    assert data.region("巴伐利亚").name_en == "Bavaria"
    assert data.value("wind", "Bavaria", 2020) == 15.0
    assert data.trace("trade", origin="DE", destination="FR").place == "trade.csv!line 2, column value"
    assert [sector.code for sector in data.sectors] == ["goods", "services"]
    assert load(save(data, tmp_path / "set")).content_hash == data.content_hash


def test_without_an_input_output_table_there_is_no_baseline(tmp_path):
    data = load(country(tmp_path / "eu"))
    assert not data.identifies["realised_gain"]
    with pytest.raises(NotIdentified) as raised:
        _ = data.baseline
    assert raised.value.unlocks == ("io_intermediate",)


def test_names_outside_the_lists_are_told_at_their_cells(tmp_path):
    rows = [
        ("2020", "上海", "FR", "goods", 5.0, "basic", "register"),
        ("2020", "DE", "FR", "工艺", 5.0, "basic", "register"),
    ]
    with pytest.raises(DataFault) as raised:
        load(country(tmp_path / "eu", rows))
    told = {(fault.code, fault.place) for fault in raised.value.faults}
    assert told == {("E301", "trade.csv!line 2, column origin"), ("E311", "trade.csv!line 3, column sector")}


def test_a_parent_that_is_not_listed_is_told(tmp_path):
    regions = [*STATES, ("IT1", "nuts", "province", "伦巴第", "伦巴第", "Lombardy", "IT")]
    with pytest.raises(DataFault) as raised:
        load(country(tmp_path / "eu", regions=regions))
    assert [(fault.code, fault.place) for fault in raised.value.faults] == [
        ("E301", "regions.csv!line 5, column parent")
    ]


def matrices(folder, flows):
    """A workbook with a matrix of provinces and abroad for each sector, and the mapping that states the rest."""
    openpyxl = pytest.importorskip("openpyxl")
    from ronghe.base.sector import nine_sectors
    from ronghe.data import load as default

    names = [*(region.short_zh for region in default().regions), "国外"]
    book = openpyxl.Workbook()
    book.remove(book.active)
    for j, sector in enumerate(nine_sectors()):
        sheet = book.create_sheet(sector.name.zh)
        for row in ([f"2023年省际贸易：{sector.name.zh}"], ["单位：亿元"], ["售出地\\购入地", *names]):
            sheet.append(row)
        for i, name in enumerate(names):
            sheet.append([name, *(None if i == n == 31 else float(flows[j, n, i]) for n in range(32))])
    folder.mkdir()
    book.save(folder / "省际贸易.xlsx")
    (folder.parent / "map.toml").write_text(
        '[[sheet]]\ntable = "trade"\n[sheet.fixed]\nvaluation = "basic"\nmade_by = "register"\n', encoding="utf-8"
    )
    return folder, read_mapping(folder.parent / "map.toml")


def test_a_sheet_for_each_sector_is_one_table(tmp_path):
    flows = estimated().flows.round(4)
    folder, maps = matrices(tmp_path / "m", flows)
    data = load(folder, maps=maps)
    assert (data.baseline.flows[:, :31] == flows[:, :31]).all()
    assert (data.baseline.flows[:, 31, :31] == flows[:, 31, :31]).all()
    cell = data.trace("trade", origin="110000", destination="ROW", sector="industry")
    assert cell.place == "省际贸易.xlsx!工业!AG4"
    assert np.isclose(data.baseline.flows[1, 31, 0], flows[1, 31, 0])


MOVES = ("year", "origin", "destination", "group", "persons", "definition", "status")


def test_persons_by_residence_are_held_against_residents(tmp_path):
    rows = [
        (2020, a, b, "all", 2.4e7 if a == b else 1e5, "hukou", "observed")
        for a in ("上海", "江苏")
        for b in ("上海", "江苏")
    ]
    with pytest.raises(DataFault) as raised:
        load(written(tmp_path / "m", rows, "migration.csv", MOVES))
    # 84.7 million live in 江苏, 24.9 million in 上海.
    assert [(fault.code, fault.place) for fault in raised.value.faults] == [
        ("E508", "migration.csv!line 5, column persons")
    ]
    kept = [row if row[1] != "江苏" or row[2] != "江苏" else (*row[:4], 8.4e7, *row[5:]) for row in rows]
    assert load(written(tmp_path / "n", kept, "migration.csv", MOVES)).identifies["migration_stock"]


ACCOUNTS = (
    "region", "year", "household", "government", "fixed_capital", "inventories", "net_outflow", "vintage",
)  # fmt: skip


def test_expenditure_is_held_against_the_product_of_its_vintage(tmp_path):
    def rows(net, vintage="nbs-2024-revision"):
        # The product of Shanghai in 2023 is 53,005.5 in the revised vintage.
        return [("上海", 2023, 25_000.0, 8_000.0, 19_000.0, 500.0, net, vintage)]

    with pytest.raises(DataFault) as raised:
        load(written(tmp_path / "m", rows(5_000.0), "expenditure_accounts.csv", ACCOUNTS))
    told = [(fault.code, fault.place) for fault in raised.value.faults]
    assert told == [("E504", "expenditure_accounts.csv!line 2, column household")]
    assert "57,500.0" in raised.value.faults[0].read.en
    product = load().fact("gdp", "上海", 2023).value
    load(written(tmp_path / "n", rows(product - 52_500.0), "expenditure_accounts.csv", ACCOUNTS))
    # Nothing of another vintage is held against it.
    load(written(tmp_path / "o", rows(5_000.0, "own count"), "expenditure_accounts.csv", ACCOUNTS))


def test_a_mapping_in_the_folder_is_used_and_told(tmp_path):
    flows = estimated().flows.round(4)
    folder, maps = matrices(tmp_path / "m", flows)
    with pytest.raises(DataFault):
        load(folder)
    (tmp_path / "map.toml").rename(folder / "mapping.toml")
    assert load(folder).content_hash == load(folder, maps=maps).content_hash
    report = check(folder)
    assert [fault.place for fault in report.faults if fault.code == "N009"] == ["mapping.toml"]
    assert not report.errors
    (folder / "mapping.toml").write_text("[[sheet]]\ntabel = 'trade'\n", encoding="utf-8")
    with pytest.raises(ParameterFault, match="tabel"):
        load(folder)


def test_a_title_says_what_a_matrix_is(tmp_path):
    folder, _ = matrices(tmp_path / "m", estimated().flows.round(4))
    with pytest.raises(DataFault) as raised:
        load(folder)
    # What a title cannot say is asked for: valuation, on every sheet.
    assert {fault.code for fault in raised.value.faults} == {"E114"}
    assert len(raised.value.faults) == 9


def test_figures_of_an_older_vintage_stand_aside_and_it_is_said(tmp_path):
    head = ("region", "year", "indicator", "vintage", "value", "unit", "status", "source")
    rows = [("上海", 2023, "gdp", "nbs-before-2024-revision", 47_218.7, "亿元", "observed", "own")]
    data = load(written(tmp_path / "m", rows, "facts.csv", head))
    assert data.fact("gdp", "上海", 2023).vintage == "nbs-2024-revision"
    (note,) = data.own.notes
    assert "nbs-before-2024-revision" in note.zh
    assert "nbs-before-2024-revision" in note.en
    own = load(written(tmp_path / "n", [(*rows[0][:3], "office", *rows[0][4:])], "facts.csv", head))
    assert own.own.notes == ()
    assert own.fact("gdp", "上海", 2023).value == 47_218.7


def test_people_stand_in_the_figures_of_one_vintage(tmp_path):
    base = load()
    head = ("region", "year", "indicator", "value", "unit", "status", "source")
    rows = [(code, 2023, "gdp", 1000.0, "亿元", "observed", "own") for code in base.codes]
    data = load(written(tmp_path / "m", rows, "facts.csv", head))
    assert data.fact("gdp", "上海", 2023).value == 1000.0
    assert data.value("population", "上海", 2023) == base.value("population", "上海", 2023)


def test_cities_find_their_strategy(tmp_path):
    head = ("region", "year", "indicator", "value", "unit", "status", "source")
    rows = [(name, 2023, "gdp", 1000.0, "亿元", "observed", "own") for name in ("南京市", "苏州市", "杭州市")]
    data = load(written(tmp_path / "m", rows, "facts.csv", head))
    area = data.area("长三角")
    assert len(area.members) == 41
    assert [code for code in area.regions if data.has(code)] == ["320100", "320500", "330100"]


def test_a_figure_that_is_missing_is_no_number(tmp_path):
    head = ("region", "year", "indicator", "value", "unit", "status", "source")
    rows = [
        ("南京市", 2023, "gdp", "…", "亿元", "observed", "own"),
        ("苏州市", 2023, "gdp", 5.0, "亿元", "observed", "own"),
    ]
    data = load(written(tmp_path / "m", rows, "facts.csv", head), allow_missing=True)
    assert not data.figures.has("gdp", "320100", 2023)
    with pytest.raises(MissingFigure):
        data.fact("gdp", "南京市", 2023)
