"""What yearbook sheets do that a reader must not fall for: each a small workbook, told at its cell or read as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from workbooks import book, in_both

from ronghe.data.intake.checkup import check
from ronghe.data.intake.reports import CheckReport

Rows = list[list[Any]]
HEAD = [["2023年地区生产总值"], ["单位：亿元"], ["地区", "地区生产总值"]]


def looked(folder: Path, rows: Rows, *, name: str = "2-1", **asked: Any) -> CheckReport:
    report = check(book(folder / "年鉴.xlsx", rows, sheet=name), allow_missing=True, **asked)
    assert all(in_both(fault) for fault in report.faults)
    return report


def told(report: CheckReport) -> list[tuple[str, str]]:
    return [(f.code, f.place.rpartition("!")[2]) for f in report.faults if f.severity != "note"]


def values(report: CheckReport) -> dict[Any, float]:
    (read,) = report.reads
    keys = zip(read.columns["region"], read.columns["year"], read.columns["indicator"], strict=True)
    return dict(zip(keys, read.columns["value"], strict=True))


@pytest.mark.parametrize("label", ["安微", "苏南", "上海巿"])
def test_a_first_row_with_an_unknown_name_is_part_of_the_body(tmp_path: Path, label: str) -> None:
    report = looked(tmp_path, [*HEAD, [label, 4.0], ["上海", 1.0], ["江苏", 2.0], ["浙江", 3.0]])
    assert told(report) == [("E301", "A4")]


def test_a_row_of_numbered_columns_is_a_heading(tmp_path: Path) -> None:
    report = looked(tmp_path, [["2023年主要指标"], ["地区", "地区生产总值（亿元）", "第一产业（亿元）"], ["甲", 1, 2],
                               ["上海", 10.0, 1.0], ["江苏", 20.0, 2.0]])  # fmt: skip
    assert told(report) == []
    assert len(values(report)) == 4


@pytest.mark.parametrize("title", ["2023年前三季度地区生产总值", "2023年一季度地区生产总值", "2023年1—6月地区生产总值",
                                   "2023年上半年地区生产总值"])  # fmt: skip
def test_a_part_of_a_year_is_no_year(tmp_path: Path, title: str) -> None:
    report = looked(tmp_path, [[title], *HEAD[1:], ["上海", 1.0], ["江苏", 2.0]])
    assert told(report) == [("E407", "年鉴.xlsx")] or [code for code, _ in told(report)] == ["E407"]
    assert report.reads == ()


def test_a_code_that_is_not_that_of_the_name_is_told(tmp_path: Path) -> None:
    for head, rows in (
        (["行政区划代码", "地区", "地区生产总值"], [[310000, "上海", 1.0], [340000, "河南", 2.0]]),
        (["地区", "代码", "地区生产总值"], [["上海", "31", 1.0], ["河南", "34", 2.0]]),
    ):
        report = looked(tmp_path, [*HEAD[:2], head, *rows])
        (fault,) = [one for one in report.faults if one.severity == "error"]
        assert (fault.code, fault.place[-1]) == ("E305", "5")


def test_codes_alone_name_regions(tmp_path: Path) -> None:
    report = looked(tmp_path, [*HEAD[:2], ["行政区划代码", "地区生产总值"], ["31", 1.0], ["320000", 2.0]])
    assert values(report) == {("310000", 2023, "gdp"): 1.0, ("320000", 2023, "gdp"): 2.0}


def test_a_unit_that_every_column_contradicts_is_told(tmp_path: Path) -> None:
    body = [["上海", 1.0], ["江苏", 2.0]]
    wrong = [["2023年地区生产总值"], ["单位：万元"], ["地区", "地区生产总值（亿元）"], *body]
    assert told(looked(tmp_path, wrong)) == [("E207", "B3")]
    # A column may have a unit of its own where another uses that of the sheet.
    mixed = [["2023年主要指标"], ["单位：亿元"], ["地区", "地区生产总值", "人均地区生产总值（元）"], ["上海", 1.0, 5.0],
             ["江苏", 2.0, 6.0]]  # fmt: skip
    assert told(looked(tmp_path, mixed)) == []


PLATE = [["辽宁", 10.0], ["吉林", 20.0], ["黑龙江", 30.0]]


def test_the_sum_of_an_area_is_held_against_its_members(tmp_path: Path) -> None:
    assert told(looked(tmp_path, [*HEAD, ["东北地区", 60.0], *PLATE])) == []
    assert told(looked(tmp_path, [*HEAD, ["东北地区", 100.0], *PLATE])) == [("E502", "B4")]
    # With a member missing there is nothing to hold it against, and three belts are not the four plates.
    assert told(looked(tmp_path, [*HEAD, ["东北地区", 100.0], *PLATE[:2]])) == []
    assert told(looked(tmp_path, [*HEAD, ["西部", 100.0], *PLATE])) == []


def test_a_subtotal_is_held_against_the_rows_beside_it(tmp_path: Path) -> None:
    rows = [["上海", 1.0], ["江苏", 2.0], ["小计", 3.0], ["辽宁", 10.0], ["吉林", 20.0]]
    assert told(looked(tmp_path, [*HEAD, *rows, ["小计", 30.0]])) == []
    assert told(looked(tmp_path, [*HEAD, *rows, ["小计", 35.0]])) == [("E502", "B9")]


def test_what_is_left_over_is_part_of_the_total(tmp_path: Path) -> None:
    rows = [["上海", 10.0], ["江苏", 20.0], ["浙江", 30.0]]
    for label in ("其他", "不分地区"):
        report = looked(tmp_path, [*HEAD, ["合计", 106.5], *rows, [label, 46.5]])
        assert told(report) == []
        assert len(values(report)) == 3


def test_the_corps_is_no_part_of_xinjiang_and_no_false_alarm(tmp_path: Path) -> None:
    rows = [["青海", 10.0], ["新疆", 20.0], ["新疆生产建设兵团", 5.0]]
    for total in (30.0, 35.0):
        report = looked(tmp_path, [*HEAD, ["合计", total], *rows])
        assert told(report) == []
        assert values(report)["650000", 2023, "gdp"] == 20.0
        assert any(fault.code == "N003" and "兵团" in fault.read.zh for fault in report.faults)


def test_a_total_in_two_languages(tmp_path: Path) -> None:
    report = looked(tmp_path, [*HEAD, ["上海 Shanghai", 1.0], ["江苏 Jiangsu", 2.0], ["合  计    Total", 9.0]])
    assert told(report) == [("E502", "B6")]


@pytest.mark.parametrize(
    "head",
    ["地区生产总值 GDP (亿元)", "地区生产总值\n(亿元)\nGDP", "地區生產總值（億元）", "2023年地区生产总值（亿元）"],
)
def test_headings_in_two_languages_and_with_a_year(tmp_path: Path, head: str) -> None:
    rows = [["2023年"], ["地区", head], ["上海", 1.0], ["江苏", 2.0]]
    report = looked(tmp_path, rows if not head.startswith("2023") else rows[1:])
    assert told(report) == []
    assert values(report)["310000", 2023, "gdp"] == 1.0


def test_traditional_units(tmp_path: Path) -> None:
    report = looked(
        tmp_path, [["2023年地區生產總值"], ["單位：億元"], ["地區", "地區生產總值"], ["上海", 1.0], ["江蘇", 2.0]]
    )
    assert told(report) == []
    assert values(report)["320000", 2023, "gdp"] == 2.0


def test_indicators_beside_regions_with_their_units(tmp_path: Path) -> None:
    rows = [["地区", "指标", "单位", 2021, 2022], ["上海", "地区生产总值", "亿元", 1.0, 2.0],
            ["上海", "年末常住人口", "万人", 3.0, 4.0], ["江苏", "地区生产总值", "亿元", 5.0, 6.0]]  # fmt: skip
    report = looked(tmp_path, rows)
    assert told(report) == []
    assert values(report)["310000", 2022, "resident_population"] == 4.0


def test_indicators_in_rows_and_regions_in_columns(tmp_path: Path) -> None:
    rows = [["2023年主要指标"], ["指标", "单位", "上海", "江苏", "浙江"], ["地区生产总值", "亿元", 1.0, 2.0, 3.0],
            ["年末常住人口", "万人", 4.0, 5.0, 6.0]]  # fmt: skip
    report = looked(tmp_path, rows)
    assert told(report) == []
    assert values(report)["320000", 2023, "resident_population"] == 5.0


def test_columns_of_a_tables_own_choices(tmp_path: Path) -> None:
    rows = [["2023年一般公共预算决算"], ["单位：亿元"], ["地区", "增值税", "企业所得税"], ["上海", 10.0, 5.0],
            ["江苏", 20.0, 8.0]]  # fmt: skip
    (tmp_path / "map.toml").write_text(
        '[[sheet]]\ntable = "fiscal_accounts"\n[sheet.fixed]\naccount = "general_budget"\nscope = "own_level"\n',
        encoding="utf-8",
    )
    from ronghe.data.intake.mapping import read_mapping

    report = looked(tmp_path, rows, maps=read_mapping(tmp_path / "map.toml"))
    assert told(report) == []
    (read,) = report.reads
    found = dict(
        zip(zip(read.columns["region"], read.columns["item"], strict=True), read.columns["value"], strict=True)
    )
    assert found["320000", "corporate_income_tax"] == 8.0


def test_classes_of_prices_in_columns_with_their_base(tmp_path: Path) -> None:
    rows = [
        ["2023年居民消费价格分类指数（上年=100）"],
        ["地区", "粮食", "蛋类"],
        ["上海", 101.0, 102.0],
        ["江苏", 103.0, 99.0],
    ]
    report = looked(tmp_path, rows, table="prices")
    assert told(report) == []
    (read,) = report.reads
    assert set(read.columns["base"]) == {"previous_year"}
    assert set(read.columns["basket"]) == {"consumer"}
    assert sorted(read.columns["index"]) == [99.0, 101.0, 102.0, 103.0]


def test_without_a_unit_it_is_asked_for_at_the_heading(tmp_path: Path) -> None:
    report = looked(tmp_path, [["2023年"], ["地区", "地区生产总值"], ["上海", 1.0], ["江苏", 2.0]])
    assert told(report) == [("E206", "B2")]


def test_a_heading_twice_is_told_once(tmp_path: Path) -> None:
    report = looked(
        tmp_path, [*HEAD[:2], ["地区", "地区生产总值", "地区生产总值"], ["上海", 1.0, 2.0], ["江苏", 2.0, 3.0]]
    )
    assert told(report) == [("E117", "C3")]


def test_a_year_in_words_is_a_fault_of_its_cell(tmp_path: Path) -> None:
    rows = [["地区", "年份", "地区生产总值（亿元）"], ["上海", "二〇二三年", 1.0], ["江苏", "二〇二三年", 2.0]]
    assert told(looked(tmp_path, rows)) == [("E404", "B2"), ("E404", "B3")]


def test_a_column_of_vintages_is_read(tmp_path: Path) -> None:
    rows = [["地区", "年份", "地区生产总值(亿元)", "数据版本"], ["上海", 2023, 1.0, "v1"], ["江苏", 2023, 2.0, "v1"]]
    report = looked(tmp_path, rows)
    assert told(report) == []
    assert report.reads[0].columns["vintage"] == ["v1", "v1"]


def test_an_empty_figure_with_its_year_is_no_heading(tmp_path: Path) -> None:
    rows = [["地区", "年份", "地区生产总值（亿元）"], ["上海", 2023, 1.0], ["江苏", 2023, None], ["浙江", 2023, 3.0]]
    assert told(looked(tmp_path, rows)) == [("E221", "C3")]


def test_a_sheet_of_words_beside_a_table_is_a_note(tmp_path: Path) -> None:
    import openpyxl

    book(tmp_path / "年鉴.xlsx", [*HEAD, ["上海", 1.0], ["江苏", 2.0], ["审核人：某某"]], sheet="2-1")
    made = openpyxl.load_workbook(tmp_path / "年鉴.xlsx")
    made.create_sheet("目录").append(["一、综合", "二、人口"])
    made.save(tmp_path / "年鉴.xlsx")
    report = check(tmp_path / "年鉴.xlsx", allow_missing=True)
    assert told(report) == []
    alone = looked(tmp_path, [["一、综合"], ["二、人口"]])
    assert [code for code, _ in told(alone)] == ["E105"]


def test_lines_with_a_field_too_many_and_another_encoding(tmp_path: Path) -> None:
    text = "地区,年份,地区生产总值（亿元）\n上海,2023,1\n江苏,2023,2\n浙江,2023,3\n安徽,2023,4,178\n山东,2023,5\n"
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    assert [(f.code, f.place) for f in check(tmp_path / "a.csv").errors] == [("E221", "a.csv!line 5")]
    (tmp_path / "b.csv").write_bytes("地區,年份,地區生產總值（億元）\n上海,2023,1\n江蘇,2023,2\n".encode("big5"))
    assert [(f.code, f.place) for f in check(tmp_path / "b.csv").errors if f.code == "E104"] == [("E104", "b.csv")]


def test_traces_of_other_programs_and_saved_sets_are_passed_over(tmp_path: Path) -> None:
    import zipfile

    book(tmp_path / "ok.xlsx", [*HEAD, ["上海", 1.0], ["江苏", 2.0]], sheet="2-1")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as made:
        made.write(tmp_path / "ok.xlsx", "ok.xlsx")
        made.writestr("__MACOSX/._ok.xlsx", b"\x00\x05\x16\x07")
        made.writestr("__MACOSX/x.csv", b"\x00\x05\x16\x07")
    assert not check(tmp_path / "z.zip", allow_missing=True).errors
    folder = tmp_path / "set"
    folder.mkdir()
    book(folder / "ok.xlsx", [*HEAD, ["上海", 1.0], ["江苏", 2.0]], sheet="2-1")
    (folder / "SAVED").mkdir()
    (folder / "SAVED" / "dataset.json").write_text("{}", encoding="utf-8")
    (folder / "SAVED" / "panel.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    assert not check(folder, allow_missing=True).errors
