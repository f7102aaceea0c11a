"""All sheets of one table as one, so that what must hold in the table is seen across its sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ronghe.data.intake.reading import Read
from ronghe.data.schema import Schema


@dataclass(frozen=True, eq=False)
class Joined:
    """Rows of one table from all of its sheets; a row whose key stood on a sheet before is left out.

    Attributes
    ----------
    parts : sequence of Read
    """

    parts: Sequence[Read]

    @property
    def schema(self) -> Schema:
        """Schema of the table."""
        return self.parts[0].schema

    @cached_property
    def spots(self) -> Sequence[tuple[int, int]]:
        """Sheet and row of each row."""
        seen: set[tuple[Any, ...]] = set()
        spots: list[tuple[int, int]] = []
        for number, read in enumerate(self.parts):
            here = list(zip(*(read.columns[name] for name in self.schema.key), strict=True))
            spots += [(number, row) for row in range(len(read)) if not here or here[row] not in seen]
            seen |= set(here)
        return spots

    @cached_property
    def columns(self) -> Mapping[str, list[Any]]:
        """Typed values by column."""
        if len(self.parts) == 1:
            return self.parts[0].columns
        names = {name for read in self.parts for name in read.columns}
        held = [{name: read.columns.get(name) or [None] * len(read) for name in names} for read in self.parts]
        return {name: [held[number][name][row] for number, row in self.spots] for name in names}

    def __len__(self) -> int:
        return len(self.parts[0]) if len(self.parts) == 1 else len(self.spots)

    def part(self, row: int) -> int:
        """Return the number of the sheet that a row stands on."""
        return 0 if len(self.parts) == 1 else self.spots[row][0]

    def place(self, row: int, column: str) -> str:
        """Return where one value stands."""
        number, at = (0, row) if len(self.parts) == 1 else self.spots[row]
        return self.parts[number].place(at, column)


def joined(reads: Sequence[Read]) -> dict[str, Joined]:
    """Return every table with all of its sheets; facts and panel are one table, of one year or of many."""
    by_table: dict[str, list[Read]] = {}
    for read in reads:
        table = "panel" if read.schema.table == "facts" else read.schema.table
        by_table.setdefault(table, []).append(read)
    return {table: Joined(parts) for table, parts in by_table.items()}
