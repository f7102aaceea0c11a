"""Where a table stands on its sheet: a range such as ``A3:F40`` and the rows of its header, as mappings state them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from ronghe.data.intake.sheet import Sheet, letters

_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([1-9]\d{0,6}):\$?([A-Z]{1,3})\$?([1-9]\d{0,6})")
_ROWS = re.compile(r"([1-9]\d{0,6})(?:[:-]([1-9]\d{0,6}))?")


@dataclass(frozen=True, slots=True)
class Bounds:
    """A range of cells; rows and columns are counted from 0, the last ones lie inside."""

    top: int
    left: int
    bottom: int
    right: int

    def __str__(self) -> str:
        """As a spreadsheet writes it."""
        return f"{letters(self.left)}{self.top + 1}:{letters(self.right)}{self.bottom + 1}"

    def holds(self, row: int, column: int) -> bool:
        """Whether a cell lies inside."""
        return self.top <= row <= self.bottom and self.left <= column <= self.right


def bounds(text: str) -> Bounds | None:
    """Return a range as written, None where it is none.

    Examples
    --------
    >>> bounds("B3:D40")
    Bounds(top=2, left=1, bottom=39, right=3)
    """
    found = _RANGE.fullmatch(text.strip().upper())
    if found is None:
        return None
    left, top, right, bottom = _column(found[1]), int(found[2]) - 1, _column(found[3]), int(found[4]) - 1
    return Bounds(top, left, bottom, right) if left <= right and top <= bottom else None


def header_rows(text: str) -> tuple[int, int] | None:
    """Return the first and the last row of a header, counted from 0; None where none are named.

    Examples
    --------
    >>> header_rows("3:4"), header_rows("3"), header_rows("4:3")
    ((2, 3), (2, 2), None)
    """
    found = _ROWS.fullmatch(text.strip())
    if found is None:
        return None
    first, last = int(found[1]) - 1, int(found[2] or found[1]) - 1
    return (first, last) if first <= last else None


def cropped(sheet: Sheet, kept: Bounds) -> Sheet:
    """Return a sheet with nothing outside a range; places stay what they are."""
    rows = [
        [cell if kept.holds(at, column) else None for column, cell in enumerate(row[: kept.right + 1])]
        for at, row in enumerate(sheet.rows[: kept.bottom + 1])
    ]
    merged = (
        (max(top, kept.top), max(left, kept.left), min(bottom, kept.bottom), min(right, kept.right), (top, left))
        for top, left, bottom, right in sheet.merged
    )
    inside = []
    for top, left, bottom, right, first in merged:
        if top <= bottom and left <= right:
            inside.append((top, left, bottom, right))
            rows[top][left] = sheet.cell(*first)
    return replace(
        sheet,
        rows=rows,
        merged=tuple(inside),
        errors={at: text for at, text in sheet.errors.items() if kept.holds(*at)},
        without_value=frozenset(at for at in sheet.without_value if kept.holds(*at)),
        scaled=frozenset(at for at in sheet.scaled if kept.holds(*at)),
    )


def _column(name: str) -> int:
    total = 0
    for letter in name:
        total = 26 * total + ord(letter) - 64
    return total - 1
