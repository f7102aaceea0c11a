"""Wide sheets of yearbooks: regions by years, by indicators, by both, and by regions again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from workbooks import at, book, codes, in_both

from ronghe.data.intake.checkup import check
from ronghe.data.intake.reports import CheckReport

THREE = ("上海", "江苏", "浙江")


def values(report: CheckReport, *keys: str) -> dict[tuple[Any, ...], Any]:
    """Values by the key columns named."""
    columns = report.reads[0].columns
    return dict(zip(zip(*(columns[key] for key in keys), strict=True), columns["value"], strict=True))


def by_years(path: Path, **changed: Any) -> Path:
    rows = [
        ["表2-1 地区生产总值"],
        ["单位：亿元"],
        ["地  区", "2021年", "2022年", "2023年"],
        *[[name, 10.0 + at, 20.0 + at, 30.0 + at] for at, name in enumerate(THREE)],
        ["注：按当年价格计算。"],
    ]
    return book(path, rows, sheet="2-1", **changed)


def test_regions_by_years(tmp_path: Path) -> None:
    report = check(by_years(tmp_path / "年鉴.xlsx"), allow_missing=True)
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    assert report.sheets[0].table == "panel"
    found = values(report, "region", "year")
    assert found["320000", 2022] == 21.0
    assert set(report.reads[0].columns["indicator"]) == {"gdp"}
    assert set(report.reads[0].columns["unit"]) == {"亿元"}


def test_years_by_regions(tmp_path: Path) -> None:
    rows = [["地区生产总值（亿元）"], ["年份", *THREE], *[[year, 1.0, 2.0, 3.0] for year in (2021, 2022)]]
    rows[0] = ["地区生产总值 单位"]
    rows.insert(1, ["单位：万元"])
    report = check(book(tmp_path / "a.xlsx", rows), allow_missing=True)
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    # Ten thousand yuan turned into the indicator's own hundred million, exactly.
    assert values(report, "region", "year")["330000", 2021] == 0.0003


def test_regions_by_indicators_of_one_year(tmp_path: Path) -> None:
    rows = [
        ["2023年主要指标"],
        ["地区", "地区生产总值（亿元）", "居民人均可支配收入（元）"],
        *[[name, 100.0 + at, 50_000.0 + at] for at, name in enumerate(THREE)],
    ]
    report = check(book(tmp_path / "a.xlsx", rows), allow_missing=True)
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    assert values(report, "region", "indicator")["330000", "disposable_income_pc"] == 50_002.0
    assert set(report.reads[0].columns["year"]) == {2023}


def test_an_indicator_stands_over_its_years(tmp_path: Path) -> None:
    rows = [
        ["地区", "地区生产总值（亿元）", None, "专利授权数（件）", None],
        [None, 2022, 2023, 2022, 2023],
        *[[name, 1.0, 2.0, 3.0, 4.0] for name in THREE],
    ]

    def merged(page: Worksheet) -> None:
        for span in ("A1:A2", "B1:C1", "D1:E1"):
            page.merge_cells(span)

    report = check(book(tmp_path / "a.xlsx", rows, change=merged), allow_missing=True)
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    assert values(report, "region", "indicator", "year")["310000", "patents_granted", 2023] == 4.0


def matrix(path: Path, corner: str, **changed: Any) -> Path:
    rows = [["2020年迁移"], ["单位：人"], [corner, *THREE], *[[name, 1.0, 2.0, 3.0] for name in THREE]]
    return book(path, rows, sheet="migration", **changed)


def test_a_matrix_runs_as_its_corner_says(tmp_path: Path) -> None:
    for corner, first in (("来源地＼现住地", ("310000", "320000")), ("现住地/来源地", ("320000", "310000"))):
        report = check(matrix(tmp_path / "m.xlsx", corner), allow_missing=True)
        # What no cell says (group, definition) is asked for; the pairs are read as the corner says.
        assert set(codes(report)) == {"E114"}
        columns = report.reads[0].columns
        found = dict(zip(zip(columns["origin"], columns["destination"], strict=True), columns["persons"], strict=True))
        assert found[first] == 2.0


@pytest.mark.parametrize("corner", ["", "地区", "迁移人数"])
def test_a_matrix_without_a_direction_is_not_guessed(tmp_path: Path, corner: str) -> None:
    report = check(matrix(tmp_path / "m.xlsx", corner or None))  # type: ignore[arg-type]
    assert codes(report) == ["E115"]
    assert at(report, "E115") == ["A3"]
    assert all(in_both(fault) for fault in report.faults)


def test_totals_are_left_out_and_noted(tmp_path: Path) -> None:
    def total(page: Worksheet) -> None:
        page.insert_rows(4)
        for column, value in enumerate(("全  国", 33.0, 63.0, 93.0), start=1):
            page.cell(4, column).value = value

    report = check(by_years(tmp_path / "a.xlsx", change=total), allow_missing=True)
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    assert at(report, "N003") == ["A4"]
    assert len(report.reads[0]) == 9


def test_faults_of_a_wide_sheet_stand_at_their_cells(tmp_path: Path) -> None:
    def wrong(page: Worksheet) -> None:
        page["C4"] = "12,34"
        page["D5"] = "=1+1"
        page["A6"] = "吉林市"

    report = check(by_years(tmp_path / "a.xlsx", change=wrong), allow_missing=True)
    assert at(report, "E228") == ["C4"]
    assert at(report, "E118") == ["D5"]
    assert at(report, "E302") == ["A6"]
    assert all(in_both(fault) for fault in report.faults)


def test_a_unit_of_another_dimension_is_told_once(tmp_path: Path) -> None:
    def wrong(page: Worksheet) -> None:
        page["A2"] = "单位：万人"

    report = check(by_years(tmp_path / "a.xlsx", change=wrong), allow_missing=True)
    assert codes(report) == ["E208"]


def test_indicators_stand_beside_regions_and_years(tmp_path: Path) -> None:
    rows = [
        ["地区", "年份", "地区生产总值（亿元）", "专利授权数（件）"],
        *[[name, year, 1.0 + at, 5.0] for at, name in enumerate(THREE) for year in (2022, 2023)],
    ]
    report = check(book(tmp_path / "a.xlsx", rows), allow_missing=True)
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    assert values(report, "region", "year", "indicator")["330000", 2023, "gdp"] == 3.0
    assert len(report.reads[0]) == 12


def test_a_matrix_of_no_named_table_is_asked_for(tmp_path: Path) -> None:
    rows = [["来源地＼现住地", *THREE], *[[name, 1.0, 2.0, 3.0] for name in THREE]]
    report = check(book(tmp_path / "a.xlsx", rows, sheet="Sheet1"))
    assert codes(report) == ["E111"]
    assert "migration" in report.faults[0].expected.en


@pytest.mark.parametrize("head", ["人数①（人）", "人数（人）②", "人数*（人）"])
def test_a_footnote_mark_in_a_heading_is_no_digit_of_it(tmp_path: Path, head: str) -> None:
    rows = [["年份", "来源地", "现住地", "人群", head, "口径"], [2020, "上海", "江苏", "全部", 5.0, "五年前常住地"]]
    report = check(book(tmp_path / "a.xlsx", rows), allow_missing=True)
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    assert report.reads[0].columns["persons"] == [5.0]
