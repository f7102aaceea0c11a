"""How numbers are printed: golden strings of the specification, and laws over all values."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ronghe.base.spread import Spread
from ronghe.base.text import Text
from ronghe.report.numbers import MINUS, MISSING, num, scale, signed, with_spread

WORTH = {
    "万亿元": 1e4, "亿元": 1.0, "万元": 1e-4, "元": 1e-8,
    "trillion yuan": 1e4, "billion yuan": 10.0, "million yuan": 1e-2, "yuan": 1e-8,
}  # fmt: skip


def read_money(text):
    """Return what a printed sum of money says, in 亿元."""
    number, unit = re.fullmatch(r"([−\d.,]+) (.+)", text).groups()
    return float(number.replace(MINUS, "-").replace(",", "")) * WORTH[unit]


# From the design, section 6.1: the sentences on 长三角 of the embedded data.
@pytest.mark.parametrize(
    ("value", "style", "zh", "en"),
    [
        (316_187.4, "money", "31.62 万亿元", "31.62 trillion yuan"),
        (215_980_000, "people", "2.16 亿人", "216 million"),
        (235_210_000, "people", "2.35 亿人", "235 million"),
        (0.2458, "percent", "24.6%", "24.6%"),
        (4862.3, "yuan", "4862 元", "4,862 yuan"),
        (2476.6, "yuan", "2477 元", "2,477 yuan"),
        (-0.0123, "percent", "−1.23%", "−1.23%"),
        (0.012, "points", "1.20 个百分点", "1.20 percentage points"),
        (12.34, "money", "12.34 亿元", "1.234 billion yuan"),
        (0.1, "exact_pct", "10%", "10%"),
        (12_345, "integer", "12345", "12,345"),
        (2023, "year", "2023", "2023"),
        (0.0, "money", "0 亿元", "0 yuan"),
        (None, "money", "—", "—"),
        (float("nan"), "percent", "—", "—"),
    ],
)
def test_printed_as_the_design_says(value, style, zh, en):
    assert (num(value, style, "zh"), num(value, style, "en")) == (zh, en)


def test_a_change_has_words_in_chinese_and_a_sign_in_english():
    assert signed(0.0909, "percent", "zh") == "增加9.09%"
    assert signed(-0.0256, "percent", "zh") == "减少2.56%"
    assert signed(-0.0256, "percent", "en") == "−2.56%"
    assert signed(0.186, "percent", "en") == "+18.6%"
    assert signed(None, "percent", "zh") == MISSING


def test_rounding_comes_before_the_unit():
    assert num(9_999.97, "money", "zh") == "1.000 万亿元"
    assert num(0.99999999, "money", "zh") == "1.000 亿元"
    assert num(99_999_999, "people", "zh") == "1.00 亿人"


def test_the_word_follows_the_kind_of_spread():
    band, interval = Spread("band", 1.0, 3.0), Spread("interval", 0.01, 0.03)
    assert with_spread(2.0, band, "money", "zh") == "2.000 亿元（情景带 1.000 亿元至3.000 亿元）"
    assert with_spread(0.02, interval, "percent", "en") == "2.00% (interval 1.00% to 3.00%)"
    assert with_spread(2.0, None, "money", "en") == "200.0 million yuan"


def test_texts_pass_as_they_are():
    assert num(Text("沪", "Shanghai"), "text", "en") == "Shanghai"


@given(st.floats(-1e7, 1e7, allow_nan=False))
def test_both_languages_print_the_same_sum_of_money(value):
    zh, en = read_money(num(value, "money", "zh")), read_money(num(value, "money", "en"))
    assert zh == pytest.approx(en, rel=1e-12, abs=1e-14)
    assert zh == pytest.approx(value, rel=5.1e-4, abs=1e-12)


@given(st.floats(-1e6, 1e6).filter(lambda value: abs(value) > 1e-6), st.sampled_from(["money", "percent", "number"]))
def test_the_sign_is_a_true_minus_and_survives(value, style):
    for lang in ("zh", "en"):
        text = num(value, style, lang)
        assert text.startswith(MINUS) == (value < 0)
        assert "-" not in text
        assert num(-value, style, lang).removeprefix(MINUS) == text.removeprefix(MINUS)


@given(st.floats(0, 1e7), st.floats(0, 1e7))
def test_the_larger_is_never_printed_as_the_smaller(one, other):
    low, high = sorted((one, other))
    assert read_money(num(low, "money", "zh")) <= read_money(num(high, "money", "zh"))


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=8), st.sampled_from(["money", "people", "percent"]))
def test_one_scale_serves_a_whole_column(values, style):
    for lang in ("zh", "en"):
        unit = scale(values, style, lang)
        texts = [unit.text(value) for value in values]
        assert len({len(text.rstrip("%").partition(".")[2]) for text in texts}) == 1
        largest = max(values, key=abs)
        said = float(unit.text(largest).rstrip("%").replace(MINUS, "-").replace(",", ""))
        assert said == pytest.approx(largest * unit.factor, rel=6e-3, abs=unit.step)


def test_a_missing_cell_has_no_number_in_a_column():
    assert scale([1.0, None], "money", "zh").text(None) == MISSING


@given(st.lists(st.floats(-1e7, 1e7), min_size=1, max_size=8), st.sampled_from(["zh", "en"]))
def test_a_column_rounds_each_value_once(values, lang):
    unit = scale(values, "money", lang)
    for value in values:
        held = unit.of(value)
        printed = float(unit.text(value).replace("−", "-").replace(",", ""))
        assert abs(printed - held) <= 0.5 * 10**-unit.places * (1 + 1e-9)


def test_a_value_just_below_one_half_is_rounded_down():
    assert scale([4931.46], "money", "zh").text(4931.46) == "4931"


def test_a_tolerance_is_written_in_powers_of_ten():
    assert num(1e-12, "exact", "zh") == num(1e-12, "exact", "en") == "1e-12"
    assert num(2.5e-7, "exact", "en") == "2.5e-7"
    assert num(0.0005, "exact", "zh") == "0.0005"


def test_a_relative_change_has_its_sign_and_its_percent():
    assert num(0.00874, "change", "zh") == "+0.874%"
    assert num(-0.00012, "change", "en") == "−0.0120%"
    assert num(0.0, "change", "en") == "0%"
