"""Checked tables of an office as rows of a data set, each row knowing the cell it came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, overload

from ronghe.data.intake.reading import Read
from ronghe.data.placed import PlacedRows
from ronghe.data.schema import Schema, schema


class _Cells(Sequence[str]):
    """Places of the rows of some sheets, made when asked for."""

    def __init__(self, reads: Sequence[Read], column: str) -> None:
        self.reads, self.column = reads, column

    def __len__(self) -> int:
        return sum(len(read) for read in self.reads)

    @overload
    def __getitem__(self, at: int) -> str: ...

    @overload
    def __getitem__(self, at: slice) -> Sequence[str]: ...

    def __getitem__(self, at: int | slice) -> str | Sequence[str]:
        if isinstance(at, slice):
            return [self[row] for row in range(*at.indices(len(self)))]
        for read in self.reads:
            if at < len(read):
                return read.place(at, self.column)
            at -= len(read)
        raise IndexError(at)


def merged(reads: Iterable[Read], hashes: Mapping[str, str]) -> dict[str, PlacedRows]:
    """Return one table for all sheets of it, by name of the table."""
    by_table: dict[str, list[Read]] = {}
    for read in reads:
        by_table.setdefault(read.schema.table, []).append(read)
    return {table: _one(schema(table), parts, hashes) for table, parts in by_table.items()}


def _one(of: Schema, reads: Sequence[Read], hashes: Mapping[str, str]) -> PlacedRows:
    columns: dict[str, tuple[Any, ...]] = {
        one.name: tuple(value for read in reads for value in read.columns[one.name]) for one in of.fields
    }
    files = {read.sheet.file for read in reads}
    kept = {name: sha for name, sha in hashes.items() if name in files}
    bare = PlacedRows(of, of.table, columns, hashes=kept)
    return replace(bare, cells=_Cells(tuple(reads), bare.value_column))
