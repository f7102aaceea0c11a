"""One sheet as a table of its schema: every cell typed, every fault at its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ronghe.base.text import Text, same
from ronghe.base.units import in_words
from ronghe.data.intake.cells import Names, Wanted, typed_column
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded
from ronghe.data.intake.headings import Heading
from ronghe.data.intake.labels import kind_of_label
from ronghe.data.intake.layout import Layout, text_of
from ronghe.data.intake.mapping import SheetMap
from ronghe.data.intake.observations import Read as Read
from ronghe.data.intake.sheet import Cell, Sheet
from ronghe.data.intake.totals import compare_long
from ronghe.data.schema import Field, Schema

WHOLE = 31
"""Regions from which on a sheet holds the whole country."""

DEFAULTS = {"status": "user", "made_by": "unknown"}
"""What stands in a column that is left out and needs no statement: the weakest word there is."""


def read_long(
    sheet: Sheet, layout: Layout, names: Names, found: Findings, *, fixed: Mapping[str, str] | None = None
) -> Read:
    """Read a sheet that lists observations, one a row.

    Parameters
    ----------
    fixed : mapping of column to text, optional
        What a mapping or the title states for every row.
    """
    stated = dict(fixed or {})
    _about_the_sheet(sheet, layout, found)
    rows = sheet.expanded()
    at, left_out, noted = _body(rows, layout)
    for row, label in noted:
        found.add("N003_note", sheet.place(row), label=quoted(label))
    at = _filled(sheet, rows, layout, at, found)
    for row, label in left_out:
        found.add("N003_total", sheet.place(row), label=quoted(label))
    if layout.example is not None:
        found.add("N003_example", sheet.place(layout.example))
    columns: dict[str, list[Any]] = {}
    placed: dict[str, int] = {}
    for one in layout.schema.fields:
        where = [column for column, known in layout.columns.items() if known is one]
        if not where:
            columns[one.name] = _absent(one, stated, layout, names, sheet, len(at), found)
            continue
        placed[one.name] = where[0]
        columns[one.name] = _several(sheet, layout, one, where, rows, at, names, found)
    if left_out:
        ends = [columns[end.name] for end in layout.schema.ends]
        regions = {code for codes in ends for code in codes} - {None}
        compare_long(
            sheet, layout, left_out, at, found, whole=len(regions) >= WHOLE,
            adds_up=lambda text: not text or names.indicators.get(_key(names, text), ("", False))[1],
        )  # fmt: skip
    return Read(layout.schema, sheet, columns, at, placed, taken=_taken(sheet, layout, stated))


def _key(names: Names, text: str) -> str:
    """Return the key of an indicator by any of its names."""
    return names.words.get("indicators", {}).get(folded(text), text)


def _taken(sheet: Sheet, layout: Layout, stated: Mapping[str, str]) -> SheetMap:
    meant = {" ".join(layout.heads[column].text.split()): known.name for column, known in layout.columns.items()}
    table, inside, header = layout.schema.table, f"{layout.bounds}", f"{layout.header + 1}:{layout.first}"
    return SheetMap(sheet.file, sheet.name, table, inside, header, "", layout.table_unit, meant, stated)


def _body(
    rows: Sequence[Sequence[Cell]], layout: Layout
) -> tuple[list[int], list[tuple[int, str]], list[tuple[int, str]]]:
    """Return the rows of the body, those of totals and groups, and those of notes, which are left out."""
    keys = [c for c, field in layout.columns.items() if field.key and field.type in ("region", "sector")]
    at: list[int] = []
    left: list[tuple[int, str]] = []
    noted: list[tuple[int, str]] = []
    for row in range(layout.first, layout.last):
        if row == layout.example or not any(text_of(cell).strip() for cell in rows[row]):
            continue
        first_text = next((text for cell in rows[row] if (text := text_of(cell)).strip()), "")
        if kind_of_label(first_text) == "note":
            noted.append((row, first_text))
            continue
        labels = [text_of(rows[row][c]) for c in keys if c < len(rows[row])]
        special = [label for label in labels if kind_of_label(label) in ("total", "group")]
        if special:
            left.append((row, special[0]))
        else:
            at.append(row)
    return at, left, noted


def _filled(sheet: Sheet, rows: Sequence[Sequence[Cell]], layout: Layout, at: list[int], found: Findings) -> list[int]:
    """Return the rows that hold more than their keys.

    Where most rows of a template were left to be filled in they are counted and left out; where few were, each is an
    empty cell like any other.
    """
    values = [column for column, field in layout.columns.items() if not field.key]
    there = set(sheet.errors) | set(sheet.without_value)
    kept = [
        row
        for row in at
        if any((column < len(rows[row]) and text_of(rows[row][column]).strip()) or (row, column) in there
               for column in values)
    ]  # fmt: skip
    if 2 * len(kept) >= len(at) > 0:
        return at
    if len(kept) < len(at):
        empty = next(row for row in at if row not in set(kept))
        found.add("N004_unfilled", sheet.place(empty), count=len(at) - len(kept))
    if not kept:
        found.add("E105_nothing", sheet.title)
    return kept


def _about_the_sheet(sheet: Sheet, layout: Layout, found: Findings) -> None:
    """Tell what is odd about the sheet as a whole: merged cells in the body, hidden parts, headings."""
    for top, left, bottom, right in sheet.merged:
        if bottom >= layout.first and top < layout.last and (bottom > top or right > left):
            found.add("E113_merged", f"{sheet.place(top, left)}:{sheet.place(bottom, right).rpartition('!')[2]}")
    hidden = [row for row in sorted(sheet.hidden_rows) if layout.first <= row < layout.last]
    hidden_columns = [column for column in sorted(sheet.hidden_columns) if column in layout.heads]
    if sheet.hidden or hidden or hidden_columns:
        row, column = (hidden or [layout.header])[0], (hidden_columns or [0])[0]
        found.add("E119_hidden", sheet.title if sheet.hidden else sheet.place(row, column),
                  rows=len(hidden), columns=len(hidden_columns))  # fmt: skip
    seen: dict[str, int] = {}
    for column, head in layout.heads.items():
        field = layout.columns.get(column)
        if field is None:
            if any(text_of(sheet.cell(row, column)).strip() for row in range(layout.first, layout.last)):
                found.add("E116_column", sheet.place(layout.header, column), read=quoted(head.text))
        elif field.name in seen and not _code_and_name(layout, seen[field.name], column):
            found.add("E117_heading", sheet.place(layout.header, column), read=quoted(head.text),
                      first=same(sheet.place(layout.header, seen[field.name]).rpartition("!")[2]))  # fmt: skip
        else:
            seen.setdefault(field.name, column)


def _code_and_name(layout: Layout, first: int, second: int) -> bool:
    field = layout.columns[first]
    return field.type == "region" and layout.heads[first].coded != layout.heads[second].coded


def _absent(
    field: Field, stated: Mapping[str, str], layout: Layout, names: Names, sheet: Sheet, count: int, found: Findings
) -> list[Any]:
    """Return a column that does not stand in the sheet: as stated, or empty with a fault where it is needed."""
    if field.name in stated:
        return typed_column([stated[field.name]], Wanted(field), names, found, lambda _: sheet.title) * count
    if field.name in DEFAULTS:
        if field.name == "made_by":
            found.add("E511_made_by", sheet.place(layout.header), default=same(DEFAULTS["made_by"]))
        return [DEFAULTS[field.name]] * count
    if field.required and field.name == "base":
        found.add("E209_base", sheet.place(layout.header), known="、".join(field.choices))
    elif field.required:
        there = "、".join(f"“{head.text}”" for head in layout.heads.values())
        found.add("E114_column", sheet.place(layout.header), wanted=field.title, column=field.name,
                  there=Text(there, there.replace("、", ", ").replace("“", '"').replace("”", '"')))  # fmt: skip
    return [None] * count


def _several(
    sheet: Sheet,
    layout: Layout,
    field: Field,
    where: Sequence[int],
    rows: Sequence[Sequence[Cell]],
    at: Sequence[int],
    names: Names,
    found: Findings,
) -> list[Any]:
    """Return one column; where a region has both a code and a name, the two must agree."""
    both = len(where) > 1 and _code_and_name(layout, *where[:2])
    read = [_column(sheet, layout, field, column, rows, at, names, found) for column in where[: 1 + both]]
    if not both:
        return read[0]
    for row, first, second in zip(at, *read, strict=True):
        if first is not None and second is not None and first != second:
            found.add("E305_disagree", sheet.place(row, where[0]),
                      read=quoted(f"{text_of(rows[row][where[0]])} / {text_of(rows[row][where[1]])}"))  # fmt: skip
    return [first if first is not None else second for first, second in zip(*read, strict=True)]


def _column(
    sheet: Sheet,
    layout: Layout,
    field: Field,
    column: int,
    rows: Sequence[Sequence[Cell]],
    at: Sequence[int],
    names: Names,
    found: Findings,
) -> list[Any]:
    head = layout.heads[column]
    cells = [rows[row][column] if column < len(rows[row]) else None for row in at]
    place: Callable[[int], str] = lambda k: sheet.place(at[k], column, heading=head.text)  # noqa: E731
    bad = _unreadable(sheet, column, at, found, place)
    unit = _unit_of(sheet, layout, field, column, head, found)
    if unit is None:
        return [None] * len(at)
    good = [None if k in bad else cell for k, cell in enumerate(cells)] if bad else cells
    # An unreadable cell has its own fault already: it is no empty cell as well.
    quiet = Findings()
    values = typed_column(good, Wanted(field, unit, head.coded), names, quiet, place)
    taken = {place(k) for k in bad}
    found.extend(fault for fault in quiet if fault.place not in taken)
    return values


def _unreadable(sheet: Sheet, column: int, at: Sequence[int], found: Findings, place: Callable[[int], str]) -> set[int]:
    """Tell error values, formulas without a value and scaled displays; return what cannot be used."""
    bad: set[int] = set()
    if not (sheet.errors or sheet.without_value or sheet.scaled):
        return bad
    for k, row in enumerate(at):
        if (row, column) in sheet.errors:
            found.add("E222_error", place(k), read=quoted(sheet.errors[row, column]))
            bad.add(k)
        elif (row, column) in sheet.without_value:
            found.add("E118_formula", place(k))
            bad.add(k)
        elif (row, column) in sheet.scaled:
            found.add("E211_scaled", place(k), read=quoted(sheet.cell(row, column)))
    return bad


def _unit_of(sheet: Sheet, layout: Layout, field: Field, column: int, head: Heading, found: Findings) -> str | None:
    """Return the unit of a column of numbers; empty where it needs none, None where it cannot be told."""
    if not field.numeric or field.type == "year":
        return ""
    own = layout.units.get(column, "")
    if head.unit and own and head.unit != own:
        found.add("E207_units", sheet.place(layout.header, column), first=quoted(head.unit), second=quoted(own))
        return None
    unit = own or head.unit or (layout.table_unit if field.unit else "")
    # Under its own key, as the program writes it, a column stands in the unit of the schema.
    if unit or not field.unit or head.name == field.name or field.type in ("share", "index"):
        return unit
    place = sheet.place(layout.header, column)
    found.add("E206_no_unit", place, wanted=in_words(field.unit), read=quoted(head.text))
    return None


def schemas_for(table: str | None, known: Sequence[Schema]) -> list[Schema]:
    """Return the tables that a sheet may hold."""
    return [one for one in known if table is None or one.table == table]
