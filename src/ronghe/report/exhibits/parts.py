"""Small parts that every exhibit uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ronghe.base.exhibit import Column, Table
from ronghe.base.text import LANGS, Text

YI = Text("亿元", "100 million yuan")
MODEL = Text("可计算一般均衡模型", "general-equilibrium model")
"""The source of what is simulated."""
NONE = Text("", "")
COLUMNS = {
    "headline": Text("居民消费当量与公共服务合计", "household consumption and public services"),
    "household": Text("居民消费当量", "Household consumption equivalent"),
    "services": Text("公共服务", "Public services"),
    "payable": Text("可支付部分", "Payable part"),
}


def text(key: str, zh: str, en: str) -> Column:
    """Return a column of words."""
    return Column(key, Text(zh, en))


def coded(key: str, zh: str, en: str) -> Column:
    """Return a column of codes: names made of digits."""
    return Column(key, Text(zh, en), style="code")


def money(key: str, zh: str, en: str, source: Text = NONE) -> Column:
    """Return a column of money, stored in 亿元."""
    return Column(key, Text(zh, en), YI, "money", source=source)


def percent(key: str, zh: str, en: str, source: Text = NONE) -> Column:
    """Return a column of shares, stored as fractions."""
    return Column(key, Text(zh, en), Text("%", "%"), "percent", source=source)


def change(key: str, zh: str, en: str) -> Column:
    """Return a column of relative changes, stored as fractions, printed with their sign."""
    return Column(key, Text(zh, en), Text("%", "%"), "change")


def number(key: str, zh: str, en: str, style: str = "ratio", unit: Text = NONE) -> Column:
    """Return a column of plain numbers."""
    return Column(key, Text(zh, en), unit, style)


def both(option: Callable[..., Mapping[str, Any]], table: Table, **settings: Any) -> dict[str, Mapping[str, Any]]:
    """Return the ECharts option of a table in both languages."""
    return {lang: option(table, lang, **settings) for lang in LANGS}


def losing(values: Iterable[float]) -> str:
    """Return the ending of a wording's key where all values are below zero: then the largest loses least."""
    return "_losing" if max(values) < 0 else ""


def pick(table: Table, *keys: str, **more: tuple[Column, list[Any]]) -> Table:
    """Return some columns of a table, and further ones, for a chart that asks for its own names."""
    columns = [column for column in table.columns if column.key in keys] + [column for column, _ in more.values()]
    values = [table.column(key) for key in (c.key for c in table.columns) if key in keys]
    values += [held for _, held in more.values()]
    return Table(tuple(columns), tuple(zip(*values, strict=True)))
