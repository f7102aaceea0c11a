"""A wide sheet as a table of its schema: one row for each cell that holds a figure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ronghe.base.errors import UnitFault
from ronghe.base.text import Text, same
from ronghe.base.units import in_words, parse
from ronghe.data.intake.cells import Names, Wanted, alike, choice_words, is_month, tell_unit, typed_column
from ronghe.data.intake.findings import Findings, quoted
from ronghe.data.intake.folding import folded
from ronghe.data.intake.headings import heading, is_unit
from ronghe.data.intake.labels import kind_of_label
from ronghe.data.intake.layout import text_of
from ronghe.data.intake.mapping import SheetMap
from ronghe.data.intake.numbers import number
from ronghe.data.intake.reading import DEFAULTS, Read
from ronghe.data.intake.sheet import Cell, Sheet
from ronghe.data.intake.titles import bare, indicator_in, part_of_year, prices_said, sector_in, year_in
from ronghe.data.intake.wide import KINDS, LEFT_OUT, Wide, orientation
from ronghe.data.schema import Field, Schema

Spot = tuple[int, int | None]
CLASSES = {"commodity": "commodities"}
"""Columns of classes by the list that holds their words."""


def read_wide(
    sheet: Sheet,
    wide: Wide,
    schema: Schema,
    names: Names,
    found: Findings,
    *,
    fixed: Mapping[str, str] | None = None,
    in_rows: str = "",
) -> Read | None:
    """Read a wide sheet; None, with the fault, where it does not say which way a matrix runs."""
    stated = dict(fixed or {})
    sides = _sides(wide, schema, in_rows) if wide.matrix else None
    if wide.matrix and sides is None:
        ends = [field.title for field in schema.ends]
        found.add("E115_orientation", sheet.place(max(0, wide.first - 1), wide.key), read=quoted(wide.corner or "—"),
                  example=Text("＼".join(end.zh for end in ends), " / ".join(end.en for end in ends)))  # fmt: skip
        return None
    _unread(sheet, wide, found)
    _about(sheet, wide, found)
    _two_units(sheet, wide, found)
    again = _again(sheet, wide, found)
    spots = [spot for spot in _spots(sheet, wide, found) if spot[1] not in again]
    rows = sheet.expanded()
    columns: dict[str, list[Any]] = {}
    where: dict[str, list[Spot]] = {}
    for field in schema.fields:
        texts, places = _source(field, wide, schema, sides, stated, rows, spots)
        if texts is None:
            columns[field.name] = _absent(field, sheet, wide, spots, found)
            continue
        unit = _unit(field, schema, sheet, wide, spots, found)
        if unit is None:
            columns[field.name] = [None] * len(spots)
            continue
        where[field.name] = places
        coded = field.type == "region" and wide.codes == wide.key
        columns[field.name] = _typed(field, texts, places, unit, sheet, names, found, coded=coded)
        if field.type == "region" and wide.codes not in (None, wide.key):
            _by_code(sheet, wide, columns[field.name], places, names, found)
    fields = {field.name for field in schema.fields}
    told = {name: text for name, text in stated.items() if name in fields and name not in wide.kinds}
    header = f"{wide.top + 1}:{wide.first}" if wide.top < wide.first else ""
    in_rows = sides[0] if sides else ""
    taken = SheetMap(sheet.file, sheet.name, schema.table, f"{wide.bounds}", header, in_rows, wide.table_unit, {}, told)
    return Read(schema, sheet, columns, [row for row, _ in spots], {}, where, taken)


def _sides(wide: Wide, schema: Schema, in_rows: str) -> tuple[str, str] | None:
    """Return which end of a matrix stands in rows and which in columns: as stated, or as the corner says."""
    ends = [field.name for field in schema.ends]
    if in_rows in ends and len(ends) == 2:
        return in_rows, next(end for end in ends if end != in_rows)
    return orientation(wide, schema)


def of_table(names: Names, schema: Schema) -> Names:
    """Return names with the words of a table's own columns, which may stand as headings or beside the regions."""
    kinds: dict[str, str] = {}
    for field in schema.fields:
        if field.key and field.type == "choice":
            said = {word: (word, *choice_words().get(word, ())) for word in field.choices}
            kinds |= {folded(one): field.name for words in said.values() for one in words}
        elif field.key and field.name in CLASSES:
            kinds |= dict.fromkeys(names.words.get(CLASSES[field.name], {}), field.name)
    time = "period" if any(field.type == "period" for field in schema.fields) else "year"
    return replace(names, abroad=schema.abroad == "partner", kinds=kinds, time=time)


def speaks_of_part(sheet: Sheet, wide: Wide) -> str:
    """Return the title or name that speaks of a part of a year, empty where none does."""
    for text in (wide.title, sheet.name, sheet.file.rsplit(".", 1)[0]):
        if part_of_year(text):
            return text
        if year_in(text):
            return ""
    return ""


def said(sheet: Sheet, wide: Wide, names: Names) -> dict[str, str]:
    """Return what the title, or else the name of the sheet, says of every cell."""
    told: dict[str, str] = {}
    for text in (wide.title, sheet.name, sheet.file.rsplit(".", 1)[0]):
        if "year" not in told and year_in(text):
            told["year"] = year_in(text)
        told = prices_said(text) | told
        if "indicator" not in told and indicator_in(text, names):
            told["indicator"] = indicator_in(text, names)
        if "sector" not in told and "sector" not in wide.kinds and sector_in(text, names):
            told["sector"] = sector_in(text, names)
        if "region" not in told and "region" not in wide.kinds and names.places.first_in(bare(text)):
            told["region"] = names.places.first_in(bare(text))
    told = prices_said(" ".join([wide.table_unit, *wide.units.values()])) | told
    return told | ({"period": told["year"]} if "year" in told else {})


def _about(sheet: Sheet, wide: Wide, found: Findings) -> None:
    """Tell merged cells of figures, hidden parts, and figures that are shown in thousands."""

    def inside(row: int, column: int) -> bool:
        return wide.first <= row < wide.last and column in wide.heads

    for top, left, bottom, right in sheet.merged:
        cells = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
        if len(cells) > 1 and sum(inside(*cell) for cell in cells) > 1:
            ends = sheet.place(top, left), sheet.place(bottom, right).rpartition("!")[2]
            found.add("E113_wide", ":".join(ends))
    hidden = [row for row in sorted(sheet.hidden_rows) if wide.first <= row < wide.last]
    columns = [column for column in sorted(sheet.hidden_columns) if column in wide.heads]
    if sheet.hidden or hidden or columns:
        row, column = (hidden or [wide.first])[0], (columns or [wide.key])[0]
        found.add("E119_hidden", sheet.title if sheet.hidden else sheet.place(row, column),
                  rows=len(hidden), columns=len(columns))  # fmt: skip
    for row, column in sorted(sheet.scaled):
        if inside(row, column):
            found.add("E211_scaled", sheet.place(row, column), read=quoted(sheet.cell(row, column)))


def _again(sheet: Sheet, wide: Wide, found: Findings) -> set[int]:
    """Tell columns whose headings say what those of a column before them say; return them."""
    first: dict[tuple[tuple[str, str], ...], int] = {}
    again: set[int] = set()
    for column, told in wide.heads.items():
        key = tuple(sorted((kind, folded(text)) for kind, (_, text) in told.items()))
        before = first.setdefault(key, column)
        if before != column:
            again.add(column)
            row = next(iter(told.values()))[0]
            found.add("E117_heading", sheet.place(row, column), read=quoted(text_of(sheet.cell(row, column))),
                      first=same(sheet.place(row, before).rpartition("!")[2]))  # fmt: skip
    return again


def _two_units(sheet: Sheet, wide: Wide, found: Findings) -> None:
    """Tell a unit of the sheet that no column uses and every column contradicts by its own scale."""
    units = [wide.units.get(column, "") for column in wide.heads]
    if not is_unit(wide.table_unit) or not units or not all(map(is_unit, units)):
        return
    line, own = parse(wide.table_unit), [parse(unit) for unit in units]
    if all(one.dimension == line.dimension and one.factor != line.factor for one in own):
        column = next(iter(wide.heads))
        found.add("E207_units", sheet.place(wide.first - 1, column), first=quoted(units[0]),
                  second=quoted(wide.table_unit))  # fmt: skip


def _spots(sheet: Sheet, wide: Wide, found: Findings) -> list[tuple[int, int]]:
    """Return the cells that hold figures, totals left out."""
    spots: list[tuple[int, int]] = []
    left: dict[str, tuple[str, str]] = {}
    for row in range(wide.first, wide.last):
        label = text_of(sheet.cell(row, wide.key))
        here = [
            (row, column)
            for column in wide.heads
            if text_of(sheet.cell(row, column)).strip()
            or (row, column) in sheet.errors
            or (row, column) in sheet.without_value
        ]
        place = sheet.place(row, wide.key)
        if not label.strip():
            if any(number(text_of(sheet.cell(*spot))).value is not None for spot in here):
                found.add("E221_empty", place, wanted=Text("名称", "a name"))
        elif kind_of_label(label) in LEFT_OUT:
            left[place] = "N003_apart" if kind_of_label(label) == "apart" else "N003_total", label
        elif kind_of_label(label) == "note":
            left[place] = "N003_note", label
        elif not here and any(text_of(sheet.cell(row, c)).strip() for c in wide.keys.values() if c != wide.key):
            found.add("E221_empty", sheet.place(row, next(iter(wide.heads))), wanted=Text("数值", "a figure"))
        elif not here:
            left[place] = "N003_heading", label
        else:
            spots += here
    for place, (case, label) in left.items():
        found.add(case, place, label=quoted(label))
    return spots


def _unread(sheet: Sheet, wide: Wide, found: Findings) -> None:
    """Tell columns of figures whose heading says nothing that is known; totals are noted."""
    rows = sheet.expanded()
    years = any("year" in told for told in wide.heads.values())
    for column in range(wide.key + 1, sheet.width):
        if column in wide.heads or column in (*wide.keys.values(), wide.unit_column, wide.codes):
            continue
        heads = [(row, text_of(rows[row][column]).strip()) for row in range(wide.top, wide.first)]
        # A unit below a heading is not what the column is called.
        named = [(row, text) for row, text in reversed(heads) if text]
        spoken = [(row, text) for row, text in named if not is_unit(text)]
        at, text = next(iter(spoken or named), (max(0, wide.first - 1), ""))
        if not _figures(rows, wide, column) or heading(text).coded:
            continue
        if kind_of_label(text) in LEFT_OUT:
            found.add("N003_total", sheet.place(at, column), label=quoted(text))
        elif years and is_month(text):
            found.add("E407_month", sheet.place(at, column), read=quoted(text))
        else:
            found.add("E116_column", sheet.place(at, column), read=quoted(text or "—"))


def _figures(rows: Sequence[Sequence[Cell]], wide: Wide, column: int) -> bool:
    """Whether a column holds figures."""
    cells = [text_of(row[column]).strip() for row in rows[wide.first : wide.last]]
    return sum(number(text).value is not None for text in cells if text) > 0.5 * sum(bool(text) for text in cells)


def _source(
    field: Field,
    wide: Wide,
    schema: Schema,
    sides: tuple[str, str] | None,
    stated: Mapping[str, str],
    rows: Sequence[Sequence[Cell]],
    spots: Sequence[tuple[int, int]],
) -> tuple[list[Cell] | None, list[Spot]]:
    """Return the raw cells of one column and where they stand; None where the sheet does not hold it."""
    kind = field.type if field.type in KINDS else field.name
    end = sides if field.type == "region" else None
    if field.name == end[0] if end else kind in wide.keys:
        column = wide.key if end else wide.keys[kind]
        return [rows[row][column] for row, _ in spots], [(row, column) for row, _ in spots]
    if (not end or field.name == end[1]) and any(kind in told for told in wide.heads.values()):
        told = [wide.heads[column].get(kind) for _, column in spots]
        cells: list[Cell] = [None if one is None else one[1] for one in told]
        return cells, [(wide.first, column) if one is None else (one[0], column)
                       for one, (_, column) in zip(told, spots, strict=True)]  # fmt: skip
    if field.name in stated:
        return [stated[field.name]] * len(spots), [(0, None)] * len(spots)
    if field.name == "unit":
        units = _units(wide, rows, spots)
        return (list(units), [(wide.first - 1, column) for _, column in spots]) if any(units) else (None, [])
    values = [one for one in schema.fields if one.numeric and not one.key and one.required]
    if field in values[:1]:
        return [rows[row][column] for row, column in spots], list(spots)
    return None, []


def _units(wide: Wide, rows: Sequence[Sequence[Cell]], spots: Sequence[tuple[int, int]]) -> list[str]:
    """Return the unit of each cell: its row's own, that of its heading, or that of the whole sheet."""
    own = {} if wide.unit_column is None else {row: text_of(rows[row][wide.unit_column]).strip() for row, _ in spots}
    return [own.get(row, "") or wide.units.get(column, wide.table_unit) for row, column in spots]


def _unit(
    field: Field, schema: Schema, sheet: Sheet, wide: Wide, spots: Sequence[tuple[int, int]], found: Findings
) -> list[str] | None:
    """Return the unit of each cell of a column of figures; None where it cannot be told."""
    if not field.numeric or field.type == "year" or field.key:
        return [""] * len(spots)
    # Values of indicators stand in the units of the sheet; a cell that says another one is a fault.
    told = field.unit or any(one.name == "unit" for one in schema.fields)
    units = _units(wide, sheet.expanded(), spots) if told else [""] * len(spots)
    if field.unit and not all(units) and field.type not in ("share", "index"):
        at = next(k for k, unit in enumerate(units) if not unit)
        found.add("E206_no_unit", sheet.place(max(0, wide.first - 1), spots[at][1]), wanted=in_words(field.unit),
                  read=quoted(text_of(sheet.cell(max(0, wide.first - 1), spots[at][1])) or "—"))  # fmt: skip
        return None
    return units


def _typed(
    field: Field,
    cells: Sequence[Cell],
    places: Sequence[Spot],
    units: Sequence[str],
    sheet: Sheet,
    names: Names,
    found: Findings,
    *,
    coded: bool = False,
) -> list[Any]:
    """Type one column, the cells of each unit together."""
    values: list[Any] = [None] * len(cells)
    bad = {k for k, place in enumerate(places) if place in sheet.errors or place in sheet.without_value}
    for k in sorted(bad):
        row, column = places[k]
        if (row, column) in sheet.errors:
            found.add("E222_error", sheet.place(row, column), read=quoted(sheet.errors[row, column]))  # type: ignore[index]
        else:
            found.add("E118_formula", sheet.place(row, column))
    for unit in dict.fromkeys(units):
        at = [k for k, one in enumerate(units) if one == unit and k not in bad]
        place: Callable[[int], str] = lambda k, at=at: sheet.place(*places[at[k]])  # type: ignore[misc]  # noqa: E731
        told = Findings()
        typed = typed_column([cells[k] for k in at], Wanted(field, unit, coded), names, told, place)
        seen: set[tuple[str, str]] = set()
        for fault in told:
            # A heading stands over many cells: it is told once.
            if (fault.code, fault.place) not in seen:
                seen.add((fault.code, fault.place))
                found.append(fault)
        for k, value in zip(at, typed, strict=True):
            values[k] = value
    return values


def _by_code(
    sheet: Sheet, wide: Wide, codes: Sequence[Any], places: Sequence[Spot], names: Names, found: Findings
) -> None:
    """Tell rows whose code is not that of their name."""
    seen: set[int] = set()
    for code, (row, column) in zip(codes, places, strict=True):
        if code is None or column != wide.key or row in seen or wide.codes is None:
            continue
        seen.add(row)
        told = text_of(sheet.cell(row, wide.codes)).strip()
        meant = names.places.match(told, names.level, coded=True).code if told else code
        if meant != code:
            read = quoted(f"{text_of(sheet.cell(row, wide.key))} / {told}")
            found.add("E305_disagree", sheet.place(row, wide.codes), read=read)


def _absent(field: Field, sheet: Sheet, wide: Wide, spots: Sequence[Spot], found: Findings) -> list[Any]:
    count, head = len(spots), (max(0, wide.first - 1), next(iter(wide.heads)))
    if field.name == "unit" and field.required:
        found.add("E206_no_unit", sheet.place(*head), wanted=Text("该指标的单位", "the unit of the figures"),
                  read=quoted(text_of(sheet.cell(*head)) or "—"))  # fmt: skip
        return [None] * count
    if field.name == "base" and field.required:
        found.add("E209_base", sheet.place(*head), known="、".join(field.choices))
        return [None] * count
    if field.name in DEFAULTS:
        if field.name == "made_by":
            found.add("E511_made_by", sheet.title, default=same(DEFAULTS["made_by"]))
        return [DEFAULTS[field.name]] * count
    if field.required and field.name != "source":
        shown = quoted(sheet.name or sheet.file)
        found.add("E114_column", sheet.title, wanted=field.title, column=field.name, there=shown)
    return [None] * count


def _suffixes(read: Read, found: Findings) -> None:
    """Tell figures of a long table that say another unit than the unit of their row; such a figure is not read."""
    column = read.placed.get("value")
    if column is None:
        return
    for row, (at, unit) in enumerate(zip(read.at, read.columns["unit"], strict=True)):
        cell = read.sheet.cell(at, column)
        own = number(cell).suffix if isinstance(cell, str) else ""
        if own and read.columns["value"][row] is not None and unit and not (is_unit(unit) and alike(own, unit)):
            found.add("E214_suffix", read.place(row, "value"), read=quoted(cell), unit=in_words(unit))
            read.columns["value"][row] = None


def own_units(read: Read, units: Mapping[str, str], found: Findings) -> None:
    """Turn the values of a table of indicators into each indicator's own unit, exactly.

    Parameters
    ----------
    units : mapping of indicator to unit
    """
    from fractions import Fraction

    from ronghe.base.units import factor

    _suffixes(read, found)
    told: set[tuple[str, str]] = set()
    known: dict[tuple[str, str], Fraction] = {}
    for row, (indicator, unit, value) in enumerate(
        zip(read.columns["indicator"], read.columns["unit"], read.columns["value"], strict=True)
    ):
        if indicator is None or unit is None or value is None or indicator not in units:
            continue
        try:
            if (unit, indicator) not in known:
                known[unit, indicator] = factor(unit, units[indicator])
            by = known[unit, indicator]
        except UnitFault as fault:
            read.columns["value"][row] = None
            if (indicator, unit) not in told:
                told.add((indicator, unit))
                tell_unit(found, read.place(row, "value"), unit, unit, units[indicator], fault)
            continue
        if by != 1:
            read.columns["value"][row] = float(Fraction(repr(value)) * by)
        read.columns["unit"][row] = units[indicator]
