"""Parquet tables, judged by their footer before a column is read. Reading them needs the package pyarrow."""

from __future__ import annotations

import datetime
import decimal
import math
from pathlib import Path
from typing import Any

import numpy as np

from ronghe.base.text import same
from ronghe.data.intake.findings import Findings
from ronghe.data.intake.gate import ANALYST, MB, Limits, shown
from ronghe.data.intake.sheet import Cell, Sheet, dated


def read_parquet(path: Path, found: Findings, *, limits: Limits = ANALYST) -> list[Sheet]:
    """Return the one sheet of a Parquet file: names of columns, then its rows.

    Parameters
    ----------
    limits : Limits
        Cells and unpacked bytes, held against what the footer declares.
    """
    try:
        from pyarrow import ArrowException, parquet
    except ImportError:
        found.add("E101_no_parquet", path.name)
        return []
    try:
        with parquet.ParquetFile(path) as file:
            if not _may_be_read(path, file, found, limits):
                return []
            columns = [_cells(column) for column in file.read().columns]
            heads: list[Cell] = [shown(name) for name in file.schema_arrow.names]
    except (ArrowException, OSError, ValueError, OverflowError) as error:
        found.add("E101_broken", path.name, why=f"{error}".splitlines()[0] if f"{error}" else type(error).__name__)
        return []
    if not any(cell is not None for column in columns for cell in column):
        found.add("E105_nothing", path.name)
        return []
    rows = [heads, *(list(row) for row in zip(*columns, strict=True))]
    return [Sheet(path.name, "", rows, lines=range(len(rows)), counted="row")]


def _may_be_read(path: Path, file: Any, found: Findings, limits: Limits) -> bool:
    """Judge a file by its footer: cells, unpacked bytes, kinds of columns and their names."""
    footer = file.metadata
    cells = footer.num_rows * footer.num_columns
    unpacked = sum(footer.row_group(at).total_byte_size for at in range(footer.num_row_groups))
    before = len(found)
    if cells > limits.cells:
        found.add("E103_rows", path.name, count=f"{cells:,}", most=f"{limits.cells:,}")
    if unpacked > limits.unpacked:
        found.add("E103_unpacked", path.name, size=unpacked // MB, most=limits.unpacked // MB)
    for name, kind in zip(file.schema_arrow.names, file.schema_arrow.types, strict=True):
        if not _plain(kind):
            found.add("E101_nested", f"{path.name}!column {shown(name)}", kind=same(shown(f"{kind}")))
    names = file.schema_arrow.names
    for name in sorted({name for name in names if names.count(name) > 1}):
        found.add("E101_twice", f"{path.name}!column {shown(name)}", name=same(shown(name)))
    return len(found) == before


def _plain(kind: Any) -> bool:
    """Whether a column holds numbers, text, booleans or dates, or nothing."""
    from pyarrow import types

    if types.is_dictionary(kind):
        return _plain(kind.value_type)
    tests = (
        types.is_null, types.is_boolean, types.is_integer, types.is_floating, types.is_decimal, types.is_string,
        types.is_large_string, types.is_string_view, types.is_date, types.is_timestamp,
    )  # fmt: skip
    return any(test(kind) for test in tests)


def _cells(column: Any) -> list[Cell]:
    """Return the cells of one column; plain numbers without a gap all at once."""
    from pyarrow import types

    if types.is_floating(column.type) and not types.is_float16(column.type) and not column.null_count:
        values = column.to_numpy()
        if np.isfinite(values).all():
            return list(values.astype(float).tolist())
    return [_cell(value) for value in column.to_pylist()]


def _cell(value: object) -> Cell:
    if value is None or value == "":
        return None
    if isinstance(value, bool | str):
        return value
    if isinstance(value, datetime.date):
        return dated(value)
    if isinstance(value, int | float | decimal.Decimal):
        # What is no number stands as its word, and is told like any other word among numbers.
        return float(value) if math.isfinite(value) else f"{value}"
    return f"{value}"
