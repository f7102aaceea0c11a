"""Figures that a sign says are missing: told once, counted as missing, kept with the kind of their sign."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from workbooks import at, book, codes, in_both

from ronghe.base.region import provinces
from ronghe.data.intake.checkup import check
from ronghe.data.intake.reports import CheckReport

EVERY = [one.short_zh for one in provinces()[:31]]
TRADE = ("year", "origin", "destination", "sector", "value", "valuation", "made_by")
FOUR = ("上海", "江苏", "浙江", "安徽")


def yearbook(path: Path, *rows: tuple[object, ...], heads: tuple[object, ...], **asked: object) -> CheckReport:
    """Return what is found in a sheet of GDP."""
    lines = [["地区生产总值"], ["单位：亿元"], ["地区", *heads], *rows]
    return check(book(path / "年鉴.xlsx", lines, sheet="2-1"), **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(("sign", "kind"), [("-", "not available"), ("…", "below unit"), ("n.a.", "not available")])
def test_a_region_with_a_sign_is_a_region_missing(tmp_path: Path, sign: str, kind: str) -> None:
    rows = [(name, sign if name == "河南" else 1000.0 + k) for k, name in enumerate(EVERY)]
    report = yearbook(tmp_path, *rows, heads=("2023年",))
    assert codes(report) == ["E403"]
    assert at(report, "E403") == at(report, "N011") == ["B19"]
    assert "河南" in report.errors[0].expected.zh
    assert report.reads[0].missing == {"value": {15: kind}}
    assert all(in_both(fault) for fault in report.faults)
    assert yearbook(tmp_path, *rows, heads=("2023年",), allow_missing=True).ok


def test_a_region_without_figures_in_many_years_is_told_once(tmp_path: Path) -> None:
    rows = [
        (name, *("…" if name == "西藏" else 1000.0 + k + year for year in range(5))) for k, name in enumerate(EVERY)
    ]
    report = yearbook(tmp_path, *rows, heads=(2019, 2020, 2021, 2022, 2023))
    assert codes(report) == ["E403"]
    assert [fault.read.zh for fault in report.faults if fault.code == "N011"] == ["“…”等5格"]


def test_a_year_with_a_sign_is_a_year_missing(tmp_path: Path) -> None:
    rows = [(name, 10.0 + k, "…" if name == "浙江" else 11.0 + k, 12.0 + k) for k, name in enumerate(FOUR)]
    report = yearbook(tmp_path, *rows, heads=(2021, 2022, 2023))
    assert at(report, "E404") == ["C6"]
    assert codes(report) == ["E404"]
    # A year in which none has a figure is not one that all should have.
    none = [(name, 10.0 + k, "…", 12.0 + k) for k, name in enumerate(FOUR)]
    assert codes(yearbook(tmp_path, *none, heads=(2021, 2022, 2023))) == []


def trade(path: Path, value: object, *, home: bool = True, **asked: object) -> CheckReport:
    rows = [
        (2023, a, b, "industry", value if a == "安徽" != b else 5.0, "basic", "survey")
        for a in FOUR for b in FOUR if home or a != b
    ]  # fmt: skip
    return check(book(path / "t.xlsx", [TRADE, *rows], sheet="trade"), **asked)  # type: ignore[arg-type]


def test_a_row_of_dashes_is_missing_trade(tmp_path: Path) -> None:
    assert codes(trade(tmp_path, 6.0)) == []
    report = trade(tmp_path, "—")
    assert at(report, "E405") == ["E14"]
    assert codes(report) == ["E405"]
    assert trade(tmp_path, "—", allow_missing=True).ok


def test_trade_without_use_at_home_is_told_or_declared(tmp_path: Path) -> None:
    report = trade(tmp_path, 6.0, home=False)
    assert codes(report) == ["E405"]
    assert "上海、江苏、浙江、安徽" in report.errors[0].read.zh
    assert in_both(report.errors[0])
    assert trade(tmp_path, 6.0, home=False, allow_missing=True).ok
    # Of some pairs alone the rest is estimated.
    rows = [(2023, a, b, "industry", 5.0, "basic", "survey") for a, b in pairwise(FOUR)]
    assert codes(check(book(tmp_path / "t.xlsx", [TRADE, *rows], sheet="trade"))) == []


def test_two_equal_headings_are_told_at_the_second(tmp_path: Path) -> None:
    report = yearbook(tmp_path, ("上海", 1.0, 2.0), ("江苏", 3.0, 3.0), heads=(2022, 2022), allow_missing=True)
    (fault,) = report.errors
    assert fault.code == "E117"
    assert fault.place.rpartition("!")[2][0] == "C"
    assert report.reads[0].columns["value"] == [1.0, 3.0]
