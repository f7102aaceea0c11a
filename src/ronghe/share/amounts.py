"""How sums stand in sentences: enough digits to compare, with the unit in the reader's language."""

from __future__ import annotations

from ronghe.base.text import Text

YI = Text("亿元", "100 million yuan")


def figure(value: float) -> str:
    """Return a number with four significant digits, or whole and with thousands' commas when it is large.

    Examples
    --------
    >>> figure(47286.4), figure(1 / 3), figure(-0.0)
    ('47,286', '0.3333', '0')
    """
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value + 0.0:.4g}"


def amount(value: float, unit: Text) -> Text:
    """Return a sum with its unit; 亿元 becomes billions in English.

    Examples
    --------
    >>> amount(4.0, Text("亿元/年", "100 million yuan a year")).en
    '0.4 billion yuan a year'
    >>> amount(4.0, Text("", "")).en
    '4'
    """
    if unit.zh.startswith("亿元"):
        return Text(figure(value) + unit.zh, f"{figure(value / 10)} billion yuan{unit.en.removeprefix(YI.en)}")
    return Text(figure(value) + unit.zh, f"{figure(value)} {unit.en}".rstrip())
