"""Defects of sheets: each is told with its cell, in both languages, and none is mended in silence."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from workbooks import MIGRATION, at, book, codes, in_both, looked, migration, moves

from ronghe.data.intake.checkup import check


def put(cell: str, value: object) -> Callable[[Worksheet], None]:
    """Set one cell."""

    def change(page: Worksheet) -> None:
        page[cell] = value

    return change


def both(*changes: Callable[[Worksheet], None]) -> Callable[[Worksheet], None]:
    """Do several things to a sheet."""

    def change(page: Worksheet) -> None:
        for one in changes:
            one(page)

    return change


def error_value(page: Worksheet) -> None:
    page["E4"] = "#REF!"
    page["E4"].data_type = "e"


def hidden_row(page: Worksheet) -> None:
    page.row_dimensions[4].hidden = True


def hidden_column(page: Worksheet) -> None:
    page.column_dimensions["E"].hidden = True


def scaled(page: Worksheet) -> None:
    page["E4"].number_format = "#,##0,"


DEFECTS: dict[str, tuple[Callable[[Worksheet], None], str, str]] = {
    "unknown region": (put("B3", "江蘓省"), "E301", "B3"),
    "unit of another level": (put("B3", "吉林市"), "E302", "B3"),
    "province with its city": (put("C3", "四川省成都市"), "E302", "C3"),
    "the corps is not Xinjiang": (put("C3", "新疆生产建设兵团"), "E301", "C3"),
    "text in a number": (put("E4", "约一千"), "E221", "E4"),
    "empty cell": (put("E4", None), "E221", "E4"),
    "boolean": (put("E4", True), "E221", "E4"),
    "range": (put("E4", "100-200"), "E221", "E4"),
    "less than": (put("E4", "<5"), "E221", "E4"),
    "footnoted text": (put("E4", "1000a"), "E221", "E4"),
    "error value": (error_value, "E222", "E4"),
    "formula without value": (put("E4", "=SUM(1,2)"), "E118", "E4"),
    "negative": (put("E4", -3.0), "E224", "E4"),
    "wrong grouping": (put("E4", "12,34"), "E228", "E4"),
    "unit of its own": (put("E4", "3万人"), "E214", "E4"),
    "another dimension": (put("E1", "人数（亿元）"), "E208", "E2"),
    "no unit": (put("E1", "人数"), "E206", "E1"),
    "choice that is none": (put("F4", "三年前"), "E314", "F4"),
    "choice misspelt": (put("D4", "全部人"), "E314", "D4"),
    "year in words": (put("A4", "二〇二〇"), "E404", "A4"),
    "year of two": (put("A4", "2019-2020"), "E404", "A4"),
    "duplicate row": (
        lambda page: page.append([c.value for c in page[3]]), "E401", "A8",
    ),
    "same key, other value": (
        lambda page: page.append([*[c.value for c in page[3]][:4], 5.0, "五年前常住地"]), "E402", "A8",
    ),
    "header twice": (put("G1", "年份"), "E117", "G1"),
    "column missing": (put("F1", None), "E111", ""),
    "merged body": (lambda page: page.merge_cells("A2:A4"), "E113", "A2:A4"),
    "pair missing": (lambda page: page.delete_rows(5), "E405", "B2"),
}  # fmt: skip


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_told_at_its_cell_in_both_languages(tmp_path: Path, name: str) -> None:
    change, code, cell = DEFECTS[name]
    report = looked(moves(tmp_path / "表.xlsx", change))
    found = [fault for fault in report.faults if fault.code == code]
    assert found, [fault.text.en for fault in report.faults]
    assert not report.ok
    if cell:
        assert cell in at(report, code)
    assert all(in_both(fault) for fault in report.faults)


WARNINGS: dict[str, tuple[Callable[[Worksheet], None], str]] = {
    "hidden row": (hidden_row, "E119"),
    "hidden column": (hidden_column, "E119"),
    "display-scaled": (scaled, "E211"),
    "unknown column": (both(put("H1", "备注栏"), put("H3", "x")), "E116"),
}


@pytest.mark.parametrize("name", WARNINGS)
def test_what_is_odd_is_told_and_stops_nothing(tmp_path: Path, name: str) -> None:
    change, code = WARNINGS[name]
    report = looked(moves(tmp_path / "表.xlsx", change))
    assert codes(report) == [code]
    assert report.ok
    assert all(in_both(fault) for fault in report.faults)


def test_all_faults_of_a_sheet_are_found_in_one_run(tmp_path: Path) -> None:
    change = both(put("B3", "江蘓省"), put("E4", "12,34"), put("F5", "三年前"), put("E6", -1.0), put("A7", "x"))
    report = looked(moves(tmp_path / "表.xlsx", change))
    told = {fault.place.rpartition("!")[2] for fault in report.faults if fault.severity == "error"}
    assert {"B3", "E4", "F5", "E6", "A7"} <= told


def test_code_and_name_must_agree(tmp_path: Path) -> None:
    head = ("行政区划代码", "地区", "年份", "指标", "数值", "单位", "数据版本", "性质", "数据来源")
    rows = [[code, name, 2023, "gdp", 1.0, "亿元", "v", "user", "own"]
            for code, name in (("310000", "上海"), ("320000", "浙江"), ("330000", "浙江"))]  # fmt: skip
    report = check(book(tmp_path / "f.xlsx", [head, *rows], sheet="facts"), table="facts")
    assert at(report, "E305") == ["A3"]


def test_regions_that_a_complete_table_lacks_are_named(tmp_path: Path) -> None:
    from ronghe.base.region import provinces

    head = ("地区", "年份", "指标", "数值", "单位", "性质", "数据来源")
    names = [one.short_zh for one in provinces()[:31] if one.short_zh != "西藏"]
    rows = [[name, 2023, "gdp", 1.0, "亿元", "user", "own"] for name in names]
    report = check(book(tmp_path / "f.xlsx", [head, *rows], sheet="facts"), table="facts")
    missing = [fault for fault in report.faults if fault.code == "E403"]
    assert len(missing) == 1
    assert "西藏" in missing[0].expected.zh + missing[0].read.zh + missing[0].remedy.zh
    assert check(tmp_path / "f.xlsx", table="facts", allow_missing=True).ok


def test_a_year_that_some_regions_lack_is_named(tmp_path: Path) -> None:
    head = ("地区", "年份", "指标", "数值", "单位", "性质", "数据来源")
    pairs = [(name, year) for name in ("上海", "江苏", "浙江") for year in (2021, 2022, 2023)]
    rows = [[name, year, "gdp", 1.0, "亿元", "user", "own"] for name, year in pairs if (name, year) != ("浙江", 2022)]
    report = check(book(tmp_path / "f.xlsx", [head, *rows], sheet="panel"), table="panel")
    told = [fault for fault in report.faults if fault.code == "E404"]
    assert len(told) == 1
    assert "浙江" in told[0].read.zh
    assert "2022" in told[0].read.en


CLEAN: dict[str, Callable[[Worksheet], None]] = {
    "as it is": lambda page: None,
    "title and notes": both(
        lambda page: page.insert_rows(1), put("A1", "表3-2 省际迁移"),
        lambda page: page.append([]), lambda page: page.append(["注：按五年前常住地。"]),
        lambda page: page.append(["资料来源：普查。"]),
    ),
    "full width digits": put("E4", "１，０１４"),
    "spaces in names": put("B4", "江　苏"),
    "footnote mark": put("B4", "江苏①"),
    "full names": put("B4", "江苏省"),
    "one character": put("B4", "苏"),
    "English": put("B4", "Jiangsu"),
    "traditional": put("B4", "江蘇"),
    "codes": put("B4", "320000"),
    "thousands": put("E4", "1,014"),
    "year with its word": put("A3", "2020年"),
    "English choice": put("F3", "last residence"),
    "total row": lambda page: page.append([2020, "全国", "合计", "全部", 6000.0, "五年前常住地"]),
    "empty row": lambda page: page.insert_rows(5),
    "unit in a line above": both(
        put("E1", "人数"), lambda page: page.insert_rows(1), put("A1", "单位：人"),
    ),
    "unit row": both(put("E1", "人数"), lambda page: page.insert_rows(2), put("E2", "人")),
}  # fmt: skip


@pytest.mark.parametrize("name", CLEAN)
def test_clean_sheets_raise_no_false_alarm(tmp_path: Path, name: str) -> None:
    report = looked(moves(tmp_path / "表.xlsx", CLEAN[name]))
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    assert report.reads[0].columns["origin"] == ["310000", "310000", "320000", "320000", "330000", "330000"]


def test_a_sign_for_a_missing_figure_is_no_pair(tmp_path: Path) -> None:
    path = moves(tmp_path / "表.xlsx", put("E4", "—"))
    report = looked(path)
    assert at(report, "E405") == at(report, "N011") == ["E4"]
    assert looked(path, allow_missing=True).ok
    assert report.reads[0].missing == {"persons": {2: "not available"}}


def test_what_was_done_by_rule_is_listed(tmp_path: Path) -> None:
    report = looked(moves(tmp_path / "表.xlsx", CLEAN["full width digits"]))
    assert {fault.code for fault in report.faults} == {"N002"}
    assert report.reads[0].columns["persons"][2] == 1014.0


def test_units_are_converted_exactly(tmp_path: Path) -> None:
    rows = [[*MIGRATION[:4], "人数（万人）", MIGRATION[5]], *migration()]
    report = looked(book(tmp_path / "m.xlsx", rows))
    assert report.ok
    assert report.reads[0].columns["persons"][0] == 10_000_000.0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", "\t", ";"])
def test_text_files_are_read_in_their_encoding(tmp_path: Path, encoding: str, mark: str) -> None:
    lines = [mark.join(map(str, row)) for row in (MIGRATION, *migration())]
    (tmp_path / "m.csv").write_bytes("\n".join(lines).encode(encoding))
    report = looked(tmp_path / "m.csv")
    assert report.ok, [fault.text.en for fault in report.faults]
    assert len(report.reads[0]) == 6


def test_a_place_in_a_text_file_has_its_line(tmp_path: Path) -> None:
    lines = [",".join(map(str, row)) for row in (MIGRATION, *migration())]
    lines[3] = lines[3].replace("江苏", "江蘓")
    (tmp_path / "m.csv").write_text("\n".join(lines), encoding="utf-8")
    told = [fault.place for fault in looked(tmp_path / "m.csv").faults if fault.code == "E301"]
    assert told == ["m.csv!line 4, column 来源地"]


def test_a_control_character_is_a_fault_at_its_cell(tmp_path: Path) -> None:
    lines = [",".join(map(str, row)) for row in (MIGRATION, *migration())]
    lines[2] = lines[2].replace("五年前", "五年\x00前")
    (tmp_path / "m.csv").write_text("\n".join(lines), encoding="utf-8")
    told = [fault for fault in looked(tmp_path / "m.csv").faults if fault.code == "E221"]
    assert [fault.place for fault in told] == ["m.csv!line 3, column 口径"]


def test_a_template_filled_in_part_is_read_and_what_is_left_is_counted(tmp_path: Path) -> None:
    def mostly_empty(page: Worksheet) -> None:
        for row in range(3, 8):
            page.cell(row, 5).value = None

    report = looked(moves(tmp_path / "m.xlsx", mostly_empty), allow_missing=True)
    assert codes(report) == []
    assert [fault.code for fault in report.faults] == ["N004"]
    assert len(report.reads[0]) == 1
