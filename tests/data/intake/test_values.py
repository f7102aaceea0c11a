"""Values held against one another: scales, jumps, sums, directions, dates, circles."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from workbooks import at, book, codes, in_both

from ronghe.data.intake.checkup import check
from ronghe.data.intake.reports import CheckReport

HEAD = ("地区", "年份", "指标", "数值", "单位", "性质", "数据来源")


def facts(path: Path, *rows: tuple[str, int, str, float, str]) -> CheckReport:
    body = [[*row, "user", "own"] for row in rows]
    return check(book(path / "f.xlsx", [HEAD, *body], sheet="panel"), table="panel", allow_missing=True)


def gdp(*figures: float, unit: str = "亿元") -> list[tuple[str, int, str, float, str]]:
    return [("上海", 2018 + at, "gdp", value, unit) for at, value in enumerate(figures)]


@pytest.mark.parametrize(("wrong", "factor"), [(410_000_000.0, "10000"), (41.0, "1000"), (4.1e12, "1e+08")])
def test_a_value_a_scale_apart_is_told_and_not_converted(tmp_path: Path, wrong: float, factor: str) -> None:
    report = facts(tmp_path, *gdp(38_000.0, 39_000.0, wrong, 43_000.0))
    told = [fault for fault in report.faults if fault.code == "E214"]
    assert [fault.place.rpartition("!")[2] for fault in told] == ["D4"]
    assert factor in told[0].expected.en
    assert report.reads[0].columns["value"][2] == wrong
    assert all(in_both(fault) for fault in report.faults)


def test_a_jump_is_a_warning(tmp_path: Path) -> None:
    report = facts(tmp_path, *gdp(1.0, 1.1, 30.0, 31.0))
    assert codes(report) == ["E229"]
    assert report.ok


def test_industries_must_add_up_to_gdp(tmp_path: Path) -> None:
    def rows(total: float) -> list[tuple[str, int, str, float, str]]:
        parts = {"gdp": total, "gdp_primary": 10.0, "gdp_secondary": 20.0, "gdp_tertiary": 30.0}
        return [("上海", 2023, name, value, "亿元") for name, value in parts.items()]

    assert codes(facts(tmp_path, *rows(60.1))) == []
    # A sheet printed in whole numbers is off by their rounding; round figures do not hide what is missing.
    whole = {"gdp": 52_701.0, "gdp_primary": 1_203.0, "gdp_secondary": 21_144.0, "gdp_tertiary": 30_353.0}
    assert codes(facts(tmp_path, *(("上海", 2023, name, value, "亿元") for name, value in whole.items()))) == []
    report = facts(tmp_path, *rows(61.0))
    assert at(report, "E504") == ["D2"]
    assert all(in_both(fault) for fault in report.faults)


def test_per_head_times_people_is_the_total(tmp_path: Path) -> None:
    def rows(each: float) -> list[tuple[str, int, str, float, str]]:
        return [("上海", 2023, "gdp", 1000.0, "亿元"), ("上海", 2023, "gdp_per_capita", each, "元"),
                ("上海", 2023, "resident_population", 100.0, "万人")]  # fmt: skip

    assert codes(facts(tmp_path, *rows(100_500.0))) == []
    report = facts(tmp_path, *rows(110_000.0))
    assert codes(report) == ["E505"]
    assert report.ok


def table(path: Path, name: str, head: tuple[str, ...], *rows: tuple[Any, ...]) -> CheckReport:
    return check(book(path / "t.xlsx", [head, *rows], sheet=name), table=name, allow_missing=True)


def test_undirected_distances_are_the_same_both_ways(tmp_path: Path) -> None:
    head = ("origin", "destination", "mode", "measure", "year", "value", "directed")
    there = ("上海", "江苏", "road", "km", 2023, 300.0)
    assert (
        codes(table(tmp_path, "distances", head, (*there, None), ("江苏", "上海", "road", "km", 2023, 300.5, None)))
        == []
    )
    wrong = table(tmp_path, "distances", head, (*there, None), ("江苏", "上海", "road", "km", 2023, 320.0, None))
    assert at(wrong, "E503") == ["F3"]
    fine = table(tmp_path, "distances", head, (*there, "是"), ("江苏", "上海", "road", "km", 2023, 320.0, "是"))
    assert codes(fine) == []


def test_an_end_is_not_before_its_start(tmp_path: Path) -> None:
    head = ("policy", "issuer", "title", "level", "issued", "effective", "text")
    good = ("p1", "省政府", "办法", "provincial", "2023-05-01", "2023-06", "条文")
    report = table(tmp_path, "policies", head, good, ("p2", *good[1:5], "2023年4月", "条文"))
    assert at(report, "E411") == ["F3"]
    assert all(in_both(fault) for fault in report.faults)


def test_a_circle_of_waiting_is_told(tmp_path: Path) -> None:
    head = ("area", "year", "no", "matter", "lead", "deadline", "waits_for")
    rows = [
        ("长三角", 2023, no, "事项", "某厅", "2023-12-31", after) for no, after in (("1", "2"), ("2", "1"), ("3", "1"))
    ]
    report = table(tmp_path, "tasks", head, *rows)
    assert len(at(report, "E410")) == 1
    assert all(in_both(fault) for fault in report.faults)


FISCAL = ("region", "year", "account", "item", "value", "scope")


def test_two_scopes_of_one_account_are_told(tmp_path: Path) -> None:
    rows = [
        (name, 2023, "general_budget", "tax_revenue", 100.0, "whole_territory") for name in ("上海", "江苏", "浙江")
    ]
    assert codes(table(tmp_path, "fiscal_accounts", FISCAL, *rows)) == []
    odd = ("安徽", 2023, "general_budget", "tax_revenue", 100.0, "own_level")
    report = table(tmp_path, "fiscal_accounts", FISCAL, *rows, odd)
    assert at(report, "E510") == ["F5"]
    assert all(in_both(fault) for fault in report.faults)
    # Another account is of a scope of its own.
    other = ("安徽", 2023, "government_funds", "land_sales", 100.0, "own_level")
    assert codes(table(tmp_path, "fiscal_accounts", FISCAL, *rows, other)) == []


def test_demonstration_values_stand_alone(tmp_path: Path) -> None:
    rows = [(name, 2023, "general_budget", "vat", 100.0, "own_level") for name in ("上海", "江苏")]
    head = (*FISCAL, "status")
    alone = table(tmp_path, "fiscal_accounts", head, *((*row, "demonstration") for row in rows))
    assert codes(alone) == []
    mixed = table(tmp_path, "fiscal_accounts", head, (*rows[0], "demonstration"), (*rows[1], "observed"))
    assert at(mixed, "E509") == ["G2"]
    assert all(in_both(fault) for fault in mixed.faults)


def test_demonstration_values_are_found_across_tables(tmp_path: Path) -> None:
    head = (*FISCAL, "status")
    row = ("上海", 2023, "general_budget", "vat", 100.0, "own_level")
    book(tmp_path / "a.xlsx", [head, (*row, "demonstration")], sheet="fiscal_accounts")
    book(tmp_path / "b.xlsx", [head, (row[0], 2022, *row[2:], "observed")], sheet="fiscal_accounts")
    report = check(tmp_path, allow_missing=True)
    assert [fault.place for fault in report.errors] == ["a.xlsx!fiscal_accounts!G2"]


@pytest.mark.parametrize(
    ("name", "head", "rows", "place"),
    [
        ("concordance", ("from", "to", "weight"), [("23", "industry", 0.6), ("23", "services", 0.3)], "C2"),
        ("concordance", ("from", "to", "weight"), [("23", "industry", 0.7), ("23", "services", 0.7)], "C2"),
        (
            "zoning",
            ("region", "valid_from", "function", "area_share", "document", "status"),
            [
                ("安徽", "2021-01-01", "ecological", 0.7, "规划", "observed"),
                ("安徽", "2021-01-01", "farm", 0.4, "规划", "observed"),
            ],
            "D2",
        ),
        (
            "firms",
            ("parent_unit", "child_unit", "from", "kind", "share_held", "industry", "origin", "destination"),
            [
                ("F1", "F3", "2020-01-01", "equity", 0.6, "C36", "上海", "安徽"),
                ("F2", "F3", "2020-01-01", "equity", 0.6, "C36", "江苏", "安徽"),
            ],
            "E2",
        ),
    ],
)
def test_shares_of_one_set_add_up(
    tmp_path: Path, name: str, head: tuple[str, ...], rows: list[tuple[Any, ...]], place: str
) -> None:
    report = table(tmp_path, name, head, *rows)
    assert at(report, "E226") == [place]
    assert codes(report) == ["E226"]
    assert all(in_both(fault) for fault in report.faults)


def test_holdings_that_ended_or_grew_count_once(tmp_path: Path) -> None:
    head = ("parent_unit", "child_unit", "from", "to", "kind", "share_held", "industry", "origin", "destination")
    rows = [
        ("F1", "F3", "2018-01-01", "2019-12-31", "equity", 0.6, "C36", "上海", "安徽"),
        ("F2", "F3", "2020-01-01", None, "equity", 0.4, "C36", "江苏", "安徽"),
        ("F2", "F3", "2022-01-01", None, "equity", 0.7, "C36", "江苏", "安徽"),
    ]
    assert codes(table(tmp_path, "firms", head, *rows)) == []


def test_printed_thirds_are_a_whole(tmp_path: Path) -> None:
    rows = [("23", to, 0.333) for to in ("a", "b", "c")]
    assert codes(table(tmp_path, "concordance", ("from", "to", "weight"), *rows)) == []


def test_a_ratio_counts_no_more_than_there_is(tmp_path: Path) -> None:
    head = ("indicator", "a", "b", "period", "numerator", "denominator", "obligation")
    row = ("recognised", "上海", "江苏", "2023", 60, 52, "互认清单")
    report = table(tmp_path, "ratios", head, row)
    assert at(report, "E225") == ["E2"]
    assert all(in_both(fault) for fault in report.faults)


def test_taxes_add_up_to_tax_revenue(tmp_path: Path) -> None:
    def rows(total: float, region: str = "上海") -> list[tuple[Any, ...]]:
        parts = {"tax_revenue": total, "vat": 40.0, "corporate_income_tax": 30.0, "personal_income_tax": 20.0,
                 "other_taxes": 10.05}  # fmt: skip
        return [(region, 2023, "general_budget", item, value, "own_level") for item, value in parts.items()]

    good = rows(100.0, "江苏")
    assert codes(table(tmp_path, "fiscal_accounts", FISCAL, *good)) == []
    report = table(tmp_path, "fiscal_accounts", FISCAL, *good, *rows(105.0))
    assert at(report, "E504") == ["E7"]
    assert all(in_both(fault) for fault in report.faults)
    # Without one of the parts there is nothing to compare.
    assert codes(table(tmp_path, "fiscal_accounts", FISCAL, *rows(105.0)[:-1])) == []


def test_groups_of_workers_add_up(tmp_path: Path) -> None:
    head = ("region", "year", "sector", "group", "persons", "wage_bill")
    rows = [("上海", 2020, "industry", *rest) for rest in (("all", 101.0, 901.0), ("skilled", 31.0, 401.0))]
    other = ("上海", 2020, "industry", "other", 70.0, 500.0)
    assert codes(table(tmp_path, "employment", head, *rows, other)) == []
    report = table(tmp_path, "employment", head, *rows, (*other[:4], 60.0, 500.0))
    assert at(report, "E504") == ["E2"]
    # Ten thousands with two decimals are steps of a hundred persons.
    coarse = (*head[:4], "persons（万人）", "wage_bill")
    groups = (("all", 5.23, 901.0), ("skilled", 1.12, 401.0), ("other", 4.10, 500.0))
    report = table(tmp_path, "employment", coarse, *(("上海", 2020, "industry", *rest) for rest in groups))
    assert codes(report) == []
