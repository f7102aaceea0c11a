"""A sheet as it stands in a file: raw cells, and what a spreadsheet knows of them beside their values."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Value = str | float | bool | None
"""A raw cell: text, a number, a boolean, or nothing. Dates are kept as :class:`Dated`."""

THOUSANDS = re.compile(r"[0#?],+(?![0#?])")
"""A number format that shows thousands: a comma behind the last digit."""


@dataclass(frozen=True, slots=True)
class Dated:
    """A cell that a spreadsheet holds as a date or a time.

    Attributes
    ----------
    text : str
        ISO form: ``2023-12-31``, or with a time.
    """

    text: str

    def __str__(self) -> str:
        return self.text


def dated(value: datetime.date | datetime.time) -> Dated:
    """Return a date, a time or both as a cell; midnight is a date alone."""
    return Dated(value.isoformat().removesuffix("T00:00:00"))


Cell = Value | Dated
Range = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """One sheet, or one text file.

    Attributes
    ----------
    file, name : str
        Name of the file, and of the sheet (empty for text).
    rows : sequence of sequence of Cell
        Cells from A1 on; rows may differ in length.
    merged : tuple of Range
        First row, first column, last row, last column, counted from 0.
    hidden_rows, hidden_columns : frozenset of int
    hidden : bool
        Whether the sheet as a whole is hidden.
    errors : mapping of (row, column) to str
        Error values such as ``#REF!``.
    without_value : frozenset of (row, column)
        Formulas whose value was not stored.
    scaled : frozenset of (row, column)
        Numbers that are displayed divided by thousands.
    lines : sequence of int
        Of a file without sheets, the line on which each row begins, or its number counted from 1; the names of columns
        stand on 0.
    counted : str
        What ``lines`` counts: ``line`` of a text, ``row`` of a Parquet table.
    """

    file: str
    name: str
    rows: Sequence[Sequence[Cell]]
    merged: tuple[Range, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    hidden: bool = False
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    without_value: frozenset[tuple[int, int]] = frozenset()
    scaled: frozenset[tuple[int, int]] = frozenset()
    lines: Sequence[int] = ()
    counted: str = "line"

    @property
    def width(self) -> int:
        """Number of columns."""
        return max((len(row) for row in self.rows), default=0)

    def cell(self, row: int, column: int) -> Cell:
        """Return one raw cell; nothing outside the sheet."""
        if row < len(self.rows) and column < len(self.rows[row]):
            return self.rows[row][column]
        return None

    def place(self, row: int, column: int | None = None, *, heading: str = "") -> str:
        """Return ``file!sheet!C5``, or ``file!line 14, column persons`` of a file without sheets."""
        if self.lines:
            line = self.lines[row] if row < len(self.lines) else row + 1
            named = heading or ("" if column is None else letters(column))
            return f"{self.file}!{self.counted} {line}" + (f", column {named}" if named else "")
        where = f"row {row + 1}" if column is None else f"{letters(column)}{row + 1}"
        return f"{self.file}!{self.name}!{where}"

    @property
    def title(self) -> str:
        """File and sheet."""
        return f"{self.file}!{self.name}" if self.name else self.file

    def expanded(self) -> list[list[Cell]]:
        """Return rows of equal length with the value of a merged range in each of its cells."""
        width = self.width
        rows = [[*row, *(None,) * (width - len(row))] for row in self.rows]
        for top, left, bottom, right in self.merged:
            value = self.cell(top, left)
            for row in range(top, min(bottom + 1, len(rows))):
                for column in range(left, min(right + 1, width)):
                    rows[row][column] = value
        return rows


def letters(column: int) -> str:
    """Return the letters of a column counted from 0.

    Examples
    --------
    >>> letters(0), letters(26)
    ('A', 'AA')
    """
    text, left = "", column + 1
    while left:
        left, rest = divmod(left - 1, 26)
        text = chr(65 + rest) + text
    return text
