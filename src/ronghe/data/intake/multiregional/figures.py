"""The figures of a block: rows of cells as arrays; cells that are no plain number are judged one by one.

A row of numbers becomes an array at once. Only text, blanks, errors and the like are looked at cell by cell, with the
faults of any other table. An empty cell is missing, never 0, unless the mapping says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ronghe.base.arrays import Floats
from ronghe.base.text import same
from ronghe.base.units import factor
from ronghe.data.intake.cells import Names, Wanted, limits, typed_column
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.register import Register
from ronghe.data.intake.sheet import Cell, Sheet, letters
from ronghe.data.schema import Field, schema

TOLD = 1000
"""Faults of one kind in one block that are told each; the others are counted."""

_NUMBERS = re.compile(r"[0-9.eE+\-\x1f]*")
_NO_NAMES = Names(Register(()), None, {})
_NUMERIC = {float, int}


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Where one block stands.

    Attributes
    ----------
    sheet : Sheet
    rows, columns : sequence of int
        Of the sheet, in the order of the table.
    unit : str
        In which the figures stand.
    turned : bool
        Whether the first axes of the block run along the columns of the sheet.
    """

    sheet: Sheet
    rows: Sequence[int]
    columns: Sequence[int]
    unit: str
    turned: bool = False

    def place(self, first: int, second: int = 0) -> str:
        """Return ``file!sheet!cell`` of one figure by its place along the first and the second axes."""
        row, column = (second, first) if self.turned else (first, second)
        return self.sheet.place(self.rows[row], self.columns[column])

    def without_cells(self) -> Part:
        """Return the same place, without the cells of the sheet."""
        return replace(self, sheet=replace(self.sheet, rows=(), errors={}, without_value=frozenset()))


def figures(part: Part, found: Findings, *, target: str = "万元", zeros: bool = False) -> Floats:
    """Return the figures of a block in ``target``, first axes in rows; a missing one is no number and told.

    Parameters
    ----------
    zeros : bool
        Whether empty cells are zero.
    """
    field = replace(schema("io").field("value"), unit=part.unit)
    columns = np.asarray(part.columns, dtype=np.intp)
    low, high = (int(columns.min()), int(columns.max()) + 1) if len(columns) else (0, 0)
    made = np.full((len(part.rows), len(columns)), np.nan)
    odd: list[tuple[int, int, Cell]] = []
    for at, row in enumerate(part.rows):
        cells = part.sheet.rows[row][low:high] if row < len(part.sheet.rows) else ()
        line = _plain(cells, high - low)
        if line is not None:
            made[at] = line[columns - low]
        else:
            _row(made[at], cells, (columns - low).tolist(), at, odd)
    bad = _unreadable(part, made, found)
    _judge(part, made, [one for one in odd if one[:2] not in bad], field, found, zeros=zeros)
    by = factor(part.unit, target)
    scaled = as_decimals(made * float(by.numerator) / float(by.denominator)) if by != 1 else made
    return scaled.T if part.turned else scaled


def as_decimals(values: Floats) -> Floats:
    """Return numbers as their first fifteen digits say them: what a change of units adds behind is rounding.

    Examples
    --------
    >>> as_decimals(np.array([0.1 + 0.2, 1.2345 * 1e4]))
    array([3.0000e-01, 1.2345e+04])
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        size = np.floor(np.log10(np.abs(values)))
    places = np.where(np.isfinite(size), 14.0 - size, 0.0)
    # Powers of ten up to 22 are exact, so that the nearest double of the decimal comes out.
    up, down = 10.0 ** np.clip(places, 0.0, 22.0), 10.0 ** np.clip(-places, 0.0, 22.0)
    return np.asarray(np.rint(values * up / down) * down / up)


def _plain(cells: Sequence[Cell], wanted: int) -> Floats | None:
    """Return a row that holds nothing but numbers, None where it holds anything else."""
    if len(cells) != wanted:
        return None
    kinds = set(map(type, cells))
    if kinds <= _NUMERIC:
        made = np.array(cells, dtype=np.float64)
    elif kinds == {str} and _NUMBERS.fullmatch("\x1f".join(cells)):  # type: ignore[arg-type]
        try:
            made = np.array(list(map(float, cells)))  # type: ignore[arg-type]
        except ValueError:
            return None
    else:
        return None
    return made if np.isfinite(made).all() else None


def _row(
    into: Floats, cells: Sequence[Cell], columns: Sequence[int], at: int, odd: list[tuple[int, int, Cell]]
) -> None:
    for k, column in enumerate(columns):
        cell = cells[column] if column < len(cells) else None
        if type(cell) is float and np.isfinite(cell):
            into[k] = cell
        else:
            odd.append((at, k, cell))


def _unreadable(part: Part, made: Floats, found: Findings) -> set[tuple[int, int]]:
    """Tell error values, formulas without a value and scaled displays; return the cells that cannot be used."""
    sheet = part.sheet
    bad: set[tuple[int, int]] = set()
    if not (sheet.errors or sheet.without_value or sheet.scaled):
        return bad
    rows = {row: at for at, row in enumerate(part.rows)}
    columns = {column: at for at, column in enumerate(part.columns)}

    def inside(cells: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
        return sorted(c for c in cells if c[0] in rows and c[1] in columns)

    for case, cells in (("E222_error", sheet.errors), ("E118_formula", sheet.without_value)):
        there = inside(cells)
        for row, column in there[:TOLD]:
            found.add(case, sheet.place(row, column), read=quoted(sheet.errors.get((row, column), "")))
        for row, column in there:
            made[rows[row], columns[column]] = np.nan
            bad.add((rows[row], columns[column]))
    for row, column in inside(sheet.scaled)[:TOLD]:
        found.add("E211_scaled", sheet.place(row, column), read=quoted(sheet.cell(row, column)))
    return bad


def _judge(
    part: Part, made: Floats, odd: list[tuple[int, int, Cell]], field: Field, found: Findings, *, zeros: bool
) -> None:
    """Read the cells that are no plain number, and tell those that are empty."""
    blank = [(at, k) for at, k, cell in odd if cell is None or (isinstance(cell, str) and not cell.strip())]
    empty = set(blank)
    rest = [one for one in odd if one[:2] not in empty]

    def place(k: int) -> str:
        return part.sheet.place(part.rows[rest[k][0]], part.columns[rest[k][1]])

    told = Findings()
    values = typed_column([cell for _, _, cell in rest], Wanted(field, part.unit), _NO_NAMES, told, place)
    named = {one.place for one in told}
    for k, ((at, column, _), value) in enumerate(zip(rest, values, strict=True)):
        if value is not None:
            made[at, column] = value
        elif place(k) not in named:
            # A sign such as — says that there is no figure; a table of flows needs one.
            told.add("E221_blank", place(k), count=1, wanted=limits(field))
    _some(told, part, field, found)
    if zeros and blank:
        for at, k in blank:
            made[at, k] = 0.0
        found.add("N006_zero", part.sheet.place(part.rows[blank[0][0]], part.columns[blank[0][1]]), count=len(blank))
    elif blank:
        _some(_runs(part, blank, field), part, field, found)


def _some(told: Findings, part: Part, field: Field, found: Findings) -> None:
    found.extend(told[:TOLD])
    if len(told) > TOLD:
        found.add("E221_more", part.sheet.title, count=len(told) - TOLD, wanted=limits(field))


def _runs(part: Part, blank: list[tuple[int, int]], field: Field) -> Findings:
    """Tell empty cells, neighbours in one row together."""
    told = Findings()
    cells = sorted((part.rows[at], part.columns[k]) for at, k in blank)
    start = 0
    for at in range(1, len(cells) + 1):
        if at < len(cells) and cells[at] == (cells[at - 1][0], cells[at - 1][1] + 1):
            continue
        (row, first), (_, last) = cells[start], cells[at - 1]
        where = part.sheet.place(row, first)
        if last > first:
            where += f":{letters(last)}" if part.sheet.lines else f":{letters(last)}{row + 1}"
        told.add("E221_blank", where, count=at - start, wanted=limits(field))
        start = at
    return told


def tell_negative(part: Part, block: str, values: Floats, allowed: Sequence[bool], found: Findings) -> None:
    """Tell negative figures.

    Parameters
    ----------
    values : array, shape (first, second)
    allowed : sequence of bool
        Along the second axis, whether a figure may be negative.
    """
    may = np.asarray(allowed, dtype=bool)
    there = np.argwhere((values < 0) & ~may[None, :])
    for first, second in there[:TOLD]:
        row, column = (second, first) if part.turned else (first, second)
        read = part.sheet.cell(part.rows[row], part.columns[column])
        found.add("E224_flow", part.place(first, second), read=quoted(read), block=same(block))
    if len(there) > TOLD:
        found.add("E221_more", part.sheet.title, count=len(there) - TOLD, wanted=same("≥ 0"))
