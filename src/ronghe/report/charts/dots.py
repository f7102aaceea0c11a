"""Dots: a figure with its spread, several readings side by side, and counts by year.

Two marks for two things: sampling error is a whisker (区间), assumed parameters are a light box
(情景带). What the core allows is neither and has a mark of its own, a thin grey bar.
"""

from __future__ import annotations

from collections.abc import Sequence

from ronghe.base.exhibit import Table
from ronghe.base.spread import WORDS
from ronghe.base.text import LANGS, Lang, Text
from ronghe.report import palette
from ronghe.report.charts.common import (
    WHISKER,
    Option,
    below_zero,
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
    words,
    zero_line,
)

ICONS = {WORDS["band"].of(lang): "roundRect" for lang in LANGS} | {
    WORDS["interval"].of(lang): WHISKER for lang in LANGS
}
CORE = Text("核的范围", "Core range")


def dot_plot(
    table: Table,
    lang: Lang,
    *,
    label: str = "region",
    value: str = "gain",
    low: str = "low",
    high: str = "high",
    spread: str = "spread",
) -> Option:
    """One dot a row with its spread, each kind under its own mark.

    Parameters
    ----------
    table : Table
        Columns ``label``, ``value``, ``low``, ``high`` and ``spread``, the last holding ``interval``,
        ``band`` or ``none``.
    """
    unit = unit_of(table, [value, low, high], lang)
    kinds = [str(kind) for kind in table.column(spread)]
    held, lows, highs = ([unit.of(cell) for cell in table.column(key)] for key in (value, low, high))
    ends = [(a, b) if a is not None and b is not None else None for a, b in zip(lows, highs, strict=True)]
    boxes = [pair if kind == "band" else None for pair, kind in zip(ends, kinds, strict=True)]
    whiskers = [
        (at, *pair) for at, (pair, kind) in enumerate(zip(ends, kinds, strict=True)) if pair and kind == "interval"
    ]
    band, interval = WORDS["band"].of(lang), WORDS["interval"].of(lang)
    marks = {band: any(boxes), interval: bool(whiskers)}
    said: list[str | Option] = [{"name": word, "icon": ICONS[word]} for word, there in marks.items() if there]
    signed = below_zero(held)
    option = frame(lang, legend=said) | {
        "yAxis": names_axis([name(cell, lang) for cell in table.column(label)], down=True),
        "xAxis": values_axis(unit_name(table, value, unit, lang), across=True, below=below_zero(held, lows)),
    }
    option["series"] = [
        *spans(boxes, id="band", name=band, styles=[{"color": palette.BAND}] * len(boxes), width=14),
        _caps(whiskers, interval),
        {
            "type": "scatter",
            "symbolSize": 11,
            "data": [_dot(cell, at) for at, cell in enumerate(held) if cell is not None],
            "markLine": zero_line(across=True),
            "z": 5,
        },
        words(
            # At the band's end the figure would read as that end.
            [(cell or 0.0, at, unit.clear_text(cell, sign=signed)) for at, cell in enumerate(held)],
            position="top",
            distance=6,
        ),
    ]
    made = finished(option)
    return made | {"height": made["height"] + 8 * len(held)}


def _dot(value: float, at: int) -> Option:
    if value < 0:
        look: Option = {"color": palette.PAPER, "borderColor": palette.LOSS, "borderWidth": 2.5, "opacity": 1}
    else:
        look = {"color": palette.GAIN, "opacity": 1}
    return {"value": [value, at], "itemStyle": look}


def _caps(whiskers: Sequence[tuple[int, float, float]], said: str) -> Option:
    """Return whiskers: a line from low to high with a short cross line at both ends."""
    return {
        "type": "scatter",
        "name": said,
        "symbol": "rect",
        "symbolSize": [2, 12],
        "itemStyle": {"color": palette.INK, "opacity": 1},
        "data": [[end, at] for at, low, high in whiskers for end in (low, high)],
        "markLine": pieces([segment((a, at), (b, at), color=palette.INK, width=1.5) for at, a, b in whiskers]),
        "z": 4,
    }


def shares_plot(
    table: Table,
    lang: Lang,
    *,
    values: Sequence[str],
    label: str = "region",
    low: str | None = None,
    high: str | None = None,
) -> Option:
    """Several readings of who receives what, side by side, each with its own symbol.

    Parameters
    ----------
    values : sequence of str
        Columns, one a reading (Shapley value, nucleolus, least compensation, …).
    low, high : str, optional
        Columns with the core range, drawn as a thin bar.
    """
    ranged = [key for key in (low, high) if key]
    unit = unit_of(table, [*values, *ranged], lang)
    readings = [name(column(table, key).title, lang) for key in values]
    core = CORE.of(lang)
    option = frame(lang, legend=[*readings, *([core] if ranged else [])]) | {
        "yAxis": names_axis([name(cell, lang) for cell in table.column(label)], down=True),
        "xAxis": values_axis(
            unit_name(table, values[0], unit, lang),
            across=True,
            below=below_zero(*(table.column(key) for key in (*values, *ranged))),
        ),
    }
    series: list[Option] = []
    if low and high:
        ends = [
            (unit.of(a) or 0.0, unit.of(b) or 0.0) if a is not None and b is not None else None
            for a, b in zip(table.column(low), table.column(high), strict=True)
        ]
        series += spans(ends, id="core", name=core, styles=[{"color": palette.GRID}] * len(ends), width=18)
    for at, (key, reading) in enumerate(zip(values, readings, strict=True)):
        shift = 6 * (at - (len(values) - 1) / 2)
        held = [unit.of(cell) for cell in table.column(key)]
        series.append(
            {
                "type": "scatter",
                "name": reading,
                "symbol": palette.SYMBOLS[at],
                "symbolSize": 11,
                "symbolOffset": [0, shift],
                "itemStyle": {"color": palette.SERIES[at], "opacity": 1},
                "data": [[cell, row] for row, cell in enumerate(held) if cell is not None],
                "z": 5,
            }
        )
    series[-1]["markLine"] = zero_line(across=True)
    option["series"] = series
    return finished(option)


def year_dots(
    table: Table, lang: Lang, *, label: str = "region", year: str = "year", value: str = "population"
) -> Option:
    """One dot a region and year on a line between its years; the first is hollow, the last is filled.

    Parameters
    ----------
    table : Table
        Tidy: one row a region and year. Regions stand in the order in which they first occur.
    """
    unit = unit_of(table, [value], lang)
    rows = list(zip(table.column(label), table.column(year), table.column(value), strict=True))
    names = list(dict.fromkeys(name(cell, lang) for cell, _, _ in rows))
    years = sorted({int(at) for _, at, _ in rows})
    held = {(name(cell, lang), int(at)): unit.of(number) for cell, at, number in rows}
    option = frame(lang, legend=[str(at) for at in years]) | {
        "yAxis": names_axis(names, down=True),
        "xAxis": values_axis(unit_name(table, value, unit, lang), across=True),
    }
    option["series"] = [_year(at, years, names, held) for at in range(len(years))]
    option["series"][-1]["data"] = [
        dot | {"label": tag(unit.scaled_text(dot["value"][0]), "right")} for dot in option["series"][-1]["data"]
    ]
    option["series"][0]["markLine"] = pieces(_ties(years, names, held))
    return finished(option)


def _year(at: int, years: list[int], names: list[str], held: dict[tuple[str, int], float | None]) -> Option:
    last = at == len(years) - 1
    colour = palette.SERIES[0] if last else palette.SERIES[1 + at % (len(palette.SERIES) - 1)]
    look: Option = {"color": colour if last else palette.PAPER, "borderColor": colour, "borderWidth": 2, "opacity": 1}
    dots = [(held.get((region, years[at])), row) for row, region in enumerate(names)]
    return {
        "type": "scatter",
        "name": str(years[at]),
        "symbol": palette.SYMBOLS[0 if last else 1 + at % (len(palette.SYMBOLS) - 1)],
        "symbolSize": 11,
        "itemStyle": look,
        "data": [{"value": [number, row]} for number, row in dots if number is not None],
        "z": 5,
    }


def _ties(years: list[int], names: list[str], held: dict[tuple[str, int], float | None]) -> list[list[Option]]:
    lines = []
    for row, region in enumerate(names):
        known = [number for year in years if (number := held.get((region, year))) is not None]
        if len(known) > 1:
            lines.append(segment((min(known), row), (max(known), row)))
    return lines
