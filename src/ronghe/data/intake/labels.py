"""Labels that are no unit of a table: totals, groups, what is left over, notes. By an explicit list, never by guess."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from ronghe.data.intake.folding import folded

Kind = Literal["", "total", "group", "residual", "of which", "apart", "note"]

_LISTS: dict[Kind, tuple[str, ...]] = {
    "total": (
        "合计", "总计", "总和", "全国", "全国总计", "全国合计", "中国",
        "全省", "全市", "全区", "全县",
        "全省合计", "全市合计", "total", "national total", "china", "nation",
    ),
    "group": (
        "小计", "东部", "中部", "西部", "东北", "东部地区", "中部地区", "西部地区", "东北地区", "东部合计",
        "中部合计", "西部合计", "东部小计", "中部小计", "西部小计", "沿海地区", "内陆地区",
        "长三角", "长三角地区", "京津冀", "京津冀地区", "珠三角",
        "粤港澳大湾区", "eastern", "central",
        "western", "northeastern", "subtotal",
    ),
    "residual": ("其他", "其它", "不分地区", "未分地区", "other", "others", "unallocated"),
    "of which": ("其中", "of which"),
    "apart": (
        "新疆生产建设兵团", "新疆兵团", "生产建设兵团", "兵团", "xinjiang production and construction corps", "xpcc",
    ),
}  # fmt: skip
_KIND = {folded(label): kind for kind, labels in _LISTS.items() for label in labels}
_OF_WHICH = re.compile(r"^其中\s*[:：]\s*\S|^of which\s*:\s*\S", re.IGNORECASE)
_SUM = ("合计", "小计", "总计", "subtotal", "total")
_TWO = re.compile(r"^([^A-Za-z]*[一-鿿][^A-Za-z]*?)[\s/(（]*[A-Za-z].*$", re.DOTALL)
"""A label in Chinese with the same in English behind it."""
_NOTE = re.compile(
    r"^(注|附注|备注|说明|资料来源|数据来源|来源|note|notes|source|sources|remark|审核人|填表人|制表人|制表|填报人|复核人|经办人"
    r"|负责人|单位负责人|联系人|联系电话|填报日期|报出日期|制表日期|填报单位)\s*[\d①-⑨]*\s*[:：.、]",
    re.IGNORECASE,
)


@lru_cache(maxsize=1 << 16)
def kind_of_label(text: str) -> Kind:
    """Return what a label is, empty where it may be a unit's name.

    Examples
    --------
    >>> kind_of_label("全 国"), kind_of_label("资料来源：国家统计局"), kind_of_label("上海")
    ('total', 'note', '')
    >>> kind_of_label("全  国   National Total"), kind_of_label("华东合计"), kind_of_label("兵团")
    ('total', 'group', 'apart')
    """
    if _NOTE.match(text.strip()):
        return "note"
    if _OF_WHICH.match(text.strip()):
        return "of which"
    name = folded(text).rstrip(":：").strip("()")
    if name in _KIND:
        return _KIND[name]
    two = _TWO.match(text.strip())
    if two is not None and (kind := kind_of_label(two[1])):
        return kind
    # 华东合计: whatever it sums, it is a sum of some rows.
    return "group" if any(name.endswith(word) and name != word for word in _SUM) else ""
