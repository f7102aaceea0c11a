"""Keys of a table as read: nothing twice, on one sheet or on two."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ronghe.base.text import same
from ronghe.data.intake.cells import Names
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded
from ronghe.data.intake.gaps import check_gaps
from ronghe.data.intake.joined import Joined
from ronghe.data.intake.layout import text_of
from ronghe.data.intake.observations import Read


def check_keys(read: Read, names: Names, found: Findings, *, allow_missing: bool = False) -> None:
    """Tell rows that occur twice, and regions, years and pairs that are missing."""
    _repeated(read, found)
    if not allow_missing:
        check_gaps(read, names, found)


def check_across(tables: Mapping[str, Joined], found: Findings) -> None:
    """Tell rows of one table that stand on two sheets: again, or with another value."""
    for parts in (held.parts for held in tables.values()):
        if len(parts) < 2:
            continue
        key = parts[0].schema.key
        first: dict[tuple[Any, ...], tuple[Read, int]] = {}
        for read in parts:
            for row, told in enumerate(zip(*(read.columns[name] for name in key), strict=True)):
                before, at = first.setdefault(told, (read, row))
                if before is read or not any(part is not None for part in told):
                    continue
                value = read.value_column
                alike = read.columns[value][row] == before.columns[value][at]
                shown = ", ".join("" if part is None else f"{part}" for part in told)
                found.add("N007_twice" if alike else "E402_other", read.place(row, value), key=same(shown),
                          first=same(before.place(at, value)))  # fmt: skip


def _repeated(read: Read, found: Findings) -> None:
    key = [
        name
        for name in read.schema.key
        if read.schema.field(name).required or any(value is not None for value in read.columns[name])
    ]
    if not key:
        return
    first: dict[tuple[Any, ...], int] = {}
    columns = list(read.columns.values())
    needed = [at for at, name in enumerate(key) if read.schema.field(name).required]
    for row, values in enumerate(zip(*(read.columns[name] for name in key), strict=True)):
        if any(values[at] is None for at in needed):
            continue
        before = first.setdefault(values, row)
        if before != row:
            if _by_two_names(read, (before, row), found):
                continue
            alike = all(column[before] == column[row] for column in columns)
            told = ", ".join("" if value is None else f"{value}" for value in values)
            # Two headings that say the same share the cell of their names: the figures tell them apart.
            shared = read.place(before, key[0]) == read.place(row, key[0])
            at, here = (read.place(one, read.value_column if shared else key[0]) for one in (before, row))
            found.add("E401_row" if alike else "E402_row", here, key=same(told),
                      first=same(at.rpartition("!")[2]))  # fmt: skip


def _by_two_names(read: Read, rows: tuple[int, int], found: Findings) -> bool:
    """Tell two rows whose key is one, because one region stands there under two names."""
    for end in read.schema.ends:
        if end.name in read.placed and end.name not in read.spots:
            first, second = (text_of(read.sheet.cell(read.at[row], read.placed[end.name])).strip() for row in rows)
            if first and second and folded(first) != folded(second):
                before = read.place(rows[0], end.name).rpartition("!")[2]
                found.add("E303_alias", read.place(rows[1], end.name), read=quoted(second), other=quoted(first),
                          first=same(before), code=read.columns[end.name][rows[1]])  # fmt: skip
                return True
    return False
