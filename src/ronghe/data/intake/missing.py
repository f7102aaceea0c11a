"""Signs for missing figures, told once a kind and sheet: none is silent, and none becomes a number."""

from __future__ import annotations

from collections.abc import Iterable

from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.observations import Read


def tell_missing(reads: Iterable[Read], found: Findings) -> None:
    """Note each kind of sign on a sheet with its first cell and how many there are."""
    for read in reads:
        first: dict[str, tuple[int, str]] = {}
        cells: dict[str, set[str]] = {}
        for column, signs in read.missing.items():
            for row, kind in signs.items():
                first.setdefault(kind, (row, column))
                cells.setdefault(kind, set()).add(read.place(row, column))
        for kind, (row, column) in first.items():
            case = "N011_below" if kind == "below unit" else "N011_none"
            found.add(case, read.place(row, column), read=quoted(read.cell(row, column)), count=len(cells[kind]))
