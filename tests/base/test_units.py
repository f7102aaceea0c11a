"""Units convert exactly within a dimension and never between two."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronghe.base.errors import UnitFault
from ronghe.base.units import convert, factor, parse

MONEY = ("元", "万元", "百万元", "亿元", "万亿元", "100 million yuan", "10,000 yuan", "yuan")


@pytest.mark.parametrize(
    ("value", "source", "target", "wanted"),
    [
        ("1", "亿元", "万元", Fraction(10_000)),
        ("12.34", "万亿元", "亿元", Fraction(123_400)),
        (1, "公顷", "亩", Fraction(15)),
        (1, "亩", "公顷", Fraction(1, 15)),
        ("2.5", "元/人", "万元/人", Fraction(25, 100_000)),
        (3, "人/平方公里", "人每公顷", Fraction(3, 100)),
        (90, "分钟", "小时", Fraction(3, 2)),
        (Decimal("0.1"), "万千瓦时", "千瓦时", Fraction(1000)),
        (0.1, "公里", "米", Fraction(100)),
        (5, "％", "1", Fraction(5, 100)),
        (7, "100 million yuan", "亿元（当年价）", Fraction(7)),
        (1, "１０，０００元", "万元", Fraction(1)),
    ],
)
def test_conversion_is_exact(value: object, source: str, target: str, wanted: Fraction) -> None:
    assert convert(value, source, target) == wanted  # type: ignore[arg-type]


@given(st.sampled_from(MONEY), st.sampled_from(MONEY), st.decimals(-(10**9), 10**9, places=4))
def test_there_and_back_changes_nothing(source: str, target: str, value: Decimal) -> None:
    assert convert(convert(value, source, target), target, source) == Fraction(value)


@given(st.sampled_from(MONEY), st.sampled_from(MONEY), st.sampled_from(MONEY))
def test_factors_chain(a: str, b: str, c: str) -> None:
    assert factor(a, b) * factor(b, c) == factor(a, c)


def test_different_dimensions_do_not_convert() -> None:
    with pytest.raises(UnitFault) as fault:
        factor("万元", "万人")
    assert "量纲不同" in fault.value.text.zh
    assert "count different things" in fault.value.text.en
    assert fault.value.exit_code == 3


def test_two_currencies_need_a_rate() -> None:
    with pytest.raises(UnitFault, match="币种不同"):
        factor("亿美元", "亿元")


def test_coal_equivalent_is_not_a_tonne() -> None:
    with pytest.raises(UnitFault):
        factor("吨", "吨标准煤")


def test_percentage_points_are_not_percent() -> None:
    with pytest.raises(UnitFault):
        factor("%", "百分点")


def test_two_price_bases_do_not_convert() -> None:
    with pytest.raises(UnitFault, match="价格基准不同"):
        factor("亿元（当年价）", "亿元（2010年价）")


def test_an_unknown_unit_names_the_nearest() -> None:
    with pytest.raises(UnitFault) as fault:
        parse("亿圆")
    assert "亿圆" in fault.value.text.zh
    assert "亿元" in fault.value.text.zh


def test_an_index_is_its_own_dimension() -> None:
    assert parse("上年=100").dimension == ("index", "")
    with pytest.raises(UnitFault):
        factor("上年=100", "%")
