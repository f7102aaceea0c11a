"""What is wrong with a multi-regional table is named at its cell, in both languages; nothing is repaired."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from grids import MADE, Rows, grid, sheets_of, single, stated, told, workbook
from openpyxl import Workbook
from workbooks import at, codes, in_both

from ronghe.data.intake.checkup import CheckReport, check

Change = Callable[[Rows], None]


def looked(folder: Path, change: Change, *, competitive: bool = False, book: Any = None, **asked: Any) -> CheckReport:
    """One big sheet with one thing changed; every fault is told in both languages."""
    rows = single(grid(competitive=competitive), competitive=competitive)
    change(rows)
    report = check(workbook(folder / "a.xlsx", {"表": rows}, book), maps=told(**asked))
    assert all(in_both(fault) for fault in report.faults)
    assert all(one.table == "io" for one in report.sheets)
    return report


def cell(place: str, value: Any) -> Change:
    """Put a value at a place such as C5."""
    letters = "".join(c for c in place if c.isalpha())
    row, column = int(place[len(letters) :]) - 1, 0
    for letter in letters:
        column = 26 * column + ord(letter) - 64

    def change(rows: Rows) -> None:
        rows[row] += [""] * (column - len(rows[row]))
        rows[row][column - 1] = value

    return change


def test_a_flow_that_was_changed_breaks_its_row_and_its_column(tmp_path: Path) -> None:
    report = looked(tmp_path, cell("E7", 5000.0))
    # Row 7 sells, column E buys: output stands in AD7 and in E20; two totals no longer fit either.
    assert at(report, "E501") == ["AD7", "E20"]
    assert at(report, "E502") == ["L7"]
    worded = next(fault for fault in report.faults if fault.code == "E501")
    assert "110000 服务业" in worded.text.zh
    assert "uses add up to" in worded.text.en
    assert len(report.grids) == 1


def test_output_below_the_columns_must_be_that_of_the_rows(tmp_path: Path) -> None:
    report = looked(tmp_path, cell("E20", 9999.0))
    assert at(report, "E501") == ["E20", "E20"]
    assert any("of the column" in fault.text.en for fault in report.faults)


def test_a_gap_within_the_tolerance_is_noted_with_its_size(tmp_path: Path) -> None:
    rows = single(grid())
    output = rows[6][29]
    report = looked(tmp_path, cell("AC7", rows[6][28] + 0.004 * output))
    assert codes(report) == []
    noted = next(fault for fault in report.faults if fault.code == "N005")
    assert "0.4 %" in noted.text.zh
    assert "0.4 %" in noted.text.en


def test_ten_of_many_are_named_and_the_others_counted(tmp_path: Path) -> None:
    rows = single(grid(("北京", "上海", "江苏", "浙江", "安徽")), totals=False)
    for row in rows[4:19]:
        row[-1] *= 2
    report = check(workbook(tmp_path / "a.xlsx", {"表": rows}), maps=told())
    uses = [fault for fault in report.faults if fault.code == "E501" and "uses" in fault.text.en]
    assert len(uses) == 10
    assert sum("5 more" in fault.text.en for fault in report.faults) == 2


def test_a_total_that_is_no_sum_is_named(tmp_path: Path) -> None:
    assert at(looked(tmp_path, cell("L6", 1.0)), "E502") == ["L6"]
    assert at(looked(tmp_path, cell("D19", 1.0)), "E502") == ["D19"]


def test_an_empty_cell_is_missing_and_never_zero(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        for place in ("C5", "D5", "E5", "H9"):
            cell(place, "")(rows)

    report = looked(tmp_path, change)
    assert at(report, "E221") == ["C5:E5", "H9"]
    assert report.grids == ()


def test_empty_cells_are_zero_where_the_mapping_says_so(tmp_path: Path) -> None:
    g = grid()
    rows = single(g)
    blank = [(r, c) for r in range(4, 13) for c in range(2, 11) if rows[r][c] == 0.0] + [(4, 2)]
    g.z[0, 0], g.x[0] = 0.0, g.x[0] - g.z[0, 0]
    for r, c in blank:
        rows[r][c] = ""
    maps = stated(tmp_path, MADE + 'blanks = "zero"\n')
    report = check(workbook(tmp_path / "a.xlsx", {"表": rows}), maps=maps)
    assert "E221" not in codes(report)
    assert any(fault.code == "N006" for fault in report.faults)
    assert report.grids[0].intermediate[0, 0, 0, 0] == 0.0


def test_a_sign_for_no_figure_is_missing_too(tmp_path: Path) -> None:
    assert at(looked(tmp_path, cell("F6", "—")), "E221") == ["F6"]


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        ("D8", "约12", "E221"),
        ("D8", True, "E221"),
        ("D8", "1,23", "E228"),
        ("D8", "12亿元", "E214"),
        ("D8", -3.0, "E224"),
        ("AC8", -30.0, "E224"),
        ("D15", -30.0, "E224"),
        ("D14", -3.0, "E224"),
        ("M8", -3.0, "E224"),
    ],
)
def test_a_figure_that_cannot_be_is_told_at_its_cell(tmp_path: Path, place: str, value: Any, code: str) -> None:
    assert place in at(looked(tmp_path, cell(place, value)), code)


def test_inventories_taxes_surplus_and_a_column_of_imports_may_be_negative(tmp_path: Path) -> None:
    g = grid(competitive=True)
    g.va[1] -= 3000.0
    g.va[3] += 3000.0
    rows = single(g, competitive=True)
    assert rows[14][2] < 0
    report = check(workbook(tmp_path / "a.xlsx", {"表": rows}), maps=told())
    assert codes(report) == []


def test_errors_and_formulas_without_a_value_are_told(tmp_path: Path) -> None:
    def book(made: Workbook) -> None:
        page = made["表"]
        page["D6"] = "#DIV/0!"
        page["D6"].data_type = "e"
        page["E6"] = "=C6+D6"
        page["F6"].number_format = "0,"
        page.row_dimensions[7].hidden = True

    report = looked(tmp_path, lambda rows: None, book=book)
    assert at(report, "E222") == ["D6"]
    assert at(report, "E118") == ["E6"]
    assert at(report, "E211") == ["F6"]
    assert len(at(report, "E119")) == 1
    assert "E221" not in codes(report)


def test_grouped_and_wide_figures_are_read_and_noted(tmp_path: Path) -> None:
    rows = single(grid())
    report = looked(tmp_path, cell("AD7", f"{rows[6][29]:,.0f}"))
    assert codes(report) == []
    assert any(fault.code == "N002" for fault in report.faults)
    assert report.grids[0].content_hash == looked(tmp_path, lambda rows: None).grids[0].content_hash


def test_no_unit_two_units_and_another_dimension(tmp_path: Path) -> None:
    assert "E206" in codes(looked(tmp_path, cell("A2", "")))
    assert "E207" in codes(looked(tmp_path, cell("B2", "单位：亿元")))
    assert "E208" in codes(looked(tmp_path, cell("A2", "单位：万人")))
    assert codes(looked(tmp_path, cell("A2", ""), unit="万元")) == []
    assert "E207" in codes(looked(tmp_path, cell("AC4", "出口（亿元）")))
    assert codes(looked(tmp_path, lambda rows: None, unit="亿元")) == ["E207"]
    assert codes(looked(tmp_path, lambda rows: None, unit="10,000 yuan")) == []


def test_a_sheet_without_a_unit_does_not_borrow_one(tmp_path: Path) -> None:
    sheets = sheets_of(grid())
    sheets["出口"][1] = [""]
    report = check(workbook(tmp_path / "a.xlsx", sheets), maps=told())
    assert [fault.place for fault in report.faults if fault.code == "E206"] == ["a.xlsx!出口"]


def test_an_unknown_region_is_told_with_those_near(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        for row in rows:
            row[:] = ["江苏国" if one == "江苏" else one for one in row]

    report = looked(tmp_path, change)
    assert "E301" in codes(report)
    assert any("江苏" in fault.remedy.zh and "320000" in fault.remedy.zh for fault in report.faults)


def test_a_sector_of_the_rows_that_the_columns_do_not_have(tmp_path: Path) -> None:
    report = looked(tmp_path, cell("B6", "采矿业"))
    assert "E405" in codes(report)
    assert any("采矿业" in fault.text.zh for fault in report.faults)


def test_a_label_that_stands_twice(tmp_path: Path) -> None:
    assert at(looked(tmp_path, cell("B6", "农业")), "E401") == ["B6"]
    assert "D4" in at(looked(tmp_path, cell("D4", "农业")), "E117")


def test_imports_that_cannot_be_told_ask_for_the_mapping(tmp_path: Path) -> None:
    def neither(rows: Rows) -> None:
        del rows[13]

    def positive(rows: Rows) -> None:
        for row in rows[4:13]:
            row[29] = -row[29]

    assert "E115" in codes(looked(tmp_path, neither))
    report = looked(tmp_path, positive, competitive=True)
    assert "E115" in codes(report)
    assert any('"competitive"' in fault.remedy.zh for fault in report.faults)
    assert codes(looked(tmp_path, positive, competitive=True, import_treatment="competitive")) == []


def test_sellers_in_columns_are_asked_for_and_never_turned(tmp_path: Path) -> None:
    sheets = sheets_of(grid())
    body = [row[2:] for row in sheets["中间使用"][4:]]
    for k, row in enumerate(sheets["中间使用"][4:]):
        row[2:] = [line[k] for line in body]
    report = check(workbook(tmp_path / "a.xlsx", sheets), maps=told())
    assert "E115" in codes(report)
    assert "E501" in codes(report)
    assert any("columns sell" in fault.remedy.en for fault in report.faults)


def test_year_and_made_by_are_asked_for(tmp_path: Path) -> None:
    report = check(workbook(tmp_path / "a.xlsx", {"表": single(grid(), title="")}))
    assert codes(report) == ["E404", "E511"]
    assert [fault.severity for fault in report.faults if fault.code == "E511"] == ["warning"]
    report = check(workbook(tmp_path / "2012年.xlsx", {"表": single(grid(), title="")}))
    assert codes(report) == ["E511"]
    assert (report.grids[0].year, report.grids[0].made_by) == (2012, "unknown")


def test_a_block_that_is_missing_is_named(tmp_path: Path) -> None:
    sheets = sheets_of(grid())
    del sheets["增加值"]
    report = check(workbook(tmp_path / "a.xlsx", sheets), maps=told())
    assert "E108" in codes(report)
    assert any("value_added" in fault.text.zh for fault in report.faults)


def test_a_sector_without_any_figure_is_a_zero_of_the_structure(tmp_path: Path) -> None:
    g = grid()
    g.z[4, :] = g.z[:, 4] = 0.0
    g.f[4] = g.exports[4] = g.imports[4] = g.va[:, 4] = 0.0
    x = g.z.sum(axis=1) + g.f.sum(axis=1) + g.exports
    g.va[3] += x - g.z.sum(axis=0) - g.imports - g.va.sum(axis=0)
    g.x[:] = x
    report = check(workbook(tmp_path / "a.xlsx", {"表": single(g)}), maps=told())
    assert codes(report) == []
    assert report.grids[0].output[1, 1] == 0.0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (('"Z!A1:I9"', '"Z!A1:H9"'), "E405"),
        (('"Z!A1:I9"', '"Y!A1:I9"'), "E107"),
        (('"江苏"]', '"江酥"]'), "E301"),
        (('"服务业"]', '"服务业", "采矿业"]'), "E405"),
        (('value_added = "V!A1:I4"', 'value_added = "V!A1:I3"'), "E405"),
    ],
)
def test_ranges_that_do_not_fit_are_told(tmp_path: Path, change: tuple[str, str], code: str) -> None:
    from test_multiregional import BLOCKS

    g = grid()
    sheets: dict[str, Rows] = {"Z": g.z.tolist(), "F": g.f.tolist(), "E": g.exports[:, None].tolist(),
                               "M": [g.imports.tolist()], "V": g.va.tolist(), "X": g.x[:, None].tolist()}  # fmt: skip
    names = {"z": "Z!A1:I9", "f": "F!A1:O9", "e": "E!A1:A9", "m": "M!A1:I1", "v": "V!A1:I4", "x": "X!A1:A9"}
    text = BLOCKS.format(file="", more="", **names)
    assert change[0] in text
    path = workbook(tmp_path / "a.xlsx", sheets)
    assert codes(check(path, maps=stated(tmp_path, text))) == []
    report = check(path, maps=stated(tmp_path, text.replace(*change)))
    assert code in codes(report)
    assert all(in_both(fault) for fault in report.faults)


def test_a_stated_table_that_is_none_asks_for_codes_or_ranges(tmp_path: Path) -> None:
    rows = single(grid(("Nord", "Sud"), ("a", "b")))
    path = workbook(tmp_path / "a.xlsx", {"表": rows})
    report = check(path, maps=told(file="a.xlsx"))
    assert codes(report) == ["E111"]
    assert "region_codes" in report.errors[0].remedy.en
    assert in_both(report.errors[0])


def test_a_matrix_of_coefficients_beside_the_flows_is_no_table(tmp_path: Path) -> None:
    sheets = sheets_of(grid())
    coefficients = [[*row] for row in sheets["中间使用"]]
    sheets["直接消耗系数"] = coefficients
    report = check(workbook(tmp_path / "a.xlsx", sheets), maps=told())
    assert len(report.grids) == 1
    assert [fault.place for fault in report.errors] == ["a.xlsx!直接消耗系数"]


def test_sums_that_miss_a_region_are_not_held(tmp_path: Path) -> None:
    def change(rows: Rows) -> None:
        for row in rows:
            row[:] = ["长安" if one == "北京" else one for one in row]

    report = looked(tmp_path, change)
    assert set(codes(report)) == {"E301"}
    assert report.grids == ()
