"""What all charts share: names, axes, colours, and the reading of a table's columns.

A chart is a pure function from a table to an ECharts option of plain JSON. No number is typed into an
option: positions come from the cells in one unit, labels from the one formatter.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from math import ceil
from typing import Any

from ronghe.base.exhibit import Column, Table
from ronghe.base.region import REST_OF_WORLD, provinces
from ronghe.base.text import Lang, Text
from ronghe.report import palette
from ronghe.report.numbers import Scale, scale

Option = dict[str, Any]
WIDTH = 720
FONT = 13
CLEAR = "rgba(0,0,0,0)"
WHISKER = "path://M0 0h2v5h18v-5h2v12h-2v-5h-18v5h-2z"
"""Legend picture of an interval."""


def finished(option: Option) -> Option:
    """Return an option with the width and height in pixels at which it reads well."""
    return option | {"width": WIDTH, "height": _height(option)}


def figure_size(option: Option) -> tuple[int, int]:
    """Return the width and height in pixels at which a chart of this room reads well."""
    return int(option["width"]), int(option["height"])


def _height(option: Option) -> int:
    axis = option["yAxis"][0] if isinstance(option["yAxis"], list) else option["yAxis"]
    if any(series["type"] == "heatmap" for series in option["series"]):
        return 130 + 17 * max(len(axis["data"]), 14)
    if axis["type"] != "category":
        return 400
    groups = len({series.get("stack", series.get("name")) for series in option["series"] if series["type"] == "bar"})
    return 110 + len(axis["data"]) * max(28, 17 * groups + 8, _lines(axis) * (FONT + 2) + 10)


def _lines(axis: Option) -> int:
    """Return how many lines the longest of an axis' names takes."""
    room = axis["axisLabel"].get("width")
    texts = [text["value"] if isinstance(text, dict) else text for text in axis["data"]]
    lines = [sum(ceil(_broad(part) * FONT / 2 / room) if room else 1 for part in text.split("\n")) for text in texts]
    return max(lines, default=1)


def frame(lang: Lang, *, legend: Sequence[str | Option] = (), top: int = 44) -> Option:
    """Return what every option begins with; the key ``lang`` tells the renderer how to write axis numbers."""
    option: Option = {
        "lang": lang,
        "animation": False,
        "color": list(palette.SERIES),
        "textStyle": {"fontFamily": palette.FONTS, "fontSize": FONT, "color": palette.INK},
        "grid": {"left": 12, "right": 44, "top": top if legend else top - 30, "bottom": 26, "containLabel": True},
        "tooltip": {"renderMode": "richText"},
    }
    if legend:
        option["legend"] = {
            "data": list(legend),
            "top": 0,
            "left": 0,
            "itemGap": 24,
            "textStyle": {"color": palette.INK, "fontSize": FONT},
            "selectedMode": False,
        }
    return option


def column(table: Table, key: str) -> Column:
    """Return a column's description."""
    return next(entry for entry in table.columns if entry.key == key)


def unit_of(table: Table, keys: Sequence[str], lang: Lang) -> Scale:
    """Return the one unit in which all cells of these columns are drawn."""
    cells = [cell for key in keys for cell in table.column(key)]
    return scale(cells, column(table, keys[0]).style, lang)


def unit_name(table: Table, key: str, unit: Scale, lang: Lang) -> str:
    """Return the word at the axis' end: the scale's own, or the column's."""
    return unit.unit or column(table, key).unit.of(lang)


def name(cell: object, lang: Lang) -> str:
    """Return a cell's wording, free of the braces that ECharts would read as a template."""
    text = cell.of(lang) if isinstance(cell, Text) else "—" if cell is None else str(cell)
    return text.replace("{", "(").replace("}", ")")


def short(cell: object, lang: Lang) -> str:
    """Return the one-character name of a region in Chinese, any other name whole."""
    text = name(cell, lang)
    return _characters().get(text, text) if lang == "zh" else text


@cache
def _characters() -> dict[str, str]:
    return {region.short_zh: region.abbr_zh for region in (*provinces(), REST_OF_WORLD)}


def names_axis(names: Sequence[str], *, bold: Sequence[bool] = (), turned: bool = False, down: bool = False) -> Option:
    """Return an axis of names, every one of them shown; ``down`` reads from the top."""
    marked = list(bold) or [False] * len(names)
    data: list[Any] = [
        {"value": text, "textStyle": {"fontWeight": "bold"}} if strong else text
        for text, strong in zip(names, marked, strict=True)
    ]
    label: Option = {"interval": 0, "color": palette.INK, "fontSize": FONT, "hideOverlap": False}
    if turned:
        label["rotate"] = 90
    if any("\n" in text for text in names):
        label["lineHeight"] = FONT + 2
    if down and any(_long(text) for text in names):
        # A long name takes a second line instead of the chart's room.
        label |= {"width": 230, "overflow": "break", "lineHeight": FONT + 2}
    return {
        "type": "category",
        "data": data,
        "inverse": down,
        "axisLabel": label,
        "axisTick": {"show": False},
        "axisLine": {"lineStyle": {"color": palette.MUTED}, "onZero": False},
    }


def _long(text: str) -> bool:
    return any(_broad(part) > 32 for part in text.split("\n"))


def _broad(text: str) -> int:
    """Return the breadth of a text in half characters."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)


def values_axis(unit: str, *, across: bool, below: bool = False) -> Option:
    """Return a numeric axis with its unit at the end and room for labels.

    ``across`` is the horizontal one; ``below`` tells that some values are under zero.
    """
    axis: Option = {
        "type": "value",
        "boundaryGap": ["14%" if below else "0%", "14%"] if across else ["0%", "8%"],
        "axisLabel": {"color": palette.MUTED, "fontSize": FONT - 1},
        "axisLine": {"show": False},
        "splitLine": {"lineStyle": {"color": palette.GRID}},
        "name": unit,
        "nameTextStyle": {"color": palette.MUTED, "fontSize": FONT - 1},
        "splitNumber": 5,
    }
    if across:
        # The unit stands under the axis' last number, where no label of a bar can meet it.
        style = axis["nameTextStyle"] | {"align": "right", "verticalAlign": "top", "padding": [24, 0, 0, 0]}
        axis |= {"nameLocation": "end", "nameGap": 0, "nameTextStyle": style, "position": "bottom"}
    else:
        axis["nameTextStyle"]["align"] = "left"
    return axis


def zero_line(across: bool) -> Option:
    """Return the line at zero: gains on one side, losses on the other."""
    return {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": palette.MUTED, "type": "solid", "width": 1},
        "data": [{"xAxis": 0} if across else {"yAxis": 0}],
    }


def signed_style(value: float, colour: str | None = None) -> Option:
    """Return the look of a gain or a loss: filled, or in the other colour under white strokes."""
    if value < 0:
        return {"color": colour or palette.LOSS, "decal": palette.HATCH}
    return {"color": colour or palette.GAIN}


def tag(text: str, position: str, **more: Any) -> Option:
    """Return a label that says exactly ``text``."""
    return {"show": True, "formatter": text, "position": position, "color": palette.INK, "fontSize": FONT, **more}


def spans(
    ends: Sequence[tuple[float, float] | None], *, id: str, styles: Sequence[Option], name: str = "", width: Any = "60%"
) -> list[Option]:
    """Return bars that float from one value to another: an unseen foot and a body on it."""
    feet = [min(pair) if pair else None for pair in ends]
    bodies = [
        {"value": max(pair) - min(pair) if pair else None, "itemStyle": style}
        for pair, style in zip(ends, styles, strict=True)
    ]
    common = {"type": "bar", "stack": id, "stackStrategy": "all", "silent": True, "barWidth": width}
    return [
        common | {"data": feet, "itemStyle": {"color": CLEAR}},
        # The series has the colour alone: a hatch of its own would be drawn on every bar.
        common | {"name": name, "data": bodies, "itemStyle": {"color": styles[0].get("color")} if styles else {}},
    ]


def words(labels: Sequence[tuple[float, float, str]], *, position: str = "right", **more: Any) -> Option:
    """Return labels that stand at points (along the value axis, row), without a mark of their own."""
    return {
        "type": "scatter",
        "silent": True,
        "symbolSize": 1,
        "itemStyle": {"color": CLEAR, "opacity": 1},
        "data": [{"value": [x, y], "label": tag(text, position, **more)} for x, y, text in labels],
        "z": 6,
    }


def below_zero(*columns: Sequence[float | None]) -> bool:
    """Tell whether any figure is under zero."""
    return any(cell is not None and cell < 0 for cells in columns for cell in cells)


def segment(start: tuple[float, float], end: tuple[float, float], **style: Any) -> list[Option]:
    """Return one straight piece of a ``markLine``, in axis coordinates."""
    return [{"coord": list(start), "lineStyle": style}, {"coord": list(end)}]


def pieces(segments: Sequence[list[Option]]) -> Option:
    """Return a ``markLine`` of straight pieces without ends or labels."""
    return {
        "silent": True,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"type": "solid", "color": palette.MUTED, "width": 1},
        "data": [*segments],
    }
