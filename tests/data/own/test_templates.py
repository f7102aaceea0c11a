"""The template of every table: as written it has no fault, its example is no data, and filled in it loads."""

from __future__ import annotations

from pathlib import Path

import pytest
from offices import estimated
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from ronghe.base.region import provinces
from ronghe.base.sector import nine_sectors
from ronghe.data import load, schema
from ronghe.data.intake import vocabulary
from ronghe.data.intake.checkup import check
from ronghe.data.template import FIRST, HEAD, write_template

TABLES = [one.table for one in vocabulary.known()]
GDP = {"指标": "gdp", "数值": 50_000, "数据版本": "nbs-2024-revision", "单位": "亿元", "性质": "user"}
GIVEN = {"trade": {"计价": "basic", "双边数据的来历": "register"}, "facts": GDP | {"来源": "nbs-query-2024"}}
"""Of tables with rows filled in beforehand, what an office enters."""


def template(folder: Path, table: str, *, area: str = "") -> Path:
    """Write the template of a table as the command does."""
    data = load()
    members = [data.region(code) for code in data.area(area).regions] if area else []
    regions = [region for region in data.known_regions if data.has(region.code)]
    path = folder / f"{table}.xlsx"
    write_template(path, schema(table), members=members, choices=regions, years=[2023])
    return path


def opened(path: Path) -> tuple[object, Worksheet]:
    """Return the workbook and its first sheet."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    assert isinstance(sheet, Worksheet)
    return book, sheet


def filled(path: Path) -> Path:
    """Type the example into the row for data as well."""
    book, sheet = opened(path)
    for cell in sheet[HEAD]:
        sheet.cell(FIRST, cell.column, cell.value)
    book.save(path)
    return path


def flow(sector: object, buyer: object, seller: object) -> float:
    """Return what a region buys of another, as the embedded estimate has it."""
    base = estimated()
    names = {region.short_zh: region.code for region in provinces()}
    of = next(one.code for one in nine_sectors() if one.name.zh == sector)
    at = [base.regions.index(names[str(name)]) for name in (buyer, seller)]
    return float(base.flows[base.sectors.index(of), at[0], at[1]])


@pytest.mark.parametrize("area", ["", "长三角"])
@pytest.mark.parametrize("table", TABLES)
def test_a_template_as_written_has_no_fault_and_no_row(tmp_path, table, area):
    found = check(template(tmp_path, table, area=area))
    assert {fault.code for fault in found.faults} <= {"N003", "N004"}
    assert [fault.place for fault in found.faults if fault.code == "N003"] == [f"{table}.xlsx!{table}!row {HEAD}"]
    assert [(one.table, one.rows) for one in found.sheets] == [(table, 0)]


@pytest.mark.parametrize("table", [name for name in TABLES if name != "io"])
def test_a_template_filled_in_loads_without_its_example(tmp_path, table):
    path = filled(template(tmp_path, table))
    data = load(path, allow_missing=True)
    assert len(data.own.tables[table]) == 1
    key = {name: value for name in schema(table).key if (value := data.own.tables[table][name][0]) is not None}
    assert data.trace(table, **key).place.endswith(f"{FIRST}")


@pytest.mark.parametrize("table", GIVEN)
def test_the_rows_of_an_area_load_as_far_as_they_are_filled_in(tmp_path, table):
    path = template(tmp_path, table, area="长三角")
    book, sheet = opened(path)
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row in range(FIRST, sheet.max_row + 1):
        for name, value in GIVEN[table].items():
            sheet.cell(row, heads[name], value)
        if table == "trade":
            ends = (sheet.cell(row, heads[name]).value for name in ("行业", "购入地", "售出地"))
            sheet.cell(row, heads["金额"], flow(*ends))
    count = sheet.max_row - HEAD
    book.save(path)
    assert len(load(path, allow_missing=True).own.tables[table]) == count


def test_a_row_typed_over_the_example_is_data(tmp_path):
    path = template(tmp_path, "prices")
    book, sheet = opened(path)
    sheet.cell(HEAD, 4, 102.4)
    book.save(path)
    assert load(path, allow_missing=True).own.tables["prices"]["index"] == (102.4,)


def test_a_true_row_that_differs_from_the_example_by_its_region_alone_is_data(tmp_path):
    path = template(tmp_path, "adjacency")
    book, sheet = opened(path)
    sheet.cell(HEAD, 2, "浙江")
    book.save(path)
    assert len(load(path, allow_missing=True).own.tables["adjacency"]) == 1


def test_a_sheet_with_keys_alone_and_no_example_is_empty(tmp_path):
    path = template(tmp_path, "trade", area="长三角")
    book, sheet = opened(path)
    sheet.delete_rows(HEAD)
    book.save(path)
    assert "E105" in {fault.code for fault in check(path).faults}


def offered_by(folder: Path, table: str) -> dict[str, list[str]]:
    """Return the words of every drop-down of a template by the heading of its column."""
    book = load_workbook(template(folder, table))
    sheet, lists = book.worksheets[0], book["lists"]
    found = {}
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            area = rule.formula1.split("!")[1].replace("$", "")
            column = sheet[f"{area.split(':')[0].rstrip('0123456789')}1"].value
            found[column] = [row[0].value for row in lists[area if ":" in area else f"{area}:{area}"]]
    return found


def test_listed_words_are_offered(tmp_path):
    facts = offered_by(tmp_path, "facts")
    assert {"gdp", "population_census"} <= set(facts["指标"])
    assert {"亿元", "人"} <= set(facts["单位"])
    assert "nbs-query-2024" in facts["来源"]
    assert "grain" in offered_by(tmp_path, "prices")["商品类别"]
    tasks = offered_by(tmp_path, "tasks")
    assert "yrd" in tasks["区域"]
    assert {"未启动", "推进中", "已销号"} <= set(tasks["状态"])


def test_the_notes_name_what_a_listed_key_stands_for(tmp_path):
    notes = load_workbook(template(tmp_path, "tasks"))["说明 Notes"]
    listed = {row[0].value: row[5].value for row in notes.iter_rows(min_row=5)}
    assert "yrd 长三角" in listed["区域"]
