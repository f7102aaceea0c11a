"""Wide sheets: regions by years, by indicators, by both, or by regions again; a title says what the cells share.

The key column is the leftmost in which most cells are names of one kind. Headings of several rows are read row by
row, so that an indicator may stand over its years. Which way a matrix of regions runs is read from its corner
(调出地＼调入地), never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from ronghe.data.intake.cells import Names
from ronghe.data.intake.folding import folded, plain
from ronghe.data.intake.headings import Heading, field_of, heading, is_unit, unit_line
from ronghe.data.intake.labels import kind_of_label
from ronghe.data.intake.layout import text_of
from ronghe.data.intake.sheet import Cell, Sheet
from ronghe.data.schema import Schema

Kind = Literal["region", "year", "indicator", "sector"]

MOSTLY = 0.6
LOOK, HEAD = 14, 4
_YEAR = re.compile(r"^(1[89]|20)\d{2}年?(度|末|底)?$")
_YEAR_IN = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)年?")
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
    table_unit, title : str
    first, last : int
        Body.
    corner : str
        Cell over the names.
    """

    key: int
    kind: Kind
    keys: Mapping[Kind, int]
    heads: Mapping[int, Mapping[Kind, tuple[int, str]]]
    units: Mapping[int, str]
    table_unit: str
    title: str
    first: int
    last: int
    corner: str

    @property
    def kinds(self) -> set[Kind]:
        """Kinds that names and headings tell together."""
        return {*self.keys, *(kind for told in self.heads.values() for kind in told)}

    @property
    def matrix(self) -> bool:
        """Whether regions stand on both sides."""
        return self.kind == "region" and any("region" in told for told in self.heads.values())


def wide_layout(sheet: Sheet, names: Names) -> Wide | None:
    """Return the layout of a wide sheet, None where there is none."""
    rows = sheet.expanded()
    found = _key(rows, names)
    if found is None:
        return None
    key, kind, first = found
    top = _top(rows, first, key)
    keys = {kind: key} | _further(rows, first, key, kind, names)
    heads: dict[int, Mapping[Kind, tuple[int, str]]] = {}
    units: dict[int, str] = {}
    for column in range(key + 1, sheet.width):
        if column in keys.values():
            continue
        told, unit = _told(rows, top, first, column, names)
        if told:
            heads[column] = told
        if unit:
            units[column] = unit
    if len(heads) < 1:
        return None
    above = [text_of(cell).strip() for row in rows[:top] for cell in dict.fromkeys(row) if text_of(cell).strip()]
    table_unit = next((unit_line(text) for text in above if unit_line(text)), "")
    title = " ".join(text for text in above if not unit_line(text))
    corner = " ".join(dict.fromkeys(text_of(rows[row][key]).strip() for row in range(top, first)))
    return Wide(key, kind, keys, heads, units, table_unit, title, first, _last(rows, first, key), corner)


def kind_of_name(text: str, names: Names) -> Kind | None:
    """Return the kind of a name: a year, a region, an indicator or a sector."""
    if _YEAR.match(plain(text)):
        return "year"
    if text.strip() and text in names.places:
        return "region"
    for table, kind in (("indicators", "indicator"), ("sectors", "sector")):
        if folded(heading(text).name) in names.words.get(table, {}):
            return kind  # type: ignore[return-value]
    return None


def year_in(text: str) -> str:
    """Return the only year that a text names, empty where it names none or several."""
    years = set(_YEAR_IN.findall(plain(text)))
    return years.pop() if len(years) == 1 else ""


def indicator_in(text: str, names: Names) -> str:
    """Return the indicator that a title names as a whole or in its end, the longest of several."""
    known = names.words.get("indicators", {})
    whole = folded(_YEAR_IN.sub("", plain(text)))
    return max((name for name in known if len(name) > 2 and name in whole), key=len, default="")


def orientation(wide: Wide, schema: Schema) -> tuple[str, str] | None:
    """Return which end stands in rows and which in columns, None where the sheet does not say."""
    parts = [part for part in _CORNER.split(wide.corner) if part.strip()]
    if len(parts) != 2:
        return None
    ends = [field_of(heading(part), schema) for part in parts]
    named = [field.name for field in ends if field is not None]
    return (named[0], named[1]) if len(set(named)) == 2 else None


def _key(rows: Sequence[Sequence[Cell]], names: Names) -> tuple[int, Kind, int] | None:
    """Return the key column, the kind of its names, and the first row of the body."""
    width = max((len(row) for row in rows), default=0)
    for column in range(min(width, 6)):
        cells = [text_of(row[column]) if column < len(row) else "" for row in rows]
        kinds = [kind_of_name(text, names) if text.strip() else None for text in cells]
        for kind in ("region", "year", "indicator", "sector"):
            first = next((at for at, one in enumerate(kinds) if one == kind), None)
            if first is None or first > LOOK:
                continue
            below = [one for text, one in zip(cells[first:], kinds[first:], strict=True)
                     if text.strip() and not kind_of_label(text)]  # fmt: skip
            hits = sum(one == kind for one in below)
            if hits >= 2 and hits >= MOSTLY * len(below):
                start = first
                while start > 0 and kind_of_label(cells[start - 1]) in ("total", "group"):
                    start -= 1
                return column, kind, start
    return None


def _further(rows: Sequence[Sequence[Cell]], first: int, key: int, kind: Kind, names: Names) -> dict[Kind, int]:
    """Return further columns of names beside the first: years next to regions, or regions next to years."""
    found: dict[Kind, int] = {}
    for column in range(key + 1, min(max(map(len, rows), default=0), 6)):
        texts = [text_of(row[column]) for row in rows[first:] if column < len(row) and text_of(row[column]).strip()]
        for other in ("region", "year"):
            hits = sum(kind_of_name(text, names) == other for text in texts[:200])
            if other != kind and other not in found and hits >= 2 and hits >= MOSTLY * len(texts[:200]):
                found[other] = column
    return found


def _top(rows: Sequence[Sequence[Cell]], first: int, key: int) -> int:
    """Return the first row of the headings: those right above the body that fill more than one column."""
    top = first
    while top > max(0, first - HEAD):
        row = rows[top - 1]
        filled = {text_of(cell).strip() for cell in row[key:] if text_of(cell).strip()}
        spread = sum(bool(text_of(cell).strip()) for cell in row[key + 1 :])
        alone = len(filled) <= 1 and (spread == 0 or len(set(map(text_of, row))) <= 1)
        if alone or any(unit_line(text) for text in filled):
            break
        top -= 1
    return top


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
        head: Heading = heading(text)
        unit = head.unit or unit
        if is_unit(text) and not plain(text).isdigit():
            unit = text
            continue
        kind = kind_of_name(text, names)
        if kind is not None and kind not in told:
            told[kind] = row, head.name if kind == "indicator" else text
    return told, unit


def _last(rows: Sequence[Sequence[Cell]], first: int, key: int) -> int:
    """Return the row behind the body: notes or two empty rows end it."""
    empty = 0
    for at in range(first, len(rows)):
        filled = [text_of(cell) for cell in rows[at] if text_of(cell).strip()]
        if filled and kind_of_label(filled[0]) == "note":
            return at - empty
        empty = 0 if filled else empty + 1
        if empty == 2:
            return at - 1
    return len(rows) - empty
