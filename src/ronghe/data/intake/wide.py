"""Wide sheets: regions by years, by indicators, by both, or by regions again; a title says what the cells share.

The key column is the leftmost in which most cells are names of one kind. Headings of several rows are read row by
row, so that an indicator may stand over its years. Which way a matrix of regions runs is read from its corner
(调出地＼调入地), never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ronghe.data.intake.bounds import Bounds
from ronghe.data.intake.cells import ABROAD, Names
from ronghe.data.intake.folding import folded, plain, unmarked
from ronghe.data.intake.headings import Heading, field_of, heading, is_unit, unit_line
from ronghe.data.intake.labels import kind_of_label
from ronghe.data.intake.layout import text_of
from ronghe.data.intake.numbers import number
from ronghe.data.intake.sheet import Cell, Sheet
from ronghe.data.schema import Schema

Kind = Literal["region", "year", "indicator", "sector"]

MOSTLY = 0.6
LOOK, HEAD = 14, 4
UNIT_HEADS = frozenset({"单位", "计量单位", "unit", "units"})
_YEAR = re.compile(r"^(1[89]|20)\d{2}年?(度|末|底)?$")
_YEAR_IN = re.compile(r"(?<!\d)((?:19|20)\d{2})(?!\d)年?")
_NUMBERED = re.compile(r"^(?:表|附表|table)?[\d.\-—–_~、:]*(?:年度?)?", re.IGNORECASE)
_CHINESE = re.compile("[一-鿿]")
_PARTS = re.compile(r"[：:—–_\s（）()]+")
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
        return Bounds(self.top, self.key, max(self.last, self.first) - 1, max(self.heads))


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
    keys = {kind: key} | _further(rows, first, key, kind, names)
    unit_column = _unit_column(rows, top, first, key)
    heads: dict[int, Mapping[Kind, tuple[int, str]]] = {}
    units: dict[int, str] = {}
    for column in range(key + 1, sheet.width):
        if column in keys.values() or column == unit_column:
            continue
        told, unit = _told(rows, top, first, column, names)
        if told:
            heads[column] = told
        if unit:
            units[column] = unit
    if len(heads) < 1:
        return None
    above = [text_of(cell).strip() for row in rows[:top] for cell in dict.fromkeys(row) if text_of(cell).strip()]
    lines = [unit_line(text) for text in above] + [heading(text).unit for text in above]
    table_unit = next(filter(None, lines), "")
    title = " ".join(text for text in above if not unit_line(text))
    corner = " ".join(dict.fromkeys(text_of(rows[row][key]).strip() for row in range(top, first)))
    last = _last(rows, top, first, key, kind, names)
    return Wide(key, kind, keys, heads, units, unit_column, table_unit, title, top, first, last, corner)


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
    if _YEAR.match(plain(text)) or _YEAR.match(heading(text).name):
        return "year"
    if text.strip() and (text in names.places or (names.abroad and folded(text) in ABROAD)):
        return "region"
    for table, kind in (("indicators", "indicator"), ("sectors", "sector")):
        if folded(heading(text).name) in names.words.get(table, {}):
            return kind  # type: ignore[return-value]
    return None


def first_line(text: str) -> str:
    """Return the Chinese line of a heading whose other lines say the same in English."""
    first, _, more = text.partition("\n")
    return first if more and not _CHINESE.search(more) and _CHINESE.search(first) else text


def year_in(text: str) -> str:
    """Return the only year that a text names, empty where it names none or several."""
    # Spaces stay: without them the number of a table runs into the year behind it.
    years = set(_YEAR_IN.findall(unicodedata.normalize("NFKC", unmarked(text))))
    return years.pop() if len(years) == 1 else ""


def bare(text: str) -> str:
    """Return a title without its number and its year.

    Examples
    --------
    >>> bare("表2-1 2023年江苏省主要指标")
    '江苏省主要指标'
    """
    return _NUMBERED.sub("", plain(text))


def indicator_in(text: str, names: Names) -> str:
    """Return the indicator that a title names as a whole or in its end, the longest of several."""
    known = names.words.get("indicators", {})
    whole = folded(_YEAR_IN.sub("", plain(text)))
    return max((name for name in known if len(name) > 2 and name in whole), key=len, default="")


def sector_in(text: str, names: Names) -> str:
    """Return the only sector that a title or the name of a sheet names by itself: 省际贸易：工业, 工业.

    A name within a longer word is none.
    """
    known = names.words.get("sectors", {})
    parts = {folded(_YEAR_IN.sub("", part)) for part in (text, *_PARTS.split(text))}
    found = {known[part] for part in parts if part in known}
    return found.pop() if len(found) == 1 else ""


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
    begin = next((at for at, row in enumerate(rows) if any(text_of(cell).strip() for cell in row)), 0)
    for column in range(min(width, 6)):
        cells = [text_of(row[column]) if column < len(row) else "" for row in rows]
        kinds = [kind_of_name(text, names) if text.strip() else None for text in cells]
        for kind in ("region", "year", "indicator", "sector"):
            first = next((at for at, one in enumerate(kinds) if one == kind), None)
            if first is None or first - begin > LOOK:
                continue
            below = [one for text, one in zip(cells[first:], kinds[first:], strict=True)
                     if text.strip() and not kind_of_label(text)]  # fmt: skip
            hits = sum(one == kind for one in below)
            if hits >= 2 and hits >= MOSTLY * len(below):
                start = first
                while start > 0 and kind_of_label(cells[start - 1]) in ("total", "group", "of which"):
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
