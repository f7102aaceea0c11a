"""Labels along the rows and columns of a sheet: which line holds regions, which sectors, where the cells begin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ronghe.data.intake.labels import kind_of_label
from ronghe.data.intake.layout import text_of
from ronghe.data.intake.multiregional.words import CATEGORY, TOTALS, Label, beside, word
from ronghe.data.intake.numbers import number
from ronghe.data.intake.sheet import Sheet

TOP, LEFT = 12, 6
"""Rows and columns in which labels are looked for."""

MOST = 0.6
"""From this share of known regions on a line is one of regions."""

Known = Callable[[str], str]
"""Code of a region by its name, empty where it is none."""


@dataclass(frozen=True, eq=False)
class Lines:
    """Lines of labels along one side.

    Attributes
    ----------
    texts : list of list of str
        By line, then by place along the side; merged cells expanded.
    regions : int or None
        Line of the regions.
    first : int
        First place with a known region; 0 where there is none.
    separator : str
        Between region and sector where both stand in one cell.
    """

    texts: list[list[str]]
    regions: int | None
    first: int
    separator: str = ""

    def split(self, text: str) -> tuple[str, str]:
        """Return region and sector of a label."""
        region, mark, sector = text.partition(self.separator) if self.separator else (text, "", "")
        return (region.strip(), sector.strip()) if mark else (text, "")


@dataclass(eq=False)
class Side:
    """What each row, or each column, of a sheet is.

    Attributes
    ----------
    labels : mapping of place to Label
    titles : mapping of sector to str
        As the labels have them.
    strange : mapping of place to str
        Regions that are not known, as they stand there.
    line : int
        Line of the labels, to which faults point.
    depth : int
        Lines that hold labels.
    """

    labels: dict[int, Label] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    strange: dict[int, str] = field(default_factory=dict)
    line: int = 0
    depth: int = 0

    def at(self, kind: str) -> dict[int, Label]:
        """Return the places of one kind."""
        return {place: label for place, label in self.labels.items() if label.kind == kind}


def lines_above(sheet: Sheet, known: Known, separator: str = "") -> Lines:
    """Return the first rows of a sheet as lines of labels."""
    width = sheet.width
    texts = [[text_of(sheet.cell(row, c)).strip() for c in range(width)] for row in range(min(TOP, len(sheet.rows)))]
    for top, left, bottom, right in sheet.merged:
        for row in range(top, min(bottom + 1, len(texts))):
            texts[row][left : right + 1] = [text_of(sheet.cell(top, left)).strip()] * (min(right + 1, width) - left)
    return _lines(texts, known, separator)


def lines_left(sheet: Sheet, known: Known, separator: str = "") -> Lines:
    """Return the first columns of a sheet as lines of labels."""
    height, width = len(sheet.rows), min(LEFT, sheet.width)
    texts = [[text_of(sheet.cell(row, column)).strip() for row in range(height)] for column in range(width)]
    for top, left, bottom, right in sheet.merged:
        for column in range(left, min(right + 1, width)):
            texts[column][top : bottom + 1] = [text_of(sheet.cell(top, left)).strip()] * (min(bottom + 1, height) - top)
    return _lines(texts, known, separator)


def _lines(texts: list[list[str]], known: Known, separator: str) -> Lines:
    bare = Lines(texts, None, 0, separator)
    for at, line in enumerate(texts):
        first = next((p for p, text in enumerate(line) if text and known(bare.split(text)[0])), None)
        if first is None:
            continue
        told = [text for text in line[first:] if text and beside(text) is None]
        there = [text for text in told if known(bare.split(text)[0])]
        composite = all(bare.split(text)[1] for text in there) if separator else True
        if composite and len(there) >= MOST * len(told) and (len(told) > 1 or separator == ""):
            return Lines(texts, at, first, separator)
    return bare


def is_figure(text: str) -> bool:
    """Whether a text is a number or a sign of a missing one."""
    read = number(text)
    return read.value is not None and not read.suffix


def sector_line(lines: Lines, start: int, end: int, depth: int) -> int | None:
    """Return the line of sectors: of those beside the regions the one that tells most places apart."""
    best: tuple[int, int, int] | None = None
    for at, line in enumerate(lines.texts[:depth]):
        told = [text for text in line[start:end] if text]
        if at == lines.regions or len(told) < MOST * (end - start):
            continue
        named = sum(not is_figure(text) for text in told)
        score = (len(set(told)), named, at)
        best = score if best is None or score > best else best
    return None if best is None else best[2]


def side(lines: Lines, start: int, depth: int, known: Known, key: Callable[[str], str]) -> Side:
    """Return what stands along one side from ``start`` on.

    Parameters
    ----------
    depth : int
        Lines that hold labels; those behind hold figures.
    key : callable
        Key of a sector by its label.
    """
    texts = lines.texts[:depth]
    end = _end(texts, start)
    names = None if lines.separator else sector_line(lines, start, end, depth)
    made = Side(line=lines.regions if names is None and lines.regions is not None else names or 0, depth=depth)
    held = ""
    for place in range(start, end):
        told = [line[place] for line in texts]
        if not any(told):
            continue
        region, sector = _parts(lines, told, names)
        held = region or held
        label = _label(region, held, sector, told, known, key)
        if label.kind == "unknown" and sector and held and not known(region or held):
            made.strange[place] = region or held
        elif label.kind == "pair":
            made.titles.setdefault(label.item, sector)
        made.labels[place] = label
    return made


def _parts(lines: Lines, told: Sequence[str], names: int | None) -> tuple[str, str]:
    if lines.separator and lines.regions is not None:
        return lines.split(told[lines.regions])
    region = "" if lines.regions is None else told[lines.regions]
    return region, "" if names is None else told[names]


def _label(region: str, held: str, sector: str, told: Sequence[str], known: Known, key: Callable[[str], str]) -> Label:
    """Return what one row or column is: by its region, or by the word that stands in place of one."""
    inner = sector or next((text for text in reversed(told) if text), "")
    code = known(region) if region else ""
    if not code:
        outer = " ".join(text for text in told if text and text != inner)
        role = beside(inner, next((text for text in told if word(text, TOTALS)), outer))
        if role is not None:
            return role
        if region and (role := beside(region)) is not None:
            return role
        code = "" if region else known(held)
    if not code or not sector:
        return Label("unknown", item=inner)
    if category := word(sector, CATEGORY):
        return Label("final", code, category)
    if word(sector, TOTALS) or kind_of_label(sector) == "total":
        return Label("total", code, "region")
    return Label("pair", code, key(sector))


def _end(texts: Sequence[Sequence[str]], start: int) -> int:
    """Return the place behind the last label: notes and two empty places end a table."""
    length = max((len(line) for line in texts), default=0)
    empty = 0
    for place in range(start, length):
        told = next((line[place] for line in texts if line[place]), "")
        if told and kind_of_label(told) == "note":
            return place - empty
        empty = 0 if told else empty + 1
        if empty == 2:
            return place - 1
    return length - empty
