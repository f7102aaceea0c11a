"""Words of multi-regional tables: names of blocks, of categories and components, of the rows and columns beside them.

By an explicit list, never by guess; a word is compared folded and without its unit in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from ronghe.data.intake.folding import folded
from ronghe.data.intake.headings import Heading, heading
from ronghe.data.intake.labels import kind_of_label


@dataclass(frozen=True, slots=True)
class Label:
    """What one row or one column of a sheet is.

    Attributes
    ----------
    kind : str
        ``pair`` (a region and a sector), ``final`` (a region and a category), ``component``, ``exports``,
        ``imports``, ``residual``, ``output``, ``employment``, ``total``, ``unknown``.
    region : str
        Code.
    item : str
        Sector, category or component; of a total, what it sums.
    unit : str
        Of its own, in brackets.
    """

    kind: str
    region: str = ""
    item: str = ""
    unit: str = ""


def _folded(lists: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    return {folded(word): key for key, words in lists.items() for word in (key, *words)}


SHEETS = _folded({
    "intermediate": ("中间使用", "中间投入", "中间流量", "mid_use", "mid use", "intermediate use", "intermediate_use",
                     "Z"),
    "final": ("最终使用", "最终需求", "final_use", "final use", "final_use2", "final demand", "final_demand", "F"),
    "exports": ("出口", "export", "EX"),
    "imports": ("进口", "import", "IM"),
    "value_added": ("增加值", "最初投入", "add_value", "value added", "value_add", "VA"),
    "output": ("总产出", "产出", "total output", "total_output", "gross output", "gross_output", "X"),
    "employment": ("就业", "就业人数", "从业人员", "employed", "labour"),
})  # fmt: skip
"""Blocks by the name of their sheet or file."""

CATEGORY = _folded({
    "rural": ("农村居民消费", "农村居民消费支出", "农村居民", "农村消费", "rural consumption", "rural household",
              "rural households", "rural household consumption", "FU101"),
    "urban": ("城镇居民消费", "城镇居民消费支出", "城镇居民", "城镇消费", "urban consumption", "urban household",
              "urban households", "urban household consumption", "FU102"),
    "household": ("居民消费", "居民消费支出", "household consumption", "households"),
    "government": ("政府消费", "政府消费支出", "政府部门消费", "government consumption", "FU103"),
    "consumption": ("最终消费", "最终消费支出", "final consumption"),
    "capital": ("固定资本形成", "固定资本形成总额", "固定资本", "gross fixed capital formation",
                "fixed capital formation", "fixed capital", "FU201"),
    "inventories": ("存货增加", "存货变动", "存货", "库存", "库存变动", "changes in inventories",
                    "change in inventories", "inventory", "inventory changes", "changes in inventory", "FU202"),
    "formation": ("资本形成总额", "资本形成", "gross capital formation"),
})  # fmt: skip
"""Categories of final use."""

COMPONENT = _folded({
    "compensation": ("劳动者报酬", "compensation of employees", "compensation of employee", "labour compensation",
                     "VA001"),
    "taxes": ("生产税净额", "net taxes on production", "net tax on production", "net taxes", "VA002"),
    "depreciation": ("固定资产折旧", "折旧", "depreciation of fixed assets", "depreciation of fixed capital",
                     "consumption of fixed capital", "VA003"),
    "surplus": ("营业盈余", "operating surplus", "VA004"),
})  # fmt: skip
"""Components of value added."""

BESIDE = _folded({
    "exports": ("出口", "国外出口", "出口合计", "出口总额", "export", "EX"),
    "imports": ("进口", "国外进口", "进口合计", "进口总额", "进口(-)", "进口(负)", "import", "imports(-)", "IM"),
    "residual": ("误差", "其他", "其它", "误差项", "平衡项", "其他(误差)", "error", "errors", "err", "other", "others",
                 "statistical discrepancy", "ERR"),
    "output": ("总产出", "总投入", "产出", "total output", "gross output", "total input", "total inputs", "GO", "TI",
               "X"),
    "employment": ("就业人员", "就业人数", "就业", "从业人员", "employed persons"),
})  # fmt: skip
"""Rows and columns beside the blocks."""

TOTALS = _folded({
    "intermediate": ("中间使用合计", "中间使用小计", "中间投入合计", "中间投入小计", "中间使用", "中间投入",
                     "total intermediate use", "total intermediate input", "total intermediate inputs", "TII", "TIU"),
    "final": ("最终使用合计", "最终使用小计", "最终使用", "total final use", "total final demand", "TFU"),
    "value_added": ("增加值合计", "增加值小计", "增加值", "最初投入合计", "total value added", "total value-added",
                    "value added", "TVA"),
})  # fmt: skip
"""Totals, which are left out and held against their parts."""

_CODED = re.compile(r"^(?P<code>[A-Za-z]{1,3}\d{1,4})[\s_.、-]+(?P<name>\D.*)$")
_ALIKE = frozenset({"数值", "值", "金额", "合计", "总计", "value", "values", "total"})


@cache
def named(text: str) -> Heading:
    """Return a label as a heading: folded name and unit in brackets."""
    return heading(text)


def word(text: str, words: Mapping[str, str]) -> str:
    """Return the key of a label in a list, empty where it is none of them.

    Examples
    --------
    >>> word("城镇居民消费（万元）", CATEGORY), word("VA001 劳动者报酬", COMPONENT), word("上海", CATEGORY)
    ('urban', 'compensation', '')
    """
    return next((words[key] for key in _forms(text) if key in words), "")


@cache
def _forms(text: str) -> tuple[str, ...]:
    coded = _CODED.match(text.strip())
    return (folded(text), named(text).name, *((folded(coded["name"]),) if coded else ()))


def beside(inner: str, outer: str = "") -> Label | None:
    """Return what a row or column outside regions and sectors is, by its own word, then by the words above it."""
    unit = named(inner).unit
    for kind, words in (("component", COMPONENT), ("final", CATEGORY)):
        if key := word(inner, words):
            return Label(kind, item=key, unit=unit)
    if key := word(inner, BESIDE):
        return Label(key, unit=unit)
    if key := word(inner, TOTALS):
        return Label("total", item=key, unit=unit)
    if kind_of_label(inner) in ("total", "group"):
        return Label("total", item=word(outer, TOTALS), unit=unit)
    return None


def without_name(text: str) -> bool:
    """Whether the heading of a single column says no more than that there are figures in it."""
    return not text.strip() or named(text).name in _ALIKE or bool(named(text).unit and not named(text).name)
