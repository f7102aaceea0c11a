"""What an indicator and a year can be: signs, limits, four digits."""

from __future__ import annotations

from pathlib import Path

import pytest
from workbooks import at, book, codes, in_both

from ronghe.data.facts import read_facts
from ronghe.data.intake.checkup import check
from ronghe.data.intake.vocabulary import indicators, limits

FACTS = ("region", "year", "indicator", "value", "unit", "status", "source")
LIST = ("indicator", "zh", "en", "unit", "nature", "additive", "min", "max")


def test_every_indicator_has_limits_and_the_embedded_figures_keep_them() -> None:
    assert limits().keys() == indicators().keys()
    for rows in read_facts().tables.values():
        for indicator, value in rows.rows("indicator", "value") if {"indicator", "value"} <= set(rows.columns) else ():
            least, most = limits().get(indicator, (None, None))
            assert value is None or least is None or value >= least
            assert value is None or most is None or value <= most


@pytest.mark.parametrize(
    ("indicator", "value", "unit", "code"),
    [("resident_population", -5.0, "万人", "E224"), ("disposable_income_pc", -3.0, "元", "E224"),
     ("gdp", -100.0, "亿元", "E224"), ("gdp", -100.0, "万元", "E224"), ("gas_coverage", 101.0, "%", "E225"),
     ("resident_population", 4_000_000_000.0, "人", "E225")],
)  # fmt: skip
def test_a_figure_that_cannot_be_is_told(tmp_path: Path, indicator: str, value: float, unit: str, code: str) -> None:
    row = ("上海", 2023, indicator, value, unit, "user", "own")
    report = check(book(tmp_path / "f.xlsx", [FACTS, row], sheet="facts"), allow_missing=True)
    assert codes(report) == [code]
    assert at(report, code) == ["D2"]
    assert report.reads[0].columns["value"] == [None]
    assert all(in_both(fault) for fault in report.faults)


def test_a_list_of_ones_own_states_limits(tmp_path: Path) -> None:
    own = ("balance", "收支差额", "Balance", "亿元", "flow", "是", -50, 50)
    book(tmp_path / "a.xlsx", [LIST, own], sheet="indicators")
    rows = [
        ("上海", 2023, "balance", -20.0, "亿元", "user", "own"),
        ("江苏", 2023, "balance", 70.0, "亿元", "user", "own"),
    ]
    book(tmp_path / "b.xlsx", [FACTS, *rows], sheet="facts")
    report = check(tmp_path, allow_missing=True)
    assert at(report, "E225") == ["D3"]
    assert codes(report) == ["E225"]


@pytest.mark.parametrize("years", [(23, 2023), (23, 24), ("98年", 2023)])
def test_a_year_has_four_digits(tmp_path: Path, years: tuple[object, object]) -> None:
    rows = [("上海", year, "gdp", 5.0, "亿元", "user", "own") for year in years]
    report = check(book(tmp_path / "f.xlsx", [FACTS, *rows], sheet="facts"), allow_missing=True)
    assert set(codes(report)) == {"E404"}
    assert at(report, "E404")[0] == "B2"


def test_a_set_of_regions_of_its_own_may_count_its_years(tmp_path: Path) -> None:
    regions = [("D01", "own", "unit", "示范01", "示一", "One"), ("D02", "own", "unit", "示范02", "示二", "Two")]
    head = ("code", "code_system", "level", "name_zh", "short_zh", "name_en")
    book(tmp_path / "a.xlsx", [head, *regions], sheet="regions")
    rows = [("D01", year, "gdp", 5.0, "亿元", "user", "own") for year in (1, 2, 3)]
    book(tmp_path / "b.xlsx", [FACTS, *rows], sheet="facts")
    assert codes(check(tmp_path, allow_missing=True)) == []
    book(tmp_path / "b.xlsx", [FACTS, *rows, ("D02", 2023, *rows[0][2:])], sheet="facts")
    assert set(codes(check(tmp_path, allow_missing=True))) == {"E404"}
