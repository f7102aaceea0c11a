"""Sixty and more ways in which an office's sheet is wrong: each found at its cell, told in full, and mended in none.

One row of ``DEFECTS`` is one kind of defect: how the file is made, which fault it is, where, and what was read. What
else follows from the same defect stands in ``besides``; anything that is not listed is a fault of ours.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import xlwt
from openpyxl.worksheet.worksheet import Worksheet
from pyarrow import parquet
from workbooks import MIGRATION, PAIRS, bomb, book, in_both, migration, moves

from ronghe.base.i18n import catalogue
from ronghe.base.region import provinces
from ronghe.data.intake.checkup import check
from ronghe.data.intake.gate import PUBLIC
from ronghe.data.intake.reports import CheckReport

Build = Callable[[Path], Path]
Change = Callable[[Worksheet], None]
FACTS = ("地区", "年份", "指标", "数值", "单位", "性质", "数据来源")
FISCAL = ("region", "year", "account", "item", "value", "scope")
THREE = ("上海", "江苏", "浙江")


@dataclass(frozen=True)
class Defect:
    """One kind of defect.

    Attributes
    ----------
    build : callable
        Writes the file into a folder.
    code, place : str
        The fault, and its place behind the name of the file.
    read : str
        Part of what is told as read.
    besides : tuple of str
        Codes of further faults that follow from the same defect.
    asked : mapping
        What the check is asked for.
    """

    build: Build
    code: str
    place: str
    read: str
    besides: tuple[str, ...] = ()
    asked: dict[str, Any] = field(default_factory=dict)


def put(**cells: object) -> Change:
    """Set cells."""

    def change(page: Worksheet) -> None:
        for cell, value in cells.items():
            page[cell] = value

    return change


def moved(change: Change, name: str = "表.xlsx") -> Build:
    """Return the small table of moves with one thing changed."""
    return lambda folder: moves(folder / name, change)


def sheet(name: str, *rows: Sequence[Any], change: Change | None = None) -> Build:
    """Return a workbook of one sheet."""
    return lambda folder: book(folder / "表.xlsx", rows, sheet=name, change=change)


def raw(name: str, content: bytes) -> Build:
    """Return a file of these bytes."""

    def build(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return build


def text(change: Callable[[list[str]], None], encoding: str = "utf-8", mark: str = ",") -> Build:
    """Return the table of moves as text, its lines changed."""

    def build(folder: Path) -> Path:
        lines = [mark.join(map(str, row)) for row in (MIGRATION, *migration())]
        change(lines)
        (folder / "表.csv").write_bytes("\n".join(lines).encode(encoding))
        return folder / "表.csv"

    return build


def swap(line: int, old: str, new: str) -> Callable[[list[str]], None]:
    """Replace a word in one line."""

    def change(lines: list[str]) -> None:
        assert old in lines[line]
        lines[line] = lines[line].replace(old, new)

    return change


def stored(**columns: Any) -> Build:
    """Return the table of moves as Parquet, with columns changed."""
    heads = ("year", "origin", "destination", "group", "persons", "definition")

    def build(folder: Path) -> Path:
        made = dict(zip(heads, (list(c) for c in zip(*migration(), strict=True)), strict=True)) | columns
        parquet.write_table(pa.table(made), folder / "表.parquet")
        return folder / "表.parquet"

    return build


def old_book(change: Callable[[Any], None]) -> Build:
    """Return the table of moves in the binary form, with one thing changed."""

    def build(folder: Path) -> Path:
        made = xlwt.Workbook()
        page = made.add_sheet("迁移", cell_overwrite_ok=True)
        for row, cells in enumerate([MIGRATION, *migration()]):
            for column, cell in enumerate(cells):
                page.write(row, column, cell)
        change(page)
        made.save(str(folder / "表.xls"))
        return folder / "表.xls"

    return build


def packed(*members: tuple[str, bytes]) -> Build:
    """Return a zip of these members."""

    def build(folder: Path) -> Path:
        with zipfile.ZipFile(folder / "包.zip", "w") as archive:
            for name, content in members:
                archive.writestr(name, content)
        return folder / "包.zip"

    return build


def added(name: str, content: bytes) -> Build:
    """Return a workbook with one part more."""

    def build(folder: Path) -> Path:
        path = moves(folder / "表.xlsx")
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr(name, content)
        return path

    return build


def cut(folder: Path) -> Path:
    path = moves(folder / "表.xlsx")
    path.write_bytes(path.read_bytes()[:-200])
    return path


def two_tables(folder: Path) -> Path:
    """Return a set of a table of sources and a table that names another."""
    head = ("source", "title_zh", "title_en", "publisher_zh", "publisher_en", "licence", "redistributable", "status")
    book(
        folder / "a.xlsx", [head, ("own", "调查", "survey", "局", "office", "facts", "是", "verified")], sheet="sources"
    )
    book(folder / "b.xlsx", [FACTS, *one_year(source="own2")], sheet="facts")
    return folder


def two_areas(folder: Path) -> Path:
    """Return a set of a table of areas and a table that names another."""
    head = ("area", "name_zh", "short_zh", "name_en", "kind", "status")
    book(folder / "a.xlsx", [head, ("r1", "环湖区", "环湖", "Lake area", "own", "verified")], sheet="areas")
    rows = [("area", "region", "from", "coverage", "status"), ("r2", "上海", "2020-01-01", "full", "verified")]
    book(folder / "b.xlsx", rows, sheet="membership")
    return folder


def one_year(*regions: str, source: str = "own", year: int = 2023) -> list[tuple[Any, ...]]:
    return [(name, year, "gdp", 100.0, "亿元", "user", source) for name in regions or THREE]


def over_years(*figures: float) -> list[tuple[Any, ...]]:
    return [("上海", 2018 + at, "gdp", value, "亿元", "user", "own") for at, value in enumerate(figures)]


def error_value(page: Worksheet) -> None:
    page["E4"] = "#DIV/0!"
    page["E4"].data_type = "e"


def hide(page: Worksheet) -> None:
    page.row_dimensions[4].hidden = True


def hide_column(page: Worksheet) -> None:
    page.column_dimensions["E"].hidden = True


def scaled(page: Worksheet) -> None:
    page["E4"].number_format = "#,##0,"


def again(value: float | None) -> Change:
    """Repeat row 3, with another value or the same."""

    def change(page: Worksheet) -> None:
        row = [cell.value for cell in page[3]]
        page.append(row if value is None else [*row[:4], value, row[5]])

    return change


def prices(*rows: tuple[str, str, float]) -> Build:
    head = ("region", "period", "commodity", "index", "base", "basket")
    return sheet("prices", head, *(("上海", *row, "previous_year", "consumer") for row in rows))


def wide(*rows: Sequence[Any], change: Change | None = None) -> Build:
    return sheet("2-1", *rows, change=change)


YEARS = [["表2-1 地区生产总值"], ["单位：亿元"], ["地区", "2022年", "2023年"]]
BODY = [[name, 10.0 + at, 20.0 + at] for at, name in enumerate(THREE)]
DISTANCES = ("origin", "destination", "mode", "measure", "year", "value")
MOVES = {"table": "migration"}
LOOSE = {"allow_missing": True}
ASIDE = {"asked": LOOSE}
TRADE = ("year", "origin", "destination", "sector", "value", "valuation", "made_by")
EVERY = [one.short_zh for one in provinces()[:31]]
ONLY_30 = [one.short_zh for one in provinces()[:31] if one.short_zh != "西藏"]

DEFECTS: dict[str, Defect] = {
    # The file
    "an ending that is not read": Defect(raw("表.pdf", b"%PDF"), "E101", "", ".pdf"),
    "text under the ending of a workbook": Defect(raw("表.xlsx", b"region,year"), "E101", "", "72 65 67 69"),
    "a workbook under the ending of text": Defect(raw("表.csv", b"PK\x03\x04rest"), "E101", "", "50 4b 03 04"),
    "a workbook cut off in the mail": Defect(cut, "E101", "", "残缺"),
    "a zip that is no workbook": Defect(
        lambda folder: packed(("a.txt", b"x"))(folder).rename(folder / "表.xlsx"), "E101", "", "不是工作簿"),
    "a zip in a zip": Defect(packed(("内.zip", b"PK\x03\x04")), "E101", "!内.zip", "压缩包"),
    "a path that leaves the zip": Defect(packed(("../a.csv", b"x")), "E101", "!../a.csv", "包外路径"),
    "an entity declaration": Defect(
        added("xl/custom.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'), "E101", "!xl/custom.xml", "实体声明"),
    "a Parquet column of lists": Defect(
        stored(kin=pa.array([[1]] * 6)), "E101", "!column kin", "list"),
    "a workbook with a password": Defect(
        raw("表.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")),
        "E102", "", "加密"),
    "a file over the limit of the door": Defect(
        raw("表.csv", b"a,b\n" * 2_600_000), "E103", "", "10.4 MB", asked={"limits": PUBLIC}),
    "a million empty formatted rows": Defect(
        moved(lambda page: page.cell(900_000, 9, 1.0)), "E103", "!xl/worksheets/sheet1.xml", "8,100,000"),
    "a thousand and one files in a zip": Defect(
        packed(*((f"{at}.csv", b"x") for at in range(1_001))), "E103", "", "1001"),
    "an encoding that is none": Defect(raw("表.csv", b"\xff\xfe\xfa\x81\x30\x00\xff"), "E104", "!line 1", "第1行"),
    "an empty file": Defect(raw("表.csv", b""), "E105", "", "没有数据"),
    "a workbook without a filled cell": Defect(sheet("空"), "E105", "", "没有数据"),
    "a header and nothing below": Defect(sheet("迁移", MIGRATION), "E105", "!迁移", "没有数据", asked=MOVES),
    "a macro": Defect(added("xl/vbaProject.bin", b"macro"), "E106", "", "vbaProject", asked=MOVES),
    "a link to another workbook": Defect(
        added("xl/externalLinks/externalLink1.xml", b"<a/>"), "E106", "", "externalLink1", asked=MOVES),
    "a bomb": Defect(lambda folder: bomb(folder / "表.xlsx", 60_000_000), "E109", "", "倍"),
    # The layout
    "headings that no table has": Defect(sheet("一", ("甲", "乙"), (1, 2)), "E111", "!一", "甲"),
    "a matrix of no named table": Defect(
        sheet("一", ["来源地＼现住地", *THREE], *([name, 1.0, 2.0, 3.0] for name in THREE)), "E111", "!一", "矩阵"),
    "a second table under the first": Defect(
        sheet("迁移", MIGRATION, *migration(), [None], [None], MIGRATION, *migration()),
        "E112", "!迁移!A1:F7", "A10:F16", asked=MOVES),
    "two halves of a table side by side": Defect(
        wide(["2023年"], ["地区", "地区生产总值（亿元）", "地区", "地区生产总值（亿元）"],
             ["上海", 1.0, "安徽", 4.0], ["江苏", 2.0, "福建", 5.0]), "E112", "!2-1!A2:B4", "C2:D4", **ASIDE),
    "a second wide table under the first": Defect(
        wide(*YEARS, *BODY, [None], [None], *YEARS[1:], *BODY), "E112", "!2-1!A3:C6", "A10:C13", **ASIDE),
    "merged cells in the body": Defect(
        moved(lambda page: page.merge_cells("A3:A4")), "E113", "!迁移!A3:A4", "合并"),
    "a column left out": Defect(
        sheet("fiscal_accounts", FISCAL[:-1], ("上海", 2023, "general_budget", "vat", 1.0)),
        "E114", "!fiscal_accounts!row 1", "account"),
    "a matrix that does not say which way it runs": Defect(
        sheet("migration", ["单位：人"], ["2020年", *THREE], *([name, 1.0, 2.0, 3.0] for name in THREE)),
        "E115", "!migration!A2", "2020年"),
    "a column that no table has": Defect(moved(put(H1="备注栏", H3="x")), "E116", "!迁移!H1", "备注栏"),
    "a wide column that says nothing known": Defect(
        wide(["2023年"], ["地区", "地区生产总值（亿元）", "幸福感"], *([name, 1.0, 2.0] for name in THREE)),
        "E116", "!2-1!C2", "幸福感", **ASIDE),
    "a heading twice": Defect(moved(put(G1="年份")), "E117", "!迁移!G1", "年份"),
    "a formula that was never computed": Defect(moved(put(E4="=SUM(1,2)")), "E118", "!迁移!E4", "公式"),
    "a hidden row": Defect(moved(hide), "E119", "!迁移!A4", "隐藏的行1"),
    "a hidden column": Defect(moved(hide_column), "E119", "!迁移!E1", "列1"),
    # Units
    "a unit that nobody knows": Defect(
        sheet("facts", FACTS, ("上海", 2023, "gdp", 1.0, "亿块", "user", "own")), "E201", "!facts!D2", "亿块", **ASIDE),
    "a unit of the sheet that nobody knows": Defect(
        wide(["2023年"], ["单位：斗"], ["地区", "地区生产总值"], *([name, 1.0] for name in THREE)),
        "E201", "!2-1!B4", "斗", **ASIDE),
    "no unit": Defect(moved(put(E1="人数")), "E206", "!迁移!E1", "人数"),
    "two units in header and unit row": Defect(
        moved(lambda page: (page.insert_rows(2), put(E2="万人")(page))[0]), "E207", "!迁移!E1", "万人"),
    "money where people are counted": Defect(moved(put(E1="人数（亿元）")), "E208", "!迁移!E2", "1000"),
    "an indicator in a unit of another kind": Defect(
        wide(["2023年"], ["单位：万人"], ["地区", "地区生产总值"], *([name, 1.0] for name in THREE)),
        "E208", "!2-1!B4", "万人", **ASIDE),
    "a display in thousands": Defect(moved(scaled), "E211", "!迁移!E4", "1014"),
    "a cell with a unit of its own": Defect(moved(put(E4="3万人")), "E214", "!迁移!E4", "3万人"),
    "a year in ten thousands": Defect(
        sheet("panel", FACTS, *over_years(38_000.0, 39_000.0, 410_000_000.0, 43_000.0)),
        "E214", "!panel!D4", "410000000", **ASIDE),
    # Values
    "words for a number": Defect(moved(put(E4="约一千")), "E221", "!迁移!E4", "约一千"),
    "a range for a number": Defect(moved(put(E4="100-200")), "E221", "!迁移!E4", "100-200"),
    "a bound for a number": Defect(moved(put(E4="<5")), "E221", "!迁移!E4", "<5"),
    "a letter behind the digits": Defect(moved(put(E4="1000a")), "E221", "!迁移!E4", "1000a"),
    "the letter O for a nought": Defect(moved(put(E4="1O14")), "E221", "!迁移!E4", "1O14"),
    "two points": Defect(moved(put(E4="1.0.14")), "E221", "!迁移!E4", "1.0.14"),
    "an empty cell": Defect(moved(put(E4=None)), "E221", "!迁移!E4", "空格"),
    "yes for a number": Defect(moved(put(E4=True)), "E221", "!迁移!E4", "True"),
    "a control character": Defect(text(swap(2, "五年前", "五年\x00前")), "E221", "!line 3, column 口径", "控制字符",
                                  asked=MOVES),
    "a novel in a cell": Defect(moved(put(F4="字" * 2_001)), "E221", "!迁移!F4", "2001个字符"),
    "figures without a name": Defect(wide(*YEARS, *BODY, [None, 7.0, 8.0]), "E221", "!2-1!A7", "空格", **ASIDE),
    "infinity in Parquet": Defect(
        stored(persons=pa.array([float("inf"), 1.0, 2.0, 3.0, 4.0, 5.0])), "E221", "!row 1, column persons", "inf",
        asked=MOVES),
    "an error value": Defect(moved(error_value), "E222", "!迁移!E4", "#DIV/0!"),
    "an error value in a binary workbook": Defect(
        old_book(lambda page: page.row(2).set_cell_error(4, "#REF!")), "E222", "!迁移!E3", "#REF!"),
    "a date for a number": Defect(
        moved(lambda page: put(E4=__import__("datetime").date(2020, 1, 5))(page)), "E223", "!迁移!E4", "2020-01-05"),
    "a word for a date": Defect(
        sheet("tasks", ("area", "year", "no", "matter", "lead", "deadline"), ("长三角", 2023, "1", "事", "厅", "年底")),
        "E223", "!tasks!F2", "年底", **ASIDE),
    "people below nought": Defect(moved(put(E4=-3.0)), "E224", "!迁移!E4", "-3"),
    "fewer people than none": Defect(
        sheet("facts", FACTS, ("上海", 2023, "resident_population", -5.0, "万人", "user", "own")), "E224",
        "!facts!D2", "-5", **ASIDE),
    "more than every household has gas": Defect(
        sheet("facts", FACTS, ("上海", 2023, "gas_coverage", 980.0, "%", "user", "own")), "E225", "!facts!D2", "980",
        **ASIDE),
    "a year of two digits": Defect(moved(put(A4=23)), "E404", "!迁移!A4", "23", **ASIDE),
    "more than the whole": Defect(
        sheet("tasks", ("area", "year", "no", "matter", "lead", "deadline", "progress"),
              ("长三角", 2023, "1", "事", "厅", "2023-12-31", 1.5)), "E225", "!tasks!G2", "1.5", **ASIDE),
    "a total of a long table that is no sum": Defect(
        sheet("trade", ("年份", "售出地", "购入地", "行业", "金额（亿元）", "计价", "双边数据的来历"),
              (2023, "上海", "江苏", "工业", 5.0, "basic", "register"),
              (2023, "浙江", "江苏", "工业", 6.0, "basic", "register"),
              (2023, "合计", "江苏", "工业", 15.0, "basic", "register")), "E502", "!trade!E4", "15", **ASIDE),
    "a name with spaces that are refused": Defect(
        moved(put(B3="上　海")), "E220", "!迁移!B3", "上　海",
        asked={"refuse": ("spaces",), "allow_missing": True}),
    "a figure that says another unit than its row": Defect(
        sheet("facts", ("region", "year", "indicator", "value", "unit", "status", "source"),
              ("上海", 2023, "disposable_income_pc", "8.5万元", "元", "observed", "年鉴"),
              ("江苏", 2023, "rd_intensity", "3.2%", "%", "observed", "年鉴")),
        "E214", "!facts!D2", "8.5万元", **ASIDE),
    "per cent among fractions": Defect(
        sheet("tasks", ("area", "year", "no", "matter", "lead", "deadline", "progress"),
              ("长三角", 2023, "1", "事", "厅", "2023-12-31", 0.5),
              ("长三角", 2023, "2", "事", "厅", "2023-12-31", 35)),
        "E227", "!tasks!G3", "35", **ASIDE),
    "indices without their base": Defect(
        sheet("prices", ("region", "period", "commodity", "index", "basket"),
              ("上海", "2022", "grain", 101.9, "consumer")), "E209", "!prices!row 1", "没有写明", **ASIDE),
    "another currency": Defect(
        sheet("trade", ("年份", "售出地", "购入地", "行业", "金额（亿港元）", "计价", "双边数据的来历"),
              (2023, "上海", "江苏", "工业", 5.0, "basic", "register")), "E210", "!trade!E2", "亿港元", **ASIDE),
    "more recognised than there is": Defect(
        sheet("ratios", ("indicator", "a", "b", "period", "numerator", "denominator", "obligation"),
              ("recognised", "上海", "江苏", "2023", 60, 52, "清单")), "E225", "!ratios!E2", "60", **ASIDE),
    "shares that are no whole": Defect(
        sheet("concordance", ("from", "to", "weight"), ("23", "a", 0.6), ("23", "b", 0.3)),
        "E226", "!concordance!C2", "0.9", **ASIDE),
    "holdings above one": Defect(
        sheet("firms", ("parent_unit", "child_unit", "from", "kind", "share_held", "industry", "origin", "destination"),
              ("F1", "F3", "2020-01-01", "equity", 0.6, "C36", "上海", "安徽"),
              ("F2", "F3", "2020-01-01", "equity", 0.6, "C36", "江苏", "安徽")), "E226", "!firms!E2", "1.2", **ASIDE),
    "commas at the wrong places": Defect(moved(put(E4="12,34")), "E228", "!迁移!E4", "12,34"),
    "a jump between years": Defect(
        sheet("panel", FACTS, *over_years(1.0, 1.1, 30.0, 31.0)), "E229", "!panel!D4", "30", **ASIDE),
    # Names
    "a name misspelt": Defect(moved(put(B3="江蘓省")), "E301", "!迁移!B3", "江蘓省"),
    "the corps for Xinjiang": Defect(moved(put(C3="新疆生产建设兵团")), "E301", "!迁移!C3", "兵团"),
    "a foreign country": Defect(moved(put(C3="法兰西")), "E301", "!迁移!C3", "法兰西"),
    "a misspelt name in Parquet": Defect(
        stored(origin=["江蘓", *(row[1] for row in migration()[1:])]), "E301", "!row 1, column origin", "江蘓",
        asked=MOVES),
    "a misspelt name in GB18030": Defect(
        text(swap(3, "江苏", "江蘓"), "gb18030"), "E301", "!line 4, column 来源地", "江蘓", asked=MOVES),
    "an area that the set does not register": Defect(two_areas, "E301", "b.xlsx!membership!A2", "r2", **ASIDE),
    "a city among provinces": Defect(moved(put(B3="吉林市")), "E302", "!迁移!B3", "吉林市"),
    "a province with its city": Defect(moved(put(C3="四川省成都市")), "E302", "!迁移!C3", "四川省成都市"),
    "a district of many cities": Defect(
        sheet("facts", FACTS, *one_year("鼓楼区", "玄武区", "秦淮区", "建邺区")), "E304", "!facts!A2", "鼓楼区",
        **ASIDE),
    "a code beside another name": Defect(
        sheet("facts", ("行政区划代码", *FACTS), *((code, *row) for code, row in zip(
            ("310000", "330000", "340000"), one_year("上海", "江苏", "安徽"), strict=True))),
        "E305", "!facts!A3", "330000", **ASIDE),
    "a city that was merged away": Defect(
        sheet("facts", FACTS, *one_year("济南市", "青岛市", "莱芜市")), "E306", "!facts!A4", "莱芜市", **ASIDE),
    "a city before it was one": Defect(
        sheet("facts", FACTS, *one_year("米林市", "拉萨市城关区", "乃东区", year=2015)), "E306", "!facts!A2", "米林市",
        **ASIDE),
    "a sector that is none": Defect(
        sheet("employment", ("region", "year", "sector", "group", "persons"), ("上海", 2020, "炼金业", "all", 5.0)),
        "E311", "!employment!C2", "炼金业", **ASIDE),
    "a commodity that is none": Defect(
        prices(("2022", "grain", 101.0), ("2022", "琥珀", 102.0)), "E312", "!prices!C3", "琥珀", **ASIDE),
    "an indicator that is none": Defect(
        sheet("facts", FACTS, ("上海", 2023, "gdpp", 1.0, "亿元", "user", "own")), "E313", "!facts!C2", "gdpp",
        **ASIDE),
    "a choice that is none": Defect(moved(put(F4="三年前")), "E314", "!迁移!F4", "三年前"),
    "neither yes nor no": Defect(
        sheet("distances", (*DISTANCES, "directed"), ("上海", "江苏", "road", "km", 2023, 300.0, "大概")),
        "E314", "!distances!G2", "大概", **ASIDE),
    # Keys and coverage
    "a row twice": Defect(moved(again(None)), "E401", "!迁移!A8", "310000"),
    "a row twice in text": Defect(
        text(lambda lines: lines.append(lines[2]), mark=";"), "E401", "!line 8, column year", "310000", asked=MOVES),
    "a row twice with other values": Defect(moved(again(5.0)), "E402", "!迁移!A8", "310000"),
    "one region under two names": Defect(moved(put(B5="上海市", C5="浙江")), "E303", "!迁移!B5", "上海市",
                                         besides=("E405",)),
    "a region missing": Defect(sheet("facts", FACTS, *one_year(*ONLY_30)), "E403", "!facts!A2", "30个地区"),
    "a year in Chinese numerals": Defect(moved(put(A4="二〇二〇")), "E404", "!迁移!A4", "二〇二〇"),
    "two years in a cell": Defect(moved(put(A4="2019-2020")), "E404", "!迁移!A4", "2019-2020"),
    "a year missing": Defect(
        sheet("panel", FACTS, *(row for year in (2021, 2022, 2023) for row in one_year(year=year)
                                if (row[0], year) != ("浙江", 2022))), "E404", "!panel!B2", "浙江"),
    "no figure for a region": Defect(
        sheet("2-1", ["2023年地区生产总值（亿元）"], ["地区", "地区生产总值"],
              *([name, "-" if name == "河南" else 1000.0 + at] for at, name in enumerate(EVERY))),
        "E403", "!2-1!B18", "30个地区"),
    "trade without use at home": Defect(
        sheet("trade", TRADE, *((2023, a, b, "industry", 5.0, "basic", "survey") for a in THREE for b in THREE
                                if a != b)), "E405", "!trade!C2", "上海、江苏、浙江"),
    "a pair missing": Defect(moved(lambda page: page.delete_rows(5)), "E405", "!迁移!B2", "1对"),
    "a province among its cities": Defect(
        sheet("facts", FACTS, *one_year("四川省", "成都市", "绵阳市")), "E406", "!facts!A2", "四川省", **ASIDE),
    "provinces with figures over their cities": Defect(
        wide(*YEARS, ["四川省", 9.0, 9.0], ["成都市", 5.0, 5.0], ["绵阳市", 4.0, 4.0]),
        "E406", "!2-1!A4", "四川省", **ASIDE),
    "a month in a column of years": Defect(moved(put(A4="2020年5月")), "E407", "!迁移!A4", "2020年5月"),
    "a quarter among years of a wide sheet": Defect(
        wide(["地区生产总值"], ["单位：亿元"], ["地区", 2022, "2023年1季度"], *BODY), "E407", "!2-1!C3", "2023年1季度",
        **ASIDE),
    "months and years in one column": Defect(
        prices(("2021", "grain", 101.0), ("2022", "grain", 101.0), ("2023-05", "grain", 102.0)),
        "E407", "!prices!B4", "2023-05", **ASIDE),
    "a time that is none": Defect(prices(("去年", "grain", 101.0)), "E407", "!prices!B2", "去年", **ASIDE),
    "a source that the set does not register": Defect(two_tables, "E408", "b.xlsx!facts!G2", "own2",
                                                      besides=("E408", "E408"), **ASIDE),
    "tasks that wait for one another": Defect(
        sheet("tasks", ("area", "year", "no", "matter", "lead", "deadline", "waits_for"),
              *(("长三角", 2023, no, "事", "厅", "2023-12-31", after) for no, after in (("1", "2"), ("2", "1")))),
        "E410", "!tasks!G2", "1、2", **ASIDE),
    "an end before its start": Defect(
        sheet("policies", ("policy", "issuer", "title", "level", "issued", "effective", "text"),
              ("p1", "省政府", "办法", "provincial", "2023-05-01", "2023年4月", "条文")),
        "E411", "!policies!F2", "2023-04", **ASIDE),
    "classes that change on the way": Defect(
        prices(("2014", "grain", 101.0), ("2014", "eggs", 101.0), ("2015", "grain", 101.0), ("2015", "fruit", 101.0)),
        "E412", "!prices!C4", "缺少 eggs", **ASIDE),
    "old and new classes in one year": Defect(
        prices(("2016", "food_old", 101.0), ("2016", "food_tobacco_new", 101.0)), "E412", "!prices!C2", "food_old",
        **ASIDE),
    "an input-output table of one region": Defect(
        sheet("浙江", ["浙江省投入产出表"], ["单位：万元"],
              ["投入＼产出", "工业", "服务业", "出口", "国内省外流出", "总产出"],
              ["工业", 5, 3, 2, 4, 14], ["服务业", 2, 6, 1, 1, 10]), "E111", "!浙江", "省外流出", **ASIDE),
    "two baskets of prices": Defect(
        sheet("prices", ("region", "period", "commodity", "index", "base", "basket"),
              *((name, "2023", "grain", 101.0, "previous_year", basket) for name, basket in (
                  ("上海", "consumer"), ("江苏", "retail"), ("浙江", "consumer")))), "E413", "!prices!F3", "retail",
        **ASIDE),
    # Identities
    "a total that is not the sum": Defect(wide(*YEARS, ["合计", 40.0, 63.0], *BODY), "E502", "!2-1!B4", "40", **ASIDE),
    "distances that differ by direction": Defect(
        sheet("distances", DISTANCES, ("上海", "江苏", "road", "km", 2023, 300.0),
              ("江苏", "上海", "road", "km", 2023, 320.0)), "E503", "!distances!F3", "320", **ASIDE),
    "a way round that is shorter": Defect(
        sheet("distances", DISTANCES, *(("上海", name, "road", "km", 2023, km) for name, km in (
            ("江苏", 100.0), ("浙江", 300.0))), ("江苏", "浙江", "road", "km", 2023, 100.0)), "E512", "!distances!F3",
        "300", **ASIDE),
    "industries that are not the product": Defect(
        sheet("panel", FACTS, *(("上海", 2023, name, value, "亿元", "user", "own") for name, value in (
            ("gdp", 61.0), ("gdp_primary", 10.0), ("gdp_secondary", 20.0), ("gdp_tertiary", 30.0)))),
        "E504", "!panel!D2", "61", **ASIDE),
    "taxes that are not the revenue": Defect(
        sheet("fiscal_accounts", FISCAL, *(("上海", 2023, "general_budget", item, value, "own_level")
              for item, value in (("tax_revenue", 105.0), ("vat", 40.0), ("corporate_income_tax", 30.0),
                                  ("personal_income_tax", 20.0), ("other_taxes", 10.0)))),
        "E504", "!fiscal_accounts!E2", "105", **ASIDE),
    "a value per head of other people": Defect(
        sheet("panel", FACTS, ("上海", 2023, "gdp", 1000.0, "亿元", "user", "own"),
              ("上海", 2023, "gdp_per_capita", 110_000.0, "元", "user", "own"),
              ("上海", 2023, "resident_population", 100.0, "万人", "user", "own")),
        "E505", "!panel!D3", "110000", **ASIDE),
    "an invented value among others": Defect(
        sheet("fiscal_accounts", (*FISCAL, "status"), *(("上海", 2023, "general_budget", item, 1.0, "own_level", status)
              for item, status in (("vat", "demonstration"), ("non_tax", "observed")))),
        "E509", "!fiscal_accounts!G2", "演示", **ASIDE),
    "an account of another scope": Defect(
        sheet("fiscal_accounts", FISCAL, *((name, 2023, "general_budget", "vat", 1.0, scope) for name, scope in (
            ("上海", "whole_territory"), ("江苏", "whole_territory"), ("浙江", "own_level")))),
        "E510", "!fiscal_accounts!F4", "own_level", **ASIDE),
    "pairs whose origin is not told": Defect(
        sheet("trade", ("year", "origin", "destination", "sector", "value", "valuation"),
              (2023, "上海", "江苏", "industry", 5.0, "basic")), "E511", "!trade!row 1", "made_by", **ASIDE),
}  # fmt: skip

NOT_OF_A_SHEET = {"E107", "E108", "E501", "E506", "E507", "E508"}
"""Told of a mapping, of a table of several regions and sectors, or of a loaded set."""

QUOTED = re.compile(r'"[^"]*"')
NAMED = re.compile(r"[一-鿿]+ (?=[A-Z][\w' ,.-]+ \d{6})")


def looked(defect: Defect, path: Path) -> CheckReport:
    table = {"table": "migration"} if path.stem == "表" and "迁移" in defect.place else {}
    return check(path, **(table | defect.asked))


def test_there_are_sixty_kinds_and_every_code_of_a_sheet() -> None:
    assert len(DEFECTS) >= 60
    known = {key.partition("_")[0] for key in catalogue("faults") if key.startswith("E")}
    known = {code for code in known if not code.startswith("E6")}
    assert known - NOT_OF_A_SHEET - {defect.code for defect in DEFECTS.values()} == set()


@pytest.mark.parametrize("name", DEFECTS)
def test_the_defect_is_found_at_its_cell_and_nothing_else_is(tmp_path: Path, name: str) -> None:
    defect = DEFECTS[name]
    path = defect.build(tmp_path)
    report = looked(defect, path)
    told = [fault for fault in report.faults if fault.severity != "note"]
    shown = [(fault.code, fault.place, fault.read.zh) for fault in told]
    place = defect.place if path.is_dir() else f"{path.name}{defect.place}"
    here = [fault for fault in told if (fault.code, fault.place) == (defect.code, place)]
    assert here, shown
    assert defect.read in here[0].read.zh, shown
    assert sorted(fault.code for fault in told) == sorted([defect.code, *defect.besides]), shown
    for fault in report.faults:
        assert in_both(fault)
        for words in (fault.read.en, fault.expected.en, fault.remedy.en):
            left = NAMED.sub("", QUOTED.sub("", words))
            assert not re.search("[一-鿿]", left), words


@pytest.mark.parametrize("name", DEFECTS)
def test_nothing_is_mended(tmp_path: Path, name: str) -> None:
    defect = DEFECTS[name]
    path = defect.build(tmp_path)
    files = [path] if path.is_file() else sorted(path.iterdir())
    before = [file.read_bytes() for file in files]
    report = looked(defect, path)
    assert [file.read_bytes() for file in files] == before
    for read in report.reads:
        for fault in report.errors:
            for column, values in read.columns.items():
                at = [row for row in range(len(read)) if read.place(row, column) == fault.place]
                if fault.code in LOST:
                    assert all(values[row] is None for row in at), (column, fault.code)


LOST = {"E118", "E201", "E220", "E206", "E208", "E221", "E222", "E223", "E224", "E228", "E302", "E304", "E311", "E312",
        "E313", "E314", "E406"}  # fmt: skip
"""Codes of cells that cannot be read: what stands there is no value, and no other is put in its place."""


def test_all_defects_of_a_workbook_are_found_in_one_run(tmp_path: Path) -> None:
    def wrong(page: Worksheet) -> None:
        put(A3="2020年5月", B4="江蘓省", C5="吉林市", E2="12,34", E6=-1.0, E7="=1+1", F3="三年前", H1="备注栏", H2="x")(
            page
        )
        page.append([2020, "上海", "江苏", "全部", 7.0, "五年前常住地"])
        more = page.parent.create_sheet("2-1")
        for row in (*YEARS, ["合计", 99.0, 63.0], *BODY):
            more.append(row)
        more["C7"] = "#N/A"
        page.parent.create_sheet("一").append(["甲", "乙"])

    path = moves(tmp_path / "表.xlsx", wrong)
    report = check(path, **LOOSE)
    told = {(fault.code, fault.place.partition("!")[2]) for fault in report.faults if fault.severity != "note"}
    assert told == {
        ("E407", "迁移!A3"), ("E301", "迁移!B4"), ("E302", "迁移!C5"), ("E228", "迁移!E2"), ("E224", "迁移!E6"),
        ("E118", "迁移!E7"), ("E314", "迁移!F3"), ("E116", "迁移!H1"), ("E402", "迁移!A8"),
        ("E502", "2-1!B4"), ("E222", "2-1!C7"),
    }  # fmt: skip


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["words for a number", "a bomb", "a province among its cities"])
def test_the_command_exits_with_3(tmp_path: Path, name: str, lang: str) -> None:
    defect = DEFECTS[name]
    path = defect.build(tmp_path)
    done = subprocess.run(
        [sys.executable, "-m", "ronghe", "check", str(path), "--lang", lang, "--allow-missing"],
        capture_output=True, text=True, encoding="utf-8", env=dict(os.environ),
    )  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert f"{defect.code} {path.name}{defect.place}" in done.stdout
    assert "Traceback" not in done.stderr


def test_every_pair_of_the_small_table_is_there() -> None:
    assert len(PAIRS) == 6
