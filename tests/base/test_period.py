"""Periods: a year, a month, a day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronghe.base.period import Period, PeriodFault


@pytest.mark.parametrize(
    ("text", "kind", "shown"),
    [
        ("2023", "year", "2023"),
        ("2023年", "year", "2023"),
        ("2023-06", "month", "2023-06"),
        ("２０２３年６月", "month", "2023-06"),
        ("2023.6.5", "day", "2023-06-05"),
        ("2023年6月5日", "day", "2023-06-05"),
    ],
)
def test_a_period_is_read_as_it_is_written(text: str, kind: str, shown: str) -> None:
    period = Period.read(text)
    assert (period.kind, str(period)) == (kind, shown)


@given(st.dates(date(1950, 1, 1), date(2100, 12, 31)))
def test_a_day_lies_in_its_month_and_its_year(day: date) -> None:
    period = Period.read(day.isoformat())
    month, year = Period(day.year, day.month), Period(day.year)
    assert period in month
    assert month in year
    assert month not in period
    assert year.first <= period.first == period.last <= year.last


@pytest.mark.parametrize("text", ["", "23", "2023-13", "2023-02-30", "2023-00", "六月", "2023-06-05-01"])
def test_what_is_no_period_says_how_to_write_one(text: str) -> None:
    with pytest.raises(PeriodFault, match="2023-06"):
        Period.read(text)
