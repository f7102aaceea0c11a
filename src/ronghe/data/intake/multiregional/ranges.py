"""Ranges of cells as a mapping writes them: ``Z!B2:G7``, a whole sheet ``Z``, or ``B2:G7`` of a file of one sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ronghe.data.intake.folding import folded
from ronghe.data.intake.sheet import Sheet

_RANGE = re.compile(r"(?:(?P<sheet>.+)!)?\$?(?P<c0>[A-Z]{1,3})\$?(?P<r0>\d+)(?::\$?(?P<c1>[A-Z]{1,3})\$?(?P<r1>\d+))?")


@dataclass(frozen=True, slots=True)
class Range:
    """Some cells of one sheet.

    Attributes
    ----------
    sheet : str
        Empty where the file has one sheet.
    cells : tuple of int, or None
        First row, first column, last row, last column, counted from 0; None for the whole sheet.
    """

    sheet: str
    cells: tuple[int, int, int, int] | None


def read_range(text: str, *, whole: bool = False) -> Range | None:
    """Return a range, None where the text is none.

    Examples
    --------
    >>> read_range("Z!B2:G7")
    Range(sheet='Z', cells=(1, 1, 6, 6))
    """
    found = _RANGE.fullmatch(text.strip())
    if found is None:
        return Range(text.strip(), None) if whole and text.strip() and "!" not in text else None
    top, left = int(found["r0"]) - 1, _column(found["c0"])
    bottom = int(found["r1"] or found["r0"]) - 1
    right = _column(found["c1"] or found["c0"])
    if top < 0 or bottom < top or right < left:
        return None
    return Range((found["sheet"] or "").strip("'"), (top, left, bottom, right))


def _column(letters: str) -> int:
    total = 0
    for letter in letters:
        total = 26 * total + ord(letter) - 64
    return total - 1


def sheet_of(range_: Range, sheets: Sequence[Sheet]) -> Sheet | None:
    """Return the sheet that a range speaks of; without a name the only one there is."""
    if not range_.sheet:
        return sheets[0] if len(sheets) == 1 else None
    wanted = folded(range_.sheet)
    for sheet in sheets:
        if wanted in (folded(sheet.name), folded(sheet.file), folded(Path(sheet.file).stem), folded(sheet.title)):
            return sheet
    return None


def lines_of(range_: Range, sheet: Sheet) -> tuple[range, range]:
    """Return the rows and columns of a range; of a whole sheet, all of them."""
    if range_.cells is None:
        return range(len(sheet.rows)), range(sheet.width)
    top, left, bottom, right = range_.cells
    return range(top, bottom + 1), range(left, right + 1)
