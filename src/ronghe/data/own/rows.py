"""Checked tables of an office as rows of a data set, each row knowing the cell it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, overload

from ronghe.data.intake.reading import DEFAULTS, Read
from ronghe.data.placed import PlacedRows
from ronghe.data.schema import Field, Schema, schema


class _Cells(Sequence[str]):
    """Places of the rows of some sheets, made when asked for."""

    def __init__(self, parts: Sequence[tuple[Read, Sequence[int]]], column: str) -> None:
        self.parts, self.column = parts, column

    def __len__(self) -> int:
        return sum(len(rows) for _, rows in self.parts)

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...

    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return [self[row] for row in range(*at.indices(len(self)))]
        for read, rows in self.parts:
            if at < len(rows):
                return read.place(rows[at], self.column)
            at -= len(rows)
        raise IndexError(at)


def merged(reads: Iterable[Read], hashes: Mapping[str, str]) -> dict[str, PlacedRows]:
    """Return one table for all sheets of it, by name of the table."""
    by_table: dict[str, list[Read]] = {}
    for read in reads:
        by_table.setdefault(read.schema.table, []).append(read)
    return {table: _one(schema(table), parts, hashes) for table, parts in by_table.items()}


def _one(of: Schema, reads: Sequence[Read], hashes: Mapping[str, str]) -> PlacedRows:
    kept = _first_rows(of, reads)
    columns: dict[str, tuple[Any, ...]] = {
        one.name: tuple(_said(one, read.columns[one.name][row]) for read, rows in kept for row in rows)
        for one in of.fields
    }
    files = {read.sheet.file for read in reads}
    bare = PlacedRows(of, of.table, columns, hashes={name: sha for name, sha in hashes.items() if name in files})
    return replace(bare, cells=_Cells(kept, bare.value_column))


def _said(field: Field, value: Any) -> Any:
    """Return a value; where nobody says how a figure came about, the user gave it, as where the column is left out."""
    return DEFAULTS["status"] if value is None and field.name == "status" and "user" in field.choices else value


def _first_rows(of: Schema, reads: Sequence[Read]) -> list[tuple[Read, Sequence[int]]]:
    """Return the rows of each sheet but those whose key stood on a sheet before, where they say the same."""
    if len(reads) < 2:
        return [(read, range(len(read))) for read in reads]
    seen: set[tuple[Any, ...]] = set()
    kept: list[tuple[Read, Sequence[int]]] = []
    for read in reads:
        keys = list(zip(*(read.columns[name] for name in of.key), strict=True)) if of.key else [()] * len(read)
        kept.append((read, [row for row, key in enumerate(keys) if key not in seen or not of.key]))
        seen |= set(keys)
    return kept
