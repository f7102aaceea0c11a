"""Rows held against one another, within a table, across its sheets and between two tables."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from workbooks import at, book, codes, in_both

from ronghe.data.intake.checkup import check
from ronghe.data.intake.reports import CheckReport

Rows = tuple[tuple[Any, ...], ...]


def looked(folder: Path, **tables: Rows) -> CheckReport:
    """Check a folder with a workbook a table; one that ends in a digit is a further sheet of its table."""
    for name, rows in tables.items():
        book(folder / f"{name}.xlsx", rows, sheet=name.rstrip("0123456789"))
    return check(folder, allow_missing=True)


def told(report: CheckReport) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for fault in report.faults:
        assert in_both(fault)
        if fault.severity != "note" or fault.code.startswith("N008"):
            found.setdefault(fault.code, []).append(fault.place.rpartition("!")[2])
    return found


ADJACENT = ("a", "b", "kind")
MEMBER = ("area", "region", "from", "to", "coverage", "status")
PLATES = ("area", "name_zh", "name_en", "short_zh", "kind", "status")
PATENTS = ("year", "origin", "destination", "kind", "field", "count")
BASIS = ("step", "actor", "instrument", "article", "status", "quotation")
PRICES = ("region", "period", "commodity", "index", "base", "basket")
KM = ("origin", "destination", "mode", "measure", "year", "value", "directed")
DAYS = ("matter", "region", "party", "period", "days_median", "cases")
STATIONS = ("station", "pollutant", "period", "value", "unit", "run_by")
REGIONS = ("code", "code_system", "level", "name_zh", "short_zh", "name_en", "parent", "valid_to", "successor")


def triangle(*km: float, measure: str = "km") -> Rows:
    pairs = (("上海", "江苏"), ("江苏", "浙江"), ("上海", "浙江"))
    return (KM, *((*pair, "road", measure, 2023, value, None) for pair, value in zip(pairs, km, strict=True)))


def region(code: str, parent: str, end: str = "", successor: str = "") -> tuple[str, ...]:
    return (code, "own", "unit", f"地{code}", f"{code}地", f"Land {code}", parent, end, successor)


WRONG = {
    "a border with itself": ("adjacency", (ADJACENT, ("上海", "上海", "land")), "E401", "B2"),
    "a border listed from both sides": (
        "adjacency", (ADJACENT, ("上海", "江苏", "land"), ("江苏", "上海", "land")), "E401", "A3"),
    "one membership twice at one time": (
        "membership", (MEMBER, ("长三角", "上海", "2019-01-01", "", "full", "recalled"),
                       ("yrd", "上海", "2020-01-01", "", "full", "recalled")), "E402", "A3"),
    "two plates of one region": (
        "membership", (MEMBER, ("east", "上海", "2019-01-01", "", "full", "recalled"),
                       ("中部", "上海", "2019-01-01", "", "full", "recalled")), "E402", "A3"),
    "patents held together that differ by direction": (
        "knowledge_flows", (PATENTS, (2023, "上海", "江苏", "copatent", "", 10),
                            (2023, "江苏", "上海", "copatent", "", 12)),
        "E503", "F3"),
    "a verified basis without its words": (
        "legal_basis", (BASIS, ("立案", "办公室", "条例", "第一条", "verified", "")), "E221", "F2"),
    "an article where there is no basis": (
        "legal_basis", (BASIS, ("立案", "办公室", "无", "第一条", "none", "")), "E225", "D2"),
    "two bases of prices": (
        "prices", (PRICES, *((name, "2023", "grain", 101.0, base, "consumer") for name, base in (
            ("上海", "previous_year"), ("江苏", "previous_year"), ("浙江", "previous_month")))), "E413", "E4"),
    "a distance to itself": ("distances", (KM, ("上海", "上海", "road", "km", 2023, 30.0, None)), "E225", "F2"),
    "a way round that is shorter": ("distances", triangle(100.0, 100.0, 300.0), "E512", "F4"),
    "two units of a pollutant": (
        "monitors", (STATIONS, *((name, "NH3-N", "2023-01", 0.5, unit, "state") for name, unit in (
            ("甲", "mg/L"), ("乙", "mg/L"), ("丙", "μg/L")))), "E207", "E4"),
    "days of one side": ("durations", (DAYS, ("企业开办", "上海", "insider", "2023", 3.0, 10)), "N008", "C2"),
    "parents in a circle": ("regions", (REGIONS, region("A", "B"), region("B", "A")), "E410", "G2"),
    "an end without a successor": (
        "regions", (REGIONS, region("A", ""), region("B", "", "2019-01-01")), "E306", "I3"),
    "two names of one region": (
        "expenditure_accounts",
        (("region", "year", "household", "government", "fixed_capital", "inventories", "net_outflow", "vintage"),
         *((name, 2023, 10.0, 5.0, 8.0, 1.0, 2.0, "v") for name in ("内蒙古", "上海", "内蒙"))), "E303", "A4"),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_contradicts_itself_is_told_at_its_cell(tmp_path: Path, name: str) -> None:
    table, rows, code, place = WRONG[name]
    assert told(looked(tmp_path, **{table: rows})) == {code: [place]}


def test_what_agrees_is_not_told(tmp_path: Path) -> None:
    report = looked(
        tmp_path,
        adjacency=(ADJACENT, ("上海", "江苏", "land"), ("江苏", "浙江", "land")),
        membership=(
            MEMBER, ("长三角", "上海", "2019-01-01", "2020-01-01", "full", "recalled"),
            ("长三角", "上海", "2020-01-01", "", "full", "recalled"),
            ("长江经济带", "上海", "2014-01-01", "", "full", "recalled"),
            ("east", "上海", "2006-01-01", "", "full", "recalled"),
        ),
        knowledge_flows=(
            PATENTS, (2023, "上海", "江苏", "copatent", "", 10), (2023, "江苏", "上海", "copatent", "", 10),
            (2023, "上海", "江苏", "citation", "", 10), (2023, "江苏", "上海", "citation", "", 3),
        ),
        legal_basis=(BASIS, ("立案", "办公室", "条例", "第一条", "verified", "依法立案。"),
                     ("调解", "组", "无", "", "none", "")),
        distances=triangle(100.0, 100.0, 200.0),
        durations=(DAYS, *(("企业开办", "上海", party, "2023", 3.0, 10) for party in ("insider", "outsider"))),
    )  # fmt: skip
    assert told(report) == {}


def test_minutes_may_be_shorter_over_a_third_place(tmp_path: Path) -> None:
    assert told(looked(tmp_path, distances=triangle(30.0, 30.0, 90.0, measure="minutes"))) == {}


def test_own_plates_are_plates(tmp_path: Path) -> None:
    plates = (PLATES, *((key, f"{key}板块", f"Plate {key}", key, "plate", "recalled") for key in ("p1", "p2")))
    rows = (MEMBER, *((key, "上海", "2019-01-01", "", "full", "recalled") for key in ("p1", "p2板块")))
    assert told(looked(tmp_path, areas=plates, membership=rows)) == {"E402": ["A3"]}


FACTS = ("地区", "年份", "指标", "数值", "单位", "性质", "数据来源")


def year(number: int, value: float, name: str = "gdp") -> tuple[Any, ...]:
    return ("上海", number, name, value, "亿元", "user", "own")


def test_a_scale_apart_is_seen_across_sheets(tmp_path: Path) -> None:
    report = looked(
        tmp_path,
        panel1=(FACTS, year(2020, 38_000.0), year(2021, 43_000.0)),
        panel2=(FACTS, year(2022, 446_500_000.0), year(2023, 47_200.0)),
    )
    assert at(report, "E214") == ["D2"]
    assert [fault.place.split("!")[0] for fault in report.errors] == ["panel2.xlsx"]


def test_industries_on_another_sheet_add_up(tmp_path: Path) -> None:
    parts = (("gdp_primary", 10.0), ("gdp_secondary", 20.0), ("gdp_tertiary", 30.0))
    rows = (FACTS, *(year(2023, value, name) for name, value in parts))
    report = looked(tmp_path, panel=(FACTS, year(2023, 61.0)), facts=rows)
    assert at(report, "E504") == ["D2"]
    assert codes(report) == ["E504"]


def test_scopes_are_one_across_sheets(tmp_path: Path) -> None:
    head = ("region", "year", "account", "item", "value", "scope")
    row = (2023, "general_budget", "vat", 100.0)
    report = looked(
        tmp_path,
        fiscal_accounts1=(head, *((name, *row, "own_level") for name in ("上海", "江苏"))),
        fiscal_accounts2=(head, ("浙江", *row, "whole_territory")),
    )
    assert at(report, "E510") == ["F2"]


def test_players_of_another_table(tmp_path: Path) -> None:
    flows = (("affair", "payer", "beneficiary", "share", "status"), ("河", "安徽", "浙江", 0.5, "assumed"))
    head = ("affair", "region", "year", "effort", "cost", "benefit", "status", "source")
    players = (head, ("河", "安徽", 2023, 1.0, 10.0, 1.0, "assumed", ""))
    assert told(looked(tmp_path, affair_flows=flows)) == {}
    assert told(looked(tmp_path, affair_flows=flows, affair_players=players)) == {"E301": ["C2"]}


def test_a_published_cost_has_a_source(tmp_path: Path) -> None:
    head = ("affair", "region", "year", "effort", "cost", "benefit", "status", "source")
    rows = (
        head,
        ("河", "安徽", 2023, 1.0, 10.0, 1.0, "observed", ""),
        ("河", "浙江", 2023, 0.0, 0.0, 1.0, "assumed", ""),
    )
    assert told(looked(tmp_path, affair_players=rows)) == {"E408": ["G2"]}
