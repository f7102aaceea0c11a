"""The rows of one sheet, typed: each value knows its cell, and each missing figure the sign that stands for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ronghe.data.intake.mapping import NOTHING, SheetMap
from ronghe.data.intake.numbers import number
from ronghe.data.intake.sheet import Cell, Sheet
from ronghe.data.schema import Schema


@dataclass(frozen=True, eq=False)
class Read:
    """A table as read from one sheet.

    Attributes
    ----------
    schema : Schema
    sheet : Sheet
    columns : mapping of column to list
        Typed values; None where there is none.
    at : list of int
        Row of the sheet of each row.
    placed : mapping of column to int
        Column of the sheet of each column that stands in it.
    spots : mapping of column to list of (row, column)
        Of a wide sheet, where each value stands.
    taken : SheetMap
        What the sheet was taken for, as a mapping would state it.
    """

    schema: Schema
    sheet: Sheet
    columns: Mapping[str, list[Any]]
    at: list[int]
    placed: Mapping[str, int]
    spots: Mapping[str, Sequence[tuple[int, int | None]]] = field(default_factory=dict)
    taken: SheetMap = NOTHING

    def __len__(self) -> int:
        return len(self.at)

    @property
    def value_column(self) -> str:
        """The column that a row is about: the first number that is no key, else the first column."""
        numbers = (one.name for one in self.schema.fields if one.numeric and not one.key)
        return next(numbers, self.schema.fields[0].name)

    def place(self, row: int, column: str) -> str:
        """Return where one value stands."""
        if column in self.spots:
            return self.sheet.place(*self.spots[column][row])
        return self.sheet.place(self.at[row], self.placed.get(column), heading=column)

    @cached_property
    def missing(self) -> Mapping[str, Mapping[int, str]]:
        """Kind of the sign that stands for a missing figure, by column and row: ``not available``, ``below unit``."""
        numbers = (one.name for one in self.schema.fields if one.numeric and not one.key)
        found = {name: self._signs(name) for name in numbers if name in self.placed or name in self.spots}
        return {name: signs for name, signs in found.items() if signs}

    def _signs(self, column: str) -> dict[int, str]:
        signs: dict[int, str] = {}
        for row, value in enumerate(self.columns[column]):
            cell = self.cell(row, column) if value is None else None
            kind = number(cell).missing if isinstance(cell, str) else ""
            if kind and kind != "blank":
                signs[row] = kind
        return signs

    def cell(self, row: int, column: str) -> Cell:
        """Return the raw cell of one value."""
        at, across = self.spots[column][row] if column in self.spots else (self.at[row], self.placed.get(column))
        return None if across is None else self.sheet.cell(at, across)

    @cached_property
    def without(self) -> frozenset[int]:
        """Rows of which a sign says that a figure they need is missing."""
        needed = (one.name for one in self.schema.fields if one.required)
        return frozenset(row for name in needed for row in self.missing.get(name, ()))
