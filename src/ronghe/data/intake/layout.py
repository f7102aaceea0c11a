"""The layout of a long table: which row is the header, which column is which, where the body begins and ends.

A header is found by the names of a schema's columns, in Chinese, English or as keys; units stand in brackets, in a
row of their own, or in a line such as 单位：亿元 above.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ronghe.base.region import provinces
from ronghe.base.sector import nine_sectors
from ronghe.data.intake.bounds import Bounds
from ronghe.data.intake.folding import folded, plain
from ronghe.data.intake.headings import Heading, fields_of, heading, is_unit, unit_line
from ronghe.data.intake.labels import kind_of_label
from ronghe.data.intake.sheet import Cell, Sheet
from ronghe.data.schema import Field, Schema

MOST = 200
"""Columns beyond which a row is no header of a long table."""

_UPPER = frozenset({"省份", "省", "所属省份", "province"})
_LOWER = frozenset({"城市", "市", "地级市", "city"})
_YEAR = re.compile(r"(?:1[89]|20)\d{2}年?(?:度|末|底)?")
LOOK = 12
"""Rows in which a header is looked for, from the first that is filled on."""

NEAR = 0.9
"""A second header with this share of the first one's columns may be the header as well."""

NOTES = 200
"""Rows below a table in which a second one is looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class Layout:
    """Where the parts of a long table stand; rows and columns are counted from 0.

    Attributes
    ----------
    schema : Schema
    header : int
        Row of the names.
    columns : mapping of column to Field
    heads : mapping of column to Heading
        Every heading, known or not.
    units : mapping of column to str
        From brackets or from the row of units.
    table_unit : str
        From a line above the table.
    first, last : int
        Body: first row, and the one behind the last.
    example : int or None
        Row of the example of a template.
    """

    schema: Schema
    header: int
    columns: Mapping[int, Field]
    heads: Mapping[int, Heading]
    units: Mapping[int, str]
    table_unit: str
    first: int
    last: int
    example: int | None = None
    notes: tuple[int, ...] = field(default_factory=tuple)

    @property
    def bounds(self) -> Bounds:
        """The range of header and body."""
        return Bounds(self.header, min(self.heads), max(self.last, self.first) - 1, max(self.heads))


def text_of(cell: Cell) -> str:
    """Return a cell as text, empty where there is none."""
    if cell is None:
        return ""
    return f"{cell:.15g}" if isinstance(cell, float) else f"{cell}"


def long_layouts(
    sheet: Sheet,
    schemas: Sequence[Schema],
    fixed: Mapping[str, str],
    *,
    columns: Mapping[str, str] | None = None,
    header: tuple[int, int] | None = None,
    is_region: Callable[[str], bool] = lambda name: False,
) -> list[Layout]:
    """Return the layout of a sheet that lists observations, then others as likely; none where no header is found.

    Parameters
    ----------
    schemas : sequence of Schema
        Tables that the sheet may hold; the one with most known columns is taken, the first of equals.
    fixed : mapping of column to value
        Columns stated elsewhere, which need not stand in the sheet.
    columns : mapping of heading to column, optional
        Headings whose meaning is stated.
    header : (int, int), optional
        Rows of the header where they are stated: it is looked for nowhere else.
    is_region : callable
        Whether a text names a region: a row with several of them heads no long table.
    """
    meant = {folded(text): name for text, name in (columns or {}).items()}
    rows = sheet.expanded()
    begin = next((at for at, row in enumerate(rows) if any(text_of(cell).strip() for cell in row)), 0)
    looked = range(begin, begin + LOOK) if header is None else range(header[0], header[1] + 1)
    found = _candidates(rows, looked, schemas, fixed, meant, is_region)
    if not found:
        return []
    most, best = max(found, key=lambda one: (one[0], -one[1].header))
    if header is not None:
        return [replace(best, first=header[1] + 1, last=_end(rows, header[1] + 1, list(best.heads))[0])]
    found += _candidates(rows, range(best.last, best.last + NOTES), schemas, fixed, meant, is_region)
    return [best, *(one for score, one in found if score >= NEAR * most and not _one_header(one, best))]


def _one_header(one: Layout, best: Layout) -> bool:
    """Whether two headings stand in one block: a header in two languages."""
    return one.first == best.first or best.header <= one.header < best.first


def _candidates(
    rows: Sequence[Sequence[Cell]],
    looked: range,
    schemas: Sequence[Schema],
    fixed: Mapping[str, str],
    meant: Mapping[str, str],
    is_region: Callable[[str], bool],
) -> list[tuple[int, Layout]]:
    """Return for every row that may be a header how many columns it knows, and the layout that it makes."""
    found: list[tuple[int, Layout]] = []
    for at in looked:
        texts = [(column, text_of(cell)) for column, cell in enumerate(rows[at])] if at < len(rows) else []
        heads = {column: heading(text) for column, text in texts if text.strip()}
        # A long table has no years and no regions among its headings.
        if not 2 <= len(heads) <= MOST or any(_YEAR.fullmatch(head.name) for head in heads.values()):
            continue
        if sum(is_region(head.text.strip()) for head in heads.values()) > 1:
            continue
        if {head.name for head in heads.values()} & _LOWER:
            # The province of a city is told by the city.
            heads = {column: head for column, head in heads.items() if head.name not in _UPPER}
        best: tuple[int, Schema, dict[int, Field]] | None = None
        for schema in schemas:
            places = list(heads)
            known = {places[k]: one for k, one in fields_of([heads[c] for c in places], schema).items()}
            for column, head in heads.items():
                name = meant.get(folded(head.text), meant.get(head.name))
                known.update((column, one) for one in schema.fields if one.name == name)
            score = _score(schema, known, fixed, sure=len(schemas) == 1)
            if score and (best is None or score > best[0]):
                best = score, schema, known
        if best is not None:
            found.append((best[0], _laid_out(rows, best[1], at, heads, best[2])))
    return found


def _score(schema: Schema, known: Mapping[int, Field], fixed: Mapping[str, str], *, sure: bool) -> int:
    """Return how many columns are known; 0 where a key is missing or there is nothing but keys.

    A table that is not sure to be the one wanted is none where most of what it needs beside its keys is missing.
    """
    named = {field.name for field in known.values()}
    keys = {field.name for field in schema.fields if field.key and field.required}
    if not keys <= named | set(fixed):
        return 0
    values = {field.name for field in schema.fields if not field.key} & named
    needed = {field.name for field in schema.fields if field.required and not field.key} - set(fixed)
    return len(named) if values and (sure or len(needed - named) <= len(values) + 1) else 0


def _laid_out(
    rows: Sequence[Sequence[Cell]], schema: Schema, at: int, heads: Mapping[int, Heading], known: Mapping[int, Field]
) -> Layout:
    units = {column: head.unit for column, head in heads.items() if head.unit}
    first, bilingual = at + 1, False
    while first < len(rows) and first <= at + 3:
        if _is_header_again(rows[first], known, schema):
            first, bilingual = first + 1, True
        elif _is_unit_row(rows[first]):
            units |= {c: _unit(cell) for c, cell in enumerate(rows[first]) if _unit(cell)}
            first += 1
        else:
            break
    if bilingual and first == at + 2 and first < len(rows) and not any(text_of(cell).strip() for cell in rows[first]):
        # The row of units of a template whose columns have none.
        first += 1
    last, notes = _end(rows, first, list(heads))
    example = first if bilingual and first < last and _is_example(rows[first], known) else None
    return Layout(schema, at, known, heads, units, _table_unit(rows, at), first, last, example, notes)


def _unit(cell: Cell) -> str:
    text = text_of(cell).strip()
    told = unit_line(text) or text
    return told if is_unit(told) else ""


def _is_unit_row(row: Sequence[Cell]) -> bool:
    """Whether every filled cell of a row is a unit in words, and there is one."""
    filled = [text_of(cell).strip() for cell in row if text_of(cell).strip()]
    return bool(filled) and all(_unit(text) and not plain(text).replace(".", "").isdigit() for text in filled)


def _is_header_again(row: Sequence[Cell], known: Mapping[int, Field], schema: Schema) -> bool:
    """Whether a row repeats the header in the other language."""
    filled = [(c, text_of(cell)) for c, cell in enumerate(row) if text_of(cell).strip() and c in known]
    again = [c for c, text in filled if fields_of([heading(text)], schema).get(0) is known[c]]
    return len(filled) >= 2 and len(again) == len(filled)


def _is_example(row: Sequence[Cell], known: Mapping[int, Field]) -> bool:
    """Whether a row is the example of a template: every cell as the schema has it, or empty where it has none."""
    return all(_same(row[column] if column < len(row) else None, field) for column, field in known.items())


def _same(cell: Cell, wanted: Field) -> bool:
    text = text_of(cell).strip().removeprefix("'")
    if text == wanted.example or text in _names_of(wanted):
        return True
    try:
        return float(text) == float(wanted.example)
    except ValueError:
        return False


def _names_of(wanted: Field) -> tuple[str, ...]:
    """Return the names under which the example of a column may stand in a template."""
    if wanted.type == "region":
        return next((one.names for one in provinces() if one.code == wanted.example), ())
    sectors = nine_sectors() if wanted.type == "sector" else ()
    return next(((one.name.zh, one.name.en) for one in sectors if one.code == wanted.example), ())


def _table_unit(rows: Sequence[Sequence[Cell]], before: int) -> str:
    for row in rows[:before]:
        for cell in row:
            told = unit_line(text_of(cell))
            if told:
                return told
    return ""


def _goes_on(rows: Sequence[Sequence[Cell]], at: int, columns: Sequence[int]) -> bool:
    """Whether the next row behind a note that is neither a note nor empty fills most of the columns: data again."""
    for row in rows[at + 1 :]:
        texts = [text_of(cell).strip() for cell in row]
        filled = [text for text in texts if text]
        if filled and kind_of_label(filled[0]) != "note":
            there = sum(column < len(texts) and bool(texts[column]) for column in columns)
            return 2 * there > len(columns) and len(columns) > 1
    return False


def _end(rows: Sequence[Sequence[Cell]], first: int, columns: Sequence[int]) -> tuple[int, tuple[int, ...]]:
    """Return the row behind the body, and the rows of notes below it."""
    empty = 0
    for at in range(first, len(rows)):
        first_text = next((text for cell in rows[at] if (text := text_of(cell)).strip()), "")
        if first_text and kind_of_label(first_text) == "note":
            if _goes_on(rows, at, columns):
                continue
            return at - empty, tuple(n for n in range(at, len(rows)) if any(text_of(c).strip() for c in rows[n]))
        empty = 0 if first_text else empty + 1
        if empty == 2:
            below = range(at + 1, len(rows))
            return at - 1, tuple(n for n in below if any(text_of(c).strip() for c in rows[n]))
    return len(rows) - empty, ()
