"""Totals of a sheet held against the sum of their parts, and left out: by columns of a wide sheet."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ronghe.base.text import same
from ronghe.data.intake import vocabulary
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded
from ronghe.data.intake.labels import kind_of_label
from ronghe.data.intake.layout import Layout, text_of
from ronghe.data.intake.numbers import number
from ronghe.data.intake.sheet import Cell, Sheet
from ronghe.data.intake.wide import Wide

NATION = frozenset({"全国", "全国总计", "全国合计", "中国", "china", "nation", "nationaltotal"})
"""Totals of the whole country, which are the sum of the rows only where all units stand in them."""

NORTHEAST = frozenset({"东北", "东北地区", "northeastern", "东北合计"})
SUBTOTALS = frozenset({"小计", "subtotal"})
_SUFFIX = re.compile("(地区)?(合计|小计|总计)?$")


def compare_totals(
    sheet: Sheet,
    wide: Wide,
    found: Findings,
    *,
    adds_up: Callable[[int], bool],
    whole: bool,
    code_of: Callable[[str], str],
    is_part: Callable[[str], bool] = lambda label: True,
) -> None:
    """Tell every total and every sum of a group of a wide sheet that is not the sum of its parts.

    Parameters
    ----------
    adds_up : callable
        Whether the figures of a column may be added up.
    whole : bool
        Whether the rows are all units of the country.
    code_of : callable
        Code of the unit that a label names, empty where it names none.
    is_part : callable
        Whether a label is a unit of the table's own level: what stands above it is no part of a total.
    """
    labels = {row: text_of(sheet.cell(row, wide.key)) for row in range(wide.first, wide.last)}
    kinds = {row: kind_of_label(label) for row, label in labels.items()}
    filled = [row for row, label in labels.items() if label.strip() and _has_figures(sheet, row, wide)]
    parts = [row for row in filled if (not kinds[row] and is_part(labels[row])) or kinds[row] == "residual"]
    codes = {row: code_of(labels[row]) for row in parts} if wide.kind == "region" else dict.fromkeys(parts, "-")
    # What is no unit that is known may belong to a total or stand beside it.
    loose = [row for row in filled if kinds[row] == "apart" or (row in codes and not codes[row] and not kinds[row])]
    belts = not any(folded(label) in NORTHEAST for label in labels.values())
    columns = [column for column in wide.heads if adds_up(column)]
    for row in filled:
        label = labels[row]
        sums: list[list[int]] = []
        if kinds[row] == "total" and not (folded(label) in NATION and not whole):
            sums = [parts, [*parts, *loose], [one for one in parts if one not in loose]]
        elif kinds[row] == "group":
            sums = _of_group(row, label, codes, kinds, belts=belts)
        for column in columns if any(sums) else ():
            _held(sheet, (row, column), [[(part, column) for part in rows] for rows in sums if rows], found)
    if wide.matrix:
        _across(sheet, wide, parts, found)


def _of_group(
    row: int, label: str, codes: Mapping[int, str], kinds: Mapping[int, str], *, belts: bool
) -> list[list[int]]:
    """Return the rows that a group may sum: the members of an area that it names, or the rows beside a subtotal."""
    if folded(label).strip("()") in SUBTOTALS:
        above, below = (_block(row, step, codes, kinds) for step in (-1, 1))
        return [rows for rows in (above, below) if len(rows) > 1]
    name = _SUFFIX.sub("", folded(label))
    members = vocabulary.members(name)
    if not members or (belts and vocabulary.areas().get(name, ("", ""))[1] == "plate"):
        # Three belts without a north-east are another division of the country than the four plates.
        return []
    rows = [one for one, code in codes.items() if code in members]
    return [rows] if len(rows) == len(members) else []


def _block(row: int, step: int, codes: Mapping[int, str], kinds: Mapping[int, str]) -> list[int]:
    """Return the units next to a row, up to the next row that is none."""
    rows: list[int] = []
    at = row + step
    while at in kinds and at in codes:
        rows.append(at)
        at += step
    return rows


def compare_long(
    sheet: Sheet,
    layout: Layout,
    totals: Sequence[tuple[int, str]],
    body: Sequence[int],
    found: Findings,
    *,
    whole: bool,
    adds_up: Callable[[str], bool],
) -> None:
    """Tell every total of a long sheet that is not the sum of the rows which share its other keys.

    Parameters
    ----------
    totals : sequence of (row, label)
    body : sequence of int
        Rows of the parts.
    whole : bool
        Whether the rows are all units of the country.
    adds_up : callable
        Whether the figures of an indicator may be added up; empty for a table without indicators.
    """
    rows = sheet.expanded()
    keys = [column for column, one in layout.columns.items() if one.key]
    values = [c for c, one in layout.columns.items() if one.numeric and not one.key and one.type in ("number", "count")]
    told = next((column for column, one in layout.columns.items() if one.name == "indicator"), None)
    for row, label in totals:
        nation = folded(label) in NATION
        if kind_of_label(label) != "total" or (nation and not whole):
            continue
        others = [column for column in keys if kind_of_label(text_of(_at(rows, row, column))) != "total"]
        if not adds_up("" if told is None else text_of(_at(rows, row, told))):
            continue
        alike = [folded(text_of(_at(rows, row, column))) for column in others]
        parts = [at for at in body if [folded(text_of(_at(rows, at, column))) for column in others] == alike]
        for column in values:
            _held(sheet, (row, column), [[(at, column) for at in parts]], found)


def _at(rows: Sequence[Sequence[Cell]], row: int, column: int) -> Cell:
    return rows[row][column] if column < len(rows[row]) else None


def _across(sheet: Sheet, wide: Wide, parts: list[int], found: Findings) -> None:
    """Tell totals that stand in a column of a matrix."""
    rows = sheet.expanded()
    for column in range(wide.key + 1, sheet.width):
        if column in wide.heads or column in wide.keys.values():
            continue
        heads = [text_of(rows[row][column]) for row in range(wide.top, wide.first) if column < len(rows[row])]
        if any(kind_of_label(text) == "total" and folded(text) not in NATION for text in heads):
            for row in parts:
                _held(sheet, (row, column), [[(row, part) for part in wide.heads]], found)


def _has_figures(sheet: Sheet, row: int, wide: Wide) -> bool:
    return any(text_of(sheet.cell(row, column)).strip() for column in wide.heads)


def _held(sheet: Sheet, at: tuple[int, int], sums: Sequence[Sequence[tuple[int, int]]], found: Findings) -> None:
    """Tell a total that is the sum of none of the sets of parts that it may sum."""
    stated = _figure(sheet.cell(*at))
    made: list[tuple[float, int]] = []
    for parts in sums:
        read = [_figure(sheet.cell(*part)) for part in parts]
        figures = [one for one in read if one is not None]
        # A missing part leaves nothing to compare.
        if stated is None or len(figures) < len(read) or len(figures) < 2:
            return
        total = sum(value for value, _ in figures)
        digits = max(stated[1], *(decimals for _, decimals in figures))
        if abs(total - stated[0]) <= 0.5 * 10.0**-digits * len(figures) + 1e-12 * abs(total):
            return
        made.append((total, len(figures)))
    if made:
        found.add("E502_total", sheet.place(*at), read=quoted(text_of(sheet.cell(*at))),
                  total=same(f"{made[0][0]:.15g}"), count=made[0][1])  # fmt: skip


def _figure(cell: Cell) -> tuple[float, int] | None:
    """Return a figure and its printed decimals."""
    text = text_of(cell)
    value = number(text).value if text.strip() else None
    if value is None or isinstance(cell, bool):
        return None
    return value, len(text.partition(".")[2].rstrip("0 ").split("%")[0])
