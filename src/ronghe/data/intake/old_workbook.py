"""Workbooks of the old binary kind (.xls): values, dates, error values, merged ranges, hidden parts, through xlrd."""

from __future__ import annotations

import datetime
import io
import struct
from pathlib import Path
from typing import Any

import xlrd

from ronghe.data.intake.findings import Findings
from ronghe.data.intake.gate import ANALYST, Limits
from ronghe.data.intake.sheet import THOUSANDS, Cell, Sheet, dated

_BROKEN = (
    xlrd.XLRDError, xlrd.compdoc.CompDocError, struct.error, AssertionError, AttributeError, LookupError,
    TypeError, ValueError, OverflowError, OSError,
)  # fmt: skip
"""What the reader raises on a file that is not whole: it does not check what it follows."""


def read_xls(path: Path, found: Findings, *, limits: Limits = ANALYST) -> list[Sheet]:
    """Return every sheet with something in it."""
    try:
        book = xlrd.open_workbook(path, formatting_info=True, logfile=io.StringIO())
    except _BROKEN as error:
        if "encrypted" in f"{error}":
            found.add("E102_password", path.name)
        else:
            found.add("E101_broken", path.name, why=f"{error}" or type(error).__name__)
        return []
    before = len(found)
    read = [_sheet(path, book, one, found, limits) for one in book.sheets()]
    sheets = [sheet for sheet in read if sheet is not None]
    if not sheets and len(found) == before:
        found.add("E105_nothing", path.name)
    return sheets


def _sheet(path: Path, book: Any, one: Any, found: Findings, limits: Limits) -> Sheet | None:
    if one.nrows * one.ncols > limits.cells:
        found.add("E103_cells", f"{path.name}!{one.name}", count=f"{one.nrows * one.ncols:,}", most=f"{limits.cells:,}")
        return None
    if not any(kind not in _EMPTY for row in range(one.nrows) for kind in one.row_types(row)):
        return None
    cells = {(row, column): one.cell(row, column) for row in range(one.nrows) for column in range(one.ncols)}
    scaled = _scaled(book)
    return Sheet(
        path.name,
        one.name,
        [[_value(cells[row, column], book.datemode) for column in range(one.ncols)] for row in range(one.nrows)],
        tuple((top, left, bottom - 1, right - 1) for top, bottom, left, right in one.merged_cells),
        frozenset(row for row, info in one.rowinfo_map.items() if info.hidden),
        frozenset(column for column, info in one.colinfo_map.items() if info.hidden),
        one.visibility != 0,
        {at: _error(cell.value) for at, cell in cells.items() if cell.ctype == xlrd.XL_CELL_ERROR},
        scaled=frozenset(
            at for at, cell in cells.items() if cell.ctype == xlrd.XL_CELL_NUMBER and cell.xf_index in scaled
        ),
    )


_EMPTY = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)


def _scaled(book: Any) -> set[int]:
    formats = {key for key, form in book.format_map.items() if THOUSANDS.search(form.format_str or "")}
    return {at for at, style in enumerate(book.xf_list) if style.format_key in formats}


def _error(code: int) -> str:
    return f"{xlrd.error_text_from_code.get(code, '#ERROR!')}"


def _value(cell: Any, datemode: int) -> Cell:
    match cell.ctype:
        case xlrd.XL_CELL_TEXT:
            return f"{cell.value}" or None
        case xlrd.XL_CELL_NUMBER:
            return float(cell.value)
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case xlrd.XL_CELL_DATE:
            return _date(float(cell.value), datemode)
    return None


def _date(serial: float, datemode: int) -> Cell:
    """Return a serial number as a date; a number that is none stays a number."""
    try:
        at: datetime.datetime = xlrd.xldate.xldate_as_datetime(serial, datemode)
    except (xlrd.xldate.XLDateError, OverflowError, ValueError):
        return serial
    if 0 <= serial < 1:
        return dated(at.time())
    return dated(at)
