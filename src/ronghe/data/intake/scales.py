"""Figures a scale apart from the other times of their series, and jumps between one time and the next.

A series is what has one key but for its year or period. A figure looks like one in another unit when the median of
the others lies a factor of 10^3, 10^4 or 10^8 away, give or take a factor 2, and the others agree among themselves.
Nothing is converted: the cell is told with the unit it looks like.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.errors import UnitFault
from ronghe.base.text import Text, same
from ronghe.base.units import BASES, SCALES, in_words, parse
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.joined import Joined

FACTORS = (1e3, 1e4, 1e8)
"""Between the scales that tables are printed in: thousands, 万, 亿."""

JUMP = 10.0


def check_scales(read: Joined, found: Findings) -> Mapping[str, frozenset[int]]:
    """Tell figures that stand a scale apart from the other times of their series, and jumps; return the former."""
    time = next((one.name for one in read.schema.fields if one.key and one.type in ("year", "period")), None)
    if time is None:
        return {}
    numbers = [one.name for one in read.schema.fields if one.type in ("number", "count", "index") and not one.key]
    return {name: _over_time(read, name, time, found) for name in numbers if name in read.columns}


def scale_between(value: float, usual: float) -> float | None:
    """Return the factor by which two figures lie apart, None where it is none of those between units.

    Examples
    --------
    >>> scale_between(1.2e7, 1300.0), scale_between(5.0, 7.0)
    (10000.0, None)
    """
    ratio = abs(value / usual) if value and usual else 0.0
    return next((f for f in FACTORS if ratio and (f / 2 <= ratio <= 2 * f or f / 2 <= 1 / ratio <= 2 * f)), None)


def _over_time(read: Joined, column: str, time: str, found: Findings) -> frozenset[int]:
    """Tell the odd figures of one column; return the rows of those a scale apart."""
    values, times = read.columns[column], read.columns[time]
    apart: set[int] = set()
    least = _material(read, column, time)
    for rows in _wide_series(read, column, time):
        ordered = sorted(rows, key=lambda row: times[row])
        for at, row in enumerate(ordered):
            others = [abs(values[other]) for other in ordered if other != row and values[other]]
            if len(others) < 2 or not values[row]:
                continue
            usual = statistics.median(others)
            scale = scale_between(values[row], usual) if _agree(others, usual) else None
            if max(abs(values[row]), usual) < least(row):
                continue
            if scale is not None:
                apart.add(row)
                found.add("E214_scale", read.place(row, column), read=quoted(values[row]), usual=same(f"{usual:.6g}"),
                          factor=same(f"{scale:g}"), year=times[row],
                          unit=suspected(read, row, column, usual))  # fmt: skip
                continue
            before = values[ordered[at - 1]] if at and ordered[at - 1] not in apart else 0.0
            if before and not 1 / JUMP <= abs(values[row] / before) <= JUMP:
                found.add("E229_jump", read.place(row, column), read=quoted(values[row]), before=quoted(before),
                          year=times[ordered[at - 1]])  # fmt: skip
    return frozenset(apart)


def _agree(others: Sequence[float], usual: float) -> bool:
    """Whether most of the other figures are of one size."""
    return 2 * sum(usual / JUMP <= one <= usual * JUMP for one in others) > len(others)


def _wide_series(read: Joined, column: str, time: str) -> Iterator[Sequence[int]]:
    """Return the rows of each series whose figures differ by more than a jump."""
    size = np.abs(np.array(read.columns[column], dtype=float))
    needed = [one.name for one in read.schema.fields if one.key and (one.required or one.name == time)]
    kept = np.isfinite(size)
    for name in needed:
        kept &= np.array([value is not None for value in read.columns[name]], dtype=bool)
    rows = np.flatnonzero(kept & (size > 0))
    # A table whose figures are in units of their own has one series a unit.
    units = ["unit"] if "unit" in read.columns and "indicator" not in read.columns else []
    series = _codes(read, [name for name in (*read.schema.key, *units) if name != time])[rows]
    order = np.argsort(series, kind="stable")
    starts = np.flatnonzero(np.diff(series[order], prepend=-1))
    if not len(starts):
        return
    sizes = size[rows][order]
    most, least = np.maximum.reduceat(sizes, starts), np.minimum.reduceat(sizes, starts)
    ends = np.append(starts[1:], len(order))
    for one in np.flatnonzero(most > JUMP * least):
        yield rows[order[starts[one] : ends[one]]].tolist()


def _codes(read: Joined, names: Sequence[str]) -> Any:
    """Return a number for each row, the same for rows that agree in some columns."""
    codes = np.zeros(len(read), dtype=np.int64)
    for name in names:
        known: dict[Any, int] = {}
        here = np.array([known.setdefault(value, len(known)) for value in read.columns[name]], dtype=np.int64)
        _, codes = np.unique(codes * (len(known) + 1) + here, return_inverse=True)
    return codes


def _material(read: Joined, column: str, time: str) -> Callable[[int], float]:
    """Return the size of a row's kind below which a flow between two regions may come and go: the median.

    Between two regions of little trade a flow of nothing to speak of may well be a thousand times another.
    """
    ends = {end.name for end in read.schema.ends}
    if len(ends) < 2:
        return lambda _: 0.0

    @cache
    def sizes() -> tuple[Any, Floats]:
        kinds = _codes(read, [name for name in read.schema.key if name != time and name not in ends])
        return kinds, np.abs(np.array(read.columns[column], dtype=float))

    @cache
    def median(kind: int) -> float:
        kinds, size = sizes()
        return float(np.median(size[(kinds == kind) & (size > 0)]))

    return lambda row: median(int(sizes()[0][row]))


def suspected(read: Joined, row: int, column: str, usual: float) -> Text:
    """Return, in brackets, the unit that a figure looks like beside what is usual; nothing where none is known."""
    units = read.columns.get("unit")
    unit = read.schema.field(column).unit or (units[row] if units is not None else None) or ""
    value = read.columns[column][row]
    scale = scale_between(value, usual)
    named = "" if scale is None else _scaled(f"{unit}", 1 / scale if abs(value) > abs(usual) else scale)
    return Text(f"（疑为“{named}”）", f' (perhaps "{in_words(named).en}")') if named else Text("", "")


def _scaled(unit: str, by: float) -> str:
    """Return the unit that is ``by`` times another, as it is written; empty where there is none."""
    whole, slash, per = unit.partition("/")
    try:
        wanted = float(parse(whole).factor) * by
    except UnitFault:
        return ""
    scales = sorted((scale for scale in SCALES if not scale.isascii()), key=len)
    base = next((whole.removeprefix(one) for one in scales if whole.startswith(one) and whole != one), whole)
    for scale in ("", *scales):
        if base in BASES and abs(float(BASES[base][1]) * SCALES.get(scale, 1) / wanted - 1) < 1e-9:
            return f"{scale}{base}{slash}{per}"
    return ""
