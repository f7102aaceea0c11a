"""Sheets as yearbooks print them: no error, no warning, the right notes and the right figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from workbooks import codes

from ronghe.base.region import provinces
from ronghe.data.intake.checkup import check
from ronghe.data.intake.mapping import SheetMap, as_mapping, read_mapping
from ronghe.data.intake.reports import CheckReport

EVERY = [one.short_zh for one in provinces()[:31]]
PLATES = {"东部地区": EVERY[:3] + EVERY[8:11] + EVERY[12:13] + EVERY[14:15] + EVERY[18:19] + EVERY[20:21]}


@dataclass(frozen=True)
class Clean:
    """One sheet that is as it should be.

    Attributes
    ----------
    rows : sequence of rows
    merged : tuple of str
        Ranges.
    name : str
        Of the sheet.
    table : str
        What it must be taken for.
    count : int
        Rows that must be read.
    values : mapping of key to value
        Some of them: region, year and indicator, or origin and destination.
    notes : set of str
        Codes of the notes.
    stated : mapping
        What a mapping states.
    asked : mapping
    """

    rows: Sequence[Sequence[Any]]
    count: int
    values: Mapping[tuple[Any, ...], float]
    merged: tuple[str, ...] = ()
    name: str = "2-1"
    table: str = "panel"
    notes: frozenset[str] = frozenset()
    stated: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, Any] = field(default_factory=dict)


def spaced(name: str) -> str:
    """Return a name of two characters as yearbooks set it: 北　京."""
    return "　".join(name) if len(name) == 2 else name


def national(*, total: bool = True) -> list[list[Any]]:
    """Return rows of all provinces, in groups, with figures that add up."""
    rows: list[list[Any]] = [[spaced(name), f"{1000 + at:,}.50", 50_000 + at] for at, name in enumerate(EVERY)]
    whole = sum(1000.5 + at for at in range(31))
    return [["全　国", f"{whole:,.2f}", 51_000], *rows] if total else rows


TWO = ["上海", "江苏"]
SHEETS: dict[str, Clean] = {
    "中国统计年鉴 3-9: product and the three industries by their short names": Clean(
        [["3-9 地区生产总值 (2023年)"], ["单位：亿元"], ["地　区", "地区生产总值", "第一产业", "第二产业", "第三产业"],
         *([spaced(name), 600.0 + 3 * at, 100.0 + at, 200.0 + at, 300.0 + at] for at, name in enumerate(EVERY)),
         ["注：①本表数据为初步核算数。"]],
        124, {("110000", 2023, "gdp_primary"): 100.0, ("110000", 2023, "gdp"): 600.0}, notes=frozenset({"N002"})),
    "中国统计年鉴 3-9: all provinces, total, commas, notes": Clean(
        [["3-9 2023年地区生产总值"], ["单位：亿元"], ["地　区", "地区生产总值", "人均地区生产总值（元）"], *national(),
         ["注：1.本表按当年价格计算。"], ["资料来源：国家统计局。"]],
        62, {("310000", 2023, "gdp"): 1008.5, ("110000", 2023, "gdp_per_capita"): 50_000.0},
        notes=frozenset({"N002", "N003"})),
    "中国统计年鉴 2-6: merged header of two rows": Clean(
        [["2-6 分地区年末常住人口"], ["单位：万人"], ["地区", "年末常住人口", None, None],
         [None, "2021年", "2022年", "2023年"],
         *[[spaced(name), 100 + at, 101 + at, 102 + at] for at, name in enumerate(EVERY)]],
        93, {("650000", 2023, "resident_population"): 132.0}, notes=frozenset({"N002"}),
        merged=("A1:D1", "A3:A4", "B3:D3")),
    "groups of regions between the rows": Clean(
        [["2023年地区生产总值（亿元）"], ["地区", "地区生产总值"], ["东部地区", None],
         ["上海", 10.0], ["江苏", 20.0], ["小计", 30.0], ["中部地区", 40.0], ["安徽", 40.0], ["合计", 70.0]],
        3, {("340000", 2023, "gdp"): 40.0}, notes=frozenset({"N003"}), asked={"allow_missing": True}),
    "full width digits, footnotes and one-character names": Clean(
        [["表１－１　２０２３年主要指标①"], ["地區", "地区生产总值②（亿元）"], ["沪", "４７，２１８．７"],
         ["蘇", "１２８２２２．２"],
         ["浙*", "82,553.2"], ["广　東", 135_673.2], ["注：①按当年价格计算。"], ["②初步核算数。"]],
        4, {("310000", 2023, "gdp"): 47218.7, ("440000", 2023, "gdp"): 135673.2}, notes=frozenset({"N002"}),
        asked={"allow_missing": True}),
    "浙江统计年鉴: one province, indicators in rows, years in columns": Clean(
        [["1-3 浙江省国民经济主要指标"], ["指　标", "单位", 2021, 2022, 2023],
         ["地区生产总值", "亿元", 74_040.8, 78_060.6, 82_553.2],
         ["　第一产业增加值", "亿元", 2_211.6, 2_324.8, 2_332.0],
         ["社会消费品零售总额", "亿元", 29_211, 30_467, 32_550], ["居民人均可支配收入", "元", 57_541, 60_302, 63_830],
         ["资料来源：浙江省统计局"]],
        12, {("330000", 2023, "gdp"): 82553.2, ("330000", 2021, "disposable_income_pc"): 57541.0},
        notes=frozenset({"N002"})),
    "one city, years in rows": Clean(
        [["杭州市历年主要指标"], ["年份", "地区生产总值（亿元）", "年末常住人口（万人）"],
         ["2021", 18_109.0, 1220.4], ["2022", 18_753.0, 1237.6], ["2023", 20_059.0, 1252.2]],
        6, {("330100", 2022, "gdp"): 18753.0}),
    "a city yearbook: cities under their provinces": Clean(
        [["2023年地级市地区生产总值"], ["单位：亿元"], ["城市", "地区生产总值"], ["浙江省", None],
         ["　杭州市", 20_059.0],
         ["　宁波市", 16_453.0], ["江苏省", None], ["　南京市", 17_421.0], ["　苏州市", 24_653.0]],
        4, {("320500", 2023, "gdp"): 24653.0}, notes=frozenset({"N002", "N003"})),
    "provinces and cities in two columns": Clean(
        [["2023年地区生产总值（亿元）"], ["省份", "城市", "地区生产总值"], ["浙江", "杭州市", 20_059.0],
         [None, "宁波市", 16_453.0],
         ["江苏", "南京市", 17_421.0], [None, "苏州市", 24_653.0]],
        4, {("330200", 2023, "gdp"): 16453.0}, merged=("A3:A4", "A5:A6")),
    "a list of counties": Clean(
        [["2022年县域地区生产总值"], ["单位：万元"], ["县（市）", "地区生产总值"], ["昆山市", 50_066_600],
         ["江阴市", 47_541_800],
         ["张家港市", 33_023_900], ["常熟市", 27_738_900]],
        4, {("320583", 2022, "gdp"): 5006.66}),
    "several indicators, each over its years": Clean(
        [["长三角主要指标"], ["地区", "地区生产总值（亿元）", None, "居民人均可支配收入（元）", None],
         [None, 2022, 2023, 2022, 2023],
         ["上海市", 44_809.0, 47_219.0, 79_610.0, 84_834.0], ["江苏省", 122_089.0, 128_222.0, 49_862.0, 52_674.0],
         ["浙江省", 78_061.0, 82_553.0, 60_302.0, 63_830.0], ["安徽省", 44_608.0, 47_051.0, 32_745.0, 34_893.0]],
        16, {("340000", 2023, "disposable_income_pc"): 34893.0}, merged=("A2:A3", "B2:C2", "D2:E2")),
    "regions and years in two columns": Clean(
        [["省份", "年份", "地区生产总值（亿元）", "专利授权数（件）"],
         *[[name, year, 100.0 + year, 5.0] for name in TWO for year in (2021, 2022)]],
        8, {("320000", 2022, "gdp"): 2122.0}),
    "人口普查 7-8: people by place of residence and place five years ago": Clean(
        [["7-8 全国按现住地、五年前常住地分的人口（2020年）"], ["单位：人"],
         ["现住地", "五年前常住地", None, None, None],
         [None, "合计", "北京", "天津", "河北"], ["合计", 66, 11, 19, 36],
         ["北　京", 23, "—", 11, 12], ["天　津", 14, 4, "—", 10], ["河　北", 29, 7, 8, 14]],
        9, {("120000", "110000"): 11.0}, merged=("A3:A4", "B3:E3"), name="migration", table="migration",
        notes=frozenset({"N002", "N003", "N011"}),
        stated={"group": "all", "definition": "last residence", "rows": "destination"},
        asked={"allow_missing": True}),
    "a matrix whose corner says which way it runs": Clean(
        [["2020年"], ["单位：人"],
         ["迁出地＼迁入地", *TWO, "浙江"], *[[name, 1.0, 2.0, 3.0] for name in (*TWO, "浙江")]],
        9, {("320000", "330000"): 3.0}, name="migration", table="migration",
        stated={"group": "all", "definition": "last residence"}),
    "an English sheet": Clean(
        [["Table 3-9 Gross regional product, 2023"], ["Unit: 100 million yuan"], ["Region", "Gross regional product"],
         ["National total", 175_441.0], ["Shanghai", "47,219"], ["Jiangsu", "128,222"],
         ["Note: at current prices."], ["Source: National Bureau of Statistics."]],
        2, {("310000", 2023, "gdp"): 47219.0}, notes=frozenset({"N002", "N003"})),
    "names and codes side by side, a serial number in front": Clean(
        [["2023年地区生产总值（亿元）"], ["序号", "地区", "行政区划代码", "地区生产总值"], [1, "上海", 310000, 10.0],
         [2, "江苏", 320000, 20.0]],
        2, {("320000", 2023, "gdp"): 20.0}),
    "two lines of English under the names of the columns": Clean(
        [["3-1 地区生产总值 Gross Regional Product"], ["单位：亿元"], ["地区", "2022", "2023"], ["Region", None, None],
         ["上海 Shanghai", 44_809, 47_219], ["江苏 Jiangsu", 122_089, 128_222]],
        4, {("310000", 2023, "gdp"): 47219.0}),
    "empty rows between the groups, a blank margin": Clean(
        [[None], [None, "2023年地区生产总值"], [None, None, None, "单位：亿元"], [None, "地区", "地区生产总值"],
         [None, "北京", 43_761.0],
         [None, "天津", 16_737.0], [None], [None, "上海", 47_219.0], [None, "江苏", 128_222.0]],
        4, {("120000", 2023, "gdp"): 16737.0}),
    "Tibet has no figure": Clean(
        [["2023年专利授权数"], ["单位：件"], ["地区", "专利授权数"], ["云南", 10], ["西藏", "…"], ["陕西", 20]],
        3, {("610000", 2023, "patents_granted"): 20.0}, notes=frozenset({"N011"})),
}  # fmt: skip


def made(path: Path, clean: Clean) -> Path:
    book = Workbook()
    page = book.active
    assert isinstance(page, Worksheet)
    page.title = clean.name
    for at, row in enumerate(clean.rows, start=1):
        for column, value in enumerate(row, start=1):
            page.cell(at, column).value = value
    for span in clean.merged:
        page.merge_cells(span)
    book.save(path)
    return path


def looked(path: Path, clean: Clean) -> CheckReport:
    stated = dict(clean.stated)
    maps = [SheetMap(rows=stated.pop("rows", ""), fixed=stated)] if stated else []
    return check(path, maps=maps, **clean.asked)


def figures(report: CheckReport) -> dict[tuple[Any, ...], float]:
    read = report.reads[0]
    pairs = read.schema.table == "migration"
    keys = ("origin", "destination") if pairs else ("region", "year", "indicator")
    value = read.columns["persons" if pairs else "value"]
    return dict(zip(zip(*(read.columns[key] for key in keys), strict=True), value, strict=True))


def test_there_are_more_than_ten() -> None:
    assert len(SHEETS) >= 10


@pytest.mark.parametrize("name", SHEETS)
def test_a_clean_sheet_raises_no_alarm(tmp_path: Path, name: str) -> None:
    clean = SHEETS[name]
    report = looked(made(tmp_path / "年鉴.xlsx", clean), clean)
    assert codes(report) == [], [fault.text.en for fault in report.faults]
    assert {fault.code for fault in report.faults} == clean.notes, [fault.text.en for fault in report.faults]
    assert [read.schema.table for read in report.reads] == [clean.table]
    assert len(report.reads[0]) == clean.count
    assert {key: figures(report)[key] for key in clean.values} == clean.values


@pytest.mark.parametrize("name", SHEETS)
def test_a_draft_of_what_was_found_reads_the_same(tmp_path: Path, name: str) -> None:
    clean = SHEETS[name]
    path = made(tmp_path / "年鉴.xlsx", clean)
    first = looked(path, clean)
    (tmp_path / "map.toml").write_text(as_mapping(read.taken for read in first.reads), encoding="utf-8")
    assert "range = " in (tmp_path / "map.toml").read_text(encoding="utf-8")
    again = check(path, maps=read_mapping(tmp_path / "map.toml"), **clean.asked)
    assert again.reads[0].columns == first.reads[0].columns
    assert again.faults == first.faults
    assert as_mapping(read.taken for read in again.reads) == as_mapping(read.taken for read in first.reads)
