"""Numbers as they are written: what is read, what is missing, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronghe.data.intake.numbers import number


@pytest.mark.parametrize(
    ("text", "value"),
    [("1,234", 1234.0), ("１２３．５", 123.5), ("1 234", 1234.0), ("1.2e3", 1200.0), ("-3.5", -3.5), ("−3", -3.0),
     ("0", 0.0), (".5", 0.5), ("1，234，567．8", 1234567.8)],
)  # fmt: skip
def test_numbers_are_read(text: str, value: float) -> None:
    assert number(text).value == value


@pytest.mark.parametrize("text", ["—", "-", "－", "..", "…", "n.a.", "NA", "", "  ", "无数据"])
def test_missing_is_never_zero(text: str) -> None:
    found = number(text)
    assert found.value is None
    assert found.missing


@pytest.mark.parametrize("text", ["12,34", "1,2345", "1,,234", "0,12", ",123"])
def test_wrong_grouping_is_told(text: str) -> None:
    assert number(text).value is None
    assert number(text).problem in ("grouping", "text")


@pytest.mark.parametrize("text", ["abc", "1-2", "2020-01", "<5", "(3)", "1.2.3", "五"])
def test_what_is_no_number_is_text(text: str) -> None:
    assert number(text).problem == "text"


def test_suffixes_stand_apart() -> None:
    assert (number("5%").value, number("5%").suffix) == (5.0, "%")
    assert (number("12亿元").value, number("12亿元").suffix) == (12.0, "亿元")


@given(st.integers(-(10**12), 10**12))
def test_thousands_and_widths_change_nothing(value: int) -> None:
    grouped = f"{value:,}"
    wide = grouped.translate({ord(c): chr(ord(c) + 0xFEE0) for c in "0123456789,"})
    assert number(grouped).value == number(wide).value == float(value)
