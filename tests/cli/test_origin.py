"""``ronghe explain`` of a number: units in the reader's language, and no field that nobody filled."""

from __future__ import annotations

import pytest

from ronghe.cli.common import Session
from ronghe.cli.origin import run, understood
from ronghe.data import load


def told(capsys, lang: str, term: str) -> str:
    """Return what is told of a number."""
    data = load()
    run(Session(lang), data, understood(data, term))
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("term", "zh", "en"),
    [("disposable_income_pc Shanghai 2023", " 元\n", " yuan\n"),
     ("gdp Shanghai 2023", " 亿元\n", " 100 million yuan\n"),
     ("trade Shanghai Jiangsu industry", " 亿元\n", " 100 million yuan\n")],
)  # fmt: skip
def test_the_unit_is_told_in_the_readers_language(capsys, term, zh, en):
    assert zh in told(capsys, "zh", term)
    shown = told(capsys, "en", term)
    assert en in shown
    assert "元" not in shown


def test_how_a_source_was_obtained_is_told_only_where_it_is_known(capsys):
    assert "取得途径 Liushenwuzhu-Alpaca/province-economy" in told(capsys, "zh", "gdp 上海 2023")
    # Distances were computed here, and obtained from nobody.
    assert "本项目计算；版本 —；许可 facts\n" in told(capsys, "zh", "trade 上海 江苏 工业")
