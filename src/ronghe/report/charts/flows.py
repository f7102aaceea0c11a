"""Flows between many regions: a heat map, members of the area first, its scale stated with its cap."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ronghe.base.exhibit import Table
from ronghe.base.text import Lang, Text
from ronghe.report import palette
from ronghe.report.charts.common import (
    FONT,
    Option,
    column,
    finished,
    frame,
    name,
    names_axis,
    short,
    unit_name,
)
from ronghe.report.numbers import Scale, num, scale

OWN = Text("本地，不比较", "own region, not compared")
EMPTY = Text("无数据", "no data")
_QUANTILES = (0.3, 0.5, 0.7, 0.85, 0.95)


def flow_heatmap(
    table: Table,
    lang: Lang,
    *,
    row: str = "buyer",
    col: str = "seller",
    value: str = "flow",
    members: Sequence[str] = (),
    diverging: bool = False,
    own: bool = False,
    quantile: float = 0.985,
) -> Option:
    """Return every pair as a cell, rows and columns in the same order: members first, then by size.

    Parameters
    ----------
    table : Table
        Tidy: one row an ordered pair, names in columns ``row`` and ``col``.
    members : sequence of str
        Chinese or English names of the area's members.
    diverging : bool
        A difference: colours on both sides of zero, signs in the legend.
    own : bool
        Colour the diagonal too; by default a region's purchases from itself are not compared with trade.
    quantile : float
        Where the scale is capped; the legend says so and counts the cells beyond.
    """
    keys = [name(cell, "zh") for cell in table.column(row)], [name(cell, "zh") for cell in table.column(col)]
    seen = [cell for a, b, cell in zip(*keys, table.column(value), strict=True) if own or a != b]
    unit = scale(seen, column(table, value).style, lang)
    titles = {name(cell, "zh"): cell for key in (row, col) for cell in table.column(key)}
    held = {(a, b): unit.of(cell) for a, b, cell in zip(*keys, table.column(value), strict=True)}
    inside = {key for key, cell in titles.items() if {key, name(cell, "en")} & set(members)}
    order = _order(list(titles), held, inside)
    shown = [cell for (a, b), cell in held.items() if cell is not None and (own or a != b)]
    classes = _classes(shown, unit, lang, diverging=diverging, quantile=quantile)
    cells: list[list[float]] = []
    blanks: list[list[float]] = []
    for y, a in enumerate(order):
        for x, b in enumerate(order):
            cell = held.get((a, b))
            if cell is None or (a == b and not own):
                blanks.append([x, y, 0])
            else:
                cells.append([x, y, cell])
    bold = [key in inside for key in order]
    option = frame(lang) | {
        "xAxis": names_axis(
            [short(titles[key], lang) for key in order], bold=bold, turned=lang == "en" and len(order) > 6
        ),
        "yAxis": names_axis([name(titles[key], lang) for key in order], bold=bold, down=True),
        "visualMap": [_legend(classes, f"{unit_name(table, value, unit, lang)}"), _blank_legend()],
    }
    option["xAxis"]["position"] = "top"
    for axis in (option["xAxis"], option["yAxis"]):
        axis["axisLabel"]["fontSize"] = FONT - 1 if len(order) > 16 else FONT
    option["title"] = _reading(table, row, col, lang)
    option["grid"] |= {"top": 34, "right": 150, "bottom": 10}
    option["series"] = [_cells(cells), _blanks(blanks)]
    if len(inside) > 1:
        _frame_members(option, len(inside), len(order))
    return finished(option)


def _reading(table: Table, row: str, col: str, lang: Lang) -> Option:
    """Return the line above the cells that says what rows and columns are."""
    down, across = column(table, row).title.of(lang), column(table, col).title.of(lang)
    blank = f"斜纹：{OWN.zh}或{EMPTY.zh}" if lang == "zh" else f"hatched: {OWN.en}, or {EMPTY.en}"
    text = f"行：{down}　列：{across}　{blank}" if lang == "zh" else f"Rows: {down}. Columns: {across}; {blank}"
    return {"text": text, "left": 0, "top": 0, "textStyle": _small() | {"fontWeight": "normal"}}


def _small() -> Option:
    return {"color": palette.MUTED, "fontSize": FONT - 1}


def _frame_members(option: Option, inside: int, count: int) -> None:
    """Draw a line around the cells between members, on two unseen axes that count cells."""
    unseen = {"type": "value", "min": 0, "max": count, "show": False}
    option["xAxis"] = [option["xAxis"], unseen]
    option["yAxis"] = [option["yAxis"], unseen | {"inverse": True}]
    option["series"].append(
        {
            "type": "line",
            "xAxisIndex": 1,
            "yAxisIndex": 1,
            "symbol": "none",
            "silent": True,
            "lineStyle": {"color": palette.LOSS, "width": 2.5},
            "data": [[0, 0], [inside, 0], [inside, inside], [0, inside], [0, 0]],
            "z": 6,
        }
    )


def _order(keys: list[str], held: dict[tuple[str, str], float | None], inside: set[str]) -> list[str]:
    size = dict.fromkeys(keys, 0.0)
    for (a, b), cell in held.items():
        if a != b and cell is not None:
            size[a] += abs(cell)
            size[b] += abs(cell)
    return sorted(keys, key=lambda key: (key not in inside, -size[key], key))


def _classes(
    shown: Sequence[float], unit: Scale, lang: Lang, *, diverging: bool, quantile: float
) -> list[dict[str, object]]:
    """Return the colour classes: bounds at rounded quantiles, the outermost open and counted."""
    sizes = np.abs(np.array(shown, dtype=float))
    sizes = sizes[sizes > 0]
    if sizes.size == 0:
        return [{"value": 0, "label": "0", "color": palette.ZERO}]
    wanted = (0.6, 0.85) if diverging else _QUANTILES
    bounds = sorted({_round(float(np.quantile(sizes, at))) for at in (*wanted, quantile)})
    # Rounded up past the largest cell, a bound would open a class without any.
    bounds = [bound for bound in bounds if bound <= sizes.max()]
    whole: Sequence[str] = palette.GAINS if diverging else palette.FLOWS
    ramp = whole[len(whole) - len(bounds) - 1 :]
    up = _side([cell for cell in shown if cell >= 0], bounds, ramp, lang, sign="+" if diverging else "")
    if not diverging:
        return up
    down = _side([-cell for cell in shown if cell < 0], bounds, palette.LOSSES[-len(ramp) :], lang, sign="−")
    return [*reversed(down), *up]


def _side(
    shown: Sequence[float], bounds: list[float], ramp: Sequence[str], lang: Lang, *, sign: str
) -> list[dict[str, object]]:
    ends = [0.0, *bounds]
    found: list[dict[str, object]] = []
    for at, (low, colour) in enumerate(zip(ends, ramp, strict=True)):
        printed = num(low, "exact", lang)
        if at == len(bounds):
            beyond = sum(cell >= low for cell in shown)
            cells = f"（{beyond}格）" if lang == "zh" else f" ({beyond} cell{'s' if beyond != 1 else ''})"
            text = f"{'≤' if sign == '−' else '≥'} {sign}{printed}{cells}"
            piece: dict[str, object] = {"gte": low}
        else:
            high = num(ends[at + 1], "exact", lang)
            pair = [f"{sign if low else ''}{printed}", f"{sign}{high}"]
            to = "至" if lang == "zh" else " to "
            text = to.join(reversed(pair) if sign == "−" else pair)
            piece = {"gte": low, "lt": ends[at + 1]}
        if sign == "−":
            piece = {{"gte": "lte", "lt": "gt"}[key]: -float(str(value)) for key, value in piece.items()}
            if not low:
                piece = {"lt": 0, "gt": piece["gt"]} if "gt" in piece else {"lt": 0}
        found.append({**piece, "label": text, "color": colour})
    return found


def _round(value: float) -> float:
    return float(f"{value:.1g}") if value < 10 else float(f"{value:.2g}")


def _legend(classes: list[dict[str, object]], unit: str) -> Option:
    return {
        "type": "piecewise",
        "pieces": classes,
        "seriesIndex": 0,
        "orient": "vertical",
        "right": 0,
        "top": 60,
        "itemGap": 8,
        "itemWidth": 18,
        "text": [unit, ""],
        "showLabel": True,
        "textStyle": {"color": palette.INK, "fontSize": FONT - 1},
        "selectedMode": False,
        "hoverLink": False,
    }


def _blank_legend() -> Option:
    pieces = [{"value": 0, "color": palette.EMPTY}]
    return {"type": "piecewise", "show": False, "seriesIndex": 1, "pieces": pieces}


def _cells(cells: list[list[float]]) -> Option:
    return {"type": "heatmap", "data": cells, "itemStyle": {"borderColor": palette.PAPER, "borderWidth": 1}}


def _blanks(blanks: list[list[float]]) -> Option:
    """Return cells without a figure of trade: the diagonal, and pairs that no table holds."""
    look = {"borderColor": palette.PAPER, "borderWidth": 1, "decal": palette.HATCH | {"color": palette.MUTED}}
    return {"type": "heatmap", "data": blanks, "itemStyle": look}
