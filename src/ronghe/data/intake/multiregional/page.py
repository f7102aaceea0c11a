"""One sheet of a multi-regional table as labelled: rows and columns, the block its name says, its unit and its year."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ronghe.base.text import same
from ronghe.data.intake.findings import Findings
from ronghe.data.intake.headings import is_unit, unit_line
from ronghe.data.intake.layout import text_of
from ronghe.data.intake.multiregional.lines import Known, Lines, Side, is_figure, lines_above, lines_left, side
from ronghe.data.intake.multiregional.words import SHEETS, Label, beside, named, without_name, word
from ronghe.data.intake.sheet import Sheet

_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_VALUATIONS = {"producer": ("生产者价格", "producer price", "producers' price"), "basic": ("基本价格", "basic price"),
               "purchaser": ("购买者价格", "purchaser price", "purchasers' price")}  # fmt: skip
_BRACKETS, _MARKS = re.compile(r"[(（\[]([^()（）\[\]]*)[)）\]]"), re.compile(r"[,，;；、]\s*")
_CODES = frozenset({"代码", "编码", "行业代码", "部门代码", "code", "codes"})

ONE_LINE = ("exports", "imports", "output", "employment")
"""Blocks of one figure a region and sector."""


@dataclass(eq=False)
class Page:
    """One sheet of a table.

    Attributes
    ----------
    sheet : Sheet
    rows, columns : Side
    block : str
        As the sheet or its file is named, empty where that says nothing.
    units : dict of unit to place
        Those stated above the table and in its corner.
    titles : tuple of str
        Texts above the table.
    """

    sheet: Sheet
    rows: Side
    columns: Side
    block: str
    units: dict[str, str]
    titles: tuple[str, ...]

    def text(self, one: Side, place: int) -> str:
        """Return the label of one row or column as it stands."""
        cells = [(place, line) if one is self.rows else (line, place) for line in range(one.depth)]
        return next((text for cell in reversed(cells) if (text := text_of(self.sheet.cell(*cell)).strip())), "")

    @property
    def square(self) -> bool:
        """Whether regions and sectors stand along both sides, and mostly the same."""
        down, across = ({(x.region, x.item) for x in one.at("pair").values()} for one in (self.rows, self.columns))
        return len(down | across) > 1 and 2 * len(down & across) >= max(len(down), len(across))

    @property
    def year(self) -> int | None:
        """The year of the title, else of the sheet's name."""
        for text in (*self.titles, self.sheet.name, Path(self.sheet.file).stem):
            found = _YEAR.search(text)
            if found:
                return int(found[1])
        return None

    @property
    def valuation(self) -> str:
        """What the title says of the prices, empty where it says nothing."""
        said = " ".join(self.titles).casefold()
        return next((key for key, words in _VALUATIONS.items() if any(w in said for w in words)), "")


def block_named(sheet: Sheet) -> str:
    """Return the block that a sheet, or the file of a text table, is named after."""
    return word(sheet.name or Path(sheet.file).stem, SHEETS)


def page_of(
    sheet: Sheet, known: Known, key: Callable[[str], str], *, separator: str = "", above: Lines | None = None
) -> Page | None:
    """Return a sheet with its labels, None where no side holds regions with sectors."""
    above = lines_above(sheet, known, separator) if above is None else above
    left = lines_left(sheet, known, separator)
    if above.regions is None and left.regions is None:
        return None
    top, first = _corner(sheet, above, left)
    if (above.regions is not None and above.regions >= top) or (left.regions is not None and left.regions >= first):
        return None
    rows = side(left, top, first, known, key)
    columns = side(above, first, top, known, key)
    page = Page(sheet, rows, columns, block_named(sheet), {}, ())
    if not rows.at("pair") and not columns.at("pair"):
        return None
    _told_above(page, top, first)
    _by_name(page)
    return page


def _corner(sheet: Sheet, above: Lines, left: Lines) -> tuple[int, int]:
    """Return the first row and the first column of the cells."""
    if above.regions is not None:
        first = above.first
        if left.regions is not None:
            first = _first_column(sheet, above, left)
    else:
        first = 1 + max(c for c, line in enumerate(left.texts) if c == left.regions or _words(line[left.first :]))
    if left.regions is not None:
        top = left.first
        if above.regions is not None:
            places = range(first, min(first + 30, sheet.width))
            while top - 1 > above.regions and _is_body(left, top - 1, first) and _figures(sheet, [top - 1], places):
                top -= 1
    else:
        depth = len(above.texts)
        top = next((row for row in range((above.regions or 0) + 1, depth)
                    if any(beside(line[row]) for line in left.texts[:first])), depth)  # fmt: skip
    return top, first


def _first_column(sheet: Sheet, above: Lines, left: Lines) -> int:
    """Return the first column of figures with a heading, also where its region is not known."""
    first, rows = above.first, range(left.first, left.first + 9)
    while left.regions is not None and first - 1 > left.regions and _figures(sheet, rows, [first - 1]):
        heads = [text for line in above.texts[: left.first] if (text := line[first - 1])]
        if not heads or any(named(text).name in _CODES for text in heads):
            break
        first -= 1
    return first


def _words(texts: list[str]) -> bool:
    told = [text for text in texts if text]
    return sum(not is_figure(text) for text in told) > 0.5 * len(told)


def _is_body(left: Lines, row: int, first: int) -> bool:
    told = [line[row] for line in left.texts[:first] if line[row]]
    return bool(told) and not any(named(text).name in _CODES for text in told)


def _figures(sheet: Sheet, rows: range | list[int], columns: range | list[int]) -> bool:
    """Whether most of some cells are figures."""
    told = [text for r in rows for c in columns if (text := text_of(sheet.cell(r, c)).strip())]
    return bool(told) and sum(is_figure(text) for text in told) > 0.5 * len(told)


def _told_above(page: Page, top: int, first: int) -> None:
    """Note titles and units above the table and in its corner."""
    titles = []
    for row in range(top):
        for column in range(min(page.sheet.width, max(first, 1) if row >= page.columns.line else page.sheet.width)):
            text = text_of(page.sheet.cell(row, column)).strip()
            if not text or (column >= first and row >= page.columns.line):
                continue
            unit = unit_line(text) or unit_in(text)
            if unit and beside(text) is None:
                page.units.setdefault(unit, page.sheet.place(row, column))
            if column >= first or row < page.columns.line:
                titles.append(text)
    page.titles = tuple(titles)


def unit_in(text: str) -> str:
    """Return the unit that stands in brackets, alone or beside other words.

    Examples
    --------
    >>> unit_in("2017年投入产出表（万元，生产者价格）")
    '万元'
    """
    inside = [part for found in _BRACKETS.findall(text) for part in _MARKS.split(found)]
    return named(text).unit or next((unit_line(one) or one for one in inside if is_unit(unit_line(one) or one)), "")


def _by_name(page: Page) -> None:
    """Let the name of the sheet say what its only row or column is, and a lone total be the block itself."""
    for one in (page.rows, page.columns):
        other = page.columns if one is page.rows else page.rows
        if one.at("pair") or not other.at("pair") or page.block not in ONE_LINE:
            continue
        kept = {place: label for place, label in one.labels.items() if label.kind == page.block}
        if not kept and len(one.labels) == 1:
            ((place, label),) = one.labels.items()
            if label.kind in ("unknown", "total") and without_name(label.item if label.kind == "unknown" else ""):
                kept = {place: Label(page.block, unit=named(label.item).unit)}
        if not kept and not one.labels:
            # A single line of figures whose heading is left out.
            kept = _lone(page, one)
        one.labels |= kept


def _lone(page: Page, one: Side) -> dict[int, Label]:
    places = list(page.columns.labels if one is page.rows else page.rows.labels)
    across = one is page.columns
    lines = range(page.sheet.width) if across else range(len(page.sheet.rows))
    taken = LABELS if across else 12
    filled = [
        at
        for at in lines
        if at < taken and _figures(page.sheet, *((places[:9], [at]) if across else ([at], places[:9])))
    ]
    return {filled[-1]: Label(page.block)} if len(filled) == 1 else {}


LABELS = 8


def only_unit(page: Page, found: Findings) -> str:
    """Return the unit that a sheet states, empty where it states none; two that differ are told."""
    units = list(page.units)
    if len(units) > 1:
        found.add("E207_units", page.units[units[1]], first=same(units[0]), second=same(units[1]))
    return units[0] if units else ""


def with_region(page: Page, region: str) -> None:
    """Give the categories of a table of one region that region."""
    for one in (page.rows, page.columns):
        for place, label in one.labels.items():
            if label.kind == "final" and not label.region:
                one.labels[place] = replace(label, region=region)
