"""Figures that stand in another unit than their neighbours: found in every table, told with the unit they look like."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from workbooks import at, book, codes, in_both

from ronghe.data.intake.checkup import check
from ronghe.data.intake.findings import Findings
from ronghe.data.intake.joined import Joined
from ronghe.data.intake.observations import Read
from ronghe.data.intake.reports import CheckReport
from ronghe.data.intake.scales import check_scales
from ronghe.data.intake.sheet import Sheet
from ronghe.data.schema import schema

TRADE = ("year", "origin", "destination", "sector", "value", "valuation", "made_by")
FISCAL = ("region", "year", "account", "item", "value", "scope")
FACTS = ("region", "year", "indicator", "value", "unit", "status", "source")
FOUR = ("上海", "江苏", "浙江", "安徽")


def told(path: Path, name: str, head: tuple[str, ...], *rows: tuple[Any, ...]) -> CheckReport:
    report = check(book(path / "t.xlsx", [head, *rows], sheet=name), table=name, allow_missing=True)
    assert all(in_both(fault) for fault in report.faults)
    return report


def flows(wrong: float, at_row: int = 9) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = [
        (year, a, b, "industry", 1000.0 + 10 * k + year - 2019, "basic", "survey")
        for year in (2019, 2020, 2021, 2022) for k, (a, b) in enumerate((a, b) for a in FOUR for b in FOUR)
    ]  # fmt: skip
    rows[at_row] = (*rows[at_row][:4], rows[at_row][4] * wrong, *rows[at_row][5:])
    return rows


@pytest.mark.parametrize(("by", "unit"), [(1e4, "万元"), (1e3, "十万元"), (1e-4, "万亿元"), (1e8, "元")])
def test_a_flow_a_scale_apart_is_told_with_its_unit(tmp_path: Path, by: float, unit: str) -> None:
    assert codes(told(tmp_path, "trade", TRADE, *flows(1.0))) == []
    report = told(tmp_path, "trade", TRADE, *flows(by))
    assert codes(report) == ["E214"]
    assert at(report, "E214") == ["E11"]
    assert f"疑为“{unit}”" in report.errors[0].expected.zh


def test_accounts_are_held_against_their_years_too(tmp_path: Path) -> None:
    rows = [(name, year, "general_budget", "vat", 100.0 + year - 2019, "own_level")
            for name in FOUR for year in range(2019, 2023)]  # fmt: skip
    assert codes(told(tmp_path, "fiscal_accounts", FISCAL, *rows)) == []
    rows[6] = (*rows[6][:4], 1_020_000.0, "own_level")
    assert at(told(tmp_path, "fiscal_accounts", FISCAL, *rows), "E214") == ["E8"]
    rows[6] = (*rows[6][:4], 2_500.0, "own_level")
    report = told(tmp_path, "fiscal_accounts", FISCAL, *rows)
    assert at(report, "E229")[0] == "E8"
    assert report.ok


def test_small_flows_may_come_and_go(tmp_path: Path) -> None:
    rows = flows(1.0)
    for year, value in enumerate((0.001, 2.0, 2.1, 1.9)):
        one = rows[16 * year + 9]
        rows[16 * year + 9] = (*one[:4], value, *one[5:])
    assert codes(told(tmp_path, "trade", TRADE, *rows)) == []


def provinces(**wrong: float) -> list[tuple[Any, ...]]:
    """Rows of four regions in one year; the first region's figures times what is named."""
    rows = []
    for at_region, name in enumerate(FOUR):
        parts = {"gdp_primary": 50.0 + at_region, "gdp_secondary": 4_000.0 * (1 + at_region), "gdp_tertiary": 6_000.0}
        gdp = sum(parts.values())
        people = 2_000.0 + 500 * at_region
        figures = {"gdp": gdp, **parts, "resident_population": people, "gdp_per_capita": gdp / people * 1e4}
        units = {"resident_population": "万人", "gdp_per_capita": "元"}
        rows += [(name, 2023, key, value * (wrong.get(key, 1.0) if at_region == 1 else 1.0), units.get(key, "亿元"),
                  "user", "own") for key, value in figures.items()]  # fmt: skip
    return rows


@pytest.mark.parametrize(
    ("name", "by", "cell"),
    [
        ("gdp", 1e4, "D8"), ("gdp", 1e-4, "D8"), ("gdp_primary", 1e3, "D9"), ("gdp_primary", 1e4, "D9"),
        ("gdp_secondary", 1e4, "D10"), ("resident_population", 1e-4, "D12"), ("gdp_per_capita", 1e-4, "D13"),
    ],
)  # fmt: skip
def test_siblings_show_which_figure_is_in_another_unit(tmp_path: Path, name: str, by: float, cell: str) -> None:
    assert codes(told(tmp_path, "panel", FACTS, *provinces())) == []
    report = told(tmp_path, "panel", FACTS, *provinces(**{name: by}))
    assert codes(report) == ["E214"], [fault.text.zh for fault in report.faults]
    assert at(report, "E214") == [cell]


def test_product_and_head_alone_show_it(tmp_path: Path) -> None:
    kept = ("gdp", "gdp_per_capita", "resident_population")
    rows = [row for row in provinces(gdp=1e4) if row[2] in kept]
    report = told(tmp_path, "panel", FACTS, *rows)
    assert codes(report) == ["E214"]
    assert at(report, "E214") == ["D5"]
    assert "疑为“万元”" in report.errors[0].expected.zh


def test_regions_alone_show_nothing(tmp_path: Path) -> None:
    rows = [row for row in provinces(gdp=1e4) if row[2] == "gdp"]
    assert codes(told(tmp_path, "panel", FACTS, *rows)) == []


def test_a_million_rows_take_seconds() -> None:
    count, years = 250_000, 4
    origin = [f"{k // 500:06d}" for k in range(count)] * years
    columns: dict[str, list[Any]] = {one.name: [None] * (count * years) for one in schema("trade").fields}
    columns |= {
        "year": [year for year in range(years) for _ in range(count)], "origin": origin,
        "destination": [f"{k % 500:06d}" for k in range(count)] * years, "sector": ["industry"] * (count * years),
        "value": np.random.default_rng(1).lognormal(3, 0.1, count * years).tolist(),
    }  # fmt: skip
    columns["value"][7] *= 1e4
    read = Read(schema("trade"), Sheet("t.parquet", "", ()), columns, list(range(count * years)), {})
    found, begun = Findings(), time.process_time()
    assert check_scales(Joined([read]), found) == {"value": frozenset({7})}
    assert time.process_time() - begun < 8.0
