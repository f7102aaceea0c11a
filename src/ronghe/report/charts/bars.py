"""Bars: levers that add up, ranking, groups, coalitions, and what a result is most sensitive to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from ronghe.base.exhibit import Table
from ronghe.base.rounding import largest_remainder
from ronghe.base.text import Lang, Text
from ronghe.report import palette
from ronghe.report.charts.common import (
    Option,
    below_zero,
    column,
    finished,
    frame,
    name,
    names_axis,
    pieces,
    segment,
    signed_style,
    spans,
    tag,
    unit_name,
    unit_of,
    values_axis,
    words,
    zero_line,
)
from ronghe.report.numbers import Scale, scale

TOTAL = Text("合计", "Total")
RESIDUAL = Text("余项", "Residual")


def waterfall(
    table: Table, lang: Lang, *, label: str = "lever", value: str = "gain", total: float | None = None
) -> Option:
    """Signed parts that add up to their total as printed.

    Parameters
    ----------
    table : Table
        One row a lever, the interaction among them: a text column ``label``, a number column ``value``.
    total : float, optional
        The total where it is known apart from the parts; what the parts leave open then gets its own bar.
    """
    values = [float(cell) for cell in table.column(value)]
    names = [name(cell, lang) for cell in table.column(label)]
    whole = sum(values) if total is None else total
    unit = scale([*values, whole], column(table, value).style, lang)
    steps = rounded_parts(values, unit)
    if total is not None:
        open_part = largest_remainder([total * unit.factor], unit=unit.step)[0] - sum(steps)
        if open_part:
            names.append(RESIDUAL.of(lang))
            steps.append(open_part)
    ends = [0, *accumulate(steps)]
    bars = [(a * unit.step, b * unit.step) for a, b in pairwise(ends)] + [(0.0, ends[-1] * unit.step)]
    sizes = [*steps, ends[-1]]
    styles = [signed_style(step) for step in sizes[:-1]] + [{"color": palette.MUTED}]
    if sizes[-1] < 0:
        styles[-1]["decal"] = palette.HATCH
    option = frame(lang) | {
        "yAxis": names_axis([*names, TOTAL.of(lang)], bold=[False] * len(names) + [True], down=True),
        "xAxis": values_axis(
            unit_name(table, value, unit, lang), across=True, below=any(b < 0 for bar in bars for b in bar)
        ),
    }
    labels = [unit.scaled_text(step * unit.step, sign=True) for step in sizes]
    series = spans(bars, id="parts", styles=styles)
    series[1]["markLine"] = pieces(
        [
            *(segment((bar[1], at), (bar[1], at + 1), type="dotted") for at, bar in enumerate(bars[:-1])),
            segment((0, 0), (0, len(bars) - 1)),
        ]
    )
    option["series"] = [
        *series,
        words([(max(pair), at, text) for at, (pair, text) in enumerate(zip(bars, labels, strict=True))]),
    ]
    return finished(option)


def rounded_parts(values: Sequence[float], unit: Scale) -> list[int]:
    """Round stored values to the unit's last place so that they add up to their rounded sum."""
    return largest_remainder([value * unit.factor for value in values], unit=unit.step)


def ranking(table: Table, lang: Lang, *, label: str = "region", value: str = "gain", sort: bool = True) -> Option:
    """One signed bar a row, the largest first; losses hatched, every name and value shown."""
    rows = list(zip(table.column(label), table.column(value), strict=True))
    if sort:
        rows.sort(key=lambda row: (row[1] is None, -(row[1] or 0.0)))
    unit = unit_of(table, [value], lang)
    held = [unit.of(cell) for _, cell in rows]
    below = below_zero(held)
    option = frame(lang) | {
        "yAxis": names_axis([name(cell, lang) for cell, _ in rows], down=True),
        "xAxis": values_axis(unit_name(table, value, unit, lang), across=True, below=below),
    }
    option["series"] = [
        {
            "type": "bar",
            "barWidth": "62%",
            "data": [
                {
                    "value": 0 if cell is None else cell,
                    "itemStyle": signed_style(cell or 0.0),
                    "label": tag(unit.clear_text(cell, sign=below), "left" if (cell or 0) < 0 else "right"),
                }
                for cell in held
            ],
            "markLine": zero_line(across=True),
        }
    ]
    return finished(option)


def coalition_bars(table: Table, lang: Lang, *, label: str = "coalition", value: str = "worth") -> Option:
    """Return what each coalition can secure for itself, in the table's order."""
    return ranking(table, lang, label=label, value=value, sort=False)


def grouped_bars(table: Table, lang: Lang, *, label: str = "region", values: Sequence[str]) -> Option:
    """Bars side by side, one a column: never stacked, so that columns that must not be added are not.

    A loss is an empty, hatched bar in its group's colour.
    """
    unit = unit_of(table, values, lang)
    groups = [name(column(table, key).title, lang) for key in values]
    signed = below_zero(*(table.column(key) for key in values))
    option = frame(lang, legend=groups) | {
        "yAxis": names_axis([name(cell, lang) for cell in table.column(label)], down=True),
        "xAxis": values_axis(unit_name(table, values[0], unit, lang), across=True, below=signed),
    }
    option["series"] = [
        {
            "type": "bar",
            "name": group,
            "barMaxWidth": 15,
            "barGap": "12%",
            "itemStyle": {"color": palette.SERIES[at], **({"decal": palette.DECALS[at]} if palette.DECALS[at] else {})},
            "data": [_grouped(unit, cell, at, signed) for cell in table.column(key)],
        }
        for at, (key, group) in enumerate(zip(values, groups, strict=True))
    ]
    option["series"][0]["markLine"] = zero_line(across=True)
    return finished(option)


def _grouped(unit: Scale, cell: float | None, at: int, signed: bool) -> Option:
    held = unit.of(cell)
    style: Option = {}
    if held is not None and held < 0:
        hatch = palette.HATCH | {"color": palette.SERIES[at]}
        style = {"color": palette.PAPER, "borderColor": palette.SERIES[at], "borderWidth": 1.5, "decal": hatch}
    position = "left" if held is not None and held < 0 else "right"
    said = tag(unit.clear_text(held, sign=signed), position, fontSize=11)
    return {"value": 0 if held is None else held, "label": said, **({"itemStyle": style} if style else {})}


def tornado(
    table: Table,
    lang: Lang,
    *,
    base: float,
    label: str = "driver",
    low: str = "low",
    high: str = "high",
    low_setting: str | None = None,
    high_setting: str | None = None,
) -> Option:
    """How far the headline moves with each assumption, the widest first.

    Parameters
    ----------
    table : Table
        A row an assumption: its name, the result at its low and at its high setting.
    base : float
        The headline, in the stored unit of the columns.
    low_setting, high_setting : str, optional
        Columns that say which setting gave which end; printed beside the name.
    """
    unit = scale([base, *table.column(low), *table.column(high)], column(table, low).style, lang)
    settings = [table.column(key) if key else [None] * len(table.rows) for key in (low_setting, high_setting)]
    rows = sorted(
        zip(table.column(label), table.column(low), table.column(high), *settings, strict=True),
        key=lambda row: -abs((row[2] or 0) - (row[1] or 0)),
    )
    names = [_setting(name(row[0], lang), row[3], row[4], lang) for row in rows]
    ends = [(float(unit.of(row[1]) or 0), float(unit.of(row[2]) or 0)) for row in rows]
    option = frame(lang) | {
        "yAxis": names_axis(names, down=True),
        "xAxis": values_axis(unit_name(table, low, unit, lang), across=True, below=True) | {"scale": True},
    }
    bars = spans(ends, id="drivers", styles=[{"color": palette.BAND} for _ in ends])
    centre = unit.of(base) or 0.0
    bars[1]["markLine"] = {
        **pieces([]),
        "lineStyle": {"color": palette.INK, "type": "solid", "width": 1.5},
        "data": [{"xAxis": centre, "label": tag(unit.scaled_text(centre), "start", fontWeight="bold")}],
    }
    left = words([(min(pair), at, unit.scaled_text(min(pair))) for at, pair in enumerate(ends)], position="left")
    right = words([(max(pair), at, unit.scaled_text(max(pair))) for at, pair in enumerate(ends)])
    option["series"] = [*bars, left, right]
    option["grid"]["top"] = 26
    return finished(option)


def _setting(driver: str, low: object, high: object, lang: Lang) -> str:
    if low is None or high is None:
        return driver
    to = "至" if lang == "zh" else " to "
    return f"{driver}\n{name(low, lang)}{to}{name(high, lang)}"
