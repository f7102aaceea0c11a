"""Lines: an indicator by year with its interval, and a result as a curve with its scenario band."""

from __future__ import annotations

from itertools import pairwise

from ronghe.base.exhibit import Table
from ronghe.base.spread import WORDS
from ronghe.base.text import Lang, Text
from ronghe.report import palette
from ronghe.report.charts.common import (
    WHISKER,
    Option,
    column,
    finished,
    frame,
    name,
    names_axis,
    pieces,
    segment,
    spans,
    tag,
    unit_name,
    unit_of,
    values_axis,
    zero_line,
)
from ronghe.report.numbers import num

CHANGED = Text("分类调整", "new classification")
_Point = tuple[int, float, float | None, float | None, object]


def line_interval(
    table: Table,
    lang: Lang,
    *,
    year: str = "year",
    value: str = "value",
    low: str = "low",
    high: str = "high",
    group: str = "group",
    classification: str = "classification",
) -> Option:
    """Lines by year with whiskers, broken where the classification changes.

    Parameters
    ----------
    table : Table
        Tidy: one row a group and year. ``group`` names the line (members, outsiders), ``classification``
        the classes in force; no line crosses from one classification to the next.
    """
    unit = unit_of(table, [value, low, high], lang)
    keys = (group, year, value, low, high, classification)
    rows = list(zip(*(table.column(key) for key in keys), strict=True))
    groups = list(dict.fromkeys(name(row[0], lang) for row in rows))
    lines: dict[str, list[_Point]] = {title: [] for title in groups}
    for row in rows:
        held = unit.of(row[2])
        if held is not None:
            lines[name(row[0], lang)].append((int(row[1]), held, unit.of(row[3]), unit.of(row[4]), row[5]))
    years = sorted({point[0] for points in lines.values() for point in points})
    slots = 2 * len(groups)
    interval = WORDS["interval"].of(lang)
    option = frame(lang, legend=[*groups, {"name": interval, "icon": WHISKER}], top=64) | {
        "xAxis": _years_axis(years, slots),
        "yAxis": values_axis(unit_name(table, value, unit, lang), across=False),
    }
    series: list[Option] = []
    whiskers: list[tuple[int, float, float, str]] = []
    for at, title in enumerate(groups):
        points = sorted(lines[title], key=lambda point: point[0])
        # Groups stand beside each other inside a year; the first slot of a year is left free for a break.
        slot = {when: (when - years[0]) * slots + 2 * at + 1 for when, *_ in points}
        series.append(_line(points, title, at, slot))
        whiskers += [
            (slot[when], a, b, palette.SERIES[at]) for when, _, a, b, _ in points if a is not None and b is not None
        ]
    if series:
        series[0]["markLine"] = _breaks(lines, years, slots, lang)
    option["series"] = [*series, _whiskers(whiskers, interval)]
    return finished(option)


def _years_axis(years: list[int], slots: int) -> Option:
    """Return an axis of years, each with ``slots`` places; its name stands in the middle one."""
    first, last = (years[0], years[-1]) if years else (0, -1)
    step = 1 if last - first < 20 else 2 if last - first < 40 else 5
    shown = range(first, last + 1, step)
    names = [
        str(year) if place == slots // 2 and year in shown else ""
        for year in range(first, last + 1)
        for place in range(slots)
    ]
    return names_axis(names)


def _line(points: list[_Point], title: str, at: int, slot: dict[int, int]) -> Option:
    data: list[list[float | str]] = []
    for before, point in zip([None, *points], points, strict=False):
        if before is not None and before[4] != point[4]:
            data.append([slot[point[0]] - 1, "-"])
        data.append([slot[point[0]], point[1]])
    return {
        "type": "line",
        "name": title,
        "symbol": palette.SYMBOLS[at],
        "symbolSize": 8,
        "showSymbol": True,
        "connectNulls": False,
        "itemStyle": {"color": palette.SERIES[at]},
        "lineStyle": {"color": palette.SERIES[at], "width": 2, "type": ("solid", "dashed", "dotted")[at % 3]},
        "data": data,
        "z": 4,
    }


def _whiskers(ends: list[tuple[int, float, float, str]], said: str) -> Option:
    return {
        "type": "scatter",
        "name": said,
        "symbol": "rect",
        "symbolSize": [9, 1.5],
        "itemStyle": {"color": palette.INK, "opacity": 1},
        "data": [
            {"value": [at, end], "itemStyle": {"color": colour, "opacity": 1}}
            for at, low, high, colour in ends
            for end in (low, high)
        ],
        "markLine": pieces([segment((at, low), (at, high), color=colour) for at, low, high, colour in ends]),
        "z": 3,
    }


def _breaks(lines: dict[str, list[_Point]], years: list[int], slots: int, lang: Lang) -> Option:
    """Return the upright lines before the years in which the classification changes."""
    changed: set[int] = set()
    for points in lines.values():
        ordered = sorted(points, key=lambda point: point[0])
        changed |= {b[0] for a, b in pairwise(ordered) if a[4] != b[4]}
    places = [(year - years[0]) * slots for year in changed]
    label = tag(CHANGED.of(lang), "end", color=palette.MUTED, fontSize=11)
    return {
        "silent": True,
        "symbol": "none",
        "lineStyle": {"type": "dashed", "color": palette.MUTED, "width": 1},
        "label": label,
        "data": [{"xAxis": place} for place in sorted(places)],
    }


def line_band(
    table: Table,
    lang: Lang,
    *,
    x: str = "cut",
    value: str = "gain",
    low: str = "low",
    high: str = "high",
    now: str | None = None,
) -> Option:
    """A result as a curve over named steps, with its scenario band as a light ribbon.

    Where the band is known for one step only, it is a light box there.

    Parameters
    ----------
    table : Table
        One row a step, in order; ``x`` may hold texts ("walls", "now", "−20 %"): steps stand at equal distance.
    now : str, optional
        Name of the step that is today, marked by an upright line.
    """
    unit = unit_of(table, [value, low, high], lang)
    steps = [_step(table, x, at, lang) for at in range(len(table.rows))]
    held, lows, highs = ([unit.of(cell) for cell in table.column(key)] for key in (value, low, high))
    band, title = WORDS["band"].of(lang), name(column(table, value).title, lang)
    ends = [(a, b) if a is not None and b is not None else None for a, b in zip(lows, highs, strict=True)]
    legend: list[str | Option] = [title, {"name": band, "icon": "roundRect"}] if any(ends) else [title]
    option = frame(lang, legend=legend, top=64) | {
        "xAxis": names_axis(steps) | {"boundaryGap": True, "name": ""},
        "yAxis": values_axis(unit_name(table, value, unit, lang), across=False),
    }
    alone = [pair if pair and not beside else None for pair, beside in zip(ends, _beside(ends), strict=True)]
    joined = [pair if beside else None for pair, beside in zip(ends, _beside(ends), strict=True)]
    ribbon = {"type": "line", "stack": "ribbon", "stackStrategy": "all", "symbol": "none", "silent": True}
    option["series"] = [
        *spans(alone, id="box", name=band, styles=[{"color": palette.BAND}] * len(alone), width=14),
        ribbon | {"data": [pair[0] if pair else None for pair in joined], "lineStyle": {"opacity": 0}},
        ribbon
        | {
            "name": band,
            "data": [pair[1] - pair[0] if pair else None for pair in joined],
            "lineStyle": {"opacity": 0},
            "itemStyle": {"color": palette.BAND},
            "areaStyle": {"color": palette.BAND, "opacity": 0.75, "origin": "start"},
        },
        {
            "type": "line",
            "name": title,
            "data": [
                _curve_point(cell, unit.scaled_text(cell, sign=True), boxed=box is not None)
                for cell, box in zip(held, alone, strict=True)
            ],
            "symbol": "circle",
            "symbolSize": 8,
            "itemStyle": {"color": palette.GAIN},
            "lineStyle": {"width": 2, "color": palette.GAIN},
            "markLine": zero_line(across=False),
            "z": 5,
        },
    ]
    if now is not None and now in steps:
        mark = {"xAxis": steps.index(now), "lineStyle": {"type": "dashed", "color": palette.MUTED}}
        option["series"][-1]["markLine"]["data"].append(mark)
    return finished(option)


def _beside(ends: list[tuple[float, float] | None]) -> list[bool]:
    """Tell of each step whether a step beside it has a band too: then a ribbon joins them, else a box stands alone."""
    there = [False, *(pair is not None for pair in ends), False]
    return [there[at] and (there[at - 1] or there[at + 1]) for at in range(1, len(ends) + 1)]


def _curve_point(value: float | None, text: str, *, boxed: bool) -> Option | str:
    if value is None:
        return "-"
    # Above or below, the label would lie over the box and hide where the band ends.
    place = "left" if boxed else "bottom" if value < 0 else "top"
    return {"value": value, "label": tag(text, place, textBorderColor=palette.PAPER, textBorderWidth=3)}


def _step(table: Table, key: str, at: int, lang: Lang) -> str:
    cell = table.column(key)[at]
    if isinstance(cell, (Text, str)):
        return name(cell, lang)
    return num(cell, column(table, key).style, lang, sign=column(table, key).style.endswith("pct"))
