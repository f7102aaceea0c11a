"""Wide sheets: regions by years, by indicators, by both, or by regions again; a title says what the cells share.

The key column is the leftmost in which most cells are names of one kind. Headings of several rows are read row by
row, so that an indicator may stand over its years. Which way a matrix of regions runs is read from its corner
(调出地＼调入地), never guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ronghe.data.intake.bounds import Bounds
from ronghe.data.intake.cells import ABROAD, Names, is_month
from ronghe.data.intake.folding import folded, plain
from ronghe.data.intake.headings import Heading, field_of, heading, is_unit, unit_line
from ronghe.data.intake.labels import kind_of_label
from ronghe.data.intake.layout import text_of
from ronghe.data.intake.numbers import number
from ronghe.data.intake.sheet import Cell, Sheet
from ronghe.data.intake.titles import first_line, part_of_year, without_year, year_in
from ronghe.data.schema import Schema, schema

Kind = str
"""What a name is of: region, year, period, indicator, sector, or a column of the table whose words are listed."""

KINDS = ("region", "year", "period", "indicator", "sector")

ATTRIBUTES = ("vintage", "status", "source", "grade", "made_by", "valuation")
"""Columns that say something of each row, known by their headings alone."""

LEFT_OUT = ("total", "group", "of which", "residual", "apart")
"""Labels of rows that are no units of a table."""

MOSTLY = 0.6
LOOK, HEAD = 14, 4
UNIT_HEADS = frozenset({"单位", "计量单位", "unit", "units"})
_YEAR = re.compile(r"^(1[89]|20)\d{2}年?(度|末|底)?$")
_CORNER = re.compile(r"[\\/＼／|｜]")


@dataclass(frozen=True, slots=True, eq=False)
class Wide:
    """Where the parts of a wide sheet stand; rows and columns are counted from 0.

    Attributes
    ----------
    key, kind : int and str
        Column of the names, and their kind.
    keys : mapping of kind to column
        Every column of names: a table of regions and years may have indicators beside them.
    heads : mapping of column to mapping of kind to (row, text)
        What the headings of each column say.
    units : mapping of column to str
    unit_column : int or None
        Column that holds the unit of each row.
    table_unit, title : str
    top, first, last : int
        First row of the headings, first row of the body, and the row behind it.
    corner : str
        Cell over the names.
    codes : int or None
        Column of codes of regions; the key itself where there are no names beside them.
    """

    key: int
    kind: Kind
    keys: Mapping[Kind, int]
    heads: Mapping[int, Mapping[Kind, tuple[int, str]]]
    units: Mapping[int, str]
    unit_column: int | None
    table_unit: str
    title: str
    top: int
    first: int
    last: int
    corner: str
    codes: int | None = None

    @property
    def kinds(self) -> set[Kind]:
        """Kinds that names and headings tell together."""
        return {*self.keys, *(kind for told in self.heads.values() for kind in told)}

    @property
    def matrix(self) -> bool:
        """Whether regions stand on both sides."""
        return self.kind == "region" and any("region" in told for told in self.heads.values())

    @property
    def bounds(self) -> Bounds:
        """The range of headings and body."""
        beside = [column for column in (*self.keys.values(), self.unit_column, self.codes) if column is not None]
        columns = [self.key, *self.heads, *beside]
        return Bounds(self.top, min(columns), max(self.last, self.first) - 1, max(columns))


def wide_layout(sheet: Sheet, names: Names, *, header: tuple[int, int] | None = None) -> Wide | None:
    """Return the layout of a wide sheet, None where there is none.

    Parameters
    ----------
    header : (int, int), optional
        Rows of the headings where they are stated; the names then stand in the first column that is filled.
    """
    rows = sheet.expanded()
    found = _key(rows, names) if header is None else _stated_key(rows, header[1] + 1, names)
    if found is None:
        return None
    key, kind, first = found
    top = _top(rows, first, key) if header is None else header[0]
    key = _finer(rows, first, key, names) if kind == "region" else key
    key, codes = _codes(rows, top, first, key, names) if kind == "region" else (key, None)
    keys = {kind: key} | _further(rows, top, first, key, kind, names)
    unit_column = _unit_column(rows, top, first, key)
    heads: dict[int, Mapping[Kind, tuple[int, str]]] = {}
    units: dict[int, str] = {}
    for column in range(key + 1, sheet.width):
        if column in (*keys.values(), unit_column, codes):
            continue
        told, unit = _told(rows, top, first, column, names)
        if told:
            heads[column] = told
        if unit:
            units[column] = unit
    if any(set(told) & set(KINDS) for told in heads.values()):
        # What tells a choice alone stands over several columns and over totals as well.
        heads = {column: told for column, told in heads.items() if set(told) & set(KINDS)}
    if len(heads) < 1:
        return None
    above = [text_of(cell).strip() for row in rows[:top] for cell in dict.fromkeys(row) if text_of(cell).strip()]
    lines = [unit_line(text) for text in above] + [heading(text).unit for text in above]
    table_unit = next(filter(None, lines), "")
    title = " ".join(text for text in above if not unit_line(text))
    corner = " ".join(dict.fromkeys(text_of(rows[row][key]).strip() for row in range(top, first)))
    last = _last(rows, top, first, key, kind, names)
    return Wide(key, kind, keys, heads, units, unit_column, table_unit, title, top, first, last, corner, codes)


def _coded(rows: Sequence[Sequence[Cell]], first: int, column: int) -> bool:
    """Whether a column is headed as codes of regions."""
    return any(heading(text_of(row[column])).coded for row in rows[:first] if 0 <= column < len(row))


def _codes(rows: Sequence[Sequence[Cell]], top: int, first: int, key: int, names: Names) -> tuple[int, int | None]:
    """Return the column of the names of regions, and the column of their codes beside it."""
    if _coded(rows, first, key):
        beside = [text_of(row[key + 1]) for row in rows[first:] if key + 1 < len(row) and text_of(row[key + 1]).strip()]
        named = sum(kind_of_name(text, names) == "region" for text in beside)
        return (key + 1, key) if named >= max(2, MOSTLY * len(beside)) else (key, key)
    near = next((column for column in (key - 1, key + 1) if _coded(rows, first, column)), None)
    return key, near


def _name_of_row(text: str, names: Names, *, coded: bool) -> Kind | None:
    """Return the kind of a name in the first columns; in a column of codes, digits name regions."""
    if coded and plain(text).isdigit():
        return "region" if names.places.match(text, names.level, coded=True).code else None
    return kind_of_name(text, names)


def _finer(rows: Sequence[Sequence[Cell]], first: int, key: int, names: Names) -> int:
    """Return the column beside the first whose units lie within the first one's: cities beside their provinces."""
    pairs = [(text_of(row[key]), text_of(row[key + 1])) for row in rows[first:] if key + 1 < len(row)]
    within = [names.places.within(part, whole) for whole, part in pairs if part.strip() and not kind_of_label(whole)]
    return key + 1 if sum(within) >= max(2, MOSTLY * len(within)) else key


def _unit_column(rows: Sequence[Sequence[Cell]], top: int, first: int, key: int) -> int | None:
    """Return the column right of the names that is headed as units."""
    for column in range(key + 1, min(key + 4, max(map(len, rows), default=0))):
        heads = {folded(text_of(row[column])) for row in rows[top:first] if column < len(row)} - {""}
        if heads and heads <= UNIT_HEADS:
            return column
    return None


def _stated_key(rows: Sequence[Sequence[Cell]], first: int, names: Names) -> tuple[int, Kind, int] | None:
    """Return the first column that is filled below a stated header, and the kind that most of its names are."""
    body = rows[first:]
    key = min((at for row in body for at, cell in enumerate(row) if text_of(cell).strip()), default=None)
    if key is None:
        return None
    kinds = [kind_of_name(text_of(row[key]), names) for row in body if key < len(row)]
    counts = Counter(kind for kind in kinds if kind is not None)
    return (key, counts.most_common(1)[0][0], first) if counts else None


def rivals(sheet: Sheet, wide: Wide, names: Names) -> list[Bounds]:
    """Return the ranges of further tables on a sheet: names of the same kind again, beside the first or below it."""
    rows = sheet.expanded()
    found: list[Bounds] = []
    for column in range(wide.key + 1, sheet.width):
        if column not in wide.keys.values() and column not in wide.heads and _again(rows, wide, column, names):
            found.append(Bounds(wide.top, column, wide.last - 1, sheet.width - 1))
            break
    below = wide_layout(replace(sheet, rows=rows[wide.last :], merged=()), names)
    if below is not None:
        place = below.bounds
        found.append(Bounds(place.top + wide.last, place.left, place.bottom + wide.last, place.right))
    return found


def left_below(sheet: Sheet, wide: Wide, names: Names) -> tuple[int, int]:
    """Return how many rows below the body are named as those in it and hold figures, and the first of them."""
    rows = sheet.expanded()
    below = [
        at
        for at in range(wide.last, len(rows))
        if kind_of_name(text_of(rows[at][wide.key]), names) == wide.kind
        and any(number(text_of(rows[at][column])).value is not None for column in wide.heads)
    ]
    return len(below), below[0] if below else -1


def _again(rows: Sequence[Sequence[Cell]], wide: Wide, column: int, names: Names) -> bool:
    """Whether a column holds names of the kind of the first, and others than it: no code beside a name."""
    pairs = [(row[wide.key], row[column]) for row in rows[wide.first : wide.last] if text_of(row[column]).strip()]
    texts = [(text_of(one), text) for one, text in pairs if isinstance(text, str)]
    hits = [(one, text) for one, text in texts if kind_of_name(text, names) == wide.kind]
    if len(hits) < 2 or len(hits) < MOSTLY * len(pairs):
        return False
    if wide.kind != "region":
        return True
    meant = [{names.places.match(text, names.level, coded=True).code for text in two} for two in hits]
    return sum(len(codes) == 1 for codes in meant) < MOSTLY * len(hits)


def kind_of_name(text: str, names: Names) -> Kind | None:
    """Return the kind of a name: a year, a region, an indicator or a sector."""
    if _YEAR.match(plain(text)) or _YEAR.match(heading(text).name) or (names.time == "period" and is_month(text)):
        return names.time
    if (name := folded(heading(text).name)) in names.kinds:
        return names.kinds[name]
    if text.strip() and (text in names.places or (names.abroad and folded(text) in ABROAD)):
        return "region"
    for table, kind in (("indicators", "indicator"), ("sectors", "sector")):
        if name in names.words.get(table, {}):
            return kind
    return None


def orientation(wide: Wide, wanted: Schema) -> tuple[str, str] | None:
    """Return which end stands in rows and which in columns, None where the sheet does not say."""
    parts = [part for part in _CORNER.split(wide.corner) if part.strip()]
    if len(parts) != 2:
        return None
    ends = [field_of(heading(part), wanted) for part in parts]
    named = [field.name for field in ends if field is not None]
    return (named[0], named[1]) if len(set(named)) == 2 else None


def _key(rows: Sequence[Sequence[Cell]], names: Names) -> tuple[int, Kind, int] | None:
    """Return the key column, the kind of its names, and the first row of the body."""
    width = max((len(row) for row in rows), default=0)
    begin = next((at for at, row in enumerate(rows) if any(text_of(cell).strip() for cell in row)), 0)
    for column in range(min(width, 6)):
        cells = [text_of(row[column]) if column < len(row) else "" for row in rows]
        coded = _coded(rows, begin + LOOK, column)
        kinds = [_name_of_row(text, names, coded=coded) if text.strip() else None for text in cells]
        for kind in dict.fromkeys((*KINDS, *names.kinds.values())):
            first = next((at for at, one in enumerate(kinds) if one == kind), None)
            if first is None or first - begin > LOOK:
                continue
            below = [one for text, one in zip(cells[first:], kinds[first:], strict=True)
                     if text.strip() and not kind_of_label(text)]  # fmt: skip
            hits = sum(one == kind for one in below)
            if hits >= 2 and hits >= MOSTLY * len(below):
                start = first
                while start > 0 and (
                    kind_of_label(cells[start - 1]) in LEFT_OUT or _holds_figures(rows[start - 1], column)
                ):
                    start -= 1
                return column, kind, start
    return None


def _holds_figures(row: Sequence[Cell], key: int) -> bool:
    """Whether a row has a name and figures, and is no heading of years or of numbered columns."""
    label = text_of(row[key]).strip() if key < len(row) else ""
    figures = [value for cell in row[key + 1 :] if (value := number(text_of(cell)).value) is not None]
    years = all(_YEAR.match(f"{value:g}") for value in figures)
    counted = all(value == figures[0] + at for at, value in enumerate(figures))
    return bool(label and figures) and not years and not (counted and (len(label) < 2 or len(figures) > 1))


def _further(
    rows: Sequence[Sequence[Cell]], top: int, first: int, key: int, kind: Kind, names: Names
) -> dict[Kind, int]:
    """Return further columns of names beside the first: years or indicators next to regions, regions next to years."""
    found: dict[Kind, int] = {}
    panel = schema("panel")
    for column in range(key + 1, min(max(map(len, rows), default=0), 6)):
        texts = [text_of(row[column]) for row in rows[first:] if column < len(row) and text_of(row[column]).strip()]
        for other in dict.fromkeys((*KINDS, *names.kinds.values())):
            hits = sum(kind_of_name(text, names) == other for text in texts[:200])
            if other != kind and other not in found and hits >= 2 and hits >= MOSTLY * len(texts[:200]):
                found[other] = column
    for column in range(key + 1, max(map(len, rows), default=0)):
        # What a heading says holds whatever stands below it: a year that is none is a fault of its cell.
        known = field_of(heading(next((t for r in reversed(rows[top:first]) if (t := _text(r, column))), "")), panel)
        name = names.time if known is not None and known.name == "year" else "" if known is None else known.name
        if name in (names.time, *ATTRIBUTES) and name != kind and column not in found.values():
            found.setdefault(name, column)
    return found


def _text(row: Sequence[Cell], column: int) -> str:
    return text_of(row[column]).strip() if column < len(row) else ""


def _top(rows: Sequence[Sequence[Cell]], first: int, key: int) -> int:
    """Return the first row of the headings: those right above the body that fill more than one column."""
    top = first
    while top > max(0, first - HEAD):
        row = rows[top - 1]
        filled = {text_of(cell).strip() for cell in row[key:] if text_of(cell).strip()}
        spread = sum(bool(text_of(cell).strip()) for cell in row[key + 1 :])
        alone = len(filled) <= 1 and (spread == 0 or len(set(map(text_of, row))) <= 1)
        if any(unit_line(text) for text in filled) or (alone and not _second_line(rows, top - 1, key)):
            break
        top -= 1
    return top


def _second_line(rows: Sequence[Sequence[Cell]], at: int, key: int) -> bool:
    """Whether a row holds no more than the heading of the names in another language, under the other headings."""
    filled = [column for column, cell in enumerate(rows[at]) if text_of(cell).strip()]
    above = rows[at - 1] if at else ()
    named = len(above) > key and text_of(above[key]).strip() and not unit_line(text_of(above[key]))
    return filled == [key] and bool(named) and any(text_of(cell).strip() for cell in above[key + 1 :])


def _told(
    rows: Sequence[Sequence[Cell]], top: int, first: int, column: int, names: Names
) -> tuple[dict[Kind, tuple[int, str]], str]:
    """Return what the headings of a column say by kind, and the unit that stands in them."""
    told: dict[Kind, tuple[int, str]] = {}
    unit = ""
    for row in range(top, first):
        text = text_of(rows[row][column]).strip() if column < len(rows[row]) else ""
        if not text:
            continue
        text = first_line(text)
        head: Heading = heading(text)
        unit = head.unit or unit
        if is_unit(text) and not plain(text).isdigit():
            unit = text
            continue
        kind = kind_of_name(text, names)
        if kind is not None and kind not in told:
            told[kind] = row, text if kind == "region" else head.name
        elif kind is None and (year := year_in(text)) and not part_of_year(text):
            # A year and what it is of in one cell: 2022年地区生产总值.
            rest = heading(without_year(text))
            inner = kind_of_name(rest.name, names)
            if inner is not None and inner != names.time:
                told.setdefault(names.time, (row, year))
                told.setdefault(inner, (row, rest.name))
    return told, unit


def _last(rows: Sequence[Sequence[Cell]], top: int, first: int, key: int, kind: Kind, names: Names) -> int:
    """Return the row behind the body: notes, two empty rows or the heading of the names once more end it.

    A note behind which the same names go on stands within the body.
    """

    def goes_on(at: int) -> bool:
        for row in rows[at + 1 :]:
            texts = [text_of(cell) for cell in row if text_of(cell).strip()]
            if texts and kind_of_label(texts[0]) != "note":
                return len(texts) > 1 and kind_of_name(text_of(row[key]), names) == kind
        return False

    empty = 0
    named = {folded(text_of(row[key])) for row in rows[top:first]} - {""}
    for at in range(first, len(rows)):
        filled = [text_of(cell) for cell in rows[at] if text_of(cell).strip()]
        if filled and kind_of_label(filled[0]) == "note":
            if goes_on(at):
                continue
            return at - empty
        if folded(text_of(rows[at][key])) in named:
            return at - empty
        empty = 0 if filled else empty + 1
        if empty == 2:
            return at - 1
    return len(rows) - empty
