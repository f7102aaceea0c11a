"""What stands behind a letter: every column of the table with its unit, and the form in which an office gives it."""

from __future__ import annotations

from collections.abc import Sequence

from ronghe.base.text import Text, joined
from ronghe.base.units import in_words
from ronghe.data.letter import Office
from ronghe.data.schema import Field, Schema

ACCESS = {
    "published": Text("已公开发布", "published"),
    "application": Text("依申请提供", "on application"),
    "office": Text("部门间共享", "from office to office"),
    "commission": Text("委托加工", "by commission"),
}
"""How a table is had."""


def access_of(offices: Sequence[Office]) -> Text:
    """Return the forms of access of the offices of a table, in words."""
    told = [ACCESS[one] for one in dict.fromkeys(office.access for office in offices)]
    return joined(told) if told else Text("未知", "not known")


def units_of(of: Schema) -> Text:
    """Return the units of a table in words."""
    units = [in_words(unit) for unit in dict.fromkeys(field.unit for field in of.fields if field.unit)]
    return joined(units) if units else Text("见模板", "see the template")


def columns_of(of: Schema) -> Text:
    """Return every column, one a line: its names, its unit, whether it is a key and whether it may be empty."""
    lines = [_line(at, field) for at, field in enumerate(of.fields, 1)]
    return Text("\n".join(one.zh for one in lines), "\n".join(one.en for one in lines))


def _line(at: int, field: Field) -> Text:
    unit = in_words(field.unit)
    marks = [
        Text(f"单位 {unit.zh}", f"unit: {unit.en}") if field.unit else None,
        Text("键", "key") if field.key else None,
        Text("必填", "required") if field.required else None,
        Text("可选值 " + "、".join(field.choices), "choices: " + ", ".join(field.choices)) if field.choices else None,
    ]
    told = [mark for mark in marks if mark is not None]
    after = Text("：", ": ") + joined(told) if told else Text("", "")
    return Text(f"  {at}. {field.title.zh} {field.title.en}", f"  {at}. {field.title.en} {field.title.zh}") + after
