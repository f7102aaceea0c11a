"""Mappings state what a sheet does not say; totals are held against their parts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openpyxl.worksheet.worksheet import Worksheet
from test_wide import THREE, by_years, matrix
from workbooks import at, book, codes, in_both, migration, moves

from ronghe.base.errors import ParameterFault
from ronghe.data.intake.checkup import check
from ronghe.data.intake.mapping import SheetMap, as_mapping, read_mapping

STATED = """
[[sheet]]
table = "migration"
rows = "destination"
[sheet.fixed]
group = "all"
definition = "last residence"
"""


def stated(folder: Path, text: str) -> Any:
    (folder / "map.toml").write_text(text, encoding="utf-8")
    return read_mapping(folder / "map.toml")


def test_a_mapping_gives_a_matrix_its_direction_and_what_no_cell_says(tmp_path: Path) -> None:
    report = check(matrix(tmp_path / "m.xlsx", "地区"), maps=stated(tmp_path, STATED), allow_missing=True)
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    columns = report.reads[0].columns
    pairs = dict(zip(zip(columns["origin"], columns["destination"], strict=True), columns["persons"], strict=True))
    assert pairs["320000", "310000"] == 2.0
    assert set(columns["year"]) == {2020}
    assert set(columns["definition"]) == {"last residence"}


def test_a_mapping_names_headings_and_the_unit(tmp_path: Path) -> None:
    rows = [
        ["年度", "甲地", "乙地", "数", "类"],
        [2020, "上海", "江苏", 5.0, "全部"],
        [2020, "江苏", "上海", 6.0, "全部"],
    ]
    text = """
[[sheet]]
table = "migration"
unit = "万人"
[sheet.columns]
"甲地" = "origin"
"乙地" = "destination"
"数" = "persons"
"类" = "group"
[sheet.fixed]
definition = "五年前常住地"
"""
    report = check(book(tmp_path / "m.xlsx", rows), maps=stated(tmp_path, text))
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    assert report.reads[0].columns["persons"] == [50_000.0, 60_000.0]


def test_a_mapping_of_a_sheet_there_is_not_is_told(tmp_path: Path) -> None:
    text = STATED.replace("[[sheet]]", '[[sheet]]\nsheet = "没有"')
    report = check(matrix(tmp_path / "m.xlsx", "来源地＼现住地"), table="migration", maps=stated(tmp_path, text))
    assert "E107" in codes(report)
    assert all(in_both(fault) for fault in report.faults)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[sheet]\n", "cannot be read"),
        ("", "One or more"),
        ("[[sheet]]\ntabel = 'migration'", "unknown key"),
        ("[[sheet]]\ntable = 'migration'\nrows = 'from'", "no column"),
        ("[[sheet]]\ntable = 'migration'\n[sheet.fixed]\nsize = 1", "no column"),
        ("[[sheet]]\ntable = 3", "must be text"),
    ],
)
def test_faults_of_a_mapping_are_told_in_words(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ParameterFault, match=said):
        stated(tmp_path, text)


def test_an_unknown_table_is_named_with_its_nearest(tmp_path: Path) -> None:
    with pytest.raises(ParameterFault, match="migration"):
        stated(tmp_path, "[[sheet]]\ntable = 'migratoin'")


def with_total(label: str, *figures: float, at_row: int = 4) -> Any:
    def change(page: Worksheet) -> None:
        page.insert_rows(at_row)
        for column, value in enumerate((label, *figures), start=1):
            page.cell(at_row, column).value = value

    return change


def test_a_total_that_is_not_the_sum_is_told_at_its_cell(tmp_path: Path) -> None:
    report = check(by_years(tmp_path / "a.xlsx", change=with_total("合计", 33.0, 70.0, 93.0)), allow_missing=True)
    assert at(report, "E502") == ["C4"]
    assert all(in_both(fault) for fault in report.faults)


def test_rounding_of_the_parts_is_no_fault(tmp_path: Path) -> None:
    report = check(by_years(tmp_path / "a.xlsx", change=with_total("合计", 33.0, 64.4, 93.0)), allow_missing=True)
    # 63 against 64.4: three parts rounded to a tenth may differ by 0.15, not by 1.4.
    assert at(report, "E502") == ["C4"]
    report = check(by_years(tmp_path / "b.xlsx", change=with_total("合计", 33.1, 63.0, 93.0)), allow_missing=True)
    assert codes(report) == []


def test_a_national_total_over_a_few_provinces_is_not_compared(tmp_path: Path) -> None:
    report = check(by_years(tmp_path / "a.xlsx", change=with_total("全国", 900.0, 900.0, 900.0)), allow_missing=True)
    assert codes(report) == []


def test_figures_that_do_not_add_up_by_nature_are_not_compared(tmp_path: Path) -> None:
    rows = [
        ["2023年"], ["地区", "居民人均可支配收入（元）"], *[[name, 50_000.0] for name in THREE], ["合计", 50_000.0],
    ]  # fmt: skip
    assert codes(check(book(tmp_path / "a.xlsx", rows), allow_missing=True)) == []


@pytest.mark.parametrize("kind", ["years", "matrix", "long", "brackets"])
def test_a_mapping_drafted_from_what_was_detected_reads_the_same(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "2020年.xlsx"
    if kind == "years":
        by_years(path)
    elif kind == "matrix":
        matrix(path, "来源地＼现住地")
    elif kind == "long":
        moves(path)
    else:
        rows = [["单位：万人"], ["年份", "来源地", "现住地", "人群", "人数①", "口径"], *migration()]
        book(path, rows)
    asked: dict[str, Any] = {} if kind != "matrix" else {"table": "migration"}
    first = check(path, allow_missing=True, **asked)
    draft = as_mapping(read.taken for read in first.reads)
    again = check(path, maps=stated(tmp_path, draft), allow_missing=True)
    assert again.reads[0].columns == first.reads[0].columns
    assert again.faults == first.faults
    # A draft of what a draft says is the same draft.
    assert as_mapping(read.taken for read in again.reads) == draft


def test_odd_headings_stand_in_a_draft_as_they_are(tmp_path: Path) -> None:
    odd = SheetMap(
        file='a"b\\c.xlsx', table="migration", columns={"人数\x7f\n（人）": "persons"}, fixed={"group": "all"}
    )
    assert stated(tmp_path, as_mapping([odd], ["x.xlsx!\n[[sheet]]"])) == (odd,)


TWO_TABLES = [
    ["年份", "来源地", "现住地", "人群", "人数（人）", "口径"],
    *migration(),
    [None],
    [None],
    ["年份", "来源地", "现住地", "人群", "人数（人）", "口径"],
    [2010, "上海", "江苏", "全部", 5.0, "五年前常住地"],
    [2010, "江苏", "上海", "全部", 6.0, "五年前常住地"],
]


def test_two_tables_of_one_sheet_are_read_by_their_ranges(tmp_path: Path) -> None:
    path = book(tmp_path / "m.xlsx", TWO_TABLES, sheet="迁移")
    assert codes(check(path, table="migration")) == ["E112"]
    text = '[[sheet]]\ntable = "migration"\nrange = "A1:F7"\n\n[[sheet]]\ntable = "migration"\nrange = "A10:F12"\n'
    report = check(path, maps=stated(tmp_path, text))
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    assert [len(read) for read in report.reads] == [6, 2]
    assert set(report.reads[1].columns["year"]) == {2010}
    # Places stay those of the sheet.
    assert report.reads[1].place(0, "persons") == "m.xlsx!迁移!E11"


def test_stated_rows_of_a_header_are_not_looked_for(tmp_path: Path) -> None:
    rows = [
        ["2023年"],
        ["甲", "乙"],
        ["单位：亿元"],
        ["地区", "地区生产总值"],
        ["上海", 1.0],
        ["江苏", 2.0],
        ["合计", 9.0],
    ]
    text = '[[sheet]]\ntable = "panel"\nrange = "A4:B6"\nheader_rows = [4, 4]\nunit = "亿元"\nyear = 2023\n'
    report = check(book(tmp_path / "a.xlsx", rows), maps=stated(tmp_path, text), allow_missing=True)
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    assert report.reads[0].columns["value"] == [1.0, 2.0]
    assert set(report.reads[0].columns["year"]) == {2023}


def test_short_keys_are_spellings_of_what_is_fixed(tmp_path: Path) -> None:
    short = (
        '[[sheet]]\ntable = "trade"\norientation = "origin＼destination"\nyear = 2020\nsource = "own"\n'
        'made_by = "survey"\n[sheet.fixed]\nsector = "industry"\nvaluation = "basic"\n'
    )
    whole = (
        '[[sheet]]\ntable = "trade"\nrows = "origin"\n[sheet.fixed]\nyear = "2020"\nsource = "own"\n'
        'made_by = "survey"\nsector = "industry"\nvaluation = "basic"\n'
    )
    assert dict(stated(tmp_path, short)[0].fixed) == dict(stated(tmp_path, whole)[0].fixed)
    assert stated(tmp_path, short)[0].rows == "origin"
    rows = [["单位：亿元"], ["地区", *THREE], *[[name, 1.0, 2.0, 3.0] for name in THREE]]
    report = check(book(tmp_path / "a.xlsx", rows), maps=stated(tmp_path, short), allow_missing=True)
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    assert set(report.reads[0].columns["made_by"]) == {"survey"}


@pytest.mark.parametrize(("key", "value"), [("vintage", "v1"), ("basket", "consumer"), ("scope", "own_level"),
                                            ("import_treatment", "separate")])  # fmt: skip
def test_every_short_key_is_known(tmp_path: Path, key: str, value: str) -> None:
    assert dict(stated(tmp_path, f'[[sheet]]\n{key} = "{value}"\n')[0].fixed) == {key: value}


def test_every_fault_of_a_mapping_is_told_at_once_in_both_languages(tmp_path: Path) -> None:
    text = """
[[sheet]]
table = "migratoin"
range = "A0:B"
header_rows = [4, 3]
colour = "red"

[[sheet]]
table = "migration"
range = "A3:F40"
header_rows = [1, 2]
rows = "origin"
orientation = "destination"
year = 2020
scope = "own_level"
unit = 3
[sheet.fixed]
year = 2021
"""
    with pytest.raises(ParameterFault) as raised:
        stated(tmp_path, text)
    for lang in ("zh", "en"):
        told = raised.value.message(lang)
        for part in (
            "migratoin",
            "A0:B",
            "4:3",
            "colour",
            "1:2",
            "orientation",
            "fixed.year",
            "scope",
            "sheet[2].unit",
        ):
            assert part in told, (lang, part)


@pytest.mark.parametrize("kind", ["years", "long"])
def test_the_second_run_detects_nothing(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "2020年.xlsx"
    if kind == "years":
        by_years(path)
    else:
        moves(path)
    first = check(path, allow_missing=True)
    maps = stated(tmp_path, as_mapping(read.taken for read in first.reads))
    assert maps[0].range
    assert maps[0].header_rows

    def detected(*_: object) -> None:
        raise AssertionError("a header was looked for")

    monkeypatch.setattr("ronghe.data.intake.wide._key", detected)
    monkeypatch.setattr("ronghe.data.intake.checkup.rivals", detected)
    monkeypatch.setattr("ronghe.data.intake.layout.LOOK", 0)
    assert check(path, maps=maps, allow_missing=True).reads[0].columns == first.reads[0].columns
