"""Rows that know the cells they came from: tables that a user brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ronghe.data.read import Rows


@dataclass(frozen=True, slots=True)
class PlacedRows(Rows):
    """A table of one's own.

    Attributes
    ----------
    cells : sequence of str
        ``file!sheet!cell`` of the value of each row.
    hashes : mapping of file to str
        SHA-256 of the files they came from.
    """

    cells: Sequence[str] = ()
    hashes: Mapping[str, str] = field(default_factory=dict)

    def place(self, row: int, column: str) -> str:
        """Return ``file!sheet!cell`` of the value of a row; of another column, that column of the row."""
        cell = self.cells[row]
        if column == self.value_column:
            return cell
        return f"{cell.partition(', column ')[0]}, column {column}"

    def sha256(self, row: int) -> str:
        """Return the hash of the file that a row came from."""
        return self.hashes.get(self.cells[row].partition("!")[0], "")
